"""How the grouping of shots is measured, and how its table is written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from models.scenes import grouping
from plugin_core.scenes.grouping import GroupOptions
from plugin_core.scenes.recognising import ShotLabels

pytestmark = pytest.mark.train
BEGINS = (1.0, 0.1, 0.1, 0.9, 0.1, 0.45)


def film(truth: tuple[int, ...]) -> tuple[Any, list[ShotLabels]]:
    """Six shots; the last three look alike."""
    shots = [SimpleNamespace(start=4000 * n, end=4000 * n + 4000) for n in range(6)]
    looks = np.eye(4)[[0, 0, 0, 1, 1, 1]].astype(np.float32)
    labels = [ShotLabels({}, begins, look, ()) for begins, look in zip(BEGINS, looks, strict=True)]
    return SimpleNamespace(name="drawn", shots=shots, truth={"begins": np.array(truth, float)}), labels


def test_what_is_right_is_scored_as_right() -> None:
    known = [film((1, 0, 0, 1, 0, 0))]
    for options in (None, GroupOptions()):
        found = grouping.measured(known, options)
        assert {name: round(value, 6) for name, value in found.items()} == dict.fromkeys(found, 1.0)
    assert grouping.wrong(known, GroupOptions()) == []


def test_wrong_boundaries_are_named() -> None:
    found = grouping.wrong([film((1, 0, 1, 1, 0, 0))], GroupOptions())
    assert [(one["film"], one["shot"], one["at"], one["what"]) for one in found] == [("drawn", 2, 8000, "missed")]


@pytest.mark.parametrize("name", ["a.md", "a.zh.md"])
def test_the_table_stands_between_its_comments(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("before\n<!-- grouping -->\nold\n<!-- /grouping -->\nafter\n")
    known = [film((1, 0, 0, 1, 0, 0))]
    scores = grouping.measured(known, GroupOptions())
    grouping.written(path, {"films": 1, "shots": 6, "network": scores, "grouped": scores})
    text = path.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("| 1.000 | 1.000 | 1.000 | 1.000 |") == 2

"""From a network's probabilities to changes."""

from __future__ import annotations

import numpy as np
import pytest

from plugin_core.shots.values import KINDS
from plugin_core.shots.weighing import GAP, runs

FRAMES = 60


def said(*known: tuple[str, int, int, float]) -> list[tuple[str, int, int]]:
    many, kinds = np.zeros(FRAMES, np.float32), np.zeros((FRAMES, len(KINDS)), np.float32)
    kinds[:, KINDS.index("dissolve")] = 0.5
    for name, first, last, sure in known:
        many[first : last + 1] = sure
        kinds[first : last + 1] = 0
        kinds[first : last + 1, KINDS.index(name)] = 1
    return [(run.kind, run.first, run.last) for run in runs(many, kinds)]


def test_every_stretch_is_a_change_of_its_kind() -> None:
    assert said(("cut", 5, 5, 0.9), ("fade", 10, 30, 0.8), ("wipe", 40, 50, 0.3)) == [
        ("cut", 5, 5),
        ("fade", 10, 30),
        ("wipe", 40, 50),
    ]


def test_a_moment_of_doubt_divides_no_change() -> None:
    assert said(("dissolve", 10, 20, 0.9), ("dissolve", 20 + GAP + 1, 30, 0.8)) == [("dissolve", 10, 30)]
    assert len(said(("dissolve", 10, 20, 0.9), ("dissolve", 20 + GAP + 2, 30, 0.8))) == 2


@pytest.mark.parametrize("first", ["cut", "fade"])
def test_changes_of_two_kinds_stay_two(first: str) -> None:
    assert said((first, 10, 11, 0.9), ("wipe", 13, 30, 0.9)) == [(first, 10, 11), ("wipe", 13, 30)]


def test_what_is_unlikely_is_no_change() -> None:
    assert said(("dissolve", 10, 20, 0.1)) == []

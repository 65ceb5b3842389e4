"""Labels in plain words: they hold where the picture shows them, several at once, and nowhere if nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plugin_core.document import Document, Mark
from plugin_core.engines import open_vision
from plugin_core.engines.vision import VisionEngine
from plugin_core.errors import SettingsError
from plugin_core.modelstore import read_pack
from plugin_core.scenes import zero_shot
from plugin_core.scenes.marking import labels_of, sure_of
from plugin_core.tagging.marking import digest
from tests.vision_packs import make_vision_pack

AGAINST = {"en": ("a", "car", "red green blue"), "zh": ("红绿蓝", "一辆车")}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[VisionEngine]:
    with open_vision(read_pack(make_vision_pack(tmp_path))) as opened:
        yield opened


def vectors(engine: VisionEngine, *colours: tuple[int, int, int]) -> np.ndarray:
    return engine.pictures([np.full((32, 32, 3), colour, np.uint8) for colour in colours])


def test_a_label_holds_where_it_is_seen_and_nowhere_else(engine: VisionEngine) -> None:
    seen = vectors(engine, (220, 0, 0), (0, 0, 220), (120, 120, 120))
    found = zero_shot.chances(engine, seen, ["red", "蓝"], AGAINST)
    assert (found > 0.5).tolist() == [[True, False], [False, True], [False, False]]


def test_labels_do_not_depend_on_each_other(engine: VisionEngine) -> None:
    seen = vectors(engine, (220, 30, 0), (0, 200, 0))
    alone = zero_shot.chances(engine, seen, ["red"], AGAINST)
    together = zero_shot.chances(engine, seen, ["green", "red", "绿"], AGAINST)
    np.testing.assert_allclose(together[:, 1], alone[:, 0], atol=1e-6)


def test_labels_are_taken_apart() -> None:
    assert zero_shot.wanted("厨房，追车、car chase , 厨房") == ("厨房", "追车", "car chase")
    for text in ("", " , ", ",".join(map(str, range(100)))):
        with pytest.raises(SettingsError):
            zero_shot.wanted(text)


def ours(kind: str, start: int, end: int) -> Mark:
    bare = Mark("", kind, start, end, "", (("source", "picture"), ("place", "indoor"), ("sure", "place=0.90")), 1.0)
    return replace(bare, id=digest(bare))


def test_marks_get_the_labels_of_their_shots() -> None:
    marks = (ours("shot", 0, 1000), ours("shot", 1000, 3000), ours("scene", 0, 3000), ours("sound", 0, 500))
    shots = [(0, 1000), (1000, 3000)]
    found = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
    made = zero_shot.with_labels(Document(marks=marks), shots, found, ["厨房", "追车"]).marks
    assert [labels_of(mark).get("labels") for mark in made] == [("厨房",), ("追车",), ("追车",), None]
    assert sure_of(made[2])["labels"] == pytest.approx(0.57, abs=0.01)
    assert sure_of(made[0])["place"] == 0.9
    again = zero_shot.with_labels(Document(marks=made), shots, found * 0, ["厨房", "追车"]).marks
    assert again == marks


def test_a_mark_that_a_person_changed_stays() -> None:
    mark = replace(ours("shot", 0, 1000), text="mine")
    document = Document(marks=(mark,))
    assert zero_shot.with_labels(document, [(0, 1000)], np.ones((1, 1), np.float32), ["x"]) == document


def test_a_threshold_is_between_0_and_1() -> None:
    with pytest.raises(SettingsError):
        zero_shot.with_labels(Document(), [], np.zeros((0, 1), np.float32), ["x"], 1.0)

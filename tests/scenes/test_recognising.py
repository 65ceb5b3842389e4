"""The watcher: vectors while the film streams by, then labels for any shots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Cue
from plugin_core.engines import open_scenes
from plugin_core.engines.scenes import SceneEngine
from plugin_core.modelstore import read_pack
from plugin_core.scenes import recognising
from plugin_core.scenes.recognising import ShotLabels, Watcher
from tests.scenes.frames import still
from tests.scenes.packs import make_scenes_pack

RATE = 16_000
DARK, BRIGHT = np.full((64, 112, 3), 20, np.uint8), np.full((64, 112, 3), 230, np.uint8)


@dataclass(frozen=True)
class Piece:
    """A shot at 25 frames a second."""

    first: int
    last: int
    start: int
    end: int


def pieces(*seconds: float) -> list[Piece]:
    edges = [round(25 * sum(seconds[:number])) for number in range(len(seconds) + 1)]
    return [Piece(a, b - 1, a * 40, b * 40) for a, b in pairwise(edges)]


def cue(start: int, end: int, *texts: str) -> Cue:
    return Cue("c", start, end, texts)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SceneEngine]:
    with open_scenes(read_pack(make_scenes_pack(tmp_path_factory.mktemp("pack")))) as opened:
        yield opened


def watched(engine: SceneEngine, *parts: tuple[np.ndarray, float], sound: np.ndarray | None = None) -> Watcher:
    watcher, first = Watcher(engine), 0
    for picture, seconds in parts:
        frames = still(picture, seconds, first=first)
        first += len(frames)
        for frame in frames:
            watcher.see(frame)
    if sound is not None:
        watcher.hear(sound)
    return watcher


def places(found: tuple[ShotLabels, ...]) -> list[str]:
    return [labels.best("place")[0] for labels in found]


def test_each_shot_is_told_by_its_own_pictures(engine: SceneEngine) -> None:
    watcher = watched(engine, (DARK, 2), (BRIGHT, 3), (DARK, 1))
    found = watcher.recognise(pieces(2, 3, 1))
    assert places(found) == ["indoor", "outdoor", "indoor"]
    assert all(labels.from_ == ("pictures",) for labels in found)


def test_it_can_be_asked_again_with_other_shots(engine: SceneEngine) -> None:
    watcher = watched(engine, (DARK, 2), (BRIGHT, 3), (DARK, 1))
    assert places(watcher.recognise(pieces(2, 3, 1))) == ["indoor", "outdoor", "indoor"]
    assert places(watcher.recognise(pieces(2, 4))) == ["indoor", "outdoor"]


@pytest.mark.parametrize("length", [0.16, 0.24, 0.48])
def test_a_short_shot_is_seen(engine: SceneEngine, length: float) -> None:
    watcher = watched(engine, (DARK, 1.2), (BRIGHT, length), (DARK, 1))
    found = watcher.recognise(pieces(1.2, length, 1))
    assert places(found) == ["indoor", "outdoor", "indoor"]


def test_sound_is_of_the_shot_it_is_heard_in(engine: SceneEngine) -> None:
    sound = np.concatenate([np.zeros(2 * RATE), np.random.default_rng(0).normal(0, 0.5, 3 * RATE)]).astype(np.float32)
    found = watched(engine, (DARK, 5), sound=sound).recognise(pieces(2, 3))
    assert [labels.best("emotion")[0] for labels in found] == ["calm", "tense"]
    assert all(labels.from_ == ("pictures", "sounds") for labels in found)


def test_text_is_of_the_shots_it_is_on_in(engine: SceneEngine) -> None:
    watcher = watched(engine, (DARK, 6))
    found = watcher.recognise(pieces(2, 2, 2), [cue(2500, 4500, "早上好", "Good morning, everybody")], 1)
    assert [labels.likely("mood") for labels in found] == [(), ("cheerful",), ("cheerful",)]
    assert [("texts" in labels.from_) for labels in found] == [False, True, True]


def test_a_film_without_pictures_is_heard(engine: SceneEngine) -> None:
    sound = np.random.default_rng(0).normal(0, 0.5, 3 * RATE).astype(np.float32)
    found = watched(engine, sound=sound).recognise(pieces(3))
    assert found[0].best("emotion")[0] == "tense"
    assert found[0].from_ == ("sounds",)


def test_a_film_of_which_nothing_is_known_has_labels_of_no_worth(engine: SceneEngine) -> None:
    found = Watcher(engine).recognise(pieces(1, 1))
    assert len(found) == 2
    assert all(labels.from_ == () and np.isfinite(labels.embedding).all() for labels in found)
    assert Watcher(engine).recognise([]) == ()


def test_probabilities_are_ones(engine: SceneEngine) -> None:
    found = watched(engine, (DARK, 3)).recognise(pieces(1, 2))
    for labels in found:
        for name, group in engine.groups.items():
            chances = list(labels.probabilities[name].values())
            assert all(0 <= chance <= 1 for chance in chances)
            assert group.many or sum(chances) == pytest.approx(1, abs=1e-5)
        assert 0 <= labels.begins <= 1
        assert float(np.linalg.norm(labels.embedding)) == pytest.approx(1, abs=1e-3)
    assert found[0].begins == 1


def test_many_shots_are_told_window_by_window(engine: SceneEngine) -> None:
    lengths = [0.6] * 23
    parts = [(BRIGHT if number % 3 else DARK, 0.6) for number in range(23)]
    found = watched(engine, *parts).recognise(pieces(*lengths))
    assert places(found) == ["outdoor" if number % 3 else "indoor" for number in range(23)]


@given(count=st.integers(0, 200), size=st.integers(2, 40))
def test_windows_tell_every_shot_once(count: int, size: int) -> None:
    told: list[int] = []
    for start, end, first, last in recognising.windows(count, size):
        assert 0 <= start <= first < last <= end <= count
        assert end - start <= size
        assert end - start == min(size, count)
        told += range(first, last)
    assert told == list(range(count))


def test_little_is_kept_of_a_long_film(engine: SceneEngine) -> None:
    """Frames leave two rows of numbers for each second, and no picture: an hour of them 300 kB."""
    watcher = Watcher(engine)
    for frame in still(DARK, 60, 8):
        watcher.see(frame)
    watcher.finish()
    looks = sum(piece.nbytes for piece in watcher._looks)
    assert looks == 120 * 21 * 2
    assert watcher._waiting == []


@given(
    cues=st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 4000)), max_size=6),
    lengths=st.lists(st.floats(0.2, 4), min_size=1, max_size=6),
)
def test_what_is_said_is_said_in_every_shot_it_overlaps(cues: list[tuple[int, int]], lengths: list[float]) -> None:
    shots = pieces(*lengths)
    told = [cue(start, start + long, f"<{number}>") for number, (start, long) in enumerate(cues)]
    texts = recognising.said(shots, told)
    for number, (start, long) in enumerate(cues):
        for shot, text in zip(shots, texts, strict=True):
            assert (f"<{number}>" in text) == (start < shot.end and start + long > shot.start)


@given(start=st.integers(0, 20_000), long=st.integers(1, 9000), seconds=st.integers(0, 30))
def test_a_shot_within_the_sound_is_heard(start: int, long: int, seconds: int) -> None:
    found = recognising.heard(Piece(0, 0, start, start + long), seconds).tolist()
    assert found == sorted(found)
    assert all(0 <= second < seconds for second in found)
    if start + long <= seconds * 1000:
        assert found
    for second in found:
        assert second * 1000 < start + long
        assert second * 1000 + 1000 > start

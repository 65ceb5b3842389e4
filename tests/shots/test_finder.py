"""Shots are found where they were made, exact to the frame, and nothing else is."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from plugin_core import shots
from plugin_core.errors import MediaError
from plugin_core.protocol import Note, Progress
from plugin_core.shots.values import Found
from tests.films import Change, Film, encode, shot, spoilt
from tests.shots.drawn import missed, shots_of, told

CALM = 0.15  # points a frame that the camera moves by


def film(*changes: Change, length: int = 40, pan: float = CALM, flashes: tuple[int, ...] = (), seed: int = 0) -> Film:
    draws = tuple(shot(seed * 50 + number, pan=pan) for number in range(len(changes) + 1))
    return Film(draws, (length,) * (len(changes) + 1), changes, flashes)


@pytest.mark.parametrize("seed", range(4))
def test_cuts_are_found_on_their_frame(seed: int) -> None:
    drawn = film(*[Change()] * 6, length=20 + 3 * seed, pan=1.5, seed=seed)
    assert told(shots_of(drawn.pictures()).transitions) == drawn.truth()


@pytest.mark.parametrize("frames", [4, 10, 25, 50, 70])
def test_dissolves_are_found_with_both_ends(frames: int) -> None:
    drawn = film(*[Change("dissolve", frames)] * 3, length=50)
    assert missed(drawn.truth(), told(shots_of(drawn.pictures()).transitions)) == []


@pytest.mark.parametrize("through", [0, 250], ids=["black", "white"])
@pytest.mark.parametrize("frames", [11, 31, 61])
def test_fades_are_found_as_wholes(frames: int, through: int) -> None:
    drawn = film(*[Change("fade", frames, through)] * 3, length=50)
    assert missed(drawn.truth(), told(shots_of(drawn.pictures()).transitions)) == []


def test_a_wipe_is_no_dissolve() -> None:
    drawn = film(*[Change("wipe", 24)] * 2, length=50)
    assert missed(drawn.truth(), told(shots_of(drawn.pictures()).transitions), within=8) == []


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_flash_is_no_change(length: int) -> None:
    drawn = film(Change(), length=90, flashes=tuple(range(30, 30 + length)))
    assert told(shots_of(drawn.pictures()).transitions) == drawn.truth()


def test_a_whip_pan_is_no_change() -> None:
    draw = shot(3, pan=1)
    places = [*range(30), *(30 + 14 * k for k in range(1, 9)), *(142 + k for k in range(1, 40))]
    assert told(shots_of(draw(place) for place in places).transitions) == []


def test_more_light_is_no_change() -> None:
    draw = shot(5, pan=CALM)
    gains = [0.4] * 40 + list(np.linspace(0.4, 1, 20)) + [1.0] * 40
    lit = (np.clip(draw(k) * gain, 0, 255).astype(np.uint8) for k, gain in enumerate(gains))
    assert told(shots_of(lit).transitions) == []


def test_a_film_may_begin_and_end_in_black() -> None:
    draw = shot(7, pan=CALM)
    gains = [0.0] * 12 + list(np.linspace(0, 1, 27)[1:-1]) + [1.0] * 60 + list(np.linspace(1, 0, 27)[1:-1]) + [0.0] * 10
    found = shots_of((draw(k) * gain).astype(np.uint8) for k, gain in enumerate(gains))
    assert missed([("fade", 0, 36), ("fade", 97, len(gains) - 1)], told(found.transitions)) == []
    assert [(one.first, one.last) for one in found.shots] == [(0, len(gains) - 1)]
    assert found.shots[0].transition == found.transitions[0]


def test_twice_the_rate_gives_the_same_shots() -> None:
    slow = film(Change(), Change("dissolve", 24), length=50)
    fast = Film(slow.draws, (100,) * 3, (Change(), Change("dissolve", 49)))
    found = told(shots_of(fast.pictures(), rate=Fraction(60)).transitions)
    assert missed(fast.truth(), found) == []


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_film_of_a_few_frames_is_one_shot(count: int) -> None:
    found = shots_of(shot(1)(k) for k in range(count))
    assert [(one.first, one.last, one.start, one.end) for one in found.shots] == [(0, count - 1, 0, 40 * count)]
    assert found.transitions == ()


def test_no_frame_is_no_shot() -> None:
    assert shots_of([]).shots == ()


def test_a_black_film_is_one_shot() -> None:
    found = shots_of(np.zeros((108, 192, 3), np.uint8) for _ in range(300))
    assert len(found.shots) == 1


def test_a_long_film_takes_little_memory() -> None:
    """What grows is times, scores and changes: some bytes a frame (a film of ten hours: about 10 MB)."""

    def peak(frames: int) -> int:
        picture = [shot(1)(0), shot(2)(0)]
        tracemalloc.start()
        shots_of(picture[k // 100 % 2] for k in range(frames))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(100)
    assert (peak(6000) - peak(2000)) / 4000 < 60


# -- files --


def _found(path: Path, **options: object) -> Found:
    return [event for event in shots.find(path, **options) if isinstance(event, Found)][-1]  # type: ignore[arg-type]


def test_a_file_gives_progress_and_then_its_shots(tmp_path: Path) -> None:
    drawn = film(Change(), Change("dissolve", 20), length=50)
    path = encode(tmp_path / "film.mp4", drawn.pictures())
    events = list(shots.find(path))
    assert isinstance(events[-1], Found)
    assert [event for event in events if isinstance(event, Progress)][-1] == Progress("shots", 6800, 6800, 0)
    found = events[-1].shots
    assert missed(drawn.truth(), told(found.transitions)) == []
    assert found.transitions[0].start == found.transitions[0].end == found.shots[1].start == 2000
    assert found.shots[-1].end == 6800
    assert [one.end for one in found.shots[:-1]] == [one.start for one in found.shots[1:]]


def test_times_are_those_of_a_variable_rate(tmp_path: Path) -> None:
    drawn = film(Change(), length=40)
    times = [number + number // 5 for number in range(80)]
    found = _found(encode(tmp_path / "film.mkv", drawn.pictures(), times=times, start=11)).shots
    assert told(found.transitions) == [("cut", 40, 40)]
    assert found.shots[1].start == 1000 * times[40] // 25


def test_every_frame_goes_to_the_watchers_once(tmp_path: Path) -> None:
    class Counting:
        def __init__(self) -> None:
            self.seen: list[int] = []

        def see(self, frame: object) -> None:
            self.seen.append(frame.index)  # type: ignore[attr-defined]

    watcher = Counting()
    _found(encode(tmp_path / "film.mp4", film(Change()).pictures()), watchers=(watcher,))
    assert watcher.seen == list(range(80))


def test_damaged_frames_are_skipped_and_said(tmp_path: Path) -> None:
    path = encode(tmp_path / "film.avi", film(Change()).pictures(), codec="mjpeg", pixels="yuvj420p")
    events = list(shots.find(spoilt(path, 20)))
    assert [event.message for event in events if isinstance(event, Note)] == [
        "1 damaged frame of film.avi was skipped."
    ]
    assert [one.start for one in events[-1].shots.shots] == [0, 1600]  # type: ignore[union-attr]


def test_sound_alone_is_an_error(tmp_path: Path) -> None:
    from tests.media_fixtures import AudioTrack, Recipe, bursts, make

    with pytest.raises(MediaError, match="no picture"):
        list(shots.find(make(tmp_path / "sound.wav", Recipe([AudioTrack(bursts(1, [0.5]))]))))

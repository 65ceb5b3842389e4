"""Scores of windows become turns."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from plugin_core.speakers.smoothing import CELL_MS, Heard, Stretch, best_path, heard, turns
from plugin_core.speakers.values import Turn

NAMES = ("Speaker 1", "Speaker 2", "Speaker 3")


def stretch(start: int, end: int, first: int = 0) -> Stretch:
    return Stretch(start, end, first, ((start, end),))


def scores(*who: int, speakers: int = 2, gap: float = 0.4) -> np.ndarray:
    table = np.full((len(who), speakers), 0.2)
    table[np.arange(len(who)), who] += gap
    return table


def made(start: int, end: int, table: np.ndarray, both: np.ndarray | None = None, **options: bool) -> tuple[Turn, ...]:
    cells = [Heard(table, both)]
    return turns([stretch(start, end)], cells, NAMES, temperature=0.1, **{"overlaps": True, **options})


def test_a_flicker_is_no_change_of_speaker() -> None:
    who = [0] * 10 + [1] + [0] * 10
    assert best_path(scores(*who)).tolist() == [0] * 21


def test_a_lasting_change_is_one_change() -> None:
    found = made(1000, 5000, scores(*[0] * 20, *[1] * 20))
    assert [(t.start, t.end, t.speaker) for t in found] == [(1000, 3000, "Speaker 1"), (3000, 5000, "Speaker 2")]


def test_turns_end_with_the_speech_they_are_in() -> None:
    (turn,) = made(1000, 2950, scores(*[0] * 20))
    assert (turn.start, turn.end) == (1000, 2950)


def test_two_people_at_once_are_two_turns_over_the_same_time_both_marked() -> None:
    both = np.array([0.0] * 10 + [0.9] * 10 + [0.0] * 10)
    found = made(0, 3000, scores(*[0] * 15, *[1] * 15), both)
    over = [turn for turn in found if turn.overlapped]
    assert {turn.speaker for turn in over} == {"Speaker 1", "Speaker 2"}
    for name in ("Speaker 1", "Speaker 2"):
        assert sum(turn.duration for turn in over if turn.speaker == name) == 1000


def test_a_moment_of_doubt_is_no_overlap() -> None:
    both = np.array([0.0] * 14 + [0.9] * 2 + [0.0] * 14)
    assert not any(turn.overlapped for turn in made(0, 3000, scores(*[0] * 30), both))


def test_overlaps_can_be_left_out_and_one_person_never_overlaps() -> None:
    both = np.full(30, 0.9)
    assert not any(turn.overlapped for turn in made(0, 3000, scores(*[0] * 30), both, overlaps=False))
    (turn,) = turns([stretch(0, 3000)], [Heard(np.ones((30, 1)), both)], NAMES[:1], temperature=0.1, overlaps=True)
    assert not turn.overlapped


def test_without_an_ear_for_overlap_only_a_long_likeness_counts() -> None:
    short = np.concatenate([scores(*[0] * 15), np.full((5, 2), 0.4), scores(*[1] * 15)])
    long = np.concatenate([scores(*[0] * 15), np.full((15, 2), 0.4), scores(*[1] * 15)])
    assert not any(turn.overlapped for turn in made(0, 3500, short))
    assert any(turn.overlapped for turn in made(0, 4500, long))


def test_a_clear_voice_is_surer_than_a_doubtful_one() -> None:
    clear, doubtful = (made(0, 2000, scores(*[0] * 20, gap=gap))[0] for gap in (0.5, 0.05))
    assert 0.5 < doubtful.confidence < clear.confidence <= 1


def test_one_speaker_with_hardly_a_pause_goes_on() -> None:
    cells = [Heard(scores(*[0] * 10), None), Heard(scores(*[0] * 10), None)]
    near = turns([stretch(0, 1000), stretch(1200, 2200, 1)], cells, NAMES, temperature=0.1, overlaps=True)
    apart = turns([stretch(0, 1000), stretch(1500, 2500, 1)], cells, NAMES, temperature=0.1, overlaps=True)
    assert [(t.start, t.end) for t in near] == [(0, 2200)]
    assert [(t.start, t.end) for t in apart] == [(0, 1000), (1500, 2500)]


def test_a_window_speaks_for_its_middle() -> None:
    vectors = np.eye(2, dtype=np.float32)
    found = heard(Stretch(0, 3000, 0, ((0, 1500), (1500, 3000))), vectors, np.eye(2, dtype=np.float32), None)
    assert found.scores.shape == (30, 2)
    assert found.scores[:14].argmax(axis=1).tolist() == [0] * 14
    assert found.scores[16:].argmax(axis=1).tolist() == [1] * 14


@example([[0.0, 0.0, 0.0], [0.0, 1.0, -1.0], [0.0, -1.0, 0.0], [0.0, -1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 1.0, -1.0]], 0)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=1, max_size=60), st.integers(0, 5000))
def test_turns_cover_the_speech_without_a_hole_and_nothing_else(rows: list[list[float]], start: int) -> None:
    end = start + len(rows) * CELL_MS
    cells = [Heard(np.array(rows), None)]
    found = turns([stretch(start, end)], cells, NAMES, temperature=0.1, overlaps=False)
    assert all(start <= turn.start < turn.end <= end for turn in found)
    assert list(found) == sorted(found, key=lambda turn: (turn.start, turn.end, turn.speaker))
    assert sum(turn.duration for turn in found) == end - start
    assert all(0 <= turn.confidence <= 1 for turn in found)

"""Hysteresis over rows, and the moments at which a sound rises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.sounds.events import Heard, Rises, Rule, Tracker

ROWS = st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9]), max_size=60)


def tracked(blocks: list[list[float]], rule: Rule) -> list[Heard]:
    tracker = Tracker(3, rule, 10)
    found = [one for block in blocks for one in tracker.push(np.array(block, np.float32))]
    return [*found, *tracker.finish()]


@given(rows=ROWS, cuts=st.lists(st.integers(0, 60), max_size=5), pause=st.integers(0, 6), shortest=st.integers(0, 5))
def test_how_rows_arrive_changes_nothing(rows: list[float], cuts: list[int], pause: int, shortest: int) -> None:
    rule = Rule(0.5, 0.3, 10 * shortest, 10 * pause)
    places = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    blocks = [rows[a:b] for a, b in pairwise(places)]
    whole, pieces = tracked([rows], rule), tracked(blocks, rule)
    assert [(one.first, one.past) for one in pieces] == [(one.first, one.past) for one in whole]
    assert np.allclose([one.confidence for one in pieces], [one.confidence for one in whole])


@given(rows=ROWS, pause=st.integers(0, 6))
def test_every_row_that_is_on_is_in_exactly_one_stretch(rows: list[float], pause: int) -> None:
    found = tracked([rows], Rule(0.5, 0.3, 0, 10 * pause))
    for row, value in enumerate(rows):
        inside = sum(one.first <= row < one.past for one in found)
        assert inside <= 1
        assert inside == 1 or value < 0.5


def test_a_stretch_reaches_as_far_as_the_lower_threshold() -> None:
    assert [(one.first, one.past) for one in tracked([[0.0, 0.4, 0.9, 0.4, 0.0]], Rule(0.5, 0.3, 0, 0))] == [(1, 4)]


def test_what_never_passes_the_upper_threshold_is_no_stretch() -> None:
    assert tracked([[0.4] * 50], Rule(0.5, 0.3, 0, 0)) == []


def test_short_pauses_are_bridged_and_longer_ones_divide() -> None:
    rows = [0.9, 0.0, 0.0, 0.9, 0.0, 0.0, 0.0, 0.9]
    assert [(one.first, one.past) for one in tracked([rows], Rule(0.5, 0.3, 0, 20))] == [(0, 4), (7, 8)]


def test_what_is_too_short_does_not_count() -> None:
    assert tracked([[0.0, 0.9, 0.9, 0.0]], Rule(0.5, 0.3, 30, 0)) == []


def test_confidence_is_the_mean_where_it_is_on() -> None:
    (one,) = tracked([[0.4, 0.6, 0.8, 0.4]], Rule(0.5, 0.3, 0, 0))
    assert abs(one.confidence - 0.7) < 1e-6


def clicked(at: int) -> np.ndarray:
    sound = 0.001 * np.random.default_rng(1).standard_normal(32_000)
    sound[16 * at : 16 * at + 3000] += np.random.default_rng(2).standard_normal(3000) * 0.3
    return sound.astype(np.float32)


def test_a_beginning_is_moved_to_the_rise() -> None:
    rises = Rises()
    rises.push(clicked(1003))
    rises.finish()
    assert abs(rises.near(920, 840, 1080) - 1003) <= 15


def test_nothing_is_moved_where_nothing_rises() -> None:
    rises = Rises()
    rises.push(clicked(1500))
    rises.finish()
    assert rises.near(500, 420, 580) == 500


def test_forgetting_what_lies_before_changes_no_later_answer() -> None:
    kept, forgot = Rises(), Rises()
    for rises in (kept, forgot):
        rises.push(clicked(1003))
        rises.finish()
    forgot.forget(800)
    assert forgot.near(960, 880, 1080) == kept.near(960, 880, 1080) != 960


def test_what_was_forgotten_is_not_invented() -> None:
    rises = Rises()
    rises.push(clicked(300))
    rises.forget(5000)
    assert rises.near(280, 200, 400) == 280


def test_loudness_is_that_of_the_samples() -> None:
    rises = Rises()
    sound = np.random.default_rng(0).standard_normal(32_000).astype(np.float32) * 0.1
    sound[16_000:] *= 0.01
    rises.push(sound)
    rises.finish()
    times = np.array([200, 1500])
    assert rises.loud(times, 40, -23).tolist() == [True, False]
    assert rises.loud(times, 40, -17).tolist() == [False, False]
    assert rises.loud(times, 40, -63).tolist() == [True, True]

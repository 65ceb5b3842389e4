"""A curve can be kept, and asked for the shots at any threshold."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import DocumentError, SettingsError
from plugin_core.shots.values import Curve, ShotOptions, Transition, at


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    gaps = draw(st.lists(st.integers(1, 200), min_size=1, max_size=120))
    starts = np.cumsum([0, *gaps[:-1]]).astype(np.int32)
    count, end = len(starts), int(starts[-1]) + gaps[-1]
    found = []
    for _ in range(draw(st.integers(0, 12))):
        first = draw(st.integers(0, count - 1))
        kind = draw(st.sampled_from(["cut", "dissolve", "fade", "wipe"]))
        last = first if kind == "cut" else draw(st.integers(first, min(count - 1, first + 20)))
        stop = int(starts[last + 1]) if last + 1 < count else end
        sure = draw(st.integers(0, 10_000)) / 10_000
        found.append(
            Transition(kind, first, last, int(starts[first]), int(starts[first]) if kind == "cut" else stop, sure)
        )
    scores = np.asarray(draw(st.lists(st.integers(0, 255), min_size=count, max_size=count)), np.uint8)
    return Curve(starts, scores, tuple(found), end)


@given(curves())
def test_a_curve_comes_back_from_json(curve: Curve) -> None:
    assert Curve.from_json(json.loads(json.dumps(curve.to_json()))) == curve


@given(curves(), st.floats(0.01, 1), st.integers(0, 3000))
def test_shots_cover_the_film_without_a_gap(curve: Curve, threshold: float, shortest: int) -> None:
    found = at(curve, threshold, shortest=shortest)
    assert (found.shots[0].first, found.shots[-1].last) == (0, len(curve.starts) - 1)
    assert (found.shots[0].start, found.shots[-1].end) == (0, curve.end)
    assert all(a.last + 1 == b.first and a.end == b.start for a, b in pairwise(found.shots))
    assert all(shot.first <= shot.last for shot in found.shots)


@given(curves(), st.floats(0.01, 1), st.integers(0, 3000))
def test_what_is_chosen_is_sure_enough_and_apart(curve: Curve, threshold: float, shortest: int) -> None:
    found = at(curve, threshold, shortest=shortest)
    assert all(one.confidence >= threshold for one in found.transitions)
    assert all(a.last < b.first for a, b in pairwise(found.transitions))
    begins = [int(curve.starts[one.begins]) for one in found.transitions]
    assert all(b - a >= shortest for a, b in pairwise(begins))


def test_the_surer_of_two_near_cuts_stays() -> None:
    starts = np.arange(0, 4000, 40, dtype=np.int32)
    cuts = tuple(Transition("cut", k, k, 40 * k, 40 * k, sure) for k, sure in ((50, 0.6), (53, 0.9), (80, 0.55)))
    curve = Curve(starts, np.zeros(100, np.uint8), cuts, 4000)
    assert [one.first for one in at(curve).transitions] == [53, 80]
    assert [one.first for one in at(curve, 0.58, shortest=0).transitions] == [50, 53]
    assert at(curve).cuts == (2120, 3200)


def test_a_long_film_is_kept_in_little() -> None:
    curve = Curve(np.arange(0, 36_000_000, 40, dtype=np.int32), np.zeros(900_000, np.uint8), (), 36_000_000)
    assert len(json.dumps(curve.to_json())) < 100_000


@pytest.mark.parametrize(
    "broken", [{}, {"schema": 2}, {"schema": 1, "starts": "?", "scores": ""}, {"schema": 1, "starts": "eJw="}]
)
def test_what_is_no_curve_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(DocumentError, match="no curve of shots"):
        Curve.from_json(broken)


@pytest.mark.parametrize("threshold", [0, -1, 1.5, float("nan")])
def test_a_senseless_threshold_is_refused(threshold: float) -> None:
    with pytest.raises(SettingsError):
        ShotOptions(threshold)

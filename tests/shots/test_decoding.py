"""From a network's numbers to changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from plugin_core.shots.decoding import KINDS, Rule, Values, changes, confidence

FRAMES = 60


def said(*known: tuple[str, int, int]) -> tuple[Values, Values, Values]:
    """What a perfect network says of these changes."""
    single, many = np.full(FRAMES, 0.01, np.float32), np.full(FRAMES, 0.02, np.float32)
    kind = np.full((FRAMES, len(KINDS)), 0.01, np.float32)
    kind[:, KINDS.index("dissolve")] = 0.9  # nothing is asked of frames where nothing changes
    for name, first, last in known:
        single[(first + last) // 2] = 0.95
        many[first : last + 1] = 0.9
        kind[first : last + 1] = 0.01
        kind[first : last + 1, KINDS.index(name)] = 0.97
    return single, many, kind


@pytest.mark.parametrize(
    "known",
    [
        [],
        [("cut", 20, 20)],
        [("dissolve", 5, 30)],
        [("cut", 4, 4), ("fade", 10, 25), ("wipe", 30, 40), ("cut", 44, 44)],
        [("cut", 0, 0), ("cut", 59, 59)],
    ],
)
def test_a_perfect_judgement_gives_the_changes_back(known: list[tuple[str, int, int]]) -> None:
    found = changes(*said(*known), Rule())
    assert [(one.kind, one.first, one.last) for one in found] == known
    assert all(one.confidence > 0.8 for one in found)


def test_a_gap_in_a_slow_change_does_not_make_two_of_it() -> None:
    single, many, kind = said(("dissolve", 10, 30))
    many[15:17] = 0.1
    assert [(one.first, one.last) for one in changes(single, many, kind, Rule())] == [(10, 30)]


def test_the_surer_of_two_changes_at_one_place_stays() -> None:
    single, many, kind = said(("dissolve", 10, 30))
    kind[25] = [0.5, 0.4, 0.05, 0.05]
    single[25] = 0.3
    (one,) = changes(single, many, kind, Rule())
    assert one.kind == "dissolve"


@pytest.mark.parametrize(
    ("known", "whole"),
    [
        ([("fade", 5, 12), ("fade", 30, 40)], ("fade", 5, 40)),  # out, the colour, in
        ([("fade", 5, 12), ("cut", 30, 30)], ("fade", 5, 29)),  # out, the colour, cut
        ([("cut", 10, 10), ("fade", 30, 40)], ("fade", 10, 40)),  # cut, the colour, in
    ],
)
def test_the_parts_of_a_fade_are_one_change_if_its_colour_stays(
    known: list[tuple[str, int, int]], whole: tuple[str, int, int]
) -> None:
    single, many, kind = said(*known)
    assert [one.kind for one in changes(single, many, kind, Rule())] == [one[0] for one in known]
    between = slice(known[0][2] + 1, known[1][1])
    kind[between], many[between] = [0.01, 0.02, 0.95, 0.02], 0.15
    (one,) = changes(single, many, kind, Rule())
    assert (one.kind, one.first, one.last) == whole


def test_the_threshold_of_a_rule_is_an_even_chance() -> None:
    single, many, kind = said(("cut", 20, 20))
    score = float(single[20] + many[20] + kind[20, 0]) / 3
    (one,) = changes(single, many, kind, Rule(cut=score))
    assert one.confidence == pytest.approx(0.5)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.05, 0.95))
def test_confidence_keeps_the_order_of_scores(one: float, other: float, threshold: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= confidence(low, threshold) <= confidence(high, threshold) <= 1
    assert (confidence(one, threshold) >= 0.5) == (one >= threshold) or abs(one - threshold) < 1e-9


@given(
    arrays(np.float32, 40, elements=st.floats(0, 1, width=32)),
    arrays(np.float32, 40, elements=st.floats(0, 1, width=32)),
    arrays(np.float32, (40, 4), elements=st.floats(0, 1, width=32)),
)
def test_changes_are_in_order_apart_and_inside_the_film(single: Values, many: Values, kind: Values) -> None:
    found = changes(single, many, kind, Rule())
    assert all(0 <= one.first <= one.last < 40 and 0.1 <= one.confidence <= 1 for one in found)
    assert all(one.last + 1 < after.first for one, after in pairwise(found))
    assert all(one.first == one.last for one in found if one.kind == "cut")


def test_a_film_without_frames_has_no_changes() -> None:
    nothing = np.zeros(0, np.float32)
    assert changes(nothing, nothing, np.zeros((0, 4), np.float32), Rule()) == ()


def test_a_pack_may_name_its_thresholds() -> None:
    assert Rule.of({"cut": 0.4, "network": "shots.onnx"}) == Rule(cut=0.4)

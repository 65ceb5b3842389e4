"""Turns, voices and their names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.speakers.values import Timeline, Turn, Turns, Voice, default_name, is_default, unit

TURNS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 60), st.sampled_from("ab")).map(
        lambda row: Turn(row[0], row[0] + row[1], row[2])
    ),
    max_size=12,
)


@given(TURNS, st.integers(0, 200), st.integers(0, 80))
def test_a_timeline_finds_all_turns_that_share_time_and_no_other(some: list[Turn], start: int, length: int) -> None:
    end = start + length
    wanted = sorted((t for t in some if t.start < end and t.end > start), key=lambda t: (t.start, t.end, t.speaker))
    assert Timeline(some).between(start, end) == wanted


@pytest.mark.parametrize(("language", "name"), [("en", "Speaker 3"), ("zh", "说话人 3"), ("fr", "Speaker 3")])
def test_default_names_are_recognised_as_such(language: str, name: str) -> None:
    assert default_name(3, language) == name
    assert is_default(name)


@pytest.mark.parametrize("name", ["", "小美", "Speaker", "Speaker A", "The Speaker 1", "旁白"])
def test_names_that_people_give_are_not_defaults(name: str) -> None:
    assert not is_default(name)


def test_renaming_in_a_circle_loses_nobody() -> None:
    some = Turns((Turn(0, 1, "a"), Turn(1, 2, "b")), (Voice("a", (1.0, 0.0), 1), Voice("b", (0.0, 1.0), 1)))
    swapped = some.renamed({"a": "b", "b": "a"})
    assert [turn.speaker for turn in swapped.turns] == ["b", "a"]
    assert [(voice.name, voice.vector) for voice in swapped.voices] == [("b", (1.0, 0.0)), ("a", (0.0, 1.0))]


def test_voices_that_become_one_weigh_by_how_long_they_spoke() -> None:
    some = Turns((), (Voice("a", (1.0, 0.0), 3000), Voice("b", (0.0, 1.0), 1000), Voice("c", (), 5)))
    (voice,) = some.renamed({"a": "x", "b": "x", "c": "x"}).voices
    assert voice.spoken == 4005
    assert voice.vector == pytest.approx((0.9487, 0.3162), abs=1e-3)


def test_a_vector_of_nothing_stays_nothing() -> None:
    assert np.array_equal(unit(np.zeros((2, 3), np.float32)), np.zeros((2, 3)))

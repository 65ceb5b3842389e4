from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Cue, Document, Mark, Word
from plugin_core.errors import DocumentError
from plugin_core.stretching import stretch

FILM = Document(
    languages=("en",),
    cues=(
        Cue("a", 1000, 2000, ("One",), (Word(1100, 1900, "One"),)),
        Cue("b", 5000, 6000, ("Two",), (Word(5100, 5900, "Two"),)),
        Cue("c", 9000, 10_000, ("Three",)),
    ),
    marks=(Mark("m", "shot", 5000, 5000, ""),),
)


def test_both_anchors_come_true_and_the_rest_keeps_its_share() -> None:
    after = stretch(FILM, (1000, 2000), (9000, 18_000))
    assert [(cue.start, cue.end) for cue in after.cues] == [(2000, 4000), (10_000, 12_000), (18_000, 20_000)]
    assert after.cues[1].words[0].start == 10_200
    assert after.marks[0].start == 10_000


def test_only_what_is_chosen_moves() -> None:
    after = stretch(FILM, (1000, 1000), (9000, 5000), ["b"])
    assert [cue.start for cue in after.cues] == [1000, 3000, 9000]
    assert after.marks == FILM.marks


@given(to=st.tuples(st.integers(1000, 50_000), st.integers(51_000, 100_000)))
def test_stretching_back_brings_back_what_was_to_the_millisecond(to: tuple[int, int]) -> None:
    there = stretch(FILM, (1000, to[0]), (9000, to[1]))
    back = stretch(there, (to[0], 1000), (to[1], 9000))
    for before, after in zip(FILM.cues, back.cues, strict=True):
        assert abs(before.start - after.start) <= 1
        assert abs(before.end - after.end) <= 1


def test_anchors_where_they_are_change_nothing() -> None:
    assert stretch(FILM, (1000, 1000), (9000, 9000)) is FILM


@pytest.mark.parametrize("anchors", [((1, 1), (1, 2)), ((1000, 5000), (9000, 5000)), ((1000, 9000), (9000, 1000))])
def test_anchors_in_one_place_or_crossed_are_refused(anchors: tuple[tuple[int, int], tuple[int, int]]) -> None:
    with pytest.raises(DocumentError, match="apart"):
        stretch(FILM, *anchors)


def test_nothing_moves_to_before_the_media() -> None:
    with pytest.raises(DocumentError, match="before the media begins"):
        stretch(FILM, (5000, 1000), (9000, 5000))

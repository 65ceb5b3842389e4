from __future__ import annotations

from fractions import Fraction

import pytest

from gui.retiming import Tapper, inserted, nudged, placed, room_at, snapped_to_cut
from gui.wave_math import Part
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document

FILM = FrameRate(Fraction(24000, 1001))


def film(*spans: tuple[int, int]) -> Document:
    cues = tuple(Cue(chr(97 + number), start, end, ("x",)) for number, (start, end) in enumerate(spans))
    return Document(languages=("en",), cues=cues)


def spans(document: Document) -> list[tuple[int, int]]:
    return [(cue.start, cue.end) for cue in document.cues]


ABC = film((1000, 2000), (2000, 3000), (5000, 6000))


@pytest.mark.parametrize(
    ("part", "expected"), [(Part.START, (1043, 2000)), (Part.END, (1000, 2044)), (Part.BODY, (1043, 2043))]
)
def test_a_nudge_is_one_frame_of_the_films_own_rate(part: Part, expected: tuple[int, int]) -> None:
    after = nudged(ABC, ["a"], part, 1, FILM)
    got = next(cue for cue in after.cues if cue.id == "a")
    assert (FILM.frame_at(got.start), FILM.frame_at(got.end)) == tuple(map(FILM.frame_at, expected))


def test_an_edge_nudged_into_the_other_stops_a_frame_before_it() -> None:
    after = nudged(ABC, ["a"], Part.START, 400, None)
    assert spans(after)[0] == (1960, 2000)


def test_nothing_is_nudged_to_before_the_film() -> None:
    assert spans(nudged(film((50, 900)), ["a"], Part.BODY, -10, None)) == [(0, 850)]


def test_a_start_set_within_the_cue_before_makes_that_end_two_frames_earlier() -> None:
    assert spans(placed(ABC, "b", Part.START, 1500, 80))[:2] == [(1000, 1420), (1500, 3000)]


def test_an_end_set_within_the_next_cue_makes_that_begin_later() -> None:
    assert spans(placed(ABC, "a", Part.END, 2500, 80))[:2] == [(1000, 2500), (2580, 3000)]


def test_a_start_set_after_the_end_takes_the_end_along() -> None:
    assert spans(placed(film((1000, 2000)), "a", Part.START, 4000)) == [(4000, 5000)]


def test_an_end_set_before_the_start_changes_nothing() -> None:
    assert placed(ABC, "c", Part.END, 4000) is ABC


def test_a_start_goes_to_the_nearest_cut_and_an_end_two_frames_before_it() -> None:
    assert spans(snapped_to_cut(ABC, "c", Part.START, [4000, 5100], 80))[2] == (5100, 6000)
    assert spans(snapped_to_cut(ABC, "c", Part.END, [4000, 6300], 80))[2] == (5000, 6220)


def test_without_a_cut_nothing_snaps() -> None:
    assert snapped_to_cut(ABC, "c", Part.START, [], 80) is ABC


def test_a_new_cue_has_a_text_for_every_language() -> None:
    after, name = inserted(ABC, 3200, 4000)
    assert next(cue for cue in after.cues if cue.id == name).texts == ("",)


def test_there_is_room_for_a_cue_up_to_the_next_one_and_none_within_one() -> None:
    assert room_at(ABC, 3500, 2000, 80) == (3500, 4920)
    assert room_at(ABC, 7000) == (7000, 9000)
    assert room_at(ABC, 1500) == (1500, 1500)


def test_tapping_gives_cue_after_cue_its_times() -> None:
    taps = Tapper.starting(ABC, "a", 80)
    document = taps.pressed(ABC, 10_000)
    document = taps.released(document, 11_000)
    document = taps.pressed(document, 12_000)
    document = taps.released(document, 12_050)  # a short tap: the length stays
    document = taps.pressed(document, 12_500)
    assert {cue.id: (cue.start, cue.end) for cue in document.cues} == {
        "a": (10_000, 11_000),
        "b": (12_000, 12_420),
        "c": (12_500, 13_500),
    }
    assert taps.waiting == ""
    assert taps.pressed(document, 20_000) is document


def test_tapping_keeps_the_order_it_began_with_though_cues_move_past_each_other() -> None:
    taps = Tapper.starting(ABC, "b")
    document = taps.pressed(ABC, 9000)
    assert [cue.id for cue in document.cues] == ["a", "c", "b"]
    assert taps.waiting == "c"


def test_tapping_passes_over_a_cue_that_was_deleted() -> None:
    taps = Tapper.starting(ABC, "a")
    without = film((1000, 2000), (2000, 3000))
    document = taps.pressed(taps.pressed(without, 100), 200)
    taps.pressed(document, 300)
    assert taps.current == "c"

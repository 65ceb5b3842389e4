from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.wave_math import (
    CueIndex,
    Part,
    View,
    cut_times,
    drag,
    dropped,
    grip,
    hit,
    rows,
    ruler_step,
    targets,
)
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Word

PAL = FrameRate(Fraction(25))


def cue(name: str, start: int, end: int) -> Cue:
    return Cue(name, start, end, (name,), (Word(start, end, name),))


def film(*cues: Cue) -> Document:
    return Document(languages=("en",), cues=cues)


A, B, C = cue("a", 1000, 2000), cue("b", 2000, 3000), cue("c", 5000, 6000)
ABC = film(A, B, C)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Cues that may touch but not overlap."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 300), st.integers(50, 900)), min_size=1, max_size=8))
    cues, at = [], 0
    for number, (gap, length) in enumerate(lengths):
        cues.append(cue(f"c{number}", at + gap, at + gap + length))
        at += gap + length
    return film(*cues)


def test_a_place_on_the_screen_and_its_time_are_each_others_way_back() -> None:
    view = View(1000, 4, 500)
    assert view.ms(view.x(1234)) == 1234
    assert view.end == 3000


@given(st.floats(0.1, 8), st.floats(0, 800), st.floats(0, 50_000))
def test_zooming_keeps_what_is_under_the_pointer_unless_the_film_ends_there(
    factor: float, x: float, start: float
) -> None:
    view = View(start, 10, 800).within(60_000)
    zoomed = view.zoomed(factor, x, 60_000)
    assert zoomed.start >= 0
    assert zoomed.end <= 60_000 + 1e-6
    if 0 < zoomed.start < 60_000 - zoomed.scale * 800 - 1e-6:
        assert zoomed.ms(x) == pytest.approx(view.ms(x))


def test_zoom_goes_from_the_whole_film_to_a_frame_of_more_than_a_hundred_pixels() -> None:
    hours = 3 * 3_600_000
    far = View(0, 10, 1600).zoomed(1e9, 0, hours)
    assert far.scale * far.width == pytest.approx(hours)
    near = far.zoomed(1e-9, 800, hours)
    assert 40 / near.scale > 100


def test_a_cue_well_inside_the_view_does_not_move_it() -> None:
    view = View(0, 10, 1000)
    assert view.revealing(2000, 4000, 60_000) is view
    assert view.revealing(20_000, 21_000, 60_000).x(20_000) == pytest.approx(200)


@given(documents(), st.integers(0, 6000), st.integers(1, 2000))
def test_the_index_finds_what_looking_at_every_cue_finds(document: Document, start: int, length: int) -> None:
    end = start + length
    expected = [one for one in document.cues if one.start < end and one.end > start]
    assert CueIndex(document.cues).between(start, end) == expected


def test_a_long_cue_under_short_ones_is_still_found() -> None:
    cues = (cue("long", 0, 9000), cue("x", 100, 200), cue("y", 300, 400))
    assert [one.id for one in CueIndex(cues).at(5000)] == ["long"]


def test_coverage_tells_the_columns_that_cues_lie_in() -> None:
    covered = CueIndex(ABC.cues).coverage(View(0, 100, 70))
    assert [column for column in range(70) if covered[column]] == [*range(10, 30), *range(50, 60)]


def test_a_cue_narrower_than_a_pixel_is_still_seen_from_afar() -> None:
    assert CueIndex((cue("a", 500, 501),)).coverage(View(0, 100, 10)).tolist() == [False] * 5 + [True] + [False] * 4


def test_titles_of_overlapping_cues_stand_in_rows_of_their_own() -> None:
    assert rows([cue("a", 0, 900), cue("b", 100, 300), cue("c", 300, 500), cue("d", 900, 950)]) == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("x", "part", "name"),
    [
        (100, Part.START, "a"),
        (104, Part.START, "a"),
        (150, Part.BODY, "a"),
        (199, Part.END, "a"),
        (201, Part.START, "b"),
    ],
)
def test_the_pointer_grabs_the_edge_it_is_near_or_the_cue_it_is_in(x: float, part: Part, name: str) -> None:
    found = hit(ABC.cues, View(0, 10, 1000), x)
    assert found is not None
    assert (found.part, found.cue.id) == (part, name)


def test_of_two_edges_at_one_place_the_selected_cues_is_grabbed() -> None:
    found = hit(ABC.cues, View(0, 10, 1000), 202, ["a"])
    assert found is not None
    assert (found.part, found.cue.id) == (Part.END, "a")


def test_nothing_is_under_the_pointer_between_cues() -> None:
    assert hit(ABC.cues, View(0, 10, 1000), 400) is None


def test_the_middle_of_a_narrow_cue_moves_it() -> None:
    found = hit([cue("a", 1000, 1080)], View(0, 10, 1000), 104)
    assert found is not None
    assert found.part is Part.BODY


def test_a_dragged_edge_lands_on_a_frame() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["c"], rate=PAL)
    assert drag(held, 507, rate=PAL).spans == {"c": (5000, 6520)}


def test_a_dragged_edge_snaps_to_a_cut_nearby_rather_than_to_a_frame() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["c"], rate=PAL)
    move = drag(held, 507, [6493], 20, PAL)
    assert move.spans == {"c": (5000, 6493)}
    assert move.snapped == 6493


def test_a_dragged_edge_stops_at_the_neighbour_and_says_it_did_not_snap() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["b"])
    move = drag(held, 9000, [12_000], 10)
    assert move.spans == {"b": (2000, 5000)}
    assert move.snapped is None


def test_a_rolled_edge_takes_the_neighbours_along() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["a"], roll=True)
    assert drag(held, 300).spans == {"a": (1000, 2300), "b": (2300, 3000)}


def test_a_rolled_edge_leaves_both_cues_a_frame() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["a"], rate=PAL, roll=True)
    assert drag(held, 5000, rate=PAL).spans == {"a": (1000, 2960), "b": (2960, 3000)}
    assert drag(held, -5000, rate=PAL).spans == {"a": (1000, 1040), "b": (1040, 3000)}


def test_a_free_drag_may_overlap() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["b"], free=True)
    assert drag(held, 2500).spans == {"b": (2000, 5500)}


def test_cues_dragged_together_keep_their_distances_and_their_words() -> None:
    held = grip(CueIndex(ABC.cues), Part.BODY, ["a", "b"])
    move = drag(held, 9000)
    assert move.spans == {"a": (3000, 4000), "b": (4000, 5000)}
    after = dropped(ABC, held, move)
    assert after.cues[0].words[0].start == 3000


def test_a_body_snaps_with_its_end_too() -> None:
    held = grip(CueIndex(ABC.cues), Part.BODY, ["b"])
    assert drag(held, 480, [3500], 30).spans == {"b": (2500, 3500)}


def test_a_cue_is_not_dragged_beyond_the_film() -> None:
    held = grip(CueIndex(ABC.cues), Part.BODY, ["c"], duration=6500)
    assert drag(held, 9000).by == 500


def test_an_overlap_that_is_there_already_does_not_hinder() -> None:
    document = film(cue("a", 0, 2500), cue("b", 2000, 3000))
    held = grip(CueIndex(document.cues), Part.START, ["b"])
    assert drag(held, 700).spans == {"b": (2700, 3000)}
    assert drag(held, -100).spans == {"b": (1900, 3000)}


@given(documents(), st.data(), st.sampled_from(Part), st.integers(-9000, 9000), st.booleans())
def test_no_drag_makes_an_overlap_or_a_cue_shorter_than_a_frame(
    document: Document, data: st.DataObject, part: Part, by: int, roll: bool
) -> None:
    chosen = data.draw(st.sampled_from(document.cues)).id
    index = CueIndex(document.cues)
    held = grip(index, part, [chosen], rate=PAL, roll=roll)
    move = drag(held, by, targets(held, index, [1500], 800, gap=80), 50, PAL)
    after = dropped(document, held, move)
    assert [one.id for one in after.cues] == [one.id for one in document.cues]
    for left, right in zip(after.cues, after.cues[1:], strict=False):
        assert left.end <= right.start
    for old, new in zip(document.cues, after.cues, strict=True):
        assert new.duration >= min(old.duration, 40)


def test_an_end_snaps_two_frames_before_a_cut_as_well() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["c"])
    assert 6920 in targets(held, CueIndex(ABC.cues), [7000], 0, gap=80)


def test_a_drag_that_ends_where_it_began_changes_nothing() -> None:
    held = grip(CueIndex(ABC.cues), Part.END, ["a"], rate=PAL)
    assert dropped(ABC, held, drag(held, 3, rate=PAL)) is ABC


def test_shots_begin_at_cuts_but_the_first_frame_is_none() -> None:
    marks = (Mark("s", "shot", 0, 900, ""), Mark("t", "shot", 900, 2000, ""), Mark("n", "note", 950, 960, ""))
    assert cut_times(Document(marks=marks)) == (900,)


def test_the_ruler_writes_no_denser_than_it_has_room() -> None:
    assert ruler_step(0.25) == 50
    assert ruler_step(10) == 1000
    assert ruler_step(6750) == 900_000

"""Lists say what was found; a second run replaces what the first wrote and nothing a person did."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction

import numpy as np

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark, Media
from plugin_core.shots import listing
from plugin_core.shots.values import Curve, Transition, at

RATE = FrameRate(Fraction(25))
MEDIA = Media("/films/film.mov", 8000, RATE, start_timecode="10:00:00:00")
CURVE = Curve(
    np.arange(0, 8000, 40, dtype=np.int32),
    np.zeros(200, np.uint8),
    (Transition("cut", 50, 50, 2000, 2000, 0.9), Transition("dissolve", 100, 119, 4000, 4800, 0.6)),
    8000,
)


def test_marks_name_the_shot_and_what_leads_into_it() -> None:
    marks = listing.marks(at(CURVE))
    assert [(mark.kind, mark.start, mark.end, mark.text) for mark in marks] == [
        ("shot", 0, 2000, ""),
        ("shot", 2000, 4400, ""),
        ("shot", 4400, 8000, ""),
    ]
    told = [dict(mark.attributes) for mark in marks]
    assert [(one["number"], one["transition"], one["transition_frames"]) for one in told] == [
        ("1", "", "0"),
        ("2", "cut", "0"),
        ("3", "dissolve", "20"),
    ]


def test_a_second_run_replaces_only_its_own_marks() -> None:
    own = Mark("mine", "shot", 10, 500, "the red car")
    first = listing.with_shots(Document(media=MEDIA, marks=(own,)), at(CURVE))
    changed = replace(first.marks[-1], text="keep this")
    edited = replace(first, marks=(*first.marks[:-1], changed))
    again = listing.with_shots(edited, at(CURVE, 0.8))
    assert own in again.marks
    assert changed in again.marks
    assert len([mark for mark in again.marks if mark.kind == "shot"]) == 2 + 2
    assert listing.with_shots(first, at(CURVE)) is first


def test_a_table_has_timecodes_of_the_media() -> None:
    rows = list(csv.DictReader(listing.to_csv(at(CURVE), MEDIA).splitlines()))
    assert tuple(rows[0]) == listing.COLUMNS
    assert [(row["start_timecode"], row["end_timecode"]) for row in rows] == [
        ("10:00:00:00", "10:00:02:00"),
        ("10:00:02:00", "10:00:04:10"),
        ("10:00:04:10", "10:00:08:00"),
    ]
    assert rows[2]["transition"] == "dissolve"
    assert rows[2]["start"] == "00:00:04.400"


def test_json_holds_everything() -> None:
    value = listing.to_json(at(CURVE), MEDIA, damaged=3)
    assert value["damaged_frames"] == 3
    assert value["frame_rate"] == "25"
    assert [one["kind"] for one in value["transitions"]] == ["cut", "dissolve"]
    assert Curve.from_json(value["curve"]) == CURVE

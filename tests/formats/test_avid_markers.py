"""Avid's marker list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.colours import NAMES
from plugin_core.document import Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.formats import avid_markers
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of
from tests.formats.marks import MARKS, RATES, STARTS, marks, programme
from tests.formats.samples import calm

GOLDEN = Path(__file__).parent.parent / "golden" / "timelines"
REAL = (  # the form of a list that Media Composer exported in 2020
    "Editor\t01:01:07:21\tV1\tred\tVFX - Fade In. Tilt down, matte top.\t1\n"
    "Editor\t01:01:27:09\tV1\tgreen\tVFX - RESPEED 200% TO 100%\t1\n"
    "Editor\t01:07:40:08\tA2\tmagenta\tpipe | inside\t24\n"
)


@pytest.mark.parametrize("columns", [6, 8])
def test_the_list_is_the_golden_one(columns: int) -> None:
    text = avid_markers.write(programme(rate="29.97 DF"), columns=columns)
    assert text == (GOLDEN / f"markers.avid{columns}.txt").read_text("utf-8")


@settings(calm, max_examples=40)
@given(st.data(), st.sampled_from(RATES), st.sampled_from(STARTS), st.sampled_from([6, 8]))
def test_marks_on_frames_come_back_as_they_were(data: st.DataObject, rate: FrameRate, start: str, columns: int) -> None:
    document = Document(marks=data.draw(marks(rate)))
    if not document.marks:
        return
    sent = programme_of(document, TimelineInfo.of(document, rate=rate, start=start))
    text = avid_markers.write(sent, columns=columns)
    assert avid_markers.sniff(text)
    assert avid_markers.read(text, **at(sent)).document.marks == document.marks


@pytest.mark.parametrize("colour", NAMES)
def test_every_colour_comes_back_while_nobody_changes_it(colour: str) -> None:
    mark = Mark("m", "music", 0, 1000, "x", (("colour", colour),) if colour != "Purple" else ())
    sent = programme(Document(marks=(mark,)))
    text = avid_markers.write(sent)
    assert avid_markers.read(text, **at(sent)).document.marks == (mark,)
    shown = text.split("\t")[3]
    other = "blue" if shown != "blue" else "red"
    changed = avid_markers.read(
        text.replace(shown, other).replace(shown.title(), other), sent.info.rate, start=sent.info.start_timecode
    ).document.marks[0]
    assert dict(changed.attributes)["colour"] == other.title()


def at(sent: Programme) -> dict[str, Any]:
    """What a reader must be told of the sequence."""
    return {"rate": sent.info.rate, "start": sent.info.start_timecode}


def test_a_list_of_media_composer_is_read() -> None:
    read = avid_markers.read(REAL, FrameRate.parse("24"), start="01:00:00:00")
    assert [(mark.kind, mark.text) for mark in read.document.marks] == [
        ("note", "VFX - Fade In. Tilt down, matte top."),
        ("note", "VFX - RESPEED 200% TO 100%"),
        ("note", "pipe | inside"),
    ]
    assert [dict(mark.attributes)["colour"] for mark in read.document.marks] == ["Red", "Green", "Magenta"]
    assert read.info.span(read.document.marks[2].start, read.document.marks[2].end) == (11_048, 24)


def test_a_marker_with_a_name_keeps_both() -> None:
    read = avid_markers.read("me\t00:00:01:00\tTC1\tGold\tfix the grade\t1\tGrade\tGold\n")
    mark = read.document.marks[0]
    assert (mark.text, dict(mark.attributes)["note"], mark.start) == ("Grade", "fix the grade", 1000)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_saved_by_a_spreadsheet_is_read(encoding: str) -> None:
    sent = programme()
    rows = [line.split("\t") for line in avid_markers.write(sent).splitlines()]
    text = "\r\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    assert avid_markers.read(text.encode(encoding), **at(sent)).document.marks == MARKS


@pytest.mark.parametrize("bad", ["", "hello", "a\tb\tc\td\te", "u\t01:00:00\tV1\tred\tx\t1", b"\xff\xfe", "\t\t\t\t"])
def test_what_is_no_list_is_refused(bad: str | bytes) -> None:
    with pytest.raises(DocumentError):
        avid_markers.read(bad)


def test_a_row_of_another_rate_is_left_out_with_a_note() -> None:
    read = avid_markers.read(REAL + "Editor\t01:00:00:29\tV1\tred\tx\t1\n", FrameRate.parse("24"))
    assert len(read.document.marks) == 3
    assert any("left out" in note for note in read.notes)

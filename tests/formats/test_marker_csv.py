"""Premiere's marker list: what is written is what Premiere exports, and what a spreadsheet did to it is read."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Document
from plugin_core.errors import DocumentError
from plugin_core.formats import marker_csv
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of
from tests.formats.marks import DOCUMENT, MARKS, RATES, STARTS, marks, programme
from tests.formats.samples import calm

GOLDEN = Path(__file__).parent.parent / "golden" / "timelines"


@pytest.mark.parametrize("rate", ["25", "29.97 DF"])
def test_the_list_is_the_golden_one(rate: str) -> None:
    text = marker_csv.write(programme(rate=rate))
    assert text == (GOLDEN / f"markers.{rate.split(maxsplit=1)[0]}.csv").read_text("utf-8")


@settings(calm, max_examples=40)
@given(st.data(), st.sampled_from(RATES), st.sampled_from(STARTS))
def test_marks_on_frames_come_back_as_they_were(data: st.DataObject, rate: FrameRate, start: str) -> None:
    document = Document(marks=data.draw(marks(rate)))
    sent = programme_of(document, TimelineInfo.of(document, rate=rate, start=start))
    text = marker_csv.write(sent)
    if document.marks:
        assert marker_csv.sniff(text)
    assert marker_csv.read(text, **at(sent)).document.marks == document.marks


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_saved_by_a_spreadsheet_is_read(delimiter: str, encoding: str) -> None:
    sent = programme()
    rows = list(csv.reader(io.StringIO(marker_csv.write(sent), newline=""), delimiter="\t"))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    assert marker_csv.read(out.getvalue().encode(encoding), **at(sent)).document.marks == MARKS


def at(sent: Programme) -> dict[str, Any]:
    """What a reader must be told of the sequence."""
    return {"rate": sent.info.rate, "start": sent.info.start_timecode}


def test_a_users_list_becomes_notes_and_scenes() -> None:
    text = (
        "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\t\n"
        "Test\tSome comment\t00;11;23;01\t00;11;24;25\t00;00;01;24\tChapter\n"
        "\tlook here\t0;12;0;2\t\t00;00;00;00\tComment\n"
    )
    read = marker_csv.read(text)
    first, second = read.document.marks
    assert read.info.rate.label == "29.97 DF"
    assert "29.97 DF" in read.notes[0]
    assert (first.kind, first.text, first.attributes) == ("scene", "Test", (("note", "Some comment"),))
    assert (second.kind, read.info.frame(second.start)) == ("note", FrameRate.parse("29.97df").frame_of("00:12:00;02"))
    assert read.info.span(first.start, first.end)[1] == 54


def test_headings_in_a_language_we_do_not_know_are_passed_over() -> None:
    read = marker_csv.read(
        "Nimi\tKuvaus\tSisään\tUlos\tKesto\tTyyppi\nA\tb\t00:00:01:00\t00:00:02:00\t00:00:01:00\tx\n"
    )
    assert [(mark.text, mark.start, mark.end) for mark in read.document.marks] == [("A", 1000, 2000)]


def test_a_copied_row_gets_a_new_id_and_a_row_without_times_is_noted() -> None:
    sent = programme()
    head, first, *rest = marker_csv.write(sent).splitlines()
    broken = first.replace("01:00:00:00", "99:00:00:00")
    read = marker_csv.read(
        "\n".join([head, first, first, broken, *rest]), sent.info.rate, start=sent.info.start_timecode
    )
    assert len(read.document.marks) == len(MARKS) + 1
    assert any("twice" in note for note in read.notes)
    assert any("without readable times" in note for note in read.notes)


@pytest.mark.parametrize(
    "bad", ["", "\n\n", "a,b,c\n1,2,3", "Marker Name\tDescription", b"\x00\x01\x02", '"', "\t" * 50]
)
def test_what_is_no_list_is_refused(bad: str | bytes) -> None:
    with pytest.raises(DocumentError):
        marker_csv.read(bad)


def test_only_the_kinds_asked_for_are_written() -> None:
    text = marker_csv.write(programme(), kinds=["scene"], ids=False)
    assert "zimu:" not in text
    assert len(text.splitlines()) == 4
    assert codecs.BOM_UTF8 not in text.encode()


def test_the_list_has_no_cues() -> None:
    assert marker_csv.read(marker_csv.write(programme(DOCUMENT))).document.cues == ()

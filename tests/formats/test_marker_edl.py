"""Markers travel as EDL to Resolve and back, and as locators."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Document, Mark
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import cmx_edl, marker_edl
from plugin_core.formats.layout import clean
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of

GOLDEN = Path(__file__).parent.parent / "golden"
RATES = [FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")]
STARTS = ["00:00:00:00", "01:00:00:00", "10:00:00:00"]

MARKS = (
    Mark("m1", "music", 1000, 4040, "harp | strings", (("mood", "sad; slow"), ("colour", "Lemon")), 0.83),
    Mark("m2", "sound", 4040, 4080, "门铃\ndoorbell"),
    Mark("m3", "note", 9000, 9040, "", (("note", "2. check [grade]: yes"),)),
    Mark("m4", "scene", 60_000, 75_000, "rooftop", (("colour", "Orange"),), 0.5),
)

RESOLVE_EXPORT = """TITLE: ( no title )

001  001      V     C        01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07  
Poil noire gauche cadre |C:ResolveColorYellow |M:Marker 1 |D:1

002  001      V     C        01:00:20:20 01:00:20:21 01:00:20:20 01:00:20:21  
 |C:ResolveColorGreen |M:Marker 2 |D:30

"""  # noqa: W291 - as Resolve writes it


def programme(marks: tuple[Mark, ...], rate: FrameRate, start: str = "01:00:00:00", name: str = "Reel 1") -> Programme:
    document = Document(marks=marks)
    return programme_of(document, TimelineInfo.of(document, rate=rate, start=start, name=name))


@pytest.mark.parametrize("form", marker_edl.FORMS)
def test_the_file_is_what_hosts_read(form: str) -> None:
    text = marker_edl.write(programme(MARKS, FrameRate.parse("29.97 DF")), form=form)
    assert text == (GOLDEN / f"marker_{form}.edl").read_text("utf-8")


@pytest.mark.parametrize("form", marker_edl.FORMS)
@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", STARTS)
def test_marks_come_back_to_the_frame(form: str, rate: FrameRate, start: str) -> None:
    marks = tuple(
        replace(
            mark, start=rate.snap(mark.start), end=rate.snap(mark.end) + (rate.snap(mark.end) == rate.snap(mark.start))
        )
        for mark in MARKS
    )
    marks = tuple(replace(mark, end=max(mark.end, rate.ms_at(rate.frame_at(mark.start) + 1))) for mark in marks)
    read = marker_edl.read(marker_edl.write(programme(marks, rate, start), form=form))
    assert read.document.marks == marks
    assert (read.info.rate, read.info.start_timecode.replace(";", ":"), read.info.name) == (rate, start, "Reel 1")
    assert read.notes == ()


def spans(made: Programme) -> list[tuple[str, str, str, tuple[int, int]]]:
    info = made.info
    found = [(mark.id, mark.kind, mark.text, info.span(mark.start, mark.end)) for mark in made.document.marks]
    return sorted(found)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\u2060"), max_size=30).map(clean)
marks_strategy = st.lists(
    st.tuples(st.sampled_from(MARK_KINDS), texts, st.integers(0, 10_000), st.integers(1, 500)), max_size=8
)


@given(marks_strategy, st.sampled_from(RATES), st.sampled_from(marker_edl.FORMS), st.integers(-2, 2))
@example([("music", "¦\n0", 0, 1)], RATES[0], "resolve", 0)
@example([("music", "|\n¦|0", 0, 1)], RATES[0], "loc", 0)
def test_any_text_comes_back(found: list[tuple[str, str, int, int]], rate: FrameRate, form: str, hours: int) -> None:
    marks = []
    free = 0
    for number, (kind, text, frame, frames) in enumerate(sorted(found, key=lambda item: item[2])):
        first = max(frame, free)
        free = first + 1
        marks.append(Mark(f"m{number}", kind, rate.ms_at(first), rate.ms_at(first + frames), text.strip()))
    made = programme(tuple(marks), rate)
    made = replace(made, info=replace(made.info, offset=hours * 3_600_000 if hours > 0 else 0))
    text = marker_edl.write(made, form=form)
    if not marks:
        with pytest.raises(DocumentError):
            marker_edl.read(text)
        return
    read = marker_edl.read(text)
    assert spans(read) == spans(made)
    assert read.info.offset == made.info.offset


@pytest.mark.parametrize(("rate", "fcm"), [("23.976", "NON-DROP"), ("29.97", "NON-DROP"), ("29.97 DF", "DROP"),
                                           ("59.94 DF", "DROP"), ("25", "NON-DROP")])  # fmt: skip
def test_the_frame_code_mode_is_that_of_the_timecode_not_of_the_fraction(rate: str, fcm: str) -> None:
    text = marker_edl.write(programme(MARKS, FrameRate.parse(rate)))
    assert text.splitlines()[1] == f"FCM: {fcm} FRAME"


def test_what_resolve_exports_is_read() -> None:
    read = marker_edl.read(RESOLVE_EXPORT, FrameRate.parse("24"))
    assert [(mark.text, mark.attributes) for mark in read.document.marks] == [
        ("Marker 1", (("note", "Poil noire gauche cadre"), ("colour", "Yellow"))),
        ("Marker 2", (("colour", "Green"),)),
    ]
    assert [read.info.frame(mark.start) for mark in read.document.marks] == [18 * 24 + 6, 20 * 24 + 20]
    assert [read.info.span(mark.start, mark.end)[1] for mark in read.document.marks] == [1, 30]
    assert read.info.start_timecode == "01:00:00:00"
    assert "where the timeline starts" in read.notes[0]


def test_reading_twice_gives_the_same_ids() -> None:
    first, second = (marker_edl.read(RESOLVE_EXPORT, FrameRate.parse("24")).document.marks for _ in range(2))
    assert first == second


def test_a_start_that_is_known_counts() -> None:
    read = marker_edl.read(RESOLVE_EXPORT, FrameRate.parse("24"), start="00:59:00:00")
    assert read.info.frame(read.document.marks[0].start) == 78 * 24 + 6


def test_without_a_rate_the_labels_tell_the_lowest() -> None:
    read = marker_edl.read(RESOLVE_EXPORT.replace(":20:20", ":20:27").replace(":20:21", ":20:28"))
    assert read.info.rate == FrameRate.parse("30")
    assert "does not say its frame rate" in read.notes[0]


def test_an_edit_made_in_resolve_is_kept() -> None:
    text = marker_edl.write(programme(MARKS, FrameRate.parse("25")))
    edited = text.replace("|C:ResolveColorSand |M:rooftop |D:375", "|C:ResolveColorMint |M:the roof |D:50")
    assert edited != text
    changed = marker_edl.read(edited).document.marks[-1]
    assert (changed.id, changed.kind, changed.text, changed.end) == ("m4", "scene", "the roof", 62_000)
    assert changed.attributes == (("colour", "Mint"),)


def test_a_colour_that_resolve_lacks_comes_back() -> None:
    text = marker_edl.write(programme(MARKS, FrameRate.parse("25")))
    assert "ResolveColorSand |M:rooftop" in text
    assert marker_edl.read(text).document.marks[-1].attributes == (("colour", "Orange"),)


def test_a_copy_made_in_the_host_gets_an_id_of_its_own() -> None:
    text = marker_edl.write(programme(MARKS[:1], FrameRate.parse("25")))
    body = text.split("\n\n", 1)[1]
    copied = body.replace("01:00:01:00", "01:00:05:00").replace("01:00:01:01", "01:00:05:01")
    read = marker_edl.read(f"{text}{copied}")
    assert [mark.id for mark in read.document.marks] == ["m1", "m1~2"]
    assert "there more than once" in read.notes[0]


def test_marks_of_one_frame_take_the_next_ones_in_resolve_but_not_as_locators() -> None:
    marks = tuple(Mark(str(n), "sound", 1000, 1040, "") for n in range(3))
    made = programme(marks, FrameRate.parse("25"))
    assert [mark.start for mark in marker_edl.read(marker_edl.write(made)).document.marks] == [1000, 1040, 1080]
    assert marker_edl.read(marker_edl.write(made, form="loc")).document.marks == marks


def test_events_are_numbered_on_beyond_999() -> None:
    marks = tuple(Mark(f"{n:04}", "shot", n * 1000, n * 1000 + 40, str(n)) for n in range(1200))
    text = marker_edl.write(programme(marks, FrameRate.parse("25")))
    assert "\n1200  001      V     C        01:19:59:00" in text
    assert marker_edl.read(text).document.marks == marks


def test_labels_begin_again_after_24_hours() -> None:
    marks = (Mark("a", "shot", 0, 40, "late"), Mark("b", "shot", 7_200_000, 7_200_040, "next day"))
    text = marker_edl.write(programme(marks, FrameRate.parse("25"), "23:00:00:00"))
    assert "01:00:00:00 01:00:00:01" in text
    assert marker_edl.read(text).document.marks == marks


def test_what_lies_before_the_timeline_is_said() -> None:
    text = RESOLVE_EXPORT.replace("01:00:18:0", "00:59:18:0")
    read = marker_edl.read(text, FrameRate.parse("24"), start="01:00:00:00")
    assert len(read.document.marks) == 1
    assert "before the timeline" in read.notes[0]


def test_notes_and_ids_can_be_left_out() -> None:
    made = programme(MARKS, FrameRate.parse("25"))
    assert "zimu:" not in marker_edl.write(made, ids=False)
    bare = marker_edl.write(made, notes=False)
    assert "mood" not in bare
    assert "\n |C:ResolveColorLemon |M:harp \u2060¦" in bare


def test_no_line_of_ours_looks_like_an_event_by_its_note() -> None:
    text = marker_edl.write(programme(MARKS, FrameRate.parse("25")))
    lines = [line for line in text.splitlines() if "|C:" in line]
    assert not any(line[0].isdigit() for line in lines)


def test_an_independent_reader_finds_the_locators() -> None:
    adapter = pytest.importorskip("otio_cmx3600_adapter.cmx_3600")
    text = marker_edl.write(programme(MARKS, FrameRate.parse("25")), form="loc")
    (clip,) = adapter.read_from_string(text, rate=25).find_clips()
    assert clip.name == "Reel 1"
    found = [
        (round(m.marked_range.start_time.value) - 90_000, m.color, m.name.partition("| ")[0]) for m in clip.markers
    ]
    assert found == [(25, "YELLOW", "harp \u2060¦ strings "), (101, "CYAN", "门铃\u2060 doorbell "),
                     (225, "ORANGE", ""), (1500, "ORANGE", "rooftop ")]  # fmt: skip


@pytest.mark.parametrize("text", ["", "no edl at all", "TITLE: x\nFCM: NON-DROP FRAME\n", "\x00\x01", "001"])
def test_an_edl_without_markers_says_so(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        marker_edl.read(text)
    assert caught.value.code == "edl.no-markers"
    assert caught.value.hint


def test_a_label_the_rate_does_not_have_names_its_line() -> None:
    with pytest.raises(DocumentError, match="Line 3") as caught:
        marker_edl.read(RESOLVE_EXPORT.replace("18:06", "18:26").replace("18:07", "18:27"), FrameRate.parse("24"))
    assert caught.value.code == "edl.timecode"


def test_half_an_event_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        marker_edl.read("001  001  V  C  01:00:18:06 01:00:18:07\n")
    assert caught.value.code == "edl.event"


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(SettingsError):
        marker_edl.write(programme(MARKS, FrameRate.parse("25")), form="avid")


def test_markers_and_cuts_are_told_apart() -> None:
    made = programme(MARKS, FrameRate.parse("25"))
    for form in marker_edl.FORMS:
        assert marker_edl.sniff(marker_edl.write(made, form=form))
        assert not cmx_edl.sniff(marker_edl.write(made, form=form))
    assert not marker_edl.sniff(cmx_edl.write(made))
    assert cmx_edl.sniff(cmx_edl.write(made))
    assert not marker_edl.sniff("1\n00:00:01,000 --> 00:00:02,000\nhello\n")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, f"001  001      V     C        01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07\n{text}"):
        try:
            marks = marker_edl.read(whole, FrameRate.parse("24")).document.marks
        except DocumentError as error:
            marks = ()
            code = error.code
        assert marks or code.startswith("edl.")

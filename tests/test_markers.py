"""Marks become markers and come back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import colours
from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Cue, Document, Mark, Media
from plugin_core.errors import DocumentError
from plugin_core.host import Marker, TimelineInfo
from plugin_core.markers import mark_of, markers_of, note_of, parse_note, without_id

RATES = [FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")]
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20)
texts = words.map(str.strip).filter(bool)
attributes = st.lists(st.tuples(texts.filter(lambda key: key not in {"confidence", "colour"}), texts), max_size=4)


@given(st.sampled_from(MARK_KINDS), attributes, st.floats(0, 1))
def test_a_note_gives_back_what_it_was_made_of(kind: str, pairs: list[tuple[str, str]], confidence: float) -> None:
    mark = Mark("5f2c81a0b9de", kind, 0, 1, "x", tuple(pairs), confidence)
    assert parse_note(note_of(mark)) == (mark.id, kind, mark.attributes, confidence)


def test_a_note_reads_as_words() -> None:
    mark = Mark("5f2c", "music", 0, 1, "harp", (("mood", "sad"), ("type", "a;b")), 0.5)
    assert note_of(mark) == r"music; mood: sad; type: a\;b; confidence: 0.5 [zimu:5f2c]"
    assert without_id(note_of(mark)) == note_of(mark, with_id=False)


def test_a_users_note_is_kept_as_it_is() -> None:
    assert parse_note("check: the grade; please") == ("", "note", (("note", "check: the grade; please"),), 1.0)


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", ["00:00:00:00", "01:00:00:00", "10:00:00:00"])
def test_a_mark_on_frames_comes_back_to_the_millisecond(rate: FrameRate, start: str) -> None:
    marks = tuple(Mark(f"m{n}", "sound", rate.ms_at(n * 97), rate.ms_at(n * 97 + 31), "bang") for n in range(500))
    document = Document(marks=marks)
    info = TimelineInfo.of(document, rate=rate, start=start)
    assert tuple(mark_of(marker, info) for marker in markers_of(document, info)) == marks
    assert info.start_timecode.replace(";", ":") == start


def test_marks_of_one_frame_take_the_next_free_ones_where_a_host_holds_one() -> None:
    marks = tuple(Mark(str(n), kind, 1000, 1100, kind) for n, kind in enumerate(("scene", "music", "note", "music")))
    document = Document(marks=marks)
    info = TimelineInfo.of(document)
    assert [(m.frame, m.key) for m in markers_of(document, info, one_per_frame=True)] == [
        (25, "1"), (26, "3"), (27, "0"), (28, "2"),
    ]  # fmt: skip
    assert {m.frame for m in markers_of(document, info)} == {25}


def test_what_lies_before_the_timeline_is_cut_or_left_out() -> None:
    document = Document(marks=(Mark("a", "sound", 0, 400, ""), Mark("b", "sound", 0, 2000, "")))
    info = TimelineInfo(offset=-1000)
    assert [(m.key, m.frame, m.frames) for m in markers_of(document, info)] == [("b", 0, 25)]


def test_a_timeline_takes_rate_and_timecode_from_the_media() -> None:
    rate = FrameRate(Fraction(30000, 1001), drop=True)
    media = Media("C:\\shots\\day 1.mov", 10_000, rate, start_timecode="01:00:00;00", width=1920, height=1080)
    info = TimelineInfo.of(Document(media=media))
    assert (info.name, info.start, info.duration) == ("day 1", 107_892, 300)
    assert TimelineInfo.of(Document(media=media), rate=FrameRate.parse("25")).start == 0  # ";" is no label at 25
    with pytest.raises(DocumentError):
        TimelineInfo.of(Document(media=media), rate=FrameRate.parse("25"), start="01:00:00;00")


def test_a_cue_longer_than_the_media_lengthens_the_timeline() -> None:
    cue = Cue("c", 0, 20_000, ("x",))
    assert TimelineInfo.of(Document(languages=("en",), cues=(cue,), media=Media(duration=5))).duration == 500


@pytest.mark.parametrize("host", colours.PALETTES)
def test_a_hosts_colour_read_and_written_is_the_same(host: str) -> None:
    for name in colours.PALETTES[host]:
        assert colours.to_host(colours.from_host(name, host), host) == name


@pytest.mark.parametrize("host", colours.PALETTES)
def test_our_colour_survives_a_host_that_did_not_change_it(host: str) -> None:
    for name in colours.NAMES:
        assert colours.returned(name, colours.to_host(name, host), host) == name


@pytest.mark.parametrize("host", colours.PALETTES)
def test_every_kind_has_a_colour_of_its_own(host: str) -> None:
    assert len({colours.to_host(name, host) for name in colours.KINDS.values()}) == len(MARK_KINDS)


def test_a_changed_colour_is_taken_over() -> None:
    assert colours.returned("Lavender", "Green", "premiere") == "Green"
    assert colours.returned("Lavender", "no such colour", "premiere") == "Lavender"


def test_a_colour_of_its_own_is_kept_on_the_mark() -> None:
    mark = mark_of(Marker("k", 0, 1, "n", "music", "Lemon"), TimelineInfo())
    assert colours.colour_of(mark) == "Lemon"
    assert mark_of(Marker("k", 0, 1, "n", "music", "Purple"), TimelineInfo()).attributes == ()


def test_a_marker_given_its_kinds_own_colour_in_the_host_loses_the_one_it_had() -> None:
    mark = mark_of(Marker("k", 0, 1, "n", "music; colour: Lemon; mood: sad", "Purple"), TimelineInfo())
    assert mark.attributes == (("mood", "sad"),)


def test_a_colour_nobody_changed_stays_where_it_is_among_the_attributes() -> None:
    mark = mark_of(Marker("k", 0, 1, "n", "music; colour: Lemon; mood: sad", "Lemon"), TimelineInfo())
    assert mark.attributes == (("colour", "Lemon"), ("mood", "sad"))

"""SubRip as people break it: read what can be read, and say what was mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core import formats
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import Layout
from plugin_core.formats.layout import WORD_JOINER

GOOD = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nWorld\n"


def times(text: str) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.texts[0]) for cue in formats.read_text(text, "srt").cues]


EXPECTED = [(1000, 2500, "Hello"), (3000, 4000, "World")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("good", GOOD),
        ("without numbers", GOOD.replace("1\n0", "0", 1).replace("2\n0", "0", 1)),
        ("without blank lines", GOOD.replace("\n\n", "\n")),
        ("without numbers and blank lines", GOOD.replace("1\n0", "0", 1).replace("\n\n2\n", "\n")),
        ("dots for commas", GOOD.replace(",", ".")),
        ("full-width marks", GOOD.replace(",", "，").replace(":", "：")),
        ("short fractions", GOOD.replace(",500", ",5").replace(",000", ",0")),
        ("no fractions where zero", GOOD.replace(",000", "")),
        ("no hours", GOOD.replace("00:00:", "00:")),
        ("thin arrows", GOOD.replace("-->", "->")),
        ("escaped arrows", GOOD.replace("-->", "--&gt;")),
        ("no spaces", GOOD.replace(" --> ", "-->")),
        ("spaces inside", GOOD.replace("00:00:0", "00 : 00 : 0").replace(",", " , ")),
        ("old Mac line ends", GOOD.replace("\n", "\r")),
        ("Windows line ends", GOOD.replace("\n", "\r\n")),
        ("mixed line ends", GOOD.replace("\n", "\r\n", 3).replace("World\n", "World\r")),
        ("BOM", "\ufeff" + GOOD),
        ("huge numbers", GOOD.replace("1\n0", "999999999999999999999\n0").replace("2\n0", "4294967297\n0")),
        ("many blank lines", "\n\n\n" + GOOD.replace("\n", "\n\n\n")),
        ("numbers from 0 and twice", GOOD.replace("2\n0", "1\n0")),
        ("words before the first cue", "my subtitles\n\n" + GOOD),
        ("coordinates", GOOD.replace("02,500", "02,500  X1:100 X2:200 Y1:10 Y2:20")),
        ("text on the line of times", GOOD.replace("02,500\nHello", "02,500 Hello")),
        ("trailing spaces", GOOD.replace("\n", "  \n")),
        ("tags", GOOD.replace("Hello", '<i><font color="#fff">Hello</font></i>').replace("World", "{\\i1}World{\\i0}")),
        ("not in order", "2\n00:00:03,000 --> 00:00:04,000\nWorld\n\n1\n00:00:01,000 --> 00:00:02,500\nHello\n"),
    ],
)
def test_broken_srt_reads_as_the_good_one(name: str, text: str) -> None:
    assert times(text) == EXPECTED, name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("1\n0", "0", 1), "1 × cue without a number."),
        (GOOD.replace("\n\n", "\n"), "1 × cue not parted from the next by a blank line."),
        (GOOD.replace(",", "."), "2 × times not written as 00:00:00,000."),
        (GOOD.replace("\n", "\r\n", 2), "The line ends were of several kinds."),
        (GOOD.replace("Hello", "Hel\n\nlo"), "1 × blank lines inside a cue, taken out."),
        (GOOD.replace("00:00:01,000 -->", "-00:00:01,000 -->"), "1 cue before the start of the media, moved to 0."),
        (GOOD.replace("02,500", "00,500"), "1 cue ended before starting, given a new end."),
        (GOOD.replace("02,500", "01,000"), "1 cue of no length, kept."),
        (GOOD.replace("Hello", ""), "1 cue without text, left out."),
        (GOOD.replace("00:00:03", "0x:00:03"), "1 × cue with unreadable times, left out."),
        (GOOD.replace("00:00:04", "99999:00:04"), "1 cue later than 1000 hours, left out."),
        (GOOD.replace("00:00:01", "00:00:05").replace("00:00:02", "00:00:06"), "The cues were not in order of time"),
    ],
)
def test_what_was_mended_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "film.srt"
    path.write_bytes(text.encode())
    assert any(said in repair for repair in formats.open_file(path).repairs)


def test_a_good_file_needs_no_repair(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(GOOD, encoding="utf-8", newline="\r\n")
    assert formats.open_file(path).repairs == ()


def test_a_cue_that_ends_before_it_starts_stays_visible_but_never_meets_the_next() -> None:
    alone = times("1\n00:00:05,000 --> 00:00:01,000\nHello\n")
    before = times("1\n00:00:05,000 --> 00:00:01,000\nHello\n\n2\n00:00:05,500 --> 00:00:06,000\nWorld\n")
    assert alone == [(5000, 7000, "Hello")]
    assert before[0] == (5000, 5500, "Hello")


def test_overlapping_cues_are_legal_and_stay() -> None:
    assert times(GOOD.replace("02,500", "03,700"))[0] == (1000, 3700, "Hello")


def test_hours_past_99_are_read_and_written() -> None:
    late = Document(languages=("en",), cues=(Cue("a", 400_000_000, 400_001_000, ("Late",)),))
    text = formats.to_text(late, "srt")
    assert "111:06:40,000 --> 111:06:41,000" in text
    assert times(text) == [(400_000_000, 400_001_000, "Late")]


def test_a_number_as_the_last_line_of_a_cue_is_text() -> None:
    assert times("1\n00:00:01,000 --> 00:00:02,000\nIt was\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\n42\n") == [
        (1000, 2000, "It was\n1984"),
        (3000, 4000, "42"),
    ]


def test_angle_brackets_that_are_no_tags_are_text() -> None:
    assert times(GOOD.replace("Hello", "a < b, 5 > 3, <3, <unknown>"))[0][2] == "a < b, 5 > 3, <3, <unknown>"


def test_what_a_player_would_take_for_markup_is_broken_up_invisibly() -> None:
    texts = ("<b>x</b>", "{\\an8}x", "00:00:01,000 --> 00:00:02,000")
    for text in texts:
        written = formats.to_text(Document(languages=("en",), cues=(Cue("a", 0, 900, (text,)),)), "srt")
        assert text not in written
        assert text in written.replace(WORD_JOINER, "")


def test_a_place_at_the_top_is_kept() -> None:
    document = formats.read_text(GOOD.replace("Hello", "{\\an8}Hello"), "srt")
    assert document.cues[0].tags == ("an8",)
    assert "\n{\\an8}Hello\n" in formats.to_text(document, "srt")


def test_the_order_of_languages_is_the_layouts() -> None:
    document = Document(languages=("zh", "en"), cues=(Cue("a", 0, 900, ("你好", "Hello")),))
    assert "\n你好\nHello\n" in formats.to_text(document, "srt")
    assert "\nHello\n你好\n" in formats.to_text(document, "srt", Layout("target-over-source"))
    assert "Hello" not in formats.to_text(document, "srt", Layout("single"))
    assert "你好" not in formats.to_text(document, "srt", Layout("single", ("en",)))


@pytest.mark.parametrize(
    "text", ["", " \n\n", "1\n", "some text", "some text\n00:00:00,500 --> 00:00:07,000", "1\n2\n3\n"]
)
def test_a_file_without_cues_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "空 file 😀.srt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="holds no cues") as caught:
        formats.read(path)
    assert caught.value.code == "document.no-cues"
    assert path.name in caught.value.message

r"""ASS: one event per cue, a style per language, the text safe from being taken for codes."""

from __future__ import annotations

import re

import pysubs2
import pytest

from plugin_core import formats
from plugin_core.document import Cue, Document, Media, Word
from plugin_core.errors import DocumentError
from plugin_core.formats import Layout
from tests.formats.samples import BILINGUAL

HEAD = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1
Style: Top,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def dialogue(text: str, style: str = "Default") -> str:
    return f"Dialogue: 0,0:00:01.00,0:00:02.50,{style},Mary,0,0,0,,{text}\n"


def lines(document: Document, layout: Layout = Layout()) -> list[str]:  # noqa: B008
    text = formats.to_text(document, "ass", layout)
    return [line.split(",", 9)[9] for line in text.splitlines() if line.startswith("Dialogue:")]


def test_codes_are_taken_out_and_the_speaker_kept() -> None:
    raw = r"{\i1}Hello{\i0}\Nthere\hand{\fad(100,200)} \{so\} on"
    cue = formats.read_text(HEAD + dialogue(raw)).cues[0]
    assert (cue.start, cue.end, cue.texts[0], cue.speaker) == (1000, 2500, "Hello\nthere and {so} on", "Mary")


def test_drawings_and_comments_are_no_cues() -> None:
    text = (
        HEAD
        + dialogue(r"{\p1}m 0 0 l 100 0{\p0}")
        + dialogue("Seen")
        + dialogue("Hidden").replace("Dialogue", "Comment")
    )
    assert [cue.texts[0] for cue in formats.read_text(text).cues] == ["Seen"]


@pytest.mark.parametrize(("raw", "style"), [(r"{\an8}Up", "Default"), ("Up", "Top")])
def test_a_place_at_the_top_is_kept(raw: str, style: str) -> None:
    document = formats.read_text(HEAD + dialogue(raw, style))
    assert document.cues[0].tags == ("an8",)
    assert lines(document) == [r"{\an8}Up"]


def test_a_bilingual_cue_is_one_event_that_changes_style() -> None:
    assert lines(BILINGUAL)[0] == r"你好，欢迎来到字幕。\N{\rZimu-en}Hello, and welcome to Zimu."
    over = lines(BILINGUAL, Layout("target-over-source"))
    assert over[0] == r"Hello, and welcome to Zimu.\N{\rZimu-zh}你好，欢迎来到字幕。"


def test_the_lower_language_is_smaller_and_each_has_its_font() -> None:
    styles = pysubs2.SSAFile.from_string(formats.to_text(BILINGUAL, "ass"), format_="ass").styles
    assert styles["Zimu-en"].fontsize < styles["Zimu-zh"].fontsize
    assert (styles["Zimu-zh"].fontname, styles["Zimu-en"].fontname) == ("Noto Sans CJK SC", "Arial")


def test_the_picture_is_the_medias_size() -> None:
    tall = Document(media=Media(width=1080, height=1920), languages=("zh",), cues=(Cue("a", 0, 900, ("你好",)),))
    info = pysubs2.SSAFile.from_string(formats.to_text(tall, "ass"), format_="ass").info
    assert (info["PlayResX"], info["PlayResY"]) == ("1080", "1920")


def test_words_light_up_when_they_are_spoken() -> None:
    first = lines(BILINGUAL, Layout(highlight=True))[0]
    assert first == r"{\k60}你好，{\k50}欢迎{\k60}来到字幕。\N{\rZimu-en}Hello, and welcome to Zimu."
    assert lines(BILINGUAL, Layout(highlight=True))[1].startswith("一切")


def test_highlight_times_add_up_to_the_cue() -> None:
    words = tuple(
        Word(1003 + at * 333, 1003 + at * 333 + 300, text) for at, text in enumerate(["One ", "two ", "three"])
    )
    cue = Cue("a", 996, 2504, ("One two three",), words=words)
    line = lines(Document(languages=("en",), cues=(cue,)), Layout(highlight=True))[0]
    assert sum(int(found) for found in re.findall(r"\\k(\d+)", line)) == (2500 - 1000) // 10
    assert re.sub(r"\{[^}]*\}", "", line) == "One two three"


@pytest.mark.parametrize(("start", "end", "written"), [(4, 5, (0, 10)), (5, 14, (10, 20)), (1996, 2004, (2000, 2010))])
def test_times_are_rounded_to_centiseconds_and_no_cue_vanishes(start: int, end: int, written: tuple[int, int]) -> None:
    document = Document(languages=("en",), cues=(Cue("a", start, end, ("x",)),))
    cue = formats.read_text(formats.to_text(document, "ass")).cues[0]
    assert (cue.start, cue.end) == written


def test_times_past_ten_hours_are_refused_not_cut() -> None:
    late = Document(languages=("en",), cues=(Cue("a", 36_000_000, 36_001_000, ("Late",)),))
    with pytest.raises(DocumentError, match="9:59:59"):
        formats.to_text(late, "ass")


def test_fields_in_another_order_are_understood() -> None:
    text = HEAD.replace("Layer, Start, End, Style, Name,", "Start, End, Layer, Name, Style,")
    cue = formats.read_text(text + "Dialogue: 0:00:01.00,0:00:02.50,0,Mary,Default,0,0,0,,Hello, you\n").cues[0]
    assert (cue.start, cue.end, cue.texts[0], cue.speaker) == (1000, 2500, "Hello, you", "Mary")


def test_damaged_lines_are_left_out_and_the_rest_read() -> None:
    text = HEAD.replace("&H00FFFFFF", "&HXYZ") + dialogue("Good") + "Dialogue: 0,garbage,0:00:02.50,x\nDialogue: 0\n"
    read = formats.FORMATS["ass"].read
    assert read is not None
    result = read(text)
    assert [cue.texts[0] for cue in result.cues] == ["Good"]
    assert result.repairs == ["4 × damaged style or dialogue line, left out."]


def test_old_mac_line_ends() -> None:
    assert len(formats.read_text((HEAD + dialogue("a") + dialogue("b")).replace("\n", "\r")).cues) == 2

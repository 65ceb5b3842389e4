"""WebVTT: what a file says beside its text comes in and goes out again."""

from __future__ import annotations

import pytest

from plugin_core import formats
from plugin_core.document import Cue, Document, Word
from plugin_core.errors import DocumentError
from plugin_core.formats import Layout
from tests.formats.samples import BILINGUAL

FULL = """WEBVTT - a header
X-Key: value

NOTE a comment
over two lines

STYLE
::cue(b) { color: red }

REGION
id:fred

intro
00:01.000 --> 00:02.500 line:0
<v.loud Mary>Hello <b>there</b> &amp; &lt;welcome&gt;</v>

00:00:03.000 --> 00:00:04.000 position:10% align:start
It's a <ruby>漢<rt>kan</rt></ruby> word
"""


def cues(text: str) -> tuple[Cue, ...]:
    return formats.read_text(text, "vtt").cues


def test_ids_voices_settings_entities_and_ruby() -> None:
    first, second = cues(FULL)
    assert (first.id, first.start, first.end) == ("intro", 1000, 2500)
    assert (first.texts[0], first.speaker, first.tags) == ("Hello there & <welcome>", "Mary", ("an8",))
    assert (second.texts[0], second.tags) == ("It's a 漢 word", ("vtt:position:10% align:start",))


def test_settings_go_out_again() -> None:
    written = formats.to_text(formats.read_text(FULL, "vtt"), "vtt")
    assert "00:00:01.000 --> 00:00:02.500 line:0\n<v Mary>Hello there &amp; &lt;welcome&gt;\n" in written
    assert "00:00:04.000 position:10% align:start\n" in written


def test_inline_times_become_words() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\none<00:01.500><c> two</c><00:02.000><c> three</c>\n"
    assert cues(text)[0].texts == ("one two three",)
    assert cues(text)[0].words == (Word(1000, 1500, "one"), Word(1500, 2000, " two"), Word(2000, 3000, " three"))


def test_words_become_inline_times_in_the_spoken_language_only() -> None:
    text = formats.to_text(BILINGUAL, "vtt", Layout(highlight=True))
    assert "<lang zh>你好，<00:00:01.000>欢迎<00:00:01.500>来到字幕。</lang>\n<lang en>Hello, and" in text
    assert "<00:0" not in formats.to_text(BILINGUAL, "vtt")


def test_words_that_no_longer_fit_the_text_are_not_written() -> None:
    cue = Cue("a", 0, 2000, ("Something else entirely",), words=(Word(0, 900, "你好"), Word(900, 1500, "世界")))
    text = formats.to_text(Document(languages=("en",), cues=(cue,)), "vtt", Layout(highlight=True))
    assert "Something else entirely" in text


def test_two_voices_are_both_named() -> None:
    assert cues("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Yes.\n<v B>No.\n")[0].speaker == "A / B"


def test_a_missing_signature_and_loose_times_are_read_and_reported() -> None:
    text = "00:01,000 --> 00:02.5\nHello\n"
    parsed = formats.FORMATS["vtt"].read
    assert parsed is not None
    result = parsed(text)
    assert [(cue.start, cue.end) for cue in result.cues] == [(1000, 2500)]
    assert result.repairs == [
        "The file does not begin with WEBVTT.",
        "1 × time not written as the standard has it.",
    ]


def test_text_never_ends_the_cue_or_begins_another() -> None:
    document = Document(languages=("en",), cues=(Cue("a", 0, 900, ("x --> y\n\n00:00.000 --> 00:01.000",)),))
    written = formats.to_text(document, "vtt")
    assert written.count("-->") == 1
    assert "\n\n00:00.000" not in written


def test_the_languages_are_in_the_file() -> None:
    again = formats.read_text(formats.to_text(BILINGUAL, "vtt"), "vtt")
    assert again.languages == ("zh", "en")
    one = formats.read_text(formats.to_text(BILINGUAL, "vtt", Layout("single", ("en",))), "vtt")
    assert one.languages == ("en",)


@pytest.mark.parametrize("text", ["WEBVTT", "WEBVTT\n\n", "WEBVTT\n\nNOTE nothing\n", "WEBVTT\n\nfoo --> bar\nx\n"])
def test_a_file_without_cues_says_so(text: str) -> None:
    with pytest.raises(DocumentError, match="holds no cues"):
        cues(text)

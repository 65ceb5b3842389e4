"""Audio description: captions in the pauses, with the time that reading takes."""

from __future__ import annotations

from pathlib import Path

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.captioning.description import RATES, Draft, Reading, drafted, placed, webvtt
from plugin_core.captioning.marking import with_texts
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import vtt

GOLDEN = Path(__file__).parents[1] / "golden" / "descriptions.vtt"
USUAL = Reading()


def caption(number: int, zh: str, en: str = "") -> Mark:
    return with_texts(Mark(f"c{number}", "caption", 4000 * number, 4000 * number + 4000, ""), {"zh": zh, "en": en})


def film() -> Document:
    told = [
        caption(0, "一个女人推开木门", "A woman pushes the door & enters"),
        caption(1, "两个人坐在桌边说话", "Two people sit at a table and talk"),
        caption(2, "两个人坐在桌边说话", "Two people sit at a table and talk"),
        caption(3, "汽车驶过雨中的街道"),
        caption(4, "窗外下着 iPhone 一样亮的雨"),
    ]
    spoken = ((2600, 4100, "你来了。"), (5000, 11_000, "坐吧。"), (12_500, 13_000, "走。"))
    cues = tuple(Cue(f"{start}", start, end, (text,)) for start, end, text in spoken)
    return Document(Media("film.mp4", 20_000), ("zh",), cues, tuple(told))


def test_it_is_what_it_was() -> None:
    """Read the file when it changes: a player speaks it."""
    text = webvtt(drafted(film(), "zh"), "zh")
    assert text == GOLDEN.read_text("utf-8")


def test_the_file_is_webvtt_that_names_its_kind_and_language() -> None:
    draft = drafted(film(), "en", Reading({"zh": 240, "en": 300}))
    text = webvtt(draft, "en")
    assert text.splitlines()[0] == "WEBVTT Kind: descriptions; Language: en"
    assert "&amp;" in text
    parsed = vtt.read(text)
    assert not parsed.repairs
    assert [cue.texts[0] for cue in parsed.cues] == [cue.texts[0] for cue in draft.cues]
    assert [(one.start, one.end) for one in pysubs2.SSAFile.from_string(text, format_="vtt")] == [
        (cue.start, cue.end) for cue in draft.cues
    ]


def test_reading_takes_as_long_as_the_rates_say() -> None:
    assert USUAL.ms("一" * RATES["zh"]) == 60_000
    assert USUAL.ms("word " * RATES["en"]) == 60_000
    assert USUAL.ms("一" * 24 + " mother-in-law's dog 12") == 6_000 + 1_125
    assert USUAL.ms("好") == 1_000
    assert Reading({"zh": 120, "en": 160}).ms("一" * 12) == 6_000


@pytest.mark.parametrize("rate", [0, 59, 601])
def test_a_senseless_rate_is_refused(rate: int) -> None:
    with pytest.raises(SettingsError):
        Reading({"zh": rate, "en": 160})


def test_where_somebody_speaks_all_the_time_nothing_is_described() -> None:
    draft = placed([(0, 4000, "一个女人推开木门")], [(0, 5000)], USUAL)
    assert draft == Draft((), 1)


def test_the_same_caption_is_not_said_twice_in_a_row() -> None:
    draft = placed([(0, 4000, "雨"), (4000, 8000, "雨"), (8000, 12_000, "雪")], [], USUAL)
    assert [(cue.start, cue.texts[0]) for cue in draft.cues] == [(0, "雨"), (8000, "雪")]
    assert draft.left == 0


def test_a_description_waits_for_the_pause_in_its_shot() -> None:
    (cue,) = placed([(0, 6000, "一" * 8)], [(500, 2000)], USUAL).cues
    assert (cue.start, cue.end) == (2250, 4250)


def test_without_captions_it_says_what_there_is() -> None:
    with pytest.raises(DocumentError) as error:
        drafted(Document(marks=(caption(0, "雨"),)), "en")
    assert "in zh" in error.value.hint
    with pytest.raises(DocumentError) as error:
        drafted(Document(), "en")
    assert "zimu describe" in error.value.hint


SPANS = st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 9_000)), max_size=12).map(
    lambda pairs: [(start, start + length) for start, length in pairs]
)
SHOTS = st.lists(st.tuples(st.integers(200, 9_000), st.text("一二三ab ", max_size=30)), max_size=12)


@given(SPANS, SHOTS, st.integers(0, 500), st.integers(0, 80_000))
def test_no_description_meets_a_cue_and_each_has_its_time(
    spoken: list[tuple[int, int]], shots: list[tuple[int, str]], clear: int, duration: int
) -> None:
    reading, told, at = Reading(clear=clear), [], 0
    for length, text in shots:
        told.append((at, at + length, text))
        at += length
    draft = placed(told, spoken, reading, duration)
    for cue in draft.cues:
        assert cue.end - cue.start == reading.ms(cue.texts[0])
        assert all(cue.end + clear <= start or end + clear <= cue.start for start, end in spoken)
        assert any(start <= cue.start < end and cue.end <= end + reading.late for start, end, _ in told)
        assert not duration or cue.end <= duration
    for before, after in zip(draft.cues, draft.cues[1:], strict=False):
        assert before.end + reading.apart <= after.start
    assert len(draft.cues) + draft.left <= len(told)

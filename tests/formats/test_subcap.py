"""Avid's SubCap captions: written to the frame, read back, refused with a sentence."""

from __future__ import annotations

import pytest

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import subcap
from plugin_core.formats.layout import Layout
from plugin_core.host import TimelineInfo
from plugin_core.timeline import programme_of
from tests.programmes import RATES, STARTS, info_of, rich_document


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_times_and_texts_come_back_to_the_frame(rate: FrameRate, start: str) -> None:
    document = rich_document(rate)
    text = subcap.write(programme_of(document, info_of(document, start)), layout=Layout("single", ("en",)))
    assert subcap.sniff(text)
    back = subcap.read(text, rate=rate)
    assert [(c.start, c.end, c.texts[0]) for c in back.document.cues] == [
        (c.start, c.end, c.texts[1]) for c in document.cues
    ]
    assert back.info.start_timecode.replace(";", ":") == start


def test_the_file_is_what_avid_writes() -> None:
    cues = (Cue("a", 0, 2000, ("one\ntwo",)), Cue("b", 1000, 3000, ("three",)))
    info = TimelineInfo(FrameRate.parse("29.97 DF"), start=FrameRate.parse("29.97 DF").frame_of("01:00:00;00"))
    assert subcap.write(programme_of(Document(languages=("en",), cues=cues), info)).split("\r\n") == [
        "@ This file written with the Avid Caption plugin, version 1", "", "<begin subtitles>", "",
        "01:00:00;00 01:00:01;00", "one", "two", "", "01:00:01;00 01:00:03;00", "three", "", "<end subtitles>", "",
    ]  # fmt: skip


def test_captions_before_the_timeline_are_left_out() -> None:
    document = Document(languages=("en",), cues=(Cue("a", 0, 1000, ("gone",)), Cue("b", 5000, 6000, ("here",))))
    text = subcap.write(programme_of(document, TimelineInfo(offset=-2000)))
    assert "gone" not in text
    assert "00:00:03:00 00:00:04:00" in text


def test_a_file_without_captions_is_refused() -> None:
    with pytest.raises(DocumentError, match="no captions"):
        subcap.read("<begin subtitles>\n<end subtitles>")


def test_a_timecode_that_the_rate_does_not_have_is_refused() -> None:
    with pytest.raises(DocumentError, match="timecode"):
        subcap.read("<begin subtitles>\n01:00:00:29 01:00:02:00\nx\n", rate=FrameRate.parse("25"))

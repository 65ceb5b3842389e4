"""The report is one self-contained page that says what is in the document, safely."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import lanes
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.profiles import find
from plugin_core.report import clock, write_report


class Page(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    import wave

    path = tmp_path / "片段 <1>.wav"
    samples = (np.sin(np.arange(16_000 * 40) / 20) * 9000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def page(source: Path, document: Document, **more: tuple[int, ...]) -> Page:
    target = write_report(document, source, source.with_suffix(".html"), find("netflix"), **more)
    return Page(target.read_text("utf-8"))


def test_texts_are_escaped_and_nothing_is_loaded_from_elsewhere(sound: Path) -> None:
    evil = "<script>alert(1)</script>"
    cues = (Cue("a", 0, 2000, (evil, "你好")), Cue("b", 3000, 3100, ("Far too much text for so little time.", "好")))
    found = page(sound, Document(Media(str(sound), 40_000), ("en", "zh"), cues), cuts=(1000,))
    assert "script" not in found.tags
    assert evil in found.text
    assert all(link.startswith("#cue-") for link in found.links)
    assert found.tags.count("svg") == 2  # 40 s in rows of 30
    assert found.tags.count("rect") == 2
    assert "reading-speed" in found.text
    assert found.tags.count("line") == 1


def test_a_subtitle_file_has_a_report_without_a_waveform(tmp_path: Path) -> None:
    source = tmp_path / "film.srt"
    source.write_text("")
    found = page(source, Document(Media(), ("en",), (Cue("a", 0, 2000, ("Hello.",)),)))
    assert "svg" not in found.tags
    assert "Hello." in found.text


def test_an_empty_document_has_a_report(sound: Path) -> None:
    assert "0" in page(sound, Document(Media(str(sound), 40_000), ("en",))).text


def test_starter_results_say_so(sound: Path) -> None:
    document = Document(Media(str(sound), 40_000), ("en",), made_by="Zimu 1; starter-speech-zh-en 1")
    assert "starter packs" in page(sound, document).text
    assert "starter packs" not in page(sound, Document(Media(str(sound), 40_000), ("en",), made_by="Zimu 1")).text


def test_clock() -> None:
    assert clock(0) == "00:00.000"
    assert clock(61_234) == "01:01.234"
    assert clock(3_661_001) == "1:01:01.001"


def test_marks_lie_under_the_sound_and_in_a_table_and_speakers_have_a_column(sound: Path) -> None:
    evil = "<u>门铃响"
    marks = (
        Mark(
            "m", "music", 29_000, 31_000, "calm piano", (("source", "sound"), ("name", "piano"), ("mood", "calm")), 0.91
        ),
        Mark("s", "sound", 1000, 1500, evil, (("action", "有人到访"),), 0.5),
    )
    cues = (Cue("a", 0, 2000, ("Hello.",), speaker="<em>Mary"), Cue("b", 3000, 3100, ("Yes.",)))
    found = page(sound, Document(Media(str(sound), 40_000), ("en",), cues, marks))
    assert found.tags.count("rect") == 2 + 1 + 2  # the cues; the sound; the music in both rows it reaches into
    assert found.text.count(evil) == 3  # label, title, table
    assert "mood: calm" in found.text
    assert "name: piano" not in found.text
    assert "91%" in found.text
    assert "Who" in found.text
    assert "<em>Mary" in found.text
    assert not {"u", "em"} & set(found.tags)
    bare = page(sound, Document(Media(str(sound), 40_000), ("en",), (Cue("b", 3000, 3100, ("Yes.",)),)))
    assert "Who" not in bare.text
    assert "Marks" not in bare.text


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 9000), st.text("a乐", max_size=40)), max_size=20))
def test_labels_of_one_lane_never_cover_each_other(rows: list[tuple[int, int, str]]) -> None:
    marks = [Mark(str(at), "sound", start, start + long, text) for at, (start, long, text) in enumerate(sorted(rows))]
    found = lanes.lanes(marks, 0, 30_000, 0.04)
    assert len(found) <= lanes.MOST
    for row in found:
        for one, other in pairwise(row):
            assert max(one.end * 0.04, one.start * 0.04 + lanes.label_width(one.text)) < other.start * 0.04

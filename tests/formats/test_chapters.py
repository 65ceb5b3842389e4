"""Chapters: what YouTube, FFmpeg and Matroska take, and back."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark, Media
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import chapters
from plugin_core.host import TimelineInfo
from plugin_core.timeline import programme_of
from tests.formats.marks import DOCUMENT, MARKS, RATES, STARTS, marks, programme
from tests.formats.samples import calm
from tests.media_fixtures import Recipe, VideoTrack, make

GOLDEN = Path(__file__).parent.parent / "golden" / "timelines"
ENDINGS = {"youtube": "txt", "ffmetadata": "ffmetadata", "matroska": "xml"}
SCENES = tuple(mark for mark in MARKS if mark.kind == "scene")


def _titled(*times: int, duration: int = 0) -> Document:
    made = tuple(Mark(f"t{n}", "title", time, time + 2000, f"Part {n}") for n, time in enumerate(times))
    return Document(media=Media("film.mov", duration), marks=made)


@pytest.mark.parametrize("form", chapters.FORMS)
def test_the_chapters_are_the_golden_ones(form: chapters.Form) -> None:
    marks = (*MARKS[:1], *(mark for mark in MARKS[1:]))
    document = Document(DOCUMENT.media, ("zh", "en"), (), (*marks[1:], _english(marks[0])))
    text = chapters.write(programme(document, rate="29.97 DF"), form)
    assert text == (GOLDEN / f"chapters.{ENDINGS[form]}").read_text("utf-8")


def _english(mark: Mark) -> Mark:
    return Mark(mark.id, mark.kind, mark.start, mark.end, "厨房", (("en", 'Kitchen & <"bath">; a=b #1\\'),))


@settings(calm, max_examples=40)
@given(st.data(), st.sampled_from(RATES), st.sampled_from(STARTS))
def test_ffmetadata_gives_the_marks_back(data: st.DataObject, rate: FrameRate, start: str) -> None:
    found = data.draw(marks(rate))
    document = Document(marks=tuple(Mark(m.id, m.kind, m.start, m.end, m.text or "x", m.attributes) for m in found))
    if not document.marks:
        return
    sent = programme_of(document, TimelineInfo.of(document, rate=rate, start=start))
    text = chapters.write(sent, "ffmetadata", kinds={mark.kind for mark in document.marks})
    assert chapters.read(text, sent.info).document.marks == document.marks


@settings(calm, max_examples=40)
@given(st.data(), st.sampled_from(RATES))
def test_matroska_gives_scenes_back_in_every_language(data: st.DataObject, rate: FrameRate) -> None:
    found = data.draw(marks(rate))
    document = Document(
        languages=("zh", "en"),
        marks=tuple(
            Mark(m.id, "scene", m.start, m.end, m.text or "x", (("en", "y"),) * (n % 2)) for n, m in enumerate(found)
        ),
    )
    if not document.marks:
        return
    sent = programme_of(document, TimelineInfo.of(document, rate=rate))
    read = chapters.read(chapters.write(sent, "matroska"), sent.info)
    assert read.document.marks == document.marks
    assert read.document.languages[:1] == ("zh",)


def test_ffmpegs_reader_takes_the_metadata(tmp_path: Path) -> None:
    path = tmp_path / "chapters.ffmeta"
    sent = programme(rate="29.97 DF")
    path.write_text(chapters.write(sent, "ffmetadata"), "utf-8")
    with av.open(str(path), format="ffmetadata") as container:
        found = [(c["start"], c["end"], c["time_base"], c["metadata"]["title"]) for c in container.chapters()]
    rate = sent.info.rate
    assert [(start * base * 1000, end * base * 1000, title) for start, end, base, title in found] == [
        (rate.snap(mark.start), rate.snap(mark.end), mark.text) for mark in SCENES
    ]


@pytest.mark.skipif(not shutil.which("mkvmerge"), reason="mkvmerge is not on this machine")
def test_mkvmerge_takes_the_xml(tmp_path: Path) -> None:
    video = make(tmp_path / "film.mkv", Recipe(video=VideoTrack(frames=10)))
    path = tmp_path / "chapters.xml"
    path.write_text(chapters.write(programme(), "matroska"), "utf-8")
    out = tmp_path / "out.mkv"
    subprocess.run(["mkvmerge", "-q", "-o", out, "--chapters", path, video], check=True)
    with av.open(str(out)) as container:
        assert [c["metadata"]["title"] for c in container.chapters()] == [mark.text for mark in SCENES]


def test_a_film_in_ffmpegs_hands_gives_its_chapters_back(tmp_path: Path) -> None:
    """The times and titles survive a real file, also where the title needs escapes."""
    document = Document(marks=(Mark("a", "scene", 40, 80, "a=b;c#d\\e"), Mark("b", "scene", 80, 400, "二")))
    text = chapters.write(programme_of(document), "ffmetadata")
    path = tmp_path / "c.ffmeta"
    path.write_text(text, "utf-8")
    with av.open(str(path), format="ffmetadata") as container:
        assert [c["metadata"]["title"] for c in container.chapters()] == ["a=b;c#d\\e", "二"]
        assert [c["metadata"]["zimu"] for c in container.chapters()] == ["scene [zimu:a]", "scene [zimu:b]"]


def test_youtube_gets_its_rules_and_is_told_what_changed() -> None:
    sent = programme(_titled(4000, 12_000, 30_000, 55_000, duration=60_000))
    assert chapters.write(sent) == "0:00 Part 0\n0:12 Part 1\n0:30 Part 2\n"
    assert len(chapters.notes(sent)) == 2
    late = programme(_titled(20_400, 3_720_000))
    assert chapters.write(late) == "0:00 Zimu\n0:20 Part 0\n1:02:00 Part 1\n".replace("Zimu", late.info.name)
    few = programme(_titled(0, 20_000))
    assert "fewer than 3" in chapters.notes(few)[0]
    assert chapters.notes(programme()) == ()


@settings(calm, max_examples=60)
@given(st.lists(st.integers(0, 4_000_000), min_size=1, max_size=12, unique=True), st.integers(0, 5_000_000))
def test_no_chapter_on_youtube_breaks_its_rules(times: list[int], duration: int) -> None:
    sent = programme(_titled(*sorted(times), duration=duration), rate="23.976")
    read = chapters.read(chapters.write(sent)).document.marks
    starts = [mark.start for mark in read]
    assert starts[0] == 0
    assert all(b - a >= chapters.SHORTEST for a, b in pairwise(starts))


def test_youtube_lines_that_people_write_are_read() -> None:
    text = "My film!\n\n(00:00) Intro\n1:05 - Kitchen\n- 01:02:03: Garden\nnot 5:00 here\n"
    read = chapters.read(text)
    assert [(m.start, m.end, m.text) for m in read.document.marks] == [
        (0, 65_000, "Intro"),
        (65_000, 3_723_000, "Kitchen"),
        (3_723_000, 3_733_000, "Garden"),
    ]


def test_scenes_come_before_titles_and_kinds_can_be_asked_for() -> None:
    assert [c.title for c in chapters.chapters_of(programme())] == [mark.text for mark in SCENES]
    assert [c.title for c in chapters.chapters_of(programme(), kinds=["action"])] == ["she runs"]
    with pytest.raises(SettingsError, match="dance"):
        chapters.write(programme(), kinds=["dance"])
    with pytest.raises(DocumentError, match="no marks that are chapters"):
        chapters.write(programme(Document(marks=MARKS[1:2])))


def test_an_offset_moves_the_chapters_both_ways() -> None:
    info = TimelineInfo(FrameRate.parse("25"), offset=10_000)
    sent = programme_of(Document(marks=(Mark("a", "scene", 5000, 6000, "x"),)), info)
    text = chapters.write(sent, "ffmetadata")
    assert "START=15000\nEND=16000" in text
    assert chapters.read(text, info).document.marks == sent.document.marks


@pytest.mark.parametrize(
    "bad",
    ["", "hello", ";FFMETADATA1\n[CHAPTER]\ntitle=x\n", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/0\nSTART=1\n",
     ";FFMETADATA1\n[CHAPTER]\nSTART=999999999999999999\nTIMEBASE=1/1\n", "<Chapters>", "<Chapters/>",
     "<Chapters><EditionEntry><ChapterAtom/></EditionEntry></Chapters>",
     '<!DOCTYPE Chapters [<!ENTITY a "b">]><Chapters>&a;</Chapters>', b"\x00\x01"],
    ids=range(10),
)  # fmt: skip
def test_what_holds_no_chapters_is_refused(bad: str | bytes) -> None:
    with pytest.raises(DocumentError):
        chapters.read(bad)


def test_matroska_written_by_others_is_read() -> None:
    text = """<?xml version="1.0"?><!-- <!DOCTYPE Chapters SYSTEM "matroskachapters.dtd"> -->
    <Chapters><EditionEntry><EditionUID>1</EditionUID><ChapterAtom><ChapterUID>7</ChapterUID>
    <ChapterTimeStart>00:00:01.5</ChapterTimeStart><ChapterDisplay><ChapterString>Début</ChapterString>
    <ChapterLanguage>fre</ChapterLanguage></ChapterDisplay><ChapterDisplay><ChapterString>Beginning</ChapterString>
    </ChapterDisplay></ChapterAtom><ChapterAtom><ChapterTimeStart>00:01:00.000000000</ChapterTimeStart>
    </ChapterAtom></EditionEntry></Chapters>"""
    read = chapters.read(text)
    first, second = read.document.marks
    assert (first.id, first.start, first.end, first.text, first.attributes) == (
        "7", 1500, 60_000, "Début", (("en", "Beginning"),),
    )  # fmt: skip
    assert (second.start, second.text, read.document.languages) == (60_000, "", ("fr", "en"))

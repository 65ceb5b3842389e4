"""FCPXML that Zimu writes: valid against Apple's DTDs, exact to the frame, and read back whole."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import SettingsError
from plugin_core.formats import fcpxml
from plugin_core.formats.fcpxml_names import language_of, tag_in_role, tags_of
from plugin_core.formats.fcpxml_time import parse_time
from plugin_core.host import TimelineInfo
from plugin_core.timeline import programme_of
from tests.formats.fcpxml_cases import RATES, STARTS, bilingual, programme

GOLDEN = Path(__file__).parent.parent / "golden" / "fcpxml"
TIMES = {"offset", "start", "duration", "tcStart", "frameDuration", "posterOffset"}
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


def elements(text: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(text).iter(tag))


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_document_comes_back_whole_and_to_the_frame(rate: FrameRate, start: str) -> None:
    written = programme(rate, start)
    for captions in ("caption", "title", "both"):
        back = fcpxml.read(fcpxml.write(written, captions=captions))
        assert back.document.cues == written.document.cues
        assert back.document.marks == written.document.marks
        assert back.document.languages == written.document.languages
        assert back.info == written.info
        assert back.info.start_timecode.replace(";", ":") == start
        assert back.notes == ()


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_time_is_a_whole_number_of_frames(rate: FrameRate) -> None:
    text = fcpxml.write(programme(rate, "01:00:00:00"), captions="both", formats=("ITT", "SRT"), chapters=("scene",))
    for element in ET.fromstring(text).iter():
        for name in TIMES & set(element.attrib):
            assert (parse_time(element.attrib[name]) * rate.fps).denominator == 1, (element.tag, element.attrib)


@pytest.mark.shared
@pytest.mark.parametrize("version", fcpxml.VERSIONS)
def test_every_version_is_valid_against_apples_dtd(version: str, shared: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    dtd = etree.DTD(str(shared / f"timelines/fcpxml_dtd/Final_Cut_Pro_XML_DTD_version_{version}.dtd"))
    for rate in RATES:
        for start in STARTS:
            text = fcpxml.write(programme(rate, start), version=version, captions="both", chapters=("scene", "shot"))
            assert dtd.validate(etree.fromstring(text.encode())), (rate, start, dtd.error_log)


def test_the_file_is_what_final_cut_pro_expects() -> None:
    document = bilingual(FrameRate.parse("29.97 DF"), cues=3)
    document = replace(document, marks=document.marks[:4])
    info = TimelineInfo.of(document, start="01:00:00;00", name="Day 1")
    for name, options in {
        "captions-1.10": {},
        "titles-1.13": {"version": "1.13", "captions": "title", "chapters": ("action",)},
        "both-1.9": {"version": "1.9", "captions": "both", "formats": ("ITT", "SRT")},
    }.items():
        text = fcpxml.write(programme_of(document, info), **options)
        assert text == (GOLDEN / f"{name}.fcpxml").read_text(encoding="utf-8"), name


def test_captions_that_overlap_in_a_language_lie_on_different_lanes() -> None:
    text = fcpxml.write(programme(RATES[2]), formats=("ITT", "SRT"))
    taken: dict[str, list[tuple[Fraction, Fraction, str]]] = {}
    for caption in elements(text, "caption"):
        start = parse_time(caption.get("offset", ""))
        span = (start, start + parse_time(caption.get("duration", "")), caption.get("role", ""))
        for other in taken.setdefault(caption.get("lane", ""), []):
            assert other[1] <= span[0] or span[1] <= other[0], (other, span)
            assert other[2] == span[2]
        taken[caption.get("lane", "")].append(span)


def test_the_drop_frame_flag_and_the_frame_duration_are_exact() -> None:
    for rate, duration, flag in (
        ("29.97 DF", "1001/30000s", "DF"),
        ("23.976", "1001/24000s", "NDF"),
        ("25", "100/2500s", "NDF"),
    ):
        (sequence,) = elements(text := fcpxml.write(programme(FrameRate.parse(rate))), "sequence")
        assert sequence.get("tcFormat") == flag
        assert elements(text, "format")[0].get("frameDuration") == duration


def test_chinese_is_named_as_final_cut_pro_names_it() -> None:
    roles = {caption.get("role") for caption in elements(fcpxml.write(programme(RATES[2])), "caption")}
    assert roles == {"iTT?captionFormat=ITT.cmn-Hans", "iTT?captionFormat=ITT.en"}
    assert [language_of(tag) for tag in tags_of(("zh", "zh-Hant", "en-US", "und"))] == ["zh", "zh-Hant", "en-US", "und"]


@given(
    st.lists(st.sampled_from(["zh", "zh-CN", "zh-Hans", "cmn-Hans", "zh-TW", "en", "und", "?", "a.b", ""]), unique=True)
)
def test_no_two_languages_share_a_role(languages: list[str]) -> None:
    tags = tags_of(languages)
    assert len(set(tags)) == len(languages)
    assert [tag_in_role(f"iTT?captionFormat=ITT.{tag}") for tag in tags] == list(tags)


@pytest.mark.parametrize("languages", [("zh", "zh-CN", "zh-Hant"), ("en", "english?"), ("und",), ("zh",)])
def test_unusual_languages_come_back(languages: tuple[str, ...]) -> None:
    texts = tuple(f"text {language}" for language in languages)
    document = Document(languages=languages, cues=(Cue("a", 0, 1000, texts), Cue("b", 2000, 3000, texts)))
    back = fcpxml.read(fcpxml.write(programme_of(document)))
    assert (back.document.languages, back.document.cues) == (languages, document.cues)


def test_a_language_without_any_text_comes_back() -> None:
    document = Document(languages=("zh", "en"), cues=(Cue("a", 0, 1000, ("你好", "")),))
    assert fcpxml.read(fcpxml.write(programme_of(document))).document.languages == ("zh", "en")


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 90), PLAIN, PLAIN), max_size=12), st.sampled_from(RATES))
def test_whatever_was_said_comes_back(said: list[tuple[int, int, str, str]], rate: FrameRate) -> None:
    cues = [
        Cue(f"{n}", rate.ms_at(start), rate.ms_at(start + length), (text, ""), speaker=speaker)
        for n, (start, length, text, speaker) in enumerate(said)
    ]
    marks = tuple(
        Mark(f"m{n}", "sound", rate.ms_at(start), rate.ms_at(start + length), text, (("by", speaker),))
        for n, (start, length, text, speaker) in enumerate(said)
    )
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end, cue.id))
    document = Document(languages=("en", "zh"), cues=tuple(ordered), marks=marks)
    back = fcpxml.read(fcpxml.write(programme_of(document, TimelineInfo.of(document, rate=rate)))).document
    assert back.cues == document.cues
    assert sorted(back.marks, key=lambda mark: mark.id) == sorted(marks, key=lambda mark: mark.id)


def test_media_that_does_not_begin_with_the_timeline_keeps_its_offset() -> None:
    for offset in (-2000, 2000):
        written = programme(RATES[2])
        info = replace(written.info, offset=offset, mark_in=10, mark_out=400)
        back = fcpxml.read(fcpxml.write(programme_of(written.document, info)))
        assert (back.info.offset, back.info.mark_in, back.info.mark_out) == (offset, 10, 400)
        late = [cue for cue in written.document.cues if cue.start + offset >= 0]
        assert [cue for cue in back.document.cues if cue in late] == late
        assert all(cue.start + offset >= 0 for cue in back.document.cues)


def test_marks_become_chapters_and_to_dos() -> None:
    marks = (
        Mark("a", "scene", 0, 400, "one"),
        Mark("b", "note", 1000, 1040, "two", (("todo", "open"),)),
        Mark("c", "note", 2000, 2040, "three", (("todo", "done"),)),
        Mark("d", "note", 3000, 3040, "four", (("marker", "chapter"),)),
    )
    text = fcpxml.write(programme_of(Document(marks=marks)), chapters=("scene",))
    assert [marker.get("value") for marker in elements(text, "chapter-marker")] == ["one", "four"]
    assert [marker.get("completed") for marker in elements(text, "marker")] == ["0", "1"]
    assert fcpxml.read(text).document.marks == marks
    done = text.replace('value="two" completed="0"', 'value="two" completed="1"')
    assert fcpxml.read(done).document.marks[1].attributes == (("todo", "done"),)


def test_an_id_copied_in_the_editor_is_given_a_new_one() -> None:
    written = programme(RATES[2])
    text = fcpxml.write(written)
    text = text.replace("[zimu:c001]", "[zimu:c000]").replace("[zimu:m001]", "[zimu:m000]")
    back = fcpxml.read(text)
    assert len(back.document.cues) == len(written.document.cues)
    assert len(back.document.marks) == len(written.document.marks)
    assert len(back.notes) == 2
    assert fcpxml.read(text) == back


def test_a_text_moved_in_one_language_becomes_a_cue_of_its_own() -> None:
    document = Document(languages=("zh", "en"), cues=(Cue("a", 0, 1000, ("你好", "hello")),))
    text = fcpxml.write(programme_of(document))
    moved = re.sub(r'(lane="2" offset=)"0s"', r'\1"2s"', text)
    assert moved != text
    assert [cue.texts for cue in fcpxml.read(moved).document.cues] == [("你好", ""), ("", "hello")]


def test_an_empty_document_is_a_valid_project() -> None:
    back = fcpxml.read(fcpxml.write(programme_of(Document())))
    assert (back.document.cues, back.document.marks) == ((), ())


def test_names_and_notes_that_xml_cannot_hold_are_cleaned() -> None:
    document = Document(
        languages=("en",), cues=(Cue("a", 0, 1000, ("a\x00b",)),), marks=(Mark("m", "note", 0, 40, "x\x01\ufffe"),)
    )
    info = TimelineInfo.of(document, name='"<&\x02>')
    back = fcpxml.read(fcpxml.write(programme_of(document, info)))
    assert (back.document.cues[0].texts, back.document.marks[0].text, back.info.name) == (("ab",), "x", '"<&>')


@pytest.mark.parametrize(
    "options", [{"version": "1.8"}, {"captions": "burn"}, {"formats": ("CEA608",)}, {"chapters": ("chapter",)}]
)
def test_an_option_that_does_not_exist_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        fcpxml.write(programme_of(Document()), **options)  # type: ignore[arg-type]

"""The media of a programme in FCPXML: cuts, lanes, sound, speeds, transitions and compound clips come back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentimelineio import opentime, schema

from plugin_core.clock import FrameRate
from plugin_core.conform import conform
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.formats import fcpxml
from plugin_core.formats.fcpxml_time import parse_time
from plugin_core.timeline import Programme, rational
from tests.formats.fcpxml_cases import RATES, clip, cut_together, gap, programme, shown, track

PAL = FrameRate.parse("25")
NTSC = FrameRate.parse("29.97 DF")
SPEEDS = [1, 1, 1, 2, 0.5, 1.5, 0.96, -1, -2, 0]
CUTS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 400), st.integers(1, 60), st.sampled_from(SPEEDS), st.integers(0, 40)
    ),
    max_size=6,
)


def again(written: Programme, **options: Any) -> Programme:
    return fcpxml.read(fcpxml.write(written, **options))


def laid(kind: str, cuts: list[tuple[str, int, int, float, int]], rate: FrameRate) -> schema.Track:
    """A track of *cuts*: file, first frame, frames, speed, frames of gap before it."""
    children: list[Any] = []
    for name, start, frames, speed, before in cuts:
        children += [gap(before, rate)] if before else []
        children.append(clip(f"file:///shots/{name}.mov", start, frames, rate, speed=speed))
    return track(kind, *children)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["Video", "Audio"]), CUTS), max_size=5), st.sampled_from(RATES))
def test_any_cut_comes_back(tracks: list[tuple[str, list[tuple[str, int, int, float, int]]]], rate: FrameRate) -> None:
    written = cut_together(rate, *(laid(kind, cuts, rate) for kind, cuts in tracks), start=rate.frame_at(3_600_000))
    back = again(written)
    assert shown(back) == shown(written)
    assert back.info.start == written.info.start


@pytest.mark.shared
@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(["Video", "Audio"]), CUTS), max_size=4),
    st.sampled_from(RATES),
    st.sampled_from(fcpxml.VERSIONS),
)
def test_any_cut_is_valid(
    shared_dtds: dict[str, Any],
    tracks: list[tuple[str, list[tuple[str, int, int, float, int]]]],
    rate: FrameRate,
    version: str,
) -> None:
    from lxml import etree

    texts = programme(rate).document
    written = cut_together(rate, *(laid(kind, cuts, rate) for kind, cuts in tracks), document=texts)
    text = fcpxml.write(written, version=version, captions="both")
    assert shared_dtds[version].validate(etree.fromstring(text.encode())), shared_dtds[version].error_log


@pytest.fixture(scope="module")
def shared_dtds() -> dict[str, Any]:
    """Apple's DTD of every version that is written."""
    from tests.conftest import SHARED

    etree = pytest.importorskip("lxml.etree")
    folder = SHARED / "timelines/fcpxml_dtd"
    if not folder.is_dir():
        pytest.skip("the shared test data is not on this machine")
    return {
        version: etree.DTD(str(folder / f"Final_Cut_Pro_XML_DTD_version_{version}.dtd")) for version in fcpxml.VERSIONS
    }


def test_texts_and_marks_stay_on_their_frames_over_cuts_speeds_and_gaps() -> None:
    cuts = [("a", 100, 40, 2, 10), ("b", 7, 33, -1, 0), ("a", 9, 25, 0, 13), ("c", 50, 60, 0.5, 0)]
    for rate in RATES:
        document = programme(rate).document
        back = again(cut_together(rate, laid("Video", cuts, rate), document=document, start=rate.frame_at(3_600_000)))
        assert (back.document.cues, back.document.marks) == (document.cues, document.marks)


def test_sound_cut_like_its_picture_travels_in_one_clip() -> None:
    cuts = [("a", 100, 40, 1, 0), ("b", 7, 33, 1, 5)]
    written = cut_together(PAL, laid("Video", cuts, PAL), laid("Audio", cuts, PAL))
    text = fcpxml.write(written)
    clips = list(ET.fromstring(text).iter("asset-clip"))
    assert [(one.get("srcEnable"), one.get("lane")) for one in clips] == [(None, None), (None, None)]
    assert shown(fcpxml.read(text)) == shown(written)


def test_sound_that_is_cut_otherwise_is_connected_below() -> None:
    written = cut_together(PAL, laid("Video", [("a", 0, 100, 1, 0)], PAL), laid("Audio", [("a", 0, 90, 1, 10)], PAL))
    picture, sound = ET.fromstring(fcpxml.write(written)).iter("asset-clip")
    assert (picture.get("srcEnable"), sound.get("srcEnable"), sound.get("lane")) == ("video", "audio", "-1")
    assert sound.get("offset") == "10/25s"


def test_a_connected_item_stands_in_the_local_time_of_the_clip_below() -> None:
    base = [("a", 250, 100, 1, 0), ("b", 500, 100, 1, 0)]
    document = Document(
        languages=("en",), cues=(Cue("x", 5000, 6000, ("hi",)),), marks=(Mark("m", "note", 4400, 4440, "n"),)
    )
    text = fcpxml.write(
        cut_together(PAL, laid("Video", base, PAL), laid("Video", [("c", 0, 20, 1, 110)], PAL), document=document)
    )
    spine = next(ET.fromstring(text).iter("spine"))
    assert [child.get("start") for child in spine] == ["10s", "20s"]
    assert {child.tag: child.get("offset") or child.get("start") for child in spine[1]} == {
        "asset-clip": "510/25s", "caption": "21s", "marker": "510/25s",
    }  # fmt: skip


def test_transitions_come_back_at_their_cut() -> None:
    for rate in (PAL, NTSC):
        main = laid("Video", [("a", 100, 40, 1, 0), ("b", 50, 40, 1, 0)], rate)
        main.insert(1, schema.Transition("fade", "SMPTE_Dissolve", rational(5, rate), rational(6, rate)))
        upper = laid("Video", [("a", 100, 30, 1, 20), ("b", 50, 30, 1, 0)], rate)
        upper.insert(2, schema.Transition("fade", "SMPTE_Dissolve", rational(3, rate), rational(4, rate)))
        written = cut_together(rate, main, upper)
        text = fcpxml.write(written)
        back = fcpxml.read(text)
        assert shown(back) == shown(written)
        for number, child, sides in ((0, 1, (5, 6)), (1, 2, (3, 4))):
            transition = back.media.tracks[number][child]
            assert (transition.in_offset.value, transition.out_offset.value) == sides
        storyline = next(one for one in ET.fromstring(text).iter("spine") if one.get("lane"))
        assert [one.tag for one in storyline] == ["asset-clip", "transition", "asset-clip"]


def test_a_compound_clip_comes_back_with_what_is_inside() -> None:
    stack = schema.Stack(
        name="inner",
        children=[
            laid("Video", [("a", 10, 50, 1, 0), ("b", 0, 50, 1, 0)], PAL),
            laid("Audio", [("c", 0, 70, 1, 5)], PAL),
        ],
        source_range=opentime.TimeRange(rational(20, PAL), rational(60, PAL)),
    )
    stack.effects.append(schema.LinearTimeWarp(time_scalar=0.5))
    back = again(cut_together(PAL, track("Video", gap(10, PAL), stack)))
    (found,) = (child for child in back.media.tracks[0] if isinstance(child, schema.Stack))
    assert (found.name, found.source_range, found.effects[0].time_scalar) == ("inner", stack.source_range, 0.5)
    inside = lambda one: shown(replace(back, media=schema.Timeline(tracks=list(one.clone()))))  # noqa: E731
    assert inside(found) == inside(stack)


def test_a_clip_without_a_file_stays_without_one() -> None:
    missing = schema.Clip(
        name="shot 7", media_reference=schema.MissingReference(name="shot 7"),
        source_range=opentime.TimeRange(rational(5, PAL), rational(20, PAL)),
    )  # fmt: skip
    back = again(cut_together(PAL, track("Video", missing)))
    assert back.media.tracks[0][0].media_reference.is_missing_reference
    assert shown(back) == [("Video", 0, 20, "shot 7", Fraction(1, 5), 1.0, True)]


def test_a_generator_becomes_a_placeholder_also_on_an_upper_lane() -> None:
    made = schema.Clip(
        name="bars", media_reference=schema.GeneratorReference(generator_kind="SMPTEBars"),
        source_range=opentime.TimeRange(rational(0, PAL), rational(20, PAL)),
    )  # fmt: skip
    back = again(cut_together(PAL, laid("Video", [("a", 0, 50, 1, 0)], PAL), track("Video", gap(10, PAL), made)))
    (found,) = (child for child in back.media.tracks[1] if isinstance(child, schema.Clip))
    assert (found.name, found.media_reference.generator_kind) == ("bars", "Placeholder")


def test_a_clip_that_is_switched_off_stays_off() -> None:
    written = cut_together(PAL, laid("Video", [("a", 0, 50, 1, 0)], PAL))
    written.media.tracks[0][0].enabled = False
    assert [row[-1] for row in shown(again(written))] == [False]


def test_paths_of_every_system_come_back_as_the_same_file() -> None:
    for path in ("/a b/电影 #1.mov", "C:\\shots\\day 1.mov", "relative/a b.mov", "file:///x/y%20z.mov"):
        written = cut_together(PAL, track("Video", clip(path, 0, 10, PAL)))
        once = again(written)
        assert (
            again(once).media.tracks[0][0].media_reference.target_url
            == once.media.tracks[0][0].media_reference.target_url
        )
        assert once.document.media.path.endswith(
            {
                "/a b/电影 #1.mov": "/a b/电影 #1.mov",
                "C:\\shots\\day 1.mov": "C:/shots/day 1.mov",
                "relative/a b.mov": "a%20b.mov",
                "file:///x/y%20z.mov": "/x/y z.mov",
            }[path]
        )


@pytest.mark.parametrize("version", fcpxml.VERSIONS)
def test_a_file_of_another_rate_is_told_to_play_in_real_time(version: str) -> None:
    fast = FrameRate.parse("120")
    written = cut_together(PAL, track("Video", clip("/a.mov", 30, 300, NTSC), clip("/b.mov", 120, 240, fast)))
    text = fcpxml.write(written, version=version)
    rates = [one.get("srcFrameRate") for one in ET.fromstring(text).iter("conform-rate")]
    assert rates == (["29.97", "120"] if version == "1.13" else ["29.97"])
    back = fcpxml.read(text)
    assert [(row[1], row[2], row[5]) for row in shown(back)] == [(0, 250, 1.0), (250, 300, 1.0)]
    assert [row[4] for row in shown(back)] == [row[4] for row in shown(written)]


def test_a_clips_own_markers_become_marks() -> None:
    marked = clip("/a.mov", 100, 50, PAL)
    marked.markers.append(schema.Marker("look", opentime.TimeRange(rational(110, PAL), rational(1, PAL))))
    marked.markers.append(schema.Marker("cut off", opentime.TimeRange(rational(10, PAL), rational(1, PAL))))
    back = again(cut_together(PAL, track("Video", gap(25, PAL), marked)))
    assert [(mark.text, mark.start) for mark in back.document.marks] == [("look", 1400)]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_cut_that_travelled_through_final_cut_pro_conforms_like_the_cut_itself(rate: FrameRate) -> None:
    document = programme(rate).document
    name = "file:///shots/a.mov"
    old = cut_together(rate, track("Video", clip(name, 0, 700, rate)), document=document)
    parts = [clip(name, 300, 200, rate), gap(7, rate), clip(name, 0, 120, rate), clip(name, 550, 60, rate, speed=2)]
    new = cut_together(rate, track("Video", *parts), start=rate.frame_at(3_600_000))
    direct = conform(document, old, new)
    travelled = conform(document, again(old), again(new))
    assert travelled.document.cues == direct.document.cues
    assert travelled.document.marks == direct.document.marks
    assert direct.document.cues != document.cues


@pytest.mark.parametrize("rate", ["24", "25", "30", "50", "60"])
def test_another_reader_sees_the_same_cut(rate: str) -> None:
    """The adapter of OpenTimelineIO, which knows whole rates only."""
    adapter = pytest.importorskip("otio_fcpx_xml_adapter.fcpx_xml")
    frames = FrameRate.parse(rate)
    cuts = [("a", 100, 40, 1, 0), ("b", 7, 33, 1, 0), ("c", 9, 25, 1, 10)]
    marks = (Mark("m", "note", frames.ms_at(45), frames.ms_at(46), "look"),)
    written = cut_together(
        frames,
        laid("Video", cuts, frames),
        laid("Video", [("d", 3, 20, 1, 50)], frames),
        document=Document(marks=marks),
    )
    (timeline,) = adapter.read_from_string(fcpxml.write(written))
    seen = {
        (
            one.name,
            round(one.transformed_time(one.source_range.start_time, timeline.tracks).value),
            round(one.source_range.duration.value),
            round(one.source_range.start_time.value),
        )
        for one in timeline.find_clips()
    }
    assert seen == {("a.mov", 0, 40, 100), ("b.mov", 40, 33, 7), ("c.mov", 83, 25, 9), ("d.mov", 50, 20, 3)}
    (marker,) = (marker for one in timeline.find_clips() for marker in one.markers)
    assert (marker.name, round(marker.marked_range.start_time.value)) == ("look", 12)


@pytest.mark.shared
def test_every_timeline_of_opentimelineio_is_written_valid(shared: Path, shared_dtds: dict[str, Any]) -> None:
    from lxml import etree

    from plugin_core.exchange import open_programme

    files = sorted((shared / "timelines/otio").glob("*.otio"))
    assert len(files) > 10
    for path in files:
        try:
            written = open_programme(path)
        except DocumentError:  # no timeline, or a schema that this OpenTimelineIO does not know
            continue
        text = fcpxml.write(written, version="1.13")
        assert shared_dtds["1.13"].validate(etree.fromstring(text.encode())), (path, shared_dtds["1.13"].error_log)
        assert parse_time(next(ET.fromstring(text).iter("sequence")).get("duration", "")) > 0

"""FCPXML of Final Cut Pro and others: what is read from it, and what is refused."""

from __future__ import annotations

import contextlib
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio import schema

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError
from plugin_core.formats import fcpxml
from plugin_core.formats.fcpxml_time import format_time, frames_time, parse_time, rate_of
from plugin_core.timeline import Programme
from tests.formats.fcpxml_cases import RATES, programme, seconds_of, shown

SAMPLES = "timelines/fcpxml_samples/Tests/FCPXML Samples/FCPXML"
RESOURCES = """<resources>
<format id="r1" frameDuration="100/2500s" width="1920" height="1080"/>
<format id="r2" frameDuration="1001/30000s" width="1920" height="1080"/>
<asset id="a1" name="A" start="3600s" duration="100s" hasVideo="1" hasAudio="1" format="r1">
 <media-rep src="file:///A.mov"/></asset>
<asset id="a2" name="B" start="0s" duration="100s" hasVideo="1" format="r2" src="file:///B.mov"/>
<asset id="s1" name="S" start="0s" duration="100s" hasAudio="1"><media-rep src="file:///S.wav"/></asset>
<effect id="e1" name="Solid" uid="solid.motn"/>
</resources>"""


def sample(shared: Path, name: str, project: str = "") -> Programme:
    return fcpxml.read((shared / SAMPLES / f"{name}.fcpxml").read_text(encoding="utf-8"), project)


def project(spine: str, start: str = "0s", resources: str = RESOURCES, more: str = "") -> str:
    return (
        f'<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.10">{resources}<library><event><project name="p">'
        f'<sequence format="r1" tcStart="{start}" tcFormat="NDF"><spine>{spine}</spine></sequence></project>{more}'
        "</event></library></fcpxml>"
    )


def read(spine: str, start: str = "0s") -> Programme:
    return fcpxml.read(project(spine, start))


def caption(offset: str, text: str, language: str = "en", extra: str = "") -> str:
    return (
        f'<caption lane="1" offset="{offset}" start="3600s" duration="1s"'
        f' role="SRT?captionFormat=SRT.{language}" {extra}>'
        f"<text>{text}</text></caption>"
    )


@pytest.mark.shared
def test_every_sample_reads_and_reads_the_same_when_written_again(shared: Path) -> None:
    paths = [*(shared / SAMPLES).glob("*.fcpxml"), *(shared / "timelines/fcpx").glob("*.fcpxml")]
    assert len(paths) > 50
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert fcpxml.sniff(text)
        first = fcpxml.read(text)
        second = fcpxml.read(fcpxml.write(first))
        assert shown(second) == shown(first), path.name
        assert [(cue.start, cue.end, cue.texts) for cue in second.document.cues] == [
            (cue.start, cue.end, cue.texts) for cue in first.document.cues
        ], path.name
        assert second.document.marks == first.document.marks, path.name
        assert (second.info.rate, second.info.start) == (first.info.rate, first.info.start), path.name


@pytest.mark.shared
def test_every_project_of_a_library_reads_by_its_name(shared: Path) -> None:
    text = (shared / SAMPLES / "KeywordsWithinFolders.fcpxml").read_text(encoding="utf-8")
    names = [name.replace("&amp;", "&") for name in re.findall(r'<project name="([^"]*)"', text)]
    assert len(names) > 20
    for name in names[:6]:
        assert fcpxml.read(text, name).info.name == name
    with pytest.raises(DocumentError, match="no project named"):
        fcpxml.read(text, "nothing of the kind")


@pytest.mark.shared
def test_captions_of_final_cut_pro_become_cues(shared: Path) -> None:
    found = sample(shared, "CaptionSample")
    assert found.document.languages == ("en",)
    first, second = found.document.cues[:2]
    assert (first.texts, found.info.frame(first.start), found.info.frame(first.end)) == (("Speaker 1: Right.",), 21, 34)
    assert second.texts == ("So intentions\nextremely important.",)
    assert len(found.document.cues) == 45


@pytest.mark.shared
def test_markers_lie_where_final_cut_pro_shows_them(shared: Path) -> None:
    found = sample(shared, "29.97d")
    assert found.info.rate == FrameRate.parse("29.97 DF")
    frames = [found.info.frame(mark.start) for mark in found.document.marks]
    by_name = dict(zip((mark.text for mark in found.document.marks), frames, strict=True))
    assert by_name["Marker 2"] == 44
    assert by_name["Marker 3"] == 103 + 25
    assert by_name["Marker 13"] == 417 + 25 + 2  # in a connected storyline
    assert by_name["Marker 23"] == 678 + 23 + 27  # on a connected compound clip
    assert "INSIDE 1" not in by_name  # inside the compound clip itself


@pytest.mark.shared
def test_media_that_is_conformed_to_another_rate_keeps_its_frames(shared: Path) -> None:
    found = sample(shared, "24With25Media")
    (one, two) = (row for row in shown(found) if row[0] == "Video")
    assert one[1:6] == (240, 294, one[3], Fraction(684, 25), 0.96)
    assert two[1:3] == (360, 360 + 3551)
    marks = {mark.text: found.info.frame(mark.start) for mark in found.document.marks}
    assert marks == {"Marker 1": 241, "Marker 2": 360 + 2753, "Marker 3": 360 + 3210}


@pytest.mark.shared
def test_angles_synchronised_sound_and_auditions_are_followed(shared: Path) -> None:
    multicam = sample(shared, "MulticamSample").media.tracks[0][0]
    files = [(one.parent().kind, one.media_reference.target_url.rsplit("/", 1)[-1]) for one in multicam.find_clips()]
    assert files == [("Video", "Day2_InterviewOwners_02_A.mov"), ("Audio", "4CH001I.wav")]
    assert {row[0]: row[3].rsplit("/", 1)[-1] for row in shown(sample(shared, "SyncClip"))} == {
        "Video": "TestVideo.m4v", "Audio": "TestVideo.m4v",
    }  # fmt: skip
    assert [row[1:3] for row in shown(sample(shared, "AuditionMarkers3")) if row[0] == "Video"] == [
        (0, 760),
        (760, 1433),
    ]


@pytest.mark.shared
def test_hidden_markers_are_left_out_and_counted(shared: Path) -> None:
    found = sample(shared, "HiddenMarkers")
    assert [mark.text for mark in found.document.marks] == ["Marker 1", "Marker 2"]
    assert any(note.startswith("2 × marker outside") for note in found.notes)


@pytest.mark.shared
def test_clips_without_a_project_are_read_in_a_row(shared: Path) -> None:
    found = sample(shared, "StandaloneAssetClip")
    assert (found.info.rate, found.info.duration) == (FrameRate.parse("29.97"), 300)
    assert found.document.media.path.endswith("TestVideo.mov")
    assert found.document.media.start_timecode == "00:59:50:00"
    many = sample(shared, "EventsWithKeywords")
    assert "144 clips were read one after the other" in many.notes[0]


def test_texts_of_one_span_become_one_cue_with_a_column_per_language() -> None:
    spine = (
        '<gap offset="0s" start="3600s" duration="20s">'
        + caption("3601s", "<text-style>你好</text-style>", "cmn-Hans")
        + caption("3601s", "<text-style>hel</text-style><text-style>lo\nthere</text-style>")
        + caption("3601s", "<text-style>second</text-style>")
        + caption("3605s", "plain")
        + caption("3607s", "off", extra='enabled="0"')
        + "</gap>"
    )
    found = read(spine)
    assert found.document.languages == ("zh", "en")
    assert sorted((cue.start, cue.texts) for cue in found.document.cues) == [
        (1000, ("", "second")), (1000, ("你好", "hello\nthere")), (5000, ("", "plain")),
    ]  # fmt: skip
    assert any("switched off" in note for note in found.notes)


def test_titles_are_cues_only_where_there_are_no_captions() -> None:
    title = (
        '<title ref="e1" lane="2" offset="3602s" start="3600s" duration="2s">'
        "<text><text-style>Anna</text-style></text></title>"
    )
    alone = read(f'<gap offset="0s" start="3600s" duration="20s">{title}</gap>')
    assert [(cue.start, cue.end, cue.texts) for cue in alone.document.cues] == [(2000, 4000, ("Anna",))]
    assert alone.document.languages == ("und",)
    both = read(f'<gap offset="0s" start="3600s" duration="20s">{title}{caption("3601s", "hi")}</gap>')
    assert [cue.texts for cue in both.document.cues] == [("hi",)]
    assert [(mark.kind, mark.text, mark.start, mark.end) for mark in both.document.marks] == [
        ("title", "Anna", 2000, 4000)
    ]


def test_local_time_of_media_with_timecode_is_followed_through_every_level() -> None:
    found = read(
        '<asset-clip ref="a1" offset="3600s" start="3610s" duration="20s">'
        '<asset-clip ref="a1" lane="1" offset="3615s" start="3650s" duration="5s">'
        + caption("3651s", "deep")
        + '<marker start="3652s" duration="1/25s" value="m"/></asset-clip>'
        '<marker start="3609s" duration="1/25s" value="hidden"/></asset-clip>',
        start="3600s",
    )
    assert [(cue.start, cue.texts) for cue in found.document.cues] == [(6000, ("deep",))]
    assert [(mark.start, mark.text) for mark in found.document.marks] == [(7000, "m")]
    assert [row[:5] for row in shown(found) if row[0] == "Video"] == [
        ("Video", 0, 500, "file:///A.mov", 3610), ("Video", 125, 250, "file:///A.mov", 3650),
    ]  # fmt: skip


def test_a_speed_ramp_becomes_a_clip_per_stretch() -> None:
    found = read(
        '<asset-clip ref="a1" offset="0s" start="0s" duration="8s"><timeMap>'
        '<timept time="0s" value="3600s"/><timept time="4s" value="3608s"/><timept time="8s" value="3610s"/>'
        "</timeMap></asset-clip>"
    )
    assert [row[1:3] + row[4:6] for row in shown(found) if row[0] == "Video"] == [
        (0, 100, 3600, 2.0),
        (100, 200, 3608, 0.5),
    ]


def test_a_held_frame_and_reverse_play_are_followed() -> None:
    found = read(
        '<asset-clip ref="a1" offset="0s" start="0s" duration="2s"><timeMap><timept time="0s" value="3605s"/>'
        '<timept time="2s" value="3605s"/></timeMap></asset-clip>'
        '<asset-clip ref="a1" offset="2s" start="1s" duration="2s"><timeMap><timept time="0s" value="3610s"/>'
        '<timept time="10s" value="3600s"/></timeMap></asset-clip>'
    )
    assert [row[1:3] + row[4:6] for row in shown(found) if row[0] == "Video"] == [
        (0, 50, 3605, 0.0),
        (50, 100, 3607, -1.0),
    ]
    assert isinstance(found.media.tracks[0][0].effects[0], schema.FreezeFrame)
    assert shown(fcpxml.read(fcpxml.write(found))) == shown(found)


def test_sound_that_runs_past_its_picture_keeps_its_own_ends() -> None:
    found = read('<asset-clip ref="a1" offset="2s" start="3610s" duration="4s" audioStart="3609s" audioDuration="6s"/>')
    assert [(row[0], *row[1:3], row[4]) for row in shown(found)] == [("Audio", 25, 175, 3609), ("Video", 50, 150, 3610)]


def test_items_without_offsets_follow_each_other() -> None:
    found = read(
        '<asset-clip ref="a1" start="3600s" duration="2s"/><gap duration="1s"/><asset-clip ref="a2" duration="3s"/>'
    )
    assert [row[1:4] for row in shown(found) if row[0] == "Video"] == [
        (0, 50, "file:///A.mov"),
        (75, 150, "file:///B.mov"),
    ]


def test_items_counted_from_zero_in_a_timeline_with_timecode_are_mended() -> None:
    found = read('<asset-clip ref="a1" offset="0s" start="3600s" duration="2s"/>', start="36000s")
    assert [row[1:3] for row in shown(found) if row[0] == "Video"] == [(0, 50)]
    assert found.info.start_timecode == "10:00:00:00"


def test_a_foreign_marker_keeps_its_note_and_what_it_is() -> None:
    found = read(
        '<gap offset="0s" start="0s" duration="9s">'
        '<marker start="1s" duration="1/25s" value="a" completed="0" note="do it"/>'
        '<chapter-marker start="2s" duration="1/25s" value="b" posterOffset="1s"/></gap>'
    )
    assert [(mark.kind, mark.text, mark.attributes) for mark in found.document.marks] == [
        ("note", "a", (("note", "do it"), ("todo", "open"))), ("note", "b", (("marker", "chapter"),)),
    ]  # fmt: skip
    assert fcpxml.read(fcpxml.write(found)).document.marks == found.document.marks


def test_the_first_of_several_projects_is_read_and_said() -> None:
    text = project("", more='<project name="q"><sequence format="r1"><spine/></sequence></project>')
    found = fcpxml.read(text)
    assert found.info.name == "p"
    assert "2 projects" in found.notes[0]
    assert fcpxml.read(text, "q").info.name == "q"


def test_reading_twice_gives_the_same_ids() -> None:
    text = project(
        f'<gap duration="9s">{caption("1s", "x")}<marker start="1s" value="m"/><marker start="1s" value="m"/></gap>'
    )
    assert fcpxml.read(text) == fcpxml.read(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<fcpxml", "document.broken"),
        ("<xmeml/>", "fcpxml.root"),
        ('<!DOCTYPE fcpxml [<!ENTITY a "b">]><fcpxml>&a;</fcpxml>', "document.unsafe"),
        ('<!DOCTYPE fcpxml [<!ENTITY a SYSTEM "file:///etc/passwd">]><fcpxml>&a;</fcpxml>', "document.unsafe"),
        ("<fcpxml version='1.10'/>", "fcpxml.no-timeline"),
        ("<fcpxml><project name='p'/></fcpxml>", "fcpxml.no-timeline"),
        (project("", resources=""), "fcpxml.rate"),
        (project("", resources='<resources><format id="r1" frameDuration="0s"/></resources>'), "fcpxml.rate"),
        (project("", resources='<resources><format id="r1" frameDuration="1/9999s"/></resources>'), "fcpxml.rate"),
        (project('<gap duration="1/0s"/>'), "fcpxml.time"),
        (project('<gap duration="x"/>'), "fcpxml.time"),
        (project('<gap duration="99999999999s"/>'), "fcpxml.time"),
        (project('<gap duration="1s"><gap lane="up" duration="1s"/></gap>'), "fcpxml.lane"),
        (project('<asset-clip ref="a1" duration="1s"><conform-rate srcFrameRate="fast"/></asset-clip>'), "fcpxml.rate"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        fcpxml.read(text)
    assert refused.value.code == code


def test_a_compound_clip_that_holds_itself_is_refused() -> None:
    inner = (
        '<media id="m1"><sequence format="r1"><spine><ref-clip ref="m1" duration="1s"/></spine></sequence></media>'
        "</resources>"
    )
    with pytest.raises(DocumentError) as refused:
        fcpxml.read(project('<ref-clip ref="m1" duration="1s"/>', resources=RESOURCES.replace("</resources>", inner)))
    assert refused.value.code == "fcpxml.too-deep"


def test_compound_clips_that_multiply_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin_core.formats.fcpxml_story.MOST", 500)
    tens = [f'<ref-clip ref="m{n + 1}" duration="1s"/>' * 10 for n in range(20)]
    media = "".join(
        f'<media id="m{n}"><sequence format="r1"><spine>{ten}</spine></sequence></media>' for n, ten in enumerate(tens)
    )
    resources = RESOURCES.replace("</resources>", media + "</resources>")
    with pytest.raises(DocumentError) as refused:
        fcpxml.read(
            project(
                '<ref-clip ref="m0" duration="1s"/>',
                resources=resources,
            )
        )
    assert refused.value.code == "fcpxml.too-large"


@given(st.data())
def test_damaged_files_read_or_are_refused(data: st.DataObject) -> None:
    text = fcpxml.write(programme(RATES[2]))
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = (
        text[:at]
        + data.draw(st.sampled_from(['"', "<", "0", "-1", "/", "x", ""]))
        + text[at + data.draw(st.integers(0, 9)) :]
    )
    with contextlib.suppress(DocumentError):  # anything else fails the test
        fcpxml.read(damaged)


@given(st.fractions(-3_600_000, 3_600_000, max_denominator=2**31 - 1))
def test_a_time_written_reads_as_the_same(seconds: Fraction) -> None:
    assert parse_time(format_time(seconds)) == seconds


@given(st.integers(0, 10**7), st.sampled_from(RATES))
def test_frames_read_as_frames(frames: int, rate: FrameRate) -> None:
    assert parse_time(frames_time(frames, rate)) * rate.fps == frames


def test_a_format_says_its_rate_by_its_name_where_it_has_no_frame_duration() -> None:
    names = ("1080p2997", "1080i50", "3840x2160p24", "RateUndefined")
    rates = [FrameRate.parse("29.97"), FrameRate.parse("25"), FrameRate.parse("24"), None]
    assert [rate_of("", f"FFVideoFormat{name}") for name in names] == rates


def test_source_times_off_the_grid_of_frames_are_kept() -> None:
    found = read('<asset-clip ref="s1" offset="0s" start="1/48000s" duration="1s"/>')
    (made,) = found.media.find_clips()
    assert abs(seconds_of(made.source_range.start_time) - Fraction(1, 48000)) < Fraction(1, 10**9)

"""Timelines travel as xmeml between Premiere, Resolve and us."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.colours import NAMES
from plugin_core.document import MARK_KINDS, AudioStream, Cue, Document, Mark, Media
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import xmeml
from plugin_core.formats.layout import clean
from plugin_core.formats.placed import placed
from plugin_core.formats.xmeml_values import DIALECTS, PPRO, path_of, path_url
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of, rational
from tests.formats.cuts import RATES, clip, cut, fade, gap, shown

GOLDEN = Path(__file__).parent.parent / "golden"
STARTS = ["00:00:00:00", "01:00:00:00", "10:00:00:00"]
FILES = [
    "empty_name_tags", "hiero_xml_export", "premiere_enable_property", "premiere_example", "premiere_generators",
    "sample_just_track",
]  # fmt: skip


def document(rate: FrameRate, path: str = "/footage/day 1/镜头 1.mov") -> Document:
    def at(*frames: int) -> list[int]:
        return [rate.ms_at(frame) for frame in frames]

    cues = (
        Cue(
            "c1",
            *at(0, 40),
            ("你好，\n世界", "Hello,\nworld"),
            speaker="Anna; Dr.",
            role="off",
            tags=("lang:zh", "song"),
        ),
        Cue("c2", *at(40, 77), ("<b>&", "")),
        Cue("c3", *at(60, 90), ("", "overlap [1]")),
        Cue("c4", *at(1000, 1001), ("一", "one")),
    )
    marks = (
        Mark("m2", "sound", *at(10, 11), "门铃"),
        Mark("m1", "music", *at(10, 200), "harp & strings", (("mood", "sad; slow"), ("colour", "Lemon")), 0.83),
        Mark("m3", "shot", *at(300, 401), "two\nlines"),
        Mark("m4", "note", *at(500, 501), "", (("note", "check: this"), ("colour", "Orange"))),
    )
    media = Media(path, rate.ms_at(2000), rate, start_timecode=rate.timecode(90_000), width=3840, height=2160,
                  audio=(AudioStream(0, "aac", 48_000, 2),))  # fmt: skip
    return Document(media, ("zh", "en", "fr"), tuple(replace(cue, texts=(*cue.texts, "")) for cue in cues), marks)


def made(rate: FrameRate, start: str = "01:00:00:00") -> Programme:
    whole = document(rate)
    return programme_of(whole, TimelineInfo.of(whole, rate=rate, start=start, name="Reel 1"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_file_is_what_hosts_read(dialect: str) -> None:
    text = xmeml.write(made(FrameRate.parse("29.97 DF")), dialect=dialect)
    assert text == (GOLDEN / f"xmeml_{dialect}.xml").read_text("utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", STARTS)
def test_a_document_comes_back(dialect: str, rate: FrameRate, start: str) -> None:
    programme = made(rate, start)
    read = xmeml.read(xmeml.write(programme, dialect=dialect))
    assert read.document.cues == programme.document.cues
    assert read.document.marks == programme.document.marks
    assert read.document.languages == ("zh", "en", "fr")
    media = read.document.media
    assert (media.path, media.duration, media.frame_rate) == ("/footage/day 1/镜头 1.mov", rate.ms_at(2000), rate)
    assert media.start_timecode == programme.document.media.start_timecode
    assert replace(read.info, width=0, height=0) == replace(programme.info, width=0, height=0)
    assert shown(read) == [(shot[0], "/footage/day 1/镜头 1.mov", *shot[2:]) for shot in shown(programme)]
    assert read.notes == ()


@pytest.mark.parametrize("rate", ["29.97 DF", "29.97", "25", "23.976", "59.94 DF"])
def test_the_rate_and_the_timecode_are_exact(rate: str) -> None:
    exact = FrameRate.parse(rate)
    sequence = ET.fromstring(xmeml.write(made(exact))).find("sequence")
    assert sequence is not None
    ntsc = "TRUE" if exact.fps.denominator == 1001 else "FALSE"
    rates = {(each.findtext("timebase"), each.findtext("ntsc")) for each in sequence.iter("rate")}
    assert rates == {(str(exact.nominal), ntsc)}
    assert sequence.findtext("timecode/displayformat") == ("DF" if exact.drop else "NDF")
    assert sequence.findtext("timecode/string") == ("01;00;00;00" if exact.drop else "01:00:00:00")
    assert sequence.findtext("timecode/frame") == str(exact.frame_of("01:00:00:00"))


def test_resolve_finds_the_format_it_needs() -> None:
    root = ET.fromstring(xmeml.write(made(FrameRate.parse("25")), dialect="resolve"))
    picture = root.find("sequence/media/video/format/samplecharacteristics")
    assert picture is not None
    assert (picture.findtext("width"), picture.findtext("height")) == ("3840", "2160")
    assert root.find("sequence/media/audio/format/samplecharacteristics/samplerate") is not None


@pytest.mark.parametrize(("path", "premiere", "resolve"), [
    ("/media/My Clip.mp4", "file://localhost/media/My%20Clip.mp4", "/media/My Clip.mp4"),
    ("C:\\Users\\me\\a#1.mov", "file://localhost/C%3a/Users/me/a%231.mov", "C:/Users/me/a#1.mov"),
    ("\\\\server\\share\\cut 1.mov", "file://server/share/cut%201.mov", "//server/share/cut 1.mov"),
    ("/拍摄/镜头.mov", "file://localhost/%E6%8B%8D%E6%91%84/%E9%95%9C%E5%A4%B4.mov", "/拍摄/镜头.mov"),
    ("file:///media/a%20b.mov", "file://localhost/media/a%20b.mov", "/media/a b.mov"),
    ("https://host/a.mov", "https://host/a.mov", "https://host/a.mov"),
    ("a b.mov", "a%20b.mov", "a b.mov"),
])  # fmt: skip
def test_each_host_gets_the_location_it_understands(path: str, premiere: str, resolve: str) -> None:
    assert path_url(path, "premiere") == premiere
    assert path_url(path, "resolve") == resolve


@pytest.mark.parametrize(("url", "path"), [
    ("file://localhost/D%3a/media/a.mov", "D:/media/a.mov"),
    ("file:///D:/media/a%20b.mov", "D:/media/a b.mov"),
    ("file://localhost/Volumes/x/%E5%AD%97.mov", "/Volumes/x/字.mov"),
    ("file://server/share/a.mov", "//server/share/a.mov"),
    ("file:/a.mov", "/a.mov"),
    ("D:/a.mov", "D:/a.mov"),
])  # fmt: skip
def test_every_way_to_write_a_location_is_read(url: str, path: str) -> None:
    assert path_of(url) == path


def test_a_stereo_track_is_two_for_premiere_and_one_when_it_comes_back() -> None:
    programme = made(FrameRate.parse("25"))
    for dialect, count in (("premiere", 2), ("resolve", 1)):
        text = xmeml.write(programme, dialect=dialect)
        assert len(ET.fromstring(text).findall("sequence/media/audio/track")) == count
        read = xmeml.read(text)
        assert [track.kind for track in read.media.tracks] == ["Video", "Audio"]


def test_picture_and_sound_are_linked() -> None:
    root = ET.fromstring(xmeml.write(made(FrameRate.parse("25"))))
    ids = [each.get("id") for each in root.iter("clipitem")]
    for item in root.iter("clipitem"):
        assert [link.findtext("linkclipref") for link in item.iter("link")] == ids
    assert [each.findtext("link/mediatype") for each in root.iter("clipitem")] == ["video"] * 3


def test_subtitles_stand_on_a_track_for_each_language() -> None:
    root = ET.fromstring(xmeml.write(made(FrameRate.parse("25"))))
    tracks = {each.get("MZ.TrackName"): each.findall("generatoritem") for each in root.iter("track")}
    tracks = {name: items for name, items in tracks.items() if items}
    assert {name: len(items) for name, items in tracks.items()} == {"Subtitles (zh)": 3, "Subtitles (en)": 3}
    assert "<value>你好，&#13;世界</value>" in xmeml.write(made(FrameRate.parse("25")))
    for items in tracks.values():
        spans = [(int(each.findtext("start") or 0), int(each.findtext("end") or 0)) for each in items]
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_comes_back(name: str) -> None:
    marks = (Mark("m", "music", 0, 40, "x", (("colour", name),) if name != "Purple" else ()),)
    whole = Document(marks=marks)
    assert xmeml.read(xmeml.write(programme_of(whole))).document.marks == marks


@pytest.mark.parametrize(("colour", "code"), PPRO.items())
def test_a_colour_given_in_premiere_is_kept(colour: str, code: int) -> None:
    text = xmeml.write(programme_of(Document(marks=(Mark("m", "caption", 0, 40, "x"),))))
    mine = f"<pproColor>{PPRO['White']}</pproColor>"
    assert mine in text
    theirs = "" if colour == "Green" else f"<pproColor>{code}</pproColor>"  # Premiere writes none for green
    kept = xmeml.read(text.replace(mine, theirs)).document.marks[0].attributes
    assert kept == (() if colour == "White" else (("colour", colour),))


def test_a_colour_of_final_cut_pro_is_the_nearest() -> None:
    text = xmeml.write(programme_of(Document(marks=(Mark("m", "caption", 0, 40, "x"),))))
    for colour in (
        "<red>220</red><green>50</green><blue>60</blue>",
        "<red>56540</red><green>13878</green><blue>11565</blue>",
    ):
        changed = text.replace(f"<pproColor>{PPRO['White']}</pproColor>", f"<color><alpha>0</alpha>{colour}</color>")
        assert xmeml.read(changed).document.marks[0].attributes == (("colour", "Red"),)


def test_one_colour_for_all_is_the_hosts_doing_and_ours_are_kept() -> None:
    import re

    programme = made(FrameRate.parse("25"))
    text = re.sub(r"<pproColor>\d+</pproColor>", "", xmeml.write(programme, dialect="resolve"))
    blue = "<color><alpha>0</alpha><red>0</red><green>0</green><blue>255</blue></color></marker>"
    read = xmeml.read(text.replace("</marker>", blue))
    assert read.document.marks == programme.document.marks
    assert "in one colour" in read.notes[0]
    red = re.sub(r"</marker>", f"<pproColor>{PPRO['Red']}</pproColor></marker>", text)
    red = red.replace("<sequence ", '<sequence explodedTracks="true" ')
    colours = {dict(mark.attributes).get("colour") for mark in xmeml.read(red).document.marks}
    assert colours == {"Red"}  # Premiere keeps colours: the editor chose this one


def test_what_the_editor_did_to_subtitles_is_followed() -> None:
    rate = FrameRate.parse("25")
    text = xmeml.write(made(rate))
    one = text.index("<start>1000</start>")
    moved = text[:one] + text[one:].replace("<start>1000</start><end>1001</end>", "<start>1100</start><end>1150</end>")
    moved = moved.replace("<value>一</value>", "<value>壹</value>")
    cue = xmeml.read(moved).document.cues[-1]
    assert (cue.id, cue.start, cue.end, cue.texts) == ("c4", 44_000, 46_000, ("壹", "one", ""))


def test_a_subtitle_copied_in_the_host_gets_an_id_of_its_own() -> None:
    text = xmeml.write(made(FrameRate.parse("25")))
    start = text.index("<generatoritem>")
    item = text[start : text.index("</generatoritem>") + len("</generatoritem>")]
    copy = item.replace("<start>0</start><end>40</end>", "<start>400</start><end>440</end>")
    read = xmeml.read(text[:start] + item + copy + text[start + len(item) :])
    assert [cue.id for cue in read.document.cues if cue.texts[0].startswith("你好")] == ["c1", "c1~2"]
    assert "there more than once" in read.notes[0]


def test_subtitles_whose_notes_a_host_dropped_keep_their_text_and_place() -> None:
    import re

    programme = made(FrameRate.parse("25"))
    text = re.sub(r"<logginginfo>.*?</logginginfo>", "", xmeml.write(programme), flags=re.S)
    read = xmeml.read(text)
    whole = programme.document
    assert read.document.languages == ("zh", "en")
    assert [(cue.start, cue.end, cue.texts) for cue in read.document.cues] == [
        (cue.start, cue.end, cue.texts[:2]) for cue in whole.cues
    ]
    assert read.document.cues == xmeml.read(text).document.cues


def test_text_tracks_without_a_language_that_overlap_are_two_columns() -> None:
    text = xmeml.write(made(FrameRate.parse("25"))).replace("[zimu zh,en,fr", "[").replace("Subtitles (", "V (1")
    assert xmeml.read(text).document.languages == ("und", "und-2")


def test_ids_can_be_left_out_and_tracks_too() -> None:
    programme = made(FrameRate.parse("25"))
    assert "[zimu:" not in xmeml.write(programme, ids=False)
    bare = xmeml.read(xmeml.write(programme, subtitles=False, markers=False)).document
    assert (bare.cues, bare.marks) == ((), ())


def a_cut(rate: FrameRate) -> Programme:
    items = [
        clip("/shots/a.mov", 90_000, 100, rate), fade(4, 6, rate), clip("/shots/b.mov", 50, 100, rate), gap(25, rate),
        fade(0, 10, rate), clip("/shots/c.mov", 10, 50, rate, 2.0), clip("/shots/c.mov", 500, 25, rate, 0),
        clip("/shots/镜头.mov", 700, 30, rate, -0.5), clip("/shots/a.mov", 90_200, 60, rate), fade(12, 0, rate),
    ]  # fmt: skip
    programme = cut(items, rate)
    for item in programme.media.find_clips():
        start = 90_000 if item.name == "a" else 0
        item.media_reference.available_range = otio.opentime.TimeRange(rational(start, rate), rational(1000, rate))
    return programme


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_cut_with_transitions_and_speeds_comes_back(dialect: str, rate: FrameRate) -> None:
    programme = a_cut(rate)
    read = xmeml.read(xmeml.write(programme, dialect=dialect))
    assert shown(read) == shown(programme)
    fades = [[shot.before for shot in placed(each.media.tracks[0], rate)] for each in (read, programme)]
    assert fades[0] == fades[1]
    assert placed(read.media.tracks[0], rate)[-1].after == placed(programme.media.tracks[0], rate)[-1].after
    spans = [clip.media_reference.available_range for clip in read.media.find_clips()]
    assert [(span.start_time.value, span.duration.value) for span in spans[:2]] == [(90_000, 1000), (0, 1000)]


def test_ends_inside_a_transition_are_minus_one_and_reach_under_it() -> None:
    root = ET.fromstring(xmeml.write(a_cut(FrameRate.parse("25"))))
    track = next(root.iter("track"))
    points = [(each.tag, *(each.findtext(tag) for tag in ("start", "end", "in", "out"))) for each in track][:4]
    assert points == [
        ("clipitem", "0", "-1", "0", "106"), ("transitionitem", "96", "106", None, None),
        ("clipitem", "-1", "200", "46", "150"), ("transitionitem", "225", "235", None, None),
    ]  # fmt: skip
    assert [each.findtext("alignment") for each in track.iter("transitionitem")] == [
        "center",
        "start-black",
        "end-black",
    ]


shots = st.lists(
    st.tuples(st.sampled_from(["clip", "clip", "gap", "fade"]), st.integers(0, 5000), st.integers(20, 300),
              st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(0), Fraction(-1)])),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=40)
@given(shots, st.sampled_from(RATES), st.sampled_from(DIALECTS))
def test_any_cut_comes_back(found: list[tuple[str, int, int, Fraction]], rate: FrameRate, dialect: str) -> None:
    items: list[Any] = []
    for kind, at, length, speed in found:
        if kind == "fade" and items and isinstance(items[-1], otio.schema.Clip):
            items.append(fade(length % 9, length % 7 + 1, rate))
        elif kind == "gap" and not (items and isinstance(items[-1], otio.schema.Gap)):
            items.append(gap(length, rate))
        else:
            items.append(clip(f"/{at % 3}.mov", at + 100, length, rate, float(speed) if speed != 1 else None))
            items[-1].enabled = at % 5 != 0
    programme = cut(items, rate)
    for each in programme.media.find_clips():
        each.media_reference.available_range = otio.opentime.TimeRange(rational(0, rate), rational(20_000, rate))
    read = xmeml.read(xmeml.write(programme, dialect=dialect))
    assert shown(read) == shown(programme)
    assert [each.enabled for each in read.media.find_clips()] == [each.enabled for each in programme.media.find_clips()]


def test_a_nested_timeline_comes_back() -> None:
    rate = FrameRate.parse("24")
    programme = cut([clip("/a.mov", 0, 10, rate)], rate)
    inside = otio.schema.Track("V1", [clip("/b.mov", 5, 30, rate), clip("/c.mov", 0, 30, rate)], kind="Video")
    stack = otio.schema.Stack("Scene 2", [inside])
    stack.source_range = otio.opentime.TimeRange(rational(12, rate), rational(24, rate))
    programme.media.tracks[0].append(stack)
    track = xmeml.read(xmeml.write(programme)).media.tracks[0]
    assert [(type(item).__name__, item.name) for item in track] == [("Clip", "a"), ("Stack", "Scene 2")]
    assert (track[1].source_range.start_time.value, track[1].duration().value) == (12, 24)
    assert [(item.name, item.source_range.start_time.value) for item in track[1][0]] == [("b", 5), ("c", 0)]


def test_media_at_another_rate_begins_on_its_own_frame() -> None:
    rate, fast = FrameRate.parse("25"), FrameRate.parse("50")
    item = clip("/fast.mov", 1001, 101, fast)
    item.media_reference.available_range = otio.opentime.TimeRange(rational(1000, fast), rational(5000, fast))
    read = xmeml.read(xmeml.write(cut([item, gap(1, rate), clip("/b.mov", 0, 10, rate)], rate)))
    found = read.media.tracks[0][0]
    assert (found.source_range.start_time.value, found.source_range.start_time.rate) == (1001, 50)
    assert [shot[2:4] for shot in shown(read)] == [(0, 51), (52, 62)]


def test_clip_markers_stay_on_their_clip() -> None:
    rate = FrameRate.parse("25")
    programme = a_cut(rate)
    span = otio.opentime.TimeRange(rational(90_010, rate), rational(5, rate))
    programme.media.tracks[0][0].markers.append(otio.schema.Marker("look", span, "RED", comment="at this"))
    marker = xmeml.read(xmeml.write(programme)).media.tracks[0][0].markers[0]
    assert (marker.name, marker.comment, marker.color, marker.marked_range) == ("look", "at this", "RED", span)


def test_media_that_is_missing_or_made_by_the_host_is_said_as_such() -> None:
    rate = FrameRate.parse("25")
    lost = otio.schema.Clip("lost", otio.schema.MissingReference("lost"), clip("/a", 0, 10, rate).source_range)
    bars = otio.schema.Clip("bars", otio.schema.GeneratorReference("bars", "SMPTEBars"), lost.source_range)
    found = list(xmeml.read(xmeml.write(cut([lost, bars], rate))).media.find_clips())
    assert [type(each.media_reference).__name__ for each in found] == ["MissingReference", "GeneratorReference"]
    assert found[1].media_reference.generator_kind == "SMPTEBars"


def test_the_range_between_in_and_out_comes_back() -> None:
    programme = made(FrameRate.parse("25"))
    programme = replace(programme, info=replace(programme.info, mark_in=5, mark_out=900, offset=-4000))
    read = xmeml.read(xmeml.write(programme))
    assert (read.info.mark_in, read.info.mark_out, read.info.offset) == (5, 900, -4000)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_otio_adapter_sees_the_same_timeline(dialect: str, rate: FrameRate) -> None:
    pytest.importorskip("otio_fcp_adapter")
    programme = replace(a_cut(rate), document=document(rate))
    theirs = otio.adapters.read_from_string(xmeml.write(programme, dialect=dialect, subtitles=False), "fcp_xml")
    fps = theirs.global_start_time.rate
    assert Fraction(fps).limit_denominator(1001) == rate.fps or abs(fps - float(rate.fps)) < 1e-4
    assert theirs.global_start_time.value == programme.info.start
    lengths = [item.duration().value for item in theirs.tracks[0] if isinstance(item, otio.schema.Clip)]
    assert sum(lengths) == sum(shot[3] - shot[2] for shot in shown(programme))
    assert [shot.item.name for shot in placed(theirs.tracks[0], rate) if not shot.is_gap] == [
        s[0] for s in shown(programme)
    ]
    found = [(m.name, m.marked_range.start_time.value) for m in theirs.tracks.markers]
    assert found == [("harp & strings", 10), ("门铃", 10), ("two\rlines", 300), ("", 500)]


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_every_file_in_use_is_read(name: str, shared: Path) -> None:
    text = (shared / "timelines" / "fcp7" / f"{name}.xml").read_text("utf-8")
    assert xmeml.sniff(text)
    read = xmeml.read(text)
    assert read.info.duration > 0
    again = xmeml.read(xmeml.write(read))
    for number in range(len(read.media.tracks)):
        assert shown(again, number) == shown(read, number)
    assert len(again.document.marks) == len(read.document.marks)


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_the_otio_adapter_reads_the_same_places(name: str, shared: Path) -> None:
    pytest.importorskip("otio_fcp_adapter")
    text = (shared / "timelines" / "fcp7" / f"{name}.xml").read_text("utf-8")
    theirs = otio.adapters.read_from_string(text, "fcp_xml")
    theirs = theirs if isinstance(theirs, otio.schema.Timeline) else theirs[0]
    ours = xmeml.read(text)
    rate = ours.info.rate
    first = shown(ours) if len(ours.media.tracks) else []
    texts = [ours.info.span(cue.start, cue.end) for cue in ours.document.cues] if name == "premiere_generators" else []
    other = placed(theirs.tracks[0], rate) if len(theirs.tracks) else []
    places = [(shot[2], shot[3]) for shot in first] + [(frame, frame + frames) for frame, frames in texts]
    assert places == [(shot.start, shot.end) for shot in other if not shot.is_gap]


@pytest.mark.shared
def test_premieres_own_export_is_followed(shared: Path) -> None:
    read = xmeml.read((shared / "timelines" / "fcp7" / "premiere_example.xml").read_text("utf-8"))
    marks = read.document.marks
    assert [(mark.text, read.info.frame(mark.start), dict(mark.attributes).get("note")) for mark in marks] == [
        ("My MArker 1", 113, "so, this happened"), ("", 298, None), ("dsf", 492, "fsfsfs"),
    ]  # fmt: skip
    dissolve = read.media.tracks[3][2]
    assert (dissolve.in_offset.value, dissolve.out_offset.value) == (12, 13)
    assert [clip.name for clip in read.media.tracks[3].find_clips()] == [
        "sc01_master_layerA_sh030_temp.mov",
        "sc01_sh010_anim.mov",
    ]
    assert [type(item).__name__ for item in read.media.tracks[5]][-1] == "Stack"
    assert read.notes == ("1 items overlap the one before them and were trimmed.",)


@pytest.mark.shared
def test_a_premiere_graphic_is_a_subtitle_and_a_matte_is_a_clip(shared: Path) -> None:
    read = xmeml.read((shared / "timelines" / "fcp7" / "premiere_generators.xml").read_text("utf-8"))
    assert read.document.cues[0].texts[0].startswith("A center align Title Card\nwith Menlo Font")
    matte = read.media.tracks[0][2]
    assert (matte.name, matte.media_reference.generator_kind) == ("Blue Matte", "Color")


@pytest.mark.shared
def test_hieros_speed_is_a_factor(shared: Path) -> None:
    read = xmeml.read((shared / "timelines" / "fcp7" / "hiero_xml_export.xml").read_text("utf-8"))
    assert shown(read)[1][5] == Fraction(1, 4)
    assert read.info.start_timecode == "01:00:00:00"


def sequence(body: str, name: str = "S", extra: str = "") -> str:
    return (
        f"<sequence{extra}><name>{name}</name><rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
        f"<media><video><track>{body}</track></video></media></sequence>"
    )


def item(start: Any, end: Any, into: Any = 0, out: Any = 0, more: str = "") -> str:
    place = f"<start>{start}</start><end>{end}</end><in>{into}</in><out>{out}</out>"
    return f"<clipitem><name>x</name>{place}{more}</clipitem>"


def test_a_changing_speed_is_kept_and_said() -> None:
    keys = ((0, 0), (100, 50), (200, 300))
    curve = "".join(f"<keyframe><when>{w}</when><value>{v}</value></keyframe>" for w, v in keys)
    remap = (
        "<filter><effect><effectid>timeremap</effectid><parameter><parameterid>variablespeed</parameterid>"
        "<value>1</value></parameter><parameter><parameterid>graphdict</parameterid>"
        f"{curve}</parameter></effect></filter>"
    )
    for text in (first := f"<xmeml>{sequence(item(0, 100, 50, 150, remap))}</xmeml>", xmeml.write(xmeml.read(first))):
        read = xmeml.read(text)
        effect = read.media.tracks[0][0].effects[0]
        assert (type(effect).__name__, list(effect.metadata["xmeml"]["keys"][1])) == ("TimeEffect", [100, 50])
        assert (shown(read)[0][2:5], effect.metadata["xmeml"]["in"]) == ((0, 100, 25), 50)
        assert "change their speed" in read.notes[0]
    steady = remap.replace("<value>300</value>", "<value>100</value>")
    assert shown(xmeml.read(f"<xmeml>{sequence(item(0, 100, 50, 150, steady))}</xmeml>"))[0][4:] == (25, Fraction(1, 2))


def test_the_first_sequence_is_taken_or_the_one_that_is_asked_for() -> None:
    bins = f"<bin><children>{sequence(item(0, 9), 'two')}</children></bin>"
    text = f"<xmeml><project><children>{sequence(item(0, 5), 'one')}{bins}</children></project></xmeml>"
    read = xmeml.read(text)
    assert (read.info.name, read.info.duration) == ("one", 5)
    assert "2 sequences" in read.notes[0]
    assert xmeml.read(text, sequence="two").info.duration == 9
    with pytest.raises(DocumentError, match="It has: 'one', 'two'"):
        xmeml.read(text, sequence="three")


def test_a_sequence_inside_itself_ends() -> None:
    inner = '<sequence id="s"/>'
    text = f"<xmeml>{sequence(item(0, 5, 0, 5, inner), extra=' id=' + chr(34) + 's' + chr(34))}</xmeml>"
    read = xmeml.read(text)
    assert "could not be followed" in read.notes[0]


@pytest.mark.parametrize(("text", "code"), [
    ("", "document.broken"),
    ("<xmeml>", "document.broken"),
    ("<fcpxml/>", "xmeml.not"),
    ("<xmeml/>", "xmeml.no-sequence"),
    ('<!DOCTYPE xmeml [<!ENTITY a "b">]><xmeml/>', "document.unsafe"),
    ("<xmeml>" + "<bin>" * 500, "document.unsafe"),
    (f"<xmeml>{sequence(item(10**15, 10**16))}</xmeml>", "xmeml.number"),
])  # fmt: skip
def test_what_cannot_be_read_is_said(text: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        xmeml.read(text)
    assert caught.value.code == code
    assert caught.value.hint or code == "document.broken"


@pytest.mark.parametrize("values", [
    (-5, 10), (10, 5), ("x", "y"), ("", ""), (-1, -1), (0, "NaN"), ("1e3", "2e3"), (0, "inf"), (5.0, 9.5),
])  # fmt: skip
def test_items_with_times_that_make_no_sense_do_not_stop_the_rest(values: tuple[Any, Any]) -> None:
    transition = "<transitionitem><start>9</start><end>3</end></transitionitem>"
    text = f"<xmeml>{sequence(transition + item(*values) + item(3000, 3010, 0, 10))}</xmeml>"
    assert shown(xmeml.read(text))[-1][2:4] == (3000, 3010)


PARTS = ["start", "end", "in", "out", "clipitem", "track", "timebase", "ntsc", "TRUE", "25", "-1", "frame", "FALSE",
         "file", "sequence"]  # fmt: skip


@given(st.tuples(st.sampled_from(PARTS), st.sampled_from(PARTS)), st.integers(0, 400))
def test_a_damaged_file_is_read_or_refused(swap: tuple[str, str], at: int) -> None:
    text = (GOLDEN / "xmeml_premiere.xml").read_text("utf-8")
    found = [n for n in range(len(text)) if text.startswith(swap[0], n)]
    if found:
        place = found[at % len(found)]
        text = text[:place] + swap[1] + text[place + len(swap[0]) :]
    try:
        duration = xmeml.read(text).info.duration
    except DocumentError as error:
        duration = len(error.code)
    assert duration >= 0


texts = st.text(st.characters(codec="utf-8"), max_size=30).map(clean)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60), texts, texts), max_size=6), st.sampled_from(RATES))
def test_any_subtitles_come_back(found: list[tuple[int, int, str, str]], rate: FrameRate) -> None:
    cues = [
        Cue(f"c{n}", rate.ms_at(start), rate.ms_at(start + length), (one, two))
        for n, (start, length, one, two) in enumerate(found)
    ]
    cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
    whole = Document(languages=("zh", "en-GB"), cues=tuple(cues))
    read = xmeml.read(xmeml.write(programme_of(whole, TimelineInfo.of(whole, rate=rate))))
    assert read.document.cues == tuple(cue for cue in cues if any(cue.texts))
    assert read.document.languages == whole.languages


@given(st.lists(st.tuples(st.sampled_from(MARK_KINDS), texts, st.integers(0, 999), st.integers(1, 99)), max_size=6))
def test_any_marks_come_back(found: list[tuple[str, str, int, int]]) -> None:
    rate = FrameRate.parse("29.97 DF")
    marks = tuple(
        Mark(f"m{n}", kind, rate.ms_at(at), rate.ms_at(at + length), text.strip())
        for n, (kind, text, at, length) in enumerate(found)
    )
    whole = Document(marks=marks)
    read = xmeml.read(xmeml.write(programme_of(whole, TimelineInfo.of(whole, rate=rate))))
    assert sorted(read.document.marks, key=lambda mark: mark.id) == list(marks)


def test_a_rate_that_xml_cannot_say_is_refused() -> None:
    with pytest.raises(SettingsError):
        xmeml.write(made(FrameRate(Fraction(25, 2))))
    with pytest.raises(SettingsError):
        xmeml.write(made(FrameRate.parse("25")), dialect="avid")


def test_other_text_is_not_taken_for_xmeml() -> None:
    assert not xmeml.sniff("<fcpxml version='1.9'/>")
    assert not xmeml.sniff("hello <xmeml>")
    assert xmeml.sniff('\ufeff<?xml version="1.0"?>\n<!DOCTYPE xmeml>\n<xmeml version="4">')

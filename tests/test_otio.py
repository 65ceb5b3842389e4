"""A programme becomes an OTIO timeline and comes back; what another program changes is followed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.host import TimelineInfo
from plugin_core.otio_read import from_otio, load_otio, read_otio
from plugin_core.otio_write import PROFILES, lanes, otio_text, to_otio
from plugin_core.timeline import Programme, media_path, media_uri, programme_of
from tests.programmes import RATES, STARTS, info_of, rich_document

RATE = FrameRate.parse("25")


def programme(rate: FrameRate = RATE, start: str = "01:00:00:00") -> Programme:
    document = rich_document(rate, start_timecode="")
    return programme_of(document, info_of(document, start))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_what_we_write_comes_back_whole(rate: FrameRate, start: str, profile: str) -> None:
    written = programme(rate, start)
    back = read_otio(otio_text(written, profile))
    assert back.document == written.document
    assert back.info == written.info
    assert back.notes == ()


def test_times_between_frames_come_back_to_the_millisecond() -> None:
    cues = tuple(Cue(f"c{n}", n * 337 + 1, n * 337 + 401, (f"{n}",)) for n in range(50))  # they overlap
    marks = (Mark("m", "sound", 1013, 1019, "", (), 0.25),)
    written = programme_of(Document(languages=("en",), cues=cues, marks=marks))
    back = read_otio(otio_text(written))
    assert (back.document.cues, back.document.marks) == (cues, marks)


def test_overlapping_cues_lie_on_several_tracks() -> None:
    cues = (Cue("a", 0, 4000, ("a",)), Cue("b", 1000, 2000, ("b",)), Cue("c", 2000, 3000, ("c",)))
    info = TimelineInfo()
    dealt = lanes(Document(languages=("en",), cues=cues), info)
    assert [[cue.id for cue, _, _ in lane] for lane in dealt] == [["a"], ["b", "c"]]


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 3000)), max_size=12), st.integers(-5000, 5000))
def test_no_offset_and_no_overlap_loses_a_cue(spans: list[tuple[int, int]], offset: int) -> None:
    made = sorted((start, start + length, f"c{n}") for n, (start, length) in enumerate(spans))
    document = Document(languages=("zh",), cues=tuple(Cue(key, a, b, ("字",)) for a, b, key in made))
    info = TimelineInfo(RATE, "x", 90_000, 500, offset)
    assert read_otio(otio_text(programme_of(document, info))).document == document


def test_a_cue_whose_clip_was_moved_moves_with_its_words() -> None:
    timeline = to_otio(programme())
    track = next(track for track in timeline.tracks if track.kind == "Subtitle")
    track.insert(0, otio.schema.Gap(duration=otio.opentime.RationalTime(10, 25)))
    before, after = programme().document, from_otio(timeline).document
    for old, new in zip(before.cues, after.cues, strict=True):
        assert (new.id, new.start - old.start, new.end - old.end) == (old.id, 400, 400)
        assert new.words[0].start - old.words[0].start == 400
        assert new.texts == old.texts


def test_a_cue_whose_clip_was_removed_or_copied_is_too() -> None:
    timeline = to_otio(programme())
    track = next(track for track in timeline.tracks if track.kind == "Subtitle")
    first = track[1]
    track.append(first.deepcopy())
    track[3] = otio.schema.Gap(duration=track[3].duration())
    back = from_otio(timeline)
    ids = [cue.id for cue in back.document.cues]
    assert "cue00001" not in ids
    assert ids[-1] == "cue00000~2"
    assert "1 subtitles are there more than once" in back.notes[0]


def test_what_somebody_changed_on_a_marker_counts() -> None:
    written = programme()
    timeline = to_otio(written)
    one, two, three, four = timeline.tracks.markers[:4]
    one.name = "renamed"
    two.marked_range = otio.opentime.TimeRange(otio.opentime.RationalTime(1000, 25), otio.opentime.RationalTime(3, 25))
    three.color = "GREEN"
    four.comment = "music; mood: merry"
    old = written.document.marks
    new = {mark.id: mark for mark in from_otio(timeline).document.marks}
    assert new[old[0].id] == replace(old[0], text="renamed")
    assert new[old[1].id] == replace(old[1], start=40_000, end=40_120)
    assert dict(new[old[2].id].attributes)["colour"] == "Green"
    assert (new[old[3].id].kind, new[old[3].id].attributes) == ("music", (("mood", "merry"),))
    assert all(new[mark.id] == mark for mark in old[4:])


def test_a_finer_colour_of_ours_survives_a_palette_without_it() -> None:
    assert dict(from_otio(to_otio(programme())).document.marks[0].attributes)["colour"] == "Lavender"


def test_a_lost_subtitle_track_is_said() -> None:
    timeline = to_otio(programme())
    timeline.tracks[:] = [track.deepcopy() for track in timeline.tracks if track.kind != "Subtitle"]
    assert "12 subtitles were on a track that another program has removed." in from_otio(timeline).notes


def test_resolve_gets_the_one_shape_it_imports() -> None:
    timeline = json.loads(otio_text(programme(), "resolve"))
    assert timeline["metadata"]["Resolve_OTIO"] == {"Resolve OTIO Meta Version": "1.0"}
    tracks = timeline["tracks"]["children"]
    assert [track["name"] for track in tracks] == ["Video 1", "Audio 1"]
    clip = tracks[0]["children"][0]
    assert clip["OTIO_SCHEMA"] == "Clip.2"
    reference = clip["media_references"][clip["active_media_reference_key"]]
    assert reference["target_url"] == "/footage/day 1/拍摄 & 1.mov"
    assert reference["available_range"]
    assert clip["markers"][0]["metadata"]["Resolve_OTIO"]["Note"].startswith("music; mood")
    assert clip["markers"][0]["OTIO_SCHEMA"] == "Marker.2"
    assert timeline["global_start_time"]["value"] == 90_000


def test_resolve_18_5_gets_clip_1() -> None:
    clip = json.loads(otio_text(programme(), "resolve-18.5"))["tracks"]["children"][0]["children"][0]
    assert clip["OTIO_SCHEMA"] == "Clip.1"
    assert clip["media_reference"]["target_url"].startswith("/footage")


def test_premiere_gets_file_uris() -> None:
    text = otio_text(programme(), "premiere")
    assert '"target_url": "file:///footage/day%201/%E6%8B%8D%E6%91%84%20%26%201.mov"' in text
    assert '"kind": "Subtitle"' not in text


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(SettingsError, match="no OTIO profile"):
        otio_text(programme(), "avid")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/a b/c#1.mov", "file:///a%20b/c%231.mov"),
        ("C:\\a b\\c.mov", "file:///C:/a%20b/c.mov"),
        ("\\\\nas\\x\\c.mov", "file://nas/x/c.mov"),
    ],
)
def test_paths_and_uris_turn_into_each_other(path: str, uri: str) -> None:
    assert media_uri(path) == uri
    assert media_path(uri) == path.replace("\\", "/")


def test_paths_that_are_not_absolute_stay() -> None:
    assert media_uri("clip.mov") == media_path("clip.mov") == "clip.mov"
    assert media_path("file://localhost/a/b.mov") == "/a/b.mov"


def test_other_programs_timelines_become_documents() -> None:
    timeline = otio.schema.Timeline(name="cut", global_start_time=otio.opentime.RationalTime(86_400, 24))
    span = otio.opentime.TimeRange(otio.opentime.RationalTime(1000, 24), otio.opentime.RationalTime(240, 24))
    clip = otio.schema.Clip("a", otio.schema.ExternalReference("/m/a.mov"), span)
    for start in (1048, 2000):
        place = otio.opentime.TimeRange(otio.opentime.RationalTime(start, 24), otio.opentime.RationalTime(1, 24))
        clip.markers.append(otio.schema.Marker("m", place, "RED", comment="check"))
    timeline.tracks.append(otio.schema.Track("V1", [clip]))
    back = from_otio(timeline)
    assert (back.info.start, back.info.duration, back.document.media.path) == (86_400, 240, "/m/a.mov")
    (mark,) = back.document.marks
    assert (mark.kind, mark.start, mark.text, dict(mark.attributes)) == (
        "note", 2000, "m", {"note": "check", "colour": "Red"},
    )  # fmt: skip
    assert back.notes == ("1 markers lie outside their clip and were left out.",)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[]", "{}", '{"OTIO_SCHEMA": "Timeline.1"', '{"OTIO_SCHEMA": "Effect.1"}',
     '{"OTIO_SCHEMA": "Marker.3"}',
     '{"OTIO_SCHEMA": "Timeline.1", "tracks": 3}', '{"OTIO_SCHEMA": "Timeline.9"}'],
)  # fmt: skip
def test_what_is_no_timeline_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_otio(text)
    assert caught.value.code.startswith("timeline.")
    assert caught.value.hint


def test_damaged_cues_of_ours_are_refused() -> None:
    text = otio_text(programme()).replace('"start": 280', '"start": "280"', 1)
    with pytest.raises(DocumentError, match="damaged"):
        read_otio(text)


@pytest.mark.shared
def test_every_otio_of_the_shared_data_reads(shared: Path) -> None:
    for path in sorted((shared / "timelines").rglob("*.otio")):
        assert load_otio(path).media.tracks, path


@pytest.mark.shared
def test_without_a_start_timecode_the_clips_tell_the_rate(shared: Path) -> None:
    read = load_otio(shared / "timelines/otio/multitrack.otio")
    assert (read.info.rate.label, read.notes) == ("24", ())


@pytest.mark.shared
def test_markers_of_schema_3_are_read(shared: Path) -> None:
    read = load_otio(shared / "timelines/otio/screening_example.otio")
    assert [dict(mark.attributes).get("colour") for mark in read.document.marks] == ["Green"]
    assert read.notes == ("2 markers lie outside their clip and were left out.",)  # OTIO issue 169


def test_equivalent_by_otios_own_comparison() -> None:
    timeline = to_otio(programme())
    again = otio.adapters.read_from_string(otio_text(programme()), "otio_json")
    assert timeline.is_equivalent_to(again)

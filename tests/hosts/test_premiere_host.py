"""The bridge to Premiere, over its script in a real engine and a fake with Premiere's quirks."""

from __future__ import annotations

import wave
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import colours, pushing, storage
from plugin_core.bridge import AudioRequest, Bridge
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import HostError
from plugin_core.formats import srt
from plugin_core.host import (
    Caption,
    CaptionTrack,
    DropCaptions,
    DropMarker,
    Marker,
    PlanOptions,
    PutCaptions,
    PutMarker,
)
from plugin_core.protocol import Note
from plugin_core.pushing import Report
from premiere_cep.host import PRESET, PremiereBridge
from premiere_cep.ticks import TICKS
from tests.hosts.premiere_engine import FakePremiere, open_fake

FORMATS = {"23.976": 110, "24": 100, "25": 101, "29.97 DF": 102, "29.97": 103, "30": 104, "50": 105, "59.94 DF": 106,
           "59.94": 107, "60": 108}  # fmt: skip
ROUNDS = ("cut", "nearest", "frame-cut", "frame-nearest")
ZH = CaptionTrack(
    "zh", "Zimu zh", (Caption(0, 25, "你好，世界"), Caption(25, 30, "<i>再见\n走了"), Caption(90, 5, "嗯"))
)
DOCUMENT = Document(
    languages=("zh", "en"),
    cues=(Cue("c1", 1000, 2000, ("你好。", "Hello.")), Cue("c2", 3000, 4000, ("再见。\n走了。", "Bye."))),
    marks=(
        Mark("m1", "sound", 1000, 1400, "bang", (("action", "close"),), 0.75),
        Mark("m2", "music", 1000, 3400, " strings "),
        Mark("m3", "note", 5000, 5000, "小美: “嗨” & <b>", (("note", "two\nlines; [x]"),)),
    ),
)


def open_at(name: str, start: str = "00:00:00:00", **quirks: Any) -> tuple[PremiereBridge, FakePremiere]:
    """A sequence of the rate *name* from the timecode *start*."""
    rate = FrameRate.parse(name)
    base = int(TICKS / rate.fps)
    return open_fake(timebase=base, zero=rate.frame_of(start) * base, display=FORMATS[name], **quirks)


def result(steps: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    def told() -> Generator[Any, None, None]:
        results.append((yield from steps))

    results: list[Any] = []
    events = list(told())
    return events, results[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    storage.save(DOCUMENT, tmp_path / "film.zimu")
    return tmp_path / "film.zimu"


def push(path: Path, bridge: Bridge, options: PlanOptions | None = None) -> Report:
    report: Report = result(pushing.push(path, bridge, options))[1]
    return report


# -- what is open ----------------------------------------------------------------------------------


def test_the_bridge_tells_its_program_and_its_place() -> None:
    bridge, _ = open_fake(locale="zh_CN")
    assert bridge.hello() == ("25.1.0", "73", "zh_CN", "Windows 11", True, True)
    assert bridge.where() == (
        "premiere", "9f049ab7-d48f-43e9-a8ca-4d7f21233625", "f3ab14b7-12da-4aed-826b-98c82dd2feb5",
    )  # fmt: skip
    assert bridge.traits.name == "premiere"
    bridge.close()


@pytest.mark.parametrize("start", ["00:00:00:00", "01:00:00:00", "10:00:00:00", "23:00:00:00"])
@pytest.mark.parametrize("name", FORMATS)
def test_rate_start_length_and_range_are_exact(name: str, start: str) -> None:
    rate = FrameRate.parse(name)
    base = int(TICKS / rate.fps)
    zero = rate.frame_of(start) * base
    bridge, _ = open_at(name, start, frames=2_592_001, first=str(zero + 5 * base), last=str(zero + 2_000_000 * base))
    info = bridge.timeline()
    assert (info.rate, info.start_timecode.replace(";", ":")) == (rate, start)
    assert (info.duration, info.mark_in, info.mark_out) == (2_592_001, 5, 2_000_000)
    assert (info.name, info.width, info.height, info.offset) == ("Sequence 01", 1920, 1080, 0)


def test_without_a_range_there_is_none() -> None:
    info = open_at("25", "01:00:00:00")[0].timeline()
    assert (info.mark_in, info.mark_out) == (None, None)


def test_what_is_no_answer_is_an_error() -> None:
    bridge, fake = open_fake()
    for answer in [
        '{"result": 5}',
        '{"result": {"timebase": 5}}',
        "[]",
        '{"error": {}}',
        '{"result": {"timebase": "0"}}',
    ]:
        fake.answer = answer
        with pytest.raises(HostError) as caught:
            bridge.timeline()
        assert caught.value.code in {"host.answer", "host.failed"}


# -- markers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["00:00:00:00", "01:00:00:00", "10:00:00:00"])
@pytest.mark.parametrize("name", FORMATS)
def test_markers_are_on_their_frames_at_any_rate_start_and_rounding(name: str, start: str) -> None:
    rate = FrameRate.parse(name)
    hours = [0, rate.frame_of("01:00:00:00"), rate.frame_of("10:00:00:00"), rate.frame_of("23:59:59:00")]
    frames = [hour + more for hour in hours for more in (0, 1, 2, 17)]
    for rounds in ROUNDS:
        bridge, _ = open_at(name, start, rounds=rounds)
        for frame in frames:
            bridge.apply(PutMarker(Marker("", frame, 1 + frame % 7, "m", "[zimu:m]", "Blue")))
        assert [(one.frame, one.frames) for one in bridge.present().markers] == [
            (frame, 1 + frame % 7) for frame in frames
        ]


@given(st.sampled_from(list(FORMATS)), st.integers(0, 5_000_000), st.integers(1, 5000), st.sampled_from(ROUNDS))
def test_a_marker_comes_back_as_it_was_put(name: str, frame: int, frames: int, rounds: str) -> None:
    bridge, _ = open_at(name, "01:00:00:00", rounds=rounds)
    marker = Marker("", frame, frames, "name", "note [zimu:k]", "Red")
    bridge.apply(PutMarker(marker))
    assert bridge.present().markers == (marker,)
    moved = Marker("", frames, 1 + frame % 99, "other", "note [zimu:k]", "Cyan")
    bridge.apply(PutMarker(moved, replaces=marker))
    assert bridge.present().markers == (moved,)
    bridge.apply(DropMarker(moved))
    assert bridge.present().markers == ()


def test_every_colour_is_shown_as_the_nearest_of_eight() -> None:
    bridge, fake = open_fake()
    for frame, name in enumerate(colours.NAMES):
        bridge.apply(PutMarker(Marker("", frame, 1, name, "", name)))
    shown = {one.name: one.colour for one in bridge.present().markers}
    assert shown == {name: colours.to_host(name, "premiere") for name in colours.NAMES}
    assert {one["colour"] for one in fake.state["markers"]} == set(range(8))


def test_a_marker_of_no_length_is_one_frame() -> None:
    bridge, fake = open_fake()
    fake.add_marker(5, 0, "mine", "said\rtwice", colour=7)
    assert bridge.present().markers == (Marker("", 5, 1, "mine", "said\ntwice", "Cyan"),)


@pytest.mark.parametrize("way", ["throws", "ignores"])
def test_where_no_marker_can_be_moved_a_new_one_takes_its_place(way: str) -> None:
    bridge, fake = open_fake(fixedStart=way)
    fake.add_marker(3, 2, "mine")
    old, new = Marker("", 5, 1, "a", "", "Red"), Marker("", 9, 4, "b", "", "Blue")
    bridge.apply(PutMarker(old))
    bridge.apply(PutMarker(new, replaces=old))
    assert bridge.present().markers == (Marker("", 3, 2, "mine", "", "Green"), new)


def test_a_marker_that_lands_elsewhere_is_removed_and_told() -> None:
    bridge, fake = open_fake(misplaces=True)
    with pytest.raises(HostError, match="on frame 5000 and not on 5"):
        bridge.apply(PutMarker(Marker("", 5, 1, "m", "", "Red")))
    assert fake.state["markers"] == []


def test_two_equal_markers_are_told_apart() -> None:
    bridge, fake = open_fake()
    twin = Marker("", 5, 2, "twin", "", "Red")
    for _ in range(2):
        bridge.apply(PutMarker(twin))
    assert bridge.present().markers == (twin, twin)
    bridge.apply(DropMarker(twin))
    bridge.apply(PutMarker(Marker("", 7, 1, "other", "", "Red"), replaces=twin))
    assert [one["name"] for one in fake.state["markers"]] == ["other"]


def test_a_marker_that_was_changed_or_removed_meanwhile_is_left_alone() -> None:
    bridge, fake = open_fake()
    marker = Marker("", 5, 2, "m", "", "Red")
    bridge.apply(PutMarker(marker))
    bridge.present()
    fake.edit_marker(0, name="mine now")
    with pytest.raises(HostError, match="was changed meanwhile"):
        bridge.apply(DropMarker(marker))
    with pytest.raises(HostError, match="no longer there"):
        bridge.apply(DropMarker(marker))
    fake.drop_marker(0)
    with pytest.raises(HostError, match="no longer there"):
        bridge.apply(PutMarker(marker, replaces=marker))
    assert fake.state["markers"] == []


def test_markers_that_cannot_be_told_apart_stop_the_push() -> None:
    bridge, fake = open_fake(noGuid=True)
    for frame in (5, 6):
        fake.add_marker(frame)
    with pytest.raises(HostError, match="did not list the 2 markers"):
        bridge.present()


def test_another_sequence_has_its_own_rate_and_markers() -> None:
    bridge, fake = open_fake()
    marker = Marker("", 50, 2, "m", "", "Red")
    bridge.where()
    bridge.apply(PutMarker(marker))
    first = bridge.where()
    fake.evaluate("fakePremiere.open.sequenceID = 'another'; fakePremiere.open.timebase = '5080320000'; 0")
    with pytest.raises(HostError, match="Another sequence was opened") as caught:
        bridge.apply(PutMarker(marker))
    assert caught.value.code == "host.other-timeline"
    assert bridge.where() != first
    assert [one.frame for one in bridge.present().markers] == [100]


# -- captions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_the_subtitle_file_holds_every_caption_on_its_frames(name: str, tmp_path: Path) -> None:
    bridge, fake = open_fake(tmp_path, timebase=int(TICKS / FrameRate.parse(name).fps), display=FORMATS[name])
    rate = bridge.timeline().rate
    far = rate.frame_of("10:00:00:01")
    track = CaptionTrack("zh", "Zimu zh", (*ZH.captions, Caption(far, 1, "远")))
    bridge.apply(PutCaptions(track))
    (made,) = fake.state["captions"]
    assert made["start"] == 0
    read = srt.read(Path(made["path"]).read_bytes().decode()).cues
    assert [(rate.frame_at(cue.start), rate.frame_at(cue.end)) for cue in read] == [
        (one.frame, one.frame + one.frames) for one in track.captions
    ]
    assert [cue.texts[0].replace("\u2060", "") for cue in read] == [one.text for one in track.captions]


def test_a_track_is_known_again_by_its_clip_and_told_without_captions(tmp_path: Path) -> None:
    bridge, fake = open_fake(tmp_path)
    bridge.where()
    bridge.apply(PutCaptions(ZH))
    bridge.apply(PutCaptions(CaptionTrack("zh-Hans/en?", "Zimu zh-Hans/en?", ZH.captions)))
    bridge.apply(PutCaptions(ZH))
    assert [(track.key, track.name, track.captions) for track in bridge.present().tracks] == [
        ("zh-Hans/en?", "Zimu zh-Hans/en?", ()),
        ("zh", "Zimu zh", ()),
    ]
    assert len(fake.state["captions"]) == len(list(tmp_path.iterdir())) == 3
    fake.evaluate("fakePremiere.open.sequenceID = 'another'; 0")
    bridge.where()
    assert bridge.present().tracks == ()


def test_the_files_lie_in_zimus_home_if_nothing_else_is_said(home: Path) -> None:
    bridge, fake = open_fake()
    bridge.apply(PutCaptions(ZH))
    assert Path(fake.state["captions"][0]["path"]).parent == home / "premiere"


def test_clips_of_the_user_in_our_bin_are_no_tracks(tmp_path: Path) -> None:
    bridge, fake = open_fake(tmp_path)
    bridge.apply(PutCaptions(ZH))
    fake.evaluate(
        "(function (bin) { fakePremiere.add(bin, new fakePremiere.Item('Zimu en', 1, '/mine/Zimu en.srt'));"
        " fakePremiere.add(bin, new fakePremiere.Item('sub', 2, '')); }(fakePremiere.root.children[0]))"
    )
    assert [track.key for track in bridge.present().tracks] == ["zh"]


def test_a_track_that_is_forgotten_is_listed_no_more(tmp_path: Path) -> None:
    bridge, fake = open_fake(tmp_path)
    english = CaptionTrack("en", "Zimu en", ZH.captions)
    for track in (ZH, english, ZH):
        bridge.apply(PutCaptions(track))
    bridge.forget("zh")
    assert [track.key for track in bridge.present().tracks] == ["en"]
    assert fake.state["bins"] == {"Zimu": ["Zimu en"]}
    assert len(fake.state["captions"]) == 3  # no script can remove the tracks themselves


@pytest.mark.parametrize("way", ["refuses", "throws", "textual"])
def test_a_track_that_premiere_refuses_is_not_told(way: str) -> None:
    bridge, fake = open_fake(captions=way)
    with pytest.raises(HostError):
        bridge.apply(PutCaptions(ZH))
    assert bridge.present().tracks == ()
    assert fake.state["bins"] == {"Zimu": []}


def test_a_clip_that_could_not_be_removed_is_no_track() -> None:
    bridge, fake = open_fake(captions="refuses", noMove=True)
    with pytest.raises(HostError):
        bridge.apply(PutCaptions(ZH))
    assert "unused" in fake.state["bins"]["Zimu"]
    assert bridge.present().tracks == ()


def test_a_track_cannot_be_removed_and_the_error_says_how() -> None:
    bridge, _ = open_fake()
    with pytest.raises(HostError, match="Delete it by hand"):
        bridge.apply(DropCaptions("zh"))


def test_what_was_not_seen_is_said() -> None:
    bridge, _ = open_fake()
    bridge.apply(PutCaptions(ZH))
    assert "“Zimu zh” is there with 3 captions was not seen" in bridge.unverified(PutCaptions(ZH))
    marker = PutMarker(Marker("", 5, 1, "m", "", "Red"))
    bridge.apply(marker)
    assert bridge.unverified(marker) == ""
    old, _ = open_fake(noColours=True)
    old.apply(marker)
    assert "colours" in old.unverified(marker)
    assert old.present().markers[0].colour == ""


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    bridge, _ = open_fake(tmp_path / "file" / "folder")
    with pytest.raises(HostError, match="cannot be used"):
        bridge.apply(PutCaptions(ZH))


# -- pushes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quirks",
    [
        {}, {"skips": True}, {"returns": True}, {"trims": True}, {"noColours": True}, {"noFormat": True},
        {"loops": True}, {"captions": "silent"}, {"captions": "nothing"}, {"imports": "elsewhere"},
        {"fixedStart": "throws"}, {"rounds": "frame-cut"}, {"startsBeforeEnd": True},
    ],
    ids=str,
)  # fmt: skip
def test_a_second_push_has_nothing_to_do_and_the_users_items_stay(path: Path, quirks: dict[str, Any]) -> None:
    bridge, fake = open_at("29.97 DF", "01:00:00:00", **quirks)
    fake.add_marker(30, 12, "mine", "keep [this]; too", 4)
    mine = fake.state["markers"][0]
    report = push(path, bridge)
    assert report.good, report.summary
    assert any("was not seen" in sentence for sentence in report.unverified)
    calls = len(fake.calls)
    again = push(path, bridge)
    assert (again.plan.operations, again.plan.pulled, again.plan.conflicts) == ((), (), ())
    assert not {"put_marker", "change_marker", "drop_marker", "put_captions"} & set(fake.calls[calls:])
    assert mine in fake.state["markers"]


def test_edits_in_premiere_are_pulled_and_everything_of_ours_is_taken_out(path: Path) -> None:
    bridge, fake = open_fake()
    fake.add_marker(200, 1, "mine")
    push(path, bridge)
    at = [one["name"] for one in fake.state["markers"]].index("bang")
    fake.edit_marker(at, name="a bang", start=4.0)
    result(pushing.pull(path, bridge))
    mark = next(mark for mark in storage.load(path).marks if mark.id == "m1")
    assert (mark.text, mark.start) == ("a bang", 4000)
    assert push(path, bridge).plan.operations == ()
    result(pushing.unpush(path, bridge))
    assert [one["name"] for one in fake.state["markers"]] == ["mine"]


def test_a_changed_document_is_a_new_track_and_a_word_about_the_old_one(path: Path) -> None:
    bridge, fake = open_fake()
    push(path, bridge)
    changed = Document(languages=("zh", "en"), cues=DOCUMENT.cues[:1], marks=DOCUMENT.marks)
    storage.save(changed, path)
    report = push(path, bridge)
    assert any("by hand" in note for note in report.plan.notes)
    assert len(fake.state["captions"]) == 6
    assert push(path, bridge).plan.operations == ()


# -- sound and playhead ----------------------------------------------------------------------------


def with_sound(**quirks: Any) -> tuple[PremiereBridge, FakePremiere]:
    """Two tracks at 25 fps, the second muted: clips from frame 10 to 60 and from 50 to 100."""
    bridge, fake = open_fake(**quirks)
    base = fake.timebase
    fake.add_track("A1")
    fake.add_track("A2", muted=True)
    fake.add_clip(0, "/m.wav", 10 * base, 60 * base)
    fake.add_clip(1, "/n.wav", 50 * base, 100 * base)
    return bridge, fake


def heard(path: Path) -> list[tuple[int, int]]:
    """(first frame, loudness) of each stretch of the sound, at 25 fps."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")[::2]
    starts = [0, *(np.flatnonzero(np.diff(samples)) + 1).tolist()]
    assert all(start % 1920 == 0 for start in (*starts, len(samples)))
    return [(start // 1920, int(samples[start])) for start in starts] + [(len(samples) // 1920, -1)]


def test_all_of_the_sequence_is_rendered_as_it_is_heard(tmp_path: Path) -> None:
    bridge, fake = with_sound()
    events, path = result(bridge.render_audio(AudioRequest(), tmp_path))
    assert heard(path) == [(0, 0), (10, 1000), (60, 0), (250, -1)]
    assert [event.done for event in events] == [0, 1]
    assert fake.state["muted"] == [False, True]


def test_chosen_tracks_are_heard_and_then_muted_as_before(tmp_path: Path) -> None:
    bridge, fake = with_sound()
    for tracks, sound in (((2,), [(50, 2000), (100, 0)]), ((1, 2), [(10, 1000), (50, 3000), (60, 2000), (100, 0)])):
        _, path = result(bridge.render_audio(AudioRequest(tracks=tracks), tmp_path))
        assert heard(path) == [(0, 0), *sound, (250, -1)]
        assert fake.state["muted"] == [False, True]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["sound-2.wav", "sound.wav"]


def test_the_range_between_in_and_out_is_what_premiere_renders(tmp_path: Path) -> None:
    base, zero = TICKS // 25, 3600 * TICKS
    bridge, fake = with_sound(zero=zero, first=str(zero + 20 * base), last=str(zero + 80 * base))
    _, path = result(bridge.render_audio(AudioRequest(20, 80), tmp_path))
    assert heard(path) == [(0, 1000), (40, 0), (60, -1)]
    assert fake.state["log"][0]["range"] == 1


@pytest.mark.parametrize(("start", "end"), [(15, 70), (0, 70), (15, None), (15, 9999)])
def test_any_other_range_is_cut_out_of_the_whole(tmp_path: Path, start: int, end: int | None) -> None:
    bridge, fake = with_sound()
    _, path = result(bridge.render_audio(AudioRequest(start, end), tmp_path))
    last = min(end or 250, 250)
    sound = [(0, 1000), (45, 0)] if start else [(0, 0), (10, 1000), (60, 0)]
    assert heard(path) == [*sound, (last - start, -1)]
    assert fake.state["log"][0]["range"] == 0


def test_nothing_to_render_is_told(tmp_path: Path) -> None:
    bridge, fake = with_sound()
    for request, code in ((AudioRequest(50, 50), "host.no-sound"), (AudioRequest(tracks=(3,)), "host.no-track")):
        with pytest.raises(HostError) as caught:
            result(bridge.render_audio(request, tmp_path))
        assert caught.value.code == code
    fake.export = lambda path: "Unknown preset"
    with pytest.raises(HostError, match="Unknown preset"):
        result(bridge.render_audio(AudioRequest(), tmp_path))
    assert fake.state["muted"] == [False, True]


def test_a_track_that_stays_muted_is_told(tmp_path: Path) -> None:
    bridge, fake = with_sound()

    def lock(path: Path) -> str:
        said = fake.write_sound(path)
        fake.stuck = True
        return said

    fake.export = lock
    fake.evaluate(
        "fakePremiere.open.audioTracks[1].setMute = function (value) { if (value === 0) { this._change(false); } }; 0"
    )
    events, _ = result(bridge.render_audio(AudioRequest(tracks=(2,)), tmp_path))
    assert [event.level for event in events if isinstance(event, Note)] == ["warning"]


def test_clips_are_told_in_frames_and_source_time() -> None:
    bridge, fake = open_at("29.97", "01:00:00:00")
    base = fake.timebase
    fake.add_track("A1")
    fake.add_track("A2", muted=True)
    fake.add_clip(0, "/m.mov", 30 * base, 60 * base, TICKS)
    fake.add_clip(1, "/n.wav", 30 * base + base // 4, 61 * base, 2 * TICKS, speed=2.0, backwards=True, disabled=True)
    fake.add_clip(1, "", 61 * base, 70 * base)
    fake.add_clip(1, None, 70 * base, 80 * base)
    sound = bridge.sound()
    assert [(track.index, track.name, track.enabled) for track in sound.tracks] == [(1, "A1", True), (2, "A2", False)]
    one, other = sound.clips
    assert (one.path, one.track, one.start, one.end, one.source_start, one.speed, one.enabled) == (
        "/m.mov", 1, 30, 60, 1000.0, 1.0, True,
    )  # fmt: skip
    assert (other.start, other.end, other.speed, other.enabled) == (30, 61, -2.0, False)
    assert other.source_start == pytest.approx(2000 + 2 * 1001 / 30 / 4)
    assert [note.split(" is ")[1] for note in sound.notes] == [
        "a nested sequence: only a render hears it.",
        "no media file: only a render hears it.",
    ]


def test_the_playhead_goes_to_the_frame_from_the_first() -> None:
    bridge, fake = open_at("29.97 DF", "10:00:00:00")
    for ms, frame in ((0, 0), (-5, 0), (1001, 30), (36_000_000, 1_078_921)):
        bridge.goto(ms)
        assert fake.state["position"] == str(frame * fake.timebase)


def test_the_preset_is_sound_only_wav_at_48_khz_and_16_bits() -> None:
    from xml.etree import ElementTree as ET

    root = ET.parse(PRESET).getroot()
    known = {one.findtext("ParamIdentifier"): one.findtext("ParamValue") for one in root.iter("ExporterParam")}
    assert (root.tag, root.findtext("DoVideo"), root.findtext("DoAudio")) == ("PremiereData", "false", "true")
    assert int(root.findtext("ExporterFileType") or 0).to_bytes(4, "big") == b"WAVE"
    assert (known["ADBEAudioRatePerSecond"], known["ADBEAudioNumChannels"]) == ("48000", "2")
    made = {one.get("ObjectID") for one in root.iter() if one.get("ObjectID")}
    asked = {one.get("ObjectRef") for one in root.iter() if one.get("ObjectRef")}
    assert made == asked

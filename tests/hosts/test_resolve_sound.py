"""The sound of Resolve's timeline: rendered with everything put back, or as pieces of its media."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from plugin_core.bridge import AudioRequest, AudioTrack
from plugin_core.errors import HostError
from plugin_core.protocol import Note, Progress
from tests.hosts.fake_render import RATE
from tests.hosts.fake_resolve import FakeResolve
from tests.hosts.resolve_channel import open_fake

# -- sound out -------------------------------------------------------------------------------------


def rendered(steps: Iterator[Progress | Note]) -> tuple[Path, list[Progress | Note]]:
    told: list[Progress | Note] = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            return end.value, told


def samples(path: Path) -> tuple[int, set[int]]:
    with wave.open(str(path)) as file:
        data = memoryview(file.readframes(file.getnframes())).cast("h")
        return len(data), set(data)


def deliver_state(resolve: FakeResolve) -> Any:
    deliver, timeline = resolve.project_.deliver_, resolve.timeline_
    audio = [(track.name, track.enabled) for track in timeline.tracks_["audio"]]
    return (
        audio, resolve.world_.page, timeline.marks_, sorted(deliver.jobs), sorted(deliver.presets),
        deliver.now.form, deliver.now.codec, deliver.now.mode, deliver.running,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh", "de"])
@pytest.mark.parametrize("page", ["edit", "deliver", "fairlight"])
def test_a_render_writes_the_tracks_and_frames_asked_for_and_puts_all_back(
    language: str, page: str, tmp_path: Path
) -> None:
    bridge, resolve = open_fake(rate="29.97 DF", language=language, page=page)
    resolve.timeline_.SetMarkInOut(3, 99)
    before = deliver_state(resolve)
    settings = dict(resolve.project_.deliver_.now.settings)
    path, told = rendered(bridge.render_audio(AudioRequest(100, 400, (2, 3)), tmp_path / "new"))
    assert samples(path) == (round(300 * 1001 / 30000 * RATE), {0b110})
    assert deliver_state(resolve) == before
    assert resolve.project_.deliver_.now.settings["TargetDir"] == settings["TargetDir"]
    done = [step.done for step in told if isinstance(step, Progress)]
    assert done == sorted(done)
    assert done[-1] == 100
    assert not [step for step in told if isinstance(step, Note)]


@pytest.mark.parametrize(
    ("request_", "frames", "bits"),
    [
        (AudioRequest(), 2000, 0b011),
        (AudioRequest(start=500), 1500, 0b011),
        (AudioRequest(end=500, tracks=(1,)), 500, 0b001),
    ],
)
def test_without_a_range_or_tracks_all_that_is_heard_is_written(
    request_: AudioRequest, frames: int, bits: int, tmp_path: Path
) -> None:
    bridge, _ = open_fake(rate="25", length=2000)
    path, _ = rendered(bridge.render_audio(request_, tmp_path))
    assert samples(path) == (frames * RATE // 25, {bits})


@pytest.mark.parametrize("quirks", [{"audio_preset": "仅音频"}, {"audio_preset": ""}, {"render": "silent"}], ids=str)
def test_a_render_works_without_the_english_preset_and_without_percents(quirks: Any, tmp_path: Path) -> None:
    bridge, resolve = open_fake(**quirks)
    before = deliver_state(resolve)
    path, _ = rendered(bridge.render_audio(AudioRequest(0, 24), tmp_path))
    assert samples(path)[0] == RATE
    assert deliver_state(resolve) == before


FAILURES: list[tuple[dict[str, Any], str]] = [
    ({"render": "fails", "language": "zh"}, "失败 Disk full"),
    ({"render": "no-file"}, "Complete"),
    ({"render": "two-files"}, "2 files"),
    ({"queue": False}, "queue"),
    ({"audio_preset": "", "codecs": ()}, "no form of sound"),
]


@pytest.mark.parametrize(("quirks", "said"), FAILURES, ids=str)
def test_a_render_that_fails_is_told_and_puts_all_back(quirks: dict[str, Any], said: str, tmp_path: Path) -> None:
    bridge, resolve = open_fake(**quirks)
    resolve.timeline_.SetMarkInOut(3, 99)
    before = deliver_state(resolve)
    with pytest.raises(HostError) as caught:
        rendered(bridge.render_audio(AudioRequest(0, 24, (1,)), tmp_path))
    assert said in caught.value.message
    assert deliver_state(resolve) == before


def test_leaving_the_loop_stops_the_render_and_puts_all_back(tmp_path: Path) -> None:
    bridge, resolve = open_fake(render="stuck", page="color")
    resolve.timeline_.SetMarkInOut(3, 99)
    before = deliver_state(resolve)
    steps = bridge.render_audio(AudioRequest(0, 24, (1,)), tmp_path)
    next(steps)
    assert resolve.project_.deliver_.running
    steps.close()
    assert deliver_state(resolve) == before


def test_a_render_that_cannot_be_stopped_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    bridge, resolve = open_fake(render="stuck", deaf=("StopRendering",))
    steps = bridge.render_audio(AudioRequest(0, 24, (1,)), tmp_path)
    next(steps)
    steps.close()
    assert [track.enabled for track in resolve.timeline_.tracks_["audio"]] == [True, True, False]


def test_an_agent_killed_in_a_render_leaves_what_its_successor_puts_back(tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    calls = len(resolve.world_.calls)
    rendered(bridge.render_audio(AudioRequest(0, 24, (1,)), tmp_path))
    whole = len(resolve.world_.calls) - calls
    for at in range(30, whole, 7):
        bridge, resolve = open_fake()
        resolve.timeline_.SetMarkInOut(3, 99)
        before = deliver_state(resolve)
        resolve.world_.kill_at = len(resolve.world_.calls) + at
        with suppress(HostError):
            rendered(bridge.render_audio(AudioRequest(0, 24, (1,)), tmp_path / str(at)))
        assert not resolve.world_.kill_at
        assert deliver_state(resolve) == before, resolve.world_.calls[-1]


def test_a_job_that_the_user_adds_meanwhile_stays(tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    steps = bridge.render_audio(AudioRequest(0, 24), tmp_path)
    next(steps)
    theirs = resolve.project_.deliver_.add()
    rendered(steps)
    assert sorted(resolve.project_.deliver_.jobs) == sorted(["user-job", str(theirs)])


LEFT: list[tuple[tuple[str, ...], str]] = [
    (("DeleteRenderJob",), "job in the render queue"),
    (("LoadRenderPreset", "SetCurrentRenderFormatAndCodec"), "format of the Deliver page"),
    (("SetMarkInOut",), "in and out marks"),
]


@pytest.mark.parametrize(("deaf", "what"), LEFT, ids=str)
def test_what_a_render_could_not_put_back_is_told(deaf: tuple[str, ...], what: str, tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    resolve.timeline_.SetMarkInOut(3, 99)
    steps = bridge.render_audio(AudioRequest(0, 24, (3,)), tmp_path)
    next(steps)
    resolve.world_.quirks.deaf = deaf
    _, told = rendered(steps)
    assert [what in step.message for step in told if isinstance(step, Note)] == [True]


def test_tracks_and_page_that_resolve_does_not_put_back_are_told(tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    steps = bridge.render_audio(AudioRequest(0, 24, (3,)), tmp_path)
    next(steps)
    resolve.world_.quirks.deaf = ("SetTrackEnable", "OpenPage")
    _, told = rendered(steps)
    said = " ".join(step.message for step in told if isinstance(step, Note))
    assert all(name in said for name in ("Audio 1", "Audio 2", "Audio 3", "the page"))


def test_an_agent_that_cannot_be_had_again_is_told_as_what_is_left(tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    steps = bridge.render_audio(AudioRequest(0, 24), tmp_path)
    next(steps)
    resolve.world_.quirks.project = False
    with pytest.raises(HostError) as caught:
        rendered(steps)
    assert caught.value.code == "host.no-project"


def test_settings_that_resolve_refuses_end_the_render(tmp_path: Path) -> None:
    bridge, resolve = open_fake(deaf=("SetRenderSettings",))
    before = deliver_state(resolve)
    with pytest.raises(HostError, match="settings"):
        rendered(bridge.render_audio(AudioRequest(0, 24), tmp_path))
    assert deliver_state(resolve) == before


def test_a_render_of_the_users_is_not_disturbed(tmp_path: Path) -> None:
    bridge, resolve = open_fake(render="stuck")
    resolve.project_.deliver_.start(["user-job"])
    with pytest.raises(HostError) as caught:
        rendered(bridge.render_audio(AudioRequest(0, 24), tmp_path))
    assert caught.value.code == "host.busy"
    assert resolve.project_.deliver_.running == "user-job"


def test_an_empty_range_is_refused_before_resolve_is_asked(tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    with pytest.raises(HostError) as caught:
        rendered(bridge.render_audio(AudioRequest(10, 10), tmp_path))
    assert caught.value.code == "host.range"
    assert "AddRenderJob" not in resolve.world_.calls


def test_marks_that_cannot_be_put_back_are_told(tmp_path: Path) -> None:
    bridge, resolve = open_fake()
    resolve.timeline_.marks_ = {"video": {"in": 5}}  # no function sets one mark alone
    _, told = rendered(bridge.render_audio(AudioRequest(0, 24), tmp_path))
    (note,) = [step for step in told if isinstance(step, Note)]
    assert "in and out marks" in note.message
    assert note.level == "warning"


# -- sound straight from its sources ---------------------------------------------------------------

TAKE = {"File Path": "/media/take.mov", "FPS": "25", "Type": "Video + Audio"}


def one_clip(source: tuple[int, int, int], **properties: str) -> Any:
    bridge, resolve = open_fake(rate="25")
    resolve.timeline_.clip_(1, "take", 100, 200, source, **properties)
    sound = bridge.sound()
    return sound.clips[0] if sound.clips else None, sound.notes


def test_the_tracks_and_their_clips_are_told_from_the_timelines_start() -> None:
    bridge, resolve = open_fake(rate="25")
    resolve.timeline_.clip_(2, "take", 100, 200, (50, 50, 150), **TAKE)
    resolve.timeline_.tracks_["audio"][1].items[0].enabled_ = False
    sound = bridge.sound()
    assert sound.tracks == (AudioTrack(1, "Audio 1"), AudioTrack(2, "Audio 2"), AudioTrack(3, "Audio 3", enabled=False))
    (clip,) = sound.clips
    assert (clip.path, clip.track, clip.start, clip.end, clip.source_start) == ("/media/take.mov", 2, 100, 200, 2000.0)
    assert (clip.speed, clip.enabled, sound.notes) == (1.0, False, ())


@pytest.mark.parametrize("source", [(50, 51, 150), (50, 49, 149), (50, 50, 149), (50, 51, 151)])
def test_a_source_frame_that_is_one_off_is_corrected_by_the_offset(source: tuple[int, int, int]) -> None:
    clip, notes = one_clip(source, **TAKE)
    assert (clip.source_start, clip.speed, notes) == (2000.0, 1.0, ())


def test_in_a_sub_clip_the_offset_counts_from_its_own_start() -> None:
    assert one_clip((10, 250, 350), **TAKE)[0].source_start == 10_000.0


def test_source_frames_count_at_the_rate_of_the_media() -> None:
    clip, notes = one_clip((0, 56_871, 56_967), **{**TAKE, "FPS": "24.0"})  # a WAV imported while the project was at 24
    assert (clip.source_start, clip.speed, notes) == (1000 * 56_871 / 24, 1.0, ())


@pytest.mark.parametrize("rate", ["", "unknown", "0"])
def test_media_of_no_rate_count_at_that_of_the_timeline(rate: str) -> None:
    assert one_clip((50, 50, 150), **{**TAKE, "FPS": rate})[0].source_start == 2000.0


def test_retimed_clips_are_told_with_their_speed() -> None:
    clip, notes = one_clip((25, 50, 250), **TAKE)
    assert clip.speed == 2.0
    assert "200 %" in notes[0]
    clip, notes = one_clip((25, 250, 150), **TAKE)
    assert clip.speed == -1.0
    assert "backwards" in notes[0]


def test_a_clip_whose_source_is_not_told_is_said_to_be_unsure() -> None:
    clip, notes = one_clip((50, 0, 0), **TAKE)
    assert (clip.source_start, clip.speed) == (2000.0, 1.0)
    assert "does not tell" in notes[0]


def test_versions_that_tell_less_of_clips_are_asked_no_more_than_they_know() -> None:
    bridge, resolve = open_fake(rate="25", lacks=("GetSourceStartFrame", "GetSourceEndFrame", "GetClipEnabled"))
    resolve.timeline_.clip_(1, "take", 100, 200, (50, 99, 999), **TAKE)
    (clip,) = bridge.sound().clips
    assert (clip.source_start, clip.enabled) == (2000.0, True)


@pytest.mark.parametrize("properties", [{}, {"Type": "Compound", "File Path": "", "FPS": "25"}], ids=str)
def test_a_clip_without_a_file_is_left_out_and_told(properties: dict[str, str]) -> None:
    clip, notes = one_clip((0, 0, 100), **properties)
    assert clip is None
    assert "take" in notes[0]
    assert "render" in notes[0]

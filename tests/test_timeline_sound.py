"""The sound of a timeline mixed from its clips: every sample where the host plays it."""

from __future__ import annotations

import wave
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.bridge import AudioRequest, AudioTrack, Sound, SourceClip
from plugin_core.clock import FrameRate
from plugin_core.errors import HostError, MediaError, SettingsError
from plugin_core.host import RESOLVE, TimelineInfo
from plugin_core.protocol import Note
from plugin_core.timeline_sound import mix, timeline_sound
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

NTSC = FrameRate.parse("29.97 DF")
TRACKS = (AudioTrack(1, "Dialogue"), AudioTrack(2, "Music"), AudioTrack(3, "Off", enabled=False))


def clicks(path: Path, seconds: float, *, every: float = 1.0, level: float = 0.5) -> Path:
    """A source with one loud sample at each multiple of *every* seconds."""
    samples = np.zeros(int(seconds * 16_000))
    samples[:: int(every * 16_000)] = level
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def mixed(sound: Sound, folder: Path, *, rate: FrameRate = NTSC, **request: Any) -> tuple[Any, list[str]]:
    def steps() -> Generator[Any, None, None]:
        paths.append((yield from mix(sound, rate, 300, AudioRequest(**request), folder / "out.wav")))

    paths: list[Path] = []
    notes = [event.message for event in steps() if isinstance(event, Note)]
    with wave.open(str(paths[0])) as file:
        found = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    return found, notes


def at_frame(frame: int) -> int:
    return round(frame * 16_000 * 1001 / 30_000)


def test_a_clip_plays_where_it_lies_to_the_sample(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 10))
    found, notes = mixed(Sound(TRACKS, (SourceClip(source, 1, 30, 120, 2000.0),)), tmp_path)
    assert (len(found), notes) == (at_frame(300), [])
    loud = np.flatnonzero(np.abs(found) > 0.2)
    assert list(loud) == [at_frame(30), at_frame(30) + 16_000, at_frame(30) + 32_000, at_frame(30) + 48_000]


def test_a_range_begins_at_its_first_frame(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 10))
    sound = Sound(TRACKS, (SourceClip(source, 1, 0, 300, 0.0),))
    found, _ = mixed(sound, tmp_path, rate=FrameRate.parse("25"), start=50, end=75)
    assert (len(found), np.flatnonzero(np.abs(found) > 0.2).tolist()) == (16_000, [0])


def test_only_what_is_heard_is_mixed_and_levels_add(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 10, level=0.25))
    clips = tuple(SourceClip(source, track, 0, 300, 0.0) for track in (1, 2, 3))
    off = SourceClip(source, 1, 0, 300, 0.0, enabled=False)
    assert mixed(Sound(TRACKS, (*clips, off)), tmp_path)[0].max() == pytest.approx(0.5, abs=0.01)
    assert mixed(Sound(TRACKS, clips), tmp_path, tracks=(3,))[0].max() == pytest.approx(0.25, abs=0.01)


def test_a_long_clip_is_taken_in_windows_without_a_seam(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 70, every=0.5))
    found, _ = mixed(Sound(TRACKS, (SourceClip(source, 1, 0, 1750, 0.0),)), tmp_path, rate=FrameRate.parse("25"))
    assert np.flatnonzero(np.abs(found) > 0.2).tolist() == list(range(0, 70 * 16_000, 8000))


def test_a_retimed_clip_is_followed_and_flagged_a_reversed_one_left_out(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 10))
    fast = SourceClip(source, 1, 0, 50, 0.0, speed=2.0)
    back = SourceClip(source, 2, 50, 100, 0.0, speed=-1.0)
    found, notes = mixed(Sound(TRACKS, (fast, back)), tmp_path, rate=FrameRate.parse("25"))
    assert np.flatnonzero(np.abs(found) > 0.2).tolist() == [0, 8000, 16_000, 24_000]
    assert [("200%" in note, "left out" in note) for note in notes] == [(True, False), (False, True)]


def test_a_source_that_cannot_be_read_is_left_out_with_a_note(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 10))
    gone = SourceClip(str(tmp_path / "gone.wav"), 2, 0, 50, 0.0)
    found, notes = mixed(Sound(TRACKS, (SourceClip(source, 1, 0, 50, 0.0), gone)), tmp_path)
    assert found.max() > 0.2
    assert "gone.wav" in notes[0]
    with pytest.raises(MediaError, match="None of the media"):
        mixed(Sound(TRACKS, (gone,)), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"a.wav", "out.wav"}


def test_a_source_shorter_than_its_clip_ends_in_silence(tmp_path: Path) -> None:
    source = str(clicks(tmp_path / "a.wav", 1))
    found, _ = mixed(Sound(TRACKS, (SourceClip(source, 1, 0, 100, -500.0),)), tmp_path, rate=FrameRate.parse("25"))
    assert np.flatnonzero(np.abs(found) > 0.2).tolist() == [8000]


def test_nothing_to_hear_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="Nothing is heard"):
        mixed(Sound(TRACKS, ()), tmp_path)


def test_the_way_to_the_sound_is_chosen(tmp_path: Path) -> None:
    host = ModelBridge(ModelHost(RESOLVE), TimelineInfo(duration=50))
    list(timeline_sound(host, AudioRequest(), "render", tmp_path / "new"))
    assert (tmp_path / "new" / "sound.wav").exists()
    with pytest.raises(SettingsError):
        next(timeline_sound(host, AudioRequest(), "telepathy", tmp_path))
    host.heard = Sound(notes=("A compound clip is not followed.",))
    steps = timeline_sound(host, AudioRequest(), "sources", tmp_path)
    assert next(steps) == Note("sound", "A compound clip is not followed.", "warning")

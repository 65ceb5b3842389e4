"""Tempo and mood of the music among the sounds."""

import numpy as np

from plugin_core.sounds import Sound
from plugin_core.sounds.music import Music
from tests.sounds.test_tempo import CLICK, RATE, steady


def heard() -> tuple[Music, np.ndarray]:
    """Twelve seconds of clicks at 120, twelve of silence."""
    sound = np.concatenate([steady(120, CLICK, seconds=12)[0], np.zeros(12 * RATE, np.float32)])
    music = Music(5000)
    passed = list(music.hearing(sound[at : at + 50_000] for at in range(0, len(sound), 50_000)))
    return music, np.concatenate(passed) - sound


def test_hearing_changes_no_sample() -> None:
    assert not heard()[1].any()


def test_a_music_mark_gets_its_tempo_and_silence_none() -> None:
    music, _ = heard()
    assert dict(music.attributes(5000, 17_000))["bpm"] == "120.0"
    assert music.attributes(20_000, 29_000) == ()


def test_beats_are_marked_within_the_music_only() -> None:
    music, _ = heard()
    sounds = [Sound(5000, 9000, "music", "music", 0.9), Sound(10_000, 12_000, "dog", "sound", 0.9)]
    (mark,) = music.marks(sounds)
    assert (mark.kind, mark.start, mark.end, mark.confidence) == ("music", 5000, 9000, 0.9)
    beats = [mark for mark in music.marks(sounds, "beat") if mark.kind == "note"]
    assert len(beats) in {7, 8}
    assert all(5000 <= beat.start < 9000 for beat in beats)

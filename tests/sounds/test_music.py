"""Tempo and mood of the music among the sounds."""

import numpy as np

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

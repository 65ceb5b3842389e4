"""Features are those the networks were trained on."""

from __future__ import annotations

import numpy as np
import pytest

from plugin_core.speakers import features


def sound(samples: int = 8000) -> features.Audio:
    """A tone in noise with a hole of digital silence."""
    noise = np.random.default_rng(0).standard_normal(samples) * 0.05
    audio = (noise + 0.2 * np.sin(np.arange(samples) * 0.08)).astype(np.float32)
    audio[3000:4000] = 0
    return audio


def test_whispers_features_are_whispers() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor

    audio = sound(16_000)
    ours, theirs = features.whisper(audio), FeatureExtractor()(audio).T * 4 - 4
    assert ours.shape == (100, 80)
    both = np.maximum(ours, ours.max() - 8)
    assert np.abs(both[5:-5] - theirs[5 : len(ours) - 5]).max() < 1e-3


@pytest.mark.parametrize("samples", [0, 1, 159, 399, 400, 560])
def test_short_sounds_give_as_many_frames_as_fit(samples: int) -> None:
    audio = sound(8000)[:samples]
    assert features.whisper(audio).shape == (samples // 160, 80)


def test_silence_and_clipping_give_numbers() -> None:
    for audio in (np.zeros(4000, np.float32), np.ones(4000, np.float32), np.sign(sound())):
        assert np.isfinite(features.whisper(audio)).all()

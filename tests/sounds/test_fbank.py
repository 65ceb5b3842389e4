"""Filter banks of published packs."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.sounds import fbank

GOLDEN = Path(__file__).parent / "golden" / "kaldi_fbank.json"


def sine(hertz: float, seconds: float = 0.5, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * fbank.RATE)) / fbank.RATE)).astype(np.float32)


def test_a_frame_needs_25_ms_and_the_next_10_more() -> None:
    assert [fbank.count(n) for n in (0, 399, 400, 559, 560)] == [0, 0, 1, 1, 2]
    assert len(fbank.kaldi(np.zeros(560, np.float32))) == 2


def noisy_tone(samples: int = 8000) -> fbank.Samples:
    """A tone in noise with a hole of digital silence."""
    noise = np.random.default_rng(0).standard_normal(samples) * 0.05
    audio = (noise + 0.2 * np.sin(np.arange(samples) * 0.08)).astype(np.float32)
    audio[3000:4000] = 0
    return audio


@pytest.mark.parametrize(("window", "scale"), [("hamming", 32768.0), ("povey", 1.0)])
def test_kaldis_fbank_is_kaldis(window: str, scale: float) -> None:
    """The golden numbers are of kaldi-native-fbank 1.22.5 (80 bins, no dither, no energy), frames 0, 20 and 47."""
    golden = json.loads(GOLDEN.read_text())[window]
    ours = fbank.kaldi(noisy_tone(), window=window, scale=scale)
    assert ours.shape == (48, 80)
    assert np.abs(ours[[0, 20, 47]] - np.array(golden)).max() < 1e-3


@pytest.mark.parametrize("samples", [0, 1, 159, 399, 400, 560])
def test_short_sounds_give_as_many_frames_as_fit(samples: int) -> None:
    assert fbank.kaldi(noisy_tone()[:samples]).shape == (max(0, 1 + (samples - 400) // 160), 80)


def test_silence_and_clipping_give_numbers() -> None:
    for audio in (np.zeros(4000, np.float32), np.ones(4000, np.float32), np.sign(noisy_tone())):
        assert np.isfinite(fbank.kaldi(audio)).all()


def test_silence_is_the_floor_of_each() -> None:
    assert fbank.kaldi(np.zeros(400, np.float32)) == pytest.approx(np.log(np.finfo(np.float32).eps))
    assert fbank.audioset(np.zeros(400, np.float32)) == pytest.approx(np.log(0.001))


@pytest.mark.parametrize("hertz", [200.0, 1000.0, 4000.0])
def test_a_tone_is_loudest_in_the_band_around_it(hertz: float) -> None:
    edges = 700 * np.expm1(np.linspace(fbank._mel(20), fbank._mel(8000), 82) / 1127)
    band = int(fbank.kaldi(sine(hertz)).mean(axis=0).argmax())
    assert edges[band] < hertz < edges[band + 2]


def test_kaldi_features_grow_with_the_scale_by_twice_its_logarithm() -> None:
    apart = fbank.kaldi(sine(1000)) - fbank.kaldi(sine(1000), scale=1.0)
    assert apart.max() == pytest.approx(2 * np.log(32768), abs=0.01)


def test_kaldi_features_ignore_a_constant_offset() -> None:
    assert fbank.kaldi(sine(500) + np.float32(0.2)) == pytest.approx(fbank.kaldi(sine(500)), abs=0.35)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=8))
def test_a_stream_gives_the_frames_of_the_whole(cuts: list[int]) -> None:
    audio = np.random.default_rng(0).normal(0, 0.1, sum(cuts)).astype(np.float32)
    stream = fbank.Frames(fbank.audioset)
    edges = np.cumsum([0, *cuts])
    found = np.concatenate([stream.feed(audio[a:b]) for a, b in pairwise(edges)])
    assert found == pytest.approx(fbank.audioset(audio), abs=1e-4)

"""Filter banks of published packs."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.sounds import fbank


def sine(hertz: float, seconds: float = 0.5, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * fbank.RATE)) / fbank.RATE)).astype(np.float32)


def test_a_frame_needs_25_ms_and_the_next_10_more() -> None:
    assert [fbank.count(n) for n in (0, 399, 400, 559, 560)] == [0, 0, 1, 1, 2]
    assert len(fbank.kaldi(np.zeros(560, np.float32))) == 2


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

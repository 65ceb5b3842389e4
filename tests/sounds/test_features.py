"""Log mel rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.sounds.features import LogMel

CUTS = st.lists(st.integers(0, 26_000), max_size=6)


def rows(blocks: list[np.ndarray]) -> np.ndarray:
    stream = LogMel()
    return np.concatenate([*(stream.push(block) for block in blocks), stream.finish()])


@given(length=st.integers(0, 26_000), cuts=CUTS, seed=st.integers(0, 9))
def test_how_a_sound_is_cut_changes_no_bit(length: int, cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(length).astype(np.float32)
    places = sorted({min(cut, length) for cut in cuts})
    assert np.array_equal(rows(np.split(sound, places)), rows([sound]))


@given(length=st.integers(0, 9_000))
def test_there_is_one_row_for_each_ten_milliseconds_begun(length: int) -> None:
    assert rows([np.ones(length, np.float32)]).shape == (-(-length // 160), 64)


def test_silence_is_zero() -> None:
    assert not rows([np.zeros(16_000, np.float32)]).any()


def test_a_full_scale_tone_stays_within_the_scale() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000).astype(np.float32)
    assert 3.5 < rows([tone]).max() < 4.2


def test_a_row_lies_where_its_sound_lies() -> None:
    sound = np.zeros(16_000, np.float32)
    sound[8_080] = 1.0  # the middle of the row from 500 to 510 ms
    assert int(rows([sound]).sum(1).argmax()) == 50

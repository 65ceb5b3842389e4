"""What the recogniser is given: instants, seconds, text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.scenes import features
from plugin_core.scenes.features import Instant, Instants, Seconds
from tests.scenes.frames import Shown, noise, still


def instants(frames: Sequence[Shown], clip: int = 1) -> list[Instant]:
    watching = Instants(clip)
    found = [done for frame in frames if (done := watching.see(frame))]
    last = watching.finish()
    return [*found, *([last] if last else [])]


@pytest.mark.parametrize("rate", [Fraction(24_000, 1001), 25, 30, 60, 12])
def test_there_are_two_instants_a_second_at_any_rate(rate: Fraction) -> None:
    found = instants(still(noise(0), 10, rate))
    assert abs(len(found) - 20) <= 1
    gaps = np.diff([one.ms for one in found])
    assert gaps.min() >= 400
    assert gaps.max() <= 600


def test_few_frames_give_an_instant_each() -> None:
    frames = [Shown(n, Fraction(n * 3), noise(0)) for n in range(4)]
    assert [one.index for one in instants(frames)] == [0, 1, 2, 3]


def test_one_frame_is_an_instant_and_none_is_none() -> None:
    assert len(instants(still(noise(0), 0.04))) == 1
    assert instants([]) == []


def test_where_the_picture_jumps_an_instant_begins() -> None:
    frames = still(noise(1), 0.8) + still(noise(2, 100, 255), 2, first=20)
    found = instants(frames)
    assert any(20 <= one.index <= 24 for one in found)


def test_a_jump_is_no_motion() -> None:
    found = instants(still(noise(1), 0.8) + still(noise(2, 100, 255), 2, first=20))
    assert all(not one.measures[features.LIGHT :].any() for one in found)


def test_what_moves_is_measured_and_faster_is_more() -> None:
    def moving(pixels: int) -> float:
        picture = noise(3, 60, 200)
        frames = [Shown(n, Fraction(n, 8), np.roll(picture, n * pixels, 1)) for n in range(16)]
        return float(np.mean([one.measures[features.LIGHT + 3] for one in instants(frames)]))

    assert moving(0) == 0
    assert 0 < moving(4) < moving(10)


@pytest.mark.parametrize("rate", [24, 25, 30, 50, 60])
def test_motion_does_not_depend_on_the_frame_rate(rate: int) -> None:
    picture = noise(3, 60, 200)
    frames = [Shown(n, Fraction(n, rate), np.roll(picture, round(n * 40 / rate), 1)) for n in range(4 * rate)]
    motion = np.mean([one.measures[features.LIGHT :] for one in instants(frames)], 0)
    frames = [Shown(n, Fraction(n, 25), np.roll(picture, round(n * 40 / 25), 1)) for n in range(100)]
    usual = np.mean([one.measures[features.LIGHT :] for one in instants(frames)], 0)
    assert np.allclose(motion, usual, rtol=0.25, atol=0.05)


def test_an_instant_has_a_clip_if_asked() -> None:
    pictures = [np.full((64, 112, 3), n, np.uint8) for n in range(50)]
    found = instants([Shown(n, Fraction(n, 25), picture) for n, picture in enumerate(pictures)], clip=3)
    assert found[0].pictures.shape == (3, 64, 112, 3)
    levels = found[0].pictures[:, 0, 0, 0].tolist()
    assert levels == sorted(levels)
    assert levels[0] < levels[2]
    short = instants(still(noise(0), 0.04), clip=3)
    assert np.array_equal(short[0].pictures[0], short[0].pictures[2])


def test_light_says_how_bright_and_how_coloured() -> None:
    dark, bright = np.full((64, 112, 3), 10, np.uint8), np.full((64, 112, 3), 200, np.uint8)
    warm = bright.copy()
    warm[..., 2] = 90
    assert features.light(dark)[0] < features.light(bright)[0]
    assert features.light(dark)[11] == 1
    assert features.light(bright)[6] == 0
    assert features.light(warm)[6] > 0.3
    assert features.light(warm)[5] > 0.3


@settings(max_examples=30)
@given(picture=st.integers(0, 10_000), other=st.integers(0, 10_000))
def test_measures_are_finite_and_small(picture: int, other: int) -> None:
    one, two = noise(picture), noise(other)
    measures = features.moved([features.motion(features.luma_of(one), features.luma_of(two))])
    assert np.isfinite(measures).all()
    assert float(np.abs(measures).max()) < 10
    assert np.isfinite(features.light(one)).all()


@given(before=st.integers(-5, 5))
def test_a_shift_is_found(before: int) -> None:
    profile = np.random.default_rng(0).random(60).astype(np.float32)
    assert features.shift(profile[10:58], profile[10 - before : 58 - before]) == before


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 40_000), max_size=5), kind=st.sampled_from(["mel", "wave"]))
def test_how_the_sound_is_cut_changes_nothing(cuts: list[int], kind: str) -> None:
    sound = np.random.default_rng(0).standard_normal(40_000).astype(np.float32) * 0.1
    whole, pieces = Seconds(kind), Seconds(kind)
    wanted = np.concatenate([whole.hear(sound), whole.finish()])
    got = np.concatenate([*(pieces.hear(block) for block in np.split(sound, sorted(cuts))), pieces.finish()])
    assert wanted.shape[:2] == (3, 100 if kind == "mel" else 16_000)
    assert np.array_equal(wanted, got)


@pytest.mark.parametrize(("samples", "count"), [(0, 0), (160, 0), (2000, 1), (16_000, 1), (16_100, 1), (20_000, 2)])
def test_the_last_second_is_filled_up(samples: int, count: int) -> None:
    for kind in ("mel", "wave"):
        hearing = Seconds(kind)
        found = np.concatenate([hearing.hear(np.zeros(samples, np.float32)), hearing.finish()])
        assert len(found) == count


def test_text_is_numbers_and_folded() -> None:
    ids = features.text_ids("你好 ABC", 8)
    assert ids.shape == (8, 3)
    assert (ids[:6] > 0).all()
    assert not ids[6:].any()
    assert np.array_equal(ids, features.text_ids("你好　ＡＢＣ", 8))
    assert not np.array_equal(ids, features.text_ids("您好 ABC", 8))


@given(text=st.text(max_size=30))
def test_any_text_has_ids_within_the_tables(text: str) -> None:
    ids = features.text_ids(text, 24)
    assert ids.min() >= 0
    assert (ids.max(0) < [features.LETTERS, features.PARTS, features.PARTS]).all()


@given(count=st.integers(0, 50), most=st.integers(1, 12))
def test_what_is_too_much_is_thinned_out_evenly(count: int, most: int) -> None:
    chosen = features.spread(count, most)
    assert len(chosen) == min(count, most)
    assert sorted(set(chosen.tolist())) == chosen.tolist()
    if count > most:
        assert np.ptp(np.diff(chosen)) <= 1 if most > 1 else True

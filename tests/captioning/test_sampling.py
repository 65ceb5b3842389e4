"""Frames for shots that are not known yet: how many, which, in how much memory."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.captioning.sampling import EVERY, Samples
from tests.scenes.frames import Shown, noise, still

SIZE = (28, 16)


def shown(frames: list[Shown], **more: int) -> Samples:
    samples = Samples(SIZE, **more)
    for frame in frames:
        samples.see(frame)  # type: ignore[arg-type]
    return samples


def test_a_shot_gets_frames_of_the_wanted_size_from_all_of_it() -> None:
    dark, bright = noise(1, 0, 60), noise(2, 190, 255)
    samples = shown([*still(dark, 2), *still(bright, 2, first=50)])
    for (start, end), low, high in (((0, 2000), 0, 90), ((2000, 4000), 160, 255)):
        frames = samples.of(start, end, 10)
        assert frames is not None
        assert frames.shape == (10, SIZE[1], SIZE[0], 3)
        assert low <= frames.mean(axis=(1, 2, 3)).min() <= frames.mean(axis=(1, 2, 3)).max() <= high


def test_of_a_short_shot_there_are_fewer_frames() -> None:
    samples = shown(still(noise(1), 1))
    assert [len(found) if (found := samples.of(0, end, 10)) is not None else 0 for end in (1, 500, 1000)] == [1, 3, 5]


def test_between_two_kept_frames_there_is_none() -> None:
    samples = shown(still(noise(1), 1))
    assert samples.of(EVERY + 1, 2 * EVERY - 1, 10) is None
    assert samples.of(5000, 6000, 10) is None


def test_memory_is_bounded_and_the_whole_film_stays_covered() -> None:
    few = shown(still(noise(1), 60), memory=8_000)
    assert sum(map(len, few._kept)) <= 8_000
    gaps = [after - before for before, after in zip(few._times, few._times[1:], strict=False)]
    assert set(gaps[:-1]) == {few._every}
    assert few._times[0] == 0
    assert few._times[-1] > 60_000 - 2 * few._every


def test_one_frame_stays_however_little_memory_there_is() -> None:
    assert shown(still(noise(1), 2), memory=1).of(0, 2000, 10) is not None


def test_packing_keeps_what_a_frame_looks_like() -> None:
    picture = cv2.GaussianBlur(noise(3), (0, 0), 6).astype(np.uint8)
    found = shown(still(picture, 0.1)).of(0, 100, 1)
    assert found is not None
    wanted = Shown(0, still(picture, 0.1)[0].time, picture).rgb(*SIZE)
    assert cv2.PSNR(found[0], wanted) > 30


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40), st.integers(2_000, 40_000), st.integers(1, 12))
def test_every_span_gets_frames_of_its_own_in_order(gaps: list[int], memory: int, most: int) -> None:
    samples, at = Samples(SIZE, memory=memory), 0
    frames = still(noise(1), len(gaps) / 25)
    for frame, gap in zip(frames, gaps, strict=True):
        object.__setattr__(frame, "time", type(frame.time)(at, 1000))
        samples.see(frame)  # type: ignore[arg-type]
        at += gap
    found = samples.of(0, at, most)
    assert found is not None
    assert 1 <= len(found) <= most
    assert samples._times == sorted(samples._times)
    assert samples.seen == len(gaps)

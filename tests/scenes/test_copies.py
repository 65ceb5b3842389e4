"""Copies: cropped, mirrored, in black bars, brighter; what is another picture is none."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.scenes import copies
from tests.films import shot


def picture(seed: int) -> np.ndarray:
    return shot(seed)(0)


def alike(one: np.ndarray, other: np.ndarray) -> tuple[float, bool]:
    worth, turned = copies.likeness(copies.thumbs_of([one]), copies.thumbs_of([other])[None])
    return float(worth[0]), bool(turned[0])


def cropped(whole: np.ndarray, share: float, across: float = 0.5, down: float = 0.5) -> np.ndarray:
    height, width = whole.shape[:2]
    rows, columns = round(height * share), round(width * share)
    top, left = round((height - rows) * down), round((width - columns) * across)
    return whole[top : top + rows, left : left + columns]


def barred(whole: np.ndarray) -> np.ndarray:
    return np.pad(whole, ((16, 16), (0, 0), (0, 0)))


ATTACKS = {
    "cropped": lambda one: cropped(one, 0.85, 0.2, 0.7),
    "cropped more": lambda one: cropped(one, 0.75),
    "in bars": barred,
    "brighter": lambda one: np.clip(one * 1.2 + 12, 0, 255).astype(np.uint8),
    "grey": lambda one: one.mean(2, keepdims=True).repeat(3, 2).astype(np.uint8),
}


@pytest.mark.parametrize("attack", sorted(ATTACKS))
@pytest.mark.parametrize("seed", [1, 5, 9])
def test_a_copy_is_more_alike_than_any_other_picture(attack: str, seed: int) -> None:
    copy = ATTACKS[attack](picture(seed))
    mine, turned = alike(copy, picture(seed))
    assert mine > 0.8
    assert not turned
    assert alike(picture(seed), copy)[0] > 0.8
    assert mine > max(alike(copy, picture(other))[0] for other in range(20, 32)) + 0.1


@given(st.integers(0, 40))
@settings(max_examples=10, deadline=None)
def test_mirroring_is_told_and_changes_nothing_else(seed: int) -> None:
    worth, turned = alike(picture(seed)[:, ::-1], picture(seed))
    assert worth == pytest.approx(alike(picture(seed), picture(seed))[0], abs=0.02)
    assert turned


@given(st.integers(0, 40))
@settings(max_examples=10, deadline=None)
def test_prints_have_unit_length(seed: int) -> None:
    lengths = np.linalg.norm(copies.prints(copies.thumbs_of([picture(seed)])), axis=-1)
    np.testing.assert_allclose(lengths, 1, rtol=1e-5)


def test_a_plain_picture_has_no_print_and_is_like_nothing() -> None:
    grey = np.full((54, 96, 3), 90, np.uint8)
    assert not copies.prints(copies.thumbs_of([grey])).any()
    assert alike(grey, picture(3))[0] < 0.3
    assert alike(grey, grey)[0] < 0.3


def test_a_picture_that_is_black_for_the_most_part_keeps_its_bars() -> None:
    night = np.zeros((54, 96, 3), np.uint8)
    night[20:24, 40:50] = 200
    assert copies.thumb(night)[0].max() == 0


def frame(ms: int, level: int) -> SimpleNamespace:
    return SimpleNamespace(
        index=ms, ms=ms, time=Fraction(ms, 1000), rgb=lambda width, height: np.full((height, width, 3), level, np.uint8)
    )


def test_the_thumbs_of_a_shot_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "MOST", 20)
    watcher = copies.Thumbs()
    for number in range(500):
        watcher.see(frame(40 * number, 60 if number < 250 else 180))  # type: ignore[arg-type]
    before, after, tiny = (
        SimpleNamespace(first=0, last=0, start=start, end=end)
        for start, end in ((0, 10_000), (10_000, 20_000), (12_001, 12_010))
    )
    assert {int(one) for one in watcher.of(before).ravel()} == {60}  # type: ignore[arg-type]
    assert {int(one) for one in watcher.of(after).ravel()} == {180}  # type: ignore[arg-type]
    assert watcher.of(tiny).shape == (len(copies.MOMENTS), copies.ROWS, copies.COLUMNS)  # type: ignore[arg-type]

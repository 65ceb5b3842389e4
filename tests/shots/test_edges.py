"""The ends of a change are told to the frame, whatever the cameras do meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from plugin_core.shots.edges import REACH, exact
from plugin_core.shots.fades import IN, OUT
from plugin_core.shots.measuring import SMALL, Rows, tiny
from tests.films import Picture, shot

FIRST = 30  # frame that a change begins with
Mix = Callable[[Picture, Picture, float], Picture]


def rows_of(mix: Mix, frames: int, *, seed: int = 1, after: int = 30, flash: int | None = None) -> Rows:
    """A film of two shots with moving cameras, and *frames* between them in which *mix* is what is seen."""
    one, other = shot(seed, pan=0.6), shot(seed + 100, pan=-0.4)
    made = []
    for at in range(FIRST + frames + after):
        share = min(max((at - FIRST + 1) / (frames + 1), 0.0), 1.0)
        picture = mix(one(at).astype(np.float32), other(at).astype(np.float32), share).astype(np.uint8)
        if at == flash:
            picture = np.full_like(picture, 250)
        made.append(tiny(cv2.resize(picture, SMALL, interpolation=cv2.INTER_AREA)))
    return np.stack(made)


def dissolved(one: Picture, other: Picture, share: float) -> Picture:
    return one * (1 - share) + other * share


def wiped(right: float, down: float) -> Mix:
    """Along a line that moves into this direction."""
    y, x = np.mgrid[0:108, 0:192]
    place = right * (x + 0.5) / 192 + down * (y + 0.5) / 108
    place = (place - min(right, 0) - min(down, 0)) / (abs(right) + abs(down))
    return lambda one, other, share: np.where((place <= share)[..., None], other, one)


@pytest.mark.parametrize("off", [(-6, 5), (4, -4), (0, 0)])
@pytest.mark.parametrize("frames", [6, 24, 50])
def test_a_dissolve_between_moving_shots_ends_where_it_does(frames: int, off: tuple[int, int]) -> None:
    said = FIRST + off[0], max(FIRST + off[0] + 2, FIRST + frames - 1 + off[1])
    found = exact(rows_of(dissolved, frames), "dissolve", *said)
    assert found == (pytest.approx(FIRST, abs=1), pytest.approx(FIRST + frames - 1, abs=1))


@pytest.mark.parametrize("way", [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 0.5)])
@pytest.mark.parametrize("frames", [8, 25, 50])
def test_a_straight_wipe_ends_where_it_does(frames: int, way: tuple[float, float]) -> None:
    found = exact(rows_of(wiped(*way), frames), "wipe", FIRST - 4, FIRST + frames + 3)
    assert found == (pytest.approx(FIRST, abs=1), pytest.approx(FIRST + frames - 1, abs=1))


@pytest.mark.parametrize("level", [0, 250], ids=["black", "white"])
@pytest.mark.parametrize("frames", [6, 15, 30])
def test_a_fade_ends_where_its_shot_is_seen_as_it_is(frames: int, level: int) -> None:
    out = rows_of(lambda one, _, share: dissolved(one, np.full_like(one, level), share), frames, after=10)
    into = rows_of(lambda _, other, share: dissolved(np.full_like(other, level), other, share), frames)
    last = FIRST + frames - 1
    assert exact(out, OUT, FIRST + 4, last) == (pytest.approx(FIRST, abs=1), last)
    assert exact(into, IN, FIRST, last - 3) == (FIRST, pytest.approx(last, abs=1))


def test_a_flash_beside_a_dissolve_moves_no_end() -> None:
    found = exact(rows_of(dissolved, 24, flash=FIRST + 24 + 8), "dissolve", FIRST - 3, FIRST + 20)
    assert found == (pytest.approx(FIRST, abs=1), pytest.approx(FIRST + 23, abs=1))


def test_a_wipe_along_no_line_keeps_its_ends() -> None:
    y, x = np.mgrid[-1:1:108j, -1:1:192j]
    far = np.hypot(x, y) / np.sqrt(2)
    circle = rows_of(lambda one, other, share: np.where((far <= share)[..., None], other, one), 30)
    assert exact(circle, "wipe", FIRST + 2, FIRST + 25) == (FIRST + 2, FIRST + 25)


def test_at_the_end_of_a_film_nothing_is_told() -> None:
    rows = rows_of(dissolved, 20, after=0)
    assert exact(rows, "dissolve", FIRST + 1, len(rows) - 1) == (FIRST + 1, len(rows) - 1)


def test_a_point_after_a_fade_does_not_move_its_beginning_behind_its_end() -> None:
    rows = np.zeros((40, 936), np.float32)
    rows[22, 5] = 200
    for said, told, found in (((19, 21), OUT, rows), ((18, 20), IN, rows[::-1])):
        first, last = exact(found, told, *said)
        assert first <= last


@given(
    arrays(np.float32, (40, 936), elements=st.sampled_from([0.0, 16.0, 200.0]), fill=st.just(0.0)),
    st.sampled_from(["dissolve", "wipe", OUT, IN, "fade"]),
    st.integers(0, 39),
    st.integers(0, 39),
)
def test_ends_stay_in_the_film_and_near_where_they_were(rows: Rows, kind: str, one: int, other: int) -> None:
    said = min(one, other), max(one, other)
    first, last = exact(rows, kind, *said)
    assert 0 <= first <= last < len(rows)
    most = REACH + (said[1] - said[0]) // 4 + 1
    assert abs(first - said[0]) <= most
    assert abs(last - said[1]) <= most

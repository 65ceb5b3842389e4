"""
The exact first and last frame of a change that takes time, once it is known where it is and of which kind.

A camera does not stop for a dissolve, so there is no still picture to compare with. But in coarse pictures a shot
changes smoothly: for a second or two like a polynomial in time. So both shots are fitted as such, mixed along a ramp,
and of all ramps the one that leaves least is taken. A fade is the same with a second picture that stays as it is.

In a wipe every point changes once. When, is told by the largest step in it that smooth motion cannot explain; a plane
through these times (over the picture) reaches from the wipe's first moment to its last. Wipes that no plane fits
(circles, clocks) keep the ends they have.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from plugin_core.shots.fades import IN, OUT
from plugin_core.shots.measuring import Rows
from plugin_core.shots.ramps import kind_between

AROUND = 16  # frames of either shot that a mixture is fitted to as well
BETTER = 0.8  # of what the ends that were there leave: more is motion, and tells nothing
REACH = 8  # frames that an end is moved by at most
DEGREE = 2  # of the polynomials
BEYOND = 6  # frames after the first plain picture in which a fade may come to its end: the last of it is not seen
JUMP = 0.25  # of the whole change in one frame: a cut or a flash, at which a shot is not followed any further
BESIDE = 10  # frames of either shot in which a wipe's points are followed
CLEAR = 0.6  # of what smooth motion leaves in a point: such a step is its change
ROUNDS = 12  # of weighing points anew, by how far from the plane they are
STRAIGHT, NEAR = 0.85, 0.03  # of the weight of all points lies so near to a straight wipe's plane (of its length)
Values = npt.NDArray[np.float64]
Ends = tuple[int, int]


def exact(rows: Rows, kind: str, first: int, last: int, step: int = 1) -> Ends:
    """
    The first and last row of a change of *kind* that lies about there; as they are where nothing better is to be told.

    *kind* is dissolve, wipe, ``fades.OUT`` or ``fades.IN`` (of a fade the end at the plain picture stays); *step* is
    how many rows count as one frame.
    """
    if kind == "dissolve":
        return _mixture(rows, (first, last), step)
    if kind == OUT:
        return _mixture(rows[: last + 2], (first, last), step, fade=True)[0], last
    if kind == IN:
        end = len(rows) - 1
        return first, end - _mixture(rows[max(0, first - 1) :][::-1], (end - last, end - first), step, fade=True)[0]
    return (kind == "wipe" and swept(rows, (first, last), step)) or (first, last)


def kind(rows: Rows, told: str, first: int, last: int, step: int = 1) -> str:
    """What a network takes for a change of kind *told*; a dissolve that goes straight through the picture is a wipe."""
    if told != "dissolve" or kind_between(rows, first - 1, last + 1) != "wipe":
        return told
    return "wipe" if swept(rows, (first, last), step) else told


# -- dissolves and fades --


def _mixture(rows: Rows, ends: Ends, step: int, *, fade: bool = False) -> Ends:
    low, high = _followed(rows, ends, AROUND * step)
    first, last = ends[0] - low, ends[1] - low
    count, reach = high - low + 1, min(REACH * step, 2 * REACH)
    if first < 3 or (count - last < 4 and not fade):
        return ends
    begins = np.arange(max(0, first - 1 - reach), min(first + reach, last) if fade else first + reach)
    stops = np.arange(last - 1, last + BEYOND) if fade else np.arange(last + 1 - reach, min(last + 1 + reach, count))
    pairs = np.stack(np.meshgrid(begins, stops, indexing="ij"), axis=-1).reshape(-1, 2)
    pairs = pairs[pairs[:, 1] - pairs[:, 0] >= 2]
    if not len(pairs):
        return ends
    pictures = _coarse(rows[low : high + 1])
    left = np.square(pictures).sum() - _explained(pictures, np.concatenate([[[first - 1, last + 1]], pairs]), fade=fade)
    begin, stop = pairs[int(left[1:].argmin())]
    return (int(begin) + low + 1, int(stop) + low - 1) if left.min() < BETTER * left[0] else ends


def _followed(rows: Rows, ends: Ends, around: int) -> Ends:
    """The first and last row of the shots at both sides of a change, as far as they are wanted and do not jump."""
    begin, stop = max(0, ends[0] - 1), min(len(rows) - 1, ends[1] + 1)
    low, high = max(0, begin - around), min(len(rows) - 1, stop + around)
    most = JUMP * float(np.square(rows[stop] - rows[begin]).mean())
    jumps = np.flatnonzero(np.square(np.diff(rows[low : high + 1], axis=0)).mean(axis=1) > most) + low
    before, after = jumps[jumps < begin], jumps[jumps >= stop]
    return int(before[-1]) + 1 if len(before) else low, int(after[0]) if len(after) else high


def _coarse(rows: Rows) -> Values:
    """Means of three by three points, 8 x 4 of them, around their mean over time."""
    cells = rows.reshape(-1, 13, 24, 3)[:, :12].reshape(-1, 4, 3, 8, 3, 3).mean(axis=(2, 4), dtype=np.float64)
    cells = cells.reshape(len(rows), -1)
    return np.asarray(cells - cells.mean(axis=0), np.float64)


def _explained(pictures: Values, pairs: npt.NDArray[np.int64], *, fade: bool) -> Values:
    """How much of *pictures* two smooth shots explain that are mixed from one of *pairs* to its other, for each."""
    count = len(pictures)
    time = np.linspace(-1, 1, count)
    one = np.stack([time**power for power in range(DEGREE + 1)], axis=1)
    other = one[:, :1] if fade else one
    share = np.clip((np.arange(count) - pairs[:, :1]) / (pairs[:, 1:] - pairs[:, :1]), 0, 1)[:, :, None]
    basis = np.linalg.qr(np.concatenate([(1 - share) * one, share * other], axis=2))[0]
    return np.asarray((((pictures @ pictures.T) @ basis) * basis).sum(axis=(1, 2)), np.float64)


# -- wipes --


def swept(rows: Rows, ends: Ends, step: int) -> Ends | None:
    """The ends of a wipe that is about there, if it goes straight through the picture."""
    low, high = _followed(rows, ends, BESIDE * step)
    if high - low < 8:
        return None
    times, weights = _changes(rows[low : high + 1])
    down, right = (grid.ravel() for grid in np.mgrid[0:13, 0:24])
    places = np.stack([np.ones(len(times)), (right + 0.5) / 24, (down + 0.5) / 13.5], axis=1)  # a line is missing
    plane, off = _plane(places, times, weights)
    near = weights[off <= 1 + NEAR * (ends[1] - ends[0])].sum()
    begin = plane[0] + np.minimum(plane[1:], 0).sum() - 0.5
    first, last = round(begin) + low + 1, round(begin + np.abs(plane[1:]).sum()) + low - 1
    moved = max(abs(first - ends[0]), abs(last - ends[1]))
    if near < STRAIGHT * weights.sum() or moved > REACH * step + (ends[1] - ends[0]) // 4 or last < first:
        return None
    return first, last


def _changes(rows: Rows) -> tuple[Values, Values]:
    """For every point the first row that shows it as it is afterwards, and how large that step is; 0 if unclear."""
    pictures = (rows - rows.mean(axis=0)).astype(np.float64)
    steps, smooth = _steps(len(rows))
    left = (np.square(pictures).sum(axis=0) - np.square(smooth.T @ pictures).sum(axis=0)).reshape(-1, 3).sum(axis=1)
    told = np.square(steps @ pictures).reshape(len(rows) - 1, -1, len(left), 3).sum(axis=(1, 3))
    still = np.square(smooth.T @ pictures).reshape(-1, len(left), 3).sum(axis=(0, 2))
    size = told.max(axis=0) - still
    return told.argmax(axis=0) + 1.0, np.where(size > CLEAR * left, size, 0.0)


@lru_cache(maxsize=4)  # some MB each at most
def _steps(count: int) -> tuple[Values, Values]:
    """Bases of all courses with a step before row 1, 2, ... and straight lines beside it; and of a line alone."""
    time = np.linspace(-1, 1, count)
    line = np.stack([np.ones(count), time], axis=1)
    after = np.tri(count, count - 1, -1).T[:, :, None]
    courses = np.linalg.qr(np.concatenate([(1 - after) * line, after * line], axis=2))[0]
    courses[[0, -1]] = 0  # one row is no line
    return np.asarray(courses.transpose(0, 2, 1), np.float64), np.linalg.qr(line)[0]


def _plane(places: Values, times: Values, weights: Values) -> tuple[Values, Values]:
    """The plane that is nearest to most of *times*, and how far each is from it."""
    worth = weights
    plane: Values = np.zeros(3)
    off: Values = np.zeros(len(times))
    for _ in range(ROUNDS):
        root = np.sqrt(worth)
        plane = np.asarray(np.linalg.lstsq(places * root[:, None], times * root, rcond=None)[0], np.float64)
        off = np.asarray(np.abs(places @ plane - times), np.float64)
        worth = weights / np.maximum(off, 0.5)
    return plane, off

"""
Copies of a shot, told by how they look: encoded again, cropped, mirrored, letterboxed, recoloured, faster or slower.

* a *thumb*: a picture without its black bars, [ROWS, COLUMNS] levels of luma
* a *print*: its coarse shape in WIDTH numbers of unit length (the low frequencies of a cosine transform, evened out).
  Prints are compared first, of whole thumbs and of their middles, so a crop meets its original in one of both.
* ``likeness``: of the few shots that are left, the best correlation of two thumbs over how one may lie in the other.

A shot has ``MOMENTS`` thumbs, at fixed shares of its length: a faster copy shows the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from plugin_core.frames import Frame
    from plugin_core.scenes.recognising import Shot

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]  # [height, width, 3]
Thumb = NDArray[np.uint8]  # [ROWS, COLUMNS]

COLUMNS, ROWS = 32, 18
LOOK = (96, 54)  # what black bars are looked for in
ACROSS, DOWN = 12, 8  # frequencies of a print
WIDTH = ACROSS * DOWN - 1
MOMENTS = (1 / 6, 1 / 2, 5 / 6)  # of the length of a shot
MIDDLE = 0.8  # of its sides, what the second print of a thumb is of
SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64)  # of one picture within the other
BLACK, BAR = 20, 0.3  # levels; the share of a side that may be a bar
EVERY = 200  # ms between two thumbs that are kept, at first
MOST = 100_000  # thumbs in memory
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Thumbs:
    """A watcher: sees every frame of a film, keeps small thumbs; ``of`` gives those of its shots."""

    def __init__(self) -> None:
        self._every, self._next = EVERY, 0
        self._times: list[int] = []
        self._kept: list[Thumb] = []

    @property
    def seen(self) -> bool:
        """Whether there was a frame at all."""
        return bool(self._times)

    def see(self, frame: Frame) -> None:
        """Keep its thumb if the last one is a while ago."""
        if frame.ms < self._next and self._times:
            return
        self._next = frame.ms + self._every
        self._times.append(frame.ms)
        self._kept.append(thumb(frame.rgb(*LOOK)))
        if len(self._kept) > MOST:
            self._times, self._kept, self._every = self._times[::2], self._kept[::2], self._every * 2

    def of(self, shot: Shot) -> NDArray[np.uint8]:
        """[MOMENTS, ROWS, COLUMNS]: what was seen nearest to each moment of *shot*, within it where possible."""
        first, end = bisect_left(self._times, shot.start), bisect_left(self._times, shot.end)
        if first >= end:
            first = max(0, min(bisect_right(self._times, shot.start), len(self._times)) - 1)
            end = first + 1
        wanted = [shot.start + share * (shot.end - shot.start) for share in MOMENTS]
        places = [min(range(first, end), key=lambda place: abs(self._times[place] - ms)) for ms in wanted]
        return np.stack([self._kept[place] for place in places])


def thumb(picture: Picture) -> Thumb:
    """The thumb of a picture of any size: luma, without black bars."""
    luma = np.asarray(picture @ _LUMA, np.float32)
    top, bottom = _bars(luma.max(1))
    left, right = _bars(luma.max(0))
    whole = luma[top : len(luma) - bottom, left : luma.shape[1] - right]
    return np.clip(np.rint(resized(whole, ROWS, COLUMNS)), 0, 255).astype(np.uint8)


def _bars(brightest: Floats) -> tuple[int, int]:
    """How many rows (or columns) at both ends are black; none of a picture that is black for the most part."""
    lit = np.flatnonzero(brightest > BLACK)
    if not len(lit):
        return 0, 0
    before, after = int(lit[0]), len(brightest) - 1 - int(lit[-1])
    return (before, after) if max(before, after) <= BAR * len(brightest) else (0, 0)


def prints(thumbs: NDArray[np.uint8]) -> Floats:
    """[n, 2, WIDTH]: the prints of *thumbs* [n, ROWS, COLUMNS], of the whole and of its middle; 0 for what is even."""
    plain = thumbs.astype(np.float32)
    down, across = (round((1 - MIDDLE) / 2 * size) for size in (ROWS, COLUMNS))
    middle = resized(plain[:, down : ROWS - down, across : COLUMNS - across], ROWS, COLUMNS)
    both = np.stack([plain, middle], 1)
    waves = (_waves(ROWS, DOWN) @ both @ _waves(COLUMNS, ACROSS).T).reshape(len(thumbs), 2, -1)[..., 1:]
    evened = waves * _frequencies()
    evened = np.sign(evened) * np.sqrt(np.abs(evened))
    length = np.linalg.norm(evened, axis=-1, keepdims=True)
    return np.asarray(np.where(length > 1, evened / np.maximum(length, 1e-9), 0), np.float32)


def mirrored(thumbs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Left is right."""
    return thumbs[..., ::-1]


def likeness(wanted: NDArray[np.uint8], found: NDArray[np.uint8]) -> tuple[Floats, NDArray[np.bool_]]:
    """
    How much the shots *found* [n, k, ROWS, COLUMNS] are like the thumbs *wanted* [m, ROWS, COLUMNS]: [n], at most 1,
    and [n], whether mirrored. Each of the wanted is laid into each found at every place and size of ``SCALES``, and
    the other way round; the best of these is its worth, and the mean over most of the wanted counts: ends of
    shots may lie elsewhere.
    """
    both = edged(np.concatenate([wanted, mirrored(wanted)]).astype(np.float32))
    flat = edged(found.reshape(-1, ROWS, COLUMNS).astype(np.float32))
    best = np.full((len(flat), len(both)), -1.0, np.float32)
    for scale in SCALES:
        size = round(ROWS * scale), round(COLUMNS * scale)
        best = np.maximum(best, _within(both, flat, size).T)
        if scale < 1:
            best = np.maximum(best, _within(flat, both, size))
    each = np.sort(best.reshape(len(found), -1, 2, len(wanted)).max(1), 2)
    pairs = each[..., len(wanted) // 3 :].mean(2)
    return np.asarray(pairs.max(1), np.float32), np.asarray(pairs[:, 1] > pairs[:, 0])


def edged(pictures: Floats) -> Floats:
    """What is left of [n, h, w] where the light of the neighbourhood is taken away: shapes, not shades."""
    padded = np.pad(pictures, ((0, 0), (3, 3), (3, 3)), mode="edge")
    sums = np.pad(padded.cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    around = (sums[:, 7:, 7:] - sums[:, :-7, 7:] - sums[:, 7:, :-7] + sums[:, :-7, :-7]) / 49
    return np.asarray(pictures - 0.8 * around, np.float32)


def _within(small: Floats, large: Floats, size: tuple[int, int]) -> Floats:
    """[small, large]: the best correlation of each of *small*, made *size*, with a part of each of *large*."""
    templates = _normal(resized(small, *size).reshape(len(small), -1))
    views = np.lib.stride_tricks.sliding_window_view(large, size, axis=(1, 2))
    best = np.full((len(small), len(large)), -1.0, np.float32)
    for row in range(views.shape[1]):
        parts = _normal(views[:, row].reshape(len(large), views.shape[2], -1))
        best = np.maximum(best, (parts @ templates.T).max(1).T)
    return best


def _normal(values: Floats) -> Floats:
    centred = values - values.mean(-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(
        centred / np.maximum(length, 6.0 * np.sqrt(values.shape[-1])), np.float32
    )  # what is even is noise


def resized(pictures: Floats, rows: int, columns: int) -> Floats:
    """[..., h, w] to [..., rows, columns]: means of areas, or in between where it grows."""
    height, width = pictures.shape[-2:]
    return np.asarray(_areas(height, rows) @ pictures @ _areas(width, columns).T, np.float32)


@cache
def _areas(size: int, wanted: int) -> Floats:
    """[wanted, size]: a triangle as wide as one of the wanted, at least as one of those there are."""
    step = size / wanted
    centres = (np.arange(wanted) + 0.5) * step - 0.5
    weights = np.maximum(0, 1 - np.abs(np.arange(size) - centres[:, None]) / max(1.0, step))
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


@cache
def _waves(size: int, count: int) -> Floats:
    """[count, size]: the first waves of a cosine transform."""
    return np.asarray(
        np.cos(np.pi * np.arange(count)[:, None] * (np.arange(size) + 0.5) / size) * np.sqrt(2 / size), np.float32
    )


@cache
def _frequencies() -> Floats:
    """[WIDTH]: how high a wave is; pictures have less of the higher ones."""
    down, across = np.mgrid[0:DOWN, 0:ACROSS]
    return np.asarray(np.hypot(down, across).ravel()[1:], np.float32)


def thumbs_of(pictures: Iterable[Picture]) -> NDArray[np.uint8]:
    """The thumbs of single pictures."""
    return np.stack([thumb(picture) for picture in pictures])


def every_way(thumbs: NDArray[np.uint8]) -> Floats:
    """The prints [q, WIDTH] that *thumbs* are looked for with: whole and middle, as they are and mirrored."""
    return prints(np.concatenate([thumbs, mirrored(thumbs)])).reshape(-1, WIDTH)


def shot_prints(thumbs: NDArray[np.uint8]) -> Floats:
    """[n, MOMENTS + 1, WIDTH] of the thumbs of shots: of each whole one, and of the middle of the middle one."""
    moments = thumbs.shape[1]
    both = prints(thumbs.reshape(-1, ROWS, COLUMNS)).reshape(-1, moments, 2, WIDTH)
    return np.concatenate([both[:, :, 0], both[:, moments // 2, None, 1]], 1)


def of_shots(watcher: Thumbs, shots: Sequence[Shot]) -> NDArray[np.uint8]:
    """[shots, MOMENTS, ROWS, COLUMNS]."""
    return np.stack([watcher.of(shot) for shot in shots])

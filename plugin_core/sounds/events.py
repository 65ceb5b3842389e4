"""
From rows of probabilities to sounds with a beginning and an end, in a stream and in bounded memory.

A sound of a class begins where its probability passes ``on`` (and reaches back while it is over ``off``), ends where it
stays under ``off`` for longer than ``pause``, and counts if it lasts for ``shortest``. Its beginning is then moved to
the moment of the steepest rise of the sound nearby.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugin_core.sounds.features import LogMel, Matrix, Samples

ROW = 10  # ms
BANDS_POWER = 3.86  # the sum over the bands for a mean square of 1
LEAST_RISE = 0.06  # of the mean over the bands (log power / 4): what counts as a beginning, not as a flutter


@dataclass(frozen=True, slots=True)
class Rule:
    """When a class counts as heard: probabilities, and ms."""

    on: float
    off: float
    shortest: int
    pause: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of rows [first, past) of column *column*, and its mean probability where it was on."""

    column: int
    first: int
    past: int
    confidence: float


class Tracker:
    """The hysteresis of one class over a stream of rows."""

    def __init__(self, column: int, rule: Rule, hop: int) -> None:
        self.column = column
        self._on, self._off = rule.on, min(rule.off, rule.on)
        self._shortest = max(1, round(rule.shortest / hop))
        self._pause = rule.pause // hop
        self._row = 0  # rows seen
        self._first = self._past = -1  # the open stretch; none if _first < 0
        self._sum, self._count = 0.0, 0  # of the probabilities over _on in it

    @property
    def open(self) -> int:
        """The first row of the stretch that has not ended; -1 if there is none."""
        return self._first

    def push(self, row: NDArray[np.float32]) -> Iterator[Heard]:
        """Stretches that ended in these rows, and that nothing can join any more."""
        over = np.flatnonzero(row >= self._off)
        breaks = np.flatnonzero(np.diff(over) > 1) + 1
        for run in np.split(over, breaks) if len(over) else ():
            first, past = self._row + int(run[0]), self._row + int(run[-1]) + 1
            if self._first >= 0 and first - self._past > self._pause:
                yield from self._close()
            self._first = first if self._first < 0 else self._first
            self._past = past
            strong = row[run[0] : run[-1] + 1]
            strong = strong[strong >= self._on]
            self._sum, self._count = self._sum + float(strong.sum(dtype=np.float64)), self._count + len(strong)
        self._row += len(row)
        if self._first >= 0 and self._row - self._past > self._pause:
            yield from self._close()

    def finish(self) -> Iterator[Heard]:
        """What was still open."""
        if self._first >= 0:
            yield from self._close()

    def _close(self) -> Iterator[Heard]:
        first, past, total, count = self._first, self._past, self._sum, self._count
        self._first, self._sum, self._count = -1, 0.0, 0
        if count and past - first >= self._shortest:
            yield Heard(self.column, first, past, total / count)


class Rises:
    """How loud the sound is and how much it rises, every 10 ms; only as much is kept as can still be asked for."""

    def __init__(self) -> None:
        self._features = LogMel()
        self._last = np.zeros((2, LogMel.bands), np.float32)
        self._rises = np.zeros(0, np.float32)
        self._levels = np.zeros(0, np.float32)  # RMS, dB under full scale
        self._first = 0  # row of the first that is kept

    def push(self, samples: Samples) -> None:
        """Hear more."""
        self._add(self._features.push(samples))

    def finish(self) -> None:
        """Nothing follows."""
        self._add(self._features.finish())

    def forget(self, until: int) -> None:
        """What lies before *until* (ms) will not be asked for."""
        drop = min(len(self._rises), max(0, until // ROW - self._first))
        self._rises, self._levels = self._rises[drop:].copy(), self._levels[drop:].copy()
        self._first += drop

    def near(self, coarse: int, earliest: int, latest: int) -> int:
        """The steepest rise from *earliest* to *latest* (ms), or *coarse* where nothing rises clearly."""
        begin = max(0, earliest // ROW - self._first)
        window = self._rises[begin : max(0, latest // ROW - self._first + 1)]
        if not len(window):
            return coarse
        steepest = int(window.argmax())
        clear = window[steepest] > max(LEAST_RISE, 3 * float(np.median(window)))
        return (self._first + begin + steepest) * ROW if clear else coarse

    def loud(self, times: NDArray[np.int64], span: int, decibel: float) -> NDArray[np.bool_]:
        """Whether the loudest 10 ms of *span* ms from each of *times* (ms) reach *decibel* under full scale."""
        if not len(self._levels):
            return np.zeros(len(times), np.bool_)
        rows = times[:, None] // ROW - self._first + np.arange(max(1, span // ROW))
        return np.asarray(self._levels[np.clip(rows, 0, len(self._levels) - 1)].max(1) >= decibel)

    def _add(self, rows: Matrix) -> None:
        if len(rows):
            joined = np.concatenate([self._last, rows])
            rise = np.maximum(0, joined[2:] - joined[:-2]).mean(1)
            power = (np.exp(rows * LogMel.SCALE) - 1).sum(1) * (LogMel.FLOOR / BANDS_POWER)
            self._rises = np.concatenate([self._rises, rise])
            self._levels = np.concatenate([self._levels, 10 * np.log10(power + 1e-12)])
            self._last = joined[-2:]

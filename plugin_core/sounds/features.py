"""
Sound as rows of features, in a stream: the same rows to the last bit however the samples are cut into blocks.

Row ``i`` stands for ms 10 i to 10 i + 10. What the packs of others want is in ``plugin_core.sounds.fbank``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Samples = NDArray[np.float32]
Matrix = NDArray[np.float32]


class LogMel:
    """
    The features of our own packs ("zimu-logmel"): natural log of mel power, scaled so that silence is 0.

    25 ms Hann windows, centred on their hop of 10 ms, FFT of 512 points, 64 triangular bands on the HTK mel scale from
    50 to 7800 Hz; ``(log(power + 1e-7) - log(1e-7)) / 4``. Rows are always computed ``GROUP`` at a time: matrix
    products of different heights differ in their last bits.
    """

    bands = 64  # columns of a row
    hop = 160  # samples from one row to the next
    WINDOW, FFT, GROUP, FLOOR, SCALE = 400, 512, 128, 1e-7, 4.0
    LEAD = (WINDOW - hop) // 2  # samples of a row's window before its hop

    def __init__(self) -> None:
        self._kept = np.zeros(self.LEAD, np.float32)  # samples that rows still need
        self._samples = 0
        self._rows = 0

    def push(self, samples: Samples) -> Matrix:
        """The rows [n, bands] that are complete now; n may be 0."""
        self._samples += len(samples)
        self._kept = np.concatenate([self._kept, samples])
        groups = (len(self._kept) - self.WINDOW + self.hop) // (self.hop * self.GROUP)
        return self._take(max(0, groups))

    def finish(self) -> Matrix:
        """The remaining rows, with silence after the end: ceil(samples / hop) rows in all."""
        missing = -(-self._samples // self.hop) - self._rows
        groups = -(-missing // self.GROUP)
        length = groups * self.GROUP * self.hop + self.WINDOW
        self._kept = np.concatenate([self._kept, np.zeros(max(0, length - len(self._kept)), np.float32)])
        return self._take(groups)[:missing]

    def _take(self, groups: int) -> Matrix:
        """The next *groups* groups of rows; what they alone needed is forgotten."""
        found = []
        for _ in range(groups):
            windows = np.lib.stride_tricks.sliding_window_view(self._kept, self.WINDOW)[:: self.hop][: self.GROUP]
            spectrum = np.fft.rfft(windows * _hann(self.WINDOW), self.FFT)
            power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
            mel = power @ _mel(self.bands, self.FFT, 50.0, 7800.0)
            found.append(np.log(mel / np.float32(self.FLOOR) + 1) / np.float32(self.SCALE))
            self._kept = self._kept[self.GROUP * self.hop :]
            self._rows += self.GROUP
        return np.concatenate(found) if found else np.zeros((0, self.bands), np.float32)


@cache
def _hann(length: int) -> Samples:
    """Periodic Hann window, scaled so that a full-scale sine has a power of about 1."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return np.asarray(window * 2 / window.sum(), np.float32)


@cache
def _mel(bands: int, size: int, low: float, high: float) -> Matrix:
    """[size / 2 + 1, bands] triangles, evenly spaced on the HTK mel scale."""
    edges = np.linspace(_to_mel(low), _to_mel(high), bands + 2)
    places = _to_mel(np.fft.rfftfreq(size, 1 / RATE))[:, None]
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), np.float32)


def _to_mel(hertz: Any) -> Any:
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)

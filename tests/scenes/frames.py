"""Frames without a file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Shown:
    """A frame that is *picture* [64, 112, 3], in any size."""

    index: int
    time: Fraction
    picture: Picture

    @property
    def ms(self) -> int:
        return round(self.time * 1000)

    def rgb(self, width: int, height: int) -> Picture:
        rows = np.arange(height) * self.picture.shape[0] // height
        columns = np.arange(width) * self.picture.shape[1] // width
        return self.picture[rows][:, columns]


def noise(seed: int, low: int = 0, high: int = 255) -> Picture:
    """A picture of soft noise."""
    small = np.random.default_rng(seed).integers(low, high, (8, 14, 3), dtype=np.uint8)
    return np.repeat(np.repeat(small, 8, 0), 8, 1)


def still(picture: Picture, seconds: float, rate: int | Fraction = 25, first: int = 0) -> list[Shown]:
    """The same picture for a while."""
    return [Shown(first + n, Fraction(first + n) / rate, picture) for n in range(round(seconds * rate))]

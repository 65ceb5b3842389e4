"""The picture of the sound: lowest and highest sample of every 10 ms, and of every 40, 160, ... ms above it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plugin_core.storage import write_atomic

STEP = 10  # ms per row of level 0
SAMPLES = 160  # the same at 16 kHz
FACTOR = 4
Rows = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Peaks:
    """
    Levels of (n, 2) int16 minima and maxima, full scale = 32767; level k has one row per ``10 * 4**k`` ms.

    Row 0 begins at media time 0. A two-hour file takes 3.8 MB.
    """

    levels: tuple[Rows, ...]

    @property
    def duration(self) -> int:
        """The length of the sound in ms, to the next 10 ms."""
        return len(self.levels[0]) * STEP

    def columns(self, start: int, end: int, width: int) -> Rows:
        """The (width, 2) minima and maxima of *width* equal parts of *start* to *end* (ms); 0 outside the sound."""
        found = np.zeros((max(0, width), 2), np.int16)
        if width <= 0 or end <= start or not len(self.levels[0]):
            return found
        each = (end - start) / width
        level = 0
        while level + 1 < len(self.levels) and STEP * FACTOR ** (level + 2) <= each:  # 4 rows or more in a column
            level += 1
        rows = self.levels[level]
        edges = (start + each * np.arange(width + 1)) / (STEP * FACTOR**level)
        inside = (edges[1:] > 0) & (edges[:-1] * (STEP * FACTOR**level) < self.duration)
        if inside.any():
            first = np.clip(np.floor(edges[:-1][inside]), 0, len(rows) - 1).astype(np.intp)
            stop = int(np.clip(np.ceil(edges[1:][inside][-1]), first[-1] + 1, len(rows)))
            found[inside, 0] = np.minimum.reduceat(rows[:stop, 0], first)
            found[inside, 1] = np.maximum.reduceat(rows[:stop, 1], first)
        return found


def build(blocks: Iterable[npt.NDArray[np.float32]]) -> Peaks:
    """Peaks of 16 kHz blocks that begin at media time 0; each but the last a whole number of 10 ms long."""
    return pyramid([rows(block) for block in blocks])


def rows(block: npt.NDArray[np.float32]) -> Rows:
    """The rows of level 0 of a 16 kHz block."""
    scaled = np.clip(np.rint(block * 32767), -32767, 32767).astype(np.int16)
    padded = np.pad(scaled, (0, -len(scaled) % SAMPLES), mode="edge") if len(scaled) else scaled
    parts = padded.reshape(-1, SAMPLES)
    return np.stack([parts.min(axis=1), parts.max(axis=1)], axis=1)


def pyramid(parts: Sequence[Rows]) -> Peaks:
    """All levels above the rows of level 0."""
    levels = [np.concatenate(parts) if parts else np.zeros((0, 2), np.int16)]
    while len(levels[-1]) > FACTOR:
        below = levels[-1]
        below = np.concatenate([below, np.repeat(below[-1:], -len(below) % FACTOR, axis=0)]).reshape(-1, FACTOR, 2)
        levels.append(np.stack([below[:, :, 0].min(axis=1), below[:, :, 1].max(axis=1)], axis=1))
    return Peaks(tuple(levels))


def load(path: Path) -> Peaks | None:
    """Peaks from a cache file; None if it is absent or damaged. Nothing in it is ever unpickled."""
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            rows = file["rows"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if rows.dtype != np.int16 or rows.ndim != 2 or rows.shape[1] != 2:
        return None
    return pyramid([rows])


def save(path: Path, peaks: Peaks) -> None:
    """Write level 0, from which the others are made in a millisecond; DocumentError if the folder refuses."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, rows=peaks.levels[0])
    write_atomic(path, buffer.getvalue())

"""
The arithmetic of the threshold curve, without Qt: what of it is seen, and where things stand.

Each pixel shows the most that changes among the frames in it, so no change is lost however far one is out. A film of
ten hours has a million frames; their maxima are found in a millisecond, so no coarser levels are kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gui.wave_math import View
from plugin_core.shots.values import Curve, Shots, Transition

LEAST, MOST, STEP = 0.05, 1.0, 0.01


def columns(curve: Curve, view: View) -> npt.NDArray[np.float32]:
    """For each pixel of *view* how much changes at most among its frames, 0 to 1; between two frames the earlier's."""
    if not len(curve.starts):
        return np.zeros(view.width, np.float32)
    edges = view.start + view.scale * np.arange(view.width + 1)
    places = np.searchsorted(curve.starts, edges, "left")
    first = np.clip(np.where(places[:-1] < places[1:], places[:-1], places[:-1] - 1), 0, len(curve.scores) - 1)
    stop = max(int(places[-1]), int(first[-1]) + 1)
    found: npt.NDArray[np.float32] = np.maximum.reduceat(curve.scores[:stop], first).astype(np.float32)
    found /= np.float32(255)
    found[(edges[1:] <= curve.starts[0]) | (edges[:-1] >= curve.end)] = 0
    return found


def between(candidates: Sequence[Transition], start: float, end: float) -> Sequence[Transition]:
    """Those of *candidates*, in order of time, that begin from *start* to *end* ms."""
    first = bisect_left(candidates, start, key=_start)
    return candidates[first : bisect_right(candidates, end, key=_start)]


def counted(shots: Shots) -> dict[str, int]:
    """How many changes of each kind there are."""
    return dict(Counter(one.kind for one in shots.transitions))


def height_of(value: float, height: int) -> float:
    """Pixels from the top at which *value* (0 to 1) stands in *height* pixels."""
    return (1 - value) * (height - 1)


def value_at(y: float, height: int) -> float:
    """The threshold at *y* pixels from the top, in steps of a hundredth, as far as one may go."""
    value = 1 - y / max(1, height - 1)
    return min(MOST, max(LEAST, round(value / STEP) * STEP))


def _start(one: Transition) -> float:
    return one.start

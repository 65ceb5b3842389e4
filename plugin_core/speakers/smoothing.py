"""
Scores of windows to turns: a fine grid of cells, a path through it that seldom changes speaker, and what overlaps.

A cell is 100 ms. Its score for a speaker is the mean cosine of the windows that cover it, the nearer ones counting
more, so that a change of speaker inside a window is found to a fraction of the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from plugin_core.speakers.values import Turn, Vectors

CELL_MS = 100
SWITCH = 1.2  # what a change of speaker costs: cosine times cells
BRIDGE_MS = 250  # a speaker who pauses less goes on
SHORTEST_MS = 200
CERTAIN = 0.5  # probability of two voices that marks a cell
SHORTEST_OVERLAP_MS = 300
ALIKE = 0.08  # without a pack that hears overlaps: the second speaker's score is this near to the first's ...
ALIKE_MS = 800  # ... for longer than a mere change of speaker would make them alike

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech without a pause: *start*, *end* (ms), the first and past-last of its windows, and their (start, end)."""

    start: int
    end: int
    first: int
    windows: tuple[tuple[int, int], ...]

    @property
    def cells(self) -> int:
        return max(1, -(-(self.end - self.start) // CELL_MS))


@dataclass(frozen=True, slots=True)
class Heard:
    """*scores* (cells, speakers): cosines. *both* (cells,): the probability of two voices at once, if it is known."""

    scores: Scores
    both: Scores | None


def heard(stretch: Stretch, vectors: Vectors, centres: Vectors, overlaps: Sequence[Scores] | None) -> Heard:
    """The cells of one stretch, from its windows' vectors (n, dimension) and overlap probabilities."""
    cosines = (vectors @ centres.T).astype(np.float64)
    near = np.stack([_nearness(stretch, window) for window in stretch.windows])  # (windows, cells)
    near /= near.sum(axis=0, keepdims=True)
    both = None
    if overlaps is not None:
        spread = [_spread(stretch, w, found) for w, found in zip(stretch.windows, overlaps, strict=True)]
        covered = np.stack([~np.isnan(one) for one in spread])
        shares = np.where(covered, near, 0)
        both = np.nansum(np.stack(spread) * shares, axis=0) / np.maximum(shares.sum(axis=0), 1e-9)
    return Heard(near.T @ cosines, both)


def turns(
    stretches: Sequence[Stretch], cells: Sequence[Heard], names: Sequence[str], *, temperature: float, overlaps: bool
) -> tuple[Turn, ...]:
    """The turns of all stretches, sorted; those of one speaker with hardly a pause between them are one."""
    found: list[Turn] = []
    for stretch, cell in zip(stretches, cells, strict=True):
        path = _steady(best_path(cell.scores))
        second = _second(cell, path) if overlaps and len(names) > 1 else np.full(len(path), -1)
        sure = _certainty(cell.scores, path, temperature)
        together = second >= 0
        found += _runs(stretch, path, together, sure, names)
        found += _runs(stretch, second, together, 1 - sure / 2, names)
    return tuple(sorted(_bridged(found), key=lambda turn: (turn.start, turn.end, turn.speaker)))


def best_path(scores: Scores, switch: float = SWITCH) -> npt.NDArray[np.int64]:
    """The speaker of each cell (cells,): the highest total score, less *switch* for every change (Viterbi)."""
    count, speakers = scores.shape
    total, back = scores[0].copy(), np.zeros((count, speakers), np.int64)
    for at in range(1, count):
        best = int(np.argmax(total))
        stays = total >= total[best] - switch
        back[at] = np.where(stays, np.arange(speakers), best)
        total = np.where(stays, total, total[best] - switch) + scores[at]
    path = np.zeros(count, np.int64)
    path[-1] = int(np.argmax(total))
    for at in range(count - 1, 0, -1):
        path[at - 1] = back[at, path[at]]
    return path


def _steady(path: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Without runs that are shorter than anybody speaks: each goes to the longer of its neighbours."""
    path = path.copy()
    while True:
        edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
        runs = list(pairwise(edges))
        short = [n for n, (first, past) in enumerate(runs) if (past - first) * CELL_MS < SHORTEST_MS]
        if len(runs) == 1 or not short:
            return path
        beside = [n for n in (short[0] - 1, short[0] + 1) if 0 <= n < len(runs)]
        longer = max(beside, key=lambda n: runs[n][1] - runs[n][0])
        path[runs[short[0]][0] : runs[short[0]][1]] = path[runs[longer][0]]


def _nearness(stretch: Stretch, window: tuple[int, int]) -> Scores:
    """How much a window says about each cell: most in its middle, next to nothing outside."""
    middles = stretch.start + CELL_MS * (np.arange(stretch.cells) + 0.5)
    centre, half = (window[0] + window[1]) / 2, max((window[1] - window[0]) / 2, CELL_MS)
    distance = np.abs(middles - centre) / half
    return np.asarray(np.where(distance < 1, 1.02 - distance, 1e-4 / (1 + distance)), np.float64)


def _spread(stretch: Stretch, window: tuple[int, int], found: Scores) -> Scores:
    """A window's overlap probabilities on the cells; not a number outside the window."""
    middles = stretch.start + CELL_MS * (np.arange(stretch.cells) + 0.5)
    place = (middles - window[0]) / max(1, window[1] - window[0]) * len(found)
    inside = (place >= 0) & (place < len(found))
    values = found[np.clip(place.astype(int), 0, len(found) - 1)]
    return np.where(inside, values, np.nan)


def _second(cell: Heard, path: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Who else speaks in each cell; -1 for nobody."""
    others = cell.scores.copy()
    others[np.arange(len(path)), path] = -np.inf
    second = others.argmax(axis=1)
    if cell.both is None:
        gap = cell.scores[np.arange(len(path)), path] - others.max(axis=1)
        together, least = gap < ALIKE, ALIKE_MS
    else:
        together, least = cell.both > CERTAIN, SHORTEST_OVERLAP_MS
    chosen = np.full(len(path), -1)
    for first, past in _stretches_of(together):
        if (past - first) * CELL_MS >= least:
            other = np.bincount(second[first:past]).argmax()
            chosen[first:past] = np.where(path[first:past] == other, second[first:past], other)
    return chosen


def _certainty(scores: Scores, path: npt.NDArray[np.int64], temperature: float) -> Scores:
    """The probability that the path's speaker is right, cell by cell: a softmax over the speakers."""
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers[np.arange(len(path)), path] / powers.sum(axis=1), np.float64)


def _runs(
    stretch: Stretch,
    path: npt.NDArray[np.int64],
    together: npt.NDArray[np.bool_],
    sure: Scores,
    names: Sequence[str],
) -> Iterator[Turn]:
    """Turns of one path: a change of speaker or of being overlapped ends one."""
    marks = 2 * path + together
    edges = [0, *(np.flatnonzero(np.diff(marks)) + 1).tolist(), len(marks)]
    for first, past in pairwise(edges):
        if path[first] < 0:
            continue
        start = stretch.start + first * CELL_MS
        end = min(stretch.start + past * CELL_MS, stretch.end)
        if end > start:
            certain = round(float(sure[first:past].mean()), 4)
            yield Turn(start, end, names[path[first]], certain, bool(together[first]))


def _bridged(found: Sequence[Turn]) -> list[Turn]:
    """Turns of one speaker with less than ``BRIDGE_MS`` between them, in which nobody else begins, are one."""
    kept: list[Turn] = []
    for name in sorted({turn.speaker for turn in found}):
        for turn in sorted((t for t in found if t.speaker == name), key=lambda t: (t.start, t.end)):
            last = kept[-1] if kept and kept[-1].speaker == name else None
            near = last and last.overlapped == turn.overlapped and turn.start - last.end < BRIDGE_MS
            if last and near and not any(t.speaker != name and last.end <= t.start < turn.start for t in found):
                total = last.duration + turn.duration
                sure = (last.confidence * last.duration + turn.confidence * turn.duration) / max(1, total)
                kept[-1] = Turn(last.start, max(last.end, turn.end), name, round(sure, 4), last.overlapped)
            else:
                kept.append(turn)
    return kept


def _stretches_of(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, past-last) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]

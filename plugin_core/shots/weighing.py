"""What a network's probabilities say: runs of frames that are part of a change, each of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from plugin_core.shots.network import Levels
from plugin_core.shots.values import KINDS

SURE, LEAST = 0.5, 0.15  # of "part of a change": what begins a run, and what may be one at a lower threshold
SINGLE = 2  # frames that a cut covers at most
GAP = 2  # frames of doubt within a change that takes time


@dataclass(frozen=True, slots=True)
class Run:
    """Frames *first* to *last* are part of a change of *kind*, as sure as *peak*."""

    first: int
    last: int
    kind: str
    peak: float


def runs(many: Levels, kinds: Levels) -> list[Run]:
    """The runs in probabilities [frames] and [frames, kinds]; one that is less sure reaches to half its peak."""
    found: list[Run] = []
    for one in _parts(many, kinds):
        last = found[-1] if found else None
        if last and last.kind == one.kind != "cut" and one.first - last.last - 1 <= GAP:
            found[-1] = replace(last, last=one.last, peak=max(last.peak, one.peak))
        else:
            found.append(one)
    return found


def _parts(many: Levels, kinds: Levels) -> Iterator[Run]:
    for first, after in _stretches(many >= LEAST):
        peak = float(many[first:after].max())
        level = min(SURE, peak / 2)
        for begin, end in _stretches(many[first:after] >= level):
            span = slice(first + begin, first + end)
            yield Run(span.start, span.stop - 1, _kind(kinds[span]), float(many[span].max()))


def _stretches(on: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First and after-last place of every stretch that is true."""
    edges = np.flatnonzero(np.diff(on.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(after)) for first, after in zip(edges[::2], edges[1::2], strict=True)]


def _kind(kinds: Levels) -> str:
    """A run of a frame or two is a cut if it may be one; a longer one is none."""
    means = kinds.mean(axis=0)
    return KINDS[int(means.argmax()) if len(kinds) <= SINGLE else 1 + int(means[1:].argmax())]

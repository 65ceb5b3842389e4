"""
From what a shots network says of every frame to changes: pure arithmetic.

The network says of every frame ``single``, whether a change is told by it (the first frame of the new shot at a cut,
else the middle of the change); ``many``, whether it belongs to a change; ``kind``, to which kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

KINDS = ("cut", "dissolve", "fade", "wipe")  # the columns of ``kind``
CUT, FADE = 0, "fade"
HOLD = 30  # frames that the colour of a fade stays; longer, it is a shot of its own
COLOUR, PART = 0.9, 0.05  # means over these frames of ``kind`` for fades and of ``many``
LIKELY = 0.25  # the least confidence of what may be a part of a fade
Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """One of KINDS, its first and last frame (for a cut both are the first of the new shot), confidence 0 to 1."""

    kind: str
    first: int
    last: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Rule:
    """
    *cut* and *slow*: the score at which a cut and another change are as likely as not; they become confidence 0.5.
    *extent*: the ``many`` of frames that belong to a change. *least*: what is less sure is not kept.
    """

    cut: float = 0.5
    slow: float = 0.5
    extent: float = 0.5
    least: float = 0.1

    @staticmethod
    def of(options: Mapping[str, Any]) -> Rule:
        """The thresholds of a pack's options; ours where it has none."""
        usual = Rule()
        return Rule(
            float(options.get("cut", usual.cut)),
            float(options.get("slow", usual.slow)),
            float(options.get("extent", usual.extent)),
            float(options.get("least", usual.least)),
        )


def changes(single: Values, many: Values, kind: Values, rule: Rule) -> tuple[Change, ...]:
    """
    The changes in a film, in order, none within another. *single* and *many* are (frames,), *kind* (frames, 4).

    A change of which the film shows only one side (first or last frame of the film) is not told apart here.
    """
    found = [*_cuts(single, many, kind, rule), *_slow(single, many, kind, rule)]
    kept: list[Change] = []
    for one in sorted(found, key=lambda one: (-one.confidence, one.first)):
        if all(one.last + 1 < other.first or other.last + 1 < one.first for other in kept):
            kept.append(one)
    return tuple(_whole(sorted(kept, key=lambda one: one.first), many, kind))


def confidence(score: float, threshold: float) -> float:
    """*score* moved, as log odds, so that *threshold* comes to 0.5."""
    score = min(max(score, 1e-6), 1 - 1e-6)
    odds = score / (1 - score) * (1 - threshold) / threshold
    return odds / (1 + odds)


def _cuts(single: Values, many: Values, kind: Values, rule: Rule) -> list[Change]:
    """Every peak of ``single`` at a frame that would be a cut, as sure as the three answers together."""
    padded = np.pad(single, 1)
    peak = (single >= padded[:-2]) & (single > padded[2:]) & (kind.argmax(axis=1) == CUT)
    score = (single + many + kind[:, CUT]) / 3
    sure = [(int(at), confidence(float(score[at]), rule.cut)) for at in np.flatnonzero(peak)]
    return [Change(KINDS[CUT], at, at, value) for at, value in sure if value >= rule.least]


def _slow(single: Values, many: Values, kind: Values, rule: Rule) -> list[Change]:
    """Every run of frames that belong to a change that takes time."""
    inside = (many >= min(rule.extent, 0.3)) & (kind.argmax(axis=1) != CUT)
    found = []
    for first, end in _runs(inside):
        one, more = single[first:end], many[first:end]
        value = confidence(float(one.max() + more.max()) / 2, rule.slow)
        if value < rule.least:
            continue
        name = KINDS[1 + int((kind[first:end, 1:] * more[:, None]).sum(axis=0).argmax())]
        sure = np.flatnonzero(more >= rule.extent)
        low, high = (int(sure[0]), int(sure[-1])) if len(sure) else (0, end - first - 1)
        found.append(Change(name, first + low, first + high, value))
    return found


def _whole(found: list[Change], many: Values, kind: Values) -> list[Change]:
    """A fade is found in parts where its colour stays: out, the colour, and in or a cut. They are one change."""
    made: list[Change] = []
    for one in found:
        last = made[-1] if made else None
        if last and FADE in {last.kind, one.kind} and _stays(last, one, many, kind):
            stop = one.first - 1 if one.kind == KINDS[CUT] else one.last
            made[-1] = Change(FADE, last.first, stop, max(last.confidence, one.confidence))
        else:
            made.append(one)
    return made


def _stays(last: Change, one: Change, many: Values, kind: Values) -> bool:
    """Whether between two likely changes lie at most ``HOLD`` frames which the network takes for a fade's colour."""
    colour = slice(last.last + 1, one.first)
    if min(last.confidence, one.confidence) < LIKELY or not 0 < colour.stop - colour.start <= HOLD:
        return False
    return float(kind[colour, KINDS.index(FADE)].mean()) > COLOUR and float(many[colour].mean()) > PART


def _runs(inside: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, end) of every run of frames, gaps of up to two frames closed."""
    steps = np.diff(np.concatenate([[0], inside.astype(np.int8), [0]]))
    runs: list[tuple[int, int]] = []
    for first, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
        if runs and first - runs[-1][1] <= 2:
            runs[-1] = (runs[-1][0], int(end))
        else:
            runs.append((int(first), int(end)))
    return runs

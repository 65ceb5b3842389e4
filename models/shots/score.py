"""How good found changes are: counts, F1, how far off they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Span = tuple[int, int]  # first and last frame


@dataclass
class Counts:
    """Right, missed and false changes, added up over films."""

    right: int = 0
    missed: int = 0
    false: int = 0

    def add(self, other: Counts) -> None:
        """Another film's."""
        self.right, self.missed, self.false = (
            self.right + other.right, self.missed + other.missed, self.false + other.false,
        )  # fmt: skip

    @property
    def precision(self) -> float:
        """Of what was found, how much is right; 1 where nothing was found."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what there was, how much was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        whole = 2 * self.right + self.missed + self.false
        return 2 * self.right / whole if whole else 1.0

    def as_dict(self) -> dict[str, float]:
        """For results.json."""
        return {
            "f1": round(self.f1, 4), "precision": round(self.precision, 4), "recall": round(self.recall, 4),
            "right": self.right, "missed": self.missed, "false": self.false,
        }  # fmt: skip


def gap(one: Span, other: Span) -> int:
    """Frames between two spans; 0 where they touch or overlap."""
    return max(0, one[0] - other[1], other[0] - one[1])


def pairs(found: Sequence[Span], truth: Sequence[Span], tolerance: int) -> list[tuple[int, int]]:
    """Who is whose: one to one, the nearest first, at most *tolerance* frames apart (as TransNet V2 is evaluated)."""
    middles = [[(s[0] + s[1]) / 2 for s in side] for side in (found, truth)]
    near = [
        (gap(one, other), abs(middles[0][i] - middles[1][j]), i, j)
        for i, one in enumerate(found)
        for j, other in enumerate(truth)
        if gap(one, other) <= tolerance
    ]
    used: tuple[set[int], set[int]] = (set(), set())
    made = []
    for _, _, i, j in sorted(near):
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            made.append((i, j))
    return made


def counts(found: Sequence[Span], truth: Sequence[Span], tolerance: int) -> Counts:
    """Of one film."""
    right = len(pairs(found, truth, tolerance))
    return Counts(right, len(truth) - right, len(found) - right)


def offsets(found: Sequence[Span], truth: Sequence[Span], tolerance: int) -> list[tuple[int, int]]:
    """How far the first and the last frame of each right change are from the truth."""
    return [(found[i][0] - truth[j][0], found[i][1] - truth[j][1]) for i, j in pairs(found, truth, tolerance)]


def near(offs: Sequence[tuple[int, int]], frames: int) -> float:
    """The share whose both ends are at most this far off."""
    return float(np.mean([max(abs(a), abs(b)) <= frames for a, b in offs])) if offs else 0.0

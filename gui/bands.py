"""Which rows differ between two versions of a list of frozen values: what an edit has to repaint, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Band:
    """From row *start* on, *removed* rows of the old are *added* rows of the new; all others are the same objects."""

    start: int
    removed: int
    added: int

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def old(self, rows: Sequence[T]) -> Sequence[T]:
        """The part of the *rows* before."""
        return rows[self.start : self.start + self.removed]

    def new(self, rows: Sequence[T]) -> Sequence[T]:
        """The part of the *rows* after."""
        return rows[self.start : self.start + self.added]


def changed_band(old: Sequence[T], new: Sequence[T]) -> Band:
    """The rows that differ, found by identity; equal ends are shared between versions."""
    if old is new:
        return Band(len(old), 0, 0)
    shorter = min(len(old), len(new))
    start = next(compress(count(), map(is_not, old, new)), shorter)
    tail = next(compress(count(), map(is_not, reversed(old), reversed(new))), shorter)
    tail = min(tail, shorter - start)
    return Band(start, len(old) - start - tail, len(new) - start - tail)

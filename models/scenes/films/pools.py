"""What a film may draw from. Training, development and test share no set, no colour, no person, no music, no sentence.

Numbers of sets, people and pieces lie in ranges of their own. Every hue is taken from the pool's own thirds of the
colour circle: it is cut into 36 slices, and slice ``n`` belongs to pool ``n % 3``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

Chance = np.random.Generator
SLICES = 36


@dataclass(frozen=True)
class Pool:
    """*first* and *count*: the numbers that sets, music and film seeds are drawn from; people have their own."""

    name: str
    turn: int  # which third of the slices
    first: int
    count: int
    people: tuple[int, int]  # first, past-last: as in models.speakers.people, 5,000 and up are never trained on

    def number(self, chance: Chance) -> int:
        """Of a set or a piece of music."""
        return self.first + int(chance.integers(self.count))

    def person(self, chance: Chance) -> int:
        """A face and a voice."""
        return int(chance.integers(*self.people))

    def hue(self, chance: Chance, base: float = 0.0, spread: float = 0.5) -> float:
        """A hue (0 to 1) of this pool, as near to *base* ± *spread* as its slices allow."""
        wanted = (base + chance.uniform(-spread, spread)) % 1
        slices = np.arange(self.turn, SLICES, 3)
        middle = (slices + 0.5) / SLICES
        away = np.abs((middle - wanted + 0.5) % 1 - 0.5)
        return float((slices[int(np.argmin(away))] + chance.uniform(0.02, 0.98)) / SLICES)

    def owns(self, hue: float) -> bool:
        """Whether the hue is of this pool."""
        return int(hue % 1 * SLICES) % 3 == self.turn


POOLS = {
    "train": Pool("train", 0, 0, 10_000, (0, 2000)),
    "dev": Pool("dev", 1, 40_000, 5_000, (5000, 6000)),
    "test": Pool("test", 2, 50_000, 5_000, (6000, 8000)),
}


def chance_of(*key: object) -> Chance:
    """A generator that belongs to *key*, the same on every machine."""
    return np.random.default_rng([zlib.crc32(str(part).encode()) for part in key])


def pick(chance: Chance, **weights: float) -> str:
    """One of the names, by weight."""
    names = list(weights)
    shares = np.array([weights[name] for name in names], np.float64)
    return names[int(chance.choice(len(names), p=shares / shares.sum()))]

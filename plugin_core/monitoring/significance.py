"""
Whether a difference between two packs is more than chance.

McNemar's test (1947) in its exact form: of the shots that one pack tells right and the other wrong, each is as likely
to be either's if the packs are equally good, so their number is binomial with 1/2. The paired bootstrap (Efron, 1979):
the difference over films drawn again and again, with all their shots, because shots of one film are alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A *mean* and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether 0 is outside."""
        return self.low > 0 or self.high < 0


def mcnemar(only_a: int, only_b: int) -> float:
    """The two-sided exact p of *only_a* shots that A alone tells right, and *only_b* that B alone does."""
    number = only_a + only_b
    if number == 0:
        return 1.0
    tail = _binomial_tail(min(only_a, only_b), number)
    return min(1.0, 2 * tail)


def bootstrap(differences: Sequence[Sequence[float]], rounds: int = ROUNDS, seed: int = 0) -> Interval:
    """
    The mean of *differences*, a list for each film, and its interval over films drawn with replacement; with fewer
    than two films, over shots. The same input gives the same interval.
    """
    films = [np.asarray(film, np.float64) for film in differences if len(film)]
    if not films:
        return Interval(0.0, 0.0, 0.0)
    units = films if len(films) > 1 else [films[0][i : i + 1] for i in range(len(films[0]))]
    sums = np.array([unit.sum() for unit in units])
    sizes = np.array([len(unit) for unit in units], np.float64)
    means = _resampled(sums, sizes, rounds, np.random.default_rng(seed))
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(sums.sum() / sizes.sum()), float(low), float(high))


def _resampled(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], rounds: int, random: np.random.Generator
) -> NDArray[np.float64]:
    drawn = np.empty(rounds)
    for number in range(rounds):
        chosen = random.integers(0, len(sums), len(sums))
        drawn[number] = sums[chosen].sum() / sizes[chosen].sum()
    return drawn


def _binomial_tail(most: int, number: int) -> float:
    """The probability of *most* or fewer heads of *number* throws of a fair coin."""
    logs = [
        math.lgamma(number + 1) - math.lgamma(k + 1) - math.lgamma(number - k + 1) - number * math.log(2)
        for k in range(most + 1)
    ]
    return math.fsum(math.exp(one) for one in logs)

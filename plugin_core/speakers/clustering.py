"""
Vectors of voices to speakers: agglomerative clustering by mean cosine, in blocks, then refined by nearest centre.

Time grows with the number of windows (three hours are 14,400): each block of windows is clustered by itself down to a
few tight groups, and only the groups' centres are clustered together. Nothing here needs more than one block squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugin_core.speakers.values import Vectors, unit

Labels = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]

BLOCK = 400  # windows clustered at once
GROUPS = 24  # that a block leaves at most, if it need not be more
PRIOR = 10  # pairs of windows that a pack's usual steadiness is worth
ROUNDS = 8  # of refinement
SMALLEST = 0.01  # a speaker with less of the speech than this ...
SMALLEST_MS = 2000  # ... and less than this is somebody else's odd window


@dataclass(frozen=True, slots=True)
class Grouping:
    """*labels* (windows,) from 0; *centres* (speakers, dimension), unit length."""

    labels: Labels
    centres: Vectors


def group(
    vectors: Vectors,
    lengths: Weights,
    *,
    same: float,
    stretches: Sequence[int] = (),
    count: int = 0,
    most: int = 10,
) -> Grouping:
    """
    The speakers of *vectors* (windows, dimension; unit length). *lengths* (ms) weigh them: a long window is surer.

    *stretches* says in which stretch of speech each window lies: neighbours in one that sound alike begin as one group.

    *count* is the number of speakers if it is known; else groups are joined while their mean cosine is above *same*,
    and then until there are at most *most*. There are never more speakers than windows.
    """
    if not len(vectors):
        return Grouping(np.zeros(0, np.int64), np.zeros((0, vectors.shape[1] if vectors.ndim == 2 else 0), np.float32))
    weights = np.maximum(np.asarray(lengths, np.float64), 1.0)
    sums, sizes = _chained(vectors, weights, same, stretches, count)
    sums, sizes = _in_blocks(sums, sizes, max(same, 0.0), max(most, count))
    parts = _join(sums, sizes, same=same, count=count, most=most)
    if not count:
        parts = _without_crumbs(parts, sizes, sums)
    centres = unit(np.stack([sums[parts == part].sum(axis=0) for part in np.unique(parts)]).astype(np.float32))
    return _refined(vectors, weights, centres)


def steadiness(vectors: Vectors, stretches: Sequence[int], usual: float, apart: int = 2) -> float:
    """
    The cosine that windows of one person have between them in this file, most of the time: noise and short windows
    lower it. From windows *apart* in one stretch, so far that they share no sound; *usual* where there are few.
    """
    places = np.asarray(stretches)
    if len(places) <= apart:
        return usual
    together = places[apart:] == places[:-apart]
    found = np.sum(vectors[apart:][together] * vectors[:-apart][together], axis=1)
    middle = float(np.median(found)) if len(found) else usual
    return float(np.clip((len(found) * middle + PRIOR * usual) / (len(found) + PRIOR), 0.1, 0.98))


def _chained(
    vectors: Vectors, weights: Weights, same: float, stretches: Sequence[int], count: int
) -> tuple[Weights, Weights]:
    """
    Weighted sums (groups, dimension) and weights (groups,) to begin with: windows of one stretch that are alike.

    Single windows where there would be fewer groups than speakers.
    """
    sums, sizes = vectors * weights[:, None], weights
    if len(stretches) != len(vectors):
        return sums, sizes
    starts, mean = [0], sums[0].copy()
    for at in range(1, len(vectors)):
        alike = float(vectors[at] @ mean) >= same * float(np.linalg.norm(mean))
        if stretches[at] != stretches[at - 1] or not alike:
            starts.append(at)
            mean = sums[at].copy()
        else:
            mean += sums[at]
    if len(starts) < count:
        return sums, sizes
    return np.add.reduceat(sums, starts), np.add.reduceat(sizes, starts)


def _in_blocks(sums: Weights, sizes: Weights, same: float, most: int) -> tuple[Weights, Weights]:
    """The same for tight groups; as they are if they are few."""
    while len(sums) > BLOCK:
        tight = same + 0.35 * (1 - same)
        found: list[tuple[Weights, Weights]] = []
        for at in range(0, len(sums), BLOCK):
            some, size = sums[at : at + BLOCK], sizes[at : at + BLOCK]
            parts = _join(some, size, same=tight, count=0, most=max(GROUPS, 2 * most))
            ones = np.unique(parts)
            found.append(
                (
                    np.stack([some[parts == n].sum(axis=0) for n in ones]),
                    np.array([size[parts == n].sum() for n in ones]),
                )
            )
        sums, sizes = np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])
    return sums, sizes


def _join(sums: Weights, sizes: Weights, *, same: float, count: int, most: int) -> Labels:
    """
    Which of few groups belong together: (groups,) labels.

    Average linkage: the mean cosine of all pairs of windows of two groups is the product of their weighted sums over
    the product of their weights, so a join only adds rows.
    """
    total, number = len(sums), np.arange(len(sums))
    table = (sums @ sums.T) / np.outer(sizes, sizes)
    np.fill_diagonal(table, -np.inf)
    alive, left = np.ones(total, bool), total
    weight = sizes.astype(np.float64).copy()
    while left > 1:
        one, other = divmod(int(np.argmax(table)), total)
        best = table[one, other]
        if left <= max(count, 1) or (not count and best < same and left <= most):
            break
        share = weight[one] / (weight[one] + weight[other])
        row = share * table[one] + (1 - share) * table[other]
        table[one], table[:, one] = row, row
        table[one, one] = -np.inf
        table[other], table[:, other] = -np.inf, -np.inf
        table[one, ~alive], table[~alive, one] = -np.inf, -np.inf
        alive[other] = False
        table[one, other] = table[other, one] = -np.inf
        weight[one] += weight[other]
        number[number == number[other]] = number[one]
        left -= 1
    return np.unique(number, return_inverse=True)[1].astype(np.int64)


def _without_crumbs(parts: Labels, sizes: Weights, sums: Weights) -> Labels:
    """Groups that hold next to nothing go to their nearest neighbour; the largest always stays."""
    ones = np.unique(parts)
    held = np.array([sizes[parts == n].sum() for n in ones])
    small = (held < SMALLEST * held.sum()) & (held < SMALLEST_MS)
    small[int(held.argmax())] = False
    if not small.any():
        return parts
    centres = unit(np.stack([sums[parts == n].sum(axis=0) for n in ones]).astype(np.float32))
    near = centres @ centres[~small].T
    goal = np.where(small, ones[~small][near.argmax(axis=1)], ones)
    return goal[np.searchsorted(ones, parts)]


def _refined(vectors: Vectors, weights: Weights, centres: Vectors) -> Grouping:
    """Every window to its nearest centre, every centre to the mean of its windows, until nothing moves."""
    labels = np.argmax(vectors @ centres.T, axis=1)
    for _ in range(ROUNDS):
        sums = np.zeros_like(centres, dtype=np.float64)
        np.add.at(sums, labels, vectors * weights[:, None])
        empty = ~np.isin(np.arange(len(centres)), labels)
        sums[empty] = centres[empty]
        centres = unit(sums.astype(np.float32))
        again = np.argmax(vectors @ centres.T, axis=1)
        if np.array_equal(again, labels):
            break
        labels = again
    kept, labels = np.unique(labels, return_inverse=True)
    return Grouping(labels.astype(np.int64), centres[kept])

"""Word alignment by expectation maximisation (IBM model 1 with a diagonal prior), in numpy.

The source of the idea is fast_align: Dyer, Chahuneau and Smith, "A Simple, Fast, and Effective Reparameterization of
IBM Model 2", NAACL 2013. Here the prior is fixed and weak, because Chinese and English order phrases differently. Both
directions are trained and their posteriors multiplied, which keeps the links both agree on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
DIAGONAL = 2.5  # strength of the prior on |i/n - j/m|
NULL = 0.1  # prior mass of "comes from no word"


def align(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]], rounds: int = 6) -> list[NDArray[np.float32]]:
    """For every pair a matrix [len(left), len(right)] of link strengths, 0 to 1 (geometric mean of both posteriors)."""
    cells = _cells(left, right)
    forward = _posteriors(*cells, by_left=False, rounds=rounds)
    backward = _posteriors(*cells, by_left=True, rounds=rounds)
    strength = np.sqrt(forward * backward).astype(np.float32)
    bounds = np.cumsum([len(a) * len(b) for a, b in zip(left, right, strict=True)])[:-1]
    shapes = [(len(a), len(b)) for a, b in zip(left, right, strict=True)]
    return [part.reshape(shape) for part, shape in zip(np.split(strength, bounds), shapes, strict=True)]


def _cells(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> tuple[Int, Int, Int, Int, Float]:
    """Every (i, j) of every pair: word of i, word of j, global position of i and of j, prior."""
    a_word, b_word, a_slot, b_slot, prior = [], [], [], [], []
    a_base = b_base = 0
    for a, b in zip(left, right, strict=True):
        i, j = np.indices((len(a), len(b))).reshape(2, -1)
        a_word.append(np.asarray(a)[i])
        b_word.append(np.asarray(b)[j])
        a_slot.append(i + a_base)
        b_slot.append(j + b_base)
        prior.append(np.exp(-DIAGONAL * np.abs((i + 0.5) / len(a) - (j + 0.5) / len(b))))
        a_base, b_base = a_base + len(a), b_base + len(b)
    return tuple(np.concatenate(parts) for parts in (a_word, b_word, a_slot, b_slot, prior))  # type: ignore[return-value]


def _posteriors(
    a_word: Int, b_word: Int, a_slot: Int, b_slot: Int, prior: Float, *, by_left: bool, rounds: int
) -> Float:
    """P(link | generated word): one left word or none generated each right word (``by_left`` swaps the roles)."""
    source, target, slot = (b_word, a_word, a_slot) if by_left else (a_word, b_word, b_slot)
    weight = prior / np.bincount(slot, prior)[slot] * (1 - NULL)
    entry_of, entry = np.unique(source * (target.max() + 1) + target, return_inverse=True)
    source_of = entry_of // (target.max() + 1)
    target_of = entry_of % (target.max() + 1)
    frequency = np.bincount(target) / len(target)
    table = np.ones(len(entry_of))
    posterior = weight
    for _ in range(rounds + 1):
        score = weight * table[entry]
        posterior = score / (np.bincount(slot, score)[slot] + NULL * frequency[target_of][entry])
        counts = np.bincount(entry, posterior) + 1e-3
        table = counts / np.bincount(source_of, counts)[source_of]
    return posterior

"""Beam search over what any decoder says next. Width 1 is greedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Step = Callable[[Ids, Ids], Floats]


@dataclass(frozen=True, slots=True)
class Limits:
    """*end* ends a text, *most* is how many tokens it has at most, the tokens *never* are never said."""

    end: int
    most: int
    never: Sequence[int] = ()


@dataclass(slots=True)
class _Beams:
    """[shots, width] each, ``tokens`` [shots · width, so far]."""

    tokens: Ids
    scores: NDArray[np.float64]  # sums of log-probabilities
    ended: NDArray[np.bool_]
    lengths: Ids
    parents: Ids = field(default_factory=lambda: np.zeros(0, np.int64))


def search(step: Step, prompt: Sequence[int], shots: int, width: int, limits: Limits) -> list[tuple[list[int], float]]:
    """
    The best text for each of *shots*: its tokens after *prompt* without the end, and the mean log-probability of a
    token, the end among them.

    *step* is given all tokens so far [shots · width, t] and, for each row, which row of its last call it continues; it
    says logits [shots · width, vocabulary] of what is next. Sums decide who stays in the beam, means who wins.
    """
    rows = shots * width
    beams = _Beams(
        np.tile(np.array(prompt, np.int64), (rows, 1)), np.full((shots, width), -np.inf),
        np.zeros((shots, width), bool), np.zeros((shots, width), np.int64), np.arange(rows),
    )  # fmt: skip
    beams.scores[:, 0] = 0.0  # all others would say the same
    for _ in range(limits.most):
        _grow(beams, _chances(step(beams.tokens, beams.parents), limits), limits.end)
        if beams.ended.all():
            break
    means = beams.scores / np.maximum(beams.lengths, 1)
    best = means.argmax(1)
    texts = beams.tokens.reshape(shots, width, -1)[:, :, len(prompt) :]
    lengths = beams.lengths - beams.ended
    return [(texts[shot, one, : lengths[shot, one]].tolist(), float(means[shot, one])) for shot, one in enumerate(best)]


def _chances(logits: Floats, limits: Limits) -> NDArray[np.float64]:
    """Log-probabilities; what is never said has none, and numbers that are none count for nothing."""
    values = np.nan_to_num(logits.astype(np.float64), nan=-1e9, posinf=1e9, neginf=-1e9)
    values[:, list(limits.never)] = -np.inf
    values -= values.max(1, keepdims=True)
    return np.asarray(values - np.log(np.exp(values).sum(1, keepdims=True)), np.float64)


def _grow(beams: _Beams, chances: NDArray[np.float64], end: int) -> None:
    """One token more; a text that has ended stays as it is."""
    shots, width = beams.scores.shape
    rest = np.full(chances.shape[1], -np.inf)
    rest[end] = 0.0
    chances[beams.ended.reshape(-1)] = rest
    total = (beams.scores[:, :, None] + chances.reshape(shots, width, -1)).reshape(shots, -1)
    chosen = np.argsort(-total, axis=1, kind="stable")[:, :width]
    parents, token = np.divmod(chosen, chances.shape[1])
    was = np.take_along_axis(beams.ended, parents, 1)
    beams.scores = np.take_along_axis(total, chosen, 1)
    beams.lengths = np.take_along_axis(beams.lengths, parents, 1) + ~was
    beams.ended = was | (token == end)
    beams.parents = (parents + np.arange(shots)[:, None] * width).reshape(-1)
    beams.tokens = np.concatenate([beams.tokens[beams.parents], token.reshape(-1, 1)], axis=1)

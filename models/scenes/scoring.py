"""Scores of recognisers: labels, probabilities, boundaries of scenes; intervals by bootstrap over films.

Scenes are scored as on MovieNet (Rao et al., CVPR 2020): average precision of the boundaries, mIoU (every scene with
the one that overlaps it most, both ways, weighted by length), and F1 with a tolerance of some shots.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
BINS = 15


def confusion(truth: Array, said: Array, classes: int) -> Array:
    """[classes, classes]: how often what is true (row) was said to be what (column); -1 is not known."""
    known = truth >= 0
    return np.bincount(truth[known] * classes + said[known], minlength=classes * classes).reshape(classes, classes)


def macro_f1(counts: Array) -> Any:
    """Of confusions [..., classes, classes]: the mean F1 of the classes that occur."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1).astype(np.float64)
    occurs = counts.sum(-1) > 0
    f1 = 2 * hits / np.maximum(1, counts.sum(-1) + counts.sum(-2))
    return (f1 * occurs).sum(-1) / np.maximum(1, occurs.sum(-1))


def many_f1(truth: Array, chances: Array, least: float = 0.5) -> float:
    """Of a group of many [n, labels]: the mean F1 of the labels that occur."""
    said = chances >= least
    f1 = []
    for column in range(truth.shape[1]):
        known = truth[:, column] >= 0
        right, found = truth[known, column] > 0.5, said[known, column]
        if right.any():
            f1.append(2 * (right & found).sum() / max(1, right.sum() + found.sum()))
    return float(np.mean(f1)) if f1 else 0.0


def average_precision(truth: Array, chances: Array) -> float:
    """The mean precision at each of what is true, ranked by chance; ties count as their worst order."""
    known = truth >= 0
    truth, chances = truth[known] > 0.5, chances[known]
    order = np.lexsort((truth, -chances))
    hits = truth[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean()) if hits.any() else 0.0


def calibration_error(truth: Array, chances: Array) -> float:
    """Expected calibration error (15 bins): how far confidence is from being right. Of one label each [n, labels]."""
    known = truth >= 0
    confidence, right = chances[known].max(1), chances[known].argmax(1) == truth[known]
    return binned(confidence, right)


def binned(confidence: Array, right: Array) -> float:
    """The mean distance of confidence and share of right ones, bin by bin."""
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(confidence[chosen].mean()) - float(right[chosen].mean())) * float(chosen.mean())
        for chosen in (places == number for number in range(BINS))
        if chosen.any()
    ]
    return float(sum(gaps))


def boundary_f1(truth: Array, said: Array, tolerance: int = 0) -> tuple[float, int, int, int]:
    """Boundaries [shots] bool, each within *tolerance* shots of one of its own: (F1, hits, true ones, said ones)."""
    left = list(np.flatnonzero(truth))
    hits = 0
    for place in np.flatnonzero(said):
        near = [other for other in left if abs(other - place) <= tolerance]
        if near:
            left.remove(min(near, key=lambda other: abs(other - place)))
            hits += 1
    return 2 * hits / max(1, int(truth.sum() + said.sum())), hits, int(truth.sum()), int(said.sum())


def miou(truth: Array, said: Array, lengths: Array) -> float:
    """Of scenes, given where they begin [shots] bool and how long the shots are: the mean of both directions."""
    one, other = (np.cumsum(np.r_[True, begins[1:]]) - 1 for begins in (truth, said))
    shared = np.zeros((one[-1] + 1, other[-1] + 1))
    np.add.at(shared, (one, other), lengths)
    union = shared.sum(1, keepdims=True) + shared.sum(0, keepdims=True) - shared
    overlap = shared / union
    first = (overlap.max(1) * shared.sum(1)).sum() / shared.sum()
    second = (overlap.max(0) * shared.sum(0)).sum() / shared.sum()
    return float((first + second) / 2)


def interval(
    films: int, score: Callable[[Array], float], *, times: int = 1000, seed: int = 0, share: float = 0.95
) -> list[float]:
    """Of *score* (of how often each film counts, [films]): the interval that holds *share* of the bootstrap."""
    chance = np.random.default_rng(seed)
    found = [score(np.bincount(chance.integers(0, films, films), minlength=films)) for _ in range(times)]
    return [round(float(value), 4) for value in np.quantile(found, [(1 - share) / 2, (1 + share) / 2])]


def temperature(logits: Array, truth: Array) -> float:
    """What logits [n, labels] are best divided by: the likelihood of the truth is greatest."""
    known = truth >= 0
    logits, truth = logits[known], truth[known]

    def surprise(heat: float) -> float:
        scaled = logits / heat
        scaled = scaled - scaled.max(1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(1)) - scaled[np.arange(len(truth)), truth]).mean())

    return float(min(np.geomspace(0.25, 6, 60), key=surprise)) if len(truth) else 1.0


def temperature_of_many(logits: Array, truth: Array) -> float:
    """Likewise, of labels that stand for themselves."""
    known = truth >= 0
    logits, truth = logits[known], truth[known]

    def surprise(heat: float) -> float:
        return float((np.logaddexp(0, logits / heat) - truth * logits / heat).mean())

    return float(min(np.geomspace(0.25, 6, 60), key=surprise)) if len(truth) else 1.0

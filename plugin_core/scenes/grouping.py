"""
Shots grouped into scenes: the best of all ways to cut a film up, found by dynamic programming.

Two things speak for a way: where its scenes begin, the network said that one may begin (as log odds); and within a
scene, every shot resembles one of those before it (in what is seen, heard and said together: the embeddings of the
network). A scene is as short and as long as the options allow; one shot that is longer is a scene by itself.

The same sums over all ways give how sure each boundary is (as in a semi-Markov random field). After Rotman et al.,
"Optimal sequential grouping for robust video scene detection using multiple modalities" (IJSC 2017).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugin_core.errors import SettingsError
from plugin_core.scenes.recognising import Shot, ShotLabels

Numbers = NDArray[np.float64]

SURE = 1e-4  # no probability of the network counts as nearer to 0 or 1
SHORT = 100.0  # what a scene loses that is shorter than allowed: more than two scenes can be worth beside one


@dataclass(frozen=True, slots=True)
class GroupOptions:
    """
    *threshold*: a scene begins where it is as likely as this; less gives more scenes. *alike*: the cosine of two
    embeddings from which shots speak for one scene, *kinship*: how much that counts beside the network, *reach*: how
    many shots back one looks, *fade*: ms after which a likeness counts 1/e. *shortest* and *longest*: ms of a scene,
    *most*: shots of a scene.
    """

    threshold: float = 0.5
    alike: float = 0.7
    kinship: float = 3.0
    reach: int = 8
    fade: int = 40_000
    shortest: int = 1_500
    longest: int = 900_000
    most: int = 250

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise SettingsError(
                "settings.threshold", f"{self.threshold} is no threshold of scenes.", "Use 0.05 to 0.95; 0.5 is usual."
            )
        if not 0 <= self.shortest <= self.longest or self.most < 1 or self.reach < 1 or self.fade < 1:
            raise SettingsError(
                "settings.scenes", "The shortest scene is longer than the longest.", "Give a shorter one."
            )


USUAL = GroupOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """
    *first* to *last* shot (from 0, inclusive), *start* and *end* ms. *labels*: those of its shots, weighted by how long
    they last; ``labels.begins`` is how sure it is that a scene begins here.
    """

    first: int
    last: int
    start: int
    end: int
    labels: ShotLabels


def group(shots: Sequence[Shot], labels: Sequence[ShotLabels], options: GroupOptions = USUAL) -> tuple[Scene, ...]:
    """The scenes of *shots*, of which *labels* say what they hold: every shot is in one, in order."""
    if not shots:
        return ()
    worth = _worth(shots, labels, options)
    firsts = _best(worth)
    sure = _marginals(worth)
    ends = [*firsts[1:], len(shots)]
    return tuple(
        Scene(first, after - 1, shots[first].start, shots[after - 1].end,
              together(shots[first:after], labels[first:after], float(sure[first])))
        for first, after in zip(firsts, ends, strict=True)
    )  # fmt: skip


def together(shots: Sequence[Shot], labels: Sequence[ShotLabels], begins: float) -> ShotLabels:
    """What several shots hold: the mean of their probabilities and embeddings, weighted by how long they last."""
    lengths = np.array([max(1, shot.end - shot.start) for shot in shots], np.float64)
    weights = lengths / lengths.sum()

    def mean(name: str, label: str) -> float:
        return float(sum(w * one.probabilities[name][label] for w, one in zip(weights, labels, strict=True)))

    told: dict[str, Mapping[str, float]] = {
        name: {label: mean(name, label) for label in known} for name, known in labels[0].probabilities.items()
    }
    middle = np.asarray(sum(w * one.embedding for w, one in zip(weights, labels, strict=True)), np.float32)
    middle = np.asarray(middle / max(1e-9, float(np.linalg.norm(middle))), np.float32)
    there = {name for one in labels for name in one.from_}
    return ShotLabels(told, begins, middle, tuple(name for name in ("pictures", "sounds", "texts") if name in there))


# -- the programme --


def _worth(shots: Sequence[Shot], labels: Sequence[ShotLabels], options: GroupOptions) -> list[Numbers]:
    """
    For each shot j: what the scenes are worth that end with it, [i - first]: of those that begin with shot *i*, from
    the earliest one allowed (*first* is j + 1 minus the length) to j itself.
    """
    starts = np.array([shot.start for shot in shots], np.float64)
    ends = np.array([shot.end for shot in shots], np.float64)
    odds = _odds(labels, options.threshold)
    kin = _kinship(np.stack([one.embedding for one in labels]).astype(np.float64), (starts + ends) / 2, options)
    found: list[Numbers] = []
    joined = np.zeros(0)
    for j in range(len(shots)):
        back = np.arange(len(joined), 0, -1)  # how many shots of the scene are before j, for each beginning
        joined = np.append(joined + (kin[j][np.minimum(back, len(kin[j])) - 1] if len(kin[j]) else 0.0), 0.0)
        joined = joined[-options.most :]
        earliest = j + 1 - len(joined)
        allowed = ends[j] - starts[earliest : j + 1] <= options.longest
        allowed[-1] = True
        joined = joined[int(np.argmax(allowed)) :]
        earliest = j + 1 - len(joined)
        short = ends[j] - starts[earliest : j + 1] < options.shortest
        found.append(joined + odds[earliest : j + 1] - SHORT * short)
    return found


def _odds(labels: Sequence[ShotLabels], threshold: float) -> Numbers:
    """The log odds that a scene begins with each shot, 0 at the threshold; the first shot always begins one."""
    chances = np.clip(np.array([one.begins for one in labels], np.float64), SURE, 1 - SURE)
    odds = np.log(chances / (1 - chances)) - math.log(threshold / (1 - threshold))
    odds[0] = 0.0
    return np.asarray(odds, np.float64)


def _kinship(vectors: Numbers, times: Numbers, options: GroupOptions) -> list[Numbers]:
    """For each shot: how much it belongs to the nearest 1, 2, ... *reach* shots before it, the best of them taken."""
    found: list[Numbers] = []
    for j in range(len(vectors)):
        before = slice(max(0, j - options.reach), j)
        near = np.exp(-(times[j] - times[before]) / options.fade)
        alike = np.maximum(vectors[before] @ vectors[j], 0.0) * near - options.alike
        found.append(np.maximum.accumulate((options.kinship * alike)[::-1]))
    return found


def _best(worth: Sequence[Numbers]) -> list[int]:
    """The shots with which the scenes of the best way begin; of two equal ways the one with fewer scenes."""
    count = len(worth)
    best, came = np.zeros(count + 1), np.zeros(count + 1, np.int64)
    for j, values in enumerate(worth):
        first = j + 1 - len(values)
        sums = best[first : j + 1] + values
        came[j + 1] = first + int(np.argmax(sums))
        best[j + 1] = sums.max()
    firsts = [int(came[count])]
    while firsts[-1] > 0:
        firsts.append(int(came[firsts[-1]]))
    return firsts[::-1]


def _marginals(worth: Sequence[Numbers]) -> Numbers:
    """How likely a scene begins with each shot, all ways weighed by their worth."""
    count = len(worth)
    ahead = np.zeros(count + 1)  # of shots 0 to j - 1, all ways
    for j, values in enumerate(worth):
        first = j + 1 - len(values)
        ahead[j + 1] = _summed(ahead[first : j + 1] + values)
    behind = np.full(count + 1, -np.inf)
    behind[count] = 0.0
    for j in range(count - 1, -1, -1):
        first = j + 1 - len(worth[j])
        behind[first : j + 1] = np.logaddexp(behind[first : j + 1], worth[j] + behind[j + 1])
    return np.asarray(np.clip(np.exp(ahead[:count] + behind[:count] - ahead[count]), 0.0, 1.0), np.float64)


def _summed(values: Numbers) -> float:
    """The logarithm of the sum of exponentials."""
    most = float(values.max())
    return most + math.log(float(np.exp(values - most).sum()))

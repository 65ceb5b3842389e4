"""Classes of unequal size: weights for the loss, a sampler, fewer of the many, SMOTE for embeddings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from plugin_core.errors import ZimuError

Numbers = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.floating]


def class_weights(labels: Sequence[int] | Numbers, classes: int, *, power: float = 1.0) -> npt.NDArray[np.float32]:
    """
    Weights of the classes for a loss, mean 1 over the samples: (how many / how often)^power. Unknown (-1) do not count.

    A class that never occurs gets 0: nothing can be weighed.
    """
    times = _counts(labels, classes)
    weights = np.zeros(classes)
    seen = times > 0
    weights[seen] = (times.sum() / (seen.sum() * times[seen])) ** power
    mean = float((weights * times).sum() / max(1, times.sum()))
    return (weights / mean if mean else weights).astype(np.float32)


def sampled(labels: Sequence[int] | Numbers, count: int, *, seed: int, power: float = 1.0) -> Numbers:
    """*count* sample numbers, drawn so that classes are equally likely (power 1) or as they come (0)."""
    array = np.asarray(labels)
    known = np.flatnonzero(array >= 0)
    times = np.bincount(array[known])
    share = (1.0 / times[array[known]]) ** power
    return np.asarray(np.random.default_rng(seed).choice(known, count, p=share / share.sum()), np.int64)


def undersampled(labels: Sequence[int] | Numbers, *, seed: int, most: int = 0) -> Numbers:
    """Sample numbers in their order with no class more frequent than *most*, or than the rarest one."""
    array = np.asarray(labels)
    chance = np.random.default_rng(seed)
    groups = [np.flatnonzero(array == one) for one in np.unique(array[array >= 0])]
    limit = most or min((len(group) for group in groups), default=0)
    kept = [chance.permutation(group)[:limit] for group in groups]
    return np.sort(np.concatenate(kept)).astype(np.int64) if kept else np.zeros(0, np.int64)


def smote(
    vectors: Vectors, labels: Sequence[int] | Numbers, *, seed: int, neighbours: int = 5
) -> tuple[Vectors, Numbers]:
    """
    Every class as often as the most frequent one: *vectors* [N, D] and new ones on lines between near ones of a class.

    For embeddings only: between two pictures or two sounds lies no third, so anything but [N, D] floats is refused, and
    so is a class with one sample, which has no neighbour. The first N stay as they are.
    """
    array = np.asarray(labels)
    if vectors.ndim != 2 or not np.issubdtype(vectors.dtype, np.floating):
        raise ZimuError(
            "balance.smote",
            "SMOTE needs embeddings: one row of floats a sample.",
            "Oversample pictures and sounds with a sampler.",
        )
    if len(vectors) != len(array):
        raise ZimuError("balance.smote", f"There are {len(vectors)} vectors and {len(array)} labels.")
    chance = np.random.default_rng(seed)
    names, times = np.unique(array[array >= 0], return_counts=True)
    made, said = [vectors], [array]
    for one, many in zip(names.tolist(), times.tolist(), strict=True):
        missing = int(times.max()) - many
        if missing:
            made.append(_between(vectors[array == one], missing, neighbours, chance, one))
            said.append(np.full(missing, one, array.dtype))
    return np.concatenate(made), np.concatenate(said).astype(np.int64)


def _between(rows: Vectors, count: int, neighbours: int, chance: np.random.Generator, label: int) -> Vectors:
    if len(rows) < 2:
        raise ZimuError(
            "balance.single",
            f"Class {label} has one sample: there is nothing to interpolate.",
            "Annotate more, or merge it.",
        )
    away = ((rows[:, None] - rows[None]) ** 2).sum(-1)
    np.fill_diagonal(away, np.inf)
    near = np.argsort(away, axis=1)[:, : min(neighbours, len(rows) - 1)]
    begin = chance.integers(len(rows), size=count)
    other = near[begin, chance.integers(near.shape[1], size=count)]
    share = chance.random((count, 1)).astype(rows.dtype)
    return np.asarray(rows[begin] + share * (rows[other] - rows[begin]), rows.dtype)


def _counts(labels: Sequence[int] | Numbers, classes: int) -> npt.NDArray[np.int64]:
    array = np.asarray(labels, np.int64)
    if len(array) and array.max() >= classes:
        raise ZimuError("balance.label", f"Label {int(array.max())} is not among {classes} classes.")
    return np.bincount(array[array >= 0], minlength=classes)

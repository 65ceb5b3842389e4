"""
Does a caption say what the others of its video say? Equations (18) and (19) of the paper.

An n-gram counts as it is frequent in a caption and rare among the videos; the score of a caption is the mean over the
orders and over the other captions of its video of the cosines. Words without content are in all videos, count little.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

ORDERS = 4  # n-grams of one to so many tokens
Values = npt.NDArray[np.float64]
_Whole = npt.NDArray[np.int64]


def scores(captions: Sequence[Sequence[str]], videos: Sequence[Hashable], orders: int = ORDERS) -> Values:
    """
    A score, 0 to 1, for each caption (a row of tokens) of the video of the same place; nan where a video has only one.

    The documents of the frequencies are the videos that are given: with few of them every word is frequent.
    """
    of_video = _numbered(videos)
    others = np.bincount(of_video)[of_video] - 1 if len(captions) else np.zeros(0)
    total = np.zeros(len(captions))
    for caption, gram in _grams(captions, orders):
        total += _cosines(caption, gram, of_video)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Values = np.where(others > 0, total / (orders * others), np.nan)
    return found


def _cosines(caption: _Whole, gram: _Whole, of_video: _Whole) -> Values:
    """
    For each caption the sum of its cosines to the others of its video, for n-grams of one order.

    *caption* and *gram*: where each n-gram occurs. With unit vectors that sum is the product of a vector with the sum
    of the video's, less its product with itself.
    """
    many, videos = int(gram.max(initial=-1)) + 1, int(of_video.max(initial=-1)) + 1
    pairs, times = np.unique(caption * many + gram, return_counts=True)
    caption, gram = pairs // max(many, 1), pairs % max(many, 1)
    entries, entry = np.unique(of_video[caption] * many + gram, return_inverse=True)
    rarity = np.log(videos / np.maximum(1, np.bincount(entries % max(many, 1), minlength=many)))
    weight = times * rarity[gram]
    norm = np.sqrt(np.bincount(caption, weight**2, len(of_video)))
    unit = weight / np.where(norm > 0, norm, 1)[caption]
    of_all = np.bincount(entry, unit, len(entries))
    return np.bincount(caption, unit * (of_all[entry] - unit), len(of_video)).astype(np.float64)


def _grams(captions: Sequence[Sequence[str]], orders: int) -> list[tuple[_Whole, _Whole]]:
    """For each order the caption and the number of every n-gram that occurs."""
    caption = np.repeat(np.arange(len(captions)), [len(tokens) for tokens in captions]).astype(np.int64)
    single = _numbered([token for tokens in captions for token in tokens])
    found, gram = [(caption, single)], single
    for order in range(2, orders + 1):
        inside = caption[order - 1 :] == caption[: -order + 1] if len(caption) >= order else np.zeros(0, bool)
        kinds = int(single.max(initial=0)) + 1
        longer = gram[: len(inside)] * kinds + single[order - 1 :][: len(inside)]
        gram = np.unique(longer, return_inverse=True)[1].astype(np.int64)
        found.append((caption[: len(inside)][inside], _numbered(gram[inside].tolist())))
    return found


def _numbered(values: Sequence[Hashable]) -> _Whole:
    """Each value by the place of its first appearance among the different ones."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)

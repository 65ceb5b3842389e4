"""Features of videos that are not here, made from their English captions: what the students are measured on instead.

What people said of a video stands for what is to be seen. Every content word has a fixed random vector; a word lies in
one region of the picture; each frame loses some of the words; a region is the rectified sum of its words' vectors, with
noise; a frame is the mean of its regions, as in a ResNet. All is standardised by the mean and the deviation of the
training videos. The noise is such that NIC and ConvCap, alone, come near what they score on the real videos in the
paper's Table 1; with less of it, the students surpass the teacher, who then has nothing to tell them.

These features prove that the machinery works and which way distillation goes. They say nothing about real video, and
every table made with them says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.captioner.examples import Features
from models.captioner.vocabulary import Vocabulary

_FUNCTION = """
a an the is are was were be being been am and or of in on at to with by for from into onto over under up down out off
through around near next it its he she his her him they them their this that these those there while as has have having
s some something someone who which what very then so
"""
FUNCTION = frozenset(_FUNCTION.split())


def seen(captions: Sequence[Sequence[str]], share: float = 0.1) -> list[str]:
    """The content words that at least *share* of a video's captions name."""
    least = max(1.0, share * len(captions))
    counts: dict[str, int] = {}
    for caption in captions:
        for word in set(caption) - FUNCTION:
            counts[word] = counts.get(word, 0) + 1
    return sorted(word for word, count in counts.items() if count >= least)


def simulate(
    captions: Mapping[str, Sequence[Sequence[str]]],
    training: Sequence[str],
    *,
    noise: float = 8.0,
    forget: float = 0.4,
    frames: int = 10,
    regions: int = 4,
    size: int = 2048,
    seed: int = 0,
) -> Features:
    """
    Features of all videos of *captions* (English token lists); float16.

    *noise* is the deviation of a frame's noise, where a word's vector has one of 1 in each dimension; *forget* the
    chance that a frame does not show a word; *training* the videos of which mean and deviation are taken.
    """  # fmt: skip
    chance = np.random.default_rng(seed)
    words = {video: seen(said) for video, said in captions.items()}
    numbers = Vocabulary.of(words.values()).numbers
    vectors = chance.standard_normal((len(numbers), size), dtype=np.float32)
    grid = np.empty((len(words), frames, regions, size), np.float16)
    for place, named in enumerate(words.values()):
        where = chance.integers(0, regions, len(named))
        shown = chance.random((frames, len(named))) >= forget
        mask = (shown[:, None] & (where == np.arange(regions)[:, None])).astype(np.float32) * regions
        signal = np.maximum(mask @ vectors[[numbers[word] for word in named]], 0)
        grid[place] = signal + noise * regions**0.5 * chance.standard_normal(signal.shape, dtype=np.float32)
    videos = list(words)
    known = [videos.index(video) for video in training]
    mean, deviation = _moments([grid[place].mean(1, dtype=np.float32) for place in known])
    pooled = np.empty((len(words), frames, size), np.float16)
    for place in range(len(words)):
        pooled[place] = (grid[place].mean(1, dtype=np.float32) - mean) / deviation
        grid[place] = (grid[place] - mean) / deviation
    return Features(videos, pooled, grid)


def _moments(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of each dimension over all frames of some videos."""
    mean = np.mean([row.mean(0) for row in rows], 0)
    square = np.mean([((row - mean) ** 2).mean(0) for row in rows], 0)
    return mean, np.sqrt(square) + 1e-6

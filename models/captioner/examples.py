"""Batches for teacher and students: captions, and what they are said of.

A source knows how many captions it has and makes a batch of any of them. Batches come in an order that depends on the
seed and on the number of the step only, so a run that is resumed sees what it would have seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.captioner.captioner import Tensors
from models.captioner.distillation import Schedule
from models.captioner.trees import Tree
from models.captioner.triples import graphs
from models.captioner.vocabulary import BEGIN, END, PAD, Vocabulary

LONGEST = 28  # tokens of a caption that are learned


class Caption(NamedTuple):
    """One caption of a video, as numbers without marks."""

    video: str
    tokens: tuple[int, ...]


def captions(texts: Mapping[str, Sequence[Sequence[str]]], vocabulary: Vocabulary) -> list[Caption]:
    """All captions (token lists) of all videos, in order; an empty one is left out."""
    return [
        Caption(video, tuple(vocabulary.read(text[:LONGEST]))) for video, said in texts.items() for text in said if text
    ]


def filled(rows: Sequence[Sequence[int]]) -> Tensor:
    """[batch, longest + 2]: each row between BEGIN and END, then PAD."""
    tokens = torch.full((len(rows), max(map(len, rows)) + 2), PAD)
    for place, row in enumerate(rows):
        tokens[place, : len(row) + 2] = torch.tensor([BEGIN, *row, END])
    return tokens


class Source(Protocol):
    """Where batches come from."""

    def __len__(self) -> int:
        """The number of captions."""

    def batch(self, places: Sequence[int], chance: random.Random) -> Tensors:
        """The captions at *places*, with whatever is drawn for them."""


class English:
    """Chinese captions with the graph of any English caption of the same video: the teacher's source."""

    def __init__(
        self, said: Sequence[Caption], trees: Mapping[str, Sequence[Tree]], words: Vocabulary, relations: Vocabulary
    ) -> None:
        """*trees* by video; ValueError names the first video without any."""
        self.said, self.trees, self.words, self.relations = said, trees, words, relations
        for caption in said:
            if not trees.get(caption.video):
                raise ValueError(f"video {caption.video} has Chinese captions and no English one")

    def __len__(self) -> int:
        return len(self.said)

    def batch(self, places: Sequence[int], chance: random.Random) -> Tensors:
        """One English caption is drawn for each."""
        taken = [self.said[place] for place in places]
        return self.of([chance.choice(self.trees[caption.video]) for caption in taken]) | {
            "tokens": filled([caption.tokens for caption in taken])
        }

    def of(self, trees: Sequence[Tree]) -> Tensors:
        """The graphs only."""
        return graphs(trees, self.words, self.relations)


class Soft(NamedTuple):
    """What is kept of the teacher's distribution before each token of each caption and END, at one temperature."""

    numbers: npt.NDArray[np.int32]  # [captions, longest, K]
    shares: npt.NDArray[np.float16]
    temperature: float

    def save(self, path: Path) -> None:
        """One .npz."""
        np.savez(path, numbers=self.numbers, shares=self.shares, temperature=np.float64(self.temperature))

    @classmethod
    def load(cls, path: Path) -> Soft:
        """What ``save`` wrote."""
        with np.load(path) as stored:
            return cls(stored["numbers"], stored["shares"], float(stored["temperature"]))


class Features:
    """The features of videos: ``frames`` [videos, frames, size], ``grid`` [videos, frames, regions, size] or none."""

    def __init__(self, videos: Sequence[str], frames: npt.NDArray[Any], grid: npt.NDArray[Any] | None = None) -> None:
        if frames.ndim != 3 or len(frames) != len(videos):
            raise ValueError(f"features have the shape {frames.shape}, not ({len(videos)}, frames, size)")
        expected = (*frames.shape[:2], "regions", frames.shape[2])
        if grid is not None and (grid.ndim != 4 or (*grid.shape[:2], "regions", grid.shape[3]) != expected):
            raise ValueError(f"the grid has the shape {grid.shape}, not {expected}")
        self.places = {video: place for place, video in enumerate(videos)}
        self.frames, self.grid = frames, grid

    def of(self, videos: Sequence[str], *, grid: bool = False) -> Tensors:
        """A batch of these videos; KeyError names one without features."""
        rows = np.array([self.places[video] for video in videos])
        found = {"frames": torch.from_numpy(np.asarray(self.frames[rows], np.float32))}
        if grid and self.grid is not None:
            found["grid"] = torch.from_numpy(np.asarray(self.grid[rows], np.float32))
        return found


class Video:
    """Captions with the frames of their video, and with what the teacher said: the students' source."""

    def __init__(
        self, said: Sequence[Caption], features: Features, *, grid: bool = False, soft: Soft | None = None
    ) -> None:
        if soft is not None and len(soft.numbers) != len(said):
            raise ValueError(f"the teacher was asked about {len(soft.numbers)} captions, and there are {len(said)}")
        self.said, self.features, self.grid, self.soft = said, features, grid, soft

    def __len__(self) -> int:
        return len(self.said)

    def batch(self, places: Sequence[int], chance: random.Random) -> Tensors:  # noqa: ARG002 - nothing is drawn
        """The captions with their frames."""
        taken = [self.said[place] for place in places]
        found = self.features.of([caption.video for caption in taken], grid=self.grid)
        found["tokens"] = filled([caption.tokens for caption in taken])
        if self.soft is not None:
            rows, length = np.array(places), found["tokens"].shape[1] - 1
            found["numbers"] = torch.from_numpy(self.soft.numbers[rows, :length].astype(np.int64))
            found["shares"] = torch.from_numpy(self.soft.shares[rows, :length].astype(np.float32))
        return found


TOGETHER = 16  # batches whose captions are sorted by length before they are cut


def through(count: int, size: int, chance: random.Random, lengths: Sequence[int] = ()) -> list[list[int]]:
    """
    The batches of one time through *count* captions, in random order; what is left over is dropped.

    Where *lengths* are given, captions of about one length go together, so that little filling is computed.
    """  # fmt: skip
    order = list(range(count))
    chance.shuffle(order)
    if lengths:
        span = TOGETHER * size
        order = [place for i in range(0, count, span) for place in sorted(order[i : i + span], key=lengths.__getitem__)]
    found = [order[i : i + size] for i in range(0, count - size + 1, size)]
    if lengths:
        chance.shuffle(found)
    return found


def batches(
    source: Source,
    size: int,
    seed: int,
    *,
    first: int = 0,
    process: int = 0,
    processes: int = 1,
    steps: int = 0,
    schedule: Schedule | None = None,
    lengths: Sequence[int] = (),
) -> Iterator[Tensors]:
    """
    Endless, from step *first* on: every caption once each time through, *size* for each of *processes*.

    With a *schedule*, each batch says how much the teacher's word weighs at its step of *steps*. *lengths* as for
    ``through``.
    """  # fmt: skip
    step, order, times = first, list[list[int]](), -1
    whole = min(size * processes, len(source))
    each_time = len(source) // whole
    while True:
        if step // each_time != times:
            times = step // each_time
            order = through(len(source), whole, random.Random(seed * 1_000_003 + times), lengths)
        taken = order[step % each_time][process::processes]
        batch = source.batch(taken, random.Random((seed * 1_000_003 + step) * processes + process))
        if schedule is not None:
            batch["guidance"] = torch.tensor(schedule.guidance(step / max(steps, 1)))
        yield batch
        step += 1

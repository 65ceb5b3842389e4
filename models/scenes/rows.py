"""Films as arrays on disk, and rows of shots cut out of them.

A film is a folder: ``pictures.npy`` [instants, clip, 64, 112, 3], ``measures.npy``, ``indexes.npy`` (the frame each
instant begins at), ``sounds.npy`` [seconds, ...], and ``film.json``: its shots with their truth and text. A batch is a
dictionary of tensors: what the model takes, and ``TRUTH``: the label of every group (-1: not known; of a group of many
0 and 1 for each), ``begins``, and ``scene``, the number of the scene in its film.

Batch *n* of a seed is always the same, in one process or cut up among several.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.scenes.config import Config, Training
from models.scenes.data import augment, balance
from plugin_core.engines.scenes import BRANCHES
from plugin_core.scenes.features import spread, text_ids
from plugin_core.scenes.recognising import heard

Array = npt.NDArray[Any]
TRUTH = ("begins", "scene")  # beside the groups
MILD = augment.Strength(crop=0.1, brightness=0.1, contrast=0.12, saturation=0.15, hue=0.02)  # night stays night
UNREAD = 0.06  # share of the characters
NOISE = 0.2  # of a number of a vector


@dataclass(frozen=True)
class Shot:
    """A shot and what is true of it: *labels* of each group a name, of a group of many a list, None if not known."""

    first: int
    last: int
    start: int
    end: int
    scene: int
    labels: Mapping[str, Any]
    text: str = ""


class Film:
    """One film; its arrays stay on disk."""

    def __init__(self, folder: Path, config: Config) -> None:
        table = json.loads((folder / "film.json").read_text("utf-8"))
        self.name, self.config = str(table["name"]), config
        self.shots = [Shot(**shot) for shot in table["shots"]]
        self.pictures, self.measures, self.indexes, self.sounds = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("pictures", "measures", "indexes", "sounds")
        )

    @cached_property
    def texts(self) -> Array:
        """[shots, characters, 3]."""
        ids = [text_ids(shot.text, self.config.shapes.characters) for shot in self.shots]
        return np.stack(ids)

    @cached_property
    def places(self) -> dict[str, list[Array]]:
        """Which instants and which seconds are in each shot."""
        edges = [np.searchsorted(self.indexes, [shot.first, shot.last + 1]) for shot in self.shots]
        seconds = len(self.sounds)
        return {
            "pictures": [np.arange(*edge) for edge in edges],
            "sounds": [heard(shot, seconds) for shot in self.shots],
        }

    @cached_property
    def truth(self) -> dict[str, Array]:
        """Of every shot: numbers for ``TRUTH`` and all groups."""
        scenes = np.array([shot.scene for shot in self.shots], np.int64)
        begins = np.concatenate([[-1.0], np.diff(scenes) != 0]).astype(np.float32)
        return {"scene": scenes, "begins": begins} | {
            name: np.stack([_numbered(shot.labels.get(name), group.labels, group.many) for shot in self.shots])
            for name, group in self.config.groups.items()
        }


def _numbered(said: Any, labels: Sequence[str], many: bool) -> Array:
    """A label as its number, several as 0 and 1; ValueError for a label that there is not."""
    names = [] if said is None else said if isinstance(said, list) else [said]
    if unknown := [name for name in names if name not in labels]:
        raise ValueError(f"there is no label {unknown[0]!r} among {', '.join(labels)}")
    if many:
        return np.array([-1.0 if said is None else float(name in names) for name in labels], np.float32)
    return np.array(labels.index(names[0]) if names else -1, np.int64)


def films(folder: Path, config: Config) -> list[Film]:
    """All of a folder, by name."""
    return [Film(path.parent, config) for path in sorted(folder.glob("*/film.json"))]


def write(folder: Path, name: str, shots: Sequence[Mapping[str, Any]], arrays: Mapping[str, Array]) -> None:
    """A film to a folder; ``film.json`` is last, so that one without it is not complete."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in arrays.items():
        np.save(folder / f"{key}.npy", value)
    table = {"name": name, "shots": list(shots)}
    (folder / "film.json").write_text(json.dumps(table, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Cut:
    """Which shots are taken (*first*, *count*), how much of each, and what is left out. None: everything, evenly."""

    first: int
    count: int
    instants: int
    seconds: int
    chance: np.random.Generator | None = None
    missing: tuple[str, ...] = ()


def row(film: Film, cut: Cut, length: int = 0) -> dict[str, Array]:
    """One sample: the shots of a cut, filled up to *length*, with their truth."""
    length = max(length, cut.count)
    numbers = range(cut.first, min(cut.first + cut.count, len(film.shots)))
    made: dict[str, Array] = {
        "pictures": np.zeros((length, cut.instants, *film.pictures.shape[1:]), film.pictures.dtype),
        "measures": np.zeros((length, cut.instants, film.measures.shape[1]), np.float32),
        "pictures_mask": np.zeros((length, cut.instants), np.float32),
        "sounds": np.zeros((length, cut.seconds, *film.sounds.shape[1:]), np.float32),
        "sounds_mask": np.zeros((length, cut.seconds), np.float32),
        "texts": np.zeros((length, *film.texts.shape[1:]), film.texts.dtype),
        "texts_mask": np.zeros(length, np.float32),
        "shots_mask": np.zeros(length, np.float32),
    }
    made["shots_mask"][: len(numbers)] = 1.0
    for at, number in enumerate(numbers):
        _fill(made, film, at, number, cut)
    return made | _truth(film, numbers, length)


def _fill(made: dict[str, Array], film: Film, at: int, number: int, cut: Cut) -> None:
    for name in ("pictures", "sounds"):
        places = film.places[name][number]
        if name in cut.missing or not len(places):
            continue
        chosen = places[_chosen(len(places), made[name].shape[1], cut.chance)]
        made[name][at, : len(chosen)] = getattr(film, name)[chosen]
        made[f"{name}_mask"][at, : len(chosen)] = 1.0
        if name == "pictures":
            made["measures"][at, : len(chosen)] = film.measures[chosen]
    if "texts" not in cut.missing and film.shots[number].text:
        made["texts"][at] = film.texts[number]
        made["texts_mask"][at] = 1.0


def _chosen(count: int, most: int, chance: np.random.Generator | None) -> Array:
    """Evenly, or by chance one of each part."""
    if count <= most or chance is None:
        return spread(count, most)
    edges = np.arange(most + 1) * count / most
    return np.floor(edges[:-1] + chance.random(most) * np.diff(edges)).astype(np.int64)


def _truth(film: Film, numbers: range, length: int) -> dict[str, Array]:
    found = {}
    for name, values in film.truth.items():
        found[name] = np.full((length, *values.shape[1:]), -1, values.dtype)
        found[name][: len(numbers)] = values[numbers.start : numbers.stop]
    found["begins"][0] = -1.0  # what is before the row is not seen
    return found


def augmented(made: dict[str, Array], chance: np.random.Generator) -> dict[str, Array]:
    """Another take of the same row: cropped, mirrored, other colours; another pitch and level, a band and a moment of
    every second left out; characters that cannot be read; measures a little off."""
    pictures = augment.pictures(made["pictures"], chance, MILD)
    measures = made["measures"] * (1 + chance.normal(0, 0.05, made["measures"].shape[-1]))
    mel = made["sounds"].ndim == 4
    return made | {
        "pictures": pictures, "measures": measures.astype(np.float32),
        "sounds": augment.mel(made["sounds"], chance) if mel else made["sounds"],
        "texts": made["texts"] * (chance.random(made["texts"].shape[:-1]) > UNREAD)[..., None],
    }  # fmt: skip


def shaken(made: dict[str, Array], chance: np.random.Generator) -> dict[str, Array]:
    """Another take of a row of vectors: some noise, as other pictures and sounds would have made."""
    return made | {
        name: (made[name] * (1 + chance.normal(0, NOISE, made[name].shape))).astype(np.float32) for name in BRANCHES
    }


def sample(known: Sequence[Film], training: Training, seed: int, number: int) -> dict[str, Array]:
    """The sample with this *number*: always the same one."""
    chance = np.random.default_rng((seed, number))
    film = known[int(chance.integers(len(known)))]
    first = int(chance.integers(max(1, len(film.shots) - training.row + 1)))
    missing = [name for name in BRANCHES if chance.random() < training.missing]
    if len(missing) == len(BRANCHES):
        missing = []
    cut = Cut(first, training.row, training.instants, training.seconds, chance, tuple(missing))
    made = row(film, cut)
    if not training.augment:
        return made
    return augmented(made, chance) if made["pictures"].dtype == np.uint8 else shaken(made, chance)


def batches(
    known: Sequence[Film], training: Training, seed: int, *, first: int = 0, process: int = 0, processes: int = 1
) -> Iterator[dict[str, Tensor]]:
    """Endless batches from the one numbered *first* on; each process gets its part of every batch."""
    if training.batch % processes:
        raise ValueError(f"a batch of {training.batch} rows cannot be shared by {processes} processes")
    number = first
    while True:
        mine = range(process * training.batch // processes, (process + 1) * training.batch // processes)
        yield stacked([sample(known, training, seed, number * training.batch + place) for place in mine])
        number += 1


def stacked(rows: Sequence[Mapping[str, Array]]) -> dict[str, Tensor]:
    """Samples of one length to a batch."""
    return {name: torch.from_numpy(np.stack([made[name] for made in rows])) for name in rows[0]}


def class_weights(known: Sequence[Film], config: Config) -> dict[str, Tensor]:
    """
    How much a label counts: the square root of how rare it is, 1 on average; 0 for what never occurs. Of a group of
    many: how much what holds counts against what does not, at most 4.
    """
    found = {}
    for name, group in config.groups.items():
        truth = np.concatenate([film.truth[name] for film in known])
        if group.many:
            share = np.clip((truth == 1).sum(0) / np.maximum(1, (truth >= 0).sum(0)), 1e-3, 1.0)
            found[name] = torch.from_numpy(np.clip(np.sqrt((1 - share) / share), 0.5, 4.0).astype(np.float32))
            continue
        found[name] = torch.from_numpy(balance.class_weights(truth, len(group.labels), power=0.5))
    return found

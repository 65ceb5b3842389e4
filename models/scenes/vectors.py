"""Films as the vectors that encoders make of them: what a fusion is trained and measured on."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.scenes.model import Recogniser
from models.scenes.rows import Cut, Film, row, stacked
from plugin_core.engines.scenes import BRANCHES, NAMES

Array = npt.NDArray[Any]
Encode = Callable[[str, Array], Array]  # a branch and its inputs (n, ...) to vectors (n, dimension)
BATCH = 32


class Seen(Film):
    """A film whose pictures, sounds and texts are vectors (pictures with their measures beside them)."""

    def __init__(self, film: Film, made: Mapping[str, Array]) -> None:
        self.name, self.config, self.shots, self.indexes = film.name, film.config, film.shots, film.indexes
        self.pictures, self.sounds, self.spoken = (made[name] for name in BRANCHES)
        self.measures = np.zeros((len(self.pictures), 0), np.float32)
        self.places, self.truth = film.places, film.truth

    @property
    def texts(self) -> Array:
        """[shots, dimension]."""
        return self.spoken


def encoded(film: Film, encode: Encode) -> dict[str, Array]:
    """The vectors of a film."""
    made = {"sounds": _batched(encode, "sounds", film.sounds), "texts": _batched(encode, "texts", film.texts)}
    pictures, measures = _batched(encode, "pictures", film.pictures), np.asarray(film.measures, np.float32)
    return made | {"pictures": np.concatenate([pictures, measures], 1)}


def _batched(encode: Encode, branch: str, inputs: Array) -> Array:
    kind = np.float32 if inputs.dtype == np.float16 else inputs.dtype  # sounds are kept in half
    if not len(inputs):  # a film without sound: no vectors, but as long as others
        return encode(branch, np.zeros((1, *inputs.shape[1:]), kind))[:0]
    parts = (np.asarray(inputs[at : at + BATCH], kind) for at in range(0, len(inputs), BATCH))
    return np.concatenate([encode(branch, part) for part in parts])


def encoder(model: Recogniser) -> Encode:
    """What the encoders of a network make of inputs."""

    def encode(branch: str, inputs: Array) -> Array:
        with torch.no_grad():
            return np.asarray(model.branches[branch](torch.from_numpy(np.array(inputs))).float().numpy())

    return encode


def seen_by(film: Film, encode: Encode | Recogniser) -> Seen:
    """A film as an engine or a network sees it."""
    return Seen(film, encoded(film, encoder(encode.eval()) if isinstance(encode, Recogniser) else encode))


def all_seen(films: Sequence[Film], model: Recogniser, folder: Path) -> list[Film]:
    """Films as *model* sees them; *folder* keeps the vectors: several fusions need them made only once."""
    numbers = b"".join(value.numpy().tobytes() for _, value in sorted(model.branches.state_dict().items()))
    kept, found = folder / f"seen-{zlib.crc32(numbers):08x}", []
    kept.mkdir(parents=True, exist_ok=True)
    for film in films:
        path = kept / f"{film.name}.npz"
        if not path.exists():
            made = encoded(film, encoder(model.eval()))
            np.savez(path.with_suffix(".part.npz"), **made)
            path.with_suffix(".part.npz").replace(path)
        with np.load(path) as arrays:
            found.append(Seen(film, {name: arrays[name] for name in BRANCHES}))
    return found


def whole(film: Film, missing: Sequence[str] = ()) -> dict[str, Array]:
    """All shots of a film in one row, everything evenly, as the product does."""
    shapes = film.config.shapes
    return row(film, Cut(0, len(film.shots), shapes.instants, shapes.seconds, missing=tuple(missing)))


def inputs(made: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """A row of vectors as the fusion takes it: a batch of one."""
    return {name: value for name, value in stacked([made]).items() if name in NAMES}

"""Films as the vectors that encoders make of them: what a fusion is trained and measured on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.scenes.model import Recogniser
from models.scenes.rows import Cut, Film, row, stacked
from plugin_core.engines.scenes import NAMES

Array = npt.NDArray[Any]
Encode = Callable[[str, Array], Array]  # a branch and its inputs (n, ...) to vectors (n, dimension)
BATCH = 32


class Seen(Film):
    """A film whose pictures, sounds and texts are vectors (pictures with their measures beside them)."""

    def __init__(self, film: Film, encode: Encode) -> None:
        self.name, self.config, self.shots, self.indexes = film.name, film.config, film.shots, film.indexes
        measures = np.asarray(film.measures, np.float32)
        self.pictures = np.concatenate([_batched(encode, "pictures", film.pictures), measures], 1)
        self.measures = np.zeros((len(measures), 0), np.float32)
        self.sounds = _batched(encode, "sounds", film.sounds)
        self.spoken = _batched(encode, "texts", film.texts)
        self.places, self.truth = film.places, film.truth

    @property
    def texts(self) -> Array:
        """[shots, dimension]."""
        return self.spoken


def _batched(encode: Encode, branch: str, inputs: Array) -> Array:
    pieces = [encode(branch, np.asarray(inputs[at : at + BATCH])) for at in range(0, len(inputs), BATCH)]
    return np.concatenate(pieces) if pieces else np.zeros((0, 1), np.float32)


def encoder(model: Recogniser) -> Encode:
    """What the encoders of a network make of inputs."""

    def encode(branch: str, inputs: Array) -> Array:
        given = torch.from_numpy(np.array(inputs))
        given = given.float() if branch == "sounds" else given
        with torch.no_grad():
            return np.asarray(model.branches[branch](given).float().numpy())

    return encode


def seen_by(film: Film, model: Recogniser) -> Seen:
    """A film as *model* sees it."""
    return Seen(film, encoder(model.eval()))


def whole(film: Film, missing: Sequence[str] = ()) -> dict[str, Array]:
    """All shots of a film in one row, everything evenly, as the product does."""
    shapes = film.config.shapes
    return row(film, Cut(0, len(film.shots), shapes.instants, shapes.seconds, missing=tuple(missing)))


def inputs(made: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """A row of vectors as the fusion takes it: a batch of one."""
    return {name: value for name, value in stacked([made]).items() if name in NAMES}

"""Key frames with their annotations as a torch data set: real footage for ``models.scenes`` and for whoever trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, WeightedRandomSampler

from models.scenes.data import augment, extract
from models.scenes.data.annotations import Annotation, check_frames, known_labels, spread
from models.scenes.data.balance import class_weights
from plugin_core.scenes.labels import groups


class KeyFrameSet(Dataset[dict[str, Any]]):
    """
    One sample an annotated key frame.

    ``picture`` uint8 [height, width, 3]; ``sound`` float32 [samples] and ``text``, with ``has_sound`` and ``has_text``
    False where the film has none; a label number for every group (-1: nothing was said), of a group of many a row of 0
    and 1 (-1 throughout where nothing was said). With *strength*, picture and sound are augmented anew every epoch
    (``epoch`` is set by the trainer); a sample depends on *seed*, the epoch and its number only.
    """

    def __init__(
        self,
        folders: Mapping[str, Path],
        annotations: Sequence[Annotation],
        *,
        strength: augment.Strength | None = None,
        seed: int = 0,
    ) -> None:
        self.films = {film: extract.load(folder) for film, folder in folders.items()}
        check_frames(annotations, {film: len(found) for film, found in self.films.items()})
        self.rows, self.strength, self.seed, self.epoch = spread(annotations), strength, seed, 0
        self.known = known_labels()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        one = self.rows[index]
        film = self.films[one.film]
        picture = film.pictures[one.number]
        sound = film.sound[one.number] if film.sound is not None else np.zeros(round(16_000 / film.rate), np.float32)
        if self.strength:
            chance = np.random.default_rng([self.seed, self.epoch, index])
            picture = augment.pictures(picture, chance, self.strength)
            sound = augment.sound(sound, chance, self.strength) if film.sound is not None else sound
        text = one.text or (film.texts[one.number] if film.texts is not None else "")
        return {
            "frame_id": one.frame_id,
            "picture": torch.from_numpy(np.ascontiguousarray(picture)),
            "sound": torch.from_numpy(np.ascontiguousarray(sound)),
            "has_sound": film.sound is not None,
            "text": text,
            "has_text": bool(text),
            **{group: self._label(one, group) for group in self.known},
        }

    def _label(self, one: Annotation, group: str) -> Tensor:
        names, value = self.known[group], one.labels.get(group)
        if groups()[group].many:
            row = [-1.0] * len(names) if value is None else [float(name in value) for name in names]
            return torch.tensor(row)
        return torch.tensor(names.index(str(value)) if value is not None else -1)

    def numbers(self, group: str) -> list[int]:
        """The label number of every sample, -1 where nothing was said; of a group with one answer."""
        names = self.known[group]
        return [names.index(str(one.labels[group])) if group in one.labels else -1 for one in self.rows]

    def sampler(self, group: str, *, count: int = 0) -> WeightedRandomSampler:
        """Draws every label of *group* equally often; samples without one are left out."""
        numbers = np.array(self.numbers(group))
        weights = np.append(class_weights(numbers, len(self.known[group])), 0.0)[numbers]  # -1 takes the last: 0
        chance = torch.Generator().manual_seed(self.seed)
        return WeightedRandomSampler(weights.tolist(), count or len(self.rows), generator=chance)

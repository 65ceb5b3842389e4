"""Tiny films as arrays: noise in which every label can be read from one modality."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from models.scenes import rows
from models.scenes.config import STARTER, Branch, Config, Fusion, Training
from plugin_core.engines.scenes import Shapes
from plugin_core.scenes.features import HEIGHT, MEASURES, WIDTH

LABELS = {
    "place": ("indoor", "outdoor"),
    "emotion": ("tense", "sad"),
    "mood": ("tense", "calm"),
    "scene_type": ("calm_indoor", "calm_outdoor"),
}
TINY = Config(
    pictures=Branch("mobile", 16, 0.5), sounds=Branch("crnn", 16, 0.5), texts=Branch("characters", 16, 0.4),
    fusion=Fusion(width=16, heads=2, layers=1, embedding=8, dropout=0.0),
    shapes=Shapes(instants=3, seconds=3, characters=16, window=6), labels=LABELS,
)  # fmt: skip
SHORT = Training(batch=4, row=4, instants=2, seconds=2, missing=0.2)


def film(folder: Path, seed: int, shots: int = 8) -> Path:
    """A film of shots of two seconds; every two are a scene."""
    chance = np.random.default_rng(seed)
    bright, loud = chance.integers(0, 2, shots // 2), chance.integers(0, 2, shots // 2)
    told: list[dict[str, Any]] = []
    for number in range(shots):
        scene = number // 2
        told.append({
            "first": number * 50, "last": number * 50 + 49, "start": number * 2000, "end": number * 2000 + 2000,
            "scene": scene, "text": "come quickly" if loud[scene] else "",
            "labels": {
                "place": LABELS["place"][bright[scene]], "emotion": LABELS["emotion"][loud[scene]],
                "mood": ["tense"] if loud[scene] else [], "scene_type": LABELS["scene_type"][bright[scene]],
            },
        })  # fmt: skip
    levels = np.repeat(bright, 8) * 150 + 40
    pictures = chance.integers(0, 40, (len(levels), 1, HEIGHT, WIDTH, 3)) + levels[:, None, None, None, None]
    sounds = chance.random((shots * 2, 100, 64)) * 0.3 + np.repeat(loud, 4)[:, None, None] * 2
    arrays = {
        "pictures": pictures.astype(np.uint8), "measures": chance.random((len(levels), MEASURES)).astype(np.float32),
        "indexes": np.arange(len(levels)) * 12.5, "sounds": sounds.astype(np.float16),
    }  # fmt: skip
    rows.write(folder, folder.name, told, arrays)
    return folder


def films(folder: Path, count: int = 3, config: Config = TINY) -> list[rows.Film]:
    """Some of them."""
    for number in range(count):
        film(folder / f"film{number}", number)
    return rows.films(folder, config)


def with_(**changes: Any) -> Config:
    """The tiny configuration, changed."""
    return dataclasses.replace(TINY, **changes)


__all__ = ["LABELS", "SHORT", "STARTER", "TINY", "film", "films", "with_"]

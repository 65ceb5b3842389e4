"""
A pack as the beginning of a run: users have the pack, not the run that made it.

The INT8 matrices of ``model.bin`` (CTranslate2's format, as its ``specs/model_spec.py`` writes it, MIT) become
floats again; what quantisation rounded off, fine-tuning learns anew.
"""

from __future__ import annotations

import json
import math
import struct
import tomllib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file
from torch import Tensor

from models.tagger.model import ModelConfig, Tagger, capitals

KINDS = (np.float32, np.int8, np.int16, np.int32, np.float16)
PARTS = {
    "self_attention/layer_norm": "attend_norm",
    "self_attention/linear_0": "mixed",
    "self_attention/linear_1": "out",
    "ffn/layer_norm": "feed_norm",
    "ffn/linear_0": "wide",
    "ffn/linear_1": "narrow",
}
NAMES = {"gamma": "weight", "beta": "bias", "weight": "weight", "bias": "bias"}


def is_pack(folder: Path) -> bool:
    """Whether *folder* is a pack rather than a run."""
    return (folder / "model.bin").exists()


def classes(folder: Path) -> dict[str, list[str]]:
    """The classes of the span heads of a pack."""
    options = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))["tagging"]
    names = {"music_type": "music_types", "mood": "moods", "entry": "entries"}
    return {name: list(options[key]) for name, key in names.items()}


def network(folder: Path) -> Tagger:
    """A network with the weights of a pack; the head that guesses masked characters starts afresh."""
    found = variables(folder / "model.bin")
    known = {token: index for index, token in enumerate(json.loads((folder / "vocabulary.json").read_text("utf-8")))}
    table = found["encoder/embeddings_0/weight"]
    layers = sum(name.endswith("self_attention/linear_0/weight") for name in found)
    config = ModelConfig(
        vocabulary=len(known),
        width=table.shape[1],
        feed_forward=found["encoder/layer_0/ffn/linear_0/weight"].shape[0],
        heads=int(found["encoder/num_heads"]),
        layers=layers,
    )
    made = Tagger(config, known)
    state = made.state_dict() | {name: torch.from_numpy(value) for name, value in _heads(folder).items()}
    state["characters.asked.bias"][1:] += math.log(config.rare)
    state |= {f"encoder.{name}": torch.from_numpy(value) for name, value in _encoder(found, layers).items()}
    state["encoder.capital"] = _capital(torch.from_numpy(table), capitals(known))
    made.load_state_dict(state)
    return made


def _heads(folder: Path) -> dict[str, NDArray[np.float32]]:
    outside = ("music_type", "mood", "entry")
    heads = load_file(folder / "heads.safetensors")
    return {
        f"{'spans' if name.split('.')[0] in outside else 'characters'}.{name}": value for name, value in heads.items()
    }


def _encoder(found: dict[str, NDArray[np.float32]], layers: int) -> dict[str, NDArray[np.float32]]:
    made = {
        "tokens.weight": found["encoder/embeddings_0/weight"],
        "kinds.weight": found["encoder/embeddings_1/weight"],
        "bias.weight": found["encoder/layer_0/self_attention/relative_attention_bias"],
    }
    for theirs, ours in (("layernorm_embedding", "norm"), ("layer_norm", "last_norm")):
        made |= {f"{ours}.{NAMES[part]}": found[f"encoder/{theirs}/{part}"] for part in ("gamma", "beta")}
    for layer in range(layers):
        for theirs, ours in PARTS.items():
            for part in ("gamma", "beta") if "norm" in ours else ("weight", "bias"):
                made[f"blocks.{layer}.{ours}.{NAMES[part]}"] = found[f"encoder/layer_{layer}/{theirs}/{part}"]
    return made


def _capital(table: Tensor, letters: dict[int, int]) -> Tensor:
    """What capital letters have in common."""
    if not letters:
        return torch.zeros(table.shape[1])
    found: Tensor = torch.stack([table[upper] - table[small] for upper, small in letters.items()]).mean(0)
    return found


def variables(path: Path) -> dict[str, NDArray[np.float32]]:
    """The variables of a CTranslate2 model as floats, INT8 matrices with their scales taken out."""
    raw, place = path.read_bytes(), 4

    def number(kind: str) -> int:
        nonlocal place
        (value,) = struct.unpack_from(f"<{kind}", raw, place)
        place += struct.calcsize(f"<{kind}")
        return int(value)

    def word() -> str:
        nonlocal place
        size = number("H")
        place += size
        return raw[place - size : place - 1].decode()

    word()
    number("I")
    found: dict[str, NDArray[np.float32]] = {}
    for _ in range(number("I")):
        name = word()
        shape = [number("I") for _ in range(number("B"))]
        kind = KINDS[number("B")]
        size = number("I")
        found[name] = np.frombuffer(raw, kind, size // np.dtype(kind).itemsize, place).reshape(shape).astype(np.float32)
        place += size
    for name in [name for name in found if f"{name}_scale" in found]:
        found[name] = found[name] / found[f"{name}_scale"].reshape(-1, *[1] * (found[name].ndim - 1))
    for _ in range(number("I")):
        alias = word()
        found[alias] = found[word()]
    return found

"""CLIP and Chinese-CLIP folders as they are downloaded by hand from a model hub, made into packs of kind ``vision``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugin_core.errors import ModelError


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of a kind of model by its ``model_type``."""

    languages: tuple[str, ...]
    length: int
    pad: str
    licence: str
    attribution: str


KINDS = {
    "clip": _Kind(("en",), 77, "<|endoftext|>", "see the model's card", "CLIP (OpenAI)"),
    "chinese_clip": _Kind(("zh",), 52, "[PAD]", "see the model's card", "Chinese-CLIP (OFA-Sys)"),
}
FILES = ("tokenizer.json", "preprocessor_config.json")
BOTH = ("model_quantized.onnx", "model_int8.onnx", "model.onnx", "model_fp16.onnx")  # the smallest that is good first


def is_one(folder: Path) -> bool:
    """Whether *folder* holds such a model."""
    return _type(folder) in KINDS


def adopt(folder: Path, target: Path) -> Path:
    """Make the pack *target* of the model in *folder*: what the engine needs. ModelError if any of it is missing."""
    from plugin_core.modelstore import write_pack_toml

    kind = KINDS[_type(folder)]
    graphs = _graphs(folder)
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing or not graphs:
        what = " and ".join([*missing, *([] if graphs else ["model.onnx (or vision_model.onnx and text_model.onnx)"])])
        raise ModelError("model.incomplete", f"{folder.name} lacks {what}.", "Download the whole repository, onnx too.")
    target.mkdir()
    for name in (*FILES, *graphs.values()):
        (target / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / name, target / name)
    table = {
        "id": _id(folder), "kind": "vision", "tier": "production", "name": folder.name, "languages": kind.languages,
        "licence": kind.licence, "attribution": kind.attribution, "source": "a folder downloaded by hand",
        "compute_types": ["float32"],
        "vision": {**graphs, "tokenizer": FILES[0], "preprocessor": FILES[1], "length": kind.length, "pad": kind.pad,
                   "scale": 100.0},
    }  # fmt: skip
    write_pack_toml(target, table)
    return target


def _graphs(folder: Path) -> dict[str, str]:
    """The graph of both, or the two; {} if there are none. They lie in the folder or in its ``onnx``."""
    for under in ("onnx", "."):
        for name in BOTH:
            pictures, texts = (Path(under, f"{part}_{name}") for part in ("vision", "text"))
            if (folder / pictures).is_file() and (folder / texts).is_file():
                return {"pictures": pictures.as_posix(), "texts": texts.as_posix()}
            if (folder / under / name).is_file():
                return {"model": Path(under, name).as_posix()}
    return {}


def _type(folder: Path) -> str:
    try:
        table: Any = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(table.get("model_type", "")) if isinstance(table, Mapping) else ""


def _id(folder: Path) -> str:
    found = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in folder.name).strip("-.")
    return found or "vision"

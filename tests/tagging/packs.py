"""A tagging pack with random weights: real files in the real formats, made with numpy, that understands nothing."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from plugin_core.tagging.characters import SPECIAL

CHARACTERS = (
    " \n"
    + "".join(map(chr, range(33, 127)))
    + "的一是了我不在人们有来他这上着个地到大里说就去子得也和那要下看天时过出小么起你都好门响"
)
CLASSES = {
    "outer": 15,
    "inner": 7,
    "asked": 3,
    "music_type": ("", "solo", "orchestral"),
    "mood": ("", "calm", "tense"),
    "entry": ("", "doorbell", "thunder"),
}


def make_tagging_pack(
    folder: Path, *, seed: int = 0, width: int = 32, quantization: str | None = "int8", **meta: Any
) -> Path:
    """Two layers; keys of *meta* replace those of ``pack.toml``, ``tagging`` replaces keys of that table."""
    from plugin_core.modelstore import write_pack_toml

    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    _save_encoder(folder, width, quantization, random)
    tensors = dict[str, np.ndarray]()
    for name, classes in CLASSES.items():
        rows = classes if isinstance(classes, int) else len(classes)
        tensors[f"{name}.weight"] = random.standard_normal((rows, width)).astype(np.float32)
        tensors[f"{name}.bias"] = random.standard_normal(rows).astype(np.float32)
    write_safetensors(folder / "heads.safetensors", tensors)
    options = {
        f"{name}s" if name != "entry" else "entries": list(CLASSES[name]) for name in ("music_type", "mood", "entry")
    }
    table = {
        "id": "tagging-random",
        "kind": "tagging",
        "tier": "production",
        "name": "Random tagger",
        "languages": ["zh", "en"],
        "licence": "Apache-2.0",
        "compute_types": ["int8", "float32"],
        "tagging": options | meta.pop("tagging", {}),
    }
    write_pack_toml(folder, table | meta)
    return folder


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    header, body = dict[str, Any](), b""
    for name, tensor in tensors.items():
        data = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def _save_encoder(folder: Path, width: int, quantization: str | None, random: np.random.Generator) -> None:
    from ctranslate2.specs import TransformerEncoderModelSpec, TransformerEncoderSpec, common_spec

    encoder = TransformerEncoderSpec(
        2,
        2,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    spec = TransformerEncoderModelSpec(encoder)
    spec.encoder.scale_embeddings = False
    words = [*SPECIAL, *CHARACTERS]

    def linear(target: Any, rows: int, columns: int) -> None:
        target.weight = (random.standard_normal((rows, columns)) * 0.3).astype(np.float32)
        target.bias = np.zeros(rows, np.float32)

    def norm(target: Any) -> None:
        target.gamma, target.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    for embedding, rows in zip(encoder.embeddings, (len(words), 16), strict=True):
        embedding.weight = random.standard_normal((rows, width)).astype(np.float32)
    encoder.position_encodings.encodings = (random.standard_normal((512, width)) * 0.3).astype(np.float32)
    norm(encoder.layernorm_embedding)
    for layer in encoder.layer:
        norm(layer.self_attention.layer_norm)
        linear(layer.self_attention.linear[0], 3 * width, width)
        linear(layer.self_attention.linear[1], width, width)
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, 2 * width, width)
        linear(layer.ffn.linear_1, width, 2 * width)
    spec.register_vocabulary(words)
    spec.config.layer_norm_epsilon = 1e-12
    spec.config.unk_token = "[UNK]"
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(folder))

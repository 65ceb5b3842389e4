"""Weights of a training run to a pack: CTranslate2 INT8, the tokenizer and ``pack.toml``.

``python -m models.translation.export --run work --pack models/starter/translation-zh-en``
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.converters.transformers import M2M100Loader
from transformers import M2M100ForConditionalGeneration

from models.training.loop import load_weights
from models.translation.data import BOS, EOS, PLACEHOLDERS, TAGS, UNK, load_tokenizer
from models.translation.model import ALIGNMENT_HEAD, ModelConfig, build
from plugin_core.modelstore import write_pack_toml

ATTRIBUTION = (
    "Trained on sentence pairs of Tatoeba (https://tatoeba.org) in the selection of https://www.manythings.org/anki/, "
    "CC BY 2.0 FR; the contributors of every pair are named in that selection."
)
LIMITS = (
    "Understands short everyday sentences like those it was trained on (Tatoeba, about six English words each). It "
    "invents where words are new to it: for other media pull a production pack."
)


def restore(run: Path) -> M2M100ForConditionalGeneration:
    """The network of a run with its averaged weights."""
    config = ModelConfig(**json.loads((run / "config.json").read_text(encoding="utf-8"))["model"])
    model = build(config)
    load_weights(model, run / "weights.safetensors")
    return model.eval()


def save_transformers(model: M2M100ForConditionalGeneration, tokenizer: Path, folder: Path) -> None:
    """The same weights as a float32 checkpoint of transformers, for comparison and further training."""
    model.config._attn_implementation = "sdpa"
    model.save_pretrained(folder)
    shutil.copy(tokenizer, folder / "shared.spm")


@torch.no_grad()
def convert(model: M2M100ForConditionalGeneration, tokenizer: Path, folder: Path, quantization: str | None) -> None:
    """Write the CTranslate2 form; the guided head becomes the one whose attention is returned."""
    spec = M2M100Loader().get_model_spec(copy.deepcopy(model))  # quantising scales the tensors in place
    # CTranslate2 returns the mean of the first ``alignment_heads`` heads, so the guided head has to be the first.
    assert ALIGNMENT_HEAD == 0
    spec.decoder.alignment_layer = np.dtype("int16").type(model.config.decoder_layers - 1)
    spec.decoder.alignment_heads = np.dtype("int16").type(1)
    pieces = load_tokenizer(tokenizer)
    vocabulary = [pieces.id_to_piece(index) for index in range(pieces.get_piece_size())]
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = (vocabulary[i] for i in (BOS, EOS, UNK))
    spec.config.decoder_start_token = vocabulary[BOS]
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization=quantization)
    with tempfile.TemporaryDirectory() as scratch:  # an engine must never see half a model
        spec.save(scratch)
        shutil.copy(tokenizer, Path(scratch) / "shared.spm")
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(Path(scratch).iterdir()):
            shutil.move(path, folder / path.name)


def describe(folder: Path, quality: Mapping[str, float], length_penalty: float, beam_size: int) -> Path:
    """Write ``pack.toml``: the contract between this recipe and the translation engine."""
    pair = {"source_suffix": [], "target_prefix": []}  # CTranslate2 adds </s> to the source itself
    translation: dict[str, Any] = {
        "tokenizer": "sentencepiece",
        "source_spm": "shared.spm",
        "target_spm": "shared.spm",
        "beam_size": beam_size,
        "length_penalty": length_penalty,
        "placeholders": list(PLACEHOLDERS),
        "max_source_tokens": 120,
        "pairs": {
            "zh-en": {"source_prefix": [TAGS["en"]], **pair},
            "en-zh": {"source_prefix": [TAGS["zh"]], **pair},
        },
    }
    about = {
        "id": "starter-translation-zh-en",
        "kind": "translation",
        "tier": "starter",
        "name": "Starter translation, Chinese and English",
        "languages": ["zh", "en"],
        "licence": "Apache-2.0 (weights); training data CC BY 2.0 FR",
        "attribution": ATTRIBUTION,
        "source": "models/translation",
        "revision": dt.date.today().isoformat(),
        "memory_mb": 80,
        "compute_types": ["int8", "float32"],
        "limits": LIMITS,
        "quality": dict(quality),
        "translation": translation,
    }
    return write_pack_toml(folder, about).folder / "pack.toml"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a training run as a pack.")
    parser.add_argument("--run", type=Path, required=True, help="the --out folder of models.translation.train")
    parser.add_argument("--pack", type=Path, required=True, help="folder of the pack")
    parser.add_argument("--float32", type=Path, help="also write the unquantised CTranslate2 model here")
    parser.add_argument("--hf", type=Path, help="also write the transformers checkpoint here")
    parser.add_argument("--results", type=Path, help="results.json whose figures go into pack.toml")
    parser.add_argument("--length-penalty", type=float, default=1.0)
    parser.add_argument("--beam-size", type=int, default=4)
    arguments = parser.parse_args()
    model, tokenizer = restore(arguments.run), arguments.run / "shared.spm"
    results = arguments.results
    quality = json.loads(results.read_text(encoding="utf-8"))["quality"] if results and results.exists() else {}
    for folder, quantization in ((arguments.pack, "int8"), (arguments.float32, None)):
        if folder is not None:
            convert(model, tokenizer, folder, quantization)
            describe(folder, quality, arguments.length_penalty, arguments.beam_size)
    if arguments.hf is not None:
        save_transformers(model, tokenizer, arguments.hf)


if __name__ == "__main__":
    main()

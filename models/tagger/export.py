"""
Weights of a training run to a pack: a CTranslate2 INT8 encoder, the heads, the vocabulary and ``pack.toml``.

``python -m models.tagger.export --run work --pack models/starter/tagger-zh-en --corpus cmn.txt``
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import json
import math
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.converters.transformers import ModelLoader
from ctranslate2.specs import common_spec, transformer_spec
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor
from torch.nn import functional

from models.tagger.data import HEADS, IGNORED, LIMIT, SPAN_HEADS, DataConfig, fix_tables, tables
from models.tagger.model import FARTHEST, Block, Encoder, ModelConfig, Tagger
from models.tagger.train import CLASSES, VOCABULARY, develop, read_vocabulary
from models.training.loop import load_weights
from plugin_core.modelstore import write_pack_toml

TENTHS = 3  # decimals of a temperature
ATTRIBUTION = (
    "Trained on text that the recipe's own grammar and lexicons make, in which sentences of Tatoeba "
    "(https://tatoeba.org, in the selection of https://www.manythings.org/anki/, CC BY 2.0 FR) are what people say; "
    "the contributors of every pair are named in that selection."
)
LIMITS = (
    "Knows the layouts and words of its generator and what is like them. Sounds, music and deeds in brackets of "
    "unusual words may be taken for one another; what it is not sure of is marked unknown."
)


def restore(run: Path) -> Tagger:
    """The network of a run with its averaged weights."""
    fix_tables(run / CLASSES)
    config = ModelConfig(**json.loads((run / "config.json").read_text(encoding="utf-8"))["model"])
    model = Tagger(config, read_vocabulary(run / VOCABULARY))
    load_weights(model, run / "weights.safetensors")
    with torch.no_grad():  # training weighs the characters of answers more than the many others
        model.characters["asked"].bias[1:] -= math.log(config.rare)
    return model.eval()


class Loader(ModelLoader):  # type: ignore[misc]
    """Our encoder under the names of CTranslate2."""

    def get_model_spec(self, model: Encoder) -> Any:
        """Norms before the blocks, one table of relative places for all layers, kinds added to characters."""
        encoder = transformer_spec.TransformerEncoderSpec(
            len(model.blocks),
            model.blocks[0].heads,
            pre_norm=True,
            activation=common_spec.Activation.GELU,
            layernorm_embedding=True,
            num_source_embeddings=2,
            embeddings_merge=common_spec.EmbeddingsMerge.ADD,
            relative_attention_bias=True,
        )
        encoder.scale_embeddings = False
        for spec, table in zip(encoder.embeddings, (model.table(), model.kinds.weight), strict=True):
            spec.weight = table.numpy().copy()
        self.set_layer_norm(encoder.layernorm_embedding, model.norm)
        self.set_layer_norm(encoder.layer_norm, model.last_norm)
        for number, (spec, block) in enumerate(zip(encoder.layer, model.blocks, strict=True)):
            own = spec.self_attention
            first = encoder.layer[0].self_attention
            own.relative_attention_bias = first.relative_attention_bias if number else model.bias.weight.numpy()
            own.relative_attention_max_distance = np.dtype("int32").type(FARTHEST)
            self._layer(spec, block)
        return transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=False)

    def _layer(self, spec: Any, block: Block) -> None:
        self.set_layer_norm(spec.self_attention.layer_norm, block.attend_norm)
        self.set_linear(spec.self_attention.linear[0], block.mixed)
        self.set_linear(spec.self_attention.linear[1], block.out)
        self.set_layer_norm(spec.ffn.layer_norm, block.feed_norm)
        self.set_linear(spec.ffn.linear_0, block.wide)
        self.set_linear(spec.ffn.linear_1, block.narrow)


@torch.no_grad()
def convert(model: Tagger, vocabulary: list[str], folder: Path, quantization: str | None) -> None:
    """Write encoder, heads and vocabulary; an engine never sees half a pack."""
    spec = Loader().get_model_spec(copy.deepcopy(model.encoder))  # quantising scales the tensors in place
    spec.register_vocabulary(vocabulary)
    spec.config.unk_token = "[UNK]"
    spec.config.layer_norm_epsilon = model.encoder.norm.eps
    spec.validate()
    spec.optimize(quantization=quantization)
    with tempfile.TemporaryDirectory() as scratch:
        spec.save(scratch)
        save_file(matrices(model), Path(scratch) / "heads.safetensors")
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(Path(scratch).iterdir()):
            path.chmod(0o644)
            shutil.move(path, folder / path.name)


def matrices(model: Tagger) -> dict[str, NDArray[np.float32]]:
    """Weight and bias of every head that the engine runs."""
    heads = {**dict(model.characters.items()), **dict(model.spans.items())}
    found = {}
    for name, head in heads.items():
        found |= {
            f"{name}.weight": head.weight.float().numpy().copy(),
            f"{name}.bias": head.bias.float().numpy().copy(),
        }
    return found


@torch.no_grad()
def temperatures(model: Tagger, batches: list[dict[str, Any]]) -> dict[str, float]:
    """For each head the divisor of its scores that makes the development part most probable (Guo et al. 2017)."""
    scores: dict[str, list[tuple[Tensor, Tensor]]] = {}
    for batch in batches:
        hidden = model(*(torch.as_tensor(batch[name]) for name in ("ids", "kinds", "lengths")))
        for name in HEADS:
            target = torch.as_tensor(batch[name])
            wanted = target != IGNORED
            if bool(wanted.any()):
                scores.setdefault(name, []).append((model.characters[name](hidden[wanted]), target[wanted]))
        spans = torch.as_tensor(batch["spans"])
        if len(spans):
            means = model.means(hidden, spans)
            for index, name in enumerate(SPAN_HEADS):
                wanted = spans[:, 3 + index] != IGNORED
                if bool(wanted.any()):
                    scores.setdefault(name, []).append((model.spans[name](means[wanted]), spans[wanted, 3 + index]))
    return {name: best_temperature(*map(torch.cat, zip(*pairs, strict=True))) for name, pairs in scores.items()}


def best_temperature(logits: Tensor, target: Tensor) -> float:
    """The temperature of least cross entropy on a grid of 0.3 to 4."""
    grid = np.geomspace(0.3, 4, 60)
    losses = [float(functional.cross_entropy(logits / value, target)) for value in grid]
    return round(float(grid[int(np.argmin(losses))]), TENTHS)


def describe(folder: Path, quality: Mapping[str, float], heat: Mapping[str, float]) -> Path:
    """Write ``pack.toml``: the contract between this recipe and the tagging engine."""
    classes = tables()
    options: dict[str, Any] = {
        "window": LIMIT,
        "outer": list(HEADS["outer"]),
        "inner": list(HEADS["inner"]),
        "music_types": classes["music_type"],
        "moods": classes["mood"],
        "entries": classes["entry"],
        **{f"temperature_{name}": value for name, value in sorted(heat.items())},
    }
    about = {
        "id": "starter-tagger-zh-en",
        "kind": "tagging",
        "tier": "starter",
        "name": "Starter tagger, Chinese and English",
        "languages": ["zh", "en"],
        "licence": "Apache-2.0 (weights); training sentences CC BY 2.0 FR",
        "attribution": ATTRIBUTION,
        "source": "models/tagger",
        "revision": dt.date.today().isoformat(),
        "memory_mb": 60,
        "compute_types": ["int8", "float32"],
        "limits": LIMITS,
        "quality": dict(quality),
        "tagging": options,
    }
    return write_pack_toml(folder, about).folder / "pack.toml"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a training run as a pack.")
    parser.add_argument("--run", type=Path, required=True, help="the --out folder of models.tagger.train")
    parser.add_argument("--pack", type=Path, required=True, help="folder of the pack")
    parser.add_argument("--corpus", type=Path, help="Tatoeba export, for the development part that calibrates")
    parser.add_argument("--float32", type=Path, help="also write the unquantised pack here")
    parser.add_argument("--results", type=Path, help="results.json whose figures go into pack.toml")
    parser.add_argument("--calibrated-on", type=int, default=400, help="development texts")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model = restore(arguments.run)
    known = read_vocabulary(arguments.run / VOCABULARY)
    heat = temperatures(model, develop(arguments.corpus, known, DataConfig(), arguments.calibrated_on))
    results = arguments.results
    quality = json.loads(results.read_text(encoding="utf-8"))["quality"] if results and results.exists() else {}
    for folder, quantization in ((arguments.pack, "int8"), (arguments.float32, None)):
        if folder is not None:
            convert(model, list(known), folder, quantization)
            describe(folder, quality, heat)
    print(json.dumps(heat))


if __name__ == "__main__":
    main()

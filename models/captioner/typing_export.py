"""The network that finds typing errors as a pack: an ONNX graph written node by node, its characters, pack.toml.

    python -m models.captioner.typing_export --run build/typing --pack models/starter/typos

Input ``characters`` (n, characters) in numbers, sentences of one length; output ``meant`` (n, characters, CODE). Beside
it ``typos.json``: the characters in the order of their numbers, what is typed for each, the fixed vectors as bits.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from models.captioner.typing_errors import CODE, Reader, opened
from models.shots.export import Array, Graph, Weights
from models.training.loop import WEIGHTS
from plugin_core.modelstore import Pack, write_pack_toml

NETWORK, TABLE = "typos.onnx", "typos.json"
ABOUT = {
    "id": "starter-typos",
    "kind": "typos",
    "tier": "starter",
    "name": "Starter typing errors: characters that sound or look alike",
    "languages": ["zh"],
    "licence": "Apache-2.0 (weights); trained on Tatoeba, CC BY 2.0 FR, and the dictionary of jieba, MIT",
    "attribution": "Sentences of Tatoeba (tatoeba.org), CC BY 2.0 FR; words of jieba's dictionary; sounds of pypinyin",
    "source": "models/captioner",
}
LIMITS = (
    "Finds single Chinese characters that were typed for others which sound or look like them, in short plain "
    "sentences of a collection of some hundreds: among few captions it finds next to nothing. Names, dialects, "
    "professional words and rare characters are beyond it, and so are 的, 得 and 地. What it finds is for a person to "
    "look at."
)


def gates(values: Array) -> Array:
    """torch's order of a GRU's gates (reset, update, new) in ONNX's (update, reset, new)."""
    reset, update, new = np.split(values, 3)
    return np.concatenate([update, reset, new])


def both(weights: Weights, name: str) -> list[Array]:
    """A tensor of the reading for both directions."""
    return [gates(weights[f"reading.{name}_l0{way}"]) for way in ("", "_reverse")]


def graph(weights: Weights, sound_of: Array, hidden: int) -> Any:
    """The ONNX model of ``typing_errors.Typist``."""
    from onnx import TensorProto, checker, helper

    g = Graph(weights, half=True)
    sounds = g.add("Gather", g.keep(sound_of, np.int64), "characters")
    read = g.add(
        "Concat",
        g.add("Gather", g.keep(weights["token.weight"]), "characters"),
        g.add("Gather", g.keep(weights["sound.weight"]), sounds),
        axis=2,
    )
    biases = [np.concatenate(pair) for pair in zip(both(weights, "bias_ih"), both(weights, "bias_hh"), strict=True)]
    states = g.add(
        "GRU",
        g.add("Transpose", read, perm=[1, 0, 2]),
        g.keep(np.stack(both(weights, "weight_ih"))),
        g.keep(np.stack(both(weights, "weight_hh"))),
        g.keep(np.stack(biases)),
        hidden_size=hidden, direction="bidirectional", linear_before_reset=1,
    )  # fmt: skip
    states = g.shape(g.add("Transpose", states, perm=[2, 0, 1, 3]), 0, 0, 2 * hidden)
    whole = g.add("Concat", states, read, axis=2)
    product = g.add("MatMul", whole, g.keep(weights["meant.weight"].T))
    g.add("Add", product, g.keep(weights["meant.bias"]), out="meant")
    made = helper.make_graph(
        g.nodes, "typos",
        [helper.make_tensor_value_info("characters", TensorProto.INT64, ["n", "characters"])],
        [helper.make_tensor_value_info("meant", TensorProto.FLOAT, ["n", "characters", CODE])], g.tensors,
    )  # fmt: skip
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name="zimu")
    checker.check_model(model)
    return model


def table(reader: Reader) -> dict[str, Any]:
    """What stands in ``typos.json``."""
    bits = np.packbits(reader.codes() > 0)
    typed = {character: reader.table.all_of(character) for character in reader.table.of}
    return {
        "characters": reader.tokens,
        "typed": {character: others for character, others in typed.items() if others},
        "code": CODE,
        "codes": base64.b64encode(bits.tobytes()).decode(),
    }


def export(run: Path, pack: Path, *, weight: float, gain: float, quality: dict[str, Any] | None = None) -> Pack:
    """Write the pack; *weight* and *gain* are those of ``captioning.quality.typing_errors``."""
    from onnx import save

    reader, size = opened(run)
    pack.mkdir(parents=True, exist_ok=True)
    save(graph(load_file(run / WEIGHTS), reader.sound_of, size.hidden), str(pack / NETWORK))
    (pack / TABLE).write_text(json.dumps(table(reader), ensure_ascii=False) + "\n", encoding="utf-8")
    options = {"network": NETWORK, "table": TABLE, "weight": weight, "gain": gain}
    about = {
        **ABOUT, "revision": dt.datetime.now(dt.UTC).date().isoformat(), "memory_mb": 60, "compute_types": ["float32"],
        "limits": LIMITS, "quality": quality or {}, "typos": options,
    }  # fmt: skip
    return write_pack_toml(pack, about, (NETWORK, TABLE))


def quality(results: dict[str, Any]) -> dict[str, float]:
    """The figures for pack.toml: errors mended, and captions without one that are flagged, by corpus."""
    figures = {}
    for name in ("MSVD-CN", "Flickr8k-CN"):
        found = results[name]["typing"]["pack"]["at_the_pack's_gain"]
        corpus = name.lower().replace("-", "_")
        figures |= {f"{corpus}_{key}": found[key] for key in ("mended", "flagged")}
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--weight", type=float, default=0.6)
    parser.add_argument("--gain", type=float, default=2.5)
    parser.add_argument("--results", type=Path, help="of benchmarks.caption_quality: what was found goes into the pack")
    options = parser.parse_args(arguments)
    found = quality(json.loads(options.results.read_text("utf-8"))) if options.results else None
    made = export(options.run, options.pack, weight=options.weight, gain=options.gain, quality=found)
    print(f"{made.id}: {made.size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

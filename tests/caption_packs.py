"""
Captioner packs by hand. The network says of a shot which of red, green and blue is strongest, 红光 or "red light".

*history* makes what is said next depend on all that was said before, so that a cache that is wrong shows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from plugin_core.modelstore import write_pack_toml

TOKENS = ("<pad>", "<zh>", "<en>", "<end>", "红", "绿", "蓝", "光", "red", "green", "blue", "light")
FOLLOWS = {
    "<zh>": ("红", "绿", "蓝"), "红": ("光",), "绿": ("光",), "蓝": ("光",), "光": ("<end>",),
    "<en>": ("red", "green", "blue"), "red": ("light",), "green": ("light",), "blue": ("light",), "light": ("<end>",),
}  # fmt: skip
WIDTH, HEIGHT, FRAMES = 16, 8, 10


def _saved(path: Path, nodes: list[Any], weights: dict[str, Any], inputs: list[Any], outputs: list[Any]) -> None:
    from onnx import checker, helper, numpy_helper

    kept = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    made = helper.make_model(
        helper.make_graph(nodes, path.stem, inputs, outputs, kept),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
    )  # fmt: skip
    checker.check_model(made)
    path.write_bytes(made.SerializeToString())


def _encoder(path: Path, *, single: bool, masked: bool, certain: bool) -> None:
    from onnx import TensorProto, helper

    shape = ["pictures", 3, HEIGHT, WIDTH] if single else ["shots", "frames", 3, HEIGHT, WIDTH]
    inputs = [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, shape)]
    axes = [2, 3] if single else [3, 4]
    nodes = [helper.make_node("ReduceMean", ["pixel_values"], ["mean"], axes=axes, keepdims=0)]
    if masked:
        inputs.append(helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["shots", "frames"]))
        nodes += [
            helper.make_node("Unsqueeze", ["mask", "last"], ["there"]),
            helper.make_node("Mul", ["mean", "there"], ["last_hidden_state"]),
        ]
    else:
        nodes.append(
            helper.make_node(
                "Unsqueeze" if single else "Identity", ["mean", "one"][: 1 + single], ["last_hidden_state"]
            )
        )
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [None, None, 3])]
    if certain:  # of what is bright
        nodes.append(helper.make_node("ReduceMean", ["mean"], ["level"], axes=[1, 2], keepdims=0))
        nodes.append(helper.make_node("Sigmoid", ["level"], ["certainty"]))
        outputs.append(helper.make_tensor_value_info("certainty", TensorProto.FLOAT, [None]))
    _saved(path, nodes, {"last": np.array([2]), "one": np.array([1])}, inputs, outputs)


def _decoder(path: Path, *, cached: bool, history: float) -> None:
    from onnx import TensorProto, helper

    count = len(TOKENS)
    follows, colour = np.full((count, count), -50, np.float32), np.zeros((3, count), np.float32)
    for place, token in enumerate(TOKENS):
        for following in FOLLOWS.get(token, ()):
            follows[place, TOKENS.index(following)] = 0
    for place, names in enumerate((("红", "red"), ("绿", "green"), ("蓝", "blue"))):
        colour[place, [TOKENS.index(name) for name in names]] = 4
    if history:
        follows = np.random.default_rng(1).normal(0, 1, follows.shape).astype(np.float32)
    weights: dict[str, Any] = {
        "follows": follows, "colour": colour, "ends": np.array([1, 3]), "last": np.array([2]), "row": np.array([1]),
        "telling": history * np.random.default_rng(2).normal(0, 1, (1, count)).astype(np.float32),
    }  # fmt: skip
    nodes = [
        helper.make_node("Gather", ["follows", "input_ids"], ["next"]),
        helper.make_node("Cast", ["encoder_attention_mask"], ["there"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["there", "last"], ["column"]),
        helper.make_node("Mul", ["encoder_hidden_states", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "row"], ["sum"], keepdims=1),
        helper.make_node("ReduceSum", ["column", "row"], ["many"], keepdims=1),
        helper.make_node("Div", ["sum", "many"], ["mean"]),
        helper.make_node("MatMul", ["mean", "colour"], ["coloured"]),
        helper.make_node("Cast", ["input_ids"], ["said"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["said", "ends"], ["now"]),
        helper.make_node("Concat", [*(["past_key_values.0.key"] if cached else []), "now"], ["present.0.key"], axis=2),
        helper.make_node("ReduceSum", ["present.0.key"], ["total"], keepdims=1),
        helper.make_node("Sin", ["total"], ["wave"]),
        helper.make_node("Squeeze", ["wave", "row"], ["waves"]),
        helper.make_node("Mul", ["waves", "telling"], ["told"]),
        helper.make_node("Sum", ["next", "coloured", "told"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["rows", "tokens"]),
        helper.make_tensor_value_info("encoder_hidden_states", TensorProto.FLOAT, ["rows", "seen", 3]),
        helper.make_tensor_value_info("encoder_attention_mask", TensorProto.INT64, ["rows", "seen"]),
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["rows", "tokens", count])]
    if cached:
        inputs.append(helper.make_tensor_value_info("past_key_values.0.key", TensorProto.FLOAT, ["rows", 1, "past", 1]))
        outputs.append(helper.make_tensor_value_info("present.0.key", TensorProto.FLOAT, ["rows", 1, "all", 1]))
    _saved(path, nodes, weights, inputs, outputs)


def make_caption_pack(
    folder: Path, *, cached: bool = False, single: bool = False, masked: bool = False, certain: bool = False,
    history: float = 0.0, **options: Any,
) -> Path:  # fmt: skip
    """A pack in *folder*. *options* are of its table ``[captioner]``; ``languages`` of the pack itself."""
    folder.mkdir(parents=True, exist_ok=True)
    _encoder(folder / "encoder.onnx", single=single, masked=masked, certain=certain)
    _decoder(folder / "decoder.onnx", cached=cached, history=history)
    (folder / "tokens.json").write_text(json.dumps(TOKENS, ensure_ascii=False), encoding="utf-8")
    table = {
        "id": "captions-by-hand", "kind": "captioner", "tier": "starter", "name": "Colours",
        "languages": options.pop("languages", ["zh", "en"]), "licence": "Apache-2.0",
        "captioner": {
            "width": WIDTH, "height": HEIGHT, "frames": FRAMES, "length": 8, "never": ["<pad>"], "end": "<end>",
            "begin": {"zh": "<zh>", "en": "<en>"}, **options,
        },
    }  # fmt: skip
    write_pack_toml(folder, table)
    return folder


def coloured(colour: str, frames: int = FRAMES) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A shot of one colour."""
    shot = np.zeros((frames, HEIGHT, WIDTH, 3), np.uint8)
    shot[..., ("red", "green", "blue").index(colour)] = 255
    return shot

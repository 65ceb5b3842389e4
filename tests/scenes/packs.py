"""A scenes pack made by hand: bright is outdoors, loud is tense, any text is cheerful. Its labels can be foretold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from plugin_core.modelstore import write_pack_toml

LABELS = {"place": ["indoor", "outdoor"], "emotion": ["calm", "tense"], "mood": ["cheerful", "sad"]}


def _graph(nodes: list[Any], weights: dict[str, np.ndarray], inputs: dict[str, Any], outputs: dict[str, Any]) -> bytes:
    from onnx import checker, helper, numpy_helper

    told = [helper.make_tensor_value_info(name, *about) for name, about in inputs.items()]
    said = [helper.make_tensor_value_info(name, *about) for name, about in outputs.items()]
    kept = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    made = helper.make_model(
        helper.make_graph(nodes, "scenes", told, said, kept),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
    )  # fmt: skip
    checker.check_model(made)
    return bytes(made.SerializeToString())


def _branches(clip: int, characters: int) -> dict[str, bytes]:
    from onnx import TensorProto, helper

    def mean(kind: str, name: str, shape: list[Any], axes: list[int], size: int) -> bytes:
        number = getattr(TensorProto, kind)
        least = kind == "INT64"  # of text: whether there is any
        nodes = [helper.make_node("Cast", [name], ["x"], to=TensorProto.FLOAT)]
        if least:
            nodes.append(helper.make_node("Min", ["x", "one"], ["y"]))
        last = "y" if least else "x"
        nodes.append(helper.make_node("ReduceMean", [last], ["vectors"], axes=axes, keepdims=0))
        weights = {"one": np.array(1, np.float32)} if least else {}
        return _graph(nodes, weights, {name: (number, shape)}, {"vectors": (TensorProto.FLOAT, ["n", size])})

    return {
        "pictures": mean("UINT8", "pictures", ["n", clip, 64, 112, 3], [1, 2, 3], 3),
        "sounds": mean("FLOAT", "sounds", ["n", 100, 64], [1], 64),
        "texts": mean("INT64", "texts", ["n", characters, 3], [1], 3),
    }


def _fusion() -> bytes:
    from onnx import TensorProto, helper

    def read(rows: int, scale: float) -> np.ndarray:
        """Weights (rows, 2) that say the second label where the first number is large."""
        found = np.zeros((rows, 2), np.float32)
        found[0] = [-scale, scale]
        return found

    nodes = [
        helper.make_node("ReduceMax", [name], [f"{name}.most"], axes=[2], keepdims=0) for name in ("pictures", "sounds")
    ]
    weights = {"p.w": read(21, 0.05), "s.w": read(64, 5.0), "t.w": read(3, -9.0)}
    weights |= {"p.b": np.array([6.0, -6.0], np.float32), "s.b": np.array([5.0, -5.0], np.float32)}
    weights |= {"t.b": np.array([-1.0, -1.0], np.float32), "three": np.array([3, 18], np.int64)}
    for given, short, group in (
        ("pictures.most", "p", "place"),
        ("sounds.most", "s", "emotion"),
        ("texts", "t", "mood"),
    ):
        nodes.append(helper.make_node("MatMul", [given, f"{short}.w"], [f"{group}.x"]))
        nodes.append(helper.make_node("Add", [f"{group}.x", f"{short}.b"], [group]))
    nodes.append(helper.make_node("Split", ["pictures.most", "three"], ["embedding", "rest"], axis=2))
    nodes.append(helper.make_node("ReduceMax", ["place"], ["begins"], axes=[2], keepdims=0))
    sizes = {"pictures": [1, "s", "p", 21], "sounds": [1, "s", "q", 64], "texts": [1, "s", 3]}
    outputs = {name: (TensorProto.FLOAT, [1, "s", 2]) for name in LABELS}
    outputs |= {"begins": (TensorProto.FLOAT, [1, "s"]), "embedding": (TensorProto.FLOAT, [1, "s", 3])}
    return _graph(nodes, weights, {name: (TensorProto.FLOAT, size) for name, size in sizes.items()}, outputs)


def make_scenes_pack(folder: Path, *, without: tuple[str, ...] = (), **options: Any) -> Path:
    """The pack; *options* are of its table ``[scenes]``, *without* leaves branches out."""
    folder.mkdir(parents=True, exist_ok=True)
    clip, characters = int(options.get("clip", 1)), int(options.get("characters", 16))
    graphs = {name: data for name, data in _branches(clip, characters).items() if name not in without}
    for name, data in (graphs | {"fusion": _fusion()}).items():
        (folder / f"{name}.onnx").write_bytes(data)
    table = {name: f"{name}.onnx" for name in (*graphs, "fusion")}
    table |= {"labels": LABELS, "many": ["mood"], "characters": characters, "window": 4}
    about = {
        "id": "scenes-by-hand", "kind": "scenes", "tier": "production", "name": "Scenes by hand", "languages": [],
        "licence": "Apache-2.0", "scenes": table | options,
    }  # fmt: skip
    write_pack_toml(folder, about)
    return folder

"""A shots pack whose network sees a change where the mean grey level jumps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from plugin_core import modelstore
from plugin_core.modelstore import Pack

ABOUT = {"id": "test-shots", "kind": "shots", "tier": "production", "name": "Test", "languages": [], "licence": "-"}


def make_shots_pack(folder: Path, *, frames: int = 100, drop: str = "") -> Pack:
    """*drop* leaves out an output of that name; *frames* is the length of its windows."""
    import onnx
    from onnx import TensorProto as T
    from onnx import helper as h
    from onnx import numpy_helper

    def constant(name: str, values: Any, kind: Any) -> Any:
        return numpy_helper.from_array(np.asarray(values, kind), name)

    nodes = [
        h.make_node("Cast", ["input"], ["levels"], to=T.FLOAT),
        h.make_node("ReduceMean", ["levels", "axes"], ["mean"], keepdims=0),
        h.make_node("Slice", ["mean", "zero", "one", "time"], ["head"]),
        h.make_node("Slice", ["mean", "zero", "minus", "time"], ["body"]),
        h.make_node("Concat", ["head", "body"], ["before"], axis=1),
        h.make_node("Sub", ["mean", "before"], ["change"]),
        h.make_node("Abs", ["change"], ["size"]),
        h.make_node("Sub", ["size", "least"], ["over"]),
        h.make_node("Sigmoid", ["over"], ["sure"]),
        h.make_node("Unsqueeze", ["sure", "last"], ["output"]),
        h.make_node("Identity", ["output"], ["many"]),
        h.make_node("Concat", ["output"] * 4, ["kind"], axis=2),
    ]
    values = [
        constant("axes", [2, 3, 4], np.int64), constant("zero", [0], np.int64), constant("one", [1], np.int64),
        constant("minus", [-1], np.int64), constant("time", [1], np.int64), constant("last", [2], np.int64),
        constant("least", 8.0, np.float32),
    ]  # fmt: skip
    given = h.make_tensor_value_info("input", T.UINT8, ["n", frames, 27, 48, 3])
    outputs = [h.make_tensor_value_info(name, T.FLOAT, ["n", frames, size]) for name, size in
               (("output", 1), ("many", 1), ("kind", 4)) if name != drop]  # fmt: skip
    graph = h.make_graph(nodes, "shots", [given], outputs, values)
    folder.mkdir(parents=True)
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", 18)], ir_version=9), str(folder / "shots.onnx"))
    return modelstore.write_pack_toml(folder, ABOUT | {"shots": {"network": "shots.onnx"}})

"""A voices pack with random weights, in the form of WeSpeaker's: fbank in, vectors out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def make_voices_pack(folder: Path, *, seed: int = 0, overlap: bool = False, **meta: Any) -> Path:
    """
    ``feats`` (n, frames, 80) to ``embs`` (n, 24): mean and spread over time, through a random matrix; 20 kB.

    It knows nobody, but sounds of different colour get different vectors. Keys of *meta* replace those of
    ``pack.toml``; ``voices`` replaces keys of that table. With *overlap*, a second output says "never".
    """
    from plugin_core.modelstore import write_pack_toml

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(_graph(np.random.default_rng(seed), overlap).SerializeToString())
    options = {"features": "kaldi", "window": "hamming", "scale": 32768.0, "input": "feats", "output": "embs"}
    options |= {"same": 0.5, "window_ms": 1500, "hop_ms": 750} | ({"overlap": "both"} if overlap else {})
    table = {
        "id": "voices-random",
        "kind": "voices",
        "tier": "production",
        "name": "Random voices",
        "languages": [],
        "licence": "Apache-2.0",
        "compute_types": ["float32"],
        "voices": options | meta.pop("voices", {}),
    }
    write_pack_toml(folder, table | meta)
    return folder


def _graph(random: np.random.Generator, overlap: bool) -> Any:
    from onnx import TensorProto, helper, numpy_helper

    def constant(name: str, value: npt.NDArray[Any]) -> Any:
        return numpy_helper.from_array(value, name)

    nodes = [
        helper.make_node("Mul", ["feats", "feats"], ["square"]),
        helper.make_node("ReduceMean", ["square"], ["spread"], axes=[1], keepdims=0),
        helper.make_node("Log", ["spread"], ["level"]),
        helper.make_node("ReduceMean", ["level"], ["loudness"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["level", "loudness"], ["colour"]),
        helper.make_node("MatMul", ["colour", "matrix"], ["embs"]),
    ]
    tensors = [constant("matrix", random.standard_normal((80, 24)).astype(np.float32))]
    outputs = [helper.make_tensor_value_info("embs", TensorProto.FLOAT, ["n", 24])]
    if overlap:
        nodes.append(helper.make_node("ReduceMax", ["feats"], ["top"], axes=[2], keepdims=0))
        nodes.append(helper.make_node("Mul", ["top", "nothing"], ["still"]))
        nodes.append(helper.make_node("Sub", ["still", "ten"], ["both"]))
        tensors += [constant("nothing", np.array(0, np.float32)), constant("ten", np.array(10, np.float32))]
        outputs.append(helper.make_tensor_value_info("both", TensorProto.FLOAT, ["n", "frames"]))
    inputs = [helper.make_tensor_value_info("feats", TensorProto.FLOAT, ["n", "frames", 80])]
    graph = helper.make_graph(nodes, "random", inputs, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

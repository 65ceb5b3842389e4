"""Weights of a run to a pack: an ONNX graph written node by node, weights as float16, pack.toml.

    python -m models.speakers.export --run build/run --pack models/starter/voices

The graph computes in float32 (onnxruntime unfolds the weights when it opens the file); float16 halves the file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from models.speakers.train import FLOOR
from plugin_core.modelstore import Pack, write_pack_toml

Weights = Mapping[str, npt.NDArray[Any]]
EPSILON = 1e-5  # of torch's BatchNorm1d
ABOUT = {
    "id": "starter-voices",
    "kind": "voices",
    "tier": "starter",
    "name": "Starter voices",
    "languages": [],
    "licence": "Apache-2.0 (weights); training sentences CC BY 2.0 FR",
    "attribution": "Sentences: Tatoeba, CC BY 2.0 FR, by way of manythings.org; voices: espeak-ng, flite, festival",
    "source": "models/speakers",
}
LIMITS = (
    "Trained on synthetic voices only: in recordings of people it gives a quarter of the speech to somebody else. "
    "For interviews and films pull a production pack."
)


class Graph:
    """Nodes and weights of an ONNX graph, in the order they are added."""

    def __init__(self, weights: Weights, half: bool) -> None:
        self.weights, self.half = weights, half
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self._count = 0

    def add(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        """A node; returns the name of its output."""
        from onnx import helper

        self._count += 1
        out = out or f"{kind.lower()}{self._count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def keep(self, values: npt.NDArray[Any], name: str = "") -> str:
        """A constant; big ones as float16 and a cast."""
        from onnx import TensorProto, numpy_helper

        self._count += 1
        name = name or f"weight{self._count}"
        small = values.size < 512 or values.dtype != np.float32 or not self.half
        if small:
            self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
            return name
        self.tensors.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        return self.add("Cast", f"{name}_half", out=name, to=TensorProto.FLOAT)

    def conv(
        self, x: str, weight: npt.NDArray[Any], bias: npt.NDArray[Any], *, dilation: int = 1, stride: int = 1
    ) -> str:
        """A convolution over time that keeps the length (but for the stride)."""
        width = weight.shape[2]
        pad = dilation * (width - 1) // 2
        return self.add(
            "Conv", x, self.keep(weight), self.keep(bias), kernel_shape=[width], dilations=[dilation],
            strides=[stride], pads=[pad, pad],
        )  # fmt: skip

    def layer(self, x: str, name: str, *, dilation: int = 1, stride: int = 1) -> str:
        """A ``model.Layer``: its normalisation becomes part of the convolution."""
        scale, shift = normalisation(self.weights, f"{name}.norm")
        weight = self.weights[f"{name}.conv.weight"] * scale[:, None, None]
        return self.conv(x, weight.astype(np.float32), shift, dilation=dilation, stride=stride)

    def plain(self, x: str, name: str) -> str:
        """A convolution with a bias of its own."""
        return self.conv(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])


def normalisation(weights: Weights, name: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """What a trained batch normalisation multiplies by and adds."""
    scale = weights[f"{name}.weight"] / np.sqrt(weights[f"{name}.running_var"] + EPSILON)
    return scale.astype(np.float32), (weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * scale).astype(
        np.float32
    )


def graph(weights: Weights, shape: Mapping[str, Any], *, half: bool = True) -> Any:
    """The ONNX model: ``feats`` (n, frames, 80) to ``embs`` (n, dimension) and ``overlap`` (n, frames / 2)."""
    from onnx import TensorProto, checker, helper

    g = Graph(weights, half)
    x = g.add("Relu", g.layer(g.add("Transpose", "feats", perm=[0, 2, 1]), "enter", stride=2))
    found = []
    for number, dilation in enumerate(shape["dilations"]):
        x = block(g, x, f"blocks.{number}", dilation)
        found.append(x)
    x = g.add("Relu", g.layer(g.add("Concat", *found, axis=1), "gather"))
    leave(g, x, pooled(g, x))
    inputs = [helper.make_tensor_value_info("feats", TensorProto.FLOAT, ["n", "frames", 80])]
    outputs = [
        helper.make_tensor_value_info("embs", TensorProto.FLOAT, ["n", shape["dimension"]]),
        helper.make_tensor_value_info("overlap", TensorProto.FLOAT, ["n", "half"]),
    ]
    made = helper.make_graph(g.nodes, "voices", inputs, outputs, g.tensors)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="zimu")
    checker.check_model(model)
    return model


def block(g: Graph, x: str, name: str, dilation: int) -> str:
    """A ``model.Block``."""
    y = g.add("Relu", g.layer(x, f"{name}.around", dilation=dilation))
    y = g.add("Relu", g.layer(y, f"{name}.mix"))
    gate = g.add("Relu", g.plain(g.add("GlobalAveragePool", y), f"{name}.squeeze"))
    gate = g.add("Sigmoid", g.plain(gate, f"{name}.excite"))
    return g.add("Add", x, g.add("Mul", y, gate))


def pooled(g: Graph, x: str) -> str:
    """Attentive mean and spread over time, (n, 2 * mixed)."""
    share = g.add("Softmax", g.plain(g.add("Tanh", g.plain(x, "look")), "weigh"), axis=2)
    axes = g.keep(np.array([2], np.int64))
    weighed = g.add("Mul", x, share)
    mean = g.add("ReduceSum", weighed, axes, keepdims=0)
    square = g.add("ReduceSum", g.add("Mul", weighed, x), axes, keepdims=0)
    spread = g.add("Sub", square, g.add("Mul", mean, mean))
    spread = g.add("Sqrt", g.add("Max", spread, g.keep(np.array(1e-4, np.float32))))
    return g.add("Concat", mean, spread, axis=1)


def leave(g: Graph, x: str, statistics: str) -> None:
    """The two outputs."""
    scale, shift = normalisation(g.weights, "calm")
    weight, bias = g.weights["leave.weight"], g.weights["leave.bias"]
    inner = g.keep((weight * scale).T.astype(np.float32))
    g.add("Gemm", statistics, inner, g.keep((bias + weight @ shift).astype(np.float32)), out="embs")
    g.add("Squeeze", g.plain(x, "both"), g.keep(np.array([1], np.int64)), out="overlap")


def describe(pack: Path, quality: Mapping[str, float], tuned: Mapping[str, float], mean: str = "level") -> Pack:
    """Write pack.toml. *tuned* are the thresholds that models.speakers.evaluate finds on development voices."""
    options = {
        "features": "whisper", "input": "feats", "output": "embs", "overlap": "overlap", "floor": FLOOR, "mean": mean,
        "window_ms": 1500, "hop_ms": 750, "same": 0.75, "within": 0.7, "temperature": 0.1,
    }  # fmt: skip
    about = {
        **ABOUT,
        "revision": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "memory_mb": 40,
        "compute_types": ["float32"],
        "limits": LIMITS,
        "quality": dict(quality),
        "voices": options | dict(tuned),
    }
    return write_pack_toml(pack, about, ["model.onnx"])


def export(
    run: Path, pack: Path, *, quality: Mapping[str, float], tuned: Mapping[str, float], half: bool = True
) -> Pack:
    """Everything."""
    weights = load_file(run / "weights.safetensors")
    shape = json.loads((run / "size.json").read_text())
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "model.onnx").write_bytes(graph(weights, shape, half=half).SerializeToString())
    return describe(pack, quality, tuned, shape.get("mean", "band"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of models.speakers.train")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--results", type=Path, help="JSON of models.speakers.evaluate, quoted in pack.toml")
    parser.add_argument(
        "--float32", action="store_true", help="keep the weights as they are, to measure the difference"
    )
    options = parser.parse_args(arguments)
    results = json.loads(options.results.read_text()) if options.results else {}
    pack = export(
        options.run, options.pack, quality=results.get("quality", {}), tuned=results.get("tuned", {}),
        half=not options.float32,
    )  # fmt: skip
    print(pack.folder, pack.size, "bytes")


if __name__ == "__main__":
    main()

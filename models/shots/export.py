"""Weights of a run to a pack: an ONNX graph written node by node, weights as float16, pack.toml.

    python -m models.shots.export --run build/run --pack models/starter/shots

The graph computes in float32 (onnxruntime unfolds the weights when it opens the file); every normalisation disappears
into its convolution. Input ``input`` and output ``output`` are those of TransNet V2, so that PySceneDetect's detector
takes the file; ``many`` and ``kind`` are for those who know of them. It takes windows of any length: of 100 frames, as
that detector gives it, or longer ones, of which less is looked at twice.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from models.shots.changes import KINDS
from models.shots.clips import ATTRIBUTION
from models.shots.model import BINS, DILATIONS, HEIGHT, WIDTH, WINDOW
from plugin_core.modelstore import Pack, write_pack_toml

Array = npt.NDArray[Any]
Weights = Mapping[str, Array]
EPSILON = 1e-5  # of torch's batch normalisation
FILE = "shots.onnx"
ABOUT = {
    "id": "starter-shots",
    "kind": "shots",
    "tier": "starter",
    "name": "Starter shots: cuts, dissolves, fades and wipes",
    "languages": [],
    "licence": "Apache-2.0 (weights); training pictures CC BY 3.0 and CC0",
    "attribution": ATTRIBUTION,
    "source": "models/shots",
}
LIMITS = (
    "Trained on rendered shots and a few real ones, joined by a program: it has never seen how a whole film is cut. "
    "Cuts between two pictures that hardly differ, changes longer than 70 frames and hard effects may be "
    "missed; a white flash of five frames and more may be taken for a fade, light that goes up or down for a dissolve."
)


class Graph:
    """Nodes and weights of an ONNX graph, in the order they are added."""

    def __init__(self, weights: Weights, half: bool) -> None:
        self.weights, self.half = weights, half
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self._count = 0

    @cached_property
    def frames(self) -> str:
        """How many frames the input's windows have."""
        return self.add("Slice", self.add("Shape", "input"), self.numbers(1), self.numbers(2))

    def add(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        """A node; returns the name of its output."""
        from onnx import helper

        self._count += 1
        out = out or f"{kind.lower()}{self._count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=f"{out}_node", **attributes))
        return out

    def keep(self, values: Any, kind: Any = np.float32) -> str:
        """A constant; big ones as float16 and a cast."""
        from onnx import TensorProto, numpy_helper

        self._count += 1
        name, values = f"weight{self._count}", np.ascontiguousarray(np.asarray(values, kind))
        if values.size < 512 or kind is not np.float32 or not self.half:
            self.tensors.append(numpy_helper.from_array(values, name))
            return name
        self.tensors.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        return self.add("Cast", f"{name}_half", out=name, to=TensorProto.FLOAT)

    def numbers(self, *values: int) -> str:
        """A shape, axes, or sides to pad."""
        return self.keep(np.array(values), np.int64)

    def sides(self, *sides: int | str) -> str:
        """A shape of numbers, and of names of one or more of them."""
        return self.add("Concat", *(self.numbers(side) if isinstance(side, int) else side for side in sides), axis=0)

    def shape(self, x: str, *sides: int | str) -> str:
        """Reshaped; 0 keeps a side, -1 takes what is left."""
        return self.add("Reshape", x, self.sides(*sides))

    def conv(self, x: str, weight: Array, bias: Array | None = None, **attributes: Any) -> str:
        """A convolution."""
        rest = () if bias is None else (self.keep(bias),)
        return self.add("Conv", x, self.keep(weight), *rest, kernel_shape=list(weight.shape[2:]), **attributes)

    def calm(self, x: str, name: str, norm: str, **attributes: Any) -> str:
        """A convolution with the normalisation that follows it."""
        scale, shift = normalisation(self.weights, norm)
        weight = self.weights[f"{name}.weight"]
        return self.conv(x, weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift, **attributes)

    def plain(self, x: str, name: str) -> str:
        """A convolution over time with a bias of its own."""
        return self.conv(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])


def normalisation(weights: Weights, name: str) -> tuple[Array, Array]:
    """What a trained batch normalisation multiplies by and adds."""
    scale = weights[f"{name}.weight"] / np.sqrt(weights[f"{name}.running_var"] + EPSILON)
    return scale, weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * scale


def graph(weights: Weights, shape: Mapping[str, Any], *, half: bool = True) -> Any:
    """The ONNX model of ``model.Shots``: ``input`` to the probabilities ``output``, ``many`` and ``kind``."""
    from onnx import TensorProto, checker, helper

    g = Graph(weights, half)
    flat = g.add("Cast", g.shape("input", -1, HEIGHT, WIDTH, 3), to=TensorProto.FLOAT)
    x = g.add("Mul", g.add("Transpose", flat, perm=[0, 3, 1, 2]), g.keep(1 / 255))
    reach = shape["reach"]
    told = [compared(g, histogram(g), "colours", reach), compared(g, thumbnails(g, x), "thumbs", reach), levels(g, x)]
    x = g.add("Relu", g.calm(x, "enter", "calm", strides=[2, 2], pads=[1, 1, 1, 1]))
    means = []
    for number, filters in enumerate(shape["filters"]):
        x = block(g, x, f"blocks.{number}", shape["cells"], filters)
        means.append(g.add("ReduceMean", x, g.numbers(2, 3), keepdims=0))
    learned = g.add(
        "Gemm", g.add("Concat", *means, axis=1), g.keep(weights["project.weight"].T), g.keep(weights["project.bias"])
    )
    told.append(compared(g, framed(g, unit(g, learned)), "learned", reach))
    kept = g.add("Transpose", framed(g, g.add("Flatten", x, axis=1)), perm=[0, 2, 1])
    told.append(g.add("Relu", g.plain(kept, "dense")))
    leave(g, g.add("Concat", *told, axis=1), shape["tail"])
    said = ((name, ["n", "frames", side]) for name, side in (("output", 1), ("many", 1), ("kind", len(KINDS))))
    made = helper.make_graph(
        g.nodes, "shots",
        [helper.make_tensor_value_info("input", TensorProto.UINT8, ["n", "frames", HEIGHT, WIDTH, 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, sides) for name, sides in said], g.tensors,
    )  # fmt: skip
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name="zimu")
    checker.check_model(model)
    return model


def framed(g: Graph, x: str) -> str:
    """(n * frames, features) to (n, frames, features)."""
    return g.shape(x, -1, g.frames, features(g, x))


def features(g: Graph, x: str) -> str:
    """The last side, as a shape of one number."""
    return g.add("Slice", g.add("Shape", x), g.numbers(1), g.numbers(2))


def unit(g: Graph, x: str) -> str:
    """``model.unit`` of (rows, features)."""
    square = g.add("ReduceSum", g.add("Mul", x, x), g.numbers(1), keepdims=1)
    return g.add("Div", x, g.add("Sqrt", g.add("Add", square, g.keep(1e-6))))


def histogram(g: Graph) -> str:
    """``model.histogram``: every pixel adds to the bin of its colour."""
    from onnx import TensorProto

    shift = g.keep(8 - (BINS - 1).bit_length(), np.uint8)
    coarse = g.add("BitShift", g.shape("input", -1, HEIGHT * WIDTH, 3), shift, direction="RIGHT")
    index = ""
    for number in range(3):
        one = g.add("Slice", coarse, g.numbers(number), g.numbers(number + 1), g.numbers(2))
        one = g.add("Cast", g.shape(one, -1, HEIGHT * WIDTH), to=TensorProto.INT32)
        index = g.add("Add", g.add("Mul", index, g.keep(BINS, np.int32)), one) if index else one
    rows = g.add("Slice", g.add("Shape", index), g.numbers(0), g.numbers(1))
    empty = g.add("Expand", g.keep(0.0), g.sides(rows, BINS**3))
    ones = g.add("Expand", g.keep(1 / (HEIGHT * WIDTH)), g.add("Shape", index))
    counts = g.add("ScatterElements", empty, index, ones, axis=1, reduction="add")
    return framed(g, g.add("Sqrt", counts))


def thumbnails(g: Graph, x: str) -> str:
    """``model.thumbnails``."""
    small = g.add("Flatten", g.add("AveragePool", x, kernel_shape=[6, 6], strides=[6, 6]), axis=1)
    return framed(g, unit(g, g.add("Sub", small, g.add("ReduceMean", small, g.numbers(1), keepdims=1))))


def levels(g: Graph, x: str) -> str:
    """``model.levels``."""
    grey = g.add("ReduceMean", x, g.numbers(1), keepdims=0)
    mean = g.add("ReduceMean", grey, g.numbers(1, 2), keepdims=0)
    square = g.add("ReduceMean", g.add("Mul", grey, grey), g.numbers(1, 2), keepdims=0)
    calm = g.add("Relu", g.add("Sub", square, g.add("Mul", mean, mean)))
    spread = g.add("Sqrt", g.add("Add", calm, g.keep(1e-6)))
    both = [g.shape(part, -1, 1, g.frames) for part in (mean, spread)]
    now = g.add("Concat", *both, axis=1)
    first = g.add("Slice", now, g.numbers(0), g.numbers(1), g.numbers(2))
    before = g.add("Concat", first, g.add("Slice", now, g.numbers(0), g.numbers(-1), g.numbers(2)), axis=2)
    return g.add("Concat", now, g.add("Sub", now, before), axis=1)


def compared(g: Graph, x: str, name: str, reach: int) -> str:
    """A ``model.Compare``."""
    product = g.add("MatMul", x, g.add("Transpose", x, perm=[0, 2, 1]))
    apart = g.add("Relu", g.add("Sub", g.keep(2.0), g.add("Mul", product, g.keep(2.0))))
    likeness = g.add("Sub", g.keep(1.0), g.add("Sqrt", g.add("Add", apart, g.keep(1e-4))))
    wide = g.add("Pad", likeness, g.numbers(0, 0, reach, 0, 0, reach))
    flat = g.add("Pad", g.shape(wide, 0, -1), g.sides(0, 0, 0, g.frames))
    band = g.shape(flat, 0, g.frames, -1)
    band = g.add("Slice", band, g.numbers(0), g.numbers(2 * reach + 1), g.numbers(2))
    return g.add("Relu", g.plain(g.add("Transpose", band, perm=[0, 2, 1]), f"{name}.dense"))


def block(g: Graph, x: str, name: str, cells: int, filters: int) -> str:
    """A ``model.Block``."""
    first = x = g.add("Relu", cell(g, x, f"{name}.cells.0", filters))
    for number in range(1, cells):
        x = g.add("Relu", g.add("Add", cell(g, x, f"{name}.cells.{number}", filters), first))
    return g.add("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])


def cell(g: Graph, x: str, name: str, filters: int) -> str:
    """A ``model.Cell``: the picture as one side while it looks over time."""
    x = g.add("Relu", g.calm(x, f"{name}.space", f"{name}.calm", pads=[1, 1, 1, 1]))
    sides = g.add("Slice", g.add("Shape", x), g.numbers(2), g.numbers(4))
    x = g.add("Transpose", g.shape(x, -1, g.frames, 2 * filters, places(name)), perm=[0, 2, 1, 3])
    scale, shift = normalisation(g.weights, f"{name}.norm")
    parts = []
    for number, d in enumerate(DILATIONS):
        part = slice(number * filters, (number + 1) * filters)
        weight = g.weights[f"{name}.time.{number}.weight"] * scale[part, None, None, None]
        parts.append(g.conv(x, weight, shift[part], dilations=[d, 1], pads=[d, 0, d, 0]))
    x = g.add("Transpose", g.add("Concat", *parts, axis=1), perm=[0, 2, 1, 3])
    return g.shape(x, -1, 4 * filters, sides)


def places(name: str) -> int:
    """How many places of the picture are left in the block of this cell."""
    height, width = (HEIGHT + 1) // 2, (WIDTH + 1) // 2
    for _ in range(int(name.split(".")[1])):
        height, width = height // 2, width // 2
    return height * width


def leave(g: Graph, x: str, tail: Sequence[int]) -> None:
    """All of it read over time, and the three outputs."""
    x = g.add("Relu", g.calm(x, "gather", "gathered"))
    for number, d in enumerate(tail):
        y = g.calm(x, f"tail.{number}.0", f"tail.{number}.1", dilations=[d], pads=[d, d])
        x = g.add("Add", x, g.add("Relu", y))
    said = g.add("Transpose", g.plain(x, "answer"), perm=[0, 2, 1])
    for at, name in enumerate(("output", "many")):
        g.add("Sigmoid", g.add("Slice", said, g.numbers(at), g.numbers(at + 1), g.numbers(2)), out=name)
    kinds = g.add("Slice", said, g.numbers(2), g.numbers(2 + len(KINDS)), g.numbers(2))
    g.add("Softmax", kinds, axis=2, out="kind")


def describe(pack: Path, quality: Mapping[str, float], tuned: Mapping[str, float]) -> Pack:
    """Write pack.toml. *tuned* are the thresholds that models.shots.evaluate finds on development films."""
    about = {
        **ABOUT,
        "revision": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "memory_mb": 60,
        "compute_types": ["float32"],
        "limits": LIMITS,
        "quality": dict(quality),
        "shots": {"network": FILE, "window": WINDOW, "kinds": list(KINDS)} | dict(tuned),
    }
    return write_pack_toml(pack, about, [FILE])


def export(run: Path, pack: Path, *, results: Mapping[str, Any] | None = None, half: bool = True) -> Pack:
    """Everything."""
    weights = load_file(run / "weights.safetensors")
    shape = json.loads((run / "size.json").read_text())
    pack.mkdir(parents=True, exist_ok=True)
    (pack / FILE).write_bytes(graph(weights, shape, half=half).SerializeToString())
    known = results or {}
    return describe(pack, known.get("quality", {}), known.get("tuned", {}))


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of models.shots.train")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--results", type=Path, help="JSON of models.shots.evaluate, quoted in pack.toml")
    parser.add_argument("--float32", action="store_true", help="keep the weights, to measure the difference")
    options = parser.parse_args(arguments)
    results = json.loads(options.results.read_text()) if options.results else {}
    pack = export(options.run, options.pack, results=results, half=not options.float32)
    print(pack.folder, pack.size, "bytes")


if __name__ == "__main__":
    main()

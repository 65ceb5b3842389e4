"""
YAMNet as a production pack: Google's TFLite file to ONNX, 521 AudioSet classes and the embedding below them.

    python -m models.sounds.yamnet yamnet_audio_classifier_with_metadata.tflite FOLDER

The TFLite file is quantised to INT8 and hears one patch at a time. Its weights are read from the flatbuffer, put back
on their scales, and written as the same MobileNet-v1 in float32 with a free batch axis and a second output: the mean
over the last map, which a head can be taught on (models/sounds/head.py). The front end stays outside, in
``plugin_core.sounds.fbank.audioset``, so that a stream computes every frame once.

The weights are Google's (tensorflow/models, Apache-2.0); nothing is trained here.
"""

from __future__ import annotations

import argparse
import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core.modelstore import Pack, write_pack_toml

Array = npt.NDArray[Any]

FRAMES, BANDS, EMBEDDING = 96, 64, 1024
OPSET = 17
CONV, DEPTHWISE, DENSE = 3, 4, 9  # TFLite's numbers for its operators
_TYPES = {0: "<f4", 2: "<i4", 4: "<i8", 9: "<i1"}  # TensorType of the schema, as far as weights use it
# YAMNet's scores are no calibrated probabilities: a sound that is plainly there is often at 0.3 (its README).
RULES = {
    "speech": {"on": 0.4, "off": 0.2, "shortest": 480, "pause": 480},
    "singing": {"on": 0.3, "off": 0.15, "shortest": 960, "pause": 960},
    "music": {"on": 0.4, "off": 0.2, "shortest": 960, "pause": 1440},
    "noise": {"on": 0.3, "off": 0.15, "shortest": 960, "pause": 960},
    "sound": {"on": 0.3, "off": 0.15, "shortest": 480, "pause": 480},
}
ABOUT = {
    "id": "yamnet",
    "kind": "sounds",
    "tier": "production",
    "name": "YAMNet, 521 AudioSet classes",
    "languages": [],
    "licence": "Apache-2.0",
    "attribution": "YAMNet by Google (tensorflow/models, Apache-2.0)",
    "source": "models/sounds/yamnet.py",
    "revision": "1",
    "limits": "Hears 521 everyday sounds, in patches of about a second that lie 0.48 s apart: an event begins where "
    "the sound rises within its first patch. Rare classes are often missed.",
    "memory_mb": 120,
    "compute_types": ["float32"],
    "sounds": {
        "backend": "yamnet-patches",
        "network": "yamnet.onnx",
        "classes": "yamnet_class_map.csv",
        "rules": RULES,
    },
}


# -- the flatbuffer (tensorflow/lite/schema/schema.fbs), as far as this network uses it --


class Table:
    """A table of a flatbuffer: its fields by their number in the schema, defaults where they are absent."""

    def __init__(self, buffer: bytes, place: int) -> None:
        self.buffer = buffer
        self.place = place

    @staticmethod
    def root(buffer: bytes) -> Table:
        """The table a file begins with."""
        return Table(buffer, struct.unpack_from("<I", buffer, 0)[0])

    def _field(self, number: int) -> int:
        """Where field *number* lies; 0 if it is absent."""
        table = self.place - struct.unpack_from("<i", self.buffer, self.place)[0]
        slot = 4 + 2 * number
        if slot >= struct.unpack_from("<H", self.buffer, table)[0]:
            return 0
        offset = struct.unpack_from("<H", self.buffer, table + slot)[0]
        return self.place + offset if offset else 0

    def value(self, number: int, layout: str = "<i") -> int:
        """A number; 0 if it is absent."""
        place = self._field(number)
        return int(struct.unpack_from(layout, self.buffer, place)[0]) if place else 0

    def table(self, number: int) -> Table | None:
        """A table within this one."""
        place = self._field(number)
        return Table(self.buffer, place + struct.unpack_from("<I", self.buffer, place)[0]) if place else None

    def _vector(self, number: int) -> tuple[int, int]:
        place = self._field(number)
        if not place:
            return 0, 0
        start = place + struct.unpack_from("<I", self.buffer, place)[0]
        return start + 4, struct.unpack_from("<I", self.buffer, start)[0]

    def tables(self, number: int) -> list[Table]:
        """A vector of tables."""
        start, length = self._vector(number)
        places = [start + 4 * k for k in range(length)]
        return [Table(self.buffer, place + struct.unpack_from("<I", self.buffer, place)[0]) for place in places]

    def array(self, number: int, dtype: str) -> Array:
        """A vector of numbers."""
        start, length = self._vector(number)
        return np.frombuffer(self.buffer, dtype, length, start) if length else np.zeros(0, dtype)


@dataclass(frozen=True)
class Layer:
    """A convolution (weights as ONNX has them: out, in, height, width) or the dense end (out, in), with its bias."""

    kind: int  # CONV | DEPTHWISE | DENSE
    weights: Array
    bias: Array
    strides: tuple[int, int] = (1, 1)
    ceiling: float | None = None  # of the rectifier: 6, none, or no rectifier at all (DENSE)


def layers(buffer: bytes) -> list[Layer]:
    """The trained layers of the first subgraph in the order they run; ValueError if the file is not this network's."""
    if buffer[4:8] != b"TFL3":
        raise ValueError("this is not a TFLite file")
    model = Table.root(buffer)
    graph = model.tables(2)[0]
    codes = [max(code.value(3), code.value(0, "<b")) for code in model.tables(1)]
    tensors, buffers = graph.tables(0), model.tables(4)
    found = []
    for operator in graph.tables(3):
        kind = codes[operator.value(0, "<I")]
        inputs = operator.array(1, "<i4")
        if kind in {CONV, DEPTHWISE} or (kind == DENSE and tensors[inputs[1]].value(1, "<b") == 9):
            weights, bias = (_values(tensors[k], buffers) for k in inputs[1:3])
            found.append(_layer(kind, weights, bias, operator.table(4)))
    if [layer.kind for layer in found] != [CONV, *[DEPTHWISE, CONV] * 13, DENSE]:
        raise ValueError("this TFLite file is not YAMNet")
    return found


def _layer(kind: int, weights: Array, bias: Array, options: Table | None) -> Layer:
    if kind == DENSE:
        return Layer(kind, weights, bias)
    if options is None or options.value(0, "<b") != 0:
        raise ValueError("a convolution is not padded to the same size")
    activation = options.value(3 if kind == CONV else 4, "<b")
    ceiling = {1: None, 3: 6.0}.get(activation, -1.0)
    if ceiling == -1.0:
        raise ValueError(f"a convolution ends in activation {activation}")
    order = (0, 3, 1, 2) if kind == CONV else (3, 0, 1, 2)
    return Layer(kind, weights.transpose(order), bias, (options.value(2), options.value(1)), ceiling)


def _values(tensor: Table, buffers: list[Table]) -> Array:
    """A tensor's numbers on their real scale: (stored - zero point) x scale, along the quantised axis."""
    dtype = _TYPES[tensor.value(1, "<b")]
    stored = buffers[tensor.value(2, "<I")].array(0, "<u1").tobytes()
    values = np.frombuffer(stored, dtype).reshape(tensor.array(0, "<i4")).astype(np.float64)
    quantisation = tensor.table(4)
    if quantisation is None or not len(scales := quantisation.array(2, "<f4")):
        return values.astype(np.float32)
    shape = [1] * values.ndim
    shape[quantisation.value(6)] = len(scales)
    zeros = quantisation.array(3, "<i8")
    return ((values - zeros.reshape(shape if len(zeros) > 1 else [1])) * scales.reshape(shape)).astype(np.float32)


# -- the ONNX graph --


def graph(trained: Sequence[Layer]) -> Any:
    """An ONNX model: patches (n, 96, 64) to scores (n, classes) and embeddings (n, 1024)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights = [], [numpy_helper.from_array(np.array([1], np.int64), "channel")]
    nodes.append(helper.make_node("Unsqueeze", ["patches", "channel"], ["map0"]))
    last = "map0"
    for number, layer in enumerate(trained[:-1], 1):
        names = [f"weights{number}", f"bias{number}"]
        weights += [numpy_helper.from_array(np.ascontiguousarray(layer.weights), names[0])]
        weights += [numpy_helper.from_array(layer.bias, names[1])]
        group = len(layer.bias) if layer.kind == DEPTHWISE else 1
        options = {"strides": list(layer.strides), "group": group, "auto_pad": "SAME_UPPER"}
        nodes.append(helper.make_node("Conv", [last, *names], [f"sum{number}"], **options))
        nodes += _rectifier(f"sum{number}", f"map{number}", layer.ceiling, weights)
        last = f"map{number}"
    end = trained[-1]
    weights += [numpy_helper.from_array(end.weights, "weights"), numpy_helper.from_array(end.bias, "bias")]
    nodes.append(helper.make_node("GlobalAveragePool", [last], ["mean"]))
    nodes.append(helper.make_node("Flatten", ["mean"], ["embeddings"]))
    nodes.append(helper.make_node("Gemm", ["embeddings", "weights", "bias"], ["logits"], transB=1))
    nodes.append(helper.make_node("Sigmoid", ["logits"], ["scores"]))
    made = helper.make_graph(
        nodes,
        "yamnet",
        [helper.make_tensor_value_info("patches", TensorProto.FLOAT, ["n", FRAMES, BANDS])],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(end.bias)]),
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["n", end.weights.shape[1]]),
        ],
        weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="zimu")
    model.ir_version = 8  # what opset 17 came with: older onnxruntimes read it too
    onnx.checker.check_model(model)
    return model


def _rectifier(source: str, target: str, ceiling: float | None, weights: list[Any]) -> list[Any]:
    from onnx import helper, numpy_helper

    if ceiling is None:
        return [helper.make_node("Relu", [source], [target])]
    if not any(weight.name == "floor" for weight in weights):
        weights.append(numpy_helper.from_array(np.array(0.0, np.float32), "floor"))
        weights.append(numpy_helper.from_array(np.array(ceiling, np.float32), "ceiling"))
    return [helper.make_node("Clip", [source, "floor", "ceiling"], [target])]


# -- the pack --


def labels(path: Path) -> list[str]:
    """The class names in the order of the scores, from the zip at the end of the file."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("yamnet_label_list.txt").decode("utf-8").splitlines()


def class_map(names: Sequence[str]) -> str:
    """The names as the CSV that YAMNet is published with (the machine ids are not in the TFLite file)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["index", "mid", "display_name"])
    writer.writerows([index, "", name] for index, name in enumerate(names))
    return text.getvalue()


def make(source: Path, folder: Path) -> Pack:
    """The pack in *folder*, from the TFLite file *source*."""
    folder.mkdir(parents=True, exist_ok=True)
    names = labels(source)
    trained = layers(source.read_bytes())
    if len(names) != len(trained[-1].bias):
        raise ValueError(f"{len(names)} names for {len(trained[-1].bias)} classes")
    (folder / "yamnet.onnx").write_bytes(graph(trained).SerializeToString())
    (folder / "yamnet_class_map.csv").write_text(class_map(names), encoding="utf-8")
    return write_pack_toml(folder, ABOUT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tflite", type=Path, help="yamnet_audio_classifier_with_metadata.tflite")
    parser.add_argument("folder", type=Path, help="the pack to make; bring it in with `zimu models import FOLDER`")
    options = parser.parse_args(arguments)
    pack = make(options.tflite, options.folder)
    print(f"{pack.folder}: {pack.id}, {pack.size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

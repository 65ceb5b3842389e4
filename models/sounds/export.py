"""Weights of a run to a pack: an ONNX graph with weights kept in float16, and pack.toml.

    python -m models.sounds.export --run /somewhere/run/all --pack models/starter/sounds --tuning tuning.json

The graph is written node by node, batch norms folded into the convolutions before them: nothing depends on a version of
an exporter. Weights are stored in float16 and cast once when the network is opened; it computes in float32 (INT8 is
slower for networks this small). ``--tuning`` holds the calibration and the thresholds of models.sounds.evaluate.
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
import torch

from models.sounds.model import Listener, Size
from models.training.loop import WEIGHTS, load_weights
from plugin_core.modelstore import write_pack_toml

Array = npt.NDArray[np.float32]
OPSET = 17
NAMES: dict[str, tuple[str, str]] = {  # class of the recipe: id in the ontology of tags, class of AudioSet
    "speech": ("speech", "Speech"), "music": ("music", "Music"), "singing": ("singing", "Singing"),
    "noise": ("noise", "Noise"), "dog": ("dog-bark", "Bark"), "rain": ("rain", "Rain"),
    "sea": ("waves", "Waves, surf"), "baby": ("baby-cry", "Baby cry, infant cry"), "clock": ("clock-tick", "Tick-tock"),
    "sneeze": ("sneeze", "Sneeze"), "helicopter": ("helicopter", "Helicopter"), "chainsaw": ("chainsaw", "Chainsaw"),
    "rooster": ("rooster", "Crowing, cock-a-doodle-doo"), "fire": ("crackle", "Crackle"),
    "applause": ("applause", "Applause"), "laughter": ("laughter", "Laughter"),
    "footsteps": ("footsteps", "Walk, footsteps"), "knock": ("door-knock", "Knock"),
    "phone": ("phone-ring", "Telephone bell ringing"), "glass": ("glass-shatter", "Shatter"),
    "siren": ("siren", "Siren"),
    "keyboard": ("typing", "Computer keyboard"), "doorbell": ("doorbell", "Doorbell"),
    "whistle": ("whistle-human", "Whistling"), "gunshot": ("gunshot", "Gunshot, gunfire"),
    "explosion": ("explosion", "Explosion"), "thunder": ("thunder", "Thunder"), "wind": ("wind", "Wind"),
    "water": ("stream", "Stream"), "bell": ("bell", "Bell"), "alarm": ("beep", "Beep, bleep"),
    "horn": ("car-horn", "Vehicle horn, car horn, honking"),
    "birds": ("bird", "Bird vocalization, bird call, bird song"), "slam": ("door-slam", "Slam"),
    "heartbeat": ("heartbeat", "Heart sounds, heartbeat"), "camera": ("flash-camera", "Camera"),
    "whoosh": ("whoosh", "Whoosh, swoosh, swish"),
}  # fmt: skip
LIMITS = (
    "Tells speech, music, singing and noise apart and names 33 everyday sounds. Ten of them (dog, rain, waves, baby, "
    "clock, sneeze, helicopter, chainsaw, rooster, fire) were learned from recordings; the others, and all speech and "
    "music, from synthetic sound only: expect misses and mistakes with recordings of them, and use a production pack "
    "where that matters."
)
ABOUT = {
    "id": "starter-sounds",
    "kind": "sounds",
    "tier": "starter",
    "name": "Starter sounds: speech, music, singing, noise and 33 events",
    "languages": [],
    "licence": "Apache-2.0 (weights); recordings CC BY 3.0",
    "attribution": (
        "Recordings: ESC-10 by K. J. Piczak, clips from Freesound.org, CC BY 3.0; music: sound font FluidR3 by Frank "
        "Wen (MIT); voices: espeak-ng, flite, festival reading Tatoeba (CC BY 2.0 FR); teacher: YAMNet by Google "
        "(Apache-2.0)"
    ),
    "source": "models/sounds",
    "memory_mb": 90,
    "compute_types": ["float32"],
    "limits": LIMITS,
}


class _Graph:
    """Nodes and weights in the making."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, value: npt.NDArray[Any], name: str) -> str:
        """A small constant, as it is."""
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, value: Array, name: str) -> str:
        """A trained array: float16 in the file, float32 in use."""
        from onnx import TensorProto

        stored = self.constant(value.astype(np.float16), f"{name}.stored")
        return self.node("Cast", [stored], name, to=TensorProto.FLOAT)

    def node(self, kind: str, inputs: list[str], output: str, **options: Any) -> str:
        """One operator; returns its output."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output

    def conv(self, name: str, source: str, weight: Array, bias: Array, **options: Any) -> str:
        """A convolution."""
        inputs = [source, self.weight(weight, f"{name}.w"), self.weight(bias, f"{name}.b")]
        return self.node("Conv", inputs, name, **options)


def _folded(conv: torch.nn.Module, norm: Any) -> tuple[Array, Array]:
    """Weights and bias of a convolution without bias and the batch norm behind it."""
    scale, shift = _affine(norm)
    weight = conv.weight.detach().numpy()  # type: ignore[operator, union-attr]
    return (weight * scale.reshape(-1, *[1] * (weight.ndim - 1))).astype(np.float32), shift


def _affine(norm: Any) -> tuple[Array, Array]:
    """A batch norm at rest: y = scale x + shift."""
    scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().numpy()
    return scale, (norm.bias.detach().numpy() - norm.running_mean.numpy() * scale).astype(np.float32)


def graph(model: Listener) -> Any:
    """An ONNX model: ``mel`` (n, rows, 64) to ``logits`` and ``weights``, both (n, ceil(rows / 4), classes)."""
    from onnx import TensorProto, checker, helper

    made, size = _Graph(), model.size
    centred = made.node("Sub", ["mel", made.constant(np.array(1.5, np.float32), "centre")], "centred")
    x = made.node("Mul", [centred, made.constant(np.array(1.2, np.float32), "spread")], "spreaded")
    x = made.node("Unsqueeze", [x, made.constant(np.array([1], np.int64), "channel")], "plane")
    for number in range(0, len(model.eye), 3):
        conv, norm = model.eye[number], model.eye[number + 1]
        stride = list(conv.stride)  # type: ignore[arg-type]
        x = made.conv(f"eye{number}", x, *_folded(conv, norm), strides=stride, pads=[1, 1, 1, 1])
        x = made.node("Relu", [x], f"eye{number}.on")
    x = made.node("Transpose", [x], "turned", perm=[0, 1, 3, 2])
    flat = made.constant(np.array([0, model.mix.in_channels, -1], np.int64), "flat")
    x = made.node("Reshape", [x, flat], "flattened")
    x = made.node("Relu", [made.conv("mix", x, *_folded(model.mix, model.norm))], "mixed")
    for number, turn in enumerate(model.turns):
        dilation = int(turn.look.dilation[0])  # type: ignore[union-attr, index]
        y = made.node("Relu", [made.conv(f"down{number}", x, *_folded(turn.down, turn.first))], f"down{number}.on")  # type: ignore[arg-type]
        look = _folded(turn.look, turn.second)  # type: ignore[arg-type]
        y = made.conv(f"look{number}", y, *look, dilations=[dilation], pads=[dilation, dilation])
        y = made.node("Relu", [y], f"look{number}.on")
        up = turn.up
        y = made.conv(f"up{number}", y, up.weight.detach().numpy(), up.bias.detach().numpy())  # type: ignore[union-attr, operator]
        x = made.node("Add", [x, y], f"turn{number}")
    scale, shift = _affine(model.last)
    x = made.node("Mul", [x, made.weight(scale[:, None], "scale")], "scaled")
    x = made.node("Relu", [made.node("Add", [x, made.weight(shift[:, None], "shift")], "shifted")], "features")
    for output, head in (("logits", model.logits), ("weights", model.attention)):
        bias = head.bias.detach().numpy()  # type: ignore[union-attr]
        y = made.conv(f"{output}.across", x, head.weight.detach().numpy(), bias)
        made.node("Transpose", [y], output, perm=[0, 2, 1])
    inputs = [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["n", "rows", size.bands])]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "rows_out", size.classes])
        for name in ("logits", "weights")
    ]
    whole = helper.make_graph(made.nodes, "listener", inputs, outputs, made.weights)
    model_proto = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="zimu")
    model_proto.ir_version = 8  # what opset 17 came with: older onnxruntimes read it too
    checker.check_model(model_proto)
    return model_proto


def load(run: Path) -> tuple[Listener, list[str]]:
    """The network of a run with its averaged weights, at rest, and its classes."""
    about = json.loads((run / "about.json").read_text("utf-8"))
    fields = {name: about[name] for name in Size.__dataclass_fields__ if name in about}
    classes = [str(name) for name in about["names"]]
    fields |= {"channels": tuple(fields["channels"]), "dilations": tuple(fields["dilations"])}
    model = Listener(Size(**fields))
    load_weights(model, run / WEIGHTS)
    return model.eval(), classes


def export(
    run: Path, pack: Path, tuning: Mapping[str, Any] | None = None, quality: Mapping[str, Any] | None = None
) -> Path:
    """Everything; returns the path of pack.toml."""
    model, classes = load(run)
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "sounds.onnx").write_bytes(graph(model).SerializeToString())
    kinds = {"speech", "music", "singing", "noise"}
    table = {
        "backend": "zimu-listener",
        "network": "sounds.onnx",
        "context": model.size.context,
        "classes": [[NAMES[name][0], name if name in kinds else "sound", NAMES[name][1]] for name in classes],
        **(tuning or {}),
    }
    about = ABOUT | {
        "revision": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "quality": dict(quality or {}),
        "sounds": table,
    }
    return write_pack_toml(pack, about).folder / "pack.toml"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--tuning", type=Path, help="JSON of models.sounds.tuning")
    parser.add_argument("--results", type=Path, help="JSON of models.sounds.evaluate, quoted in pack.toml")
    options = parser.parse_args(arguments)
    tuning = json.loads(options.tuning.read_text("utf-8")) if options.tuning else None
    quality = json.loads(options.results.read_text("utf-8"))["quality"] if options.results else None
    print(export(options.run, options.pack, tuning, quality))


if __name__ == "__main__":
    main()

"""The starter of a run to a pack: an encoder and a decoder in ONNX, its tokens, and pack.toml.

    python -m models.captioner.export --run RUN --pack models/starter/captioner --results models/captioner/results.json

The encoder gives the keys and values that every layer of the decoder looks at, once for a shot; the decoder reads one
token, and keeps those of the tokens before it. ``check`` holds both against the network they were made from. Weights
are kept in INT8 (one scale for each output) and unfolded when the pack is opened: a quarter of the size, and what is
said of a shot does not depend on the shots beside it, as it does where activations are quantised together.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.captioner.captioner import Tensors
from models.captioner.films import LANGUAGES
from models.captioner.pictures import REGIONS
from models.captioner.starter import MARKS, TOKENS, Starter, load
from models.captioner.vocabulary import MARKS as NEVER
from models.scenes.export import OPSET, halved, session
from plugin_core.engines.captioner import FRAMES, PAST, PRESENT, SEEN_MASK, TEXTS
from plugin_core.modelstore import Pack, write_pack_toml
from plugin_core.scenes.features import HEIGHT, WIDTH

CLOSE = 2e-3  # of a logit
LONGEST = 28  # tokens of a caption
CERTAIN = ("doing", "who", "place")  # the parts of the truth whose chances are multiplied
INT8_FROM = 4096  # numbers: smaller weights stay as they are
ABOUT = {
    "id": "starter-captioner",
    "kind": "captioner",
    "tier": "starter",
    "name": "Starter captions: what is seen in a shot, Chinese and English",
    "languages": list(LANGUAGES),
    "licence": "Apache-2.0",
    "attribution": "Films and captions: made by the recipe",
    "source": "models/captioner",
    "memory_mb": 90,
    "compute_types": ["float32"],
    "limits": (
        "Trained on drawn films only. It knows a few things: people who talk, sit, stand, walk, run, fight, dance; "
        "cars; explosions; titles; twenty-two kinds of places; day, dusk, night, weather. Of footage of cameras most "
        "of what it says is wrong: keep what is below its confidence hidden; use a larger captioner for real work."
    ),
}
Graphs = dict[str, bytes]
Array = npt.NDArray[Any]


class Looking(nn.Module):
    """Frames and their mask to the keys and values of every layer, which of them there are, and how certain it is."""

    def __init__(self, model: Starter) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        memory = self.model.remember({"pictures": pixels, "mask": mask})
        known = torch.cat([torch.ones_like(mask[:, :1]), mask.repeat_interleave(REGIONS, 1)], 1)  # the gist first
        sure = torch.stack([self.model.guessed[name].softmax(1).amax(1) for name in CERTAIN]).prod(0)
        return (*(memory[name] for name in memories(self.model)), known, sure)


class Saying(nn.Module):
    """A token, what was seen and the tokens before it, to the logits of the next."""

    def __init__(self, model: Starter) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, known: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        names = memories(self.model)
        memory: Tensors = dict(zip(names, rest, strict=False)) | {"known": known > 0}
        past = {f"past{layer}": value for layer, value in enumerate(rest[len(names) :])}
        logits, kept = self.model.step(ids[:, 0], past, memory)
        return (logits[:, None], *kept.values())


def memories(model: Starter) -> list[str]:
    """The names of what the decoder looks at."""
    return [f"{part}{layer}" for layer in range(len(model.layers)) for part in ("keys", "values")]


def names(model: Starter) -> dict[str, tuple[list[str], list[str]]]:
    """The inputs and the outputs of both graphs."""
    layers = range(len(model.layers))
    seen = [*memories(model), SEEN_MASK]
    return {
        "encoder": (["pixel_values", "mask"], [*seen, "certainty"]),
        "decoder": (
            [TEXTS, SEEN_MASK, *memories(model), *(f"{PAST}{layer}" for layer in layers)],
            ["logits", *(f"{PRESENT}{layer}" for layer in layers)],
        ),
    }


def examples(model: Starter, shots: int, said: int, seed: int = 0) -> dict[str, tuple[Tensor, ...]]:
    """Noise for both graphs: so many *shots*, so many tokens *said*."""
    made = torch.Generator().manual_seed(seed)
    pixels = torch.rand(shots, FRAMES, 3, HEIGHT, WIDTH, generator=made) * 2 - 1
    mask = torch.ones(shots, FRAMES)
    for place in range(1, shots):
        mask[place, -place:] = 0
    heads, size = model.layers[0].heads, model.norm.normalized_shape[0]
    past = [torch.randn(shots, 2, heads, said, size // heads, generator=made) for _ in model.layers]
    ids = torch.randint(4, model.output.out_features, (shots, 1), generator=made)
    with torch.no_grad():
        *seen, known, _ = Looking(model).eval()(pixels * mask[:, :, None, None, None], mask)
    return {"encoder": (pixels * mask[:, :, None, None, None], mask), "decoder": (ids, known, *seen, *past)}


def graphs(model: Starter) -> Graphs:
    """Both in float32. By tracing: ``check`` proves that they hold for any number of shots and tokens."""
    model.eval()
    feeds, made = examples(model, 2, 3), {}
    for name, part in (("encoder", Looking(model)), ("decoder", Saying(model))):
        inputs, outputs = names(model)[name]
        axes: dict[str, dict[int, str]] = {one: {0: "rows"} for one in (*inputs, *outputs)}
        for one in axes:
            if one.startswith((PAST, PRESENT)):
                axes[one] |= {3: "said" if one.startswith(PAST) else "all"}
        into = io.BytesIO()
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # that tracing will go away one day, and what it takes for constants
            torch.onnx.export(
                part.eval(), feeds[name], into, dynamo=False, input_names=inputs, output_names=outputs,
                opset_version=OPSET, dynamic_axes=axes, external_data=False,
            )  # fmt: skip
        made[name] = into.getvalue()
    return made


def check(model: Starter, made: Mapping[str, bytes]) -> float:
    """The largest difference of a graph's output from the network's, for other numbers of shots and tokens."""
    worst = 0.0
    for shots, said in ((1, 0), (3, 7)):
        feeds = examples(model, shots, said, seed=1 + said)
        for name, part in (("encoder", Looking(model)), ("decoder", Saying(model))):
            with torch.no_grad():
                wanted = part.eval()(*feeds[name])
            given = dict(zip(names(model)[name][0], (value.numpy() for value in feeds[name]), strict=True))
            opened = session(made[name])
            got = opened.run(None, {one.name: given[one.name] for one in opened.get_inputs()})
            worst = max(worst, *(float(np.abs(a.numpy() - b).max()) for a, b in zip(wanted, got, strict=True)))
    return worst


# -- smaller --


def integers(data: bytes) -> bytes:
    """A graph whose large weights are kept in INT8 with one scale for each output, unfolded when it is opened."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    proto = onnx.load_from_string(data)
    made, kept = [], []
    for tensor in proto.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < INT8_FROM or values.ndim < 2:
            kept.append(tensor)
            continue
        axes = tuple(range(1, values.ndim)) if values.ndim == 4 else (0,)  # convolutions have their outputs first
        scale = np.maximum(np.abs(values).max(axes, keepdims=True), 1e-12).astype(np.float32) / 127
        name = tensor.name
        kept.append(numpy_helper.from_array(np.round(values / scale).astype(np.int8), f"{name}_whole"))
        kept.append(numpy_helper.from_array(scale, f"{name}_scale"))
        made.append(helper.make_node("Cast", [f"{name}_whole"], [f"{name}_plain"], to=TensorProto.FLOAT))
        made.append(helper.make_node("Mul", [f"{name}_plain", f"{name}_scale"], [name]))
    nodes = [*made, *proto.graph.node]
    del proto.graph.initializer[:], proto.graph.node[:]
    proto.graph.initializer.extend(kept)
    proto.graph.node.extend(nodes)
    return bytes(proto.SerializeToString())


def dynamic(data: bytes) -> bytes:
    """Weights in INT8 and activations too, with ranges that are found as it runs, of all rows together."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        before.write_bytes(data)
        quantize_dynamic(before, after, weight_type=QuantType.QInt8, per_channel=True)
        return after.read_bytes()


WAYS: dict[str, Callable[[Graphs], Graphs]] = {
    "float32": lambda made: made,
    "float16 weights": lambda made: {name: halved(data) for name, data in made.items()},
    "INT8 weights": lambda made: {name: integers(data) for name, data in made.items()},
    "INT8 dynamic decoder": lambda made: made | {"decoder": dynamic(made["decoder"])},
}


def write(
    made: Mapping[str, bytes], tokens: Path, folder: Path, *, tuned: Mapping[str, Any], quality: Mapping[str, Any]
) -> Pack:  # fmt: skip
    """The pack. *tuned*: ``calibration`` and ``sure``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / f"{name}.onnx").write_bytes(data)
    known = [*NEVER, *json.loads(tokens.read_text("utf-8"))]
    (folder / "tokens.json").write_text(json.dumps(known, ensure_ascii=False) + "\n", encoding="utf-8")
    options = {
        "encoder": "encoder.onnx", "decoder": "decoder.onnx", "tokens": "tokens.json", "width": WIDTH, "height": HEIGHT,
        "frames": FRAMES, "length": LONGEST, "end": "<end>", "never": [name for name in NEVER if name != "<end>"],
        **tuned, "begin": MARKS,
    }  # fmt: skip
    revision = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d")
    return write_pack_toml(folder, ABOUT | {"revision": revision, "quality": dict(quality), "captioner": options})


def packed(run: Path, folder: Path, way: str = "INT8 weights", **more: Mapping[str, Any]) -> Pack:
    """A run to a pack in *folder*; ValueError if a graph is not the network it was made from."""
    model, _ = load(run)
    made = graphs(model)
    apart = check(model, made)
    if apart > CLOSE:
        raise ValueError(f"the graphs differ from the network by {apart}")
    tuned, quality = more.get("tuned", {}), more.get("quality", {})
    return write(WAYS[way](made), run / TOKENS, folder, tuned=tuned, quality=quality)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--way", choices=WAYS, default="INT8 weights")
    parser.add_argument("--results", type=Path, help="JSON of models.captioner.measure: calibration and figures")
    options = parser.parse_args(arguments)
    results = json.loads(options.results.read_text("utf-8")) if options.results else {}
    shutil.rmtree(options.pack, ignore_errors=True)
    more = {name: results.get(name, {}) for name in ("tuned", "quality")}
    print(packed(options.run, options.pack, options.way, **more).size, "bytes")


if __name__ == "__main__":
    main()

"""Networks of a run to a pack: four ONNX graphs with weights in float16 or INT8, and pack.toml.

    python -m models.scenes.export --run RUN --pack models/starter/scenes --results models/scenes/results.json

``check`` holds every graph against the network it was made from: the same numbers, within ``CLOSE``. ``--torchscript``
writes the whole recogniser, as the reference asks, for a server that has torch; Zimu itself runs ONNX only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.scenes.config import Config
from models.scenes.model import Recogniser
from models.scenes.train import load
from plugin_core.engines.scenes import BRANCHES, NAMES, empty_row, nothing
from plugin_core.modelstore import Pack, write_pack_toml
from plugin_core.scenes.features import MEASURES

CLOSE = 1e-3
OPSET = 17
HALF_FROM = 256  # numbers: smaller weights stay float32
LIMITS = (
    "Trained on drawn films with synthetic sound: it tells light from dark, inside from outside, calm from busy, "
    "speech from music by their simplest signs. On footage of cameras read its labels as suggestions."
)
ABOUT = {
    "id": "starter-scenes",
    "kind": "scenes",
    "tier": "starter",
    "name": "Starter scenes: place, time of day, activity, motion, emotion, mood, scene boundaries",
    "languages": [],
    "licence": "Apache-2.0 (weights); sentences CC BY 2.0 FR",
    "attribution": (
        "Films: drawn by the recipe; sentences: Tatoeba, CC BY 2.0 FR, by way of manythings.org; voices: espeak-ng, "
        "flite, festival; music: sound font FluidR3 by Frank Wen (MIT)"
    ),
    "source": "models/scenes",
    "memory_mb": 60,
    "compute_types": ["float32"],
    "limits": LIMITS,
}
Feed = dict[str, npt.NDArray[Any]]


class Fused(nn.Module):
    """The fusion as the engine calls it: inputs in the order of ``NAMES``, outputs one by one."""

    def __init__(self, model: Recogniser) -> None:
        super().__init__()
        self.fusion, self.names = model.fusion, list(model.config.labels)

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        said = self.fusion(dict(zip(NAMES, given, strict=True)))
        return (*(said.groups[name] for name in self.names), said.begins, said.embedding)


def examples(config: Config, chance: np.random.Generator | None = None, count: int = 3) -> dict[str, Feed]:
    """Inputs of every graph: nothing, or noise."""
    sizes = {name: size + MEASURES * (name == "pictures") for name, size in config.dimensions.items()}
    empty = {name: np.repeat(nothing(name, config.shapes), count, 0) for name in BRANCHES}
    row = {name: value[None] for name, value in empty_row(count + 2, config.shapes, sizes).items()}
    if chance is not None:
        top = {"pictures": 256, "texts": 4000}
        empty = {
            name: chance.integers(0, top[name], x.shape).astype(x.dtype)
            if name in top
            else chance.random(x.shape, x.dtype)
            for name, x in empty.items()
        }
        row = {
            name: (chance.random(x.shape) < 0.7).astype(np.float32) if "mask" in name else chance.normal(0, 1, x.shape)
            for name, x in row.items()
        }  # fmt: skip
    found: dict[str, Feed] = {name: {name: value} for name, value in empty.items()}
    return found | {"fusion": {name: value.astype(np.float32) for name, value in row.items()}}


def parts(model: Recogniser) -> dict[str, nn.Module]:
    """What becomes a graph each."""
    return {**{name: model.branches[name] for name in BRANCHES}, "fusion": Fused(model)}


def graph(model: nn.Module, feed: Mapping[str, npt.NDArray[Any]], outputs: Sequence[str]) -> bytes:
    """
    A network at rest as ONNX; the number of inputs, and of shots, is open.

    By tracing: torch's newer exporter makes the same graph and takes fifty times as long. ``check`` proves either.
    """
    given, made = tuple(torch.from_numpy(value) for value in feed.values()), io.BytesIO()
    axes = {name: {0 if len(feed) == 1 else 1: "many"} for name in feed}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # that tracing will go away one day, and what it takes for constants
        torch.onnx.export(
            model.eval(), given, made, dynamo=False, input_names=list(feed), output_names=list(outputs),
            opset_version=OPSET, dynamic_axes=axes,
        )  # fmt: skip
    return made.getvalue()


def halved(data: bytes) -> bytes:
    """A graph whose weights are kept in float16 and unfolded when it is opened."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    proto = onnx.load_from_string(data)
    casts, kept = [], []
    for tensor in proto.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < HALF_FROM:
            kept.append(tensor)
            continue
        kept.append(numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}_half"))
        casts.append(helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=TensorProto.FLOAT))
    del proto.graph.initializer[:]
    proto.graph.initializer.extend(kept)
    nodes = list(proto.graph.node)
    del proto.graph.node[:]
    proto.graph.node.extend([*casts, *nodes])
    return bytes(proto.SerializeToString())


def outputs_of(name: str, config: Config) -> list[str]:
    """The names of a graph's outputs."""
    return ["vectors"] if name in BRANCHES else [*config.labels, "begins", "embedding"]


def graphs(model: Recogniser) -> dict[str, bytes]:
    """All four, in float32."""
    feeds = examples(model.config, np.random.default_rng(0))
    return {name: graph(part, feeds[name], outputs_of(name, model.config)) for name, part in parts(model).items()}


def session(data: bytes, threads: int = 1) -> Any:
    """A graph, opened as the engine opens it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = threads, 1, 4
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def check(model: Recogniser, made: Mapping[str, bytes]) -> dict[str, float]:
    """The largest difference between each graph and the network it was made from, on noise of another size."""
    feeds = examples(model.config, np.random.default_rng(1), count=5)
    found = {}
    for name, part in parts(model).items():
        with torch.no_grad():
            said = part.eval()(*(torch.from_numpy(value) for value in feeds[name].values()))
        wanted = said if isinstance(said, tuple) else (said,)
        given = session(made[name])
        asked = {one.name for one in given.get_inputs()}
        got = given.run(None, {key: value for key, value in feeds[name].items() if key in asked})
        found[name] = max(float(np.abs(a.numpy() - b).max()) for a, b in zip(wanted, got, strict=True))
    return found


def torchscript(model: Recogniser, path: Path) -> None:
    """The whole recogniser, traced: raw inputs to the outputs of the fusion."""

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.names = model, list(model.config.labels)

        def forward(self, batch: dict[str, Tensor]) -> tuple[Tensor, ...]:
            said = self.model(batch)
            return (*(said.groups[name] for name in self.names), said.begins, said.embedding)

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        traced: Callable[..., Any] = torch.jit.trace(Whole().eval(), (raw(model.config),), check_trace=False)
        torch.jit.save(traced, str(path))  # type: ignore[arg-type]


def raw(config: Config, shots: int = 4) -> dict[str, Tensor]:
    """A batch of one row of raw inputs, noise."""
    shapes, chance = config.shapes, np.random.default_rng(2)
    feeds = examples(config, chance, count=shots * shapes.instants)
    return {
        "pictures": torch.from_numpy(feeds["pictures"]["pictures"]).unflatten(0, (1, shots, shapes.instants)),
        "measures": torch.zeros(1, shots, shapes.instants, MEASURES),
        "pictures_mask": torch.ones(1, shots, shapes.instants),
        "sounds": torch.from_numpy(feeds["sounds"]["sounds"][: shots * shapes.seconds]).unflatten(0, (1, shots, -1)),
        "sounds_mask": torch.ones(1, shots, shapes.instants),
        "texts": torch.from_numpy(feeds["texts"]["texts"][:shots])[None], "texts_mask": torch.ones(1, shots),
    }  # fmt: skip


def write(
    config: Config,
    made: Mapping[str, bytes],
    folder: Path,
    *,
    tuned: Mapping[str, Any],
    quality: Mapping[str, Any],
    about: Mapping[str, Any] | None = None,
) -> Pack:  # fmt: skip
    """The pack."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / f"{name}.onnx").write_bytes(data)
    shapes = {name: getattr(config.shapes, name) for name in config.shapes.__dataclass_fields__}
    options = {name: f"{name}.onnx" for name in made} | shapes | {"many": list(config.many)} | dict(tuned)
    options["labels"] = {name: list(labels) for name, labels in config.labels.items()}
    table = ABOUT | {"revision": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"), "quality": dict(quality)}
    return write_pack_toml(folder, table | dict(about or {}) | {"scenes": options})


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--tuning", type=Path, help="JSON of models.scenes.evaluate --tune: temperatures and begins")
    parser.add_argument("--results", type=Path, help="JSON of models.scenes.evaluate, quoted in pack.toml")
    parser.add_argument("--float32", action="store_true", help="keep the weights as they are")
    parser.add_argument("--torchscript", type=Path, help="write the whole recogniser for torch too")
    options = parser.parse_args(arguments)
    model = load(options.run)
    made = graphs(model)
    apart = check(model, made)
    if max(apart.values()) > CLOSE:
        raise SystemExit(f"the graphs differ from the network: {apart}")
    tuned = json.loads(options.tuning.read_text("utf-8")) if options.tuning else {}
    quality = json.loads(options.results.read_text("utf-8")).get("quality", {}) if options.results else {}
    made = made if options.float32 else {name: halved(data) for name, data in made.items()}
    print(write(model.config, made, options.pack, tuned=tuned, quality=quality).size, "bytes,", apart)
    if options.torchscript:
        torchscript(model, options.torchscript)


if __name__ == "__main__":
    main()

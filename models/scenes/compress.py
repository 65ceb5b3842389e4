"""Make a recogniser smaller and faster, and measure what it costs.

    python -m models.scenes.compress --run RUN --films FILMS/train --test FILMS/test --work WORK --out compress.json

Six ways, each measured through the engine of the product, before and after: float16 weights; INT8 found as it runs
(dynamic) and by looking at films before (static); pruning, by L1, of whole channels, which are then really gone, with a
short training after it, beside the teacher; and a student of half the width, taught by the truth alone, or by the
vectors of its teacher, whose fusion it then has.

INT8 passes if it keeps 98 % of the float accuracy and is twice as fast or half as large (``gate``).
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from models.scenes import evaluate, export, rows, vectors
from models.scenes.branches import Mobile, Residual
from models.scenes.config import STARTER_TRAINING, Config
from models.scenes.model import Recogniser
from models.scenes.train import LOOP, load, run
from models.training.loop import LoopConfig, load_weights, train
from plugin_core.engines import open_scenes
from plugin_core.engines.scenes import BRANCHES
from plugin_core.modelstore import Pack
from plugin_core.scenes.features import MEASURES

KEPT, FASTER, SMALLER = 0.98, 2.0, 0.5  # of accuracy, of speed, of size
STATIC = ("pictures", "sounds")  # convolutions: looked at before; the others are found as they run
CALIBRATION = 48  # inputs of each graph
Graphs = dict[str, bytes]


# -- INT8 --


def dynamic(made: Mapping[str, bytes], only: Sequence[str] = ()) -> Graphs:
    """Weights in INT8, activations measured as it runs; all graphs, or *only* some."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    found = dict(made)
    with tempfile.TemporaryDirectory() as name:
        for key in only or made:
            before, after = Path(name) / "before.onnx", Path(name) / "after.onnx"
            before.write_bytes(made[key])
            quantize_dynamic(before, after, weight_type=QuantType.QInt8, per_channel=True)
            found[key] = after.read_bytes()
    return found


def static(made: Mapping[str, bytes], films: Sequence[rows.Film], model: Recogniser) -> Graphs:
    """Convolutions in INT8 with ranges seen in *films*; the rest as ``dynamic``."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    found = dynamic(made, [name for name in made if name not in STATIC])
    with tempfile.TemporaryDirectory() as name:
        for key in STATIC:
            before, after = Path(name) / "before.onnx", Path(name) / "after.onnx"
            before.write_bytes(made[key])
            quantize_static(
                before, after, _Reader(key, calibration(key, films, model)), quant_format=QuantFormat.QDQ,
                activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, per_channel=True,
                op_types_to_quantize=["Conv", "MatMul", "Gemm", "Add"],
            )  # fmt: skip
            found[key] = after.read_bytes()
    return found


def calibration(branch: str, films: Sequence[rows.Film], model: Recogniser) -> list[dict[str, Any]]:
    """Inputs of one graph out of films, one by one."""
    known = [np.asarray(getattr(film, branch)) for film in films if len(getattr(film, branch))]
    several = np.concatenate([part[:: max(1, len(part) * len(known) // CALIBRATION)] for part in known])[:CALIBRATION]
    wanted = export.examples(model.config)[branch][branch].dtype
    return [{branch: several[number : number + 1].astype(wanted)} for number in range(len(several))]


class _Reader:
    """As onnxruntime wants to be given what it calibrates with."""

    def __init__(self, name: str, feeds: Sequence[Mapping[str, Any]]) -> None:
        self.name, self._feeds = name, iter(feeds)

    def get_next(self) -> Mapping[str, Any] | None:
        """The next input, or None."""
        return next(self._feeds, None)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return self._feeds


# -- fewer channels --


def pruned(model: Recogniser, share: float) -> Recogniser:
    """
    The same recogniser without *share* of the channels inside each residual of its picture net: those whose weights
    have the least L1 norm are cut out of the three convolutions they are in.
    """
    old = model.branches["pictures"].net
    if not isinstance(old, Mobile):
        raise ValueError(f"only the picture net 'mobile' can be pruned, not {model.config.pictures.kind!r}")
    chosen = [_strongest(block, share) for block in old.net if isinstance(block, Residual)]
    branch = dataclasses.replace(model.config.pictures, middles=tuple(len(kept) for kept in chosen))
    config = dataclasses.replace(model.config, pictures=branch)
    smaller = Recogniser(config)
    weights = copy.deepcopy(model.state_dict())
    places = [number for number, block in enumerate(old.net) if isinstance(block, Residual)]
    for number, kept in zip(places, chosen, strict=True):
        _cut(weights, f"branches.pictures.net.net.{number}", kept)
    smaller.load_state_dict(weights)
    return smaller.eval()


def _strongest(block: Residual, share: float) -> torch.Tensor:
    """The channels inside *block* that are worth keeping, in order; a multiple of 8 of them."""
    norm = block.narrow[0].weight.abs().sum((0, 2, 3)) * block.look[0].weight.abs().sum((1, 2, 3))
    scale = block.look[1].weight.abs()
    count = max(8, round(len(norm) * (1 - share) / 8) * 8)
    return torch.topk(norm * scale, min(count, len(norm))).indices.sort().values


def _cut(weights: dict[str, torch.Tensor], name: str, kept: torch.Tensor) -> None:
    for part in ("widen", "look"):
        for key in [key for key in weights if key.startswith(f"{name}.{part}.") and weights[key].ndim]:
            weights[key] = weights[key][kept]
    weights[f"{name}.narrow.0.weight"] = weights[f"{name}.narrow.0.weight"][:, kept]


# -- a student --


def student_of(config: Config, width: float = 0.5) -> Config:
    """The same recogniser with encoders of half the width."""
    thin = {
        name: dataclasses.replace(getattr(config, name), width=getattr(config, name).width * width) for name in BRANCHES
    }
    return dataclasses.replace(config, **thin)


def taught(teacher: Recogniser, films: Sequence[rows.Film], loop: LoopConfig, folder: Path) -> Recogniser:
    """
    A student whose encoders learned to give the *teacher*'s vectors, and which has the teacher's fusion.

    The teacher looks at every film once; the labels are not needed.
    """
    seen = vectors.all_seen(films, teacher, folder)
    student = Recogniser(student_of(teacher.config))
    student.fusion.load_state_dict(teacher.fusion.state_dict())
    spread = {name: float(np.concatenate([wanted(one, name) for one in seen[:40]]).std()) for name in BRANCHES}

    def loss_of(module: nn.Module, batch: Mapping[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
        given = {name: batch[name] for name in BRANCHES}
        apart = {
            name: ((made - batch[f"{name}_wanted"]) / spread[name]).square().mean()
            for name, made in module(given).items()
        }
        return torch.stack(list(apart.values())).sum(), {name: float(one.detach()) for name, one in apart.items()}

    def batches(first: int) -> Iterator[dict[str, torch.Tensor]]:
        for number in itertools.count(first):
            yield lesson(films, seen, np.random.default_rng((loop.seed, number)))

    encoders = Encoders(student)
    load_weights(encoders, train(encoders, batches, loss_of, loop, folder))
    return student.eval()


class Encoders(nn.Module):
    """Inputs of every branch to their vectors."""

    def __init__(self, model: Recogniser) -> None:
        super().__init__()
        self.branches = model.branches

    def forward(self, given: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {name: self.branches[name](value) for name, value in given.items()}


def wanted(seen: rows.Film, name: str) -> Any:
    """The vectors of a film, without the measures beside them."""
    found = getattr(seen, name)
    return found[:, :-MEASURES] if name == "pictures" else found


def lesson(
    films: Sequence[rows.Film],
    seen: Sequence[rows.Film],
    chance: np.random.Generator,
    *,
    several: int = 8,
    each: int = 8,
) -> dict[str, torch.Tensor]:
    """Inputs of every branch, *each* of *several* films, with the vectors that are wanted."""
    parts: dict[str, list[Any]] = {f"{name}{end}": [] for name in BRANCHES for end in ("", "_wanted")}
    for number in chance.choice(len(films), min(several, len(films)), replace=False):
        for name in BRANCHES:
            inputs, answers = getattr(films[number], name), wanted(seen[number], name)
            if len(inputs):
                chosen = np.sort(chance.integers(len(inputs), size=each))
                parts[name].append(np.asarray(inputs[chosen]))
                parts[f"{name}_wanted"].append(answers[chosen])
    made = {name: torch.from_numpy(np.concatenate(several_of)) for name, several_of in parts.items()}
    return made | {"sounds": made["sounds"].float()}


# -- before and after --


def measured(pack: Pack, known: Sequence[rows.Film]) -> dict[str, float]:
    """Size, speed and accuracy of a pack."""
    with open_scenes(pack) as engine:
        fast = max(evaluate.speed(engine, known[:3])["times_real_time"] for _ in range(3))
        seen = [vectors.seen_by(film, engine.vectors) for film in known]
        told = evaluate.labels(evaluate.by_engine(engine), seen)
        ap = evaluate.scenes(evaluate.by_engine(engine), seen)["ap"]
    return {
        "bytes": float(pack.size), "times_real_time": fast, "accuracy": told["scene_type"]["accuracy"],
        "scene_type": told["scene_type"]["f1"], "mean_f1": told["mean"]["f1"], "boundary_ap": ap,
    }  # fmt: skip


def gate(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, Any]:
    """Whether what was made smaller may stand in for what it was made from."""
    kept = after["scene_type"] / max(1e-9, before["scene_type"])
    faster, smaller = after["times_real_time"] / before["times_real_time"], after["bytes"] / before["bytes"]
    passed = kept >= KEPT and (faster >= FASTER or smaller <= SMALLER)
    return {"kept": kept, "faster": faster, "smaller": smaller, "passed": bool(passed)}


def parameters(model: nn.Module) -> int:
    """How many numbers are learned."""
    return sum(value.numel() for value in model.parameters())


def quantised(model: Recogniser, films: Sequence[rows.Film]) -> dict[str, Graphs]:
    """The float graphs and what can be made of them without training."""
    made = export.graphs(model)
    return {
        "float32": made, "float16 weights": {name: export.halved(data) for name, data in made.items()},
        "INT8 dynamic": dynamic(made), "INT8 static": static(made, films, model),
    }  # fmt: skip


def trained(
    source: Path, films: Sequence[rows.Film], work: Path, minutes: float, share: float
) -> dict[str, tuple[Recogniser, float]]:
    """Pruned and tuned again; a student without and with a teacher: each with its minutes of training."""
    teacher = load(source)
    loop = dataclasses.replace(LOOP, minutes=minutes, learning_rate=1e-3, bf16=False, tensorboard=False)
    smaller = pruned(teacher, share)
    found = {"pruned": (pruned(teacher, share), 0.0)}
    run(films, smaller.config, STARTER_TRAINING, loop, work / "pruned", model=smaller, teacher=teacher)
    found["pruned, trained again"] = (load(work / "pruned"), minutes)
    loop = dataclasses.replace(loop, learning_rate=2.5e-3)
    run(films, student_of(teacher.config), STARTER_TRAINING, loop, work / "alone")
    found["student alone"] = (load(work / "alone"), minutes)
    found["student of a teacher"] = (taught(teacher, films, loop, work / "taught"), minutes)
    return found


def table(
    source: Path, films: Sequence[rows.Film], known: Sequence[rows.Film], work: Path, *, minutes: float, share: float,
    tuning: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """All ways, with size, speed and accuracy before and after."""
    model, lines = load(source), {}

    def add(name: str, config: Config, graphs: Graphs) -> None:
        pack = export.write(config, graphs, work / "packs" / name.replace(" ", "-"), tuned=tuning, quality={})
        lines[name] = measured(pack, known)
        print(name, evaluate.rounded(lines[name]), flush=True)

    for name, graphs in quantised(model, films[:12]).items():
        add(name, model.config, graphs)
    if minutes:
        for name, (other, spent) in trained(source, films, work, minutes, share).items():
            add(name, other.config, export.graphs(other))
            lines[name] |= {"parameters": float(parameters(other)), "minutes": spent}
    gates = {name: gate(lines["float32"], line) for name, line in lines.items() if name != "float32"}
    found = {"parameters": parameters(model), "films": len(known), "ways": lines, "against_float32": gates}
    return {"compression": found}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--films", type=Path, required=True, help="to calibrate on, and to train on")
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5.0, help="of each training; 0: only what needs none")
    parser.add_argument("--most", type=int, default=16, help="test films that each way is measured on")
    parser.add_argument("--share", type=float, default=0.3, help="of channels that are pruned")
    parser.add_argument("--tuning", type=Path, help="JSON of models.scenes.evaluate --tune")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    config = Config.load(options.run / "config.json")
    films, known = rows.films(options.films, config), rows.films(options.test, config)[: options.most]
    tuning = json.loads(options.tuning.read_text("utf-8")) if options.tuning else {}
    found = table(
        options.run, films, known, options.work, minutes=options.minutes, share=options.share, tuning=tuning
    )  # fmt: skip
    options.out.write_text(json.dumps(evaluate.rounded(found), indent=1) + "\n")


if __name__ == "__main__":
    main()

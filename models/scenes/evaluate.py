"""Measure recognisers on films of pools that no training has seen.

    python -m models.scenes.evaluate --films FILMS/dev --pack PACK --tune tuning.json
    python -m models.scenes.evaluate --films FILMS/test --pack PACK --runs early=RUN late=RUN attention=RUN
      --out models/scenes/results.json

The pack is measured through the engine of the product. ``--tune`` finds, on development films, what makes its
probabilities true; ``--runs`` compares the fusions (and, in late fusion, each branch alone) on the same vectors.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.scenes import rows, scoring, vectors
from models.scenes.config import Config
from models.scenes.fusion import Said
from models.scenes.train import load
from models.sounds.tuning import calibrated
from models.training.card import machine
from plugin_core.engines import open_scenes
from plugin_core.engines.scenes import BRANCHES, NAMES, SceneEngine, sigmoid, softmax
from plugin_core.modelstore import Pack, read_pack
from plugin_core.scenes.recognising import windows

Array = npt.NDArray[Any]
Telling = Callable[[rows.Film, Sequence[str]], "Told"]  # a film as vectors, and the modalities left out of it
MISSING = (("pictures",), ("sounds",), ("texts",), ("sounds", "texts"), ("pictures", "texts"), ("pictures", "sounds"))
TOLERANCES = (0, 1, 2)  # shots


@dataclasses.dataclass
class Told:
    """What a recogniser says of the shots of one film: probabilities of every group, and of a scene beginning."""

    groups: dict[str, Array]
    begins: Array


# -- who is asked --


def by_engine(engine: SceneEngine) -> Telling:
    """The product's way: windows of shots through the ONNX fusion."""

    def tell(film: rows.Film, missing: Sequence[str] = ()) -> Told:
        whole, told = vectors.whole(film, missing), []
        for start, end, first, last in windows(len(film.shots), engine.shapes.window):
            chances, begins, _ = engine.fuse({name: whole[name][start:end] for name in NAMES})
            kept = slice(first - start, last - start)
            told.append(Told({name: value[kept] for name, value in chances.items()}, begins[kept]))
        return Told(
            {name: np.concatenate([part.groups[name] for part in told]) for name in engine.groups},
            np.concatenate([part.begins for part in told]),
        )

    return tell


def by_fusion(model: torch.nn.Module, config: Config, alone: str = "") -> Telling:
    """A fusion in torch, or one branch of a late one *alone*; probabilities as they come."""

    def tell(film: rows.Film, missing: Sequence[str] = ()) -> Told:
        with torch.no_grad():
            said: Said = model(vectors.inputs(vectors.whole(film, missing)))
        said = said.alone[alone] if alone else said
        groups = {
            name: (sigmoid if group.many else softmax)(said.groups[name][0].float().numpy())
            for name, group in config.groups.items()
        }
        return Told(groups, sigmoid(said.begins[0].float().numpy()))

    return tell


# -- how they are scored --


def labels(tell: Telling, known: Sequence[rows.Film], missing: Sequence[str] = ()) -> dict[str, Any]:
    """Per group macro-F1 (of a group of many at 0.5), accuracy and calibration error, over all shots."""
    config, told = known[0].config, [tell(film, missing) for film in known]
    found: dict[str, Any] = {}
    for name, group in config.groups.items():
        truth = np.concatenate([film.truth[name] for film in known])
        chances = np.concatenate([one.groups[name] for one in told])
        if group.many:
            right = (chances >= 0.5) == (truth > 0.5)
            confidence = np.maximum(chances, 1 - chances)
            error, f1 = scoring.binned(confidence.ravel(), right.ravel()), scoring.many_f1(truth, chances)
            found[name] = {"f1": f1, "accuracy": float(right[truth >= 0].mean()), "ece": error}
            continue
        counts = scoring.confusion(truth, chances.argmax(1), len(group.labels))
        found[name] = {
            "f1": float(scoring.macro_f1(counts)), "accuracy": float(np.trace(counts) / max(1, counts.sum())),
            "ece": scoring.calibration_error(truth, chances),
        }  # fmt: skip
    found["mean"] = {"f1": float(np.mean([found[name]["f1"] for name in config.groups]))}
    return found


def scenes(tell: Telling, known: Sequence[rows.Film], missing: Sequence[str] = ()) -> dict[str, float]:
    """Boundaries of scenes, as on MovieNet."""
    told = [tell(film, missing).begins for film in known]
    truth = [film.truth["begins"] for film in known]
    found = {"ap": scoring.average_precision(np.concatenate(truth), np.concatenate(told))}
    overlaps = []
    totals = {tolerance: np.zeros(3) for tolerance in TOLERANCES}
    for film, chances, true in zip(known, told, truth, strict=True):
        said, right = chances >= 0.5, true > 0.5
        said[0] = right[0] = False
        lengths = np.array([shot.end - shot.start for shot in film.shots], np.float64)
        overlaps.append(scoring.miou(right, said, lengths))
        for tolerance in TOLERANCES:
            totals[tolerance] += scoring.boundary_f1(right, said, tolerance)[1:]
    found["miou"] = float(np.mean(overlaps))
    for tolerance, (hits, true, said) in totals.items():
        found[f"f1_within_{tolerance}"] = float(2 * hits / max(1.0, true + said))
    return found


def margin(one: Telling, other: Telling, known: Sequence[rows.Film], group: str = "scene_type") -> dict[str, Any]:
    """How much better macro-F1 *one* has than the *other*, with the interval of a bootstrap over films."""
    classes = len(known[0].config.groups[group].labels)

    def counted(tell: Telling, film: rows.Film) -> Array:
        return scoring.confusion(film.truth[group], tell(film, ()).groups[group].argmax(1), classes)

    counts = [np.stack([counted(tell, film) for film in known]) for tell in (one, other)]

    def better(weights: Array) -> float:
        first, second = (scoring.macro_f1(np.tensordot(weights, each, 1)) for each in counts)
        return float(first - second)

    return {"margin": better(np.ones(len(known))), "interval": scoring.interval(len(known), better)}


def tuned(engine: SceneEngine, known: Sequence[rows.Film]) -> dict[str, Any]:
    """Temperatures of the groups, and scale and shift of the boundaries, that make probabilities true on *known*."""
    told = [by_engine(engine)(film, ()) for film in known]
    temperatures = {}
    for name, group in engine.groups.items():
        truth = np.concatenate([film.truth[name] for film in known])
        chances = np.clip(np.concatenate([one.groups[name] for one in told]), 1e-6, 1 - 1e-6)
        logits = np.log(chances / (1 - chances)) if group.many else np.log(chances)
        heat = scoring.temperature_of_many(logits, truth) if group.many else scoring.temperature(logits, truth)
        temperatures[name] = round(heat, 4)
    begins = np.clip(np.concatenate([one.begins for one in told]), 1e-6, 1 - 1e-6)
    truth = np.concatenate([film.truth["begins"] for film in known])
    scale, shift = calibrated(np.log(begins / (1 - begins))[truth >= 0], truth[truth >= 0] > 0.5)
    return {"temperatures": temperatures, "begins": [round(float(scale), 4), round(float(shift), 4)]}


def speed(engine: SceneEngine, films: Sequence[rows.Film]) -> dict[str, float]:
    """How many times real time the networks are, in processor time of one thread."""
    seconds = sum(film.shots[-1].end for film in films) / 1000
    began = time.process_time()
    seen = [vectors.seen_by(film, engine.vectors) for film in films]
    looked = time.process_time()
    for film in seen:
        by_engine(engine)(film, ())
    ended = time.process_time()
    return {
        "seconds": seconds, "times_real_time": seconds / max(1e-6, ended - began),
        "encoders_share": (looked - began) / max(1e-6, ended - began),
    }  # fmt: skip


# -- everything --


def compared(runs: Mapping[str, Path], known: Sequence[rows.Film], encoders: Path) -> dict[str, Any]:
    """Each fusion of *runs*, and each branch alone, on the vectors of the *encoders*; the margin of the best."""
    model = load(encoders)
    seen = vectors.all_seen(known, model, encoders)
    tellers: dict[str, Telling] = {}
    for name, run in runs.items():
        fused = load(run)
        tellers[name] = by_fusion(fused.fusion, fused.config)
        if fused.config.fusion.kind == "late":
            tellers |= {f"{branch} alone": by_fusion(fused.fusion, fused.config, branch) for branch in BRANCHES}
    table = {name: {"labels": labels(tell, seen), "scenes": scenes(tell, seen)} for name, tell in tellers.items()}
    singles = [name for name in tellers if name.endswith(" alone")]
    best = max(singles, key=lambda name: table[name]["labels"]["scene_type"]["f1"])
    margins = {name: margin(tellers[name], tellers[best], seen) for name in runs}
    return {"table": table, "best_single": best, "margins": margins}


def measure(pack: Pack, known: Sequence[rows.Film]) -> dict[str, Any]:
    """The pack, through the engine: labels, scenes, what is missing, speed."""
    with open_scenes(pack) as engine:
        fast = speed(engine, known[:4])
        seen = [vectors.seen_by(film, engine.vectors) for film in known]
        tell = by_engine(engine)
        told = labels(tell, seen)
        lacking = {
            " and ".join(missing): {
                "scene_type": labels(tell, seen, missing)["scene_type"]["f1"],
                "mean": labels(tell, seen, missing)["mean"]["f1"], "ap": scenes(tell, seen, missing)["ap"],
            }
            for missing in MISSING
        }  # fmt: skip
        return {"labels": told, "scenes": scenes(tell, seen), "missing": lacking, "speed": fast}


def quality(results: Mapping[str, Any]) -> dict[str, float]:
    """What pack.toml quotes."""
    pack = results["pack"]
    found = {f"f1_{name}": round(row["f1"], 4) for name, row in pack["labels"].items() if name != "mean"}
    return found | {
        "boundary_ap": round(pack["scenes"]["ap"], 4), "boundary_miou": round(pack["scenes"]["miou"], 4),
        "ece_scene_type": round(pack["labels"]["scene_type"]["ece"], 4),
    }  # fmt: skip


def config_of(pack: Pack) -> Config:
    """As much of a configuration as it takes to read films for a pack."""
    with open_scenes(pack) as engine:
        table = {name: group.labels for name, group in engine.groups.items()}
        many = tuple(name for name, group in engine.groups.items() if group.many)
        return dataclasses.replace(Config(), shapes=engine.shapes, labels=table, many=many)


def everything(options: argparse.Namespace, pack: Pack, known: Sequence[rows.Film]) -> dict[str, Any]:
    """What the options ask to be measured."""
    results: dict[str, Any] = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"), "machine": machine(), "bytes": pack.size,
        "films": len(known), "shots": sum(len(film.shots) for film in known), "pack": measure(pack, known),
    }  # fmt: skip
    if options.runs:
        runs = {name: Path(folder) for name, folder in (one.split("=", 1) for one in options.runs)}
        results["fusions"] = compared(runs, known, options.encoders or next(iter(runs.values())))
    return results


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path, required=True, help="what models.scenes.prepare wrote")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--tune", type=Path, help="only find temperatures, and write them here")
    parser.add_argument("--runs", nargs="*", default=[], help="name=folder of each fusion to compare")
    parser.add_argument("--encoders", type=Path, help="the run whose encoders they were trained on")
    parser.add_argument("--keep", type=Path, help="measurements of another day, to which --merge adds")
    parser.add_argument("--merge", type=Path, nargs="*", default=[], help="JSON of other measurements to keep beside")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    pack = read_pack(options.pack)
    known = rows.films(options.films, config_of(pack))
    if options.tune:
        with open_scenes(pack) as engine:
            found = tuned(engine, [vectors.seen_by(film, engine.vectors) for film in known])
        options.tune.write_text(json.dumps(found, indent=1) + "\n")
        print(found)
        return
    results = json.loads(options.keep.read_text("utf-8")) if options.keep else everything(options, pack, known)
    for path in options.merge:
        results |= json.loads(path.read_text("utf-8"))
    results["quality"] = quality(results)
    print(json.dumps(results["quality"], indent=1))
    if options.out:
        options.out.write_text(json.dumps(rounded(results), indent=1, ensure_ascii=False) + "\n")


def rounded(value: Any) -> Any:
    """Numbers to four places."""
    if isinstance(value, float | np.floating):
        return round(float(value), 4)
    if isinstance(value, Mapping):
        return {name: rounded(one) for name, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()

"""Measure how shots are grouped into scenes, on films of which the scenes are known.

    python -m models.scenes.grouping --films FILMS/dev --pack PACK --search
    python -m models.scenes.grouping --films FILMS/test --pack PACK --write docs/scenes.md docs/scenes.zh.md

The shots are the true ones; boundaries are scored as on MovieNet (``scoring``). The network alone, cut at 0.5, is
compared with ``plugin_core.scenes.grouping``. ``--search`` tries its settings (on development films).
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from models.scenes import rows, scoring, vectors
from models.scenes.evaluate import TOLERANCES, config_of, rounded
from plugin_core.engines import open_scenes
from plugin_core.engines.scenes import NAMES, SceneEngine
from plugin_core.modelstore import read_pack
from plugin_core.scenes.grouping import GroupOptions, group
from plugin_core.scenes.recognising import ShotLabels, windows

GRID = {"kinship": (0.0, 1.0, 2.0, 3.0, 4.0), "alike": (0.4, 0.5, 0.6, 0.7, 0.8), "fade": (40_000, 120_000)}


def told(film: rows.Film, engine: SceneEngine) -> list[ShotLabels]:
    """What the pack says of the film's shots: where scenes begin, and embeddings."""
    whole, found = vectors.whole(vectors.seen_by(film, engine.vectors)), []
    for start, end, first, last in windows(len(film.shots), engine.shapes.window):
        _, begins, embeddings = engine.fuse({name: whole[name][start:end] for name in NAMES})
        kept = range(first - start, last - start)
        found += [ShotLabels({}, float(begins[number]), embeddings[number], ()) for number in kept]
    return found


Known = Sequence[tuple[rows.Film, Sequence[ShotLabels]]]


def alone(labels: Sequence[ShotLabels]) -> tuple[np.ndarray, np.ndarray]:
    """Where scenes begin by the network alone, and how likely."""
    chances = np.array([one.begins for one in labels])
    return chances >= 0.5, chances


def grouped(film: rows.Film, labels: Sequence[ShotLabels], options: GroupOptions) -> tuple[np.ndarray, np.ndarray]:
    """Likewise by the grouping. Where it sees no boundary, the network's chance ranks below all that it sees."""
    said, chances = np.zeros(len(labels), bool), np.array([one.begins for one in labels]) * 1e-3
    for scene in group(film.shots, labels, options):
        said[scene.first], chances[scene.first] = True, 1e-3 + scene.labels.begins
    return said, chances


def measured(known: Known, options: GroupOptions | None) -> dict[str, float]:
    """AP, mIoU and F1 at tolerances over all films; without *options* of the network alone."""
    truths, ranked, overlaps = [], [], []
    totals = {tolerance: np.zeros(3) for tolerance in TOLERANCES}
    for film, labels in known:
        said, chances = grouped(film, labels, options) if options else alone(labels)
        truth = film.truth["begins"]
        right = truth > 0.5
        said[0] = right[0] = False
        truths.append(truth[1:])
        ranked.append(chances[1:])
        overlaps.append(scoring.miou(right, said, np.array([shot.end - shot.start for shot in film.shots], float)))
        for tolerance in TOLERANCES:
            totals[tolerance] += scoring.boundary_f1(right, said, tolerance)[1:]
    found = {"ap": scoring.average_precision(np.concatenate(truths), np.concatenate(ranked))}
    found["miou"] = float(np.mean(overlaps))
    for tolerance, (hits, true, said_) in totals.items():
        found[f"f1_within_{tolerance}"] = float(2 * hits / max(1.0, true + said_))
    return found


def wrong(known: Known, options: GroupOptions) -> list[dict[str, Any]]:
    """Every boundary that is missed, or seen where none is, with what the network said and how alike the shots are."""
    found = []
    for film, labels in known:
        said, _ = grouped(film, labels, options)
        for number in range(1, len(labels)):
            right = bool(film.truth["begins"][number] > 0.5)
            if right != said[number]:
                alike = float(labels[number].embedding @ labels[number - 1].embedding)
                what = "missed" if right else "none"
                case = {"film": film.name, "shot": number, "at": film.shots[number].start, "what": what}
                found.append(case | {"network": labels[number].begins, "alike": alike})
    return found


BLOCK = re.compile(r"<!-- grouping -->.*?<!-- /grouping -->", re.DOTALL)
WORDS = {
    "en": (("Boundaries", "AP", "mIoU", "F1", "F1 within one shot"), "the network alone, at 0.5", "grouped",
           "{films} films, {shots} shots that no training saw; the shots are the true ones. Scored as on MovieNet."),
    "zh": (("边界", "AP", "mIoU", "F1", "差一个镜头之内的 F1"), "只凭网络，以 0.5 为界", "归组",
           "{films} 部训练时没见过的影片，{shots} 个镜头，镜头取真实的。评分方法与 MovieNet 相同。"),
}  # fmt: skip


def written(path: Path, found: Mapping[str, Any]) -> None:
    """Put the table into a document, between its two comments."""
    head, network, own, about = WORDS["zh" if path.name.endswith(".zh.md") else "en"]
    lines = [about.format(**found), "", f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for name, scores in ((network, found["network"]), (own, found["grouped"])):
        cells = (f"{scores[key]:.3f}" for key in ("ap", "miou", "f1_within_0", "f1_within_1"))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    block = "\n".join(["<!-- grouping -->", *lines, "<!-- /grouping -->"])
    path.write_text(BLOCK.sub(lambda _: block, path.read_text("utf-8")), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path, required=True, help="what models.scenes.prepare wrote")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--most", type=int, default=0, help="so many films only")
    parser.add_argument("--search", action="store_true", help="try settings; only on development films")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--write", type=Path, nargs="*", default=[], help="documents that get the table")
    options = parser.parse_args(arguments)
    pack = read_pack(options.pack)
    films = rows.films(options.films, config_of(pack))
    with open_scenes(pack) as engine:
        known = [(film, told(film, engine)) for film in films[: options.most or None]]
    found: dict[str, Any] = {
        "films": len(known), "shots": sum(len(labels) for _, labels in known), "network": measured(known, None),
        "grouped": measured(known, GroupOptions()), "wrong": wrong(known, GroupOptions()),
    }  # fmt: skip
    if options.search:
        found["search"] = []
        for values in itertools.product(*GRID.values()):
            tried = dict(zip(GRID, values, strict=True))
            found["search"].append(tried | measured(known, replace(GroupOptions(), **tried)))
        found["search"].sort(key=lambda one: -(one["miou"] + one["f1_within_0"]))
    text = json.dumps(rounded(found), indent=1)
    if options.out:
        options.out.write_text(text + "\n")
    for path in options.write:
        written(path, found)
    print(text)


if __name__ == "__main__":
    main()

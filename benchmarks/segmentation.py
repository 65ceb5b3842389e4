"""
Speech, music and noise with their boundaries: frame F1 of sounds packs against the truth files that came with a mix.

    python -m benchmarks.segmentation MIX TRUTH.csv PACK [PACK ...]

A truth file has a line ``label<TAB>start<TAB>stop`` (seconds) per stretch: music, noise, noEnergy, and male or female,
which are speech. Frames are 10 ms; 200 ms on either side of a boundary of the truth are not counted, as usual (MIREX
2018), and counted too in ``f1_exact``. The truth of inaSpeechSegmenter is its own output: what is measured is how far a
pack agrees with it. Written to benchmarks/results/segmentation.json.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core import audio, modelstore
from plugin_core.engines.sounds import open_sounds
from plugin_core.sounds import Found, Options, tag

Mask = npt.NDArray[np.bool_]

KINDS = {"speech": ("speech",), "music": ("music", "singing"), "noise": ("noise",)}
LABELS = {"male": "speech", "female": "speech", "speech": "speech", "music": "music", "noise": "noise"}
FRAME, COLLAR = 10, 200  # ms
RESULTS = Path(__file__).parent / "results" / "segmentation.json"


def truth(path: Path) -> list[tuple[str, int, int]]:
    """(kind, start, end) in ms of what is not silence."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    spans = [(LABELS.get(row["labels"], ""), float(row["start"]), float(row["stop"])) for row in rows]
    return [(kind, round(start * 1000), round(end * 1000)) for kind, start, end in spans if kind]


def mask(spans: Sequence[tuple[int, int]], frames: int) -> Mask:
    found = np.zeros(frames, bool)
    for start, end in spans:
        found[start // FRAME : -(-end // FRAME)] = True
    return found


def f1(wanted: Mask, found: Mask) -> float:
    both = int((wanted & found).sum())
    return round(2 * both / max(1, int(wanted.sum() + found.sum())), 4)


def measure(pack: modelstore.Pack, mix: Path, spans: Sequence[tuple[str, int, int]], threads: int) -> dict[str, Any]:
    blocks = list(audio.blocks(mix))
    length = sum(len(block) for block in blocks) * 1000 // audio.RATE
    kinds = tuple(kind for names in KINDS.values() for kind in names)
    with open_sounds(pack, threads=threads) as engine:
        began = time.perf_counter()
        events = list(tag(blocks, engine, Options(kinds=kinds)))
        took = time.perf_counter() - began
        known = {item.kind for item in engine.classes}
    sounds = [sound for event in events if isinstance(event, Found) for sound in event.sounds]
    frames = -(-length // FRAME)
    edges = [edge for _, start, end in spans for edge in (start, end)]
    counted = ~mask([(max(0, edge - COLLAR), edge + COLLAR) for edge in edges], frames)
    result: dict[str, Any] = {"seconds": round(length / 1000, 1), "times_real_time": round(length / 1000 / took, 1)}
    for kind, names in KINDS.items():
        if not known & set(names):
            continue
        wanted = mask([(start, end) for label, start, end in spans if label == kind], frames)
        found = mask([(sound.start, sound.end) for sound in sounds if sound.kind in names], frames)
        if kind == "noise":  # noise under music or speech is not what this truth has
            others = [(s.start, s.end) for s in sounds if s.kind in {"speech", "music", "singing"}]
            found &= ~mask(others, frames)
        result[kind] = {"f1": f1(wanted & counted, found & counted), "f1_exact": f1(wanted, found)}
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mix", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("packs", nargs="+", help="ids of installed packs, or folders")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    spans = truth(options.truth)
    found = {}
    for name in options.packs:
        pack = modelstore.find(name)
        found[pack.id] = measure(pack, options.mix, spans, options.threads)
    table = {
        "data": f"{options.mix.name} against {options.truth.name}",
        "packs": found,
        "threads": options.threads,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
    }
    RESULTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()

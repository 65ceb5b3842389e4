"""The same network with other numbers: is it smaller or faster, and as good?

    python -m models.shots.variants --run build/run --work build/films --results models/shots/results.json

float32 as trained; float16 weights that are unfolded when the file is opened (what ships); INT8 convolutions, static,
their ranges from development films. Needs films that ``models.shots.evaluate`` has made; adds a table to its results.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.shots.evaluate import Clock, Known, by_kind, films, said, small
from models.shots.export import FILE, describe, export
from models.shots.model import WINDOW
from plugin_core.engines.shots import open_shots
from plugin_core.modelstore import Pack
from plugin_core.shots.decoding import KINDS, Rule, changes

CALIBRATED = 60  # windows


def windows(known: Sequence[Known]) -> Iterator[dict[str, Any]]:
    """Windows of the films for the ranges of INT8."""
    for film in known:
        pixels = small(film.path)
        for first in range(0, len(pixels) - WINDOW, 4 * WINDOW):
            yield {"input": np.ascontiguousarray(pixels[None, first : first + WINDOW])}


def int8(whole: Pack, out: Path, known: Sequence[Known]) -> Pack:
    """The convolutions of a float32 pack in INT8, as another pack."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        """Gives one window after another."""

        def __init__(self) -> None:
            self.left = windows(known)
            self.count = 0

        def get_next(self) -> dict[str, Any] | None:
            self.count += 1
            return next(self.left, None) if self.count <= CALIBRATED else None

    out.mkdir(parents=True, exist_ok=True)
    quantize_static(
        whole.folder / FILE, out / FILE, Reader(), quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv"],
        per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
    )  # fmt: skip
    return describe(out, {}, {})


def measured(pack: Pack, known: Sequence[Known], rule: Rule) -> dict[str, float]:
    """Size, speed, and the mean F1 of the four kinds."""
    clock = Clock()
    with open_shots(pack, threads=1) as engine:
        found = [changes(*said(engine, film.path, clock), rule) for film in known]
    table = by_kind(known, found, 2)
    value = float(np.mean([table[name].f1 for name in KINDS]))
    return {"bytes": pack.size, "frames_a_second": round(clock.frames / clock.seconds), "f1": round(value, 4)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of models.shots.train")
    parser.add_argument("--work", type=Path, required=True, help="where models.shots.evaluate keeps the films")
    parser.add_argument("--results", type=Path, required=True)
    options = parser.parse_args(arguments)
    results = json.loads(options.results.read_text())
    test = [film for film in films("test", options.work, None) if film.name in KINDS]
    folder, rule = options.work / "variants", Rule.of(results["tuned"])
    whole = export(options.run, folder / "float32", half=False)
    packs = {
        "float32": whole,
        "float16 weights (shipped)": export(options.run, folder / "float16"),
        "INT8 convolutions": int8(whole, folder / "int8", films("development", options.work, None)),
    }
    results["variants"] = {name: measured(pack, test, rule) for name, pack in packs.items()}
    options.results.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results["variants"], indent=1))


if __name__ == "__main__":
    main()

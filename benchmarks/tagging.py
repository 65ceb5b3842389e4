"""
How fast the starter tagger is, in how much memory, and what INT8 keeps of float32.

    python -m benchmarks.tagging CORPUS --float32 work/float32

CORPUS is the Tatoeba export: texts of about 150 characters come from the test part of the recipe's generator, in which
people say its sentences. Each row is measured in a fresh process, on one and on two threads: texts a second in a batch,
of wall clock and of processor time (other work on the machine does not count), milliseconds for one text at a time
(median), and the highest resident memory of the whole process. A long text is read as one, to show that memory stays:
its anchors and items grow with it, what the model holds does not. F1 is that of ``models.tagger.evaluate`` on the same
generated texts and on the hand-written set. Without ``--float32`` (a folder models.tagger.export wrote from the same
weights) its rows are left out. Results go to benchmarks/results/tagging.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.translation import peak_mb

RESULTS = Path(__file__).parent / "results" / "tagging.json"
PACK = Path(__file__).parents[1] / "models" / "starter" / "tagger-zh-en"
SHORT = range(130, 171)  # characters of a text of "about 150"
SINGLE = 100  # texts tagged one at a time


@dataclass(frozen=True)
class Case:
    """One row: which pack, how it computes, on how many threads."""

    folder: str
    compute: str
    threads: int


@dataclass(frozen=True)
class Measured:
    """What came out of it."""

    texts_per_second: float
    texts_per_processor_second: float
    ms_for_one: float  # median, wall clock
    processor_ms_for_one: float
    peak_mb: float  # of the process, after the batch
    long_characters_per_processor_second: float
    peak_mb_long: float


def texts(corpus: Path, count: int) -> list[str]:
    """Generated texts of about 150 characters, not trained on."""
    from models.tagger.data import Sampler
    from models.tagger.evaluate import SEED

    sampler, found = Sampler(corpus, "test", SEED + 1), list[str]()
    while len(found) < count:
        text = sampler.draft()[1].text
        if len(text) in SHORT:
            found.append(text)
    return found


def measure(case: Case, batch: Sequence[str], long: str) -> Measured:
    """In a process of its own: load, warm up, tag."""
    from plugin_core.engines import open_tagging
    from plugin_core.modelstore import read_pack
    from plugin_core.tagging import tag, tag_many

    pack = read_pack(Path(case.folder))
    with open_tagging(pack, device="cpu", compute=case.compute, threads=case.threads) as engine:
        tag_many(batch[:20], engine)
        wall, processor = _timed(lambda: tag_many(batch, engine))
        single = [_timed(lambda text=text: tag(text, engine)) for text in batch[:SINGLE]]
        peak = peak_mb()
        _, spent = _timed(lambda: tag(long, engine))
        return Measured(
            round(len(batch) / wall, 1),
            round(len(batch) / processor, 1),
            round(1000 * statistics.median(one for one, _ in single), 2),
            round(1000 * statistics.median(one for _, one in single), 2),
            round(peak, 1),
            round(len(long) / spent),
            round(peak_mb(), 1),
        )


def _timed(run: Any) -> tuple[float, float]:
    began, spent = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - spent


def apart(case: Case, batch: Sequence[str], long: str) -> Measured:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (case, batch, long))


def f1(folder: Path, compute: str, corpus: Path, count: int) -> dict[str, float]:
    """Strict F1 of the items on generated text and on the hand-written set."""
    from models.tagger.evaluate import generated, on_generated, on_hand
    from plugin_core.engines import open_tagging
    from plugin_core.modelstore import read_pack
    from plugin_core.tagging import tag_many

    with open_tagging(read_pack(folder), device="cpu", compute=compute, threads=1) as engine:

        def run(some: Sequence[str]) -> list[Any]:
            return tag_many(some, engine)

        found = {"generated": on_generated(generated(corpus, count), run), "hand": on_hand(run)}
    return {name: float(figures["items"]["f1"]) for name, figures in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the starter tagger.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--float32", type=Path, help="the unquantised pack of the same weights")
    parser.add_argument("--texts", type=int, default=1000, help="of about 150 characters")
    parser.add_argument("--documents", type=int, default=1000, help="for F1 on generated text")
    parser.add_argument("--long", type=int, default=1_000_000, help="characters of the long text")
    arguments = parser.parse_args()

    from models.training.card import machine

    batch = texts(arguments.corpus, arguments.texts)
    long = ("\n\n".join(batch) * (arguments.long // sum(map(len, batch)) + 1))[: arguments.long]
    systems = {"int8": arguments.pack} | ({"float32": arguments.float32} if arguments.float32 else {})
    rows = []
    for compute, folder in systems.items():
        for threads in (1, 2):
            case = Case(str(folder), compute, threads)
            rows.append({"compute": compute, "threads": threads} | asdict(apart(case, batch, long)))
            print(rows[-1], flush=True)
    quality = {name: f1(folder, name, arguments.corpus, arguments.documents) for name, folder in systems.items()}
    found: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "texts": len(batch),
        "characters": round(statistics.mean(map(len, batch)), 1),
        "long_characters": len(long),
        "load_average_at_the_end": round(os.getloadavg()[0], 1),
        "rows": rows,
        "f1": quality,
    }
    if "float32" in quality:
        kept = {name: round(quality["int8"][name] / value, 4) for name, value in quality["float32"].items()}
        speed = rows[0]["texts_per_processor_second"] / rows[len(rows) // 2]["texts_per_processor_second"]
        found["int8_against_float32"] = {"f1_kept": kept, "speed": round(speed, 2)}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

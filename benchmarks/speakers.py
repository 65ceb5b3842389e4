"""
How long and how much memory it takes to find who speaks in a long file.

    python benchmarks/speakers.py CORPUS --minutes 60

CORPUS is the Tatoeba export; people who do not exist read it to each other (models.speakers.dialogues), and their
dialogue is played again and again, a little louder or softer each time, until the file is as long as asked. Fed in
blocks of 30 s, as the program does, on one thread. Memory is the growth of the peak resident size from just before the
pack is opened; times are of the processor. Results go to benchmarks/results/speakers.json.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "results" / "speakers.json"
PACK = Path(__file__).parents[1] / "models" / "starter" / "voices"
RATE = 16_000


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    from models.speakers.evaluate import dialogues, synthetic
    from models.speakers.people import TEST
    from models.training.card import machine
    from plugin_core.engines.voices import open_voices
    from plugin_core.modelstore import read_pack
    from plugin_core.speakers import Turns, diarise

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()
    (made,) = dialogues(synthetic(options.corpus, TEST + 500, 4, 8), 1, 5, turns=60)
    length = round(options.minutes * 60 * RATE)

    def blocks() -> Iterator[np.ndarray]:
        at, chance = 0, np.random.default_rng(0)
        while at < length:
            block = made.audio[at % len(made.audio) :][: min(30 * RATE, length - at)]
            at += len(block)
            yield (block * chance.uniform(0.6, 1.0)).astype(np.float32)

    before, began, wall = peak_mb(), time.process_time(), time.monotonic()
    with open_voices(read_pack(PACK)) as engine:
        *_, turns = diarise(blocks(), engine, duration_ms=length // 16)
    spent, wall = time.process_time() - began, time.monotonic() - wall
    assert isinstance(turns, Turns)
    result = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"), "machine": machine(), "threads": 1,
        "command": f"python benchmarks/speakers.py CORPUS --minutes {options.minutes:g}", "minutes": options.minutes,
        "times_real_time": round(length / RATE / spent, 1), "cpu_seconds": round(spent, 1),
        "wall_seconds_on_a_busy_machine": round(wall, 1), "memory_mb": round(peak_mb() - before, 1),
        "speakers": len(turns.voices), "speakers_in_truth": made.speakers, "turns": len(turns.turns),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

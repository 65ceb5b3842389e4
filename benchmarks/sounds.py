"""
Speed and memory of a sounds pack over hours of sound: python -m benchmarks.sounds [--hours 3] [--pack FOLDER]

A generator gives ten-second blocks that are never kept; the peak of the process's memory after ten minutes and at the
end are compared. Speed is in processor time, so that a busy machine does not change it. Results go to
benchmarks/results/sounds.json. What the pack hears, and how well, is measured by models/sounds/evaluate.py.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.spoken import machine, save, table
from plugin_core.engines import open_sounds
from plugin_core.modelstore import find, read_pack
from plugin_core.protocol import Progress
from plugin_core.sounds import Found, tag
from plugin_core.sounds.features import Samples

RATE, SECONDS = 16_000, 10
EARLY = 600_000  # ms after which memory should not grow any more


def blocks(hours: float) -> Iterator[Samples]:
    """Noise that swells and tones that come and go, so that sounds of every length are found."""
    chance = np.random.default_rng(0)
    time_ = np.arange(SECONDS * RATE, dtype=np.float32) / RATE
    for number in range(round(hours * 3600 / SECONDS)):
        block = 0.05 * chance.standard_normal(SECONDS * RATE).astype(np.float32)
        block *= (1 + np.sin(0.7 * time_ + number)) ** 2
        block += 0.1 * np.sin(2 * np.pi * (300 + 50 * (number % 7)) * time_) * (np.sin(2 * time_) > 0.5)
        yield block


def peak() -> int:
    """The most memory this process ever had, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(pack: Path | None, hours: float, threads: int) -> dict[str, float | int | str]:
    """One run through."""
    opened = read_pack(pack) if pack else find("starter-sounds")
    with open_sounds(opened, threads=threads) as engine:
        begin, early, sounds = time.process_time(), 0, 0
        for event in tag(blocks(hours), engine):
            if isinstance(event, Found):
                sounds += len(event.sounds)
            elif isinstance(event, Progress) and not early and event.done >= EARLY:
                early = peak()
        spent = time.process_time() - begin
    return {
        "pack": opened.id,
        "hours": hours,
        "threads": threads,
        "times_real_time_per_core": round(3600 * hours / spent, 1),
        "peak_mb_after_10_minutes": early,
        "peak_mb_at_the_end": peak(),
        "sounds": sounds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pack", type=Path)
    options = parser.parse_args()
    found = measure(options.pack, options.hours, options.threads)
    save("sounds", {**found, **machine()})
    print(table(("measure", "value"), [[name, value] for name, value in found.items()]))


if __name__ == "__main__":
    main()

"""
A library on several workers: how much faster two are than one: python -m benchmarks.batch [--crew ray|here] [--dry]

The films are pieces of the embedded sample, recognised by the starter pack. Both sizes of the crew do all of them, in
turns (1, 2, 2, 1), one thread each; starting the crew and loading its packs (a film for every worker) is not counted.
Throughput is seconds of film for a second of the clock. Where other programs keep the cores busy, a second worker also
takes its share from them: the load before each round is in the result. Results go to benchmarks/results/batch.json.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.spoken import machine, save, table
from plugin_core.batch import Crew, Manifest, library, run
from tests.batch.clips import JOB, clips
from tests.conftest import ROOT

ROUNDS = (1, 2, 2, 1)
SECONDS = 4.0
STARTER = ROOT / "models" / "starter"


def crew(kind: str, workers: int) -> Crew:
    """*workers* of Ray, or processes here."""
    if kind == "ray":
        os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's own 15 would leave the cores to everybody else
        from plugin_core.batch.cluster import ClusterCrew

        return ClusterCrew("local", JOB, workers, workers)
    from plugin_core.batch.embedded import EmbeddedCrew

    return EmbeddedCrew(workers, 1)


def done(folder: Path, hands: Crew) -> int:
    """How many films of *folder* were done, all of them anew."""
    with Manifest(folder) as manifest:
        events = run(library(folder).films, replace(JOB, fresh=True), hands, manifest)
        while True:
            try:
                next(events)
            except StopIteration as stop:
                return int(stop.value.done)


def round_of(kind: str, workers: int, films: int) -> dict[str, Any]:
    """One crew: its films for a second of the clock, once it is warm."""
    with tempfile.TemporaryDirectory() as place:
        warm = clips(Path(place) / "warm", STARTER, *(f"{n}.wav" for n in range(workers)), seconds=SECONDS)
        work = clips(Path(place) / "work", STARTER, *(f"{n}.wav" for n in range(films)), seconds=SECONDS)
        load = os.getloadavg()[0]
        begun = time.monotonic()
        with closing(crew(kind, workers)) as hands:
            done(warm, hands)
            warmed = time.monotonic()
            count = done(work, hands)
            took = time.monotonic() - warmed
    if count != films:
        raise SystemExit(f"{films - count} of {films} films were lost")
    return {
        "workers": workers, "films": films, "throughput": round(films * SECONDS / took, 3),
        "starting": round(warmed - begun, 1), "seconds": round(took, 1), "load": round(load, 1),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--crew", choices=("ray", "here"), default="ray")
    options.add_argument("--films", type=int, default=8)
    options.add_argument("--dry", action="store_true", help="do not write the result")
    given = options.parse_args()
    rounds = []
    for workers in ROUNDS:
        rounds.append(round_of(given.crew, workers, given.films))
        print(rounds[-1], flush=True)
    speeds = {n: mean(one["throughput"] for one in rounds if one["workers"] == n) for n in (1, 2)}
    result = machine() | {"crew": given.crew, "rounds": rounds, "two_over_one": round(speeds[2] / speeds[1], 2)}
    print(table(["workers", "throughput"], [(n, round(speed, 3)) for n, speed in speeds.items()]))
    print(f"two workers over one: {result['two_over_one']}")
    if not given.dry:
        save("batch" if given.crew == "ray" else "batch_here", result)


if __name__ == "__main__":
    main()

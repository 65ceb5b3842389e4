"""
Describing shots: how fast and in how much memory: python -m benchmarks.captions [--pack FOLDER] [--threads 2] [--dry]

The shots are of films that ``models.scenes.films`` draws for the test pool, ten frames each, in the size the captioner
wants. Alone: the median and the slowest twentieth of shots described one by one, in one language and in both (what is
seen is worked out once for both). Together: sixteen at a time. By the clock and by processor time of all threads: on a
busy machine (``load``: how many processes wanted to run) only the second says what the work costs. Results go to
benchmarks/results/captions.json.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spoken import machine, save, table
from plugin_core.engines import open_captioner
from plugin_core.engines.bench import choose_pack
from plugin_core.engines.captioner import AT_ONCE, Captioner, Shot, chosen
from plugin_core.modelstore import read_pack

SHOTS, BAR = 48, 150.0  # ms of the clock, for a shot in one language
BEAM = 3


def drawn(size: tuple[int, int], frames: int, count: int = SHOTS) -> list[Shot]:
    """The first *count* shots of drawn films."""
    from models.scenes.films.render import Renderer
    from models.scenes.films.script import write

    found: list[Shot] = []
    seed = 0
    while len(found) < count:
        film = write(7100 + seed, "test", scenes=6)
        renderer, seed = Renderer(film), seed + 1
        for shot in film.shots:
            places = shot.first + chosen(shot.last - shot.first + 1, frames)
            found.append(np.stack([renderer.frame(int(place), *size) for place in places]))
    return found[:count]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the clock and of processors."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used)


def alone(engine: Captioner, shots: Sequence[Shot], languages: Sequence[str], beam: int = 1) -> dict[str, float]:
    """Shots one by one."""
    times = [timed(lambda: [engine.describe([shot], one, beam=beam) for one in languages]) for shot in shots]  # noqa: B023
    clock, used = np.array(times).T
    return {
        "ms": round(float(np.median(clock)), 1), "slowest_twentieth_ms": round(float(np.quantile(clock, 0.95)), 1),
        "cpu_ms": round(float(np.median(used)), 1),
    }  # fmt: skip


def together(engine: Captioner, shots: Sequence[Shot], language: str) -> dict[str, float]:
    """As many at a time as the engine takes."""
    clock, used = timed(lambda: engine.describe(shots, language))
    return {
        "ms": round(clock / len(shots), 1), "cpu_ms": round(used / len(shots), 1),
        "shots_a_second": round(1000 * len(shots) / clock, 1),
        "shots_a_second_of_processor": round(1000 * len(shots) / used, 1),
    }  # fmt: skip


def measured(engine: Captioner, shots: Sequence[Shot]) -> dict[str, Any]:
    """Everything, after a first shot that is not counted."""
    first, *_ = engine.languages
    engine.describe(shots[:1], first)
    return {
        "pack": engine.pack.key, "bytes": engine.pack.size, "shots": len(shots), "at_once": AT_ONCE,
        "alone": alone(engine, shots, [first]), "both": alone(engine, shots, engine.languages),
        "beam": {"width": BEAM, **alone(engine, shots, [first], BEAM)}, "together": together(engine, shots, first),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, help="a folder; else the one that `zimu describe` would take")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shots", type=int, default=SHOTS)
    parser.add_argument("--dry", action="store_true", help="save nothing")
    options = parser.parse_args()
    pack = read_pack(options.pack) if options.pack else choose_pack("captioner", "", ())
    with open_captioner(pack, threads=options.threads) as engine:
        found = measured(engine, drawn(engine.size, engine.frames, options.shots))
    met = {"met": found["alone"]["ms"] < BAR, "met_by_processor_time": found["alone"]["cpu_ms"] < BAR}
    found |= {"threads": options.threads, "bar_ms": BAR, **met, "load": round(os.getloadavg()[0], 1), **machine()}
    if not options.dry:
        save("captions", found)
    rows = [(name, found[name]["ms"], found[name]["cpu_ms"]) for name in ("alone", "both", "beam", "together")]
    print(table(("", "ms a shot", "processor ms"), rows))


if __name__ == "__main__":
    main()

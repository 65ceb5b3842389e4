"""
Finding shots: how fast, against PySceneDetect alone, and how well: python -m benchmarks.shots [--films N] [--dry]

The two decode and judge the same films, one after the other and in turns, several rounds; the ratio is of processor
time, and of time by the clock, in this one run (below 1: ours is faster). PySceneDetect is its own ``open_video`` with
its AdaptiveDetector as it comes. Then films are drawn with known changes: tests/films.py. Nothing was ever chosen by
looking at those from ``FRESH`` on; those from 1000 to 1039 are for that. Films of the shared folder are used where it
is there. Results go to benchmarks/results/shots.json.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spoken import machine, save, table
from plugin_core import shots
from plugin_core.engines.bench import Bench
from plugin_core.shots.stage import chosen
from plugin_core.shots.values import KINDS, Found
from tests.conftest import SHARED
from tests.films import Change, Film, Picture, encode, shot
from tests.shots.drawn import missed, shots_of, told

ROUNDS = 7
WITHIN = 2  # frames, of what takes time
ROOM = 380  # points that a camera may move before it is back where it began, which would be a cut
FRESH = 5000  # number of the first film


def film(seed: int, *, flashes: bool = True, length: int = 9) -> Film:
    """Shots with moving cameras, every kind of change between them, and a flash in the long ones."""
    chance = np.random.default_rng(seed)
    changes = []
    for _ in range(length - 1):
        kind = str(chance.choice(["cut", "cut", "dissolve", "fade", "wipe"]))
        frames = 0 if kind == "cut" else int(chance.integers(4 if kind == "dissolve" else 8, 60))
        changes.append(Change(kind, frames, int(chance.choice([0, 0, 250]))))
    lengths = [int(chance.integers(16, 70)) for _ in range(length)]
    most = min(0.6, ROOM / (sum(lengths) + sum(change.frames for change in changes)))
    draws = tuple(shot(seed * 100 + number, pan=float(chance.uniform(-most, most))) for number in range(length))
    lit, at = [], 0
    for long, change in zip(lengths, [*changes, Change()], strict=True):
        if flashes and long > 40:
            lit += [at + long // 2 + k for k in range(int(chance.integers(1, 4)))]
        at += long + change.frames
    return Film(draws, tuple(lengths), tuple(changes), tuple(lit))


def quality(films: int, engine: Any) -> tuple[dict[str, float], dict[str, int]]:
    """
    F1 of every kind over drawn films: cuts to the frame, the others within ``WITHIN`` frames at both ends. And how many
    flashes there are, and how many changes were found at one.
    """
    counts = {kind: [0, 0, 0] for kind in KINDS}
    flashes = {"there": 0, "found": 0}
    for seed in range(FRESH, FRESH + films):
        drawn = film(seed)
        truth, found = drawn.truth(), told(shots_of(drawn.pictures(), engine=engine).transitions)
        lit = set(drawn.flashes)
        flashes["there"] += sum(1 for frame in lit if frame - 1 not in lit)
        flashes["found"] += sum(1 for _, first, last in found if lit & set(range(first - 1, last + 2)))
        for kind, numbers in counts.items():
            wanted, had = ([one for one in some if one[0] == kind] for some in (truth, found))
            wrong = missed(wanted, had, WITHIN)
            lost = sum(1 for one in wrong if isinstance(one, tuple) and one[0] == kind)
            for place, number in enumerate((len(wanted) - lost, len(wanted), len(had))):
                numbers[place] += number
    f1 = {kind: round(2 * hits / max(1, wanted + had), 4) for kind, (hits, wanted, had) in counts.items()}
    return f1, flashes


def ours(path: Path, engine: Any) -> int:
    """How many frames were looked at."""
    return next(len(event.shots.curve.starts) for event in shots.find(path, engine) if isinstance(event, Found))


def theirs(path: Path) -> int:
    """PySceneDetect alone."""
    from scenedetect import AdaptiveDetector, SceneManager, open_video

    manager = SceneManager()
    manager.add_detector(AdaptiveDetector())
    return int(manager.detect_scenes(open_video(str(path))))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - spent


def drawn_film(folder: Path, size: tuple[int, int], frames: int) -> Path:
    """A film in full size: shots that pan, a cut every three seconds."""
    width, height = size

    def pictures() -> Iterator[Picture]:
        for number in range(frames):
            if number % 90 == 0:
                draw = shot(number, pan=3, size=(width // 4, height // 4))
            yield np.kron(draw(number % 90), np.ones((4, 4, 1), np.uint8))

    return encode(folder / f"{width}x{height}.mp4", pictures(), rate=Fraction(30))


def speed(paths: list[Path], engine: Any) -> list[dict[str, float | str]]:
    rows: list[dict[str, float | str]] = []
    for path in paths:
        frames = ours(path, engine)
        runs = [(timed(lambda p=path: ours(p, engine)), timed(lambda p=path: theirs(p))) for _ in range(ROUNDS)]
        best = [min(run[who][unit] for run in runs) for who in (0, 1) for unit in (0, 1)]
        rows.append(
            {
                "film": path.name,
                "frames": frames,
                "ours_fps": round(frames / best[0]),
                "pyscenedetect_fps": round(frames / best[2]),
                "clock_ratio": round(best[0] / best[2], 3),
                "processor_ratio": round(best[1] / best[3], 3),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=40, help="drawn films that the quality is measured on")
    parser.add_argument("--frames", type=int, default=900, help="of the drawn film in full size")
    parser.add_argument("--pack", default="", help="id or folder; none = the detectors alone")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--dry", action="store_true", help="keep no results")
    asked = parser.parse_args()
    with Bench() as bench, tempfile.TemporaryDirectory() as folder:
        pack, _ = chosen(asked.pack, bench)
        engine = bench.shots(pack, "cpu", "auto", 0) if pack else None
        paths = [drawn_film(Path(folder), (1920, 1080), asked.frames)]
        there = asked.shared / "video_scenes"
        paths += [
            path
            for path in (there / "pyscenedetect" / "testvideo.mp4", there / "big_buck_bunny_0_30.webm")
            if path.exists()
        ]
        rows = speed(paths, engine)
        found, flashes = quality(asked.films, engine)
    print(table(list(rows[0]), [list(row.values()) for row in rows]))
    print(found, flashes)
    if not asked.dry:
        save(
            "shots",
            {
                "machine": machine(),
                "pack": pack.id if pack else "",
                "speed": rows,
                "drawn_films": asked.films,
                "f1": found,
                "flashes": flashes,
            },
        )


if __name__ == "__main__":
    main()

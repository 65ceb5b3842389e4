"""
Telling scenes: how fast and in how much memory: python -m benchmarks.scenes [--film FILE] [--bank DIR] [--dry]

``zimu scenes`` in a process of its own, with an empty home, on a film of 1080p: one that is named, or a minute that
``models.scenes.films`` draws (the sound needs its tools; --silent), its packets repeated to ten minutes. The ratio is
the film's length over the time by the clock, and over the processor time of all threads together spread over two cores;
above 1 is faster than real time. The second run finds everything in the journal. Results go to
benchmarks/results/scenes.json.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.spoken import machine, save, table
from plugin_core.media import probe

SECONDS, TIMES, CORES = 60, 10, 2


def minute(path: Path, bank: Path | None, *, silent: bool) -> Path:
    """A minute of drawn film at 1080p, drawn at half the size and every second frame."""
    from models.scenes.films.files import Format
    from models.scenes.films.files import save as save_film
    from models.scenes.films.script import write
    from models.scenes.films.sound import Bank

    film, form = write(5, "test", seconds=SECONDS), Format(1920, 1080, drawn=540, hold=2)
    if silent:
        save_film(film, path, None, form)
        return path
    with Bank(bank) as kept:
        save_film(film, path, kept, form)
    return path


def repeated(source: Path, path: Path, times: int) -> Path:
    """The packets of *source*, *times* over, one after another: nothing is encoded again."""
    import av

    with av.open(str(path), "w") as out, av.open(str(source)) as film:
        made = {stream.index: out.add_stream_from_template(stream) for stream in film.streams}
        for turn in range(times):
            film.seek(0)
            for packet in film.demux():
                if packet.dts is None or packet.pts is None or (turn and packet.pts < 0):
                    continue
                shift = round(turn * (film.duration or 0) / 1_000_000 / packet.time_base)
                packet.dts, packet.pts = packet.dts + shift, packet.pts + shift
                packet.stream = made[packet.stream.index]
                out.mux(packet)
    return path


def run(film: Path, home: Path) -> dict[str, float]:
    """``zimu scenes`` on *film*: seconds by the clock and of processors, and what it found."""
    command = [sys.executable, "-m", "plugin_core.cli", "scenes", str(film), "--json"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, env={**os.environ, "ZIMU_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    found = json.loads(done.stdout)
    return {
        "clock": clock, "processors": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "scenes": len(found["scenes"]),
        "shots": sum(len(scene["shots"]) for scene in found["scenes"]),
    }  # fmt: skip


def measured(film: Path, folder: Path) -> dict[str, Any]:
    """Both runs, and what they come to."""
    media, home = probe(film), folder / "home"
    first, second = run(film, home), run(film, home)
    seconds = media.duration / 1000
    return {
        "seconds": seconds, "size": f"{media.width}x{media.height}", "first": first, "second": second,
        "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "times_real_time": seconds / first["clock"], "times_real_time_cpu": seconds / first["processors"] * CORES,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--film", type=Path, help="a film, instead of a drawn one")
    parser.add_argument("--times", type=int, default=TIMES, help="how often the drawn minute comes")
    parser.add_argument("--bank", type=Path, help="where composed music is kept")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = options.film or repeated(
            minute(folder / "minute.mp4", options.bank, silent=options.silent), folder / "film.mp4", options.times
        )
        found = {"load": os.getloadavg()[0], **measured(film, folder)}
    rows = [[name, f"{value:.2f}" if isinstance(value, float) else str(value)] for name, value in found.items()]
    sys.stdout.write(table(["", "scenes"], rows) + "\n")
    if not options.dry:
        save("scenes", {"machine": machine(), **found})


if __name__ == "__main__":
    main()

"""
A push of 2,000 cues in two languages and 500 markers into the fake hosts, and a second one: python -m benchmarks.push

The fakes answer at once, so this is Zimu's own share: planning, talking to the script, reading back, the record. Wall
time in seconds, the least of several runs; results go to benchmarks/results/push.json.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.spoken import machine, save, table
from plugin_core import pushing, storage
from plugin_core.bridge import Bridge
from plugin_core.document import MARK_KINDS, Cue, Document, Mark
from tests.hosts.premiere_engine import open_fake as open_premiere
from tests.hosts.resolve_channel import open_fake as open_resolve

CUES, MARKS, RUNS = 2000, 500, 3
HOSTS: dict[str, Callable[[], Bridge]] = {
    "resolve": lambda: open_resolve(length=120_000)[0],
    "premiere": lambda: open_premiere(frames=120_000)[0],
}


def document() -> Document:
    cues = tuple(Cue(f"c{n}", n * 2100, n * 2100 + 2000, (f"这是第{n}句。", f"This is cue {n}.")) for n in range(CUES))
    marks = tuple(Mark(f"m{n}", MARK_KINDS[n % 8], n * 8000, n * 8000 + 900, f"mark {n}") for n in range(MARKS))
    return Document(languages=("zh", "en"), cues=cues, marks=marks)


def timed(path: Path, bridge: Bridge) -> tuple[float, int]:
    """Seconds of a push, and how many operations it had."""
    began = time.perf_counter()
    steps = pushing.push(path, bridge)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            if not end.value.good:
                raise SystemExit("\n".join(end.value.summary)) from None
            return time.perf_counter() - began, len(end.value.plan.operations)


def measure(name: str) -> dict[str, float]:
    runs = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.zimu"
            storage.save(document(), path)
            bridge = HOSTS[name]()
            runs.append((timed(path, bridge), timed(path, bridge)))
    first = min(first for (first, _), _ in runs)
    again = min(again for _, (again, _) in runs)
    done, rest = runs[0][0][1], runs[0][1][1]
    return {"first": round(first, 2), "again": round(again, 3), "operations": done, "operations_again": rest}


def main() -> None:
    found = {name: measure(name) for name in HOSTS}
    rows = [
        (name, str(one["operations"]), f"{one['first']:.2f}", str(one["operations_again"]), f"{one['again']:.3f}")
        for name, one in found.items()
    ]
    sys.stdout.write(table(("host", "operations", "seconds", "operations again", "seconds again"), rows) + "\n")
    save("push", {"cues": CUES, "marks": MARKS, "hosts": found, "machine": machine()})


if __name__ == "__main__":
    main()

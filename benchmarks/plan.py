"""
How long a plan takes for 20,000 cues and 5,000 marks, and whether it grows linearly: python -m benchmarks.plan

Four cases, each at a quarter, half and whole size: an empty timeline; one that shows the document, with and without
the record of the last push; one in which the editor changed every tenth marker and caption. As in a push, what the
timeline shows is read anew and the record comes from its file, so that neither shares a value with the document.

All run one after the other in one process, for a push too is done by a process that has done other things: its values
lie farther apart in memory than those of a fresh one. Memory alone makes four times the values cost more than four
times as much; "copying the timeline", which only makes them, shows how much. The least processor time of several runs
counts, for the machine may have other work, and the wall time of that run stands beside it; results go to
benchmarks/results/plan.json.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.spoken import machine, save, table
from plugin_core.document import MARK_KINDS, Cue, Document, Mark
from plugin_core.host import RESOLVE, PlanOptions, Present, PutMarker, TimelineInfo, plan
from plugin_core.plan import pushed
from plugin_core.plan.pushed import Pushed
from tests.hosts.model_host import ModelHost

CUES, MARKS = 20_000, 5_000
SHARES = (4, 2, 1)
RUNS = 5
OPTIONS = PlanOptions(RESOLVE)


def document(share: int) -> Document:
    """Cues of two seconds in two languages, marks of every kind, some at the same time."""
    cues = tuple(
        Cue(f"c{n}", n * 2100, n * 2100 + 2000, (f"This is what was said in cue {n}.", f"这是第{n}句字幕。"))
        for n in range(CUES // share)
    )
    marks = tuple(
        Mark(f"m{n}", MARK_KINDS[n % 8], n // 2 * 16_000, n // 2 * 16_000 + 900, f"mark {n}", (("mood", "calm"),), 0.8)
        for n in range(MARKS // share)
    )
    return Document(languages=("en", "zh"), cues=cues, marks=marks)


def read_anew(present: Present, every: int = 0) -> Present:
    """*present* as a bridge reads it, no value shared with what was put; each *every*-th one edited by hand."""

    def mine(at: int) -> bool:
        return every > 0 and at % every == 0

    markers = tuple(replace(one, name="mine" if mine(at) else one.name) for at, one in enumerate(present.markers))
    tracks = tuple(
        replace(track, captions=tuple(replace(one, text=f"{one.text}!" if mine(at) and one.text else one.text)
                                      for at, one in enumerate(track.captions)))
        for track in present.tracks
    )  # fmt: skip
    return Present(markers, tracks)


def from_file(record: Pushed) -> Pushed:
    with tempfile.TemporaryDirectory() as folder:
        path, where = Path(folder, "film.zimu.pushed"), pushed.Where("resolve", "project", "timeline")
        pushed.save(path, where, record)
        loaded = pushed.load(path, where)
    assert loaded == record
    return loaded


def cases(share: int) -> dict[str, Callable[[], object]]:
    made = document(share)
    info = TimelineInfo.of(made)
    host = ModelHost(RESOLVE)
    first = plan(made, info, Present(), options=OPTIONS)
    host.markers = [one.marker for one in first.operations if isinstance(one, PutMarker)]  # it looks long for each
    record = from_file(host.push(made, info)[1])
    present, by_hand = read_anew(host.present()), read_anew(host.present(), every=10)
    return {
        "an empty timeline": lambda: plan(made, info, Present(), options=OPTIONS),
        "nothing to do": lambda: plan(made, info, present, options=OPTIONS),
        "nothing to do, with the record": lambda: plan(made, info, present, last=record, options=OPTIONS),
        "every tenth edited in the host": lambda: plan(made, info, by_hand, last=record, options=OPTIONS),
        "copying the timeline": lambda: read_anew(present),
    }


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall time of the run that took the least of the former."""
    times = []
    for _ in range(RUNS):
        began, at = time.process_time(), time.perf_counter()
        work()
        times.append((time.process_time() - began, time.perf_counter() - at))
    return min(times)


def main() -> None:
    found: dict[str, list[float]] = {}
    wall: dict[str, list[float]] = {}
    for share in SHARES:
        for name, work in cases(share).items():
            least, beside = seconds(work)
            found.setdefault(name, []).append(round(least, 3))
            wall.setdefault(name, []).append(round(beside, 3))
    growth = {name: round(times[-1] / times[0], 2) for name, times in found.items()}
    sizes = [f"{CUES // share} cues, {MARKS // share} marks" for share in SHARES]
    told = {"sizes": sizes, "seconds": found, "wall_seconds": wall, "whole_to_quarter": growth, "runs": RUNS}
    save("plan", {**told, **machine()})
    rows = [[name, *times, growth[name], wall[name][-1]] for name, times in found.items()]
    print(table(("case", *sizes, "whole to quarter", "whole, wall time"), rows))


if __name__ == "__main__":
    main()

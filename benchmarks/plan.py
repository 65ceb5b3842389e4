"""
How long a plan takes for 20,000 cues and 5,000 marks, and whether it grows linearly: python -m benchmarks.plan

Four cases, each at a quarter, half and whole size: an empty timeline; one that shows the document, with and without
the record of the last push; one in which the editor changed every tenth marker and caption. The least processor
time of several runs counts, for the machine may have other work; results go to benchmarks/results/plan.json.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks.spoken import machine, save, table
from plugin_core.document import MARK_KINDS, Cue, Document, Mark
from plugin_core.host import RESOLVE, Plan, PlanOptions, Present, PutMarker, TimelineInfo, plan
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


def edited(present: Present) -> Present:
    markers = tuple(replace(m, name="mine") if at % 10 == 0 else m for at, m in enumerate(present.markers))
    tracks = tuple(
        replace(track, captions=tuple(replace(c, text=f"{c.text}!") if at % 10 == 0 and c.text else c
                                      for at, c in enumerate(track.captions)))
        for track in present.tracks
    )  # fmt: skip
    return Present(markers, tracks)


def cases(share: int) -> dict[str, Callable[[], Plan]]:
    made = document(share)
    info = TimelineInfo.of(made)
    host = ModelHost(RESOLVE)
    first = plan(made, info, Present(), options=OPTIONS)
    host.markers = [one.marker for one in first.operations if isinstance(one, PutMarker)]  # it looks long for each
    _, record = host.push(made, info)
    present = host.present()
    by_hand = edited(present)
    return {
        "an empty timeline": lambda: plan(made, info, Present(), options=OPTIONS),
        "nothing to do": lambda: plan(made, info, present, options=OPTIONS),
        "nothing to do, with the record": lambda: plan(made, info, present, last=record, options=OPTIONS),
        "every tenth edited in the host": lambda: plan(made, info, by_hand, last=record, options=OPTIONS),
    }


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    found: dict[str, list[float]] = {}
    for share in SHARES:
        for name, work in cases(share).items():
            found.setdefault(name, []).append(round(seconds(work), 3))
    growth = {name: round(times[-1] / times[0], 2) for name, times in found.items()}
    sizes = [f"{CUES // share} cues, {MARKS // share} marks" for share in SHARES]
    save("plan", {"sizes": sizes, "seconds": found, "whole_to_quarter": growth, "runs": RUNS, **machine()})
    print(table(("case", *sizes, "whole to quarter"), [[name, *times, growth[name]] for name, times in found.items()]))


if __name__ == "__main__":
    main()

"""
How long it takes to conform a long document: python -m benchmarks.conform

20,000 cues of eight words and 5,000 marks, in two languages, over 5,000 pieces (picture and sound) of eight media; the
new cut has every tenth shot taken out, every tenth doubled and every tenth moved. Half, the whole and twice of it are
measured in processor time, so that the growth shows; results go to benchmarks/results/conform.json.
"""

from __future__ import annotations

import random
import time
from typing import Any

from benchmarks.spoken import machine, save, table
from plugin_core import conform
from plugin_core.clock import FrameRate
from plugin_core.conform import cuts
from plugin_core.document import Cue, Document, Mark, Word
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, rational

RATE = FrameRate.parse("23.976")
CUES, MARKS, PIECES = 20_000, 5_000, 5_000
RUNS = 3
Shot = tuple[int, int, int]  # media, first frame, frames


def programme(shots: list[Shot]) -> Programme:
    from opentimelineio import opentime, schema

    timeline = schema.Timeline()
    for kind in ("Video", "Audio"):
        track = schema.Track(name=kind, kind=kind)
        for media, first, frames in shots:
            reference = schema.ExternalReference(target_url=f"/footage/day {media}/clip{media}.mov")
            span = opentime.TimeRange(rational(first, RATE), rational(frames, RATE))
            track.append(schema.Clip(name="clip", media_reference=reference, source_range=span))
        timeline.tracks.append(track)
    return Programme(Document(), TimelineInfo(RATE, duration=sum(shot[2] for shot in shots)), timeline)


def cuts_of(pieces: int) -> tuple[list[Shot], list[Shot]]:
    chance = random.Random(3)
    used = [86_400] * 8
    first: list[Shot] = []
    for _ in range(pieces):
        media, frames = chance.randrange(8), chance.randint(24, 96)
        first.append((media, used[media], frames))
        used[media] += frames + 5
    second: list[Shot] = []
    for number, shot in enumerate(first):
        if number % 10 != 3:
            second.append(shot)
        if number % 10 == 5:
            second.append(shot)
        if number % 10 == 7:
            second.insert(chance.randrange(max(0, len(second) - 50), len(second)), second.pop())
    return first, second


def document(frames: int, cues: int, marks: int) -> Document:
    def span(number: int, count: int) -> tuple[int, int]:
        first = number * frames // count
        return RATE.ms_at(first), RATE.ms_at(first + min(60, frames // count))

    def cue(number: int) -> Cue:
        start, end = span(number, cues)
        ends = [start + (end - start) * n // 8 for n in range(9)]
        words = tuple(Word(ends[n], ends[n + 1], " word") for n in range(8))
        return Cue(f"{number:012x}", start, end, ("word " * 8, "八个词"), words)

    def mark(number: int) -> Mark:
        kind = ("shot", "sound", "scene")[number % 3]
        return Mark(f"m{number:011x}", kind, *span(number, marks), "thing")

    made = tuple(map(cue, range(cues)))
    return Document(languages=("en", "zh"), cues=made, marks=tuple(map(mark, range(marks))))


def measure(share: float) -> dict[str, Any]:
    first, second = cuts_of(int(PIECES * share) // 2)
    old, new = programme(first), programme(second)
    made = document(sum(shot[2] for shot in first), int(CUES * share), int(MARKS * share))
    whole, reading = [], []
    for _ in range(RUNS):
        begun = time.process_time()  # one thread; the machine may be busy with other things
        found = conform.conform(made, old, new)
        whole.append(time.process_time() - begun)
        begun = time.process_time()
        cuts.pieces(old), cuts.pieces(new)
        reading.append(time.process_time() - begun)
    size = {"cues": len(made.cues), "marks": len(made.marks), "pieces": 2 * len(first)}
    return size | {"seconds": round(min(whole), 3), "of_it_reading": round(min(reading), 3), "counts": found.counts}


def main() -> None:
    conform.conform(document(1000, 10, 10), programme(cuts_of(10)[0]), programme(cuts_of(10)[1]))  # imports
    rows = [measure(share) for share in (0.5, 1, 2)]
    growth = round(rows[2]["seconds"] / rows[1]["seconds"], 2)
    save("conform", {"rows": rows, "twice_as_long_over_whole": growth, "runs": RUNS, **machine()})
    names = ("cues", "marks", "pieces", "seconds", "of_it_reading")
    print(table(names, [[row[name] for name in names] for row in rows]))
    print(f"twice the length takes {growth} times the time; {rows[1]['counts']}")


if __name__ == "__main__":
    main()

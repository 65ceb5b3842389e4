"""
How long every exchange format takes to write: python -m benchmarks.exchange [--cues 20000]

A document of 20,000 cues in two languages and 5,000 marks is written at a quarter, half and all of its size; each
format's growth is the time at full size over that at a quarter (linear: 4). Where a library can do the same it does it
in the same run: pysubs2 writes the SRT of one language, OpenTimelineIO builds and writes clips and markers that carry
a name only. Times are the best of two.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from benchmarks.spoken import machine, save, table
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.exchange import EXCHANGES
from plugin_core.formats import FORMATS, Layout, to_text
from plugin_core.timeline import Programme, programme_of

BAR = 2.0  # seconds at full size


def programme(cues: int, marks: int) -> Programme:
    rate = FrameRate.parse("29.97 DF")
    kinds = ("music", "sound", "action", "title")
    made = tuple(
        Cue(
            f"cue{n:06d}",
            n * 1700,
            n * 1700 + 1500,
            (f"第{n}句：你好，世界！", f"Line {n}: hello,\nworld"),
            speaker="Anna",
        )
        for n in range(cues)
    )
    marked = tuple(
        Mark(f"mark{n:06d}", kinds[n % 4], n * 6500, n * 6500 + 900, f"sound {n}", (("mood", "calm"),), 0.9)
        for n in range(marks)
    )
    media = Media("/footage/day 1.mov", cues * 1700, rate, width=1920, height=1080)
    return programme_of(Document(media, ("zh", "en"), made, marked))


def best(work: Callable[[], object], runs: int = 2) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def writers() -> dict[str, Callable[[Programme], object]]:
    exchange = {
        name: lambda made, entry=entry: entry.write(made, "en" if entry.each else "")
        for name, entry in EXCHANGES.items()
        if entry.writes
    }
    text = {
        name: lambda made, name=name: to_text(made.document, name, Layout("single", ("en",)))
        for name, entry in FORMATS.items()
        if entry.write and name != "json"
    }
    return {**exchange, **text}


def peers(made: Programme) -> dict[str, Callable[[], object]]:
    return {"srt": lambda: _pysubs2(made), "otio": lambda: _otio(made)}


def _pysubs2(made: Programme) -> str:
    import pysubs2

    subs = pysubs2.SSAFile()
    subs.events = [
        pysubs2.SSAEvent(cue.start, cue.end, cue.texts[1].replace("\n", "\\N")) for cue in made.document.cues
    ]
    return str(subs.to_string("srt"))


def _otio(made: Programme) -> str:
    from opentimelineio import adapters, opentime, schema

    rate = float(made.info.rate.fps)

    def span(frame: int, frames: int) -> Any:
        return opentime.TimeRange(opentime.RationalTime(frame, rate), opentime.RationalTime(frames, rate))

    track, at = schema.Track(kind="Subtitle"), 0
    children: list[Any] = []
    for cue in made.document.cues:
        frame, frames = made.info.span(cue.start, cue.end)
        children.append(schema.Gap(source_range=span(0, frame - at)))
        children.append(schema.Clip(name=cue.texts[1], source_range=span(0, frames)))
        at = frame + frames
    track.extend(children)
    timeline = schema.Timeline()
    timeline.tracks.append(track)
    for mark in made.document.marks:
        timeline.tracks.markers.append(
            schema.Marker(name=mark.text, marked_range=span(*made.info.span(mark.start, mark.end)))
        )
    return str(adapters.write_to_string(timeline, "otio_json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cues", type=int, default=20_000)
    options = parser.parse_args()
    sizes = [programme(options.cues * part // 4, options.cues * part // 16) for part in (1, 2, 4)]
    libraries = peers(sizes[-1])
    rows = []
    for name, write in writers().items():
        times = [best(lambda made=made, write=write: write(made)) for made in sizes]  # type: ignore[misc]
        row = {"format": name, "seconds": round(times[-1], 3), "growth": round(times[-1] / times[0], 2)}
        library = best(libraries[name]) if name in libraries else 0.0
        rows.append({**row, "over_library": round(times[-1] / library, 2) if library else None})
    result = {"cues": options.cues, "marks": options.cues // 4, **machine(), "rows": rows}
    save("exchange", result)
    print(table(list(rows[0]), [list(row.values()) for row in rows]))


if __name__ == "__main__":
    main()

"""
How fast the desktop app answers, without a screen: python -m benchmarks.gui

* start: from a fresh process to the painted window, and which modules of inference it has imported by then (none);
* open: a document of 20,000 cues, from the call to the painted table;
* edit: a character typed in the middle of it, from the key to the painted window (median of 100, each its own step);
* undo: the way back through these; scroll: a page of the table, painted.

Wall-clock and processor seconds; results go to benchmarks/results/gui.json.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.spoken import machine, save, table

CUES = 20_000
RUNS = 100
STARTS = 5
INFERENCE = ("faster_whisper", "ctranslate2", "onnxruntime", "torch", "tokenizers", "sentencepiece", "transformers")
START = """
import json, sys
from gui.app import application, build
app = application()
parts = build(app)
parts.window.show()
app.processEvents()
print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]), flush=True)
"""


def start() -> dict[str, Any]:
    """Seconds from the call of the interpreter to the painted window, and what of inference was imported."""
    seconds, found = [], []
    for _ in range(STARTS):
        began = time.perf_counter()
        child = subprocess.run([sys.executable, "-c", START, *INFERENCE], capture_output=True, check=True, text=True)
        seconds.append(time.perf_counter() - began)
        found = json.loads(child.stdout)
    return {"seconds": round(statistics.median(seconds), 3), "inference_imported": found}


def film(path: Path) -> None:
    """Write a document of many cues in two languages, with words."""
    from plugin_core import storage
    from plugin_core.document import Cue, Document, Media, Word

    cues = []
    for number in range(CUES):
        at, text = number * 2500, f"This is what is said in cue {number}."
        words = tuple(Word(at + 200 * n, at + 200 * n + 180, f" {word}") for n, word in enumerate(text.split()))
        cues.append(Cue(f"c{number:07}", at, at + 2000, (text, f"这是第{number}条字幕里说的话。"), words))
    storage.save(Document(Media(duration=CUES * 2500), ("en", "zh"), tuple(cues)), path)


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Wall-clock and processor milliseconds of *work*."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


def medians(times: list[tuple[float, float]]) -> dict[str, float]:
    """The medians of both, and the slowest but five in a hundred."""
    wall = sorted(wall for wall, _ in times)
    processor = statistics.median(processor for _, processor in times)
    late = wall[int(0.95 * (len(wall) - 1))]
    return {"ms": round(statistics.median(wall), 2), "ms_95": round(late, 2), "processor_ms": round(processor, 2)}


def app(folder: Path) -> dict[str, Any]:
    """What the open app takes for a document of many cues."""
    import psutil

    from gui.app import application, build

    qt = application()
    parts = build(qt)
    parts.window.resize(1400, 900)
    parts.window.show()
    qt.processEvents()
    session, panel, process = parts.session, parts.window.panel, psutil.Process()
    empty = process.memory_info().rss
    path = folder / "film.zimu"
    film(path)

    def opening() -> None:
        parts.window.open((path,))
        while len(session.document.cues) != CUES or not panel.isVisible():
            qt.processEvents()
        panel.table.viewport().repaint()

    opened = timed(opening)
    while panel.problems.busy:
        qt.processEvents()
    middle = session.document.cues[CUES // 2]
    session.select([middle.id])
    panel.editor.write_in(0)
    qt.processEvents()
    field = panel.editor.fields()[0]

    def typing() -> None:
        session.close_merge()
        field.insertPlainText("x")
        qt.processEvents()

    def undoing() -> None:
        session.undo.undo()
        qt.processEvents()

    def scrolling() -> None:
        bar = panel.table.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep())
        panel.table.viewport().repaint()

    result = {
        "open": {"ms": round(opened[0], 1), "processor_ms": round(opened[1], 1)},
        "edit": medians([timed(typing) for _ in range(RUNS)]),
        "undo": medians([timed(undoing) for _ in range(RUNS)]),
        "scroll": medians([timed(scrolling) for _ in range(RUNS)]),
        "memory_mb": {"empty": empty // 2**20, "open_and_edited": process.memory_info().rss // 2**20},
    }
    parts.window.recovery.close()
    return result


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZIMU_HOME"] = str(Path(folder) / "home")
        result = {"cues": CUES, "start": start(), **app(Path(folder)), "load": os.getloadavg()[0], **machine()}
        save("gui", result)
    rows = [
        ["window up", f"{result['start']['seconds']} s"],
        ["inference imported", result["start"]["inference_imported"]],
    ]
    rows += [[name, f"{result[name]['ms']} ms"] for name in ("open", "edit", "undo", "scroll")]
    rows += [["memory", result["memory_mb"]]]
    print(table(("what", "took"), rows))


if __name__ == "__main__":
    main()

"""
How fast the desktop app answers, without a screen: python -m benchmarks.gui

* start: from a fresh process to the painted window, and which modules of inference it has imported by then (none);
* open: a document of 20,000 cues, from the call to the painted window with its first cue selected;
* judging: the check of all of its cues while nothing else happens: how long it takes, and how long its turns are;
* edit: a key pressed in the editor in the middle of the film, until the typed text and the table are painted and every
  widget has answered; each its own step;
* pause: the longest turn of the event loop in the moment after each edit, when put-off work is done: what the next key
  may have to wait for;
* undo: the way back through these; insert: a cue more, which moves all rows after it; scroll: a page of the table.

The film has words, a waveform, shot cuts, and something wrong with one cue in five, as a recognised one has.
Wall-clock and processor milliseconds, medians of 100; results go to benchmarks/results/gui.json.
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
EVERY = 2500  # ms from cue to cue
RUNS = 100
STARTS = 5
REST = 0.1  # seconds between two keys: ten a second, a fast typist
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
    """Write a document of many cues in two languages, with words and shot cuts; something is wrong with one in five."""
    from plugin_core import storage
    from plugin_core.document import Cue, Document, Mark, Media, Word

    cues = []
    for number in range(CUES):
        at, text = number * EVERY, f"This is what is said in cue {number}."
        chinese = "" if number % 20 == 3 else f"这是第{number}条字幕里说的话。"
        end = at + (700 if number % 20 == 9 else 2000)
        sure = 0.3 if number % 10 == 6 else 0.95
        words = tuple(
            Word(at + 200 * n, at + 200 * n + 180, f" {word}", sure if n == 3 else 0.95)
            for n, word in enumerate(text.split())
        )
        cues.append(Cue(f"c{number:07}", at, end, (text, chinese), words))
    cuts = tuple(Mark(f"m{number}", "shot", number * 5 * EVERY, number * 5 * EVERY, "") for number in range(CUES // 5))
    storage.save(Document(Media(duration=CUES * EVERY), ("en", "zh"), tuple(cues), cuts), path)


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
    import numpy as np
    import psutil
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget

    from gui.app import application, build
    from plugin_core import edits, peaks
    from plugin_core.document import Cue

    class Painted(QObject):
        """Whether the widgets that show an edit have been painted since they were asked about last."""

        def __init__(self, *widgets: QWidget) -> None:
            super().__init__()
            self.left: set[QObject] = set()
            for widget in widgets:
                widget.installEventFilter(self)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.left.discard(watched)
            return False

        def wait(self, *widgets: QWidget) -> None:
            """Let the app go on until all of *widgets* are painted and no event is left."""
            self.left = set(widgets)
            while self.left:
                qt.processEvents()

    qt = application()
    parts = build(qt)
    window, session, panel = parts.window, parts.session, parts.window.panel
    window.resize(1400, 900)
    window.show()
    qt.processEvents()
    process = psutil.Process()
    empty = process.memory_info().rss
    path = folder / "film.zimu"
    film(path)
    cells = panel.table.viewport()
    painted = Painted(cells, panel.waveform)

    def opening() -> None:
        window.open((path,))
        painted.wait(cells, panel.waveform)

    opened = timed(opening)
    assert len(session.document.cues) == CUES
    assert session.current == session.document.cues[0].id
    turns: list[tuple[float, float]] = []
    judging = time.perf_counter()
    while panel.problems.busy:
        turns.append(timed(qt.processEvents))
    judged = time.perf_counter() - judging
    loud = np.random.default_rng(0).standard_normal((CUES * EVERY // 10, 2)) * 3000
    panel.waveform.source.peaks = peaks.pyramid([loud.astype(np.int16)])
    del loud
    panel.waveform.source.changed.emit()
    session.select([session.document.cues[CUES // 2].id])
    panel.editor.write_in(0)
    qt.processEvents()
    field = panel.editor.fields()[0]
    painted = Painted(cells, field.viewport())

    def resting() -> float:
        """The longest turn of the loop in the moment until the next key, in ms."""
        until, longest = time.perf_counter() + REST, 0.0
        while time.perf_counter() < until:
            longest = max(longest, timed(qt.processEvents)[0])
            time.sleep(0.0005)
        return longest

    def repeated(work: Callable[[], None]) -> tuple[dict[str, float], dict[str, float]]:
        times, pauses = [], []
        for _ in range(RUNS):
            times.append(timed(work))
            pauses.append((resting(), 0.0))
        longest = medians(pauses)
        del longest["processor_ms"]
        return medians(times), longest

    def typing() -> None:
        session.close_merge()
        QTest.keyClick(field, "x")
        painted.wait(cells, field.viewport())

    def undoing() -> None:
        parts.actions["edit.undo"].trigger()
        painted.wait(cells)

    def inserting() -> None:
        at = session.document.cues[CUES // 2].end + 10
        session.edit("Insert", edits.add_cues(session.document, [Cue(f"n{time.time_ns()}", at, at + 100, ("", ""))]))
        painted.wait(cells)

    def scrolling() -> None:
        bar = panel.table.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep())
        painted.wait(cells)

    memory = process.memory_info().rss
    edit, pause = repeated(typing)
    assert session.document.cues[CUES // 2].texts[0].endswith("x" * RUNS)
    undo, _ = repeated(undoing)
    insert, insert_pause = repeated(inserting)
    scroll, _ = repeated(scrolling)
    result = {
        "open": {"ms": round(opened[0], 1), "processor_ms": round(opened[1], 1)},
        "judging": {"seconds": round(judged, 2), **medians(turns)},
        "edit": edit,
        "pause": pause,
        "undo": undo,
        "insert": insert,
        "insert_pause": insert_pause,
        "scroll": scroll,
        "memory_mb": {"empty": empty >> 20, "open": memory >> 20, "edited": process.memory_info().rss >> 20},
    }
    window.recovery.close()
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
        ["open", f"{result['open']['ms']} ms"],
        ["judging all", f"{result['judging']['seconds']} s, turns {result['judging']}"],
    ]
    rows += [[name, str(result[name])] for name in ("edit", "pause", "undo", "insert", "insert_pause", "scroll")]
    rows += [["memory (MB)", result["memory_mb"]]]
    print(table(("what", "took"), rows))


if __name__ == "__main__":
    main()

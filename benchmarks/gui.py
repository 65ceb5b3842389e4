"""
How fast the desktop app answers, without a screen: python -m benchmarks.gui

* start: from a fresh process to the painted window, and which modules of inference it has imported by then (none);
* open: a document of 20,000 cues, from the call to the painted window with its first cue selected;
* judging: the check of all of its cues while nothing else happens: how long it takes, and how long its turns are;
* edit: a key pressed in the editor in the middle of the film, until the text and the table are painted and every widget
  has answered; each its own step;
* pause: the longest turn of the event loop in the tenth of a second after each, when put-off work is done: what the
  next key may have to wait for;
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


class Window:
    """The whole app in its window, over a film of many cues; each method does what a person does and waits for it."""

    def __init__(self, folder: Path) -> None:
        from gui.app import application, build

        self.qt = application()
        self.parts = build(self.qt)
        self.session, self.panel, self.path = self.parts.session, self.parts.window.panel, folder / "film.zimu"
        film(self.path)
        self.parts.window.resize(1400, 900)
        self.parts.window.show()
        self.qt.processEvents()
        self.painted, self.watcher = watching(self.qt)
        self.cells = self.panel.table.viewport()
        for widget in (self.cells, self.panel.waveform):
            widget.installEventFilter(self.watcher)
        self.field: Any = None

    def until_painted(self, *widgets: object) -> None:
        """Let the app go on until all of *widgets* are painted; every event that waits is answered on the way."""
        self.painted.clear()
        self.qt.processEvents()
        while not self.painted.issuperset(widgets):
            self.qt.processEvents()

    def open(self) -> None:
        self.parts.window.open((self.path,))
        self.until_painted(self.cells, self.panel.waveform)
        cues = self.session.document.cues
        assert (len(cues), self.session.current) == (CUES, cues[0].id)

    def judge(self) -> dict[str, Any]:
        """The turns of the loop until every cue is judged."""
        turns, began = [], time.perf_counter()
        while self.panel.problems.busy:
            turns.append(timed(self.qt.processEvents))
        return {"seconds": round(time.perf_counter() - began, 2), **medians(turns)}

    def settle(self) -> None:
        """The sound is there, and somebody writes in the middle of the film."""
        import numpy as np

        from plugin_core import peaks

        loud = np.random.default_rng(0).standard_normal((CUES * EVERY // 10, 2)) * 3000
        self.panel.waveform.source.peaks = peaks.pyramid([loud.astype(np.int16)])
        self.panel.waveform.source.changed.emit()
        self.session.select([self.session.document.cues[CUES // 2].id])
        self.panel.editor.write_in(0)
        self.qt.processEvents()
        self.field = self.panel.editor.fields()[0]
        self.field.viewport().installEventFilter(self.watcher)

    def type(self) -> None:
        from PySide6.QtTest import QTest

        self.session.close_merge()
        QTest.keyClick(self.field, "x")
        self.until_painted(self.cells, self.field.viewport())

    def undo(self) -> None:
        self.parts.actions["edit.undo"].trigger()
        self.until_painted(self.cells, self.field.viewport())

    def choose_next(self) -> None:
        """The cue after the next is selected and shown."""
        row = self.session.row(self.session.current)
        self.session.select([self.session.document.cues[row + 2].id])
        self.pause()

    def insert(self) -> None:
        self.parts.actions["cue.insert-after"].trigger()
        self.until_painted(self.cells)

    def scroll(self) -> None:
        bar = self.panel.table.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep())
        self.until_painted(self.cells)

    def pause(self) -> float:
        """The longest turn of the loop (ms) in the moment until the next key."""
        until, longest = time.perf_counter() + REST, 0.0
        while time.perf_counter() < until:
            longest = max(longest, timed(self.qt.processEvents)[0])
            time.sleep(0.0005)
        return longest

    def repeated(self, work: Callable[[], None], before: Callable[[], None] = lambda: None) -> dict[str, float]:
        """The medians of *work* done again and again, and under "pause" that of the longest turn after each."""
        times, pauses = [], []
        for _ in range(RUNS):
            before()
            times.append(timed(work))
            pauses.append(self.pause())
        return {**medians(times), "pause_ms": round(statistics.median(pauses), 2)}


def watching(parent: Any) -> tuple[set[object], Any]:
    """A set, and the event filter that puts each of its widgets into it when it is painted."""
    from PySide6.QtCore import QEvent, QObject

    painted: set[object] = set()

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                painted.add(watched)
            return False

    return painted, Watcher(parent)


def app(folder: Path) -> dict[str, Any]:
    """What the open app takes for a document of many cues."""
    import psutil

    process = psutil.Process()
    window = Window(folder)
    empty = process.memory_info().rss
    opened = timed(window.open)
    result = {"open": {"ms": round(opened[0], 1), "processor_ms": round(opened[1], 1)}, "judging": window.judge()}
    window.settle()
    memory = process.memory_info().rss
    result["edit"] = window.repeated(window.type)
    assert window.session.document.cues[CUES // 2].texts[0].endswith("x" * RUNS)
    result["undo"] = window.repeated(window.undo)
    result["insert"] = window.repeated(window.insert, window.choose_next)
    result["scroll"] = window.repeated(window.scroll)
    edited = process.memory_info().rss
    result["memory_mb"] = {"empty": empty >> 20, "open": memory >> 20, "edited": edited >> 20}
    window.parts.window.recovery.close()
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
    rows += [[name, str(result[name])] for name in ("edit", "undo", "insert", "scroll")]
    rows += [["memory (MB)", result["memory_mb"]]]
    print(table(("what", "took"), rows))


if __name__ == "__main__":
    main()

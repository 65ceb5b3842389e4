"""
How long a frame of the waveform takes while a three-hour film is scrolled, and a frame of the picture while it plays.

python -m benchmarks.waveform; medians and the slowest of twenty, in ms, go to benchmarks/results/waveform.json.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.spoken import machine, save, table
from gui.actions import Actions
from gui.frames import FrameReader
from gui.player import Player
from gui.session import Session
from gui.sound import Clock
from gui.wave_math import View
from gui.waveform import Waveform
from plugin_core import peaks
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Media

HOURS = 3
WIDTH, HEIGHT = 1600, 200
FRAMES = 60


def film() -> Document:
    """Three hours with 3,600 cues and 2,160 shots."""
    duration = HOURS * 3_600_000
    cues = [Cue(f"c{n}", n * 3000, n * 3000 + 2400, ("A line of the film", "电影的一句")) for n in range(HOURS * 1200)]
    marks = [Mark(f"m{n}", "shot", n * 5000, n * 5000, "") for n in range(HOURS * 720)]
    media = Media(duration=duration, frame_rate=FrameRate(Fraction(25)), width=1920, height=1080)
    return Document(media, ("en", "zh"), tuple(cues), tuple(marks))


def medians(what: str, times: list[float]) -> dict[str, Any]:
    """One row of the results."""
    late = sorted(times)[len(times) * 19 // 20]
    return {"what": what, "ms": round(statistics.median(times), 2), "ms_95": round(late, 2)}


def scrolling() -> Iterator[dict[str, Any]]:
    app = QApplication.instance() or QApplication(sys.argv)
    window = QWidget()
    session, player = Session(film()), Player(output=lambda _: Clock())
    player.open(None, session.document.media)
    wave = Waveform(session, player, Actions(window))
    rows = np.random.default_rng(0).standard_normal((HOURS * 360_000, 2)) * 3000
    wave.source.peaks = peaks.pyramid([rows.astype(np.int16)])
    wave.resize(WIDTH, HEIGHT)
    wave.show()
    app.processEvents()
    canvas = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    for scale in (HOURS * 3_600_000 / WIDTH, 1000, 100, 10, 1):
        times = []
        for frame in range(FRAMES):
            began = time.perf_counter()
            wave.show_view(View(1_000_000 + frame * 23 * scale, scale, WIDTH))
            wave.refresh()
            wave.render(canvas)
            times.append((time.perf_counter() - began) * 1000)
        yield medians(f"{scale:.0f} ms a pixel", times)
    times = []
    for frame in range(200):
        player.seek(1_000_000 + frame * 40)
        began = time.perf_counter()
        wave.render(canvas)
        times.append((time.perf_counter() - began) * 1000)
    yield medians("the playhead alone", times)
    wave.source.close()


def playing() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with av.open(str(path), "w") as out:
            stream = out.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
            noise = np.random.default_rng(0).integers(0, 255, (1080, 1920, 3), dtype=np.uint8)
            for number in range(75):
                frame = av.VideoFrame.from_ndarray(np.roll(noise, number * 8, axis=1), format="rgb24")
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        reader = FrameReader(path)
        times = []
        for number in range(70):
            began = time.perf_counter()
            found = reader.at(number * 40)
            if found is not None:
                reader.image(found[1], QSize(960, 540))
            times.append((time.perf_counter() - began) * 1000)
        yield medians("a frame of 1920 x 1080, shown at 960 x 540", times)
        reader.close()


def main() -> None:
    scrolled, played = list(scrolling()), list(playing())
    save("waveform", {"hours": HOURS, "scroll": scrolled[:-1], "other": [scrolled[-1], *played], **machine()})
    rows = [[row["what"], row["ms"], row["ms_95"]] for row in (*scrolled, *played)]
    print(table(("what", "median ms", "of twenty the slowest"), rows))


if __name__ == "__main__":
    main()

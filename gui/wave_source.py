"""
The sound that the waveform draws: peaks of the whole film, which grow while they are found, and the very samples of
what is looked at closely.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QProcess, QRunnable, QThreadPool, QTimer, Signal

from plugin_core import audio, peaks, processes
from plugin_core.errors import MediaError, ZimuError
from plugin_core.peaks import Peaks, Rows
from plugin_core.placing import RATE, Samples

CLOSE = 4.0  # ms a pixel; nearer than this, peaks of 10 ms are too coarse
LONGEST = 90_000  # ms of samples held for a spectrogram
GROWS = 400  # ms between two looks at what has come
COMMAND = processes.command("gui.wave_process")

PER_MS = RATE // 1000


class Piece:
    """Samples of a part of the film: *first* is the ms of the first."""

    def __init__(self, first: int, samples: Samples, wanted_end: int) -> None:
        self.first, self.samples, self.end = first, samples, wanted_end

    def columns(self, start: float, end: float, width: int) -> Rows:
        """Minima and maxima as ``Peaks.columns`` gives them, of the samples themselves; 0 where there are none."""
        found = np.zeros((width, 2), np.int16)
        edges = np.floor((np.linspace(start, end, width + 1) - self.first) * PER_MS).astype(np.intp)
        inside = (edges[:-1] >= 0) & (edges[:-1] < len(self.samples))
        if inside.any():
            first = edges[:-1][inside]
            stop = min(max(int(edges[1:][inside][-1]), int(first[-1])) + 1, len(self.samples))
            scaled = self.samples[first[0] : stop]
            low = np.minimum.reduceat(scaled, first - first[0])
            high = np.maximum.reduceat(scaled, first - first[0])
            found[inside, 0] = np.clip(low * 32767, -32767, 32767).astype(np.int16)
            found[inside, 1] = np.clip(high * 32767, -32767, 32767).astype(np.int16)
        return found

    def spectrum(self, start: float, end: float, width: int, height: int) -> Samples:
        """(height, width) loudness from 0 to 1, high pitches above, of windows of 32 ms; 0 where there is no sound."""
        size = 512
        centres = ((np.linspace(start, end, width, endpoint=False) - self.first) * PER_MS).astype(np.intp)
        padded = np.pad(self.samples, size)
        starts = np.clip(centres + size // 2, 0, len(padded) - size)
        windows = np.lib.stride_tricks.sliding_window_view(padded, size)[starts] * np.hanning(size).astype(np.float32)
        power = np.abs(np.fft.rfft(windows, axis=1)[:, : size // 2]).astype(np.float32)
        decibels = 20 * np.log10(power / (size / 4) + 1e-6)
        loud = np.clip((decibels + 72) / 66, 0, 1)
        # pitches by the mel scale, as they are heard
        mels = np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 8000 / 700), height)[::-1]
        bins = np.clip((700 * (10 ** (mels / 2595) - 1)) / (RATE / size), 0, size // 2 - 1).astype(np.intp)
        return np.asarray(loud[:, bins].T, dtype=np.float32)


class _Reading(QRunnable):
    """Reads one piece away from the window's thread."""

    def __init__(self, source: WaveSource, path: Path, start: int, end: int) -> None:
        super().__init__()
        self.source, self.path, self.start, self.end = source, path, start, end

    def run(self) -> None:
        try:
            samples = audio.read(self.path, start=self.start, end=self.end)
        except ZimuError:
            samples = np.zeros(0, np.float32)
        with suppress(RuntimeError):  # the window was closed meanwhile
            self.source._read.emit(self.path, Piece(self.start, samples, self.end))


class WaveSource(QObject):
    """
    The sound of one media file. *changed* tells that more of it is there, *failed* why there is none (a ZimuError).

    *command* starts the process that finds the peaks; the path is put after it.
    """

    changed = Signal()
    finished = Signal()
    failed = Signal(object)
    _read = Signal(object, object)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._path: Path | None = None
        self._process: QProcess | None = None
        self._rest = b""
        self._parts: list[Rows] = []
        self._piece: Piece | None = None
        self._asked: tuple[int, int] | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._grow = QTimer(self, interval=GROWS, singleShot=True)
        self._grow.timeout.connect(self._grown)
        self._read.connect(self._got)
        self.peaks = Peaks((np.zeros((0, 2), np.int16),))
        self.busy = False

    @property
    def piece(self) -> Piece | None:
        """The samples last asked for, once they are there."""
        return self._piece

    def open(self, path: Path | None) -> None:
        """Find the waveform of *path*; None for no sound."""
        self.close()
        self._path, self._rest, self._parts, self._piece, self._asked = path, b"", [], None, None
        self.peaks = Peaks((np.zeros((0, 2), np.int16),))
        if path is not None:
            self.busy = True
            self._process = process = QProcess(self)
            process.readyReadStandardOutput.connect(self._take)
            process.finished.connect(self._ended)
            process.errorOccurred.connect(self._not_started)
            process.start(self._command[0], [*self._command[1:], str(path)])
        self.changed.emit()

    def close(self) -> None:
        """Stop looking; what was found stays drawn."""
        process, self._process = self._process, None
        self._grow.stop()
        self.busy = False
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()
        self._pool.waitForDone()

    def want(self, start: float, end: float) -> None:
        """Ask for the samples of *start* to *end* (ms), and as much on either side; *changed* tells when they come."""
        length = end - start
        if self._path is None or length > LONGEST or (self._asked and self._asked[0] <= max(0, start)
                                                      and end <= self._asked[1]):  # fmt: skip
            return
        self._asked = (max(0, int(start - length)), int(end + length))
        self._pool.clear()
        self._pool.start(_Reading(self, self._path, *self._asked))

    def _got(self, path: Path, piece: Piece) -> None:
        if path == self._path:
            self._piece = piece
            self.changed.emit()

    def _take(self) -> None:
        if self._process is None:
            return
        data = self._rest + self._process.readAllStandardOutput().data()
        whole = len(data) - len(data) % 4
        self._rest = data[whole:]
        if whole:
            self._parts.append(np.frombuffer(data[:whole], "<i2").reshape(-1, 2).astype(np.int16, copy=False))
            if not self._grow.isActive():
                self._grow.start()

    def _grown(self) -> None:
        self._parts = [np.concatenate(self._parts)] if self._parts else []
        self.peaks = peaks.pyramid(self._parts)
        self.changed.emit()

    def _ended(self, code: int) -> None:
        self._take()
        self._grow.stop()
        process, self._process = self._process, None
        self.busy = False
        self._grown()
        if process is not None and code:
            self.failed.emit(_reason(bytes(process.readAllStandardError().data())))
        if process is not None:
            process.deleteLater()
        self.finished.emit()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._process, self.busy = None, False
            self.failed.emit(_reason(b""))
            self.finished.emit()


def _reason(said: bytes) -> ZimuError:
    """The error a process wrote on its last line, or that it said none."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    try:
        return ZimuError.from_json(json.loads(lines[-1]))
    except (IndexError, ValueError, KeyError, TypeError):
        return MediaError(
            "media.no-waveform", "The waveform could not be made.", "Everything else works; open the media again."
        )

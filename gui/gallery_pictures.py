"""The pictures of shots, as they are asked for: what is seen now comes first, what was scrolled past is let go."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal
from PySide6.QtGui import QPixmap

from plugin_core import processes
from plugin_core.errors import MediaError, ZimuError

COMMAND = processes.command("gui.gallery_process")
KEPT = 300  # pictures in memory, some 60 MB
WAITING = 64  # more than a screen shows at once
AT_ONCE = 2  # asked of the process: one it works at, one that waits


class Pictures(QObject):
    """
    Pictures of one film. ``ready(ms)`` tells that one has come, ``failed`` why there will be none (a ZimuError).

    *command* starts the process that makes them; the path is put after it. It runs from the first question on.
    """

    ready = Signal(int)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._path: Path | None = None
        self._process: QProcess | None = None
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._wanted: list[int] = []  # the newest last
        self._asked: set[int] = set()
        self._broken = False

    @property
    def path(self) -> Path | None:
        """The film whose pictures these are."""
        return self._path

    def open(self, path: Path | None) -> None:
        """Give pictures of *path* from now on; None for none."""
        if path == self._path:
            return
        self.close()
        self._path, self._broken = path, False
        self._kept.clear()

    def close(self) -> None:
        """End the process, and start no other; what has come stays."""
        self._path = None
        process, self._process = self._process, None
        self._wanted.clear()
        self._asked.clear()
        if process is not None:
            process.blockSignals(True)
            process.closeWriteChannel()
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()

    def of(self, ms: int) -> QPixmap | None:
        """The picture at *ms*; None while it is not there: then ``ready`` tells when it is, if it is still wanted."""
        found = self._kept.get(ms)
        if found is not None:
            self._kept.move_to_end(ms)
            return found
        if self._path is not None and not self._broken and ms not in self._asked:
            if ms in self._wanted:
                self._wanted.remove(ms)
            self._wanted.append(ms)
            del self._wanted[:-WAITING]
            self._ask()
        return None

    # -- the process --

    def _ask(self) -> None:
        if self._process is None and self._wanted:
            self._start()
        while self._process is not None and self._wanted and len(self._asked) < AT_ONCE:
            ms = self._wanted.pop()
            self._asked.add(ms)
            self._process.write(f"{ms}\n".encode())

    def _start(self) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._take)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._not_started)
        self._process = process
        process.start(self._command[0], [*self._command[1:], str(self._path)])

    def _take(self) -> None:
        while self._process is not None and self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode("utf-8", "replace")
            ms, _, file = line.rstrip("\r\n").partition("\t")
            if not ms.isdigit():
                continue
            self._asked.discard(int(ms))
            picture = QPixmap(file)
            if not picture.isNull():
                self._kept[int(ms)] = picture
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
                self.ready.emit(int(ms))
        self._ask()

    def _ended(self) -> None:
        self._take()
        process, self._process = self._process, None
        self._asked.clear()
        if process is not None:
            self._broken = True
            self.failed.emit(_reason(bytes(process.readAllStandardError().data())))
            process.deleteLater()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._process, self._broken = None, True
            self._asked.clear()
            self.failed.emit(_reason(b""))


def _reason(said: bytes) -> ZimuError:
    """The error the process wrote on its last line, or that it said none."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    try:
        return ZimuError.from_json(json.loads(lines[-1]))
    except (IndexError, ValueError, KeyError, TypeError):
        return MediaError("media.no-pictures", "The pictures of the shots could not be made.", "Open the media again.")

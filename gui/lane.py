"""
One worker process behind QProcess: requests out, JSON lines in, and an end that always comes.

No thread and no inference import: Qt's event loop reads whole lines as they arrive. Cancel is a line; a worker that
does not obey in time is terminated, then killed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from plugin_core import processes
from plugin_core.protocol import VERSION, to_line

COMMAND = processes.command("plugin_core.worker")
PATIENCE = 5000  # ms between asking, terminating and killing


class Lane(QObject):
    """
    A worker process that is started when first needed and started again after it ended.

    ``said`` is one answer of it; ``ended`` comes once for each process, with a sentence on how it went.
    *command* is the program and its arguments; *log* takes what it writes on stderr.
    """

    said = Signal(dict)
    ended = Signal(str)

    def __init__(
        self, command: Sequence[str] = COMMAND, log: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._command, self._log = tuple(command), log
        self._process: QProcess | None = None
        self._ladder = QTimer(self, singleShot=True)
        self._ladder.timeout.connect(self._insist)

    @property
    def pid(self) -> int:
        """The process now running; 0 if none is."""
        return self._process.processId() if self._process is not None else 0

    def send(self, request: dict[str, Any]) -> None:
        """Write *request* to the worker; it is started if none runs."""
        if self._process is None:
            self._start()
        if self._process is not None:
            self._process.write(to_line(request).encode())

    def cancel(self, job: str) -> None:
        """Ask for the end of *job*; a worker that does not answer is ended."""
        if self._process is not None:
            self.send({"do": "cancel", "job": job})
            self._ladder.start(PATIENCE)

    def obeyed(self) -> None:
        """The cancelled job has ended: the process may live."""
        self._ladder.stop()

    def close(self, patience: int = 1000) -> None:
        """End the process, at the latest after *patience* ms; nothing is said any more."""
        process, self._process = self._process, None
        self._ladder.stop()
        if process is None:
            return
        process.blockSignals(True)
        process.write(to_line({"do": "quit"}).encode())
        process.closeWriteChannel()
        if not process.waitForFinished(patience):
            process.kill()
            process.waitForFinished(2000)
        process.deleteLater()

    def _start(self) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        if self._log is not None:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            process.setStandardErrorFile(str(self._log), QProcess.OpenModeFlag.Append)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._process = process
        process.start(self._command[0], list(self._command[1:]))

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            try:
                value = json.loads(bytes(self._process.readLine().data()))
            except ValueError:
                continue  # a library broke the protocol's line; the job's own lines follow
            if not isinstance(value, dict):
                continue
            if value.get("event") == "hello" and value.get("protocol") != VERSION:
                self._process.kill()
            self.said.emit(value)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._over(self.tr("The worker process could not be started."))

    def _finished(self, code: int, how: QProcess.ExitStatus) -> None:
        self._read()
        if how == QProcess.ExitStatus.CrashExit:
            self._over(self.tr("The worker process crashed or was ended by the system, perhaps for want of memory."))
        else:
            self._over(self.tr("The worker process ended (exit status {code}).").format(code=code))

    def _over(self, how: str) -> None:
        process, self._process = self._process, None
        self._ladder.stop()
        if process is not None:
            process.deleteLater()
            self.ended.emit(how)

    def _insist(self) -> None:
        """Terminate, and at the next call kill."""
        if self._process is None:
            return
        if self._process.property("terminated"):
            self._process.kill()
            return
        self._process.setProperty("terminated", True)
        self._process.terminate()
        self._ladder.start(PATIENCE)

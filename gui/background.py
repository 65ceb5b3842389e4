"""Slow work that is not a job: a generator of ``protocol`` events runs beside the interface, which never waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from plugin_core.errors import Cancelled, ZimuError

Steps = Generator[Any, None, Any] | Iterator[Any]


class _Run(QObject):
    """One run. It lives until its thread ends, also when nobody listens any more."""

    said = Signal(object)
    ended = Signal(object, object)  # the result, the error

    def __init__(self, make: Callable[[], Steps]) -> None:
        super().__init__()
        self._make = make
        self.stop = threading.Event()

    def work(self) -> None:
        """In the thread: step through the generator until it returns, fails or is stopped."""
        result: Any = None
        error: ZimuError | None = None
        try:
            result = self._steps()
        except ZimuError as found:
            error = found
        except Exception as found:
            error = ZimuError("internal", f"Something unforeseen happened: {type(found).__name__}: {found}.")
        with suppress(RuntimeError):  # the app has ended meanwhile, and nobody waits
            self.ended.emit(result, error)

    def _steps(self) -> Any:
        steps = self._make()
        try:
            while not self.stop.is_set():
                self.said.emit(next(steps))
        except StopIteration as end:
            return end.value
        finally:
            if isinstance(steps, Generator):
                steps.close()
        raise Cancelled


class Background(QObject):
    """
    Runs one piece of work at a time in a thread of its own, and tells what it says in the thread of the interface.

    Work is a function that gives a generator; ``finished`` carries what the generator returned. Between two of its
    steps it can be cancelled: then ``failed`` carries ``Cancelled``.
    """

    said = Signal(object)
    """A ``protocol`` event of the work."""
    finished = Signal(object)
    failed = Signal(object)
    """The ``ZimuError``."""
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: _Run | None = None

    @property
    def busy(self) -> bool:
        """Whether work is going on."""
        return self._run is not None

    def start(self, make: Callable[[], Steps]) -> bool:
        """Begin the work that *make* gives; False if other work is going on."""
        if self._run is not None:
            return False
        run = self._run = _Run(make)
        queued = Qt.ConnectionType.QueuedConnection
        run.said.connect(self.said, queued)
        run.ended.connect(self._end, queued)
        threading.Thread(target=run.work, name="zimu-background", daemon=True).start()
        self.busy_changed.emit(True)
        return True

    def cancel(self) -> None:
        """Ask the work to stop; it does before its next step."""
        if self._run is not None:
            self._run.stop.set()

    def _end(self, result: object, error: ZimuError | None) -> None:
        self._run = None
        self.busy_changed.emit(False)
        if error is None:
            self.finished.emit(result)
        else:
            self.failed.emit(error)


def one_step(make: Callable[[], Any]) -> Generator[Any, None, Any]:
    """Work in one piece: returns what *make* gives, and says nothing on the way."""
    yield from ()
    return make()

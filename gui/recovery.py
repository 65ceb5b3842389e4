"""
Recovery: what was typed is on the disk a moment later, beside nothing of the user's, and offered again after a crash.

Each session keeps a journal in Zimu's home: the document as it was, then a line per edit with the rows that changed. A
line is written by a thread of its own, so typing never waits for the disk; the whole document, a second's work where it
is long, is written by it in small portions with pauses, since two threads of Python take turns. The journal of a
session that ended well is removed; one whose program died is found by its lock, which the system frees.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal

from gui.bands import Band, changed_band
from gui.session import Session
from plugin_core import settings
from plugin_core.document import Document
from plugin_core.errors import ZimuError
from plugin_core.schema import from_json, part_to_json, to_json
from plugin_core.storage import write_atomic

PORTION = 40  # cues written between two pauses: a third of a millisecond
PAUSE = 0.001  # seconds
LONGEST = 20_000_000  # bytes of edits, after which the journal begins anew with the document as it is
_JSON = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a session that did not end well had: *path* is the file it was of, *when* its last edit (s since 1970)."""

    journal: Path
    path: Path | None
    when: float
    document: Document


class Recovery(QObject):
    """
    Keeps the unsaved edits of *session* on the disk. *failed* says in a sentence why that is not possible (once).

    :meth:`close` ends it well: pass ``keep=True`` where the person leaves without saving but may want it later.
    """

    failed = Signal(str)
    _broke = Signal(str)

    def __init__(self, session: Session, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder or default_folder()
        self._journal = self._folder / f"{uuid4().hex[:16]}.journal"
        self._lock = FileLock(self._journal.with_suffix(".lock"), timeout=0, thread_local=False)
        self._writer = ThreadPoolExecutor(1, "recovery")
        self._last: Future[None] | None = None
        self._begun = False
        self._complained = False
        self._written = 0
        self._hurry = Event()
        session.changed.connect(self._on_changed)
        session.saved.connect(self._forget)
        session.loaded.connect(self._on_loaded)
        session.clean_changed.connect(self._on_clean)
        self._broke.connect(self._complain)

    @property
    def journal(self) -> Path:
        """Where the edits are kept."""
        return self._journal

    def flush(self) -> None:
        """Wait until everything that was edited is on the disk."""
        if self._last is not None:
            self._hurry.set()
            self._last.result()
            self._hurry.clear()

    def close(self, *, keep: bool = False) -> None:
        """End well: the journal is removed, unless it is to be kept for the next start."""
        if not keep:
            self._forget()
        self._hurry.set()
        self._writer.shutdown(wait=True)
        with suppress(OSError):
            self._lock.release()
            if not keep:
                self._journal.with_suffix(".lock").unlink(missing_ok=True)

    # -- what is written -----------------------------------------------------------------------------------------

    def _on_changed(self, before: Document, after: Document) -> None:
        if self._session.loading:  # it is on the disk already, or `loaded` tells that it is not
            return
        if not self._begun or self._written > LONGEST:
            self._start()
        else:
            band = self._session.band(before, after)
            self._do(lambda: self._append(before, after, band))

    def _start(self) -> None:
        path, document = self._session.path, self._session.document
        self._begun = True
        self._do(lambda: self._begin(path, document))

    def _forget(self, *_: object) -> None:
        """What the person has saved, or given up, needs no recovery."""
        self._begun = False
        self._do(lambda: self._journal.unlink(missing_ok=True))

    def _complain(self, reason: str) -> None:
        if not self._complained:
            self._complained = True
            text = self.tr("Your edits cannot be kept for a recovery: {reason}. Save the document now and then.")
            self.failed.emit(text.format(reason=reason.rstrip(".")))

    def _on_loaded(self) -> None:
        self._forget()
        if not self._session.clean:  # it is nowhere on the disk yet
            self._start()

    def _on_clean(self, clean: bool) -> None:
        if clean:
            self._forget()

    def _do(self, work: Callable[[], None]) -> None:
        self._last = self._writer.submit(self._safely, work)

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (OSError, ZimuError) as error:
            self._broke.emit(getattr(error, "strerror", None) or str(error))

    def _begin(self, path: Path | None, document: Document) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.is_locked:
            with suppress(Timeout):
                self._lock.acquire()
        head = {"zimu": 1, "path": str(path) if path else "", "when": time.time()}
        write_atomic(self._journal, _line(head) + b"".join(self._lines(document)))
        self._written = 0

    def _lines(self, document: Document) -> Iterator[bytes]:
        """The document as one line, in parts: pauses between them let what is typed go first."""
        table = to_json(Document(document.media, document.languages, made_by=document.made_by))
        for key in ("cues", "marks"):
            del table[key]
        yield _JSON.encode(table)[:-1].encode()
        for key, rows in (("cues", document.cues), ("marks", document.marks)):
            for first in range(0, max(1, len(rows)), PORTION):
                part = [part_to_json(row) for row in rows[first : first + PORTION]]
                text = _JSON.encode(part)[1:-1]
                yield ("," if first else f',"{key}":[').encode() + text.encode()
                self._hurry.wait(PAUSE)
            yield b"]"
        yield b"}\n"

    def _append(self, before: Document, after: Document, band: Band) -> None:
        data = _line(_delta(before, after, band))
        self._written += len(data)
        with self._journal.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def default_folder() -> Path:
    """Where journals lie: in Zimu's home."""
    return settings.home() / "recovery"


def leftovers(folder: Path | None = None) -> list[Leftover]:
    """What sessions that are no more left behind, the last one first. A journal that cannot be read is left alone."""
    folder = folder or default_folder()
    found = []
    for journal in folder.glob("*.journal") if folder.is_dir() else ():
        if not _alive(journal):
            with suppress(OSError, ZimuError, ValueError, LookupError, TypeError):
                found.append(read(journal))
    return sorted(found, key=lambda leftover: -leftover.when)


def discard(leftover: Leftover) -> None:
    """Remove what was left: the person has it back, or does not want it."""
    for path in (leftover.journal, leftover.journal.with_suffix(".lock")):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def read(journal: Path) -> Leftover:
    """The document of *journal*, with every edit that was written whole; an error if it is damaged."""
    lines = journal.read_bytes().split(b"\n")
    head, state = json.loads(lines[0]), json.loads(lines[1])
    when = float(head["when"])
    base = from_json(state)
    cues, marks = list(base.cues), list(base.marks)
    for delta in _whole(lines[2:]):
        when = max(when, float(delta["when"]))
        base = from_json(delta["rest"]) if "rest" in delta else base
        for kind, rows in (("cues", cues), ("marks", marks)):
            if kind in delta:
                start, removed, added = delta[kind]
                part = from_json({**to_json(Document(languages=base.languages)), kind: added})
                rows[start : start + removed] = getattr(part, kind)
    document = Document(base.media, base.languages, tuple(cues), tuple(marks), base.made_by)
    return Leftover(journal, Path(head["path"]) if head["path"] else None, when, document)


def _whole(lines: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    """The edits up to the first that was not written whole."""
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            return
        if not isinstance(value, dict):
            return
        yield value


def _delta(before: Document, after: Document, cues: Band) -> dict[str, Any]:
    """What makes *after* of *before*, as JSON: the rows that differ, and the rest where it differs."""
    delta: dict[str, Any] = {"when": time.time()}
    marks = changed_band(before.marks, after.marks)
    for kind, band, rows in (("cues", cues, cues.new(after.cues)), ("marks", marks, marks.new(after.marks))):
        if band:
            delta[kind] = [band.start, band.removed, [part_to_json(row) for row in rows]]
    if (before.languages, before.media, before.made_by) != (after.languages, after.media, after.made_by):
        delta["rest"] = to_json(Document(after.media, after.languages, made_by=after.made_by))
    return delta


def _line(value: Any) -> bytes:
    return _JSON.encode(value).encode() + b"\n"


def _alive(journal: Path) -> bool:
    """Whether the program that wrote *journal* still runs."""
    lock = FileLock(journal.with_suffix(".lock"), timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True
    except OSError:
        return False

"""
Open documents: edits with a revision, undo and redo, saved at once, told to every panel that has them open.

Revisions are opaque whole numbers. They begin at a number made of the content, so that a revision of a server that was
killed is not taken for one of this server's.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from plugin_core import edits, storage
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.profiles import Profile, find
from plugin_core.serving import models
from plugin_core.serving.checking import Problems, checked, rechecked
from plugin_core.serving.panels import Panel

UNDO = 200  # edits that can be taken back
OPEN = 16  # documents kept open although no panel shows them
Edit = Callable[[Document], Document]


class Conflict(DocumentError):
    """The document is not any more as the panel believes; *revision* is the present one."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "document.conflict", "The document was changed elsewhere meanwhile.", "Look at it and edit again."
        )
        self.revision = revision

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "type": "DocumentError", "revision": self.revision}


@dataclass(slots=True)
class _Open:
    path: Path
    document: Document
    seen: tuple[int, int, int]
    profile: Profile
    revision: int
    problems: Problems
    undo: deque[Document] = field(default_factory=lambda: deque(maxlen=UNDO))
    redo: list[Document] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    holds: int = 0  # blocks of ``held``, which must not lose their lock


class Documents:
    """The open documents, by path."""

    def __init__(self) -> None:
        self._open: dict[Path, _Open] = {}
        self._lock = threading.Lock()

    def open(self, path: Path, profile: str, panel: Panel | None) -> dict[str, Any]:
        """As ``models.Opened``; from now on *panel* is told of every change."""
        one = self._get(path)
        with one.lock:
            self._refresh(one)
            if profile != one.profile.id:
                one.profile = find(profile)
                one.problems = checked(one.document, one.profile)
            if panel is not None and panel not in one.panels:
                one.panels.append(panel)
            cues = [shown(cue, one.problems) for cue in one.document.cues]
            return {
                "path": str(path), "revision": one.revision, "languages": list(one.document.languages), "cues": cues,
                "marks": [_mark(mark) for mark in one.document.marks],
                "can_undo": bool(one.undo), "can_redo": bool(one.redo),
            }  # fmt: skip

    def edit(self, path: Path, revision: int, change: Any, panel: Panel | None) -> dict[str, Any]:
        """Do *change* (of ``models.Change``) to the document as it was at *revision*. As ``models.Edited``."""
        one = self._get(path)
        with one.lock:
            self._refresh(one)
            if revision != one.revision:
                raise Conflict(one.revision)
            if change.verb in {"undo", "redo"}:
                return self._step_back(one, change.verb, panel)
            return self._change(one, lambda document: _edited(document, change), panel)

    def change(self, path: Path, edit: Edit, panel: Panel | None) -> dict[str, Any]:
        """Do *edit* to the document as it is now. As ``models.Edited``."""
        one = self._get(path)
        with one.lock:
            self._refresh(one)
            return self._change(one, edit, panel)

    def current(self, path: Path) -> Document:
        """The document as it is now."""
        one = self._get(path)
        with one.lock:
            self._refresh(one)
            return one.document

    def refresh(self, path: Path) -> None:
        """Look whether the file was changed by something else (a job, a pull), and tell the panels."""
        with self._lock:
            one = self._open.get(path)
        if one is not None:
            with one.lock:
                self._refresh(one)

    @contextmanager
    def held(self, path: Path) -> Iterator[None]:
        """
        Nobody edits the document in the block, whose code reads the file and writes it again; then the panels are told.
        """
        one = self._get(path, hold=True)
        try:
            with one.lock:
                yield
        finally:
            one.holds -= 1
            self.refresh(path)

    def forget(self, panel: Panel) -> None:
        """*panel* has left."""
        with self._lock:
            everything = list(self._open.values())
        for one in everything:
            with one.lock:
                one.panels = [other for other in one.panels if other is not panel]

    def _get(self, path: Path, *, hold: bool = False) -> _Open:
        with self._lock:
            if (one := self._open.pop(path, None)) is None:
                idle = [key for key, other in self._open.items() if not (other.panels or other.holds)]
                for key in idle[: max(0, len(idle) - OPEN + 1)]:
                    del self._open[key]
                document, profile, seen = storage.load(path), find("netflix"), _seen(path)
                one = _Open(path, document, seen, profile, _number(document), checked(document, profile))
            one.holds += hold
            self._open[path] = one  # the one used last stands last
        return one

    def _refresh(self, one: _Open) -> None:
        if (seen := _seen(one.path)) != one.seen:
            document = storage.load(one.path)
            one.seen = seen
            if document != one.document:
                one.undo.append(one.document)
                one.redo.clear()
                self._replace(one, document, None)

    def _change(self, one: _Open, edit: Edit, panel: Panel | None) -> dict[str, Any]:
        before, after = one.document, edit(one.document)
        if after is before or after == before:
            return _changes(one, [], [])
        self._save(one, after)
        one.undo.append(before)
        one.redo.clear()
        return self._replace(one, after, panel)

    def _step_back(self, one: _Open, verb: str, panel: Panel | None) -> dict[str, Any]:
        source: deque[Document] | list[Document] = one.undo if verb == "undo" else one.redo
        target: deque[Document] | list[Document] = one.redo if verb == "undo" else one.undo
        if not source:
            raise DocumentError("edit.nothing", f"There is nothing to {verb}.", "")
        self._save(one, source[-1])
        target.append(one.document)
        return self._replace(one, source.pop(), panel)

    @staticmethod
    def _save(one: _Open, document: Document) -> None:
        storage.save(document, one.path)
        one.seen = _seen(one.path)

    @staticmethod
    def _replace(one: _Open, document: Document, panel: Panel | None) -> dict[str, Any]:
        """Take *document* for the present one and tell every panel but the one whose edit it is."""
        before, problems = one.document, one.problems
        one.document, one.problems = document, rechecked(document, before, problems, one.profile)
        one.revision += 1
        old = {cue.id: cue for cue in before.cues}
        changed = [
            shown(cue, one.problems)
            for cue in document.cues
            if not _same(cue, old.get(cue.id)) or one.problems.get(cue.id) != problems.get(cue.id)
        ]
        there = set(_ids(document))
        gone = [key for key in _ids(before) if key not in there]
        result = _changes(one, changed, gone)
        event = {"event": "document", "path": str(one.path), **result}
        for other in one.panels:
            if other is not panel:
                other.send(event)
        return result


def _changes(one: _Open, cues: list[dict[str, Any]], gone: list[str]) -> dict[str, Any]:
    return {
        "revision": one.revision, "cues": cues, "gone": gone,
        "can_undo": bool(one.undo), "can_redo": bool(one.redo),
    }  # fmt: skip


def shown(cue: Cue, problems: Problems) -> dict[str, Any]:
    """As ``models.CueShown``."""
    checks = [{"code": one.code, "message": one.message, "language": one.language} for one in problems.get(cue.id, ())]
    return {
        "id": cue.id, "start": cue.start, "end": cue.end, "texts": list(cue.texts), "speaker": cue.speaker,
        "checks": checks,
    }  # fmt: skip


def _ids(document: Document) -> list[str]:
    return [*(cue.id for cue in document.cues), *(mark.id for mark in document.marks)]


def _same(cue: Cue, other: Cue | None) -> bool:
    """Whether a panel shows both alike: it does not show words."""
    if other is None:
        return False
    return (cue.start, cue.end, cue.texts, cue.speaker) == (other.start, other.end, other.texts, other.speaker)


def _mark(mark: Mark) -> dict[str, Any]:
    return {"id": mark.id, "kind": mark.kind, "start": mark.start, "end": mark.end, "text": mark.text}


def _edited(document: Document, change: Any) -> Document:
    match change:
        case models.SetText():
            document = edits.set_text(document, change.cue, change.language, change.text)
        case models.Split(at=int(at)):
            document = edits.split(document, change.cue, at)
        case models.Split(offset=int(offset)):
            document = edits.split_text(document, change.cue, change.language, offset)
        case models.Join():
            document = edits.join(document, change.cues)
        case models.Delete():
            document = edits.delete(document, change.cues)
        case models.Retime():
            document = edits.retime(document, change.cue, change.start, change.end)
        case models.SetSpeaker():
            document = edits.set_speaker(document, change.cues, change.speaker)
        case _:
            raise DocumentError("edit.split", "It was not said where to cut.", "Say at, or language and offset.")
    return document


def _seen(path: Path) -> tuple[int, int, int]:
    """What tells whether a file was written by something else."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return status.st_mtime_ns, status.st_size, status.st_ino


def _number(document: Document) -> int:
    digest = blake2b(storage.dumps(document), digest_size=6).digest()
    return int.from_bytes(digest, "big")

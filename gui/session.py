"""
The session: one document, what is selected in it, and the way back through every edit.

:meth:`Session.edit` is the only door. Documents are frozen values, so an edit is a whole new document, and an undo
command holds the documents before and after it. Views ask which rows of the two differ (:meth:`Session.band`) and
repaint those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from gui.bands import Band, changed_band
from plugin_core import profiles, settings, storage
from plugin_core.checks import Terms
from plugin_core.clock import FrameRate
from plugin_core.collecting import uncollected
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.profiles import Profile

DEFAULT_PROFILE = "netflix"
EMPTY = Document()


class _Replace(QUndoCommand):
    """One step of the way back: the document and the selection, before and after it."""

    def __init__(self, session: Session, label: str, after: Document, select: tuple[str, ...], key: Hashable) -> None:
        super().__init__(label)
        self._session = session
        self._before, self._after = session.document, after
        self._selected, self._select = session.selection, select
        self._key = key

    def redo(self) -> None:
        self._session._show(self._after, self._select)

    def undo(self) -> None:
        self._session._show(self._before, self._selected)

    def id(self) -> int:
        return -1 if self._key is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take *other* in if it goes on with the same work; what ends where it began is forgotten."""
        if not isinstance(other, _Replace) or other._key != self._key:
            return False
        self._after, self._select = other._after, other._select
        self.setObsolete(self._after == self._before)
        return True


class Session(QObject):
    """
    A document under correction.

    *changed* carries the documents before and after, for edits, undo, redo and loading alike; *loaded* follows it when
    the document is another one than before. *rules_changed* says that the profile, the glossary, the cuts or the frame
    rate by which cues are checked is another.
    """

    changed = Signal(object, object)  # Document, Document
    loaded = Signal()
    selection_changed = Signal(object)  # tuple[str, ...]
    saved = Signal(object)  # Path
    path_changed = Signal()
    clean_changed = Signal(bool)
    rules_changed = Signal()

    def __init__(self, document: Document = EMPTY, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._path: Path | None = None
        self._stamp: tuple[int, int] | None = None
        self._lock: FileLock | None = None
        self._selection: tuple[str, ...] = ()
        self._rows: dict[str, int] | None = None
        self._band: tuple[Document, Document, Band] | None = None
        self._loading = False
        self._merges = 0
        self._profile = profiles.find(DEFAULT_PROFILE)
        self._glossary: Terms | None = None
        self._rate: FrameRate | None = None
        self.undo = QUndoStack(self)
        self.undo.cleanChanged.connect(self.clean_changed)

    # -- what there is -------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self._document

    @property
    def path(self) -> Path | None:
        """The ``.zimu`` file of the document; None until it is saved."""
        return self._path

    @property
    def clean(self) -> bool:
        """Whether the document is what was last loaded or saved."""
        return self.undo.isClean()

    @property
    def loading(self) -> bool:
        """Whether the change that is told just now is a document being taken over, and not an edit."""
        return self._loading

    def band(self, before: Document, after: Document) -> Band:
        """The rows of the cues that differ; looked for once for all who ask about the same change."""
        if self._band is None or self._band[0] is not before or self._band[1] is not after:
            self._band = (before, after, changed_band(before.cues, after.cues))
        return self._band[2]

    def row(self, item_id: str) -> int:
        """The place of a cue or mark among the cues or marks; -1 if there is none of that id."""
        if self._rows is None:
            self._rows = {cue.id: row for row, cue in enumerate(self._document.cues)}
            self._rows.update((mark.id, row) for row, mark in enumerate(self._document.marks))
        return self._rows.get(item_id, -1)

    def cue(self, cue_id: str) -> Cue | None:
        """The cue of that id, if there is one."""
        row, cues = self.row(cue_id), self._document.cues
        return cues[row] if 0 <= row < len(cues) and cues[row].id == cue_id else None

    def mark(self, mark_id: str) -> Mark | None:
        """The mark of that id, if there is one."""
        row, marks = self.row(mark_id), self._document.marks
        return marks[row] if 0 <= row < len(marks) and marks[row].id == mark_id else None

    def cue_at(self, ms: int) -> Cue | None:
        """The last cue that begins at or before *ms* and has not ended there."""
        from bisect import bisect_right

        row = bisect_right(self._document.cues, ms, key=lambda cue: cue.start) - 1
        return self._document.cues[row] if row >= 0 and ms < self._document.cues[row].end else None

    # -- what is selected ----------------------------------------------------------------------------------------

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the selected cues and marks; the last is the current one."""
        return self._selection

    @property
    def current(self) -> str:
        """The id of the current cue or mark; "" if nothing is selected."""
        return self._selection[-1] if self._selection else ""

    def select(self, ids: Collection[str]) -> None:
        """Select the cues and marks of *ids*, those that are there; the last is the current one."""
        self._choose(tuple(ids))

    # -- edits ---------------------------------------------------------------------------------------------------

    def edit(
        self, label: str, after: Document, merge_key: Hashable = None, select: tuple[str, ...] | None = None
    ) -> None:
        """
        Replace the document by *after*, as one step called *label* that can be undone.

        Steps in a row with the same *merge_key* are one, until :meth:`close_merge`. *select* is what is selected then;
        by default what was. A document that is the same changes nothing.
        """
        if after is self._document or after == self._document:
            return
        key = None if merge_key is None else (merge_key, self._merges)
        self.undo.push(_Replace(self, label, after, self._selection if select is None else select, key))

    def close_merge(self) -> None:
        """Let the next edit be a step of its own, whatever its key: the user has paused, or gone elsewhere."""
        self._merges += 1

    # -- files ---------------------------------------------------------------------------------------------------

    def open(self, path: Path, *, anyway: bool = False) -> None:
        """
        Load the ``.zimu`` file *path*.

        DocumentError if it cannot be read, or ("document.in-use") if another window has it open, unless *anyway*.
        Nothing has changed then.
        """
        lock = None if self._holds(path) else _locked(path)
        if lock is None and not self._holds(path) and not anyway:
            raise _in_use(path)
        try:
            stamp = _stamp(path)
            with uncollected():  # until `loaded` was told: a walk over all the new words takes as long as half of this
                document = storage.load(path)
                self._take(path, stamp, lock)
                self._replace(document)
        except BaseException:
            if lock is not None and self._lock is not lock:
                lock.release()
            raise

    def load(self, document: Document, path: Path | None = None, *, fresh: bool = False) -> None:
        """
        Begin with *document*, and nothing to undo; *path* is the ``.zimu`` file it is to be saved in.

        A *fresh* document is nowhere on the disk yet (a result, something recovered): it is not clean.

        DocumentError ("document.in-use") if another window has that file open; nothing has changed then.
        """
        lock = None if path is None or self._holds(path) else _locked(path)
        if path is not None and lock is None and not self._holds(path):
            raise _in_use(path)
        self._take(path, None if path is None else _stamp(path), lock)
        self._replace(document, fresh=fresh)

    def save(self, path: Path | None = None, *, anyway: bool = False) -> None:
        """
        Save in *path*, by default where the document came from; the file is whole at every moment.

        DocumentError if there is no path yet, if the disk refuses, if another window has the file open
        ("document.in-use"), or if another program changed the file since ("document.changed"), unless *anyway*.
        """
        target = path or self._path
        if target is None:
            raise DocumentError("document.no-path", "The document has no file yet.", "Choose where to save it.")
        own = self._holds(target)
        lock = None if own else _locked(target)
        if lock is None and not own and not anyway:
            raise _in_use(target)
        try:
            if target == self._path and self.changed_on_disk and not anyway:
                raise _changed(target)
            storage.save(self._document, target)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        self._take(target, _stamp(target), lock)
        self.close_merge()
        self.undo.setClean()
        self.saved.emit(target)

    @property
    def changed_on_disk(self) -> bool:
        """Whether another program wrote the document's file since it was loaded or saved here."""
        if self._path is None or self._stamp is None:
            return False
        now = _stamp(self._path)
        return now is not None and now != self._stamp

    def close(self) -> None:
        """Let other windows have the file."""
        self._take(None, None, None)

    # -- how cues are judged -------------------------------------------------------------------------------------

    @property
    def profile(self) -> Profile:
        """The rules by which cues are checked."""
        return self._profile

    @profile.setter
    def profile(self, profile: Profile) -> None:
        if profile != self._profile:
            self._profile = profile
            self.rules_changed.emit()

    @property
    def glossary(self) -> Terms | None:
        """The terms translations must keep."""
        return self._glossary

    @glossary.setter
    def glossary(self, glossary: Terms | None) -> None:
        self._glossary = glossary
        self.rules_changed.emit()

    @property
    def frame_rate(self) -> FrameRate | None:
        """The rate in whose frames times are judged and moved: the one chosen, else the media's."""
        return self._rate or self._document.media.frame_rate

    @frame_rate.setter
    def frame_rate(self, rate: FrameRate | None) -> None:
        if rate != self._rate:
            self._rate = rate
            self.rules_changed.emit()

    @property
    def cuts(self) -> tuple[int, ...]:
        """The shot cuts (ms) among the marks."""
        return tuple(mark.start for mark in self._document.marks if mark.kind == "shot" and mark.start > 0)

    # -- inside --------------------------------------------------------------------------------------------------

    def _show(self, document: Document, selection: tuple[str, ...]) -> None:
        before, self._document = self._document, document
        if self._rows is not None and not self._same_rows(before, document):
            self._rows = None
        self.changed.emit(before, document)
        self._band = None  # the document before must not be kept alive by it
        self._choose(selection)

    def _same_rows(self, before: Document, after: Document) -> bool:
        """Whether every cue and mark is where it was."""
        cues, marks = self.band(before, after), changed_band(before.marks, after.marks)
        same = [one.id for one in cues.old(before.cues)] == [one.id for one in cues.new(after.cues)]
        return same and [one.id for one in marks.old(before.marks)] == [one.id for one in marks.new(after.marks)]

    def _choose(self, ids: tuple[str, ...]) -> None:
        selection = tuple(dict.fromkeys(key for key in ids if self.row(key) >= 0))
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def _replace(self, document: Document, *, fresh: bool = False) -> None:
        self.undo.clear()
        if fresh:
            self.undo.resetClean()
        self._merges += 1
        self._loading = True
        try:
            self._show(document, tuple(cue.id for cue in document.cues[:1]))
        finally:
            self._loading = False
        self.loaded.emit()

    def _holds(self, path: Path) -> bool:
        return self._lock is not None and self._path is not None and _same(path, self._path)

    def _take(self, path: Path | None, stamp: tuple[int, int] | None, lock: FileLock | None) -> None:
        """Let *path* be the document's file; its lock is held from now on."""
        keep = path is not None and self._holds(path)
        if not keep:
            if self._lock is not None:
                self._lock.release()
            self._lock = lock
        before, self._path, self._stamp = self._path, path, stamp
        if path != before:
            self.path_changed.emit()


def _locked(path: Path) -> FileLock | None:
    """The lock of *path*, or None if another window holds it. The system frees it if that one crashes."""
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    lock = FileLock(settings.home() / "locks" / f"{name}.lock", timeout=0)
    try:
        Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        return None
    except OSError:
        return lock  # a home that cannot be written must not keep anybody from opening a document
    return lock


def _same(a: Path, b: Path) -> bool:
    return a == b or a.resolve() == b.resolve()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _in_use(path: Path) -> DocumentError:
    return DocumentError(
        "document.in-use",
        f"{path.name} is open in another window.",
        "Go on there, or open it anyway: what is saved last stays.",
    )


def _changed(path: Path) -> DocumentError:
    return DocumentError(
        "document.changed",
        f"Another program changed {path.name} since it was opened here.",
        "Save under another name, or save anyway: the other changes are lost then.",
    )

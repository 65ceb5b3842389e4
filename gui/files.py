"""Opening, saving and leaving a document with the questions that belong to it; no question ever blocks the program."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gui.background import Background
from gui.dialogs import ask_file
from gui.opening import Opened, filters, made_before, open_any, relinked, with_media_found
from gui.recent import Recent
from gui.sentences import said
from gui.session import Session
from plugin_core.document import Document
from plugin_core.errors import DocumentError, ZimuError
from plugin_core.pipeline import DOCUMENT_SUFFIX

Then = Callable[[], None]


def _nothing() -> None:
    """What follows when nothing is to follow."""


class Files(QObject):
    """
    The file side of a window over *session*.

    ``opened(Opened)`` tells that the session has another document, ``several(paths)`` that more than one film was
    asked for, ``noticed(text, kind)`` and ``failed(ZimuError)`` what a person should read.
    """

    opened = Signal(object)
    several = Signal(object)
    noticed = Signal(str, str)
    failed = Signal(object)

    def __init__(self, session: Session, recent: Recent, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._recent, self._window = session, recent, window
        self._work = Background(self)
        self._then: Callable[[Any], None] | None = None
        self._work.finished.connect(self._arrived)
        self._work.failed.connect(self.failed)

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._work.busy

    # --- opening ---

    def open(self, paths: tuple[Path, ...]) -> None:
        """Open one file, after asking about unsaved changes; several become a batch."""
        if len(paths) == 1:
            self.ask_to_leave(lambda: self._open(paths[0]))
        elif paths:
            self.several.emit(paths)

    def choose(self) -> None:
        """Ask for files and open them."""
        dialog = QFileDialog(self._window, self.tr("Open"), self._folder())
        dialog.setNameFilters(self._name_filters())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda files: self.open(tuple(map(Path, files))))
        dialog.open()

    def show_document(self, document: Document, path: Path | None = None) -> None:
        """Take over a document that is there already: a job's result, a recovered one."""
        self.ask_to_leave(lambda: self._show(Opened(document, "document", path)))

    def _open(self, path: Path) -> None:
        earlier = made_before(path) if path.suffix.lower() != DOCUMENT_SUFFIX else None
        if earlier is not None and path.suffix.lower() not in {".srt", ".vtt", ".ass"}:
            words = self.tr("{name} has subtitles already, so these were opened. They can be made again.")
            self.noticed.emit(words.format(name=path.name), "info")
            path = earlier
        if path.suffix.lower() == DOCUMENT_SUFFIX:
            self._open_document(path)
            return
        self._then = self._show
        chosen = path

        def steps() -> Generator[Any, None, Opened]:
            yield from ()
            return open_any(chosen)

        if self._work.start(steps):
            self._recent.add(path)

    def _open_document(self, path: Path, *, anyway: bool = False) -> None:
        try:
            self._session.open(path, anyway=anyway)
        except DocumentError as error:
            if error.code == "document.in-use":
                self._offer(error, self.tr("Open anyway"), lambda: self._open_document(path, anyway=True))
            else:
                self.failed.emit(error)
            return
        found = with_media_found(self._session.document, path)
        self._recent.add(path)
        if found is not self._session.document:
            self._session.edit(self.tr("Find the media"), found)
        self.opened.emit(Opened(self._session.document, "document", path))

    def _show(self, opened: Opened) -> None:
        try:
            self._session.load(opened.document, opened.path)
        except DocumentError as error:
            self.failed.emit(error)
            return
        if opened.notes:
            self.noticed.emit("\n".join(opened.notes[:4]), "info")
        self.opened.emit(opened)

    # --- saving ---

    def save(self, then: Then = _nothing) -> None:
        """Save where the document came from, or ask where; *then* follows if it was saved."""
        if self._session.path is None:
            self.save_as(then)
        else:
            self._save(None, then)

    def save_as(self, then: Then = _nothing) -> None:
        """Ask where, and save there; *then* follows if it was saved."""
        dialog = QFileDialog(self._window, self.tr("Save as"), str(self.proposed()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Zimu documents (*{suffix})").format(suffix=DOCUMENT_SUFFIX)])
        dialog.setDefaultSuffix(DOCUMENT_SUFFIX.removeprefix("."))
        dialog.selectFile(self.proposed().name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self._save(Path(file), then))
        dialog.open()

    def proposed(self) -> Path:
        """Where the document would lie: where it is, else beside its media."""
        media = self._session.document.media.path
        return self._session.path or (Path(media).with_suffix(DOCUMENT_SUFFIX) if media else Path("zimu.zimu"))

    def save_to(self, path: Path) -> None:
        """Save in *path*."""
        self._save(path, _nothing)

    def _save(self, path: Path | None, then: Then, *, anyway: bool = False) -> None:
        try:
            self._session.save(path, anyway=anyway)
        except DocumentError as error:
            if error.code in {"document.changed", "document.in-use"}:
                self._offer(error, self.tr("Save anyway"), lambda: self._save(path, then, anyway=True))
            else:
                self.failed.emit(error)
            return
        if self._session.path is not None:
            self._recent.add(self._session.path)
        then()

    # --- leaving ---

    def ask_to_leave(self, then: Then) -> None:
        """Do *then*, after asking what becomes of changes that are not saved; not at all if the person stays."""
        if self._session.clean:
            then()
            return
        box = self._box(QMessageBox.Icon.Question)
        box.setText(self.tr("Save the changes?"))
        box.setInformativeText(self.tr("The document has changes that are not in its file."))
        save = box.addButton(self.tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        save.clicked.connect(lambda: self.save(then))
        leave.clicked.connect(then)
        box.open()

    # --- media ---

    def relink(self) -> None:
        """Ask where the media is now."""
        filters = self._name_filters()[2:3]
        ask_file(self._window, self.tr("Find the media"), self.relink_to, place=self._folder(), filters=filters)

    def relink_to(self, media: Path) -> None:
        """Put the document over the file *media*; the cues stay."""
        document = self._session.document

        def steps() -> Generator[Any, None, tuple[Document, tuple[str, ...]]]:
            yield from ()
            return relinked(document, media)

        self._then = self._relinked
        self._work.start(steps)

    def _relinked(self, result: tuple[Document, tuple[str, ...]]) -> None:
        found, notes = result
        from dataclasses import replace

        self._session.edit(self.tr("Find the media"), replace(self._session.document, media=found.media))
        words = " ".join((self.tr("The media was found."), *notes))
        self.noticed.emit(words, "warning" if notes else "good")

    # --- inside ---

    def _arrived(self, result: object) -> None:
        then, self._then = self._then, None
        if then is not None:
            then(result)

    def _offer(self, error: ZimuError, text: str, then: Then) -> None:
        """Show *error* with a button *text* that goes on nevertheless."""
        box = self._box(QMessageBox.Icon.Warning)
        box.setText(said(error.message))
        box.setInformativeText(said(error.hint))
        go = box.addButton(text, QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        go.clicked.connect(then)
        box.open()

    def _box(self, icon: QMessageBox.Icon) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setIcon(icon)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box

    def _folder(self) -> str:
        here = self._session.path or next(iter(self._recent.files), None)
        return str(here.parent) if here else str(Path.home())

    def _name_filters(self) -> list[str]:
        titles = {
            "all": self.tr("Everything Zimu opens"),
            "document": self.tr("Zimu documents"),
            "media": self.tr("Films and sound"),
            "subtitles": self.tr("Subtitles"),
            "timeline": self.tr("Timelines"),
        }
        rows = [f"{titles[kind]} ({' '.join(f'*{suffix}' for suffix in suffixes)})" for kind, suffixes in filters()]
        return [*rows, self.tr("All files (*)")]

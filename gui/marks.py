"""The list of marks: what is not speech, by kind, to go to, write, delete and turn into subtitles."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.i18n import on_language_change
from gui.models import MarkModel, Role, kind_name
from gui.session import Session
from plugin_core import edits
from plugin_core.document import MARK_KINDS, Document, Mark, new_id

NOTE = 1000  # ms that a new note lasts


class Seeks(Protocol):
    """What the list needs of a player."""

    @property
    def position(self) -> int: ...

    def seek(self, ms: int) -> None: ...


class Filtered(QSortFilterProxyModel):
    """The marks of one kind, or of all, whose text holds what is looked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kind, self._text = "", ""

    def look_for(self, kind: str, text: str) -> None:
        """Show only marks of *kind* ("" for all) that hold *text*, in any case."""
        if (kind, text.casefold()) == (self._kind, self._text):
            return
        self.beginFilterChange()
        self._kind, self._text = kind, text.casefold()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        mark = self.sourceModel().index(row, 0, parent).data(Role.CUE)
        return (not self._kind or mark.kind == self._kind) and self._text in mark.text.casefold()


class MarksPanel(QWidget):
    """The marks of a session; choosing one selects it and goes there."""

    def __init__(
        self, session: Session, actions: Actions, player: Seeks | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._player = session, player
        self.model = MarkModel(session, self)
        self.shown = Filtered(self)
        self.shown.setSourceModel(self.model)
        self._filling = False
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._fill)
        for name, done in (
            ("add", self.add),
            ("delete", self.delete),
            ("next", lambda: self.step(1)),
            ("previous", lambda: self.step(-1)),
            ("to-cues", self.to_cues),
        ):
            actions[f"mark.{name}"].triggered.connect(done)
        actions.attach(self, "marks")
        self.setFocusProxy(self.table)
        session.changed.connect(self._changed)
        session.selection_changed.connect(self._follow)
        self.retranslate()

    def _build(self) -> None:
        self.kinds = QComboBox(self)
        self.kinds.currentIndexChanged.connect(self._filter)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = QTableView(self)
        self.table.setModel(self.shown)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 10)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        wide = self.table.fontMetrics().horizontalAdvance("00:00:00.000") + 20
        for column, width in enumerate((wide, wide, wide * 2 // 3)):
            self.table.setColumnWidth(column, width)
        self.table.setColumnHidden(1, True)  # most marks are moments; the end is in the tip
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        self._none = QLabel(self)
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.addWidget(self.kinds)
        top.addWidget(self.search, 1)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._none)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 10, 10, 10)
        box.setSpacing(8)
        box.addLayout(top)
        box.addLayout(self._pages, 1)

    # -- what a person does --------------------------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[str, ...]:
        """The selected marks."""
        return tuple(key for key in self._session.selection if self._session.mark(key) is not None)

    def add(self) -> None:
        """A note where the film stands; what it says is written in the list."""
        start = self._player.position if self._player is not None else self._start_of_selection()
        mark = Mark(new_id(), "note", start, start + NOTE, self.tr("Note"))
        self._session.close_merge()
        after = edits.add_marks(self._session.document, [mark])
        self._session.edit(self.tr("Add a note"), after, select=(mark.id,))
        self.search.clear()
        self.kinds.setCurrentIndex(0)
        if self.isVisible():
            row = self._row(mark.id)
            self.table.setFocus()
            self.table.edit(self.shown.index(row, 3))

    def delete(self) -> None:
        """Delete the selected marks."""
        if self.chosen:
            self._session.close_merge()
            self._session.edit(self.tr("Delete"), edits.delete(self._session.document, self.chosen))

    def step(self, by: int) -> None:
        """Go to the next mark (1) or the one before (-1), of those that are shown."""
        marks = [mark for row in range(self.shown.rowCount()) if (mark := self._mark(row)) is not None]
        if not marks:
            return
        place = next((k for k, mark in enumerate(marks) if mark.id == self._session.current), None)
        if place is None:
            now = self._player.position if self._player is not None else self._start_of_selection()
            before = [k for k, mark in enumerate(marks) if (mark.start < now if by < 0 else mark.start <= now)]
            place = (before[-1] if before else -1) + (by < 0)
        self._session.select((marks[min(max(0, place + by), len(marks) - 1)].id,))
        self._seek()

    def to_cues(self) -> None:
        """Show the selected marks as subtitles in brackets, in the first language; the marks stay."""
        document, wanted = self._session.document, set(self.chosen)
        if not wanted or not document.languages:
            return
        part = Document(document.media, document.languages, document.cues, tuple(
            mark for mark in document.marks if mark.id in wanted
        ))  # fmt: skip
        made = edits.marks_to_cues(part, MARK_KINDS, document.languages[0])
        there = {cue.id for cue in document.cues}
        self._session.close_merge()
        self._session.edit(
            self.tr("Make cues of marks"), edits.add_cues(document, [cue for cue in made.cues if cue.id not in there])
        )

    # -- following -----------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        if self._filling:
            return
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        ids = tuple(mark.id for row in rows if (mark := self._mark(row)) is not None)
        if ids and ids != self._session.selection:
            self._session.select(ids)
            self._seek()

    def _seek(self) -> None:
        mark = self._session.mark(self._session.current)
        if mark is not None and self._player is not None:
            self._player.seek(mark.start)

    def _follow(self, *_: object) -> None:
        row = self._row(self._session.current)
        self._filling = True
        try:
            if row < 0:
                self.table.clearSelection()
            elif row not in {index.row() for index in self.table.selectionModel().selectedRows()}:
                self.table.selectRow(row)
        finally:
            self._filling = False

    def _changed(self, before: Document, after: Document) -> None:
        if before.marks is not after.marks:
            self._timer.start()

    def _fill(self) -> None:
        """The kinds that there are, each with its count."""
        marks, chosen = self._session.document.marks, self.kinds.currentData()
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(self.tr("All kinds ({count})").format(count=len(marks)), "")
        for kind in MARK_KINDS:
            if count := sum(mark.kind == kind for mark in marks):
                self.kinds.addItem(f"{kind_name(kind)} ({count})", kind)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(chosen)))
        self.kinds.blockSignals(False)
        self._filter()

    def _filter(self) -> None:
        self.shown.look_for(str(self.kinds.currentData() or ""), self.search.text().strip())
        self._pages.setCurrentIndex(0 if self.shown.rowCount() else 1)
        empty = not self._session.document.marks
        self._none.setText(
            self.tr("No marks yet. Music, sounds, shots and notes are listed here.")
            if empty
            else self.tr("No mark is like this.")
        )

    def _mark(self, row: int) -> Mark | None:
        mark = self.shown.index(row, 0).data(Role.CUE)
        return mark if isinstance(mark, Mark) else None

    def _row(self, mark_id: str) -> int:
        row = self._session.row(mark_id) if self._session.mark(mark_id) is not None else -1
        return self.shown.mapFromSource(self.model.index(row, 0)).row() if row >= 0 else -1

    def _start_of_selection(self) -> int:
        item = self._session.cue(self._session.current) or self._session.mark(self._session.current)
        return item.start if item is not None else 0

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.kinds.setAccessibleName(self.tr("Kind of mark"))
        self.search.setPlaceholderText(self.tr("Search the marks"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.table.setAccessibleName(self.tr("Marks"))
        self.setAccessibleName(self.table.accessibleName())
        self.model.retranslate()
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

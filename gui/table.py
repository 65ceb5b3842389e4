"""The table of cues: two lines a row, typed in place, filtered, and in step with what is selected in the session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from gui.actions import Actions
from gui.cells import PAD, CueDelegate
from gui.models import DURATION, END, SPEED, START, TEXT, CueModel, Role
from gui.problems import name
from gui.session import Session
from plugin_core.document import Document

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROOM = 20  # letters that a text has room for before other columns give way


class ProblemFilter(QSortFilterProxyModel):
    """All cues, or only those with which something is wrong as far as is known; hidden rows are not deleted."""

    def __init__(self, model: CueModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._only = False
        self.setSourceModel(model)

    def show_only_problems(self, only: bool) -> None:
        """Hide the cues with which nothing is wrong, or show them again."""
        self.beginFilterChange()
        self._only = only
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, _: Index) -> bool:
        return not self._only or bool(self._model.problems.found(self._model.cue(row).id))


class CueTable(QTableView):
    """The cues of *session*, one a row. *activated_cue* says that a cue was chosen to be played or looked at."""

    activated_cue = Signal(str)
    refused = Signal(str)

    def __init__(
        self, session: Session, actions: Actions, model: CueModel | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._following = False
        self.cues = model or CueModel(session, parent=self)
        self._filter = ProblemFilter(self.cues, self)
        self.setModel(self._filter)
        self.setItemDelegate(CueDelegate(self))
        self._look()
        self.cues.refused.connect(self.refused)
        self.cues.modelReset.connect(self._spread)
        self.selectionModel().selectionChanged.connect(self._on_selected)
        self.selectionModel().currentRowChanged.connect(self._on_selected)
        session.selection_changed.connect(self._on_session_selected)
        session.changed.connect(self._on_changed)
        session.loaded.connect(self.scrollToTop)
        self.doubleClicked.connect(self._on_double_clicked)
        actions.attach(self, "cues")
        self._only: QAction = actions["view.problems"]
        self._only.toggled.connect(self.show_only_problems)
        self._spread()
        self.retranslate()
        self._on_session_selected(session.selection)

    def show_only_problems(self, only: bool) -> None:
        """Hide the cues with which nothing is wrong, or show them again."""
        self._filter.show_only_problems(only)
        self._on_session_selected(self._session.selection)
        self.viewport().update()

    def row(self, cue_id: str) -> int:
        """The row a cue is shown in; -1 if it is not there or hidden."""
        row = self.cues.row(cue_id)
        return self._filter.mapFromSource(self.cues.index(row, 0)).row() if row >= 0 else -1

    def cue_id(self, row: int) -> str:
        """The cue that is shown in *row*."""
        return str(self._filter.index(row, 0).data(Role.CUE).id)

    def retranslate(self) -> None:
        """Every text in the language now installed."""
        self.setAccessibleName(self.tr("Cues"))
        self.cues.retranslate()
        self._spread()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            index = self.currentIndex()
            if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEditable:
                index = index.siblingAtColumn(TEXT)
            if index.isValid():
                self.setCurrentIndex(index)
                self.edit(index)
                return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._filter.rowCount() == 0:
            hidden = self.cues.rowCount() > 0
            text = self.tr("Nothing is wrong with any cue.") if hidden else self.tr("There are no cues yet.")
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(24, 24, -24, -24), flags, text)
            painter.end()

    # -- look ----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setHighlightSections(False)
        self.horizontalHeader().setHighlightSections(False)
        self._measure()

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().lineSpacing() + 10)

    def _spread(self) -> None:
        """Times as narrow as they are, the texts share what is left."""
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        measure = self.fontMetrics().horizontalAdvance
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(48)
        samples = {START: "00:00:00.000", END: "00:00:00.000", DURATION: "00.000", SPEED: "000"}
        for column in range(self.cues.columnCount()):
            title = str(self.cues.headerData(column, Qt.Orientation.Horizontal) or "")
            width = measure(title) + 24
            if column in samples:
                width = max(width, measure(samples[column]) + 2 * PAD + 20)
            elif column == self.cues.checks_column:
                width = max(width, measure(_two_checks()) + 2 * PAD + 20)
            elif column == self.cues.speaker_column:
                width = max(width, measure("Mmmmmmmm"))
            stretched = bool(self.cues.language_of(column))
            header.setSectionResizeMode(column, mode.Stretch if stretched else mode.Interactive)
            if not stretched:
                self.setColumnWidth(column, width)
        self._make_room()

    def _make_room(self) -> None:
        """
        Where it is narrow the texts go first: the checks keep room for one, then the end goes (start and duration say
        it), at last the speaker. The editor below has them all.
        """
        cues, measure = self.cues, self.fontMetrics().horizontalAdvance
        texts = [column for column in range(cues.columnCount()) if cues.language_of(column)]
        others = [column for column in range(cues.columnCount()) if column not in texts]
        yielding = (END, cues.speaker_column)
        for column in range(cues.columnCount()):  # one that gave way may be a text's now: the languages are others
            self.setColumnHidden(column, False)
        one, two = (measure(text) + 2 * PAD + 20 for text in (name("reading-speed"), _two_checks()))
        needed = len(texts) * measure("n" * ROOM)
        self.setColumnWidth(cues.checks_column, two)
        free = self.viewport().width() - sum(map(self.columnWidth, others))
        if free < needed:
            self.setColumnWidth(cues.checks_column, one)
            free += two - one
        for column in yielding:
            if free < needed:
                free += self.columnWidth(column)
                self.setColumnHidden(column, True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._make_room()

    # -- selection -----------------------------------------------------------------------------------------------

    def _on_selected(self, *_: object) -> None:
        if self._following:
            return
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        current = self.currentIndex().row()
        if current in rows:
            rows.remove(current)
            rows.append(current)
        self._following = True
        self._session.select([self.cue_id(row) for row in rows])
        self._following = False

    def _on_changed(self, before: Document, after: Document) -> None:
        """Cues that took other rows take their selection along."""
        band = self._session.band(before, after)
        old, new = band.old(before.cues), band.new(after.cues)
        if [cue.id for cue in old] != [cue.id for cue in new]:
            self._on_session_selected(self._session.selection)

    def _on_session_selected(self, ids: Sequence[str]) -> None:
        if self._following:
            return
        rows = [row for row in (self.row(key) for key in ids) if row >= 0]
        self._following = True
        column = max(self.currentIndex().column(), 0) or TEXT
        flag = QItemSelectionModel.SelectionFlag
        if rows:
            current = self._filter.index(rows[-1], min(column, self._filter.columnCount() - 1))
            self.selectionModel().setCurrentIndex(current, flag.NoUpdate)
            self.scrollTo(current, QAbstractItemView.ScrollHint.EnsureVisible)
        self.selectionModel().select(self._ranges(rows), flag.ClearAndSelect | flag.Rows)
        self._following = False

    def _ranges(self, rows: Iterable[int]) -> QItemSelection:
        selection = QItemSelection()
        ordered = sorted(rows)
        first = 0
        for place, row in enumerate(ordered):
            if place + 1 == len(ordered) or ordered[place + 1] != row + 1:
                selection.select(self._filter.index(ordered[first], 0), self._filter.index(row, 0))
                first = place + 1
        return selection

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.activated_cue.emit(self.cue_id(index.row()))


def _two_checks() -> str:
    """As much as the column of checks shows where there is room."""
    return f"{name('reading-speed')}, {name('line-length')}"

"""Rows of two lines, for the lists beside the table: what it is, and under it, quieter, where and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.bands import Band, changed_band
from gui.problems import name, sentence
from gui.review_queue import ReviewQueue
from gui.session import Session
from plugin_core import clock

ROOT = QModelIndex()
MARGIN = 8  # px beside the texts
AIR = 5  # px above and below


class TwoLines(QStyledItemDelegate):
    """Draws ``DisplayRole``, and ``UNDER`` in a smaller, quieter second line; both are cut off where the row ends."""

    UNDER = Qt.ItemDataRole.UserRole + 40

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The row with its selection and focus as the style draws them."""
        opt = QStyleOptionViewItem(option)
        self.initStyleOption(opt, index)
        text, opt.text = opt.text, ""
        style = opt.widget.style() if opt.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, opt, painter, opt.widget)
        chosen = bool(opt.state & QStyle.StateFlag.State_Selected)
        group = opt.palette.currentColorGroup()
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        quiet = role if chosen else QPalette.ColorRole.PlaceholderText
        box = opt.rect.adjusted(MARGIN, AIR, -MARGIN, -AIR)
        small = _small(opt.font)
        under = str(index.data(self.UNDER) or "")
        height = QFontMetrics(opt.font).height()
        painter.save()
        painter.setFont(opt.font)
        painter.setPen(opt.palette.color(group, role))
        _line(painter, QRect(box.left(), box.top(), box.width(), height), opt.font, text)
        painter.setFont(small)
        painter.setPen(opt.palette.color(group, quiet))
        rest = QRect(box.left(), box.top() + height + 1, box.width(), QFontMetrics(small).height())
        _line(painter, rest, small, under)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines and the air around them; as wide as the view."""
        height = QFontMetrics(option.font).height() + QFontMetrics(_small(option.font)).height() + 1
        return QSize(120, height + 2 * AIR)


class LookModel(QAbstractListModel):
    """The queue as a list: the cue's text, and under it where it is and why."""

    def __init__(self, session: Session, queue: ReviewQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue = session, queue
        self._ids: tuple[str, ...] = queue.order
        queue.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Follow the queue."""
        ids = self._queue.order
        band = changed_band(self._ids, ids) if ids is not self._ids else Band(0, 0, 0)
        if band.added and band.removed:
            self.beginResetModel()
            self._ids = ids
            self.endResetModel()
        elif band.added:
            self.beginInsertRows(ROOT, band.start, band.start + band.added - 1)
            self._ids = ids
            self.endInsertRows()
        elif band.removed:
            self.beginRemoveRows(ROOT, band.start, band.start + band.removed - 1)
            self._ids = ids
            self.endRemoveRows()
        if ids:
            self.dataChanged.emit(self.index(0), self.index(len(ids) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        key = self.cue_id(index.row()) if index.isValid() else ""
        look, cue = self._queue.look(key), self._session.cue(key)
        if look is None or cue is None:
            return None
        text = next((" ".join(text.split()) for text in cue.texts if text.strip()), self.tr("No text"))
        under = second_line(self._session.row(cue.id) + 1, cue.start, [name(code) for code in look.codes])
        answers: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: text,
            TwoLines.UNDER: under,
            Qt.ItemDataRole.AccessibleTextRole: f"{text}; {under}",
            Qt.ItemDataRole.ToolTipRole: "\n".join(sentence(problem, cue) for problem in look.problems),
        }
        return answers.get(role)

    def cue_id(self, row: int) -> str:
        """The cue of a row."""
        return self._ids[row] if 0 <= row < len(self._ids) else ""

    def row_of(self, cue_id: str) -> int:
        """The row of a cue; -1 if it is not in the queue."""
        return self._ids.index(cue_id) if cue_id in self._ids else -1


class RowList(QTableView):
    """A list of ``TwoLines`` that stays quick with thousands of rows (a QListView lays all of them out)."""

    def __init__(self, model: QAbstractListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(TwoLines(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        lines = QFontMetrics(self.font()).height() + QFontMetrics(_small(self.font())).height()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(lines + 1 + 2 * AIR)


def second_line(number: int, start: int, reasons: Sequence[str]) -> str:
    """Where a cue is and what is said about it: "13 · 00:01:02.340 · Unsure, Too fast"; 0 is no number."""
    numbered = [str(number)] if number > 0 else []
    return " · ".join([*numbered, clock.format_time(start), ", ".join(reasons)])


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(7.0, font.pointSizeF() * 0.88))
    return small


def _line(painter: QPainter, box: QRect, font: QFont, text: str) -> None:
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

"""Rows of two lines, for the lists beside the table: what it is, and under it, quieter, where and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.problems import name, sentence
from gui.review_queue import ReviewQueue
from gui.session import Session
from plugin_core import clock
from plugin_core.review import Look

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
        self._looks: tuple[Look, ...] = queue.looks
        queue.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Follow the queue."""
        looks = self._queue.looks
        if looks is not self._looks:
            self.beginResetModel()
            self._looks = looks
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._looks)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._looks):
            return None
        look = self._looks[index.row()]
        cue = self._session.cue(look.cue_id)
        if cue is None:
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
        return self._looks[row].cue_id if 0 <= row < len(self._looks) else ""

    def row_of(self, cue_id: str) -> int:
        """The row of a cue; -1 if it is not in the queue."""
        return next((row for row, look in enumerate(self._looks) if look.cue_id == cue_id), -1)


def second_line(number: int, start: int, reasons: Sequence[str]) -> str:
    """Where a cue is and what is said about it: "13 · 00:01:02.340 · Unsure, Too fast"."""
    return " · ".join([str(number), clock.format_time(start), ", ".join(reasons)])


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(7.0, font.pointSizeF() * 0.88))
    return small


def _line(painter: QPainter, box: QRect, font: QFont, text: str) -> None:
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

"""The cells of the table of cues: how they are drawn, and how a text is typed in its place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QApplication,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.models import Cell, Role

Index = QModelIndex | QPersistentModelIndex
PAD = 6  # px between a cell's border and its text
SIGN = 12  # px kept free at the right of a text for its sign
Spans = Sequence[tuple[int, int]]


class CueDelegate(QStyledItemDelegate):
    """
    Draws a cell of the table: texts in two lines with a quiet line under unsure words, a sign where something is wrong.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(Role.CELL)
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        painter.save()
        painter.setClipRect(option.rect)
        painter.setPen(_ink(option))
        painter.setFont(option.font)
        box = QRectF(option.rect).adjusted(PAD, 2, -PAD, -2)
        if cell.written:
            _draw_text(painter, box, cell.text, cell.unsure)
            if cell.wrong:
                _draw_sign(painter, QRectF(option.rect))
        elif cell.wrong:
            sign = QRectF(box.left(), box.center().y() - 5, 10, 10)
            warn(painter, sign, painter.pen().color())
            _draw_line(painter, box.adjusted(16, 0, 0, 0), cell.text, cell.alignment)
        else:
            _draw_line(painter, box, cell.text, cell.alignment)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        if not index.data(Role.LANGUAGE):
            return super().createEditor(parent, option, index)
        editor = CellEditor(parent)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        editor.done.connect(lambda: self._finish(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if not isinstance(editor, CellEditor):
            super().setEditorData(editor, index)
        elif not editor.touched:
            editor.setPlainText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()
            editor.touched = True

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, CellEditor):
            text = editor.toPlainText()
            if text != index.data(Qt.ItemDataRole.EditRole):
                model.setData(index, text)
            return
        super().setModelData(editor, model, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        if not isinstance(editor, CellEditor):
            super().updateEditorGeometry(editor, option, index)
            return
        lines = max(2, str(index.data(Qt.ItemDataRole.EditRole)).count("\n") + 1)
        height = max(option.rect.height(), lines * editor.fontMetrics().lineSpacing() + 10)
        editor.setGeometry(option.rect.x(), option.rect.y(), option.rect.width(), height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Return ends what is typed in a cell of several lines too; the cell's own keys are in CellEditor.
        if isinstance(watched, CellEditor) and event.type() == QEvent.Type.KeyPress:
            return False
        return super().eventFilter(watched, event)

    def _finish(self, editor: CellEditor) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)


class CellEditor(QPlainTextEdit):
    """
    A text typed in its cell: Return keeps it, Shift+Return begins a line, Escape leaves all as it was.

    While an input method composes, its keys are its own: Qt does not send them here.
    """

    done = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.touched = False
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(PAD - 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.insertPlainText("\n")
            else:
                self.done.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.undo_all()
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def undo_all(self) -> None:
        """What was there when typing began."""
        while self.document().isUndoAvailable():
            self.undo()


# -- drawing -----------------------------------------------------------------------------------------------------------


def warn(painter: QPainter, box: QRectF, ink: QColor) -> None:
    """A small triangle with an exclamation mark: something is wrong, whatever colours a person sees."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    top = QPointF(box.center().x(), box.top())
    painter.drawPolygon([box.bottomLeft(), box.bottomRight(), top])
    painter.drawLine(top + QPointF(0, 3.5), top + QPointF(0, 6))
    painter.drawPoint(top + QPointF(0, box.height() - 1.8))
    painter.restore()


def _ink(option: QStyleOptionViewItem) -> QColor:
    """The colour text is written in, as the style writes it: by whether the row is selected and the window active."""
    group = QPalette.ColorGroup.Active
    if not option.state & QStyle.StateFlag.State_Enabled:
        group = QPalette.ColorGroup.Disabled
    elif not option.state & QStyle.StateFlag.State_Active:
        group = QPalette.ColorGroup.Inactive
    selected = option.state & QStyle.StateFlag.State_Selected
    return option.palette.color(group, QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)


def _draw_line(painter: QPainter, box: QRectF, text: str, alignment: Qt.AlignmentFlag) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, int(alignment), elided)


def _draw_sign(painter: QPainter, cell: QRectF) -> None:
    """A mark in the corner of a text that has a problem of its own."""
    ink = QColor(painter.pen().color())
    warn(painter, QRectF(cell.right() - 14, cell.top() + 4, 10, 9), ink)


def _draw_text(painter: QPainter, box: QRectF, text: str, unsure: Spans) -> None:
    """*text* in up to two lines, with a dotted line under what is *unsure*; what does not fit ends in an ellipsis."""
    shown, metrics, width = text.replace("\n", "\u2028"), painter.fontMetrics(), box.width() - SIGN
    lines = _lines(shown, painter, width)
    y = box.top() + max(0.0, (box.height() - len(lines) * metrics.lineSpacing()) / 2)
    for number, (start, end) in enumerate(lines):
        part = shown[start:end].rstrip("\u2028 ")
        if number == len(lines) - 1 and end < len(shown):
            rest = f"{part} {shown[end:]}".replace("\u2028", " ")
            part = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, int(width))
        painter.drawText(QRectF(box.left(), y, box.width(), metrics.lineSpacing()), 0, part)
        here = [(max(0, first - start), min(len(part), last - start)) for first, last in unsure]
        _underline(painter, QPointF(box.left(), y + metrics.ascent() + 2.5), part, here)
        y += metrics.lineSpacing()


def _lines(text: str, painter: QPainter, width: float) -> list[tuple[int, int]]:
    """Where the first two lines of *text* begin and end, at *width* px."""
    layout = QTextLayout(text, painter.font())
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    found: list[tuple[int, int]] = []
    while len(found) < 2 and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        found.append((line.textStart(), line.textStart() + line.textLength()))
    layout.endLayout()
    return found


def _underline(painter: QPainter, at: QPointF, text: str, unsure: Spans) -> None:
    metrics, ink = painter.fontMetrics(), QColor(painter.pen().color())
    pen = QPen(painter.pen())
    ink.setAlphaF(0.55)
    painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DotLine))
    for start, end in unsure:
        if start < end:
            left, right = (metrics.horizontalAdvance(text[:place]) for place in (start, end))
            painter.drawLine(at + QPointF(left, 0), at + QPointF(right, 0))
    painter.setPen(pen)

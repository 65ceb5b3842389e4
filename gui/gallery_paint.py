"""How a shot looks in the gallery: picture, number, length, what leads into it, caption, labels; and a scene."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap, QTextLayout
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import shot_signs
from gui.caption_editor import CaptionEditor
from gui.gallery_model import ShotRole, title
from gui.gallery_pictures import Pictures
from gui.i18n import shown_in_chinese
from gui.shot_rows import Row
from plugin_core.clock import format_time

Index = QModelIndex | QPersistentModelIndex
LEAST = 164  # px that a picture is wide at least; more, where the last of a line would leave room
PAD = 8  # px around it
CHIPS = 2  # lines of labels
LINES = 2  # of a caption in one language
EDITOR = 420  # px that the lines are wide in which a caption is written, where there is room

Colour = QPalette.ColorRole


class ShotDelegate(QStyledItemDelegate):
    """
    Draws shots and scenes; *now* is the shot that is played, by its mark's id. ``captioned`` carries the id of a shot
    whose caption was written, and its texts by language.
    """

    captioned = Signal(str, object)

    def __init__(self, view: QListView, pictures: Pictures) -> None:
        super().__init__(view)
        self._view, self._pictures = view, pictures
        self._editor: CaptionEditor | None = None
        self.closeEditor.connect(self._closed)
        self.now = ""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        line, room = self._view.fontMetrics().height(), max(LEAST + 2 * PAD, self._view.viewport().width() - 2)
        if index.data(ShotRole.ROW).scene:
            return QSize(room, line + 22)
        wide = room // (room // (LEAST + 2 * PAD))
        return QSize(wide, PAD + _height(wide) + 6 + line + self._said(index) * line + CHIPS * (line + 8) + PAD)

    # -- writing a caption --

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        row: Row = index.data(ShotRole.ROW)
        self._editor = editor = CaptionEditor(row.texts, self._languages(index), parent)
        editor.left.connect(lambda: self._leave(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """It was given what there is when it was made; what is being written stays."""

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, index: Index) -> None:
        """Tell what was written."""
        if isinstance(editor, CaptionEditor):
            self.captioned.emit(index.data(ShotRole.ROW).mark.id, editor.texts)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Below the picture, wider than it if there is room."""
        room, cell = self._view.viewport().rect(), option.rect
        wide = min(room.width(), max(cell.width(), EDITOR))
        high = editor.sizeHint().height()
        left = max(0, min(cell.left(), room.right() + 1 - wide))
        top = min(cell.top() + PAD + _height(cell.width()) + 6, max(0, room.bottom() - high))
        editor.setGeometry(left, top, wide, high)

    def _leave(self, editor: CaptionEditor) -> None:
        """The keyboard went elsewhere, and not because the editor was closed."""
        if editor is self._editor:
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)

    def _closed(self) -> None:
        """Before the view hides it, which moves the keyboard elsewhere."""
        self._editor = None

    def _languages(self, index: Index) -> tuple[str, ...]:
        """The languages of captions, that of the interface first."""
        own = "zh" if shown_in_chinese() else "en"
        return tuple(sorted(getattr(index.model(), "languages", ()), key=lambda language: language != own))

    def _said(self, index: Index) -> int:
        """How many lines captions take."""
        return LINES * len(self._languages(index)[:2])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ShotRole.ROW)
        painter.save()
        painter.setFont(option.font)
        painter.setClipRect(option.rect)
        if row.scene:
            self._scene(painter, option, row)
        else:
            self._shot(painter, option, row, self._languages(index)[:2])
        painter.restore()

    # -- a scene --

    def _scene(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        box = QRectF(option.rect).adjusted(PAD, 6, -PAD, -2)
        ink = self._ground(painter, option, box.adjusted(-4, 0, 4, 0))
        painter.setPen(QPen(_faded(ink, 0.3), 1))
        painter.drawLine(QPointF(box.left(), box.top() - 3), QPointF(box.right(), box.top() - 3))
        left = _written(painter, title(row), box, ink, bold=True)
        if row.mark.text:
            left = _written(painter, row.mark.text, box.adjusted(left - box.left() + 12, 0, 0, 0), ink)
        times = f"{format_time(row.start)[:-4]} – {format_time(row.end)[:-4]}"
        left = _written(painter, times, box.adjusted(left - box.left() + 12, 0, 0, 0), _faded(ink, 0.72)) + 12
        top = box.center().y() - (painter.fontMetrics().height() + 4) / 2
        for text in self._chips(row):
            if left + shot_signs.chip_width(painter, text) > box.right():
                break
            left += shot_signs.chip(painter, text, QPointF(left, top), ink) + 6

    # -- a shot --

    def _shot(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, languages: tuple[str, ...]) -> None:
        ink = self._ground(painter, option, QRectF(option.rect).adjusted(2, 2, -2, -2))
        wide = option.rect.width()
        picture = QRect(option.rect.left() + PAD, option.rect.top() + PAD, wide - 2 * PAD, _height(wide))
        self._picture(painter, picture, row)
        line = painter.fontMetrics().height()
        below = QRectF(picture.left(), picture.bottom() + 6, picture.width(), line)
        self._heading(painter, below, row, ink)
        top = below.bottom() + 2
        for place, language in enumerate(languages):
            box = QRectF(below.left(), top, below.width(), LINES * line)
            top = _folded(painter, row.texts.get(language, ""), box, _faded(ink, 0.72) if place else ink)
        self._labels(painter, QRectF(below.left(), top + 3, below.width(), CHIPS * (line + 8)), row, ink)

    def _picture(self, painter: QPainter, box: QRect, row: Row) -> None:
        found = self._pictures.of(row.middle)
        palette = self._view.palette()
        painter.fillRect(box, palette.color(Colour.Dark) if found else _faded(palette.color(Colour.Text), 0.10))
        if found is not None:
            _fitted(painter, box, found, self._view.devicePixelRatioF())
        if row.mark.id == self.now:
            _playing(painter, QRectF(box.left(), box.bottom() - 21, 22, 22), palette)

    def _heading(self, painter: QPainter, box: QRectF, row: Row, ink: QColor) -> None:
        """The number, how long it lasts, and at the right what leads into it, by a sign and a word."""
        left = _written(painter, str(row.number), box, ink, bold=True)
        text = _length(row.end - row.start)
        left = _written(painter, text, box.adjusted(left - box.left() + 8, 0, 0, 0), _faded(ink, 0.72))
        name = shot_signs.transition_name(row.transition)
        wide = painter.fontMetrics().horizontalAdvance(name)
        if left + 24 + wide <= box.right():
            painter.setPen(_faded(ink, 0.85))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        else:
            wide = 0
        sign = QRectF(box.right() - wide - 16, box.center().y() - 5, 11, 10)
        shot_signs.draw(painter, row.transition, sign, _faded(ink, 0.85))

    def _labels(self, painter: QPainter, box: QRectF, row: Row, ink: QColor) -> None:
        """As many chips as there is room for; then how many more there are."""
        chips = self._chips(row)
        metrics = painter.fontMetrics()
        place, step = QPointF(box.topLeft()), metrics.height() + 8
        for number, text in enumerate(chips):
            wide = shot_signs.chip_width(painter, text)
            last = place.y() + 2 * step > box.bottom() + 1
            more = f"+{len(chips) - number}"
            room = shot_signs.chip_width(painter, more) + 4 if last and number + 1 < len(chips) else 0
            if place.x() + wide + room > box.right() and not last:
                place, last = QPointF(box.left(), place.y() + step), place.y() + 3 * step > box.bottom() + 1
                room = shot_signs.chip_width(painter, more) + 4 if last and number + 1 < len(chips) else 0
            if place.x() + wide + room > box.right() and place.x() > box.left():
                shot_signs.chip(painter, more, place, ink)
                return
            free = box.right() - place.x() - room
            shown = text if wide <= free else metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(free) - 16)
            place.setX(place.x() + shot_signs.chip(painter, shown, place, ink) + 4)

    def _chips(self, row: Row) -> list[str]:
        own = [self.tr("Corrected")] if shot_signs.corrected(row.mark) and row.mark.attributes else []
        return own + list(dict.fromkeys(shot_signs.label_name(*label) for label in row.labels))

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF) -> QColor:
        """What lies behind: chosen, under the pointer, with the keyboard; the colour to write in."""
        palette, state = self._view.palette(), option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen:
            painter.setBrush(palette.color(Colour.Highlight))
            painter.drawRoundedRect(box, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(_faded(palette.color(Colour.Text), 0.07))
            painter.drawRoundedRect(box, 6, 6)
        ink = palette.color(Colour.HighlightedText if chosen else Colour.Text)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(palette.color(Colour.Text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        return ink


def _height(wide: int) -> int:
    """How high the picture in a cell of that width is: 16:9, as most films are."""
    return (wide - 2 * PAD) * 9 // 16


def _fitted(painter: QPainter, box: QRect, picture: QPixmap, ratio: float) -> None:
    """*picture* as large as *box* lets it be, in its middle."""
    size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    smooth = picture.scaled(
        size * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    smooth.setDevicePixelRatio(ratio)
    painter.drawPixmap(
        box.left() + (box.width() - size.width()) // 2, box.top() + (box.height() - size.height()) // 2, smooth
    )


def _playing(painter: QPainter, box: QRectF, palette: QPalette) -> None:
    """The film stands in this shot: a triangle on a ground of its own."""
    painter.fillRect(box, palette.color(Colour.Highlight))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(Colour.HighlightedText))
    middle = box.center()
    painter.drawPolygon([QPointF(middle.x() - 4, middle.y() - 6), QPointF(middle.x() - 4, middle.y() + 6),
                         QPointF(middle.x() + 6, middle.y())])  # fmt: skip


def _written(painter: QPainter, text: str, box: QRectF, ink: QColor, *, bold: bool = False) -> float:
    """Write *text* at the left of *box*; where it ends."""
    font = painter.font()
    strong = painter.font()
    strong.setBold(bold)
    painter.setFont(strong)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.setFont(font)
    return box.left() + QFontMetrics(strong).horizontalAdvance(text)


def _folded(painter: QPainter, text: str, box: QRectF, ink: QColor) -> float:
    """Write *text* in the lines that *box* has room for, its end left out if it must be; where the next thing goes."""
    metrics, top = painter.fontMetrics(), box.top()
    painter.setPen(ink)
    for line in _lines(text, painter.font(), box.width(), int(box.height() // metrics.height())):
        painter.drawText(QRectF(box.left(), top, box.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, line)
        top += metrics.height()
    return top


def _lines(text: str, font: QFont, wide: float, most: int) -> list[str]:
    """*text* in at most *most* lines of this width; the last one says that there would be more."""
    lines: list[str] = []
    if not text:
        return lines
    layout = QTextLayout(text, font)
    layout.beginLayout()
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(wide)
        start, length = line.textStart(), line.textLength()
        rest = text[start:] if len(lines) + 1 == most else text[start : start + length]
        lines.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, int(wide)))
    layout.endLayout()
    return lines


def _length(ms: int) -> str:
    """How long a shot lasts: 3.2 s, or 1:05 from a minute on."""
    return f"{ms / 1000:.1f} s" if ms < 60_000 else f"{ms // 60_000}:{ms // 1000 % 60:02}"


def _faded(colour: QColor, opacity: float) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint

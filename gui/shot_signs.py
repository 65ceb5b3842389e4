"""How changes of shots and their labels are called and drawn: a shape and a word for each, never a colour alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.actions import QT_TRANSLATE_NOOP
from gui.i18n import shown_in_chinese
from plugin_core.document import Mark
from plugin_core.scenes import labels
from plugin_core.tagging.marking import SOURCE, is_ours

TRANSITIONS = {
    "cut": QT_TRANSLATE_NOOP("Shots", "Cut"),
    "dissolve": QT_TRANSLATE_NOOP("Shots", "Dissolve"),
    "fade": QT_TRANSLATE_NOOP("Shots", "Fade"),
    "wipe": QT_TRANSLATE_NOOP("Shots", "Wipe"),
    "": QT_TRANSLATE_NOOP("Shots", "Beginning"),
}
OWN = "labels"  # the group of what a person asked for in words of their own
KINDS = tuple(kind for kind in TRANSITIONS if kind)


def transition_name(kind: str) -> str:
    """What leads into a shot, in the language of the interface; "" is the beginning of the film."""
    return QCoreApplication.translate("Shots", TRANSITIONS.get(kind, kind))


def label_name(group: str, label: str = "") -> str:
    """A label, or the group itself, in the language of the interface."""
    if group == OWN and not label:
        return QCoreApplication.translate("Shots", "Own words")
    return labels.name(group, label, "zh" if shown_in_chinese() else "en")


def corrected(mark: Mark) -> bool:
    """Whether a person changed or made *mark*: what the machine finds again leaves it alone."""
    return not (any(key == SOURCE for key, _ in mark.attributes) and is_ours(mark))


def draw(painter: QPainter, kind: str, box: QRectF, ink: QColor, *, solid: bool = True) -> None:
    """
    The sign of a change in *box*: a bar for a cut, two crossing ramps for a dissolve, a ramp for a fade, a slanted
    half for a wipe; hollow unless *solid*.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.2))
    painter.setBrush(ink if solid else Qt.BrushStyle.NoBrush)
    left, right, top, bottom, middle = box.left(), box.right(), box.top(), box.bottom(), box.center()
    if kind == "cut":
        painter.drawRect(QRectF(middle.x() - 1.5, top, 3, box.height()))
    elif kind == "dissolve":
        for one, other in ((left, right), (right, left)):
            points = (QPointF(one, top), QPointF(one, bottom), QPointF((one + other) / 2, middle.y()))
            painter.drawPolygon(QPolygonF(points))
    elif kind == "fade":
        painter.drawPolygon(QPolygonF((QPointF(left, bottom), QPointF(right, bottom), QPointF(right, top))))
    elif kind == "wipe":
        third = box.width() / 3
        corners = (QPointF(left + third, top), QPointF(right, top), QPointF(right, bottom), QPointF(left, bottom))
        painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def chip(painter: QPainter, text: str, place: QPointF, ink: QColor) -> float:
    """A label as a quiet chip whose upper left corner is at *place*; how wide it is. The font is the painter's."""
    metrics = painter.fontMetrics()
    box = QRectF(place.x(), place.y(), chip_width(painter, text), metrics.height() + 4)
    line, ground = QColor(ink), QColor(ink)
    line.setAlphaF(0.45)
    ground.setAlphaF(0.10)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), box.height() / 2, box.height() / 2)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box.width()


def chip_width(painter: QPainter, text: str) -> float:
    """How wide the chip of *text* is."""
    return painter.fontMetrics().horizontalAdvance(text) + 16.0

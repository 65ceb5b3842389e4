"""How the threshold curve looks: what changes as a skyline, every change that may be one as a stick with its sign."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen

from gui import shot_signs
from gui.threshold_math import height_of
from gui.wave_math import View
from gui.wave_paint import faded
from plugin_core.shots.values import Transition

Role = QPalette.ColorRole
SIGN = 9  # px


def base(
    painter: QPainter,
    area: QRect,
    view: View,
    palette: QPalette,
    *,
    skyline: npt.NDArray[np.float32],
    candidates: Sequence[Transition],
    chosen: Collection[int],
) -> None:
    """Everything but the threshold and the playhead, in *area*; *chosen* holds the ids of the objects found."""
    text = palette.color(Role.Text)
    painter.fillRect(area, palette.color(Role.Base))
    for value in (0.25, 0.5, 0.75):
        painter.fillRect(area.left(), area.top() + round(height_of(value, area.height())), area.width(), 1,
                         faded(text, 0.08))  # fmt: skip
    bottom = area.bottom() + 1
    tops = bottom - np.sqrt(skyline) * area.height()  # by its root: motion is seen beside cuts
    painter.setPen(QPen(faded(text, 0.22), 1))
    seen = [(x + 0.5, top) for x, top in enumerate(tops.tolist()) if top < bottom - 1]
    painter.drawLines([QLineF(x, top, x, bottom) for x, top in seen])
    if len(candidates) > area.width() / 2:
        _thicket(painter, area, view, candidates, chosen=chosen, text=text)
        return
    for one in candidates:
        _stick(painter, area, view, one, text, sure=id(one) in chosen, sign=len(candidates) <= area.width() / 4)


def _thicket(
    painter: QPainter,
    area: QRect,
    view: View,
    candidates: Sequence[Transition],
    *,
    chosen: Collection[int],
    text: QColor,
) -> None:
    """More changes than there is room for: in each pixel the surest of those found, and of the others."""
    tops: tuple[dict[int, float], dict[int, float]] = ({}, {})
    for one in candidates:
        best, x = tops[id(one) in chosen], round(view.x(one.start))
        best[x] = max(best.get(x, 0.0), one.confidence)
    for best, ink in zip(tops, (faded(text, 0.35), text), strict=True):
        painter.setPen(QPen(ink, 1))
        bottom = area.bottom()
        painter.drawLines(
            [QLineF(x + 0.5, area.top() + height_of(y, area.height()), x + 0.5, bottom) for x, y in best.items()]
        )


def _stick(
    painter: QPainter, area: QRect, view: View, one: Transition, text: QColor, *, sure: bool, sign: bool
) -> None:
    x, y = view.x(one.start), area.top() + height_of(min(1.0, one.confidence), area.height())
    ink = text if sure else faded(text, 0.45)
    wide = max(0.0, view.x(one.end) - x)
    if wide >= 2:  # a change that takes time has a foot as long as it lasts
        painter.fillRect(QRectF(x, area.bottom() - 3, wide, 4), ink)
    painter.setPen(QPen(ink, 1, Qt.PenStyle.SolidLine if sure else Qt.PenStyle.DotLine))
    painter.drawLine(QLineF(round(x) + 0.5, y, round(x) + 0.5, area.bottom()))
    if sign:
        top = min(max(y - SIGN / 2, area.top()), area.bottom() - SIGN)
        shot_signs.draw(painter, one.kind, QRectF(round(x) + 0.5 - SIGN / 2, top, SIGN, SIGN), ink, solid=sure)


def threshold(painter: QPainter, area: QRect, value: float, palette: QPalette, *, focus: bool) -> None:
    """The line with its number in a box at the left; below it what is left out is dimmed."""
    y = area.top() + round(height_of(value, area.height()))
    accent = palette.color(Role.Highlight)
    painter.fillRect(QRect(area.left(), y + 1, area.width(), area.bottom() - y), faded(palette.color(Role.Base), 0.45))
    painter.fillRect(area.left(), y - 1, area.width(), 3 if focus else 2, accent)
    metrics, label = QFontMetrics(painter.font()), f"{value:.2f}"
    wide, high = metrics.horizontalAdvance(label) + 14, metrics.height() + 4
    top = min(max(y - high / 2, area.top()), area.bottom() - high)
    box = QRectF(area.left() + 2, top, wide, high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(Role.Text), 1.5) if focus else Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(palette.color(Role.HighlightedText))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)


def message(painter: QPainter, area: QRect, text: str, palette: QPalette) -> None:
    """A sentence in the middle."""
    painter.setPen(palette.color(Role.Text))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(12, 4, -12, -4), flags, text)


def legend(painter: QPainter, place: QPointF, counts: Sequence[tuple[str, int]], ink: QColor) -> float:
    """The signs with their names and how many there are of each, from *place* on; how wide it is."""
    metrics, x = QFontMetrics(painter.font()), place.x()
    for kind, count in counts:
        shot_signs.draw(painter, kind, QRectF(x, place.y() + (metrics.height() - SIGN) / 2, SIGN, SIGN), ink)
        text = f"{shot_signs.transition_name(kind)} {count}"
        painter.setPen(ink)
        painter.drawText(QPointF(x + SIGN + 6, place.y() + metrics.ascent()), text)
        x += SIGN + 6 + metrics.horizontalAdvance(text) + 16
    return x - place.x()

"""
Subtitles on a picture, drawn as they will look: fonts, sizes, outlines and margins are those of the ASS we write.

As libass has it, a font's size is the height of a line, lines stand as close as that, and the upper language of a
bilingual cue stands above the lower one at one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from plugin_core.document import Cue
from plugin_core.formats import ass
from plugin_core.formats.layout import clean
from plugin_core.typography import plain

LATIN = ("Liberation Sans", "Helvetica", "DejaVu Sans")  # what stands in for Arial
FALLBACK = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Arial")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its outline (drawn at the origin of its baseline), width, and the height it takes."""

    path: QPainterPath
    width: float
    height: float
    ascent: float
    border: float


@lru_cache(maxsize=256)
def line(text: str, language: str, side: int, small: bool) -> Line:
    """*text* as a line of *language* in a picture whose shorter side is *side* pixels."""
    style = ass.style(language, max(1, side), small)
    font = QFont([str(style.fontname), *(LATIN if style.fontname == "Arial" else ()), *FALLBACK])
    font.setStyleStrategy(QFont.StyleStrategy.ForceOutline)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    height = max(4.0, float(style.fontsize))
    font.setPixelSize(200)
    whole = QFontMetricsF(font)
    scale = height / (whole.ascent() + whole.descent())
    path = QPainterPath()
    path.addText(QPointF(0, 0), font, text)
    shrunk = QTransform.fromScale(scale, scale).map(path)
    return Line(shrunk, whole.horizontalAdvance(text) * scale, height, whole.ascent() * scale, float(style.outline))


def wrapped(text: str, language: str, side: int, small: bool, room: float) -> list[Line]:
    """The lines of *text*; one wider than *room* is broken at blanks into few lines of like width, as by libass."""
    result = []
    for row in text.split("\n"):
        whole = line(row, language, side, small)
        count = int(whole.width // max(1.0, room)) + 1
        limit = whole.width / count
        rows = _greedy(row, language, side, small, limit)
        while len(rows) > count and limit < room:
            limit *= 1.04
            rows = _greedy(row, language, side, small, min(limit, room))
        result += rows
    return result


def _greedy(text: str, language: str, side: int, small: bool, limit: float) -> list[Line]:
    """Words of *text* put on a line as long as it stays within *limit*; at least one on each."""
    rows, current = [], ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if current and line(longer, language, side, small).width > limit + 0.5:
            rows.append(current)
            longer = word
        current = longer
    return [line(row, language, side, small) for row in (*rows, current)]


def draw(painter: QPainter, area: QRectF, cues: Sequence[Cue], languages: Sequence[str], shown: Sequence[str]) -> None:
    """
    Draw *cues* into the picture at *area*; *shown* are languages of the document from top to bottom.

    ``an1`` to ``an9`` among a cue's tags say where it stands, as on a number pad; by default below.
    """
    side = round(min(area.width(), area.height()))
    if side < 16:
        return
    margin = side * 0.045
    taken: dict[int, float] = {}
    for cue in cues:
        place = next(
            (int(tag[2]) for tag in cue.tags if len(tag) == 3 and tag[:2] == "an" and tag[2] in "123456789"), 2
        )
        lines: list[Line] = []
        for language in shown:
            text = plain(clean(cue.texts[list(languages).index(language)]))
            if text:
                lines += wrapped(text, language, side, language != shown[0], area.width() - side * 0.08)
        height = sum(one.height for one in lines)
        row = (place - 1) // 3
        top = {0: area.bottom() - margin - height, 1: area.center().y() - height / 2, 2: area.top() + margin}[row]
        top += taken.get(row, 0.0) * (-1 if row == 0 else 1)
        _lines(painter, area, lines, top, (place - 1) % 3)
        taken[row] = taken.get(row, 0.0) + height


def _lines(painter: QPainter, area: QRectF, lines: Sequence[Line], top: float, side: int) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    margin = min(area.width(), area.height()) * 0.04
    for one in lines:
        left = {0: area.left() + margin, 1: area.center().x() - one.width / 2, 2: area.right() - margin - one.width}[
            side
        ]
        painter.translate(left, top + one.ascent)
        # a pen lies half outside: twice the outline
        pen = QPen(QColor(0, 0, 0), 2 * one.border, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(one.path, pen)
        painter.fillPath(one.path, QColor(255, 255, 255))
        painter.translate(-left, -top - one.ascent)
        top += one.height
    painter.restore()


def fitted(picture: QSizeF, room: QRectF) -> QRectF:
    """Where a picture of that shape lies in *room*, as large as it can be, in the middle."""
    size = picture.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(
        room.center().x() - size.width() / 2, room.center().y() - size.height() / 2, size.width(), size.height()
    )

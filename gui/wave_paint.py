"""How the waveform looks: a picture of one scene, in the colours of the system's palette."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPalette, QPixmap, QPolygonF

from gui.wave_math import View, rows, ruler_step
from plugin_core.clock import FrameRate, format_time
from plugin_core.document import Cue, Mark

RULER = 22  # pixels of height
LANE = 20
MANY = 500  # cues in view above which they are drawn as one strip

Role = QPalette.ColorRole


@dataclass(frozen=True)
class Scene:
    """Everything the picture shows but the playhead."""

    view: View
    size: tuple[int, int]
    palette: QPalette
    font: QFont
    cues: Sequence[Cue] = ()
    coverage: npt.NDArray[np.bool_] | None = None  # instead of cues, where they are very many
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of cues that are being dragged
    selected: frozenset[str] = frozenset()
    current: str = ""
    cuts: Sequence[int] = ()  # those in view
    marks: Sequence[Mark] = ()
    lanes: bool = False  # whether there are marks anywhere
    kinds: Mapping[str, str] = field(default_factory=dict)  # how a kind of mark is called
    snapped: int | None = None
    drawn: tuple[int, int] | None = None  # a cue that is being drawn with the pointer
    duration: int = 0
    rate: FrameRate | None = None

    @property
    def wave(self) -> QRect:
        """Where the waveform lies."""
        width, height = self.size
        return QRect(0, RULER, width, max(1, height - RULER - (LANE if self.lanes else 0)))

    def span(self, cue: Cue) -> tuple[int, int]:
        """The times of *cue*, or those it is being dragged to."""
        return self.spans.get(cue.id, (cue.start, cue.end))


def blended(first: QColor, second: QColor, share: float) -> QColor:
    """*share* of *second* over *first*."""

    def mix(a: int, b: int) -> int:
        return round(a + (b - a) * share)

    return QColor(mix(first.red(), second.red()), mix(first.green(), second.green()), mix(first.blue(), second.blue()))


def faded(colour: QColor, opacity: float) -> QColor:
    """*colour* of which *opacity* (0 to 1) is seen."""
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint


def paint(painter: QPainter, scene: Scene, below: QImage) -> None:
    """Draw *scene*; *below* is its ``wave_picture.picture``."""
    painter.fillRect(0, 0, scene.size[0], scene.size[1], scene.palette.color(Role.Base))
    painter.setFont(scene.font)
    painter.drawImage(scene.wave.topLeft(), below)
    _titles(painter, scene)
    _ruler(painter, scene)
    _cuts(painter, scene)
    if scene.lanes:
        _lane(painter, scene)
    _guides(painter, scene)


def _box(left: float, top: int, right: float, height: int) -> QRect:
    """A box on whole pixels, at least one wide: those are filled ten times as fast as fractions."""
    return QRect(round(left), top, max(1, round(right) - round(left)), height)


def _titles(painter: QPainter, scene: Scene) -> None:
    """The texts of the cues, those of the chosen ones last and below a bar."""
    line, area = QFontMetrics(scene.font).height(), scene.wave
    order = sorted(zip(scene.cues, rows(scene.cues), strict=True), key=lambda pair: pair[0].id in scene.selected)
    for cue, row in order:
        start, end = scene.span(cue)
        left, right = scene.view.x(start), scene.view.x(end)
        if cue.id in scene.selected:
            painter.fillRect(_box(left, area.top(), right, 3), scene.palette.color(Role.Highlight))
        shown = min(right, scene.size[0]) - max(left, 0) - 12
        if shown > 24:
            top = 5 + row * line * 2
            _texts(painter, scene, cue, QRectF(max(left, 0) + 7, area.top() + top, shown, area.height() - top - 3))


def _texts(painter: QPainter, scene: Scene, cue: Cue, area: QRectF) -> None:
    metrics = QFontMetrics(scene.font)
    line, top = metrics.height(), area.top()
    strong, weak = scene.palette.color(Role.Text), faded(scene.palette.color(Role.Text), 0.72)
    for place, text in enumerate(text for text in cue.texts if text.strip()):
        y = top + place * line
        if y + line > area.bottom():
            return
        shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, int(area.width()))
        back = QRect(round(area.left()) - 3, round(y), metrics.horizontalAdvance(shown) + 6, line)
        painter.fillRect(back, faded(scene.palette.color(Role.Base), 0.72))
        painter.setPen(strong if place == 0 else weak)
        painter.drawText(QPointF(area.left(), y + metrics.ascent()), shown)


def _cuts(painter: QPainter, scene: Scene) -> None:
    """A diamond on the ruler over each cut."""
    shown = scene.cuts
    if not shown or len(shown) > scene.size[0] / 8:
        return
    ratio = painter.device().devicePixelRatioF()
    diamond = QPixmap(round(9 * ratio), round(9 * ratio))
    diamond.setDevicePixelRatio(ratio)
    diamond.fill(Qt.GlobalColor.transparent)
    one = QPainter(diamond)
    one.setRenderHint(QPainter.RenderHint.Antialiasing)
    one.setPen(Qt.PenStyle.NoPen)
    one.setBrush(scene.palette.color(Role.Text))
    one.drawPolygon(QPolygonF([QPointF(4.5, 0.5), QPointF(8.5, 4.5), QPointF(4.5, 8.5), QPointF(0.5, 4.5)]))
    one.end()
    for cut in shown:
        painter.drawPixmap(round(scene.view.x(cut)) - 4, RULER - 9, diamond)


def _ruler(painter: QPainter, scene: Scene) -> None:
    view, width = scene.view, scene.size[0]
    text = scene.palette.color(Role.Text)
    metrics = QFontMetrics(scene.font)
    step = ruler_step(view.scale, metrics.horizontalAdvance("00:00:00.000") + 24)
    first = int(view.start // step) * step
    weak = faded(text, 0.35)
    painter.setPen(faded(text, 0.75))
    last = min(view.end, scene.duration) if scene.duration else view.end
    for ms in range(first, int(last) + step, step):
        x = view.x(ms)
        painter.fillRect(round(x), RULER - 9, 1, 9, weak)
        for part in range(1, 5):
            painter.fillRect(round(view.x(ms + step * part / 5)), RULER - 4, 1, 4, weak)
        if ms <= last:
            painter.drawText(QPointF(x + 4, metrics.ascent() + 2), _clock(ms, step, scene))
    painter.fillRect(0, RULER, width, 1, weak)


def _clock(ms: int, step: int, scene: Scene) -> str:
    text = format_time(ms)
    text = text if step < 1000 else text[:-4]
    return text if scene.duration >= 3_600_000 else text[3:]


def _lane(painter: QPainter, scene: Scene) -> None:
    """The marks below the waveform, each with what it is called."""
    metrics, view = QFontMetrics(scene.font), scene.view
    top = scene.wave.bottom() + 1
    text, accent = scene.palette.color(Role.Text), scene.palette.color(Role.Highlight)
    painter.fillRect(QRect(0, top, scene.size[0], LANE), scene.palette.color(Role.Window))
    free = -1.0
    for mark in scene.marks:
        start, end = scene.spans.get(mark.id, (mark.start, mark.end))
        left, right = view.x(start), max(view.x(end), view.x(start) + 3)
        chosen = mark.id in scene.selected
        painter.fillRect(_box(left, top + 2, right, LANE - 4), faded(accent, 0.5) if chosen else faded(text, 0.16))
        painter.fillRect(round(left), top + 2, 2, LANE - 4, accent if chosen else faded(text, 0.7))
        begin = max(left, 0.0) + 6
        name = scene.kinds.get(mark.kind, mark.kind)
        label = f"{name} · {' '.join(mark.text.split())}" if mark.text.strip() else name
        later = next((view.x(other.start) for other in scene.marks if other.start > mark.start), float(scene.size[0]))
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, int(min(320.0, later - begin - 8)))
        if begin >= free and len(shown) > 1:
            painter.setPen(text)
            painter.drawText(QPointF(begin, top + (LANE + metrics.ascent() - metrics.descent()) / 2), shown)
            free = begin + metrics.horizontalAdvance(shown)


def _guides(painter: QPainter, scene: Scene) -> None:
    """Where a drag has snapped to, and the times it has come to."""
    accent = scene.palette.color(Role.Highlight)
    if scene.snapped is not None:
        x = scene.view.x(scene.snapped)
        painter.fillRect(round(x) - 1, 0, 2, scene.size[1], accent)
    edges = sorted({edge for span in scene.spans.values() for edge in span})
    if edges:
        _times(painter, scene, edges)


def _times(painter: QPainter, scene: Scene, edges: Sequence[int]) -> None:
    """The times of what is dragged, beside its edges."""
    metrics = QFontMetrics(scene.font)
    for place, edge in enumerate((edges[0], edges[-1])):
        label = format_time(edge)
        wide = metrics.horizontalAdvance(label) + 10
        x = scene.view.x(edge) - (wide + 2 if place == 0 else -2)
        rect = QRectF(x, scene.wave.bottom() - metrics.height() - 6, wide, metrics.height() + 4)
        painter.fillRect(rect, scene.palette.color(Role.ToolTipBase))
        painter.setPen(scene.palette.color(Role.ToolTipText))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)


def playhead(painter: QPainter, x: float, height: int, palette: QPalette) -> None:
    """The playhead: a line with a head on the ruler."""
    colour = palette.color(Role.Text)
    painter.fillRect(int(x), 0, 1, height, colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 6, 0), QPointF(x + 0.5, 8)]))

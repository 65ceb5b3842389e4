"""
The threshold of shots, to be tried: how sure every change of the film is, over time, and a line to drag through them.

What is found at the line is seen at once: in the count, on the curve, and as cuts on the waveform, with which it is
zoomed and scrolled. Nothing is decoded for it, and nothing is changed before it is applied.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from gui import threshold_paint, wave_paint
from gui.i18n import on_language_change
from gui.player import Player
from gui.shot_signs import KINDS, transition_name
from gui.threshold_math import LEAST, MOST, STEP, between, columns, counted, height_of, value_at
from gui.waveform import Waveform
from plugin_core.clock import format_time
from plugin_core.shots.values import THRESHOLD, Curve, Shots, Transition, at

REACH = 7  # px around the line within which it is grabbed
BIG = 0.1  # that Page up and Page down move it by
Key = Qt.Key


class ThresholdCurve(QWidget):
    """The curve with its line. ``moved`` carries the threshold while it is dragged, or moved with the keyboard."""

    moved = Signal(float)

    def __init__(self, player: Player, waveform: Waveform, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player, self._waveform = player, waveform
        self.value, self.text = THRESHOLD, ""
        self._curve = Curve.empty()
        self._shots = at(self._curve)
        self._chosen: frozenset[int] = frozenset()
        self._base: QPixmap | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(88)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        waveform.view_changed.connect(lambda _: self.refresh())
        player.position_changed.connect(lambda _: self.update())

    def sizeHint(self) -> QSize:
        return QSize(900, 96)

    def show_shots(self, shots: Shots, value: float) -> None:
        """Show the curve of *shots*, and those as found at the threshold *value*."""
        self._curve, self._shots, self.value = shots.curve, shots, value
        self._chosen = frozenset(map(id, shots.transitions))
        self.refresh()

    def refresh(self) -> None:
        """Draw all of it anew."""
        self._base = None
        self.update()

    # -- painting --

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._base is None:
            self._base = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._base)
        if len(self._curve.starts):
            threshold_paint.threshold(painter, self.rect(), self.value, self.palette(), focus=self.hasFocus())
            x = self._waveform.view.x(self._player.position)
            painter.fillRect(int(x), 0, 1, self.height(), self.palette().color(threshold_paint.Role.Text))
            self._legend(painter)
        else:
            threshold_paint.message(painter, self.rect(), self.text, self.palette())
        painter.end()

    def _drawn(self) -> QPixmap:
        ratio, view = self.devicePixelRatioF(), self._waveform.view.resized(self.width(), self._waveform.duration)
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        threshold_paint.base(
            painter, self.rect(), view, self.palette(),
            skyline=columns(self._curve, view),
            candidates=between(self._curve.candidates, view.start - 2000, view.end),
            chosen=self._chosen,
        )  # fmt: skip
        painter.end()
        return pixmap

    def _legend(self, painter: QPainter) -> None:
        counts = [(kind, counted(self._shots).get(kind, 0)) for kind in KINDS]
        ink = self.palette().color(threshold_paint.Role.Text)
        wide = 0.0
        for kind, count in counts:
            wide += (
                threshold_paint.SIGN + 22 + painter.fontMetrics().horizontalAdvance(f"{transition_name(kind)} {count}")
            )
        box = QRect(round(self.width() - wide - 6), 2, round(wide + 4), painter.fontMetrics().height() + 4)
        painter.fillRect(box, wave_paint.faded(self.palette().color(threshold_paint.Role.Base), 0.85))
        threshold_paint.legend(painter, QPointF(box.left() + 6, box.top() + 2), counts, ink)

    # -- the pointer and the keyboard --

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._on_line(event.position().y()):
            self._dragging = True
        else:
            self._player.seek(round(self._waveform.view.ms(event.position().x())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.move_to(value_at(event.position().y(), self.height()))
        over = self._dragging or self._on_line(event.position().y())
        self.setCursor(Qt.CursorShape.SplitVCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragging = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As on the waveform: it scrolls, with Ctrl it zooms."""
        self._waveform.wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Key.Key_Up: STEP, Key.Key_Down: -STEP, Key.Key_PageUp: BIG, Key.Key_PageDown: -BIG}
        if event.key() in steps:
            self.move_to(self.value + steps[Key(event.key())])
        elif event.key() in {Key.Key_Left, Key.Key_Right}:
            self._step(1 if event.key() == Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def move_to(self, value: float) -> None:
        """Try another threshold."""
        value = min(MOST, max(LEAST, round(value, 2)))
        if value != self.value and len(self._curve.starts):
            self.moved.emit(value)

    def _step(self, by: int) -> None:
        """Let the film go to the next change that may be one, or the one before."""
        now, times = self._player.position, [one.start for one in self._curve.candidates]
        later = [ms for ms in times if ms > now] if by > 0 else [ms for ms in times if ms < now][::-1]
        if later:
            self._player.seek(later[0])

    def _on_line(self, y: float) -> bool:
        return bool(len(self._curve.starts)) and abs(y - height_of(self.value, self.height())) <= REACH

    def nearest(self, x: float) -> Transition | None:
        """The change within reach of *x*, the surest of several."""
        view = self._waveform.view
        near = between(self._curve.candidates, view.ms(x - REACH), view.ms(x + REACH))
        return max(near, key=lambda one: one.confidence, default=None)

    def described(self, one: Transition) -> str:
        """A change in words."""
        words = self.tr("{kind} at {time}, sure to {share} %, %n frame(s)", "", one.frames)
        return words.format(
            kind=transition_name(one.kind), time=format_time(one.start), share=round(100 * one.confidence)
        )

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            one = self.nearest(event.pos().x())
            QToolTip.showText(event.globalPos(), self.described(one) if one else self.toolTip(), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange}:
            self.refresh()
        super().changeEvent(event)


class ThresholdStrip(QWidget):
    """
    The curve under a bar with the threshold as a number, what is found at it, and what to do with it.

    ``applied`` carries the ``Shots`` that are wanted, ``closed`` that it was put away.
    """

    applied = Signal(object)
    closed = Signal()

    def __init__(self, player: Player, waveform: Waveform, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waveform = waveform
        self._curve, self._shots, self._there = Curve.empty(), at(Curve.empty()), 0
        self.curve = ThresholdCurve(player, waveform, self)
        self.label, self.count = QLabel(self), QLabel(self)
        self.spin = QDoubleSpinBox(self)
        self.spin.setRange(LEAST, MOST)
        self.spin.setSingleStep(STEP)
        self.spin.setValue(THRESHOLD)
        self.label.setBuddy(self.spin)
        self.apply, self.close_it = QPushButton(self), QPushButton(self)
        self.spin.valueChanged.connect(self.try_at)
        self.curve.moved.connect(self.spin.setValue)
        self.apply.clicked.connect(lambda: self.applied.emit(self._shots))
        self.close_it.clicked.connect(self.closed)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 4, 10, 4)
        bar.setSpacing(8)
        bar.addWidget(self.label)
        bar.addWidget(self.spin)
        bar.addSpacing(8)
        bar.addWidget(self.count, 1)
        for button in (self.apply, self.close_it):
            button.setAutoDefault(False)
            bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.curve, 1)
        self.retranslate()

    def keyboard(self) -> tuple[QWidget, ...]:
        """What takes the keyboard, in the order it is seen."""
        return self.spin, self.apply, self.close_it, self.curve

    @property
    def shots(self) -> Shots:
        """What is found at the threshold."""
        return self._shots

    def show_curve(self, curve: Curve) -> None:
        """Try thresholds on *curve*; an empty one for none."""
        self._curve = curve
        self.try_at(self.spin.value())

    def try_at(self, value: float) -> None:
        """Show what is found at the threshold *value*."""
        self._shots = at(self._curve, round(value, 2))
        self.curve.show_shots(self._shots, round(value, 2))
        self._tell()
        self.preview()

    def preview(self) -> None:
        """The cuts that were found on the waveform, while this is seen."""
        self._waveform.try_cuts(self._shots.cuts if self.isVisible() and len(self._curve.starts) else None)

    def there(self, shots: int) -> None:
        """The document has so many shots."""
        self._there = shots
        self._tell()

    def say(self, text: str) -> None:
        """Show a sentence while there is no curve: that it is coming, or why not."""
        self.curve.text = text
        self.curve.refresh()

    def _tell(self) -> None:
        known = bool(len(self._curve.starts))
        for part in (self.spin, self.apply):
            part.setEnabled(known)
        found = self.tr("%n shot(s) at this threshold", "", len(self._shots.shots))
        now = self.tr("%n in the document", "", self._there)
        self.count.setText(f"{found} · {now}" if known else "")
        parts = [f"{transition_name(kind)} {count}" for kind, count in counted(self._shots).items()]
        self.curve.setAccessibleDescription(", ".join([f"{self.curve.value:.2f}", found, *parts]) if known else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.preview()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._waveform.try_cuts(None)

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.label.setText(self.tr("Threshold"))
        self.spin.setAccessibleName(self.tr("Threshold of shots"))
        self.spin.setToolTip(self.tr("How sure a change must be to begin a new shot. Less finds more."))
        self.apply.setText(self.tr("Use these shots"))
        self.close_it.setText(self.tr("Close the curve"))
        self.curve.setAccessibleName(self.tr("Curve of changes"))
        self.curve.setToolTip(
            self.tr(
                "Drag the line, or move it with Up and Down. Left and Right go from change to change. "
                "The wheel scrolls, with Ctrl it zooms."
            )
        )
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

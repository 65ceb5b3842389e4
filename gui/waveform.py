"""
The waveform: the film's sound with its cues to drag, shot cuts and marks in their lanes, and the playhead.

A drag is shown as it goes and becomes one edit when the pointer is let go; Escape leaves all as it was. Everything the
pointer does has a key or a field elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gui import wave_paint
from gui.actions import Actions
from gui.models import kind_name
from gui.player import Player
from gui.session import Session
from gui.tapping import Tapping
from gui.wave_math import CueIndex, View, cut_times
from gui.wave_paint import MANY, Scene
from gui.wave_picture import SoundLayer
from gui.wave_pointer import Pointer
from gui.wave_source import WaveSource
from plugin_core.document import MARK_KINDS, Cue, Document, Mark
from plugin_core.errors import ZimuError

MENU = (
    "play.cue", "cue.split-playhead", "cue.join", "cue.insert-after", "cue.delete", "",
    "time.start-to-playhead", "time.end-to-playhead", "time.snap-frames", "time.snap-cuts", "time.tap", "",
    "wave.zoom-cue", "wave.zoom-all", "wave.spectrogram",
)  # fmt: skip

Modifier = Qt.KeyboardModifier


class Waveform(QWidget):
    """
    The waveform of the session's film, with the cues on it.

    ``view_changed`` carries the part of the film that is shown (:class:`View`).
    """

    view_changed = Signal(object)

    def __init__(
        self,
        session: Session,
        player: Player,
        actions: Actions,
        source: WaveSource | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._player, self._actions = session, player, actions
        self.source = source or WaveSource(self)
        self.index = CueIndex(session.document.cues)
        self.cuts, self._marks = cut_times(session.document), _in_lane(session.document)
        self._view = View()
        self._trouble = ""
        self._scene: QPixmap | None = None
        self._layer = SoundLayer(self.source)
        self.pointer = Pointer(self, session, player)
        self.tapping = Tapping(session, player, actions, self)
        self._x = 0.0
        self._path: Path | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(96)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._connect()
        self.retranslate()
        self._media()

    def sizeHint(self) -> QSize:
        return QSize(900, 170)

    def _connect(self) -> None:
        session, player, actions = self._session, self._player, self._actions
        session.changed.connect(self._changed)
        session.rules_changed.connect(self.refresh)  # the frame rate may be another
        session.selection_changed.connect(self._selected)
        player.position_changed.connect(self._moved)
        player.media_changed.connect(self._media)
        self.source.changed.connect(self._sound)
        self.source.failed.connect(self._failed)
        actions.attach(self, "cues")
        actions.attach(self, "waveform")
        actions["wave.zoom-in"].triggered.connect(lambda: self.zoom(0.5))
        actions["wave.zoom-out"].triggered.connect(lambda: self.zoom(2))
        actions["wave.zoom-all"].triggered.connect(lambda: self.show_view(self._view.whole(self.duration)))
        actions["wave.zoom-cue"].triggered.connect(self.zoom_to_cue)
        actions["wave.spectrogram"].toggled.connect(self.show_spectrogram)
        actions["wave.taller"].triggered.connect(lambda: self.set_gain(self._layer.gain * 1.5))
        actions["wave.lower"].triggered.connect(lambda: self.set_gain(self._layer.gain / 1.5))
        self.tapping.changed.connect(self._tapped)

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The part of the film that is shown."""
        return self._view

    @property
    def duration(self) -> int:
        """The length of the film, or of its sound or cues where they are longer or it is not known."""
        cues = self.index.end + 1000 if self.index.end else 0
        media = self._player.duration or self._session.document.media.duration
        return max(media, self.source.peaks.duration, cues, 10_000)

    def show_view(self, view: View) -> None:
        """Show another part of the film."""
        view = view.resized(self.width(), self.duration)
        if view != self._view:
            self._view = view
            self.refresh()
            self.view_changed.emit(view)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """*factor* times as much time, around *x* or the playhead, if it is in view, else the middle."""
        place = self._view.x(self._player.position)
        middle = place if 0 <= place <= self.width() else self.width() / 2
        self.show_view(self._view.zoomed(factor, middle if x is None else x, self.duration))

    def zoom_to_cue(self) -> None:
        """The current cue over two thirds of the width."""
        cue = self._session.cue(self._session.current)
        if cue is not None:
            scale = max(cue.duration, 200) * 1.5 / max(1, self.width())
            self.show_view(View(cue.start - max(cue.duration, 200) / 4, scale, self.width()))

    def reveal(self, start: float, end: float) -> None:
        """Scroll, if need be, so that *start* to *end* ms is seen."""
        self.show_view(self._view.revealing(start, end, self.duration))

    def try_cuts(self, cuts: tuple[int, ...] | None) -> None:
        """Show *cuts* (ms) in place of the document's; None for its own again."""
        self.cuts = cut_times(self._session.document) if cuts is None else cuts
        self.refresh()

    def show_spectrogram(self, shown: bool) -> None:
        """Pitches instead of the waveform, where no more than a minute and a half is shown."""
        self._layer.spectrogram = shown
        self.refresh()

    def set_gain(self, gain: float) -> None:
        """Draw the waveform *gain* times as tall, from 1/4 to 32."""
        self._layer.gain = min(max(gain, 0.25), 32.0)
        self.refresh()

    # -- what changed --------------------------------------------------------------------------------------------

    def _changed(self, before: Document, after: Document) -> None:
        band, long = self._session.band(before, after), self.duration
        if before.cues is not after.cues:
            self.index = self.index.led_on(after.cues, band)
        if before.marks is not after.marks:
            self.cuts, self._marks = cut_times(after), _in_lane(after)
        self.pointer.document_changed(after)
        if before.media is not after.media:
            self.show_view(self._view)
        seen = any(map(self._seen, (*band.old(before.cues), *band.new(after.cues))))
        if seen or before.marks is not after.marks or self.duration != long:
            self.refresh()
        self._describe()

    def _seen(self, cue: Cue) -> bool:
        return cue.end >= self._view.start - 1 and cue.start <= self._view.end + 1

    def _selected(self, ids: tuple[str, ...]) -> None:
        item = self._session.cue(ids[-1]) or self._session.mark(ids[-1]) if ids else None
        if item is not None and not self._player.playing and not self.pointer.busy:
            self.reveal(item.start, item.end)
        self._describe()
        self.refresh()

    def _describe(self) -> None:
        """Say what is selected."""
        current = self._session.current
        item = self._session.cue(current) or self._session.mark(current)
        self.setAccessibleDescription(self._described(item) if item is not None else "")

    def _described(self, item: Cue | Mark) -> str:
        text = item.text if isinstance(item, Mark) else " ".join(item.texts[:1])
        pattern = self.tr("{text}, from {start} to {end} seconds")
        return pattern.format(text=" ".join(text.split()), start=item.start / 1000, end=item.end / 1000)

    def _media(self) -> None:
        if self._player.path != self._path:
            self._path, self._trouble = self._player.path, ""
            self.source.open(self._path)
            self._view = View(0, min(10, self.duration / max(1, self.width())), self._view.width)
        self.show_view(self._view)
        self.refresh()

    def _sound(self) -> None:
        self._layer.clear()
        self.show_view(self._view)
        self.refresh()

    def _failed(self, error: ZimuError) -> None:
        self._trouble = str(error)
        self.refresh()

    def _moved(self, ms: int) -> None:
        x = self._view.x(ms)
        if self._player.playing and not self.pointer.busy and not 0 <= x <= self.width() * 0.94:
            self.show_view(View(ms - 0.06 * self.width() * self._view.scale, self._view.scale, self._view.width))
            x = self._view.x(ms)
        elif not self._player.playing and not self.pointer.busy and not 0 <= x <= self.width():
            self.reveal(ms, ms)
            x = self._view.x(ms)
        for place in (self._x, x):
            self.update(QRect(int(place) - 7, 0, 15, self.height()))
        self._x = x

    def refresh(self) -> None:
        """Draw all of it anew."""
        self._scene = None
        self.update()

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scene is None:
            self._scene = self._rendered()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._x = self._view.x(self._player.position)
        wave_paint.playhead(painter, round(self._x) + 0.5, self.height(), self.palette())
        if self.hasFocus():
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _tapped(self) -> None:
        if self.tapping.on:
            self.setFocus()
        self.refresh()

    def _rendered(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        scene = self.scene()
        painter = QPainter(pixmap)
        wave_paint.paint(painter, scene, self._layer.picture(scene, ratio))
        self._message(painter, scene)
        painter.end()
        return pixmap

    def scene(self) -> Scene:
        """What is drawn now."""
        view = self._view
        first, last = self.index.range(view.start, view.end)
        many = last - first > MANY
        move = self.pointer.move
        return Scene(
            view=view,
            size=(self.width(), self.height()),
            palette=self.palette(),
            font=self.font(),
            cues=() if many else self.index.between(view.start - 1, view.end + 1),
            coverage=self.index.coverage(view) if many else None,
            spans=move.spans if move else {},
            selected=frozenset(self._session.selection),
            current=self._session.current,
            cuts=self.cuts[bisect_left(self.cuts, view.start) : bisect_right(self.cuts, view.end)],
            marks=[mark for mark in self._marks if mark.end >= view.start and mark.start <= view.end],
            lanes=bool(self._marks),
            kinds={kind: kind_name(kind) for kind in MARK_KINDS},
            snapped=move.snapped if move else None,
            drawn=self.pointer.drawn,
            duration=self.duration,
            rate=self._session.frame_rate,
        )

    def _message(self, painter: QPainter, scene: Scene) -> None:
        """What is to be said over the waveform: tapping, why there is none, or that it is coming."""
        text = self._trouble
        if self.tapping.on:
            text = self.tapping.said()
        elif self.source.busy and self.source.peaks.duration < self._view.end:
            text = text or self.tr("Drawing the waveform…")
        if not text:
            return
        area = scene.wave.adjusted(12, 8, -12, -8)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        bounds = painter.fontMetrics().boundingRect(area, flags, text)
        back = bounds.adjusted(-10, -5, 10, 5)
        painter.fillRect(back, wave_paint.faded(self.palette().color(QPalette.ColorRole.Window), 0.92))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(area, flags, text)

    # -- the pointer ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        if event.modifiers() & Modifier.ControlModifier:
            self.zoom(2 ** (-turned.y() / 240), event.position().x())
        else:
            by = turned.x() if abs(turned.x()) > abs(turned.y()) else turned.y()
            self.show_view(self._view.moved(-by * self._view.scale, self.duration))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_at(event.pos()).popup(event.globalPos())

    def menu_at(self, place: QPoint) -> QMenu:
        """What can be done at *place*: the playhead goes there, and the cue there is chosen."""
        found = self.pointer.hit(place.x())
        if found is not None and found.cue.id not in self._session.selection:
            self._session.select((found.cue.id,))
        self._player.seek(round(self._view.ms(place.x())))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        there = set(self._actions)
        for name in MENU:
            if not name:
                menu.addSeparator()
            elif name in there and self._actions.used(name):
                menu.addAction(self._actions[name])
        return menu

    # -- keys and tapping ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.pointer.busy or self.tapping.on):
            self.pointer.cancel()
            self.tapping.end()
        elif event.key() == Qt.Key.Key_T and not event.modifiers() and self.tapping.on:
            if not event.isAutoRepeat():
                self.tapping.press()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_T and self.tapping.on:
            if not event.isAutoRepeat():
                self.tapping.release()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- the rest ------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_view(self._view)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.refresh()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Names in the language now installed."""
        self.setAccessibleName(self.tr("Waveform"))
        self.setToolTip(
            self.tr(
                "Drag an edge to trim, a cue to move it, an empty place to make a new cue. "
                "Ctrl takes the neighbour's edge along, Alt lets cues overlap, Shift does not snap. "
                "The wheel scrolls, with Ctrl it zooms."
            )
        )
        self._describe()
        self.refresh()


def _in_lane(document: Document) -> tuple[Mark, ...]:
    """The marks that stand in the lane: those of shots are the cuts above."""
    return tuple(mark for mark in document.marks if mark.kind != "shot")

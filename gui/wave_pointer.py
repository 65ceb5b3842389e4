"""What the pointer does in the waveform: seek, choose, drag, draw a new cue. One edit when it is let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gui import mark_drag
from gui.player import Player
from gui.retiming import inserted
from gui.session import Session
from gui.wave_math import REACH, Grip, Hit, Move, Part, drag, dropped, grip, hit, targets
from gui.wave_paint import LANE, MANY, RULER
from plugin_core.document import Cue, Document

if TYPE_CHECKING:
    from gui.waveform import Waveform

NEW = 200  # ms the pointer must draw for a new cue
EDGE_GAP = 2  # frames kept before a cut or a neighbour when an edge snaps beside it

Modifier = Qt.KeyboardModifier


@dataclass
class _Press:
    """A button held down: where it went down, and what it took hold of, if anything."""

    at: QPointF
    ms: float
    part: Part | None
    cue: Cue | None
    base: Document
    mark: bool = False  # whether it is a mark of the lane, in the shape of a cue
    grip: Grip | None = None
    move: Move | None = None
    seeking: bool = False


class Pointer(QObject):
    """The pointer over *wave*. ``move`` and ``drawn`` are what is being done, for the picture."""

    def __init__(self, wave: Waveform, session: Session, player: Player) -> None:
        super().__init__(wave)
        self._wave, self._session, self._player = wave, session, player
        self._press: _Press | None = None
        self.drawn: tuple[int, int] | None = None

    @property
    def busy(self) -> bool:
        """Whether a button is held."""
        return self._press is not None

    @property
    def move(self) -> Move | None:
        """Where a drag has brought things so far."""
        return self._press.move if self._press else None

    def cancel(self) -> None:
        """Leave all as it was."""
        self._press = self.drawn = None
        self._wave.refresh()

    def document_changed(self, after: Document) -> None:
        """A drag of what is no longer there ends."""
        if self._press is not None and self._press.base is not after:
            self.cancel()

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place, ms = event.position(), self._wave.view.ms(event.position().x())
        if self._in_lane(place):
            self._press_mark(place, ms, event.modifiers())
            return
        found = None if place.y() < RULER else self.hit(place.x())
        press = _Press(place, ms, found.part if found else None, found.cue if found else None, self._session.document)
        press.seeking = place.y() < RULER
        self._press = press
        if press.seeking:
            self._player.seek(round(ms))
        elif press.cue is not None:
            self._choose(press.cue, event.modifiers(), press.part is Part.BODY)
            if press.part is Part.BODY and not event.modifiers():
                self._player.seek(round(ms))

    def _in_lane(self, place: QPointF) -> bool:
        return place.y() >= self._wave.height() - LANE and self._wave.scene().lanes

    def _under(self, place: QPointF) -> Hit | None:
        """The cue, or in the lane the mark, at *place*."""
        if self._in_lane(place):
            return self.mark_at(place.x())
        return None if place.y() < RULER else self.hit(place.x())

    def mark_at(self, x: float) -> Hit | None:
        """The mark of the lane at *x*."""
        return mark_drag.mark_at(self._wave.scene().marks, self._wave.view, x, self._session.selection)

    def _press_mark(self, place: QPointF, ms: float, modifiers: Qt.KeyboardModifier) -> None:
        """Choose the mark in the lane under the pointer, and take hold of it."""
        found = self.mark_at(place.x())
        if found is None:
            return
        self._press = _Press(place, ms, found.part, found.cue, self._session.document, mark=True)
        chosen = self._session.selection
        if modifiers & Modifier.ControlModifier:
            rest = tuple(one for one in chosen if one != found.cue.id)
            self._session.select(rest if found.cue.id in chosen else (*rest, found.cue.id))
        elif found.cue.id not in chosen or found.part is not Part.BODY:
            self._session.select((found.cue.id,))
        if not modifiers:
            self._player.seek(found.cue.end if found.part is Part.END else found.cue.start)

    def hit(self, x: float) -> Hit | None:
        """What is at *x*."""
        reach = self._wave.view.scale * REACH
        first, last = self._wave.index.range(self._wave.view.ms(x) - reach, self._wave.view.ms(x) + reach)
        if last - first > MANY:
            return None
        return hit(self._wave.index.cues[first:last], self._wave.view, x, self._session.selection)

    def _choose(self, cue: Cue, modifiers: Qt.KeyboardModifier, body: bool) -> None:
        chosen = self._session.selection
        if modifiers & Modifier.ControlModifier and body:
            rest = tuple(one for one in chosen if one != cue.id)
            self._session.select(rest if cue.id in chosen else (*rest, cue.id))
        elif modifiers & Modifier.ShiftModifier and body and self._session.current:
            places = sorted((self._session.row(self._session.current), self._session.row(cue.id)))
            ids = [one.id for one in self._session.document.cues[places[0] : places[1] + 1]]
            self._session.select((*(one for one in ids if one != cue.id), cue.id))
        elif cue.id not in chosen or not body:
            self._session.select((cue.id,))

    def moved(self, event: QMouseEvent) -> None:
        """The pointer moved, with or without a button."""
        press = self._press
        if press is None:
            self._hover(event.position())
            return
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        ms = self._wave.view.ms(event.position().x())
        if press.seeking:
            self._player.seek(round(min(max(ms, self._wave.view.start), self._wave.view.end)))
        elif press.grip is None and (event.position() - press.at).manhattanLength() < QApplication.startDragDistance():
            return
        elif press.part is None or press.cue is None:
            self.drawn = self._new_span(press.ms, ms)
            self._wave.refresh()
        else:
            self._drag(press, ms, event.modifiers())

    def _drag(self, press: _Press, ms: float, modifiers: Qt.KeyboardModifier) -> None:
        rate = self._session.frame_rate
        assert press.part is not None and press.cue is not None  # noqa: S101, PT018 - the caller has looked
        if press.mark:
            self._drag_mark(press, ms, modifiers)
            return
        if press.grip is None:
            chosen = self._session.selection if press.part is Part.BODY else ()
            ids = [one for one in chosen if self._session.cue(one)] or [press.cue.id]
            press.grip = grip(
                self._wave.index, press.part, ids, rate=rate, duration=self._player.duration,
                roll=bool(modifiers & Modifier.ControlModifier), free=bool(modifiers & Modifier.AltModifier),
            )  # fmt: skip
        near: list[int] = []
        if not modifiers & Modifier.ShiftModifier:
            gap = rate.ms_at(EDGE_GAP) if rate else 0
            near = targets(press.grip, self._wave.index, self._wave.cuts, self._player.position, gap=gap)
        press.move = drag(press.grip, ms - press.ms, near, REACH * self._wave.view.scale, rate)
        self._wave.refresh()

    def _drag_mark(self, press: _Press, ms: float, modifiers: Qt.KeyboardModifier) -> None:
        rate, document = self._session.frame_rate, press.base
        assert press.part is not None and press.cue is not None  # noqa: S101, PT018 - the caller has looked
        if press.grip is None:
            ids = {one for one in self._session.selection if self._session.mark(one)} or {press.cue.id}
            ids = ids if press.part is Part.BODY else {press.cue.id}
            duration = self._player.duration
            press.grip = mark_drag.grip_of(document, press.part, ids, rate=rate, duration=duration)
        near: list[int] = []
        if not modifiers & Modifier.ShiftModifier:
            here = self._player.position
            near = mark_drag.targets_of(press.grip, document, self._wave.index, self._wave.cuts, here)
        press.move = drag(press.grip, ms - press.ms, near, REACH * self._wave.view.scale, rate)
        self._wave.refresh()

    def _new_span(self, first: float, second: float) -> tuple[int, int] | None:
        """What the pointer has drawn from *first* to *second* ms, as far as no cue is there."""
        rate = self._session.frame_rate
        start, end = sorted((max(0, round(first)), max(0, round(second))))
        start, end = (rate.snap(start), rate.snap(end)) if rate else (start, end)
        for cue in self._wave.index.between(start, end):
            if cue.start >= first:
                end = min(end, cue.start)
            if cue.end <= first:
                start = max(start, cue.end)
        return (start, end) if end - start >= NEW else None

    def release(self, event: QMouseEvent) -> None:
        """The button was let go: what was dragged becomes an edit."""
        press, self._press = self._press, None
        drawn, self.drawn = self.drawn, None
        if press is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if drawn is not None:
            document, made = inserted(self._session.document, *drawn)
            self._session.edit(self.tr("Insert a cue"), document, select=(made,))
        elif press.grip is not None and press.move is not None:
            label = self.tr("Move") if press.part is Part.BODY else self.tr("Trim")
            document = self._session.document
            after = mark_drag.dropped(document, press.move) if press.mark else dropped(document, press.grip, press.move)
            self._session.close_merge()
            self._session.edit(label, after)
        elif press.part is None and not press.seeking:
            self._player.seek(round(press.ms))
        self._wave.refresh()

    def double(self, event: QMouseEvent) -> None:
        """A double click plays the cue, or the mark."""
        found = self._under(event.position())
        if found is not None:
            self._player.play_span(found.cue.start, found.cue.end)

    def _hover(self, place: QPointF) -> None:
        found = self._under(place)
        shape = Qt.CursorShape.ArrowCursor
        if found is not None:
            shape = Qt.CursorShape.OpenHandCursor if found.part is Part.BODY else Qt.CursorShape.SizeHorCursor
        self._wave.setCursor(shape)

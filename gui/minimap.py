"""The whole film in one strip: where cues are, where their problems are, and what the waveform shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import problems as wording
from gui.actions import Actions
from gui.player import Player
from gui.problems import Problems
from gui.session import Session
from gui.wave_math import View
from gui.wave_paint import blended, faded
from gui.waveform import Waveform
from plugin_core.clock import format_time
from plugin_core.document import Cue, Document

GRAVE = frozenset({"overlap", "empty", "untranslated", "wrong-script", "hallucination", "glossary"})
BAR = 3  # pixels of width; problems closer than that are counted together
REACH = 5  # pixels from the pointer in which a problem is looked for
TOP = 22  # pixels of height for problems; below them the cues
WAIT = 150  # ms; problems come in slices and edits in bursts, and counting all of them takes a while

Role = QPalette.ColorRole


class Minimap(QWidget):
    """
    Problems as bars, taller where there are more: solid for what must be mended, pale for what deserves a look.

    A click goes there, and to the cue with a problem if one is near; dragging goes on. A frame shows what the waveform
    shows.
    """

    def __init__(  # noqa: PLR0917 - the parts it stands between
        self,
        session: Session,
        player: Player,
        problems: Problems,
        waveform: Waveform,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._player, self._problems, self._wave = session, player, problems, waveform
        self._strip: QPixmap | None = None
        self._counts = self._count(session.document.cues)
        self._later = QTimer(self, interval=WAIT, singleShot=True)
        self._later.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        actions.attach(self, "cues")
        session.changed.connect(self._changed)
        problems.altered.connect(self._judged)
        problems.finished.connect(self._tell)
        player.position_changed.connect(self._moved)
        player.media_changed.connect(self._refresh)
        waveform.view_changed.connect(lambda _view: self.update())
        self._x = 0
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(600, TOP + 12)

    @property
    def view(self) -> View:
        """The whole film over the width."""
        return View(0.0, max(1, self._wave.duration) / max(1, self.width()), max(1, self.width()))

    # -- what changed --

    def _changed(self, before: Document, after: Document) -> None:
        """The counts go along with the rows: as the problems do, they begin anew where what is judged by is other."""
        band = self._session.band(before, after)
        same = (before.languages, before.media) == (after.languages, after.media) and before.marks is after.marks
        if not same:
            self._counts = self._count(after.cues)
        elif band:
            kept, last = self._counts, band.start + band.removed
            parts = (kept[:, : band.start], self._count(band.new(after.cues)), kept[:, last:])
            self._counts = np.concatenate(parts, axis=1)
        if band or before.media is not after.media:
            self._soon()
        if not self._problems.busy:  # else it is told when they are all judged
            self._tell()

    def _judged(self, ids: Iterable[str]) -> None:
        for key in ids:
            cue = self._session.cue(key)
            if cue is not None:
                self._counts[:, self._session.row(key)] = self._count((cue,))[:, 0]
        self._soon()

    def _count(self, cues: Sequence[Cue]) -> npt.NDArray[np.int16]:
        """(2, cues): how many grave and how many other problems each of *cues* has, as far as is known."""
        counts = np.zeros((2, len(cues)), np.int16)
        for row, cue in enumerate(cues):
            for problem in self._problems.found(cue.id):
                counts[int(problem.code not in GRAVE), row] += 1
        return counts

    def _soon(self) -> None:
        """What is drawn is no longer true: it is drawn anew when it is painted next, at the latest in a moment."""
        self._strip = None
        if not self._later.isActive():
            self._later.start()

    def _refresh(self) -> None:
        self._strip = None
        self.update()

    def _moved(self, ms: int) -> None:
        x = round(self.view.x(ms))
        for place in (self._x, x):
            self.update(QRect(place - 2, 0, 5, self.height()))
        self._x = x

    def _tell(self) -> None:
        """Say how many cues have problems."""
        count = int(np.count_nonzero(self._counts.any(axis=0)))
        self.setAccessibleDescription(self.tr("Cues with problems: {count}").format(count=count))
        self._soon()

    # -- painting --

    def counted(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """How many grave and how many other problems lie in each bar of ``BAR`` pixels."""
        size = max(1, -(-self.width() // BAR))
        places = (self._wave.index.starts / self.view.scale).astype(np.intp) // BAR
        places = np.minimum(places, size - 1)
        grave, others = (np.bincount(places, row, size).astype(np.int64) for row in self._counts)
        return grave, others

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._strip is None:
            self._strip = self._drawn()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._strip)
        view, shown = self.view, self._wave.view
        left, right = round(view.x(shown.start)), round(view.x(min(shown.end, self._wave.duration)))
        accent = self.palette().color(Role.Highlight)
        frame = QRect(left, 0, max(4, right - left), self.height())
        painter.fillRect(frame, faded(accent, 0.16))
        painter.setPen(accent)
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        self._x = round(view.x(self._player.position))
        painter.fillRect(self._x, 0, 1, self.height(), self.palette().color(Role.Text))
        painter.end()

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        base, text = self.palette().color(Role.Window), self.palette().color(Role.Text)
        pixmap.fill(base)
        painter = QPainter(pixmap)
        cues, shade = QRect(0, TOP, self.width(), self.height() - TOP), blended(base, text, 0.35)
        covered = self._wave.index.coverage(self.view)
        for first, last in _runs(covered):
            painter.fillRect(first, cues.top() + 3, last - first, cues.height() - 6, shade)
        grave, others = self.counted()
        pale = blended(base, text, 0.5)
        for place in np.flatnonzero(grave + others):
            tall = _height(int(grave[place]))
            both = _height(int(grave[place] + others[place]))
            painter.fillRect(int(place) * BAR, TOP - both, BAR - 1, both - tall, pale)
            painter.fillRect(int(place) * BAR, TOP - tall, BAR - 1, tall, text)
        painter.fillRect(0, TOP, self.width(), 1, faded(text, 0.25))
        painter.end()
        return pixmap

    # -- the pointer --

    def near(self, x: float) -> Cue | None:
        """The cue with a problem nearest to *x*, within ``REACH`` pixels."""
        view = self.view
        found = [
            cue
            for cue in self._wave.index.between(view.ms(x - REACH), view.ms(x + REACH))
            if self._problems.found(cue.id)
        ]
        return min(found, key=lambda cue: abs(view.x(cue.start) - x), default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        cue = self.near(event.position().x()) if event.position().y() < TOP else None
        if cue is None:
            self._go(event.position().x())
        else:
            self._player.seek(cue.start)
            self._session.select((cue.id,))
            self._wave.reveal(cue.start, cue.end)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def _go(self, x: float) -> None:
        ms = min(max(0.0, self.view.ms(x)), float(self._wave.duration))
        self._player.seek(round(ms))
        shown = self._wave.view
        self._wave.show_view(shown.moved(ms - (shown.start + shown.end) / 2, self._wave.duration))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told(event.x()), self)
            return True
        return super().event(event)

    def told(self, x: float) -> str:
        """What is at *x*: the time, and what is wrong with the cue there."""
        cue = self.near(x)
        if cue is None:
            return format_time(max(0, round(self.view.ms(x))))[:-4]
        names = dict.fromkeys(wording.name(problem.code) for problem in self._problems.found(cue.id))
        text = " ".join(" / ".join(one for one in cue.texts if one).split())
        return "\n".join((format_time(cue.start)[:-4], text, ", ".join(names)))

    # -- the rest --

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._refresh()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Names in the language now installed."""
        self.setAccessibleName(self.tr("Overview of the film"))
        self._tell()


def _height(count: int) -> int:
    """Pixels of a bar of *count* problems: the first counts most."""
    return 0 if count == 0 else min(TOP - 3, 5 + round(4 * float(np.log2(count))))


def _runs(covered: Sequence[bool] | npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches of *covered* columns, as (first, one past the last)."""
    change = np.flatnonzero(np.diff(np.concatenate(([False], covered, [False])).astype(np.int8)))
    return list(zip(change[::2].tolist(), change[1::2].tolist(), strict=True))

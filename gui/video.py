"""The video with the cue of the moment drawn as it will look, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import overlay
from gui.actions import Actions
from gui.frames import Frames
from gui.player import Player
from gui.sentences import said
from gui.session import Session
from gui.wave_math import CueIndex
from plugin_core.document import Cue, Document
from plugin_core.errors import SettingsError, ZimuError
from plugin_core.formats.layout import ORDERS, Layout

LARGEST = QSize(1920, 1080)  # pixels; more than a window of the picture shows is not worth its time


class VideoView(QWidget):
    """
    The picture at the player's position, with the cues shown there.

    A cue is seen from the frame nearest to its start until that nearest to its end, as in the editing programs. A
    click plays or stops.
    """

    def __init__(
        self,
        session: Session,
        player: Player,
        actions: Actions,
        layout: Layout = Layout(),  # noqa: B008 - a frozen value
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._player, self._layout = session, player, layout
        self.frames = Frames(self)
        self._image = QImage()
        self._index = CueIndex(session.document.cues)
        self._path: Path | None = None
        self._trouble = ""
        self._cues: list[Cue] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 136)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        actions.attach(self, "cues")
        session.changed.connect(self._changed)
        session.rules_changed.connect(self._ruled)
        player.position_changed.connect(self._moved)
        player.media_changed.connect(self._media)
        player.failed.connect(self._failed)
        self.frames.ready.connect(self._show)
        self.frames.failed.connect(self._failed)
        self.retranslate()
        self._media()

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues drawn now."""
        return tuple(self._cues)

    @property
    def image(self) -> QImage:
        """The frame drawn now; null if there is none."""
        return self._image

    def set_layout(self, layout: Layout) -> None:
        """Draw other languages, or in another order."""
        self._layout = layout
        self.update()

    def close_file(self) -> None:
        """End the thread that decodes."""
        self.frames.close()

    # -- what changed --

    def _media(self) -> None:
        if self._player.path != self._path:
            self._path, self._image, self._trouble = self._player.path, QImage(), ""
            self.frames.open(self._path)
        self._moved(self._player.position)
        self.update()

    def _failed(self, error: ZimuError) -> None:
        self._trouble, self._image = said(str(error)), QImage()
        self.update()

    def _changed(self, before: Document, after: Document) -> None:
        old = self._cues
        if before.cues is not after.cues:
            self._index = self._index.led_on(after.cues, self._session.band(before, after))
        self._find()
        if old != self._cues or (before.languages, before.media) != (after.languages, after.media):
            self.update()

    def _ruled(self) -> None:
        """The frame rate may be another, and with it the frames on which a cue is seen."""
        self._moved(self._player.position)

    def _moved(self, ms: int) -> None:
        if self._path is not None:
            ratio = self.devicePixelRatioF()
            size = QSize(round(self.width() * ratio), round(self.height() * ratio))
            self.frames.want(ms, size.boundedTo(LARGEST))
        old = self._cues
        self._find()
        if old != self._cues:
            self.update()

    def _find(self) -> None:
        """The cues on the frame at the player's position."""
        now, rate = self._player.position, self._session.frame_rate or self._player.frame_rate
        if rate is None:
            self._cues = self._index.at(now)
        else:
            frame = rate.frame_at(now)
            near = self._index.between(now - 1000, now + 1000)
            self._cues = [cue for cue in near if rate.frame_at(cue.start) <= frame < rate.frame_at(cue.end)]
        self.setAccessibleDescription(" ".join(" ".join(self._cues[0].texts).split()) if self._cues else "")

    def _show(self, image: QImage, start: int) -> None:
        del start
        self._image = image
        self.update()

    # -- painting --

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self.picture_area()
        if not self._image.isNull():
            painter.drawImage(area, self._image)
        elif self._trouble or self._path is None:
            self._say(painter, area)
        overlay.draw(painter, area, self._cues, self._session.document.languages, self._shown())
        if self.hasFocus():
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def picture_area(self) -> QRectF:
        """Where the picture lies in the widget; 16 to 9 where there is none."""
        media = self._session.document.media
        shape = QSizeF(self._image.size()) if not self._image.isNull() else QSizeF(media.width, media.height)
        return overlay.fitted(shape if shape.width() > 0 and shape.height() > 0 else QSizeF(16, 9), QRectF(self.rect()))

    def _shown(self) -> Sequence[str]:
        try:
            return self._layout.shown(self._session.document)
        except SettingsError:
            return self._session.document.languages
        except ZimuError:  # a language the document does not have (any more)
            return Layout(ORDERS[0]).shown(self._session.document)

    def _say(self, painter: QPainter, area: QRectF) -> None:
        text = self._trouble or self.tr("No media")
        painter.setPen(QColor(170, 170, 170))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area.adjusted(24, 12, -24, -area.height() * 0.3), flags, text)

    # -- the rest --

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._player.toggle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._moved(self._player.position)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Names in the language now installed."""
        self.setAccessibleName(self.tr("Video"))
        self.setToolTip(self.tr("Click to play or pause"))
        self.update()

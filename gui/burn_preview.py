"""A still of the burned-in picture, drawn by what will draw the film: at the playhead, and from cue to cue."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.background import Background, one_step
from gui.frames import FrameReader
from gui.sentences import said
from plugin_core import burning
from plugin_core.clock import format_time
from plugin_core.document import Document
from plugin_core.errors import MediaError, ZimuError
from plugin_core.formats import Layout

LARGEST = QSize(1280, burning.HEIGHT)


def still(document: Document, layout: Layout, at: int) -> QImage:
    """The picture at *at* ms with the subtitles burned in; MediaError says why there is none."""
    reader = FrameReader(Path(document.media.path))
    try:
        found = reader.at(at)
        if found is None:
            raise MediaError("media.no-frames", f"No picture of {Path(document.media.path).name} can be decoded.")
        begin, frame = found
        picture = QByteArray()
        buffer = QBuffer(picture)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        reader.image(frame, LARGEST).save(buffer, "PNG")  # type: ignore[call-overload]  # the stub says bytes, which it refuses
    finally:
        reader.close()
    return QImage.fromData(burning.still(bytes(picture.data()), begin, document, layout=layout))


class BurnPreview(QWidget):
    """The still of *document* that was asked for last. Nothing waits for it."""

    def __init__(self, at: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._layout, self._at = Document(), Layout(), at
        self._image = QImage()
        self._again = False
        self.work = Background(self)
        self.work.finished.connect(self._drawn)
        self.work.failed.connect(self._refused)
        self.picture = QLabel(self)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setWordWrap(True)
        self.picture.setMinimumSize(240, 135)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.time = QLabel(self)
        self.time.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.before, self.after = QPushButton(self), QPushButton(self)
        for button, by in ((self.before, -1), (self.after, 1)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, by=by: self.step(by))
        row = QHBoxLayout()
        row.addWidget(self.before)
        row.addWidget(self.time, 1)
        row.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self.retranslate()

    @property
    def image(self) -> QImage:
        """What is shown; null while there is nothing."""
        return self._image

    def show_document(self, document: Document, layout: Layout) -> None:
        """Draw *document* with the languages of *layout*, where it was looked at last."""
        self._document, self._layout = document, layout
        self._draw()

    def step(self, by: int) -> None:
        """Show the middle of the next cue (1), or of the one before (-1)."""
        cues = self._document.cues
        later = (cue for cue in cues if cue.start > self._at)
        earlier = (cue for cue in reversed(cues) if cue.end <= self._at)
        cue = next(later if by > 0 else earlier, None)
        if cue is not None:
            self._at = (cue.start + cue.end) // 2
            self._draw()

    def stop(self) -> None:
        """Nothing is wanted any more."""
        self._again = False
        self.work.cancel()

    def _draw(self) -> None:
        document, layout, at = self._document, self._layout, self._at
        self.time.setText(format_time(at))
        if self._image.isNull():
            self.picture.setText(self.tr("Drawing…"))
        self._again = not self.work.start(lambda: one_step(lambda: still(document, layout, at)))

    def _drawn(self, image: QImage) -> None:
        self._image = image
        self._fit()
        if self._again:
            self._draw()

    def _refused(self, error: ZimuError) -> None:
        self._image = QImage()
        self.picture.setText("\n".join(said(part) for part in (error.message, error.hint) if part))
        if self._again:
            self._draw()

    def _fit(self) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        room = self.picture.size() * ratio
        shown = QPixmap.fromImage(self._image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.picture.setAccessibleName(self.tr("The picture as it will be"))
        self.before.setText(self.tr("Cue before"))
        self.after.setText(self.tr("Next cue"))

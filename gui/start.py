"""The start page: drop something, choose it, go on with a recent file, or try the sample."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.i18n import on_language_change
from gui.recent import Recent
from plugin_core import modelstore


def sample() -> Path | None:
    """The film that comes with Zimu, if it is there."""
    folder = modelstore.embedded()
    film = folder / "sample" / "sample.mp4" if folder else None
    return film if film and film.is_file() else None


class DropArea(QFrame):
    """A place to drop files on, with a button for those who rather choose. ``dropped`` carries their paths."""

    dropped = Signal(object)  # tuple[Path, ...]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = False
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(self)
        self.button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(520, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed border; a stronger one while something hangs over it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.Highlight if self._over else QPalette.ColorRole.PlaceholderText
        painter.setPen(QPen(self.palette().color(role), 3 if self._over else 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 10, 10)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event):
            self._hover(over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(over=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(over=False)
        event.acceptProposedAction()
        self.dropped.emit(files_in(event))

    def _hover(self, *, over: bool) -> None:
        self._over = over
        self.update()


def files_in(event: QDropEvent) -> tuple[Path, ...]:
    """The files a drop brings."""
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())


class StartPage(QWidget):
    """
    What is shown while nothing is open. ``open_wanted(paths)`` asks to open files, ``sample_wanted`` the sample.

    Opening a film and "Make subtitles" are the two clicks to a first result.
    """

    open_wanted = Signal(object)  # tuple[Path, ...]
    sample_wanted = Signal()

    def __init__(self, recent: Recent, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        self.title, self.subtitle, self.recent_title = QLabel(self), QLabel(self), QLabel(self)
        for label, size, bold in ((self.title, 2.0, True), (self.recent_title, 1.1, True)):
            font = label.font()
            font.setPointSizeF(font.pointSizeF() * size)
            font.setBold(bold)
            label.setFont(font)
        self.subtitle.setWordWrap(True)
        self.subtitle.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.drop = DropArea(self)
        self.drop.dropped.connect(self.open_wanted)
        self.drop.button.clicked.connect(actions["file.open"].trigger)
        self.sample, self.batch = QPushButton(self), QPushButton(self)
        self.sample.clicked.connect(self.sample_wanted)
        self.sample.setVisible(sample() is not None)
        self.batch.clicked.connect(actions["file.batch"].trigger)
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        self.recent_title.setBuddy(self.list)
        self._lay_out()
        recent.changed.connect(self._fill)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.title.setText(self.tr("Zimu"))
        self.subtitle.setText(self.tr("Bilingual subtitles, made on this machine. Nothing leaves it."))
        self.drop.words.setText(self.tr("Drop a film, a sound, subtitles, a timeline or a Zimu document here"))
        self.drop.setAccessibleName(self.drop.words.text())
        self.drop.button.setText(self.tr("Choose a file…"))
        self.sample.setText(self.tr("Try the sample"))
        self.batch.setText(self.tr("Several films at once…"))
        self.recent_title.setText(self.tr("Recent"))
        self.list.setAccessibleName(self.tr("Recent files"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

    def _lay_out(self) -> None:
        more = QHBoxLayout()
        more.addWidget(self.sample)
        more.addWidget(self.batch)
        more.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addStretch(1)
        for widget in (self.title, self.subtitle):
            column.addWidget(widget)
        column.addWidget(self.drop, 3)
        column.addLayout(more)
        column.addSpacing(8)
        column.addWidget(self.recent_title)
        column.addWidget(self.list, 3)
        column.addStretch(1)
        middle = QWidget(self)
        middle.setMaximumWidth(760)
        middle.setLayout(column)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)

    def _fill(self) -> None:
        """Every recent file by its name, with its folder; one that is gone says so."""
        self.list.clear()
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_FileIcon)
        for file in self._recent.files:
            there = file.exists()
            words = self.tr("{name}  —  {folder}") if there else self.tr("{name}  —  not found in {folder}")
            item = QListWidgetItem(icon, words.format(name=file.name, folder=file.parent), self.list)
            item.setData(Qt.ItemDataRole.UserRole, file)
            item.setToolTip(str(file))
            if not there:
                item.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        self.recent_title.setVisible(self.list.count() > 0)
        self.list.setVisible(self.list.count() > 0)

    def _open(self, item: QListWidgetItem) -> None:
        self.open_wanted.emit((item.data(Qt.ItemDataRole.UserRole),))

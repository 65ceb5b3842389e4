"""What a shot is described as, to be written in its place in the gallery: a line for each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget

from plugin_core.captioning.marking import LANGUAGES
from plugin_core.languages import own_name

LONGEST = 500  # characters


class CaptionEditor(QFrame):
    """A line for each language. ``left`` tells that the keyboard went elsewhere; Tab goes through the lines."""

    left = Signal()

    def __init__(self, texts: Mapping[str, str], languages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        self.lines: dict[str, QLineEdit] = {}
        for language in dict.fromkeys((*languages, *texts, *LANGUAGES)):
            self.lines[language] = line = QLineEdit(texts.get(language, ""), self)
            line.setMaxLength(LONGEST)
            line.setCursorPosition(0)
            line.setPlaceholderText(own_name(language))
            line.setAccessibleName(own_name(language))
            column.addWidget(line)
        self.setFocusProxy(next(iter(self.lines.values())))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)

    @property
    def texts(self) -> dict[str, str]:
        """What is written, by language."""
        return {language: line.text() for language, line in self.lines.items()}

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if before in self.lines.values() and now is not None and not self.isAncestorOf(now):
            self.left.emit()

"""The fields of the editor that are not texts: times and who speaks."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from gui.session import Session
from plugin_core import clock
from plugin_core.errors import ZimuError


class TimeField(QLineEdit):
    """A time, typed as a clock time or in seconds; the arrow keys move it by a frame. *entered* carries ms."""

    entered = Signal(int)
    refused = Signal(str)
    stepped = Signal(int)  # frames

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ms: int | None = None
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._on_finished)

    def show_time(self, ms: int | None) -> None:
        """Show *ms*; nothing for None."""
        self._ms = ms
        self.setText("" if ms is None else clock.format_time(ms))
        self.setEnabled(ms is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._on_finished()
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.show_time(self._ms)
        else:
            super().keyPressEvent(event)

    def _on_finished(self) -> None:
        if self._ms is None or self.text() == clock.format_time(self._ms):
            return
        try:
            ms = clock.parse_time(self.text())
        except ZimuError as error:
            self.refused.emit(str(error))
            ms = self._ms
        before = self._ms
        self.show_time(before)
        if ms != before:
            self.entered.emit(ms)


class SpeakerBox(QComboBox):
    """Who speaks, typed or chosen among those who speak elsewhere in the document."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def showPopup(self) -> None:
        self.fill()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.fill()
        super().focusInEvent(event)

    def fill(self) -> None:
        """Offer everybody who speaks in the document now."""
        names = sorted({cue.speaker for cue in self._session.document.cues} - {""})
        if names != [self.itemText(place) for place in range(self.count())]:
            text = self.currentText()
            with QSignalBlocker(self):
                self.clear()
                self.addItems(names)
                self.setEditText(text)

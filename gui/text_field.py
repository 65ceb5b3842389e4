"""One text of a cue, typed with any input method: doubtful words are underlined, undo is the session's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.spelling import Speller

PAUSE = 2000  # ms without typing, after which the next key is an undo step of its own
Spans = tuple[tuple[int, int], ...]


class Underlines(QSyntaxHighlighter):
    """Waves under words no dictionary knows, dots under words the recogniser was not sure of."""

    def __init__(self, document: QTextDocument, speller: Speller | None) -> None:
        super().__init__(document)
        self._speller = speller
        self.language = ""
        self.unsure: Spans = ()

    def highlightBlock(self, text: str) -> None:
        """Underline what is to be underlined in one line."""
        offset = self.currentBlock().position()
        style = QTextCharFormat.UnderlineStyle
        for start, end in self.unsure:
            self._under(start - offset, end - offset, len(text), style.DotLine)
        if self._speller is not None and self.language:
            for start, end in self._speller.unknown(text, self.language):
                self._under(start, end, len(text), style.SpellCheckUnderline)

    def _under(self, start: int, end: int, length: int, style: QTextCharFormat.UnderlineStyle) -> None:
        start, end = max(0, start), min(end, length)
        if start < end:
            looks = QTextCharFormat()
            looks.setUnderlineStyle(style)
            self.setFormat(start, end - start, looks)


class TextField(QPlainTextEdit):
    """
    The text of one language. *typed* carries it after every change a person made, never while a word is composed.

    *paused* says that typing came to rest: a pause, or the focus went elsewhere.
    """

    typed = Signal(str)
    paused = Signal()
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, speller: Speller | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self._shown = ""
        self._waiting: str | None = None
        self._speller = speller
        self.underlines = Underlines(self.document(), speller)
        self.setUndoRedoEnabled(False)  # the session knows the way back
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.paused)
        self.textChanged.connect(self._on_text)
        if speller is not None:
            speller.ready.connect(self._on_dictionary)

    @property
    def composing(self) -> bool:
        """Whether an input method has a word in the making."""
        return self._composing

    def show_text(self, text: str) -> None:
        """Show *text*, which the session has now; the caret stays with the characters around it."""
        if self._composing:
            self._waiting = text
            return
        old = self.toPlainText()
        if text == old:
            self._shown = text
            return
        start, end_old, end_new = _difference(old, text)
        self._shown = text
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end_old, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[start:end_new])

    def underline(self, language: str, unsure: Spans) -> None:
        """Underline in *language*, and the characters of *unsure*."""
        if (self.underlines.language, self.underlines.unsure) != (language, unsure):
            self.underlines.language, self.underlines.unsure = language, unsure
            self.underlines.rehighlight()

    @property
    def caret(self) -> int:
        """How many characters are before the caret."""
        return self.textCursor().position()

    @caret.setter
    def caret(self, place: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(min(max(0, place), len(self.toPlainText())))
        self.setTextCursor(cursor)

    def wrap(self, before: str, after: str) -> None:
        """Put *before* and *after* around what is marked, or around everything; take them away if they are there."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.Document)
        text = cursor.selectedText().replace("\u2029", "\n")
        bare = text.startswith(before) and text.endswith(after) and len(text) >= len(before) + len(after)
        cursor.insertText(text[len(before) : len(text) - len(after)] if bare else f"{before}{text}{after}")

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the session."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _asks_back(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_asked.emit()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        if self._composing:
            return
        self._on_text()
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            if not event.commitString():
                self.show_text(waiting)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pause.stop()
        self.paused.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        cursor = self.cursorForPosition(event.pos())
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        word, language = cursor.selectedText(), self.underlines.language
        if self._speller is not None and word and any(self._speller.unknown(word, language)):
            first = menu.actions()[0]
            for suggestion in self._speller.suggestions(word, language):
                action = menu.addAction(suggestion)
                action.triggered.connect(_inserting(cursor, suggestion))
                menu.insertAction(first, action)
            speller = self._speller
            action = menu.addAction(self.tr("Add to the dictionary"))
            action.triggered.connect(lambda: speller.add(word))
            menu.insertAction(first, action)
            menu.insertSeparator(first)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Setting the role sends the same event again.
        if event.type() == QEvent.Type.PaletteChange and self.backgroundRole() != QPalette.ColorRole.Base:
            self.setBackgroundRole(QPalette.ColorRole.Base)

    def _on_text(self) -> None:
        if self._composing:
            return
        text = self.toPlainText()
        if text != self._shown:
            self._shown = text
            self._pause.start()
            self.typed.emit(text)

    def _on_dictionary(self, language: str) -> None:
        if language == self.underlines.language:
            self.underlines.rehighlight()


def _asks_back(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo)


def _inserting(cursor: QTextCursor, text: str) -> Callable[[], None]:
    return lambda: cursor.insertText(text)


def _difference(old: str, new: str) -> tuple[int, int, int]:
    """The start of what differs, and its end in *old* and in *new*."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    tail = next((n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start)
    return start, len(old) - tail, len(new) - tail

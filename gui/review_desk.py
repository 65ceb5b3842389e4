"""Review, changes and marks with the corrections behind them: one object that a correction panel puts into its tabs."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.changes import ChangesPanel
from gui.corrector import Caret, Corrector
from gui.jobs import Jobs
from gui.marks import MarksPanel
from gui.preferences import Preferred
from gui.problems import Problems
from gui.review import ReviewPanel
from gui.review_queue import ReviewQueue
from gui.session import Session
from gui.text_field import TextField


class Writes(Protocol):
    """What is needed of an editor: its text fields, one per language of the document, in that order."""

    def fields(self) -> tuple[TextField, ...]: ...


class Plays(Protocol):
    """What is needed of a player."""

    @property
    def position(self) -> int: ...

    def seek(self, ms: int) -> None: ...

    def play_span(self, start: int, end: int) -> None: ...


class ReviewDesk(QObject):
    """
    Makes ``review``, ``changes`` and ``marks`` (widgets) and ``corrector``, and connects them with each other.

    *said* carries a sentence for the person and its kind (info, good, warning or error); *glossary_chosen* a glossary
    that is to be the preferred one.
    """

    said = Signal(str, str)
    glossary_chosen = Signal(object)  # Path

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Plays,
        actions: Actions,
        *,
        preferred: Preferred,
        problems: Problems,
        window: QWidget,
        editor: Writes | None = None,
    ) -> None:
        super().__init__(window)
        self._session, self._editor = session, editor
        self.corrector = Corrector(session, jobs, preferred, self.caret, self)
        self.corrector.connect_actions(actions, window)
        self.corrector.said.connect(self.said)
        self.corrector.glossary_chosen.connect(self.glossary_chosen)
        self.queue = ReviewQueue(session, problems, self)
        self.review = ReviewPanel(session, actions, self.queue, player, window)
        self.changes = ChangesPanel(self.corrector, actions, window)
        self.marks = MarksPanel(session, actions, player, window)
        self.review.accepted.connect(self.corrector.remember)
        self.review.translation_wanted.connect(self.corrector.retranslate)
        self.review.writing_wanted.connect(self.write)

    def caret(self) -> Caret:
        """Where somebody writes, or wrote last."""
        languages, cue = self._session.document.languages, self._session.cue(self._session.current)
        fields = self._editor.fields() if self._editor is not None else ()
        for language, field in zip(languages, fields, strict=False):
            if field.hasFocus():
                cursor = field.textCursor()
                selected = cursor.selectedText().replace("\u2029", "\n")
                before = field.toPlainText()[: field.caret]
                return Caret(cue.id if cue else "", language, before, selected)
        return Caret(cue.id if cue else "", "", cue.texts[-1] if cue and len(cue.texts) > 1 else "")

    def write(self, cue_id: str, language: str, start: int, end: int) -> None:
        """Put the caret into the *language* text of a cue and mark the characters [start, end)."""
        languages = self._session.document.languages
        fields = self._editor.fields() if self._editor is not None else ()
        if language not in languages or len(fields) < len(languages):
            return
        if self._session.current != cue_id:
            self._session.select((cue_id,))
        field = fields[languages.index(language)]
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        cursor = field.textCursor()
        last = len(field.toPlainText())
        cursor.setPosition(min(start, last) if end else last)
        cursor.setPosition(min(end, last) if end else last, QTextCursor.MoveMode.KeepAnchor)
        field.setTextCursor(cursor)

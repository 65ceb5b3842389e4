"""
The editor below the table: the texts of the current cue in every language, its times, speaker and style note.

Typing goes into the document at once, as one undo step until a pause. With several cues selected their texts are shown
together, parted by blank lines, and typed together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.fields import SpeakerBox, TimeField
from gui.models import unsure
from gui.searching import Place
from gui.session import Session
from gui.spelling import Speller
from gui.text_field import TextField
from plugin_core import edits, languages, typography
from plugin_core.document import Cue, Document
from plugin_core.errors import ZimuError

PARTED = "\n\n"  # between the texts of several cues
MOST = 200  # cues whose texts are shown together


class _Column(QWidget):
    """The text of one language, under its name and what its longest line, its lines and its speed are."""

    def __init__(self, language: str, speller: Speller | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.language = language
        self.title = QLabel(languages.own_name(language), self)
        self.counts = QLabel(self)
        self.counts.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.field = TextField(speller, self)
        self.title.setBuddy(self.field)
        font = self.field.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.field.setFont(font)
        self.field.setMinimumHeight(2 * self.field.fontMetrics().lineSpacing() + 16)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.counts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.field, 1)


class CueEditor(QWidget):
    """
    Everything of the selected cues that can be typed. *refused* says in a sentence why something was not taken.

    Splitting at the caret, italics and accepting are here; what moves times is ``correcting.Correcting``.
    """

    refused = Signal(str)

    def __init__(
        self, session: Session, actions: Actions, speller: Speller | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._speller = speller
        self._columns: list[_Column] = []
        self._cue_ids: tuple[str, ...] = ()
        self._build()
        self._connect(actions)
        self.retranslate()
        self._renew(session.document, session.document)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.start, self.end, self.duration = TimeField(self), TimeField(self), TimeField(self)
        self.speaker = SpeakerBox(self._session, self)
        self.note = QLineEdit(self)
        self._labels = [QLabel(self) for _ in range(5)]
        self._several = QLabel(self)
        self._several.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for place, widget in enumerate((self.start, self.end, self.duration, self.speaker, self.note)):
            self._labels[place].setBuddy(widget)
            grid.addWidget(self._labels[place], 0, place)
            grid.addWidget(widget, 1, place)
        for place, share in enumerate((0, 0, 0, 1, 2)):
            grid.setColumnStretch(place, share)
        self._texts = QSplitter(Qt.Orientation.Horizontal, self)
        self._texts.setChildrenCollapsible(False)
        self._texts.setHandleWidth(12)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 12)
        box.setSpacing(8)
        box.addLayout(grid)
        box.addWidget(self._several)
        box.addWidget(self._texts, 1)
        self._fit()

    def _fit(self) -> None:
        for field in (self.start, self.end, self.duration):
            field.setFixedWidth(field.fontMetrics().horizontalAdvance("00:00:00.000") + 24)

    def _connect(self, actions: Actions) -> None:
        self.start.entered.connect(lambda ms: self._retime(start=ms))
        self.end.entered.connect(lambda ms: self._retime(end=ms))
        self.duration.entered.connect(self._set_duration)
        self.start.stepped.connect(lambda frames: self._step("start", frames))
        self.end.stepped.connect(lambda frames: self._step("end", frames))
        self.duration.stepped.connect(lambda frames: self._step("end", frames))
        for field in (self.start, self.end, self.duration):
            field.refused.connect(self.refused)
        line = self.speaker.lineEdit()
        assert line is not None  # noqa: S101 - the box is editable
        line.editingFinished.connect(self._on_speaker)
        self.speaker.activated.connect(self._on_speaker)
        self.note.editingFinished.connect(self._on_note)
        self._session.changed.connect(self._renew)
        self._session.selection_changed.connect(self._on_selection)
        self._session.rules_changed.connect(self._count)
        actions.attach(self, "editor")
        actions["cue.split-caret"].triggered.connect(self.split_at_caret)
        actions["cue.accept"].triggered.connect(self.accept)
        actions["text.italic"].triggered.connect(self.italic)
        actions["text.first"].triggered.connect(lambda: self.write_in(0))
        actions["text.second"].triggered.connect(lambda: self.write_in(1))
        actions["cue.speaker"].triggered.connect(lambda: _begin(line))
        actions["cue.note"].triggered.connect(lambda: _begin(self.note))

    # -- what a person does --------------------------------------------------------------------------------------

    def write_in(self, column: int) -> None:
        """Put the caret at the end of the text of the language in *column*."""
        if column < len(self._columns):
            field = self._columns[column].field
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.caret = len(field.toPlainText())

    def split_at_caret(self) -> None:
        """Cut the cue where the caret stands; the caret goes on in the second part."""
        column = self._focused()
        if column is None or len(self._cue_ids) != 1:
            return
        before = {cue.id for cue in self._session.document.cues}
        try:
            after = edits.split_text(self._session.document, self._cue_ids[0], column.language, column.field.caret)
        except ZimuError as error:
            self.refused.emit(str(error))
            return
        right = tuple(cue.id for cue in after.cues if cue.id not in before)
        self._session.close_merge()
        self._session.edit(self.tr("Split"), after, select=right)
        column.field.caret = 0

    def accept(self) -> None:
        """Go to the next cue; the caret goes to the end of its text in the same language."""
        row = self._session.row(self._session.current) + 1
        self._session.close_merge()
        if 0 < row < len(self._session.document.cues):
            self._session.select([self._session.document.cues[row].id])
            column = self._focused()
            if column is not None:
                column.field.caret = len(column.field.toPlainText())

    def italic(self) -> None:
        """Set what is marked, or the whole text, in italics, or not any more."""
        column = self._focused()
        if column is not None:
            column.field.wrap("<i>", "</i>")

    def mark(self, place: Place) -> None:
        """Mark what was found; the focus stays where it is."""
        for column in self._columns:
            if column.language == place.language and self._cue_ids == (place.cue_id,):
                cursor = column.field.textCursor()
                cursor.setPosition(min(place.start, len(column.field.toPlainText())))
                cursor.setPosition(min(place.end, len(column.field.toPlainText())), QTextCursor.MoveMode.KeepAnchor)
                column.field.setTextCursor(cursor)

    def fields(self) -> tuple[TextField, ...]:
        """The text fields, one per language."""
        return tuple(column.field for column in self._columns)

    # -- what is shown -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Every text in the language now installed."""
        names = (self.tr("Start"), self.tr("End"), self.tr("Duration"), self.tr("Speaker"), self.tr("Style note"))
        fields = (self.start, self.end, self.duration, self.speaker, self.note)
        for label, text, field in zip(self._labels, names, fields, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        self.note.setPlaceholderText(self.tr("top, song, on screen…"))
        for column in self._columns:
            column.field.setAccessibleName(self.tr("Text in {language}").format(language=column.title.text()))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.FontChange:
            self._fit()

    def _renew(self, _: Document, after: Document) -> None:
        if tuple(column.language for column in self._columns) != after.languages:
            self._rebuild(after.languages)
        self._show()

    def _rebuild(self, spoken: tuple[str, ...]) -> None:
        for column in self._columns:
            column.hide()
            column.deleteLater()
        self._columns = [_Column(language, self._speller, self._texts) for language in spoken]
        for column in self._columns:
            self._texts.addWidget(column)
            field = column.field
            field.typed.connect(lambda text, language=column.language: self._on_typed(language, text))
            field.paused.connect(self._session.close_merge)
            field.undo_asked.connect(self._session.undo.undo)
            field.redo_asked.connect(self._session.undo.redo)
            field.setAccessibleName(self.tr("Text in {language}").format(language=column.title.text()))
        for first, second in pairwise((self.note, *self.fields())):
            QWidget.setTabOrder(first, second)

    def _on_selection(self, ids: tuple[str, ...]) -> None:
        if ids != self._cue_ids:
            self._session.close_merge()
            self._show()

    def _cues(self) -> list[Cue]:
        found = (self._session.cue(key) for key in self._session.selection)
        cues = [cue for cue in found if cue is not None]
        return sorted(cues, key=lambda cue: (cue.start, cue.end, cue.id))

    def _show(self) -> None:
        cues = self._cues()
        shown, self._cue_ids = self._cue_ids, tuple(cue.id for cue in cues)
        one = cues[0] if len(cues) == 1 else None
        self.start.show_time(one.start if one else None)
        self.end.show_time(one.end if one else None)
        self.duration.show_time(one.duration if one else None)
        self.speaker.setEnabled(bool(cues))
        self.note.setEnabled(bool(cues))
        with QSignalBlocker(self.speaker):
            self.speaker.setEditText(_common(cue.speaker for cue in cues))
        self.note.setText(_common(cue.role for cue in cues))
        for place, column in enumerate(self._columns):
            texts = [cue.texts[place] for cue in cues]
            whole = len(texts) > 1 and any(PARTED in text for text in texts)
            column.field.show_text("" if len(texts) > MOST else PARTED.join(texts))
            if shown != self._cue_ids:
                column.field.caret = len(column.field.toPlainText())
            column.field.setReadOnly(not cues or whole or len(texts) > MOST)
            column.field.underline(column.language if cues else "", unsure(one) if one and not place else ())
        self._several.setVisible(len(cues) > 1)
        self._tell_several(cues)
        self._count()

    def _tell_several(self, cues: list[Cue], parts: int = 0) -> None:
        if parts and parts != len(cues):
            text = self.tr("{cues} cues are selected but there are {parts} texts: keep one blank line between cues.")
        else:
            text = self.tr("{cues} cues are selected. A blank line parts their texts.")
        self._several.setText(text.format(cues=len(cues), parts=parts))

    def _count(self) -> None:
        """What each text is, against what the rules allow."""
        cues = self._cues()
        for place, column in enumerate(self._columns):
            text = cues[0].texts[place] if len(cues) == 1 else ""
            column.counts.setText(self._measured(cues[0], text, column.language) if text else "")
            column.counts.setAccessibleName(column.counts.text())

    def _measured(self, cue: Cue, text: str, language: str) -> str:
        limits = self._session.profile.limits(language)
        widest = max(typography.width(line, language) for line in text.split("\n"))
        speed = typography.speed(text, language, cue.duration)
        over = widest > limits.characters or speed > limits.cps + 1e-6 or text.count("\n") >= limits.lines
        pattern = self.tr("{width} of {most} wide · {speed} of {limit} chars/s")
        said = pattern.format(
            width=f"{widest:g}", most=limits.characters, speed=f"{speed:.1f}", limit=f"{limits.cps:g}"
        )
        return f"⚠ {said}" if over else said

    # -- edits ---------------------------------------------------------------------------------------------------

    def _on_typed(self, language: str, text: str) -> None:
        cues = self._cues()
        if not cues:
            return
        texts = text.split(PARTED) if len(cues) > 1 else [text]
        self._tell_several(cues, len(texts))
        if len(texts) != len(cues):
            return
        given = {cue.id: part for cue, part in zip(cues, texts, strict=True)}
        after = edits.set_texts(self._session.document, language, given, self._session.row)
        self._session.edit(self.tr("Typing"), after, ("text", language, self._cue_ids))

    def _retime(self, start: int | None = None, end: int | None = None) -> None:
        cues = self._cues()
        if len(cues) != 1:
            return
        try:
            after = edits.retime(self._session.document, cues[0].id, start, end)
        except ZimuError as error:
            self.refused.emit(str(error))
            return
        self._session.close_merge()
        self._session.edit(self.tr("Times"), after)

    def _set_duration(self, ms: int) -> None:
        cues = self._cues()
        if cues:
            self._retime(end=cues[0].start + ms)

    def _step(self, edge: str, frames: int) -> None:
        cues, rate = self._cues(), self._session.frame_rate
        if not cues:
            return
        ms = cues[0].start if edge == "start" else cues[0].end
        moved = rate.ms_at(rate.frame_at(ms) + frames) if rate else ms + 40 * frames
        self._retime(**{edge: max(0, moved)})

    def _on_speaker(self, *_: object) -> None:
        name, cues = self.speaker.currentText().strip(), self._cues()
        if cues and name != _common(cue.speaker for cue in cues):
            after = edits.set_speaker(self._session.document, [cue.id for cue in cues], name)
            self._session.edit(self.tr("Speaker"), after)

    def _on_note(self) -> None:
        note, ids = " ".join(self.note.text().split()), set(self._cue_ids)
        if ids and note != _common(cue.role for cue in self._cues()):
            document = self._session.document
            cues = tuple(replace(cue, role=note) if cue.id in ids else cue for cue in document.cues)
            self._session.edit(self.tr("Style note"), replace(document, cues=cues))

    def _focused(self) -> _Column | None:
        found = [column for column in self._columns if column.field.hasFocus()]
        return found[0] if found else (self._columns[0] if self._columns else None)


def _common(values: Iterable[str]) -> str:
    """What all *values* are; "" if they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _begin(field: QLineEdit) -> None:
    field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    field.selectAll()

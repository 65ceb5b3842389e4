"""The find bar: look for a text or a pattern in one language or in all, go from place to place, replace."""

from __future__ import annotations

from itertools import islice, pairwise

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from gui.actions import Actions
from gui.i18n import on_language_change
from gui.searching import BadPattern, Place, Search
from gui.sentences import said
from gui.session import Session
from gui.spelling import Speller
from plugin_core import edits, languages
from plugin_core.document import Document

PAUSE = 150  # ms without typing, after which the places are counted
MOST = 9999  # places that are counted


class FindBar(QWidget):
    """Finds and replaces in *session*. *found* says which place is to be shown; *closed* that the bar was put away."""

    found = Signal(object)  # Place
    closed = Signal()

    def __init__(
        self, session: Session, actions: Actions, speller: Speller | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._speller = session, speller
        self._at: Place | None = None
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.count)
        self._connect(actions)
        self.retranslate()
        self.hide()

    # -- parts ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.text, self.new = QLineEdit(self), QLineEdit(self)
        self.text.setClearButtonEnabled(True)
        self.language = QComboBox(self)
        self.case, self.regex = QCheckBox(self), QCheckBox(self)
        self.previous, self.next = QPushButton(self), QPushButton(self)
        self.replace_one, self.replace_every = QPushButton(self), QPushButton(self)
        self.close_button = QToolButton(self)
        self.close_button.setAutoRaise(True)
        self.close_button.setText("✕")
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.find_label, self.new_label = QLabel(self), QLabel(self)
        self.find_label.setBuddy(self.text)
        self.new_label.setBuddy(self.new)
        options = QHBoxLayout()
        for widget in (self.language, self.case, self.regex):
            options.addWidget(widget)
        options.addWidget(self.said, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 6, 8, 6)
        for row, label, field, buttons in (
            (0, self.find_label, self.text, (self.previous, self.next)),
            (1, self.new_label, self.new, (self.replace_one, self.replace_every)),
        ):
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            for place, button in enumerate(buttons):
                grid.addWidget(button, row, 2 + place)
        grid.addWidget(self.close_button, 0, 4)
        grid.addLayout(options, 2, 1, 1, 4)
        grid.setColumnStretch(1, 1)
        order = (self.text, self.new, self.language, self.case, self.regex, self.previous, self.next,
                 self.replace_one, self.replace_every, self.close_button)  # fmt: skip
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _connect(self, actions: Actions) -> None:
        self.text.textChanged.connect(self._later)
        for box in (self.case, self.regex):
            box.toggled.connect(self._later)
        self.language.currentIndexChanged.connect(self._later)
        self.next.clicked.connect(lambda: self.go(forward=True))
        self.previous.clicked.connect(lambda: self.go(forward=False))
        self.replace_one.clicked.connect(self.replace)
        self.replace_every.clicked.connect(self.replace_all)
        self.close_button.clicked.connect(self.put_away)
        self._session.changed.connect(self._on_changed)
        actions["text.find"].triggered.connect(self.bring)
        actions["text.replace"].triggered.connect(lambda: self.bring(replacing=True))
        actions["text.find-next"].triggered.connect(lambda: self.go(forward=True))
        actions["text.find-previous"].triggered.connect(lambda: self.go(forward=False))
        actions["text.spelling"].triggered.connect(self.next_mistake)

    # -- what a person does --------------------------------------------------------------------------------------

    def bring(self, *, replacing: bool = False) -> None:
        """Show the bar, ready to be typed in."""
        for widget in (self.new, self.new_label, self.replace_one, self.replace_every):
            widget.setVisible(replacing)
        self._list_languages()
        self.show()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()
        self.count()

    def put_away(self) -> None:
        """Hide the bar."""
        self.hide()
        self._at = None
        self.closed.emit()

    def go(self, *, forward: bool) -> None:
        """Show the next place, or the one before, going round at the ends of the film."""
        everything = self._places()
        if everything is None:
            if not self.text.text():
                self.bring()
            return
        if not everything:
            self.count()
            return
        here = self._key()
        keys = [self._order(place) for place in everything]
        if forward:
            number = next((n for n, key in enumerate(keys) if key > here), 0)
        else:
            number = next((n for n in range(len(keys) - 1, -1, -1) if keys[n] < here), len(keys) - 1)
        self._show(everything[number])
        self.said.setText(self.tr("{number} of {count}").format(number=number + 1, count=len(everything)))

    def replace(self) -> None:
        """Replace the place that is shown, and show the next; show the first one if none is."""
        search, at = self._search(), self._at
        cue = self._session.cue(at.cue_id) if at else None
        if search is None or at is None or cue is None:
            self.go(forward=True)
            return
        text = cue.texts[self._session.document.column(at.language)]
        try:
            new = search.replacement(text, at, self.new.text())
        except BadPattern as error:
            self._complain(error)
            return
        if new is None:
            self.go(forward=True)
            return
        changed = text[: at.start] + new + text[at.end :]
        after = edits.set_text(self._session.document, at.cue_id, at.language, changed)
        self._session.close_merge()
        self._session.edit(self.tr("Replace"), after)
        self._at = Place(at.cue_id, at.language, at.start + len(new) - 1, at.start + len(new))
        self.go(forward=True)

    def replace_all(self) -> None:
        """Replace every place, as one step that can be undone."""
        search = self._search()
        if search is None:
            return
        try:
            after, count = search.replaced(self._session.document, self.new.text(), self._wanted())
        except BadPattern as error:
            self._complain(error)
            return
        self._session.close_merge()
        self._session.edit(self.tr("Replace all"), after)
        self._timer.stop()
        self.said.setText(self.tr("{count} replaced").format(count=count))

    def next_mistake(self) -> None:
        """Show the next word the dictionary does not know, after where we are."""
        speller, document = self._speller, self._session.document
        checked = [language for language in document.languages if speller is not None and speller.can(language)]
        if speller is None or not checked:
            self._tell(self.tr("There is no dictionary of a language of this document."))
            return
        here = self._key()
        first = max(0, here[0])
        for row in (*range(first, len(document.cues)), *range(first)):
            cue = document.cues[row]
            for language in checked:
                for start, end in speller.unknown(cue.texts[document.column(language)], language):
                    place = Place(cue.id, language, start, end)
                    if row != first or self._order(place) > here:
                        self._show(place)
                        return
        self._tell(self.tr("No other word is unknown to the dictionary."))

    # -- what is shown -------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Tell in how many places the text is found."""
        self._timer.stop()
        everything = self._places(MOST)
        if everything is None:
            if not self.text.text():
                self.said.clear()
            return
        found = len(everything)
        self.said.setText(self.tr("{count} found").format(count=found) if found else self.tr("Not found"))

    def retranslate(self) -> None:
        """Every text in the language now installed."""
        self.find_label.setText(self.tr("Find"))
        self.new_label.setText(self.tr("Replace with"))
        self.case.setText(self.tr("Match case"))
        self.regex.setText(self.tr("Pattern"))
        self.regex.setToolTip(self.tr("The text is a regular expression"))
        self.previous.setText(self.tr("Previous"))
        self.next.setText(self.tr("Next"))
        self.replace_one.setText(self.tr("Replace"))
        self.replace_every.setText(self.tr("Replace all"))
        self.close_button.setAccessibleName(self.tr("Close the find bar"))
        self.close_button.setToolTip(self.tr("Close the find bar"))
        self.language.setAccessibleName(self.tr("Language to look in"))
        self._list_languages()

    def changeEvent(self, event: QEvent) -> None:
        on_language_change(self, event)
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.new.hasFocus():
                self.replace()
            else:
                self.go(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)

    # -- inside --------------------------------------------------------------------------------------------------

    def _list_languages(self) -> None:
        chosen = self._wanted()
        codes = ("", *self._session.document.languages)
        self.language.blockSignals(True)
        self.language.clear()
        for code in codes:
            self.language.addItem(languages.own_name(code) if code else self.tr("All languages"), code)
        self.language.setCurrentIndex(codes.index(chosen) if chosen in codes else 0)
        self.language.blockSignals(False)

    def _wanted(self) -> str:
        code = str(self.language.currentData() or "")
        return code if code in self._session.document.languages else ""

    def _search(self) -> Search | None:
        text = self.text.text()
        if not text:
            return None
        try:
            return Search(text, pattern=self.regex.isChecked(), case=self.case.isChecked())
        except BadPattern as error:
            self._complain(error)
            return None

    def _places(self, most: int | None = None) -> list[Place] | None:
        """Where the text is found, the first *most* places; None if nothing can be looked for, which is said."""
        search = self._search()
        if search is None:
            return None
        try:
            return list(islice(search.places(self._session.document, self._wanted()), most))
        except BadPattern as error:
            self._complain(error)
            return None

    def _complain(self, error: BadPattern) -> None:
        self.said.setText(said(error.message))
        self.said.setToolTip(said(error.hint))

    def _tell(self, text: str) -> None:
        if self.isHidden():
            self.bring()
        self.said.setText(text)

    def _order(self, place: Place) -> tuple[int, int, int]:
        return self._session.row(place.cue_id), self._session.document.column(place.language), place.start

    def _key(self) -> tuple[int, int, int]:
        """Where we are: the place that is shown, else the current cue."""
        at, current = self._at, self._session.current
        if at and at.cue_id == current and at.language in self._session.document.languages:
            return self._order(at)
        return self._session.row(current) if self._session.cue(current) else -1, -1, -1

    def _show(self, place: Place) -> None:
        self._at = place
        self._session.select([place.cue_id])
        self.found.emit(place)

    def _later(self) -> None:
        self._at = None
        self._timer.start()

    def _on_changed(self, before: Document, after: Document) -> None:
        if before.languages != after.languages:
            self._list_languages()
        if self.isVisible():
            self._timer.start()

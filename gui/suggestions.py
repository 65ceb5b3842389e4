"""Other translations of a cue to choose from: the memory's at once, the machine's as soon as they come."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QListView, QWidget

from gui.corrector import Corrector
from gui.dialogs import Dialog
from gui.review_rows import TwoLines
from plugin_core import languages
from plugin_core.translation import spoken_text

ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Choice:
    """A translation, and a sentence on where it comes from."""

    text: str
    origin: str


class ChoiceModel(QAbstractListModel):
    """The translations found so far; the same text comes once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []

    def add(self, choices: list[Choice]) -> None:
        """Put those at the end that are not there yet."""
        there = {choice.text for choice in self._choices}
        fresh = list({one.text: one for one in choices if one.text.strip() and one.text not in there}.values())
        if fresh:
            self.beginInsertRows(ROOT, len(self._choices), len(self._choices) + len(fresh) - 1)
            self._choices += fresh
            self.endInsertRows()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice, number = self._choices[index.row()], index.row() + 1
        shown = " ".join(choice.text.split())
        answers: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: shown,
            Qt.ItemDataRole.ToolTipRole: choice.text,
            Qt.ItemDataRole.AccessibleTextRole: f"{number}: {shown}; {choice.origin}",
            TwoLines.UNDER: choice.origin,
        }
        return answers.get(role)

    def text(self, row: int) -> str:
        """The translation in *row*; "" if there is none."""
        return self._choices[row].text if 0 <= row < len(self._choices) else ""


class SuggestionsDialog(Dialog):
    """
    Choose a translation of the current cue; Return or a double click inserts it.

    With *complete*, those that begin with what stands before the caret.
    """

    def __init__(self, corrector: Corrector, parent: QWidget | None = None, *, complete: bool = False) -> None:
        super().__init__(parent)
        self._corrector = corrector
        self._place = corrector.place()
        self._prefix = corrector.caret().before.strip() if complete else ""
        self._job = ""
        self._source = QLabel(self)
        self._source.setWordWrap(True)
        self._source.setTextFormat(Qt.TextFormat.PlainText)
        self.model = ChoiceModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setUniformItemSizes(True)
        self.list.doubleClicked.connect(lambda _: self.accept())
        self._insert = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self._close = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.body.addWidget(self._source)
        self.body.addWidget(self.list, 1)
        self.model.rowsInserted.connect(self._first)
        corrector.suggested.connect(self._take)
        corrector.said.connect(self._hear)
        corrector.busy_changed.connect(self._over)
        self.resize(520, 400)
        self.retranslate()
        self._ask()

    def _ask(self) -> None:
        if self._place is None:
            self.banner.say(self.tr("There is no translation to choose here."), "info")
            self._insert.setEnabled(False)
            return
        cue, source, target = self._place
        hits = self._corrector.hits(cue, source, target)
        fitting = [hit for hit in hits if hit.target.startswith(self._prefix)]
        self.model.add([Choice(hit.target, self._origin(hit.score, hit.source)) for hit in fitting])
        self._job = self._corrector.ask_suggestions(cue, source, target, self._prefix)
        self._insert.setEnabled(bool(self.model.rowCount()))
        if not fitting:
            self.banner.say(self.tr("The machine is asked…"))

    def _origin(self, score: float, source: str) -> str:
        if score >= 1:
            return self.tr("From the memory: the same text")
        pattern = self.tr("From the memory, {share} alike: {text}")
        return pattern.format(share=f"{score:.0%}", text=" ".join(source.split()))

    def _take(self, job: str, texts: tuple[str, ...]) -> None:
        if job == self._job:
            self.model.add([Choice(text, self.tr("From the machine")) for text in texts])

    def _hear(self, text: str, kind: str) -> None:
        if self._job:
            self.banner.say(text, kind)

    def _over(self, _count: int) -> None:
        """The machine has answered, or cannot."""
        if self._job and not self._corrector.is_open(self._job):
            self._job = ""
            if self.model.rowCount():
                self.banner.clear()
            else:
                self.banner.say(self.tr("Nothing begins like this."), "info")

    def _first(self) -> None:
        self._insert.setEnabled(True)
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
            self.list.setFocus()

    def accept(self) -> None:
        """Insert what is chosen."""
        text = self.model.text(self.list.currentIndex().row())
        if self._place is not None and text:
            cue, _, target = self._place
            self._corrector.insert(cue.id, target, text)
        super().accept()

    def done(self, result: int) -> None:
        """Give the question up if it is still open."""
        if self._job:
            self._corrector.cancel(self._job)
        super().done(result)

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        title = self.tr("Complete the translation") if self._prefix else self.tr("Other translations")
        self.entitle(title)
        if self._place is not None:
            cue, source, target = self._place
            pattern = self.tr("From {source} to {target}: {text}")
            text = " ".join(spoken_text(cue, self._corrector.session.document).split())
            names = (languages.own_name(source), languages.own_name(target))
            self._source.setText(pattern.format(source=names[0], target=names[1], text=text))
        self.list.setAccessibleName(title)
        self._insert.setText(self.tr("Insert"))
        self._close.setText(self.tr("Cancel"))

"""Who changed what: every correction against the machine's version, the error rate, and the way back for each."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.corrector import Corrector
from gui.i18n import on_language_change
from gui.review_rows import RowList, TwoLines, second_line
from gui.session import Session
from plugin_core import clock, comparing, languages
from plugin_core.comparing import Change
from plugin_core.document import Cue, Document

ROOT = QModelIndex()
PATIENCE = 400  # ms without an edit, after which the two versions are compared again
_KINDS = {
    "text": QT_TRANSLATE_NOOP("Changes", "Text"),
    "times": QT_TRANSLATE_NOOP("Changes", "Times"),
    "speaker": QT_TRANSLATE_NOOP("Changes", "Speaker"),
    "split": QT_TRANSLATE_NOOP("Changes", "Split"),
    "joined": QT_TRANSLATE_NOOP("Changes", "Joined"),
    "added": QT_TRANSLATE_NOOP("Changes", "Added"),
    "deleted": QT_TRANSLATE_NOOP("Changes", "Deleted"),
}


def kind_name(kind: str) -> str:
    """What a kind of change is called in the language of the interface."""
    return QCoreApplication.translate("Changes", str(_KINDS.get(kind, kind)))


class ChangeModel(QAbstractListModel):
    """The changes as a list: the text as it is now (or was, if deleted), and under it where and what."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._changes: tuple[Change, ...] = ()

    def show(self, changes: tuple[Change, ...]) -> None:
        """Show other changes."""
        if changes != self._changes:
            self.beginResetModel()
            self._changes = changes
            self.endResetModel()

    def change(self, row: int) -> Change | None:
        """The change of a row."""
        return self._changes[row] if 0 <= row < len(self._changes) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._changes)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        change = self.change(index.row()) if index.isValid() else None
        if change is None:
            return None
        cue = (change.after or change.before)[0]
        text = next((" ".join(text.split()) for text in cue.texts if text.strip()), self.tr("No text"))
        under = second_line(self._session.row(cue.id) + 1, cue.start, [kind_name(kind) for kind in change.kinds])
        answers: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: text,
            TwoLines.UNDER: under,
            Qt.ItemDataRole.AccessibleTextRole: f"{text}; {under}",
        }
        return answers.get(role)

    def row_of(self, cue_id: str) -> int:
        """The row of the change of a cue; -1 if it has none."""
        rows = enumerate(self._changes)
        return next((row for row, change in rows if any(cue.id == cue_id for cue in change.after)), -1)


class ChangesPanel(QWidget):
    """
    The corrections of this document against the machine's version, compared while the panel is seen.

    *shown* carries the changes after every comparison.
    """

    shown = Signal(object)  # tuple[Change, ...]

    def __init__(self, corrector: Corrector, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrector, self._session, self._actions = corrector, corrector.session, actions
        self._languages: tuple[str, ...] = ()
        self.model = ChangeModel(self._session, self)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self.compare)
        self._session.changed.connect(self._later)
        self._session.loaded.connect(self._later)
        self._session.selection_changed.connect(self._follow)
        actions["changes.restore"].triggered.connect(self.restore)
        self.setFocusProxy(self.list)
        self.retranslate()

    def _build(self) -> None:
        self.rates = QLabel(self)
        self.rates.setWordWrap(True)
        self.list = RowList(self.model, self)
        self.list.selectionModel().currentChanged.connect(lambda index, _: self._go(index.row()))
        self.card = QFrame(self)
        self.card.setFrameShape(QFrame.Shape.StyledPanel)
        self.card.setAutoFillBackground(True)
        self.card.setBackgroundRole(QPalette.ColorRole.Base)
        self.difference = QLabel(self.card)
        self.difference.setWordWrap(True)
        self.difference.setTextFormat(Qt.TextFormat.RichText)
        self.difference.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.back = QPushButton(self)
        self.back.clicked.connect(self.restore)
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(12, 10, 12, 10)
        inner.addWidget(self.difference)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self.rates)
        column.addWidget(self.card)
        column.addLayout(row)
        column.addWidget(self.list, 1)

    # -- comparing -----------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Compare with the machine's version now."""
        self._timer.stop()
        original, document = self._corrector.original, self._session.document
        if original is None:
            self._languages = ()
            self.model.show(())
            self.rates.setText(self._unknown())
        else:
            self._languages = original.languages
            self.model.show(comparing.changes(original, document))
            self.rates.setText(self._rated(original, document))
        self._show(None)
        self._follow()
        self.shown.emit(tuple(self.model.change(row) for row in range(self.model.rowCount())))

    def _unknown(self) -> str:
        return self.tr(
            "There is no machine's version to compare with: this document was not made by Zimu on this machine, "
            "or too little of it is left."
        )

    def _rated(self, original: Document, document: Document) -> str:
        count = self.tr("%n change(s) against the machine's version.", "", self.model.rowCount())
        said = []
        for language in document.languages:
            rate = comparing.error_rate(original, document, language)
            if rate.words:
                pattern = self.tr("{language}: {share} of {words} words were wrong.")
                share = f"{rate.share:.1%}"
                said.append(pattern.format(language=languages.own_name(language), share=share, words=rate.words))
        return "\n".join([count, *said])

    def _later(self, *_: object) -> None:
        if self.isVisible():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Compare when the panel comes into sight."""
        super().showEvent(event)
        self.compare()

    # -- going back ----------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Put back the machine's version of the chosen change, or of the selected cues."""
        original = self._corrector.original
        if original is None:
            self._corrector.said.emit(self._unknown(), "warning")
            return
        chosen = set(self._corrector.chosen)
        current = self.model.change(self.list.currentIndex().row())
        found = [
            change
            for change in comparing.changes(original, self._session.document)
            if any(cue.id in chosen for cue in change.after) or (current is not None and change == current)
        ]
        after = self._session.document
        for change in found:
            after = comparing.restored(after, change, original.languages)
        self._session.close_merge()
        self._session.edit(self.tr("Back to the machine's version"), after)
        if self.isVisible():
            self.compare()

    # -- what is shown -------------------------------------------------------------------------------------------

    def _go(self, row: int) -> None:
        change = self.model.change(row)
        self._show(change)
        if change is not None and change.after and self._session.current not in {cue.id for cue in change.after}:
            self._session.select(tuple(cue.id for cue in change.after))

    def _follow(self, *_: object) -> None:
        row = self.model.row_of(self._session.current)
        if row >= 0 and row != self.list.currentIndex().row():
            self.list.setCurrentIndex(self.model.index(row))

    def _show(self, change: Change | None) -> None:
        self.card.setVisible(change is not None)
        self.back.setVisible(change is not None)
        if change is not None:
            self.difference.setText("<br>".join(self._lines(change)))

    def _lines(self, change: Change) -> list[str]:
        kinds = ", ".join(kind_name(kind) for kind in change.kinds)
        lines = [f"<b>{escape(kinds)}</b>"]
        if "times" in change.kinds:
            pattern = self.tr("{old} became {new}")
            text = pattern.format(old=_span(change.before), new=_span(change.after))
            lines.append(escape(text))
        if "speaker" in change.kinds:
            pattern = self.tr("{old} became {new}")
            names = [", ".join(dict.fromkeys(cue.speaker or "–" for cue in side)) for side in self._sides(change)]
            lines.append(escape(pattern.format(old=names[0], new=names[1])))
        whole = not (change.before and change.after)
        shown = [one for one in self._session.document.languages if one in self._languages]
        lines += [self._marked(change, language) for language in shown if whole or language in change.languages]
        return [line for line in lines if line]

    @staticmethod
    def _sides(change: Change) -> tuple[tuple[Cue, ...], tuple[Cue, ...]]:
        return change.before, change.after

    def _marked(self, change: Change, language: str) -> str:
        """Both versions in one line: what went is struck out, what came is bold."""
        here = self._session.document.column(language)
        column = self._languages.index(language)
        old = " ".join(cue.texts[column] for cue in change.before if cue.texts[column].strip())
        new = " ".join(cue.texts[here] for cue in change.after if cue.texts[here].strip())
        marks = {"gone": "<s>{}</s>", "new": "<b>{}</b>", "same": "{}"}
        shown = [marks[piece.kind].format(escape(piece.text)) for piece in comparing.pieces(old, new)]
        return "".join(shown).replace("</s><b>", "</s>&thinsp;<b>")

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.back.setText(self._actions["changes.restore"].text())
        self.back.setToolTip(self._actions["changes.restore"].toolTip())
        self.list.setAccessibleName(self.tr("Changes against the machine's version"))
        self.setAccessibleName(self.list.accessibleName())
        if self.isVisible():
            self.compare()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)


def _span(cues: tuple[Cue, ...]) -> str:
    if not cues:
        return "–"
    return f"{clock.format_time(cues[0].start)} – {clock.format_time(max(cue.end for cue in cues))}"

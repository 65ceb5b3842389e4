"""A term for the glossary, from a selection: what it changes is shown before it is added and applied everywhere."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from gui.corrector import Corrector
from gui.dialogs import Dialog
from plugin_core import languages, terms
from plugin_core.errors import ZimuError
from plugin_core.glossary import Glossary, Term
from plugin_core.terms import Use

PAUSE = 150  # ms without typing, after which the cues are counted again


class TermDialog(Dialog):
    """Add a term to the glossary and put it right in every cue, as one step that can be undone."""

    def __init__(self, corrector: Corrector, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrector = corrector
        self._uses: tuple[Use, ...] = ()
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.count)
        self.retranslate()
        self._fill()
        self.resize(520, 0)

    def _build(self) -> None:
        codes = self._corrector.session.document.languages
        self.source, self.target, self.was = (QLineEdit(self) for _ in range(3))
        self.source_language, self.target_language = QComboBox(self), QComboBox(self)
        for box in (self.source_language, self.target_language):
            for code in codes:
                box.addItem(languages.own_name(code), code)
            box.currentIndexChanged.connect(self._later)
        for field in (self.source, self.target, self.was):
            field.textChanged.connect(self._later)
        self._labels = [QLabel(self) for _ in range(3)]
        form = QFormLayout()
        rows: tuple[tuple[QLineEdit, QComboBox | None], ...] = (
            (self.source, self.source_language),
            (self.target, self.target_language),
            (self.was, None),
        )
        for label, (field, choice) in zip(self._labels, rows, strict=True):
            line = QHBoxLayout()
            line.addWidget(field, 1)
            if choice is not None:
                line.addWidget(choice)
            label.setBuddy(field)
            form.addRow(label, line)
        self.again = QCheckBox(self)
        self.again.setChecked(True)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.body.addLayout(form)
        self.body.addWidget(self.told)
        self.body.addWidget(self.again)
        self._add = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self._close = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)

    def _fill(self) -> None:
        """Begin with what is selected: in the source it is the term, in a translation it is how it was rendered."""
        caret, place = self._corrector.caret(), self._corrector.place()
        codes = self._corrector.session.document.languages
        source = place[1] if place else (codes[0] if codes else "")
        target = place[2] if place else (codes[1] if len(codes) > 1 else source)
        self.source_language.setCurrentIndex(max(0, self.source_language.findData(source)))
        self.target_language.setCurrentIndex(max(0, self.target_language.findData(target)))
        chosen = " ".join(caret.selected.split())
        if caret.language == target and target != source:
            self.was.setText(chosen)
        else:
            self.source.setText(chosen)
        (self.target if self.source.text() else self.source).setFocus()
        self.count()

    @property
    def term(self) -> Term:
        """What is written in the fields."""
        return Term(
            " ".join(self.source.text().split()),
            " ".join(self.target.text().split()),
            str(self.source_language.currentData() or ""),
            str(self.target_language.currentData() or ""),
        )

    def _later(self) -> None:
        self._timer.start()

    def count(self) -> None:
        """Say in how many cues the term stands, and what adding it would do."""
        self._timer.stop()
        term = self.term
        ready = bool(term.source and term.target) and term.source_language != term.target_language
        self._uses = terms.uses(self._corrector.session.document, term, self.was.text()) if term.source else ()
        kept, was = sum(use.kept for use in self._uses), sum(use.was for use in self._uses)
        left = len(self._uses) - kept - was
        self._add.setEnabled(ready)
        pattern = self.tr("It is said in {all} cues: {kept} keep to it, {was} are put right, {left} say it otherwise.")
        told = pattern.format(all=len(self._uses), kept=kept, was=was, left=left)
        if term.source and term.source_language == term.target_language:
            told = self.tr("A term needs two different languages.")
        self.told.setText(told if term.source else self.tr("Write the term and its translation."))
        self.again.setVisible(bool(left))

    def accept(self) -> None:
        """Write the term down, put it right everywhere, and have the rest translated again if that is wanted."""
        self.count()
        corrector, term, path = self._corrector, self.term, self._corrector.glossary_path
        session = corrector.session
        try:
            terms.add(path, term)
            session.glossary = Glossary.load(path)
            if not corrector.preferred().glossary:
                corrector.glossary_chosen.emit(path)
        except ZimuError as error:
            self.banner.say_error(error)
            return
        left = tuple(use.cue_id for use in self._uses if not use.kept and not use.was)
        after, count = terms.applied(session.document, term, self.was.text())
        session.close_merge()
        session.edit(self.tr("Apply a term"), after)
        corrector.said.emit(self.tr("The term is in the glossary; %n cue(s) were put right.", "", count), "good")
        if left and self.again.isChecked():
            corrector.retranslate(left)
        super().accept()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Add a term"), self.tr("Translations keep to the terms of the glossary, and checks look for them.")
        )
        names = (self.tr("Term"), self.tr("Translation"), self.tr("So far"))
        for label, text in zip(self._labels, names, strict=True):
            label.setText(text)
        self.was.setPlaceholderText(self.tr("How it was translated until now; empty if it differs"))
        self.source_language.setAccessibleName(self.tr("Language of the term"))
        self.target_language.setAccessibleName(self.tr("Language of the translation"))
        self.again.setText(self.tr("Translate those again that say it otherwise"))
        self._add.setText(self.tr("Add"))
        self._close.setText(self.tr("Cancel"))

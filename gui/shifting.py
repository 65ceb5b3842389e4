"""The dialog that moves many cues at once: by a time, or so that two of them come where they belong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from gui.actions import Actions
from gui.dialogs import Dialog
from gui.session import Session
from plugin_core import clock, edits
from plugin_core.document import Cue, Document
from plugin_core.errors import ZimuError
from plugin_core.stretching import stretch

ALL, SELECTED, ONWARD = range(3)


class ShiftDialog(Dialog):
    """Shift by a time, or stretch between two cues: all, the selected ones, or the current one and all after it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.shifting, self.stretching = QRadioButton(self), QRadioButton(self)
        self._ways = QButtonGroup(self)
        self._ways.addButton(self.shifting)
        self._ways.addButton(self.stretching)
        self.by, self.first, self.last = (QLineEdit(self) for _ in range(3))
        self.which = QComboBox(self)
        self.labels = [QLabel(self) for _ in range(4)]
        self._form = QFormLayout()
        for label, field in zip(self.labels, (self.which, self.by, self.first, self.last), strict=True):
            label.setBuddy(field)
        self.body.addWidget(self.shifting)
        self.body.addWidget(self.stretching)
        self._form.addRow(self.labels[0], self.which)
        self._form.addRow(self.labels[1], self.by)
        self._form.addRow(self.labels[2], self.first)
        self._form.addRow(self.labels[3], self.last)
        self.body.addLayout(self._form)
        self.body.addStretch(1)
        self.apply = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self.cancel = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        for _ in (ALL, SELECTED, ONWARD):
            self.which.addItem("")
        several = len(self._selected()) > 1
        self.which.setCurrentIndex(SELECTED if several else ALL)
        self.shifting.setChecked(True)
        self.by.setText("0.000")
        self._ways.buttonToggled.connect(lambda *_: self._fill())
        self.which.currentIndexChanged.connect(lambda _: self._fill())
        self.retranslate()
        self._fill()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Shift and stretch"),
            self.tr("Move cues with their words. To stretch, write where the first and the last of them belong."),
        )
        self.shifting.setText(self.tr("Shift by a time"))
        self.stretching.setText(self.tr("Stretch between the first and the last"))
        for place, text in enumerate(
            (self.tr("All cues"), self.tr("The selected cues"), self.tr("The current cue and all after it"))
        ):
            self.which.setItemText(place, text)
        names = (
            self.tr("Move"),
            self.tr("Later by (−: earlier)"),
            self.tr("First begins at"),
            self.tr("Last begins at"),
        )
        for label, text in zip(self.labels, names, strict=True):
            label.setText(text)
        self.apply.setText(self.tr("Move"))
        self.cancel.setText(self.tr("Cancel"))

    def accept(self) -> None:
        """Move the cues and close; what cannot be done is said, and the dialog stays."""
        cues = self._chosen()
        if not cues:
            self.banner.say(self.tr("No cue is chosen."), "warning")
            return
        try:
            after = self._stretched(cues) if self.stretching.isChecked() else self._shifted(cues)
        except ZimuError as error:
            self.banner.say_error(error)
            return
        self._session.close_merge()
        self._session.edit(self.tr("Stretch") if self.stretching.isChecked() else self.tr("Shift"), after)
        super().accept()

    def _shifted(self, cues: list[Cue]) -> Document:
        text = self.by.text().strip().replace("−", "-").removeprefix("+")
        return edits.shift(self._session.document, clock.parse_time(text), self._ids(cues))

    def _stretched(self, cues: list[Cue]) -> Document:
        first, last = clock.parse_time(self.first.text()), clock.parse_time(self.last.text())
        return stretch(self._session.document, (cues[0].start, first), (cues[-1].start, last), self._ids(cues))

    def _ids(self, cues: list[Cue]) -> list[str] | None:
        """None for all: the marks move too then."""
        return None if self.which.currentIndex() == ALL else [cue.id for cue in cues]

    def _selected(self) -> list[Cue]:
        wanted = set(self._session.selection)
        return [cue for cue in self._session.document.cues if cue.id in wanted]

    def _chosen(self) -> list[Cue]:
        cues = self._session.document.cues
        if self.which.currentIndex() == SELECTED:
            return self._selected()
        row = self._session.row(self._session.current) if self._session.cue(self._session.current) else 0
        return list(cues[row:] if self.which.currentIndex() == ONWARD else cues)

    def _fill(self) -> None:
        cues, stretching = self._chosen(), self.stretching.isChecked()
        self._form.setRowVisible(self.by, not stretching)
        for field, cue in ((self.first, cues[:1]), (self.last, cues[-1:])):
            self._form.setRowVisible(field, stretching)
            field.setText(clock.format_time(cue[0].start) if cue else "")


def connect_shift(session: Session, actions: Actions, window: QWidget) -> None:
    """Let "Shift and stretch…" open the dialog over *window*."""
    actions["time.shift"].triggered.connect(_opening(session, window))


def _opening(session: Session, window: QWidget) -> Callable[..., None]:
    return lambda *_: ShiftDialog(session, window).open()

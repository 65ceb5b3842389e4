"""Why does it not work: what ``zimu doctor`` finds, with a way to each fix that is Zimu's, and the page to hand on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QHeaderView,
    QLabel,
    QProgressBar,
    QStyle,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import SPACE, Dialog, ask_file
from gui.i18n import shown_in_chinese
from plugin_core import processes
from plugin_core.doctor.findings import Finding
from plugin_core.doctor.page import Page
from plugin_core.errors import ZimuError
from plugin_core.storage import write_atomic

COMMAND = (*processes.command("plugin_core.cli"), "doctor", "--json")
"""Looks in a process of its own: an inference library never comes into the interface's."""
_ICONS = {
    "problem": QStyle.StandardPixmap.SP_MessageBoxCritical,
    "note": QStyle.StandardPixmap.SP_MessageBoxInformation,
    "ok": QStyle.StandardPixmap.SP_DialogApplyButton,
}


class DoctorDialog(Dialog):
    """
    Lists what was found, the problems first. *asked* carries the command of ours that a fix names ("hosts install
    resolve"), for whoever can show it.
    """

    asked = Signal(str)

    def __init__(self, command: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command or COMMAND)
        self._seen = False
        self.page: Page | None = None
        self._process = QProcess(self)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._failed)
        self._build()
        self.retranslate()
        self.resize(820, 600)

    def _build(self) -> None:
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setColumnCount(2)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.list.itemActivated.connect(lambda *_: self.fix_chosen())
        self.details = QLabel(self)
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setMinimumHeight(4 * self.fontMetrics().lineSpacing())  # what is below never jumps
        card = QFrame(self)
        card.setFrameShape(QFrame.Shape.StyledPanel)
        column = QVBoxLayout(card)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.details)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)
        self.progress.hide()
        self.body.addWidget(self.list, 1)
        self.body.addWidget(card)
        self.body.addWidget(self.progress)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.fix, self.copy, self.save, self.again, self.thorough = (self.add_button(role) for _ in range(5))
        self.fix.clicked.connect(self.fix_chosen)
        self.copy.clicked.connect(self.copy_page)
        self.save.clicked.connect(self._ask_file)
        self.again.clicked.connect(lambda _: self.look())
        self.thorough.clicked.connect(lambda: self.look(thorough=True))
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)

    def showEvent(self, event: QShowEvent) -> None:
        """Look when it is first seen."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.look()

    # -- looking -------------------------------------------------------------------------------------------------

    def look(self, *, thorough: bool = False) -> None:
        """Look at this machine; a *thorough* look reads every pack and asks the editing programs that run."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            return
        self.banner.clear()
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        self._process.setProcessEnvironment(environment)
        self._busy(True)
        more = ["--thorough"] if thorough else []
        self._process.start(self._command[0], [*self._command[1:], *more])

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # any other error is followed by the end
            self._ended()

    def _ended(self) -> None:
        self._busy(False)
        text = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", errors="replace")
        try:
            self.page = Page.from_json(json.loads(text.strip().splitlines()[-1]))
        except (ValueError, IndexError, KeyError, TypeError, AttributeError):
            self.banner.say(self.tr("This machine could not be looked at. In a terminal: zimu doctor"), "error")
            return
        self._list()

    def _busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        for button in (self.again, self.thorough):
            button.setEnabled(not busy)
        self._choose()

    # -- what was found ------------------------------------------------------------------------------------------

    def _list(self) -> None:
        language = "zh" if shown_in_chinese() else "en"
        kept = self.chosen.name if self.chosen else ""
        self.list.clear()
        for found in self.page.findings if self.page else ():
            item = QTreeWidgetItem(self.list, ["", found.said(language)[0]])
            item.setIcon(0, self.style().standardIcon(_ICONS[found.state]))
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, self._state(found))
            item.setToolTip(0, self._state(found))
            item.setToolTip(1, found.name)
            item.setData(0, Qt.ItemDataRole.UserRole, found)
            if found.name == kept:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and (first := self.list.topLevelItem(0)) is not None:
            self.list.setCurrentItem(first)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._choose()

    def _state(self, found: Finding) -> str:
        return {"problem": self.tr("Problem"), "note": self.tr("Note"), "ok": self.tr("In order")}[found.state]

    @property
    def chosen(self) -> Finding | None:
        """The finding that is selected."""
        item = self.list.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item else None

    def _choose(self) -> None:
        found = self.chosen
        message, fix = found.said("zh" if shown_in_chinese() else "en") if found else ("", "")
        self.details.setText("\n".join(part for part in (message, fix, found.name if found else "") if part))
        self.fix.setEnabled(bool(found and found.command))
        for button in (self.copy, self.save):
            button.setEnabled(self.page is not None)

    # -- what can be done ----------------------------------------------------------------------------------------

    def fix_chosen(self) -> None:
        """Go to where the selected finding is put right."""
        if self.chosen and self.chosen.command:
            self.asked.emit(self.chosen.command)

    @property
    def text(self) -> str:
        """The page as text in the language of the interface: names no home folder, user, machine or film."""
        return self.page.to_text("zh" if shown_in_chinese() else "en") if self.page else ""

    def copy_page(self) -> None:
        """Put the page on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        self.banner.say(self.tr("The page is on the clipboard. It names no folder, user or film of yours."), "good")

    def save_page(self, path: Path) -> None:
        """Write the page to *path*."""
        try:
            write_atomic(path, self.text.encode("utf-8"))
        except ZimuError as error:
            self.banner.say_error(error)
        else:
            self.banner.say(self.tr("The page was written to {path}.").format(path=path), "good")

    def _ask_file(self) -> None:
        ask_file(self, self.tr("Save the page"), self.save_page, place="zimu-doctor.txt", suffix="txt")

    def reject(self) -> None:
        """Closing ends the look."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.blockSignals(True)
            self._process.kill()
            self._process.waitForFinished(2000)
        super().reject()

    # -- words ---------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Why does it not work?"),
            self.tr("What was found on this computer, the problems first. Nothing is changed, and nothing is sent."),
        )
        self.list.setHeaderLabels(["", self.tr("What was found")])
        self.list.setAccessibleName(self.tr("What was found"))
        self.progress.setAccessibleName(self.tr("Looking…"))
        self.fix.setText(self.tr("&Put it right…"))
        self.copy.setText(self.tr("&Copy the page"))
        self.save.setText(self.tr("&Save…"))
        self.again.setText(self.tr("Look &again"))
        self.thorough.setText(self.tr("Look &thoroughly"))
        self.thorough.setToolTip(self.tr("Also checks every pack's checksums and asks the editing programs that run"))
        if self.page is not None:
            self._list()

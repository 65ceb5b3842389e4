"""Packs and devices: what is installed, what can be had and under which licence, and where it runs and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QProcess, QProcessEnvironment, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.background import Background, Steps, one_step
from gui.dialogs import SPACE, Dialog, ask_file
from gui.i18n import translated
from gui.sentences import said as in_our_words
from plugin_core import modelstore, processes
from plugin_core.catalog import Entry, catalog
from plugin_core.errors import ModelError, ZimuError
from plugin_core.languages import own_name
from plugin_core.modelstore import Pack
from plugin_core.protocol import Note, Progress

KINDS = {
    "speech": QT_TRANSLATE_NOOP("Packs", "Speech"),
    "translation": QT_TRANSLATE_NOOP("Packs", "Translation"),
    "tagging": QT_TRANSLATE_NOOP("Packs", "Tagging"),
    "vision": QT_TRANSLATE_NOOP("Packs", "Pictures"),
    "sounds": QT_TRANSLATE_NOOP("Packs", "Sounds"),
    "voices": QT_TRANSLATE_NOOP("Packs", "Voices"),
    "shots": QT_TRANSLATE_NOOP("Packs", "Shots"),
    "scenes": QT_TRANSLATE_NOOP("Packs", "Scenes"),
    "captioner": QT_TRANSLATE_NOOP("Packs", "Captions"),
    "typos": QT_TRANSLATE_NOOP("Packs", "Typing errors"),
}
DOCTOR = (*processes.command("plugin_core.cli"), "doctor", "--json")
"""Looks at the devices in a process of its own: an inference library never comes into the interface's."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pack as it is listed. *entry* is what the catalog offers, None for one that cannot be pulled."""

    pack: Pack
    installed: bool
    entry: Entry | None = None
    broken: str = ""


def rows() -> list[Row]:
    """Installed packs first, then what can be had; by kind."""
    offered = {entry.id: entry for entry in catalog()}
    here = [Row(pack, True, offered.get(pack.id)) for pack in modelstore.installed()]
    known = {row.pack.id for row in here}
    found = [*here, *(Row(entry.pack, False, entry) for key, entry in offered.items() if key not in known)]
    return sorted(found, key=lambda row: (list(KINDS).index(row.pack.kind), not row.installed, row.pack.size))


def verified(packs: Sequence[Pack]) -> Iterator[Progress | Note]:
    """Check every file of *packs*; a warning for each pack that is not as it should be."""
    for done, pack in enumerate(packs):
        yield Progress("verify", done, len(packs))
        try:
            modelstore.verify(pack)
        except ModelError as error:
            yield Note("verify", str(error), "warning")
    yield Progress("verify", len(packs), len(packs))


class PacksDialog(Dialog):
    """Lists, pulls, imports, verifies and removes packs. *changed* tells that other packs are installed than before."""

    changed = Signal()

    def __init__(
        self,
        *,
        source: str = "huggingface",
        mirror: str = "",
        doctor: Sequence[str] = DOCTOR,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._mirror = source, mirror
        self._work = Background(self)
        self._said: list[str] = []
        self._verb = ""
        self._found: dict[str, object] | None = None
        self._build()
        self._work.said.connect(self._hear)
        self._work.finished.connect(self._end)
        self._work.failed.connect(self._fail)
        self._work.busy_changed.connect(self._busy)
        self.retranslate()
        self.reload()
        self._doctor = QProcess(self)
        self._command = tuple(doctor)
        self.resize(900, 600)

    def _build(self) -> None:
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setColumnCount(6)
        self.list.setAlternatingRowColors(True)
        self.list.setUniformRowHeights(True)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.details = QLabel(self)
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.device = QLabel(self)
        self.device.setWordWrap(True)
        self.device.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card = QFrame(self)
        card.setFrameShape(QFrame.Shape.StyledPanel)
        column = QVBoxLayout(card)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.details)
        self.progress = QProgressBar(self)
        self.progress.hide()
        self.body.addWidget(self.list, 1)
        self.body.addWidget(card)
        self.body.addWidget(self.device)
        self.body.addWidget(self.progress)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.pull, self.bring, self.check, self.drop = (self.add_button(role) for _ in range(4))
        self.stop = QPushButton(self)
        self.buttons.addButton(self.stop, QDialogButtonBox.ButtonRole.ResetRole)
        self.stop.setAutoDefault(False)
        self.stop.hide()
        self.close_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.pull.clicked.connect(self.pull_chosen)
        self.bring.clicked.connect(self._ask_file)
        self.check.clicked.connect(self.verify)
        self.drop.clicked.connect(self.remove_chosen)
        self.stop.clicked.connect(self._work.cancel)

    # -- the list ------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """List what is here now."""
        kept = self.chosen.pack.id if self.chosen else ""
        self.list.clear()
        try:
            found = rows()
        except ZimuError as error:
            self.banner.say_error(error)
            found = []
        for row in found:
            item = QTreeWidgetItem(self.list, self._texts(row))
            item.setData(0, Qt.ItemDataRole.UserRole, row)
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, row.pack.name)
            item.setToolTip(4, row.pack.licence)
            item.setToolTip(2, ", ".join(own_name(code) for code in row.pack.languages))
            if row.pack.id == kept or not self.list.currentItem():
                self.list.setCurrentItem(item)
        for damage in modelstore.broken():
            self.banner.say_error(damage)
        header = self.list.header()
        for column in range(self.list.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(4, self.fontMetrics().averageCharWidth() * 28)
        header.setStretchLastSection(False)
        self._choose()

    def _texts(self, row: Row) -> list[str]:
        pack = row.pack
        few = [own_name(code) for code in pack.languages]
        languages = ", ".join(few) if len(few) <= 3 else self.tr("%n language(s)", "", len(few))
        state = self.tr("starter") if pack.tier == "starter" else self.tr("installed")
        size = self.tr("{number} MB").format(number=f"{pack.size / 1e6:,.0f}")
        kind = translated("Packs", str(KINDS[pack.kind]))
        return [pack.name, kind, languages, size, pack.licence, state if row.installed else self.tr("can be had")]

    @property
    def chosen(self) -> Row | None:
        """The row that is selected."""
        item = self.list.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item else None

    def choose(self, pack_id: str) -> None:
        """Select the pack of that id."""
        for number in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(number)
            if item is not None and item.data(0, Qt.ItemDataRole.UserRole).pack.id == pack_id:
                self.list.setCurrentItem(item)

    def _choose(self) -> None:
        row, idle = self.chosen, not self._work.busy
        self.pull.setEnabled(bool(row and row.entry and not row.installed and idle))
        self.check.setEnabled(idle)
        self.drop.setEnabled(bool(row and row.installed and row.pack.tier != "starter" and idle))
        self.bring.setEnabled(idle)
        self.details.setText("\n".join(self._facts(row)) if row else "")

    def _facts(self, row: Row) -> Iterator[str]:
        pack = row.pack
        if not row.installed:
            yield self.tr("Licence: {licence}. By downloading the pack you accept it.").format(licence=pack.licence)
        if pack.attribution:
            yield self.tr("By {makers}").format(makers=pack.attribution)
        if pack.limits:
            yield pack.limits
        if pack.memory_mb:
            yield self.tr("Needs about {number} MB of memory.").format(number=f"{pack.memory_mb:,}")
        yield self.tr("Id: {id}").format(id=pack.id)
        if row.installed:
            yield self.tr("Folder: {folder}").format(folder=pack.folder)

    # -- the verbs -----------------------------------------------------------------------------------------------

    def pull_chosen(self) -> None:
        """Download the pack that is selected; what has come is kept when it is stopped."""
        row = self.chosen
        if row is None or row.entry is None:
            return
        entry = row.entry

        def work() -> Iterator[object]:
            from plugin_core.download import pull

            return pull(entry, endpoint=self._mirror, source=self._source)

        self._start("pull", work)

    def bring_in(self, path: Path) -> None:
        """Install the pack in the file or folder *path*, after it was checked."""
        self._start("import", lambda: one_step(lambda: modelstore.import_file(path)))

    def verify(self) -> None:
        """Check every file of every installed pack."""
        self._start("verify", lambda: verified(modelstore.installed()))

    def remove_chosen(self) -> None:
        """Remove the pack that is selected from this machine."""
        row = self.chosen
        if row is None:
            return
        try:
            modelstore.remove(row.pack.id)
        except ZimuError as error:
            self.banner.say_error(error)
        except OSError as error:
            said = self.tr("The pack is in use and was not removed: {reason}.\nClose what uses it and try again.")
            self.banner.say(said.format(reason=error.strerror or error), "error")
        else:
            self.banner.say(self.tr("{name} was removed.").format(name=row.pack.name), "good")
        self.reload()
        self.changed.emit()

    def _ask_file(self) -> None:
        filters = [self.tr("Packs (*.zip *.argosmodel)"), self.tr("All files (*)")]
        ask_file(self, self.tr("Import a pack"), self.bring_in, filters=filters)

    def _start(self, verb: str, work: Callable[[], Steps]) -> None:
        self.banner.clear()
        self._said, self._verb = [], verb
        self._work.start(work)

    def _hear(self, event: object) -> None:
        if isinstance(event, Progress) and event.total:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(1000 * event.done / event.total))
            if event.remaining is not None:
                left = self.tr("%n second(s) left", "", round(event.remaining))
                self.progress.setFormat(f"%p%  {left}")
        elif isinstance(event, Note) and event.level == "warning":
            self._said.append(event.message)

    def _end(self, result: object) -> None:
        name = result.name if isinstance(result, Pack) else self.chosen.pack.name if self.chosen else ""
        said = {
            "pull": self.tr("{name} is installed."),
            "import": self.tr("{name} is installed."),
            "verify": self.tr("Every file of every pack is as it should be."),
        }[self._verb]
        if self._said:
            self.banner.say("\n".join(self._said), "warning")
        else:
            self.banner.say(said.format(name=name), "good")
        self.reload()
        self.changed.emit()

    def _fail(self, error: ZimuError) -> None:
        self.banner.say_error(error)
        self.reload()

    def _busy(self, busy: bool) -> None:
        self.progress.setFormat("%p%")
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.stop.setVisible(busy)
        self._choose()

    # -- the device ----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the devices when the dialog is first seen."""
        super().showEvent(event)
        if self._command:
            self._start_doctor(self._command)
            self._command = ()

    def _start_doctor(self, command: Sequence[str]) -> None:
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        self._doctor.setProcessEnvironment(environment)
        self._doctor.finished.connect(self._doctor_ended)
        self._doctor.errorOccurred.connect(lambda _: self._show_device(None))
        self._doctor.start(command[0], list(command[1:]))

    def _doctor_ended(self) -> None:
        text = bytes(self._doctor.readAllStandardOutput().data()).decode("utf-8", errors="replace")
        try:
            facts = json.loads(text.strip().splitlines()[-1])
        except (ValueError, IndexError):
            facts = None
        self._show_device(facts if isinstance(facts, dict) else None)

    def _show_device(self, facts: dict[str, object] | None) -> None:
        self._found = facts
        if facts is None:
            self.device.setText(self.tr("Which device would be used could not be found out."))
            return
        said = self.tr("Device: {device}. Processor cores: {cores}.")
        self.device.setText(
            said.format(device=in_our_words(str(facts.get("device", "?"))), cores=facts.get("cores", "?"))
        )

    # -- words ---------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Packs and devices"),
            self.tr("A pack is a model that runs on this machine. Only a download uses the network."),
        )
        heads = (self.tr("Pack"), self.tr("For"), self.tr("Languages"), self.tr("Size"), self.tr("Licence"))
        self.list.setHeaderLabels([*heads, self.tr("State")])
        self.list.setAccessibleName(self.tr("Packs"))
        self.progress.setAccessibleName(self.tr("Progress"))
        self.pull.setText(self.tr("Download"))
        self.bring.setText(self.tr("Import…"))
        self.check.setText(self.tr("Verify all"))
        self.drop.setText(self.tr("Remove"))
        self.stop.setText(self.tr("Stop"))
        if not self.device.text():
            self.device.setText(self.tr("Looking which device will be used…"))
        elif self._found is not None:
            self._show_device(self._found)
        if self.list.topLevelItemCount():
            self.reload()

    def reject(self) -> None:
        """Closing stops a download; the next one goes on from there."""
        self._work.cancel()
        if self._doctor.state() != QProcess.ProcessState.NotRunning:
            self._doctor.kill()
            self._doctor.waitForFinished(2000)
        super().reject()

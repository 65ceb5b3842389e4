"""Zimu in the editing programs: where it is, what an install or a removal would do, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui.background import Background, one_step
from gui.dialogs import Dialog
from gui.i18n import translated
from gui.sentences import said as in_our_words
from plugin_core import installing
from plugin_core.errors import ZimuError
from plugin_core.installing import HostPart, Plan, Status, Verb

STATES = {
    "absent": QT_TRANSLATE_NOOP("Hosts", "Not installed"),
    "current": QT_TRANSLATE_NOOP("Hosts", "Installed"),
    "other": QT_TRANSLATE_NOOP("Hosts", "Installed, of another version"),
    "changed": QT_TRANSLATE_NOOP("Hosts", "Installed, and changed by somebody"),
    "blocked": QT_TRANSLATE_NOOP("Hosts", "Installed, but the program is set not to load it"),
    "unsuited": QT_TRANSLATE_NOOP("Hosts", "Not made for this system"),
}
Parts = Callable[[], Sequence[HostPart]]


@dataclass(frozen=True, slots=True)
class Row:
    """A host as it is now, with what could be done; *error* says why there is no plan."""

    part: HostPart
    status: Status
    plans: dict[Verb, Plan]
    error: str = ""


def rows(parts: Parts, *, everyone: bool) -> list[Row]:
    """Every host; looking may ask other programs, so this is done beside the interface."""
    return [_row(part, everyone=everyone) for part in parts()]


def _row(part: HostPart, *, everyone: bool) -> Row:
    try:
        status = part.status(everyone=everyone)
    except ZimuError as error:
        return Row(part, Status("absent"), {}, str(error))
    if status.state == "unsuited":
        return Row(part, status, {})
    try:
        plans: dict[Verb, Plan] = {
            "install": part.plan("install", everyone=everyone), "remove": part.plan("remove", everyone=everyone),
        }  # fmt: skip
    except ZimuError as error:
        return Row(part, status, {}, str(error))
    return Row(part, status, plans)


class HostsDialog(Dialog):
    """Lists the editing programs; below is what would be done to the one that is selected, before it is done."""

    def __init__(
        self,
        parts: Parts | None = None,
        chosen: str = "",
        *,
        everyone: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts, self._wanted, self._then = parts or installing.parts, chosen, ""
        self._seen = False
        self._work = Background(self)
        self._work.finished.connect(self._end)
        self._work.failed.connect(self._fail)
        self._work.busy_changed.connect(lambda _: self._choose())
        self._build(everyone=everyone)
        self.retranslate()
        self.resize(760, 520)

    def _build(self, *, everyone: bool) -> None:
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setColumnCount(3)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.programs = QLabel(self)
        self.programs.setWordWrap(True)
        self.programs.setTextFormat(Qt.TextFormat.PlainText)
        self.programs.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.plan = QPlainTextEdit(self)
        self.plan.setReadOnly(True)
        self.plan.setTabChangesFocus(True)
        self.caption = QLabel(self)
        self.caption.setBuddy(self.plan)
        self.everyone = QCheckBox(self)
        self.everyone.setChecked(everyone)
        self.everyone.toggled.connect(lambda _: self.reload())
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.programs)
        self.body.addWidget(self.everyone)
        self.body.addWidget(self.caption)
        self.body.addWidget(self.plan, 2)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.install, self.remove = self.add_button(role), self.add_button(role)
        self.install.clicked.connect(lambda: self.carry_out("install"))
        self.remove.clicked.connect(lambda: self.carry_out("remove"))
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)

    def showEvent(self, event: QShowEvent) -> None:
        """Look when it is first seen."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.reload()

    # -- what is there -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Look at every program again."""
        everyone = self.everyone.isChecked()
        self._work.start(lambda: one_step(lambda: rows(self._parts, everyone=everyone)))

    @property
    def chosen(self) -> Row | None:
        """The row that is selected."""
        item = self.list.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item else None

    def _list(self, found: Sequence[Row]) -> None:
        kept = self.chosen.part.id if self.chosen else self._wanted
        self.list.clear()
        for row in found:
            item = QTreeWidgetItem(self.list, self._texts(row))
            item.setData(0, Qt.ItemDataRole.UserRole, row)
            if row.part.id == kept:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and (first := self.list.topLevelItem(0)) is not None:
            self.list.setCurrentItem(first)
        for column in range(3):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.list.header().setStretchLastSection(False)
        self._choose()

    def _texts(self, row: Row) -> list[str]:
        state = translated("Hosts", str(STATES[row.status.state]))
        if row.status.version:
            state = self.tr("{state}, version {version}").format(state=state, version=row.status.version)
        running = {True: self.tr("running"), False: self.tr("not running"), None: "?"}[row.status.running]
        return [row.part.title, state, "" if row.status.state == "unsuited" else running]

    def _choose(self) -> None:
        row, idle = self.chosen, not self._work.busy
        plans = row.plans if row else {}
        self.install.setEnabled(idle and bool(plans and plans["install"].changes))
        self.remove.setEnabled(idle and bool(plans and plans["remove"].changes))
        self.everyone.setEnabled(idle)
        self.programs.setText("\n".join(self._programs(row)) if row else "")
        self.plan.setPlainText("\n".join(self._changes(row)) if row else "")

    def _programs(self, row: Row) -> Iterator[str]:
        yield from row.status.programs
        if not row.status.programs and row.status.state != "unsuited":
            yield self.tr("{program} was not found where it is usually installed.").format(program=row.part.title)

    def _changes(self, row: Row) -> Iterator[str]:
        """What either button would do, in the words of its plan."""
        if row.error:
            yield in_our_words(row.error)
        heads = {"install": self.tr("Install would:"), "remove": self.tr("Remove would:")}
        for verb, plan in row.plans.items():
            if plan.changes:
                yield heads[verb]
                yield from (f"    {in_our_words(change)}".replace("\n", "\n    ") for change in plan.changes)

    # -- doing ---------------------------------------------------------------------------------------------------

    def carry_out(self, verb: Verb) -> None:
        """Do what the plan of the selected program says."""
        row = self.chosen
        if row is None or verb not in row.plans:
            return
        self.banner.clear()
        plan = row.plans[verb]
        done = self.tr("{program}: done.").format(program=row.part.title)
        everyone = self.everyone.isChecked()

        def work() -> list[Row]:
            plan.carry_out()
            return rows(self._parts, everyone=everyone)

        if self._work.start(lambda: one_step(work)):
            self._then = " ".join(filter(None, (done, in_our_words(plan.then))))

    def _end(self, found: list[Row]) -> None:
        self._list(found)
        if self._then:
            self.banner.say(self._then, "good")
            self._then = ""

    def _fail(self, error: ZimuError) -> None:
        self._then = ""
        self.banner.say_error(error)
        self.reload()

    # -- words ---------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Zimu in editing programs"),
            self.tr("Puts Zimu into the menu of DaVinci Resolve, and its panel into Premiere Pro. What you changed in "
                    "an earlier install is kept."),
        )  # fmt: skip
        self.list.setHeaderLabels([self.tr("Program"), self.tr("Zimu in it"), self.tr("Now")])
        self.list.setAccessibleName(self.tr("Editing programs"))
        self.caption.setText(self.tr("What &would be done"))
        self.plan.setAccessibleName(self.tr("What would be done"))
        self.everyone.setText(self.tr("For &all users of this computer (needs an administrator)"))
        self.install.setText(self.tr("&Install"))
        self.remove.setText(self.tr("&Remove"))
        if self.list.topLevelItemCount():
            items = (self.list.topLevelItem(place) for place in range(self.list.topLevelItemCount()))
            self._list([item.data(0, Qt.ItemDataRole.UserRole) for item in items if item is not None])

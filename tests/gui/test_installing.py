"""The editing programs: what would be done is shown before it is done, and what was done is what was shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.i18n import Translations
from gui.installing import HostsDialog
from plugin_core.errors import HostError
from plugin_core.installing import Plan, Status
from premiere_cep.hosting import PremierePart
from resolve_bridge.hosting import ResolvePart
from tests.hosts.resolve_machine import machine as resolve_machine
from tests.hosts.resolve_machine import on_linux, runs
from tests.panel.test_install import machine as adobe_machine


@pytest.fixture
def parts(tmp_path: Path) -> tuple[ResolvePart, PremierePart]:
    """Both hosts on machines that are made up; Resolve is here and runs."""
    here = resolve_machine(tmp_path / "resolve")
    on_linux(here)
    runs(here)
    return ResolvePart(here, ("/zimu",)), PremierePart(adobe_machine(tmp_path / "adobe")[0])


@pytest.fixture
def dialog(parts: tuple[ResolvePart, PremierePart], qtbot: QtBot) -> HostsDialog:
    return shown(qtbot, parts)


def shown(qtbot: QtBot, parts: tuple[object, ...], **more: object) -> HostsDialog:
    made = HostsDialog(lambda: parts, **more)  # type: ignore[arg-type, return-value]
    qtbot.addWidget(made)
    with qtbot.waitSignal(made._work.finished):
        made.show()
    return made


def did(qtbot: QtBot, dialog: HostsDialog, button: str) -> None:
    with qtbot.waitSignal(dialog._work.finished):
        qtbot.keyClick(getattr(dialog, button), Qt.Key.Key_Space)


def test_what_an_install_would_do_is_shown_before_it_is_done(dialog: HostsDialog, tmp_path: Path) -> None:
    assert dialog.list.topLevelItemCount() == 2
    assert dialog.list.topLevelItem(0).text(1) == "Not installed"
    assert dialog.list.topLevelItem(0).text(2) == "running"
    assert "Install would:" in dialog.plan.toPlainText()
    assert "Edit/Zimu.py" in dialog.plan.toPlainText()
    assert "Remove would:" not in dialog.plan.toPlainText()
    assert (dialog.install.isEnabled(), dialog.remove.isEnabled()) == (True, False)
    assert not list((tmp_path / "resolve").rglob("Zimu.py"))


def test_install_and_removal_by_keyboard(dialog: HostsDialog, tmp_path: Path, qtbot: QtBot) -> None:
    did(qtbot, dialog, "install")
    assert dialog.list.topLevelItem(0).text(1).startswith("Installed, version ")
    assert "Restart DaVinci Resolve" in dialog.banner.text
    assert list((tmp_path / "resolve").rglob("Zimu.py"))
    assert (dialog.install.isEnabled(), dialog.remove.isEnabled()) == (False, True)
    did(qtbot, dialog, "remove")
    assert not list((tmp_path / "resolve").rglob("Zimu.py"))
    assert dialog.list.topLevelItem(0).text(1) == "Not installed"


def test_the_program_that_was_asked_for_is_selected(parts: tuple[ResolvePart, PremierePart], qtbot: QtBot) -> None:
    made = shown(qtbot, parts, chosen="premiere")
    assert made.chosen is not None
    assert made.chosen.part.id == "premiere"
    assert "defaults write com.adobe.CSXS.12 PlayerDebugMode -string 1" in made.plan.toPlainText()
    assert "was not found" in made.programs.text()


def test_for_all_users_the_plan_is_another(dialog: HostsDialog, qtbot: QtBot) -> None:
    assert "opt/resolve" not in dialog.plan.toPlainText()
    with qtbot.waitSignal(dialog._work.finished):
        dialog.everyone.setChecked(True)
    assert "opt/resolve" in dialog.plan.toPlainText()


class Sick:
    """A host whose install fails."""

    id, title = "sick", "Sick Program"

    def status(self, *, everyone: bool = False) -> Status:
        return Status("absent", programs=("Sick 1",))

    def plan(self, verb: str, *, everyone: bool = False) -> Plan:
        if everyone:
            raise HostError("sick.everyone", "Not for everyone.", "Only for you.")
        return Plan((f"{verb} it",), self._fail)

    def _fail(self) -> None:
        raise HostError("sick.full", "It is full.", "Empty it.")


def test_what_fails_is_said_and_the_list_stays(qtbot: QtBot) -> None:
    made = shown(qtbot, (Sick(),))
    with qtbot.waitSignal(made._work.failed):
        made.install.click()
    qtbot.waitUntil(lambda: not made._work.busy)
    assert "It is full." in made.banner.text
    assert made.list.topLevelItemCount() == 1
    with qtbot.waitSignal(made._work.finished):
        made.everyone.setChecked(True)
    assert "Not for everyone." in made.plan.toPlainText()
    assert not made.install.isEnabled()


def test_a_program_that_is_not_made_for_this_system_offers_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    made = shown(qtbot, (PremierePart(adobe_machine(tmp_path, "linux")[0]),))
    assert made.list.topLevelItem(0).text(1) == "Not made for this system"
    assert not made.install.isEnabled()
    assert made.plan.toPlainText() == ""


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[Translations]:
    made = Translations(qapp, "zh_CN")
    yield made
    made.use("en")
    made.deleteLater()


def test_in_chinese_the_plan_is_chinese_too(
    chinese: Translations, parts: tuple[ResolvePart, PremierePart], qtbot: QtBot
) -> None:
    for chosen, words in (
        ("resolve", ("安装将会：", "写入 ", "还没有这个文件夹")),
        ("premiere", ("把面板", "允许 Adobe")),
    ):
        text = shown(qtbot, parts, chosen=chosen).plan.toPlainText()
        for word in words:
            assert word in text

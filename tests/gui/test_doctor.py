"""Why does it not work: what the doctor finds is listed, leads to its fix, and can be handed on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.doctor import DoctorDialog
from gui.i18n import Translations
from gui.installing import HostsDialog
from gui.manage import Manage
from gui.preferences import PreferenceStore
from gui.session import Session
from plugin_core.doctor.findings import Finding

FOUND = (
    Finding("toy.off", "problem", "It is off.", "Run `zimu hosts install resolve`.", "没有打开。", "请运行安装。"),
    Finding("toy.new", "note", "It is new.", "Read about it.", "是新的。", "请阅读。"),
    Finding("toy.well", "ok", "It is well.", "", "一切正常。"),
)
PAGE = json.dumps({"zimu": "1", "findings": [one.to_json() for one in FOUND]})


def says(text: str) -> tuple[str, ...]:
    code = "import sys; sys.stdout.write(sys.argv[1]); print(' '.join(sys.argv[2:]), file=sys.stderr)"
    return (sys.executable, "-c", code, text)


def shown(qtbot: QtBot, text: str = PAGE) -> DoctorDialog:
    made = DoctorDialog(says(text))
    qtbot.addWidget(made)
    with qtbot.waitSignal(made._process.finished):
        made.show()
    return made


def messages(dialog: DoctorDialog) -> list[str]:
    return [dialog.list.topLevelItem(place).text(1) for place in range(dialog.list.topLevelItemCount())]


def test_what_was_found_is_listed_with_its_state_and_its_fix(qtbot: QtBot) -> None:
    dialog = shown(qtbot)
    assert messages(dialog) == ["It is off.", "It is new.", "It is well."]
    first = dialog.list.topLevelItem(0)
    assert first.data(0, Qt.ItemDataRole.AccessibleTextRole) == "Problem"  # never by the picture alone
    assert dialog.details.text() == "It is off.\nRun `zimu hosts install resolve`.\ntoy.off"


def test_a_fix_of_ours_is_led_to_and_another_is_not(qtbot: QtBot) -> None:
    dialog = shown(qtbot)
    with qtbot.waitSignal(dialog.asked) as asked:
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert asked.args == ["hosts install resolve"]
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))
    assert not dialog.fix.isEnabled()


def test_the_page_is_copied_and_saved_as_text(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = shown(qtbot)
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.text
    assert dialog.text.startswith("Problems: 1. Notes: 1. In order: 1.")
    dialog.save_page(tmp_path / "page.txt")
    assert (tmp_path / "page.txt").read_text("utf-8") == dialog.text
    dialog.save_page(tmp_path / "page.txt/page.txt")
    assert "cannot be written" in dialog.banner.text


def test_a_thorough_look_is_asked_for(qtbot: QtBot) -> None:
    dialog = shown(qtbot)
    with qtbot.waitSignal(dialog._process.finished):
        dialog.thorough.click()
    assert bytes(dialog._process.readAllStandardError().data()).decode().split()[-1] == "--thorough"


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"zimu": "1"}', '{"findings": [{"x": 1}]}'])
def test_a_look_that_fails_is_said(qtbot: QtBot, text: str) -> None:
    dialog = shown(qtbot, text)
    assert "zimu doctor" in dialog.banner.text
    assert not dialog.copy.isEnabled()


def test_a_program_that_is_not_there_is_said(qtbot: QtBot) -> None:
    made = DoctorDialog(("/no/such/program",))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "zimu doctor" in made.banner.text)


@pytest.fixture
def translations(qapp: QApplication) -> Iterator[Translations]:
    made = Translations(qapp, "en")
    yield made
    made.use("en")
    made.deleteLater()


def test_the_findings_follow_the_language(translations: Translations, qtbot: QtBot) -> None:
    dialog = shown(qtbot)
    translations.use("zh_CN")
    qtbot.waitUntil(lambda: messages(dialog) == ["没有打开。", "是新的。", "一切正常。"])
    assert dialog.text.startswith("1 个问题")
    assert dialog.fix.text() == "去修复(&P)…"


# -- behind its actions ----------------------------------------------------------------------------


@pytest.fixture
def manage(session: Session, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manage]:
    monkeypatch.setattr("gui.doctor.COMMAND", says(PAGE))
    monkeypatch.setattr("plugin_core.installing.parts", tuple)
    window, actions = QWidget(), Actions(qapp)
    qtbot.addWidget(window)
    yield Manage(window, session, actions, PreferenceStore())
    actions.deleteLater()


def test_both_pages_open_behind_their_actions_and_close_with_escape(manage: Manage, qtbot: QtBot) -> None:
    for name, kind in (("help.doctor", DoctorDialog), ("tools.hosts", HostsDialog)):
        with qtbot.waitSignal(manage.opened) as opened:
            manage._actions[name].trigger()
        dialog = opened.args[0]
        assert isinstance(dialog, kind)
        with qtbot.waitSignal(dialog.finished):
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_fix_opens_the_page_it_is_done_on(manage: Manage, qtbot: QtBot) -> None:
    dialog = manage.show_doctor()
    assert isinstance(dialog, DoctorDialog)
    with qtbot.waitSignal(manage.opened) as opened:
        dialog.asked.emit("hosts remove premiere --all-users")
    hosts = opened.args[0]
    assert isinstance(hosts, HostsDialog)
    assert hosts.everyone.isChecked()
    assert hosts._wanted == "premiere"
    with qtbot.waitSignal(manage._actions["tools.packs"].triggered):
        dialog.asked.emit("models list --all")
    for open_one in (hosts, dialog):
        assert isinstance(open_one, QDialog)
        open_one.reject()

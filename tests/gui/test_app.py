from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typer.testing import CliRunner

from gui import app
from gui.cli import app as command
from plugin_core.errors import SettingsError


def test_the_command_opens_the_files_it_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[object] = []
    monkeypatch.setattr(app, "main", lambda files, host: seen.append((files, host)) or 0)
    done = CliRunner().invoke(command, ["--host", "resolve", str(tmp_path / "a.mp4")])
    assert done.exit_code == 0
    assert seen == [([tmp_path / "a.mp4"], "resolve")]


def test_without_qt_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gui.app", None)
    done = CliRunner().invoke(command, [])
    assert isinstance(done.exception, SettingsError)
    assert "zimu[gui]" in done.exception.hint


def test_without_a_screen_the_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(command, [])
    assert isinstance(done.exception, SettingsError)
    assert "no screen" in done.exception.message


def test_other_commands_do_not_import_qt() -> None:
    code = "import sys, plugin_core.cli; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_glossary_that_is_gone_is_said_and_the_app_comes_up(qapp: QApplication, qtbot: QtBot) -> None:
    parts = app.build(qapp)
    qtbot.addWidget(parts.window)
    parts.store.change(glossary="/nowhere/terms.csv")
    assert parts.session.glossary is None
    assert "terms.csv" in parts.window.panel.banner._text.text()
    parts.window.close()

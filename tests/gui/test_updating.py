"""A newer Zimu is looked for only where somebody asked for it, and nothing is said unless there is one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import app, updating
from gui.app import Parts
from gui.preferences import Preferences
from plugin_core.errors import SettingsError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were asked; a newer version is known at "good", and no answer comes from "bad"."""
    seen: list[str] = []

    def newest(address: str) -> str:
        seen.append(address)
        if address == "bad":
            raise SettingsError("update.refused", "The address did not answer.", "")
        return "99.0" if address == "good" else ""

    monkeypatch.setattr(updating, "newest", newest)
    return seen


@pytest.fixture
def parts(qapp: QApplication, qtbot: QtBot) -> Iterator[Parts]:
    made = app.build(qapp)
    qtbot.addWidget(made.window)
    yield made
    made.window.close()


def test_it_is_off_unless_a_person_turns_it_on(parts: Parts, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert Preferences().updates is False
    monkeypatch.setattr(app, "application", lambda: parts.application)
    monkeypatch.setattr(app, "build", lambda _: parts)
    monkeypatch.setattr(type(parts.application), "exec", lambda *_: 0)
    assert app.main() == 0
    assert asked == []


def test_what_is_newer_is_said(parts: Parts, asked: list[str], qtbot: QtBot) -> None:
    parts.store.change(updates=True, update_url="good")
    app.look_for_newer(parts)
    qtbot.waitUntil(lambda: "99.0" in parts.window.panel.banner._text.text())
    assert asked == ["good"]


@pytest.mark.parametrize("address", ["bad", "same"])
def test_no_answer_and_no_newer_version_say_nothing(parts: Parts, asked: list[str], qtbot: QtBot, address: str) -> None:
    parts.store.change(updates=True, update_url=address)
    check = app.look_for_newer(parts)
    qtbot.waitUntil(lambda: asked == [address] and not check._work.busy)
    assert "Zimu" not in parts.window.panel.banner._text.text()

"""Connecting to an editing program from inside the app: in the background, told all along, never in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import Parts, build
from gui.connection import Connection, reached
from gui.player import Player
from gui.sound import Clock
from plugin_core.bridge import Bridge
from plugin_core.clock import FrameRate
from plugin_core.errors import HostError, SettingsError
from plugin_core.host import RESOLVE, TimelineInfo
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

INFO = TimelineInfo(FrameRate.parse("25"), "Cut 3", duration=5000)


def bridge() -> ModelBridge:
    return ModelBridge(ModelHost(RESOLVE), INFO)


@pytest.fixture
def made(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[[Callable[[str], Bridge]], Parts]]:
    """The app with another way to reach programs."""
    opened: list[Parts] = []

    def make(reach: Callable[[str], Bridge]) -> Parts:
        parts = build(qapp, reach=reach, player=Player(output=lambda _: Clock()))
        opened.append(parts)
        return parts

    yield make
    for parts in opened:
        parts.window.close()
        parts.window.deleteLater()


def test_the_action_connects_and_the_status_bar_tells_all_along(
    made: Callable[[Callable[[str], Bridge]], Parts], qtbot: QtBot
) -> None:
    gate = threading.Event()

    def reach(host: str) -> Bridge:
        gate.wait(20)
        return bridge()

    parts = made(reach)
    button = parts.window.editor
    assert button.accessibleDescription() == "No editing program"
    assert not parts.actions["host.push"].isEnabled()
    parts.actions["host.connect-resolve"].trigger()
    assert button.accessibleDescription() == "Connecting to DaVinci Resolve…"
    with qtbot.waitSignal(parts.window.connection.changed):
        gate.set()
    assert button.accessibleDescription() == "DaVinci Resolve: Cut 3"
    assert parts.actions["host.push"].isEnabled()
    parts.actions["host.disconnect"].trigger()
    assert button.accessibleDescription() == "No editing program"
    assert not parts.actions["host.push"].isEnabled()


def test_a_program_that_does_not_answer_is_a_sentence_with_advice(
    made: Callable[[Callable[[str], Bridge]], Parts], qtbot: QtBot
) -> None:
    def reach(host: str) -> Bridge:
        raise HostError("host.not-running", "DaVinci Resolve does not run.", "Start it, then connect again.")

    parts = made(reach)
    parts.window.stack.setCurrentWidget(parts.window.panel)
    with qtbot.waitSignal(parts.window.connection.failed):
        parts.actions["host.connect-resolve"].trigger()
    assert parts.window.panel.banner._text.text() == "DaVinci Resolve does not run.\nStart it, then connect again."
    assert parts.window.editor.accessibleDescription() == "No editing program"


def test_a_program_without_an_open_timeline_is_connected_all_the_same(qapp: QApplication, qtbot: QtBot) -> None:
    empty = bridge()

    def none() -> TimelineInfo:
        raise HostError("host.no-timeline", "No timeline is open.")

    empty.timeline = none  # type: ignore[method-assign]
    connection = Connection(lambda _: empty)
    with qtbot.waitSignals([connection.changed, connection.changed]):
        connection.connect_to("resolve")
    assert connection.bridge is empty
    assert connection.timeline == ""


def test_a_program_that_answers_after_the_window_was_closed_is_left_again(qapp: QApplication, qtbot: QtBot) -> None:
    gate, left = threading.Event(), threading.Event()
    late = bridge()
    late.close = left.set  # type: ignore[method-assign]

    def reach(host: str) -> Bridge:
        gate.wait(20)
        return late

    connection = Connection(reach)
    connection.connect_to("resolve")
    connection.close()
    with qtbot.waitSignal(connection._work.finished):
        gate.set()
    assert left.wait(20)
    assert connection.bridge is None


def test_premiere_is_reached_through_its_panel() -> None:
    with pytest.raises(HostError, match="Open it in Premiere") as caught:
        reached("premiere")
    assert caught.value.code == "host.panel"


def test_an_unknown_program_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match="no way"):
        reached("final-cut")

"""Slow work runs beside the interface, tells what it does there, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Generator

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from gui.background import Background
from plugin_core.errors import Cancelled, HostError, ZimuError
from plugin_core.protocol import Note, Progress


def test_what_the_work_says_and_gives_arrives_in_the_thread_of_the_interface(qtbot: QtBot) -> None:
    background, heard, threads = Background(), [], set()

    def work() -> Generator[Progress, None, int]:
        threads.add(threading.current_thread().name)
        yield Progress("push", 0, 2)
        yield Progress("push", 1, 2)
        return 7

    background.said.connect(lambda event: heard.append((event.done, QThread.currentThread().isMainThread())))
    with qtbot.waitSignal(background.finished) as ended:
        assert background.start(work)
    assert ended.args == [7]
    assert heard == [(0, True), (1, True)]
    assert threads == {"zimu-background"}
    assert not background.busy


def test_an_error_of_the_work_arrives_as_it_is(qtbot: QtBot) -> None:
    background, gone = Background(), HostError("host.gone", "Gone.", "Come back.")

    def work() -> Generator[Note, None, None]:
        yield Note("push", "on the way")
        raise gone

    with qtbot.waitSignal(background.failed) as failed:
        background.start(work)
    assert failed.args == [gone]


def test_what_nobody_foresaw_is_said_instead_of_lost(qtbot: QtBot) -> None:
    background = Background()
    with qtbot.waitSignal(background.failed) as failed:
        background.start(lambda: iter([1 / 0]))
    assert isinstance(failed.args[0], ZimuError)
    assert "ZeroDivisionError" in failed.args[0].message


def test_cancelling_closes_the_work_between_two_steps(qtbot: QtBot) -> None:
    background, closed, reached = Background(), [], threading.Event()

    def work() -> Generator[Progress, None, None]:
        try:
            while True:
                reached.set()
                yield Progress("pull", 0, 1)
        finally:
            closed.append(True)

    with qtbot.waitSignal(background.failed) as failed:
        background.start(work)
        assert reached.wait(10)
        background.cancel()
    assert isinstance(failed.args[0], Cancelled)
    assert closed == [True]


def test_a_second_work_has_to_wait_its_turn(qtbot: QtBot) -> None:
    background, go = Background(), threading.Event()

    def work() -> Generator[None, None, str]:
        go.wait(10)
        yield None
        return "first"

    with qtbot.waitSignal(background.finished) as ended:
        background.start(work)
        assert background.busy
        assert not background.start(work)
        go.set()
    assert ended.args == ["first"]

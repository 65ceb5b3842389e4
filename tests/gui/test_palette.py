from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.palette import Palette, score


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def palette(qtbot: QtBot, done: list[str]) -> Palette:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    actions = Actions(window)
    for name in actions:
        if name != "file.quit":
            actions[name].triggered.connect(lambda _checked=False, name=name: done.append(name))
    palette = Palette(actions, window)
    palette.window_kept = window  # type: ignore[attr-defined]
    palette.open()
    return palette


def test_a_few_letters_find_an_action_and_enter_runs_it(palette: Palette, qtbot: QtBot, done: list[str]) -> None:
    qtbot.keyClicks(palette.line, "start pa")
    assert palette.names()[0] == "file.start"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert done == ["file.start"]


def test_down_goes_through_the_list(palette: Palette, qtbot: QtBot, done: list[str]) -> None:
    second = palette.names()[1]
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert done == [second]


def test_what_cannot_be_done_now_is_listed_last_and_does_nothing(
    palette: Palette, qtbot: QtBot, done: list[str]
) -> None:
    palette.line.setText("save as")
    assert palette.names()[-1] in {"file.save", "file.save-as"}
    palette.line.setText("file.save-as")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert done == []


def test_what_nobody_does_is_not_listed(palette: Palette) -> None:
    palette.line.setText("quit")
    assert "file.quit" not in palette.names()


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("open", "Open…", "Reopen"),
        ("split", "Split at the caret", "Spell it"),
        ("fac", "Find a command", "Flat icon"),
        ("拆分", "在光标处拆分", "合并"),
    ],
)
def test_nearer_names_score_higher(typed: str, better: str, worse: str) -> None:
    assert score(typed, better) > score(typed, worse)


def test_what_has_not_the_letters_does_not_fit() -> None:
    assert score("xyz", "Open") == 0

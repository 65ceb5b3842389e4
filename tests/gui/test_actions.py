from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from gui.actions import ACTIONS, CONTEXTS, MENUS, NEEDS, SCHEMES, Actions, sequences


def test_every_row_has_an_id_of_its_own_a_menu_a_context_and_a_text() -> None:
    ids = [row.id for row in ACTIONS]
    assert len(ids) == len(set(ids))
    for row in ACTIONS:
        assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", row.id), row.id
        assert row.text.strip(), row.id
        assert row.tip.strip(), row.id
        assert row.menu in dict(MENUS), row.id
        assert row.context in CONTEXTS, row.id
        assert row.needs in NEEDS, row.id


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_key_does_one_thing_wherever_it_is_pressed(qapp: QApplication, scheme: str) -> None:
    for context in CONTEXTS:
        taken: dict[str, str] = {}
        for row in ACTIONS:
            if row.context not in {context, "window"}:
                continue
            for text in row.keys_in(scheme):
                for key in {sequence.toString() for sequence in sequences(text)}:
                    assert key, f"{row.id}: {text} is no key"
                    assert taken.get(key, row.id) == row.id, f"{key} in {context}: {row.id} and {taken[key]}"
                    taken[key] = row.id


def test_a_persons_own_keys_go_before_those_of_the_scheme(qapp: QApplication, qtbot: object) -> None:
    parent = QWidget()
    actions = Actions(parent, "default", {"file.quit": "Alt+F4"})
    assert actions["file.quit"].shortcut().toString() == "Alt+F4"
    actions.set_keys("default", {})
    assert actions["file.quit"].shortcut().toString() == "Ctrl+Q"
    assert "Ctrl+Q" in actions["file.quit"].toolTip()


def test_an_action_is_enabled_only_while_what_it_needs_is_there(qapp: QApplication) -> None:
    parent = QWidget()
    actions = Actions(parent)
    assert not actions["file.save"].isEnabled()
    assert actions["file.open"].isEnabled()
    actions.provide(document=True)
    assert actions["file.save"].isEnabled()


def test_what_nobody_does_is_not_offered(qapp: QApplication) -> None:
    parent = QWidget()
    actions = Actions(parent)
    assert not actions.used("file.open")
    actions["file.open"].triggered.connect(parent.show)
    assert actions.used("file.open")


def test_the_actions_of_a_context_are_put_on_a_widget(qapp: QApplication) -> None:
    parent = QWidget()
    actions = Actions(parent)
    actions.attach(parent, "window")
    expected: list[QAction] = [actions[row.id] for row in ACTIONS if row.context == "window"]
    assert parent.actions() == expected

"""Settings, keys, glossary, memory and language: every one is behind its action, and what is changed holds at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import ACTIONS, Actions
from gui.i18n import Translations
from gui.manage import Manage
from gui.preferences import Preferences, PreferenceStore
from gui.session import Session
from gui.settings_dialog import SettingsDialog
from gui.shortcuts import ShortcutsDialog
from plugin_core.glossary import Term


@pytest.fixture
def store() -> PreferenceStore:
    return PreferenceStore()


@pytest.fixture
def actions(qapp: QApplication) -> Iterator[Actions]:
    made = Actions(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def manage(session: Session, actions: Actions, store: PreferenceStore, qtbot: QtBot) -> Manage:
    window = QWidget()
    qtbot.addWidget(window)
    made = Manage(window, session, actions, store)
    actions.provide(document=True)
    return made


@pytest.fixture
def settings(store: PreferenceStore, qtbot: QtBot) -> SettingsDialog:
    made = SettingsDialog(store)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def shortcuts(actions: Actions, store: PreferenceStore, qtbot: QtBot) -> ShortcutsDialog:
    made = ShortcutsDialog(actions, store)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("name", ["tools.glossary", "tools.memory", "tools.settings", "tools.shortcuts"])
def test_each_dialog_opens_behind_its_action_and_closes_with_escape(
    manage: Manage, actions: Actions, qtbot: QtBot, name: str
) -> None:
    with qtbot.waitSignal(manage.opened) as opened:
        actions[name].trigger()
    dialog = opened.args[0]
    assert isinstance(dialog, QDialog)
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_all_texts_go_to_the_clipboard(manage: Manage, actions: Actions, qtbot: QtBot) -> None:
    with qtbot.waitSignal(manage.said):
        actions["file.copy-text"].trigger()
    assert QGuiApplication.clipboard().text().startswith("Good evening")


def test_a_glossary_is_preferred_from_its_first_save_on(manage: Manage, store: PreferenceStore, home: Path) -> None:
    dialog = manage.show_glossary()
    dialog.model.add((Term("ferry", "渡轮", "en", "zh"),))
    dialog.save()
    assert store.value.glossary == str(home / "glossary.csv")
    dialog.reject()


def test_terms_changed_in_the_preferred_glossary_are_checked_at_once(
    manage: Manage, store: PreferenceStore, session: Session, tmp_path: Path
) -> None:
    store.change(glossary=str(tmp_path / "terms.csv"))
    dialog = manage.show_glossary()
    dialog.model.add((Term("ferry", "渡轮", "en", "zh"),))
    dialog.save()
    assert session.glossary is not None
    assert session.glossary.terms == dialog.model.terms
    dialog.reject()


def test_the_language_switches_to_the_other_and_back(manage: Manage, actions: Actions, store: PreferenceStore) -> None:
    store.change(language="en")
    actions["view.language"].trigger()
    assert store.value.language == "zh_CN"
    actions["view.language"].trigger()
    assert store.value.language == "en"


# -- settings ------------------------------------------------------------------------------------------------------


def test_every_preference_with_a_label_has_a_row(settings: SettingsDialog) -> None:
    assert set(settings.rows) == {one.name for one in fields(Preferences) if one.metadata}


def _another(widget: QWidget) -> None:
    """Change what *widget* holds as a person would."""
    if isinstance(widget, QCheckBox):
        widget.toggle()
    elif isinstance(widget, QSpinBox):
        widget.setValue(widget.value() + 1)
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex((widget.currentIndex() + 1) % widget.count())
    elif isinstance(widget, QLineEdit):
        widget.setText("en, zh" if "," in widget.text() else "elsewhere")
        widget.editingFinished.emit()


@pytest.mark.parametrize("name", [one.name for one in fields(Preferences) if one.metadata])
def test_what_is_changed_is_kept_and_can_be_taken_back(
    settings: SettingsDialog, store: PreferenceStore, name: str
) -> None:
    _another(settings.rows[name].widget)
    assert getattr(store.value, name) != getattr(Preferences(), name)
    assert PreferenceStore().value == store.value
    settings.reset.click()
    assert store.value == Preferences()


def test_a_value_that_is_not_offered_is_shown_and_stays(store: PreferenceStore, qtbot: QtBot) -> None:
    store.change(speech_pack="my-own", profile="/some/house.toml")
    dialog = SettingsDialog(store)
    qtbot.addWidget(dialog)
    assert dialog.rows["speech_pack"].widget.currentText() == "my-own"
    assert store.value.profile == "/some/house.toml"


def test_the_settings_stay_as_they_are_while_the_language_is_switched(
    settings: SettingsDialog, store: PreferenceStore, qapp: QApplication
) -> None:
    translations = Translations(qapp, "en")
    store.change(theme="dark", language="zh_CN")
    translations.use("zh_CN")
    QCoreApplication.sendPostedEvents()
    assert store.value == Preferences(theme="dark", language="zh_CN")
    translations.use("en")
    QCoreApplication.sendPostedEvents()
    translations.deleteLater()


def test_what_in_the_settings_file_is_unknown_is_said(home: Path, qtbot: QtBot) -> None:
    (home / "preferences.json").write_text('{"tomorrow": 1}')
    dialog = SettingsDialog(PreferenceStore())
    qtbot.addWidget(dialog)
    assert "tomorrow" in dialog.banner.text


# -- keys ----------------------------------------------------------------------------------------------------------


def test_a_key_of_ones_own_holds_at_once_and_the_next_time(
    shortcuts: ShortcutsDialog, actions: Actions, store: PreferenceStore
) -> None:
    shortcuts.assign("tools.memory", QKeySequence("Ctrl+Alt+9"))
    assert actions["tools.memory"].shortcut().toString() == "Ctrl+Alt+9"
    assert dict(PreferenceStore().value.keys) == {"tools.memory": "Ctrl+Alt+9"}
    shortcuts.choose("tools.memory")
    shortcuts.back.click()
    assert actions["tools.memory"].shortcut().toString() == "Ctrl+Alt+T"
    assert store.value.keys == ()


def test_an_action_can_have_no_key_at_all(shortcuts: ShortcutsDialog, actions: Actions) -> None:
    shortcuts.choose("tools.memory")
    shortcuts.none.click()
    assert actions["tools.memory"].shortcuts() == []


def test_a_key_used_twice_is_said_and_shown_at_both(shortcuts: ShortcutsDialog, actions: Actions) -> None:
    shortcuts.assign("tools.memory", actions["tools.packs"].shortcut())
    assert set(shortcuts.conflicts()) == {"tools.memory", "tools.packs"}
    assert actions["tools.packs"].text() in shortcuts.banner.text


def test_a_key_of_the_window_and_one_of_a_part_of_it_are_a_conflict(shortcuts: ShortcutsDialog) -> None:
    part = next(row for row in ACTIONS if row.context != "window")
    shortcuts.assign(part.id, QKeySequence("Ctrl+Alt+K"))
    assert {part.id, "tools.packs"} <= set(shortcuts.conflicts())


@pytest.mark.parametrize("scheme", ["default", "subtitle-edit", "aegisub"])
def test_no_scheme_that_comes_with_zimu_has_a_conflict(
    shortcuts: ShortcutsDialog, actions: Actions, store: PreferenceStore, scheme: str
) -> None:
    shortcuts.scheme.setCurrentIndex(shortcuts.scheme.findData(scheme))
    assert (actions.scheme, store.value.scheme) == (scheme, scheme)
    assert shortcuts.conflicts() == {}


def test_a_search_finds_by_name_and_by_key(shortcuts: ShortcutsDialog) -> None:
    def seen() -> set[str]:
        return {name for name, item in shortcuts._items.items() if not item.isHidden()}

    shortcuts.search.setText("translation mem")
    assert seen() == {"tools.memory"}
    shortcuts.search.setText("ctrl+alt+t")
    assert "tools.memory" in seen()
    shortcuts.search.setText("")
    assert len(seen()) == len(ACTIONS)

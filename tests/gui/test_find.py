from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.find import FindBar
from gui.searching import Place
from gui.session import Session
from plugin_core import edits


class Known:
    """A dictionary of everything but "storm" and "Ferries"."""

    def can(self, language: str) -> bool:
        return language == "en"

    def unknown(self, text: str, language: str) -> Iterator[tuple[int, int]]:
        for word in ("storm", "Ferries"):
            if word in text:
                yield text.index(word), text.index(word) + len(word)


@pytest.fixture
def actions(qapp: QApplication) -> Iterator[Actions]:
    owner = QWidget()
    actions = Actions(owner)
    actions.provide(document=True, cue=True)
    yield actions
    owner.deleteLater()


@pytest.fixture
def bar(session: Session, actions: Actions, qtbot: QtBot) -> FindBar:
    bar = FindBar(session, actions, Known())  # type: ignore[arg-type]
    qtbot.addWidget(bar)
    return bar


def walk(bar: FindBar, qtbot: QtBot, steps: int, *, forward: bool = True) -> list[Place]:
    seen = []
    for _ in range(steps):
        with qtbot.waitSignal(bar.found) as told:
            bar.go(forward=forward)
        assert told.args is not None
        seen.append(told.args[0])
    return seen


def test_every_place_is_visited_in_order_and_round_again(bar: FindBar, session: Session, qtbot: QtBot) -> None:
    bar.text.setText("at")
    seen = walk(bar, qtbot, 3)
    assert [(place.cue_id, place.start) for place in seen] == [("cue2", 28), ("cue5", 5), ("cue2", 28)]
    assert session.current == "cue2"
    assert bar.said.text() == "1 of 2"
    (back,) = walk(bar, qtbot, 1, forward=False)
    assert back.cue_id == "cue5"


def test_the_search_begins_at_the_current_cue(bar: FindBar, session: Session, qtbot: QtBot) -> None:
    session.select(["cue3"])
    bar.text.setText("at")
    assert walk(bar, qtbot, 1)[0].cue_id == "cue5"


def test_case_language_and_patterns_narrow_the_search(bar: FindBar, actions: Actions) -> None:
    actions["text.find"].trigger()
    bar.text.setText("more")
    bar.count()
    assert bar.said.text() == "1 found"
    bar.case.setChecked(True)
    bar.count()
    assert bar.said.text() == "Not found"
    bar.regex.setChecked(True)
    bar.text.setText("(?i)more|再会")
    bar.count()
    assert bar.said.text() == "2 found"
    bar.language.setCurrentIndex(bar.language.findData("zh"))
    bar.count()
    assert bar.said.text() == "1 found"


@pytest.mark.parametrize("pattern", ["(", "*", "a{99999999999}", "(?P<x"])
def test_a_pattern_that_is_none_is_said_to_be_none(bar: FindBar, session: Session, pattern: str) -> None:
    bar.regex.setChecked(True)
    bar.text.setText(pattern)
    bar.go(forward=True)
    bar.replace_all()
    assert bar.said.text().startswith("This pattern cannot be looked for: ")
    assert session.undo.count() == 0


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "^(a|b|ab)+$", "((a{1000}){1000}){1000}"])
def test_a_hostile_pattern_is_given_up_with_a_sentence(bar: FindBar, session: Session, pattern: str) -> None:
    session.edit("Hostile", edits.set_text(session.document, "cue1", "en", "ab" * 40 + "a" * 60 + "!"))
    steps = session.undo.count()
    bar.regex.setChecked(True)
    bar.text.setText(pattern)
    for act in (bar.count, lambda: bar.go(forward=True), bar.replace, bar.replace_all):
        bar.said.clear()
        act()
        assert bar.said.text() in {
            "This pattern takes too long and was given up.",
            "This pattern cannot be looked for: it repeats too often.",
        }
    assert session.undo.count() == steps


def test_letters_can_be_told_by_their_script(bar: FindBar) -> None:
    bar.regex.setChecked(True)
    bar.text.setText(r"^\p{Han}+。$")
    bar.count()
    assert bar.said.text() == "3 found"


def test_replacing_one_by_one_shows_the_next(bar: FindBar, session: Session, qtbot: QtBot) -> None:
    bar.text.setText("at")
    bar.new.setText("AT")
    walk(bar, qtbot, 1)
    with qtbot.waitSignal(bar.found) as told:
        bar.replace()
    assert told.args is not None
    assert told.args[0].cue_id == "cue5"
    assert session.document.cues[1].texts[0] == "The storm reached the coast AT noon."
    assert session.document.cues[4].texts[0] == "More at ten."


def test_groups_of_a_pattern_can_be_used_in_what_is_put_there(bar: FindBar, session: Session) -> None:
    bar.regex.setChecked(True)
    bar.text.setText(r"(\w+) at (\w+)")
    bar.new.setText(r"\2 at \1")
    bar.replace()
    bar.replace()
    assert session.document.cues[1].texts[0] == "The storm reached the noon at coast."
    bar.text.setText("a(b)?")
    bar.new.setText(r"\7")
    bar.replace()
    bar.replace()
    assert bar.said.text().startswith("This pattern cannot be looked for: ")


def test_replacing_everywhere_is_one_step(bar: FindBar, session: Session, actions: Actions) -> None:
    before = session.document
    actions["text.replace"].trigger()
    bar.text.setText("。")
    bar.new.setText("！")
    bar.replace_every.click()
    assert bar.said.text() == "4 replaced"
    assert session.undo.count() == 1
    session.undo.undo()
    assert session.document is before


def test_keys_find_replace_and_put_the_bar_away(bar: FindBar, session: Session, actions: Actions, qtbot: QtBot) -> None:
    actions["text.find"].trigger()
    assert bar.new.isHidden()
    qtbot.keyClicks(bar.text, "at")
    with qtbot.waitSignal(bar.found):
        qtbot.keyClick(bar.text, Qt.Key.Key_Return)
    with qtbot.waitSignal(bar.found) as told:
        qtbot.keyClick(bar.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert told.args is not None
    assert told.args[0].cue_id == "cue5"
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar.text, Qt.Key.Key_Escape)
    assert bar.isHidden()
    with qtbot.waitSignal(bar.found):
        actions["text.find-next"].trigger()


def test_the_next_unknown_word_is_shown(bar: FindBar, actions: Actions, qtbot: QtBot) -> None:
    seen = []
    for _ in range(3):
        with qtbot.waitSignal(bar.found) as told:
            actions["text.spelling"].trigger()
        assert told.args is not None
        seen.append(told.args[0].cue_id)
    assert seen == ["cue2", "cue3", "cue2"]


def test_without_a_dictionary_spelling_says_so(session: Session, actions: Actions, qtbot: QtBot) -> None:
    bar = FindBar(session, actions)
    qtbot.addWidget(bar)
    bar.next_mistake()
    assert bar.said.text() == "There is no dictionary of a language of this document."


def test_languages_that_come_are_offered(bar: FindBar, session: Session) -> None:
    session.edit("Language", edits.add_language(session.document, "de"))
    assert [bar.language.itemText(row) for row in range(bar.language.count())] == [
        "All languages", "English", "中文", "Deutsch"
    ]  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.editor import CueEditor
from gui.session import Session
from plugin_core import edits


@pytest.fixture
def actions(qapp: QApplication) -> Iterator[Actions]:
    owner = QWidget()
    actions = Actions(owner)
    actions.provide(document=True, cue=True)
    yield actions
    owner.deleteLater()


@pytest.fixture
def editor(session: Session, actions: Actions, qtbot: QtBot) -> CueEditor:
    editor = CueEditor(session, actions)
    qtbot.addWidget(editor)
    editor.resize(900, 260)
    editor.show()
    session.select(["cue1"])
    return editor


def compose(field: QWidget, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(field, event)


def test_the_current_cue_is_shown_in_every_language(editor: CueEditor, session: Session) -> None:
    assert [field.toPlainText() for field in editor.fields()] == list(session.document.cues[0].texts)
    assert (editor.start.text(), editor.end.text(), editor.duration.text()) == (
        "00:00:01.000", "00:00:03.400", "00:00:02.400"
    )  # fmt: skip
    assert editor.speaker.currentText() == "Anchor"
    session.select([])
    assert all(field.isReadOnly() and not field.toPlainText() for field in editor.fields())
    assert not editor.start.isEnabled()


def test_what_is_typed_is_in_the_document_at_once_and_one_step(
    editor: CueEditor, session: Session, qtbot: QtBot
) -> None:
    field = editor.fields()[0]
    field.caret = len(field.toPlainText())
    qtbot.keyClicks(field, " Hello")
    assert session.document.cues[0].texts[0] == "Good evening, and welcome. Hello"
    assert session.undo.count() == 1
    session.undo.undo()
    assert field.toPlainText() == "Good evening, and welcome."


def test_a_pause_or_another_place_ends_the_step(editor: CueEditor, session: Session, qtbot: QtBot) -> None:
    first, second = editor.fields()
    qtbot.keyClicks(first, "a")
    first.paused.emit()
    qtbot.keyClicks(first, "b")
    qtbot.keyClicks(second, "c")
    assert session.undo.count() == 3


def test_undo_keys_in_a_text_undo_in_the_session(editor: CueEditor, session: Session, qtbot: QtBot) -> None:
    field = editor.fields()[0]
    qtbot.keyClicks(field, "X")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.document.cues[0].texts[0] == "Good evening, and welcome."
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert session.document.cues[0].texts[0] == "Good evening, and welcome.X"


def test_a_word_in_the_making_is_not_typed_yet(editor: CueEditor, session: Session) -> None:
    field = editor.fields()[1]
    compose(field, "wan")
    assert field.composing
    assert session.undo.count() == 0
    compose(field, "", "晚")
    assert not field.composing
    assert session.document.cues[0].texts[1] == "晚上好，欢迎收看。晚"
    assert session.undo.count() == 1


def test_an_edit_from_elsewhere_waits_for_the_word_in_the_making(editor: CueEditor, session: Session) -> None:
    field = editor.fields()[1]
    compose(field, "wan")
    session.edit("Memory", edits.set_text(session.document, "cue1", "zh", "晚安。"))
    assert field.toPlainText() == "晚上好，欢迎收看。"
    compose(field, "")
    assert field.toPlainText() == "晚安。"
    assert session.document.cues[0].texts[1] == "晚安。"


def test_the_caret_stays_with_its_characters_when_the_text_changes_elsewhere(
    editor: CueEditor, session: Session
) -> None:
    field = editor.fields()[0]
    field.caret = len("Good evening, and")
    session.edit("Term", edits.set_text(session.document, "cue1", "en", "Very good evening, and welcome."))
    assert field.toPlainText()[: field.caret] == "Very good evening, and"


def test_split_at_the_caret_cuts_the_text_and_goes_on_in_the_second_part(
    editor: CueEditor, session: Session, actions: Actions
) -> None:
    field = editor.fields()[0]
    field.caret = len("Good evening, ")
    actions["cue.split-caret"].trigger()
    left, right = session.document.cues[:2]
    assert (left.texts[0], right.texts[0]) == ("Good evening,", "and welcome.")
    assert "".join(word.text for word in right.words).strip() == "and welcome."
    assert session.current == right.id
    assert (field.toPlainText(), field.caret) == ("and welcome.", 0)
    session.undo.undo()
    assert (session.current, field.toPlainText()) == ("cue1", "Good evening, and welcome.")


def test_accepting_goes_to_the_next_cue(editor: CueEditor, session: Session, actions: Actions) -> None:
    actions["cue.accept"].trigger()
    assert session.current == "cue2"
    session.select(["cue5"])
    actions["cue.accept"].trigger()
    assert session.current == "cue5"


def test_times_are_typed_or_stepped_by_frames(editor: CueEditor, session: Session, qtbot: QtBot) -> None:
    editor.start.setText("1.2")
    qtbot.keyClick(editor.start, Qt.Key.Key_Return)
    qtbot.keyClick(editor.end, Qt.Key.Key_Up)
    cue = session.document.cues[0]
    assert (cue.start, cue.end) == (1200, 3440)
    editor.duration.setText("2")
    qtbot.keyClick(editor.duration, Qt.Key.Key_Return)
    assert session.document.cues[0].end == 3200


@pytest.mark.parametrize("text", ["soon", "9"])
def test_a_time_that_cannot_be_is_refused_and_the_old_one_shown(
    editor: CueEditor, session: Session, qtbot: QtBot, text: str
) -> None:
    editor.start.setText(text)
    with qtbot.waitSignal(editor.refused):
        qtbot.keyClick(editor.start, Qt.Key.Key_Return)
    assert editor.start.text() == "00:00:01.000"
    assert session.undo.count() == 0


def test_speaker_and_style_note_go_to_every_selected_cue(editor: CueEditor, session: Session) -> None:
    session.select(["cue1", "cue2"])
    editor.speaker.setEditText("Reporter")
    line = editor.speaker.lineEdit()
    assert line is not None
    line.editingFinished.emit()
    editor.note.setText("top")
    editor.note.editingFinished.emit()
    assert [(cue.speaker, cue.role) for cue in session.document.cues[:3]] == [
        ("Reporter", "top"), ("Reporter", "top"), ("Anchor", "")
    ]  # fmt: skip
    editor.speaker.fill()
    assert [editor.speaker.itemText(place) for place in range(editor.speaker.count())] == ["Anchor", "Reporter"]


def test_several_cues_are_typed_together_one_blank_line_apart(editor: CueEditor, session: Session) -> None:
    session.select(["cue4", "cue3"])
    field = editor.fields()[0]
    assert field.toPlainText() == "Ferries stay in port until tomorrow.\n\nNobody was hurt."
    assert editor.fields()[1].toPlainText() == "渡轮停航至明天。\n\n"
    field.setPlainText("Ferries stay.\n\nNobody was hurt.")
    assert [cue.texts[0] for cue in session.document.cues[2:4]] == ["Ferries stay.", "Nobody was hurt."]
    before = session.document
    field.setPlainText("Only one text")
    assert session.document is before


def test_italics_are_set_and_taken_away(editor: CueEditor, session: Session, actions: Actions) -> None:
    actions["text.italic"].trigger()
    assert session.document.cues[0].texts[0] == "<i>Good evening, and welcome.</i>"
    actions["text.italic"].trigger()
    assert session.document.cues[0].texts[0] == "Good evening, and welcome."


def test_every_field_has_a_name_and_tab_visits_them_all(editor: CueEditor, qtbot: QtBot) -> None:
    fields = [editor.start, editor.end, editor.duration, editor.speaker, editor.note, *editor.fields()]
    assert all(field.accessibleName() for field in fields)
    seen = set()
    widget: QWidget = editor.start
    for _ in range(60):
        seen.add(widget)
        widget = widget.nextInFocusChain()
    assert set(fields) <= seen


def test_a_text_that_breaks_the_rules_says_so_with_a_sign(editor: CueEditor, session: Session) -> None:
    session.edit("Typing", edits.set_text(session.document, "cue1", "zh", "很长" * 12))
    assert [column.counts.text()[0] for column in editor._columns] == ["2", "⚠"]

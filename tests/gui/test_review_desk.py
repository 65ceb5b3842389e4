"""Review, corrections and editor together: a step of the review reaches the model, the memory and the caret."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.editor import CueEditor
from gui.jobs import Jobs
from gui.preferences import Preferences
from gui.problems import Problems
from gui.review_desk import ReviewDesk
from gui.session import Session
from plugin_core.memory import Memory


class Player:
    position = 0

    def seek(self, ms: int) -> None:
        self.position = ms

    def play_span(self, start: int, end: int) -> None:
        self.position = start


class Room:
    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session = session
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.actions = Actions(self.window)
        self.actions.provide(document=True, cue=True, review=True)
        self.editor = CueEditor(session, self.actions, parent=self.window)
        problems = Problems(session, self.window)
        self.jobs = Jobs(self.window, command=("false",))
        self.desk = ReviewDesk(
            session,
            self.jobs,
            Player(),
            self.actions,
            preferred=Preferences,
            problems=problems,
            window=self.window,
            editor=self.editor,
        )
        problems.finish()
        self.desk.queue.restart()
        self.desk.review.refresh()


@pytest.fixture
def room(session: Session, qtbot: QtBot) -> Room:
    return Room(session, qtbot)


def test_an_accepted_translation_is_remembered(room: Room) -> None:
    room.session.select(("cue2",))
    room.actions["review.accept"].trigger()
    with Memory.open() as memory:
        assert memory.confirmed("The storm reached the coast at noon.", ("en", "zh")) == "风暴中午抵达海岸。"


def test_fixing_an_unsure_word_marks_it_in_the_editor(room: Room, qtbot: QtBot) -> None:
    room.window.show()
    qtbot.waitExposed(room.window)
    room.session.select(("cue2",))
    room.actions["review.fix"].trigger()
    field = room.editor.fields()[0]
    assert field.textCursor().selectedText() == "The"


def test_a_missing_translation_starts_a_job(room: Room) -> None:
    room.session.select(("cue4",))
    room.actions["review.fix"].trigger()
    assert room.desk.corrector.busy == 1
    room.jobs.close()


def test_the_caret_tells_what_is_selected_in_which_language(room: Room, qtbot: QtBot) -> None:
    room.window.show()
    with qtbot.waitExposed(room.window):
        room.window.activateWindow()
    room.session.select(("cue1",))
    field = room.editor.fields()[1]
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    cursor = field.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(3, cursor.MoveMode.KeepAnchor)
    field.setTextCursor(cursor)
    caret = room.desk.caret()
    assert (caret.cue_id, caret.language, caret.before, caret.selected) == ("cue1", "zh", "晚上好", "晚上好")

"""The list of marks: by kind, to go to, to write in, to delete, and to turn into subtitles."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.marks import MarksPanel
from gui.session import Session
from plugin_core import edits
from plugin_core.document import Mark


class Player:
    position = 5000

    def seek(self, ms: int) -> None:
        self.position = ms


class Desk:
    """Marks: a shot at 6.96 s, a note at 10 s, music from 12 s."""

    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session, self.qtbot = session, qtbot
        session.load(edits.add_marks(session.document, [Mark("m", "music", 12_000, 14_000, "Theme")]))
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.actions = Actions(self.window)
        self.actions.provide(document=True, cue=True, mark=True)
        self.player = Player()
        self.panel = MarksPanel(session, self.actions, self.player, self.window)

    @property
    def shown(self) -> list[str]:
        return [str(self.panel.shown.index(row, 3).data()) for row in range(self.panel.shown.rowCount())]


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Desk:
    return Desk(session, qtbot)


def test_all_marks_are_shown_and_kinds_are_counted(desk: Desk) -> None:
    assert desk.shown == ["", "Check the name", "Theme"]
    kinds = [desk.panel.kinds.itemText(row) for row in range(desk.panel.kinds.count())]
    assert kinds == ["All kinds (3)", "Music (1)", "Shot (1)", "Note (1)"]


def test_one_kind_and_a_word_can_be_looked_for(desk: Desk) -> None:
    desk.panel.kinds.setCurrentIndex(desk.panel.kinds.findData("note"))
    assert desk.shown == ["Check the name"]
    desk.panel.search.setText("THEME")
    assert desk.shown == []
    desk.panel.kinds.setCurrentIndex(0)
    assert desk.shown == ["Theme"]


def test_choosing_a_mark_selects_it_and_goes_there(desk: Desk) -> None:
    desk.panel.table.selectRow(2)
    assert desk.session.selection == ("m",)
    assert desk.player.position == 12_000


def test_the_list_follows_the_selection_without_moving_the_film(desk: Desk) -> None:
    desk.session.select(("note1",))
    assert [index.row() for index in desk.panel.table.selectionModel().selectedRows()] == [1]
    assert desk.player.position == 5000
    desk.session.select(("cue1",))
    assert desk.panel.table.selectionModel().selectedRows() == []


def test_next_and_previous_go_from_the_film_and_then_from_mark_to_mark(desk: Desk) -> None:
    order = []
    for name in ("next", "next", "next", "previous"):
        desk.actions[f"mark.{name}"].trigger()
        order.append(desk.session.current)
    assert order == ["shot1", "note1", "m", "note1"]


def test_a_note_is_put_where_the_film_stands_and_can_be_undone(desk: Desk) -> None:
    before = desk.session.document
    desk.actions["mark.add"].trigger()
    mark = desk.session.mark(desk.session.current)
    assert mark is not None
    assert (mark.kind, mark.start) == ("note", 5000)
    desk.session.undo.undo()
    assert desk.session.document == before


def test_a_text_is_written_in_the_list(desk: Desk) -> None:
    desk.panel.shown.setData(desk.panel.shown.index(1, 3), "Check the name again")
    mark = desk.session.mark("note1")
    assert mark is not None
    assert mark.text == "Check the name again"


def test_deleting_takes_the_selected_marks_and_no_cue(desk: Desk) -> None:
    desk.session.select(("cue1", "m", "note1"))
    desk.actions["mark.delete"].trigger()
    assert [mark.id for mark in desk.session.document.marks] == ["shot1"]
    assert len(desk.session.document.cues) == 5


def test_marks_become_cues_once(desk: Desk) -> None:
    desk.session.select(("m",))
    desk.actions["mark.to-cues"].trigger()
    made = [cue for cue in desk.session.document.cues if "[Theme]" in cue.texts]
    assert [(cue.start, cue.end) for cue in made] == [(12_000, 14_000)]
    assert len(desk.session.document.marks) == 3
    count = desk.session.undo.count()
    desk.actions["mark.to-cues"].trigger()
    assert desk.session.undo.count() == count


def test_the_kinds_follow_the_document(desk: Desk) -> None:
    desk.session.edit("Delete", edits.delete(desk.session.document, ["m"]))
    desk.qtbot.waitUntil(lambda: desk.panel.kinds.findData("music") < 0)
    assert desk.panel.kinds.itemText(0) == "All kinds (2)"

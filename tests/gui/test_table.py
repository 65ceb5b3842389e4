from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.cells import CellEditor
from gui.models import END, START, TEXT
from gui.session import Session
from gui.table import CueTable
from plugin_core import edits


@pytest.fixture
def table(session: Session, qtbot: QtBot) -> Iterator[CueTable]:
    window = QWidget()
    qtbot.addWidget(window)
    table = CueTable(session, Actions(window), parent=window)
    table.resize(900, 400)
    window.resize(900, 400)
    window.show()
    yield table
    window.close()


def selected(table: CueTable) -> list[int]:
    return sorted(index.row() for index in table.selectionModel().selectedRows())


def open_cell(table: CueTable, row: int, column: int) -> CellEditor:
    index = table.model().index(row, column)
    table.setCurrentIndex(index)
    table.edit(index)
    return table.findChildren(CellEditor)[-1]


def test_the_table_and_the_session_select_the_same(table: CueTable, session: Session) -> None:
    session.select(["cue2", "cue4", "cue5"])
    assert selected(table) == [1, 3, 4]
    table.selectRow(2)
    assert session.selection == ("cue3",)
    index = table.model().index(0, TEXT)
    flag = QItemSelectionModel.SelectionFlag
    table.selectionModel().setCurrentIndex(index, flag.Select | flag.Rows)
    assert set(session.selection) == {"cue1", "cue3"}
    assert session.current == "cue1"


def test_undo_selects_the_rows_that_were(table: CueTable, session: Session) -> None:
    table.selectRow(1)
    session.edit("Delete", edits.delete(session.document, ["cue2"]), select=("cue3",))
    assert selected(table) == [1]
    session.undo.undo()
    assert session.selection == ("cue2",)
    assert selected(table) == [1]


def test_rows_that_come_and_go_keep_the_selection_on_its_cue(table: CueTable, session: Session) -> None:
    session.select(["cue4"])
    session.edit("Delete", edits.delete(session.document, ["cue1"]))
    assert (session.selection, selected(table)) == (("cue4",), [2])
    session.edit("Move", edits.retime(session.document, "cue4", start=0, end=500))
    assert (session.selection, selected(table)) == (("cue4",), [0])


def test_a_text_is_typed_in_its_cell(table: CueTable, session: Session, qtbot: QtBot) -> None:
    cell = open_cell(table, 0, TEXT + 1)
    assert cell.toPlainText() == "晚上好，欢迎收看。"
    qtbot.keyClicks(cell, "Hi")
    qtbot.keyClick(cell, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(cell, "there")
    qtbot.keyClick(cell, Qt.Key.Key_Return)
    assert session.document.cues[0].texts[1] == "Hi\nthere"
    assert session.undo.count() == 1


def test_escape_leaves_the_cell_as_it_was(table: CueTable, session: Session, qtbot: QtBot) -> None:
    cell = open_cell(table, 0, TEXT)
    qtbot.keyClicks(cell, "Nonsense")
    qtbot.keyClick(cell, Qt.Key.Key_Escape)
    assert session.undo.count() == 0


def test_return_opens_the_cell_or_the_text_where_nothing_can_be_typed(
    table: CueTable, session: Session, qtbot: QtBot
) -> None:
    table.setCurrentIndex(table.model().index(2, table.cues.checks_column))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert table.currentIndex().column() == TEXT
    assert table.findChildren(CellEditor)


def test_a_time_is_typed_in_its_cell(table: CueTable, session: Session) -> None:
    assert table.model().setData(table.model().index(1, START), "3.9")
    assert session.document.cues[1].start == 3900


def test_only_cues_with_problems_are_shown_and_they_keep_their_numbers(table: CueTable, session: Session) -> None:
    tester = QAbstractItemModelTester(table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.cues.problems.finish()
    table.show_only_problems(True)
    shown = [table.cue_id(row) for row in range(table.model().rowCount())]
    assert shown == ["cue2", "cue4"]
    assert table.model().headerData(1, Qt.Orientation.Vertical) == "4"
    session.edit("Typing", edits.set_text(session.document, "cue4", "zh", "无人受伤。"))
    table.cues.problems.finish()
    assert [table.cue_id(row) for row in range(table.model().rowCount())] == ["cue2"]
    session.undo.undo()
    table.cues.problems.finish()
    table.show_only_problems(False)
    assert table.model().rowCount() == 5
    assert tester


def test_it_paints_itself_in_any_state(table: CueTable, session: Session, qapp: QApplication) -> None:
    session.edit("Typing", edits.set_text(session.document, "cue3", "en", "word " * 60 + "\nline\nline"))
    session.edit("Empty", edits.set_text(session.document, "cue1", "en", ""))
    session.select(["cue3"])
    assert not table.grab().isNull()
    session.edit("Delete", edits.delete(session.document, [cue.id for cue in session.document.cues]))
    assert not table.grab().isNull()


@pytest.mark.parametrize(("width", "hidden"), [(1500, ()), (780, ("end",)), (560, ("end", "speaker"))])
def test_where_it_is_narrow_other_columns_give_way_to_the_texts(
    table: CueTable, width: int, hidden: tuple[str, ...]
) -> None:
    yielding = {"end": END, "speaker": table.cues.speaker_column}
    for first in (500, 2000, width):  # what gave way comes back
        table.resize(first, 400)
    assert tuple(column for column in yielding if table.isColumnHidden(yielding[column])) == hidden
    texts = [column for column in range(table.cues.columnCount()) if table.cues.language_of(column)]
    assert min(map(table.columnWidth, texts)) >= 100


def test_another_language_is_another_column(table: CueTable, session: Session) -> None:
    session.edit("Language", edits.add_language(session.document, "de"))
    assert table.model().columnCount() == 9
    session.undo.undo()
    assert table.model().columnCount() == 8

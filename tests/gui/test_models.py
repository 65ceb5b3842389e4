from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bands import changed_band
from gui.models import DURATION, END, START, TEXT, CueModel, MarkModel, Role
from gui.session import Session
from plugin_core import edits
from plugin_core.document import Document
from tests.gui.scripts import Verb, play, steps

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


class Mirror:
    """The rows as somebody believes they are who only listens to the model's signals."""

    def __init__(self, model: CueModel | MarkModel) -> None:
        self.model = model
        self.rows = self.read(0, model.rowCount())
        model.rowsInserted.connect(self.inserted)
        model.rowsRemoved.connect(self.removed)
        model.dataChanged.connect(self.repainted)
        model.modelReset.connect(self.reset)

    def read(self, first: int, end: int) -> list[object]:
        return [self.model.index(row, 0).data(Role.CUE) for row in range(first, end)]

    def inserted(self, _: QModelIndex, first: int, last: int) -> None:
        self.rows[first:first] = self.read(first, last + 1)

    def removed(self, _: QModelIndex, first: int, last: int) -> None:
        del self.rows[first : last + 1]

    def repainted(self, first: QModelIndex, last: QModelIndex) -> None:
        self.rows[first.row() : last.row() + 1] = self.read(first.row(), last.row() + 1)

    def reset(self) -> None:
        self.rows = self.read(0, self.model.rowCount())


@given(old=st.lists(st.integers(0, 6), max_size=8), new=st.lists(st.integers(0, 6), max_size=8))
def test_a_band_is_all_that_differs(old: list[int], new: list[int]) -> None:
    band = changed_band(old, new)
    assert old[: band.start] + new[band.start : band.start + band.added] + old[band.start + band.removed :] == new
    assert bool(band) == (old != new)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(script=steps)
def test_whatever_is_edited_the_signals_tell_the_whole_truth(
    qapp: QApplication, document: Document, script: list[tuple[Verb, int, int, bool]]
) -> None:
    session = Session(document)
    cues, marks = CueModel(session), MarkModel(session)
    testers = [QAbstractItemModelTester(model, FATAL) for model in (cues, marks)]
    mirrors = [Mirror(cues), Mirror(marks)]
    play(session, script)
    while session.undo.canUndo():
        session.undo.undo()
        assert mirrors[0].rows == list(session.document.cues)
        assert mirrors[1].rows == list(session.document.marks)
    while session.undo.canRedo():
        session.undo.redo()
        assert mirrors[0].rows == list(session.document.cues)
        assert mirrors[1].rows == list(session.document.marks)
    assert testers


def test_a_split_is_one_repainted_row_and_one_inserted(session: Session, qtbot: QtBot) -> None:
    model = CueModel(session)
    with qtbot.waitSignal(model.rowsInserted) as inserted, qtbot.waitSignal(model.dataChanged):
        session.edit("Split", edits.split(session.document, "cue2", 5000))
    assert inserted.args is not None
    assert inserted.args[1:] == [2, 2]
    assert model.rowCount() == 6


def test_a_filter_over_the_model_stays_right(session: Session) -> None:
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(CueModel(session, parent=proxy))
    proxy.setFilterKeyColumn(TEXT)
    proxy.setFilterFixedString("at")
    assert proxy.rowCount() == 2
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "Look at that"))
    assert proxy.rowCount() == 3
    session.undo.undo()
    assert proxy.rowCount() == 2


def test_columns_are_times_speed_a_text_per_language_speaker_and_checks(session: Session) -> None:
    model = CueModel(session)
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert titles == ["Start", "End", "Duration", "Chars/s", "English", "中文", "Speaker", "Checks"]
    cells = [model.index(1, column).data() for column in range(model.columnCount())]
    assert model.headerData(1, Qt.Orientation.Vertical) == "2"
    assert cells[:3] == ["00:00:04.000", "00:00:06.400", "2.400"]
    assert cells[4:7] == ["The storm reached the coast at noon.", "风暴中午抵达海岸。", "Anchor"]
    session.edit("Language", edits.add_language(session.document, "de"))
    assert model.columnCount() == 9


def test_a_cell_takes_what_is_typed_and_it_can_be_undone(session: Session) -> None:
    model = CueModel(session)
    assert model.setData(model.index(0, model.column_of("zh")), "晚安。")
    assert model.setData(model.index(0, START), "0.5")
    assert model.setData(model.index(0, END), "00:00:03,000")
    assert model.setData(model.index(0, DURATION), "2")
    assert model.setData(model.index(0, model.speaker_column), " Reporter ")
    cue = session.document.cues[0]
    assert (cue.texts[1], cue.start, cue.end, cue.speaker) == ("晚安。", 500, 2500, "Reporter")
    assert session.undo.count() == 5


def test_a_time_that_cannot_be_is_refused_with_a_sentence(session: Session, qtbot: QtBot) -> None:
    model = CueModel(session)
    for text in ("noon", "99:99"):
        with qtbot.waitSignal(model.refused) as told:
            assert not model.setData(model.index(0, START), text)
        assert told.args is not None
        assert "is not a time" in told.args[0]
    with qtbot.waitSignal(model.refused):
        assert not model.setData(model.index(0, END), "0")
    assert session.undo.count() == 0


def test_a_reader_of_the_screen_hears_the_cell_the_cue_and_what_is_wrong(session: Session) -> None:
    model = CueModel(session)
    said = model.index(3, TEXT + 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "empty; cue 4, 10.0 to 12.4 s; Untranslated"
    said = model.index(0, TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Good evening, and welcome.; cue 1, 1.0 to 3.4 s; no problems"


def test_words_the_recogniser_was_not_sure_of_are_places_in_the_text(session: Session) -> None:
    model = CueModel(session)
    text = session.document.cues[1].texts[0]
    spans = model.index(1, TEXT).data(Role.UNSURE)
    assert [text[start:end] for start, end in spans] == text.split()
    assert model.index(0, TEXT).data(Role.UNSURE) == ()
    assert model.index(1, TEXT).data(Role.CONFIDENCE) == 0.3


def test_a_mark_is_described_and_its_text_can_be_edited(session: Session) -> None:
    model = MarkModel(session)
    assert [model.index(1, column).data() for column in range(4)] == [
        "00:00:10.000", "00:00:11.000", "Note", "Check the name"
    ]  # fmt: skip
    assert model.setData(model.index(1, 3), "Checked")
    assert session.document.marks[1].text == "Checked"
    session.undo.undo()
    assert model.index(1, 3).data() == "Check the name"

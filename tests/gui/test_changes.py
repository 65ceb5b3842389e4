"""Corrections against the machine's version: all are listed, counted and can be taken back, one or many."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.changes import ChangesPanel
from gui.corrector import Corrector
from gui.jobs import Jobs
from gui.preferences import Preferences
from gui.review_rows import TwoLines
from gui.session import Session
from plugin_core import edits, originals


class Desk:
    def __init__(self, session: Session, qtbot: QtBot) -> None:
        originals.keep(session.document)
        self.session = session
        self.made = session.document
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.actions = Actions(self.window)
        self.actions.provide(document=True, cue=True)
        self.corrector = Corrector(session, Jobs(self.window), Preferences, parent=self.window)
        self.panel = ChangesPanel(self.corrector, self.actions, self.window)
        edited = edits.set_text(session.document, "cue2", "en", "The big storm reached the coast.")
        edited = edits.set_text(edits.retime(edited, "cue3", end=9900), "cue4", "zh", "无人受伤。")
        session.edit("Corrections", edits.delete(edited, ["cue5"]))
        self.panel.compare()

    def rows(self) -> list[str]:
        model = self.panel.model
        return [str(model.index(row).data(TwoLines.UNDER)).rsplit(" · ", 1)[1] for row in range(model.rowCount())]


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Desk:
    return Desk(session, qtbot)


def test_every_correction_is_listed_with_its_kind(desk: Desk) -> None:
    assert desk.rows() == ["Text", "Times", "Text", "Deleted"]
    QAbstractItemModelTester(desk.panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_the_error_rate_is_of_every_language(desk: Desk) -> None:
    said = desk.panel.rates.text()
    assert "4 change" in said
    # in English: “big” is missing, “at noon” is too much, and so are the three words of the deleted cue
    assert "31.6% of 19" in said


def test_choosing_a_change_selects_its_cue_and_shows_both_versions(desk: Desk) -> None:
    desk.panel.list.setCurrentIndex(desk.panel.model.index(0))
    assert desk.session.current == "cue2"
    assert "<b>big </b>" in desk.panel.difference.text()
    assert "<s> at noon</s>" in desk.panel.difference.text()


def test_the_list_follows_the_selection(desk: Desk) -> None:
    desk.session.select(("cue4",))
    assert desk.panel.list.currentIndex().row() == 2


def test_one_change_goes_back_and_the_others_stay(desk: Desk) -> None:
    desk.panel.list.setCurrentIndex(desk.panel.model.index(0))
    desk.actions["changes.restore"].trigger()
    desk.panel.compare()
    assert desk.session.document.cues[1] == desk.made.cues[1]
    assert desk.rows() == ["Times", "Text", "Deleted"]


def test_a_deleted_cue_comes_back(desk: Desk) -> None:
    desk.panel.list.setCurrentIndex(desk.panel.model.index(3))
    desk.actions["changes.restore"].trigger()
    assert desk.session.document.cues[4] == desk.made.cues[4]


def test_the_selected_cues_go_back_in_one_step(desk: Desk) -> None:
    before = desk.session.document
    desk.session.select(("cue2", "cue3", "cue4"))
    desk.actions["changes.restore"].trigger()
    assert desk.session.document.cues == desk.made.cues[:4]
    desk.session.undo.undo()
    assert desk.session.document == before


def test_an_unknown_machines_version_is_said(session: Session, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    corrector = Corrector(session, Jobs(window), Preferences, parent=window)
    panel = ChangesPanel(corrector, actions, window)
    panel.compare()
    assert panel.rates.text().startswith("There is no machine's version to compare with")
    assert panel.model.rowCount() == 0


def test_edits_are_compared_only_while_the_panel_is_seen(desk: Desk, qtbot: QtBot) -> None:
    desk.session.edit("Speaker", edits.set_speaker(desk.session.document, ["cue1"], "Li"))
    assert len(desk.rows()) == 4
    with qtbot.waitSignal(desk.panel.shown):
        desk.window.show()
    assert "Speaker" in desk.rows()
    with qtbot.waitSignal(desk.panel.shown):
        desk.session.undo.undo()
    assert "Speaker" not in desk.rows()

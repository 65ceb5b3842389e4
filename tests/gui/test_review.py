"""The review goes from one open problem to the next, by one key each, and never asks twice about what was settled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.problems import Problems
from gui.review import ReviewPanel
from gui.review_queue import ReviewQueue
from gui.session import Session
from plugin_core import edits, review
from plugin_core.checks import check
from plugin_core.document import Cue, Document
from plugin_core.glossary import Glossary, Term
from plugin_core.profiles import find


class Player:
    def __init__(self) -> None:
        self.played: list[tuple[int, int]] = []

    def play_span(self, start: int, end: int) -> None:
        self.played.append((start, end))


class Desk:
    """A review of the five-cue document: its second cue is unsure, its fourth has no translation."""

    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session, self.qtbot = session, qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.actions = Actions(self.window)
        self.actions.provide(document=True, cue=True, review=True)
        self.problems = Problems(session, self.window)
        self.queue = ReviewQueue(session, self.problems, self.window)
        self.player = Player()
        self.panel = ReviewPanel(session, self.actions, self.queue, self.player, self.window)
        self.settle()

    def settle(self) -> None:
        with self.qtbot.waitSignal(self.queue.changed):
            self.problems.finish()
            self.queue.restart()

    def do(self, action: str) -> None:
        self.actions[f"review.{action}"].trigger()

    @property
    def open(self) -> list[str]:
        return [look.cue_id for look in self.queue.looks]


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Desk:
    return Desk(session, qtbot)


def test_what_is_open_comes_in_order_and_the_progress_starts_at_nothing(desk: Desk) -> None:
    assert desk.open == ["cue2", "cue4"]
    assert (desk.queue.progress.done, desk.queue.progress.total) == (0, 2)


def test_accepting_goes_on_to_the_next_and_is_one_step_to_undo(desk: Desk) -> None:
    desk.session.select(("cue2",))
    desk.do("accept")
    assert desk.session.current == "cue4"
    assert desk.open == ["cue4"]
    assert (desk.queue.progress.done, desk.queue.progress.total) == (1, 2)
    desk.session.undo.undo()
    assert desk.open == ["cue2", "cue4"]
    assert desk.session.current == "cue2"


def test_accepting_tells_which_cue_a_person_found_right(desk: Desk) -> None:
    desk.session.select(("cue2",))
    with desk.qtbot.waitSignal(desk.panel.accepted) as told:
        desk.do("accept")
    assert told.args == ["cue2"]


def test_skipping_leaves_it_open_and_comes_back_to_it_last(desk: Desk) -> None:
    desk.session.select(("cue2",))
    desk.do("skip")
    assert desk.session.current == "cue4"
    desk.do("skip")
    assert desk.session.current == "cue2"
    assert desk.open == ["cue2", "cue4"]
    assert desk.session.undo.count() == 0


def test_back_goes_to_the_cue_looked_at_before(desk: Desk) -> None:
    desk.session.select(("cue2",))
    desk.do("accept")
    desk.do("back")
    assert desk.session.current == "cue2"


def test_a_missing_translation_is_asked_of_a_model(desk: Desk) -> None:
    desk.session.select(("cue4",))
    with desk.qtbot.waitSignal(desk.panel.translation_wanted) as asked:
        desk.do("fix")
    assert asked.args == [("cue4",)]
    assert desk.session.current == "cue4"


def test_an_unsure_word_is_marked_for_writing(desk: Desk) -> None:
    desk.session.select(("cue2",))
    with desk.qtbot.waitSignal(desk.panel.writing_wanted) as asked:
        desk.do("fix")
    assert asked.args == ["cue2", "en", 0, len("The")]


def test_what_a_rule_can_mend_is_mended_and_the_review_goes_on(desk: Desk) -> None:
    overlapping = edits.retime(desk.session.document, "cue4", start=9000)
    desk.session.edit("Times", overlapping)
    desk.problems.finish()
    assert desk.open == ["cue2", "cue4"]
    desk.queue.codes = frozenset({"overlap"})
    assert desk.open == ["cue4"]
    desk.session.select(("cue4",))
    desk.do("fix")
    assert desk.open == []
    assert desk.session.document.cues[2].end < 9000
    desk.session.undo.undo()
    assert desk.session.document == overlapping


def test_without_room_the_cue_is_opened_for_writing(desk: Desk) -> None:
    crowded = edits.retime(desk.session.document, "cue2", start=4000, end=4300)
    crowded = edits.retime(crowded, "cue3", start=4400)
    desk.session.edit("Times", crowded)
    desk.problems.finish()
    desk.queue.codes = frozenset({"reading-speed"})
    desk.session.select(("cue2",))
    with desk.qtbot.waitSignal(desk.panel.writing_wanted):
        desk.do("fix")


def test_a_correction_settles_a_problem_at_once(desk: Desk) -> None:
    desk.session.edit("Typing", edits.set_text(desk.session.document, "cue4", "zh", "无人受伤。"))
    assert desk.open == ["cue2"]
    assert desk.queue.progress.done == 1


def test_a_deleted_cue_is_done_and_never_shown_again(desk: Desk) -> None:
    desk.session.select(("cue2",))
    desk.session.edit("Delete", edits.delete(desk.session.document, ["cue2"]))
    desk.panel.refresh()
    assert desk.open == ["cue4"]


def test_a_new_glossary_brings_new_looks(desk: Desk) -> None:
    with desk.qtbot.waitSignal(desk.queue.changed):
        desk.session.glossary = Glossary([Term("storm", "台风", "en", "zh")])
        desk.problems.finish()
    assert "glossary" in desk.queue.look("cue2").codes  # type: ignore[union-attr]


def test_another_document_begins_a_new_review(desk: Desk) -> None:
    desk.do("accept")
    other = Document(languages=("en", "zh"), cues=(replace(desk.session.document.cues[3], id="x"),))
    desk.session.load(other)
    desk.problems.finish()
    assert desk.open == ["x"]
    assert (desk.queue.progress.done, desk.queue.progress.total) == (0, 1)


def test_reopening_asks_again_about_what_was_accepted(desk: Desk) -> None:
    desk.session.select(("cue2",))
    desk.do("accept")
    desk.do("reopen")
    assert desk.open == ["cue2", "cue4"]


def test_when_nothing_is_left_it_is_said_and_no_key_does_anything(desk: Desk) -> None:
    for cue in ("cue2", "cue4"):
        desk.session.select((cue,))
        desk.do("accept")
    document = desk.session.document
    for action in ("accept", "fix", "skip"):
        desk.do(action)
    assert desk.open == []
    assert "Nothing is left" in desk.panel._where.text()
    assert not desk.panel._skip.isEnabled()
    assert desk.session.document is document


def test_the_list_is_a_sound_model_and_names_its_reasons(desk: Desk) -> None:
    QAbstractItemModelTester(desk.panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    desk.session.select(("cue2",))
    desk.do("accept")
    desk.panel.refresh()
    text = desk.panel.model.data(desk.panel.model.index(0), 11)  # AccessibleTextRole
    assert "Nobody was hurt." in str(text)
    assert "Untranslated" in str(text)


def test_a_cue_is_played_when_the_review_comes_to_it_if_that_is_wanted(desk: Desk) -> None:
    desk.session.select(("cue2",))
    desk.do("skip")
    assert desk.player.played == []
    desk.panel._listen.setChecked(True)
    desk.do("skip")
    assert desk.player.played == [(4000, 6400)]


def test_the_worst_can_come_first(desk: Desk) -> None:
    desk.panel._worst.setChecked(True)
    assert desk.open == ["cue4", "cue2"]


def test_the_progress_of_nothing_is_not_shown_as_done(desk: Desk) -> None:
    assert not desk.panel._bar.isHidden()
    desk.session.load(Document())
    desk.queue.changed.emit()
    assert desk.panel._bar.isHidden()
    assert (desk.panel._bar.value(), desk.panel._count.text()) == (0, "")


def test_kinds_can_be_left_out_and_are_counted(desk: Desk) -> None:
    desk.panel._fill_menu()
    action = next(one for one in desk.panel._menu.actions() if one.text().startswith("Unsure"))
    assert action.text().endswith("1")
    action.trigger()
    assert desk.open == ["cue4"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60), st.integers(0, 3000)), min_size=1, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_queue_is_always_what_the_checks_say(
    qapp: QApplication, document: Document, steps: list[tuple[int, int, int]]
) -> None:
    session = Session(document)
    problems = Problems(session, session)
    queue = ReviewQueue(session, problems, session)
    for verb, place, ms in steps:
        cues = session.document.cues
        if not cues:
            break
        cue = cues[place % len(cues)]
        session.edit("Step", _stepped(session.document, cue, verb, ms))
        if not place % 5:
            session.undo.undo()
        if not place % 7:
            session.undo.redo()
    problems.finish()
    found = check(session.document, session.profile, cuts=session.cuts, frame_rate=session.frame_rate)
    assert queue.looks == review.queue(session.document, found)
    assert queue.progress.total >= len(queue.looks)
    session.close()
    session.deleteLater()


def _stepped(document: Document, cue: Cue, verb: int, ms: int) -> Document:
    steps = (
        lambda: edits.set_text(document, cue.id, "zh", "" if ms % 2 else "好"),
        lambda: edits.retime(document, cue.id, end=cue.start + ms),
        lambda: edits.delete(document, [cue.id]),
        lambda: edits.split(document, cue.id, (cue.start + cue.end) // 2) if cue.duration > 2 else document,
        lambda: edits.shift(document, ms, [cue.id]),
        lambda: review.accept(document, check(document, find("netflix"), frame_rate=document.media.frame_rate)),
    )
    return steps[verb]()

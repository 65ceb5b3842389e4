from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import nudging
from gui.actions import ACTIONS, Actions
from gui.correcting import Correcting
from gui.session import Session
from gui.shifting import ONWARD, SELECTED, ShiftDialog
from gui.wave_math import Part
from plugin_core import profiles
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document


class Playhead:
    def __init__(self) -> None:
        self.at = 0


@pytest.fixture
def playhead() -> Playhead:
    return Playhead()


@pytest.fixture
def actions(session: Session, playhead: Playhead, qapp: QApplication) -> Iterator[Actions]:
    owner = QWidget()
    actions = Actions(owner)
    actions.provide(document=True, cue=True, item=True)
    owner.correcting = Correcting(session, actions, lambda: playhead.at, owner)  # type: ignore[attr-defined]
    owner.correcting.setObjectName("correcting")
    session.select(["cue2"])
    yield actions
    owner.deleteLater()


def correcting(actions: Actions) -> Correcting:
    owner = actions.parent()
    assert owner is not None
    found = owner.findChild(Correcting)
    assert found is not None
    return found


def times(session: Session) -> list[tuple[int, int]]:
    return [(cue.start, cue.end) for cue in session.document.cues]


def test_next_and_previous_walk_the_cues_and_stop_at_the_ends(
    session: Session, actions: Actions, playhead: Playhead
) -> None:
    actions["cue.next"].trigger()
    assert session.current == "cue3"
    for _ in range(9):
        actions["cue.previous"].trigger()
    assert session.current == "cue1"
    session.select([])
    playhead.at = 5000
    actions["cue.next"].trigger()
    assert session.current == "cue2"


def test_split_at_the_playhead_selects_the_second_part(
    session: Session, actions: Actions, playhead: Playhead, qtbot: QtBot
) -> None:
    playhead.at = 7800
    actions["cue.split-playhead"].trigger()
    assert times(session)[2:4] == [(7000, 7800), (7800, 9400)]
    assert session.row(session.current) == 3
    playhead.at = 6600
    with qtbot.waitSignal(correcting(actions).refused):
        actions["cue.split-playhead"].trigger()


def test_join_takes_the_next_cue_or_those_selected(session: Session, actions: Actions, qtbot: QtBot) -> None:
    actions["cue.join"].trigger()
    assert session.document.cues[1].texts[1] == "风暴中午抵达海岸。渡轮停航至明天。"
    assert session.selection == ("cue2",)
    session.undo.undo()
    session.select(["cue3", "cue1", "cue2"])
    actions["cue.join"].trigger()
    assert [cue.id for cue in session.document.cues] == ["cue1", "cue4", "cue5"]
    session.select(["cue5"])
    with qtbot.waitSignal(correcting(actions).refused):
        actions["cue.join"].trigger()


def test_a_new_cue_takes_the_room_there_is(session: Session, actions: Actions, qtbot: QtBot) -> None:
    actions["cue.insert-after"].trigger()
    assert times(session)[2] == (6480, 6920)  # two frames of gap at both ends
    assert session.row(session.current) == 2
    with qtbot.waitSignal(correcting(actions).refused):
        actions["cue.insert-after"].trigger()
    session.undo.undo()
    actions["cue.insert-before"].trigger()
    assert times(session)[1] == (3480, 3920)
    session.select(["cue5"])
    actions["cue.insert-after"].trigger()
    assert times(session)[-1] == (15_480, 17_480)


def test_deleting_selects_the_cue_after_and_takes_marks_too(session: Session, actions: Actions) -> None:
    session.select(["note1", "cue2", "cue3"])
    actions["cue.delete"].trigger()
    assert [cue.id for cue in session.document.cues] == ["cue1", "cue4", "cue5"]
    assert [mark.id for mark in session.document.marks] == ["shot1"]
    assert session.selection == ("cue4",)
    session.undo.undo()
    assert session.selection == ("note1", "cue2", "cue3")
    session.select([cue.id for cue in session.document.cues])
    actions["cue.delete"].trigger()
    assert (session.document.cues, session.selection) == ((), ())


def test_the_texts_of_the_selected_cues_are_copied_in_order(session: Session, actions: Actions) -> None:
    session.select(["cue5", "cue4"])
    actions["cue.copy"].trigger()
    assert QGuiApplication.clipboard().text() == "Nobody was hurt.\n\nMore at ten.\n十点再会。"


def test_edges_go_to_the_playhead_and_neighbours_give_way(
    session: Session, actions: Actions, playhead: Playhead
) -> None:
    playhead.at = 3000
    actions["time.start-to-playhead"].trigger()
    assert times(session)[:2] == [(1000, 2920), (3000, 6400)]
    playhead.at = 7600
    actions["time.end-to-playhead"].trigger()
    assert times(session)[1:3] == [(3000, 7600), (7680, 9400)]
    playhead.at = 3040
    actions["time.move-to-playhead"].trigger()
    assert times(session)[1] == (3040, 7640)
    playhead.at = 1000
    before = session.document
    actions["time.end-to-playhead"].trigger()
    assert session.document is before


def test_nudges_in_a_row_are_one_step_of_whole_frames(session: Session, actions: Actions) -> None:
    for _ in range(5):
        actions["time.start-earlier"].trigger()
    assert times(session)[1] == (3800, 6400)
    assert session.undo.count() == 1
    actions["time.end-later"].trigger()
    actions["time.later"].trigger()
    assert times(session)[1] == (3840, 6480)
    assert session.undo.count() == 3


def test_snapping_puts_cues_on_frames_and_by_the_rules_near_cuts(
    session: Session, actions: Actions, qtbot: QtBot
) -> None:
    cues = list(session.document.cues)
    cues[1] = replace(cues[1], start=4013, end=6950)
    session.edit("Times", replace(session.document, cues=tuple(cues)))
    actions["time.snap-frames"].trigger()
    assert times(session)[1] == (4000, 6960)
    actions["time.snap-cuts"].trigger()
    assert times(session)[1] == (4000, 6880)  # the gap before the cut at 6960
    session.select(["cue3"])
    actions["time.snap-cuts"].trigger()
    assert times(session)[2] == (6960, 9400)
    session.edit("Marks", replace(session.document, marks=()))
    with qtbot.waitSignal(correcting(actions).refused):
        actions["time.snap-cuts"].trigger()


def test_what_cannot_be_done_is_said(session: Session, actions: Actions, playhead: Playhead, qtbot: QtBot) -> None:
    session.select(["cue1", "cue5"])
    playhead.at = -5000
    with qtbot.waitSignal(correcting(actions).refused) as told:
        actions["time.move-to-playhead"].trigger()
    assert told.args is not None
    assert "before the media begins" in told.args[0]


def test_no_action_fails_on_an_empty_document(session: Session, actions: Actions) -> None:
    session.load(Document(languages=("en",)))
    for row in ACTIONS:
        if row.id.startswith(("cue.", "time.")):
            actions[row.id].trigger()
    assert len(session.document.cues) <= 2  # what was inserted


@given(
    spans=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 3000)), min_size=1, max_size=6),
    part=st.sampled_from([Part.START, Part.END, Part.BODY]),
    frames=st.integers(-40, 40),
    rate=st.sampled_from([None, FrameRate.parse("24"), FrameRate.parse("30000/1001")]),
)
def test_nudged_cues_never_turn_round_or_begin_before_zero(
    spans: list[tuple[int, int]], part: Part, frames: int, rate: FrameRate | None
) -> None:
    cues = [Cue(f"c{number}", start, start + length, ()) for number, (start, length) in enumerate(spans)]
    document = Document(cues=tuple(sorted(cues, key=lambda cue: (cue.start, cue.end, cue.id))))
    after = nudging.nudged(document, [cue.id for cue in cues], part, frames, rate)
    assert {cue.id for cue in after.cues} == {cue.id for cue in cues}
    assert all(0 <= cue.start <= cue.end for cue in after.cues)


@given(cuts=st.lists(st.integers(1, 20_000), max_size=8), profile=st.sampled_from(["netflix", "bbc"]))
def test_snapping_to_cuts_keeps_every_cue_and_its_direction(cuts: list[int], profile: str) -> None:
    cues = tuple(Cue(f"c{number}", 1000 + 3000 * number, 3000 + 3000 * number, ()) for number in range(5))
    ids = {cue.id for cue in cues}
    rate = FrameRate.parse("25")
    once = nudging.snapped_to_cuts(Document(cues=cues), ids, profiles.find(profile), cuts, rate)
    assert all(cue.end > cue.start for cue in once.cues)
    assert len(once.cues) == 5


# -- shift and stretch -----------------------------------------------------------------------------------------------


@pytest.fixture
def dialog(session: Session, qtbot: QtBot) -> Iterator[ShiftDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    session.select(["cue3"])
    dialog = ShiftDialog(session, window)
    dialog.open()
    yield dialog
    window.close()


def test_all_cues_and_marks_are_shifted_as_one_step(dialog: ShiftDialog, session: Session) -> None:
    dialog.by.setText("+1.5")
    dialog.apply.click()
    assert session.document.cues[0].start == 2500
    assert session.document.marks[0].start == 8460
    assert session.undo.count() == 1


def test_the_current_cue_and_all_after_it_can_be_moved(dialog: ShiftDialog, session: Session) -> None:
    dialog.which.setCurrentIndex(ONWARD)
    dialog.by.setText("−0.5")
    dialog.apply.click()
    assert [cue.start for cue in session.document.cues] == [1000, 4000, 6500, 9500, 12_500]


def test_two_cues_tell_where_all_belong(dialog: ShiftDialog, session: Session) -> None:
    dialog.stretching.setChecked(True)
    assert (dialog.first.text(), dialog.last.text()) == ("00:00:01.000", "00:00:13.000")
    dialog.first.setText("2")
    dialog.last.setText("26")
    dialog.apply.click()
    assert [cue.start for cue in session.document.cues] == [2000, 8000, 14_000, 20_000, 26_000]


def test_what_cannot_be_is_said_and_the_dialog_stays(dialog: ShiftDialog, session: Session) -> None:
    for text in ("soon", "-9"):
        dialog.by.setText(text)
        dialog.apply.click()
        assert dialog.banner.text
        assert dialog.isVisible()
    session.select([])
    dialog.which.setCurrentIndex(SELECTED)
    dialog.apply.click()
    assert dialog.banner.text == "No cue is chosen."
    assert session.undo.count() == 0


def test_a_mark_is_nudged_as_a_cue_is(session: Session, actions: Actions) -> None:
    session.select(("note1",))
    for name in ("time.start-earlier", "time.end-later", "time.end-later", "time.later"):
        actions[name].trigger()
    mark = session.mark("note1")
    assert mark is not None
    assert (mark.start, mark.end) == (10_000, 11_120)

"""Push, pull and unpush from the interface: the plan first, then the deed, and the timeline is never asked in vain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from gui.answering import BOTH, THEIRS
from gui.host import HostDialog
from gui.session import Session
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.errors import HostError
from plugin_core.host import RESOLVE, Marker, Operation, TimelineInfo
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

INFO = TimelineInfo(FrameRate.parse("25"), "Cut 3", start=90_000, duration=5000)


@pytest.fixture
def bridge() -> ModelBridge:
    return ModelBridge(ModelHost(RESOLVE, markers=(Marker("", 7, 1, "mine", "", "Red"),)), INFO)


@pytest.fixture
def saved(session: Session, tmp_path: Path) -> Session:
    session.save(tmp_path / "film.zimu")
    return session


def opened(session: Session, bridge: ModelBridge, qtbot: QtBot, verb: str = "push") -> HostDialog:
    dialog = HostDialog(session, bridge, verb)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.looked):
        pass
    return dialog


def rows(tree: QTreeWidget) -> dict[str, list[str]]:
    tops = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return {top.text(0): [top.child(row).text(0) for row in range(top.childCount())] for top in tops if top}


def carried_out(dialog: HostDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.reported):
        dialog.apply.click()


def test_the_plan_is_shown_and_nothing_is_done_until_it_is_asked_for(
    saved: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(saved, bridge, qtbot)
    shown = rows(dialog.plan)
    assert shown["Subtitle tracks to make"] == ["Zimu en", "Zimu zh", "Zimu en-zh"]
    assert len(shown["Markers to put"]) == 2
    assert bridge.host.calls == 0
    assert dialog.apply.isEnabled()


def test_what_was_shown_is_done_and_the_second_time_there_is_nothing_to_do(
    saved: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(saved, bridge, qtbot)
    carried_out(dialog, qtbot)
    assert dialog.banner.text == "It is on the timeline."
    assert rows(dialog.plan)["Subtitle tracks made"] == ["Zimu en", "Zimu zh", "Zimu en-zh"]
    assert len(rows(dialog.plan)["Markers put"]) == 2
    assert [track.key for track in bridge.host.tracks] == ["en", "zh", "en-zh"]
    again = opened(saved, bridge, qtbot)
    assert not again.apply.isEnabled()
    assert again.banner.text == "The timeline already shows the document."


def test_only_chosen_tracks_and_marks_are_planned(saved: Session, bridge: ModelBridge, qtbot: QtBot) -> None:
    dialog = opened(saved, bridge, qtbot)
    with qtbot.waitSignal(dialog.looked):
        dialog.marks.setChecked(False)
        dialog.tracks.item(0).setCheckState(Qt.CheckState.Unchecked)
        dialog.tracks.item(2).setCheckState(Qt.CheckState.Unchecked)
    assert rows(dialog.plan)["Subtitle tracks to make"] == ["Zimu zh"]
    assert "Markers to put" not in rows(dialog.plan)


def test_an_edit_in_the_host_comes_into_the_session_as_one_step(
    saved: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    carried_out(opened(saved, bridge, qtbot), qtbot)
    bridge.host.markers = [
        replace(one, name="Check twice") if one.name == "Check the name" else one for one in bridge.host.markers
    ]
    dialog = opened(saved, bridge, qtbot, "pull")
    assert rows(dialog.plan)["Edited on the timeline"] == ["Check twice"]
    carried_out(dialog, qtbot)
    assert saved.mark("note1").text == "Check twice"
    assert saved.clean
    saved.undo.undo()
    assert saved.mark("note1").text == "Check the name"


def test_unpush_takes_away_what_is_ours_and_leaves_the_rest(saved: Session, bridge: ModelBridge, qtbot: QtBot) -> None:
    carried_out(opened(saved, bridge, qtbot), qtbot)
    dialog = opened(saved, bridge, qtbot, "unpush")
    assert len(rows(dialog.plan)["Markers to remove"]) == 2
    carried_out(dialog, qtbot)
    assert [one.name for one in bridge.host.markers] == ["mine"]
    assert not bridge.host.tracks


def test_a_document_that_was_edited_is_saved_before_it_is_planned(
    saved: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    saved.edit("Shorten", replace(saved.document, cues=saved.document.cues[:2]))
    dialog = opened(saved, bridge, qtbot)
    assert saved.clean
    assert rows(dialog.plan)["Subtitle tracks to make"]


def test_a_document_without_a_file_says_what_to_do(session: Session, bridge: ModelBridge, qtbot: QtBot) -> None:
    dialog = HostDialog(session, bridge)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "no file yet" in dialog.banner.text)
    assert not dialog.apply.isEnabled()


def test_a_host_that_ends_in_the_middle_is_told_and_nothing_freezes(
    saved: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(saved, bridge, qtbot)

    def gone(operation: Operation) -> None:
        raise HostError("host.gone", "Resolve was closed.", "Open it again.")

    bridge.before = gone
    with qtbot.waitSignal(dialog._work.failed):
        dialog.apply.click()
    assert dialog.banner.text == "Resolve was closed.\nOpen it again."
    assert dialog.again.isEnabled()


def test_what_the_host_refused_is_listed(saved: Session, bridge: ModelBridge, qtbot: QtBot) -> None:
    dialog = opened(saved, bridge, qtbot)

    def refuse(operation: Operation) -> None:
        raise HostError("host.refused", "No.")

    bridge.before = refuse
    carried_out(dialog, qtbot)
    assert len(rows(dialog.plan)["Not done"]) == 5
    assert {"Subtitle tracks made", "Markers put"}.isdisjoint(rows(dialog.plan))
    assert dialog.banner.text == "Not everything could be done."


# -- what both sides changed -----------------------------------------------------------------------------------------


@pytest.fixture
def disputed(saved: Session, bridge: ModelBridge, qtbot: QtBot) -> Session:
    """A session whose note and second cue were changed on the timeline and here since they were pushed."""
    carried_out(opened(saved, bridge, qtbot), qtbot)
    bridge.host.markers = [
        replace(one, name="Check twice") if one.name == "Check the name" else one for one in bridge.host.markers
    ]
    zh = bridge.host.tracks[1]
    captions = (zh.captions[0], replace(zh.captions[1], text="风暴到了。"), *zh.captions[2:])
    bridge.host.tracks[1] = replace(zh, captions=captions)
    document = edits.set_text(saved.document, "cue2", "zh", "风暴登陆。")
    marks = tuple(replace(one, text="Ask Ann") if one.id == "note1" else one for one in document.marks)
    saved.edit("Correct", replace(document, marks=marks))
    return saved


def answered_rows(dialog: HostDialog) -> dict[str, str]:
    rows = [dialog.conflicts.list.topLevelItem(place) for place in range(dialog.conflicts.list.topLevelItemCount())]
    return {row.text(2): row.text(4) for row in rows}


def test_conflicts_are_listed_with_both_versions_and_nothing_is_decided(
    disputed: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(disputed, bridge, qtbot)
    assert not dialog.conflicts.isHidden()
    assert answered_rows(dialog) == {"Check twice": "left as it is", "风暴到了。": "left as it is"}
    assert dialog.conflicts.hint.text() == "2 without an answer: the timeline keeps its own."


def test_keys_answer_for_the_chosen_row_and_the_plan_follows(
    disputed: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(disputed, bridge, qtbot)
    dialog.conflicts.list.setCurrentItem(dialog.conflicts.list.topLevelItem(0))
    with qtbot.waitSignal(dialog._thinking.finished):
        qtbot.keyClick(dialog.conflicts.list, Qt.Key.Key_D)
    assert answered_rows(dialog)["Check twice"] == "document's: Ask Ann"
    assert rows(dialog.plan)["Markers to change"] == ["Ask Ann"]
    assert len(rows(dialog.plan)["Changed on both sides"]) == 1
    assert "Check twice" in {one.name for one in bridge.host.markers}  # nothing is done before it is asked for


def test_both_for_all_keeps_every_version_and_is_one_step_to_undo(
    disputed: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    before = disputed.document
    dialog = opened(disputed, bridge, qtbot)
    with qtbot.waitSignal(dialog._thinking.finished):
        dialog.conflicts.buttons[BOTH].click()
    assert answered_rows(dialog)["风暴到了。"] == "both: 风暴到了。 + 风暴登陆。"
    carried_out(dialog, qtbot)
    assert dialog.banner.text == "It is on the timeline."
    assert {"Check twice", "Ask Ann", "mine"} <= {one.name for one in bridge.host.markers}
    assert bridge.host.tracks[1].captions[1].text == "风暴到了。\n风暴登陆。"
    assert disputed.clean
    disputed.undo.undo()
    assert disputed.document == before


def test_the_timelines_version_is_taken_over_even_if_there_is_nothing_to_put(
    disputed: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(disputed, bridge, qtbot)
    with qtbot.waitSignal(dialog._thinking.finished):
        dialog.conflicts.buttons[THEIRS].click()
    carried_out(dialog, qtbot)
    assert disputed.mark("note1").text == "Check twice"
    assert disputed.cue("cue2").texts[1] == "风暴到了。"
    assert opened(disputed, bridge, qtbot).conflicts.isHidden()


def test_a_document_edited_behind_the_plan_is_planned_again_before_anything_is_done(
    disputed: Session, bridge: ModelBridge, qtbot: QtBot
) -> None:
    dialog = opened(disputed, bridge, qtbot)
    calls = bridge.host.calls
    disputed.edit("Meanwhile", edits.set_text(disputed.document, "cue1", "zh", "晚安。"))
    with qtbot.waitSignal(dialog.looked):
        dialog.apply.click()
    assert bridge.host.calls == calls

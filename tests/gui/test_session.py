from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.session import Session
from plugin_core import edits, storage
from plugin_core.document import Document
from plugin_core.errors import DocumentError
from tests.gui.scripts import Verb, play, steps


def test_an_edit_tells_what_was_and_what_is(session: Session, qtbot: QtBot) -> None:
    before = session.document
    after = edits.set_text(before, "cue1", "en", "Good night.")
    with qtbot.waitSignal(session.changed) as told:
        session.edit("Typing", after)
    assert told.args == [before, after]
    assert session.document is after
    assert session.undo.undoText() == "Typing"


def test_an_edit_that_changes_nothing_is_no_step(session: Session, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(session.changed):
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", session.document.cues[0].texts[0]))
    assert session.undo.count() == 0


def test_typing_is_one_step_until_the_user_pauses(session: Session) -> None:
    first = session.document
    for text in ("G", "Go", "Goo"):
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", text), ("text", "cue1"))
    session.close_merge()
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "Good"), ("text", "cue1"))
    assert session.undo.count() == 2
    session.undo.undo()
    assert session.document.cues[0].texts[0] == "Goo"
    session.undo.undo()
    assert session.document is first


def test_typing_in_another_cue_is_another_step(session: Session) -> None:
    for key in ("cue1", "cue2"):
        session.edit("Typing", edits.set_text(session.document, key, "en", "x"), ("text", key))
    assert session.undo.count() == 2


def test_what_ends_where_it_began_is_forgotten(session: Session) -> None:
    before = session.document
    session.edit("Typing", edits.set_text(before, "cue1", "en", "x"), ("text", "cue1"))
    session.edit("Typing", before, ("text", "cue1"))
    assert session.undo.count() == 0
    assert session.clean
    assert session.document == before


def test_undo_and_redo_bring_back_what_was_selected(session: Session) -> None:
    session.select(["cue2", "cue3"])
    session.edit("Join", edits.join(session.document, ["cue2", "cue3"]), select=("cue2",))
    session.select(["cue5"])
    session.undo.undo()
    assert session.selection == ("cue2", "cue3")
    assert session.current == "cue3"
    session.undo.redo()
    assert session.selection == ("cue2",)


def test_what_is_deleted_is_not_selected_any_more(session: Session) -> None:
    session.select(["cue1", "cue2", "nobody"])
    assert session.selection == ("cue1", "cue2")
    session.edit("Delete", edits.delete(session.document, ["cue2"]))
    assert session.selection == ("cue1",)


def test_cues_and_marks_are_found_by_id_and_by_time(session: Session) -> None:
    assert session.cue("cue3") is session.document.cues[2]
    assert session.mark("note1") is session.document.marks[1]
    assert (session.cue("note1"), session.mark("cue3"), session.cue("")) == (None, None, None)
    assert (session.row("cue3"), session.row("note1"), session.row("nobody")) == (2, 1, -1)
    found = session.cue_at(7000)
    assert found is session.document.cues[2]
    assert session.cue_at(6500) is None
    assert session.cuts == (6960,)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(script=steps)
def test_any_edits_can_be_undone_to_the_start_and_redone_to_the_end(
    qapp: QApplication, document: Document, script: list[tuple[Verb, int, int, bool]]
) -> None:
    session = Session(document)
    seen = play(session, script)
    selected = session.selection
    assert session.undo.count() == len(seen) - 1
    for before in reversed(seen[:-1]):
        session.undo.undo()
        assert session.document is before
        assert all(session.row(key) >= 0 for key in session.selection)
    assert session.clean
    for after in seen[1:]:
        session.undo.redo()
        assert session.document is after
    if session.undo.count():
        assert set(session.selection) <= {cue.id for cue in session.document.cues} | set(selected)


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_document_is_saved_and_opened_again(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "film.zimu"
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "x"))
    assert not session.clean
    with qtbot.waitSignals([session.saved, session.clean_changed, session.path_changed]):
        session.save(path)
    assert session.clean
    assert session.path == path
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "y"))
    with qtbot.waitSignal(session.loaded):
        session.open(path)
    assert session.document == storage.load(path)
    assert session.document.cues[0].texts[0] == "x"
    assert session.undo.count() == 0


def test_without_a_file_saving_asks_for_one(session: Session) -> None:
    with pytest.raises(DocumentError, match="no file yet"):
        session.save()


def test_two_windows_on_one_document_are_noticed(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "film.zimu"
    session.save(path)
    other = Session()
    with pytest.raises(DocumentError, match="open in another window") as refused:
        other.open(path)
    assert refused.value.code == "document.in-use"
    assert (other.path, other.document) == (None, Document())
    other.open(path, anyway=True)
    assert other.document == session.document
    with pytest.raises(DocumentError, match="open in another window"):
        other.save()
    session.close()
    other.open(path)
    other.save()
    other.close()


def test_a_file_that_another_program_changed_is_not_written_over(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "film.zimu"
    session.save(path)
    theirs = edits.delete(session.document, ["cue1", "cue2"])
    storage.save(theirs, path)
    session.edit("Typing", edits.set_text(session.document, "cue3", "en", "mine"))
    assert session.changed_on_disk
    with pytest.raises(DocumentError, match="Another program changed"):
        session.save()
    assert storage.load(path) == theirs
    assert not session.clean
    session.save(anyway=True)
    assert storage.load(path) == session.document


def test_a_file_that_cannot_be_opened_leaves_everything_as_it_was(session: Session, tmp_path: Path) -> None:
    before, bad = session.document, tmp_path / "bad.zimu"
    bad.write_text("not JSON")
    session.select(["cue2"])
    for path in (bad, tmp_path / "missing.zimu"):
        with pytest.raises(DocumentError):
            session.open(path)
    assert (session.document, session.path, session.selection) == (before, None, ("cue2",))
    storage.save(before, bad)
    other = Session()
    other.open(bad)  # nobody holds it
    other.close()


def test_a_save_the_disk_refuses_loses_nothing(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "x"))
    with pytest.raises(DocumentError, match="cannot be written"):
        session.save(folder / "film.zimu")
    assert not session.clean
    assert session.path is None


def test_another_rate_or_profile_asks_for_new_checks(session: Session, qtbot: QtBot) -> None:
    from plugin_core import profiles
    from plugin_core.clock import FrameRate

    with qtbot.waitSignal(session.rules_changed):
        session.profile = profiles.find("bbc")
    with qtbot.waitSignal(session.rules_changed):
        session.frame_rate = FrameRate.parse("30")
    with qtbot.assertNotEmitted(session.rules_changed):
        session.frame_rate = FrameRate.parse("30")
    session.frame_rate = None
    assert session.frame_rate == session.document.media.frame_rate

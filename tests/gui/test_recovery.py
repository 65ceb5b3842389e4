from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import recovery
from gui.recovery import Recovery, discard, leftovers
from gui.session import Session
from plugin_core import edits, storage
from plugin_core.document import Document
from tests.gui.scripts import Verb, play, steps


@pytest.fixture
def kept(session: Session) -> Iterator[Recovery]:
    keeper = Recovery(session)
    yield keeper
    keeper.close()


def test_nothing_is_written_before_the_first_edit(kept: Recovery) -> None:
    kept.flush()
    assert not kept.journal.exists()


def test_every_edit_is_on_the_disk_and_comes_back(session: Session, kept: Recovery) -> None:
    for text in ("One", "Two", "Three"):
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", text))
        kept.flush()
        assert recovery.read(kept.journal).document == session.document
    session.undo.undo()
    kept.flush()
    assert recovery.read(kept.journal).document.cues[0].texts[0] == "Two"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(script=steps)
def test_any_edits_come_back_as_they_were(
    qapp: QApplication, document: Document, script: list[tuple[Verb, int, int, bool]]
) -> None:
    session = Session(document)
    keeper = Recovery(session)
    play(session, script)
    for _ in range(3):
        session.undo.undo()
    keeper.flush()
    if not session.clean:
        assert recovery.read(keeper.journal).document == session.document
    assert keeper.journal.exists() == (not session.clean)
    keeper.close()


def test_a_journal_that_grew_long_begins_anew(
    session: Session, kept: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "LONGEST", 500)
    for number in range(12):
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", f"Version {number} of the text"))
        kept.flush()
    assert len(kept.journal.read_bytes().split(b"\n")) < 8
    assert recovery.read(kept.journal).document == session.document


def test_a_line_that_was_not_written_whole_is_left_out(session: Session, kept: Recovery) -> None:
    for text in ("One", "Two", "Three"):
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", text))
    kept.flush()
    kept.journal.write_bytes(kept.journal.read_bytes()[:-20])
    assert recovery.read(kept.journal).document.cues[0].texts[0] == "Two"


def test_a_document_longer_than_a_portion_comes_back_whole(
    session: Session, kept: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "PORTION", 2)
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "One"))
    kept.flush()
    assert recovery.read(kept.journal).document == session.document


def test_a_document_that_is_opened_is_not_written_again(session: Session, kept: Recovery, tmp_path: Path) -> None:
    storage.save(session.document, tmp_path / "film.zimu")
    session.open(tmp_path / "film.zimu")
    kept.flush()
    assert not kept.journal.parent.exists()


def test_what_is_saved_or_undone_needs_no_recovery(session: Session, kept: Recovery, tmp_path: Path) -> None:
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "One"))
    session.undo.undo()
    kept.flush()
    assert not kept.journal.exists()
    session.undo.redo()
    kept.flush()
    assert kept.journal.exists()
    session.save(tmp_path / "film.zimu")
    kept.flush()
    assert not kept.journal.exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "film.zimu"]


def test_a_result_that_was_never_saved_is_kept_at_once(session: Session, kept: Recovery, document: Document) -> None:
    session.load(edits.delete(document, ["cue1"]), fresh=True)
    kept.flush()
    assert not session.clean
    assert recovery.read(kept.journal).document == session.document


def test_a_session_that_is_open_is_not_offered(session: Session, kept: Recovery) -> None:
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "One"))
    kept.flush()
    assert leftovers() == []


def test_a_session_that_ended_well_leaves_nothing(session: Session) -> None:
    keeper = Recovery(session)
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "One"))
    keeper.close()
    assert list(recovery.default_folder().iterdir()) == []


KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.recovery import Recovery
from gui.session import Session
from plugin_core import edits
app = QCoreApplication([])
session = Session()
session.open(Path(sys.argv[1]))
keeper = Recovery(session)
for number in range(30):
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", f"Typed {number}"))
keeper.flush()
print("typed", flush=True)
sys.stdin.read()
"""


def test_a_program_that_is_killed_loses_nothing(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "film.zimu"
    storage.save(document, path)
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdin is not None
    assert worker.stdout.readline() == "typed\n"
    assert leftovers() == []
    worker.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    worker.wait()
    worker.stdin.close()
    worker.stdout.close()
    (left,) = leftovers()
    assert left.path == path
    assert left.document.cues[0].texts[0] == "Typed 29"
    assert left.document.cues[1:] == document.cues[1:]
    assert storage.load(path) == document
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.zimu"]
    Session().open(path)  # the lock went with the program
    discard(left)
    assert leftovers() == []


def test_a_journal_that_is_damaged_is_not_offered_and_not_removed(home: Path) -> None:
    folder = home / "recovery"
    folder.mkdir()
    for name, data in (("a", b""), ("b", b"{}\n{}\n"), ("c", b'{"when":1,"path":""}\n{"cues":3}\n'), ("d", b"\xff")):
        (folder / f"{name}.journal").write_bytes(data)
    assert leftovers() == []
    assert len(list(folder.glob("*.journal"))) == 4


def test_a_disk_that_refuses_is_told_once(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    keeper = Recovery(session, tmp_path / "file" / "recovery")
    with qtbot.waitSignal(keeper.failed) as told:
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", "One"))
    assert told.args is not None
    assert told.args[0].startswith("Your edits cannot be kept for a recovery: ")
    with qtbot.assertNotEmitted(keeper.failed, wait=0):
        session.edit("Typing", edits.set_text(session.document, "cue1", "en", "Two"))
        keeper.flush()
    assert session.document.cues[0].texts[0] == "Two"
    keeper.close()

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.jobs import Jobs
from gui.session import Session
from gui.streaming import Stream, merged
from plugin_core import cueing, edits
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.journal import journal_key
from plugin_core.profiles import find
from plugin_core.protocol import Chunk, Finished, Marked, Translated
from tests.gui.conftest import words
from tests.gui.test_jobs import SCRIPT


@dataclass(frozen=True)
class Listening:
    """A job that waits to be cancelled; the test tells its events itself."""

    languages: tuple[str, ...] = ("en", "zh")

    def to_json(self) -> dict[str, Any]:
        return {"act": "hang"}


@pytest.fixture
def jobs(session: Session) -> Iterator[Jobs]:
    jobs = Jobs(command=(sys.executable, "-X", "utf8", str(SCRIPT)))
    yield jobs
    jobs.close()


@pytest.fixture
def stream(session: Session, jobs: Jobs) -> Stream:
    """A stream into a session that has media and nothing else."""
    session.load(Document(Media(duration=60_000)))
    return Stream(session, jobs, jobs.start(Listening()))


def chunk(start: int, text: str) -> Chunk:
    return Chunk(start, start + 3000, "en", words(start, start + 3000, text))


def id_of(part: Chunk) -> str:
    """The id the pipeline gives the one cue of *part*."""
    (cue,) = cueing.build_chunks([part], find("netflix"), languages=("en",))
    return journal_key(cue.start, cue.end, *cue.texts)[:12]


def tell(jobs: Jobs, stream: Stream, qtbot: QtBot, session: Session, *events: Any) -> None:
    """Let the job tell *events*, each taken up before the next."""
    for event in events:
        with qtbot.waitSignal(session.changed):
            jobs.told.emit(stream.job, event)


FIRST, SECOND = chunk(1000, "Good evening."), chunk(9000, "More at ten.")


def test_what_is_recognised_is_shown_at_once_with_a_column_for_every_wanted_language(
    stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot
) -> None:
    tell(jobs, stream, qtbot, session, FIRST)
    assert session.document.languages == ("en", "zh")
    assert [cue.texts for cue in session.document.cues] == [("Good evening.", "")]
    tell(jobs, stream, qtbot, session, SECOND)
    assert len(session.document.cues) == 2


def test_a_translation_finds_its_cue_and_what_was_typed_stays(
    stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot
) -> None:
    tell(jobs, stream, qtbot, session, FIRST, SECOND)
    session.edit("Type", edits.set_text(session.document, id_of(SECOND), "zh", "十点见。"))
    both = ((id_of(FIRST), "晚上好。"), (id_of(SECOND), "十点再会。"))
    tell(jobs, stream, qtbot, session, Translated("zh", both))
    assert [cue.texts[1] for cue in session.document.cues] == ["晚上好。", "十点见。"]


def test_all_of_a_stream_is_one_step_back(stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot) -> None:
    tell(jobs, stream, qtbot, session, FIRST, SECOND)
    session.undo.undo()
    assert session.document.cues == ()
    assert not session.undo.canUndo()


def test_what_a_resumed_job_tells_again_is_shown_once(
    stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot
) -> None:
    tell(jobs, stream, qtbot, session, FIRST)
    jobs.told.emit(stream.job, FIRST)
    tell(jobs, stream, qtbot, session, SECOND)
    assert len(session.document.cues) == 2


def test_marks_are_shown_as_they_are_found(stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot) -> None:
    mark = Mark("m1", "music", 0, 500, "Strings")
    tell(jobs, stream, qtbot, session, Marked("sounds", (mark,)))
    assert session.document.marks == (mark,)


def test_another_document_in_the_session_ends_the_stream(
    stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(stream.ended, check_params_cb=lambda ok: not ok):
        session.load(Document())
    jobs.told.emit(stream.job, Finished(Document(languages=("en",), cues=(Cue("a", 0, 1, ("No.",)),))))
    assert session.document.cues == ()


def test_a_cancelled_job_ends_the_stream_and_what_it_showed_stays(
    stream: Stream, jobs: Jobs, session: Session, qtbot: QtBot
) -> None:
    tell(jobs, stream, qtbot, session, FIRST)
    with qtbot.waitSignal(stream.ended, check_params_cb=lambda ok: not ok):
        jobs.cancel(stream.job)
    assert len(session.document.cues) == 1


# --- the end of a job -----------------------------------------------------------------------------------------------

A, B, C = (Cue(name, at, at + 2000, (name, "")) for name, at in (("a", 0), ("b", 3000), ("c", 6000)))
SHOWN = {cue.id: cue for cue in (A, B, C)}
MINE = Document(Media("film.mp4"), ("en", "zh"), (A, B, C))
FINAL = Document(
    Media("film.mp4"), ("en", "zh"), tuple(replace(cue, id=f"x{cue.id}", texts=(cue.id, "好")) for cue in (A, B, C))
)


def test_the_jobs_own_document_replaces_what_nobody_touched() -> None:
    assert merged(SHOWN, MINE, FINAL) == FINAL


def test_a_corrected_cue_stays_and_gets_the_translation_it_lacks() -> None:
    mine = edits.set_text(MINE, "b", "en", "Bee")
    after = merged(SHOWN, mine, FINAL)
    assert [(cue.id, cue.texts) for cue in after.cues] == [
        ("xa", ("a", "好")), ("b", ("Bee", "好")), ("xc", ("c", "好")),
    ]  # fmt: skip


def test_a_cue_that_was_taken_out_does_not_come_back() -> None:
    after = merged(SHOWN, edits.delete(MINE, ["b"]), FINAL)
    assert [cue.id for cue in after.cues] == ["xa", "xc"]


def test_a_stream_that_was_undone_takes_nothing_out() -> None:
    assert merged(SHOWN, replace(MINE, cues=()), FINAL) == FINAL


def test_an_added_cue_and_an_own_note_stay() -> None:
    own = Cue("own", 9000, 9500, ("[door]", ""))
    note = Mark("n", "note", 1, 2, "Check")
    mine = edits.add_marks(edits.add_cues(MINE, [own]), [note])
    after = merged(SHOWN, mine, FINAL)
    assert after.cues[-1] == own
    assert after.marks == (note,)


def test_columns_the_job_has_not_are_left_and_its_order_of_languages_counts() -> None:
    final = replace(FINAL, languages=("zh", "en"))
    mine = edits.set_text(MINE, "a", "en", "Ay")
    first = merged(SHOWN, mine, final).cues[0]
    assert first.texts == ("a", "Ay")

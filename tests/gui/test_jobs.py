from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import lane
from gui.jobs import DEATHS, Jobs, State
from plugin_core.errors import SettingsError
from plugin_core.pipeline import Job
from plugin_core.protocol import Event, Finished, Progress

SCRIPT = Path(__file__).with_name("worker_script.py")


@dataclass(frozen=True)
class Act:
    """A job for ``worker_script``."""

    act: str
    device: str = "auto"

    def to_json(self) -> dict[str, Any]:
        if self.act == "unwritable":
            raise SettingsError("settings.unwritable", "It cannot be written.")
        return {"act": self.act, "device": self.device}


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    jobs = Jobs(command=(sys.executable, "-X", "utf8", str(SCRIPT)))
    yield jobs
    jobs.close()
    jobs.deleteLater()


def reaches(jobs: Jobs, job: str, *states: State) -> Callable[[], bool]:
    return lambda: jobs[job].state in states


def running(jobs: Jobs, job: str) -> Callable[[], bool]:
    """Whether the worker has taken the job up (its first step was told)."""
    return lambda: jobs[job].share > 0


def test_a_job_tells_its_steps_and_ends_with_its_document(jobs: Jobs, qtbot: QtBot) -> None:
    told: list[tuple[str, Event]] = []
    jobs.told.connect(lambda job, event: told.append((job, event)))
    job = jobs.start(Act("count"), title="film.mp4")
    qtbot.waitUntil(reaches(jobs, job, State.DONE))
    assert [type(event) for _, event in told] == [Progress, Progress, Finished]
    assert {name for name, _ in told} == {job}
    assert jobs[job].finished is not None
    assert jobs[job].share == 1.0
    assert not jobs.busy


def test_jobs_run_one_after_the_other_in_one_process(jobs: Jobs, qtbot: QtBot) -> None:
    first = jobs.start(Act("hang"))
    second = jobs.start(Act("count"))
    qtbot.waitUntil(running(jobs, first))
    assert jobs[second].state == State.WAITING
    assert len(jobs.pids) == 1
    jobs.cancel(first)
    qtbot.waitUntil(reaches(jobs, second, State.DONE))
    assert jobs[first].state == State.CANCELLED


def test_an_urgent_job_does_not_wait_for_a_film(jobs: Jobs, qtbot: QtBot) -> None:
    film = jobs.start(Act("hang"))
    cue = jobs.start(Act("count"), urgent=True)
    qtbot.waitUntil(reaches(jobs, cue, State.DONE))
    assert jobs[film].state == State.RUNNING


def test_a_paused_job_lets_the_next_one_run_and_goes_on_later(jobs: Jobs, qtbot: QtBot) -> None:
    first = jobs.start(Act("hang"))
    qtbot.waitUntil(running(jobs, first))
    jobs.pause(first)
    qtbot.waitUntil(reaches(jobs, first, State.PAUSED))
    second = jobs.start(Act("count"))
    qtbot.waitUntil(reaches(jobs, second, State.DONE))
    jobs.resume(first)
    qtbot.waitUntil(running(jobs, first))
    assert jobs[first].state == State.RUNNING


def test_a_refused_job_keeps_its_reason_and_can_be_tried_again(jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("fail"))
    qtbot.waitUntil(reaches(jobs, job, State.FAILED))
    error = jobs[job].error
    assert error is not None
    assert (error.message, error.hint) == ("It is silent.", "Choose another.")
    assert not jobs[job].offers_cpu
    jobs.retry(job)
    assert jobs[job].error is None
    qtbot.waitUntil(reaches(jobs, job, State.FAILED))


def test_a_job_that_cannot_be_sent_fails_and_the_next_one_runs(jobs: Jobs, qtbot: QtBot) -> None:
    broken, good = jobs.start(Act("unwritable")), jobs.start(Act("count"))
    qtbot.waitUntil(reaches(jobs, good, State.DONE))
    assert jobs[broken].state == State.FAILED


def test_a_worker_that_dies_once_is_started_again_and_the_job_ends_well(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    job = jobs.start(Act(f"die-once:{tmp_path / 'flag'}"))
    qtbot.waitUntil(reaches(jobs, job, State.DONE, State.FAILED))
    assert jobs[job].state == State.DONE
    assert jobs[job].deaths == 1
    assert [note.level for note in jobs[job].notes] == ["warning"]


def test_a_worker_that_dies_three_times_gives_up_says_why_and_offers_the_processor(jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("die"))
    qtbot.waitUntil(reaches(jobs, job, State.FAILED))
    entry = jobs[job]
    assert entry.deaths == DEATHS
    assert entry.error is not None
    assert "kept" in entry.error.hint
    assert "CPU" in entry.error.hint
    assert entry.offers_cpu
    jobs.retry(job, device="cpu")
    qtbot.waitUntil(reaches(jobs, job, State.FAILED))
    assert not jobs[job].offers_cpu


def test_a_worker_that_is_killed_from_outside_goes_on(jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("hang"))
    qtbot.waitUntil(running(jobs, job))
    os.kill(jobs.pids[0], signal.SIGKILL)
    qtbot.waitUntil(lambda: jobs[job].deaths == 1)
    qtbot.waitUntil(running(jobs, job))
    assert jobs[job].state == State.RUNNING


def test_a_worker_that_does_not_obey_is_ended(jobs: Jobs, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "PATIENCE", 50)
    job = jobs.start(Act("deaf"))
    qtbot.waitUntil(running(jobs, job))
    jobs.cancel(job)
    qtbot.waitUntil(reaches(jobs, job, State.CANCELLED))
    after = jobs.start(Act("count"))
    qtbot.waitUntil(reaches(jobs, after, State.DONE))


def test_a_line_that_is_no_answer_is_passed_over(jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("noise"))
    qtbot.waitUntil(reaches(jobs, job, State.DONE))


def test_a_program_that_cannot_be_started_is_a_sentence(qapp: QApplication, qtbot: QtBot) -> None:
    jobs = Jobs(command=("/nowhere/python",))
    job = jobs.start(Act("count"))
    qtbot.waitUntil(reaches(jobs, job, State.FAILED))
    error = jobs[job].error
    assert error is not None
    assert "could not be started" in error.message


def test_a_waiting_job_can_be_moved_cancelled_and_taken_off(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.start(Act("hang"))
    second, third = jobs.start(Act("count")), jobs.start(Act("count"))
    jobs.move_first(third)
    assert [entry.id for entry in jobs if entry.state == State.WAITING] == [third, second]
    jobs.cancel(second)
    with qtbot.waitSignal(jobs.removed):
        jobs.remove(second)
    assert second not in jobs


def test_closing_ends_the_processes(jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("hang"))
    qtbot.waitUntil(running(jobs, job))
    (pid,) = jobs.pids
    jobs.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_real_worker_killed_in_the_middle_goes_on_to_the_end(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "早上 morning.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n", encoding="utf-8")
    jobs = Jobs(log=tmp_path / "log" / "worker.log")
    job = jobs.start(Job(str(source), str(tmp_path / "out"), languages=("en",), spoken="en", formats=("vtt",)))
    qtbot.waitUntil(lambda: bool(jobs.pids))
    os.kill(jobs.pids[0], signal.SIGKILL)
    qtbot.waitUntil(reaches(jobs, job, State.DONE, State.FAILED), timeout=30_000)
    jobs.close()
    assert jobs[job].state == State.DONE
    assert jobs[job].deaths == 1
    assert [cue.texts for cue in jobs[job].finished.document.cues] == [("Good morning.",)]  # type: ignore[union-attr]

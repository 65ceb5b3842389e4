from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.batch import BatchDialog, JobRow, QueueView, clock
from gui.begin import BeginBar, BeginForm, results_of
from gui.jobs import Jobs, State
from gui.preferences import Preferences
from gui.recent import Recent
from gui.start import StartPage, sample
from plugin_core.pipeline import Job
from tests.gui.test_jobs import SCRIPT, Act, reaches, running


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    jobs = Jobs(command=(sys.executable, "-X", "utf8", str(SCRIPT)))
    yield jobs
    jobs.close()


@pytest.fixture
def queue(jobs: Jobs, qtbot: QtBot) -> QueueView:
    view = QueueView(jobs)
    qtbot.addWidget(view)
    return view


def row(queue: QueueView) -> JobRow:
    (only,) = queue.rows
    return only


def test_a_running_job_shows_its_stage_and_the_time_that_remains(queue: QueueView, jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("hang"), title="film.mp4")
    qtbot.waitUntil(running(jobs, job))
    assert row(queue).title.text() == "film.mp4"
    assert row(queue).words.text() == "Listening, 0:01 left"
    assert row(queue).bar.value() == 500


def test_its_buttons_pause_go_on_and_stop(queue: QueueView, jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("hang"))
    qtbot.waitUntil(running(jobs, job))
    row(queue).hold.click()
    assert row(queue).words.text() == "Stopping"
    qtbot.waitUntil(reaches(jobs, job, State.PAUSED))
    assert row(queue).hold.text() == "Go on"
    row(queue).hold.click()
    qtbot.waitUntil(running(jobs, job))
    row(queue).stop.click()
    qtbot.waitUntil(reaches(jobs, job, State.CANCELLED))
    assert not row(queue).again.isHidden()


def test_a_failed_job_says_why_and_offers_what_helps(queue: QueueView, jobs: Jobs, qtbot: QtBot) -> None:
    job = jobs.start(Act("die"))
    qtbot.waitUntil(reaches(jobs, job, State.FAILED))
    assert "given up" in row(queue).reason.text()
    assert not row(queue).cpu.isHidden()
    row(queue).off.click()
    assert queue.rows == ()
    assert not queue.empty.isHidden()


def test_a_finished_job_can_be_opened_while_another_runs(queue: QueueView, jobs: Jobs, qtbot: QtBot) -> None:
    done = jobs.start(Act("count"))
    jobs.start(Act("hang"))
    qtbot.waitUntil(reaches(jobs, done, State.DONE))
    with qtbot.waitSignal(queue.open_wanted) as asked:
        queue.rows[0].show_it.click()
    assert asked.args == [done]


def test_a_quick_correction_is_not_listed(queue: QueueView, jobs: Jobs) -> None:
    jobs.start(Act("count"), urgent=True)
    assert queue.rows == ()


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (42, "0:42"), (725, "12:05"), (3723, "1:02:03")])
def test_time_is_written_as_people_read_it(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_several_films_become_a_job_each_with_files_beside_them(jobs: Jobs, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("b.mp4", "a.mov", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    dialog = BatchDialog(jobs, Preferences)
    qtbot.addWidget(dialog)
    dialog.form._choose(dialog.form.pack, "starter")
    dialog.add((tmp_path, tmp_path / "a.mov"))
    assert [path.name for path in dialog.paths] == ["a.mov", "b.mp4"]
    started: list[Job] = []
    jobs.start = lambda job, title: started.append(job) or ""  # type: ignore[assignment, func-returns-value]
    dialog.accept()
    assert [(Path(job.source).name, job.out, job.formats, job.speech_pack) for job in started] == [
        ("a.mov", "", ("srt",), "starter"), ("b.mp4", "", ("srt",), "starter"),
    ]  # fmt: skip


def test_without_a_pack_for_everyday_speech_the_choice_is_explained_and_nothing_starts(qtbot: QtBot) -> None:
    bar = BeginBar(Preferences)
    qtbot.addWidget(bar)
    bar.offer(Path("film.mp4"))
    assert "Get one" in bar.banner.text
    assert not bar.make.isEnabled()
    bar.form._choose(bar.form.pack, "starter")
    assert bar.banner.text == ""
    assert bar.make.isEnabled()


def test_the_sample_needs_one_click_more_and_writes_nothing_beside_itself(qtbot: QtBot) -> None:
    bar = BeginBar(Preferences)
    qtbot.addWidget(bar)
    film = sample()
    assert film is not None
    bar.offer(film, sample=True)
    with qtbot.waitSignal(bar.wanted) as asked:
        bar.make.click()
    (job,) = asked.args
    assert (job.source, job.out, job.formats) == (str(film), str(results_of(film)), ())
    assert job.speech_pack == job.translation_pack == "starter"


def test_the_start_page_opens_recent_files_and_says_which_are_gone(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    recent = Recent(tmp_path / "recent.json")
    page = StartPage(recent, Actions(parent), parent)
    assert page.list.isHidden()
    here = tmp_path / "film.zimu"
    here.write_text("{}")
    recent.add(tmp_path / "gone.zimu")
    recent.add(here)
    assert "not found" in page.list.item(1).text()
    with qtbot.waitSignal(page.open_wanted) as asked:
        page.list.itemActivated.emit(page.list.item(0))
    assert asked.args == [(here,)]


@pytest.mark.parametrize(("place", "shots", "scenes"), [(0, False, False), (1, True, False), (2, True, True)])
def test_what_is_to_be_found_in_the_picture_is_asked_and_preferred(
    qtbot: QtBot, place: int, shots: bool, scenes: bool
) -> None:
    form = BeginForm(lambda: Preferences(shots=shots, scenes=scenes))
    qtbot.addWidget(form)
    assert form.picture.currentIndex() == place
    form.picture.setCurrentIndex(2 - place)
    assert form.job(Path("film.mp4")).scenes is (place == 0)
    form.picture.setCurrentIndex(place)
    job = form.job(Path("film.mp4"))
    assert (job.shots, job.scenes) == (shots, scenes)

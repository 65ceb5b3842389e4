"""The worker process: a queue that survives bad jobs, crashes and cancels; its stdout is the protocol's alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin_core.errors import MediaError, SettingsError, ZimuError
from plugin_core.pipeline import Job
from plugin_core.protocol import VERSION, Finished
from plugin_core.worker import Worker

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n2\n00:00:04,000 --> 00:00:06,000\nHow are you?\n"


@pytest.fixture(scope="module")
def shared_worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job that needs no model: English subtitles, wanted in English."""
    source = tmp_path / "早上 morning.srt"
    source.write_text(SRT, encoding="utf-8")
    return Job(str(source), str(tmp_path / "out"), languages=("en",), spoken="en", formats=("vtt",))


def test_a_job_ends_with_its_document_and_files(shared_worker: Worker, job: Job) -> None:
    *_, last = shared_worker.run(job)
    assert isinstance(last, Finished)
    assert [cue.texts for cue in last.document.cues] == [("Good morning.",), ("How are you?",)]
    assert all(Path(file).is_file() for file in last.files)


def test_a_failed_job_raises_its_own_error_and_the_worker_goes_on(shared_worker: Worker, job: Job) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        list(shared_worker.run(Job("/nowhere/film.mov", languages=("en",))))
    assert isinstance(list(shared_worker.run(job))[-1], Finished)


def test_the_process_is_kept_between_jobs(shared_worker: Worker, job: Job) -> None:
    list(shared_worker.run(job))
    before = shared_worker.pid
    list(shared_worker.run(job))
    assert shared_worker.pid == before


def test_leaving_the_loop_cancels_and_the_next_job_works(shared_worker: Worker, job: Job) -> None:
    for _event in shared_worker.run(job):
        break
    assert isinstance(list(shared_worker.run(job))[-1], Finished)


def test_a_killed_worker_is_a_sentence_and_is_started_again(job: Job) -> None:
    with Worker() as worker:
        list(worker.run(job))
        events = worker.run(job)
        next(events)
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(ZimuError, match="ended unexpectedly"):
            list(events) or list(worker.run(job))
        assert isinstance(list(worker.run(job))[-1], Finished)


def test_closing_ends_the_process(job: Job) -> None:
    worker = Worker()
    list(worker.run(job))
    pid = worker.pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_unknown_options_are_refused() -> None:
    with pytest.raises(SettingsError, match="surprise"):
        Job.from_json({"source": "a", "surprise": 1})


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"do": "dance", "job": "1"}', "\x00\xff"])
def test_a_request_that_is_none_gets_an_answer(line: str) -> None:
    answers = _serve(line + "\n" + '{"do": "quit"}\n')
    assert answers[0]["event"] == "hello"
    assert answers[0]["protocol"] == VERSION
    assert answers[1]["event"] == "failed"


def test_the_end_of_stdin_ends_the_worker() -> None:
    assert [answer["event"] for answer in _serve("")] == ["hello"]


def _serve(requests: str) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "plugin_core.worker"],
        input=requests.encode("utf-8", "surrogateescape"),
        capture_output=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]

"""Real worker processes: a killed one loses no film, and stopping leaves nothing behind."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.batch import Ended, Heard, Manifest, library, run
from plugin_core.batch.embedded import EmbeddedCrew, fitting, ready
from plugin_core.errors import ModelError
from plugin_core.pipeline import Job
from tests.batch.clips import JOB, clips

GIGABYTE = 1 << 30


@given(st.integers(1, 500), st.integers(1, 256), st.integers(0, 1 << 42), st.integers(0, 1 << 36))
def test_no_more_workers_than_films_cores_and_memory_carry(films: int, cores: int, free: int, loaded: int) -> None:
    number = fitting(films, cores, free, loaded)
    assert number == 1 or (number <= films and 2 * number <= cores and number * (GIGABYTE + loaded) <= free)


@pytest.mark.parametrize(("cores", "free", "workers"), [(2, 64, 1), (8, 64, 4), (8, 5, 2), (8, 0, 1), (64, 512, 20)])
def test_as_many_workers_as_fit(cores: int, free: int, workers: int) -> None:
    assert fitting(20, cores, free * GIGABYTE, GIGABYTE) == workers


def test_without_a_pack_that_is_said_before_any_film() -> None:
    with pytest.raises(ModelError, match="No production speech pack"):
        ready(Job(""))


def test_a_killed_worker_loses_no_film(tmp_path: Path, starter: Path) -> None:
    folder = clips(tmp_path, starter, "a.wav", "day 2/b.wav", "day 2/c.wav")
    killed = False
    with Manifest(folder) as manifest, closing(EmbeddedCrew(2, 1)) as crew:
        for event in run(library(folder).films, JOB, crew, manifest):
            if isinstance(event, Heard) and not killed:
                os.kill(crew.processes[0], signal.SIGKILL)
                killed = True
            if isinstance(event, Ended):
                summary = event.summary
        assert killed
        assert (summary.done, summary.failed) == (3, ())
        assert max(record.tries for record in manifest.records.values()) == 2
    assert (folder / "day 2" / "c.zimu").is_file()


def test_stopping_ends_the_workers_and_leaves_nothing_half_written(tmp_path: Path, starter: Path) -> None:
    folder = clips(tmp_path, starter, "a.wav", "b.wav")
    with Manifest(folder) as manifest, closing(EmbeddedCrew(2, 1)) as crew:
        events = run(library(folder).films, JOB, crew, manifest)
        while not isinstance(next(events), Heard):
            pass
        events.close()
        processes = crew.processes
    assert processes
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".zimu-batch")} == {
        "a.wav",
        "b.wav",
        "zimu-batch.jsonl",
    }

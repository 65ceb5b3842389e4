"""A real Ray on this machine: a killed actor loses no film."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from plugin_core.batch import Ended, Heard, Manifest, library, run
from plugin_core.errors import HostError, SettingsError
from tests.batch.clips import JOB, clips


@pytest.mark.train
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.timeout(900)  # Ray takes minutes to start where everything is busy
def test_a_killed_actor_loses_no_film_and_a_film_that_no_node_sees_is_told(
    tmp_path: Path, starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # its own 15 gives way to everything else
    from plugin_core.batch.cluster import ClusterCrew

    folder = clips(tmp_path, starter, "a.wav", "b.wav", "c.wav", "gone.wav")
    films = library(folder).films
    (folder / "gone.wav").unlink()
    killed = False
    with Manifest(folder) as manifest, closing(ClusterCrew("local", JOB, len(films), 2)) as crew:
        before = crew.processes()
        for event in run(films, JOB, crew, manifest):
            if isinstance(event, Heard) and not killed:
                os.kill(before[0], signal.SIGKILL)
                killed = True
            if isinstance(event, Ended):
                summary = event.summary
        after = crew.processes()
        records = dict(manifest.records)
    assert len(set(before)) == len(set(after)) == 2
    assert before[0] not in after
    assert summary.done == 3
    assert [(one.name, one.tries, one.failure and one.failure.code) for one in summary.failed] == [
        ("gone.wav", 3, "batch.not-seen")
    ]
    assert max(records[name].tries for name in ("a.wav", "b.wav", "c.wav")) == 2
    assert (folder / "a.zimu").is_file()


@pytest.mark.train
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_that_is_not_there_is_a_sentence() -> None:
    pytest.importorskip("ray")
    from plugin_core.batch.cluster import ClusterCrew

    with pytest.raises(HostError, match="cannot be used"):
        ClusterCrew("nonsense://nowhere", JOB, 1)


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from plugin_core.batch.cluster import ClusterCrew

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match=r"zimu\[cluster\]"):
        ClusterCrew("auto", JOB, 1)

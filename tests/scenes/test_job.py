"""``zimu run --scenes``: shots, cuts for the cues and scenes in one job."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core import modelstore
from plugin_core.engines.bench import Bench
from plugin_core.pipeline import Job, run
from plugin_core.protocol import Finished, Marked, Note
from plugin_core.scenes.marking import labels_of
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello\n"


@pytest.fixture
def job(tmp_path: Path, starter: Path) -> Job:
    film = film_of(tmp_path / "film.mp4", [20, 230], loud=[1])
    pack = make_scenes_pack(tmp_path / "pack")
    return Job(
        str(film), str(tmp_path / "out"), ("zh",), "zh", speech_pack=str(starter / "speech-zh-en"), beam_size=1,
        memory=False, scenes=True, shots_pack="none", scenes_pack=str(pack),
    )  # fmt: skip


def test_scenes_are_marked_in_the_wanted_language_from_one_pass(job: Job, decoded: list[int]) -> None:
    with Bench() as bench:
        *events, last = run(job, bench)
        assert len(decoded) == 100
        assert isinstance(last, Finished)
        again = list(run(job, bench))[-1]
    assert len(decoded) == 100
    assert isinstance(again, Finished)
    assert again.document == last.document
    shots = [mark for mark in last.document.marks if mark.kind == "shot"]
    assert [labels_of(mark)["place"] for mark in shots] == [("indoor",), ("outdoor",)]
    assert {mark.text for mark in last.document.marks if mark.kind == "scene"} <= {"室内", "室外"}
    assert "scenes-by-hand" in last.document.made_by
    assert any(isinstance(event, Marked) and event.stage == "scenes" for event in events)


def test_without_a_pack_only_the_shots_are_found(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelstore, "embedded", lambda: None)
    with Bench() as bench:
        *events, last = run(Job.from_json({**job.to_json(), "scenes_pack": ""}), bench)
    assert isinstance(last, Finished)
    assert {mark.kind for mark in last.document.marks} == {"shot"}
    assert any(isinstance(event, Note) and "No pack of scenes" in event.message for event in events)


def test_a_subtitle_file_has_no_scenes(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(SRT)
    with Bench() as bench:
        *events, last = run(Job(str(tmp_path / "a.srt"), languages=("en",), spoken="en", scenes=True), bench)
    assert isinstance(last, Finished)
    assert any(isinstance(event, Note) and "no film" in event.message for event in events)

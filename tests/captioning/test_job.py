"""``zimu run --captions``: shots, cuts for the cues and captions in one job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plugin_core import modelstore
from plugin_core.captioning.marking import texts_of
from plugin_core.engines.bench import Bench
from plugin_core.pipeline import Job, run
from plugin_core.protocol import Finished, Marked, Note
from tests.captioning.fakes import WORDS, BenchByHand, ByHand, film_of, pack_of

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello\n"


@pytest.fixture
def job(tmp_path: Path, starter: Path) -> Job:
    film = film_of(tmp_path / "film.mp4", [30, 230])
    return Job(
        str(film), str(tmp_path / "out"), ("en", "zh"), "en", speech_pack=str(starter / "speech-zh-en"), beam_size=1,
        memory=False, captions=True, shots_pack="none",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said in these films, and hearing that is not what is tested."""
    from plugin_core import pipeline

    def listened(work: pipeline._Work, source: Path) -> Iterator[object]:
        from plugin_core import media

        work.media = media.probe(source)
        yield from ()

    monkeypatch.setattr(pipeline, "_listen", listened)


@pytest.mark.parametrize("scenes", [False, True])
def test_captions_are_marked_from_one_pass(job: Job, decoded: list[int], scenes: bool) -> None:
    job = replace(job, scenes=scenes)
    with BenchByHand(ByHand(pack_of())) as bench:
        *events, last = run(job, bench)
        assert len(decoded) == 100
        again = list(run(job, bench))[-1]
    assert len(decoded) == 100
    assert isinstance(last, Finished)
    assert isinstance(again, Finished)
    assert again.document == last.document
    captions = [mark for mark in last.document.marks if mark.kind == "caption"]
    assert [texts_of(mark) for mark in captions] == [
        {"en": WORDS["en"][level], "zh": WORDS["zh"][level]} for level in (0, 2)
    ]
    assert captions[0].text == WORDS["en"][0]  # the language that is wanted first
    assert "captioner-by-hand" in last.document.made_by
    assert any(isinstance(event, Marked) and event.stage == "captions" for event in events)


def test_without_a_pack_only_the_shots_are_found(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelstore, "embedded", lambda: None)
    with BenchByHand(None) as bench:
        *events, last = run(job, bench)
    assert isinstance(last, Finished)
    assert {mark.kind for mark in last.document.marks} == {"shot"}
    assert any(isinstance(event, Note) and "not described" in event.message for event in events)


def test_a_subtitle_file_has_no_captions(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(SRT)
    with Bench() as bench:
        *events, last = run(Job(str(tmp_path / "a.srt"), languages=("en",), spoken="en", captions=True), bench)
    assert isinstance(last, Finished)
    assert any(isinstance(event, Note) and "zimu describe FILM" in event.message for event in events)

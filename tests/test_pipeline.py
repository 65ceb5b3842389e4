"""The main job on the embedded packs: it resumes, repeats itself byte for byte, and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin_core import storage
from plugin_core.document import Document
from plugin_core.engines.bench import Bench, choose_pack
from plugin_core.errors import MediaError, ModelError, SettingsError
from plugin_core.formats import open_file
from plugin_core.pipeline import Job, run
from plugin_core.protocol import Chunk, Finished, Note, Progress, Translated
from plugin_core.settings import cache

STARTER = {"speech_pack": "starter", "translation_pack": "starter", "beam_size": 1}
SRT = "1\n00:00:01,000 --> 00:00:02,500\nI would like\n\n2\n00:00:02,600 --> 00:00:04,500\na cup of coffee.\n"


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as one:
        yield one


@pytest.fixture
def sample(starter: Path) -> Path:
    return starter / "sample" / "sample.mp4"


def finished(job: Job, bench: Bench) -> Finished:
    *_, last = run(job, bench)
    assert isinstance(last, Finished)
    return last


def test_the_sample_becomes_bilingual_subtitles(sample: Path, tmp_path: Path, bench: Bench) -> None:
    job = Job(str(sample), str(tmp_path), formats=("srt", "ass", "vtt"), report=True, memory=False, **STARTER)
    events = list(run(job, bench))
    document = events[-1].document
    assert set(document.languages) == {"zh", "en"}
    assert len(document.cues) >= 8
    assert all(text.strip() for cue in document.cues for text in cue.texts)
    names = {Path(file).name for file in events[-1].files}
    assert {"sample.zimu", "sample.zh.srt", "sample.en.srt", "sample.zh-en.srt", "sample.report.html"} <= names
    assert storage.load(tmp_path / "sample.zimu") == document
    assert any(isinstance(event, Note) and "starter pack" in event.message for event in events)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(stages)) == ["listen", "cue", "translate", "write"]


def test_a_second_run_hears_nothing_again_and_writes_the_same_bytes(sample: Path, tmp_path: Path, bench: Bench) -> None:
    job = Job(str(sample), str(tmp_path), memory=False, **STARTER)
    first = finished(job, bench)
    before = {file: Path(file).read_bytes() for file in first.files}
    events = list(run(job, bench))
    assert any(isinstance(event, Note) and "before" in event.message for event in events)
    assert {file: Path(file).read_bytes() for file in events[-1].files} == before
    assert len(list(tmp_path.iterdir())) == len(before)


def test_leaving_the_loop_keeps_what_was_heard(sample: Path, tmp_path: Path, bench: Bench) -> None:
    job = Job(str(sample), str(tmp_path), batch_size=1, memory=False, **STARTER)
    for event in run(job, bench):
        if isinstance(event, Chunk):
            break
    assert not list(tmp_path.iterdir())
    events = list(run(job, bench))
    assert any(isinstance(event, Note) and "Resuming" in event.message for event in events)
    fresh = Job(str(sample), str(tmp_path), batch_size=1, memory=False, fresh=True, **STARTER)
    assert finished(fresh, bench).document.cues == events[-1].document.cues


def test_a_job_killed_with_signal_9_resumes_to_the_same_document(sample: Path, tmp_path: Path, bench: Bench) -> None:
    command = [sys.executable, "-m", "plugin_core.cli", "run", str(sample), "--pack", "starter", "--out", str(tmp_path)]
    process = subprocess.Popen(
        [*command, "--batch-size", "1", "--beam-size", "1", "--no-memory", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            if json.loads(line)["event"] == "chunk":
                break
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 10
    while not (left := list((cache() / "journal").glob("speech-*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left
    job = Job(str(sample), str(tmp_path), batch_size=1, memory=False, **STARTER)
    resumed = finished(job, bench)
    whole = Job(str(sample), str(tmp_path / "whole"), batch_size=1, memory=False, fresh=True, **STARTER)
    assert resumed.document.cues == finished(whole, bench).document.cues


def test_translation_changes_neither_number_nor_times(tmp_path: Path, bench: Bench) -> None:
    source = tmp_path / "film.en.srt"
    source.write_text(SRT)
    before = open_file(source).document
    after = finished(
        Job(str(source), str(tmp_path / "out"), languages=("zh",), memory=False, **STARTER), bench
    ).document
    assert [(cue.start, cue.end, cue.texts[0]) for cue in after.cues] == [
        (cue.start, cue.end, cue.texts[0]) for cue in before.cues
    ]
    assert after.languages == ("en", "zh")


def test_a_file_corrected_by_hand_is_kept(tmp_path: Path, bench: Bench) -> None:
    source = tmp_path / "film.en.srt"
    source.write_text(SRT)
    job = Job(str(source), str(tmp_path / "out"), languages=("zh",), memory=False, **STARTER)
    target = next(Path(file) for file in finished(job, bench).files if file.endswith(".srt"))
    target.write_text("corrected by hand")
    events = list(run(job, bench))
    assert any(isinstance(event, Note) and "was kept" in event.message for event in events)
    assert target.with_name(f"{target.stem}.earlier-1.srt").read_text() == "corrected by hand"


def test_a_saved_document_gets_another_language(tmp_path: Path, bench: Bench) -> None:
    source = tmp_path / "film.zimu"
    storage.save(open_document_of(tmp_path), source)
    result = finished(Job(str(source), str(tmp_path / "out"), languages=("en", "zh"), memory=False, **STARTER), bench)
    assert result.document.languages == ("en", "zh")


def open_document_of(folder: Path) -> Document:
    path = folder / "film.en.srt"
    path.write_text(SRT)
    return open_file(path).document


def test_progress_never_runs_backwards(sample: Path, tmp_path: Path, bench: Bench) -> None:
    job = Job(str(sample), str(tmp_path), memory=False, fresh=True, **STARTER)
    last: dict[str, float] = {}
    for event in run(job, bench):
        if isinstance(event, Progress) and event.stage != "translate":
            assert event.done >= last.get(event.stage, 0)
            assert 0 <= event.done <= event.total
            last[event.stage] = event.done


def test_translated_texts_come_in_whole_units_once(tmp_path: Path, bench: Bench) -> None:
    source = tmp_path / "film.en.srt"
    source.write_text(SRT)
    job = Job(str(source), str(tmp_path / "out"), languages=("zh",), memory=False, **STARTER)
    ids = [cue_id for event in run(job, bench) if isinstance(event, Translated) for cue_id, _ in event.texts]
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize(
    ("job", "error"),
    [
        (Job("/nowhere/film.mov", languages=("zh", "zh")), SettingsError),
        (Job("/nowhere/film.mov", **STARTER), MediaError),
        (Job("/nowhere/film.srt", **STARTER), MediaError),
    ],
)
def test_what_cannot_be_done_is_said_before_any_model_is_loaded(job: Job, error: type[Exception], bench: Bench) -> None:
    with pytest.raises(error):
        list(run(job, bench))


def test_a_pair_no_pack_declares_is_a_sentence() -> None:
    with pytest.raises(ModelError, match="ja to ko"):
        choose_pack("translation", "starter", ("ja", "ko"))
    with pytest.raises(ModelError, match="No production"):
        choose_pack("speech", "", ())
    with pytest.raises(ModelError, match="not a speech pack"):
        choose_pack("speech", "starter-translation-zh-en", ())


def test_cuts_that_are_found_join_those_that_were_given(sample: Path, tmp_path: Path, bench: Bench) -> None:
    """The sample's sound under a picture with one cut; the second run finds the shots in the journal."""
    import av

    from tests.films import Change, Film, encode, shot

    film = tmp_path / "film.mp4"
    drawn = encode(tmp_path / "drawn.mp4", Film((shot(1, pan=0.2), shot(2, pan=0.2)), (60, 60), (Change(),)).pictures())
    with av.open(str(sample)) as heard, av.open(str(drawn)) as seen, av.open(str(film), "w") as out:
        streams = [(one, out.add_stream_from_template(one)) for one in (seen.streams.video[0], heard.streams.audio[0])]
        for container, (old, new) in zip((seen, heard), streams, strict=True):
            for packet in container.demux(old):
                if packet.dts is not None:
                    packet.stream = new
                    out.mux(packet)
    job = Job(
        str(film), str(tmp_path / "out"), ("en",), "en", speech_pack="starter", events=(), shots=True, shots_pack="none"
    )
    document = finished(job, bench).document
    assert [(mark.start, dict(mark.attributes)["transition"]) for mark in document.marks if mark.kind == "shot"] == [
        (0, ""),
        (2400, "cut"),
    ]
    assert finished(job, bench).document == document

"""What models do again for one place: the rest of the document stays, and edits made meanwhile are kept."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin_core import edits, rework
from plugin_core.document import Cue, Document
from plugin_core.engines.bench import Bench
from plugin_core.errors import ModelError, SettingsError
from plugin_core.protocol import Chunk, Finished, Note, Suggested, Translated, from_json, to_json
from plugin_core.rework import Relisten, Retranslate, Suggest
from tests.packs import make_speech_pack, make_translation_pack

DOCUMENT = Document(
    languages=("en", "zh"),
    cues=tuple(Cue(f"c{k}", 3000 * k, 3000 * k + 2000, (f"I have {k} cats.", f"我有{k}只猫。")) for k in range(60)),
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as bench:
        yield bench


def ask(bench: Bench, verb: str, task: Any) -> list[Any]:
    return list(rework.run(verb, task.to_json(), bench))


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_translation_pack(tmp_path_factory.mktemp("packs") / "random"))


# -- translate -------------------------------------------------------------------------------------


def test_only_the_cues_asked_for_are_translated_again(bench: Bench, starter: Path) -> None:
    events = ask(bench, "translate", Retranslate(DOCUMENT, ("zh",), ("c5",), translation_pack="starter", memory=False))
    told = [event for event in events if isinstance(event, Translated)]
    assert [key for event in told for key, _ in event.texts] == ["c5"]
    after = rework.put_translated(DOCUMENT, told)
    assert [cue for cue in after.cues if cue.id != "c5"] == [cue for cue in DOCUMENT.cues if cue.id != "c5"]
    assert isinstance(events[-1], Finished)


def test_a_cue_goes_with_its_surroundings_and_no_more_is_sent() -> None:
    sent = rework.window(DOCUMENT, ["c30"])
    assert [cue.id for cue in sent.cues] == [f"c{k}" for k in range(30 - rework.AROUND, 31 + rework.AROUND)]


def test_a_cue_in_the_second_language_is_translated_into_the_first(bench: Bench, pack: str) -> None:
    cues = (replace(DOCUMENT.cues[0], texts=("", "我有猫。"), tags=("lang:zh",)), *DOCUMENT.cues[1:])
    task = Retranslate(replace(DOCUMENT, cues=cues), ("en", "zh"), ("c0",), translation_pack=pack, memory=False)
    told = [event for event in ask(bench, "translate", task) if isinstance(event, Translated)]
    assert {event.language for event in told} == {"en"}


def test_what_was_deleted_meanwhile_is_left_out() -> None:
    event = Translated("zh", (("c1", "新"), ("gone", "旧")))
    after = rework.put_translated(edits.set_text(DOCUMENT, "c2", "zh", "改了"), [event])
    assert [cue.texts[1] for cue in after.cues[1:3]] == ["新", "改了"]


def test_nothing_to_translate_is_a_sentence(bench: Bench, pack: str) -> None:
    task = Retranslate(DOCUMENT, ("en",), ("c1",), translation_pack=pack)
    with pytest.raises(ModelError, match="nothing to translate"):
        ask(bench, "translate", task)


# -- suggest ---------------------------------------------------------------------------------------


def test_alternatives_are_different_texts(bench: Bench, starter: Path) -> None:
    task = Suggest("I have three cats.", "en", "zh", translation_pack="starter")
    (told,) = (event for event in ask(bench, "suggest", task) if isinstance(event, Suggested))
    assert len(told.texts) == len(set(told.texts)) == 5
    assert told.language == "zh"


@pytest.mark.parametrize("prefix", ["我有", "我"])
def test_a_completion_begins_with_what_was_typed(bench: Bench, starter: Path, prefix: str) -> None:
    task = Suggest("I have three cats.", "en", "zh", prefix, translation_pack="starter")
    (told,) = (event for event in ask(bench, "suggest", task) if isinstance(event, Suggested))
    assert told.texts
    assert all(text.startswith(prefix) for text in told.texts)


def test_half_a_word_is_completed(bench: Bench, starter: Path) -> None:
    task = Suggest("今天天气很好。", "zh", "en", "The wea", translation_pack="starter")
    (told,) = (event for event in ask(bench, "suggest", task) if isinstance(event, Suggested))
    assert told.texts
    assert all(text.startswith("The wea") for text in told.texts)


def test_suggestions_cross_process_borders() -> None:
    event = Suggested("zh", ("你好", "您好"))
    assert from_json(to_json(event)) == event


# -- listen ----------------------------------------------------------------------------------------


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not on this machine")
    path = tmp_path / "speech.wav"
    subprocess.run(["espeak-ng", "-w", str(path), "I have three cats. I love my dogs."], check=True)
    return path


def test_a_range_is_heard_again_at_its_own_times(bench: Bench, tmp_path: Path, speech: Path) -> None:
    pack = str(make_speech_pack(tmp_path / "pack"))
    task = Relisten(str(speech), 500, 2500, ("en", "zh"), "en", speech_pack=pack)
    events = ask(bench, "listen", task)
    cues = events[-1].document.cues
    assert any(isinstance(event, Chunk) for event in events)
    assert all(500 <= word.start <= word.end <= 2500 for cue in cues for word in cue.words)
    assert events[-1].document.languages == ("en", "zh")


def test_a_place_where_no_speech_is_detected_is_heard_all_the_same(
    bench: Bench, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugin_core import speech as stage

    asked: list[bool] = []

    def transcribe(blocks: Any, engine: Any, options: Any, *, duration_ms: int) -> Iterator[Chunk]:
        asked.append(options.vad)
        yield Chunk(0, duration_ms, "en", ())

    monkeypatch.setattr(stage, "transcribe", transcribe)
    events = ask(bench, "listen", Relisten(str(speech), 0, 2000, ("en",), "en", speech_pack="starter"))
    assert asked == [True, False]
    assert events[-1].document.cues == ()
    assert any(isinstance(event, Note) and "Nothing was recognised" in event.message for event in events)


def test_the_worker_knows_the_verbs(pack: str) -> None:
    task = Suggest("I have three cats.", "en", "zh", translation_pack=pack)
    request = json.dumps({"do": "suggest", "job": "7", "options": task.to_json()})
    with subprocess.Popen(
        [sys.executable, "-m", "plugin_core.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(request + "\n")
        process.stdin.flush()
        told = [json.loads(process.stdout.readline())["event"] for _ in range(3)]
    assert told == ["hello", "suggested", "finished"]


def test_what_was_heard_takes_the_place_of_what_was_there() -> None:
    heard = [
        Cue("x", 3100, 4000, ("I have one cat.", "")),
        Cue("y", 4100, 4900, ("It is black.", "")),
    ]
    old = edits.set_speaker(DOCUMENT, ["c1"], "Li")
    after = rework.put_heard(old, 3000, 5000, heard)
    assert [(cue.id, cue.texts[0], cue.speaker) for cue in after.cues[:4]] == [
        ("c0", "I have 0 cats.", ""),
        ("c1", "I have one cat.", "Li"),
        ("y", "It is black.", ""),
        ("c2", "I have 2 cats.", ""),
    ]
    assert after.cues[1].texts[1] == ""


def test_a_cue_that_says_the_same_keeps_its_translation() -> None:
    after = rework.put_heard(DOCUMENT, 3000, 5000, [Cue("x", 3100, 4900, ("I have\n1 cats.", ""))])
    assert after.cues[1].texts == ("I have\n1 cats.", "我有1只猫。")


def test_new_cues_do_not_reach_into_those_that_stay() -> None:
    after = rework.put_heard(DOCUMENT, 2500, 5500, [Cue("x", 1500, 9000, ("All of it.", ""))])
    assert [(cue.start, cue.end) for cue in after.cues[:3]] == [(0, 2000), (1500, 6000), (6000, 8000)]


def test_options_nobody_knows_are_refused(bench: Bench) -> None:
    with pytest.raises(SettingsError, match="surprise"):
        rework.run("suggest", {"text": "a", "source": "en", "target": "zh", "surprise": 1}, bench)
    with pytest.raises(SettingsError, match="lacks"):
        rework.run("suggest", {"text": "a"}, bench)

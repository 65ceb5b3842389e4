from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.document import Word
from plugin_core.engines import open_speech
from plugin_core.engines.devices import Choice
from plugin_core.engines.drafts import Heard, Listening
from plugin_core.errors import ModelError, SettingsError
from plugin_core.modelstore import Pack, read_pack
from plugin_core.protocol import Chunk, Note, Progress
from plugin_core.speech import SpeechOptions, transcribe
from tests.packs import make_speech_pack

RATE = 16_000
PACK = Pack(Path(), "fake", "speech", "production", "Fake", ("zh", "en"), "MIT")


class FakeEngine:
    """
    Hears "voices": stretches of constant loudness. 0.1 is English, 0.2 Chinese; one word for every second.

    The interface is the real one, so what ``transcribe`` does with spans, languages and batches can be checked exactly.
    """

    def __init__(self, pack: Pack = PACK, **heard: Any) -> None:
        self.pack, self.choice, self.notes = pack, Choice("cpu", "int8", "cpu int8: a fake"), list[str]()
        self.languages = pack.languages
        self.changes = heard
        self.batches: list[tuple[str, int]] = []
        self.listened: list[Listening] = []
        self.detected = 0

    def detect(self, clips: list[np.ndarray], candidates: tuple[str, ...]) -> list[dict[str, float]]:
        self.detected += len(clips)
        loud = [float(np.median(np.abs(clip[clip != 0]))) if clip.any() else 0.0 for clip in clips]
        return [{code: 0.9 if (code == "zh") == (level > 0.15) else 0.05 for code in candidates} for level in loud]

    def require(self, language: str) -> None:
        if language not in self.languages:
            raise ModelError("model.language", f"no {language}")

    def hear(self, clips: list[np.ndarray], language: str, listening: Listening) -> list[Heard]:
        self.batches.append((language, len(clips)))
        self.listened.append(listening)
        return [self._one(len(clip) // 16, language) for clip in clips]

    def _one(self, duration: int, language: str) -> Heard:
        words = tuple(
            Word(at, min(at + 900, duration), "天地人山水火"[at // 1000 % 6] if language == "zh" else f" w{at}", 0.9)
            for at in range(0, max(1, duration), 1000)
        )
        return replace(Heard(language, words, duration, -0.2, 0.01, 1.0), **self.changes)


@pytest.fixture(autouse=True)
def loudness_is_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Synthetic voices: whatever is not digital silence counts as speech."""

    class Loudness:
        def __init__(self) -> None:
            self.rest = np.zeros(0, np.float32)

        def feed(self, block: np.ndarray) -> np.ndarray:
            audio = np.concatenate([self.rest, block])
            count = len(audio) // 512
            self.rest = audio[count * 512 :]
            return (np.abs(audio[: count * 512]).reshape(count, 512).max(1, initial=0) > 0).astype(np.float32)

        def finish(self) -> np.ndarray:
            return self.feed(np.zeros(512, np.float32)) if len(self.rest) else np.zeros(0, np.float32)

    monkeypatch.setattr("plugin_core.speech.VoiceActivity", Loudness)


def sound(*parts: tuple[float, float]) -> np.ndarray:
    """(seconds, loudness), one after the other."""
    return np.concatenate([np.full(int(seconds * RATE), level, np.float32) for seconds, level in parts])


EN, ZH = 0.1, 0.2
TALK = sound((1, 0), (3, EN), (0.5, 0), (2, ZH), (0.4, 0), (2, ZH), (1, 0), (2, EN), (2, 0))


def listen(
    audio: np.ndarray, engine: Any = None, *, block: int = RATE, done: tuple[Chunk, ...] = (), **options: Any
) -> list[Progress | Note | Chunk]:
    blocks = [audio[at : at + block] for at in range(0, len(audio), block)]
    settings = SpeechOptions(**options)
    return list(transcribe(blocks, engine or FakeEngine(), settings, duration_ms=len(audio) // 16, done=done))


def chunks(events: list[Any]) -> list[Chunk]:
    return [event for event in events if isinstance(event, Chunk)]


def notes(events: list[Any]) -> str:
    return "\n".join(event.message for event in events if isinstance(event, Note))


# -- chunks and languages


def test_sentences_in_two_languages_become_chunks_of_one_language_each() -> None:
    found = chunks(listen(TALK))
    assert [(chunk.language, round(chunk.start, -3), round(chunk.end, -3)) for chunk in found] == [
        ("en", 1000, 4000),
        ("zh", 4000, 9000),
        ("en", 10_000, 12_000),
    ]


def test_one_language_for_the_file_is_found_once_when_asked() -> None:
    engine = FakeEngine()
    found = chunks(listen(TALK, engine, per_chunk_language=False, batch_size=1))
    assert {chunk.language for chunk in found} == {"en"}
    assert engine.detected < 4


def test_a_given_language_needs_no_detection() -> None:
    engine = FakeEngine()
    assert {chunk.language for chunk in chunks(listen(TALK, engine, language="zh"))} == {"zh"}
    assert engine.detected == 0


def test_a_language_the_pack_does_not_know_is_an_error() -> None:
    with pytest.raises(ModelError):
        listen(TALK, language="fr")


def test_a_span_too_short_to_tell_takes_the_language_of_its_nearer_neighbour() -> None:
    audio = sound((2, ZH), (0.9, 0), (0.5, ZH), (0.4, 0), (3, EN), (1, 0))
    assert [(c.language, len(c.words) > 0) for c in chunks(listen(audio))] == [("zh", True), ("en", True)]
    assert chunks(listen(audio))[1].start < 3000


def test_a_file_that_keeps_to_one_language_is_only_sampled_and_a_change_is_still_found() -> None:
    engine = FakeEngine()
    sentence = sound((1.5, EN), (0.5, 0))
    found = chunks(listen(np.concatenate([sentence] * 80 + [sound((2, ZH), (0.5, 0))] * 16), engine, batch_size=1))
    assert engine.detected < 50
    english = [chunk.end for chunk in found if chunk.language == "en"]
    assert abs(max(english) - 160_000) < 20_000
    assert found[-1].language == "zh"
    careful = FakeEngine(replace(PACK, tier="starter"))
    listen(np.concatenate([sentence] * 40), careful)
    assert careful.detected == 40


def test_a_pack_of_many_languages_listens_for_chinese_english_and_the_first_one() -> None:
    engine = FakeEngine(replace(PACK, languages=("de", "en", "fr", "ja", "zh")))
    asked: list[tuple[str, ...]] = []
    real = engine.detect
    engine.detect = lambda clips, known: asked.append(known) or real(clips, known)  # type: ignore[method-assign]
    listen(TALK, engine, batch_size=1)
    assert asked[0] == ("de", "en", "fr", "ja", "zh")
    assert set(asked[-1]) <= {"de", "en", "fr", "ja", "zh"}
    assert len(asked[-1]) <= 3


@pytest.mark.parametrize("block", [160, 5000, RATE * 100])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_chunks_depend_on_neither_blocks_nor_batches(block: int, batch_size: int) -> None:
    assert chunks(listen(TALK, block=block, batch_size=batch_size)) == chunks(listen(TALK))


def test_batches_hold_one_language_and_at_most_their_size() -> None:
    engine = FakeEngine()
    talk = np.concatenate([TALK] * 4)
    found = chunks(listen(talk, engine, batch_size=3, chunk_seconds=5))
    assert max(count for _, count in engine.batches) <= 3
    assert len(found) == sum(count for _, count in engine.batches)


def test_long_speech_is_cut_into_chunks_of_the_wanted_length() -> None:
    found = chunks(listen(sound((100, EN), (1, 0)), chunk_seconds=10))
    assert all(chunk.end - chunk.start <= 10_300 for chunk in found)
    assert found[-1].end > 99_000
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_pack_may_want_shorter_chunks() -> None:
    talk = sound(*[(1.2, EN), (0.4, 0)] * 10)
    engine, starter = FakeEngine(replace(PACK, options={"chunk_seconds": 5})), FakeEngine(replace(PACK, tier="starter"))
    assert all(2000 < chunk.end - chunk.start <= 5000 for chunk in chunks(listen(talk, engine))[:-1])
    assert all(chunk.end - chunk.start <= 3000 for chunk in chunks(listen(talk, starter)))


def test_a_sentence_without_a_pause_is_not_cut_for_a_starter_pack() -> None:
    starter = FakeEngine(replace(PACK, tier="starter"))
    found = chunks(listen(sound((1, 0), (8, EN), (1, 0), (30, EN), (1, 0)), starter))
    assert found[0].end - found[0].start > 8000
    assert all(chunk.end - chunk.start <= 12_300 for chunk in found)


def test_without_voice_activity_everything_is_heard() -> None:
    found = chunks(listen(TALK, vad=False, language="en", chunk_seconds=5))
    assert [(chunk.start, chunk.end) for chunk in found] == [(0, 5000), (5000, 10_000), (10_000, 13_900)]


# -- times


def test_words_lie_in_their_chunk_in_order() -> None:
    for chunk in chunks(listen(np.concatenate([TALK] * 3))):
        edges = [time for word in chunk.words for time in (word.start, word.end)]
        assert edges == sorted(edges)
        assert chunk.start <= edges[0]
        assert edges[-1] <= chunk.end
        assert all(isinstance(edge, int) for edge in edges)


def test_a_long_pause_inside_a_chunk_is_not_heard_and_moves_no_word() -> None:
    engine = FakeEngine()
    heard = chunks(listen(sound((1, 0), (2, EN), (4, 0), (2, EN), (1, 0)), engine, language="en"))
    assert len(heard) == 1
    assert not [word for word in heard[0].words if 3400 < word.start < 6600]
    assert any(word.start > 6600 for word in heard[0].words)


def test_speech_that_is_far_apart_is_not_heard_together() -> None:
    found = chunks(listen(sound((1, 0), (2, EN), (6, 0), (2, EN), (1, 0)), language="en"))
    assert [round(chunk.start, -3) for chunk in found] == [1000, 9000]


def test_what_the_recogniser_left_unheard_is_heard_again() -> None:
    engine = FakeEngine()
    real = engine._one
    engine._one = lambda duration, language: replace(real(min(duration, 3000), language), until=min(duration, 3000))  # type: ignore[method-assign]
    (chunk,) = chunks(listen(sound((9, EN), (1, 0)), engine, language="en"))
    assert len(engine.batches) > 1
    assert chunk.words[-1].end > 8500


def test_after_a_guess_nothing_more_is_heard() -> None:
    engine = FakeEngine(until=3000, log_probability=-1.5)
    listen(sound((9, EN), (1, 0)), engine, language="en")
    assert len(engine.batches) == 1


# -- resuming


def test_a_resumed_job_hears_only_what_was_not_done() -> None:
    whole = chunks(listen(TALK, batch_size=1))
    for count in range(len(whole) + 1):
        engine = FakeEngine()
        rest = chunks(listen(TALK, engine, batch_size=1, done=tuple(whole[:count])))
        assert rest == whole[count:]
        assert len(engine.batches) == len(whole) - count


def test_leaving_the_loop_stops_the_work() -> None:
    engine = FakeEngine()
    blocks = (np.full(RATE, EN if n % 4 else 0, np.float32) for n in range(1000))
    events = transcribe(blocks, engine, SpeechOptions(batch_size=1, chunk_seconds=3), duration_ms=1_000_000)  # type: ignore[arg-type]
    next(event for event in events if isinstance(event, Chunk))
    events.close()
    assert len(engine.batches) < 3


def test_only_a_few_chunks_of_audio_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    from plugin_core import speech

    held = []
    real = speech.Tape.append

    def watched(tape: Any, block: np.ndarray) -> None:
        real(tape, block)
        held.append(sum(map(len, tape._blocks)) / RATE)

    monkeypatch.setattr(speech.Tape, "append", watched)
    listen(np.concatenate([sound((9, EN), (1, 0))] * 60), language="en", batch_size=2, chunk_seconds=20)
    assert max(held) < 2 * 20 + 30


def test_sparse_speech_waits_neither_for_a_batch_nor_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from plugin_core import speech

    tapes: list[Any] = []
    real = speech.Tape.append

    def watched(tape: Any, block: np.ndarray) -> None:
        real(tape, block)
        tapes.append(sum(map(len, tape._blocks)) / RATE)

    monkeypatch.setattr(speech.Tape, "append", watched)
    events = listen(np.concatenate([sound((2, EN), (58, 0))] * 12), block=RATE * 10)
    told = [
        (event.start if isinstance(event, Chunk) else event.done) // 1000
        for event in events[1:]
        if not isinstance(event, Note)
    ]
    assert max(tapes) < 150
    assert len(chunks(events)) == 12
    assert told == sorted(told)


# -- progress and notes


def test_progress_follows_the_chunks_and_ends_at_the_whole() -> None:
    events = listen(np.concatenate([TALK] * 4), batch_size=1)
    told = [event for event in events if isinstance(event, Progress)]
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert told[0].remaining is None
    assert all(p.remaining is None or p.remaining >= 0 for p in told)
    assert (told[-1].done, told[-1].remaining) == (len(TALK) * 4 // 16, 0)


def test_silence_gives_no_chunk_and_a_sentence() -> None:
    events = listen(np.zeros(RATE * 90, np.float32))
    assert chunks(events) == []
    assert "No speech was found" in notes(events)
    assert len([event for event in events if isinstance(event, Progress)]) >= 2


def test_no_audio_at_all_is_silence() -> None:
    assert "No speech" in notes(listen(np.zeros(0, np.float32)))


def test_the_device_is_told_and_a_starter_pack_says_what_it_understands() -> None:
    assert "cpu int8: a fake" in notes(listen(TALK))
    starter = FakeEngine(replace(PACK, tier="starter", limits="It knows 300 sentences."))
    assert "It knows 300 sentences." in notes(listen(TALK, starter))


def test_what_the_engine_has_to_say_is_passed_on() -> None:
    engine = FakeEngine()
    engine.notes.append("Speech recognition goes on with cpu int8: the GPU failed.")
    assert "the GPU failed" in notes(listen(TALK, engine))


# -- guards


def test_text_that_was_made_up_in_silence_is_dropped_and_the_chunk_is_done() -> None:
    found = chunks(listen(TALK, FakeEngine(no_speech=0.9, log_probability=-2.0)))
    assert len(found) == 3
    assert all(chunk.words == () for chunk in found)


def test_a_loop_is_collapsed_and_told() -> None:
    loop = tuple(Word(n * 100, n * 100 + 90, " again", 0.9) for n in range(25))
    events = listen(TALK, FakeEngine(words=loop), language="en")
    assert all(len(chunk.words) == 1 for chunk in chunks(events))
    assert "repeated itself; 24 words were left out" in notes(events)


def test_hotwords_reach_the_recogniser_and_do_not_leak_from_it() -> None:
    leak = (Word(0, 500, " Resolve", 0.2), Word(500, 900, " timeline", 0.2))
    engine = FakeEngine(words=leak)
    events = listen(TALK, engine, language="en", hotwords=("Resolve", "timeline"))
    assert engine.listened[0].hotwords == ("Resolve", "timeline")
    assert all(chunk.words == () for chunk in chunks(events))
    assert "repeat the glossary" in notes(events)


def test_a_starter_pack_is_given_no_prompt_and_says_so() -> None:
    engine = FakeEngine(replace(PACK, tier="starter"))
    events = listen(TALK, engine, hotwords=("Resolve",), language="zh")
    assert engine.listened[0].hotwords == ()
    assert engine.listened[0].prompt == ""
    assert "cannot be told the glossary" in notes(events)


def test_chinese_is_asked_to_be_punctuated_and_comes_back_in_simplified_words() -> None:
    engine = FakeEngine(words=tuple(Word(n * 100, n * 100 + 90, c, 0.9) for n, c in enumerate("我們學習,好嗎?")))
    (chunk, *_) = chunks(listen(TALK, engine, language="zh"))
    assert [word.text for word in chunk.words] == ["我们", "学习，", "好", "吗？"]
    assert "普通话" in engine.listened[0].prompt


# -- options


def test_unknown_options_are_errors() -> None:
    with pytest.raises(SettingsError, match="no option volume"):
        SpeechOptions.from_json({"volume": 11})


@pytest.mark.parametrize(
    "wrong",
    [{"batch_size": 0}, {"beam_size": 0}, {"chunk_seconds": 31}, {"vad_threshold": 1.0}, {"temperatures": ()}],
)
def test_impossible_options_are_errors(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        SpeechOptions(**wrong)


def test_options_come_from_json() -> None:
    assert SpeechOptions.from_json({"hotwords": ["a"], "batch_size": 2}) == SpeechOptions(hotwords=("a",), batch_size=2)


# -- real packs


def test_a_real_pack_of_random_weights_goes_through_the_whole_stage(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    audio = np.concatenate([random.standard_normal(RATE * 3) * 0.1, np.zeros(RATE), random.standard_normal(RATE) * 0.1])
    with open_speech(read_pack(make_speech_pack(tmp_path / "pack"))) as engine:
        events = listen(audio.astype(np.float32), engine, beam_size=1, temperatures=(0.0,))
    assert sum(len(chunk.words) for chunk in chunks(events)) > 0


@pytest.fixture
def real_voice_activity(monkeypatch: pytest.MonkeyPatch) -> None:
    from plugin_core.engines.voice import VoiceActivity

    monkeypatch.setattr("plugin_core.speech.VoiceActivity", VoiceActivity)


@pytest.mark.shared
@pytest.mark.usefixtures("real_voice_activity")
def test_the_spans_of_real_speech_cover_what_people_said(shared: Path) -> None:
    from faster_whisper.audio import decode_audio

    audio = decode_audio(str(shared / "speech/mixed/azure_en-us_zh-cn.wav"))
    found = chunks(listen(audio, language="en"))
    spoken = sum(word.end - word.start for chunk in found for word in chunk.words)
    assert 8_000 < spoken < 18_000
    assert found[-1].end <= len(audio) // 16


@pytest.fixture
def speak() -> Any:
    tool = shutil.which("espeak-ng")
    if tool is None:
        pytest.skip("espeak-ng is not installed")

    def say(text: str, voice: str) -> np.ndarray:
        from io import BytesIO

        from faster_whisper.audio import decode_audio

        done = subprocess.run([tool, "-v", voice, "--stdout", text], capture_output=True, check=True)
        return np.asarray(decode_audio(BytesIO(done.stdout)), np.float32)

    return say


@pytest.mark.usefixtures("real_voice_activity")
def test_the_starter_pack_understands_both_languages_in_one_file(starter: Path, speak: Any) -> None:
    folder = starter / "speech-zh-en"
    if not (folder / "pack.toml").is_file():
        pytest.skip("the starter speech pack is not there yet")
    rest = np.zeros(RATE, np.float32)
    audio = np.concatenate(
        [speak("I have a new book.", "en-us"), rest, speak("今天天气很好。", "cmn-latn-pinyin"), rest]
    )
    with open_speech(read_pack(folder)) as engine:
        found = chunks(listen(audio, engine))
    assert [chunk.language for chunk in found] == ["en", "zh"]
    english, chinese = ("".join(word.text for word in chunk.words) for chunk in found)
    assert "book" in english.lower()
    assert "天气" in chinese

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core import modelstore
from plugin_core.engines import devices, open_speech
from plugin_core.engines.drafts import Listening, compression_ratio
from plugin_core.engines.speech import SpeechEngine
from plugin_core.engines.voice import FRAME, VoiceActivity
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack, read_pack
from tests.packs import make_speech_pack

QUICK = Listening(beam_size=1, temperatures=(0.0,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_speech_pack(tmp_path_factory.mktemp("packs") / "speech")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[SpeechEngine]:
    with open_speech(read_pack(folder)) as opened:
        yield opened


def noise(*seconds: float) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [(random.standard_normal(int(16_000 * s)) * 0.1).astype(np.float32) for s in seconds]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pretend to be a machine with these compute types."""

    def pretend(cpu: str = "int8 int8_float32 float32", cuda: str = "") -> None:
        kinds = {"cpu": frozenset(cpu.split()), "cuda": frozenset(cuda.split())}
        monkeypatch.setattr(devices, "supported_types", kinds.__getitem__)
        monkeypatch.setattr(devices, "gpu_name", lambda: "NVIDIA H200")

    return pretend


# -- devices


def test_without_a_gpu_the_choice_is_cpu_int8_and_says_why(machine: Any) -> None:
    machine()
    assert devices.choose(()) == devices.Choice("cpu", "int8", "cpu int8: no CUDA device was found")


def test_a_gpu_is_preferred_and_named(machine: Any) -> None:
    machine(cuda="int8_float16 float16 int8 float32")
    assert devices.choose(()) == devices.Choice("cuda", "int8_float16", "cuda int8_float16: NVIDIA H200")
    assert devices.choose((), "cpu").reason == "cpu int8: as asked"


def test_the_packs_own_compute_types_narrow_the_choice_but_never_make_it_fail(machine: Any) -> None:
    machine(cuda="int8_float16 float16 float32")
    assert devices.choose(("float16",)).compute_type == "float16"
    assert devices.choose(("int8",)).compute_type == "int8_float16"
    assert devices.choose(("int4",)).compute_type == "int8_float16"


def test_an_explicit_compute_type_the_gpu_lacks_goes_to_the_cpu(machine: Any) -> None:
    machine(cuda="float16")
    assert devices.choose((), "auto", "int8") == devices.Choice(
        "cpu", "int8", "cpu int8: the GPU does not support int8, int8 as asked"
    )


@pytest.mark.parametrize(
    ("device", "compute", "code"),
    [
        ("cuda", "auto", "model.no-cuda"),
        ("cpu", "float16", "model.compute"),
        ("auto", "float16", "model.compute"),
        ("tpu", "auto", "model.device"),
        ("cpu", "int3", "model.compute"),
    ],
)
def test_what_is_asked_for_and_not_there_is_an_error_with_a_hint(
    machine: Any, device: str, compute: str, code: str
) -> None:
    machine()
    with pytest.raises(ModelError) as caught:
        devices.choose((), device, compute)
    assert caught.value.code == code
    assert caught.value.hint


def test_this_machine_can_be_probed() -> None:
    assert "float32" in devices.supported_types("cpu")
    assert devices.choose(()).device in {"cpu", "cuda"}
    assert devices.gpu_name()


# -- opening


def test_importing_the_engines_loads_no_inference_library() -> None:
    code = "import sys, plugin_core.engines.speech, plugin_core.speech; print('ctranslate2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_pack_opens_without_a_socket(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socket(*args: Any, **more: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", no_socket)
    with open_speech(read_pack(folder)) as engine:
        assert engine.languages == ("en", "zh")
        assert engine.pack.id == "speech-random"
        assert engine.choice.reason.startswith(engine.choice.device)


def without(folder: Path, name: str, tmp_path: Path, content: bytes | None = None) -> Pack:
    """The pack with one file replaced (or, by default, gone), its checksums made right again."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        if file.name not in {name, "pack.toml"}:
            (copy / file.name).write_bytes(file.read_bytes())
    if content is not None:
        (copy / name).write_bytes(content)
    table = {"id": "x", "kind": "speech", "tier": "production", "name": "X", "languages": ["en"], "licence": "MIT"}
    return modelstore.write_pack_toml(copy, table)


@pytest.mark.parametrize(
    "name", ["tokenizer.json", "preprocessor_config.json", "config.json", "model.bin", "vocabulary.json"]
)
def test_a_missing_file_is_named_before_anything_is_loaded(folder: Path, name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught, open_speech(without(folder, name, tmp_path)):
        pass
    assert caught.value.code == "model.incomplete"
    assert name in caught.value.message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.bin", b"\x06\0\0\0hostile"),
        ("model.bin", b""),
        ("config.json", b"[]"),
        ("tokenizer.json", b"{"),
        ("preprocessor_config.json", b"\xff\xfe"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_an_error(
    folder: Path, name: str, content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as caught, open_speech(without(folder, name, tmp_path, content)):
        pass
    assert caught.value.code == "model.broken"


def test_a_wrong_checksum_is_an_error(folder: Path, tmp_path: Path) -> None:
    pack = without(folder, "", tmp_path)
    path = pack.folder / "model.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(ModelError) as caught, open_speech(pack):
        pass
    assert caught.value.code == "model.checksum"


def test_a_pack_of_another_kind_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError) as caught, open_speech(replace(read_pack(folder), kind="translation")):
        pass
    assert caught.value.code == "model.kind"


# -- a full GPU


class FullGpu:
    """A stand-in for WhisperModel on a GPU: loads, then has no memory for more than *most* clips."""

    def __init__(self, real: Any, most: int) -> None:
        self._real, self._most = real, most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def encode(self, features: np.ndarray) -> Any:
        if len(features) > self._most:
            raise RuntimeError("CUDA failed with error out of memory")
        return self._real.encode(features)


def on_gpu(folder: Path, most: int, monkeypatch: pytest.MonkeyPatch, **more: Any) -> SpeechEngine:
    real = SpeechEngine._open

    def opened(self: SpeechEngine, choice: devices.Choice) -> Any:
        if choice.device == "cpu":
            return real(self, choice)
        if most < 0:
            raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")
        return FullGpu(real(self, devices.Choice("cpu", "int8", "")), most)

    monkeypatch.setattr(SpeechEngine, "_open", opened)
    return SpeechEngine(read_pack(folder), devices.Choice("cuda", "int8_float16", "cuda int8_float16: X"), **more)


def test_a_full_gpu_hears_half_the_batch_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = on_gpu(folder, 2, monkeypatch)
    assert len(engine.hear(noise(1, 1, 1, 1, 1), "en", QUICK)) == 5
    assert engine.choice.device == "cuda"
    assert engine.notes == []


def test_a_gpu_too_full_for_one_clip_hands_over_to_the_cpu_with_a_note(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = on_gpu(folder, 0, monkeypatch)
    assert len(engine.hear(noise(1, 1), "en", QUICK)) == 2
    assert engine.choice.device == "cpu"
    assert "out of memory" in engine.notes[0]


def test_a_gpu_that_cannot_load_hands_over_to_the_cpu(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = on_gpu(folder, -1, monkeypatch)
    assert engine.choice.reason.startswith("cpu int8: the GPU failed (Library libcublas.so.12")


def test_a_gpu_that_was_asked_for_is_not_left_silently(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError) as caught:
        on_gpu(folder, -1, monkeypatch, may_move=False)
    assert caught.value.code == "model.gpu"
    engine = on_gpu(folder, 0, monkeypatch, may_move=False)
    with pytest.raises(ModelError):
        engine.hear(noise(1), "en", QUICK)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("std::bad_alloc")])
def test_too_little_memory_is_said_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with open_speech(read_pack(folder), device="cpu") as engine:

        def full(features: np.ndarray) -> None:
            raise error

        monkeypatch.setattr(engine._model, "encode", full)
        with pytest.raises(ModelError) as caught:
            engine.hear(noise(1), "en", QUICK)
    assert caught.value.code == "model.memory"


# -- hearing


def test_every_clip_of_a_batch_gets_words_within_it(engine: SpeechEngine) -> None:
    clips = noise(1, 3)
    for clip, heard in zip(clips, engine.hear(clips, "zh", QUICK), strict=True):
        assert heard.language == "zh"
        assert heard.words
        assert all(type(w.start) is int and type(w.end) is int and 0 <= w.probability <= 1 for w in heard.words)
        assert 0 < heard.until <= len(clip) / 16


def test_a_clip_is_heard_the_same_alone_and_in_a_batch(engine: SpeechEngine) -> None:
    clips = noise(2, 2)
    together = engine.hear(clips, "en", QUICK)
    alone = [engine.hear([clip], "en", QUICK)[0] for clip in clips]
    assert [[w.text for w in h.words] for h in together] == [[w.text for w in h.words] for h in alone]


def test_a_weak_result_is_tried_again_at_higher_temperatures(engine: SpeechEngine) -> None:
    heard = engine.hear(noise(1), "en", Listening(beam_size=1, temperatures=(0.0, 0.4)))[0]
    assert heard.log_probability < -1
    assert heard.temperature == 0.4


def test_language_probabilities_are_among_the_candidates_and_sum_to_one(engine: SpeechEngine) -> None:
    for found in engine.detect(noise(1, 2), ("zh", "en")):
        assert set(found) == {"zh", "en"}
        assert sum(found.values()) == pytest.approx(1)
    assert engine.detect(noise(1), ("zh",)) == [{"zh": 1.0}]


def test_a_language_the_pack_does_not_know_is_an_error(engine: SpeechEngine) -> None:
    with pytest.raises(ModelError) as caught:
        engine.hear(noise(1), "fr", QUICK)
    assert "en, zh" in caught.value.hint


def test_no_clips_need_no_work(engine: SpeechEngine) -> None:
    assert engine.hear([], "en", QUICK) == []
    assert engine.detect([], ("en", "zh")) == []


def test_a_loop_has_a_high_compression_ratio() -> None:
    assert compression_ratio("thank you " * 30) > 2.4 > compression_ratio("The cat sat on the mat.")
    assert compression_ratio("") == 0


def test_a_random_pack_is_small_and_says_what_it_is(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) < 600_000
    assert json.loads((folder / "preprocessor_config.json").read_text())["feature_size"] == 80


# -- voice activity


def test_voice_activity_does_not_depend_on_the_blocks() -> None:
    audio = noise(3.01)[0]
    whole, parts = VoiceActivity(), VoiceActivity()
    expected = np.concatenate([whole.feed(audio), whole.finish()])
    cut = [parts.feed(audio[at : at + 777]) for at in range(0, len(audio), 777)]
    assert np.allclose(np.concatenate([*cut, parts.finish()]), expected, atol=1e-5)
    assert len(expected) == -(-len(audio) // FRAME)


def test_there_is_no_voice_in_silence() -> None:
    voice = VoiceActivity()
    assert voice.feed(np.zeros(16_000, np.float32)).max() < 0.3
    assert len(VoiceActivity().finish()) == 0


@pytest.mark.shared
def test_voice_activity_agrees_with_faster_whispers_own_reader(shared: Path) -> None:
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import get_speech_timestamps

    from plugin_core.engines.voice import FRAME_MS
    from plugin_core.spans import SpanFinder

    audio = decode_audio(str(shared / "speech/en/fw_stereo_diarization.wav"))
    theirs = get_speech_timestamps(audio, min_silence_duration_ms=300, speech_pad_ms=0)
    voice, finder = VoiceActivity(), SpanFinder(FRAME_MS)
    ours = [*finder.feed(voice.feed(audio)), *finder.finish()]
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert abs(a.start - b["start"] / 16) <= 64
        assert abs(a.end - b["end"] / 16) <= 64

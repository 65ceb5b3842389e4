"""The speech recipe from sentence to pack, small; and the shipped pack in plain faster-whisper."""

from __future__ import annotations

import ctypes
import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SENTENCES = (
    ("en", "The cat is asleep on the chair."), ("en", "I have 25 dogs, don't I?"), ("en", "Where were you yesterday?"),
    ("zh", "猫在椅子上睡觉。"), ("zh", "我有三本书，你呢？"), ("zh", "你昨天在哪里？"),
)  # fmt: skip
NEW = (("en-us+m5", "en", "I would like to go home."), ("cmn-latn-pinyin+f3", "zh", "我想明天去学校。"))


def voices() -> Any:
    """The recipe's synthesisers, or a skip where espeak-ng is not installed."""
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        pytest.skip("espeak-ng is not installed")
    from models.speech import voices as module

    return module


def letters(text: str) -> list[str]:
    return [character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum()]


@pytest.fixture
def starter_model(starter: Path) -> Any:
    """The shipped pack, opened as anybody's faster-whisper opens it."""
    from faster_whisper import WhisperModel

    folder = starter / "speech-zh-en"
    if not (folder / "model.bin").exists():
        pytest.skip("the starter pack is not in this checkout")
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)


@pytest.mark.parametrize(("voice", "language", "text"), NEW)
def test_every_word_of_a_synthesised_sentence_has_its_time(voice: str, language: str, text: str) -> None:
    module = voices()
    clip = module.Espeak().say(text, language, voice)
    assert [text[first:past] for first, past, _, _ in clip.words] == [
        text[a:b] for a, b in module.tokens_of(text, language)
    ]
    starts = [start for _, _, start, _ in clip.words]
    assert starts == sorted(starts)
    assert clip.words[-1][3] <= 1000 * len(clip.audio) / module.RATE


def test_features_are_those_faster_whisper_computes() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor

    from models.speech.data import Mel

    audio = np.random.default_rng(0).standard_normal(16_000).astype(np.float32) * 0.1
    ours, theirs = Mel()(audio).astype(np.float32), FeatureExtractor()(audio).T * 4 - 4
    assert np.abs(ours[5:-5] - theirs[5 : len(ours) - 5]).max() < 0.02


@pytest.mark.parametrize(("voice", "language", "text"), NEW)
def test_the_starter_pack_hears_a_new_sentence_in_a_new_voice(
    starter_model: Any, voice: str, language: str, text: str
) -> None:
    clip = voices().Espeak().say(text, language, voice)
    segments, info = starter_model.transcribe(clip.audio, word_timestamps=True)
    heard = list(segments)
    assert info.language == language
    right, said = letters("".join(segment.text for segment in heard)), letters(text)
    assert len(set(right) & set(said)) >= 0.6 * len(set(said))
    words = [word for segment in heard for word in segment.words]
    assert words
    assert abs(1000 * float(words[0].start) - clip.words[0][2]) < 400


def test_the_starter_pack_writes_nothing_where_nobody_speaks(starter_model: Any) -> None:
    segments, _ = starter_model.transcribe(np.zeros(48_000, np.float32), language="en")
    assert "".join(segment.text for segment in segments).strip(" .") == ""


@pytest.mark.train
@pytest.mark.filterwarnings("ignore")
def test_the_recipe_makes_a_pack_that_plain_faster_whisper_opens(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: it comes with the extra 'train'")
    pytest.importorskip("transformers", reason="transformers is not installed: it comes with the extra 'train'")
    module = voices()
    from faster_whisper import WhisperModel

    from models.speech import export, tokenizer, train
    from models.speech.data import Mel, trimmed
    from models.speech.model import Size
    from models.training.loop import LoopConfig

    shards, run = tmp_path / "shards", tmp_path / "run"
    shards.mkdir()
    run.mkdir()
    espeak, frame, rows, parts = module.Espeak(), 0, [], []
    for turn in range(4):
        for language, text in SENTENCES:
            voice = ("en-us" if language == "en" else "cmn-latn-pinyin") + f"+m{turn + 1}"
            said = espeak.say(text, language, voice)
            if said is None:  # words and sounds did not match: the recipe leaves such a clip out
                continue
            clip = trimmed(said)
            parts.append(Mel()(clip.audio))
            rows.append({"language": language, "text": text, "voice": clip.voice, "frame": frame,
                         "frames": len(parts[-1]),
                         "phones": clip.phones, "words": clip.words})  # fmt: skip
            frame += len(parts[-1])
    np.save(shards / "0000.npy", np.concatenate(parts))
    (shards / "0000.json").write_text(json.dumps(rows))
    tokenizer.train((text for _, text in SENTENCES), english=30).save(str(run / "tokenizer.json"))
    (run / "phones.json").write_text(json.dumps(sorted({name for row in rows for name, _, _ in row["phones"]})))

    size = Size(width=32, heads=2, encoder_layers=1, decoder_layers=2, inner=64)
    train.run(shards, "unused: vocabulary and phones are there", run, size, LoopConfig(minutes=0.05, log_every=1))
    assert len((run / "log.jsonl").read_text().splitlines()) >= 3
    pack = tmp_path / "pack"
    export.export(run, pack)
    model = WhisperModel(str(pack), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    assert model.model.is_multilingual
    segments, info = model.transcribe(np.zeros(32_000, np.float32), word_timestamps=True, max_new_tokens=8)
    assert info.language in {"en", "zh"}
    assert isinstance(list(segments), list)


def test_the_card_holds_the_measured_figures() -> None:
    from models.speech.card import table
    from models.training.card import figures

    folder = Path(__file__).parent.parent.parent / "models" / "speech"
    assert figures(folder / "README.md") == table(json.loads((folder / "results.json").read_text("utf-8")))

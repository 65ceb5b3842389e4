"""The embedded sounds pack as an engine."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.engines import open_sounds
from plugin_core.engines.bench import Bench
from plugin_core.engines.sounds import RULES, SoundEngine
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack, write_pack_toml
from plugin_core.sounds import KINDS, Found, Sound, tag
from plugin_core.sounds.features import LogMel
from plugin_core.sounds.listener import Listening, runner

RATE = 16_000


@pytest.fixture
def engine(starter: Path) -> Iterator[SoundEngine]:
    with open_sounds(read_pack(starter / "sounds"), threads=1) as opened:
        yield opened


def changed(starter: Path, folder: Path, **options: Any) -> Path:
    """The starter with other options in its table."""
    shutil.copytree(starter / "sounds", folder)
    table = tomllib.loads((folder / "pack.toml").read_text("utf-8"))
    table["sounds"] |= options
    for name in ("schema", "files"):
        del table[name]
    write_pack_toml(folder, table)
    return folder


def heard(engine: SoundEngine, *blocks: np.ndarray, start: int = 0) -> list[Sound]:
    return [sound for event in tag(blocks, engine, start=start) if isinstance(event, Found) for sound in event.sounds]


def noise(seconds: float, level: float = 0.1, seed: int = 0) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


def test_every_class_has_a_kind_and_a_rule(engine: SoundEngine) -> None:
    assert len(engine.rules) == len(engine.classes) >= 30
    assert {one.kind for one in engine.classes} == set(KINDS)
    for rule in engine.rules:
        assert 0 < rule.off <= rule.on < 1


def test_names_are_those_of_the_ontology(engine: SoundEngine) -> None:
    table = tomllib.loads(Path("plugin_core/tagging/ontology.toml").read_text("utf-8"))
    unknown = {one.name for one in engine.classes if one.kind == "sound"} - set(table["entries"])
    assert not unknown


def test_how_the_sound_is_cut_changes_nothing(engine: SoundEngine) -> None:
    sound = noise(9) * np.repeat([0.01, 1, 0.1, 2, 0, 0.5, 1, 0.02, 1], RATE).astype(np.float32)
    assert heard(engine, sound) == heard(engine, *np.split(sound, [7, 1000, 50_001, 110_000]))


def test_pieces_with_context_give_what_the_whole_gives(starter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugin_core.sounds import listener

    monkeypatch.setattr(listener, "PIECE", 400)
    pack = read_pack(starter / "sounds")
    run, ones = runner(pack, 1), np.ones(len(pack.options["classes"]), np.float32)
    sound = noise(20) * np.linspace(0, 1, 20 * RATE, dtype=np.float32)
    stream = Listening(run, int(pack.options["context"]), ones, 0 * ones)
    pieces = np.concatenate([*(stream.push(block) for block in np.split(sound, 20)), stream.finish()])
    mel = LogMel()
    logits, _ = run(np.concatenate([mel.push(sound), mel.finish()]))
    whole = listener.probabilities(logits, ones, 0 * ones)
    assert pieces.shape == whole.shape == (500, len(ones))
    assert float(np.abs(pieces - whole).max()) < 1e-3


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.039, 0.5])
def test_the_shortest_sounds_are_no_trouble(engine: SoundEngine, seconds: float) -> None:
    for sound in heard(engine, noise(seconds), start=70):
        assert 70 <= sound.start < sound.end <= 70 + 1000 * seconds + 1


def test_silence_finds_nothing(engine: SoundEngine) -> None:
    assert heard(engine, np.zeros(5 * RATE, np.float32)) == []


def test_breaking_glass_is_heard_where_it_breaks(engine: SoundEngine) -> None:
    from models.sounds.synthesis import SYNTHESISERS

    errors = []
    for seed in range(4):
        for maker in SYNTHESISERS["glass"]:
            sound = noise(6, 0.001)
            glass = 0.5 * maker(np.random.default_rng(seed))[: 2 * RATE]
            sound[2 * RATE : 2 * RATE + len(glass)] += glass
            errors += [abs(one.start - 2000) for one in heard(engine, sound) if one.name == "glass-shatter"][:1]
    assert len(errors) >= 6
    assert float(np.median(errors)) <= 100


def test_a_damaged_pack_is_refused(starter: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(starter / "sounds", folder)
    data = bytearray((folder / "sounds.onnx").read_bytes())
    data[5000] ^= 1
    (folder / "sounds.onnx").write_bytes(data)
    with pytest.raises(ModelError, match="checksum"), open_sounds(read_pack(folder)):
        pass


@pytest.mark.parametrize(
    "options",
    [
        {"backend": "unheard-of"},
        {"classes": [["speech", "speech", "Speech"]], "calibration": [[1.0, 0.0]]},
        {"classes": [["speech", "smell", "Speech"]] * 37},
        {"classes": "nothing.csv"},
        {"network": "pack.toml"},
        {"rules": {"speech": {"on": "loud"}}},
    ],
)
def test_a_pack_that_does_not_fit_is_refused(starter: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    folder = changed(starter, tmp_path / "pack", **options)
    with pytest.raises(ModelError), open_sounds(read_pack(folder), threads=1):
        pass


def test_a_rule_for_a_kind_holds_where_its_classes_have_none(starter: Path, tmp_path: Path) -> None:
    folder = changed(starter, tmp_path / "pack", rules={"sound": {"on": 0.8}, "siren": {"on": 0.6, "pause": 5}})
    with open_sounds(read_pack(folder), threads=1) as opened:
        rules = {one.name: rule for one, rule in zip(opened.classes, opened.rules, strict=True)}
    assert rules["siren"].on == 0.6
    assert rules["siren"].pause == 5
    assert rules["rain"].on == 0.8
    assert rules["speech"] == RULES["speech"]


def test_the_bench_opens_a_pack_once(starter: Path) -> None:
    pack = read_pack(starter / "sounds")
    with Bench() as bench:
        assert bench.sounds(pack, "auto", "auto", 1) is bench.sounds(pack, "auto", "auto", 1)


def test_the_reason_says_that_no_gpu_is_used(starter: Path) -> None:
    with open_sounds(read_pack(starter / "sounds"), device="cuda", threads=1) as opened:
        assert "cpu float32" in opened.reason
        assert "cuda" in opened.reason

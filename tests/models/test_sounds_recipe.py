"""The recipe of sounds: synthesisers, music, banks, scenes; and, with torch, the network and its export."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sounds import music
from models.sounds.acoustics import RATE, band, modes, noise, placed, power, sped, tone
from models.sounds.banks import Bank, Row, active, sung, write
from models.sounds.synthesis import HELD_OUT, SYNTHESISERS

MAKERS = [(name, maker) for name, makers in SYNTHESISERS.items() for maker in (*makers, HELD_OUT[name])]


@pytest.mark.parametrize(("name", "maker"), MAKERS, ids=[f"{name}-{maker.__name__}" for name, maker in MAKERS])
def test_every_synthesiser_makes_a_sound_that_begins_at_once(name: str, maker: object) -> None:
    for seed in range(3):
        sound = maker(np.random.default_rng(seed))  # type: ignore[operator]
        assert sound.dtype == np.float32
        assert 0.15 * RATE < len(sound) < 15 * RATE
        assert 0.05 < float(np.abs(sound).max()) <= 1.6
        heard = np.flatnonzero(np.abs(sound) > 0.03 * np.abs(sound).max())
        assert heard[0] < (0.6 if name in {"wind", "whoosh", "applause", "thunder", "water"} else 0.35) * RATE


def test_what_is_held_out_is_not_trained_on() -> None:
    assert set(HELD_OUT) == set(SYNTHESISERS)
    assert not {maker for makers in SYNTHESISERS.values() for maker in makers} & set(HELD_OUT.values())


@given(seed=st.integers(0, 10_000), seconds=st.floats(2, 30), mood=st.sampled_from(music.MOODS))
def test_a_piece_is_what_it_says(seed: int, seconds: float, mood: str) -> None:
    piece = music.compose(random.Random(seed), seconds, mood=mood)
    assert piece.mood == mood
    assert all(0 <= note.start < note.end <= seconds for note in piece.notes)
    assert np.allclose(np.diff(piece.beats), 60 / piece.tempo)
    assert piece.bars == piece.beats[:: piece.meter]
    steps = music.MAJOR if piece.mode == "major" else music.MINOR
    melody = [note.key for note in piece.notes if note.channel == 1]
    assert all((key - piece.key) % 12 in steps for key in melody)


def test_held_out_pieces_use_held_out_instruments() -> None:
    for seed in range(20):
        held = music.compose(random.Random(seed), 5, held_out=True).programs
        used = music.compose(random.Random(seed), 5).programs
        assert {held[0], held[1]} <= set(music.PROGRAMS_HELD_OUT)
        assert not {used[0], used[1]} & set(music.PROGRAMS_HELD_OUT)


def test_active_parts_are_where_it_is_loud() -> None:
    sound = 0.001 * noise(np.random.default_rng(0), 5)
    for at in (1.0, 3.0):
        sound += placed(5, [(at, 0.5 * tone(700, 0.5))])
    parts = active(sound, 200)
    assert [(round(a / RATE, 1), round(b / RATE, 1)) for a, b in parts] == [(1.0, 1.5), (3.0, 3.5)]
    assert len(active(sound, 2000)) == 1


def test_a_bank_gives_back_what_was_put_in(tmp_path: Path) -> None:
    clips = [(0.5 * tone(440, 0.5), Row("a", 0, 0, 1, ((0, 80),))), (0.2 * tone(900, 0.25), Row("b", 0, 0))]
    write(tmp_path, "bank", clips)
    bank = Bank(tmp_path, "bank")
    assert [(row.name, row.fold, row.heard, row.length) for row in bank.rows] == [
        ("a", 1, ((0, 80),), 8000),
        ("b", 0, (), 4000),
    ]
    assert float(np.abs(bank.audio(bank.rows[1]) - clips[1][0]).max()) < 1e-4


def test_singing_is_longer_and_higher_in_harmonics_than_speech() -> None:
    chance = np.random.default_rng(0)
    spoken = tone(120, 1.0, [1 / n for n in range(1, 30)]) * 0.2
    made = sung(chance, spoken)
    assert len(made) > 1.4 * len(spoken)
    assert np.isfinite(made).all()
    assert power(made) > 1e-4


def test_filters_and_speed_do_what_they_say() -> None:
    low, high = tone(200, 1), tone(4000, 1)
    assert power(band(low + high, 0, 800, 4)) == pytest.approx(power(low), rel=0.1)
    assert len(sped(low, 2.0)) == pytest.approx(8000, abs=2)
    assert abs(int(np.argmax(np.abs(np.fft.rfft(sped(low, 2.0))))) - 200) <= 2  # 400 Hz in half a second
    assert not modes(0.1, [9000], [1], [1]).any()


def tiny_banks(folder: Path) -> Path:
    """Banks with a few seconds of each, made of tones and noise."""
    chance = np.random.default_rng(0)
    recorded = [
        (0.3 * noise(chance, 2), Row(name, 0, 0, fold, ((8000, 24_000),)))
        for name in ("dog", "rain", "sea", "baby", "clock", "sneeze", "helicopter", "chainsaw", "rooster", "fire")
        for fold in range(1, 6)
    ]
    write(folder, "esc10", recorded)
    write(folder, "midi", [(tone(800, 0.5), Row("bell", 0, 0))])
    for name in ("speech", "singing", "music"):
        write(folder, name, [(0.5 * tone(150, 8, [1, 0.5, 0.3]), Row(name, 0, 0, fold)) for fold in (0, -1)])
    return folder


def test_scenes_say_what_is_heard_in_them(tmp_path: Path) -> None:
    from models.sounds.mixtures import CLASSES, Mixer

    mixer, chance = Mixer(tiny_banks(tmp_path)), np.random.default_rng(1)
    seen = np.zeros(len(CLASSES), bool)
    for number in range(18):
        scene = mixer.scene(chance, fold=number % 6)
        assert scene.audio.shape == (96_000,)
        assert float(np.abs(scene.audio).max()) <= 1
        assert scene.heard.shape == scene.known.shape == (600, len(CLASSES))
        assert all(0 <= begin < end <= 6.01 for _, begin, end in scene.events)
        for name, begin, end in scene.events:
            assert scene.heard[round(begin * 100) : round(end * 100), CLASSES.index(name)].mean() > 0.3
        assert not (scene.heard[:, CLASSES.index("singing")] & ~scene.heard[:, CLASSES.index("music")]).any()
        seen |= scene.heard.any(0)
    assert seen[:4].all()
    assert seen.sum() > 10


def test_a_scene_without_a_fold_has_no_recording_in_it(tmp_path: Path) -> None:
    from models.sounds.banks import ESC10
    from models.sounds.mixtures import Mixer

    mixer, chance = Mixer(tiny_banks(tmp_path)), np.random.default_rng(2)
    names = {name for _ in range(12) for name, _, _ in mixer.scene(chance).events}
    assert names
    assert not names & set(ESC10)


def test_a_clip_knows_its_class_and_fold(tmp_path: Path) -> None:
    from models.sounds.banks import ESC10
    from models.sounds.mixtures import CLASSES, Mixer

    mixer, chance = Mixer(tiny_banks(tmp_path)), np.random.default_rng(3)
    for row in mixer.banks["esc10"].rows[:10]:
        scene = mixer.clip(chance, row, [])
        assert (scene.fold, ESC10[scene.clip]) == (row.fold, row.name)
        assert scene.heard[:, CLASSES.index(row.name)].any()


def test_truth_at_forty_milliseconds_is_the_majority() -> None:
    from models.sounds.data import labelled
    from models.sounds.mixtures import CLASSES, Mixture

    heard = np.zeros((8, len(CLASSES)), bool)
    heard[2:7, 0] = True
    truth, known = labelled(Mixture(np.zeros(1280, np.float32), heard, np.ones_like(heard)))
    assert truth[:, 0].tolist() == [True, True]
    assert known.all()


@pytest.mark.parametrize(("scale", "shift"), [(0.5, -1.0), (1.5, 0.7)])
@pytest.mark.train
def test_calibration_finds_what_bent_the_logits(scale: float, shift: float) -> None:
    pytest.importorskip("torch")
    from models.sounds.tuning import calibrated

    chance = np.random.default_rng(0)
    logits = chance.normal(0, 3, 40_000)
    truth = chance.random(40_000) < 1 / (1 + np.exp(-(scale * logits + shift)))
    assert calibrated(logits, truth) == pytest.approx((scale, shift), abs=0.08)


@pytest.mark.train
def test_no_row_depends_on_more_than_the_context() -> None:
    torch = pytest.importorskip("torch")
    from models.sounds.model import Listener, Size

    torch.manual_seed(0)
    model = Listener(Size(5)).eval()
    rows = torch.rand(1, 1600, 64)
    other = rows.clone()
    other[:, :400] = 0
    with torch.no_grad():
        one, two = model(rows)[0], model(other)[0]
    first = (400 + model.size.context) // 4
    assert torch.allclose(one[:, first:], two[:, first:], atol=1e-5)
    assert not torch.allclose(one[:, :100], two[:, :100], atol=1e-3)


@pytest.mark.train
def test_the_pack_says_what_the_network_says(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    import dataclasses
    import json

    from safetensors.torch import save_file

    from models.sounds.export import export, load
    from models.sounds.mixtures import CLASSES
    from models.sounds.model import Listener, Size
    from plugin_core.modelstore import read_pack, verify
    from plugin_core.sounds.listener import pooled, runner

    torch.manual_seed(1)
    size = Size(len(CLASSES))
    model = Listener(size)
    for module in model.modules():
        if hasattr(module, "running_mean"):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    (tmp_path / "about.json").write_text(json.dumps({"names": list(CLASSES)} | dataclasses.asdict(size)))
    export(tmp_path, tmp_path / "pack")
    pack = read_pack(tmp_path / "pack")
    verify(pack)
    rows = torch.rand(777, 64) * 3
    with torch.no_grad():
        logits, weights = load(tmp_path)[0](rows[None])
    found = runner(pack, 1)(rows.numpy())
    assert found[0].shape == (195, len(CLASSES))
    assert float(np.abs(found[0] - logits[0].numpy()).max()) < 5e-3  # weights are kept in float16
    from models.sounds.model import pooled as pooled_there

    assert np.allclose(pooled(*found), pooled_there(logits, weights)[0].numpy(), atol=5e-3)


@pytest.mark.train
def test_a_fold_is_trained_without_its_recordings() -> None:
    pytest.importorskip("torch")
    from models.sounds.mixtures import CLASSES
    from models.sounds.train import Batches, Pool

    count, packed = 60, -(-len(CLASSES) // 8)
    fold = np.arange(count, dtype=np.int8) % 6
    clip = np.where((fold > 0) & (np.arange(count) % 2 == 0), 3, -1).astype(np.int8)
    table = np.zeros((count, 150, packed), np.uint8)
    pool = Pool(
        np.zeros((count, 600, 64), np.float16),
        table,
        table,
        fold,
        clip,
        np.zeros((1, 11, 4), np.float16),
        np.full(count, -1),
    )
    for stage, wanted in (("3", {1, 2, 4, 5}), ("all", {1, 2, 3, 4, 5}), ("base", set())):
        batches = Batches(pool, stage, 0)
        items = [item for group, share in zip(batches.groups, batches.shares, strict=True) if share for item in group]
        assert {int(pool.fold[item]) for item in items} - {0} == wanted
        assert batches.batch()["mel"].shape[1:] == (336, 64)


def test_the_card_states_the_measured_figures() -> None:
    import json

    from models.sounds.card import table
    from models.training.card import figures

    folder = Path(__file__).parents[2] / "models" / "sounds"
    assert figures(folder / "README.md") == table(json.loads((folder / "results.json").read_text("utf-8")))

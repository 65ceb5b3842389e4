"""Networks that others trained, as streams of probabilities."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import audio, modelstore
from plugin_core.engines.sounds import open_sounds
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.sounds import Found, audioset, packs, tag

NAMES = ["Speech", "Baby cry, infant cry", "Singing", "Dog", "Bark", "Music", "Piano", "Harp", "Silence", "Noise"]
WIDTH = 12  # of the embeddings


def yamnet_like(folder: Path, backend: str = "yamnet-patches", **options: object) -> Pack:
    """A pack of YAMNet's shape whose scores depend on how loud a patch is."""
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    patches = backend == "yamnet-patches"
    chance = np.random.default_rng(1)
    arrays = {
        "w": chance.normal(0, 1e-3, (96 * 64, WIDTH)).astype(np.float32),
        "v": chance.normal(0, 1, (WIDTH, len(NAMES))).astype(np.float32),
    }
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["embeddings"]),
        helper.make_node("MatMul", ["embeddings", "v"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
    ]
    made = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 96, 64] if patches else ["n"])],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(NAMES)]),
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["n", WIDTH]),
        ],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "net.onnx")
    rows = [f'{n},,"{name}"' for n, name in enumerate(NAMES)]
    (folder / "map.csv").write_text("\n".join(["index,mid,display_name", *rows]), encoding="utf-8")
    about = {"id": "test-yamnet", "kind": "sounds", "tier": "production", "name": "Test", "languages": []}
    table = {"backend": backend, "network": "net.onnx", "classes": "map.csv", **options}
    return modelstore.write_pack_toml(folder, {**about, "licence": "Apache-2.0", "sounds": table})


def noise(samples: int) -> packs.Samples:
    return np.random.default_rng(2).normal(0, 0.1, samples).astype(np.float32)


# -- AudioSet --


def test_hundreds_of_classes_become_four_sorts_and_the_named_sounds() -> None:
    fold = audioset.Fold(audioset.named(NAMES))
    assert [(one.name, one.kind) for one in fold.classes] == [
        ("speech", "speech"),
        ("singing", "singing"),
        ("music", "music"),
        ("noise", "noise"),
        ("baby cry", "sound"),
        ("dog", "sound"),
        ("bark", "sound"),
    ]


def test_a_sort_is_as_probable_as_its_most_probable_class() -> None:
    fold = audioset.Fold(audioset.named(NAMES))
    scores = np.array([[0.1, 0.0, 0.2, 0.5, 0.6, 0.3, 0.9, 0.2, 1.0, 0.4]], np.float32)
    found = dict(zip([one.name for one in fold.classes], fold(scores)[0].tolist(), strict=True))
    assert found == pytest.approx(
        {"speech": 0.1, "singing": 0.2, "music": 0.9, "noise": 0.6, "dog": 0.5, "bark": 0.6, "baby cry": 0.0}
    )


def test_a_class_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ModelError) as caught:
        audioset.display_names(tmp_path / "map.csv")
    assert caught.value.code == "model.classes"


# -- YAMNet --


def test_every_part_of_the_sound_is_in_a_patch() -> None:
    seen: list[int] = []

    def run(value: packs.Matrix) -> packs.Matrix:
        seen.append(len(value))
        return np.zeros((len(value), 1), np.float32)

    for samples, patches in [(0, 0), (1, 1), (15_600, 1), (15_601 + 480, 2), (23_280, 2), (160_000, 20)]:
        stream = packs.Patches(run)
        rows = [*stream.push(noise(samples)), *stream.finish()]
        assert abs(len(rows) - patches) <= (samples > 1), samples
        assert len(rows) >= patches


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=6))
def test_how_the_sound_is_cut_changes_no_patch(cuts: list[int]) -> None:
    def run(value: packs.Matrix) -> packs.Matrix:
        return value.reshape(len(value), -1)[:, ::97] if len(value) else np.zeros((0, 64), np.float32)

    sound = noise(sum(cuts))
    whole, pieces = packs.Patches(run), packs.Patches(run)
    edges = np.cumsum([0, *cuts])
    wanted = np.concatenate([whole.push(sound), whole.finish()])
    parts = [pieces.push(sound[a:b]) for a, b in pairwise(edges)]
    assert np.concatenate([*parts, pieces.finish()]) == pytest.approx(wanted, abs=1e-4)


@given(st.integers(0, 400_000), st.integers(1_000, 90_000))
def test_a_network_with_the_front_end_inside_gets_whole_patches(samples: int, block: int) -> None:
    def run(value: packs.Samples) -> packs.Matrix:
        count = max(0, (len(value) - packs.WAVE) // packs.WAVE_HOP + 1)
        assert not len(value) or len(value) == packs.WAVE + (count - 1) * packs.WAVE_HOP
        return np.array([[value[k * packs.WAVE_HOP]] for k in range(count)], np.float32).reshape(count, 1)

    sound = np.arange(samples, dtype=np.float32)
    stream = packs.Waves(run)
    found = [*(row for at in range(0, samples, block) for row in stream.push(sound[at : at + block])), *stream.finish()]
    assert [int(row[0]) for row in found] == [packs.WAVE_HOP * k for k in range(len(found))]
    assert len(found) * packs.WAVE_HOP + packs.WAVE - packs.WAVE_HOP >= samples
    assert bool(found) == bool(samples)


def test_a_pack_hears_a_stream_through_the_engine(tmp_path: Path) -> None:
    rules = {"sound": {"on": 1e-6, "off": 1e-7}, "speech": {"on": 1e-6, "off": 1e-7, "shortest": 0}}
    pack = yamnet_like(tmp_path / "pack", rules=rules)
    with open_sounds(pack, threads=1) as engine:
        events = list(tag([noise(48_000), noise(48_000)], engine))
    sounds = [sound for event in events if isinstance(event, Found) for sound in event.sounds]
    assert {sound.kind for sound in sounds} >= {"speech", "sound"}
    assert all(0 <= sound.start < sound.end <= 6000 for sound in sounds)


def test_own_classes_stand_behind_the_packs(tmp_path: Path) -> None:
    pack = yamnet_like(tmp_path / "pack", head="head.json")
    weights = np.zeros((WIDTH, 2))
    table = {"names": ["slate", "door"], "mean": [0.0] * WIDTH, "scale": [1.0] * WIDTH}
    (pack.folder / "head.json").write_text(json.dumps({**table, "weights": weights.tolist(), "bias": [20.0, -20.0]}))
    pack = modelstore.write_pack_toml(pack.folder, {**about(pack), "sounds": dict(pack.options)})
    network = packs.open_network(pack, threads=1)
    stream = network.stream()
    rows = np.concatenate([stream.push(noise(20_000)), stream.finish()])
    assert [one.name for one in network.classes][-2:] == ["slate", "door"]
    assert rows[:, -2:] == pytest.approx(np.array([[1.0, 0.0]] * len(rows)), abs=1e-6)


def about(pack: Pack) -> dict[str, object]:
    return {"id": pack.id, "kind": pack.kind, "tier": pack.tier, "name": pack.name, "languages": [], "licence": "x"}


def test_a_head_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    pack = yamnet_like(tmp_path / "pack", head="head.json")
    (pack.folder / "head.json").write_text(
        '{"names": ["a"], "mean": [0], "scale": [1], "weights": [[1, 2]], "bias": [0]}'
    )
    pack = modelstore.write_pack_toml(pack.folder, {**about(pack), "sounds": dict(pack.options)})
    with pytest.raises(ModelError) as caught:
        packs.open_network(pack)
    assert caught.value.code == "model.head"


def test_the_embedder_gives_what_a_head_is_taught_on(tmp_path: Path) -> None:
    stream = packs.open_embedder(yamnet_like(tmp_path / "pack"), threads=1)()
    assert np.concatenate([stream.push(noise(20_000)), stream.finish()]).shape == (2, WIDTH)


@pytest.mark.parametrize("backend", ["", "something-newer"])
def test_an_unknown_backend_is_an_error(tmp_path: Path, backend: str) -> None:
    pack = yamnet_like(tmp_path / "pack", backend=backend)
    with pytest.raises(ModelError) as caught:
        packs.open_network(pack)
    assert caught.value.code == "model.backend"


def test_a_file_that_is_no_network_is_an_error(tmp_path: Path) -> None:
    pack = yamnet_like(tmp_path / "pack")
    (pack.folder / "net.onnx").write_bytes(b"\x08\x08 this is no network")
    pack = modelstore.write_pack_toml(pack.folder, {**about(pack), "sounds": dict(pack.options)})
    with pytest.raises(ModelError) as caught:
        packs.open_network(pack)
    assert caught.value.code == "model.broken"


# -- FireRedVAD --


def smoothing(reach: int) -> Callable[[packs.Matrix], packs.Matrix]:
    """A network that sees *reach* frames to each side."""

    def run(rows: packs.Matrix) -> packs.Matrix:
        if not len(rows):
            return np.zeros((0, 1), np.float32)
        padded = np.pad(rows[:, 0].astype(np.float64), reach)
        return np.convolve(padded, np.ones(2 * reach + 1), "valid")[:, None].astype(np.float32)

    return run


@pytest.mark.parametrize("seconds", [0.0, 0.3, 20.0, 70.0])
def test_pieces_that_overlap_give_what_the_whole_would(seconds: float) -> None:
    shift, scale = np.full(80, 5.0, np.float32), np.full(80, 0.5, np.float32)
    sound = noise(int(seconds * packs.RATE))
    stream = packs.FireRed(smoothing(packs.CONTEXT), shift, scale)
    found = [stream.push(sound[at : at + 70_001]) for at in range(0, len(sound), 70_001)]
    rows = np.concatenate([*found, stream.finish()])
    features = packs.FRAMES["kaldi-fbank"]({})
    wanted = smoothing(packs.CONTEXT)((np.concatenate([features.push(sound), features.finish()]) - shift) * scale)
    assert len(rows) == -(-len(sound) // 160)
    assert rows == pytest.approx(wanted, rel=1e-4, abs=0.01)


# -- with the published weights --


@pytest.mark.shared
def test_fireredvad_agrees_with_its_authors(shared: Path, tmp_path: Path) -> None:
    from models.sounds import firered

    weights = shared / "weights" / "firered_vad_aed"
    pack = firered.make(weights / "fireredvad_aed.onnx", weights / "cmvn.ark", tmp_path / "pack")
    stream = packs.open_network(pack, threads=1).stream()
    sound = audio.read(shared / "sound_events" / "firered_event.wav")
    rows = np.concatenate([stream.push(sound), stream.finish()])
    smooth = np.stack([np.convolve(column, np.ones(5) / 5, "same") for column in rows.T], axis=1)
    found = (smooth >= np.array([0.4, 0.5, 0.5])).mean(axis=0)
    assert found == pytest.approx(np.array([0.848, 0.905, 0.991]), abs=0.015)  # their README

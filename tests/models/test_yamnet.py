"""The recipe of the YAMNet pack, and heads on it."""

from __future__ import annotations

import json
import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from models.sounds import head, yamnet
from models.sounds.yamnet import CONV, DENSE, DEPTHWISE, Layer, Table
from plugin_core import modelstore
from plugin_core.errors import MediaError
from plugin_core.sounds import fbank, packs


def table() -> bytes:
    """A flatbuffer of one table: a byte 7, a vector of floats, an absent field, an int -5."""
    flatbuffers = pytest.importorskip("flatbuffers")
    builder = flatbuffers.Builder(0)
    numbers = builder.CreateNumpyVector(np.array([0.5, 1.5], np.float32))
    builder.StartObject(4)
    builder.PrependInt8Slot(0, 7, 0)
    builder.PrependUOffsetTRelativeSlot(1, numbers, 0)
    builder.PrependInt32Slot(3, -5, 0)
    builder.Finish(builder.EndObject())
    return bytes(builder.Output())


def test_a_flatbuffer_is_read_by_field_numbers() -> None:
    root = Table.root(table())
    assert root.value(0, "<b") == 7
    assert root.array(1, "<f4").tolist() == [0.5, 1.5]
    assert root.value(2) == 0
    assert root.table(2) is None
    assert root.value(3) == -5
    assert root.value(9) == 0


@pytest.mark.parametrize("content", [b"", b"not a model at all", struct.pack("<I4s", 8, b"ABCD") + bytes(16)])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="TFLite"):
        yamnet.layers(content)


def run(layers: list[Layer], patches: np.ndarray) -> list[np.ndarray]:
    pytest.importorskip("onnx")
    import onnxruntime

    content = yamnet.graph(layers).SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(["scores", "embeddings"], {"patches": patches})


def test_convolutions_are_padded_as_tensorflow_pads() -> None:
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    kernel[0, 0, 2, 2] = 1  # with stride 2 on an even size all padding is behind: out[i] = in[2 i + 2]
    layers = [
        Layer(CONV, kernel, np.zeros(1, np.float32), (2, 2), 6.0),
        Layer(DENSE, np.ones((1, 1), np.float32), np.zeros(1, np.float32)),
    ]
    patch = np.random.default_rng(0).uniform(0, 8, (1, 96, 64)).astype(np.float32)
    wanted = np.zeros((48, 32))
    wanted[:47, :31] = np.minimum(patch[0, 2::2, 2::2], 6)
    assert run(layers, patch)[1][0, 0] == pytest.approx(wanted.mean(), rel=1e-5)


def test_depthwise_layers_keep_channels_apart() -> None:
    chance = np.random.default_rng(1)
    layers = [
        Layer(CONV, chance.normal(size=(2, 1, 1, 1)).astype(np.float32), np.zeros(2, np.float32), (1, 1), None),
        Layer(DEPTHWISE, np.array([3.0, 0.0], np.float32).reshape(2, 1, 1, 1), np.zeros(2, np.float32), (1, 1), None),
        Layer(DENSE, np.eye(2, dtype=np.float32), np.array([0.0, 1.0], np.float32)),
    ]
    scores, embeddings = run(layers, np.ones((3, 96, 64), np.float32))
    assert embeddings[:, 1] == pytest.approx(0)
    assert scores == pytest.approx(1 / (1 + np.exp(-embeddings - [0, 1])), rel=1e-5)


# -- heads --


def clips(chance: np.random.Generator, each: int = 6, rows: int = 4) -> list[head.Clip]:
    """Two classes that differ in one of eight values, and others."""
    found = []
    for label, place in (("slate", 0), ("door", 1), (head.OTHER, 2)):
        for _ in range(each):
            values = chance.normal(0, 0.3, (rows, 8)).astype(np.float32)
            values[:, place] += 3
            found.append(head.Clip(label, 0, values))
    return found


def test_a_head_knows_its_classes_and_nothing_else() -> None:
    chance = np.random.default_rng(2)
    made = packs.Head(head.fit(clips(chance), ["door", "slate"]))
    assert [head.verdict(made, clip) for clip in clips(chance)[:12]] == ["slate"] * 6 + ["door"] * 6
    assert max(float(made(clip.rows).max()) for clip in clips(chance)[12:]) < 0.5


def test_many_clips_of_one_class_do_not_drown_another() -> None:
    chance = np.random.default_rng(3)
    some = clips(chance)
    uneven = [*some[:6] * 20, *some[6:]]
    made = packs.Head(head.fit(uneven, ["door", "slate"]))
    assert all(head.verdict(made, clip) == clip.label for clip in clips(chance)[:12])


def test_folders_without_clips_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "slate").mkdir()
    with pytest.raises(MediaError) as caught:
        head.folder_clips(tmp_path, lambda: packs.Patches(lambda value: np.zeros((len(value), 1), np.float32)))
    assert caught.value.code == "media.no-clips"


def write(path: Path, sound: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


# -- with the published weights --


@pytest.fixture(scope="module")
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> modelstore.Pack:
    from tests.conftest import SHARED

    pytest.importorskip("onnx")
    if not SHARED.is_dir():
        pytest.skip("the shared test data is not on this machine")
    source = SHARED / "weights" / "yamnet" / "yamnet_audio_classifier_with_metadata.tflite"
    return yamnet.make(source, tmp_path_factory.mktemp("yamnet"))


@pytest.mark.shared
def test_the_front_end_is_the_one_in_the_file(shared: Path) -> None:
    source = shared / "weights" / "yamnet" / "yamnet_audio_classifier_with_metadata.tflite"
    model = Table.root(source.read_bytes())
    tensors, buffers = model.tables(2)[0].tables(0), model.tables(4)
    mel = next(tensor for tensor in tensors if tensor.array(0, "<i4").tolist() == [64, 257])
    assert yamnet._values(mel, buffers) == pytest.approx(fbank._audioset_mel(), abs=1e-6)


@pytest.mark.shared
def test_the_pack_says_what_the_tflite_interpreter_says(pack: modelstore.Pack, shared: Path) -> None:
    from plugin_core import audio

    sound = audio.read(shared / "sound_events" / "firered_event.wav")
    network = packs.open_network(pack, threads=1)
    music = [one.name for one in network.classes].index("music")
    for second, theirs in ((0, 0.8906), (4, 0.8516), (6, 0.8008), (8, 0.3320)):  # LiteRT 2.3 on the quantised file
        rows = network.stream().push(sound[second * 16_000 : second * 16_000 + packs.WAVE])
        assert rows[0, music] == pytest.approx(theirs, abs=0.03)


@pytest.mark.shared
def test_the_pack_learns_a_users_sounds_from_folders(pack: modelstore.Pack, shared: Path, tmp_path: Path) -> None:
    from plugin_core import audio

    sources = {"hahn": "009_-_Rooster", "säge": "008_-_Chainsaw", head.OTHER: "002_-_Rain"}
    for name, folder in sources.items():
        for number, path in enumerate(sorted((shared / "sound_events" / "esc10" / folder).glob("*.ogg"))[:3]):
            write(tmp_path / "clips" / name / f"{number}.wav", audio.read(path))
    taught = head.teach(pack, tmp_path / "clips")
    modelstore.verify(taught)
    assert json.loads((taught.folder / "head.json").read_text("utf-8"))["names"] == ["hahn", "säge"]
    network = packs.open_network(taught, threads=1)
    asked = sorted((shared / "sound_events" / "esc10" / "009_-_Rooster").glob("*.ogg"))[10]
    stream = network.stream()
    rows = np.concatenate([stream.push(audio.read(asked)), stream.finish()])
    assert rows[:, -2].max() > 0.5 > rows[:, -1].max()

"""Voice packs: verified, opened, and speech turned into unit vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.engines import open_voices
from plugin_core.engines.bench import Bench, choose_pack
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack
from tests.voice_packs import make_voices_pack


def windows(count: int, frames: int = 150, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal((count, frames, 80)).astype(np.float32)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_voices_pack(tmp_path / "voices")


def test_vectors_have_unit_length_and_the_packs_dimension(pack: Path) -> None:
    with open_voices(read_pack(pack)) as engine:
        vectors, both = engine.embed(windows(5))
        assert vectors.shape == (5, engine.dimension) == (5, 24)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert both is None


def test_a_window_has_one_vector_in_whatever_batch_it_is(pack: Path) -> None:
    some = windows(70)
    with open_voices(read_pack(pack)) as engine:
        together = engine.embed(some)[0]
        alone = np.concatenate([engine.embed(some[n : n + 1])[0] for n in (0, 31, 32, 69)])
    assert np.allclose(together[[0, 31, 32, 69]], alone, atol=1e-5)


def test_the_colour_of_the_microphone_does_not_matter(pack: Path) -> None:
    some = windows(2)
    with open_voices(read_pack(pack)) as engine:
        assert np.allclose(engine.embed(some)[0], engine.embed(some + np.linspace(-2, 2, 80))[0], atol=1e-4)


def test_a_pack_may_hear_two_people_at_once(tmp_path: Path) -> None:
    with open_voices(read_pack(make_voices_pack(tmp_path / "both", overlap=True))) as engine:
        _, both = engine.embed(windows(3))
    assert both is not None
    assert both.shape == (3, 150)
    assert ((both >= 0) & (both <= 1)).all()
    assert both.max() < 0.01


def test_no_windows_give_no_vectors(pack: Path) -> None:
    with open_voices(read_pack(pack)) as engine:
        assert engine.embed(np.zeros((0, 150, 80), np.float32))[0].shape == (0, 24)


def test_features_that_are_not_numbers_give_vectors_that_are(pack: Path) -> None:
    with open_voices(read_pack(pack)) as engine:
        vectors, _ = engine.embed(np.full((1, 150, 80), np.inf, np.float32))
    assert np.isfinite(vectors).all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"features": "mystery"}, "model.broken"),
        ({"window": "round"}, "model.broken"),
        ({"input": "sound"}, "model.broken"),
        ({"output": "nothing"}, "model.broken"),
        ({"overlap": "nothing"}, "model.broken"),
        ({"same": "much"}, "model.broken"),
        ({"window_ms": 20}, "model.broken"),
        ({"hop_ms": 5000}, "model.broken"),
    ],
)
def test_a_pack_that_describes_itself_wrongly_is_refused_by_name(
    tmp_path: Path, options: dict[str, Any], code: str
) -> None:
    pack = read_pack(make_voices_pack(tmp_path / "odd", voices=options))
    with pytest.raises(ModelError) as caught, open_voices(pack):
        pass
    assert caught.value.code == code
    assert "voices-random" in caught.value.message


def test_a_damaged_graph_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    from plugin_core.modelstore import write_pack_toml

    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"this is no graph" * 100)
    about = {"id": "broken", "kind": "voices", "tier": "production", "name": "Broken", "languages": [], "licence": "-"}
    write_pack_toml(folder, about)
    with pytest.raises(ModelError, match="broken cannot be used") as caught, open_voices(read_pack(folder)):
        pass
    assert caught.value.code == "model.broken"


def test_a_pack_without_its_graph_is_incomplete(tmp_path: Path) -> None:
    from plugin_core.modelstore import write_pack_toml

    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing here")
    about = {"id": "empty", "kind": "voices", "tier": "production", "name": "Empty", "languages": [], "licence": "-"}
    write_pack_toml(folder, about)
    with pytest.raises(ModelError) as caught, open_voices(read_pack(folder)):
        pass
    assert caught.value.code == "model.incomplete"


def test_a_pack_of_another_kind_is_refused(pack: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ModelError) as caught, open_voices(replace(read_pack(pack), kind="speech")):
        pass
    assert caught.value.code == "model.kind"


def test_the_bench_opens_a_pack_once(home: Path) -> None:
    make_voices_pack(home / "packs" / "voices-random")
    with Bench() as bench:
        pack = choose_pack("voices", "", [])
        assert bench.voices(pack, "auto", "auto", 0) is bench.voices(pack, "auto", "auto", 0)


def test_the_names_in_the_graph_and_its_file_need_not_be_told(tmp_path: Path) -> None:
    from plugin_core.modelstore import write_pack_toml

    folder = make_voices_pack(tmp_path / "voices")
    (folder / "model.onnx").rename(folder / "campplus.onnx")
    about = {"id": "found", "kind": "voices", "tier": "production", "name": "Found", "languages": [], "licence": "-"}
    write_pack_toml(folder, about | {"voices": {"file": "campplus.onnx", "window": "povey", "scale": 1.0}})
    with open_voices(read_pack(folder)) as engine:
        assert engine.dimension == 24
        assert engine.features(np.zeros(16_000, np.float32)).shape == (98, 80)


def test_the_packs_that_can_be_pulled_say_how_they_hear() -> None:
    from plugin_core.catalog import catalog

    packs = [entry.pack for entry in catalog() if entry.pack.kind == "voices"]
    assert len(packs) >= 2
    for pack in packs:
        assert pack.options["file"] in {file.path for file in pack.files}
        assert pack.options["features"] in {"kaldi", "whisper"}
        assert 0 < pack.options["same"] < 1
        assert 0 < pack.options["within"] < 1


def test_a_voices_pack_suits_every_language(home: Path) -> None:
    make_voices_pack(home / "packs" / "voices-random")
    assert choose_pack("voices", "", ["zh", "en"]).id == "voices-random"

"""Scenes packs: what is opened, what is refused, in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.engines import open_scenes
from plugin_core.engines.bench import Bench
from plugin_core.engines.scenes import NAMES, empty_row
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack, write_pack_toml
from plugin_core.scenes.features import MEASURES
from tests.scenes.packs import LABELS, make_scenes_pack


def test_an_opened_pack_says_what_it_knows(tmp_path: Path) -> None:
    with open_scenes(read_pack(make_scenes_pack(tmp_path))) as engine:
        assert {name: list(group.labels) for name, group in engine.groups.items()} == LABELS
        assert [name for name, group in engine.groups.items() if group.many] == ["mood"]
        assert engine.dimensions == {"pictures": 3, "sounds": 64, "texts": 3}
        assert engine.column("place", "outdoor") == 1


@pytest.mark.parametrize(("group", "label"), [("place", "under water"), ("weather", "rain"), ("mood", "")])
def test_a_label_unknown_to_the_pack_is_named(tmp_path: Path, group: str, label: str) -> None:
    with (
        open_scenes(read_pack(make_scenes_pack(tmp_path))) as engine,
        pytest.raises(ModelError, match=f"knows no {group} '{label}'") as raised,
    ):
        engine.column(group, label)
    assert raised.value.code == "scenes.label"
    assert raised.value.hint


def test_a_pack_without_a_branch_does_without(tmp_path: Path) -> None:
    folder = make_scenes_pack(tmp_path, without=("texts", "sounds"))
    pack = read_pack(folder)
    with pytest.raises(ModelError, match="cannot be used"), open_scenes(pack):
        pass  # this fusion asks for what nobody makes


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_temperatures_soften_what_is_said(tmp_path: Path, temperature: float) -> None:
    pack = read_pack(make_scenes_pack(tmp_path, temperatures={"place": temperature}, begins=[0.0, 2.0]))
    with open_scenes(pack) as engine:
        sizes = {name: size + MEASURES * (name == "pictures") for name, size in engine.dimensions.items()}
        chances, begins, _ = engine.fuse(empty_row(2, engine.shapes, sizes))
    assert float(chances["place"][0, 0]) == pytest.approx(1 / (1 + np.exp(-12 / temperature)), abs=1e-5)
    assert float(begins[0]) == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-5)


def test_a_network_that_says_nonsense_is_taken_for_silent(tmp_path: Path) -> None:
    with open_scenes(read_pack(make_scenes_pack(tmp_path))) as engine:
        sizes = {name: size + MEASURES * (name == "pictures") for name, size in engine.dimensions.items()}
        row = empty_row(2, engine.shapes, sizes)
        row["pictures"][:] = np.nan
        chances, begins, vectors = engine.fuse(row)
    assert all(np.isfinite(value).all() for value in (*chances.values(), begins, vectors))
    assert set(row) == set(NAMES)


@pytest.mark.parametrize(
    "options",
    [
        {"labels": {}},
        {"labels": {"place": "indoor"}},
        {"labels": {**LABELS, "place": ["indoor", "indoor"]}},
        {"labels": {**LABELS, "place": ["a", "b", "c"]}},
        {"labels": {**LABELS, "weather": ["rain"]}},
        {"many": "mood"},
        {"window": 0},
        {"window": "wide"},
        {"clip": 2.5},
        {"sound": "smell"},
        {"sound": "wave"},
        {"temperatures": {"place": 0}},
        {"temperatures": {"place": "warm"}},
        {"begins": [1.0]},
        {"begins": "soon"},
        {"fusion": ""},
        {"fusion": "pictures.onnx"},
        {"pictures": "sounds.onnx"},
        {"texts": "nowhere.onnx"},
    ],
)
def test_a_pack_that_does_not_fit_is_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    folder = make_scenes_pack(tmp_path, **options)
    with pytest.raises(ModelError) as raised, open_scenes(read_pack(folder)):
        pass
    assert raised.value.hint


def test_a_pack_of_another_kind_is_refused(tmp_path: Path, starter: Path) -> None:
    with pytest.raises(ModelError, match="not a scenes pack"), open_scenes(read_pack(starter / "sounds")):
        pass


def test_a_damaged_pack_is_refused(tmp_path: Path) -> None:
    folder = make_scenes_pack(tmp_path)
    data = bytearray((folder / "fusion.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "fusion.onnx").write_bytes(data)
    with pytest.raises(ModelError, match="checksum"), open_scenes(read_pack(folder)):
        pass


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    folder = make_scenes_pack(tmp_path)
    pack = read_pack(folder)
    (folder / "fusion.onnx").write_bytes(b"no graph")
    about = {name: getattr(pack, name) for name in ("id", "kind", "tier", "name", "licence")}
    write_pack_toml(folder, about | {"languages": [], "scenes": dict(pack.options)})
    with pytest.raises(ModelError, match="cannot be used"), open_scenes(read_pack(folder)):
        pass


def test_the_bench_opens_a_pack_once(tmp_path: Path) -> None:
    pack = read_pack(make_scenes_pack(tmp_path))
    with Bench() as bench:
        assert bench.scenes(pack, "auto", "auto", 1) is bench.scenes(pack, "auto", "auto", 1)

"""A CLIP folder downloaded by hand becomes a pack; what lacks something is refused, and nothing is installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plugin_core import modelstore
from plugin_core.engines import open_vision
from plugin_core.errors import ModelError
from tests.vision_packs import make_vision_pack


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIMU_HOME", str(tmp_path / "home"))


def downloaded(folder: Path, *, both: bool) -> Path:
    """As the hub has it: graphs under onnx, beside other files."""
    make_vision_pack(folder, both=both)
    (folder / "pack.toml").unlink()
    (folder / "onnx").mkdir()
    for graph in folder.glob("*.onnx"):
        graph.rename(folder / "onnx" / graph.name.replace(".onnx", "_quantized.onnx"))
    (folder / "config.json").write_text(json.dumps({"model_type": "chinese_clip"}))
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x02 a pickle")
    return folder


@pytest.mark.parametrize("both", [True, False])
def test_a_downloaded_folder_is_imported_without_its_other_files(tmp_path: Path, both: bool) -> None:
    pack = modelstore.import_file(downloaded(tmp_path / "my clip", both=both))
    assert (pack.id, pack.kind, pack.languages) == ("my-clip", "vision", ("zh",))
    assert not any("pytorch" in file.path for file in pack.files)
    with open_vision(modelstore.find("my-clip")) as engine:
        assert engine.texts(["red"]).shape == (1, 3)


@pytest.mark.parametrize("lost", ["tokenizer.json", "preprocessor_config.json", "onnx/model_quantized.onnx"])
def test_what_is_missing_is_named(tmp_path: Path, lost: str) -> None:
    folder = downloaded(tmp_path / "clip", both=True)
    (folder / lost).unlink()
    with pytest.raises(ModelError, match="lacks"):
        modelstore.import_file(folder)
    assert not [pack for pack in modelstore.installed() if pack.kind == "vision"]


def test_another_model_is_no_pack(tmp_path: Path) -> None:
    folder = downloaded(tmp_path / "clip", both=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(ModelError, match=r"no pack\.toml"):
        modelstore.import_file(folder)

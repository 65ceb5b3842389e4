"""Vision packs: pictures and texts in one space, pictures made as PIL makes them, and what no pack may be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.engines import open_vision
from plugin_core.engines.vision import Looks, cropped, resized
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack
from tests.vision_packs import make_vision_pack


def plain(*colour: int, size: tuple[int, int] = (40, 60)) -> np.ndarray:
    return np.full((*size, 3), colour, np.uint8)


@pytest.mark.parametrize("both", [True, False])
def test_pictures_and_texts_share_a_space(tmp_path: Path, both: bool) -> None:
    with open_vision(read_pack(make_vision_pack(tmp_path, both=both))) as engine:
        pictures = engine.pictures([plain(200, 10, 10), plain(10, 10, 200, size=(90, 33)), plain(0, 190, 0)])
        texts = engine.texts(["a red car", "blue", "绿"])
        assert pictures.shape == texts.shape == (3, 3)
        assert engine.width == 3
        assert (pictures @ texts.T).argmax(1).tolist() == [0, 1, 2]
        np.testing.assert_allclose(np.linalg.norm(texts, axis=1), 1, rtol=1e-5)


def test_what_is_given_together_does_not_matter(tmp_path: Path) -> None:
    with open_vision(read_pack(make_vision_pack(tmp_path))) as engine:
        texts = ["red", "a red green blue car", ""]
        together = engine.texts(texts)
        alone = np.concatenate([engine.texts([text]) for text in texts])
        assert np.abs(together @ alone.T).diagonal() == pytest.approx(1, abs=1e-3)
        assert engine.texts([]).shape == engine.pictures([]).shape == (0, 3)


def test_a_text_that_is_too_long_is_cut(tmp_path: Path) -> None:
    with open_vision(read_pack(make_vision_pack(tmp_path))) as engine:
        assert np.isfinite(engine.texts(["red " * 500])).all()


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 50), st.integers(1, 50), st.sampled_from([2, 3]))
@settings(max_examples=40, deadline=None)
def test_pictures_are_resized_to_the_bit_as_pil_does(
    height: int, width: int, rows: int, columns: int, kind: int
) -> None:
    from PIL import Image

    picture = np.random.default_rng(height * 71 + width).integers(0, 256, (height, width, 3), np.uint8)
    theirs = np.asarray(Image.fromarray(picture).resize((columns, rows), Image.Resampling(kind)))
    np.testing.assert_array_equal(resized(picture, rows, columns, kind), theirs)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_a_crop_has_the_size_asked_for(height: int, width: int, rows: int, columns: int) -> None:
    assert cropped(np.ones((height, width, 3), np.uint8), rows, columns).shape == (rows, columns, 3)


def test_the_shorter_side_counts_and_the_middle_is_kept() -> None:
    looks = Looks((4,), (4, 4), 3, 1 / 255, (0.5,) * 3, (0.25,) * 3)
    wide = np.zeros((8, 24, 3), np.uint8)
    wide[:, 8:16] = 255
    found = looks(wide)
    assert found.shape == (3, 4, 4)
    np.testing.assert_allclose(found[:, :, 1:3], 2, atol=0.4)


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        ("preprocessor_config.json", "[]", "no table"),
        ("preprocessor_config.json", "{}", "image_mean"),
        ("preprocessor_config.json", '{"image_mean": [0, 0, 0], "image_std": [1, 0, 1]}', "what there is not"),
        ("preprocessor_config.json", '{"image_mean": [0, 0, 0], "image_std": [1, 1, 1], "size": 90000}', "size"),
        ("tokenizer.json", "{}", "cannot be used"),
        ("model.onnx", "nonsense", "cannot be used"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_named(tmp_path: Path, file: str, content: str, what: str) -> None:
    from plugin_core.modelstore import write_pack_toml

    pack = read_pack(make_vision_pack(tmp_path))
    (tmp_path / file).write_text(content)
    table = {"id": pack.id, "kind": "vision", "tier": "production", "name": "x", "licence": "x", "vision": pack.options}
    with pytest.raises(ModelError, match=what), open_vision(write_pack_toml(tmp_path, table)):
        pass


@pytest.mark.parametrize("options", [{"length": 1}, {"pad": "<nothing>"}, {"scale": 0}, {"model": "other.onnx"}])
def test_senseless_options_are_refused(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(ModelError), open_vision(read_pack(make_vision_pack(tmp_path, **options))):
        pass


def test_a_damaged_pack_is_not_opened(tmp_path: Path) -> None:
    pack = read_pack(make_vision_pack(tmp_path))
    (tmp_path / "model.onnx").write_bytes(b"\0" * (tmp_path / "model.onnx").stat().st_size)
    with pytest.raises(ModelError, match="checksum"), open_vision(pack):
        pass


def test_a_pack_of_another_kind_is_refused(tmp_path: Path) -> None:
    from tests.scenes.packs import make_scenes_pack

    with pytest.raises(ModelError, match="not a vision pack"), open_vision(read_pack(make_scenes_pack(tmp_path))):
        pass

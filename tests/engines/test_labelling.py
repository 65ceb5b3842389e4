"""The reader of labels computes what it was trained to compute, text by text, and refuses what is not its own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.engines.labelling import DILATIONS, NAME, LabelReader, has_reader, open_reader
from plugin_core.errors import ModelError
from plugin_core.tagging.asking import answer
from plugin_core.tagging.characters import fold
from plugin_core.tagging.features import COUNT, LETTERS, ROWS, features

TABLE, WIDTH = 8, 6


def arrays(seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    shapes = {"grams": (ROWS, TABLE), "letters": (LETTERS, TABLE), "first": (WIDTH, TABLE), "last": (WIDTH,)}
    shapes |= {"label_first": (2 * WIDTH, TABLE), "label_last": (2 * (WIDTH + 1), 2 * WIDTH)}
    for index in range(len(DILATIONS)):
        shapes |= {f"norms.{index}": (WIDTH,), f"looks.{index}": (WIDTH, 3 * WIDTH), f"mixes.{index}": (WIDTH, WIDTH)}
    made = dict[str, np.ndarray]()
    for name, shape in shapes.items():
        value = random.standard_normal(shape).astype(np.float32)
        if name in {"grams", "letters"}:
            made[name] = np.clip(np.round(value * 40), -127, 127).astype(np.int8)
            made[f"{name}.scale"] = np.full(shape[0], 0.02, np.float16)
        else:
            made[f"{name}.weight"] = value.astype(np.float16)
            made[f"{name}.bias"] = np.zeros(shape[0], np.float16)
    return made


def save(folder: Path, made: dict[str, np.ndarray]) -> Path:
    kinds = {"int8": "I8", "float16": "F16", "float32": "F32"}
    header, body = dict[str, object](), b""
    for name, array in made.items():
        data = array.tobytes()
        place = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kinds[array.dtype.name], "shape": list(array.shape), "data_offsets": place}
        body += data
    text = json.dumps(header).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(len(text).to_bytes(8, "little") + text + body)
    return folder


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LabelReader:
    return open_reader(save(tmp_path_factory.mktemp("pack"), arrays()))


def read(reader: LabelReader, *texts: str) -> list[np.ndarray]:
    folded = [fold(text) for text in texts]
    return list(reader.read(folded, [bytes(len(one)) for one in folded]))


def test_a_text_is_read_the_same_beside_others(reader: LabelReader) -> None:
    texts = ["兰蔻只要299元！", "a", "", "She plays the violin in Paris."]
    for alone, beside in zip((read(reader, text)[0] for text in texts), read(reader, *texts), strict=True):
        np.testing.assert_allclose(alone, beside, atol=1e-5)


def test_a_label_has_a_score_for_every_character(reader: LabelReader) -> None:
    (vectors,) = read(reader, "兰蔻只要299元！")
    scores = reader.scores(vectors, "品牌")
    assert scores.shape == (len("兰蔻只要299元！"), 3)
    assert not scores[:, 0].any()
    assert not np.allclose(scores, reader.scores(vectors, "价格"))
    np.testing.assert_array_equal(scores, reader.scores(vectors, "品牌"))


@given(st.text(max_size=60))
def test_every_character_of_any_text_has_its_features(text: str) -> None:
    folded = fold(text)
    rows, letters = features(folded, bytes(len(folded)))
    assert rows.shape == (len(text), COUNT)
    assert letters.shape == (len(text),)
    assert not len(rows) or (rows.min() >= 0 and rows.max() < ROWS and letters.min() >= 0 and letters.max() < LETTERS)


def test_features_see_words_and_neighbours_but_not_case_and_digits() -> None:
    one, other = (features(text, bytes(len(text)))[0] for text in ("in Paris 18", "in paris 97"))
    shapes = (12, 13)
    plain = [index for index in range(COUNT) if index not in shapes]
    np.testing.assert_array_equal(one[:, plain], other[:, plain])
    assert (one[:, shapes] != other[:, shapes]).any()
    word = features("in Paris", bytes(8))[0][3:, 7]
    assert len(set(word.tolist())) == 1
    assert features("到 Paris", bytes(7))[0][2, 7] == word[0]


def test_a_pack_with_a_reader_is_asked_through_it(tmp_path: Path) -> None:
    from types import SimpleNamespace

    folder = save(tmp_path / "pack", arrays(3))
    engine = SimpleNamespace(pack=SimpleNamespace(folder=folder, id="with-reader"))
    assert has_reader(folder)
    text = "[00:05:22] 兰蔻只要299元！ She plays the violin. " * 30
    tags = answer(text, ["品牌", "价格"], engine)  # type: ignore[arg-type]
    assert all(text[one.span[0] : one.span[1]] == one.text for one in tags.asked)
    assert tags.asked  # random weights name something somewhere


@pytest.mark.parametrize("change", ["cut", "table", "missing"])
def test_matrices_that_do_not_fit_are_a_sentence(change: str, tmp_path: Path) -> None:
    made = arrays()
    if change == "table":
        made["grams"] = made["grams"][:100]
        made["grams.scale"] = made["grams.scale"][:100]
    if change == "missing":
        del made["looks.1.weight"]
    folder = save(tmp_path / "pack", made)
    if change == "cut":
        raw = (folder / NAME).read_bytes()
        (folder / NAME).write_bytes(raw[:-100])
    with pytest.raises(ModelError, match="cannot be read"):
        open_reader(folder)


@pytest.mark.train
def test_numpy_computes_what_torch_trained(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from models.tagger.reader import Config, Reader, joined, tables, tensors, write

    torch.manual_seed(0)
    trained = Reader(Config()).eval()
    write(tmp_path / NAME, tables(trained))
    text = "小美：兰蔻只要299元！ She plays."
    folded, kinds, (start,) = joined([text])
    rows, letters = features(folded, kinds)
    with torch.no_grad():
        vectors = trained.read(torch.as_tensor(rows), torch.as_tensor(letters))
        theirs = trained.scores(vectors, trained.name(*tensors(["品牌名"]), 1))[start : start + len(text), 0].numpy()
    opened = open_reader(tmp_path)
    ours = opened.scores(opened.read([fold(text)], [kinds[start : start + len(text)]])[0], "品牌名")
    np.testing.assert_allclose(ours, theirs, atol=0.05)  # int8 tables

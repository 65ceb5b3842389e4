from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plugin_core.engines import open_tagging
from plugin_core.engines.bench import Bench
from plugin_core.engines.tagging import Row, read_safetensors
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack
from plugin_core.tagging import tag, tag_many
from plugin_core.tagging.anchors import read
from plugin_core.tagging.characters import tokens
from tests.tagging.packs import make_tagging_pack, write_safetensors

TEXTS = ["[00:01] 门响", "小美（画外音）：走吧。" * 20, "Hello there (x)", "♪", "the dog 龘 ran" * 9, "a"]


def row(text: str, asked: str = "") -> Row:
    anchors = read(text)
    return Row(anchors.folded, anchors.kinds, asked)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_tagging_pack(tmp_path_factory.mktemp("tagger"))


@pytest.fixture(scope="module")
def engine(folder):
    with open_tagging(read_pack(folder), device="cpu", threads=1) as engine:
        yield engine


def test_a_row_has_a_vector_for_every_character(engine):
    assert [len(vectors) for vectors in engine.read([row(text) for text in TEXTS])] == [len(text) for text in TEXTS]


def test_a_rows_vectors_do_not_depend_on_its_batch(engine):
    """The padding trap: rows that are padded without their lengths attend to the padding."""
    together = engine.read([row(text) for text in TEXTS])
    for text, vectors in zip(TEXTS, together, strict=True):
        assert np.allclose(vectors, engine.read([row(text)])[0], atol=1e-5)


def test_the_kinds_and_the_label_change_what_is_read(engine):
    plain = engine.read([row(TEXTS[0])])[0]
    blind = engine.read([Row(read(TEXTS[0]).folded, bytes(len(TEXTS[0])))])[0]
    asked = engine.read([row(TEXTS[0], "品牌名")])[0]
    assert not np.allclose(plain, blind)
    assert not np.allclose(plain, asked)
    assert plain.shape == asked.shape


def test_the_ids_are_those_of_the_tokens(engine, folder):
    names = json.loads((folder / "vocabulary.json").read_text("utf-8"))
    text = "聲A\u200b龘\n门"
    ids, _ = engine._prepare(row(text))
    assert [names[number] for number in ids] == ["[CLS]", *tokens(text, set(names)), "[SEP]"]


def test_heads_score_every_label(engine):
    vectors = engine.read([row("门响")])[0]
    assert engine.outer(vectors).shape == (2, 15)
    assert engine.inner(vectors).shape == (2, 7)
    assert engine.asked(vectors).shape == (2, 3)
    (guess,) = engine.senses(vectors[:1])
    assert guess.mood in {"", "calm", "tense"}
    assert 0 <= guess.entry_probability <= 1
    assert engine.senses(vectors[:0]) == []


def test_a_temperature_changes_how_sure_a_pack_is_and_not_what_it_says(tmp_path):
    def scores(temperature):
        pack = make_tagging_pack(tmp_path / str(temperature), tagging={"temperature_outer": temperature})
        with open_tagging(read_pack(pack), device="cpu") as engine:
            return engine.outer(engine.read([row("门响")])[0])

    assert np.allclose(scores(1.0), 2 * scores(2.0), atol=1e-4)


def test_texts_tagged_together_are_as_if_alone(engine):
    def brief(tags):
        return [(item.kind, item.span, item.action) for item in tags.items]

    assert list(map(brief, tag_many(TEXTS, engine))) == [brief(tag(text, engine)) for text in TEXTS]


def test_labels_in_plain_words_are_asked_of_the_same_pack(engine):
    text = "[00:01] 门响 the dog"
    tags = tag(text, engine, labels="请提取【品牌名】【价格】")
    assert tags.items == tag(text, engine).items
    assert {one.label for one in tags.asked} <= {"品牌名", "价格"}
    assert all(text[slice(*one.span)] == one.text for one in tags.asked)


def test_the_bench_opens_a_pack_once(folder):
    with Bench() as bench:
        pack = read_pack(folder)
        assert bench.tagging(pack, "cpu", "auto", 1) is bench.tagging(pack, "cpu", "auto", 1)


def test_a_float32_pack_of_the_same_weights_reads_almost_the_same(engine, tmp_path):
    pack = read_pack(make_tagging_pack(tmp_path / "float32", quantization=None))
    with open_tagging(pack, device="cpu", compute="float32") as exact:
        before, after = exact.read([row(TEXTS[1])])[0], engine.read([row(TEXTS[1])])[0]
    assert 0 < np.abs(before - after).mean() < 0.2


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: (f / "heads.safetensors").unlink(), "model.heads"),
        (lambda f: (f / "heads.safetensors").write_bytes(b"\xff" * 40), "model.heads"),
        (lambda f: (f / "heads.safetensors").write_bytes(struct.pack("<Q", 2) + b"[]"), "model.heads"),
        (lambda f: write_safetensors(f / "heads.safetensors", {}), "model.heads"),
        (lambda f: (f / "vocabulary.json").write_text("{"), "model.vocabulary"),
        (lambda f: (f / "vocabulary.json").write_text('["a"]'), "model.vocabulary"),
        (lambda f: (f / "model.bin").write_bytes(b"x" * 100), "model.load"),
    ],
)
def test_a_damaged_pack_is_an_error_and_no_crash(tmp_path, damage, code):
    folder = make_tagging_pack(tmp_path)
    damage(folder)
    with pytest.raises(ModelError) as caught, open_tagging(read_pack(folder), device="cpu"):
        pass
    assert caught.value.code == code


def test_heads_that_do_not_fit_the_table_are_refused(tmp_path):
    folder = make_tagging_pack(tmp_path, tagging={"moods": ["", "calm"]})
    with pytest.raises(ModelError, match="mood"), open_tagging(read_pack(folder), device="cpu"):
        pass


def test_another_kind_of_pack_is_refused(tmp_path):
    pack = replace(read_pack(make_tagging_pack(tmp_path)), kind="sounds")
    with pytest.raises(ModelError, match="not a tagging pack"), open_tagging(pack):
        pass


def test_safetensors_are_read_as_they_were_written(tmp_path):
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(1, np.float32)}
    write_safetensors(tmp_path / "x.safetensors", tensors)
    found = read_safetensors(tmp_path / "x.safetensors")
    assert all((found[name] == tensor).all() for name, tensor in tensors.items())


def test_a_tensor_outside_its_file_is_refused(tmp_path):
    header = json.dumps({"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}).encode()
    (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8)
    with pytest.raises(ModelError, match="outside"):
        read_safetensors(tmp_path / "x.safetensors")

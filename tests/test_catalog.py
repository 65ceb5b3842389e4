"""The catalog: every entry is complete, honest about its licence, and fits the engines' contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from plugin_core.catalog import Entry, catalog, entry
from plugin_core.errors import ModelError
from plugin_core.modelstore import SAFE_SUFFIXES

ENTRIES = catalog()
every = pytest.mark.parametrize("found", ENTRIES, ids=lambda found: found.id)


@every
def test_an_entry_says_what_it_is_whose_it_is_and_how_large(found: Entry) -> None:
    pack = found.pack
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", pack.id)
    assert pack.tier == "production"
    assert all((pack.name, pack.licence, pack.attribution, pack.limits, pack.memory_mb))
    assert pack.languages or pack.kind == "sounds"
    assert found.size > 1_000_000
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", found.repo)


@every
def test_a_pinned_revision_pins_every_checksum_and_names_are_safe(found: Entry) -> None:
    for file in found.pack.files:
        assert Path(file.path).suffix in SAFE_SUFFIXES
        assert not Path(file.path).is_absolute()
        assert ".." not in file.path
        assert file.size > 0
        if found.revision != "main":
            assert re.fullmatch(r"[0-9a-f]{40}", found.revision)
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)


@every
def test_a_pack_holds_every_file_its_engine_needs(found: Entry) -> None:
    names = {file.path for file in found.pack.files} | set(found.made or {})
    if found.pack.kind == "voices":
        assert found.pack.options["file"] in names
        return
    if found.pack.kind == "sounds":
        assert {found.pack.options["network"], found.pack.options["classes"]} <= names
        return
    if found.pack.kind == "vision":
        graphs = {found.pack.options[name] for name in ("model", "pictures", "texts") if name in found.pack.options}
        assert len(graphs) in {1, 2}
        assert graphs | {found.pack.options["tokenizer"], found.pack.options["preprocessor"]} <= names
        return
    assert {"model.bin", "config.json"} <= names
    assert any("vocabulary" in name for name in names)
    if found.pack.kind == "speech":
        from plugin_core.engines.speech import REQUIRED

        assert set(REQUIRED) <= names
        made = json.loads((found.made or {})["preprocessor_config.json"])
        assert made["feature_size"] == (128 if "large-v3" in found.id else 80)
    elif found.pack.kind == "tagging":
        from plugin_core.engines.generation import FORMS

        assert found.pack.options["backend"] == "generation"
        assert found.pack.options["form"] in FORMS
        assert found.pack.options["tokenizer"] in names
    else:
        assert {found.pack.options["source_spm"], found.pack.options["target_spm"]} <= names


@every
def test_a_translation_pack_declares_how_each_pair_is_driven(found: Entry) -> None:
    if found.pack.kind != "translation":
        return
    pairs = found.pack.options["pairs"]
    assert pairs
    for name, pair in pairs.items():
        assert set(name.split("-")) <= set(found.pack.languages)
        assert set(pair) == {"source_prefix", "source_suffix", "target_prefix"}
        assert pair["source_suffix"] == ["</s>"]


def test_ids_are_unique_and_the_main_job_is_covered() -> None:
    assert len({found.id for found in ENTRIES}) == len(ENTRIES)
    pairs = {name for found in ENTRIES for name in found.pack.options.get("pairs", {})}
    assert {"zh-en", "en-zh"} <= pairs
    assert any(found.pack.kind == "speech" and {"zh", "en"} <= set(found.pack.languages) for found in ENTRIES)


def test_chinese_by_opus_is_simplified() -> None:
    assert entry("opus-mt-en-zh").pack.options["pairs"]["en-zh"]["source_prefix"] == [">>cmn_Hans<<"]


def test_a_pack_published_elsewhere_says_how_to_get_it() -> None:
    with pytest.raises(ModelError, match="RAIL") as error:
        entry("seqgpt-560m")
    assert error.value.code == "model.elsewhere"
    assert "models.tagger.convert" in error.value.hint


def test_an_unknown_id_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(ModelError, match="whisper-small"):
        entry("whisper-enormous")


@pytest.mark.parametrize(
    "text",
    ["", "[[", "schema = 2\npacks = []", "schema = 1", "schema = 1\npacks = [1]", "schema = 1\n[[packs]]\nid = 'a'"],
)
def test_a_damaged_catalog_is_a_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "catalog.toml").write_text(text, "utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        catalog(tmp_path / "catalog.toml")

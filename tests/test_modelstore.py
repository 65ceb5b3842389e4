"""Packs: read, verified, imported and removed; damaged and hostile ones refused with a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from plugin_core import modelstore
from plugin_core.errors import ModelError

HEAD = 'schema = 1\nkind = "speech"\nid="a"\ntier="x"\nname="n"\nlicence="l"\n'

TABLE = {
    "id": "test-pack",
    "kind": "speech",
    "tier": "production",
    "name": "Test 测试",
    "languages": ["zh", "en"],
    "licence": "MIT",
    "revision": "1",
    "quality": {"wer_en": 0.5},
    "speech": {"chunk_seconds": 30},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pack = tmp_path / "pack"
    (pack / "sub").mkdir(parents=True)
    (pack / "model.bin").write_bytes(b"weights")
    (pack / "sub" / "vocabulary.json").write_text("[]")
    modelstore.write_pack_toml(pack, TABLE)
    return pack


def test_a_written_pack_reads_back(folder: Path) -> None:
    pack = modelstore.read_pack(folder)
    assert (pack.id, pack.name, pack.languages) == ("test-pack", "Test 测试", ("zh", "en"))
    assert pack.options == {"chunk_seconds": 30}
    assert pack.quality == {"wer_en": 0.5}
    assert {file.path for file in pack.files} == {"model.bin", "sub/vocabulary.json"}
    modelstore.verify(pack)


def test_nested_options_survive(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x")
    pairs = {"zh-en": {"source_prefix": ["<2en>"], "target_prefix": []}}
    table = TABLE | {"kind": "translation", "translation": {"pairs": pairs, "placeholders": ["⟦0⟧", '"\\']}}
    table.pop("speech")
    pack = modelstore.write_pack_toml(tmp_path, table)
    assert pack.options["pairs"] == pairs
    assert pack.options["placeholders"] == ["⟦0⟧", '"\\']


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: (f / "model.bin").write_bytes(b"weightz"), "model.checksum"),
        (lambda f: (f / "model.bin").write_bytes(b"short"), "model.checksum"),
        (lambda f: (f / "model.bin").unlink(), "model.incomplete"),
    ],
)
def test_verify_names_the_damaged_file(folder: Path, damage: object, code: str) -> None:
    damage(folder)  # type: ignore[operator]
    with pytest.raises(ModelError, match=r"model\.bin") as error:
        modelstore.verify(modelstore.read_pack(folder))
    assert error.value.code == code
    assert error.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "schema = 99",
        "not toml at all [",
        'schema = 1\nkind = "speech"',
        'schema = 1\nkind = "magic"',
        HEAD + "surprise=1\nfiles=[]",
        HEAD + '[[files]]\npath="../../etc/passwd"\nsize=1\nsha256=""',
        HEAD + '[[files]]\npath="/etc/passwd"\nsize=1\nsha256=""',
    ],
)
def test_a_malformed_or_hostile_pack_toml_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "pack.toml").write_text(text)
    with pytest.raises(ModelError):
        modelstore.read_pack(tmp_path)


@pytest.mark.parametrize(
    ("name", "data"), [("model.pkl", b"x"), ("model.bin", b"\x80\x04\x95evil"), ("model.bin", b"PK\x03\x04")]
)
def test_nothing_that_needs_unpickling_is_a_pack(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ModelError):
        modelstore.verify(modelstore.write_pack_toml(tmp_path, TABLE))


def test_import_of_a_folder_installs_it(folder: Path) -> None:
    pack = modelstore.import_file(folder)
    assert pack.folder.parent == modelstore.packs_folder()
    assert modelstore.find("test-pack").folder == pack.folder
    assert modelstore.remove("test-pack").id == "test-pack"
    with pytest.raises(ModelError, match="not installed"):
        modelstore.find("test-pack")


def test_a_pack_toml_written_by_hand_need_not_list_its_files(folder: Path, home: Path) -> None:
    text = (folder / "pack.toml").read_text("utf-8")
    (folder / "pack.toml").write_text(text[: text.index("[[files]]")], "utf-8")
    pack = modelstore.import_file(folder)
    assert [file.path for file in pack.files] == ["model.bin", "sub/vocabulary.json"]
    assert pack.options == {"chunk_seconds": 30}
    modelstore.verify(pack)
    assert "[[files]]" not in (folder / "pack.toml").read_text("utf-8")  # what was given stays as it is


def test_import_of_a_zip_installs_it(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "模型 pack.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*"):
            file.write(path, Path("test-pack") / path.relative_to(folder))
    assert modelstore.import_file(archive).id == "test-pack"


def test_a_damaged_import_leaves_nothing(folder: Path) -> None:
    (folder / "model.bin").write_bytes(b"weightz")
    with pytest.raises(ModelError, match="checksum"):
        modelstore.import_file(folder)
    assert list(modelstore.packs_folder().iterdir()) == []


def test_a_zip_that_climbs_out_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../evil.txt", "x")
    with pytest.raises(ModelError):
        modelstore.import_file(archive)
    assert not list(tmp_path.parent.glob("evil.txt"))


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(ModelError, match="not a pack"):
        modelstore.import_file(path)
    with pytest.raises(ModelError, match="does not exist"):
        modelstore.import_file(tmp_path / "absent.zip")


def test_an_argos_package_becomes_a_translation_pack_without_its_pickles(tmp_path: Path) -> None:
    archive = tmp_path / "translate-en_zh-1_9.argosmodel"
    meta = {"from_code": "en", "to_code": "zh", "package_version": "1.9", "from_name": "English", "to_name": "Chinese"}
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("translate-en_zh/metadata.json", json.dumps(meta))
        file.writestr("translate-en_zh/sentencepiece.model", b"spm")
        file.writestr("translate-en_zh/model/model.bin", b"weights")
        file.writestr("translate-en_zh/model/shared_vocabulary.txt", "a\n")
        file.writestr("translate-en_zh/stanza/en/tokenize/ewt.pt", b"PK\x03\x04pickle")
    pack = modelstore.import_file(archive)
    assert pack.options["pairs"].keys() == {"en-zh"}
    assert not list(pack.folder.rglob("*.pt"))
    modelstore.verify(pack)


def test_embedded_packs_cannot_be_removed(starter: Path) -> None:
    embedded = [pack for pack in modelstore.installed() if pack.tier == "starter"]
    if not embedded:
        pytest.skip("the starter packs are not made yet")
    with pytest.raises(ModelError, match="packs folder"):
        modelstore.remove(embedded[0].id)


def test_an_unreadable_pack_is_listed_as_broken_and_hides_no_other(folder: Path) -> None:
    modelstore.import_file(folder)
    bad = modelstore.packs_folder() / "bad"
    bad.mkdir()
    (bad / "pack.toml").write_text("nonsense [")
    assert "test-pack" in {pack.id for pack in modelstore.installed()}
    assert len(modelstore.broken()) == 1

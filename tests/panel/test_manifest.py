"""The manifests, against what Adobe publishes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from premiere_cep import install

MANIFEST = Path(install.__file__).parent / install.MANIFEST


def parsed() -> etree._Element:
    return etree.fromstring(install.contents()[install.MANIFEST])


@pytest.mark.shared
def test_the_manifest_is_valid_by_adobes_own_schema(shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "schemas/csxs_manifest_7_0.xsd"))
    schema.assertValid(parsed())
    schema.assertValid(etree.parse(MANIFEST))


def test_every_file_that_the_manifest_names_is_installed() -> None:
    names = [str(node.text) for node in parsed().iter("MainPath", "ScriptPath", "Icon")]
    assert len(names) == 6
    assert {name.removeprefix("./") for name in names} <= set(install.contents())


def test_the_manifest_says_zimus_version_wherever_it_says_one() -> None:
    manifest = parsed()
    assert manifest.get("ExtensionBundleVersion") == install.version()
    assert manifest.xpath("ExtensionList/Extension/@Version") == [install.version()]
    assert re.fullmatch(r"\d+(\.\d+){0,2}", install.version())


def test_the_manifest_asks_for_what_the_adapter_uses() -> None:
    manifest = parsed()
    assert manifest.xpath("//Host/@Name") == ["PPRO"]
    assert [node.text for node in manifest.iter("Parameter")] == ["--enable-nodejs", "--mixed-context"]


def test_debugging_is_offered_for_the_panel_that_there_is() -> None:
    debug = etree.fromstring(install.contents()[".debug"])
    assert debug.xpath("//Extension/@Id") == parsed().xpath("ExtensionList/Extension/@Id")

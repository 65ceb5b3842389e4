"""Whatever is inside a build has a licence that is told, and what nobody knows is found out."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.installer.scripts import load

licences = load("licences")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build with a library of FFmpeg, one of the system, and an extension module."""
    for place in (
        "_internal/av.libs/libavcodec-5e6b81c2.so.62.28.102",
        "_internal/libz.so.1",
        "_internal/numpy/_core.cpython-311-x86_64-linux-gnu.so",
    ):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    return tmp_path


def test_native_libraries_are_found_and_extension_modules_are_not(build: Path) -> None:
    assert sorted(licences.libraries_in(build)) == ["avcodec", "z"]


def test_a_library_that_a_wheel_brings_and_nobody_knows_is_told(build: Path) -> None:
    assert licences.unknown(build, licences.natives()) == []
    (build / "_internal/cv2.libs").mkdir()
    (build / "_internal/cv2.libs/libnew-0123abcd.so.2").touch()
    assert licences.unknown(build, licences.natives()) == ["new"]


def test_the_text_names_every_package_with_its_licence_in_full(build: Path) -> None:
    parts = licences.inside(["numpy", "typer", "os", "not_a_module"])
    assert [part.metadata["Name"].lower() for part in parts if part.metadata["Name"] != "pyinstaller"] == [
        "numpy",
        "typer",
    ]
    text = licences.text(build, parts, licences.natives())
    assert "GNU General Public License, version 3" in " ".join(text.split())
    assert "av.libs/libavcodec-5e6b81c2.so.62.28.102" in text
    assert "Redistributions of source code must retain" in text  # of NumPy's own
    assert all(name in text for name in ("LGPL-2.1", "LGPL-3.0", "GPL-2.0", "GPL-3.0"))
    assert text.count("GNU GENERAL PUBLIC LICENSE\n") >= 2
    assert "libz.so.1" in text.split("Libraries of the system")[1]


@pytest.mark.parametrize("name", ["av", "numpy", "ctranslate2", "PySide6_Essentials", "jieba", "ttconv", "pysubs2"])
def test_packages_say_their_licence_in_whatever_way(name: str) -> None:
    assert 2 < len(licences.licence_of(distribution(name))) < 200


def test_all_plugins_of_a_folder_are_told_of_by_its_entry(build: Path) -> None:
    plugin = "_internal/PySide6/Qt/plugins/platforms/libqxcb.so"
    (build / plugin).parent.mkdir(parents=True)
    (build / plugin).touch()
    entries = licences.natives()
    assert licences.unknown(build, entries) == []
    assert [entry.name for entry in entries if plugin in licences.of_entry(entry, build, entries)] == ["Qt"]


def test_no_library_is_in_two_entries() -> None:
    names = [name for entry in licences.natives() for name in entry.found]
    assert len(names) == len(set(names))

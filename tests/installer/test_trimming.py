"""Only what nothing needs any more is left out of a build."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.installer.scripts import load

trimming = load("trimming")
stripping = load("linux/stripping")
GTK = "PySide6/Qt/plugins/platformthemes/libqgtk3.so"
XCB = "PySide6/Qt/plugins/platforms/libqxcb.so"


def test_a_plugin_goes_with_what_only_it_needs_and_with_the_links_to_that() -> None:
    needs = {GTK: ["libgtk-3.so.0", "libz.so.1"], "libgtk-3.so.0": ["libcairo.so.2"], XCB: ["libz.so.1"]}
    entries = [
        (GTK, GTK, "BINARY"), (XCB, XCB, "BINARY"), ("libz.so.1", "libz.so.1", "BINARY"),
        ("libgtk-3.so.0", "libgtk-3.so.0", "BINARY"), ("libcairo.so.2", "libcairo.so.2", "BINARY"),
        ("lib/libcairo.so.2", "libcairo.so.2", "SYMLINK"), ("lib/libz.so.1", "libz.so.1", "SYMLINK"),
    ]  # fmt: skip
    kept = trimming.without_plugins(entries, lambda source: needs.get(source, []))
    assert [place for place, _, _ in kept] == [XCB, "libz.so.1", "lib/libz.so.1"]


NAMES = [f"lib{letter}.so" for letter in "abcdef"]
NEEDS = st.dictionaries(st.sampled_from([GTK, XCB, *NAMES]), st.lists(st.sampled_from(NAMES), max_size=3))


@given(NEEDS)
def test_whatever_is_kept_still_finds_what_it_needs(needs: dict[str, list[str]]) -> None:
    entries = [(name, name, "BINARY") for name in (GTK, XCB, *NAMES)]
    kept = {place for place, _, _ in trimming.without_plugins(entries, lambda source: needs.get(source, []))}
    assert XCB in kept
    assert GTK not in kept
    assert all(name in kept for place in kept for name in needs.get(place, []))


@given(NEEDS)
def test_what_no_plugin_needed_stays(needs: dict[str, list[str]]) -> None:
    entries = [(name, name, "BINARY") for name in (XCB, *NAMES)]
    kept = trimming.without_plugins(entries, lambda source: needs.get(source, []))
    assert kept == entries


def test_qt_keeps_the_words_of_our_languages_only() -> None:
    folder = "PySide6/Qt/translations/"
    names = ("qtbase_zh_CN.qm", "qtbase_en.qm", "qtbase_de.qm", "qtmultimedia_zh_CN.qm")
    kept = trimming.without_data([(folder + name, name, "DATA") for name in names])
    assert [source for _, source, _ in kept] == ["qtbase_zh_CN.qm", "qtbase_en.qm"]


@pytest.mark.parametrize(("offset", "address", "well"), [(4096, 8192, True), (4104, 8200, True), (4104, 8192, False)])
def test_a_library_that_could_not_be_mapped_is_known(tmp_path: Path, offset: int, address: int, well: bool) -> None:
    header = b"\x7fELF\x02".ljust(32, b"\0") + struct.pack("<Q", 64) + b"\0" * 14 + struct.pack("<HH", 56, 1)
    part = struct.pack("<IIQQQQQQ", 1, 5, offset, address, address, 9, 9, 4096)
    (tmp_path / "lib.so").write_bytes(header.ljust(64, b"\0") + part)
    assert stripping.is_elf(tmp_path / "lib.so")
    assert stripping.can_be_mapped(tmp_path / "lib.so") is well


def test_stripping_leaves_what_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "notes.so.txt").write_text("text", "utf-8")
    assert stripping.strip(tmp_path) == 0
    assert (tmp_path / "notes.so.txt").read_text("utf-8") == "text"

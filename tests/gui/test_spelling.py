from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import spelling
from gui.spelling import Speller
from gui.text_field import TextField

pytest.importorskip("spylls")

AFF = "SET UTF-8\nTRY esianrt\n"
DIC = "4\nhello\nworld\ndon't\nwell\n"


@pytest.fixture
def dictionary(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dictionary of four words, and no other."""
    monkeypatch.setattr(spelling, "PLACES", ())
    folder = home / "dictionaries"
    folder.mkdir()
    (folder / "en_GB.aff").write_text(AFF)
    (folder / "en_GB.dic").write_text(DIC)
    return folder


@pytest.fixture
def speller(dictionary: Path, qtbot: QtBot) -> Speller:
    speller = Speller()
    with qtbot.waitSignal(speller.ready):
        assert not speller.can("en")  # it is being read
    assert speller.can("en")
    return speller


def test_words_that_are_in_no_dictionary_are_found_in_their_place(speller: Speller) -> None:
    text = "Hello <i>wrld</i>, don’t 世界 3rd"
    assert [text[start:end] for start, end in speller.unknown(text, "en")] == ["wrld", "rd"]
    assert "world" in speller.suggestions("wrld", "en")


def test_a_word_that_was_added_is_known_and_kept(speller: Speller, dictionary: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(speller.ready):
        speller.add("Zimu")
    assert list(speller.unknown("zimu", "en")) == []
    assert (dictionary / "words.txt").read_text("utf-8") == "zimu\n"
    assert Speller()._own == {"zimu"}


def test_languages_without_words_or_dictionary_are_not_checked(speller: Speller) -> None:
    assert not speller.can("zh")
    assert not speller.can("xx")
    assert list(speller.unknown("Qwrtz", "xx")) == []


def test_a_damaged_dictionary_is_none(dictionary: Path, qtbot: QtBot) -> None:
    (dictionary / "de.aff").write_bytes(b"SET UTF-9\n\xff\xfe")
    (dictionary / "de.dic").write_bytes(b"\xff\xfe\x00")
    speller = Speller()
    with qtbot.waitSignal(speller._read):
        speller.can("de")
    assert not speller.can("de")


def test_the_dictionary_of_the_region_is_taken_first(dictionary: Path) -> None:
    for name in ("en_US", "en_ZA"):
        (dictionary / f"{name}.aff").write_text(AFF)
        (dictionary / f"{name}.dic").write_text(DIC)
    assert Path(spelling.find("en-ZA")).name == "en_ZA"
    assert Path(spelling.find("en")).name == "en_US"
    assert spelling.find("sw") == ""


def test_what_is_typed_is_underlined_where_it_is_unknown(speller: Speller, qtbot: QtBot) -> None:
    field = TextField(speller)
    qtbot.addWidget(field)
    field.underline("en", ((0, 5),))
    field.setPlainText("hello wrld")
    block = field.document().firstBlock()
    styles = {(found.start, found.length): found.format.underlineStyle() for found in block.layout().formats()}
    kinds = type(next(iter(styles.values())))
    assert styles == {(0, 5): kinds.DotLine, (6, 4): kinds.SpellCheckUnderline}

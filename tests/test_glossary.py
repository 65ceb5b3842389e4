from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import SettingsError
from plugin_core.glossary import Glossary, Term

ROWS = "source,target,note\nResolve,达芬奇,software\nfoot age,素材,\n"


def load(tmp_path: Path, text: str | bytes, encoding: str = "utf-8") -> Glossary:
    path = tmp_path / "terms.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return Glossary.load(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    assert load(tmp_path, ROWS, encoding).terms[0] == Term("Resolve", "达芬奇", "en", "zh", "software")


@pytest.mark.parametrize(
    "text", ["a\tb\nc\td\n", "a,b\nc,d", "a;b\r\nc;d\r\n", "# terms\na,b\n\nc,d\n", "a,b\na,b\nc,d"]
)
def test_commas_tabs_and_semicolons_with_or_without_header(tmp_path: Path, text: str) -> None:
    assert [(term.source, term.target) for term in load(tmp_path, text).terms] == [("a", "b"), ("c", "d")]


def test_a_header_gives_the_order_of_the_columns_in_either_language(tmp_path: Path) -> None:
    (term,) = load(tmp_path, "译文,备注,原文,源语言,目标语言\n字幕,软件,Zimu,en,zh\n").terms
    assert term == Term("Zimu", "字幕", "en", "zh", "软件")


def test_a_cell_may_hold_the_delimiter_in_quotes(tmp_path: Path) -> None:
    assert load(tmp_path, '"Paris, Texas",德州巴黎\n').terms[0].source == "Paris, Texas"


def test_a_row_without_a_translation_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, "a,b\nc,\n")
    assert caught.value.code == "glossary.row"
    assert "Row 2" in caught.value.message


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Glossary.load(tmp_path / "nowhere.csv")
    assert caught.value.code == "glossary.missing"


def test_an_empty_file_is_an_empty_glossary(tmp_path: Path) -> None:
    assert load(tmp_path, "").terms == ()


@given(st.binary(max_size=200))
def test_any_bytes_give_terms_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("g") / "terms.csv"
    path.write_bytes(data)
    with suppress(SettingsError):
        assert all(term.source and term.target for term in Glossary.load(path).terms)


GLOSSARY = Glossary(
    [
        Term("AI", "人工智能", "en", "zh"),
        Term("New York", "纽约", "en", "zh"),
        Term("York", "约克", "en", "zh"),
        Term("color|colour", "颜色|色彩", "en", "zh"),
    ]
)


def test_terms_are_whole_words_in_any_case_and_the_longest_wins() -> None:
    assert [t.source for t in GLOSSARY.terms_in("New york's ai said MAIN things", "en", "zh")] == ["New York", "AI"]


def test_terms_hold_in_both_directions() -> None:
    assert [t.target for t in GLOSSARY.terms_in("纽约的人工智能", "zh", "en")] == ["New York", "AI"]
    assert GLOSSARY.terms_in("纽约", "zh", "fr") == []


def test_a_language_variant_uses_the_terms_of_its_language() -> None:
    assert [t.target for t in GLOSSARY.terms_in("AI", "en-US", "zh-Hans")] == ["人工智能"]


def test_missing_are_the_terms_without_any_of_their_translations() -> None:
    assert GLOSSARY.missing("The colour of New York", "纽约的色彩", "en", "zh") == []
    assert [t.target for t in GLOSSARY.missing("The colour of New York", "约克", "en", "zh")] == ["颜色|色彩", "纽约"]


def test_hotwords_are_all_forms_of_a_language() -> None:
    assert GLOSSARY.hotwords("en") == ("AI", "New York", "York", "color", "colour")
    assert GLOSSARY.hotwords("zh") == ("人工智能", "纽约", "约克", "颜色", "色彩")


def test_the_digest_changes_with_any_term() -> None:
    assert Glossary(GLOSSARY.terms).digest == GLOSSARY.digest
    assert Glossary(GLOSSARY.terms[1:]).digest != GLOSSARY.digest

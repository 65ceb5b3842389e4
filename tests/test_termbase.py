"""Glossaries come from other programs and go to them without losing a term."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import termbase
from plugin_core.errors import SettingsError
from plugin_core.glossary import Glossary, Term

GLOSSARY = Glossary(
    (
        Term("storm surge", "风暴潮", "en", "zh", "weather, daily"),
        Term("ferry|ferryboat", "渡轮|轮渡", "en", "zh"),
        Term('say "hi", Bob', "说“嗨”", "en", "zh"),
    )
)
OLD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><text><body>
 <termEntry id="1"><descrip type="subjectField">sea</descrip><note>harbour</note>
  <langSet xml:lang="en-US"><tig><term>ferry</term></tig>
   <ntig><termGrp><term>ferryboat</term></termGrp></ntig></langSet>
  <langSet xml:lang="zh-CN"><tig><term>渡轮</term></tig></langSet>
  <langSet xml:lang="de"><tig><term>Fähre</term></tig></langSet>
 </termEntry></body></text></martif>"""

words = st.text(st.characters(categories=("L", "N"), max_codepoint=0x9FFF), min_size=1, max_size=12)
terms = st.builds(Term, words, words, st.just("en"), st.just("zh"), words | st.just(""))


@pytest.mark.parametrize("ending", [".csv", ".tbx"])
def test_a_glossary_comes_back_as_it_was(tmp_path: Path, ending: str) -> None:
    termbase.save(GLOSSARY, tmp_path / f"terms{ending}")
    assert termbase.load(tmp_path / f"terms{ending}").terms == GLOSSARY.terms


@pytest.mark.parametrize("ending", [".csv", ".tbx"])
@given(found=st.lists(terms, min_size=1, max_size=5))
def test_any_words_come_back(tmp_path_factory: pytest.TempPathFactory, ending: str, found: list[Term]) -> None:
    path = tmp_path_factory.mktemp("terms") / f"terms{ending}"
    termbase.save(Glossary(found), path)
    assert termbase.load(path).terms == Glossary(found).terms


def test_the_form_of_2008_is_read_for_every_pair_of_languages(tmp_path: Path) -> None:
    (tmp_path / "old.tbx").write_text(OLD, "utf-8")
    assert termbase.load(tmp_path / "old.tbx").terms == (
        Term("ferry|ferryboat", "渡轮", "en", "zh", "harbour"),
        Term("ferry|ferryboat", "Fähre", "en", "de", "harbour"),
        Term("渡轮", "Fähre", "zh", "de", "harbour"),
    )


@pytest.mark.parametrize(
    "text",
    ["", "<tbx", "<html/>", "<tbx/>", '<!DOCTYPE x [<!ENTITY a "b">]><tbx/>', "<martif><text/></martif>"],
)
def test_what_is_no_termbase_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.tbx").write_text(text)
    with pytest.raises(SettingsError, match=r"bad\.tbx"):
        termbase.load(tmp_path / "bad.tbx")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        termbase.save(GLOSSARY, tmp_path / "file" / "terms.csv")

"""A term is found, put right everywhere its source is said and nowhere else, and written down beside the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core import terms
from plugin_core.document import Cue, Document
from plugin_core.errors import SettingsError
from plugin_core.glossary import Glossary, Term
from plugin_core.terms import Use

TERM = Term("李雷", "Li Lei", "zh", "en")
DOCUMENT = Document(
    languages=("zh", "en"),
    cues=(
        Cue("a", 0, 1000, ("李雷来了。", "Lee Ray has come.")),
        Cue("b", 2000, 3000, ("李雷的狗。", "Lee\nRay's dog.")),
        Cue("c", 4000, 5000, ("他来了。", "Lee Ray has come.")),
        Cue("d", 6000, 7000, ("李雷！", "Li Lei!")),
        Cue("e", 8000, 9000, ("李雷？", "Who?")),
    ),
)


def test_every_cue_that_says_the_term_is_found_with_what_became_of_it() -> None:
    assert terms.uses(DOCUMENT, TERM, "Lee Ray") == (
        Use("a", False, True),
        Use("b", False, True),
        Use("d", True),
        Use("e", False, False),
    )


def test_a_term_without_a_translation_yet_is_found_and_kept_nowhere() -> None:
    assert [use.kept for use in terms.uses(DOCUMENT, Term("李雷", "", "zh", "en"))] == [False] * 4


def test_the_old_rendering_is_replaced_only_where_the_source_says_the_term() -> None:
    after, count = terms.applied(DOCUMENT, TERM, "Lee Ray")
    assert count == 2
    assert [cue.texts[1] for cue in after.cues] == [
        "Li Lei has come.",
        "Li Lei's dog.",
        "Lee Ray has come.",
        "Li Lei!",
        "Who?",
    ]


def test_nothing_is_replaced_without_an_old_rendering_or_a_language() -> None:
    assert terms.applied(DOCUMENT, TERM) == (DOCUMENT, 0)
    assert terms.applied(DOCUMENT, Term("a", "b", "fr", "en"), "Lee Ray") == (DOCUMENT, 0)
    assert terms.uses(DOCUMENT, Term("a", "b", "fr", "en")) == ()


def test_a_term_holds_in_the_other_direction_too() -> None:
    after, count = terms.applied(DOCUMENT, Term("Lee Ray", "李磊", "en", "zh"), "李雷")
    assert count == 2
    assert after.cues[0].texts == ("李磊来了。", "Lee Ray has come.")


def test_the_first_term_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "glossary.csv"
    terms.add(path, TERM)
    terms.add(path, TERM)
    assert Glossary.load(path).terms == (TERM,)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("译文,原文\nHan Meimei,韩梅梅", "utf-8-sig"),
        ("# ours\nsource;target\n韩梅梅;Han Meimei\n", "utf-8"),
        ("韩梅梅\tHan Meimei\n", "utf-16"),
        ("source,target,domain\n韩梅梅,Han Meimei,name\n", "gb18030"),
    ],
)
def test_a_term_is_added_in_the_form_of_the_file_and_the_rest_stays(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(text, encoding=encoding)
    terms.add(path, TERM)
    assert [(term.source, term.target) for term in Glossary.load(path).terms] == [
        ("韩梅梅", "Han Meimei"),
        ("李雷", "Li Lei"),
    ]
    assert path.read_text(encoding).startswith(text)


def test_half_a_term_is_refused_and_a_table_that_is_none_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both languages"):
        terms.add(tmp_path / "a.csv", Term("李雷", " ", "zh", "en"))
    path = tmp_path / "b.csv"
    path.write_text("only one column\n")
    with pytest.raises(SettingsError):
        terms.add(path, TERM)
    assert path.read_text() == "only one column\n"

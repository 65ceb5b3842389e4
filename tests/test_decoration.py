from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.decoration import decoration, tidy, with_marks
from plugin_core.document import Cue
from plugin_core.glossary import Glossary, Term
from plugin_core.sentences import TAG, fragments_of


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("我 有 3 只 猫 , 你 呢 ?", "zh", "我有 3 只猫，你呢？"),
        ("我們喜歡圖書館", "zh", "我们喜欢图书馆"),
        ("我們喜歡圖書館", "zh-Hant", "我們喜歡圖書館"),
        ("Hello ， world 。", "en", "Hello, world."),
        (" I  have\n3.5 , ok ? ", "en", "I have 3.5, ok?"),
        ("写 Python 代码", "zh", "写 Python 代码"),
        ("", "zh", ""),
    ],
)
def test_texts_are_written_as_their_language_is(text: str, language: str, wanted: str) -> None:
    assert tidy(text, language) == wanted


@given(st.text(alphabet="ab 1,.?!，。？我们“” \n", max_size=30), st.sampled_from(["en", "zh"]))
def test_tidying_twice_changes_nothing(text: str, language: str) -> None:
    once = tidy(text, language)
    assert tidy(once, language) == once


@pytest.mark.parametrize(
    ("text", "source", "target", "wanted"),
    [
        ("[APPLAUSE]", "en", "zh", "[掌声]"),
        ("[掌声] ", "zh", "en", "[applause] "),
        ("♪ ", "en", "zh", "♪ "),
        ("- ", "en", "zh", "- "),
        ("{\\an8}<i>", "en", "zh", "{\\an8}<i>"),
        ("旁白：", "zh", "en", "NARRATOR: "),
        ("JOHN: ", "en", "zh", "约翰："),
        ("MARY: ", "en", "zh", "MARY："),
        ("[door slams] ", "en", "zh", "[door slams] "),
    ],
)
def test_sounds_labels_and_names_follow_the_language(text: str, source: str, target: str, wanted: str) -> None:
    glossary = Glossary([Term("John", "约翰", "en", "zh")])
    assert decoration(text, source, target, glossary) == wanted


def test_markup_goes_back_to_words_in_its_order() -> None:
    fragment = fragments_of(Cue("a", 0, 1, ("",)), "I <i>really</i> mean it")[0]
    assert with_marks("我真的是认真的", fragment, "zh") == "我<i>真的</i>是认真的"


@given(
    st.lists(st.sampled_from(["<i>", "</i>", "word ", "我们", "a", "{\\b1}", ". "]), max_size=12),
    st.text(alphabet="ab 我们，。", max_size=20),
)
def test_no_markup_is_lost_and_no_word_changed(parts: list[str], text: str) -> None:
    fragment = fragments_of(Cue("a", 0, 1, ("",)), "".join(parts))[0]
    marked = with_marks(text, fragment, "zh")
    assert TAG.findall(marked) == [mark for _, mark in fragment.marks]
    assert TAG.sub("", marked) == text

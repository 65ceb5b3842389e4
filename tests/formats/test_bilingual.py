"""Stacked lines of two languages become two columns, and only where they surely are that."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import formats
from plugin_core.document import Cue, Document
from plugin_core.formats import Layout, split_bilingual
from plugin_core.formats.bilingual import line_script
from tests.formats.samples import BILINGUAL, calm


def document(*texts: str) -> Document:
    cues = tuple(Cue(f"c{at:03d}", at * 2000, at * 2000 + 1000, (text,)) for at, text in enumerate(texts))
    return Document(languages=("und",), cues=cues)


def columns(*texts: str, languages: tuple[str, str] = ("zh", "en")) -> list[tuple[str, ...]]:
    return [cue.texts for cue in split_bilingual(document(*texts), languages).cues]


def test_chinese_over_english() -> None:
    assert columns("你好\nHello", "再见\nGood bye") == [("你好", "Hello"), ("再见", "Good bye")]


def test_english_over_chinese_still_gives_the_columns_asked_for() -> None:
    assert columns("Hello\n你好", "Good bye\n再见") == [("你好", "Hello"), ("再见", "Good bye")]
    assert columns("Hello\n你好", "Bye\n再见", languages=("en", "zh")) == [("Hello", "你好"), ("Bye", "再见")]


def test_several_lines_of_each() -> None:
    assert columns("你好\n世界\nHello\nworld", "再\n见\nGood\nbye")[0] == ("你好\n世界", "Hello\nworld")


def test_latin_names_in_chinese_lines_do_not_confuse() -> None:
    assert columns("我用 Premiere 剪辑\nI edit in Premiere", "再见\nBye")[0] == (
        "我用 Premiere 剪辑",
        "I edit in Premiere",
    )


def test_single_lines_go_to_their_column() -> None:
    assert columns("你好\nHello", "只有中文", "Only English", "再见\nBye")[1:3] == [
        ("只有中文", ""),
        ("", "Only English"),
    ]


def test_lines_without_letters_stay_with_the_line_above() -> None:
    assert columns("一九八四\n1984 was a year", "…\n好\nYes", "再见\nBye")[1] == ("…\n好", "Yes")


def test_cues_of_equal_times_become_one() -> None:
    cues = (
        Cue("a", 0, 900, ("你好",)), Cue("b", 0, 900, ("Hello",)),
        Cue("c", 1000, 1900, ("Good bye",)), Cue("d", 1000, 1900, ("再见",)),
    )  # fmt: skip
    split = split_bilingual(Document(languages=("und",), cues=cues))
    assert [cue.texts for cue in split.cues] == [("你好", "Hello"), ("再见", "Good bye")]


@pytest.mark.parametrize(
    "texts",
    [
        ("Hello\nworld", "Good\nbye"),
        ("你好\n世界", "再见"),
        ("你好\nHello", "一行\n两行", "三行\n四行", "Five\nsix"),
        ("他说：\nHello\n就走了", "然后\nBye\n再说"),
        ("你好\nHello", "Bye\n再见"),
        ("你好\nHello", "中文", "中文", "中文"),
        ("只有中文", "Only English"),
    ],
)
def test_anything_less_than_sure_is_left_alone(texts: tuple[str, ...]) -> None:
    whole = document(*texts)
    assert split_bilingual(whole) is whole


def test_languages_of_one_script_and_documents_of_two_columns_are_left_alone() -> None:
    whole = document("Bonjour\nHello", "Oui\nYes")
    assert split_bilingual(whole, ("fr", "en")) is whole
    assert split_bilingual(BILINGUAL) is BILINGUAL


@given(
    st.lists(
        st.tuples(
            st.text("你好世界再见朋友，。", min_size=1, max_size=8), st.text("abc XYZ,.", min_size=1, max_size=12)
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["source-over-target", "target-over-source"]),
)
@settings(calm)
def test_what_we_stack_we_part(pairs: list[tuple[str, str]], order: str) -> None:
    pairs = [(f"中{zh}", f"x{en}".strip()) for zh, en in pairs]
    cues = tuple(Cue(f"c{at}", at * 2000, at * 2000 + 900, pair) for at, pair in enumerate(pairs))
    stacked = formats.to_text(Document(languages=("zh", "en"), cues=cues), "srt", Layout(order))
    split = split_bilingual(formats.read_text(stacked))
    assert [cue.texts for cue in split.cues] == pairs


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("你好", "han"),
        ("Hello", "latin"),
        ("こんにちは世界", "kana"),
        ("안녕", "hangul"),
        ("Привет", "cyrillic"),
        ("12:30!", ""),
    ],
)
def test_the_script_of_a_line(line: str, script: str) -> None:
    assert line_script(line) == script

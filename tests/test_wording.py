from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.document import Word
from plugin_core.wording import clean, full_width, to_simplified, written


@pytest.fixture(autouse=True, scope="module")
def one_dictionary() -> None:
    """Load jieba once, before any test is timed."""
    written([Word(0, 1, "字")], "zh")


def heard(*parts: str) -> list[Word]:
    return [Word(100 * n, 100 * n + 100, part, 0.5 + 0.01 * n) for n, part in enumerate(parts)]


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_characters_become_words_with_the_times_of_their_edges_and_the_weakest_probability() -> None:
    found = written(heard("今", "天", "学", "习"), "zh")
    assert found == [Word(0, 200, "今天", 0.5), Word(200, 400, "学习", 0.52)]


def test_a_token_of_two_words_is_cut_in_proportion() -> None:
    assert written([Word(0, 400, "今天学习", 0.7)], "zh") == [Word(0, 200, "今天", 0.7), Word(200, 400, "学习", 0.7)]


def test_traditional_becomes_simplified_unless_asked_otherwise() -> None:
    assert texts(written(heard("我", "們", "學", "習"), "zh")) == ["我们", "学习"]
    assert "".join(texts(written(heard("我", "們"), "zh", simplified=False))) == "我們"
    assert to_simplified("軟體") in {"软体", "软件"}


def test_punctuation_beside_chinese_is_full_width_and_stays_with_the_word_before() -> None:
    assert texts(written(heard("你", "好", ",", "世", "界", "."), "zh")) == ["你好，", "世界。"]


def test_an_opening_mark_stays_with_the_word_after() -> None:
    assert texts(written(heard("他", "说", ":", "“", "你", "好", "！", "”"), "zh")) == ["他", "说：", "“你好！”"]


def test_the_time_of_a_word_does_not_include_its_punctuation() -> None:
    assert written(heard("你", "好", "。"), "zh")[-1].end == 200


def test_spaces_between_chinese_go_and_those_around_english_stay_as_written() -> None:
    found = written(heard(" 我", " 用", " Da", "Vinci", " Resolve", " 剪", "辑"), "zh")
    assert "".join(texts(found)) == "我用 DaVinci Resolve 剪辑"
    assert " DaVinci" in texts(found)


def test_full_width_leaves_english_alone() -> None:
    assert full_width("Hello, world. 3.5 v2.0") == "Hello, world. 3.5 v2.0"
    assert full_width("版本2.0发布了.") == "版本2.0发布了。"
    assert full_width("真的吗??") == "真的吗？？"


def test_english_is_kept_as_the_recogniser_wrote_it() -> None:
    found = heard(" Hello,", " world.")
    assert written(found, "en") == found


def test_broken_bytes_control_characters_and_stutters_are_cleaned() -> None:
    assert texts(clean(heard("\ufffd", " o\x05k", "\x00 ", " a" + "o" * 40))) == [" ok", " aooo"]


letters = st.text(st.sampled_from("我們今天學習机器,.?! “”（）aB3'—、。"), min_size=1, max_size=3)
sentences = st.lists(letters, max_size=20)


@settings(deadline=None)
@given(sentences)
def test_regrouping_keeps_every_character_but_spaces(parts: list[str]) -> None:
    found = written(heard(*parts), "zh", simplified=False, punctuation=False)
    assert "".join(texts(found)).replace(" ", "") == "".join(parts).replace(" ", "")


@settings(deadline=None)
@given(sentences)
def test_regrouped_words_are_in_order_and_none_is_empty(parts: list[str]) -> None:
    found = written(heard(*parts), "zh")
    assert all(word.text.strip() and word.start <= word.end for word in found)
    assert all(a.end <= b.start + 1 for a, b in pairwise(found))


@given(st.text(max_size=30))
def test_full_width_keeps_the_length_and_is_stable(text: str) -> None:
    assert len(full_width(text)) == len(text)
    assert full_width(full_width(text)) == full_width(text)

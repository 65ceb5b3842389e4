"""Patterns of words: stems, groups, weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.tagging.lexicon import Lexicon, covered, folded, phrases, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("slam", "slams", "slammed", "slamming"),
        ("slide", "slides", "sliding", "slided"),
        ("cry", "cries", "cried", "crying"),
        ("ring", "rings", "rang", "ringing"),
        ("buzz", "buzzes", "buzzing", "buzzed"),
        ("hiss", "hisses", "hissing"),
        ("glass", "glasses", "Glass's".lower()),
        ("child", "children"),
    ],
)
def test_the_forms_of_a_word_share_their_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("words", [("hiss", "his"), ("sing", "sin"), ("bus", "bu"), ("speed", "spe"), ("king", "kin")])
def test_different_words_keep_different_stems(words: tuple[str, str]) -> None:
    assert stem(words[0]) != stem(words[1])


def test_a_pattern_matches_a_word_of_every_group_in_any_order() -> None:
    words = Lexicon([("door", ["door|gate + slams"]), ("玻璃", ["玻璃|杯 + 碎"])])
    assert words.best("he slammed the gate") is not None
    assert words.best("碎了一地玻璃") is not None
    assert words.best("the door") is None


def test_the_heaviest_match_wins_and_a_weak_one_gives_way() -> None:
    words = Lexicon([("coin", ["硬币"]), ("fall", ["~掉落"]), ("all", ["一枚硬币掉落"])])
    assert [match.key for match in words.all("硬币掉落在地上")] == ["coin", "fall"]
    assert words.best("一枚硬币掉落在地上").key == "all"  # type: ignore[union-attr]
    assert words.best("掉落").weak  # type: ignore[union-attr]


def test_a_word_inside_a_longer_one_is_not_counted_twice() -> None:
    words = Lexicon([("guitar", ["吉他"]), ("electric", ["电吉他"])])
    assert [match.key for match in words.all("电吉他独奏")] == ["electric"]
    assert {match.key for match in words.all("电吉他和吉他")} == {"electric", "guitar"}


def test_phrases_take_a_word_of_each_group() -> None:
    assert phrases(["~门|窗 + 开", "吱呀"], "") == ("门开", "窗开", "吱呀")
    assert phrases(["a|b + c|d"], " ", most=3) == ("a c", "a d", "b c")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_covered_counts_each_character_once(pairs: list[tuple[int, int]]) -> None:
    spans = [(min(pair), max(pair)) for pair in pairs]
    assert covered(spans) == len({place for start, end in spans for place in range(start, end)})


@given(st.text(max_size=80))
def test_any_text_can_be_looked_up_and_its_spans_stand_in_it(text: str) -> None:
    words = Lexicon([("a", ["a|b + 水"]), ("b", ["水"]), ("c", ["x"])])
    for match in words.all(text):
        assert all(0 <= start < end <= len(text) for start, end in match.spans)
    assert folded(text) == folded(text.lower())

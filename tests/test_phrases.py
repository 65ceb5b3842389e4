from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import phrases, typography


def cost(text: str, language: str) -> float:
    """The cost of the break marked by |."""
    left, right = text.split("|")
    atoms = typography.atoms(left + right)
    ends = [len("".join(atoms[: k + 1])) for k in range(len(atoms))]
    return phrases.costs(atoms, language)[ends.index(len(left))]


@pytest.mark.parametrize(
    "never",
    [
        "the |house", "a |dog", "my |brother", "these |people", "Mr. |Smith", "New |York", "I |think", "they’re |late",
        "was |going", "would |have", "don't |know", "to |be", "of |course", "in |London", "and |then", "very |good",
        "beautiful |garden", "25 |dollars", "twenty |years", "because |they", "look |after", "listened |to",
        "J. |Smith",
    ],
)  # fmt: skip
def test_english_words_that_belong_together(never: str) -> None:
    assert cost(f"{never} away", "en") >= 7.5


@pytest.mark.parametrize(
    "good",
    [
        "we left |and went", "the dog |that bit", "he left |because he", "sat down |in the", "I know |you are",
        "it was all |about us", "wait outside |until he comes", "nothing like this |in my life",
    ],
)  # fmt: skip
def test_english_phrases_that_begin(good: str) -> None:
    assert cost(good, "en") <= 4.5


@pytest.mark.parametrize(
    "never",
    [
        "漂亮|的", "走|了", "孩子|们", "三|个", "第二十三|页", "2007|年",
        "这个|问题", "很|漂亮", "没有|看见", "在|上海",
        "因为|他", "《西游|记》", "一百|万", "不|知道", "桌子|上", "我|喜欢",
    ],
)  # fmt: skip
def test_chinese_words_that_belong_together(never: str) -> None:
    left, right = never.split("|")
    assert phrases.costs([left, right, "人"], "zh")[0] >= 7.5


@pytest.mark.parametrize(
    "good",
    ["我累了，|先走", "我知道|但是他", "下雨|所以", "他坐下|在椅子上", "天黑前|离开", "研究|如何做"],
)
def test_chinese_phrases_that_begin(good: str) -> None:
    assert cost(good, "zh") <= 4.5


@pytest.mark.parametrize("text", ["It is over. |Now", "好。|走", "你说“走！”|他", "Really?! |No", "wait… |no"])
def test_a_sentence_end_is_the_best_break(text: str) -> None:
    assert cost(text, "en") == 0


def test_an_abbreviation_ends_no_sentence() -> None:
    assert not phrases.ends_sentence("Mr. ")
    assert not phrases.ends_sentence("J.")
    assert phrases.ends_sentence("done. ")
    assert phrases.ends_sentence("<i>完了。</i>")


def test_other_languages_break_after_punctuation_and_not_after_short_words() -> None:
    assert cost("si vienes, |entonces", "es") < cost("mujeres |éramos", "es") < cost("la |mujer", "es")


@settings(deadline=None)
@given(st.text("我的了第三个 abc.,，。“”《》 'ABC12\n", max_size=60), st.sampled_from(["en", "zh", "es", "ja"]))
def test_costs_run_from_0_to_10_one_for_each_atom(text: str, language: str) -> None:
    atoms = typography.atoms(text)
    costs = phrases.costs(atoms, language)
    assert len(costs) == len(atoms)
    assert all(0 <= value <= 10 for value in costs)
    assert not costs or costs[-1] == 0


def test_chinese_without_any_punctuation_breaks_between_its_clauses() -> None:
    parts = ["我们是一所全球领先的大学", "我们想要的是具有全世界最好的天赋的人", "所以我们无比欢迎你们的参与"]
    atoms = typography.atoms("".join(parts))
    costs = phrases.costs(atoms, "zh")
    ends = {len("".join(atoms[: k + 1])): costs[k] for k in range(len(atoms) - 1)}
    first, second = len(parts[0]), len(parts[0] + parts[1])
    assert {first, second} <= set(sorted(ends, key=lambda end: ends[end])[:3])


def test_punctuated_chinese_is_left_to_the_rules() -> None:
    short, long = "我们走吧，天快要黑了。", "我们走吧天快要黑了" * 4
    assert phrases._unpunctuated(typography.atoms(short)) == []
    assert phrases._unpunctuated(typography.atoms(long)) != []

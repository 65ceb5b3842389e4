from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.projection import project
from plugin_core.typography import atoms, chinese_words

WORDS = st.text(alphabet="abcXYZ,.!?我你的好们，。！？ ⟦", min_size=0, max_size=6)


@pytest.fixture(autouse=True, scope="module")
def one_dictionary() -> None:
    """Load jieba once, before any test is timed."""
    chinese_words("字")


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], np.ndarray | None, list[int], str]:
    tokens = draw(st.lists(WORDS, max_size=12))
    counts = draw(st.lists(st.integers(0, 5), min_size=1, max_size=7))
    boundaries = [0, *np.cumsum(counts).tolist()]
    if draw(st.booleans()):
        seed = draw(st.integers(0, 1000))
        attention = np.random.default_rng(seed).random((len(tokens), boundaries[-1])).astype(np.float32)
    else:
        attention = None
    return tokens, attention, boundaries, draw(st.sampled_from(["en", "zh"]))


@given(cases())
def test_nothing_is_lost_and_the_number_of_cues_stays(
    case: tuple[list[str], np.ndarray | None, list[int], str],
) -> None:
    tokens, attention, boundaries, language = case
    parts = project(tokens, attention, boundaries, language=language)
    assert len(parts) == len(boundaries) - 1
    assert "".join(parts) == "".join(tokens)


@given(cases())
def test_empty_cues_stay_empty_and_the_others_are_not_while_there_are_words(
    case: tuple[list[str], np.ndarray | None, list[int], str],
) -> None:
    tokens, attention, boundaries, language = case
    parts = project(tokens, attention, boundaries, language=language)
    full = [count > 0 for count in np.diff(boundaries)]
    if not any(full):
        return
    assert all(not part for part, wanted in zip(parts, full, strict=True) if not wanted)
    if len(atoms("".join(tokens))) >= sum(full):
        assert all(part for part, wanted in zip(parts, full, strict=True) if wanted)


@given(cases())
def test_borders_lie_between_words(case: tuple[list[str], np.ndarray | None, list[int], str]) -> None:
    tokens, attention, boundaries, _ = case
    parts = project(tokens, attention, boundaries, language="en")
    whole, pieces = atoms("".join(tokens)), [atom for part in parts for atom in atoms(part)]
    assert "".join(pieces) == "".join(whole)
    ends = np.cumsum([len(atom) for atom in whole]).tolist()
    assert set(np.cumsum([len(part) for part in parts]).tolist()) <= {0, *ends}


def test_the_attention_decides_where_the_order_is_the_same() -> None:
    tokens = ["I", " was", " at", " home", " because", " it", " rained", "."]
    attention = np.zeros((8, 6), np.float32)
    for target, source in enumerate((0, 1, 1, 2, 3, 4, 5, 5)):
        attention[target, source] = 1
    assert project(tokens, attention, [0, 3, 6], language="en") == ["I was at home ", "because it rained."]
    attention = np.zeros((8, 6), np.float32)
    for target, source in enumerate((0, 1, 1, 2, 5, 5, 5, 5)):
        attention[target, source] = 1
    assert project(tokens, attention, [0, 5, 6], language="en", shares=[5, 1])[1].startswith("because")


def test_without_attention_the_text_is_divided_in_proportion_at_a_good_place() -> None:
    tokens = ["我们昨天去了北京，", "今天又回到了上海。"]
    assert project(tokens, None, [0, 5, 10], language="zh") == ["我们昨天去了北京，", "今天又回到了上海。"]
    flat = np.ones((2, 10), np.float32)
    assert project(tokens, flat, [0, 5, 10], language="zh") == ["我们昨天去了北京，", "今天又回到了上海。"]


def test_a_chinese_word_is_not_cut_while_there_are_words_enough() -> None:
    parts = project(["我喜欢图书馆和", "咖啡馆"], None, [0, 3, 6], language="zh")
    assert [word for part in parts for word in chinese_words(part)] == chinese_words("我喜欢图书馆和咖啡馆")


def test_too_few_chinese_words_are_cut_between_characters_and_never_before_punctuation() -> None:
    assert project(["谢谢。"], None, [0, 1, 2], language="zh") == ["谢", "谢。"]


def test_too_few_english_words_leave_a_cue_empty() -> None:
    parts = project(["Thanks", "."], None, [0, 1, 2], language="en")
    assert sorted(parts) == ["", "Thanks."]


def test_a_cue_does_not_get_more_than_it_can_show_if_the_next_one_can() -> None:
    tokens = [f" word{k}" for k in range(12)]
    free = project(tokens, None, [0, 6, 12], language="en", room=[200, 200])
    crowded = project(tokens, None, [0, 6, 12], language="en", room=[12, 200])
    assert len(crowded[0]) < len(free[0])


def test_a_matrix_of_another_shape_is_not_used() -> None:
    tokens = ["one ", "two ", "three ", "four"]
    wrong = np.ones((2, 2), np.float32)
    assert project(tokens, wrong, [0, 2, 4], language="en") == project(tokens, None, [0, 2, 4], language="en")

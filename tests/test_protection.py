from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.glossary import Glossary, Term
from plugin_core.protection import Rendering, items_in, kept, lost, mask, mend, restore
from plugin_core.typography import chinese_words

SIGNS = ("⟦0⟧", "⟦1⟧", "⟦2⟧")
GLOSSARY = Glossary([Term("Zimu", "字幕", "en", "zh"), Term("shot list", "分镜表|镜头表", "en", "zh")])


@pytest.fixture(autouse=True, scope="module")
def one_dictionary() -> None:
    """Load jieba once, before any test is timed."""
    chinese_words("字")


def found(text: str, source: str = "en", target: str = "zh") -> list[tuple[str, str, str]]:
    return [(i.kind, text[i.start : i.end], i.target) for i in items_in(text, source, target, GLOSSARY)]


def test_numbers_addresses_and_terms_are_found() -> None:
    text = "Zimu 2.5 costs $1,200.50 at https://zimu.example/a?b=1, or ask me@zimu.example or @zimu_team at 10:30."
    assert found(text) == [
        ("term", "Zimu", "字幕"),
        ("number", "2.5", "2.5"),
        ("number", "$1,200.50", "$1,200.50"),
        ("literal", "https://zimu.example/a?b=1", "https://zimu.example/a?b=1"),
        ("literal", "me@zimu.example", "me@zimu.example"),
        ("literal", "@zimu_team", "@zimu_team"),
        ("literal", "10:30", "10:30"),
    ]


def test_the_longest_term_wins_and_plurals_count() -> None:
    assert found("Two shot lists") == [("term", "shot lists", "分镜表")]


@pytest.mark.parametrize(
    ("text", "source", "target", "wanted"),
    [
        ("3 million people", "en", "zh", "300万"),
        ("1.5 billion", "en", "zh", "15亿"),
        ("5 thousand", "en", "zh", "5000"),
        ("3万人", "zh", "en", "30,000"),
        ("1.5亿人", "zh", "en", "150 million"),
        ("２０２４年", "zh", "en", "2024"),
        ("增长50%", "zh", "en", "50%"),
    ],
)
def test_sizes_are_said_in_the_units_of_the_other_language(text: str, source: str, target: str, wanted: str) -> None:
    assert [item.target for item in items_in(text, source, target, None)] == [wanted]


def test_months_hours_and_ordinals_go_through_the_model_and_may_be_said_in_words() -> None:
    month, hour = items_in("3月，5点", "zh", "en", None)
    assert not month.masked
    assert not hour.masked
    assert lost("in March, at 5", [month, hour]) == []
    assert lost("in March, at five", [month, hour]) == []
    assert lost("in April", [month, hour]) == [month, hour]


def test_a_number_of_the_source_that_comes_once_must_come_once_for_each_time() -> None:
    items = items_in("2 and 2 and 300", "en", "zh", None)
    assert [item.target for item in lost("2和300", items)] == ["2"]
    assert lost("2和两和300", items) == []
    assert [item.target for item in lost("2和2和3000", items)] == ["300"]


def test_what_is_masked_comes_back_in_its_place() -> None:
    items = items_in("Zimu has 12 tools", "en", "zh", GLOSSARY)
    masked = mask("Zimu has 12 tools", items, SIGNS)
    assert masked.text == "⟦0⟧ has ⟦1⟧ tools"
    pieces = ["⟦0⟧", "有", "⟦1⟧", "个工具"]
    assert kept(pieces, masked, SIGNS)
    assert "".join(restore(pieces, pieces, masked, SIGNS)) == "字幕有12个工具"
    assert not kept(["⟦0⟧"], masked, SIGNS)
    assert not kept([*pieces, "⟦1⟧"], masked, SIGNS)
    assert not kept([*pieces, "⟦2⟧"], masked, SIGNS)


def test_a_users_own_placeholder_is_none() -> None:
    masked = mask("see ⟦0⟧ and 7", items_in("see ⟦0⟧ and 7", "en", "zh", None), SIGNS)
    assert masked.text.count("⟦0⟧") == 1
    assert len(mask("see ⟦1⟧", (), SIGNS).text) == len("see ⟦1⟧")


@given(st.text(alphabet="ab 12345.,:%@Zimu我三百万月日", max_size=40), st.sampled_from([("en", "zh"), ("zh", "en")]))
def test_items_do_not_overlap_and_masking_keeps_the_rest(text: str, pair: tuple[str, str]) -> None:
    items = items_in(text, *pair, GLOSSARY)
    assert all(a.end <= b.start for a, b in pairwise(items))
    masked = mask(text, items, SIGNS)
    unmasked = masked.text
    for token, item in masked.used:
        unmasked = unmasked.replace(token, text[item.start : item.end], 1)
    assert unmasked == text


@given(st.text(alphabet="ab 12345.,:我三百", min_size=1, max_size=40), st.data())
def test_every_place_of_the_masked_text_leads_back_into_the_source(text: str, data: st.DataObject) -> None:
    masked = mask(text, items_in(text, "en", "zh", None), SIGNS)
    a = data.draw(st.integers(0, len(masked.text)))
    b = data.draw(st.integers(a, len(masked.text)))
    start, end = masked.origin((a, b))
    assert 0 <= start <= end <= len(text)


def rendering(tokens: list[str], source: str, looks: dict[int, int]) -> Rendering:
    """Columns are the blank-separated words of *source*; token k looks at column looks[k]."""
    columns, place = [], 0
    for word in source.split():
        place = source.index(word, place)
        columns.append((place, place + len(word)))
    attention = np.zeros((len(tokens), len(columns)), np.uint8)
    for token, column in looks.items():
        attention[token, column] = 255
    return Rendering(tuple(tokens), attention, tuple(columns))


def test_a_wrong_number_is_replaced_where_the_attention_looks() -> None:
    source = "I have 12 cats"
    made = rendering(["我", "有", "13", "只", "猫"], source, {0: 0, 1: 1, 2: 2, 4: 3})
    assert mend(made, items_in(source, "en", "zh", None), "zh").text == "我有12只猫"


def test_a_number_that_was_spelled_out_wrongly_is_replaced() -> None:
    source = "I have 250 cats"
    made = rendering(["我", "有", "三百", "只", "猫"], source, {0: 0, 1: 1, 2: 2, 4: 3})
    assert mend(made, items_in(source, "en", "zh", None), "zh").text == "我有250只猫"


def test_a_number_that_was_left_out_is_put_beside_the_word_that_looked_at_it() -> None:
    source = "我 有 250 只猫"
    made = rendering(["I", " have", " cats", "."], source, {0: 0, 1: 1, 2: 2})
    assert mend(made, items_in(source, "zh", "en", None), "en").text == "I have 250 cats."


def test_a_term_takes_the_place_of_the_words_aligned_with_it() -> None:
    source = "Open the shot list now"
    made = rendering(["现在", "打开", "镜头", "清单"], source, {0: 4, 1: 0, 2: 2, 3: 3})
    assert mend(made, items_in(source, "en", "zh", GLOSSARY), "zh").text == "现在打开分镜表"


def test_a_variant_of_a_term_is_as_good() -> None:
    source = "Open the shot list now"
    made = rendering(["现在", "打开", "镜头表"], source, {})
    assert mend(made, items_in(source, "en", "zh", GLOSSARY), "zh") == made


@given(
    st.lists(st.text(alphabet="ab 12我们。,.", max_size=5), min_size=1, max_size=8),
    st.integers(0, 99),
    st.sampled_from(["en", "zh"]),
)
def test_mending_always_brings_numbers_and_addresses_back(tokens: list[str], seed: int, target: str) -> None:
    source = "Call 555 or 77 at 10:30 via a@b.example"
    words = source.split()
    columns, place = [], 0
    for word in words:
        columns.append((source.index(word, place), source.index(word, place) + len(word)))
        place = columns[-1][1]
    attention = np.random.default_rng(seed).integers(0, 255, (len(tokens), len(columns))).astype(np.uint8)
    items = items_in(source, "en", target, None)
    mended = mend(Rendering(tuple(tokens), attention, tuple(columns)), items, target)
    assert mended.attention.shape == (len(mended.tokens), len(columns))
    assert lost(mended.text, items) == []

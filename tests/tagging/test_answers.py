"""What a decoder wrote is read for the labels that were asked, and nothing it writes can break the reading."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.tagging.answers import MOST_VALUES, balanced, chosen, parse

LABELS = ["品牌名", "价格"]


@pytest.mark.parametrize(
    "answer",
    [
        "品牌名: 兰蔻，雅诗兰黛\n价格: 299元",
        "品牌名：兰蔻，雅诗兰黛\n价格：299元\n",
        "【品牌名】：兰蔻，雅诗兰黛\n【价格】：299元",
        "- 品牌名: 兰蔻，雅诗兰黛\n- 价格: 299元",
        "价格: 299元\n品牌名: 兰蔻\n雅诗兰黛",
        '{"品牌名": ["兰蔻", "雅诗兰黛"], "价格": "299元"}',
        '```json\n{"品牌名": ["兰蔻", "雅诗兰黛"], "价格": ["299元"]}\n```',
        '好的，结果如下 {"品牌名": ["兰蔻", "雅诗兰黛"], "价格": ["299元"]} 希望有帮助',
        '{"价格": ["299元"], "品牌名": ["兰蔻", "雅诗兰黛", "欧莱',
        '[{"label": "品牌名", "text": "兰蔻"}, {"label": "品牌名", "text": "雅诗兰黛"}, {"价格": "299元"}]',
    ],
)
def test_the_same_answer_is_read_in_every_form(answer: str) -> None:
    values, strays = parse(answer, LABELS)
    assert values == {"品牌名": ("兰蔻", "雅诗兰黛"), "价格": ("299元",)}
    assert strays == 0


@pytest.mark.parametrize("nothing", ["无", "None", "没有", "[]", "", "N/A"])
def test_a_word_for_nothing_is_no_value(nothing: str) -> None:
    assert parse(f"品牌名: {nothing}\n价格: 5元", LABELS)[0] == {"品牌名": (), "价格": ("5元",)}


def test_what_is_said_of_other_labels_is_counted_and_left_out() -> None:
    assert parse("品牌名: 兰蔻\n地址: 北京", LABELS) == ({"品牌名": ("兰蔻",), "价格": ()}, 1)
    assert parse('{"品牌名": ["兰蔻"], "system": ["leak"]}', LABELS) == ({"品牌名": ("兰蔻",), "价格": ()}, 1)


def test_a_single_label_needs_no_name() -> None:
    assert parse("兰蔻，雅诗兰黛", ["品牌名"])[0] == {"品牌名": ("兰蔻", "雅诗兰黛")}
    assert parse('["兰蔻", "雅诗兰黛"]', ["品牌名"])[0] == {"品牌名": ("兰蔻", "雅诗兰黛")}


def test_labels_are_matched_in_any_width_and_case() -> None:
    assert parse("brand NAME: Nike", ["Brand name"])[0] == {"Brand name": ("Nike",)}


def test_a_value_is_said_once_and_there_are_only_so_many() -> None:
    assert parse("价格: " + "，".join(["1元"] * 9), ["价格"])[0] == {"价格": ("1元",)}
    assert len(parse("价格: " + "，".join(f"{n}" for n in range(999)), ["价格"])[0]["价格"]) == MOST_VALUES


def test_a_classification_is_one_of_the_labels() -> None:
    assert chosen("紧张", ["紧张", "欢快"]) == ("紧张",)
    assert chosen("分类: 欢快，紧张", ["紧张", "欢快"]) == ("欢快", "紧张")
    assert chosen('{"label": ["calm"]}', ["Calm", "tense"]) == ("Calm",)
    assert chosen("不知道", ["紧张", "欢快"]) == ()


@given(st.integers(0, 40), st.integers(1, 8))
def test_groups_hold_every_label_once_and_are_balanced(count: int, most: int) -> None:
    labels = [str(number) for number in range(count)]
    groups = balanced(labels, most)
    assert [label for group in groups for label in group] == labels
    assert len(groups) == -(-count // most)
    assert not groups or max(map(len, groups)) - min(map(len, groups)) <= 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*LABELS, "label", "x"]), inner),
    max_leaves=12,
)
_NOISE = st.text(max_size=60) | _JSON.map(lambda value: json.dumps(value, ensure_ascii=False))
_LINES = st.lists(
    st.sampled_from(["品牌名", "价格", ":", "：", "，", "\n", "{", "}", "[", "]", '"', "\\", "兰蔻", " "])
).map("".join)


@given(_NOISE | _LINES, st.integers(0, 60))
def test_no_answer_breaks_the_reading(answer: str, cut: int) -> None:
    for text in (answer, answer[:cut], "品牌名: " + answer, '{"价格": ' + answer):
        values, strays = parse(text, LABELS)
        assert list(values) == LABELS
        assert strays >= 0
        for said in values.values():
            assert len(said) == len(set(said)) <= MOST_VALUES
            assert all(isinstance(value, str) and value == value.strip() and value for value in said)
        assert set(chosen(text, LABELS)) <= set(LABELS)

"""A request in plain words names labels; what only asks is left out."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import SettingsError
from plugin_core.tagging.labels import LONGEST, MOST, checked, labels_of, tidy


@pytest.mark.parametrize(
    ("request_", "labels"),
    [
        ("请提取【品牌名】【价格】", ("品牌名", "价格")),
        ("find every location and prop", ("location", "prop")),
        ("品牌名,价格", ("品牌名", "价格")),
        ("请帮我从字幕中找出所有的地点和道具", ("地点", "道具")),
        ("Please extract all brand names, prices and fees from the text.", ("brand names", "prices", "fees")),
        ("把所有出现的品牌和价格都找出来", ("品牌", "价格")),
        ("提取品牌名以及它的价格", ("品牌名", "价格")),
        ("文中提到的人物有哪些？", ("人物",)),
        ("name every brand", ("brand",)),
        ("Can you find me the props in this video?", ("props",)),
        ("颜色、材质/尺码", ("颜色", "材质", "尺码")),
        ("请从以下字幕中分别提取：【人物发言】：包含角色名、状态 【背景音乐】：描述", ("人物发言", "背景音乐")),
        ("视频里出现的动物", ("动物",)),
        ('find "rock and roll bands"', ("rock and roll bands",)),
    ],
)  # fmt: skip
def test_a_request_names_its_labels(request_: str, labels: tuple[str, ...]) -> None:
    assert labels_of(request_) == labels


@pytest.mark.parametrize(
    "label",
    ["商标", "和服", "显示器", "参与者", "出版社", "普及率", "name", "tag", "text", "字幕", "where", "list price"],
)
def test_a_label_that_looks_like_asking_stays(label: str) -> None:
    assert labels_of(label) == (label,)


def test_a_label_is_asked_once_however_it_is_spelled() -> None:
    labels, notes = checked(["Brand", "brand ", "ＢＲＡＮＤ", "价格"])
    assert labels == ("Brand", "价格")
    assert len(notes) == 2
    assert all("twice" in note for note in notes)


def test_empty_labels_are_left_out_with_a_note() -> None:
    assert checked(["", "【】", "价格"]) == (("价格",), ("An empty label was left out.",))


@pytest.mark.parametrize(
    ("labels", "code"),
    [([], "label.none"), (["", " \u200b "], "label.none"), (["长" * (LONGEST + 1)], "label.long")],
)
def test_labels_that_cannot_be_asked_are_an_error(labels: list[str], code: str) -> None:
    with pytest.raises(SettingsError) as error:
        checked(labels)
    assert error.value.code == code
    assert error.value.hint


def test_too_many_labels_are_an_error() -> None:
    with pytest.raises(SettingsError, match="Ask for at most"):
        checked([f"label {index}" for index in range(MOST + 1)])


@given(st.text(max_size=80))
def test_whatever_is_asked_gives_tidy_labels_or_a_sentence(request_: str) -> None:
    labels: tuple[str, ...] = ()
    with suppress(SettingsError):
        labels = labels_of(request_)
    for label in labels:
        assert label == tidy(label)
        assert 0 < len(label) <= LONGEST
        assert "\n" not in label

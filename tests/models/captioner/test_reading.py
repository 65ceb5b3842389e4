"""Captions of the grammar are read back: what they say is done, by how many, where and when."""

from __future__ import annotations

import pytest

from models.captioner import phrases
from models.captioner.films import Seen, captions
from models.captioner.reading import right, wholly

KNOWN = [
    ({"doing": doing, "who": {"drive": "car", "chase": "cars", "blast": ""}.get(doing, "two"), "place": place}, time)
    for doing in phrases.ZH_THERE
    for place, time in (("lake", "night"), ("kitchen", "dusk"), ("", ""))
]


@pytest.mark.parametrize(("row", "time"), KNOWN)
def test_every_caption_of_the_grammar_is_right_about_its_shot(row: dict[str, str], time: str) -> None:
    for text in captions(Seen(time=time, size="wide", camera="shake", **row), "zh", "key", 6):
        said = right(text, row | {"time": time})
        assert all(said.values()), (text, said)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("夜里，两个人在湖边打架", "doing"), ("夜里，三个人在湖边交谈", "who"), ("两个人在厨房里交谈", "place"),
     ("傍晚，两个人在湖边交谈", "time"), ("平静的湖面", "doing")],
)  # fmt: skip
def test_what_is_wrong_is_found(text: str, wrong: str) -> None:
    row = {"doing": "chat", "who": "two", "place": "lake", "time": "night"}
    assert [name for name, value in right(text, row).items() if not value] == [wrong]
    assert wholly(text, row) == (wrong == "time")

"""What is known by heart is found exactly where it stands, for labels however they are phrased."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import ModelError
from plugin_core.tagging.asking import answer
from plugin_core.tagging.characters import fold
from plugin_core.tagging.known import NAME, Known, open_known

KINDS = {
    "city": {"labels": ["城市", "city"], "words": ["杭州", "New York", "南京"], "patterns": [], "parts": []},
    "location": {
        "labels": ["地点", "location", "取景地点"],
        "words": ["公园", "park"],
        "patterns": [],
        "parts": ["city"],
    },
    "animal": {"labels": ["动物", "animal"], "words": ["马", "dog", "fox"], "patterns": [], "parts": []},
    "brand": {"labels": ["品牌名", "品牌", "brand"], "words": ["Apple", "兰蔻"], "patterns": [], "parts": []},
    "price": {"labels": ["价格", "price"], "words": [], "patterns": [r"\d+元", r"\$\d+"], "parts": []},
}


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(KINDS)


def found(known: Known, text: str, label: str) -> list[str]:
    return [text[start:end] for start, end in known.find(fold(text), known.kinds_of(label))]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("品牌名", "brand"),
        ("ＢＲＡＮＤ", "brand"),
        ("brands", "brand"),
        ("取景的地点", ""),
        ("取景地点们", "location"),
        ("武器", ""),
    ],
)
def test_a_label_is_known_by_its_phrasings_or_what_is_very_like_them(known: Known, label: str, kind: str) -> None:
    assert known.kinds_of(label)[:1] == ((kind,) if kind else ())


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("我们去杭州的公园", "地点", ["杭州", "公园"]),  # a city is a location
        ("我们去杭州的公园", "城市", ["杭州"]),
        ("He left new york for New York.", "city", ["New York"]),  # a name has its capital
        ("an apple from Apple", "brand", ["Apple"]),
        ("马上骑一匹马", "动物", ["马"]),  # not in the middle of a word
        ("Two dogs, one hotdog", "animal", ["dogs"]),
        ("只要２９９元", "价格", ["２９９元"]),
        ("南京的长江大桥", "城市", ["南京"]),
        ("", "城市", []),
    ],
)
def test_words_are_found_whole(known: Known, text: str, label: str, words: list[str]) -> None:
    assert found(known, text, label) == words


@given(st.text(st.sampled_from("杭州南京马上公园 dogsNewYork$1299元\n[]:"), max_size=80))
def test_spans_are_in_order_and_do_not_overlap(text: str) -> None:
    last = 0
    for start, end in Known(KINDS).find(fold(text), tuple(KINDS)):
        assert last <= start < end <= len(text)
        last = end


def test_a_pack_with_a_list_is_asked_by_heart_but_not_for_its_time_codes(tmp_path: Path) -> None:
    rows = KINDS | {"number": {"labels": ["number"], "words": [], "patterns": [r"\d+"], "parts": []}}
    (tmp_path / NAME).write_text(json.dumps(rows))
    engine = SimpleNamespace(pack=SimpleNamespace(folder=tmp_path, id="listed", options={}), answers=False)
    text = "[00:05:22] 兰蔻 only 299元 in New York"
    tags = answer(text, "brand, price, number, 地点", engine)  # type: ignore[arg-type]
    assert [(one.label, one.text) for one in tags.asked] == [
        ("brand", "兰蔻"),
        ("number", "299"),
        ("price", "299元"),
        ("地点", "New York"),
    ]
    assert {one.timecode for one in tags.asked} == {"00:05:22"}


@pytest.mark.parametrize(
    "content", ["", "[]", '{"a": 1}', '{"a": {"labels": [], "words": [], "patterns": ["("], "parts": []}}']
)
def test_a_damaged_list_is_a_sentence(content: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(content)
    with pytest.raises(ModelError, match="cannot be read"):
        open_known(tmp_path)


def test_the_list_we_write_knows_every_kind_and_held_out_words_only_if_asked() -> None:
    from models.tagger.known import listed
    from models.tagger.labels import kinds

    whole, part = listed(), listed(held_out=True)
    assert set(whole) == {name for name, kind in kinds().items() if kind.group != "said"}
    assert set(part) == {name for name in whole if not kinds()[name].unseen}
    held = {word for kind in kinds().values() for one in kind.words.values() for word in one["test"] if not kind.unseen}
    assert not {word for row in part.values() for word in row["words"]} - {
        w for r in whole.values() for w in r["words"]
    }
    assert set(kinds()["brand"].words["zh"]["test"]) & held
    assert not set(kinds()["brand"].words["zh"]["test"]) & set(part["brand"]["words"])
    known = Known(whole)
    assert found(known, "仅售1,299元，详见www.example.com/a", "价格") == ["1,299元"]
    assert found(known, "Born May 5, 1990 in Rome", "date") == ["May 5, 1990"]
    assert found(known, "call 555-0199!", "phone number") == ["555-0199"]

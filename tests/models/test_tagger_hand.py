"""The hand-written set: enough of it, varied, true to the guideline's own rules; the reference's frozen cases."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from models.tagger import hand
from plugin_core.tagging.tags import KINDS


@pytest.fixture(scope="module")
def entries() -> tuple[hand.Entry, ...]:
    return hand.load()


def test_every_item_stands_verbatim_and_none_overlap(entries: tuple[hand.Entry, ...]) -> None:
    for entry in entries:
        hand.check(entry.text, entry.items)
        for item in entry.items:
            assert item.kind in KINDS
            assert entry.text[slice(*item.span)] == item.text


def test_no_mark_is_left_in_a_text(entries: tuple[hand.Entry, ...]) -> None:
    assert not [entry.text for entry in entries if set("⟦⟧") & set(entry.text) or "=== " in entry.text]


def test_no_two_entries_are_the_same(entries: tuple[hand.Entry, ...]) -> None:
    assert len({entry.text for entry in entries}) == len(entries)


def test_attributes_are_inside_the_item_or_before_it(entries: tuple[hand.Entry, ...]) -> None:
    for entry in entries:
        for item in entry.items:
            for name, detail in item.details.items():
                assert detail.span is not None
                inside = item.span[0] <= detail.span[0] and detail.span[1] <= item.span[1]
                assert inside == (name not in ("speaker", "state")), (item.text, name)


def test_a_time_code_stands_before_its_item(entries: tuple[hand.Entry, ...]) -> None:
    for entry in entries:
        for item in entry.items:
            if item.timecode:
                assert item.timecode in entry.text[: item.span[0]]
            else:
                assert item.time is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("⟦S| 走⟧", "not trimmed"),
        ("⟦S|走", "not closed"),
        ("走⟧", "stray"),
        ("⟦d|远处⟧", "outside an item"),
        ("⟦X|⟦i|雷⟧⟧", "does not belong"),
        ("⟦S|⟦m|急⟧走⟧", "does not belong"),
        ("⟦X|⟦m|急⟧⟦m|促⟧⟧", "two marks of manner"),
        ("⟦n|甲⟧⟦n|乙⟧：⟦S|走⟧", "two marks of speaker"),
        ("⟦n|甲⟧：⟦X|雷⟧", "without words"),
        ("⟦T|字幕⟧", "has no part"),
        ("⟦X|⟧", "overlaps"),
        ("⟦c|午夜⟧ ⟦X|雷⟧", "by hand"),
    ],
)
def test_wrong_annotation_is_refused(source: str, said: str) -> None:
    with pytest.raises(hand.Wrong, match=said):
        hand.read(source)


def test_a_wrong_entry_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("=== zh\n⟦S|走⟧\n=== en\n⟦S|go\n", encoding="utf-8")
    with pytest.raises(hand.Wrong, match="line 3: not closed"):
        hand.load(path)


def test_marks_become_items_with_their_attributes() -> None:
    source = "[⟦c|01:05⟧] ⟦n|甲⟧（⟦t|OS⟧）：⟦S|走⟧[⟦X|⟦m|急促⟧脚步声⟦d|渐近⟧⟧]⟦S+|快走⟧\n⟦T|字幕：⟦i|一⟧⟦i|二⟧⟧⟦u|200b⟧"
    entry = hand.read(source)
    assert entry.text == "[01:05] 甲（OS）：走[急促脚步声渐近]快走\n字幕：一二\u200b"
    first, sound, second, title = entry.items
    assert (first.speaker, first.state, first.time, first.timecode) == ("甲", "OS", 65_000, "01:05")
    assert (sound.kind, sound.manner, sound.direction, sound.speaker) == ("sound", "急促", "渐近", "")
    assert (second.text, second.speaker, second.state) == ("快走", "甲", "OS")
    assert (title.text, title.items, title.state) == ("字幕：一二", ("一", "二"), "")


def test_the_set_is_large_and_varied(entries: tuple[hand.Entry, ...]) -> None:
    languages = Counter(entry.language for entry in entries)
    assert len(entries) >= 340
    assert languages["zh"] >= 0.4 * len(entries)
    assert languages["en"] >= 0.3 * len(entries)
    assert languages["mixed"] >= 0.1 * len(entries)
    items = [item for entry in entries for item in entry.items]
    assert len({item.text for item in items if item.kind == "sound"}) >= 150
    assert len({item.text for item in items if item.kind == "music"}) >= 60
    assert len({item.speaker for item in items if item.speaker}) >= 80
    assert len({item.state for item in items if item.state}) >= 40
    assert sum(item.kind == "action" for item in items) >= 40
    assert sum(item.kind == "title" for item in items) >= 30
    assert sum(not entry.items for entry in entries) >= 8


def test_no_line_of_the_reference_is_in_the_set(entries: tuple[hand.Entry, ...]) -> None:
    said = {item.text for case in hand.reference() for item in case.items if item.kind == "speech"}
    assert not said & {item.text for entry in entries for item in entry.items}


def test_the_reference_is_kept_as_printed() -> None:
    cases = {case.name: case for case in hand.reference()}
    assert list(cases) == ["beauty", "drama", "science", "intro"]
    for case in cases.values():
        hand.check(case.text, case.items)
        if case.printed:
            assert _printed(case) == case.printed
    kinds = {item.text: item.kind for case in cases.values() for item in case.items}
    assert kinds["欢快口哨声"] == kinds["科技感电子脉冲音"] == "music"
    assert kinds["警笛由远及近"] == kinds["数据流刷屏声"] == kinds["清脆按键声"] == "sound"
    assert [item.items for item in cases["science"].items if item.kind == "title"] == [
        ("薛定谔方程", "贝尔不等式", "EPR佯谬")
    ]
    assert [item.kind for item in cases["intro"].items] == ["music", "speech", "sound", "speech"]


def _printed(case: hand.Case) -> str:
    """The printed output from its columns."""
    written = []
    for column, rows in case.columns.items():
        lines = []
        for row in rows:
            attributes = "|".join(f"{name}:{value}" for name, value in row.items() if name != "原文")
            lines.append(" → ".join(filter(None, [row["原文"], attributes])))
        written.append(f"{column}: - " + " - ".join(lines))
    return " ".join(written)


def test_each_word_has_its_meanings_once() -> None:
    found = hand.meanings()
    assert len({meaning.word for meaning in found}) == len(found)
    assert sum(bool(meaning.classes) for meaning in found) >= 60
    assert sum(bool(meaning.actions) for meaning in found) >= 60
    assert all(action == action.lower() and action for meaning in found for action in meaning.actions)


def test_an_action_is_accepted_by_a_part_of_it_in_any_case() -> None:
    meaning = hand.Meaning("雷声", ("打雷", "thunder"), ())
    assert meaning.accepts("Thunder rolls")
    assert meaning.accepts("天上打雷")
    assert not meaning.accepts("下雨")


@pytest.mark.shared
def test_classes_are_those_of_audioset(shared: Path) -> None:
    with (shared / "weights" / "yamnet" / "yamnet_class_map.csv").open(encoding="utf-8") as file:
        names = {row["display_name"] for row in csv.DictReader(file)}
    assert not {name for meaning in hand.meanings() for name in meaning.classes} - names

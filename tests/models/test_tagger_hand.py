"""The hand-written set: enough of it, varied, and true to the guideline's own rules."""

from __future__ import annotations

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
    source = (
        "[⟦c|01:05⟧] ⟦n|甲⟧（⟦t|OS⟧）：⟦S|走⟧[⟦X|⟦m|急促⟧脚步声⟦d|渐近⟧⟧]⟦S+|快走⟧\n⟦T|字幕：⟦i|一⟧、⟦i|二⟧⟧⟦u|200b⟧"
    )
    entry = hand.read(source)
    assert entry.text == "[01:05] 甲（OS）：走[急促脚步声渐近]快走\n字幕：一、二\u200b"
    first, sound, second, title = entry.items
    assert (first.speaker, first.state, first.time, first.timecode) == ("甲", "OS", 65_000, "01:05")
    assert (sound.kind, sound.manner, sound.direction, sound.speaker) == ("sound", "急促", "渐近", "")
    assert (second.text, second.speaker, second.state) == ("快走", "甲", "OS")
    assert (title.text, title.items, title.state) == ("字幕：一、二", ("一", "二"), "")

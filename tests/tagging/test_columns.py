"""The three columns and the other tables; the golden cases are printed in the reference."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from dataclasses import replace
from pathlib import Path

from plugin_core.clock import parse_time
from plugin_core.tagging import columns
from plugin_core.tagging.ontology import meaning
from plugin_core.tagging.tags import Item, Tags

REFERENCE = Path(__file__).parent.parent / "golden" / "tagging" / "reference.toml"
CASES = tomllib.loads(REFERENCE.read_text("utf-8"))["case"]


def item(text: str, values: list[str]) -> Item:
    """An item as the tagger gives it: its place in *text*, its meaning from the ontology."""
    kind, timecode, words, speaker, state = [*values, "", ""][:5]
    at = text.index(words)
    meant = meaning(words, kind)
    return Item(
        kind,
        words,
        (at, at + len(words)),
        parse_time(timecode),
        timecode,
        speaker=speaker,
        state=state,
        music_type=meant.music_type,
        mood=meant.mood,
        action=meant.action,
    )


def tags_of(case: int) -> Tags:
    return Tags(tuple(item(CASES[case]["text"], values) for values in CASES[case]["items"]))


def test_the_printed_cases_come_out_character_for_character() -> None:
    for number, case in enumerate(CASES):
        assert " ".join(columns.to_text(tags_of(number)).splitlines()) == case["columns"]


def test_every_item_stands_in_one_column() -> None:
    for number in range(len(CASES)):
        tags = tags_of(number)
        assert sorted(sum(columns.folded(tags), ()), key=tags.items.index) == list(tags.items)


def test_json_has_the_fields_of_each_column() -> None:
    table = columns.to_json(tags_of(1))
    assert list(table) == ["人物发言", "背景音乐", "画面动作"]
    assert table["人物发言"][2] == {"角色名": "女主", "状态": "对白,颤抖", "原话": "门…门锁被撬开了…"}
    assert table["背景音乐"][1] == {"描述": "警笛由远及近", "类型": "环境音效", "情绪": "危机升级"}
    assert table["画面动作"][2] == {"描述": "玻璃爆裂声", "动作": "硬物破碎", "时机": "00:01:22"}


def test_jsonl_has_exactly_the_six_fields_and_the_item() -> None:
    lines = [json.loads(line) for line in columns.to_jsonl(tags_of(0), "clip-7").splitlines()]
    names = ["scene_id", "timestamp", "speaker", "music_type", "action_verb", "confidence", "item"]
    assert all(list(line) == names for line in lines)
    assert lines[0]["music_type"] == "器乐独奏"
    assert (lines[2]["timestamp"], lines[2]["action_verb"], lines[2]["speaker"]) == ("00:05:28", "液体滴落", None)
    assert lines[1]["item"]["state"] == "画外音"
    assert {line["scene_id"] for line in lines} == {"clip-7"}


def test_csv_keeps_every_attribute_and_no_cell_is_a_formula() -> None:
    odd = Item("speech", '=1+1, "quoted"\nand on', (0, 22), 5, "[00:00:00.005]", 0.5, speaker="@JOHN")
    rows = list(csv.DictReader(io.StringIO(columns.to_csv(Tags((odd,))), newline="")))
    assert rows[0]["text"] == '\'=1+1, "quoted"\nand on'
    assert rows[0]["speaker"] == "'@JOHN"
    assert (rows[0]["time"], rows[0]["timecode"], rows[0]["confidence"]) == ("5", "[00:00:00.005]", "0.5000")


def test_one_table_holds_several_inputs() -> None:
    table = columns.many_to_csv([("a.srt", tags_of(0)), ("b.srt", tags_of(2))])
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["source"] for row in rows] == ["a.srt"] * 7 + ["b.srt"] * 5


def test_nothing_is_invented_for_what_is_not_known() -> None:
    strange = Item("sound", "咕叽咕叽", (0, 4), unknown=True)
    assert columns.to_text(Tags((strange,))) == "画面动作:\n- [咕叽咕叽] → 动作:未识别|时机:未标明\n"


def test_the_time_code_is_shown_as_it_was_written_without_brackets() -> None:
    one = tags_of(0).items[2]
    assert columns.timestamp(replace(one, timecode="【5:28】")) == "5:28"
    assert columns.timestamp(replace(one, timecode="")) == "00:05:28.000"
    assert columns.timestamp(replace(one, timecode="", time=None)) == ""


def test_a_deed_nobody_has_a_name_for_is_its_own_words() -> None:
    deed = Item("action", "他把玩着戒指", (0, 6), 1000, "00:00:01")
    assert columns.to_text(Tags((deed,))).endswith("- 他把玩着戒指 → 动作:他把玩着戒指|时机:00:00:01\n")


def test_speech_on_two_lines_is_shown_on_one() -> None:
    said = Item("speech", "走吧,\n别等了。", (0, 8), speaker="小美")
    assert columns.to_text(Tags((said,))) == "人物发言:\n- 小美:走吧, 别等了。\n"

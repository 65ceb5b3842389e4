"""The table people see: each line with its items, once."""

from __future__ import annotations

import io

from rich.console import Console

from plugin_core.document import Mark
from plugin_core.tagging import showing
from plugin_core.tagging.tags import Asked, Item, Tags

TEXT = "[00:05:22] [竖琴] 小美(OS):走吧 [00:05:28] [滴答声]\n小美：看！[markup]"


def item(kind: str, text: str, timecode: str = "", **more: str) -> Item:
    at = TEXT.index(text)
    return Item(kind, text, (at, at + len(text)), None, timecode, **more)  # type: ignore[arg-type]


TAGS = Tags(
    (
        item("music", "竖琴", "00:05:22", music_type="器乐独奏"),
        item("speech", "走吧", "00:05:22", speaker="小美", state="OS"),
        item("sound", "滴答声", "00:05:28", action="液体滴落"),
        item("speech", "看！", "00:05:28"),
    )
)


def shown(table: object) -> str:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_a_line_with_several_time_codes_is_cut_between_its_items() -> None:
    rows = [line for line in shown(showing.table_of(TEXT, TAGS)).splitlines() if "│" in line]
    assert len(rows) == 3
    assert "[00:05:22] [竖琴] 小美(OS):走吧 " in rows[0]
    assert "滴答声" not in rows[0]
    assert "[滴答声" in rows[1]
    assert "小美：看！" in rows[2]


def test_only_kinds_that_occur_have_a_column_and_markup_is_text() -> None:
    text = shown(showing.table_of(TEXT, TAGS))
    assert ("Music" in text, "Title" in text) == (True, False)
    assert "竖琴 → 器乐独奏" in text
    assert "小美（OS）：走吧" in text
    assert "滴答声 → 液体滴落" in text


def test_what_is_not_known_says_so() -> None:
    unknown = Tags((Item("sound", "咔哧", (0, 2), unknown=True),))
    assert "咔哧 → 未识别" in shown(showing.table_of("咔哧", unknown))


def test_a_long_result_says_how_much_is_not_shown() -> None:
    many = "\n".join("掌声" for _ in range(300))
    tags = Tags(tuple(Item("sound", "掌声", (3 * n, 3 * n + 2)) for n in range(300)))
    assert "100 more lines" in shown(showing.table_of(many, tags))


def test_answers_and_sounds_have_tables_of_their_own() -> None:
    asked = shown(showing.asked_table((Asked("品牌名", "[兰蔻]", (0, 4), 1000, "00:01", 0.8),)))
    assert ("[兰蔻]" in asked, "80%" in asked) == (True, True)
    heard = shown(showing.marks_table((Mark("m", "sound", 61_000, 62_500, "掌声", (), 0.5),)))
    assert ("00:01:01.000" in heard, "50%" in heard) == (True, True)

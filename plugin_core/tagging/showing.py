"""Tags for people: a table with the source line and a column for each kind, in the terminal's colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from plugin_core.tagging.columns import NOT_KNOWN, one_line, timestamp
from plugin_core.tagging.tags import KINDS, Asked, Item, Tags

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from plugin_core.document import Mark

STYLES = {"speech": "", "music": "magenta", "sound": "cyan", "action": "red", "title": "yellow", "note": "dim"}
HEADS = {
    "speech": "Speech 发言",
    "music": "Music 音乐",
    "sound": "Sound 声音",
    "action": "Action 动作",
    "title": "Title 字幕",
}
MOST = 200  # rows


def table_of(text: str, tags: Tags, title: str = "") -> Table:
    """
    A row for each line of *text* (or each time code in it) that holds items, a column for each kind that occurs.

    A long result ends with a row that says how much is not shown.
    """
    from rich.table import Table

    kinds = [kind for kind in KINDS if any(item.kind == kind for item in tags.items)]
    table = Table(title=title or None, title_justify="left", pad_edge=False, show_lines=False)
    table.add_column("Time 时间", no_wrap=True)
    table.add_column("Line 原文", overflow="fold", style="dim")
    for kind in kinds:
        table.add_column(HEADS[kind], overflow="fold", style=STYLES[kind])
    groups = _lines(text, tags.items)
    for line, items in groups[:MOST]:
        cells = [_cell(item for item in items if item.kind == kind) for kind in kinds]
        table.add_row(timestamp(items[0]), _plain(line), *cells)
    if len(groups) > MOST:
        table.add_row("...", f"{len(groups) - MOST} more lines; --format csv shows everything.")
    return table


def asked_table(asked: Sequence[Asked]) -> Table:
    """What was asked for in plain words: label, text, time, confidence."""
    from rich.table import Table

    table = Table(pad_edge=False, title="Asked 所问", title_justify="left")
    for head in ("Label 标签", "Text 内容", "Time 时间", "Sure 置信度"):
        table.add_column(head, overflow="fold")
    for one in asked[:MOST]:
        table.add_row(_plain(one.label), _plain(one.text), one.timecode, f"{one.confidence:.0%}")
    return table


def marks_table(marks: Sequence[Mark], title: str = "") -> Table:
    """What was heard: time, kind, words, how sure."""
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", pad_edge=False)
    for head in ("From 起", "To 止", "Kind 种类", "What 内容", "Sure 置信度"):
        table.add_column(head, overflow="fold")
    for mark in marks[:MOST]:
        clock = [timestamp(Item(mark.kind, "", (0, 0), time)) for time in (mark.start, mark.end)]
        table.add_row(*clock, mark.kind, _plain(mark.text), f"{mark.confidence:.0%}", style=STYLES.get(mark.kind, ""))
    if len(marks) > MOST:
        table.add_row("...", "", "", f"{len(marks) - MOST} more")
    return table


def _lines(text: str, items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Items by the line of *text* they stand in; a line with several time codes is cut between their items."""
    groups: list[list[Item]] = []
    for item in items:
        last = groups[-1][-1] if groups else None
        if last and last.timecode == item.timecode and "\n" not in text[last.span[1] : item.span[0]]:
            groups[-1].append(item)
        else:
            groups.append([item])
    return [(_line(text, groups, place), group) for place, group in enumerate(groups)]


def _line(text: str, groups: Sequence[Sequence[Item]], place: int) -> str:
    """What is shown of *text* for a group: its line, from after the group before to the next one's time code."""
    group, after = groups[place], groups[place + 1][0] if place + 1 < len(groups) else None
    begin, end = group[0].span[0], group[-1].span[1]
    floor = groups[place - 1][-1].span[1] if place else 0
    start = max(floor, text.rfind("\n", floor, begin) + 1)
    until = after.span[0] if after else len(text)
    stops = [text.find("\n", end, until), text.find(after.timecode, end, until) if after and after.timecode else -1]
    until = min((stop for stop in stops if stop >= 0), default=until)
    return one_line(text[start:until]).lstrip(" ]】）)\t").rstrip(" [【（(\t")


def _cell(items: Iterable[Item]) -> Text:
    from rich.text import Text

    return Text("\n".join(map(_summary, items)))


def _summary(item: Item) -> str:
    text = one_line(item.text)
    if item.kind == "speech":
        state = f"（{item.state}）" if item.state else ""
        return f"{item.speaker}{state}：{text}" if item.speaker or state else text
    inferred = " · ".join(filter(None, (item.music_type, item.mood, item.action if item.action != item.text else "")))
    means = inferred or (NOT_KNOWN if item.unknown else "")
    return f"{text} → {means}" if means else text


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(text)

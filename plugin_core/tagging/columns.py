"""
Items as tables: the three columns editors of short videos know, and the same as JSON, CSV and JSON Lines.

The columns are 人物发言 (who says what), 背景音乐 (what plays, and effects that only set a mood) and 画面动作 (what
happens, with its time): a sound whose entry in the ontology has an action happens; one whose entry is an effect plays.
The layout is the one the columns are known in, with punctuation of half width.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from plugin_core.tagging.tags import Item, Tags

HEADINGS = ("人物发言", "背景音乐", "画面动作")
SPEECH, MUSIC, ACTION = range(3)
NOT_KNOWN = "未识别"
NOT_TIMED = "未标明"
FIELDS = (
    "kind", "time", "timecode", "speaker", "state", "text", "music_type", "mood", "action", "manner", "direction",
    "audio_class", "items", "unknown", "confidence", "start", "end",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
_MARKS = "[]【】()（）<>〔〕｛｝{} \t"


def column_of(item: Item) -> int:
    """The column an item is shown in: ``SPEECH``, ``MUSIC`` or ``ACTION``."""
    if item.kind == "speech":
        return SPEECH
    if item.kind == "music" or (item.kind == "sound" and not item.action and (item.music_type or item.mood)):
        return MUSIC
    return ACTION


def to_text(tags: Tags) -> str:
    """
    The three columns as text; a column without items is left out.

    ``- 名(状态):原话``, ``- [描述] → 类型:…|情绪:…`` and ``- [声音] → 动作:…|时机:…``, one item a line.
    """
    lines: list[str] = []
    for column, items in enumerate(folded(tags)):
        if items:
            lines += [f"{HEADINGS[column]}:", *(f"- {_line(item, column)}" for item in items)]
    return "".join(f"{line}\n" for line in lines)


def folded(tags: Tags) -> tuple[tuple[Item, ...], ...]:
    """The items of each column, in their order."""
    return tuple(tuple(item for item in tags.items if column_of(item) == column) for column in range(len(HEADINGS)))


def to_json(tags: Tags) -> dict[str, list[dict[str, str]]]:
    """The columns by their headings, each item by the fields its column has."""
    return {
        heading: [_fields(item, column) for item in items]
        for column, (heading, items) in enumerate(zip(HEADINGS, folded(tags), strict=True))
    }


def to_csv(tags: Tags, *, source: str = "") -> str:
    """
    One row an item with every attribute (``FIELDS``), times in ms; with *source* a first column names it.

    A cell a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([*(["source"] if source else []), *FIELDS])
    table.writerows([*([_guarded(source)] if source else []), *_cells(item)] for item in tags.items)
    return out.getvalue()


def records(tags: Tags, scene_id: str) -> list[dict[str, Any]]:
    """
    A record for each item: exactly scene_id, timestamp, speaker, music_type, action_verb and confidence, and the whole
    structure under ``item``. What does not apply is null; the timestamp is the original spelling if there is one.
    """
    return [
        {
            "scene_id": scene_id,
            "timestamp": timestamp(item) or None,
            "speaker": item.speaker or None,
            "music_type": item.music_type or None,
            "action_verb": _action(item) or None,
            "confidence": round(item.confidence, 4),
            "item": item.to_json(),
        }
        for item in tags.items
    ]


def to_jsonl(tags: Tags, scene_id: str) -> str:
    """The records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records(tags, scene_id))


def timestamp(item: Item) -> str:
    """When: the time code as it was written, without its brackets, else a clock time, else ""."""
    if item.timecode:
        return item.timecode.strip(_MARKS)
    if item.time is None:
        return ""
    minutes, ms = divmod(item.time, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"


def _line(item: Item, column: int) -> str:
    text = one_line(item.text)
    if column == SPEECH:
        state = f"({item.state})" if item.state else ""
        return f"{item.speaker}{state}:{text}" if item.speaker else f"{state}{text}"
    shown = f"[{text}]" if item.kind in {"music", "sound"} else text
    values = [(name, value) for name, value in _fields(item, column).items() if name != "描述"]
    return f"{shown} → " + "|".join(f"{name}:{value}" for name, value in values)


def _fields(item: Item, column: int) -> dict[str, str]:
    text = one_line(item.text)
    if column == SPEECH:
        return {"角色名": item.speaker, "状态": item.state, "原话": text}
    if column == MUSIC:
        return {"描述": text, "类型": item.music_type or NOT_KNOWN, "情绪": item.mood or NOT_KNOWN}
    return {"描述": text, "动作": _action(item) or NOT_KNOWN, "时机": timestamp(item) or NOT_TIMED}


def _action(item: Item) -> str:
    """What happens; a deed nobody has a shorter name for is its own words."""
    return item.action or (one_line(item.text) if item.kind == "action" else "")


def one_line(text: str) -> str:
    """*text* without line breaks."""
    return " ".join(text.split("\n")) if "\n" in text else text


def _cells(item: Item) -> Sequence[str]:
    start, end = item.span
    special = {
        "time": "" if item.time is None else str(item.time),
        "items": "|".join(item.items),
        "unknown": "yes" if item.unknown else "",
        "confidence": f"{item.confidence:.4f}",
        "start": str(start),
        "end": str(end),
    }
    return [special[name] if name in special else _guarded(str(getattr(item, name))) for name in FIELDS]


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def many_to_csv(found: Iterable[tuple[str, Tags]]) -> str:
    """One table for several inputs, each row with the name of its source."""
    parts = [to_csv(tags, source=source) for source, tags in found]
    return "".join(part if not number else part.split("\r\n", 1)[1] for number, part in enumerate(parts))

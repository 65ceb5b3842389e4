"""
Premiere's marker list, as its Markers panel exports it: tab-separated in spite of its ending, one row for each marker.

``Marker Name / Description / In / Out / Duration / Marker Type``, timecodes as the sequence shows them: with its start
timecode, and ";" between all parts where they drop frames. *Out* is *In* plus *Duration*; a point has a duration of
0. Premiere writes the list but reads none: it is for spreadsheets and for programs that read Premiere's list.
The colour of a marker is not in it (ours travels in the description, if it is not that of the kind).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Mark
from plugin_core.errors import DocumentError
from plugin_core.formats.marker_table import (
    frame_of,
    info_for,
    is_timecode,
    length_of,
    quoted,
    rows_of,
    text_of,
    with_marks,
)
from plugin_core.host import Marker, TimelineInfo
from plugin_core.markers import mark_of, markers_of, parse_note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from plugin_core.timeline import Programme

HEADER = ("Marker Name", "Description", "In", "Out", "Duration", "Marker Type")

_TYPES = {"scene": "Chapter"}  # every other kind is a comment
_NAMES = {
    "name": ("marker name", "name", "标记名称", "名称", "markername", "nom du marqueur", "マーカー名"),
    "note": ("description", "comments", "comment", "描述", "说明", "注释", "beschreibung", "説明"),
    "in": ("in", "in point", "start", "入点", "开始", "イン"),
    "out": ("out", "out point", "end", "出点", "结束", "アウト"),
    "duration": ("duration", "length", "持续时间", "时长", "dauer", "durée", "デュレーション"),
    "type": ("marker type", "type", "标记类型", "类型", "markertyp", "マーカータイプ"),
}


def sniff(text: str) -> bool:
    """Whether the first row names a marker, its in and its out."""
    rows = rows_of(text[:20_000].lstrip("\ufeff\r\n").split("\n", 1)[0])
    found = _columns(rows[0]) if rows else {}
    return {"name", "in", "type"} <= found.keys()


def write(programme: Programme, *, kinds: Collection[str] = MARK_KINDS, ids: bool = True) -> str:
    """The table of the marks of *kinds*; without *ids* the description says nothing a person would not."""
    info = programme.info
    rows = ["\t".join(HEADER)]
    for marker in markers_of(programme.document, info, kinds=kinds, ids=ids):
        length = marker.frames if marker.frames > 1 else 0
        times = (info.timecode(marker.frame), info.timecode(marker.frame + length), info.rate.timecode(length))
        labels = (text.replace(":", ";") if info.rate.drop else text for text in times)
        kind = parse_note(marker.note)[1]
        rows.append("\t".join((quoted(marker.name), quoted(marker.note), *labels, _TYPES.get(kind, "Comment"))))
    return "\n".join([*rows, ""])


def read(content: str | bytes, rate: FrameRate | None = None, *, start: str | None = None) -> Programme:
    """
    The marks of a list, also after a spreadsheet saved it with commas or semicolons, quotes, a BOM or in UTF-16.

    *rate* and *start* are those of the sequence it comes from; see ``marker_table``. DocumentError if there is no
    column of times; rows whose times are none of the rate are left out, with a note.
    """
    rows = rows_of(text_of(content))
    columns = _columns(rows[0]) if rows else {}
    if "in" in columns:
        rows = rows[1:]
    elif rows and len(rows[0]) >= 4 and is_timecode(rows[0][2]):
        columns = dict(zip(("name", "note", "in", "out", "duration", "type"), range(6), strict=True))
    elif len(rows) > 1 and len(rows[1]) >= 4 and is_timecode(rows[1][2]):  # headings in a language we do not know
        columns = dict(zip(("name", "note", "in", "out", "duration", "type"), range(6), strict=True))
        rows = rows[1:]
    else:
        raise DocumentError(
            "document.not-markers",
            "The table has no columns of a Premiere marker list.",
            f"It needs the headings: {', '.join(HEADER)}.",
        )
    cells = [{name: row[at] for name, at in columns.items() if at < len(row)} for row in rows]
    info, notes = info_for((row.get(name, "") for row in cells for name in ("in", "out")), rate, start)
    bad: list[str] = []
    marks = list(_marks(cells, info, bad))
    told = (f"{len(bad)} × row without readable times, left out (the first: {bad[0]!r}).",) if bad else ()
    return with_marks(marks, info, (*notes, *told))


def _columns(row: list[str]) -> dict[str, int]:
    names = [text.lower() for text in row]
    found = {key: next((at for at, name in enumerate(names) if name in known), -1) for key, known in _NAMES.items()}
    return {key: at for key, at in found.items() if at >= 0}


def _marks(cells: list[dict[str, str]], info: TimelineInfo, bad: list[str]) -> Iterator[Mark]:
    for row in cells:
        try:
            frame = frame_of(row.get("in", ""), info)
            frames = _length(row, frame, info)
        except DocumentError:
            bad.append(row.get("in", ""))
            continue
        mark = mark_of(Marker("", max(0, frame), max(1, frames), row.get("name", ""), row.get("note", "")), info)
        theirs = parse_note(row.get("note", ""))
        if row.get("type", "").lower() == "chapter" and not theirs[0] and mark.kind == "note":
            mark = Mark(mark.id, "scene", mark.start, mark.end, mark.text, mark.attributes, mark.confidence)
        yield mark


def _length(row: dict[str, str], frame: int, info: TimelineInfo) -> int:
    """Out counts; a duration only where there is none."""
    if row.get("out"):
        return frame_of(row["out"], info) - frame
    return length_of(row["duration"], info) if row.get("duration") else 0

"""
CSV for spreadsheets: ``start,end,duration,speaker,<language>...``, UTF-8 with BOM (Excel needs it), RFC 4180.

A cell that a spreadsheet would run as a formula (= + - @, their full-width forms, which East Asian Excel runs too)
gets an apostrophe in front, and so does one that begins with an apostrophe before such a sign, so reading takes it
back exactly. The reader takes commas, semicolons or tabs, and the usual English and Chinese headings.
"""

from __future__ import annotations

import csv
import io

from plugin_core.document import Document
from plugin_core.formats.base import UNKNOWN_LANGUAGE, Parsed, RawCue, clock, parse_time
from plugin_core.formats.layout import Layout, clean, one_line

_FORMULA = "=+-@＝＋－＠"
_HEADINGS = {
    "start": ("start", "begin", "in", "start time", "starttime", "开始", "开始时间", "入点"),
    "end": ("end", "out", "stop", "end time", "endtime", "结束", "结束时间", "出点"),
    "duration": ("duration", "length", "时长"),
    "speaker": ("speaker", "name", "actor", "说话人", "角色"),
    "text": ("text", "subtitle", "caption", "字幕", "文本"),
    "id": ("id", "#", "no", "number", "index", "序号"),
}


def sniff(text: str) -> bool:
    """Whether the first line names columns for start and end."""
    names = _names(_first_row(text))
    return "start" in names and ("end" in names or "duration" in names)


def read(text: str) -> Parsed:
    """One cue per row; every column that is not a known one is a language. Rows without times are noted."""
    csv.field_size_limit(1 << 24)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    cues, bad = [], 0
    header: list[str] = []
    columns: list[int] = []
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error:
            bad += 1
            continue
        if not header:
            header = row
            names = _names(header)
            columns = [at for at, name in enumerate(names) if name == "text" or (name == "" and header[at].strip())]
        elif any(cell.strip() for cell in row):
            cue = _cue(dict(zip(names, row, strict=False)), [row[at] if at < len(row) else "" for at in columns])
            cues += [cue] if cue else []
            bad += cue is None
    languages = tuple(UNKNOWN_LANGUAGE if names[at] == "text" else header[at].strip() for at in columns)
    if len(set(languages)) < len(languages):
        languages = tuple(f"{language}-x-{at}" if at else language for at, language in enumerate(languages))
    repairs = [f"{bad} × row without readable times, left out."] if bad else []
    return Parsed(cues if languages else [], () if languages == (UNKNOWN_LANGUAGE,) else languages, repairs, True)


def write(document: Document, layout: Layout) -> str:
    """The table; *layout* only chooses the languages."""
    languages = layout.languages or document.languages
    columns = [document.column(language) for language in languages]
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["start", "end", "duration", "speaker", *map(_guarded, languages)])
    for cue in document.cues:
        texts = [_guarded(clean(cue.texts[column])) for column in columns]
        duration = f"{cue.duration / 1000:.3f}"
        table.writerow([clock(cue.start), clock(cue.end), duration, _guarded(one_line(cue.speaker)), *texts])
    return out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'")[:1] in tuple(_FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in tuple(_FORMULA) else cell


def _first_row(text: str) -> list[str]:
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0][:10_000]
    try:
        return next(csv.reader([first], delimiter=_delimiter(text)), [])
    except csv.Error:
        return []


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _names(header: list[str]) -> list[str]:
    """The known name of each heading; "" for the others."""
    known = {alias: name for name, aliases in _HEADINGS.items() for alias in aliases}
    return [known.get(heading.strip().lower(), "") for heading in header]


def _cue(row: dict[str, str], texts: list[str]) -> RawCue | None:
    start, end = parse_time(row.get("start", "")), parse_time(row.get("end", ""))
    if end is None and start is not None:
        length = parse_time(row.get("duration", ""))
        end = start + length if length is not None else None
    if start is None or end is None:
        return None
    return RawCue(start, end, tuple(_bare(text) for text in texts), speaker=_bare(row.get("speaker", "")))

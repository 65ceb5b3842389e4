"""
What tables of markers have in common (Premiere's CSV, Avid's list): rows that survived a spreadsheet, and timecodes.

A table says neither its frame rate nor where the timeline starts. Who is not told guesses: the rate from the labels
(";" means drop-frame, the highest frame number the least rate), the start from the hour of the first; notes say so.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark, Media, new_id
from plugin_core.errors import DocumentError
from plugin_core.formats.layout import one_line
from plugin_core.host import TimelineInfo

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_GUESSES = tuple(FrameRate(Fraction(rate)) for rate in (25, 30, 50, 60, 100, 120))
_DROP = tuple(FrameRate(Fraction(rate, 1001), drop=True) for rate in (30_000, 60_000, 120_000))


def text_of(content: str | bytes) -> str:
    """The text of a table, whatever a spreadsheet saved it as: UTF-8 or UTF-16, with or without a mark, or legacy."""
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    from plugin_core.formats.encodings import decode

    return decode(content)[0].removeprefix("\ufeff")


def rows_of(text: str) -> list[list[str]]:
    """The rows of a table with tabs, semicolons or commas between its cells; empty rows are left out."""
    csv.field_size_limit(1 << 24)
    head = text.lstrip("\r\n")[:20_000].split("\n", 1)[0]
    delimiter = "\t" if head.count("\t") > 2 else max("\t;,", key=head.count)  # a note is full of semicolons
    found = [line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if delimiter == "\t" and not any(_is_open(row[-1]) for row in found):  # as Premiere and Avid write it
        found = [[_bare(cell) for cell in row] for row in found]
    else:
        try:
            found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise DocumentError("document.broken", f"The table cannot be read: {error}.", "Export it again.") from error
    return [[cell.strip() for cell in row] for row in found if any(cell.strip() for cell in row)]


def quoted(text: str) -> str:
    """*text* as a cell, in quotes if it would else be taken for a quoted one."""
    text = cell(text)
    return '"' + text.replace('"', '""') + '"' if text.startswith('"') else text


def cell(text: str) -> str:
    """*text* as a cell holds it: on one line, without tabs."""
    return one_line(text)


def _is_open(cell: str) -> bool:
    """Whether the last cell of a row goes on in the next: a spreadsheet quotes a text of several lines."""
    return cell.startswith('"') and cell.count('"') % 2 == 1


def _bare(cell: str) -> str:
    """A cell without the quotes a spreadsheet put around it."""
    return cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell


def is_timecode(text: str) -> bool:
    """Whether *text* looks like HH:MM:SS:FF, with any of the separators hosts use."""
    parts = text.strip().replace(";", ":").replace(".", ":").replace(",", ":").split(":")
    return len(parts) == 4 and all(part.isdigit() and 1 <= len(part) <= 3 for part in parts)


def info_for(
    timecodes: Iterable[str], rate: FrameRate | None, start: str | None
) -> tuple[TimelineInfo, tuple[str, ...]]:
    """The timeline at *rate* from the timecode *start* on, or what the labels allow, with notes of what was taken."""
    labels = [text for text in timecodes if is_timecode(text)]
    notes: list[str] = []
    if rate is None:
        highest = max((_frames(text) for text in labels), default=0)
        choices = _DROP if any(";" in text for text in labels) else _GUESSES
        rate = next((rate for rate in choices if rate.nominal > highest), choices[-1])
        notes.append(f"The file does not say its frame rate; {rate} was taken.")
    info, told = timeline_from(rate, start, labels)
    return info, (*notes, *told)


def timeline_from(rate: FrameRate, start: str | None, labels: Iterable[str]) -> tuple[TimelineInfo, tuple[str, ...]]:
    """The timeline from the timecode *start* on, else from the hour of the first of *labels*, with a note of it."""
    if start is not None:
        return TimelineInfo(rate, start=rate.frame_of(start)), ()
    hours = (int(re.split(r"\D", text.strip(), maxsplit=1)[0]) for text in labels if is_timecode(text))
    hour = min(hours, default=0) % 24
    start = f"{hour:02}:00:00:00"
    notes = (f"The file does not say where the timeline starts; {start} was taken.",) if hour else ()
    return TimelineInfo(rate, start=rate.frame_of(start)), notes


def _frames(text: str) -> int:
    return int(text.strip().replace(";", ":").replace(".", ":").replace(",", ":").rsplit(":", 1)[1])


def frame_of(text: str, info: TimelineInfo) -> int:
    """The frame, from the timeline's start, that a label names; DocumentError if it is none of the rate."""
    return _parse(text, info) - info.start


def length_of(text: str, info: TimelineInfo) -> int:
    """The frames that a duration written as a label counts."""
    return _parse(text, info)


def _parse(text: str, info: TimelineInfo) -> int:
    label = text.strip().replace(",", ":")
    parts = label.replace(";", ":").replace(".", ":").split(":")
    if len(parts) == 4:  # Excel drops leading zeros
        mark = ";" if ";" in label else ":"
        label = ":".join(part.zfill(2) for part in parts[:3]) + mark + parts[3].zfill(2)
    return info.rate.frame_of(label)


def with_marks(marks: Sequence[Mark], info: TimelineInfo, notes: Sequence[str], media: Media = Media()) -> Programme:  # noqa: B008 - frozen
    """A programme of *marks* only; an id that is there twice (a copied row) is given once, the copy gets a new one."""
    from plugin_core.timeline import programme_of

    seen: set[str] = set()
    kept: list[Mark] = []
    copies = 0
    for mark in marks:
        if mark.id in seen:
            copies += 1
            mark = Mark(new_id(), mark.kind, mark.start, mark.end, mark.text, mark.attributes, mark.confidence)  # noqa: PLW2901
        seen.add(mark.id)
        kept.append(mark)
    kept.sort(key=lambda mark: (mark.start, mark.end, mark.id))
    told = (*notes, *((f"{copies} × marker that is there twice; the copies have new ids.",) if copies else ()))
    programme = programme_of(Document(media=media, marks=tuple(kept)), info)
    return replace(programme, notes=told)

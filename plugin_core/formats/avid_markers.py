r"""
The marker list that Avid Media Composer's Markers window exports and imports as text: a tab between cells, no heading.

``user / timecode / track / colour / comment / length / name / colour``. The timecode is the sequence's, absolute; the
length is in frames, 1 for a point. Lists from before the marker names (2018 and earlier) end after the length;
*columns* 6 writes those. Sources: lists exported by Media Composer in adamhawkey/EDL_tools (six columns) and the
writers MCMarkerMaker and timeline readers that were made after newer exports (eight columns).

Avid shows the comment everywhere and the name hardly anywhere, so the comment holds a mark's text and then, after
" | ", the note that gives the mark back; a "|" inside the note is written ``\|``. Avid has eight colours (and, since
2018.12, more by name, which are read).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plugin_core.clock import FrameRate
from plugin_core.colours import KINDS, NAMES, colour_of
from plugin_core.document import MARK_KINDS, Mark
from plugin_core.errors import DocumentError
from plugin_core.formats.marker_table import cell, frame_of, info_for, is_timecode, rows_of, text_of, with_marks
from plugin_core.host import Marker, TimelineInfo
from plugin_core.markers import mark_of, markers_of, parse_note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from plugin_core.timeline import Programme

AVID = ("Red", "Green", "Blue", "Cyan", "Magenta", "Yellow", "Black", "White")

_TO_AVID = {
    "Pink": "Magenta", "Purple": "Magenta", "Fuchsia": "Magenta", "Rose": "Red", "Lavender": "Magenta", "Sky": "Cyan",
    "Mint": "Green", "Lemon": "Yellow", "Sand": "Yellow", "Cocoa": "Black", "Cream": "White", "Orange": "Red",
}  # fmt: skip
_FROM_AVID = {
    "forest": "Green", "denim": "Blue", "violet": "Purple", "grey": "White", "gray": "White", "gold": "Yellow",
    **{name.lower(): name for name in NAMES},
}  # fmt: skip
_TRACKS = ("TC1", "TC")


def sniff(text: str) -> bool:
    """Whether the first row is user, timecode, track, colour, comment."""
    rows = rows_of(text[:20_000].lstrip("\ufeff\r\n").split("\n", 1)[0])
    return bool(rows) and _is_row(rows[0])


def write(
    programme: Programme,
    *,
    kinds: Collection[str] = MARK_KINDS,
    user: str = "Zimu",
    track: str = "V1",
    columns: int = 8,
    ids: bool = True,
) -> str:
    """The list of the marks of *kinds*, on *track* ("V1", "A2", "TC1"), in 8 or 6 *columns*."""
    info, document = programme.info, programme.document
    rows = []
    for marker in markers_of(document, info, kinds=kinds, ids=ids):
        colour = _TO_AVID.get(marker.colour, marker.colour)
        comment = f"{cell(marker.name)} | {cell(marker.note).replace('|', chr(92) + '|')}"
        known = (cell(user), info.timecode(marker.frame), track, colour.lower(), comment, str(marker.frames))
        rows.append("\t".join(known if columns == 6 else (*known, "", colour)))
    return "\n".join([*rows, ""]) if rows else ""


def read(content: str | bytes, rate: FrameRate | None = None, *, start: str | None = None) -> Programme:
    """
    The marks of a list, also after a spreadsheet saved it; *rate* and *start* are those of its sequence.

    A name in the seventh column is the mark's text, and the comment its note. DocumentError if no row is a marker;
    rows whose timecode is none of the rate are left out, with a note.
    """
    rows = rows_of(text_of(content))
    good = [row for row in rows if _is_row(row)]
    if not good:
        raise DocumentError(
            "document.not-markers",
            "The text is no marker list of Avid Media Composer.",
            "It needs, between tabs: user, timecode, track, colour, comment.",
        )
    info, notes = info_for((row[1] for row in good), rate, start)
    bad = [row for row in rows if not _is_row(row)]
    marks = list(_marks(good, info, bad))
    told = (f"{len(bad)} × row that is no marker of this timeline, left out.",) if bad else ()
    return with_marks(marks, info, (*notes, *told))


def _is_row(row: list[str]) -> bool:
    return len(row) >= 4 and is_timecode(row[1]) and _is_track(row[2])


def _is_track(text: str) -> bool:
    return text.upper() in _TRACKS or (text[:1].upper() in {"V", "A", "D", "T"} and text[1:].isdigit())


def _marks(rows: list[list[str]], info: TimelineInfo, bad: list[list[str]]) -> Iterator[Mark]:
    for row in rows:
        cells = [*row, *[""] * (8 - len(row))]
        try:
            frame = frame_of(cells[1], info)
        except DocumentError:
            bad.append(row)
            continue
        length = int(cells[5]) if cells[5].isdigit() and len(cells[5]) < 9 else 1
        text, note = _parted(cells[4], cells[6])
        mark = mark_of(Marker("", max(0, frame), max(1, length), text, note), info)
        yield _coloured(mark, cells[7] or cells[3])


def _parted(comment: str, name: str) -> tuple[str, str]:
    """(text, note) of a comment of ours, or of theirs with a *name* of its own."""
    text, bar, note = f" {comment}".rpartition(" | ")
    note = note.replace("\\|", "|")
    key, kind, _, _ = parse_note(note)
    ours = bool(bar) and (bool(key) or kind != "note" or note == "note" or note.startswith("note;"))
    if ours:
        return name or text.removeprefix(" "), note
    return (name, comment) if name else (comment, "")


def _coloured(mark: Mark, theirs: str) -> Mark:
    """*mark* in the colour Avid shows, unless that is what its own colour becomes there."""
    known = _FROM_AVID.get(theirs.strip().lower(), "")
    own = colour_of(mark)
    if not known or _TO_AVID.get(own, own) == _TO_AVID.get(known, known):
        return mark
    others = tuple(pair for pair in mark.attributes if pair[0] != "colour")
    return replace(mark, attributes=others if known == KINDS[mark.kind] else (*others, ("colour", known)))

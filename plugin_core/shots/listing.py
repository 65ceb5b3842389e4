"""Lists of shots: marks of a document, a table, CSV and JSON. Times are ms of media time, frames those of the file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

from plugin_core.clock import format_time
from plugin_core.document import Document, Mark, Media
from plugin_core.host import TimelineInfo
from plugin_core.shots.values import Curve, Shot, Shots

COLUMNS = (
    "number", "first_frame", "last_frame", "start_timecode", "end_timecode", "start", "end", "seconds", "transition",
    "transition_frames", "confidence",
)  # fmt: skip
PICTURE = "picture"  # what the marks were found in


def marks(shots: Shots) -> tuple[Mark, ...]:
    """A mark of kind ``shot`` for each, its number, what leads into it and of how many frames as attributes."""
    from plugin_core.tagging.marking import SOURCE, digest

    made = []
    for number, shot in enumerate(shots.shots, 1):
        leading = shot.transition
        attributes = (
            (SOURCE, PICTURE),
            ("number", str(number)),
            ("transition", leading.kind if leading else ""),
            ("transition_frames", str(leading.frames if leading else 0)),
        )
        sure = leading.confidence if leading else 1.0
        bare = Mark("", "shot", shot.start, max(shot.start, shot.end), "", attributes, sure)
        made.append(replace(bare, id=digest(bare)))
    return tuple(made)


def with_shots(document: Document, shots: Shots) -> Document:
    """*document* with marks of *shots* in place of those that were found before; what a person changed stays."""
    from plugin_core.tagging.marking import put

    return put(document, marks(shots), sources=(PICTURE,))


def shots_in(document: Document) -> Shots:
    """The shots that the marks of *document* say, as a person may have corrected them; only their times are known."""
    marks = (mark for mark in document.marks if mark.kind == "shot")
    return Shots(tuple(Shot(0, 0, mark.start, mark.end) for mark in marks), (), Curve.empty())


def rows(shots: Shots, media: Media) -> list[dict[str, Any]]:
    """One row of ``COLUMNS`` for each shot; timecodes are the media's own, the end's that of the next shot's start."""
    info = TimelineInfo.of(Document(media=media))
    return [_row(number, shot, info) for number, shot in enumerate(shots.shots, 1)]


def _row(number: int, shot: Shot, info: TimelineInfo) -> dict[str, Any]:
    leading = shot.transition
    return {
        "number": number,
        "first_frame": shot.first,
        "last_frame": shot.last,
        "start_timecode": info.timecode(info.frame(shot.start)),
        "end_timecode": info.timecode(info.frame(shot.end)),
        "start": shot.start,
        "end": shot.end,
        "seconds": round((shot.end - shot.start) / 1000, 3),
        "transition": leading.kind if leading else "",
        "transition_frames": leading.frames if leading else 0,
        "confidence": round(leading.confidence, 4) if leading else 1.0,
    }


def to_csv(shots: Shots, media: Media) -> str:
    """The rows as CSV with a head."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {**row, "start": format_time(row["start"]), "end": format_time(row["end"])} for row in rows(shots, media)
    )
    return out.getvalue()


def to_json(shots: Shots, media: Media, *, damaged: int = 0) -> dict[str, Any]:
    """The shots of one file as JSON values, with every change and the curve."""
    rate = media.frame_rate
    return {
        "file": media.path,
        "frame_rate": rate.label if rate else "",
        "variable_rate": media.variable_rate,
        "frames": len(shots.curve.starts),
        "damaged_frames": damaged,
        "shots": rows(shots, media),
        "transitions": [
            {
                "kind": one.kind,
                "first_frame": one.first,
                "last_frame": one.last,
                "start": one.start,
                "end": one.end,
                "confidence": one.confidence,
            }
            for one in shots.transitions
        ],
        "curve": shots.curve.to_json(),
    }

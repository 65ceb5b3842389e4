"""
Lists of the scenes and shots of a document: CSV, JSON, and tables of keywords for editing programs.

They are made of the document's marks, so they hold what a person corrected. Frames and timecodes are those of the
media: its rate, its start timecode, drop-frame as there; the end is the start of what follows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from plugin_core.clock import format_time
from plugin_core.document import Document, Mark
from plugin_core.host import TimelineInfo
from plugin_core.scenes.labels import groups, name
from plugin_core.scenes.marking import NUMBER, labels_of, sure_of

TIMES = ("start", "end")
HEAD = ("kind", "number", "scene", "start_timecode", "end_timecode", *TIMES, "seconds", "name")
TAIL = ("transition", "transition_frames", "confidence")
SILENT = (("emotion", "none"), ("activity", "other"), ("setting", "other"))  # labels that are no keywords
RESOLVE = (
    "File Name", "Clip Directory", "Start TC", "End TC", "Shot Frame Rate", "Description", "Comments", "Keywords",
    "Shot", "Scene", "Day / Night", "Int/Ext",
)  # fmt: skip
DOUBT = 0.7  # a less probable label is named among the comments


@dataclass(frozen=True, slots=True)
class Listed:
    """A scene and its shots; without a *mark*, shots that are in no scene."""

    mark: Mark | None
    shots: tuple[Mark, ...]


def listed(document: Document) -> tuple[Listed, ...]:
    """The scenes of *document* in order; every shot is in the one that holds its middle."""
    scenes = [mark for mark in document.marks if mark.kind == "scene"]
    shots: dict[str, list[Mark]] = {}
    for mark in document.marks:
        if mark.kind == "shot":
            middle = (mark.start + mark.end) / 2
            home = next((scene.id for scene in scenes if scene.start <= middle < scene.end), "")
            shots.setdefault(home, []).append(mark)
    found = [Listed(scene, tuple(shots.get(scene.id, ()))) for scene in scenes]
    found += [Listed(None, tuple(shots[""]))] if "" in shots else []
    return tuple(sorted(found, key=lambda one: (one.mark or one.shots[0]).start))


def groups_in(document: Document) -> tuple[str, ...]:
    """The groups of labels that its shots and scenes have: ours in their order, then those of packs."""
    seen = dict.fromkeys(
        group for mark in document.marks if mark.kind in {"shot", "scene"} for group in labels_of(mark)
    )
    return (*(group for group in groups() if group in seen), *(group for group in seen if group not in groups()))


def rows(document: Document) -> list[dict[str, Any]]:
    """
    One row for each scene, followed by one for each of its shots: ``HEAD``, a column for each group of labels and one
    for its probability (empty where a person said it), ``TAIL``.
    """
    info, known, found = TimelineInfo.of(document), groups_in(document), []
    shot = 0
    for number, one in enumerate(listed(document), 1):
        scene = number if one.mark else ""
        if one.mark:
            found.append(_row(one.mark, number, scene, info, known))
        for mark in one.shots:
            shot += 1
            found.append(_row(mark, shot, scene, info, known))
    return found


def _row(mark: Mark, number: int, scene: object, info: TimelineInfo, known: Iterable[str]) -> dict[str, Any]:
    attributes, labels, sure = dict(mark.attributes), labels_of(mark), sure_of(mark)
    row: dict[str, Any] = {
        "kind": mark.kind, "number": number, "scene": scene,
        "start_timecode": info.timecode(info.frame(mark.start)), "end_timecode": info.timecode(info.frame(mark.end)),
        "start": mark.start, "end": mark.end, "seconds": round((mark.end - mark.start) / 1000, 3), "name": mark.text,
    }  # fmt: skip
    for group in known:
        row[group] = " ".join(labels.get(group, ()))
        row[f"{group}_sure"] = sure.get(group, "")
    row["transition"] = attributes.get("transition", "")
    row["transition_frames"] = int(attributes.get("transition_frames") or 0)
    row["confidence"] = mark.confidence
    return row


def to_csv(document: Document) -> str:
    """The rows as CSV with a head; times as HH:MM:SS.mmm."""
    columns = [one for group in groups_in(document) for one in (group, f"{group}_sure")]
    timed = ({**row, **{time: format_time(row[time]) for time in TIMES}} for row in rows(document))
    return _table((*HEAD, *columns, *TAIL), timed)


def to_json(document: Document) -> dict[str, Any]:
    """The scenes of *document* with their shots as JSON values; ``sure`` is null where a person said the label."""
    info, media, known = TimelineInfo.of(document), document.media, groups_in(document)
    scenes = []
    for number, one in enumerate(listed(document), 1):
        head = _entry(one.mark, number, info, known) if one.mark else {"number": 0}
        scenes.append({**head, "shots": [_entry(mark, _number(mark), info, known) for mark in one.shots]})
    return {
        "file": media.path, "duration": media.duration, "frame_rate": info.rate.label,
        "start_timecode": info.start_timecode, "made_by": document.made_by, "scenes": scenes,
    }  # fmt: skip


def _entry(mark: Mark, number: int, info: TimelineInfo, known: Iterable[str]) -> dict[str, Any]:
    row, labels, sure = _row(mark, number, "", info, ()), labels_of(mark), sure_of(mark)
    told = {group: {"labels": list(labels[group]), "sure": sure.get(group)} for group in known if group in labels}
    kept = ("number", "start_timecode", "end_timecode", *TIMES, "name", "confidence")
    led = ("transition", "transition_frames") if mark.kind == "shot" else ()
    return {"id": mark.id, **{column: row[column] for column in (*kept, *led)}, "labels": told}


def _number(mark: Mark) -> int:
    value = dict(mark.attributes).get(NUMBER, "")
    return int(value) if value.isdigit() else 0


# -- for editing programs --


def keywords(mark: Mark, language: str) -> list[str]:
    """What smart bins can look for: the names of the labels of *mark*, without those that say nothing."""
    said = [(group, label) for group, labels in labels_of(mark).items() for label in labels]
    kept = [(group, label) for group, label in said if (group, label) not in SILENT and group != "scene_type"]
    return list(dict.fromkeys(name(group, label, language) for group, label in kept))


def resolve_csv(document: Document, language: str = "en") -> str:
    """
    Metadata for DaVinci Resolve's File > Import Metadata: a row for each shot, told by file name and timecode.

    In the media pool a clip has one set of metadata: the film must be there as its shots (its EDL splits it).
    """
    info, media = TimelineInfo.of(document), document.media
    path, found = PurePath(media.path.replace("\\", "/")), []
    for number, one in enumerate(listed(document), 1):
        for mark in one.shots:
            row = _row(mark, _number(mark), number, info, ())
            labels = labels_of(mark)
            found.append(dict(zip(RESOLVE, (
                path.name, str(path.parent), row["start_timecode"], row["end_timecode"], info.rate.name,
                one.mark.text if one.mark else "", _doubts(mark, language), ",".join(keywords(mark, language)),
                f"{row['number']:03}", str(number) if one.mark else "",
                _first(labels, "time", {"day": "Day", "night": "Night"}),
                _first(labels, "place", {"indoor": "Int", "outdoor": "Ext"}),
            ), strict=True)))  # fmt: skip
    return _table(RESOLVE, found)


def premiere_csv(document: Document, language: str = "en") -> str:
    """
    A batch list for Premiere, as Adobe documents it: tape, in, out, name, comment; no head.

    Each shot becomes an offline clip, to be linked to the film, with the labels in its comment. Premiere imports no
    table of metadata for clips that are there already; for those, the marks go onto the timeline.
    """
    info, found = TimelineInfo.of(document), []
    film = PurePath(document.media.path.replace("\\", "/"))
    for number, one in enumerate(listed(document), 1):
        for mark in one.shots:
            row = _row(mark, _number(mark), number, info, ())
            said = [*([one.mark.text] if one.mark and one.mark.text else []), *keywords(mark, language)]
            title = f"{film.stem} {number:03}-{row['number']:04}"
            found.append((film.name, row["start_timecode"], row["end_timecode"], title, " / ".join(said)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(found)
    return out.getvalue()


def _first(labels: Mapping[str, Sequence[str]], group: str, words: Mapping[str, str]) -> str:
    return next((words[label] for label in labels.get(group, ()) if label in words), "")


def _doubts(mark: Mark, language: str) -> str:
    """The labels of which the machine is not sure, with their probabilities."""
    labels = labels_of(mark)
    shown = [
        f"{name(group, labels[group][0], language)} {value:.0%}" for group, value in sure_of(mark).items()
        if value < DOUBT and labels.get(group) and (group, labels[group][0]) not in SILENT
    ]  # fmt: skip
    return ", ".join(shown)


def _table(columns: Sequence[str], found: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue()

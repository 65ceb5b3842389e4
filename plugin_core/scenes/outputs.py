"""
Lists of the scenes and shots of a document with their labels and captions: CSV, JSON, and tables of keywords for
editing programs.

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

from plugin_core.captioning import marking as captions
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
    for its probability (empty where a person said it), the same for each language of captions, ``TAIL``.
    """
    info, known, found = TimelineInfo.of(document), groups_in(document), []
    told, languages = captions_of(document), captions.languages_in(document)
    shot = 0
    for number, one in enumerate(listed(document), 1):
        scene = number if one.mark else ""
        if one.mark:
            found.append(_row(one.mark, number, scene, info, known))
        for mark in one.shots:
            shot += 1
            found.append(_row(mark, shot, scene, info, known) | _said(told.get(mark.id), languages))
    return found


def captions_of(document: Document) -> dict[str, Mark]:
    """The captions of *document* by the ids of its shots."""
    return captions.by_shot(document.marks, [mark for mark in document.marks if mark.kind == "shot"])


def _said(caption: Mark | None, languages: Iterable[str]) -> dict[str, Any]:
    """What is said of a shot in each of *languages*, and how sure it is."""
    texts, sure = (captions.texts_of(caption), captions.sure_of(caption)) if caption else ({}, {})
    row: dict[str, Any] = {}
    for language in languages:
        row[f"caption_{language}"] = texts.get(language, "")
        row[f"caption_{language}_sure"] = sure.get(language, "")
    return row


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
    named = [*groups_in(document), *(f"caption_{language}" for language in captions.languages_in(document))]
    columns = [one for name in named for one in (name, f"{name}_sure")]
    timed = ({**row, **{time: format_time(row[time]) for time in TIMES}} for row in rows(document))
    return _table((*HEAD, *columns, *TAIL), timed)


def to_json(document: Document) -> dict[str, Any]:
    """
    The scenes of *document* with their shots as JSON values; ``sure`` is null where a person said the label or caption.
    """
    info, media, known = TimelineInfo.of(document), document.media, groups_in(document)
    scenes, told = [], captions_of(document)
    for number, one in enumerate(listed(document), 1):
        head = _entry(one.mark, number, info, known) if one.mark else {"number": 0}
        shots = [_entry(mark, _number(mark), info, known) | _captions(told.get(mark.id)) for mark in one.shots]
        scenes.append({**head, "shots": shots})
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


def _captions(caption: Mark | None) -> dict[str, Any]:
    """What is said of a shot, by language; nothing where nothing is."""
    if caption is None:
        return {}
    sure = captions.sure_of(caption)
    told = captions.texts_of(caption).items()
    return {"captions": {language: {"text": text, "sure": sure.get(language)} for language, text in told}}


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
    path, told, found = PurePath(media.path.replace("\\", "/")), captions_of(document), []
    for number, one in enumerate(listed(document), 1):
        for mark in one.shots:
            row = _row(mark, _number(mark), number, info, ())
            labels = labels_of(mark)
            found.append(dict(zip(RESOLVE, (
                path.name, str(path.parent), row["start_timecode"], row["end_timecode"], info.rate.name,
                _described(told.get(mark.id), one.mark, language), _doubts(mark, language),
                ",".join(keywords(mark, language)),
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
    info, told, found = TimelineInfo.of(document), captions_of(document), []
    film = PurePath(document.media.path.replace("\\", "/"))
    for number, one in enumerate(listed(document), 1):
        for mark in one.shots:
            row = _row(mark, _number(mark), number, info, ())
            described = _described(told.get(mark.id), one.mark, language)
            said = [*([described] if described else []), *keywords(mark, language)]
            title = f"{film.stem} {number:03}-{row['number']:04}"
            found.append((film.name, row["start_timecode"], row["end_timecode"], title, " / ".join(said)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(found)
    return out.getvalue()


def _described(caption: Mark | None, scene: Mark | None, language: str) -> str:
    """What an editing program shows of a shot: the name of its scene, and its caption in *language* if it has one."""
    texts = captions.texts_of(caption) if caption else {}
    said = texts.get(language) or next(iter(texts.values()), "")
    return " / ".join(part for part in (scene.text if scene else "", said) if part)


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

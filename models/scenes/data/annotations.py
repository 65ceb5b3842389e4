"""
Annotations of film scenes, in the form of the reference::

    {"frame_id": "movie_001_0023", "scene_type": "action_outdoor", "audio_emotion": "tense",
     "text_description": "Car chase through city streets"}

``frame_id`` is the film's name and, behind the last underscore, the number of the key frame, counted from 0 in steps of
``rate`` key frames a second (1 unless said otherwise). A file is a JSON list, one object, or an object a line (JSONL).
Beside the reference's four fields, every group of ``plugin_core.scenes.labels`` may be a field of its own name
(``place``, ``time``, ``mood`` as a list ...), and ``last`` the number of the last key frame that it is true of.

Every problem is a DocumentError that names the file, the line and the field.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from plugin_core.errors import DocumentError
from plugin_core.scenes.labels import groups

FIELDS = {"scene_type": "scene_type", "audio_emotion": "emotion"}  # the reference's words for our groups
FRAME_ID = re.compile(r"(?P<film>.+)_(?P<number>\d+)")
DIGITS = 4
Labels = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Annotation:
    """
    What somebody says of a key frame (or of those from *number* to *last*) of a film.

    *labels*: group to label; of a group that may have several, a tuple. A group that nothing was said about is absent.
    *line*: where it was read, from 1 (0: nowhere).
    """

    film: str
    number: int
    labels: Labels = field(default_factory=dict)
    text: str = ""
    last: int = -1  # -1: number itself
    line: int = 0

    @property
    def frame_id(self) -> str:
        """The reference's name for it."""
        return f"{self.film}_{self.number:0{DIGITS}d}"

    @property
    def end(self) -> int:
        """The number of the last key frame."""
        return max(self.number, self.last)


Known = Mapping[str, Collection[str]]  # group to its labels


def known_labels() -> dict[str, tuple[str, ...]]:
    """The groups and labels that the program has names for."""
    return {name: group.labels for name, group in groups().items()}


def problem(name: str, line: int, place: str, what: str, hint: str = "") -> DocumentError:
    """The error of a field."""
    return DocumentError("annotations.field", f"{name}, line {line}, {place}: {what}", hint)


def label(value: Any, group: str, known: Known, *, name: str, line: int, place: str) -> str | tuple[str, ...]:
    """A label of *group* as it is kept; DocumentError where there is no such group or label."""
    if group not in known:
        raise problem(name, line, place, f"there is no group {group!r}.", f"The groups are {', '.join(known)}.")
    many = group in groups() and groups()[group].many
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not many:
        raise problem(name, line, place, "one label is expected, not a list.")
    for one in values:
        if not isinstance(one, str) or one not in known[group]:
            hint = f"It may be {', '.join(known[group])}."
            raise problem(name, line, place, f"{one!r} is not a label of {group!r}.", hint)
    return tuple(values) if many else str(values[0])


# -- reading --


def read(path: Path, known: Known | None = None) -> list[Annotation]:
    """The annotations of a JSON or JSONL file, in its order. *known*: the labels a pack has, else the program's."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DocumentError("annotations.encoding", f"{path.name}, line {line}: this is not UTF-8.") from error
    except OSError as error:
        raise DocumentError("annotations.missing", f"{path.name} cannot be read: {error.strerror}.") from error
    return parse(text, path.name, known)


def parse(text: str, name: str = "annotations", known: Known | None = None) -> list[Annotation]:
    """As ``read``, of text."""
    table = known_labels() if known is None else known
    found = [_annotation(value, name, line, table) for line, value in _objects(text, name)]
    repeated = [one for one, times in Counter(a.frame_id for a in found).items() if times > 1]
    if repeated:
        second = [a for a in found if a.frame_id == repeated[0]][1]
        raise problem(name, second.line, "frame_id", f"{repeated[0]!r} was annotated before.", "Keep one of the two.")
    return found


def _objects(text: str, name: str) -> Iterable[tuple[int, Any]]:
    """Every object with the line it begins in."""
    decoder, at = json.JSONDecoder(), 0
    listed = text.lstrip()[:1] == "["
    if listed:
        at = text.index("[") + 1
    while True:
        gap = re.compile(r"[\s,]*" if listed else r"\s*").match(text, at)
        at = gap.end() if gap else at
        if at >= len(text):
            if listed:
                raise _broken(text, len(text), name, "the list is not closed")
            return
        if listed and text[at] == "]":
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise _broken(text, error.pos, name, error.msg) from error
        yield text.count("\n", 0, at) + 1, value
        at = end


def _broken(text: str, at: int, name: str, what: str) -> DocumentError:
    line = text.count("\n", 0, at) + 1
    hint = "A file is a list of objects, or one object a line."
    return DocumentError("annotations.json", f"{name}, line {line}: this is not JSON ({what}).", hint)


def _annotation(value: Any, name: str, line: int, known: Known) -> Annotation:
    if not isinstance(value, dict):
        raise problem(name, line, "record", f"an object is expected, not {type(value).__name__}.")
    if "frame_id" not in value:
        raise problem(name, line, "frame_id", "the field is missing.", 'It looks like "movie_001_0023".')
    frame_id = value["frame_id"]
    match = FRAME_ID.fullmatch(frame_id) if isinstance(frame_id, str) else None
    if match is None:
        hint = 'It is the film\'s name, an underscore and a number: "movie_001_0023".'
        raise problem(name, line, "frame_id", f"{frame_id!r} names no frame.", hint)
    number, labels = int(match["number"]), {}
    for key, said in value.items():
        if key in {"frame_id", "text_description", "last"} or said is None or said == "":
            continue
        group = FIELDS.get(key, key)
        if group not in known:
            hint = f"Fields are frame_id, scene_type, audio_emotion, text_description, last, {', '.join(known)}."
            raise problem(name, line, key, "there is no such field.", hint)
        labels[group] = label(said, group, known, name=name, line=line, place=key)
    text, last = value.get("text_description"), value.get("last", number)
    if text is not None and not isinstance(text, str):
        raise problem(name, line, "text_description", f"text is expected, not {text!r}.")
    if isinstance(last, bool) or not isinstance(last, int) or last < number:
        raise problem(name, line, "last", f"{last!r} is no number of a key frame from {number} on.")
    return Annotation(match["film"], number, labels, text or "", last, line)


# -- writing --


def record(one: Annotation) -> dict[str, Any]:
    """The reference's object; fields that nothing was said about are left out."""
    row: dict[str, Any] = {"frame_id": one.frame_id}
    names = {group: key for key, group in FIELDS.items()}
    for group in ("scene_type", "emotion", *(g for g in one.labels if g not in FIELDS.values())):
        if group in one.labels:
            value = one.labels[group]
            row[names.get(group, group)] = list(value) if isinstance(value, tuple) else value
    if one.text:
        row["text_description"] = one.text
    if one.end > one.number:
        row["last"] = one.end
    return row


def write(path: Path, annotations: Iterable[Annotation]) -> None:
    """As a list with one object a line; JSONL where the name ends in ``.jsonl``."""
    rows = [json.dumps(record(one), ensure_ascii=False) for one in annotations]
    text = "".join(f"{row}\n" for row in rows) if path.suffix == ".jsonl" else "[\n " + ",\n ".join(rows) + "\n]\n"
    path.write_text(text if rows else ("" if path.suffix == ".jsonl" else "[]\n"), encoding="utf-8")


# -- what can be wrong with a whole set --


def spread(annotations: Iterable[Annotation]) -> list[Annotation]:
    """One annotation for every key frame, those over several taken apart."""
    return [replace(one, number=n, last=-1) for one in annotations for n in range(one.number, one.end + 1)]


def counts(annotations: Sequence[Annotation], group: str) -> Counter[str]:
    """How often every label of *group* occurs."""
    said = (one.labels[group] for one in annotations if group in one.labels)
    return Counter(name for value in said for name in (value if isinstance(value, tuple) else (value,)))


def check_classes(annotations: Sequence[Annotation], group: str, *, least: int = 2, name: str = "annotations") -> None:
    """DocumentError for a label with fewer than *least* samples: nothing can be learned, or measured, from one."""
    for one, times in counts(annotations, group).items():
        if times < least:
            first = next(a for a in annotations if one in _as_tuple(a.labels.get(group, ())))
            field_name = next((key for key, known in FIELDS.items() if known == group), group)
            hint = f"Annotate at least {least}, or merge {one!r} with another label."
            raise problem(name, first.line, field_name, f"{one!r} has only {times} sample.", hint)


def check_frames(annotations: Iterable[Annotation], frames: Mapping[str, int], *, name: str = "annotations") -> None:
    """DocumentError for an annotation of a film, or of a key frame, that is not among *frames* (film to how many)."""
    for one in annotations:
        if one.film not in frames:
            known = ", ".join(sorted(frames)[:5]) or "none"
            raise problem(name, one.line, "frame_id", f"there is no film {one.film!r}.", f"The films are {known}.")
        if one.end >= frames[one.film]:
            hint = f"{one.film} has key frames 0 to {frames[one.film] - 1}."
            raise problem(name, one.line, "frame_id", f"key frame {one.end} of {one.film!r} is missing.", hint)


def _as_tuple(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)

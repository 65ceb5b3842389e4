"""
Files of captions that people wrote for videos, and the same files with other captions.

* a table (CSV) with a column of videos and one of captions, as MSVD-CN's ``id,video_id,sentence``; ``language`` may be
  a third
* JSON as VATEX's: ``[{"videoID": ..., "enCap": [...], "chCap": [...]}]``
* JSON in a form of any project's: ``[{"id": ..., "video": ..., "captions": {"zh": [...], "en": [...]}}]``, where
  "features" may stand for "video"; also an object a line (JSONL)

Every problem of the form is a DocumentError that names the line or the entry and the field; what the captions say is
left to the checks. Nothing but UTF-8 has to be named: other encodings are recognised.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plugin_core.errors import DocumentError
from plugin_core.formats.encodings import decode, read_bytes

LARGEST = 500_000_000  # bytes
VIDEO = ("video_id", "video", "videoid", "features")
TEXT = ("sentence", "caption", "text", "description")
VATEX = {"chCap": "zh", "enCap": "en"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_HAN = re.compile(r"[\u3400-\u9fff]")
Place = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """
    A sentence about a video.

    *id* is that of the file, or made of the video and a number. *place*: where it stands in what was read; *where*: the
    same in words.
    """

    id: str
    video: str
    text: str
    language: str
    place: Place
    where: str


@dataclass(frozen=True)
class Collection:
    """The captions of a file in its order, and the file as it was read: rows of a table, or a JSON value."""

    name: str
    captions: tuple[Caption, ...]
    form: str = "captions"  # "table", "json" or "jsonl"
    content: Any = field(default=None, repr=False, compare=False)

    @property
    def videos(self) -> tuple[str, ...]:
        """Each once, in the order of the file."""
        return tuple(dict.fromkeys(caption.video for caption in self.captions))


def read(path: Path, *, encoding: str = "") -> Collection:
    """The captions of a file; DocumentError if it is none, or where something is missing or there twice."""
    text = decode(read_bytes(path, LARGEST), encoding or None)[0].removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if not start:
        raise _problem(path.name, "the file", "it is empty.", code="empty")
    collection = _json(path.name, text) if start in "[{" else _table(path.name, text)
    _unique(collection)
    return collection


def written(collection: Collection, texts: Mapping[Place, str | None]) -> bytes:
    """
    The file of *collection* in UTF-8 with other *texts* at some places; what is None is left out.

    A table keeps its columns and JSON its other entries; a video whose captions are all gone goes with them.
    """
    if collection.form == "table":
        header, *rows = collection.content
        column = _columns(collection.name, header)[1]
        lines = io.StringIO()
        table = csv.writer(lines)
        table.writerow(header)
        for number, row in enumerate(rows, 1):
            text = texts.get((number,), row[column] if column < len(row) else "")
            if row and text is not None:
                table.writerow([*row[:column], text, *row[column + 1 :]])
        return lines.getvalue().encode()
    entries = _with(copy.deepcopy(collection.content), texts)
    if collection.form == "jsonl":
        return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries).encode()
    return (json.dumps(entries, ensure_ascii=False, indent=1) + "\n").encode()


def script_of(texts: Sequence[str]) -> str:
    """zh if most of *texts* have a Chinese character, else en."""
    return "zh" if 2 * sum(_HAN.search(text) is not None for text in texts) >= sum(map(bool, texts)) else "en"


# -- tables --


def _table(name: str, text: str) -> Collection:
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise _problem(name, "the table", f"it is no CSV ({error}).") from error
    video, sentence, own, language = _columns(name, rows[0])
    usual = script_of([row[sentence] for row in rows[1:] if len(row) > sentence])
    captions = []
    for number, row in enumerate(rows[1:], 1):
        if not row:
            continue
        where = f"line {number + 1}"
        if len(row) <= max(video, sentence):
            raise _problem(name, where, f"{len(row)} columns where {len(rows[0])} are named.")
        if not row[video].strip():
            raise _problem(name, f"{where}, {rows[0][video]}", "a caption without a video.", code="no-video")
        one = row[own].strip() if own is not None and own < len(row) else ""
        spoken = row[language].strip().lower() if language is not None and language < len(row) else ""
        chosen = {"chinese": "zh", "english": "en"}.get(spoken, spoken) or usual
        captions.append(
            Caption(one or f"{number}", row[video].strip(), row[sentence].strip(), chosen, (number,), where)
        )
    if not captions:
        raise _problem(name, "the table", "it has no rows.", code="empty")
    return Collection(name, tuple(captions), "table", rows)


def _columns(name: str, header: list[str]) -> tuple[int, int, int | None, int | None]:
    """Where the video, the caption, the id and the language stand."""
    names = [cell.strip().lower() for cell in header]

    def place(wanted: tuple[str, ...]) -> int | None:
        return next((names.index(one) for one in wanted if one in names), None)

    video, sentence = place(VIDEO), place(TEXT)
    if video is None or sentence is None:
        missing = f"a column of {'videos' if video is None else 'captions'}"
        hint = f"Name one {VIDEO[0]} and one {TEXT[0]} in the first line; it has {', '.join(header)[:200]}."
        raise _problem(name, "line 1", f"{missing} is not named.", hint)
    return video, sentence, place(("id", "caption_id")), place(("language", "lang"))


# -- JSON --


def _json(name: str, text: str) -> Collection:
    form, entries = "json", _parsed(name, text)
    if entries is None:
        form, entries = "jsonl", [_line(name, number, line) for number, line in enumerate(text.splitlines(), 1) if line]
    if isinstance(entries, dict):
        form, entries = "jsonl", [entries]
    captions = [caption for number, entry in enumerate(entries, 1) for caption in _entry(name, number, entry)]
    if not captions:
        raise _problem(name, "the list", "it has no entries.", code="empty")
    return Collection(name, tuple(captions), form, entries)


def _parsed(name: str, text: str) -> Any:
    """The whole text as JSON; None if it is more than one value, as JSONL is."""
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return None
        raise _problem(name, f"line {error.lineno}", f"no JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:
        raise _problem(name, "the file", f"no JSON that can be read ({error}).") from error


def _line(name: str, number: int, line: str) -> Any:
    try:
        return json.loads(line, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _problem(name, f"line {number}", f"no JSON ({error}).") from error


def _entry(name: str, number: int, entry: Any) -> Iterator[Caption]:
    where = f"entry {number}"
    if not isinstance(entry, dict):
        raise _problem(name, where, f"an object is expected, not {_shown(entry)}.")
    own = str(_text(name, where, entry, "id")) if "id" in entry else ""
    video = next((_text(name, where, entry, one) for one in ("video", "videoID", "features") if one in entry), own)
    if not video.strip():
        raise _problem(name, f"{where}, video", "captions without a video.", code="no-video")
    groups = {language: entry[key] for key, language in VATEX.items() if key in entry} or entry.get("captions")
    keys = {language: key for key, language in VATEX.items() if key in entry}
    if not isinstance(groups, dict):
        raise _problem(name, f"{where}, captions", f"lists by language are expected, not {_shown(groups)}.")
    if not any(groups.values()):
        raise _problem(name, f"{where}, captions", f"the video {video!r} has no captions.", code="no-captions")
    for language, texts in groups.items():
        if not LANGUAGE.fullmatch(language):
            raise _problem(name, f"{where}, captions", f"{language[:40]!r} is no language.", "Write zh or en.")
        field_ = f"{where}, {keys.get(language, f'captions.{language}')}"
        if not isinstance(texts, list):
            raise _problem(name, field_, f"a list is expected, not {_shown(texts)}.")
        for at, text in enumerate(texts):
            if not isinstance(text, str):
                raise _problem(name, f"{field_}[{at}]", f"a text is expected, not {_shown(text)}.")
            path: Place = (number - 1, keys[language], at) if keys else (number - 1, "captions", language, at)
            yield Caption(f"{own or video}#{language}{at}", video, _clean(text), language, path, f"{field_}[{at}]")


def _text(name: str, where: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _problem(name, f"{where}, {key}", f"a text is expected, not {_shown(value)}.")
    return _clean(str(value))


def _clean(text: str) -> str:
    """Without half characters and without what no text has; JSON can hold both."""
    return re.sub(r"[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f]", "\ufffd", text).strip()


def _with(entries: Any, texts: Mapping[Place, str | None]) -> list[Any]:
    """The entries with other texts; lists lose what is None, from the end."""
    for place in sorted(texts, key=str):
        found: Any = entries
        for step in place[:-1]:
            found = found[step]
        found[place[-1]] = texts[place]
    kept = []
    for entry in entries:
        groups = entry if any(key in entry for key in VATEX) else entry["captions"]
        for key in VATEX if groups is entry else list(groups):
            if key in groups:
                groups[key] = [text for text in groups[key] if text is not None]
        if any(groups[key] for key in (VATEX if groups is entry else groups) if key in groups):
            kept.append(entry)
    return kept


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a field is there twice")
    return table


# -- problems --


def _unique(collection: Collection) -> None:
    seen: dict[str, Caption] = {}
    for caption in collection.captions:
        first = seen.setdefault(caption.id, caption)
        if first is not caption:
            what = f"the id {caption.id!r} is there twice, before at {first.where}."
            raise _problem(collection.name, caption.where, what, "Give every caption an id of its own.", "twice")


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]


def _problem(name: str, where: str, what: str, hint: str = "", code: str = "form") -> DocumentError:
    return DocumentError(f"captions.{code}", f"{name}, {where}: {what}", hint)

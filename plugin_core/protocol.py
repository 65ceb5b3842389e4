"""
What a stage tells whoever watches, and its one-line JSON form between processes.

A stage is a generator that yields these values; it never knows who watches. Leaving the loop cancels.

The worker speaks JSON lines: requests ``{"do": "run", "job": id, "options": {...}}`` (``run`` or another verb of
``worker.VERBS``), ``{"do": "cancel", "job": id}``,
``{"do": "quit"}``; answers ``{"event": NAME, "job": id, ...}`` with the names below and ``hello``, ``failed``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plugin_core.document import Document, Mark, Word
from plugin_core.errors import ZimuError

VERSION = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """*done* of *total* of *stage*, in its own unit (ms of media, cues, bytes); *remaining* is seconds, if known."""

    stage: str
    done: float
    total: float
    remaining: float | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence worth showing: why this device, what a starter pack understands, what was skipped."""

    stage: str
    message: str
    level: str = "info"  # info | warning


@dataclass(frozen=True, slots=True)
class Chunk:
    """One finished piece of recognised speech, in media ms. *language* is the one spoken in it."""

    start: int
    end: int
    language: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """One finished batch of translation: (cue id, text) pairs of *language*; always whole sentence units."""

    language: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks that *stage* has found; a later stage may make one of several: the document at the end is what counts."""

    stage: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What could stand in the place asked about, in *language*, best first."""

    language: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The job's result."""

    document: Document
    files: tuple[str, ...] = ()


Event = Progress | Note | Chunk | Translated | Marked | Suggested | Finished


def to_json(event: Event) -> dict[str, Any]:
    """The event as plain JSON values."""
    match event:
        case Progress(stage, done, total, remaining):
            return {"event": "progress", "stage": stage, "done": done, "total": total, "remaining": remaining}
        case Note(stage, message, level):
            return {"event": "note", "stage": stage, "message": message, "level": level}
        case Chunk(start, end, language, words):
            rows = [[w.start, w.end, w.text, round(w.probability, 4)] for w in words]
            return {"event": "chunk", "start": start, "end": end, "language": language, "words": rows}
        case Translated(language, texts):
            return {"event": "translated", "language": language, "texts": [list(pair) for pair in texts]}
        case Suggested() | Marked():
            return _found_to_json(event)
        case Finished(document, files):
            from plugin_core.storage import to_json as document_to_json

            return {"event": "finished", "document": document_to_json(document), "files": list(files)}


def _found_to_json(event: Suggested | Marked) -> dict[str, Any]:
    from plugin_core.schema import part_to_json

    if isinstance(event, Suggested):
        return {"event": "suggested", "language": event.language, "texts": list(event.texts)}
    return {"event": "marked", "stage": event.stage, "marks": [part_to_json(mark) for mark in event.marks]}


def from_json(value: dict[str, Any]) -> Event:
    """The event of :func:`to_json`; ZimuError if it is none."""
    try:
        read: Callable[[dict[str, Any]], Event] = _READERS[value["event"]]
        return read(value)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ZimuError("protocol.event", f"The worker sent something unknown ({error}).", "Restart Zimu.") from error


def to_line(value: dict[str, Any]) -> str:
    """One JSON line, ASCII only, so that no terminal or pipe encoding can break it."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"


def _chunk(value: dict[str, Any]) -> Chunk:
    words = tuple(Word(int(w[0]), int(w[1]), str(w[2]), float(w[3])) for w in value["words"])
    return Chunk(int(value["start"]), int(value["end"]), str(value["language"]), words)


def _marks(rows: list[Any]) -> tuple[Mark, ...]:
    from plugin_core.schema import part_from_json

    return tuple(part_from_json(Mark, row) for row in rows)


def _finished(value: dict[str, Any]) -> Finished:
    from plugin_core.storage import from_json as document_from_json

    return Finished(document_from_json(value["document"]), tuple(value["files"]))


_READERS: dict[str, Any] = {
    "progress": lambda v: Progress(v["stage"], v["done"], v["total"], v["remaining"]),
    "note": lambda v: Note(v["stage"], v["message"], v["level"]),
    "chunk": _chunk,
    "translated": lambda v: Translated(v["language"], tuple((str(a), str(b)) for a, b in v["texts"])),
    "marked": lambda v: Marked(str(v["stage"]), _marks(v["marks"])),
    "suggested": lambda v: Suggested(str(v["language"]), tuple(str(text) for text in v["texts"])),
    "finished": _finished,
}

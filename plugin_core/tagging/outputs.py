"""
What becomes of tags: every format ``zimu tag`` writes.

To add a format: 1. give it a name and an ending in ``FORMATS``; 2. make its content in ``content``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core.document import Document, Mark
from plugin_core.tagging import agreement, columns, marking
from plugin_core.tagging.tags import Tags

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.sounds import Sound
    from plugin_core.speakers import Turn
    from plugin_core.tagging.inputs import Source

PRINTED = {"json": ".tags.json", "jsonl": ".tags.jsonl", "columns": ".tags.txt", "csv": ".tags.csv"}
SUBTITLES = {"srt": ".tagged.srt", "vtt": ".tagged.vtt", "ass": ".tagged.ass"}
WRITTEN = {"zimu": ".tagged.zimu", "markers": ".markers.edl"}  # files by nature: never printed
FORMATS = {**PRINTED, **SUBTITLES, **WRITTEN}
BOM = frozenset({"csv", "ass"})


@dataclass(frozen=True, slots=True)
class Result:
    """What was found in one source."""

    source: Source
    tags: Tags
    sounds: tuple[Sound, ...] = ()
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """*language* of the text or column; *media* that was listened to; *sdh* a caption style; *strip*: only speech."""

    language: str = ""
    rate: FrameRate | None = None
    media: Path | None = None
    sdh: str = ""
    strip: bool = False


def content(result: Result, form: str, options: Options, *, alone: bool) -> tuple[str, tuple[str, ...]]:
    """The text of a file of *form*, and notes. *alone*: it needs no word about its source."""
    from plugin_core.protocol import to_line

    source, tags = result.source, result.tags
    match form:
        case "json":
            return to_line(as_json(result) if alone else {"source": source.name, **as_json(result)}), ()
        case "jsonl":
            return columns.to_jsonl(tags, source.stem), ()
        case "columns":
            return ("" if alone else f"# {source.name}\n") + columns.to_text(tags), ()
        case "csv":
            return columns.to_csv(tags), ()
    made, notes = document(result, options)
    return _file(made, form, options, source.stem), notes


def as_json(result: Result) -> dict[str, Any]:
    """The stable interface: version and items; what was asked for and what was heard only where there is any."""
    value = result.tags.to_json()
    value.pop("notes", None)
    if result.sounds:
        value["sounds"] = [sound.to_json() for sound in result.sounds]
    if result.turns:
        value["speakers"] = [
            {"speaker": turn.speaker, "start": turn.start, "end": turn.end, "confidence": round(turn.confidence, 4)}
            for turn in result.turns
        ]
    return value


def document(result: Result, options: Options) -> tuple[Document, tuple[str, ...]]:
    """The tagged document, and notes: its cues and marks, sounds that agree with them, captions if they are wanted."""
    made = _from_text(result, options)
    notes: tuple[str, ...] = ()
    if result.sounds:
        own = [mark for mark in made.marks if marking.is_ours(mark)]
        language = made.languages[0] if made.languages else ""
        made = marking.put(made, agreement.agree(own, result.sounds, language=language))
    if result.turns:
        made = marking.put(made, (*made.marks, *map(_turn_mark, result.turns)))
    if options.sdh:
        from plugin_core.tagging import sdh

        written = sdh.write(made, style=options.sdh)
        made, notes = written.document, written.notes
    return made, notes


def _turn_mark(turn: Turn) -> Mark:
    """A note that says who speaks, for media whose words nobody has written down yet."""
    attributes = ((marking.SOURCE, marking.SOUND), ("speaker", turn.speaker))
    bare = Mark("", "note", turn.start, turn.end, turn.speaker, attributes, round(turn.confidence, 4))
    return replace(bare, id=marking.digest(bare))


def _from_text(result: Result, options: Options) -> Document:
    source = result.source
    media = source.media or options.media
    if source.media:
        made = Document(languages=(options.language or "zh",))
    elif source.document is None:
        made = marking.document_of(result.tags, options.language or source.language)
    else:
        column = column_of(source.document, options.language)
        stream = marking.stream_of(source.document, column)
        made = marking.mark_cues(source.document, stream, result.tags, language=column, strip=options.strip)
    if media:
        from plugin_core.media import probe

        made = replace(made, media=probe(media))
    return made


def column_of(document: Document, language: str) -> str:
    """*language* if it is a column of *document*, else "": the first."""
    return language if language in document.languages else ""


def _file(made: Document, form: str, options: Options, name: str) -> str:
    from plugin_core import formats, storage

    if form == "zimu":
        return storage.dumps(made).decode()
    if form == "markers":
        from plugin_core.exchange import named
        from plugin_core.host import TimelineInfo
        from plugin_core.timeline import programme_of

        info = TimelineInfo.of(made, rate=options.rate, name=name)
        return named("marker-edl").write(programme_of(made, info)).decode()
    return formats.to_text(made, form)

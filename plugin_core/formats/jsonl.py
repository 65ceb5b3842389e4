"""
JSON Lines for programs: one cue per line, every column, word times included.

    {"id": "…", "start": 0, "end": 900, "texts": {"zh": "…", "en": "…"}, "speaker": "", "role": "", "tags": [],
     "words": [{"start": 0, "end": 400, "text": "…", "probability": 0.98}]}

Integers are ms. The reader also takes ``"text"`` in place of ``"texts"``, and decimal numbers as seconds (Whisper's
habit).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from plugin_core.document import Cue, Document, Word
from plugin_core.formats.base import UNKNOWN_LANGUAGE, Parsed, RawCue
from plugin_core.formats.layout import Layout, clean

_FIELDS = ("start", "end")


def sniff(text: str) -> bool:
    """Whether the first line is a JSON object with times."""
    first = text.lstrip().split("\n", 1)[0]
    return first.startswith("{") and first.rstrip().endswith("}") and '"start"' in first and '"end"' in first


def read(text: str) -> Parsed:
    """The cues of all lines that hold one; the others are noted and left out."""
    rows: list[dict[str, Any]] = []
    bad = 0
    for line in filter(str.strip, text.split("\n")):
        try:
            row = json.loads(line)
            rows.append({**row, "start": _ms(row["start"]), "end": _ms(row["end"]), "texts": _texts(row)})
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
            bad += 1
    languages = tuple(dict.fromkeys(language for row in rows for language in row["texts"]))
    if languages == ("",):
        languages = ()
    elif "" in languages:
        languages = tuple(language or UNKNOWN_LANGUAGE for language in languages)
    cues = [
        _cue(row, [language if language != UNKNOWN_LANGUAGE else "" for language in languages] or [""]) for row in rows
    ]
    return Parsed(cues, languages, [f"{bad} × line that is not a cue, left out."] if bad else [], keep_empty=True)


def write(document: Document, layout: Layout) -> str:
    """One JSON object per line for each cue, keys in a fixed order; *layout* only chooses the languages."""
    languages = layout.languages or document.languages
    columns = [(language, document.column(language)) for language in languages]
    return "".join(f"{json.dumps(_row(cue, columns), ensure_ascii=False)}\n" for cue in document.cues)


def _row(cue: Cue, columns: list[tuple[str, int]]) -> dict[str, Any]:
    return {
        "id": clean(cue.id),
        "start": cue.start,
        "end": cue.end,
        "texts": {language: clean(cue.texts[column]) for language, column in columns},
        "speaker": clean(cue.speaker),
        "role": clean(cue.role),
        "tags": [clean(tag) for tag in cue.tags],
        "words": [asdict(word) for word in cue.words],
    }


def _ms(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value if isinstance(value, int) else round(value * 1000)


def _texts(row: dict[str, Any]) -> dict[str, str]:
    texts = row.get("texts", row.get("text"))
    if isinstance(texts, str):
        return {str(row.get("language") or ""): texts}
    if not isinstance(texts, dict):
        raise TypeError(texts)
    return {str(language): str(text) for language, text in texts.items()}


def _cue(row: dict[str, Any], languages: list[str]) -> RawCue:
    texts = row["texts"]
    return RawCue(
        row["start"],
        row["end"],
        tuple(texts.get(language, texts.get(UNKNOWN_LANGUAGE, "") if not language else "") for language in languages),
        id=str(row.get("id") or ""),
        speaker=str(row.get("speaker") or ""),
        role=str(row.get("role") or ""),
        tags=tuple(str(tag) for tag in _list(row.get("tags"))),
        words=tuple(word for value in _list(row.get("words")) if (word := _word(value)) is not None),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: Any) -> Word | None:
    try:
        text = str(value.get("text", value.get("word", "")))
        return Word(_ms(value["start"]), _ms(value["end"]), text, float(value.get("probability", 1.0)))
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None

"""
The user's own corrected texts as training data.

A folder holds ``*.jsonl`` files, one text a line: ``{"text": ..., "items": [...]}`` with items as ``zimu tag --json``
prints them: ``kind`` and ``span``, corrected by hand; ``speaker``, ``state``, ``direction``, ``manner`` and ``items``
as their words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.tagger.drafts import Draft, Span


def read_folder(folder: Path) -> list[Draft]:
    """Every text of the folder's files; ValueError names a line that is none."""
    drafts: list[Draft] = []
    for path in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            if line.strip():
                try:
                    drafts.append(read_one(json.loads(line)))
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{path.name}, line {number}: {error}") from error
    return drafts


def read_one(value: dict[str, Any]) -> Draft:
    """One text with its items as a draft."""
    draft = Draft(str(value["text"]))
    for item in value["items"]:
        start, end = (int(place) for place in item["span"])
        if not 0 <= start < end <= len(draft.text):
            raise ValueError(f"the span {item['span']} is not in the text")
        draft.spans.append(Span(start, end, str(item["kind"])))
        draft.spans += inner(draft.text, item, start, end)
        draft.spans += beside(draft, item, start)
    return draft.trim()


def inner(text: str, item: dict[str, Any], start: int, end: int) -> Iterable[Span]:
    """Where direction, manner and the parts of a title stand in the item."""
    words = [("direction", item.get("direction", "")), ("manner", item.get("manner", ""))]
    words += [("item", part) for part in item.get("items", ())]
    for label, word in words:
        at = text.find(word, start, end) if word else -1
        if at >= 0:
            yield Span(at, at + len(word), label)


def beside(draft: Draft, item: dict[str, Any], start: int) -> Iterable[Span]:
    """Where speaker and state stand before the words, unless another item of the same turn has them already."""
    for label in ("state", "speaker"):
        word = item.get(label, "")
        at = draft.text.rfind(word, max(0, start - 80), start) if word else -1
        taken = any(span.start < at + len(word) and at < span.end for span in draft.spans)
        between = draft.text[at + len(word) : start] if at >= 0 else "\n\n"
        if at >= 0 and not taken and "\n\n" not in between:
            yield Span(at, at + len(word), label)

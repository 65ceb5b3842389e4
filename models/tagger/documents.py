"""
The user's own corrected texts as training data.

A folder may hold, at any depth:

* ``*.zimu`` documents that were tagged and corrected on the timeline: marks, speakers and states say what in the
  cues' texts is what, all else in them is said;
* ``NAME.tags.json``, as ``zimu tag --format json`` writes it, corrected by hand, beside the text or subtitle file NAME
  it was made from;
* ``*.jsonl`` files, one text a line: ``{"text": ..., "items": [...]}``.

Items are as ``zimu tag --json`` prints them: ``kind`` and ``span``; ``speaker``, ``state``, ``direction``, ``manner``
and ``items`` as their words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.tagger.data import LIMIT
from models.tagger.drafts import Draft, Span
from plugin_core import storage
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import ZimuError
from plugin_core.tagging import anchors, edges, inputs, marking
from plugin_core.tagging.kinds import SPEECH
from plugin_core.tagging.tags import KINDS

TAGS = ".tags.json"
BEFORE = 80  # characters before the words in which their speaker and state may stand


def read_folder(folder: Path) -> list[Draft]:
    """Every text of the folder's files, in pieces that fit a row; ValueError names a file or line that is none."""
    drafts: list[Draft] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".jsonl":
            drafts += read_lines(path)
        elif path.suffix == inputs.DOCUMENT or path.name.endswith(TAGS):
            try:
                drafts.append(read_pair(path) if path.name.endswith(TAGS) else of_document(storage.load(path)))
            except (ValueError, KeyError, TypeError, ZimuError) as error:
                raise ValueError(f"{path.name}: {error}") from error
    return [piece for draft in drafts for piece in pieces(draft)]


def read_lines(path: Path) -> Iterator[Draft]:
    """The texts of a ``.jsonl`` file."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                yield read_one(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error


def read_pair(path: Path) -> Draft:
    """The items of ``NAME.tags.json`` in the text of the file NAME beside it."""
    stem = path.name.removesuffix(TAGS)
    endings = {*inputs.TEXTS, *inputs.SUBTITLES, inputs.DOCUMENT}
    sources = [one for one in sorted(path.parent.glob("*")) if one.stem == stem and one.suffix.lower() in endings]
    if len(sources) != 1:
        raise ValueError(f"beside it must lie one text {stem}, not {len(sources)}")
    text = inputs.open_source(str(sources[0])).text
    return read_one({"text": text, "items": json.loads(path.read_text(encoding="utf-8-sig"))["items"]})


def read_one(value: Mapping[str, Any]) -> Draft:
    """One text with its items as a draft."""
    draft = Draft(str(value["text"]))
    for item in value["items"]:
        start, end = (int(place) for place in item["span"])
        if not 0 <= start < end <= len(draft.text):
            raise ValueError(f"the span {item['span']} is not in the text")
        if item["kind"] not in KINDS:
            raise ValueError(f"there is no kind {item['kind']!r} of items")
        draft.spans.append(Span(start, end, str(item["kind"])))
        draft.spans += inner(draft.text, item, start, end)
        draft.spans += beside(draft, item, start)
    return draft.trim()


def inner(text: str, item: Mapping[str, Any], start: int, end: int) -> Iterable[Span]:
    """Where direction, manner and the parts of a title stand in the item."""
    words = [("direction", item.get("direction", "")), ("manner", item.get("manner", ""))]
    words += [("item", part) for part in item.get("items", ())]
    for label, word in words:
        at = text.find(word, start, end) if word else -1
        if at >= 0:
            yield Span(at, at + len(word), label)


def beside(draft: Draft, item: Mapping[str, Any], start: int) -> Iterable[Span]:
    """Where speaker and state stand before the words, unless another item of the same turn has them already."""
    for label in ("state", "speaker"):
        word = item.get(label, "")
        at = draft.text.rfind(word, max(0, start - BEFORE), start) if word else -1
        taken = any(span.start < at + len(word) and at < span.end for span in draft.spans)
        between = draft.text[at + len(word) : start] if at >= 0 else "\n\n"
        if at >= 0 and not taken and "\n\n" not in between:
            yield Span(at, at + len(word), label)


def of_document(document: Document) -> Draft:
    """The cues of a tagged document as one text; ValueError if nothing in it was tagged."""
    stream = marking.stream_of(document)
    draft, found = Draft(stream.text), anchors.read(stream.text)
    marks = [mark for mark in document.marks if mark.kind in KINDS]
    for cue, (start, end, _) in zip(document.cues, stream.places, strict=True):
        taken = [*told(cue, draft.text, start, end), *seen(cue, marks, draft.text, start, end)]
        outer = sorted((span for span in taken if span.label not in {"direction", "manner", "item"}), key=_start)
        draft.spans += taken
        for first, last in gaps(outer, start, end):
            span = edges.trimmed(found, first, last, SPEECH)
            draft.spans += [Span(*span, "speech")] if span else []
    if all(span.label == "speech" for span in draft.spans):
        raise ValueError("nothing in it was tagged")
    return draft.trim()


def told(cue: Cue, text: str, start: int, end: int) -> Iterator[Span]:
    """The speaker and the states of a cue, where they stand in its text before what is said."""
    words = [(cue.speaker, "speaker")]
    words += [(tag.removeprefix(marking.STATE_TAG), "state") for tag in cue.tags if tag.startswith(marking.STATE_TAG)]
    for word, label in words:
        at = text.find(word, start, min(end, start + BEFORE)) if word else -1
        behind = text[at + len(word) : end].lstrip()[:1]
        if at >= 0 and behind and not behind.isalnum():
            yield Span(at, at + len(word), label)
            start = at + len(word)


def seen(cue: Cue, marks: Sequence[Mark], text: str, start: int, end: int) -> Iterator[Span]:
    """The marks of a cue's time whose words stand in its text, each behind the one before."""
    for mark in marks:
        if mark.start < cue.end and cue.start < max(mark.end, mark.start + 1):
            at = text.find(mark.text, start, end)
            if at >= 0 and mark.text:
                start = at + len(mark.text)
                yield Span(at, start, mark.kind)
                told_of = dict(mark.attributes)
                yield from inner(text, {**told_of, "items": _parts(told_of.get("items", ""))}, at, start)


def _parts(words: str) -> list[str]:
    return [part for part in words.split(" | ") if part]


def _start(span: Span) -> int:
    return span.start


def gaps(spans: Sequence[Span], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of [start, end) lies between *spans*, which stand in order."""
    for span in spans:
        yield start, max(start, span.start)
        start = max(start, span.end)
    yield start, end


def pieces(draft: Draft, limit: int = LIMIT) -> Iterator[Draft]:
    """*draft* cut where a cue or at least a line ends, into pieces of at most *limit* characters with an item each."""
    start = 0
    while start < len(draft.text):
        window = draft.text[start : start + limit]
        if start + limit < len(draft.text):
            breaks = (window.rfind("\n\n") + 2, window.rfind("\n") + 1, limit)
            window = window[: next(place for place in breaks if place > limit // 4)]
        end = start + len(window)
        spans = [Span(s.start - start, min(s.end, end) - start, s.label) for s in draft.spans if start <= s.start < end]
        if spans:
            yield Draft(window, spans).trim()
        start = end

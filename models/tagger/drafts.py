"""A text under construction, with the spans of its items known by construction and kept true through every edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

OUTER = ("speaker", "state", "speech", "music", "sound", "action", "title")
INNER = ("direction", "manner", "item")
ASKED = "asked"
QUOTES = ('""', "“”", "「」", "『』", "''", "‘’", "«»", "„“")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of one item with the attributes that stand in them: (start, end, label of INNER)."""

    text: str
    marks: tuple[tuple[int, int, str], ...] = ()
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)

    def of(self, kind: str) -> Phrase:
        """The same words as an item of *kind*."""
        return Phrase(self.text, self.marks, kind)


def phrase(*parts: str | Phrase | tuple[str, str], glue: str = "") -> Phrase:
    """One phrase of its parts; a pair is (words, label of INNER). Empty parts leave no glue."""
    text, marks = "", list[tuple[int, int, str]]()
    for part in parts:
        words = part[0] if isinstance(part, tuple) else part.text if isinstance(part, Phrase) else part
        if not words:
            continue
        text += glue if text else ""
        if isinstance(part, tuple):
            marks.append((len(text), len(text) + len(words), part[1]))
        elif isinstance(part, Phrase):
            marks += [(start + len(text), end + len(text), label) for start, end, label in part.marks]
        text += words
    return Phrase(text, tuple(marks))


def told(words: Phrase, patterns: Mapping[str, re.Pattern[str]]) -> Phrase:
    """*words* with marks for direction and manner where they are said and not marked yet, one of each."""
    marks = list(words.marks)
    for label, pattern in patterns.items():
        if any(name == label for _, _, name in marks):
            continue
        for match in pattern.finditer(words.text):
            if not any(start < match.end() and match.start() < end for start, end, _ in marks):
                marks.append((match.start(), match.end(), label))
                break
    return Phrase(words.text, tuple(marks), words.kind)


@dataclass(slots=True)
class Span:
    """A labelled stretch of a draft."""

    start: int
    end: int
    label: str


def enclosed(words: str) -> bool:
    """Whether one pair of quotation marks holds all of the words: then they are no part of what is said."""
    if len(words) < 3 or words[0] + words[-1] not in QUOTES:
        return False
    return not any(mark in words[1:-1] for mark in {words[0], words[-1]})


@dataclass(slots=True)
class Draft:
    """A text and its spans. *asked* holds the label in plain words where the sample answers a question."""

    text: str = ""
    spans: list[Span] = field(default_factory=list)
    asked: str = ""

    def put(self, text: str) -> Draft:
        """Append words that are no item."""
        self.text += text
        return self

    def item(self, label: str, words: Phrase | str) -> Draft:
        """Append an item with its inner marks."""
        words = words if isinstance(words, Phrase) else Phrase(words)
        at = len(self.text)
        if words.text.strip():
            self.spans.append(Span(at, at + len(words.text), label))
        self.spans += [Span(at + start, at + end, name) for start, end, name in words.marks]
        self.text += words.text
        return self

    def join(self, other: Draft) -> Draft:
        """Append another draft."""
        at = len(self.text)
        self.spans += [Span(span.start + at, span.end + at, span.label) for span in other.spans]
        self.text += other.text
        return self

    def replace(self, start: int, end: int, new: str) -> bool:
        """Put *new* in place of text[start:end]; refused (False) where that would cross a span's border."""
        for span in self.spans:
            inside = span.start <= start and end <= span.end
            if not (inside or end <= span.start or span.end <= start):
                return False
            if inside and end - start == span.end - span.start and not new.strip():
                return False
        grown = len(new) - (end - start)
        for span in self.spans:
            if start >= span.start and end <= span.end and not (start == end and start in (span.start, span.end)):
                span.end += grown
            elif span.start >= end:
                span.start, span.end = span.start + grown, span.end + grown
        self.text = self.text[:start] + new + self.text[end:]
        return True

    def trim(self) -> Draft:
        """Take white space off the ends of the spans and drop empty ones."""
        kept = []
        for span in self.spans:
            words = self.text[span.start : span.end]
            start = span.start + len(words) - len(words.lstrip())
            end = span.end - (len(words) - len(words.rstrip()))
            if span.label == "speech" and enclosed(self.text[start:end]):
                start, end = start + 1, end - 1
            if start < end:
                kept.append(Span(start, end, span.label))
        self.spans = kept
        return self

    def cut(self, limit: int) -> Draft:
        """At most *limit* characters; spans that reach beyond end there or go."""
        if len(self.text) > limit:
            self.text = self.text[:limit]
            self.spans = [Span(s.start, min(s.end, limit), s.label) for s in self.spans if s.start < limit]
        return self.trim()

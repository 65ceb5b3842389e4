"""
Looking for a text or a pattern in cues, and replacing it, in a time that is bounded whatever the pattern.

A pattern is a regular expression of the library ``regex`` (the standard library's, and ``\\p{Han}`` and the like): it
can be stopped while it matches. One that takes too long is given up with a sentence, because a window that stands
still looks like one that has died.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from time import monotonic

import regex  # type: ignore[import-untyped]

from plugin_core import edits
from plugin_core.document import Document
from plugin_core.errors import DocumentError

PATIENCE = 1.0  # s for the whole document
AT_ONCE = 0.1  # s for one text
REPETITIONS = 200_000  # what a pattern may ask for at least; to compile more takes longer than anybody waits
_REPEATED = re.compile(r"\{(\d+)")


class BadPattern(DocumentError):
    """It is no pattern, or none that can be looked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters [start, end) of the *language* text of a cue."""

    cue_id: str
    language: str
    start: int
    end: int


class Search:
    """
    What is looked for: *text* itself, or with *pattern* the regular expression. Without *case*, in any case.

    BadPattern says what is wrong with it, or, from every method, that it takes too long.
    """

    def __init__(self, text: str, *, pattern: bool = False, case: bool = False) -> None:
        self.pattern = pattern
        least = prod(min(int(number), 1 << 32) or 1 for number in _REPEATED.findall(text)) if pattern else 1
        if least > REPETITIONS:
            raise BadPattern("find.repetitions", "This pattern cannot be looked for: it repeats too often.", "")
        try:
            self._compiled = regex.compile(text if pattern else regex.escape(text), 0 if case else regex.IGNORECASE)
        except (regex.error, RecursionError, OverflowError, ValueError) as error:
            raise BadPattern("find.pattern", f"This pattern cannot be looked for: {error}", "") from error

    def places(self, document: Document, language: str = "") -> Iterator[Place]:
        """Where it is found in the texts of *language*, by default in all, cue by cue. Nothing is no place."""
        columns = [document.column(language)] if language else range(len(document.languages))
        end = monotonic() + PATIENCE
        for cue in document.cues:
            for column in columns:
                for start, after in self._found(cue.texts[column], end):
                    yield Place(cue.id, document.languages[column], start, after)

    def replaced(self, document: Document, new: str, language: str = "") -> tuple[Document, int]:
        """*document* with every place made *new* (of a pattern a template, ``\\1`` is a group), and how many."""
        end, count = monotonic() + PATIENCE, 0
        for code in [language] if language else document.languages:
            column = document.column(code)
            changed = {}
            for cue in document.cues:
                text, found = self._substituted(cue.texts[column], new, end)
                if found:
                    changed[cue.id] = text
                    count += found
            document = edits.set_texts(document, code, changed)
        return document, count

    def replacement(self, text: str, place: Place, new: str) -> str | None:
        """What *place* of *text* becomes; None if it is not there any more."""
        try:
            match = self._compiled.match(text, place.start, timeout=AT_ONCE)
            if match is None or match.end() != place.end:
                return None
            return str(match.expand(new)) if self.pattern else new
        except TimeoutError as error:
            raise _too_long() from error
        except (regex.error, IndexError) as error:
            raise BadPattern("find.pattern", f"This pattern cannot be looked for: {error}", "") from error

    def _found(self, text: str, end: float) -> list[tuple[int, int]]:
        try:
            found = [match.span() for match in self._compiled.finditer(text, timeout=AT_ONCE)]
        except TimeoutError as error:
            raise _too_long() from error
        if monotonic() > end:
            raise _too_long()
        return [span for span in found if span[1] > span[0]]

    def _substituted(self, text: str, new: str, end: float) -> tuple[str, int]:
        spans = self._found(text, end)
        if not spans:
            return text, 0
        parts, last = [], 0
        for start, after in spans:
            made = self.replacement(text, Place("", "", start, after), new)
            parts += [text[last:start], text[start:after] if made is None else made]
            last = after
        return "".join([*parts, text[last:]]), len(spans)


def _too_long() -> BadPattern:
    hint = "Make it simpler: nested repetitions cost most."
    return BadPattern("find.too-long", "This pattern takes too long and was given up.", hint)

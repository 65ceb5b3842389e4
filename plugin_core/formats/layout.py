"""Which languages of a document a file shows, and in which order; the text as a file can hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plugin_core.document import Cue, Document, Word
from plugin_core.errors import SettingsError

ORDERS = ("source-over-target", "target-over-source", "single")

WORD_JOINER = "\u2060"  # drawn as nothing; put inside what a player would take for markup, dropped by ``clean``

_NEWLINE = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\u2060\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Layout:
    """
    How the languages of a document share one file.

    *languages* are the columns to show, source first; none means all of the document's. "single" shows the first
    only. *highlight* writes word times (ASS ``\\k``, WebVTT inline times) where cues have words; *speakers* writes
    who speaks where the format has a place for it.
    """

    order: str = ORDERS[0]
    languages: tuple[str, ...] = ()
    highlight: bool = False
    speakers: bool = True

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise SettingsError("settings.layout", f"{self.order!r} is not a layout.", f"Use: {', '.join(ORDERS)}.")

    def shown(self, document: Document) -> tuple[str, ...]:
        """The languages to show, from the top of the picture to the bottom; DocumentError for one it does not have."""
        languages = self.languages or document.languages
        for language in languages:
            document.column(language)
        if self.order == "single":
            return languages[:1]
        return languages if self.order == ORDERS[0] else (*languages[1:], *languages[:1])


def clean(text: str) -> str:
    """
    *text* as every format can hold it.

    Line breaks of all kinds become ``\\n``, tabs spaces; control characters, lone surrogates, invisible joiners
    (U+FEFF, U+2060), blank lines and white space at either end of a line go; an ideographic space that indents stays.
    """
    text = _FORBIDDEN.sub("", _NEWLINE.sub("\n", text).replace("\t", " "))
    lines = (line.lstrip(" ").rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip())


def one_line(text: str) -> str:
    """*text* cleaned and on one line: speakers, ids, headings."""
    return clean(text).replace("\n", " ").strip()


def stacked(document: Document, layout: Layout) -> Iterator[tuple[Cue, tuple[tuple[str, str], ...]]]:
    """Each cue with its (language, text) pairs from top to bottom; cues with nothing to show are left out."""
    shown = [(language, document.column(language)) for language in layout.shown(document)]
    for cue in document.cues:
        parts = [(language, clean(cue.texts[column])) for language, column in shown]
        full = tuple((language, text) for language, text in parts if text)
        if full:
            yield cue, full


def timed_parts(text: str, words: Sequence[Word], *, reach: int = 16) -> list[tuple[Word, str]]:
    """
    *text* cut where its words begin: (word, piece) pairs whose pieces join to *text* again.

    Only letters and digits are compared, so re-flowed lines and changed punctuation do not matter. Words an edit
    removed are passed over (a word is looked for within *reach* characters of the one before); with fewer than half
    of them found the times no longer belong to the text, and the result is empty.
    """
    places = [at for at, character in enumerate(text) if character.isalnum()]
    folded = "".join(text[at].lower()[:1] for at in places)
    starts: list[tuple[int, Word]] = []
    at, wanted = 0, 0
    for word in words:
        body = "".join(character.lower()[:1] for character in word.text if character.isalnum())
        if not body:
            continue
        wanted += 1
        found = folded.find(body, at, at + len(body) + reach)
        if found >= 0:
            starts.append((places[found] if starts else 0, word))
            at = found + len(body)
    if not starts or 2 * len(starts) < wanted:
        return []
    ends = [position for position, _ in starts[1:]] + [len(text)]
    return [(word, text[begin:end]) for (begin, word), end in zip(starts, ends, strict=True)]

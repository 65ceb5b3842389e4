"""
What captions for broadcast share (SCC, EBU-STL): one caption at a time, few rows of few columns, few characters.

Nothing is lost in silence: a character that the format has no code for is an error that names it and says what can be
done, unless the caller listed a replacement; every replacement made, and every caption wrapped anew or parted, is
noted.
"""

from __future__ import annotations

import heapq
import logging
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats.layout import clean

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

TYPOGRAPHIC: Mapping[str, str] = {  # what a typist would have written; used only where the format has no such sign
    "…": "...", "–": "-", "—": "--", "―": "--", "‐": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "‚": ",", "“": '"',
    "”": '"', "„": '"', "«": '"', "»": '"', "‹": "'", "›": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
    "\u3000": " ", "•": "-", "·": ".", "×": "x", "÷": "/", "♫": "♪", "♬": "♪", "♩": "♪", "´": "'", "`": "'",
    "ﬁ": "fi", "ﬂ": "fl", "€": "EUR", "\u200b": "", "\u200e": "", "\u200f": "", "\u00ad": "",
}  # fmt: skip


class Caption(NamedTuple):
    """What is on the screen from *first* until before *end*, in frames of the timeline."""

    first: int
    end: int
    rows: tuple[str, ...]


@dataclass(slots=True)
class Notes:
    """What was done to the texts, counted."""

    replaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrapped: int = 0
    parted: int = 0
    overlaps: int = 0
    before: int = 0
    more: list[str] = field(default_factory=list)

    def sentences(self) -> tuple[str, ...]:
        told = [f"{count} × {old!r} written as {new!r}." for (old, new), count in sorted(self.replaced.items())]
        told += [f"{self.wrapped} × subtitle wrapped anew to fit the rows."] * bool(self.wrapped)
        told += [f"{self.parted} × subtitle too long for one caption, parted into several."] * bool(self.parted)
        told += [f"{self.overlaps} × subtitles that overlap, shown together while they do."] * bool(self.overlaps)
        told += [f"{self.before} × subtitle before the start of the timeline, left out."] * bool(self.before)
        return (*told, *self.more)


@dataclass(frozen=True, slots=True)
class Screen:
    """*has* says whether the format has a character; *columns* and *rows* are what fits on the screen."""

    name: str
    columns: int
    rows: int
    has: Callable[[str], bool]


def quiet(library: str) -> None:
    """Let a library's warnings go to the log only if there is one: what matters to the user is in the notes."""
    logger = logging.getLogger(library)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def column_of(document: Document, language: str) -> int:
    """The column of *language*, of the first one if it is ""."""
    if not document.languages:
        raise DocumentError("document.no-cues", "The document has no subtitles.", "Recognise the speech first.")
    return document.column(language or document.languages[0])


def captions_of(
    programme: Programme, language: str, screen: Screen, replacements: Mapping[str, str] | None, notes: Notes
) -> Iterator[Caption]:
    """
    The captions of one language, one at a time, in order, as *screen* can show them.

    DocumentError "document.characters" names what it has no code for.
    """
    document = programme.document
    column = column_of(document, language)
    texts = {cue.id: clean(cue.texts[column]) for cue in document.cues}
    written = _written(texts, screen, replacements or {}, notes)
    if isinstance(written, frozenset):
        raise _no_place(Counter("".join(texts.values())), written, document, column, screen)
    for first, end, cues in one_at_a_time(_spans(programme, written, notes), notes):
        rows = [row for cue in cues for row in written[cue.id].split("\n")]
        yield from _fitted(first, end, rows, screen, notes)


def _spans(programme: Programme, texts: Mapping[str, str], notes: Notes) -> Iterator[tuple[int, int, Cue]]:
    for cue in programme.document.cues:
        if texts[cue.id]:
            first, length = programme.info.span(cue.start, cue.end)
            if first + length > 0:
                yield max(0, first), first + length, cue
            else:
                notes.before += 1


def one_at_a_time(spans: Iterable[tuple[int, int, Cue]], notes: Notes) -> Iterator[tuple[int, int, list[Cue]]]:
    """(start, end, cue) spans, by start, made free of overlap: each with the cues that are up then, in their order."""
    up: list[tuple[int, int, Cue]] = []  # a heap: (end, number, cue)
    at = 0
    for number, (first, end, cue) in enumerate(spans):
        while up and up[0][0] <= first:
            if up[0][0] > at:
                yield at, up[0][0], _in_order(up)
            at = max(at, heapq.heappop(up)[0])
        if up:
            notes.overlaps += 1
            if first > at:
                yield at, first, _in_order(up)
        at = first
        heapq.heappush(up, (end, number, cue))
    while up:
        if up[0][0] > at:
            yield at, up[0][0], _in_order(up)
        at = max(at, heapq.heappop(up)[0])


def _in_order(up: list[tuple[int, int, Cue]]) -> list[Cue]:
    return [cue for _, _, cue in sorted(up, key=lambda item: item[1])]


def _written(
    texts: Mapping[str, str], screen: Screen, replacements: Mapping[str, str], notes: Notes
) -> dict[str, str] | frozenset[str]:
    """The texts in characters that *screen* has, or the characters there is no place for."""
    table: dict[str, str] = {"\n": "\n"}
    lost: set[str] = set()
    found = {}
    for key, text in texts.items():
        text = unicodedata.normalize("NFC", text)  # noqa: PLW2901
        for character in set(text) - table.keys():
            table[character] = _one(character, screen, replacements, lost)
        for character in text:
            if table[character] != character:
                notes.replaced[character, table[character]] += 1
        found[key] = clean("".join(table[character] for character in text))
    return frozenset(lost) or found


def _one(character: str, screen: Screen, replacements: Mapping[str, str], lost: set[str]) -> str:
    """How *character* is written: as it is, as the caller says, as a typist would, in its plain form; else lost."""
    plain = unicodedata.normalize("NFKC", character)
    base = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    for choice in (character, replacements.get(character), TYPOGRAPHIC.get(character), plain, base):
        meant = choice or character in TYPOGRAPHIC or character in replacements  # "" only where somebody says so
        if choice is not None and meant and all(screen.has(part) for part in choice):
            return choice
    if "*" in replacements and all(screen.has(part) for part in replacements["*"]):
        return replacements["*"]
    lost.add(character)
    return ""


def _no_place(
    counts: Counter[str], lost: frozenset[str], document: Document, column: int, screen: Screen
) -> DocumentError:
    shown = "".join(sorted(lost, key=lambda character: (-counts[character], character))[:12])
    more = "…" if len(lost) > 12 else ""
    fits = [
        name
        for at, name in enumerate(document.languages)
        if at != column and all(_fits(cue.texts[at], screen) for cue in document.cues)
    ]
    hint = f"Write {' or '.join(repr(name) for name in fits)} instead, or list" if fits else "List"
    return DocumentError(
        "document.characters",
        f"{screen.name} has no codes for {len(lost)} characters of {document.languages[column]!r}: {shown}{more}",
        f"{hint} replacements ('*' replaces all the rest). Chinese captions need SRT, IMSC or burned-in text.",
    )


def _fits(text: str, screen: Screen) -> bool:
    return all(character in "\n\t" or screen.has(character) or character in TYPOGRAPHIC for character in text)


def _fitted(first: int, end: int, rows: list[str], screen: Screen, notes: Notes) -> Iterator[Caption]:
    """A caption, its rows wrapped anew if they do not fit, parted in time if there are still too many."""
    rows = [row.strip() for row in rows if row.strip()]
    if any(len(row) > screen.columns for row in rows) or len(rows) > screen.rows:
        notes.wrapped += 1
        rows = _wrapped(" ".join(rows), screen.columns)
    if len(rows) <= screen.rows:
        if rows:
            yield Caption(first, end, tuple(rows))
        return
    notes.parted += 1
    total, done = sum(map(len, rows)), 0
    for at in range(0, len(rows), screen.rows):
        part = rows[at : at + screen.rows]
        begin = first + (end - first) * done // total
        done += sum(map(len, part))
        until = first + (end - first) * done // total
        if until > begin:
            yield Caption(begin, until, tuple(part))


def _wrapped(text: str, columns: int) -> list[str]:
    """*text* in the fewest rows, as even as they can be."""
    rows = textwrap.wrap(text, columns, break_on_hyphens=False)
    longest = min(columns, max(map(len, text.split()), default=1))
    low, high = max(longest, len(text) // max(1, len(rows))), columns
    while low < high:
        middle = (low + high) // 2
        if len(textwrap.wrap(text, middle, break_on_hyphens=False)) <= len(rows):
            high = middle
        else:
            low = middle + 1
    return textwrap.wrap(text, high, break_on_hyphens=False)

"""
Who changed what: a document against the version the machine made, cue by cue, and how wrong the machine was.

Cues belong together by their id, which is stable; the parts of a cue that was split, and the cues of a join, by time.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from plugin_core import edits
from plugin_core.document import Cue, Document
from plugin_core.translation import language_of, spoken_text
from plugin_core.typography import joined, plain

KINDS = ("text", "times", "speaker", "split", "joined", "added", "deleted")
_TOKEN = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:['’][^\\W\u3400-\u9fff]+)*"
)
_SHOWN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+(?:['’][^\W\u3400-\u9fff]+)*|\s+|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of some cues of the machine's: *kinds* out of ``KINDS``; *languages* are those whose text differs."""

    kinds: tuple[str, ...]
    before: tuple[Cue, ...]
    after: tuple[Cue, ...]
    languages: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        return min(cue.start for cue in self.after or self.before)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed ("same"), went ("gone") or came ("new")."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Rate:
    """*errors* (substituted, missing and superfluous words) in *words* of the corrected text."""

    errors: int
    words: int

    @property
    def share(self) -> float:
        """The word error rate; 0 where there is no word and no error, and 1 where only errors are."""
        return self.errors / self.words if self.words else float(self.errors > 0)


def changes(before: Document, after: Document) -> tuple[Change, ...]:
    """
    Every change from *before* to *after*, in the order of time; a language that only one of them has is not compared.
    """
    languages = tuple(language for language in after.languages if language in before.languages)
    columns = [(language, before.column(language), after.column(language)) for language in languages]
    found = []
    for olds, news in _groups(before.cues, after.cues):
        kinds, differing = _kinds(olds, news, columns)
        if kinds:
            found.append(Change(kinds, olds, news, differing))
    return tuple(sorted(found, key=lambda change: change.start))


def restored(document: Document, change: Change, languages: Sequence[str]) -> Document:
    """
    *document* with the machine's version of *change* back in place; *languages* are those of the version compared with.

    If a cue was only reworded, retimed or given a speaker, what else was done to it stays.
    """
    there = {cue.id: cue for cue in document.cues}
    if len(change.before) == len(change.after) == 1 and change.after[0].id in there:
        old = _fitted(change.before[0], languages, document, there[change.after[0].id])
        cues = [_undone(cue, old, change) if cue.id == old.id else cue for cue in document.cues]
    else:
        gone = {cue.id for cue in (*change.after, *change.before)}
        cues = [cue for cue in document.cues if cue.id not in gone]
        cues += [_fitted(cue, languages, document, there.get(cue.id)) for cue in change.before]
    return edits.add_cues(replace(document, cues=()), cues)


def outdated(before: Document, after: Document) -> tuple[str, ...]:
    """The cues whose source was corrected since *before*, and a translation of theirs not."""
    old = {cue.id: cue for cue in before.cues}
    found = []
    for cue in after.cues:
        was = old.get(cue.id)
        if was is None or _whole([spoken_text(was, before)]) == _whole([spoken_text(cue, after)]):
            continue
        source = language_of(cue, after)
        others = [language for language in after.languages if language != source and language in before.languages]
        if any(cue.texts[after.column(one)] == was.texts[before.column(one)] for one in others):
            found.append(cue.id)
    return tuple(found)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words (Chinese: characters) that *after* has in place of those of *before*, for showing both in one line."""
    from rapidfuzz.distance import Levenshtein

    old, new = (_SHOWN.findall(joined(text)) for text in (before, after))
    found: list[Piece] = []
    for code in Levenshtein.opcodes(old, new):
        gone, came = "".join(old[code.src_start : code.src_end]), "".join(new[code.dest_start : code.dest_end])
        parts = [Piece("same", came)] if code.tag == "equal" else [Piece("gone", gone), Piece("new", came)]
        found += [part for part in parts if part.text]
    return tuple(_merged(found))


def error_rate(before: Document, after: Document, language: str) -> Rate:
    """
    The word error rate of *before* (the machine's) against *after* (corrected) in *language*.

    Words are compared without case, width, markup and punctuation; in Chinese and Japanese every character is a word,
    so that there it is the character error rate.
    """
    if language not in before.languages or language not in after.languages:
        return Rate(0, 0)
    a, b = before.column(language), after.column(language)
    errors = count = 0
    for olds, news in _groups(before.cues, after.cues):
        said = words(" ".join(cue.texts[b] for cue in news))
        count += len(said)
        if [cue.texts[a] for cue in olds] != [cue.texts[b] for cue in news]:
            errors += _distance(words(" ".join(cue.texts[a] for cue in olds)), said)
    return Rate(errors, count)


def words(text: str) -> list[str]:
    """The words of *text* as the error rate counts them."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", joined(plain(text))).casefold())


def _distance(old: Sequence[str], new: Sequence[str]) -> int:
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(old, new))


def _groups(before: Sequence[Cue], after: Sequence[Cue]) -> Iterator[tuple[tuple[Cue, ...], tuple[Cue, ...]]]:
    """Cues that belong together: those of one id, with the parts of a split and the members of a join."""
    old, new = {cue.id: cue for cue in before}, {cue.id: cue for cue in after}
    common = [cue for cue in before if cue.id in new]
    homes_before, homes_after = _Homes(common), _Homes([new[cue.id] for cue in common])
    parts: dict[str, tuple[list[Cue], list[Cue]]] = {}
    for key in [*old, *(key for key in new if key not in old)]:
        home = key
        if key not in new:
            home = homes_after.of(old[key]) or key
        elif key not in old:
            home = homes_before.of(new[key]) or key
        olds, news = parts.setdefault(home, ([], []))
        olds += [old[key]] if key in old else []
        news += [new[key]] if key in new else []
    yield from ((tuple(olds), tuple(news)) for olds, news in parts.values())


class _Homes:
    """Which cue a moment lies in."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._cues = sorted(cues, key=lambda cue: cue.start)
        self._starts = [cue.start for cue in self._cues]
        self._ends = list(accumulate((cue.end for cue in self._cues), max))

    def of(self, cue: Cue) -> str:
        """The id of the last cue that holds the middle of *cue*; "" if none does."""
        middle = (cue.start + cue.end) / 2
        place = bisect_right(self._starts, middle) - 1
        while place >= 0 and self._ends[place] > middle:
            if self._cues[place].end > middle:
                return self._cues[place].id
            place -= 1
        return ""


def _kinds(
    olds: Sequence[Cue], news: Sequence[Cue], columns: Sequence[tuple[str, int, int]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not olds or not news:
        return (("added",) if news else ("deleted",)), ()
    differing = tuple(
        language
        for language, a, b in columns
        if _whole(cue.texts[a] for cue in olds) != _whole(cue.texts[b] for cue in news)
    )
    found = {
        "text": bool(differing),
        "times": (olds[0].start, max(c.end for c in olds)) != (news[0].start, max(c.end for c in news)),
        "speaker": {cue.speaker for cue in olds} != {cue.speaker for cue in news},
        "split": len(news) > len(olds),
        "joined": len(olds) > len(news),
    }
    return tuple(kind for kind in KINDS if found.get(kind)), differing


def _whole(texts: Iterable[str]) -> str:
    """Texts as one, without what a split, a join or a line break changes: white space."""
    return "".join("".join(texts).split())


def _fitted(cue: Cue, languages: Sequence[str], document: Document, now: Cue | None) -> Cue:
    """A cue of the version compared with, its texts in the columns of *document*; other columns stay as they are."""
    texts = []
    for column, language in enumerate(document.languages):
        own = now.texts[column] if now is not None else ""
        texts.append(cue.texts[languages.index(language)] if language in languages else own)
    return replace(cue, texts=tuple(texts))


def _undone(cue: Cue, old: Cue, change: Change) -> Cue:
    """*cue* with the machine's texts, times or speaker, as far as *change* is about them."""
    if "text" in change.kinds:
        cue = replace(cue, texts=old.texts, words=old.words)
    if "times" in change.kinds:
        cue = replace(cue, start=old.start, end=old.end)
    return replace(cue, speaker=old.speaker) if "speaker" in change.kinds else cue


def _merged(found: Iterable[Piece]) -> list[Piece]:
    """Neighbouring changes with nothing but a space between them as one: whole phrases, not a chequered line."""
    result: list[Piece] = []
    gone, new = "", ""
    items = list(found)
    for place, piece in enumerate(items):
        between = piece.kind == "same" and not piece.text.strip() and (gone or new) and place + 1 < len(items)
        if piece.kind == "same" and not between:
            result += [Piece(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
            gone, new = "", ""
            result.append(piece)
        else:
            gone += piece.text if piece.kind in {"gone", "same"} else ""
            new += piece.text if piece.kind in {"new", "same"} else ""
    return result + [Piece(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]


def counts(found: Iterable[Change]) -> Mapping[str, int]:
    """How many changes there are of each kind."""
    table = dict.fromkeys(KINDS, 0)
    for change in found:
        for kind in change.kinds:
            table[kind] += 1
    return table

"""
What is known by heart of the kinds people ask for: their names, words and spellings, from a pack's ``known.json``.

A label is matched to kinds by its phrasings (品牌, 品牌名, brands ...), else by likeness; a text is searched for the
words and patterns of those kinds and of the kinds that are theirs (a city is a location). Exact and quick, but it finds
only what is listed; a model of the pack finds the rest. Made by models/tagger/known.py.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from plugin_core.errors import ModelError

NAME = "known.json"
LIKE = 0.75  # likeness of a label to a phrasing above which they are one
_WIDEST = 6  # words of an English entry
_LONGEST = 14  # characters of a Chinese entry
_SHORT = 4  # a Chinese match up to this long must begin and end where words do
_LATIN = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:['’&.-][A-Za-z0-9\u00c0-\u024f]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")

Span = tuple[int, int]


class Kind:
    """Words and patterns of one kind, and the kinds that are its own."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.labels = tuple(str(label) for label in row["labels"])
        self.parts = tuple(str(part) for part in row["parts"])
        words = [str(word) for word in row["words"]]
        self.spelled = {word.lower(): word != word.lower() for word in words if not _HAN.search(word)}
        self.written = frozenset(word for word in words if _HAN.search(word))
        self._patterns = tuple(str(pattern) for pattern in row["patterns"])

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Apart from each other: the longest match counts, not the first alternative."""
        return tuple(map(re.compile, self._patterns))


class Known:
    """The kinds of a pack. *kinds* by name, as models/tagger/known.py writes them."""

    def __init__(self, kinds: Mapping[str, Mapping[str, Any]]) -> None:
        self._kinds = {name: Kind(row) for name, row in kinds.items()}
        self._labels = {_key(label): name for name, kind in self._kinds.items() for label in kind.labels}

    def kinds_of(self, label: str) -> tuple[str, ...]:
        """The kind that *label* names and those that are its own; none if it is not known."""
        key = _key(label)
        name = self._labels.get(key) or self._labels.get(key.removesuffix("s")) or self._like(key)
        return (name, *self._kinds[name].parts) if name else ()

    def words(self, kind: str) -> frozenset[str]:
        """The Chinese words of *kind*; none if it is not known."""
        return self._kinds[kind].written if kind in self._kinds else frozenset()

    def find(self, text: str, kinds: Iterable[str]) -> list[Span]:
        """Where words and patterns of *kinds* stand in *text* (folded), without overlaps: the longer ones."""
        wanted = [self._kinds[name] for name in kinds]
        found = {span for kind in wanted for span in self._in(text, kind)}
        edges = _edges(text) if any(_short(text, span) for span in found) else frozenset[int]()
        whole = (span for span in found if not _short(text, span) or edges.issuperset(span))
        kept: list[Span] = []
        for start, end in sorted(whole, key=lambda span: (span[0] - span[1], span[0])):
            if all(end <= first or last <= start for first, last in kept):
                kept.append((start, end))
        return sorted(kept)

    def _in(self, text: str, kind: Kind) -> Iterator[Span]:
        for pattern in kind.patterns:
            yield from (match.span() for match in pattern.finditer(text) if match[0].strip())
        words = [match.span() for match in _LATIN.finditer(text)] if kind.spelled else []
        for index, (start, _) in enumerate(words):
            for _, end in words[index : index + _WIDEST]:
                if _spelled(text[start:end], kind.spelled):
                    yield start, end
        if kind.written:
            for start in (match.start() for match in re.finditer(r"[\u3400-\u9fff《A-Za-z0-9]", text)):
                ends = range(start + 1, min(len(text), start + _LONGEST) + 1)
                yield from ((start, end) for end in ends if text[start:end] in kind.written)

    def _like(self, key: str) -> str:
        pairs = _pairs(key)
        best = max(self._labels, key=lambda known: _likeness(pairs, known), default="")
        return self._labels[best] if best and _likeness(pairs, best) >= LIKE else ""


@lru_cache(maxsize=4)
def open_known(folder: Path) -> Known | None:
    """What the pack in *folder* knows by heart, kept; None if it has no list. ModelError if the list is damaged."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        known = Known(json.loads(path.read_text("utf-8")))
        for kind in known._kinds.values():
            _ = kind.patterns, [known._kinds[part] for part in kind.parts]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise ModelError(
            "model.known", f"{path} cannot be read ({error!r}).", "Run `zimu models verify`, or pull the pack again."
        ) from error
    return known


def _spelled(word: str, entries: Mapping[str, bool]) -> bool:
    """Whether *word* is an entry, or its plural; a name (an entry with a capital) begins with one here too."""
    low = word.lower().removesuffix("'s").removesuffix("’s")
    for form in (low, low.removesuffix("s"), low.removesuffix("es")):
        if form in entries and len(form) > 1:
            return not entries[form] or word[0].isupper() or not word[0].isalpha()
    return False


def _short(text: str, span: Span) -> bool:
    return span[1] - span[0] <= _SHORT and bool(_HAN.match(text, span[0])) and bool(_HAN.match(text, span[1] - 1))


@lru_cache(maxsize=128)
def _edges(text: str) -> frozenset[int]:
    """Where words begin and end, as jieba cuts them."""
    import jieba

    jieba.setLogLevel(60)
    found, at = {0}, 0
    for word in jieba.cut(text, HMM=False):
        at += len(word)
        found.add(at)
    return frozenset(found)


def _key(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def _pairs(key: str) -> frozenset[str]:
    return frozenset(key[at : at + 2] for at in range(max(1, len(key) - 1)))


def _likeness(pairs: frozenset[str], known: str) -> float:
    """Dice's coefficient of the pairs of characters."""
    other = _pairs(known)
    return 2 * len(pairs & other) / (len(pairs) + len(other))

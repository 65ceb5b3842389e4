"""
Patterns of words in Chinese and English, and the one that explains most of a text.

A pattern is groups joined by `` + ``, a group words joined by ``|``. It matches a text that has a word of every group,
in any order; one that begins with ``~`` is weak. A match weighs the telling characters its words cover. Chinese words
match as they stand, English ones by their stems, so *slams*, *slammed* and *slamming* are one word. A text is looked up
through a dictionary of words, so its cost does not grow with the number of patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

HAN = re.compile(r"[㐀-鿿豈-﫿]")
_ENGLISH = re.compile(r"[a-z0-9]+(?:['’.\-/&][a-z0-9]+)*")
_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdglmnprt])\1$")
_LONGEST_CHINESE = 8  # characters of a word
_LONGEST_ENGLISH = 5  # tokens of a phrase
_READ = 400  # characters of a text that are looked at: descriptions are short
_WEAK = 0.4
_LIGHT = frozenset({"声", "音", "响", "声音", "音效", "响声", "sound", "nois"})  # say nothing of what is heard
_IRREGULAR = {
    "broke": "break", "broken": "break", "rang": "ring", "rung": "ring", "blew": "blow", "blown": "blow",
    "fell": "fall",
    "fallen": "fall", "ran": "run", "wept": "weep", "sang": "sing", "sung": "sing", "drank": "drink",
    "ate": "eat", "tore": "tear", "torn": "tear", "drove": "drive", "rode": "ride", "flew": "fly", "threw": "throw",
    "wrote": "write", "shook": "shake", "struck": "strike", "swung": "swing", "stood": "stand",
    "women": "woman", "men": "man", "children": "child", "feet": "foot", "wolves": "wolf",
    "knives": "knife", "glasses": "glass", "tyre": "tire", "tyres": "tire",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """*key* of a pattern that matches, where its words stand in the text, and what it weighs against others."""

    key: str
    spans: tuple[tuple[int, int], ...]
    weight: float
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Pattern:
    key: str
    groups: int
    weight: float


class Lexicon:
    """Keys with their patterns. Made once; looking up changes nothing."""

    def __init__(self, entries: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._patterns: list[_Pattern] = []
        self._words: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for key, patterns in entries:
            for pattern in patterns:
                self._add(key, pattern)
        self._words = dict(self._words)

    def _add(self, key: str, pattern: str) -> None:
        number, groups = len(self._patterns), groups_of(pattern)
        self._patterns.append(_Pattern(key, len(groups), _WEAK if pattern.startswith("~") else 1.0))
        for place, words in enumerate(groups):
            for word in dict.fromkeys(folded(word) for word in words):
                self._words[word].append((number, place))

    def best(self, text: str) -> Match | None:
        """The match that weighs most; of equals the one with fewer and so longer words, then the last."""
        return max(self._matches(text), key=_rank, default=None)

    def all(self, text: str) -> list[Match]:
        """Every match none of whose words lies inside a longer matched word, best first; one for each key."""
        found = sorted(self._matches(text), key=_rank, reverse=True)
        kept: dict[str, Match] = {}
        taken: list[tuple[int, int]] = []
        for match in found:
            inside = any(_within(span, other) for span in match.spans for other in taken)
            if match.key not in kept and not inside:
                kept[match.key] = match
                taken.extend(match.spans)
        return list(kept.values())

    def _matches(self, text: str) -> Iterator[Match]:
        hits: dict[int, dict[int, tuple[int, int]]] = {}
        for word, start, end in _candidates(text[:_READ].lower()):
            for number, place in self._words.get(word, ()):
                groups = hits.setdefault(number, {})
                known = groups.get(place)
                if known is None or end - start >= known[1] - known[0]:
                    groups[place] = (start, end)
        for number, groups in hits.items():
            pattern = self._patterns[number]
            if len(groups) == pattern.groups:
                spans = tuple(sorted(groups.values()))
                telling = covered(span for span in spans if not _is_light(text, span))
                yield Match(pattern.key, spans, telling * pattern.weight, pattern.weight < 1)


def groups_of(pattern: str) -> list[list[str]]:
    """The words of each group of *pattern*, as they are written."""
    return [[word.strip() for word in group.split("|") if word.strip()] for group in pattern.lstrip("~").split(" + ")]


def phrases(patterns: Iterable[str], joiner: str, most: int = 60) -> tuple[str, ...]:
    """Readable phrases of *patterns*: a word of each group joined by *joiner*; *most* of each pattern."""
    found: dict[str, None] = {}
    for pattern in patterns:
        for count, words in enumerate(product(*groups_of(pattern))):
            if count >= most:
                break
            found[joiner.join(words)] = None
    return tuple(found)


def covered(spans: Iterable[tuple[int, int]]) -> int:
    """How many characters lie in one of *spans*."""
    total = last = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, last))
        last = max(last, end)
    return total


def folded(word: str) -> str:
    """A word as it is compared: Chinese in lower case, English as its stems."""
    word = word.lower()
    if HAN.search(word):
        return word
    return " ".join(stem(found[0]) for found in _ENGLISH.finditer(word)) or word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The part an English word shares with its other forms; not always a word: *slid* for slides and sliding."""
    word = word.removesuffix("'s").removesuffix("’s")
    word = _IRREGULAR.get(word, word)
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ying", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        rest = word.removesuffix(ending)
        if rest != word and _can_lose(rest, ending):
            word = rest + instead
            break
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _can_lose(rest: str, ending: str) -> bool:
    if ending == "es":
        return rest.endswith(("s", "x", "z", "ch", "sh")) and len(rest) > 2
    if ending == "s":
        return not rest.endswith(("s", "u", "i")) and len(rest) > 2
    if ending == "ed" and rest.endswith("e"):  # speed, feed
        return False
    if ending in {"ies", "ied", "ying"}:  # cries, crying; dies stays
        return len(rest) > 1
    return len(rest) > 2 and _VOWEL.search(rest) is not None


def _candidates(text: str) -> Iterator[tuple[str, int, int]]:
    for start, letter in enumerate(text):
        if letter >= "⺀":
            for end in range(start + 1, min(start + _LONGEST_CHINESE, len(text)) + 1):
                yield text[start:end], start, end
    tokens = [(stem(found[0]), found.start(), found.end()) for found in _ENGLISH.finditer(text)]
    for first in range(len(tokens)):
        phrase = ""
        for last in range(first, min(first + _LONGEST_ENGLISH, len(tokens))):
            phrase = f"{phrase} {tokens[last][0]}" if phrase else tokens[last][0]
            yield phrase, tokens[first][1], tokens[last][2]


def _rank(match: Match) -> tuple[float, int, int]:
    return (match.weight, -len(match.spans), match.spans[-1][1])


def _is_light(text: str, span: tuple[int, int]) -> bool:
    word = text[span[0] : span[1]]
    return word in _LIGHT or (word.isascii() and stem(word.lower()) in _LIGHT)


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and span != other

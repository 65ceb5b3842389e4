"""
How well a text breaks between two atoms, from 0 (after a full stop) to 10 (never), as subtitling guides put it.

Netflix and BBC agree: after punctuation, before conjunctions and prepositions; never between article and noun,
adjective and noun, first and last name, pronoun and verb, auxiliary and verb, or the parts of a prepositional verb. The
words that decide belong to closed classes and stand in ``phrases.toml``; open ones are guessed by suffix and capital.

To teach it another language: 1 add a table of word classes to ``phrases.toml``; 2 write its rules like ``_ENGLISH``
below, first match wins; 3 choose them in ``_pair``. Other languages break after punctuation and before short words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

from plugin_core.typography import MARKUP, character_based, has_han

NEVER = 10.0
STRETCH = 24  # Chinese characters without a mark: no one writes such clauses

SENTENCE_END = re.compile(r"""[.!?。！？…⋯][.!?。！？…⋯"'”’»)\]）」』】》]*$""")
_TAIL = r"""["'”’»)\]）」』】》]*$"""
_MARKS = (
    (re.compile(rf"[;:；：—–]{_TAIL}"), 1.0),
    (re.compile(rf"[,，]{_TAIL}"), 1.5),
    (re.compile(rf"、{_TAIL}"), 3.0),
)
_NUMBER = re.compile(r"^[$€£¥￥]?\d[\d.,:/]*%?$")
_ZH_NUMBER = re.compile(r"^(?:第?[零〇一二两三四五六七八九十百千万亿几半数多]+|第?\d[\d.,]*%?)$")
_ADJECTIVE = re.compile(r"^\w{3,}(?:ful|ous|ive|able|ible|less|ish|ical|ional|ic|ary)$")
_CORE = re.compile(r"^[\W_]+|[\W_]+$")
_INITIALS = re.compile(r"^(?:[A-Z]\.)+$")
_OPENING, _CLOSING = "《“‘（「『【〈", "》”’）」』】〉"

Rule = tuple[frozenset[str], frozenset[str], float]


def _rules(*rows: tuple[str, str, float]) -> tuple[Rule, ...]:
    """Rows of (classes of the left word, classes of the right word, cost); "" is any word, "!x" none of class x."""
    return tuple((frozenset(left.split()), frozenset(right.split()), cost) for left, right, cost in rows)


_ENGLISH = _rules(
    ("name", "name", 9.5),
    ("subordinators", "subjects determiners", 8.0),
    ("pronominal", "prepositions coordinators subordinators to", 4.0),
    ("determiners", "", 9.0),
    ("number numbers", "units", 9.5),
    ("number numbers", "!function", 8.0),
    ("adverbial", "coordinators subordinators", 3.0),
    ("objects", "coordinators", 3.0),
    ("objects", "subordinators", 3.0),
    ("objects", "prepositions to", 4.5),
    ("subjects", "", 9.0),
    ("prepositions", "coordinators", 3.5),
    ("prepositions to of", "", 8.5),
    ("coordinators subordinators", "", 8.0),
    ("main", "prepositions coordinators subordinators", 4.5),
    ("be", "prepositions determiners", 7.0),
    ("auxiliaries degrees", "", 8.0),
    ("adjectives", "!function", 7.5),
    ("", "but", 2.5),
    ("", "coordinators subordinators", 3.0),
    ("", "particles", 7.0),
    ("", "of", 6.0),
    ("", "to", 4.5),
    ("", "prepositions", 4.0),
    ("", "subjects", 4.0),
    ("", "objects", 8.0),
    ("", "auxiliaries", 5.0),
    ("short", "", 6.5),
    ("", "", 5.5),
)
_CHINESE = _rules(
    ("", "suffixes", NEVER),
    ("number", "measures number", NEVER),
    ("syllable", "foreign", NEVER),
    ("ordinal", "", NEVER),
    ("", "places", 9.0),
    ("demonstratives", "", 9.0),
    ("moments", "", 2.5),
    ("measures", "", 8.5),
    ("questions", "", 8.0),
    ("modals", "prepositions", 6.0),
    ("short", "complements", 7.0),
    ("prepositions", "", 8.5),
    ("clause link adverbs copulas", "", 8.0),
    ("", "clause", 2.0),
    ("pronouns", "", 7.5),
    ("", "prepositions questions", 3.5),
    ("", "link", 4.0),
    ("了", "number", 8.0),
    ("", "predicates", 4.5),
    ("的", "", 5.5),
    ("地 得", "", 9.0),
    ("了 着 过 吗 呢 吧", "", 4.5),
    ("", "pronouns demonstratives", 4.5),
    ("short", "short", 7.4),
    ("short", "", 6.7),
    ("", "short", 6.7),
    ("", "", 6.0),
)
_OTHER = _rules(("name", "name", 9.0), ("number", "", 8.0), ("short", "", 7.5), ("", "short", 4.5), ("", "", 5.5))


def costs(atoms: Sequence[str], language: str) -> list[float]:
    """The cost of a break after each atom of a text in *language*; after the last one 0."""
    if not atoms:
        return []
    bare = [MARKUP.sub("", atom) for atom in atoms]
    cores = [_CORE.sub("", text).replace("’", "'") for text in bare]
    result = [_pair(bare, cores, index, language) for index in range(len(atoms) - 1)]
    for index in _unpunctuated(bare):
        result[index] = _by_clauses(result[index], cores[index], cores[index + 1])
    for index in _quoted(bare):
        result[index] = min(NEVER, result[index] + 3.0)
    return [*result, 0.0]


def ends_sentence(atom: str) -> bool:
    """Whether a sentence ends with *atom* (an abbreviation's or an initial's full stop does not end one)."""
    text = MARKUP.sub("", atom).rstrip()
    return SENTENCE_END.search(text) is not None and not _abbreviated(text)


def _abbreviated(text: str) -> bool:
    if not text.endswith("."):
        return False
    return _INITIALS.match(text) is not None or text.rstrip(".").lower() in _classes("en")["titles"]


def _pair(bare: Sequence[str], cores: Sequence[str], index: int, language: str) -> float:
    """The break between atoms *index* and *index* + 1: by punctuation, else by the language of both sides."""
    left = bare[index].rstrip()
    mark = _after_mark(left)
    if mark is not None:
        return mark
    han = has_han(left[-1:]), has_han(cores[index + 1][:1])
    if all(han) and left != bare[index]:
        return 1.5  # a space between Chinese words stands for a comma
    if any(han):
        before = cores[index - 1] if index else ""
        return _first(_CHINESE, _chinese(cores[index], before), _chinese(cores[index + 1], cores[index]))
    if _bound(cores[index].lower(), cores[index + 1].lower()):
        return 8.5
    opens = index == 0 or ends_sentence(bare[index - 1])
    english = language.lower().startswith("en") or character_based(language)
    rules, describe = (_ENGLISH, _english) if english else (_OTHER, _other)
    return _first(rules, describe(cores[index], opens=opens), describe(cores[index + 1], opens=False))


def _bound(left: str, right: str) -> bool:
    """Whether *left* is a verb that is never parted from its preposition *right*."""
    stems = {left, re.sub(r"(?:ing|ed|s)$", "", left), re.sub(r"(?:d|es)$", "", left)}
    return any(f"{stem} {right}" in _prepositional() for stem in stems)


def _after_mark(left: str) -> float | None:
    if SENTENCE_END.search(left):
        return 9.0 if _abbreviated(left) else 0.0
    return next((cost for mark, cost in _MARKS if mark.search(left)), None)


def _first(rules: Sequence[Rule], left: frozenset[str], right: frozenset[str]) -> float:
    return next(cost for a, b, cost in rules if _fits(a, left) and _fits(b, right))


def _fits(wanted: frozenset[str], classes: frozenset[str]) -> bool:
    if not wanted or wanted & classes:
        return True
    return wanted == _NOT_FUNCTION and "function" not in classes


_NOT_FUNCTION = frozenset({"!function"})
_FUNCTION = frozenset(
    {"determiners", "prepositions", "coordinators", "subordinators", "auxiliaries", "subjects", "to", "of"}
)


@lru_cache(maxsize=1 << 16)
def _english(core: str, *, opens: bool) -> frozenset[str]:
    """The classes of an English word; *opens* says that its capital only begins a sentence."""
    word = core.lower()
    classes = {name for name, words in _classes("en").items() if word in words}
    if word in {"to", "of", "but"}:
        classes.add(word)
    if classes & _FUNCTION:
        classes.add("function")
    if _NUMBER.match(core) or word.split("-")[0] in _classes("en")["numbers"]:
        classes.add("number")
    if _ADJECTIVE.match(word) or re.fullmatch(r"[a-z]+(?:-[a-z]+)+", word):
        classes.add("adjectives")
    return frozenset(classes | _shape(core, named=not (opens and "function" in classes) and "subjects" not in classes))


@lru_cache(maxsize=1 << 16)
def _other(core: str, *, opens: bool) -> frozenset[str]:
    number = {"number"} if _NUMBER.match(core) else set()
    return frozenset(number | _shape(core, named=not opens))


def _shape(core: str, *, named: bool) -> set[str]:
    shape = {"short"} if len(core) <= 3 else set()
    return shape | {"name"} if named and core[:1].isupper() else shape


@lru_cache(maxsize=1 << 16)
def _chinese(core: str, before: str) -> frozenset[str]:
    """The classes of a Chinese word; a measure word is one only after a number."""
    classes = {name for name, words in _classes("zh").items() if core in words}
    if _ZH_NUMBER.match(core):
        classes.add("number")
    if core[:1] in _classes("zh")["measures"] and _ZH_NUMBER.match(before):
        classes.add("measures")
    elif "measures" in classes:
        classes.discard("measures")
    if core == "第":
        classes.add("ordinal")
    if core in {"的", "地", "得", "了", "着", "过", "吗", "呢", "吧"}:
        classes.add(core)
    if len(core) == 1:
        classes |= {"short"} if classes else {"short", "syllable"}  # of a foreign name, before one with a dot
    if "·" in core:
        classes.add("foreign")
    return frozenset(classes)


@cache
def _classes(language: str) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in _word_lists(language).items()}


@cache
def _word_lists(language: str) -> Mapping[str, str]:
    text = resources.files("plugin_core").joinpath("phrases.toml").read_text("utf-8")
    lists: dict[str, str] = tomllib.loads(text)[language]
    return lists


@cache
def _prepositional() -> frozenset[str]:
    return frozenset(" ".join(pair.split()) for pair in _word_lists("en")["prepositional"].split(","))


def _unpunctuated(bare: Sequence[str]) -> list[int]:
    """The breaks of stretches of Chinese so long that punctuation must be missing: some recognisers give none."""
    found: list[int] = []
    first = count = 0
    for index, atom in enumerate(bare):
        count += sum(map(has_han, atom))
        if index + 1 == len(bare) or (atom.strip() and _after_mark(atom.rstrip()) is not None):
            if count > STRETCH:
                found += range(first, index)
            first, count = index + 1, 0
    return found


def _by_clauses(cost: float, left: str, right: str) -> float:
    """
    *cost* corrected by how readily *left* closes a clause and *right* opens one.

    On FLORES without its punctuation the rules alone prefer a clause's end to another break in 74 of 100 cases, with
    this in 84 (``benchmarks/cueing.py``).
    """
    if cost >= NEVER or not (has_han(left[-1:]) and has_han(right[:1])):
        return cost
    closes, opens = _clauses().get(left, (0.0, 0.0))[1], _clauses().get(right, (0.0, 0.0))[0]
    return min(9.5, max(1.0, cost - 2.0 * (closes + opens)))


@cache
def _clauses() -> Mapping[str, tuple[float, float]]:
    text = resources.files("plugin_core").joinpath("clauses.toml").read_text("utf-8")
    return {word: (float(opens), float(closes)) for word, (opens, closes) in tomllib.loads(text).items()}


def _quoted(atoms: Sequence[str]) -> list[int]:
    """The breaks inside quotes, titles and brackets that have no punctuation of their own."""
    inside: list[int] = []
    opened: int | None = None
    for index, atom in enumerate(atoms):
        for character in atom:
            if character in _OPENING:
                opened = index
            elif character in _CLOSING and opened is not None:
                inside += range(opened, index)
                opened = None
    return [index for index in inside if _after_mark(atoms[index].rstrip()) is None]

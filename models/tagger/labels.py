"""
Training rows for the label-conditioned head: a text, a label in plain words, and where that stands in the text.

    for row in rows(0, "train", corpus=Path("cmn.txt")): row.text, row.label, row.spans

Texts are sentences of labels_carriers.toml and (with *corpus*, a Tatoeba export) of people, with words of the lexicons
labels*.toml in them, amid the mess of subtitles. Several kinds stand in one text; about a third of the labels asked
name nothing in it. What is asked is known for certain: a word that some kind *may* be (a brand for "company") is never
asked that way.

The parts are kept apart three times: phrasings of a label, words, and sentences are each in "train", "dev" or "test"
(``Row.new`` says whether the phrasing was held out; words and sentences always are in dev and test). Kinds marked
``unseen`` are asked in part "unseen" alone; in the others their words count as their parents' at most.
"""

from __future__ import annotations

import random
import re
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from models.tagger.label_values import expand, is_pattern
from models.tagger.labels_mess import Mess, Piece

SPLITS = ("train", "dev", "test", "unseen")
LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent
DEV, TEST = 0.08, 0.15  # shares of words and carriers
ALWAYS = 2  # labels of a language that are trained in any case
ABSENT = 0.36  # share of rows whose label names nothing in the text
LONGEST = 320  # characters of a text
Pool = dict[str, tuple[str, ...]]


class Row(NamedTuple):
    """*spans* are [start, end) in *text*, sorted, disjoint; empty if the label names nothing there."""

    text: str
    label: str
    spans: tuple[tuple[int, int], ...]
    kind: str = ""
    new: bool = False  # the phrasing of the label was never trained


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing. *parents* are kinds it also is, *maybe* kinds it may be: those are never asked of it."""

    name: str
    group: str
    parents: frozenset[str]
    maybe: frozenset[str]
    near: tuple[str, ...]
    unseen: bool
    labels: dict[str, dict[str, tuple[str, ...]]] = field(repr=False)  # language -> split -> phrasings
    words: dict[str, dict[str, tuple[str, ...]]] = field(repr=False)
    carriers: dict[str, tuple[str, ...]] = field(repr=False)


def rows(seed: int, split: str, corpus: Path | None = None) -> Iterator[Row]:
    """Rows without end, the same ones for the same arguments; up to three about each text, one after the other."""
    if split not in SPLITS:
        raise ValueError(f"no split {split!r}; there are {', '.join(SPLITS)}")
    maker = _Maker(split, corpus, random.Random(f"{split} {seed}"))
    while True:
        yield from maker.text()


class Marked(NamedTuple):
    """A text with everything in it that is known: spans with their kinds, and kinds it might name besides."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    unsure: frozenset[str]


def texts(seed: int, split: str, corpus: Path | None = None) -> Iterator[Marked]:
    """Texts without end with all that is known of them, for training on every label at once."""
    if split not in SPLITS:
        raise ValueError(f"no split {split!r}; there are {', '.join(SPLITS)}")
    maker = _Maker(split, corpus, random.Random(f"texts {split} {seed}"))
    while True:
        pieces, unsure = maker.drawn()
        spans, at = [], 0
        for piece in pieces:
            if piece.kind:
                spans.append((at, at + len(piece.text), piece.kind))
            at += len(piece.text)
        yield Marked("".join(piece.text for piece in pieces), tuple(spans), frozenset(unsure))


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of the lexicons, by name."""
    tables: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("labels_*.toml")):
        if path.stem != "labels_carriers":
            tables |= tomllib.loads(path.read_text("utf-8"))
    return {name: _kind(name, table, tables) for name, table in tables.items()}


def held_out(entries: Sequence[str], always: int = 0) -> dict[str, tuple[str, ...]]:
    """*entries* by split, chosen by checksum; the first *always* are trained. Too few of them are all trained."""
    free = sorted(dict.fromkeys(entries[always:]), key=lambda entry: zlib.crc32(entry.encode()))
    test = round(len(free) * TEST + 0.35) if len(free) > 2 else 0
    dev = round(len(free) * DEV + 0.35) if len(free) > 3 else 0
    parts = {"test": tuple(free[:test]), "dev": tuple(free[test : test + dev])}
    return {"train": (*entries[:always], *free[test + dev :]), **parts}


def is_a(found: str, asked: str) -> bool | None:
    """Whether a thing of kind *found* answers to *asked*; None where people would differ."""
    return _relations()[found, asked]


@cache
def _relations() -> dict[tuple[str, str], bool | None]:
    return {(found, asked): _relation(found, asked) for found in kinds() for asked in kinds()}


def _relation(found: str, asked: str) -> bool | None:
    one, other = kinds()[found], kinds()[asked]
    if found == asked:
        return True
    if asked in one.maybe or found in other.maybe:
        return None
    if asked in _ancestors(found):
        return True
    unsure: set[str] = set().union(*(kinds()[parent].maybe for parent in _ancestors(found)))
    return None if asked in unsure or (set(one.maybe) | unsure) & _ancestors(asked) else False


@cache
def _ancestors(name: str) -> frozenset[str]:
    parents = kinds()[name].parents
    return parents.union(*(_ancestors(parent) for parent in parents))


def _kind(name: str, table: dict[str, Any], tables: dict[str, Any]) -> Kind:
    labels, words, unseen = {}, {}, bool(table.get("unseen", False))
    for language in LANGUAGES:
        entries = _entries(table.get(language, ""), language)
        labels[language] = held_out(table[f"{language}_labels"], ALWAYS)
        words[language] = held_out(entries) if not unseen else dict.fromkeys(SPLITS, tuple(entries))
        if unseen:
            labels[language] = dict.fromkeys(SPLITS, tuple(table[f"{language}_labels"]))
    known = [[one for one in table.get(key, ()) if one in tables] for key in ("is", "maybe", "near")]
    carriers = {language: tuple(table.get(f"{language}_carriers", ())) for language in LANGUAGES}
    parents, maybe, near = frozenset(known[0]), frozenset(known[1]), tuple(known[2])
    return Kind(name, table["group"], parents, maybe, near, unseen, labels, words, carriers)


def _entries(text: str, language: str) -> list[str]:
    separator = r"[|\n]" if "|" in text else r"\s+" if language == "zh" else r"[,\n]"
    return [entry for entry in (part.strip() for part in re.split(separator, text)) if entry]


# The lexicon as a gazetteer: what the fixed words of a sentence name


@cache
def _names() -> dict[str, frozenset[str]]:
    """Kinds by word, lower case; patterns are not looked up."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in kinds().values():
        for language in LANGUAGES:
            every = {word for part in kind.words[language].values() for word in part if not is_pattern(word)}
            for word in every:
                found[word.lower().removeprefix("the ")].add(kind.name)
    return {word: frozenset(names) for word, names in found.items()}


class Text(NamedTuple):
    """A sentence cut into pieces; *unsure* are kinds it might name besides."""

    pieces: tuple[Piece, ...]
    unsure: frozenset[str]
    language: str


_DIGITS = re.compile(r"[0-9０-９一二三四五六七八九十百千万几两半]")
_COUNTED = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|dozen|half|first)\b", re.I)
_NUMERIC_GROUPS = ("value", "code")
_WIDEST = 4  # tokens of a name


def annotate(text: str, language: str) -> Text:
    """*text* in pieces, those that name a kind marked with it."""
    tokens = _tokens(text, language)
    pieces: list[Piece] = []
    unsure: set[str] = set()
    at = 0
    while at < len(tokens):
        width, names = _longest(tokens, at)
        word = "".join(tokens[at : at + width])
        if len(names) == 1:
            pieces.append(Piece(word, next(iter(names))))
        else:
            pieces.append(Piece(word, ""))
            unsure |= names
        at += width
    unsure |= _numeric(text)
    return Text(tuple(_merged(pieces)), frozenset(unsure), language)


def _tokens(text: str, language: str) -> list[str]:
    if language == "en":
        return re.findall(r"\w+(?:['’]\w+)*|\W", text)
    import jieba

    jieba.setLogLevel(60)
    return list(jieba.cut(text, HMM=False))


def _longest(tokens: Sequence[str], at: int) -> tuple[int, frozenset[str]]:
    names = _names()
    for width in range(min(2 * _WIDEST - 1, len(tokens) - at), 0, -1):
        word = "".join(tokens[at : at + width]).lower()
        found = names.get(word) or (names.get(word.removesuffix("s")) if word.isascii() and len(word) > 3 else None)
        if found:
            return width, found
    return 1, frozenset()


def _numeric(text: str) -> set[str]:
    if not (_DIGITS.search(text) or _COUNTED.search(text)):
        return set()
    return {kind.name for kind in kinds().values() if kind.group in _NUMERIC_GROUPS}


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    fixed = ""
    for piece in pieces:
        if piece.kind:
            if fixed:
                yield Piece(fixed, "")
            fixed = ""
            yield piece
        else:
            fixed += piece.text
    if fixed:
        yield Piece(fixed, "")


# Sentences with slots


_SLOT = re.compile(r"\{(\w*)\}")


@cache
def _carriers() -> dict[str, list[tuple[str, str, str]]]:
    """(template, group or kind or "", language) by split; a template that names an unknown kind is left out."""
    table = tomllib.loads((FOLDER / "labels_carriers.toml").read_text("utf-8"))
    owners = {f"group:{name}": group for name, group in table["group"].items()}
    owners |= {kind.name: kind.carriers for kind in kinds().values()} | {"": table["mixed"]}
    parts: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for owner, by_language in owners.items():
        for language, templates in by_language.items():
            known = [t for t in templates if all(not slot or slot in kinds() for slot in _SLOT.findall(t))]
            for split, some in held_out(known).items():
                parts[split] += [(template, owner, language) for template in some]
    trained = {template for template, _, _ in parts["train"]}  # a few serve several kinds
    for split in ("dev", "test"):
        parts[split] = [carrier for carrier in parts[split] if carrier[0] not in trained]
    parts["unseen"] = parts["test"]
    return parts


@cache
def _sentences(corpus: Path) -> dict[str, list[Text]]:
    """The corpus's sentences, annotated, by split; the split is the one that all recipes share."""
    from models.training.corpus import read_pairs, split

    parts = split(read_pairs(corpus))
    made = {}
    for name, pairs in zip(("train", "dev", "test"), parts, strict=True):
        made[name] = [
            annotate(side, language)
            for pair in pairs
            for side, language in ((pair.zh, "zh"), (pair.en, "en"))
            if len(side) <= 90
        ]
    return made | {"unseen": made["test"]}


class _Maker:
    """Makes texts of one split and asks about them."""

    def __init__(self, split: str, corpus: Path | None, r: random.Random) -> None:
        self.split, self.r = split, r
        self.mess = Mess(r)
        self.templates: dict[tuple[str, str], list[Text]] = defaultdict(list)  # (kind, language)
        self._read_carriers()
        self.plain: list[Text] = []
        self.people: dict[tuple[str, str], list[Text]] = defaultdict(list)  # sentences of the corpus that name a kind
        if corpus is not None:
            self._read_corpus(_sentences(corpus)[split])
        self.slots = [k.name for k in kinds().values() if not k.unseen or split == "unseen"]
        self.asked = [k.name for k in kinds().values() if k.unseen == (split == "unseen")]

    def text(self) -> list[Row]:
        """One text and the rows that ask about it."""
        return self._ask(*self.drawn())

    def drawn(self) -> tuple[list[Piece], set[str]]:
        """One text in pieces, and kinds it might name besides."""
        pieces: list[Piece] = []
        unsure: set[str] = set()
        for index in range(self.r.choice((1, 1, 1, 2, 2, 3, 4))):
            made = self._sentence()
            before = self.mess.before(index, made.language)
            sentence = self.mess.worn([*before, *made.pieces])
            if sum(len(piece.text) for piece in (*pieces, *sentence)) > LONGEST:
                break
            pieces += sentence
            unsure |= made.unsure
        return self.mess.finish(pieces), unsure

    def _read_carriers(self) -> None:
        groups = defaultdict(list)
        for kind in kinds().values():
            groups[f"group:{kind.group}"].append(kind.name)
        for template, owner, language in _carriers()[self.split]:
            names = groups.get(owner, [owner] if owner else [])
            for name in names or sorted(set(_SLOT.findall(template))):
                self.templates[name, language].append(_template(template, name, language))

    def _read_corpus(self, sentences: Sequence[Text]) -> None:
        for sentence in sentences:
            for name in {piece.kind for piece in sentence.pieces if piece.kind}:
                self.people[name, sentence.language].append(sentence)
            if all(not piece.kind for piece in sentence.pieces):
                self.plain.append(sentence)

    def _sentence(self) -> Text:
        if self.plain and self.r.random() < 0.12:
            return self.r.choice(self.plain)
        unseen = self.split == "unseen" and self.r.random() < 0.5
        name, language = self.r.choice(self.asked if unseen else self.slots), self.r.choice(LANGUAGES)
        pools = [pool for pool in (self.templates[name, language], self.people[name, language]) if pool]
        if not pools:
            return self._sentence()
        chosen = self.r.choice(self.r.choices(pools, (3, 2)[: len(pools)])[0])
        return chosen._replace(pieces=tuple(self._filled(piece, chosen.language) for piece in chosen.pieces))

    def _filled(self, piece: Piece, language: str) -> Piece:
        """A slot filled; a word of the corpus replaced by another of its kind, always where words are held out."""
        kind = kinds().get(piece.kind)
        if kind is None or (piece.text and self.split == "train" and self.r.random() < 0.5):
            return piece
        if kind.unseen and self.split != "unseen":
            return piece
        words = kind.words[language].get(self.split if self.split != "unseen" or kind.unseen else "test", ())
        if not words:
            return piece if piece.text else Piece(self.r.choice(kind.words[language]["train"] or ("…",)), "")
        return Piece(expand(self.r.choice(words), self.r), kind.name)

    def _ask(self, pieces: Sequence[Piece], unsure: set[str]) -> list[Row]:
        text = "".join(piece.text for piece in pieces)
        present = {piece.kind for piece in pieces if piece.kind}
        answers = [name for name in self.asked if any(is_a(found, name) for found in present)]
        absent = [name for name in self.asked if name not in answers]
        near = [name for found in present for name in kinds()[found].near if name in absent]
        chosen = self.r.sample(answers, min(len(answers), 2))
        if not chosen or self.r.random() < ABSENT * 2.4:
            chosen.append(self.r.choice(near if near and self.r.random() < 0.5 else absent))
        return [row for name in chosen if (row := self._row(name, text, pieces, unsure))]

    def _row(self, name: str, text: str, pieces: Sequence[Piece], unsure: set[str]) -> Row | None:
        if any(is_a(one, name) is not False for one in unsure):
            return None
        spans: list[tuple[int, int]] = []
        at = 0
        for piece in pieces:
            if piece.kind:
                answer = is_a(piece.kind, name)
                if answer is None:
                    return None
                if answer:
                    spans.append((at, at + len(piece.text)))
            at += len(piece.text)
        label, new = self._label(kinds()[name])
        return Row(text, label, tuple(spans), name, new)

    def _label(self, kind: Kind) -> tuple[str, bool]:
        """A phrasing of the label: of training, or (half of the time in dev and test) one that was held out."""
        phrasings = kind.labels[self.r.choice(LANGUAGES)]
        fresh = phrasings.get(self.split, ()) if self.split in ("dev", "test") and self.r.random() < 0.5 else ()
        label = self.r.choice(fresh or phrasings["train"])
        if label.isascii() and self.r.random() < 0.2:
            label = self.r.choice((label.upper(), label.capitalize(), label.title()))
        return label, bool(fresh) or kind.unseen


def _template(template: str, owner: str, language: str) -> Text:
    """A carrier as pieces: its slots empty, its fixed words looked up (they only make kinds unsure)."""
    pieces: list[Piece] = []
    unsure: set[str] = set()
    at = 0
    for slot in _SLOT.finditer(template):
        pieces += [Piece(template[at : slot.start()], ""), Piece("", slot[1] or owner)]
        at = slot.end()
    pieces.append(Piece(template[at:], ""))
    for piece in pieces:
        if not piece.kind:
            unsure |= _named(piece.text, language)
    return Text(tuple(pieces), frozenset(unsure), language)


@cache
def _named(fixed: str, language: str) -> frozenset[str]:
    """The kinds that *fixed* might name."""
    found = annotate(fixed, language)
    return found.unsure | {piece.kind for piece in found.pieces if piece.kind}

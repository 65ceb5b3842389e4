"""
From the grammar to batches: documents drawn without end, encoded one token a character, padded by length.

A row is ``[CLS] text [SEP]`` with labels of the outer and inner heads, or ``[CLS] label [SEP] text [SEP]`` with those
of the head that is asked in plain words (labels.py). Both are cut at 384 characters of text.
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.tagger import labels
from models.tagger.drafts import ASKED, INNER, OUTER, Draft, Span
from models.tagger.lexicons import LANGUAGES, excluded
from models.tagger.noise import disturb
from models.tagger.source import Source
from models.tagger.styles import document
from plugin_core.tagging import anchors, characters
from plugin_core.tagging.ontology import meaning, ontology

LIMIT = 384  # characters of text in a row
LABEL_LIMIT = 60  # characters of a label
IGNORED = -100
HEADS = {"outer": OUTER, "inner": INNER, "asked": (ASKED,)}
SPAN_HEADS = ("music_type", "mood", "entry")
PARTED = ("music", "sound", "action", "title")  # items with direction, manner or parts
PARTS = {"train": 0, "dev": 1, "test": 2}  # of models.training.corpus.Split


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """How documents become batches."""

    vocabulary: int = 6000  # most tokens
    least: int = 2  # a character is known if it was seen so often while counting
    counted: int = 12000  # documents counted
    questions: float = 0.25  # share of rows that ask for a label
    tokens: int = 2048  # padded, in a batch
    pool: int = 384  # rows sorted by length together
    hidden: float = 0.02  # share of characters replaced by a token of unknown ones
    masked: float = 0.08  # share of characters to be guessed
    own: float = 0.5  # share of rows from the user's own documents, where there are any
    seed: int = 0


class Row(NamedTuple):
    """One sample: ids, anchor kinds and labels, all as long as the row; spans with classes."""

    ids: NDArray[np.int16]
    kinds: NDArray[np.uint8]
    labels: dict[str, NDArray[np.int8]]
    spans: list[tuple[int, int, int, int, int]]  # [start, end) in the row, then classes of SPAN_HEADS


_FIXED: dict[str, list[str]] = {}


def fix_tables(path: Path) -> None:
    """Keep the classes of a run: those written at *path*, or those of the ontology as it is now, written there."""
    _FIXED.clear()
    if path.exists():
        _FIXED.update(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(tables(), indent=1), encoding="utf-8")
    _indices.cache_clear()
    classes.cache_clear()


def tables() -> dict[str, list[str]]:
    """Classes of the span heads: ids of the ontology, index 0 unknown; those of a run stay what they were."""
    if _FIXED:
        return _FIXED
    known = ontology()
    return {
        "music_type": ["", *known.music_types],
        "mood": ["", *known.moods],
        "entry": ["", *known.entries],
    }


@lru_cache(maxsize=1)
def _indices() -> dict[str, dict[str, int]]:
    named = {name: {key: index for index, key in enumerate(keys)} for name, keys in tables().items()}
    known = ontology()
    for name, table in (("music_type", known.music_types), ("mood", known.moods)):
        for key, value in table.items():
            named[name] |= {value.zh: named[name][key], value.en: named[name][key]}
    return named


@lru_cache(maxsize=50_000)
def classes(text: str, kind: str) -> tuple[int, int, int]:
    """What the ontology's patterns say of an item: indices of music type, mood, entry; IGNORED for nothing."""
    found, known = meaning(text, kind), _indices()
    if kind == "music":
        if found.unknown:
            return 0, 0, IGNORED
        sung = found.confidence <= 0.5 and not found.mood and not found.entry
        return (
            known["music_type"].get(found.music_type, 0),
            IGNORED if sung else known["mood"].get(found.mood, 0),
            IGNORED,
        )
    if not found.entry or found.entry not in known["entry"]:
        return IGNORED, IGNORED, IGNORED
    effect = (known["music_type"].get(found.music_type, 0), known["mood"].get(found.mood, 0))
    return (*effect, known["entry"].get(found.entry, IGNORED))


class Sampler:
    """Documents of one part without end, and rows that ask."""

    def __init__(self, corpus: Path | None, part: str, seed: int, own: Sequence[Draft] = ()) -> None:
        self.part, self.chance = part, random.Random(f"{part} {seed}")
        self.source = Source(_sentences(corpus, part), part, self.chance)
        self.asking = labels.rows(seed, part, corpus)
        self.own = own

    def draft(self) -> tuple[str, Draft]:
        """A document of the grammar, disturbed, and the name of its layout."""
        while True:
            name, made = document(self.source, self.chance, test=self.part == "test")
            made = disturb(made, self.chance, test=self.part == "test").cut(LIMIT)
            if made.text.strip() and not excluded(made.text):
                return name, made

    def question(self) -> Draft:
        """A text with a label in plain words."""
        while True:
            row = next(self.asking)
            if not excluded(row.text) and len(row.text) <= LIMIT:
                return Draft(row.text, [Span(a, b, ASKED) for a, b in row.spans], row.label[:LABEL_LIMIT])

    def one(self, config: DataConfig) -> Draft:
        """A document or a question, as the shares say."""
        if self.chance.random() < config.questions:
            return self.question()
        if self.own and self.chance.random() < config.own:
            return self.chance.choice(self.own)
        return self.draft()[1]


def _sentences(corpus: Path | None, part: str) -> Mapping[str, Sequence[str]]:
    """The corpus's sentences of one part by language; none without a corpus."""
    if corpus is None:
        return {}
    from models.training.corpus import read_pairs, split

    pairs = split(read_pairs(corpus))[PARTS[part]]
    return {"zh": sorted({pair.zh for pair in pairs}), "en": sorted({pair.en for pair in pairs})}


def vocabulary(drafts: Iterable[Draft], config: DataConfig) -> list[str]:
    """Special tokens, then the characters of the drafts, the frequent ones first."""
    seen: collections.Counter[str] = collections.Counter()
    for draft in drafts:
        seen.update(characters.tokens(draft.text))
        seen.update(characters.tokens(draft.asked))
    special = list(characters.SPECIAL)
    room = config.vocabulary - len(special)
    common = [token for token, count in seen.most_common() if count >= config.least and token not in special]
    return special + common[:room]


def encode(draft: Draft, known: Mapping[str, int]) -> Row:
    """Ids, kinds and labels of one draft."""
    text = draft.text
    row = [known["[CLS]"]]
    kinds = [0]
    if draft.asked:
        row += [known[token] for token in characters.tokens(draft.asked, known)] + [known["[SEP]"]]
        kinds += [anchors.ASKED] * len(draft.asked) + [0]
    offset = len(row)
    row += [known[token] for token in characters.tokens(text, known)] + [known["[SEP]"]]
    kinds += [*anchors.kinds(text), 0]
    wanted = ("asked",) if draft.asked else ("outer", "inner")
    made = {name: bio(draft, names, offset, len(row), name in wanted) for name, names in HEADS.items()}
    made["inner"][~within(draft, offset, len(row))] = IGNORED
    spans = [] if draft.asked else span_rows(draft, offset)
    return Row(np.asarray(row, np.int16), np.asarray(kinds, np.uint8), made, spans)


def bio(draft: Draft, names: Sequence[str], offset: int, length: int, wanted: bool) -> NDArray[np.int8]:
    """0 = O, then B and I of each name; IGNORED outside the text and where the head is not asked."""
    made = np.full(length, IGNORED, np.int8)
    if not wanted:
        return made
    made[offset : length - 1] = 0
    for span in draft.spans:
        if span.label in names:
            begin = 1 + 2 * names.index(span.label)
            made[offset + span.start] = begin
            made[offset + span.start + 1 : offset + span.end] = begin + 1
    return made


def within(draft: Draft, offset: int, length: int) -> NDArray[np.bool_]:
    """Where items stand that may have parts: only there the inner head is asked, in training as in use."""
    made = np.zeros(length, np.bool_)
    for span in draft.spans:
        if span.label in PARTED:
            made[offset + span.start : offset + span.end] = True
    return made


def span_rows(draft: Draft, offset: int) -> list[tuple[int, int, int, int, int]]:
    """Spans of music, sounds and deeds whose meaning is known."""
    rows = []
    for span in draft.spans:
        if span.label in ("music", "sound", "action"):
            found = classes(draft.text[span.start : span.end], span.label)
            if max(found) >= 0:
                rows.append((span.start + offset, span.end + offset, *found))
    return rows


def rows(sampler: Sampler, known: Mapping[str, int], config: DataConfig) -> Iterator[Row]:
    """Encoded rows without end."""
    while True:
        yield encode(sampler.one(config), known)


def batches(source: Iterator[Row], config: DataConfig, known: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Batches without end: a pool of rows is sorted by length and cut by padded tokens, in random order."""
    chance = np.random.default_rng(config.seed)
    while True:
        pool = sorted(itertools.islice(source, config.pool), key=lambda row: len(row.ids))
        cut = cut_batches(pool, config.tokens)
        for index in chance.permutation(len(cut)):
            yield mask(collate(cut[index]), config, known, chance)


def cut_batches(pool: Sequence[Row], tokens: int) -> list[list[Row]]:
    """Neighbours together as long as the padded batch stays below *tokens*."""
    done: list[list[Row]] = [[]]
    for row in pool:
        if done[-1] and (len(done[-1]) + 1) * len(row.ids) > tokens:
            done.append([])
        done[-1].append(row)
    return [batch for batch in done if batch]


def collate(batch: Sequence[Row]) -> dict[str, Any]:
    """Padded arrays [rows, length]; spans as [spans, 6]: row, start, end, classes."""
    shape = (len(batch), max(len(row.ids) for row in batch))
    ids, kinds = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    made = {name: np.full(shape, IGNORED, np.int64) for name in HEADS}
    for index, row in enumerate(batch):
        ids[index, : len(row.ids)] = row.ids
        kinds[index, : len(row.ids)] = row.kinds
        for name, values in row.labels.items():
            made[name][index, : len(row.ids)] = values
    spans = [(index, *span) for index, row in enumerate(batch) for span in row.spans]
    lengths = np.asarray([len(row.ids) for row in batch], np.int64)
    return {"ids": ids, "kinds": kinds, "lengths": lengths, "spans": np.asarray(spans, np.int64).reshape(-1, 6), **made}


def mask(
    batch: dict[str, Any], config: DataConfig, known: Mapping[str, int], chance: np.random.Generator
) -> dict[str, Any]:
    """Some characters unknown, some to be guessed (``guess`` holds them, IGNORED elsewhere)."""
    ids = batch["ids"]
    plain = ids >= len(characters.SPECIAL)
    draw = chance.random(ids.shape)
    first = known["[U0]"]
    hidden = plain & (draw < config.hidden)
    unknown = first + ids % characters.UNKNOWN
    masked = plain & (draw > 1 - config.masked) & (chance.random((len(ids), 1)) < 0.5)
    batch["guess"] = np.where(masked, ids, IGNORED)
    batch["ids"] = np.where(masked, known["[MASK]"], np.where(hidden, unknown, ids))
    return batch


def read_vocabulary(path: Path) -> dict[str, int]:
    """Token -> id of ``vocabulary.json``."""
    return {token: index for index, token in enumerate(json.loads(path.read_text(encoding="utf-8")))}


def count(corpus: Path | None, config: DataConfig, own: Sequence[Draft] = ()) -> list[str]:
    """The vocabulary of what training will draw, and of all training sentences of the corpus."""
    sampler = Sampler(corpus, "train", config.seed + 1)
    drawn = (sampler.one(config) for _ in range(config.counted))
    corpus_lines = (Draft(line) for name in LANGUAGES for line in sampler.source.corpus.get(name, ()))
    return vocabulary(itertools.chain(drawn, corpus_lines, own), config)

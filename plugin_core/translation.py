"""
Cues in one language to texts in another, without touching the number or the times of cues.

Cues become sentences (``sentences``), each is translated once with its numbers, addresses and terms protected
(``protection``), and the translation is given back to the cues along the attention (``projection``). What was done
before comes from the memory; what a person confirmed outranks the machine.
"""

from __future__ import annotations

import base64
import json
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from plugin_core.decoration import decoration, tidy, with_marks
from plugin_core.document import LANGUAGE_TAG, Cue, Document
from plugin_core.memory import Made, Memory
from plugin_core.projection import project
from plugin_core.protection import Item, Masked, Rendering, items_in, kept, lost, mask, mend, ranges_of, restore
from plugin_core.protocol import Note, Progress, Translated
from plugin_core.sentences import Fragment, Passage, Unit, units
from plugin_core.typography import character_based

if TYPE_CHECKING:
    from plugin_core.engines.translation import Sentence, TranslationEngine
    from plugin_core.glossary import Glossary

STAGE = "translate"
VERSION = 2  # of what the machine makes; part of the memory's key
READING_SPEED = {"zh": 9.0, "ja": 4.0, "ko": 12.0}  # characters a second an adult reads (Netflix); others 20


@dataclass(frozen=True, slots=True)
class TranslationOptions:
    """
    *gap*: a longer pause (ms) ends a sentence. *batch*: cues translated between two looks at the watcher.

    *hypotheses*: translations among which the one with most terms of the glossary is chosen (without placeholders).
    *keep_existing*: leave cues alone that have a text in the target language. *reading_speed*: characters a second in
    the target language that a cue should not exceed when a sentence is divided (0: the language's usual one). *only*:
    translate nothing but these cues (ids) and those that share a sentence with them, as after an edit.
    """

    gap: int = 900
    batch: int = 48
    hypotheses: int = 4
    keep_existing: bool = False
    reading_speed: float = 0.0
    only: tuple[str, ...] = ()


def language_of(cue: Cue, document: Document) -> str:
    """The language a cue is spoken in: its ``lang:`` tag, else the document's first language."""
    tag = next((tag.removeprefix(LANGUAGE_TAG) for tag in cue.tags if tag.startswith(LANGUAGE_TAG)), "")
    return tag or (document.languages[0] if document.languages else "")


def spoken_text(cue: Cue, document: Document) -> str:
    """What is said in a cue: its text in the column of its own language, else the first text it has."""
    language = language_of(cue, document)
    own = cue.texts[document.languages.index(language)] if language in document.languages else ""
    return own if own.strip() else next((text for text in cue.texts if text.strip()), "")


def spread(document: Document) -> Document:
    """
    Put what is said into the column of its language: a mixed document recognised into one column, ready to translate.

    A cue tagged with another language of the document than its first gives its first text to that column, if it is
    empty, and its first text becomes empty: then ``translate`` once for each direction fills both columns of every cue.
    """
    return replace(document, cues=tuple(_spread(cue, document) for cue in document.cues))


def _spread(cue: Cue, document: Document) -> Cue:
    language = language_of(cue, document)
    if language not in document.languages[1:] or cue.texts[document.column(language)].strip():
        return cue
    return cue.with_text(document.column(language), cue.texts[0]).with_text(0, "")


def translate(
    document: Document,
    source: str,
    target: str,
    engine: TranslationEngine,
    options: TranslationOptions = TranslationOptions(),
    *,
    glossary: Glossary | None = None,
    memory: Memory | None = None,
    done: Sequence[Translated] = (),
) -> Iterator[Progress | Note | Translated]:
    """
    Translate the cues of *document* that are spoken in *source*; cues spoken in *target* are copied, others left out.

    A cue without a ``lang:`` tag is in *source* if it has a text in that column. What is said in a cue (the column of
    its tag, or else the first one) is never overwritten. Every cue of *source* comes out exactly once, in Translated
    events of whole units, in the order of the document; a cue with nothing to say gets "". Cues in *done* are not
    translated or yielded again. *target* need not be a column of *document* yet. For mixed footage see ``spread``.
    """
    document.column(source)
    yield from _opening(engine, memory)
    finished = {cue_id for event in done if event.language == target for cue_id, _ in event.texts}
    copies, chosen = _chosen(document, source, target, finished, keep=options.keep_existing)
    found = units(chosen, source, options.gap)
    if options.only:
        wanted = set(options.only)
        found = [unit for unit in found if any(cue.id in wanted for cue in unit.cues)]
        copies = tuple(pair for pair in copies if pair[0] in wanted)
    if copies:
        yield Translated(target, copies)
    work = _Work(source, target, engine, options, glossary, memory)
    total, count, began = sum(len(unit.cues) for unit in found) + len(finished), len(finished), time.monotonic()
    yield Progress(STAGE, count, total)
    for group in _batches(found, options.batch):
        texts = work.texts(group)
        count += len(texts)
        left = (time.monotonic() - began) / max(count - len(finished), 1) * (total - count)
        yield Translated(target, tuple(texts))
        yield Progress(STAGE, count, total, left)
    yield from work.notes()


def _opening(engine: TranslationEngine, memory: Memory | None) -> Iterator[Note]:
    if engine.reason:
        yield Note(STAGE, f"Translating with {engine.pack.name or engine.pack.id} on {engine.reason}.")
    if engine.pack.tier == "starter":
        limits = engine.pack.limits or "It understands simple sentences only."
        yield Note(STAGE, f"{engine.pack.name or engine.pack.id} is a starter pack: {limits}", "warning")
    if memory is not None and memory.note is not None:
        yield memory.note
        memory.note = None


def _chosen(
    document: Document, source: str, target: str, finished: set[str], *, keep: bool
) -> tuple[tuple[tuple[str, str], ...], list[tuple[int, Cue, str]]]:
    """(cue id, text) of the cues that are copied; (place, cue, text) of those that are translated."""
    copies: list[tuple[str, str]] = []
    chosen: list[tuple[int, Cue, str]] = []
    for place, cue in enumerate(document.cues):
        filled = target in document.languages and bool(cue.texts[document.column(target)].strip())
        if cue.id in finished or (keep and filled):
            continue
        said = _said_in(cue, document, source, target)
        if said == target and not filled:
            copies.append((cue.id, spoken_text(cue, document)))
        elif said == source:
            own = cue.texts[document.column(source)]
            chosen.append((place, cue, own if own.strip() else spoken_text(cue, document)))
    return tuple(copies), chosen


def _said_in(cue: Cue, document: Document, source: str, target: str) -> str:
    """The language of *cue* in this direction; an untagged one is in *source* if it has a text there, or none."""
    if any(tag.startswith(LANGUAGE_TAG) for tag in cue.tags):
        return language_of(cue, document)
    first = document.languages[0]
    if target == first and cue.texts[0].strip():
        return ""
    if cue.texts[document.column(source)].strip() or (source == first and not any(t.strip() for t in cue.texts)):
        return source
    return first


def _batches(found: Sequence[Unit], most: int) -> Iterator[list[Unit]]:
    batch: list[Unit] = []
    for unit in found:
        batch.append(unit)
        if sum(len(one.cues) for one in batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(slots=True)
class _Work:
    """The translation of units: what all steps need to know."""

    source: str
    target: str
    engine: TranslationEngine
    options: TranslationOptions
    glossary: Glossary | None
    memory: Memory | None
    empty: int = 0
    from_people: int = 0

    @property
    def pair(self) -> tuple[str, str]:
        return (self.source, self.target)

    @property
    def maker(self) -> str:
        """What decides the machine's words: the key under which the memory keeps them."""
        terms = self.glossary.digest if self.glossary is not None else "-"
        pack = self.engine.pack
        return f"{pack.id}@{pack.revision}|{terms}|v{VERSION}|n{self.options.hypotheses}"

    def texts(self, group: Sequence[Unit]) -> list[tuple[str, str]]:
        """(cue id, text) of every cue of *group*, in order."""
        known = {index: texts for index, unit in enumerate(group) if (texts := self._confirmed_cues(unit)) is not None}
        passages = [p for index, unit in enumerate(group) if index not in known for p in unit.passages]
        renderings = iter(self._renderings([passage.text for passage in passages]))
        result: list[tuple[str, str]] = []
        for index, unit in enumerate(group):
            if index in known:
                self.from_people += len(unit.cues)
                result += known[index]
            else:
                result += self._assembled(unit, [next(renderings) for _ in unit.passages])
        return result

    def notes(self) -> Iterator[Note]:
        if self.from_people:
            yield Note(STAGE, f"{self.from_people} cues were taken from confirmed translations in the memory.")
        if self.empty:
            yield Note(STAGE, f"{self.empty} cues got no text, because the translation was too short.", "warning")
        if self.memory is not None and self.memory.note is not None:
            yield self.memory.note

    def _confirmed_cues(self, unit: Unit) -> list[tuple[str, str]] | None:
        """The confirmed translation of every single cue of *unit*; None unless all of them have one."""
        if self.memory is None:
            return None
        found: list[tuple[str, str]] = []
        for cue in unit.cues:
            said = "\n".join(f"{f.prefix}{f.text}{f.suffix}" for f in unit.fragments if f.cue is cue)
            text = self.memory.confirmed(said, self.pair)
            if text is None:
                return None
            found.append((cue.id, text))
        return found

    def _renderings(self, texts: Sequence[str]) -> list[Rendering]:
        """A rendering of each passage: what people confirmed, what this maker made before, or new."""
        result = {text: found for text in dict.fromkeys(texts) if (found := self._remembered(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in result]
        made = dict(zip(new, self._made(new), strict=True))
        if self.memory is not None and made:
            self.memory.keep(((text, _note_of(one)) for text, one in made.items()), self.pair, self.maker)
        return [result[text] if text in result else made[text] for text in texts]

    def _remembered(self, text: str) -> Rendering | None:
        if self.memory is None:
            return None
        if confirmed := self.memory.confirmed(text, self.pair):
            return Rendering((confirmed,), np.zeros((1, 0), np.uint8), ())
        made = self.memory.made(text, self.pair, self.maker)
        return _of_note(made) if made is not None else None

    def _made(self, texts: Sequence[str]) -> list[Rendering]:
        """New translations: with placeholders where the pack has them, else chosen and mended."""
        items = [items_in(text, self.source, self.target, self.glossary) for text in texts]
        masked = [mask(text, found, self.engine.placeholders) for text, found in zip(texts, items, strict=True)]
        first = self._engine(masked, items)
        failed = [k for k, one in enumerate(first) if not kept(one.pieces, masked[k], self.engine.placeholders)]
        plain = [mask(texts[k], (), self.engine.placeholders) for k in failed]
        again = self._engine(plain, [items[k] for k in failed])
        for place, k in enumerate(failed):
            masked[k], first[k] = plain[place], again[place]
        work = zip(texts, first, masked, items, strict=True)
        return [self._finished(text, one, m, found) for text, one, m, found in work]

    def _wanted(self, masked: Masked, items: Sequence[Item]) -> int:
        """How many hypotheses: several where terms stand in the text unprotected."""
        terms = sum(item.kind == "term" for item in items) - sum(item.kind == "term" for _, item in masked.used)
        return self.options.hypotheses if terms > 0 else 1

    def _engine(self, masked: Sequence[Masked], items: Sequence[Sequence[Item]]) -> list[Sentence]:
        hypotheses = [self._wanted(one, found) for one, found in zip(masked, items, strict=True)]
        texts = [one.text for one in masked]
        found: dict[int, Sentence] = {}
        for number in sorted(set(hypotheses)):
            places = [k for k, wanted in enumerate(hypotheses) if wanted == number]
            sentences = self.engine.translate([texts[k] for k in places], *self.pair, hypotheses=number)
            found.update(zip(places, sentences, strict=True))
        return [found[k] for k in range(len(texts))]

    def _finished(self, text: str, sentence: Sentence, masked: Masked, items: Sequence[Item]) -> Rendering:
        choices = [_rendering(one, masked, self.engine.placeholders) for one in (sentence, *sentence.alternatives)]
        best = min(choices, key=lambda one: len(lost(one.text, items)))
        return self._unstopped(mend(best, items, self.target), text)

    def _unstopped(self, rendering: Rendering, text: str) -> Rendering:
        """Without a final full stop where *text* has none (lyrics, titles); Chinese is often written without any."""
        if character_based(self.source) or re.search(r"[^\w\s]$", text) or not rendering.tokens:
            return rendering
        last = re.sub(r"(?<![.。])[.。]$", "", rendering.tokens[-1])
        return replace(rendering, tokens=(*rendering.tokens[:-1], last))

    def _assembled(self, unit: Unit, renderings: Sequence[Rendering]) -> list[tuple[str, str]]:
        """Cue texts of *unit*: every passage divided among its fragments, decorations and markup put back."""
        said: list[list[str]] = [[] for _ in unit.fragments]
        for passage, rendering in zip(unit.passages, renderings, strict=True):
            parts = self._divided(unit, passage, rendering)
            for (index, _, _), text in zip(passage.parts, parts, strict=True):
                said[index].append(text)
        by_cue: dict[str, list[str]] = {cue.id: [] for cue in unit.cues}
        for fragment, texts in zip(unit.fragments, said, strict=True):
            text = tidy(" ".join(texts), self.target)
            self.empty += bool(fragment.text.strip()) and not text
            by_cue[fragment.cue.id].append(self._decorated(fragment, text))
        return [(cue_id, "\n".join(line for line in lines if line.strip())) for cue_id, lines in by_cue.items()]

    def _divided(self, unit: Unit, passage: Passage, rendering: Rendering) -> list[str]:
        """The rendering of one passage, a part for each of its fragments."""
        if len(passage.parts) == 1:
            return [rendering.text]
        speed = self.options.reading_speed or READING_SPEED.get(self.target.split("-", maxsplit=1)[0], 20.0)
        room = [unit.fragments[index].cue.duration / 1000 * speed for index, _, _ in passage.parts]
        shares = [float(max(len(passage.text[a:b].strip()), 1)) for _, a, b in passage.parts]
        middles = [(a + b) / 2 for a, b in rendering.columns]
        edges = [sum(middle < end for middle in middles) for _, _, end in passage.parts]
        boundaries = [0, *np.maximum.accumulate(edges).tolist()]
        boundaries[-1] = len(rendering.columns)
        attention = rendering.attention.astype(np.float32) if rendering.columns else None
        items = items_in(passage.text, self.source, self.target, self.glossary)
        whole = ranges_of(rendering.text, items)
        return project(
            rendering.tokens, attention, boundaries, language=self.target, shares=shares, room=room, whole=whole
        )

    def _decorated(self, fragment: Fragment, text: str) -> str:
        if not fragment.text.strip():
            return decoration(fragment.prefix + fragment.suffix, self.source, self.target, self.glossary).strip()
        text = with_marks(text, fragment, self.target)
        before = decoration(fragment.prefix, self.source, self.target, self.glossary)
        return f"{before}{text}{decoration(fragment.suffix, self.source, self.target, self.glossary)}".strip()


def _rendering(sentence: Sentence, masked: Masked, placeholders: Sequence[str]) -> Rendering:
    """A sentence of the engine with its placeholders filled, its attention by the byte, its columns in the source."""
    tokens = restore(sentence.tokens, sentence.pieces, masked, placeholders)
    weights = np.clip(sentence.attention * 255, 0, 255).round().astype(np.uint8)
    return Rendering(tokens, weights, tuple(masked.origin(span) for span in sentence.source_spans))


def _note_of(rendering: Rendering) -> Made:
    """A rendering as the memory keeps it, so that a second run divides it as the first did."""
    packed = base64.b85encode(zlib.compress(rendering.attention.tobytes())).decode()
    ends = [len(token) for token in rendering.tokens]
    return Made(rendering.text, json.dumps({"tokens": ends, "columns": rendering.columns, "attention": packed}))


def _of_note(made: Made) -> Rendering | None:
    try:
        note = json.loads(made.alignment)
        ends = np.cumsum([0, *note["tokens"]]).tolist()
        tokens = tuple(made.target[a:b] for a, b in pairwise(ends))
        columns = tuple((int(a), int(b)) for a, b in note["columns"])
        data = np.frombuffer(zlib.decompress(base64.b85decode(note["attention"])), np.uint8)
        return Rendering(tokens, data.reshape(len(tokens), len(columns)), columns)
    except (ValueError, KeyError, TypeError, zlib.error):
        return None  # written by something else: translate again


def alternatives(
    text: str, source: str, target: str, engine: TranslationEngine, n: int = 5, *, glossary: Glossary | None = None
) -> list[str]:
    """Up to *n* different translations of one text, best first, those with most terms of the glossary before others."""
    items = items_in(text, source, target, glossary)
    plain = mask(text, (), engine.placeholders)
    best = engine.translate([plain.text], source, target, hypotheses=n)[0]
    found = [mend(_rendering(one, plain, engine.placeholders), items, target) for one in (best, *best.alternatives)]
    found.sort(key=lambda one: len(lost(one.text, items)))
    return [text for text in dict.fromkeys(tidy(one.text, target) for one in found) if text]


def completions(
    text: str,
    source: str,
    target: str,
    engine: TranslationEngine,
    *,
    prefix: str = "",
    n: int = 5,
    glossary: Glossary | None = None,
) -> list[str]:
    """Up to *n* different translations of one text that begin with what was typed, *prefix*; best and terms first."""
    items = items_in(text, source, target, glossary)
    found = [tidy(one.text, target) for one in engine.complete(text, source, target, prefix, n)]
    return sorted((text for text in dict.fromkeys(found) if text), key=lambda one: len(lost(one, items)))

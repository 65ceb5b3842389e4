"""
Captions as marks of a document, what is in them, and which of them belongs to which shot.

A mark of kind ``caption`` has its text in one language, named by the attribute ``language``; what another language says
is an attribute under that language's code (``en``: ``A man opens a door``), and ``sure`` has how probable that is
(``en=0.71``), as the mark's confidence is for its text. ``shot`` is the number of the shot. What a person wrote has no
probability. The machine's are told from a person's by the mark's id, as with every mark (``tagging.marking``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plugin_core.document import Document, Mark, new_id
from plugin_core.languages import own_name
from plugin_core.tagging.marking import SOURCE, digest, is_ours, put
from plugin_core.typography import has_han

if TYPE_CHECKING:
    from plugin_core.captioning.stage import Described

KIND = "caption"
CAPTIONS = "captions"  # what such a mark was found in
LANGUAGE, SHOT, SURE = "language", "shot", "sure"
LANGUAGES = ("zh", "en")  # those that are always offered
MINE = 0.5  # share of a shot that a person's caption must cover to stand in place of the machine's


def with_captions(document: Document, done: Described) -> Document:
    """*document* with marks of *done* in place of those of an earlier run; what a person wrote or changed stays."""
    return recaptioned(document, marks(done))


def recaptioned(document: Document, made: Iterable[Mark]) -> Document:
    """*document*, edited meanwhile, with the captions among *made* in place of those of an earlier run."""
    theirs = [mark for mark in document.marks if mark.kind == KIND and not is_ours(mark)]
    fresh = [mark for mark in made if mark.kind == KIND and is_ours(mark)]
    return put(document, [mark for mark in fresh if not _covered(mark, theirs)], sources=(CAPTIONS,))


def redescribed(document: Document, made: Sequence[Mark]) -> Document:
    """``recaptioned``; a document without shots gets those among *made* as well."""
    if not any(mark.kind == "shot" for mark in document.marks):
        document = put(document, [mark for mark in made if mark.kind == "shot"], sources=())
    return recaptioned(document, made)


def marks(done: Described) -> list[Mark]:
    """A mark for each shot that has a caption."""
    found = []
    for number, (shot, told) in enumerate(zip(done.shots.shots, done.captions, strict=True), 1):
        if told:
            bare = Mark("", KIND, shot.start, max(shot.start, shot.end), "", ((SOURCE, CAPTIONS), (SHOT, str(number))))
            found.append(_named(_said(bare, {language: (one.text, one.confidence) for language, one in told.items()})))
    return found


def texts_of(mark: Mark) -> dict[str, str]:
    """What a caption says, by language, its own text first. Of a mark that names no language it is guessed."""
    attributes = dict(mark.attributes)
    own = attributes.get(LANGUAGE) or ("zh" if has_han(mark.text) else "en")
    told = {own: mark.text} if mark.text.strip() else {}
    rest = ((name, value) for name, value in mark.attributes if _is_language(name) and name != own)
    return told | {name: value for name, value in rest if value.strip()}


def sure_of(mark: Mark) -> dict[str, float]:
    """How sure each language's text of a caption is; what a person wrote has none."""
    from plugin_core.scenes.marking import sure_of as told

    own = next(iter(texts_of(mark)), "")
    return ({own: mark.confidence} if own and mark.confidence < 1 else {}) | told(mark)


def with_texts(mark: Mark, texts: Mapping[str, str]) -> Mark:
    """
    *mark* saying *texts* by language, as a person wants it: a new text has no probability, an empty one is gone. What
    is its own text stays so, whatever the order of *texts*.
    """
    before, sure = texts_of(mark), sure_of(mark)
    after = {language: " ".join(text.split()) for language, text in texts.items()}
    if {language: text for language, text in after.items() if text} == before:
        return mark
    kept = {
        language: (text, sure.get(language) if before.get(language) == text else None)
        for language in dict.fromkeys((*before, *after))
        if (text := after.get(language))
    }
    rest = tuple(one for one in mark.attributes if one[0] not in {LANGUAGE, SURE} and not _is_language(one[0]))
    return _said(replace(mark, text="", attributes=rest, confidence=1.0), kept)


def written(document: Document, shot: Mark, texts: Mapping[str, str]) -> Document:
    """*document* in which a person wrote *texts* (by language) of *shot*; none leaves it without a caption."""
    there = caption_of(document, shot)
    mark = there or Mark(new_id(), KIND, shot.start, max(shot.start, shot.end), "")
    after = with_texts(mark, texts)
    if after == mark:
        return document
    left = [one for one in document.marks if there is None or one.id != there.id]
    found = (*left, after) if texts_of(after) else left
    return replace(document, marks=tuple(sorted(found, key=lambda one: (one.start, one.end, one.id))))


def caption_of(document: Document, shot: Mark) -> Mark | None:
    """The caption of *shot*."""
    return by_shot(document.marks, [shot]).get(shot.id)


def by_shot(found: Iterable[Mark], shots: Iterable[Mark]) -> dict[str, Mark]:
    """
    The captions among the marks *found* by the ids of *shots*: of those that hold a shot's middle, the one that lies in
    it the most closely; a person's before the machine's.
    """
    coming = sorted((mark for mark in found if mark.kind == KIND), key=lambda mark: mark.start, reverse=True)
    there: list[Mark] = []
    told: dict[str, Mark] = {}
    for middle, shot in sorted(((_middle(shot), shot) for shot in shots), key=lambda pair: pair[0]):
        while coming and coming[-1].start <= middle:
            there.append(coming.pop())
        there = [mark for mark in there if mark.end > middle or mark.start >= shot.start]
        if there:
            told[shot.id] = min(there, key=lambda mark: (is_ours(mark), _apart(mark, shot), mark.id))
    return told


def _middle(shot: Mark) -> int:
    return (shot.start + max(shot.start, shot.end)) // 2


def languages_in(document: Document) -> tuple[str, ...]:
    """The languages that the captions of *document* are in: ours first, then others."""
    there = {language for mark in document.marks if mark.kind == KIND for language in texts_of(mark)}
    return (*(one for one in LANGUAGES if one in there), *sorted(there - set(LANGUAGES)))


def _said(mark: Mark, texts: Mapping[str, tuple[str, float | None]]) -> Mark:
    """*mark* with *texts* and how sure they are by language, the first as its own."""
    told = list(texts.items())
    if not told:
        return mark
    (own, (text, sure)), *others = told
    more = tuple((language, one) for language, (one, _) in others)
    chances = " ".join(f"{language}={one:.2f}" for language, (_, one) in others if one is not None)
    known = ((SURE, chances),) if chances else ()
    return replace(
        mark, text=text, attributes=(*mark.attributes, (LANGUAGE, own), *more, *known),
        confidence=1.0 if sure is None else round(min(sure, 0.9999), 4),
    )  # fmt: skip


def _named(mark: Mark) -> Mark:
    return replace(mark, id=digest(mark))


def _is_language(name: str) -> bool:
    return own_name(name) != name


def _covered(mark: Mark, theirs: Sequence[Mark]) -> bool:
    """Whether captions of a person stand in its place."""
    shared = sum(max(0, min(mark.end, one.end) - max(mark.start, one.start)) for one in theirs)
    return any(one.id == mark.id for one in theirs) or shared >= MINE * (mark.end - mark.start) > 0


def _apart(one: Mark, other: Mark) -> int:
    return abs(one.start - other.start) + abs(one.end - other.end)

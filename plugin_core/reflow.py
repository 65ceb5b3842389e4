"""
Re-flow: the same speech cut into cues anew, by another profile or with other shot cuts. No model is needed.

Recognised words keep their times; a cue without words has its text spread over its time. Translations follow the
speech: each is cut where its cue was, at the same share of its characters, rather after punctuation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from plugin_core import cueing, edits
from plugin_core.clock import FrameRate
from plugin_core.document import LANGUAGE_TAG, Cue, Document, Word
from plugin_core.profiles import Profile
from plugin_core.realign import realign
from plugin_core.review import ACCEPTED_TAG
from plugin_core.typography import has_han, length

_DASHES = "-–—"


def reflow(
    document: Document,
    profile: Profile,
    *,
    ids: Collection[str] | None = None,
    frame_rate: FrameRate | None = None,
    cuts: Sequence[int] = (),
) -> Document:
    """
    *document* with the cues of *ids*, by default all, made anew for *profile*; no word is lost or changed.

    A cue keeps its id if it begins with the same words. Cues without a text, and dialogues, stay as they are; nothing
    is joined across a change of speaker, role, language or tags.
    """
    wanted = {cue.id for cue in document.cues} if ids is None else set(ids)
    runs = list(_runs(document, wanted))
    made = cueing.build_runs(
        [(run.language, run.words, run.column, ()) for run in runs],
        profile,
        n_columns=len(document.languages),
        frame_rate=frame_rate,
        cuts=cuts,
    )
    gone = {cue.id for run in runs for cue in run.cues}
    kept = [cue for cue in document.cues if cue.id not in gone]
    fresh = list(_finished(runs, made, document, profile))
    fresh = [_clear(cue, kept) for cue in fresh]
    after = edits.add_cues(replace(document, cues=tuple(kept)), fresh)
    return document if after == document else after


@dataclass(frozen=True, slots=True)
class _Run:
    """Cues in a row that may be cut anew together, and all their words."""

    cues: tuple[Cue, ...]
    language: str
    column: int
    words: tuple[Word, ...]
    owners: tuple[int, ...]  # of every word: the place of its cue


def _runs(document: Document, wanted: Collection[str]) -> Iterator[_Run]:
    cues: list[Cue] = []
    key: object = None
    for cue in document.cues:
        column, language = _spoken(cue, document)
        own = (column, language, cue.speaker, cue.role, _lasting(cue))
        able = cue.id in wanted and column >= 0 and not _is_dialogue(cue.texts[column])
        if cues and (not able or own != key):
            yield _run(cues, document)
            cues = []
        if able:
            cues.append(cue)
            key = own
    if cues:
        yield _run(cues, document)


def _run(cues: Sequence[Cue], document: Document) -> _Run:
    column, language = _spoken(cues[0], document)
    words: list[Word] = []
    owners: list[int] = []
    for place, cue in enumerate(cues):
        text = cue.texts[column]
        own = realign(cue.words or (Word(cue.start, cue.end, text),), text)
        apart = words and own and not own[0].text[:1].isspace()
        if apart and not has_han(words[-1].text[-1:] + own[0].text[:1]):
            own = (replace(own[0], text=f" {own[0].text}"), *own[1:])
        words += own
        owners += [place] * len(own)
    return _Run(tuple(cues), language, column, tuple(words), tuple(owners))


def _finished(runs: Sequence[_Run], made: Sequence[Cue], document: Document, profile: Profile) -> Iterator[Cue]:
    """The *made* cues with the ids, speakers and translations of those whose words they have."""
    rest = list(made)
    taken: set[str] = set()
    for run in runs:
        count, cues = len(run.words), list[Cue]()
        while count > 0 and rest:
            cues.append(rest.pop(0))
            count -= len(cues[-1].words)
        spans = [(a, b) for a, b in zip(_sums(cues), _sums(cues)[1:], strict=False)]
        texts = _translations(run, spans, document)
        for cue, (first, _), columns in zip(cues, spans, texts, strict=True):
            old = run.cues[run.owners[first]]
            own = old.id if old.id not in taken else cue.id
            taken.add(own)
            said = [cue.texts[run.column] if place == run.column else text for place, text in enumerate(columns)]
            lines = [
                text if place == run.column else cueing.break_lines(text, document.languages[place], profile)
                for place, text in enumerate(said)
            ]
            yield replace(cue, id=own, texts=tuple(lines), speaker=old.speaker, role=old.role, tags=_lasting(old))


def _sums(cues: Sequence[Cue]) -> list[int]:
    return [0, *accumulate(len(cue.words) for cue in cues)]


def _translations(run: _Run, spans: Sequence[tuple[int, int]], document: Document) -> list[list[str]]:
    """For every new cue (a span of words) its texts in all columns, cut out of those of the old cues."""
    parts: list[list[list[str]]] = [[[] for _ in document.languages] for _ in spans]
    for place, cue in enumerate(run.cues):
        first = run.owners.index(place) if place in run.owners else 0
        end = first + run.owners.count(place)
        total = sum(length(word.text) for word in run.words[first:end]) or 1
        homes = [k for k, (a, b) in enumerate(spans) if a < end and b > first]
        for column, text in enumerate(cue.texts):
            if column == run.column or not text.strip():
                continue
            at = 0
            for home in homes:
                stop = min(spans[home][1], end)
                share = sum(length(word.text) for word in run.words[first:stop]) / total
                cut = len(text) if home == homes[-1] else max(at, edits.near(text, share))
                parts[home][column].append(text[at:cut])
                at = cut
    return [[edits.glued(texts) for texts in columns] for columns in parts]


def _clear(cue: Cue, kept: Sequence[Cue]) -> Cue:
    """*cue* without the part that reaches into a cue that was left alone."""
    from bisect import bisect_right

    place = bisect_right(kept, cue.start, key=lambda other: other.start)
    following = kept[place].start if place < len(kept) else cue.end
    return replace(cue, end=following) if cue.start < following < cue.end else cue


def _spoken(cue: Cue, document: Document) -> tuple[int, str]:
    """The column of what is said in *cue*, and its language; -1 if it has no text."""
    tagged = next((tag.removeprefix(LANGUAGE_TAG) for tag in cue.tags if tag.startswith(LANGUAGE_TAG)), "")
    if tagged in document.languages and cue.texts[document.column(tagged)].strip():
        return document.column(tagged), tagged
    column = next((place for place, text in enumerate(cue.texts) if text.strip()), -1)
    return column, tagged or (document.languages[column] if column >= 0 else "")


def _lasting(cue: Cue) -> tuple[str, ...]:
    """The tags that are about the speech; what was accepted was accepted of the old cue."""
    return tuple(tag for tag in cue.tags if not tag.startswith(ACCEPTED_TAG))


def _is_dialogue(text: str) -> bool:
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    return len(rows) > 1 and all(row[0] in _DASHES for row in rows)

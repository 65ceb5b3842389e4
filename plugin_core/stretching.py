"""Times drawn out or together, as where a film was made at another speed: two anchors tell where everything belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from plugin_core.document import Cue, Document, Mark, Word
from plugin_core.errors import DocumentError

Anchor = tuple[int, int]  # where something is, and where it belongs (ms)


def stretch(document: Document, first: Anchor, second: Anchor, ids: Iterable[str] | None = None) -> Document:
    """
    Move the cues and marks of *ids*, by default all, with their words, so that both anchors come true.

    What lies between the anchors keeps its share of the time between them; what lies outside goes on at the same pace.
    DocumentError if the anchors are one place or change their order, or if something would begin before 0.
    """
    (a, to_a), (b, to_b) = sorted((first, second))
    if a == b or to_a >= to_b:
        raise DocumentError(
            "edit.stretch", "The two places must be apart, and stay in their order.", "Choose two other cues or times."
        )
    pace = Fraction(to_b - to_a, b - a)

    def placed(ms: int) -> int:
        return round(to_a + (ms - a) * pace)

    wanted = None if ids is None else set(ids)
    items: tuple[Cue | Mark, ...] = (*document.cues, *document.marks)
    moving = [item for item in items if wanted is None or item.id in wanted]
    if any(placed(item.start) < 0 for item in moving):
        hint = "Let the first place belong later, or leave the earliest cues out."
        raise DocumentError("edit.times", "That would move a cue to before the media begins.", hint)
    if pace == 1 and a == to_a:
        return document
    keys = {item.id for item in moving}
    cues = [_cue(cue, placed) if cue.id in keys else cue for cue in document.cues]
    marks = [_mark(mark, placed) if mark.id in keys else mark for mark in document.marks]
    cues.sort(key=_by_time)
    marks.sort(key=_by_time)
    return replace(document, cues=tuple(cues), marks=tuple(marks))


def _by_time(item: Cue | Mark) -> tuple[int, int, str]:
    return item.start, item.end, item.id


def _cue(cue: Cue, placed: Callable[[int], int]) -> Cue:
    words = tuple(Word(max(0, placed(w.start)), max(0, placed(w.end)), w.text, w.probability) for w in cue.words)
    return replace(cue, start=placed(cue.start), end=placed(cue.end), words=words)


def _mark(mark: Mark, placed: Callable[[int], int]) -> Mark:
    return replace(mark, start=placed(mark.start), end=placed(mark.end))

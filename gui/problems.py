"""
What is wrong with the cues, always up to date: checked again where an edit reached, a little at a time.

A film has thousands of cues, and checking all of them takes seconds; so what is looked at is judged
when it is looked at, and the rest in slices of a few milliseconds while nothing else happens.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress, count
from operator import is_not
from typing import TypeVar

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, QTimer, Signal

from gui.session import Session
from plugin_core import checks, typography
from plugin_core.checks import CAPTION_TAG, Problem
from plugin_core.document import Cue, Document

SLICE = 0.006  # seconds of checking before the interface has its turn again
TOGETHER = 12  # cues in a row that are checked in one go
RUN = 40  # cues; how far back a sentence that is said again and again is followed
T = TypeVar("T")

_NAMES = {
    "reading-speed": QT_TRANSLATE_NOOP("Problems", "Too fast"),
    "line-length": QT_TRANSLATE_NOOP("Problems", "Line too long"),
    "lines": QT_TRANSLATE_NOOP("Problems", "Too many lines"),
    "too-short": QT_TRANSLATE_NOOP("Problems", "Too short"),
    "too-long": QT_TRANSLATE_NOOP("Problems", "Too long"),
    "gap": QT_TRANSLATE_NOOP("Problems", "Gap too small"),
    "overlap": QT_TRANSLATE_NOOP("Problems", "Overlap"),
    "crosses-cut": QT_TRANSLATE_NOOP("Problems", "Shot cut"),
    "empty": QT_TRANSLATE_NOOP("Problems", "Empty"),
    "untranslated": QT_TRANSLATE_NOOP("Problems", "Untranslated"),
    "wrong-script": QT_TRANSLATE_NOOP("Problems", "Wrong script"),
    "glossary": QT_TRANSLATE_NOOP("Problems", "Missing term"),
    "low-confidence": QT_TRANSLATE_NOOP("Problems", "Unsure"),
    "repeated": QT_TRANSLATE_NOOP("Problems", "Repeated"),
    "hallucination": QT_TRANSLATE_NOOP("Problems", "Invented?"),
    "anticipates": QT_TRANSLATE_NOOP("Problems", "Too early"),
    "brackets": QT_TRANSLATE_NOOP("Problems", "Open bracket"),
    "punctuation": QT_TRANSLATE_NOOP("Problems", "Punctuation"),
}
_SENTENCES = {
    "reading-speed": QT_TRANSLATE_NOOP(
        "Problems", "Must be read at {value} characters a second; the limit is {limit}."
    ),
    "line-length": QT_TRANSLATE_NOOP("Problems", "Has a line of {value} characters; the limit is {limit}."),
    "lines": QT_TRANSLATE_NOOP("Problems", "Has {value} lines; the limit is {limit}."),
    "too-short": QT_TRANSLATE_NOOP("Problems", "Shown for {value} ms; at least {limit} ms are needed to notice it."),
    "too-long": QT_TRANSLATE_NOOP("Problems", "Shown for {value} ms; at most {limit} ms are allowed."),
    "gap": QT_TRANSLATE_NOOP("Problems", "Follows the cue before it after {value} ms; at least {limit} ms are needed."),
    "overlap": QT_TRANSLATE_NOOP("Problems", "Begins {value} ms before the cue before it has ended."),
    "crosses-cut": QT_TRANSLATE_NOOP("Problems", "Begins, ends or stays {value} ms from a shot cut without need."),
    "empty": QT_TRANSLATE_NOOP("Problems", "Has no text."),
    "untranslated": QT_TRANSLATE_NOOP("Problems", "Has no translation, or one that repeats the source."),
    "wrong-script": QT_TRANSLATE_NOOP("Problems", "Is written in another script than its language is."),
    "glossary": QT_TRANSLATE_NOOP("Problems", "The translation lacks what the glossary asks for: {named}."),
    "low-confidence": QT_TRANSLATE_NOOP("Problems", "The recogniser was not sure of: {named}."),
    "repeated": QT_TRANSLATE_NOOP("Problems", "Says the same as the cue before it, {value} times in a row."),
    "hallucination": QT_TRANSLATE_NOOP("Problems", "Looks invented by the recogniser; listen to it."),
    "anticipates": QT_TRANSLATE_NOOP("Problems", "Captions a sound {value} ms before it is heard."),
    "brackets": QT_TRANSLATE_NOOP("Problems", "Has {value} bracket(s), quote(s) or tag(s) without a partner."),
    "punctuation": QT_TRANSLATE_NOOP(
        "Problems", "Ends a line with a full stop or comma, which this profile leaves out."
    ),
}


@dataclass(frozen=True, slots=True)
class Band:
    """The rows that differ between two versions: *removed* old ones from *start* on gave way to *added* new ones."""

    start: int
    removed: int
    added: int

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def changed_band(old: Sequence[T], new: Sequence[T]) -> Band:
    """The rows that differ, found by identity; equal ends are shared between versions."""
    shorter = min(len(old), len(new))
    start = next(compress(count(), map(is_not, old, new)), shorter)
    tail = next(compress(count(), map(is_not, reversed(old), reversed(new))), shorter)
    tail = min(tail, shorter - start)
    return Band(start, len(old) - start - tail, len(new) - start - tail)


def name(code: str) -> str:
    """What a kind of problem is called, in two words: "Too fast"."""
    text = _NAMES.get(code)
    return code if text is None else QCoreApplication.translate("Problems", str(text))


def sentence(problem: Problem, cue: Cue | None = None) -> str:
    """What is wrong, with its numbers, in the language of the interface; *cue* names the words that are unsure."""
    pattern = _SENTENCES.get(problem.code)
    if pattern is None:
        return problem.message
    named = problem.message.rpartition(": ")[2].rstrip(".")
    if problem.code == "low-confidence" and cue is not None:
        named = ", ".join(word.text.strip() for word in cue.words if word.probability < checks.SURE)
    text = QCoreApplication.translate("Problems", str(pattern))
    return text.format(value=f"{problem.value:.4g}", limit=f"{problem.limit:.4g}", named=named)


class Problems(QObject):
    """
    The problems of every cue of a session, by its id.

    *changed* carries the ids of the cues that were judged anew; *finished* says that no cue is left to be judged.
    """

    changed = Signal(object)  # tuple[str, ...]
    finished = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: dict[str, tuple[Problem, ...]] = {}  # of cues with which something is wrong
        self._waiting: dict[str, None] = {}
        self._told: list[str] = []  # judged because they were looked at, and not announced yet
        self._cuts: tuple[int, ...] = session.cuts
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        session.changed.connect(self._on_changed)
        session.rules_changed.connect(self.again)
        self.again()

    def of(self, cue_id: str) -> tuple[Problem, ...]:
        """The problems of one cue; it is judged now if it has not been yet."""
        if cue_id in self._waiting:
            self._told += self._judged([self._session.row(cue_id)])
        return self._found.get(cue_id, ())

    def found(self, cue_id: str) -> tuple[Problem, ...]:
        """The problems of one cue as far as they are known; none while it waits to be judged."""
        return self._found.get(cue_id, ())

    @property
    def busy(self) -> bool:
        """Whether there are cues that have not been judged yet."""
        return bool(self._waiting)

    @property
    def known(self) -> tuple[Problem, ...]:
        """All problems found so far, in the order of the cues."""
        ordered = sorted(self._found, key=self._session.row)
        return tuple(problem for key in ordered for problem in self._found[key])

    def again(self) -> None:
        """Judge every cue again: the rules are other ones."""
        self._cuts = self._session.cuts
        self._waiting = dict.fromkeys(cue.id for cue in self._session.document.cues)
        self._go_on()

    def finish(self) -> None:
        """Judge what is left, without waiting for a quiet moment."""
        while self._waiting or self._told:
            self._slice()

    def _on_changed(self, before: Document, after: Document) -> None:
        if (before.languages, before.media) != (after.languages, after.media) or self._other_marks(before, after):
            self._found = {}
            self.again()
            return
        band = changed_band(before.cues, after.cues)
        for cue in before.cues[band.start : band.start + band.removed]:
            self._found.pop(cue.id, None)
            self._waiting.pop(cue.id, None)
        rows = range(band.start, min(band.start + band.added + 1, len(after.cues)))
        self._waiting.update(dict.fromkeys(after.cues[row].id for row in rows))
        self._go_on()

    def _other_marks(self, before: Document, after: Document) -> bool:
        return before.marks is not after.marks and self._cuts != self._session.cuts

    def _go_on(self) -> None:
        if self._waiting or self._told:
            self._timer.start()
        elif self._timer.isActive():
            self._timer.stop()
            self.finished.emit()

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE
        judged, self._told = self._told, []
        while self._waiting and time.perf_counter() < until:
            row = self._session.row(next(iter(self._waiting)))
            rows = [row]
            cues = self._session.document.cues
            while len(rows) < TOGETHER and rows[-1] + 1 < len(cues) and cues[rows[-1] + 1].id in self._waiting:
                rows.append(rows[-1] + 1)
            judged += self._judged(rows)
        self.changed.emit(tuple(judged))
        self._go_on()

    def _judged(self, rows: Sequence[int]) -> list[str]:
        """Judge the cues of *rows*, which are in a row; their ids."""
        document = self._session.document
        first = self._run_before(document.cues, rows[0])
        part = document.cues[first : rows[-1] + 1]
        heard = document.marks if _caption(part) else ()
        found = checks.check(
            replace(document, cues=part, marks=heard),
            self._session.profile,
            glossary=self._session.glossary,
            cuts=self._cuts,
            frame_rate=self._session.frame_rate,
        )
        ids = [document.cues[row].id for row in rows]
        for key in ids:
            self._waiting.pop(key, None)
            self._found.pop(key, None)
        for key in dict.fromkeys(problem.cue_id for problem in found if problem.cue_id in set(ids)):
            self._found[key] = tuple(problem for problem in found if problem.cue_id == key)
        return ids

    def _run_before(self, cues: Sequence[Cue], row: int) -> int:
        """Where the cues begin that say what the cue of *row* says, or the cue before it."""
        first = row
        while first and row - first < RUN and _says(cues[first - 1]) == _says(cues[first]):
            first -= 1
        return max(0, first - 1)


def _says(cue: Cue) -> str:
    return typography.joined(cue.texts[0]).casefold() if cue.texts else ""


def _caption(cues: Iterable[Cue]) -> bool:
    return any(tag.startswith(CAPTION_TAG) for cue in cues for tag in cue.tags)

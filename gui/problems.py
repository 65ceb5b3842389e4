"""
What is wrong with the cues, always up to date: checked again where an edit reached, a little at a time.

A film has thousands of cues, and checking all of them takes seconds; so what is looked at is judged
when it is looked at, and the rest in slices of a few milliseconds while nothing else happens.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, QTimer, Signal

from gui.bands import changed_band
from gui.session import Session
from plugin_core import checks, typography
from plugin_core.checks import CAPTION_TAG, Problem
from plugin_core.document import Cue, Document, Mark

SLICE = 0.003  # seconds of checking before the interface has its turn again
TOGETHER = 8  # cues in a row that are checked in one go
MARGIN = 1000  # ms around a cue in which cuts are looked for; a frame would do
RUN = 40  # cues; how far back a sentence that is said again and again is followed

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
MOST_NAMED = 8  # words the recogniser was not sure of
_MARKS = ' .,!?;:…，。！？；：、"“”'  # what does not belong to a word that is named in a list


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
        unsure = [word.text.strip(_MARKS) for word in cue.words if word.probability < checks.SURE]
        named = ", ".join([*filter(None, unsure[:MOST_NAMED]), *(["…"] if len(unsure) > MOST_NAMED else [])])
    text = QCoreApplication.translate("Problems", str(pattern))
    return text.format(value=f"{problem.value:.4g}", limit=f"{problem.limit:.4g}", named=named)


class Problems(QObject):
    """
    The problems of every cue of a session, by its id.

    *changed* carries the ids of the cues that were judged anew, *altered* of those of which other problems are known
    than before; an edited cue has none until it is judged. *finished* says that no cue is left to be judged.
    """

    changed = Signal(object)  # tuple[str, ...]
    altered = Signal(object)  # tuple[str, ...]
    finished = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: dict[str, tuple[Problem, ...]] = {}  # of cues with which something is wrong
        self._waiting: dict[str, None] = {}
        self._told: list[str] = []  # judged and not announced yet
        self._altered: list[str] = []
        self._cuts = _sorted(session.cuts)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        session.changed.connect(self._on_changed)
        session.rules_changed.connect(self.again)
        self.again()

    def of(self, cue_id: str) -> tuple[Problem, ...]:
        """The problems of one cue; it is judged now if it has not been yet."""
        if cue_id in self._waiting:
            row = self._session.row(cue_id)
            self._judge(range(row, row + 1))
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
        self._cuts = _sorted(self._session.cuts)
        self._waiting = dict.fromkeys(cue.id for cue in self._session.document.cues)
        self._go_on()

    def _anew(self) -> None:
        """What was known of the cues is known no more."""
        self._altered += self._found
        self._found = {}
        self.again()

    def finish(self) -> None:
        """Judge what is left, without waiting for a quiet moment."""
        while self._waiting or self._told:
            self._slice()

    def _on_changed(self, before: Document, after: Document) -> None:
        if before.marks is not after.marks and self._cuts != (cuts := _sorted(self._session.cuts)):
            self._cuts = cuts
            self._anew()
            return
        if (before.languages, before.media) != (after.languages, after.media):
            self._anew()
            return
        band = self._session.band(before, after)
        for cue in band.old(before.cues):
            self._found.pop(cue.id, None)
            self._waiting.pop(cue.id, None)
        rows = range(band.start, _run_after(after.cues, band.start + band.added))
        self._waiting.update(dict.fromkeys(after.cues[row].id for row in rows))
        if before.marks is not after.marks:
            self._waiting.update(dict.fromkeys(_captions_of(before.marks, after.marks, after.cues)))
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting or self._told:
            self._timer.start()
        elif self._timer.isActive():
            self._timer.stop()
            self.finished.emit()

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE
        row, cues = None, self._session.document.cues
        while self._waiting and time.perf_counter() < until:
            if row is None or row >= len(cues) or cues[row].id not in self._waiting:
                row = self._session.row(next(iter(self._waiting)))
            first = row
            while row < len(cues) and row - first < TOGETHER and cues[row].id in self._waiting:
                row += 1
            self._judge(range(first, row))
        judged, altered, self._told, self._altered = self._told, self._altered, [], []
        self.changed.emit(tuple(judged))
        if altered:
            self.altered.emit(tuple(altered))
        self._go_on()

    def _judge(self, rows: range) -> None:
        """Judge the cues of *rows*."""
        document = self._session.document
        first = _run_before(document.cues, rows[0])
        part = document.cues[first : rows[-1] + 1]
        found = checks.check(
            replace(document, cues=part, marks=document.marks if _caption(part) else ()),
            self._session.profile,
            glossary=self._session.glossary,
            cuts=self._near(part),
            frame_rate=self._session.frame_rate,
        )
        wrong: dict[str, list[Problem]] = {}
        for problem in found:
            wrong.setdefault(problem.cue_id, []).append(problem)
        for row in rows:
            key = document.cues[row].id
            self._waiting.pop(key, None)
            now = tuple(wrong.get(key, ()))
            if now != self._found.pop(key, ()):
                self._altered.append(key)
            if now:
                self._found[key] = now
            self._told.append(key)

    def _near(self, cues: Sequence[Cue]) -> Sequence[int]:
        """The cuts that may matter to *cues*: to bring all of a film to frames takes longer than to judge a few."""
        last = max(cue.end for cue in cues)
        return self._cuts[bisect_left(self._cuts, cues[0].start - MARGIN) : bisect_right(self._cuts, last + MARGIN)]


def _sorted(cuts: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(cuts))


def _run_before(cues: Sequence[Cue], row: int) -> int:
    """Where the cues begin that say what the cue of *row* says, or the cue before it."""
    first = row
    while first and row - first < RUN and _says(cues[first - 1]) == _says(cues[first]):
        first -= 1
    return max(0, first - 1)


def _run_after(cues: Sequence[Cue], row: int) -> int:
    """One past the last cue that is judged by what stands before *row*: the next, and those that say the same on."""
    last = row
    while last + 1 < len(cues) and last - row < RUN and _says(cues[last + 1]) == _says(cues[last]):
        last += 1
    return min(last + 1, len(cues))


def _captions_of(before: Sequence[Mark], after: Sequence[Mark], cues: Iterable[Cue]) -> Iterator[str]:
    """The ids of the *cues* that caption one of the marks that differ."""
    band = changed_band(before, after)
    tags = {f"{CAPTION_TAG}{mark.id}" for mark in (*band.old(before), *band.new(after))}
    return (cue.id for cue in cues if cue.tags and not tags.isdisjoint(cue.tags))


def _says(cue: Cue) -> str:
    return typography.joined(cue.texts[0]).casefold() if cue.texts else ""


def _caption(cues: Iterable[Cue]) -> bool:
    return any(tag.startswith(CAPTION_TAG) for cue in cues for tag in cue.tags)

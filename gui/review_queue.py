"""The review as it goes on: what is open, what is done, and where to go next. No widgets here."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from gui.problems import Problems
from gui.session import Session
from plugin_core import review
from plugin_core.checks import Problem
from plugin_core.document import Document
from plugin_core.review import ASKED, WORST_FIRST, Look, Progress

AT_ONCE = 24  # cues that are judged in the same moment as they were edited
PATIENCE = 30  # ms in which changes are gathered before anyone is told
MANY_WAIT = 300  # the same, while cue after cue is judged


class ReviewQueue(QObject):
    """
    The cues of a session that deserve a look, kept up to date.

    *changed* says that the queue or its progress is another one. A cue counts as done once it was open and is no more,
    be it accepted, mended or deleted; what was accepted in an earlier session counts too.
    """

    changed = Signal()

    def __init__(self, session: Session, problems: Problems, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._problems = session, problems
        self._codes: frozenset[str] = frozenset(ASKED)
        self._worst_first = False
        self._looks: dict[str, Look] = {}
        self._seen: set[str] = set()
        self._skipped: set[str] = set()
        self._order: tuple[str, ...] | None = None  # ids; None: to be sorted
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.changed)
        session.changed.connect(self._on_changed)
        session.loaded.connect(self.restart)
        problems.changed.connect(self._judge)
        problems.finished.connect(self._late)
        self.restart()

    # -- what there is -------------------------------------------------------------------------------------------

    @property
    def looks(self) -> tuple[Look, ...]:
        """The open cues, in the order of time or the worst first."""
        return tuple(self._looks[key] for key in self.order)

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the open cues in their order; the same object as long as it is the same order."""
        if self._order is None:
            self._order = tuple(sorted(self._looks, key=self._rank))
        return self._order

    def look(self, cue_id: str) -> Look | None:
        """Why a cue deserves a look, if it does."""
        return self._looks.get(cue_id)

    @property
    def progress(self) -> Progress:
        """How many of the cues that were open are done."""
        return Progress(len(self._seen) - len(self._looks), len(self._seen))

    @property
    def counts(self) -> dict[str, int]:
        """How many open cues have each kind of problem, whether it is asked for or not."""
        cues = {cue.id: cue for cue in self._session.document.cues}
        known = ((problem, cues.get(problem.cue_id)) for problem in self._problems.known)
        pairs = {(p.cue_id, p.code) for p, cue in known if cue is not None and not review.is_accepted(cue, p)}
        found = dict.fromkeys(WORST_FIRST, 0)
        for _, code in pairs:
            found[code] = found.get(code, 0) + 1
        return found

    @property
    def skipped(self) -> int:
        """How many open cues were put off."""
        return sum(key in self._looks for key in self._skipped)

    # -- what is asked for ---------------------------------------------------------------------------------------

    @property
    def codes(self) -> frozenset[str]:
        """The kinds of problem that are asked about."""
        return self._codes

    @codes.setter
    def codes(self, codes: Iterable[str]) -> None:
        if frozenset(codes) != self._codes:
            self._codes = frozenset(codes)
            self.restart()

    @property
    def worst_first(self) -> bool:
        """Whether the worst come first, instead of the order of time."""
        return self._worst_first

    @worst_first.setter
    def worst_first(self, worst_first: bool) -> None:
        self._worst_first, self._order = worst_first, None
        self.changed.emit()

    def restart(self) -> None:
        """Begin anew: nothing was skipped, and what is open is counted from here."""
        self._looks.clear()
        self._order = None
        self._seen.clear()
        self._skipped.clear()
        self._judge(tuple(dict.fromkeys(problem.cue_id for problem in self._problems.known)))
        self._late()

    # -- going on ------------------------------------------------------------------------------------------------

    def following(self, cue_id: str) -> str:
        """The open cue after *cue_id*; "" if none is left."""
        return review.following(self.looks, self._session.document, cue_id, self._skipped)

    def skip(self, cue_id: str) -> str:
        """Put *cue_id* off until nothing else is left; the cue to go to."""
        self._skipped.add(cue_id)
        return self.following(cue_id)

    # -- inside --------------------------------------------------------------------------------------------------

    def _on_changed(self, before: Document, after: Document) -> None:
        if before.cues is after.cues:
            return
        band = self._session.band(before, after)
        old, new = [cue.id for cue in band.old(before.cues)], [cue.id for cue in band.new(after.cues)]
        if old != new:
            for key in old:
                if self._session.cue(key) is None:
                    self._looks.pop(key, None)
            self._reorder({*old, *new})
        if band.added <= AT_ONCE:  # what was just done is done, without waiting for the next quiet moment
            self._judge([cue.id for cue in after.cues[band.start : band.start + band.added + 1]])
        self._late()

    def _judge(self, ids: Iterable[str]) -> None:
        moved = set()
        for key in ids:
            cue = self._session.cue(key)
            found = self._opened(key) if cue is not None else ()
            old = self._looks.pop(key, None)
            if cue is not None and found:
                self._looks[key] = Look(key, cue.start, found)
                self._seen.add(key)
            elif cue is not None and any(p.code in self._codes for p in self._problems.of(key)):
                self._seen.add(key)  # accepted, perhaps in an earlier session
            if (old.codes[0] if old else "") != (found[0].code if found else ""):
                moved.add(key)
        self._reorder(moved)
        self._late()

    def _reorder(self, moved: Collection[str]) -> None:
        """Put the cues that came, went or moved where they belong; all the others keep their order."""
        if self._order is None or not moved:
            return
        if len(moved) > AT_ONCE:
            self._order = None
            return
        order = [key for key in self._order if key not in moved]
        for key in moved:
            if key in self._looks:
                insort(order, key, key=self._rank)
        self._order = tuple(order)

    def _rank(self, key: str) -> tuple[int, int]:
        return _place(self._looks[key].problems[0]) if self._worst_first else 0, self._session.row(key)

    def _opened(self, key: str) -> tuple[Problem, ...]:
        cue = self._session.cue(key)
        if cue is None:
            return ()
        found = (p for p in self._problems.of(key) if p.code in self._codes and not review.is_accepted(cue, p))
        return tuple(sorted(found, key=_place))

    def _late(self) -> None:
        if not self._timer.isActive():
            self._timer.start(MANY_WAIT if self._problems.busy else PATIENCE)


_PLACES = {code: place for place, code in enumerate(WORST_FIRST)}


def _place(problem: Problem) -> int:
    return _PLACES.get(problem.code, len(_PLACES))

"""What keys and menus do to the selected cues: split, join, insert, delete, nudge, snap, copy. Each is one step."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from gui import nudging, retiming
from gui.actions import Actions
from gui.session import Session
from gui.wave_math import Part
from plugin_core import edits
from plugin_core.document import Cue, Document
from plugin_core.errors import ZimuError

SHORTEST = 200  # ms that must be free for a new cue
WISHED = 2000  # ms a new cue lasts where there is room


class Correcting(QObject):
    """
    Does what is asked of the cues that are selected in *session*. *position* tells where the film stands (ms).

    *refused* says in a sentence why something cannot be done.
    """

    refused = Signal(str)

    def __init__(
        self, session: Session, actions: Actions, position: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._position = session, position
        for name, work in {
            "cue.next": lambda: self.go(1),
            "cue.previous": lambda: self.go(-1),
            "cue.split-playhead": self.split_at_playhead,
            "cue.join": self.join,
            "cue.insert-after": lambda: self.insert(after=True),
            "cue.insert-before": lambda: self.insert(after=False),
            "cue.delete": self.delete,
            "cue.copy": self.copy,
            "time.start-to-playhead": lambda: self.place(Part.START),
            "time.end-to-playhead": lambda: self.place(Part.END),
            "time.move-to-playhead": self.move_to_playhead,
            "time.start-earlier": lambda: self.nudge(Part.START, -1),
            "time.start-later": lambda: self.nudge(Part.START, 1),
            "time.end-earlier": lambda: self.nudge(Part.END, -1),
            "time.end-later": lambda: self.nudge(Part.END, 1),
            "time.earlier": lambda: self.nudge(Part.BODY, -1),
            "time.later": lambda: self.nudge(Part.BODY, 1),
            "time.snap-frames": self.snap_to_frames,
            "time.snap-cuts": self.snap_to_cuts,
        }.items():
            actions[name].triggered.connect(_alone(work))

    # -- where ---------------------------------------------------------------------------------------------------

    def go(self, steps: int) -> None:
        """Select the cue *steps* after the current one; without a current one, the one at the playhead."""
        cues = self._session.document.cues
        if not cues:
            return
        row = self._session.row(self._session.current) if self._current() else self._row_at_playhead() - (steps > 0)
        self._session.select([cues[min(max(0, row + steps), len(cues) - 1)].id])

    # -- cues ----------------------------------------------------------------------------------------------------

    def split_at_playhead(self) -> None:
        """Cut the cue at the playhead where the film stands: the current one if it is shown there."""
        at, cue = self._position(), self._current()
        if cue is None or not cue.start < at < cue.end:
            cue = self._session.cue_at(at)
        if cue is None:
            self.refused.emit(self.tr("No cue is shown where the film stands."))
            return
        self._new(self.tr("Split"), lambda document: edits.split(document, cue.id, at))

    def join(self) -> None:
        """Make one cue of those selected, or of the current one and the next."""
        cues, all_cues = self._cues(), self._session.document.cues
        if len(cues) == 1 and (row := self._session.row(cues[0].id) + 1) < len(all_cues):
            cues.append(all_cues[row])
        if len(cues) < 2:
            self.refused.emit(self.tr("There is no cue after this one to be joined with."))
            return
        ids = [cue.id for cue in cues]
        self._do(self.tr("Join"), lambda document: edits.join(document, ids), select=(cues[0].id,))

    def insert(self, *, after: bool) -> None:
        """An empty cue beside the current one, as long as there is room; at the playhead if there is none."""
        start, end = self._room(after=after)
        if end - start < SHORTEST:
            self.refused.emit(self.tr("There is no room for another cue here: move one of its neighbours first."))
            return
        self._new(self.tr("Insert"), lambda document: retiming.inserted(document, start, end)[0])

    def delete(self) -> None:
        """Delete the selected cues and marks; the cue after them is selected then."""
        ids, cues = self._session.selection, self._session.document.cues
        if not ids:
            return
        gone = set(ids)
        row = max((self._session.row(cue.id) for cue in self._cues()), default=-1)
        rest = [cue.id for cue in cues[row + 1 :] if cue.id not in gone] if row >= 0 else []
        rest = rest or [cue.id for cue in reversed(cues) if cue.id not in gone]
        self._do(self.tr("Delete"), lambda document: edits.delete(document, ids), select=tuple(rest[:1]))

    def copy(self) -> None:
        """Put the texts of the selected cues on the clipboard, a blank line between cues."""
        texts = ["\n".join(text for text in cue.texts if text) for cue in self._cues()]
        if texts:
            QGuiApplication.clipboard().setText("\n\n".join(texts))

    # -- times ---------------------------------------------------------------------------------------------------

    def place(self, part: Part) -> None:
        """Let the current cue begin or end where the film stands."""
        cue, at, gap = self._current(), self._position(), self._gap()
        if cue is not None:
            self._do(self.tr("Times"), lambda document: nudging.placed(document, cue.id, part, at, gap))

    def move_to_playhead(self) -> None:
        """Move the selected cues so that the first begins where the film stands."""
        cues = self._cues()
        if cues:
            ids, by = [cue.id for cue in cues], self._position() - cues[0].start
            self._do(self.tr("Move"), lambda document: edits.shift(document, by, ids))

    def nudge(self, part: Part, frames: int) -> None:
        """Move the starts, the ends or the whole of what is selected by *frames*."""
        ids, rate = self._session.selection, self._session.frame_rate
        key = ("nudge", part, ids)
        self._do(self.tr("Nudge"), lambda document: nudging.nudged(document, ids, part, frames, rate), key)

    def snap_to_frames(self) -> None:
        """Let the selected cues begin and end on frames."""
        rate, ids = self._session.frame_rate, [cue.id for cue in self._cues()]
        if rate is None:
            self.refused.emit(self.tr("The frame rate of the media is not known."))
            return
        self._do(self.tr("Snap"), lambda document: edits.snap(document, rate, ids))

    def snap_to_cuts(self) -> None:
        """Let the selected cues begin and end as the rules want near shot cuts."""
        if not self._session.cuts:
            self.refused.emit(self.tr("The document has no shot cuts to snap to."))
            return
        ids, session = {cue.id for cue in self._cues()}, self._session
        self._do(
            self.tr("Snap"),
            lambda document: nudging.snapped_to_cuts(document, ids, session.profile, session.cuts, session.frame_rate),
        )

    # -- inside --------------------------------------------------------------------------------------------------

    def _do(
        self,
        label: str,
        work: Callable[[Document], Document],
        key: Hashable = None,
        select: tuple[str, ...] | None = None,
    ) -> None:
        try:
            after = work(self._session.document)
        except ZimuError as error:
            self.refused.emit(str(error))
            return
        if key is None:
            self._session.close_merge()
        self._session.edit(label, after, key, select)

    def _new(self, label: str, work: Callable[[Document], Document]) -> None:
        """Do what makes a cue, and select it."""
        before = {cue.id for cue in self._session.document.cues}
        try:
            after = work(self._session.document)
        except ZimuError as error:
            self.refused.emit(str(error))
            return
        made = tuple(cue.id for cue in after.cues if cue.id not in before)
        self._session.close_merge()
        self._session.edit(label, after, select=made)

    def _current(self) -> Cue | None:
        return self._session.cue(self._session.current)

    def _cues(self) -> list[Cue]:
        """The selected cues, in the order of time."""
        rows = sorted(self._session.row(key) for key in self._session.selection if self._session.cue(key))
        return [self._session.document.cues[row] for row in rows]

    def _row_at_playhead(self) -> int:
        at = self._position()
        return sum(1 for cue in self._session.document.cues if cue.end <= at)

    def _gap(self) -> int:
        rate, frames = self._session.frame_rate, self._session.profile.gap_frames
        return rate.ms_at(frames) if rate else 40 * frames

    def _room(self, *, after: bool) -> tuple[int, int]:
        """Where there is room for a cue beside the current one: start and end (ms)."""
        cue, cues, gap = self._current(), self._session.document.cues, self._gap()
        if cue is None:
            return nudging.room_at(self._session.document, self._position(), WISHED, gap)
        row = self._session.row(cue.id)
        if after:
            start = cue.end + gap
            latest = cues[row + 1].start - gap if row + 1 < len(cues) else start + WISHED
            return start, min(start + WISHED, latest)
        end = cue.start - gap
        earliest = max((other.end for other in cues[:row]), default=-gap) + gap
        return max(earliest, end - WISHED, 0), end


def _alone(work: Callable[[], None]) -> Callable[..., None]:
    """*work* without what a signal passes."""
    return lambda *_: work()

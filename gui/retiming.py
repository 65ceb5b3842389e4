"""Edits of time that keys and taps make: pure functions from a document to a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gui.wave_math import FOREVER, SHORTEST, Part
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, new_id

HELD = 200  # ms; a shorter tap says only when a cue begins


def nudged(document: Document, ids: Sequence[str], part: Part, frames: int, rate: FrameRate | None) -> Document:
    """
    *document* with the starts, the ends or the whole of the cues (and marks) of *ids* moved by *frames*.

    Edges land on frames and never pass each other; nothing moves to before 0. Without a rate a frame is 40 ms.
    """
    found = [cue for cue in document.cues if cue.id in set(ids)]
    if part is Part.BODY:
        starts = [cue.start for cue in found] + [mark.start for mark in document.marks if mark.id in set(ids)]
        first = min(starts, default=0)
        return edits.shift(document, max(_stepped(first, frames, rate) - first, -first), ids)
    for cue in found:
        if part is Part.START:
            start = min(max(0, _stepped(cue.start, frames, rate)), _stepped(cue.end, -1, rate))
            document = edits.retime(document, cue.id, start=min(start, cue.end))
        else:
            end = max(_stepped(cue.end, frames, rate), _stepped(cue.start, 1, rate))
            document = edits.retime(document, cue.id, end=end)
    return document


def _stepped(ms: int, frames: int, rate: FrameRate | None) -> int:
    return ms + SHORTEST * frames if rate is None else rate.ms_at(rate.frame_at(ms) + frames)


def placed(document: Document, cue_id: str, part: Part, at: int, gap: int = 0) -> Document:
    """
    *document* with the start or the end of a cue at *at*, or its whole moved there.

    A start set after its end takes the end along, an end set before its start is refused by leaving all as it was.
    The neighbour gives way: a start set into the cue before it makes that cue end *gap* ms earlier.
    """
    place = next(index for index, cue in enumerate(document.cues) if cue.id == cue_id)
    cue = document.cues[place]
    if part is Part.BODY:
        return edits.shift(document, at - cue.start, [cue_id])
    if part is Part.START:
        end = cue.end if at < cue.end else at + max(cue.duration, SHORTEST)
        before = document.cues[place - 1] if place else None
        if before and before.end <= cue.start and before.start + SHORTEST + gap < at < before.end + gap:
            document = edits.retime(document, before.id, end=at - gap)
        return edits.retime(document, cue_id, at, end)
    if at <= cue.start:
        return document
    after = document.cues[place + 1] if place + 1 < len(document.cues) else None
    if after and after.start >= cue.end and after.start - gap < at < after.end - SHORTEST - gap:
        document = edits.retime(document, after.id, start=at + gap)
    return edits.retime(document, cue_id, end=at)


def snapped_to_cut(document: Document, cue_id: str, part: Part, cuts: Sequence[int], gap: int = 0) -> Document:
    """*document* with the start of a cue on the nearest of *cuts*, or its end *gap* ms before it."""
    cue = next(cue for cue in document.cues if cue.id == cue_id)
    edge = cue.start if part is Part.START else cue.end
    places = list(cuts) if part is Part.START else [cut - gap for cut in cuts]
    fitting = [at for at in places if (at < cue.end if part is Part.START else at > cue.start)]
    if not fitting:
        return document
    return placed(document, cue_id, part, min(fitting, key=lambda at: abs(at - edge)), gap)


def inserted(document: Document, start: int, end: int) -> tuple[Document, str]:
    """*document* with an empty cue from *start* to *end*, and its id."""
    cue = Cue(new_id(), max(0, start), max(start, end, 0), tuple("" for _ in document.languages))
    return edits.add_cues(document, [cue]), cue.id


def room_at(document: Document, at: int, wished: int = 2000, gap: int = 0) -> tuple[int, int]:
    """From *at* on, up to *wished* ms that no cue is shown in; empty where one is."""
    if any(cue.start <= at < cue.end for cue in document.cues):
        return at, at
    after = min((cue.start for cue in document.cues if cue.start >= at), default=FOREVER)
    return at, max(at, min(at + wished, after - gap if after < FOREVER else FOREVER))


@dataclass
class Tapper:
    """
    Re-timing by tapping, cue after cue, in the order they had when it began.

    A press says when the next cue begins, letting go says when it ends; a short tap leaves its length as it was, until
    the next press ends it. A cue tapped before its turn is over ends the one before *gap* ms earlier.
    """

    ids: tuple[str, ...]
    gap: int = 0
    at: int = 0  # how many have been tapped

    @staticmethod
    def starting(document: Document, cue_id: str, gap: int = 0) -> Tapper:
        """From *cue_id* on, or from the first cue."""
        ids = tuple(cue.id for cue in document.cues)
        return Tapper(ids[ids.index(cue_id) :] if cue_id in ids else ids, gap)

    @property
    def waiting(self) -> str:
        """The cue the next press begins; "" after the last."""
        return self.ids[self.at] if self.at < len(self.ids) else ""

    @property
    def current(self) -> str:
        """The cue last begun; "" before the first press."""
        return self.ids[self.at - 1] if self.at else ""

    def pressed(self, document: Document, ms: int) -> Document:
        """Begin the waiting cue at *ms*; nothing happens after the last."""
        there = {cue.id: cue for cue in document.cues}
        while self.waiting and self.waiting not in there:
            self.at += 1  # deleted since
        if not self.waiting:
            return document
        cue, last, ms = there[self.waiting], there.get(self.current), max(0, ms)
        self.at += 1
        if last is not None and last.start < ms < last.end + self.gap:
            document = edits.retime(document, last.id, end=max(last.start + 1, ms - self.gap))
        return edits.retime(document, cue.id, ms, ms + max(cue.duration, SHORTEST))

    def released(self, document: Document, ms: int) -> Document:
        """End the cue last begun at *ms*, if it was held."""
        cue = next((cue for cue in document.cues if cue.id == self.current), None)
        if cue is None or ms - cue.start < HELD:
            return document
        return edits.retime(document, cue.id, end=ms)

"""Re-timing by tapping, and a cue drawn into the waveform: documents in, documents out, without Qt."""

from __future__ import annotations

from dataclasses import dataclass

from gui.wave_math import SHORTEST
from plugin_core import edits
from plugin_core.document import Cue, Document, new_id

HELD = 200  # ms; a shorter tap says only when a cue begins


def inserted(document: Document, start: int, end: int) -> tuple[Document, str]:
    """*document* with an empty cue from *start* to *end*, and its id."""
    cue = Cue(new_id(), max(0, start), max(start, end, 0), tuple("" for _ in document.languages))
    return edits.add_cues(document, [cue]), cue.id


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

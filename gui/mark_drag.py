"""
Marks in the waveform's lane under the pointer: which one, by its edge or as a whole, and what a drag makes of it.

A mark is dragged by the arithmetic of ``wave_math`` that cues have, in the shape of a cue without text. Marks may
overlap, so neighbours do not hinder; they are snapped to. Without Qt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from gui.wave_math import FOREVER, REACH, SHORTEST, CueIndex, Grip, Hit, Move, Part, View, hit
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark

NARROW = 4 * REACH  # pixels; a narrower mark is only moved, for its edges could not be told apart
NEAR = 60_000  # ms around a dragged mark in which it snaps


def shaped(mark: Mark) -> Cue:
    """*mark* in the shape of a cue."""
    return Cue(mark.id, mark.start, mark.end, ())


def mark_at(marks: Sequence[Mark], view: View, x: float, selected: Sequence[str] = ()) -> Hit | None:
    """What of which of *marks* is at *x*: a moment within reach of the pointer, the last drawn of several."""
    wide = [mark for mark in marks if (mark.end - mark.start) / view.scale >= NARROW]
    narrow = [mark for mark in marks if mark not in wide and _within(mark, view, x)]
    if narrow:
        chosen = [mark for mark in narrow if mark.id in selected]
        return Hit(Part.BODY, shaped((chosen or narrow)[-1]))
    return hit(map(shaped, wide), view, x, selected)


def _within(mark: Mark, view: View, x: float) -> bool:
    return view.x(mark.start) - REACH <= x <= max(view.x(mark.end), view.x(mark.start)) + REACH


def grip_of(
    document: Document, part: Part, ids: Collection[str], *, rate: FrameRate | None = None, duration: int = 0
) -> Grip:
    """Take hold of the *part* of the marks of *ids* (one, unless it is the body); they stay within the film."""
    marks = tuple(shaped(mark) for mark in document.marks if mark.id in ids)
    least = max(1, round(1000 / rate.fps)) if rate else SHORTEST
    last = max(mark.end for mark in marks)
    room = max(0, duration - last) if duration else FOREVER
    if part is Part.BODY:
        return Grip(part, marks, 0, -min(mark.start for mark in marks), room)
    one = marks[0]
    if part is Part.START:
        return Grip(part, marks, least, -one.start, max(0, one.duration - least))
    return Grip(part, marks, least, min(0, least - one.duration), room)


def targets_of(grip: Grip, document: Document, index: CueIndex, cuts: Sequence[int], playhead: int) -> list[int]:
    """What dragged marks snap to: shot cuts, the playhead, the edges of cues and of other marks."""
    moving = {mark.id for mark in grip.cues}
    low, high = grip.cues[0].start - NEAR, max(mark.end for mark in grip.cues) + NEAR
    cues = index.between(low, high)
    marks = [mark for mark in document.marks if mark.id not in moving and mark.end >= low and mark.start <= high]
    own = {edge for mark in grip.cues for edge in (mark.start, mark.end)}
    near = [*cues, *map(shaped, marks)]
    found = [*cuts, playhead, *(edge for item in near for edge in (item.start, item.end))]
    return [edge for edge in found if edge not in own]  # a press sets the playhead where the mark begins


def dropped(document: Document, move: Move) -> Document:
    """*document* with the marks where *move* has brought them."""
    if not move.by:
        return document
    return retimed(document, dict(move.spans))


def retimed(document: Document, spans: dict[str, tuple[int, int]]) -> Document:
    """*document* with the marks of *spans* from start to end (ms), in the order of time."""
    moved = [
        replace(mark, start=spans[mark.id][0], end=spans[mark.id][1]) for mark in document.marks if mark.id in spans
    ]
    kept = tuple(mark for mark in document.marks if mark.id not in spans)
    return edits.add_marks(replace(document, marks=kept), moved) if moved else document

"""Edits of time that keys make: pure functions from a document to a document."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

from gui import mark_drag
from gui.wave_math import FOREVER, SHORTEST, Part
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Document
from plugin_core.profiles import Profile
from plugin_core.timing import Rules


def nudged(document: Document, ids: Collection[str], part: Part, frames: int, rate: FrameRate | None) -> Document:
    """
    *document* with the starts, the ends or the whole of the cues (and marks) of *ids* moved by *frames*.

    Edges land on frames and never pass each other; nothing moves to before 0. Without a rate a frame is 40 ms.
    """
    wanted = set(ids)
    found = [cue for cue in document.cues if cue.id in wanted]
    if part is Part.BODY:
        starts = [cue.start for cue in found] + [mark.start for mark in document.marks if mark.id in wanted]
        first = min(starts, default=0)
        return edits.shift(document, max(stepped(first, frames, rate) - first, -first), ids)
    for cue in found:
        if part is Part.START:
            start = min(max(0, stepped(cue.start, frames, rate)), stepped(cue.end, -1, rate))
            document = edits.retime(document, cue.id, start=min(max(0, start), cue.end))
        else:
            end = max(stepped(cue.end, frames, rate), stepped(cue.start, 1, rate))
            document = edits.retime(document, cue.id, end=end)
    return _marks_nudged(document, wanted, part, frames, rate)


def _marks_nudged(document: Document, wanted: set[str], part: Part, frames: int, rate: FrameRate | None) -> Document:
    """The same for marks, which may be moments."""
    spans = {}
    for mark in (mark for mark in document.marks if mark.id in wanted):
        if part is Part.START:
            spans[mark.id] = (min(max(0, stepped(mark.start, frames, rate)), mark.end), mark.end)
        else:
            spans[mark.id] = (mark.start, max(stepped(mark.end, frames, rate), mark.start))
    return mark_drag.retimed(document, spans)


def stepped(ms: int, frames: int, rate: FrameRate | None) -> int:
    """*ms* moved by *frames*, on a frame."""
    return ms + SHORTEST * frames if rate is None else rate.ms_at(rate.frame_at(ms) + frames)


def placed(document: Document, cue_id: str, part: Part, at: int, gap: int = 0) -> Document:
    """
    *document* with the start or the end of a cue at *at*.

    A start set after its end takes the end along; an end set before its start is refused by leaving all as it was. The
    neighbour gives way: a start set into the cue before it makes that cue end *gap* ms earlier.
    """
    row = next(row for row, cue in enumerate(document.cues) if cue.id == cue_id)
    cue = document.cues[row]
    if part is Part.START:
        end = cue.end if at < cue.end else at + max(cue.duration, SHORTEST)
        before = document.cues[row - 1] if row else None
        if before and before.end <= cue.start and before.start + SHORTEST + gap < at < before.end + gap:
            document = edits.retime(document, before.id, end=at - gap)
        return edits.retime(document, cue_id, at, end)
    if at <= cue.start:
        return document
    after = document.cues[row + 1] if row + 1 < len(document.cues) else None
    if after and after.start >= cue.end and after.start - gap < at < after.end - SHORTEST - gap:
        document = edits.retime(document, after.id, start=at + gap)
    return edits.retime(document, cue_id, end=at)


def room_at(document: Document, at: int, wished: int, gap: int = 0) -> tuple[int, int]:
    """From *at* on, up to *wished* ms that no cue is shown in; empty where one is."""
    if any(cue.start <= at < cue.end for cue in document.cues):
        return at, at
    row = bisect_left(document.cues, at, key=lambda cue: cue.start)
    after = document.cues[row].start - gap if row < len(document.cues) else FOREVER
    return at, max(at, min(at + wished, after))


def snapped_to_cuts(
    document: Document, ids: Collection[str], profile: Profile, cuts: Collection[int], rate: FrameRate | None
) -> Document:
    """*document* with the starts and ends of the cues of *ids* where *profile* wants them near *cuts*."""
    rules = Rules.of(profile, rate, tuple(cuts))
    grid = rules.grid
    for cue in [cue for cue in document.cues if cue.id in ids]:
        first, last = grid.tick(cue.start), grid.tick(cue.end)
        start, end = rules.snapped_in(first), rules.snapped_out(last)
        start_ms = cue.start if start == first else grid.ms(start)
        end_ms = cue.end if end == last else grid.ms(end)
        if start_ms < end_ms:
            document = edits.retime(document, cue.id, start_ms, end_ms)
    return document

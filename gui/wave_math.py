"""
The waveform's arithmetic, without Qt: what part of the film is shown, which cue is under the pointer, where it may go.

Times are ms of media time; ``x`` is in pixels from the left edge of the widget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from gui.bands import Band
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document

FINEST = 0.25  # ms a pixel: one frame at 25 a second is 160 pixels wide
REACH = 6  # pixels within which an edge is grabbed, and snaps
FOREVER = 1 << 53  # ms; where nothing limits a cue
SHORTEST = 40  # ms a dragged cue keeps where there is no frame rate


# -- what is shown --


@dataclass(frozen=True, slots=True)
class View:
    """The part of the film that is shown: *start* (ms) at the left edge, *scale* ms a pixel, *width* pixels."""

    start: float = 0.0
    scale: float = 10.0
    width: int = 1

    @property
    def end(self) -> float:
        return self.start + self.scale * self.width

    def x(self, ms: float) -> float:
        return (ms - self.start) / self.scale

    def ms(self, x: float) -> float:
        return self.start + x * self.scale

    def zoomed(self, factor: float, x: float, duration: int) -> View:
        """*factor* times as much time in a pixel; what is at *x* stays there."""
        widest = max(duration / max(1, self.width), FINEST)
        scale = min(max(self.scale * factor, FINEST), widest)
        return replace(self, start=self.ms(x) - x * scale, scale=scale).within(duration)

    def moved(self, ms: float, duration: int) -> View:
        return replace(self, start=self.start + ms).within(duration)

    def resized(self, width: int, duration: int) -> View:
        return replace(self, width=max(1, width)).within(duration)

    def whole(self, duration: int) -> View:
        return replace(self, start=0.0, scale=max(duration / max(1, self.width), FINEST))

    def within(self, duration: int) -> View:
        """This view moved so that it shows no time before 0, and none after the film while it need not."""
        scale = min(self.scale, max(duration / max(1, self.width), FINEST)) if duration > 0 else self.scale
        start = max(0.0, min(self.start, duration - scale * self.width))
        return replace(self, start=start, scale=scale)

    def revealing(self, start: float, end: float, duration: int) -> View:
        """This view if it shows *start* to *end* well inside, else one that begins a fifth of its width before."""
        margin = min(0.08 * self.scale * self.width, 500)
        long = end - start > self.scale * self.width - 2 * margin
        if self.start + margin <= start and (end <= self.end - margin or (long and start < self.end - margin)):
            return self
        return replace(self, start=start - 0.2 * self.scale * self.width).within(duration)


class CueIndex:
    """Which cues are shown when: built once for a document's cues, led on from edit to edit, asked at every repaint."""

    def __init__(self, cues: Sequence[Cue] = ()) -> None:
        self.cues = cues
        self.starts: npt.NDArray[np.int64] = np.array([cue.start for cue in cues], np.int64)
        self.ends: npt.NDArray[np.int64] = np.array([cue.end for cue in cues], np.int64)
        self._latest = np.maximum.accumulate(self.ends) if len(cues) else self.ends

    def led_on(self, cues: Sequence[Cue], band: Band) -> CueIndex:
        """The index of *cues*, which differ from these in *band*."""
        part, index = CueIndex(band.new(cues)), object.__new__(CueIndex)
        first, last = band.start, band.start + band.removed
        index.cues = cues
        index.starts = np.concatenate((self.starts[:first], part.starts, self.starts[last:]))
        index.ends = np.concatenate((self.ends[:first], part.ends, self.ends[last:]))
        index._latest = np.maximum.accumulate(index.ends)
        return index

    @property
    def end(self) -> int:
        """Where the last of them ends; 0 without any."""
        return int(self._latest[-1]) if len(self._latest) else 0

    def range(self, start: float, end: float) -> tuple[int, int]:
        """The first and the one-past-last index among which all cues lie that share time with *start* to *end*."""
        first = int(np.searchsorted(self._latest, start, "right"))
        return first, max(first, int(np.searchsorted(self.starts, end, "left")))

    def between(self, start: float, end: float) -> list[Cue]:
        """The cues that share time with *start* to *end*, in order."""
        first, last = self.range(start, end)
        return [cue for cue in self.cues[first:last] if cue.end > start]

    def at(self, ms: float) -> list[Cue]:
        """The cues shown at *ms*."""
        return self.between(ms, ms + 1e-6)

    def coverage(self, view: View) -> npt.NDArray[np.bool_]:
        """For each pixel column of *view*, whether a cue lies there: for far-out views of very many cues."""
        first, last = self.range(view.start, view.end)
        left = np.clip((self.starts[first:last] - view.start) / view.scale, 0, view.width).astype(np.intp)
        right = np.clip((self.ends[first:last] - view.start) / view.scale, 0, view.width).astype(np.intp)
        right = np.maximum(right, left + 1).clip(max=view.width)
        size = view.width + 1  # counted by bincount, in a tenth of the time of add.at
        change = np.bincount(left, minlength=size) - np.bincount(right, minlength=size)
        return np.asarray(np.cumsum(change)[: view.width] > 0)


def rows(cues: Sequence[Cue]) -> list[int]:
    """For each of *cues* (in order of start) the row its title stands in, so that titles of overlapping cues do not."""
    free: list[int] = []
    result = []
    for cue in cues:
        row = next((index for index, end in enumerate(free) if end <= cue.start), len(free))
        free[row:] = [cue.end, *free[row + 1 :]]
        result.append(row)
    return result


def cut_times(document: Document) -> tuple[int, ...]:
    """The shot cuts of a document: where its marks of kind "shot" begin, but for the first frame."""
    return tuple(sorted({mark.start for mark in document.marks if mark.kind == "shot" and mark.start > 0}))


def ruler_step(scale: float, wide: int = 90) -> int:
    """Between how many ms a ruler writes the time, if *wide* pixels are enough for it."""
    steps = (10, 20, 50, 100, 200, 500, *(1000 * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)))
    return next((step for step in steps if step / scale >= wide), 7_200_000)


# -- what is under the pointer --


class Part(Enum):
    """What of a cue is grabbed."""

    START = "start"
    END = "end"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer."""

    part: Part
    cue: Cue


def hit(cues: Iterable[Cue], view: View, x: float, selected: Sequence[str] = ()) -> Hit | None:
    """
    The edge within ``REACH`` pixels of *x*, else the cue there.

    A selected cue goes before others; of two edges at one place, that of the cue the pointer is in. A narrow cue keeps
    its middle half for being moved.
    """
    edges: list[tuple[bool, float, bool, Hit]] = []
    bodies: list[tuple[bool, float, Hit]] = []
    chosen = set(selected)
    for cue in cues:
        left, right = view.x(cue.start), view.x(cue.end)
        inner = min(REACH, (right - left) / 4)
        for part, place, depth in ((Part.START, left, x - left), (Part.END, right, right - x)):
            if -REACH <= depth <= inner:
                edges.append((cue.id not in chosen, abs(x - place), depth < 0, Hit(part, cue)))
        if left <= x <= right:
            bodies.append((cue.id not in chosen, right - left, Hit(Part.BODY, cue)))
    if edges:
        return min(edges, key=lambda edge: edge[:3])[3]
    return min(bodies, key=lambda body: body[:2])[2] if bodies else None


# -- dragging --


@dataclass(frozen=True, slots=True)
class Grip:
    """
    What is being dragged, and how far it may go.

    *cues* move; *lowest* is the earliest start and *highest* the latest end that neighbours leave them. With a
    *partner* (the neighbour at that edge) both edges move and the gap between stays.
    """

    part: Part
    cues: tuple[Cue, ...]
    least: int  # ms that every cue keeps
    earliest: int  # ms the drag may go left (negative or 0)
    latest: int  # ms the drag may go right
    partner: Cue | None = None

    @property
    def edge(self) -> int:
        """Where what was grabbed stood at first."""
        return self.cues[0].end if self.part is Part.END else self.cues[0].start


def grip(
    index: CueIndex,
    part: Part,
    ids: Sequence[str],
    *,
    rate: FrameRate | None = None,
    duration: int = 0,
    roll: bool = False,
    free: bool = False,
) -> Grip:
    """
    Take hold of the *part* of the cues of *ids* (one, unless it is the body).

    No drag makes a new overlap: it ends at the neighbour, unless *free*. A neighbour that overlaps already does not
    hinder. *roll* takes the neighbour's edge along.
    """
    wanted = set(ids)
    places = [place for place, cue in enumerate(index.cues) if cue.id in wanted]
    cues = tuple(index.cues[place] for place in places)
    least = max(1, round(1000 / rate.fps)) if rate else SHORTEST
    room = [_room(index.cues, place, wanted, 0 if free else 1) for place in places]
    earliest = max(low - cue.start for (low, _), cue in zip(room, cues, strict=True))
    latest = min(high - cue.end for (_, high), cue in zip(room, cues, strict=True))
    if duration and part is not Part.START:
        latest = max(0, min(latest, max(duration, cues[-1].end) - max(cue.end for cue in cues)))
    if part is Part.BODY:
        return Grip(part, cues, least, earliest, latest)
    cue, place = cues[0], places[0]
    partner = _partner(index.cues, place, part) if roll else None
    if part is Part.START:
        first = earliest if partner is None else partner.start + least - partner.end
        return Grip(part, cues, least, min(0, first), max(0, cue.duration - least), partner)
    last = latest if partner is None else partner.duration - least
    return Grip(part, cues, least, min(0, least - cue.duration), max(0, last), partner)


def _room(cues: Sequence[Cue], place: int, wanted: set[str], limited: int) -> tuple[int, int]:
    """The end before and the start after cue *place*, of those that do not overlap it and do not move."""
    if not limited:
        return 0, FOREVER
    cue = cues[place]
    before = [other.end for other in cues[max(0, place - 8) : place] if other.id not in wanted]
    after = [other.start for other in cues[place + 1 : place + 9] if other.id not in wanted]
    low = max((end for end in before if end <= cue.start), default=0)
    return low, min((start for start in after if start >= cue.end), default=FOREVER)


def _partner(cues: Sequence[Cue], place: int, part: Part) -> Cue | None:
    cue, other = cues[place], place - 1 if part is Part.START else place + 1
    if not 0 <= other < len(cues):
        return None
    fits = cues[other].end <= cue.start if part is Part.START else cues[other].start >= cue.end
    return cues[other] if fits else None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a drag has brought things: the new times by cue id, how far (ms), and what it snapped to, if anything."""

    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    by: int = 0
    snapped: int | None = None


def drag(grip: Grip, by: float, targets: Sequence[int] = (), reach: float = 0, rate: FrameRate | None = None) -> Move:
    """
    *grip* dragged *by* ms: to the nearest of *targets* within *reach* ms, else to a frame of *rate*, as far as it may.

    Of a body both ends look for a target.
    """
    edges = [grip.edge] if grip.part is not Part.BODY else [grip.cues[0].start, max(cue.end for cue in grip.cues)]
    found = [(abs(target - edge - by), target - edge, target) for edge in edges for target in targets]
    near = min((one for one in found if one[0] <= reach), default=None)
    goal = near[1] if near else _framed(grip.edge, by, rate)
    allowed = min(max(goal, grip.earliest), grip.latest)
    snapped = near[2] if near and allowed == goal else None
    spans: dict[str, tuple[int, int]] = {}
    for cue in grip.cues:
        spans[cue.id] = (
            cue.start + (allowed if grip.part is not Part.END else 0),
            cue.end + (allowed if grip.part is not Part.START else 0),
        )
    if grip.partner is not None:
        partner, first = grip.partner, grip.part is Part.START
        spans[partner.id] = (partner.start + (0 if first else allowed), partner.end + (allowed if first else 0))
    return Move(spans, allowed, snapped)


def _framed(edge: int, by: float, rate: FrameRate | None) -> int:
    return round(by) if rate is None else rate.snap(round(edge + by)) - edge


def dropped(document: Document, grip: Grip, move: Move) -> Document:
    """*document* after the drag: a body takes its words along, an edge leaves them where they were spoken."""
    if not move.by:
        return document
    if grip.part is Part.BODY:
        return edits.shift(document, move.by, move.spans)
    for cue_id, (start, end) in move.spans.items():
        document = edits.retime(document, cue_id, start, end)
    return document


def targets(grip: Grip, index: CueIndex, cuts: Sequence[int], playhead: int, *, gap: int = 0) -> list[int]:
    """
    What a dragged edge snaps to: shot cuts, the playhead, the neighbours.

    An end also snaps to *gap* ms before a cut or the next cue, a start to *gap* ms after the cue before it.
    """
    moving = {cue.id for cue in grip.cues} | ({grip.partner.id} if grip.partner else set())
    low, high = grip.cues[0].start - 60_000, max(cue.end for cue in grip.cues) + 60_000
    near = [cue for cue in index.between(low, high) if cue.id not in moving]
    found = [*cuts, playhead, *(cue.start for cue in near), *(cue.end for cue in near)]
    if gap and grip.part is not Part.START:
        found += [cut - gap for cut in cuts] + [cue.start - gap for cue in near]
    if gap and grip.part is not Part.END:
        found += [cue.end + gap for cue in near]
    return found

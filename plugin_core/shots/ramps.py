"""
Changes that take time: dissolves, fades and wipes, each a ramp from one picture to another.

Within a dissolve every picture is a mixture of the picture before and the one after; within a wipe every point is of
the one or the other. So a picture in the middle of a span is compared with the two at its ends: what is neither a
mixture nor made of both parts is motion. The place and the length then come from the ramp that the pictures climb
from before to after, fitted over all places at once, so neither end has to be guessed first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from plugin_core.shots.measuring import Rows

HALVES = (3, 6, 12, 24, 40)  # frames from the middle to the ends of the spans that are looked at
SHORT = 10  # frames; a shorter change must stand out from the motion around it
AROUND, ROUNDS = 12, 6  # rows around a span that are looked at as well; how often a ramp is fitted at most
REACH = HALVES[-1] + 20  # rows at both sides of a middle that a ramp is looked for in
NEEDED = REACH + HALVES[-1]  # rows that must be there after one, for a ramp may lie to its side
LEAST = 8.0  # grey levels, root mean square, that two shots differ by
MIXED = 0.34  # of the whole change: what of the middle picture is no mixture
PLAIN = 7.0  # grey levels, standard deviation: a picture without anything in it
HEIGHT, WIDTH = 13, 24  # of a row's picture
MOVED = (4, 10)  # points, down and to the side
JUMP = 0.45  # of the whole way in one frame: a cut, not a ramp of four frames or more
ALIKE = 0.93  # correlation of two pictures that show the same
STILL = 0.01  # grey levels, squared: what varies less is plain
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ramp:
    """
    A change over rows *first* to *last*; *mixed* is how much is no mixture (0 best), *change* how large (grey levels).

    *kind* is dissolve, wipe, or ``fades.OUT`` or ``fades.IN``.
    """

    kind: str
    first: int
    last: int
    mixed: float
    change: float


def middles(rows: Rows, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Where between *low* and *high* something is in the middle of a ramp, and half the span that shows it best."""
    best = np.full(high - low, MIXED)
    half = np.zeros(high - low, int)
    for span in HALVES:
        inside = np.arange(max(low, span), min(high, len(rows) - span))
        if len(inside):
            judged = _middle(rows[inside - span], rows[inside], rows[inside + span])
            better = judged < best[inside - low]
            best[inside - low] = np.where(better, judged, best[inside - low])
            half[inside - low] = np.where(better, span, half[inside - low])
    for at in np.flatnonzero(half):
        near = best[max(0, at - 3) : at + 4]
        if best[at] <= near.min():
            yield int(at) + low, int(half[at])


def _middle(before: Rows, now: Rows, after: Rows) -> Values:
    """For each row how much of *now* is no mixture of *before* and *after* in equal parts, 1 where nothing changes."""
    judged = np.ones(len(now))
    way = after - before
    whole = np.einsum("ij,ij->i", way, way) / way.shape[1]
    moving = np.flatnonzero(whole >= LEAST**2)  # most of a film stands still for so short a time
    way, come, whole = way[moving], now[moving] - before[moving], whole[moving]
    share = np.einsum("ij,ij->i", come, way) / (way.shape[1] * whole)
    halfway = (share >= 0.25) & (share <= 0.75)
    moving, way, come, whole, share = moving[halfway], way[halfway], come[halfway], whole[halfway], share[halfway]
    rest = come - share[:, None] * way
    mixture = np.sqrt(np.einsum("ij,ij->i", rest, rest) / (way.shape[1] * whole))
    parts = np.minimum(np.abs(come), np.abs(come - way)).sum(axis=1) / np.abs(way).sum(axis=1)
    judged[moving] = np.minimum(mixture, parts)
    return judged


def fitted(rows: Rows, at: int, half: int, low: int, high: int) -> Ramp | None:
    """The ramp around row *at*, looked for between rows *low* and *high* (cuts, or what is kept); None if none."""
    ends = max(low, at - half), min(high, at + half)
    reach = min(2 * half + AROUND, REACH)
    for _ in range(ROUNDS):
        first, last = max(low, at - reach), min(high, at + reach)
        way = rows[ends[1]] - rows[ends[0]]
        size = float(np.square(way).mean())
        if size < LEAST**2 or last - first < 4:
            return None
        climb = np.asarray((rows[first : last + 1] - rows[ends[0]]) @ way / (size * len(way)), np.float64)
        begin, end = (place + first for place in ramp_of(climb, at - first))
        outgrown = (begin < first + AROUND / 2 and first > low) or (end > last - AROUND / 2 and last < high)
        if (begin, end) == ends and not (outgrown and reach < REACH):
            break
        ends, reach = (begin, end), min(REACH, round(reach * 1.5)) if outgrown else reach
        at = min(max(at - HALVES[-1] // 2, (begin + end) // 2), at + HALVES[-1] // 2)
    ramp = _judged(rows, *ends) if ends[1] - ends[0] >= 2 else None
    return ramp if ramp and _stands_out(rows, ramp) else None


def _stands_out(rows: Rows, ramp: Ramp) -> bool:
    """Whether a short ramp changes faster than what lies around it does: else it is motion."""
    if ramp.last - ramp.first + 1 >= SHORT:
        return True
    near = rows[max(0, ramp.first - 1 - SHORT) : ramp.last + 2 + SHORT]
    steps = np.abs(np.diff(near, axis=0)).mean(axis=1)
    inside = slice(ramp.first - 1 - max(0, ramp.first - 1 - SHORT), None)
    within = steps[inside][: ramp.last - ramp.first + 2]
    around = np.concatenate([steps[: inside.start], steps[inside][ramp.last - ramp.first + 2 :]])
    return not len(around) or bool(within.mean() > 2.5 * around.mean())


def ramp_of(climb: Values, middle: int) -> tuple[int, int]:
    """
    The last place before and the first after the ramp that fits *climb* best, its two levels being free: one of every
    pair of places, the one before *middle* and the other not.
    """
    count = len(climb)
    middle = min(max(middle, 1), count - 2)
    begin, end = np.arange(middle)[:, None], np.arange(middle, count)[None]
    length = end - begin
    centred = climb - climb.mean()
    total, moment = np.cumsum(centred), np.cumsum(centred * np.arange(count))
    rising = (moment[end - 1] - moment[begin] - begin * (total[end - 1] - total[begin])) / length
    along = rising - total[end - 1]  # the sum of the ramp times *centred*: what is left after its end adds up to this
    mean = count - end + (length - 1) / 2
    size = count - end + (length - 1) * (2 * length - 1) / (6 * length) - np.square(mean) / count
    at = int((np.square(along) / np.maximum(size, 1e-9)).argmax())
    return at // (count - middle), at % (count - middle) + middle


def _judged(rows: Rows, begin: int, end: int) -> Ramp | None:
    """What leads from row *begin* to row *end*: its kind, and how well that kind explains the rows between."""
    before, after, between = rows[begin], rows[end], rows[begin + 1 : end]
    way = after - before
    whole = float(np.square(way).mean())
    if whole < LEAST**2:
        return None
    come = between - before
    share = (come @ way) / (whole * len(way))
    mixture = float(np.sqrt(np.square(come - share[:, None] * way).mean() / whole))
    parts = float(np.minimum(np.abs(come), np.abs(between - after)).mean() / np.abs(way).mean())
    steps = np.diff(share, prepend=0, append=1)
    if min(mixture, parts) > MIXED or steps.min() < -0.3 or (len(between) >= 4 and steps.max() > JUMP):
        return None
    if min(spread(rows[[begin, end]])) < PLAIN:
        return None
    wipe = parts < 0.6 * mixture and _sweeps(before, after, between)
    mixed = min(mixture, parts) if wipe else mixture
    return Ramp("wipe" if wipe else "dissolve", begin + 1, end - 1, mixed, float(np.sqrt(whole)))


def kind_between(rows: Rows, begin: int, end: int) -> str:
    """Whether what leads from row *begin* to row *end* is a wipe or a dissolve; "" where neither is clear."""
    if begin < 0 or end >= len(rows):
        return ""
    before, after, between = rows[begin], rows[end], rows[begin + 1 : end]
    way, come = after - before, between - before
    share = (come @ way) / max(1e-6, float(np.square(way).sum()))
    mixture = float(np.abs(come - share[:, None] * way).mean())
    parts = float(np.minimum(np.abs(come), np.abs(between - after)).mean())
    return "wipe" if parts < 0.7 * mixture else "dissolve" if mixture < 0.7 * parts else ""


def _sweeps(before: Rows, after: Rows, between: Rows) -> bool:
    """Whether the points change one after another and stay changed."""
    changed = np.abs(between - after) < np.abs(between - before)
    clear = np.abs(after - before) > 12
    if clear.sum() < 30 or len(between) < 3:
        return False
    back = (changed[:-1] & ~changed[1:])[:, clear].mean()
    return bool(back < 0.05)


def spread(rows: Rows) -> Values:
    """How much there is in each picture: the standard deviation over its points, the largest of the colours."""
    return np.asarray(rows.reshape(len(rows), -1, 3).std(axis=1).max(axis=1), np.float64)


def same_picture(one: Rows, other: Rows) -> bool:
    """Whether two rows show the same, moved by up to ``MOVED`` points, or in more or less light."""
    first, second = (row.reshape(HEIGHT, WIDTH, 3) - row.reshape(-1, 3).mean(axis=0) for row in (one, other))
    inside, count = _overlaps()
    edges = [(far, far) for far in MOVED]
    moved = np.lib.stride_tricks.sliding_window_view(np.pad(second, [*edges, (0, 0)]), (HEIGHT, WIDTH), axis=(0, 1))
    here, there = np.tensordot(inside, first, ((2, 3), (0, 1))), moved.sum(axis=(3, 4))  # [down, right, colour]
    both = np.einsum("yxchw,hwc->yx", moved, first) - (here * there).sum(axis=2) / count
    ours = np.tensordot(inside, np.square(first).sum(axis=2), ((2, 3), (0, 1))) - np.square(here).sum(axis=2) / count
    theirs = np.square(moved).sum(axis=(2, 3, 4)) - np.square(there).sum(axis=2) / count
    alike = np.sqrt(np.maximum(ours, 0) * np.maximum(theirs, 0))
    return bool(((both > ALIKE * alike) & (both > STILL * count)).any())


@lru_cache(maxsize=1)
def _overlaps() -> tuple[Rows, Rows]:
    """For every shift [down, right] which points of a picture lie in the other one [height, width], and how many."""
    whole = np.pad(np.ones((HEIGHT, WIDTH), np.float32), [(far, far) for far in MOVED])
    inside = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(whole, (HEIGHT, WIDTH)))
    return inside, inside.sum(axis=(2, 3))

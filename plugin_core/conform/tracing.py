"""
Where a stretch of one cut of a programme lies in another: piece of the old cut -> source -> pieces of the new cut.

Times are counted in ticks, a unit so small that every frame, cut and source position of both cuts is a whole number of
them, so that arithmetic is exact and fast; only speeds make fractions. What plays in sync on several tracks or through
a cut is one ``Run``. Where nothing plays, the run before (or after) is thought to go on, for a subtitle often stands
a little longer than its sound; such a ``virtual`` run is never taken for a real one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from heapq import heappush, heapreplace
from math import lcm
from typing import Any, NamedTuple

from plugin_core.conform.cuts import AUDIO, VIDEO, Piece

Ticks = int | Fraction
Span = tuple[Ticks, Ticks]
_FINEST = 10**30  # ticks per second at most: beyond it positions are rounded, which no frame can notice
_FAR = 10**45  # ticks; before and after everything
_DIALOGUE = re.compile(r"\b(dial\w*|dia|dlg|dx|vo|voice\w*|speech|lav\w*|boom|interview\w*)\b|对白|对话|旁白|人声|同期")
_NOT_DIALOGUE = re.compile(r"\b(music|mus|mx|sfx|fx|sound effects|amb\w*|atmos?|foley|m&e|bgm)\b|音乐|音效|环境|配乐")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a timeline in which one media plays in sync: at ``t``, the media is at ``base + t * speed``."""

    start: Ticks
    end: Ticks
    media: str
    base: Ticks
    speed: int | Fraction
    piece: Piece  # one of those it is made of
    role: int = 0  # -1: its track is named after dialogue, 1: after music or effects
    virtual: int = 0  # 1: goes on after a real one that ends at *start*, -1: comes before one that begins at *end*

    @property
    def source(self) -> Span:
        return self.base + self.start * self.speed, self.base + self.end * self.speed

    def time_of(self, source: Ticks) -> Ticks:
        """When on the timeline a moment of the media plays, or would play."""
        return source - self.base if self.speed == 1 else Fraction(source - self.base) / self.speed

    @property
    def sync(self) -> tuple[str, Ticks, int | Fraction]:
        return self.media, self.base, self.speed


class Fragment(NamedTuple):
    """A part of a stretch of the old timeline, and where it plays in the new one; *pace* is new time per old time."""

    old_start: Ticks
    old_end: Ticks
    new_start: Ticks
    new_end: Ticks
    pace: int | Fraction
    virtual: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """How many ticks a second has."""

    per_second: int

    @staticmethod
    def of(pieces: Iterable[Piece], rates: Iterable[Fraction]) -> Scale:
        """Ticks for the frames at *rates* and for every time of *pieces*."""
        finest = lcm(*(rate.numerator for rate in rates), 2000)  # half a ms is whole too
        times = {t.denominator for p in pieces for t in (p.start, p.end, p.source_start, p.source_end)}
        for denominator in sorted(times):
            wider = lcm(finest, denominator)
            finest = wider if wider <= _FINEST else finest
        return Scale(finest)

    def ticks(self, seconds: Fraction) -> int:
        whole, rest = divmod(seconds.numerator * self.per_second, seconds.denominator)
        return whole + (2 * rest >= seconds.denominator)


class Layers:
    """Which of many spans a span overlaps. Spans that overlap each other lie in different layers, as few as can be."""

    def __init__(self, spans: Iterable[tuple[Ticks, Ticks, Run]]) -> None:
        self.layers: list[tuple[list[Ticks], list[Ticks], list[Run]]] = []
        free: list[tuple[Ticks, int]] = []  # (end of its last span, layer)
        for start, end, run in sorted(spans, key=lambda span: span[:2]):
            if free and free[0][0] <= start:
                number = free[0][1]
                heapreplace(free, (end, number))
            else:
                number = len(self.layers)
                self.layers.append(([], [], []))
                heappush(free, (end, number))
            for column, value in zip(self.layers[number], (start, end, run), strict=True):
                column.append(value)  # type: ignore[attr-defined]

    def over(self, start: Ticks, end: Ticks) -> list[Run]:
        """The runs whose spans overlap the one from *start* to *end*."""
        found = []
        for starts, ends, runs in self.layers:
            at = bisect_right(ends, start)
            while at < len(runs) and starts[at] < end:
                found.append(runs[at])
                at += 1
        return found


class Lane:
    """The runs of one kind, sound or picture, of one cut."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = runs
        self.by_time = Layers((run.start, run.end, run) for run in runs)
        tails, heads = _into_gaps(runs)
        self.tails = Layers((run.start, run.end, run) for run in tails)
        self.heads = Layers((run.start, run.end, run) for run in heads)
        self._by_source = _by_source(runs)
        self._virtual = _by_source({(run.start, run.sync): run for run in (*tails, *heads)}.values())

    def playing(self, media: str, start: Ticks, end: Ticks, *, virtual: bool) -> list[Run]:
        """The runs that play *media* between *start* and *end* of its own time, virtual ones only if asked for."""
        found = self._by_source[media].over(start, end) if media in self._by_source else []
        if virtual and media in self._virtual:
            found += self._virtual[media].over(start, end)
        return found


@dataclass(frozen=True, slots=True)
class Cut:
    """One cut of a programme, ready for looking up."""

    sound: Lane
    picture: Lane

    @staticmethod
    def of(pieces: Sequence[Piece], scale: Scale) -> Cut:
        return Cut(Lane(runs(pieces, AUDIO, scale)), Lane(runs(pieces, VIDEO, scale)))

    def lane(self, kind: str) -> Lane:
        return self.sound if kind == AUDIO else self.picture


def runs(pieces: Iterable[Piece], kind: str, scale: Scale) -> list[Run]:
    """The runs of the pieces of *kind*."""
    groups: dict[Any, list[Run]] = defaultdict(list)
    for piece in pieces:
        if piece.kind == kind and piece.end > piece.start:
            run = _run(piece, scale)
            groups[run.sync].append(run)
    found = []
    for group in groups.values():
        group.sort(key=lambda run: (run.start, run.end))
        whole = group[0]
        for run in group[1:]:
            if run.start > whole.end:
                found.append(whole)
                whole = run
            elif (run.end, run.role, run.piece.track) != (whole.end, whole.role, whole.piece.track):
                top = max(run, whole, key=lambda one: one.piece.track).piece
                whole = replace(whole, end=max(whole.end, run.end), role=min(run.role, whole.role), piece=top)
        found.append(whole)
    return found


def _run(piece: Piece, scale: Scale) -> Run:
    start, end = scale.ticks(piece.start), scale.ticks(piece.end)
    role = _role(piece.track_name.casefold()) if piece.kind == AUDIO else 0
    first = scale.ticks(piece.source_start)
    if piece.held or not piece.media:  # followed only where it is used just so again, by the time since it began
        what = (piece.held, piece.speed, first, scale.ticks(piece.source_end))
        return Run(start, end, f"{piece.media}\n{what}" if piece.media else "", -start, 1, piece, role)
    speed = int(piece.speed) if piece.speed.denominator == 1 else piece.speed
    return Run(start, end, piece.media, first - start * speed, speed, piece, role)


@lru_cache(maxsize=256)
def _role(track_name: str) -> int:
    return -1 if _DIALOGUE.search(track_name) else 1 if _NOT_DIALOGUE.search(track_name) else 0


def _into_gaps(runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The runs that end where nothing follows, gone on; and those that begin after nothing, begun before."""
    ends: dict[Ticks, list[Run]] = defaultdict(list)
    starts: dict[Ticks, list[Run]] = defaultdict(list)
    for run in runs:
        ends[run.end].append(run)
        starts[run.start].append(run)
    gaps = subtract([(-_FAR, _FAR)], union([(run.start, run.end) for run in runs]))
    tails = [replace(run, start=a, end=b, virtual=1) for a, b in gaps for run in _sorted(ends.get(a, ()))]
    heads = [replace(run, start=a, end=b, virtual=-1) for a, b in gaps for run in _sorted(starts.get(b, ()))]
    return tails, heads


def _sorted(runs: Iterable[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (run.role, run.sync))


def _by_source(runs: Iterable[Run]) -> dict[str, Layers]:
    groups: dict[str, list[tuple[Ticks, Ticks, Run]]] = defaultdict(list)
    for run in runs:
        if run.media:
            groups[run.media].append((*run.source, run))
    return {media: Layers(spans) for media, spans in groups.items()}


def cover(
    lane: Lane, found: list[Run], start: Ticks, end: Ticks, rank: Callable[[Run], Any]
) -> Iterator[tuple[Run, Span]]:
    """
    What a stretch stands on, part by part, of the runs *found* there: the one of the lowest *rank* (of equals that
    which covers most of it, then the shortest), where that does not reach the next, and where nothing plays a virtual
    run - one that goes on from what was taken, if any was.
    """
    if len(found) == 1 and found[0].start <= start and found[0].end >= end:
        yield found[0], (start, end)
        return
    if len(found) > 1:
        found.sort(key=lambda run: (rank(run), -shared(run, start, end), run.end - run.start, run.sync))
    rest: list[Span] = [(start, end)]
    taken = set()
    for run in found:
        parts = intersect(rest, [(run.start, run.end)])
        for part in parts:
            taken.add(run.sync)
            yield run, part
        rest = subtract(rest, parts) if parts else rest
        if not rest:
            return
    for part in rest:
        around = lane.tails.over(*part) + lane.heads.over(*part)
        chosen = [run for run in around if run.sync in taken] if taken else around
        if chosen:
            yield chosen[0], part


def shared(run: Run, start: Ticks, end: Ticks) -> Ticks:
    """How much of a stretch a run plays in."""
    return min(run.end, end) - max(run.start, start)


def follow(run: Run, part: Span, new: Lane, *, alone: bool = False) -> Iterator[Fragment]:
    """
    Where a *part* of *run*, in the old timeline's time, plays in the new cut; a real part never in a gap.

    With *alone* a virtual run is followed only to where the end that it goes on from is seen: nothing else holds it.
    """
    if not run.media:
        return
    first, last = run.base + part[0] * run.speed, run.base + part[1] * run.speed
    others = new.playing(run.media, first, last, virtual=run.virtual != 0)
    if alone:
        seam = run.source[0] if run.virtual > 0 else run.source[1]
        around = (seam - 1, seam) if run.virtual > 0 else (seam, seam + 1)
        anchors = {other.sync for other in new.playing(run.media, *around, virtual=False)}
        others = [other for other in others if other.sync in anchors]
    for other in others:
        begin, end = other.source
        begin, end = max(begin, first), min(end, last)
        if run.speed == other.speed == 1:
            old, new_base = run.base, other.base
            yield Fragment(begin - old, end - old, begin - new_base, end - new_base, 1, run.virtual != 0)
        else:
            pace = Fraction(run.speed) / other.speed
            before, now = Fraction(begin - run.base) / run.speed, Fraction(begin - other.base) / other.speed
            length = Fraction(end - begin) / run.speed
            yield Fragment(before, before + length, now, now + length * pace, pace, run.virtual != 0)


def union(spans: Iterable[Span]) -> list[Span]:
    """*spans* sorted, and those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def subtract(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What of *spans* lies in none of *others*; both sorted, the spans of each apart."""
    result: list[Span] = []
    at = 0
    for start, end in spans:
        while at < len(others) and others[at][1] <= start:
            at += 1
        place, now = at, start
        while place < len(others) and others[place][0] < end:
            if others[place][0] > now:
                result.append((now, others[place][0]))
            now = max(now, others[place][1])
            place += 1
        if now < end:
            result.append((now, end))
    return result


def intersect(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What of *spans* lies in one of *others*; both sorted, the spans of each apart."""
    return subtract(spans, subtract(spans, others))


def unknown(old: Lane, new: Lane, unseen: Sequence[Span] = ()) -> list[Span]:
    """
    The stretches of the new cut that play what the old one did not, sorted.

    Where several runs play at once, those in tracks named after dialogue count first, those named after music last.
    Among equals a known one makes the stretch known (a new bed under known speech), unless the picture is *unseen*.
    """
    sources: dict[str, list[Span]] = defaultdict(list)
    for run in old.runs:
        sources[run.media].append(run.source)
    seen = {media: union(spans) for media, spans in sources.items() if media}
    ends = {media: [end for _, end in spans] for media, spans in seen.items()}
    result: list[Span] = []
    over: list[Span] = []
    for role in (-1, 0, 1):
        strange: list[Span] = []
        known: list[Span] = []
        for run in (run for run in new.runs if run.role == role):
            first, last = run.source
            places = ends.get(run.media, [])
            around = seen.get(run.media, [])[bisect_right(places, first) : bisect_right(places, last) + 1]
            fresh = subtract([(first, last)], around)
            strange += _played(run, fresh)
            known += _played(run, subtract([(first, last)], fresh))
        result += subtract(subtract(union(strange), subtract(union(known), unseen)), over)
        over = union([*over, *strange, *known])
    return union(result)


def _played(run: Run, source: Iterable[Span]) -> Iterator[Span]:
    """Where on the timeline a run plays these spans of its media."""
    for start, end in source:
        if run.speed == 1:
            yield start - run.base, end - run.base
        else:
            yield Fraction(start - run.base) / run.speed, Fraction(end - run.base) / run.speed

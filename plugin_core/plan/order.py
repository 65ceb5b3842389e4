"""Where markers go, one a frame where the host demands it, and in which order, so that never two meet on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from plugin_core.host import DropMarker, HostTraits, Marker, Operation, PutMarker
from plugin_core.plan.pushed import PushedMarker


@dataclass(slots=True)
class Put:
    """A marker to be there. *settled*: its frame is final; *force*: it is put although nothing seems to differ."""

    marker: Marker
    replaces: Marker | None = None
    settled: bool = False
    force: bool = False
    record: PushedMarker | None = None  # as it stays where the host's version was kept
    kept: frozenset[str] = frozenset()


# the order of markers, whatever the order in which a host lists them
by_frame = attrgetter("frame", "key", "frames", "name", "note", "colour")


def place_of(marker: Marker) -> tuple[int, int]:
    """First frame and length."""
    return marker.frame, marker.frames


def place(puts: list[Put], taken: set[int], end: int, traits: HostTraits) -> None:
    """
    Give every marker that is not settled its frame.

    Where a host holds one marker a frame, they choose in order of time: each takes its own frame or, if that is taken
    by one of the user's, by one that stays or by one before it, the next free one; past the timeline's end the last
    free one before it.
    """
    if not traits.one_per_frame:
        return
    taken |= {put.marker.frame for put in puts if put.settled}
    free, back = 0, end - 1
    for put in puts:
        if put.settled:
            continue
        frame = max(put.marker.frame, free)
        while frame in taken:
            frame += 1
        if end and frame >= end:
            while back in taken:
                back -= 1
            frame = back if back >= 0 else frame
        else:
            free = frame + 1
        taken.add(frame)
        if frame != put.marker.frame:
            put.marker = replace(put.marker, frame=frame)


def ordered(changes: Mapping[str, PutMarker], traits: HostTraits) -> list[Operation]:
    """*changes*, each after the one that leaves the frame it goes to; of a ring of them, one is dropped first."""
    leaving: dict[int, str] = {}
    if traits.one_per_frame:
        moves = ((key, put.replaces.frame, put.marker.frame) for key, put in changes.items() if put.replaces)
        leaving = {old: key for key, old, new in moves if old != new}
    result: list[Operation] = []
    done: set[str] = set()
    for first in changes:
        chain: list[str] = []
        key: str | None = first
        while key is not None and key not in done:
            done.add(key)
            chain.append(key)
            key = leaving.get(changes[key].marker.frame)
        opened = key if len(chain) > 1 and key == chain[0] else None  # a ring closes where it began
        if opened is not None:
            result += _dropped(changes[opened])
        for key in reversed(chain):
            result += [PutMarker(changes[key].marker)] if key == opened else _changed(changes[key], traits)
    return result


def _dropped(put: PutMarker) -> list[Operation]:
    return [DropMarker(put.replaces)] if put.replaces else []


def _changed(put: PutMarker, traits: HostTraits) -> list[Operation]:
    """One host call each: a host that cannot change a marker gets the new one first, if it has a frame of its own."""
    if traits.moves_markers or put.replaces is None:
        return [put]
    if put.replaces.frame == put.marker.frame:
        return [*_dropped(put), PutMarker(put.marker)]
    return [PutMarker(put.marker), *_dropped(put)]

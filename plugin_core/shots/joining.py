"""From single findings to changes: one that was found twice, and a fade's halves with what is between them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from plugin_core.shots.fades import HOLD, IN, OUT
from plugin_core.shots.values import Transition

BESIDE = 2  # frames: a cut so near to a slow change is one of its ends


def joined(found: Iterable[tuple[Transition, float]], step: int, frames: int) -> list[Transition]:
    """
    *found* by their places, each with how large it is (grey levels): of slow changes that overlap the larger and surer,
    for part of a ramp is a ramp too; fades as wholes: out, the plain picture, in.

    A fade that goes one way only takes the plain picture in too, to the cut at its other side or the film's end.
    *step* is how many frames count as one; *frames* how many the film has.
    """
    everything = list(found)
    slow = _largest([(one, size) for one, size in everything if one.kind != "cut"])
    cuts = sorted((one for one, _ in everything if one.kind == "cut"), key=lambda one: one.first)
    whole = [_to_an_edge(one, cuts, HOLD * step, frames) for one in _in_and_out(slow, HOLD * step)]
    kept = [one for one in cuts if not _beside(one, whole, BESIDE * step)]
    return sorted([*kept, *whole], key=lambda one: (one.first, one.last, one.kind))


def _largest(found: list[tuple[Transition, float]]) -> list[Transition]:
    kept: list[Transition] = []
    for one, _ in sorted(found, key=lambda both: (-both[1] * both[0].confidence, both[0].first)):
        place = bisect_left(kept, one.first, key=lambda other: other.first)
        if all(one.first > other.last or other.first > one.last for other in kept[max(0, place - 1) : place + 1]):
            kept.insert(place, one)
    return kept


def _in_and_out(slow: list[Transition], hold: int) -> list[Transition]:
    whole: list[Transition] = []
    for one in slow:
        last = whole[-1] if whole else None
        if last and (last.kind, one.kind) == (OUT, IN) and one.first - last.last - 1 <= hold:
            whole[-1] = replace(last, kind="fade", last=one.last, confidence=max(last.confidence, one.confidence))
        else:
            whole.append(one)
    return whole


def _to_an_edge(one: Transition, cuts: list[Transition], hold: int, frames: int) -> Transition:
    """A fade one way from the sure cut, or the film's end, that its plain picture lies at."""
    if one.kind not in {IN, OUT}:
        return one
    sure = [cut.first for cut in cuts if cut.confidence >= 0.5]
    place = bisect_left(sure, one.first - BESIDE)
    if one.kind == IN:
        edge = sure[place - 1] if place else 0
        return replace(one, kind="fade", first=edge if one.first - edge <= hold else one.first)
    place = bisect_left(sure, one.last + 2 + BESIDE)
    edge = sure[place] if place < len(sure) else frames
    return replace(one, kind="fade", last=edge - 1 if edge - one.last - 1 <= hold else one.last)


def _beside(cut: Transition, slow: list[Transition], near: int) -> bool:
    """Whether a cut is the end of a slow change: of a ramp that begins or stops at once, or of a plain picture."""
    place = bisect_left(slow, cut.first, key=lambda one: one.first)
    return any(
        min(abs(cut.first - one.first), abs(cut.first - one.last - 1)) <= near
        and cut.confidence <= one.confidence + 0.2
        for one in slow[max(0, place - 1) : place + 1]
    )

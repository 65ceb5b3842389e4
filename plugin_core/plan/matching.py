"""Which caption is which, where a host gives back no ids: what was shown before against what is shown now."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter, eq

from plugin_core.host import Caption

Pairs = list[tuple[int, int]]
_WAYS: tuple[Callable[[Caption], Hashable], ...] = (  # from certain to likely; each among what those before left over
    attrgetter("frame", "frames", "text"),
    attrgetter("frame", "text"),  # its end was moved
    attrgetter("frame", "frames"),  # it was reworded
    attrgetter("text"),  # it was moved, perhaps with all that follow: in order
    attrgetter("frame"),
)


def matched(before: Sequence[Caption], now: Sequence[Caption]) -> tuple[Pairs, list[int], list[int]]:
    """
    (pairs of places in *before* and *now*, places of *before* that are gone, places of *now* that are new).

    Both are in order of time. Linear: same in all, else same begin and text, same times, same text in order, same
    begin, else the first that shares any time.
    """
    places, new = places_now(before, now)
    pairs = [(ours, theirs) for ours, theirs in enumerate(places) if theirs is not None]
    return pairs, [ours for ours, theirs in enumerate(places) if theirs is None], new


def places_now(before: Sequence[Caption], now: Sequence[Caption]) -> tuple[list[int | None], list[int]]:
    """What ``matched`` finds, as the place in *now* of each of *before* (None: gone), and the places that are new."""
    same = map(eq, before, now)
    places: list[int | None] = [at if alike else None for at, alike in enumerate(same)]
    places += [None] * (len(before) - len(places))
    gone = [at for at, place in enumerate(places) if place is None]
    new = [*(at for at in gone if at < len(now)), *range(len(before), len(now))]
    for way in _WAYS:
        if not gone or not new:
            break
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for theirs in new:
            waiting[way(now[theirs])].append(theirs)
        taken = set()
        for ours in gone:
            if queue := waiting.get(way(before[ours])):
                places[ours] = queue.popleft()
                taken.add(places[ours])
        gone = [ours for ours in gone if places[ours] is None]
        new = [theirs for theirs in new if theirs not in taken]
    shared = dict(_sharing(before, now, gone, new))
    for ours, theirs in shared.items():
        places[ours] = theirs
    taken = set(shared.values())
    return places, [theirs for theirs in new if theirs not in taken]


def _sharing(before: Sequence[Caption], now: Sequence[Caption], gone: Sequence[int], new: Sequence[int]) -> Pairs:
    """Pairs of what is left that share some time, each the first such, in one pass over both."""
    pairs: Pairs = []
    at = 0
    for ours in gone:
        one = before[ours]
        while at < len(new) and now[new[at]].frame + now[new[at]].frames <= one.frame:
            at += 1
        if at < len(new) and now[new[at]].frame < one.frame + one.frames:
            pairs.append((ours, new[at]))
            at += 1
    return pairs

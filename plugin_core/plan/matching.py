"""Which caption is which, where a host gives back no ids: what was shown before against what is shown now."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence

from plugin_core.host import Caption

Pairs = list[tuple[int, int]]
_WAYS: tuple[Callable[[Caption], Hashable], ...] = (  # from certain to likely; each among what those before left over
    lambda caption: (caption.frame, caption.frames, caption.text),
    lambda caption: (caption.frame, caption.text),  # its end was moved
    lambda caption: (caption.frame, caption.frames),  # it was reworded
    lambda caption: caption.text,  # it was moved, perhaps with all that follow: in order
    lambda caption: caption.frame,
)


def matched(before: Sequence[Caption], now: Sequence[Caption]) -> tuple[Pairs, list[int], list[int]]:
    """
    (pairs of places in *before* and *now*, places of *before* that are gone, places of *now* that are new).

    Both are in order of time. Linear: same in all, else same begin and text, same times, same text in order, same
    begin, else the first that shares any time.
    """
    pairs: Pairs = [(at, at) for at, (one, other) in enumerate(zip(before, now, strict=False)) if one == other]
    same = {at for at, _ in pairs}
    gone = [at for at in range(len(before)) if at not in same]
    new = [at for at in range(len(now)) if at not in same]
    for way in _WAYS:
        if not gone or not new:
            break
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for theirs in new:
            waiting[way(now[theirs])].append(theirs)
        found = {ours: queue.popleft() for ours in gone if (queue := waiting.get(way(before[ours])))}
        taken = set(found.values())
        pairs += found.items()
        gone = [ours for ours in gone if ours not in found]
        new = [theirs for theirs in new if theirs not in taken]
    shared = _sharing(before, now, gone, new)
    ours_taken, theirs_taken = {ours for ours, _ in shared}, {theirs for _, theirs in shared}
    pairs += shared
    return (
        sorted(pairs),
        [ours for ours in gone if ours not in ours_taken],
        [theirs for theirs in new if theirs not in theirs_taken],
    )


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

"""
When cues appear and vanish: from the times of their speech to times a profile allows.

Source: Netflix's timing guidelines (in-times on the speech, out-times up to half a second after it, gaps of two frames
or of half a second and more, and the zones around shot cuts).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from plugin_core.clock import FrameRate
from plugin_core.profiles import Profile


@dataclass(frozen=True, slots=True)
class Grid:
    """The ticks times are counted in: frames of *rate*, or ms if there is none. Conversions take the nearest."""

    rate: FrameRate | None = None

    def tick(self, ms: int) -> int:
        return ms if self.rate is None else self.rate.frame_at(ms)

    def ms(self, tick: int) -> int:
        return tick if self.rate is None else self.rate.ms_at(tick)

    def at_least(self, ms: int) -> int:
        """The fewest ticks that last *ms*."""
        return ms if self.rate is None else -(-ms * self.rate.fps.numerator // (1000 * self.rate.fps.denominator))

    def at_most(self, ms: int) -> int:
        """The most ticks that last no longer than *ms*."""
        return ms if self.rate is None else ms * self.rate.fps.numerator // (1000 * self.rate.fps.denominator)

    def frames(self, count: int) -> int:
        """*count* frames at any rate; without a rate, frames at 24 a second, rounded down."""
        return count * 1000 // 24 if self.rate is None else count

    def scaled(self, count: int) -> int:
        """*count* frames at 24 a second, as ticks."""
        return self.tick(round(count * 1000 / 24))


@dataclass(frozen=True, slots=True)
class Rules:
    """A profile's times in the ticks of a grid."""

    grid: Grid
    gap: int
    chain: int
    shortest: int
    longest: int
    linger: int
    clear: int
    in_snap: int
    out_snap: int
    late: int  # in-times may be this far from the speech (Netflix's quality check: 3 frames)
    cuts: tuple[int, ...] = ()

    @staticmethod
    def of(profile: Profile, frame_rate: FrameRate | None = None, cuts: Sequence[int] = ()) -> Rules:
        grid, zones = Grid(frame_rate), profile.zones
        return Rules(
            grid=grid,
            gap=grid.frames(profile.gap_frames),
            chain=grid.scaled(profile.chain_frames),
            shortest=grid.at_least(profile.min_duration),
            longest=grid.at_most(profile.max_duration),
            linger=grid.at_most(profile.linger),
            clear=grid.scaled(zones.clear),
            in_snap=grid.scaled(zones.in_snap),
            out_snap=grid.scaled(zones.out_snap),
            late=grid.scaled(3),
            cuts=tuple(sorted({grid.tick(cut) for cut in cuts if cut > 0})) if zones.clear else (),
        )

    def snapped_in(self, tick: int) -> int:
        """
        Where an in-time near *tick* belongs: on a cut, or *clear* of every cut.

        A time on a cut stays; one that would have to move into another cut's zone goes on that cut. So snapping twice
        is snapping once.
        """
        before, after = self._around(tick)
        if before is not None and tick - before < self.clear:
            return before
        if after is None or after - tick >= self.clear:
            return tick
        target = after - self.clear
        if after - tick <= self.in_snap or target < 0:
            return after
        return before if before is not None and target - before < self.clear else target

    def snapped_out(self, tick: int) -> int:
        """Where an out-time near *tick* belongs: *gap* before a cut, or *clear* of every cut; never before 0."""
        before, after = self._around(tick - 1)  # a cue that ends on a cut ends before it
        if after is not None and after - tick < self.clear:
            return after - self.gap if after > self.gap else tick
        if before is None or tick - before >= self.clear:
            return tick
        target = before + self.clear
        if tick - before <= self.out_snap and before > self.gap:
            return before - self.gap
        return after - self.gap if after is not None and after - target < self.clear else target

    def cut_between(self, first: int, last: int) -> int | None:
        """The first cut after *first* and not after *last*."""
        index = bisect_right(self.cuts, first)
        return self.cuts[index] if index < len(self.cuts) and self.cuts[index] <= last else None

    def cuts_until(self, tick: int) -> int:
        """The number of cuts not after *tick*."""
        return bisect_right(self.cuts, tick)

    def _around(self, tick: int) -> tuple[int | None, int | None]:
        """The last cut not after *tick* and the first one after it."""
        index = bisect_right(self.cuts, tick)
        return (
            self.cuts[index - 1] if index else None,
            self.cuts[index] if index < len(self.cuts) else None,
        )


@dataclass(frozen=True, slots=True)
class Speech:
    """What one cue has to cover: the times of its speech and the time its text takes to read, in ms."""

    start: int
    end: int
    reading: int


def place(speeches: Sequence[Speech], rules: Rules) -> list[tuple[int, int]]:
    """
    In and out times in ms, one pair per speech (sorted by start).

    Times are sorted, never overlap and keep the profile's gap, whatever comes in; the other rules hold where the speech
    leaves room for them.
    """
    ins = _in_times(speeches, rules)
    outs: list[int] = []
    for index, speech in enumerate(speeches):
        follower = ins[index + 1] if index + 1 < len(ins) else None
        outs.append(_out_time(ins[index], follower, speech, rules))
    return [(rules.grid.ms(a), rules.grid.ms(b)) for a, b in zip(ins, outs, strict=True)]


def _in_times(speeches: Sequence[Speech], rules: Rules) -> list[int]:
    ins: list[int] = []
    for speech in speeches:
        spoken = max(0, rules.grid.tick(speech.start))
        tick = rules.snapped_in(spoken)
        if ins:
            roomy = ins[-1] + rules.shortest + rules.gap
            if tick < roomy:  # the cue before would be too short: give way as far as a quality check tolerates
                tick = min(max(tick, spoken) + rules.late, max(roomy, spoken))
            tick = max(tick, ins[-1] + 1 + rules.gap)
        ins.append(tick)
    return ins


def _out_time(start: int, follower: int | None, speech: Speech, rules: Rules) -> int:
    """The out time of a cue that starts at *start* and is followed by one that starts at *follower* (ticks)."""
    spoken = max(rules.grid.tick(speech.end), start + 1)
    latest = start + rules.longest if follower is None else min(start + rules.longest, follower - rules.gap)
    read = min(start + rules.grid.at_least(speech.reading), spoken + rules.linger)
    cut = rules.cut_between(max(spoken, start + rules.shortest), max(read, spoken))
    if cut is not None:  # only speech may carry a cue over a cut
        read = min(read, cut - rules.gap)
    out = max(spoken, read, start + rules.shortest)
    snapped = rules.snapped_out(out)
    if snapped - start >= rules.shortest:
        out = snapped
    out = max(min(out, latest), start + 1)
    return _chained(out, start, follower, rules)


def _chained(out: int, start: int, follower: int | None, rules: Rules) -> int:
    """*out*, or the profile's gap before *follower* where the gap is too small to be seen as one."""
    if follower is None or not rules.gap < follower - out < rules.chain:
        return out
    closed = min(follower - rules.gap, start + rules.longest)
    return out if rules.cut_between(out, closed) is not None else closed

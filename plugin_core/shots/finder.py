"""
Finding shots while a film streams by, in bounded memory.

Every frame is measured once (``measuring``). Some seconds behind, what was measured is looked at for cuts (``cutting``)
and for changes that take time (``ramps``), and both are weighed against a network's judgement, if there is one. What
may be a change at any threshold is kept as a candidate: the curve.

Films of more than 30 frames a second are looked at for slow changes, and shown to the network, at every second frame
(every third, ...), because changes last some time, not some frames; cuts are found at the full rate.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from plugin_core.frames import Frame
from plugin_core.shots import cutting, edges, fades, ramps
from plugin_core.shots.decoding import Change
from plugin_core.shots.joining import joined
from plugin_core.shots.measuring import SMALL, Rows, content, tiny
from plugin_core.shots.network import Judgement
from plugin_core.shots.values import Curve, ShotOptions, Shots, Transition, at

if TYPE_CHECKING:
    from plugin_core.engines.shots import ShotEngine

USUAL_RATE = 25.0
BLOCK = 64  # sampled frames that are looked at together
KEPT = 0.05  # the least confidence of a candidate
FULL = 60.0  # a score that is drawn at the top of the curve
DISSOLVES = 0.22  # of a change that is no mixture: the confidence of a ramp is 0.5 there
CLEAR = 0.15  # of a change that is no mixture: such a ramp needs no second look
OVER = 0.3  # of the shorter of two changes that lies in the other: both are the same
LIKELY = 0.3  # the least confidence of a change whose ends are worth a closer look
FADES = 0.45  # of the confidence of a fade that the network does not see
HALVES = {fades.OUT, fades.IN}
SAME = 0.4  # what is left of the confidence of a ramp that leads to the same picture: a pan, or more light


class ShotFinder:
    """
    Sees the frames of one film in their order; ``found`` gives its shots. *rate* is frames a second, roughly.

    Without an *engine* the detectors decide alone: they know cuts, dissolves, fades and plain wipes.
    """

    def __init__(
        self, engine: ShotEngine | None = None, options: ShotOptions | None = None, *, rate: float = USUAL_RATE
    ) -> None:
        self._options = options or ShotOptions()
        self._step = max(1, round(rate / 27))
        self._network = Judgement(engine) if engine else None
        self._content = content()
        self._starts, self._scores = array("i"), array("f")
        self._rows: list[Rows] = []  # of the frames from _base on
        self._base = 0
        self._cuts_done = 1
        self._ramps_done = 0  # in sampled frames
        self._candidates: list[tuple[Transition, float]] = []  # with how large each is
        self._gap = 1000 / rate
        self._room = self._step * (2 * ramps.NEEDED + (engine.window if engine else 0) + 2 * BLOCK)  # frames

    def see(self, frame: Frame) -> None:
        """Take the next frame."""
        picture = frame.rgb(*SMALL)
        if self._starts:
            self._gap = frame.ms - self._starts[-1]
        if self._network and len(self._starts) % self._step == 0:
            self._network.see(picture)
        self._starts.append(frame.ms)
        self._scores.append(self._content(frame.small))
        self._rows.append(tiny(picture))
        if len(self._rows) >= self._room:
            self._look(final=False)

    def found(self) -> Shots:
        """The shots, once every frame was seen; at the threshold of the options."""
        if self._network:
            self._network.finish()
        if self._rows:
            self._look(final=True)
        curve = self._curve()
        return at(curve, self._options.threshold, shortest=self._options.shortest)

    def _curve(self) -> Curve:
        scores = np.minimum(np.asarray(self._scores, np.float32) / FULL, 1.0) * 255
        starts = np.asarray(self._starts, np.int32)
        end = round(self._starts[-1] + self._gap) if self._starts else 0
        timed = [self._timed(one, end) for one in joined(self._candidates, self._step, len(starts))]
        return Curve(starts, np.round(scores).astype(np.uint8), tuple(timed), end)

    def _timed(self, one: Transition, end: int) -> Transition:
        after = one.first if one.kind == "cut" else one.last + 1
        stop = self._starts[after] if after < len(self._starts) else end
        return replace(one, start=self._starts[one.first], end=stop, confidence=round(one.confidence, 4))

    # -- some seconds behind --

    def _look(self, *, final: bool) -> None:
        rows = np.stack(self._rows)
        self._cuts(rows, final=final)
        self._ramps(rows, final=final)
        needed = max(0, (self._ramps_done - ramps.NEEDED) * self._step)
        drop = min(len(self._rows), needed - self._base, self._cuts_done - cutting.FLASH - 2 - self._base)
        if drop > 0:
            drop -= drop % self._step
            del self._rows[:drop]
            self._base += drop
        if self._network:
            self._network.forget(self._base // self._step)

    def _cuts(self, rows: Rows, *, final: bool) -> None:
        count = len(self._starts)
        judged = self._network.done * self._step if self._network else count
        limit = count if final else min(count - cutting.FLASH - cutting.WINDOW, judged - self._step)
        for place in range(self._cuts_done, limit):
            sure = cutting.confidence(self._scores, place)
            if sure and cutting.comes_back(rows, place - self._base):
                sure *= 0.4
            sure = self._weighed(sure * cutting.seen(rows, place - self._base), place) if sure else 0.0
            if sure >= KEPT:
                self._candidates.append((Transition("cut", place, place, 0, 0, sure), 0.0))
        self._cuts_done = max(self._cuts_done, limit)

    def _weighed(self, sure: float, place: int) -> float:
        """The detectors' confidence in a cut together with the network's."""
        if not self._network:
            return sure
        near = place // self._step
        single, _, kinds = self._network.between(max(0, near - 1), min(self._network.done, near + 2))
        return 0.4 * sure + 0.6 * float(np.minimum(single, 2 * kinds[:, 0]).max())

    def _ramps(self, rows: Rows, *, final: bool) -> None:
        sampled = rows[:: self._step]
        base = self._base // self._step
        count = base + len(sampled)
        ready = min(count, self._network.done) if self._network else count
        low, high = self._ramps_done, count if final else ready - ramps.NEEDED
        found = [(ramp, self._transition(ramp, sampled, base)) for ramp in self._all_ramps(sampled, base, low, high)]
        if self._network:
            told = [one for one in self._network.changes(base, count) if one.last > one.first]
            self._candidates += self._beside(told, found, rows, (low, high))
        else:
            self._candidates += [(self._exact(one, rows), ramp.change) for ramp, one in found]
        self._ramps_done = max(low, high)

    def _all_ramps(self, sampled: Rows, base: int, low: int, high: int) -> Iterator[ramps.Ramp]:
        known = -1  # what lies in a ramp that was found is part of it
        for middle, half in ramps.middles(sampled, low - base, high - base):
            if middle <= known:
                continue
            edges = self._edges(middle + base, base, base + len(sampled))
            ramp = ramps.fitted(sampled, middle, half, *(edge - base for edge in edges))
            if ramp is not None:
                known = ramp.last if ramp.mixed < CLEAR and ramp.first <= middle else known
                yield ramp
        yield from fades.fades(sampled, low - base, high - base)

    def _beside(
        self, told: list[Change], found: list[tuple[ramps.Ramp, Transition]], rows: Rows, part: tuple[int, int]
    ) -> Iterator[tuple[Transition, float]]:
        """
        The slow changes in a *part* of the sampled frames: each that the network *told*, as it sees it; where it takes
        several fades for one, the fades; and what only the detectors *found*, which is hardly there.
        """
        halves = {run: self._halves(run, rows) for run in told}
        several = [run for run in told if len(halves[run]) > 2]
        for ramp, one in found:
            over = [run for run in told if self._share(one, run) > OVER]
            if all(run in several for run in over):
                sure = 0.4 * one.confidence
                if one.kind in HALVES:
                    sure = max(FADES * one.confidence, sure + 0.6 * max((run.confidence for run in over), default=0.0))
                yield self._exact(replace(one, confidence=sure), rows), ramp.change
        near = [one for _, one in found]
        for run in told:
            if run not in several and part[0] <= (run.first + run.last) // 2 < part[1]:
                yield self._told(run, rows, [*near, *halves[run]]), 2 * FULL

    def _halves(self, run: Change, rows: Rows) -> list[Transition]:
        """The fades to or from a plain picture within a fade of the network."""
        if run.kind != "fade":
            return []
        sampled, base = rows[:: self._step], self._base // self._step
        inside = fades.fades(sampled, run.first - base, run.last - base + 1)
        return [self._transition(half, sampled, base) for half in inside]

    def _share(self, one: Transition, run: Change) -> float:
        """How much of the shorter of the two lies in the other."""
        first, last = run.first * self._step, run.last * self._step
        both = min(one.last, last) - max(one.first, first) + 1
        return both / max(1, min(one.last - one.first, last - first) + 1)

    def _told(self, run: Change, rows: Rows, found: list[Transition]) -> Transition:
        """The change that a run of the network is: as sure as both say, with the ends that all frames together tell."""
        inner = (self._step - 1) // 2
        first = max(0, (run.first - 1) * self._step + 1 + inner)
        last = min((run.last + 1) * self._step - 1 - inner, len(self._starts) - 1)
        near = [one for one in found if self._share(one, run) > OVER]
        halves = {one.kind: one for one in near if one.kind in HALVES}
        alike = list(halves.values()) if run.kind == "fade" else [one for one in near if one.kind not in halves]
        sure = max(run.confidence, 0.6 * run.confidence + 0.4 * max((one.confidence for one in alike), default=0))
        before, after = max(0, first - 2 - self._base), min(last + 2 - self._base, len(rows) - 1)
        if last - first < fades.FLASH * self._step and ramps.same_picture(rows[before], rows[after]):
            sure *= SAME  # a flash
        told = Transition(run.kind, first, last, 0, 0, sure)
        if run.kind == "fade":
            out, into = halves.get(fades.OUT), halves.get(fades.IN)
            first = self._exact(replace(told, kind=fades.OUT, last=out.last), rows).first if out else first
            last = self._exact(replace(told, kind=fades.IN, first=into.first), rows).last if into else last
            return replace(told, first=first, last=max(first, last))
        kind = edges.kind(rows, run.kind, first - self._base, last - self._base, self._step)
        return self._exact(replace(told, kind=kind), rows)

    def _exact(self, one: Transition, rows: Rows) -> Transition:
        """A likely change with the ends that all frames together tell."""
        if one.confidence < LIKELY:
            return one
        first, last = edges.exact(rows, one.kind, one.first - self._base, one.last - self._base, self._step)
        return replace(one, first=first + self._base, last=last + self._base)

    def _edges(self, middle: int, base: int, count: int) -> tuple[int, int]:
        """The sampled frames between the nearest sure cuts around *middle*."""
        low, high = base, count - 1
        for one, _ in reversed(self._candidates):
            if one.kind != "cut" or one.confidence < 0.5:
                continue
            place = -(-one.first // self._step)
            if place > middle:
                high = min(high, place - 1)
            else:
                low = max(low, place)
                break
        return low, high

    def _transition(self, ramp: ramps.Ramp, sampled: Rows, base: int) -> Transition:
        before, after = sampled[max(0, ramp.first - 1)], sampled[min(ramp.last + 1, len(sampled) - 1)]
        sure = 1 / (1 + (ramp.mixed / DISSOLVES) ** 2)
        if ramp.kind in {"dissolve", "wipe"} and ramps.same_picture(before, after):
            sure *= SAME
        inner = (self._step - 1) // 2
        first = (base + ramp.first) * self._step - (self._step - 1) + inner
        last = (base + ramp.last) * self._step + (self._step - 1) - inner
        return Transition(ramp.kind, max(0, first), min(last, len(self._starts) - 1), 0, 0, sure)

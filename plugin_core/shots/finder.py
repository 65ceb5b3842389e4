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
from plugin_core.shots.joining import joined
from plugin_core.shots.measuring import SMALL, Rows, content, tiny
from plugin_core.shots.network import WINDOW, Judgement
from plugin_core.shots.values import Curve, ShotOptions, Shots, Transition, at
from plugin_core.shots.weighing import Run, runs

if TYPE_CHECKING:
    from plugin_core.engines.shots import ShotEngine

USUAL_RATE = 25.0
BLOCK = 64  # sampled frames that are looked at together
KEPT = 0.05  # the least confidence of a candidate
FULL = 60.0  # a score that is drawn at the top of the curve
DISSOLVES = 0.22  # of a change that is no mixture: the confidence of a ramp is 0.5 there
CLEAR = 0.15  # of a change that is no mixture: such a ramp needs no second look
AGREES = 3  # sampled frames that a ramp's ends may lie beside the network's
LIKELY = 0.3  # the least confidence of a change whose ends are worth a closer look
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
        if len(self._rows) >= self._step * (2 * ramps.NEEDED + WINDOW + 2 * BLOCK):
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
        told = self._runs(base, low, high, count) if self._network else []
        weighed = [(self._against(one, told), ramp.change) for ramp, one in found]
        for run in told:
            weighed += self._by_network(run, sampled, base, found)
        self._candidates += [(self._exact(one, rows), size) for one, size in weighed]
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

    def _runs(self, base: int, low: int, high: int, count: int) -> list[Run]:
        """The network's slow changes whose middle lies between the sampled frames *low* and *high*."""
        if not self._network or high <= low:
            return []
        _, many, kinds = self._network.between(base, min(count, self._network.done))
        moved = (replace(run, first=run.first + base, last=run.last + base) for run in runs(many, kinds))
        return [
            run
            for run in moved
            if run.kind != "cut" and run.last > run.first and low <= (run.first + run.last) // 2 < high
        ]

    def _against(self, one: Transition, told: list[Run]) -> Transition:
        """A ramp's confidence beside the network's: what it does not see is hardly there, but for a fade."""
        if not self._network:
            return one
        fade = one.kind in {fades.IN, fades.OUT}
        near = [run for run in told if self._share(one, run) > 0.3]
        alike = [run.peak for run in near if (run.kind == "fade") == fade]
        sure = 0.4 * one.confidence + 0.6 * max(alike, default=0.0)
        return replace(one, confidence=max(sure, 0.6 * one.confidence) if fade and not near else sure)

    def _share(self, one: Transition, run: Run) -> float:
        """How much of the shorter of the two lies in the other."""
        first, last = run.first * self._step, run.last * self._step
        both = min(one.last, last) - max(one.first, first) + 1
        return both / max(1, min(one.last - one.first, last - first) + 1)

    def _by_network(
        self, run: Run, sampled: Rows, base: int, found: list[tuple[ramps.Ramp, Transition]]
    ) -> list[tuple[Transition, float]]:
        """The change that a run of the network is, unless the detectors have found it: then theirs has sharper ends."""
        near = [one for _, one in found if self._share(one, run) > 0.3]
        if run.kind == "fade" and any(one.kind in {fades.IN, fades.OUT} for one in near):
            return []
        if any(one.kind in {"dissolve", "wipe"} and self._agrees(one, run) for one in near):
            return []
        low, high = run.first - base, run.last - base
        edges = self._edges((run.first + run.last) // 2, base, base + len(sampled))
        half = max(ramps.HALVES[0], (high - low) // 2 + 2)
        ramp = ramps.fitted(sampled, (low + high) // 2, half, *(edge - base for edge in edges))
        one = self._transition(ramp, sampled, base) if ramp else None
        if ramp is None or one is None or not self._agrees(one, run):
            seen = ramps.kind_between(sampled, low - 1, high + 1) if run.kind != "fade" else ""
            ramp = ramps.Ramp(seen or run.kind, low, high, 0.0, FULL)
            one = replace(self._transition(ramp, sampled, base), confidence=0.9 * run.peak)
        else:
            one = replace(one, confidence=0.4 * one.confidence + 0.6 * run.peak)
        return [(one, 2 * FULL)]

    def _agrees(self, one: Transition, run: Run) -> bool:
        """Whether both ends of a ramp are where the network has them, but for a few frames."""
        near = AGREES * self._step + (run.last - run.first) * self._step // 6
        return abs(one.first - run.first * self._step) <= near and abs(one.last - run.last * self._step) <= near

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

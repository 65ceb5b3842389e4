"""
A network's judgement on every frame, in a stream: windows of which all but the margins counts.

The networks learn on TransNetV2's windows of 100 frames, with 25 of margin. Of longer ones, where the network takes
them, less is looked at twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from plugin_core.engines.shots import WINDOW
from plugin_core.frames import Picture
from plugin_core.shots.decoding import Change, Rule, changes

if TYPE_CHECKING:
    from plugin_core.engines.shots import ShotEngine

MARGIN = 25  # frames
Levels = npt.NDArray[np.float32]


class Judgement:
    """
    Hears pictures one after another; ``single``, ``many`` and ``kinds`` grow behind them.

    *single* [frames] is the probability of a change at each frame, *many* [frames] that it is part of one, *kinds*
    [frames, 4] of which kind, in the order of ``values.KINDS``.
    """

    def __init__(self, engine: ShotEngine) -> None:
        self._engine = engine
        self._rule = Rule.of(engine.pack.options)
        self._window: list[Picture] = []
        self._step = engine.window - 2 * MARGIN
        self._seen = 0
        self._parts: list[tuple[Levels, Levels, Levels]] = []
        self.done = 0

    def see(self, picture: Picture) -> None:
        """Take the next picture (27, 48, 3)."""
        if not self._seen:
            self._window = [picture] * MARGIN
        self._seen += 1
        self._window.append(picture)
        if len(self._window) == self._engine.window:
            self._judge()

    def finish(self) -> None:
        """Judge what is left; the last picture stands for what comes after it."""
        while self.done < self._seen:
            count = min(max(len(self._window) + MARGIN, WINDOW), self._engine.window)
            self._window += [self._window[-1]] * (count - len(self._window))
            self._judge()

    def between(self, low: int, high: int) -> tuple[Levels, Levels, Levels]:
        """What was judged of the frames *low* to *high* (not included)."""
        first, after = low // self._step, -(-high // self._step)
        parts = self._parts[first:after]
        shift = first * self._step
        single, many, kinds = (np.concatenate([part[place] for part in parts]) for place in range(3))
        chosen = slice(low - shift, high - shift)
        return single[chosen], many[chosen], kinds[chosen]

    def changes(self, low: int, high: int) -> list[Change]:
        """The changes between the frames *low* and *high* (not included), as far as these were judged."""
        found = changes(*self.between(low, min(high, self.done)), self._rule)
        return [replace(one, first=one.first + low, last=one.last + low) for one in found]

    def forget(self, before: int) -> None:
        """Let go of what was judged of frames before *before*."""
        empty = np.zeros(0, np.float32)
        for place in range(max(0, before // self._step - 1)):
            self._parts[place] = (empty, empty, empty)

    def _judge(self) -> None:
        single, many, kinds = self._engine.judge(np.stack(self._window)[None])
        middle = slice(MARGIN, len(self._window) - MARGIN)
        self._parts.append((single[0, middle], many[0, middle], kinds[0, middle]))
        self.done = min(self._seen, self.done + self._step)
        self._window = self._window[self._step :]

"""An engine whose probabilities are given: what the stage makes of them can then be said exactly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from plugin_core.engines.sounds import SoundEngine
from plugin_core.modelstore import Pack
from plugin_core.sounds.events import Rule
from plugin_core.sounds.features import Matrix, Samples
from plugin_core.sounds.packs import Network, SoundClass

HOP = 40
SPEECH = SoundClass("speech", "speech", "Speech")
MUSIC = SoundClass("music", "music", "Music")
NOISE = SoundClass("noise", "noise", "Noise")
GLASS = SoundClass("glass-shatter", "sound", "Shatter")
DOG = SoundClass("dog-bark", "sound", "Bark")


class Script:
    """A stream that gives the next rows of a script for every 40 ms it hears."""

    def __init__(self, rows: Matrix) -> None:
        self.rows, self.samples, self.given = rows, 0, 0

    def push(self, samples: Samples) -> Matrix:
        self.samples += len(samples)
        return self._until(self.samples // (HOP * 16))

    def finish(self) -> Matrix:
        return self._until(-(-self.samples // (HOP * 16)))

    def _until(self, count: int) -> Matrix:
        found = [self.rows[row] if row < len(self.rows) else self.rows[-1] * 0 for row in range(self.given, count)]
        self.given = count
        return np.array(found, np.float32).reshape(len(found), self.rows.shape[1])


def engine(classes: Sequence[SoundClass], rows: Matrix, rule: Rule | None = None) -> SoundEngine:
    """One that follows *rows* (one a 40 ms), with the same *rule* for all."""
    pack = Pack(Path("nowhere"), "scripted", "sounds", "starter", "Scripted", (), "")
    table = np.asarray(rows, np.float32).reshape(-1, len(classes))
    network = Network(pack, tuple(classes), HOP, HOP, lambda: Script(table))
    return SoundEngine(pack, network, tuple(rule or Rule(0.5, 0.3, 0, 80) for _ in classes), "scripted")

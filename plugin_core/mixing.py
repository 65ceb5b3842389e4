"""Many channels to one: weights that keep the level of the speech, whichever channels carry it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

DEAD = 10 ** (-45 / 20)  # a channel 45 dB under the loudest does not carry the speech
SILENT = 10 ** (-80 / 20)  # full scale = 1
BASS_ONLY = 0.05  # RMS of the first difference over RMS; 120 Hz at 48 kHz gives 0.016, speech 0.1 to 0.6
BY_PLACE = {"FC": 1.0, "FL": 0.7071, "FR": 0.7071, "LFE": 0.0, "LFE2": 0.0}  # ITU-R BS.775; the rest are surrounds


def weights(windows: Sequence[Samples], names: Sequence[str]) -> Samples:
    """
    One factor per channel, from *windows* of the sound ((channels, samples) each) and the channels' places ("FL", ...).

    The same voice in every channel, in two of them or in one keeps its level: the factors of the living channels sum
    to 1. A channel that is dead in the windows keeps its factor, so a microphone opened later is heard. The second
    channel of a phase-inverted pair is turned round instead of cancelling the first.
    """
    count = len(names)
    sound = np.concatenate([w for w in windows if w.shape[0] == count] or [np.zeros((count, 1), np.float32)], axis=1)
    level = rms(sound)
    base = np.array([BY_PLACE.get(name, 0.5) for name in names] if count > 2 else [1.0] * count)
    bass = (base == 0) & (rms(np.diff(sound, axis=1)) > BASS_ONLY * level) & (level > SILENT)
    base[bass] = 0.5  # a recorder's eighth microphone, not a subwoofer
    alive = (level > level.max() * DEAD) & (level > SILENT) & (base > 0)
    total = float(base[alive].sum() or base.sum() or 1.0)
    return np.asarray(_upright(sound, alive) * base / total, dtype=np.float32)


def rms(sound: Samples) -> npt.NDArray[np.float64]:
    """The root mean square of each channel of (channels, samples), full scale = 1."""
    return np.asarray(
        np.sqrt(np.mean(np.square(sound, dtype=np.float64), axis=1) if sound.shape[1] else sound.sum(axis=1))
    )


def _upright(sound: Samples, alive: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    signs = np.ones(len(sound))
    if len(sound) == 2 and alive.all():
        left, right = sound.astype(np.float64)
        if float(left @ right) < -0.8 * float(np.sqrt((left @ left) * (right @ right))):
            signs[1] = -1.0
    return signs

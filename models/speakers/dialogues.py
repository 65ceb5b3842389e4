"""Dialogues of known truth, put together from clips of one speaker each: pauses, interruptions, overlaps."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.speakers.der import Said
from models.speech.voices import RATE, Audio

QUIET_DB = 35.0  # under the loudest frame of its clip: not speech
OVER_DB = 10.0  # over the quietest twentieth of the clip: speech, and not the noise of the recording
PAUSE_MS = 300  # a shorter one belongs to the speech


@dataclass(frozen=True)
class Dialogue:
    """*audio* (samples,) at 16 kHz and who speaks when in it."""

    audio: Audio
    truth: tuple[Said, ...]

    @property
    def speakers(self) -> int:
        """How many."""
        return len({name for _, _, name in self.truth})


def activity(audio: Audio) -> list[tuple[int, int]]:
    """
    Where a clip of one speaker has speech: (start, end) ms, pauses under ``PAUSE_MS`` included.

    Speech is what is less than ``QUIET_DB`` under the loudest frame and ``OVER_DB`` over the noise of the recording.
    """
    frames = audio[: len(audio) // 160 * 160].reshape(-1, 160).astype(np.float64)
    if not len(frames):
        return []
    power = np.convolve(np.mean(frames**2, axis=1), np.ones(5) / 5, "same")
    level = 10 * np.log10(power + 1e-10)
    noise = min(float(np.percentile(level, 5)) + OVER_DB, level.max() - 20)
    loud = np.concatenate([[False], level > max(level.max() - QUIET_DB, noise), [False]])
    edges = np.flatnonzero(np.diff(loud.astype(np.int8))).reshape(-1, 2) * 10
    joined: list[list[int]] = []
    for start, end in edges.tolist():
        if joined and start - joined[-1][1] < PAUSE_MS:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [(start, end) for start, end in joined if end - start >= 100]


def compose(
    clips: Mapping[str, Sequence[Audio]], chance: random.Random, *, turns: int = 20, overlap: float = 0.2
) -> Dialogue:
    """
    *turns* turns of the people in *clips*, nobody twice in a row; a share *overlap* of them begins too early.

    Levels differ by up to 4 dB, and there is noise 40 dB under the speech.
    """
    names = sorted(clips)
    queues = {name: _shuffled(clips[name], chance) for name in names}
    gains = {name: 10 ** (chance.uniform(-4, 0) / 20) for name in names}
    placed: list[tuple[int, Audio, str]] = []
    end, last = RATE // 2, ""
    for number in range(turns):
        fresh = [name for name in names if all(name != other for _, _, other in placed)]
        name = fresh[0] if fresh and number >= turns - len(fresh) else chance.choice([n for n in names if n != last])
        clip = queues[name][number % len(queues[name])]
        clip = clip / max(float(np.abs(clip).max()), 1e-6) * 0.5 * gains[name]
        early = bool(last) and chance.random() < overlap
        gap = -chance.uniform(0.4, 1.2) if early else chance.uniform(0.15, 0.9)
        start = max(0, end + round(gap * RATE))
        placed.append((start, clip, name))
        end, last = max(end, start + len(clip)), name
    audio = np.random.default_rng(chance.getrandbits(32)).standard_normal(end + RATE // 2).astype(np.float32) * 0.002
    truth: list[Said] = []
    for start, clip, name in placed:
        audio[start : start + len(clip)] += clip
        at = start * 1000 // RATE
        truth += [(at + first, at + past, name) for first, past in activity(clip)]
    return Dialogue(np.clip(audio, -1, 1), tuple(_joined(truth)))


def _shuffled(clips: Sequence[Audio], chance: random.Random) -> list[Audio]:
    copy = list(clips)
    chance.shuffle(copy)
    return copy


def _joined(truth: Sequence[Said]) -> list[Said]:
    """Speech of one person that touches is one stretch."""
    found: list[Said] = []
    for start, end, name in sorted(truth, key=lambda said: (said[2], said[0])):
        if found and found[-1][2] == name and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]), name)
        else:
            found.append((start, end, name))
    return sorted(found)

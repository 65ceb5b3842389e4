"""Short films with speech, cut from the embedded sample, so that a batch has something real to do."""

from __future__ import annotations

import wave
from itertools import pairwise
from pathlib import Path

import numpy as np

from plugin_core.audio import blocks
from plugin_core.pipeline import Job

JOB = Job(
    "", languages=("en",), spoken="en", speech_pack="starter", events=(), memory=False, beam_size=1, threads=1,
)  # fmt: skip
RATE = 16_000


def clips(folder: Path, starter: Path, *names: str, seconds: float = 3.0) -> Path:
    """A WAV for each of *names*, one after the other in the sample."""
    sound = np.concatenate(list(blocks(starter / "sample" / "sample.mp4")))
    places = [int(number * seconds * RATE) for number in range(len(names) + 1)]
    for name, (first, last) in zip(names, pairwise(places), strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((np.clip(sound[first:last], -1, 1) * 32767).astype("<i2").tobytes())
    return folder

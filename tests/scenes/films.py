"""Small films of plain noise: bright is outdoors, loud is tense for the pack made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 16_000
SECONDS = 2
FPS = 25


def film_of(
    path: Path, levels: Sequence[int | tuple[int, int, int]], *, loud: Sequence[int] | None = None, timecode: str = ""
) -> Path:
    """A shot of two seconds for each level of grey, or colour; with *loud* (numbers of shots) it has sound."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=FPS, options={"qscale": "3"})
        video.width, video.height, video.pix_fmt = 112, 64, "yuv420p"
        if timecode:
            out.metadata["timecode"] = timecode
        audio = out.add_stream("aac", rate=RATE, layout="mono") if loud is not None else None
        for number, level in enumerate(levels):
            grain = np.random.default_rng(number).integers(-15, 16, (64, 112, 1))
            picture = np.clip(np.broadcast_to(level, (64, 112, 3)) + grain, 0, 255).astype(np.uint8)
            for _ in range(SECONDS * FPS):
                out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            if audio is not None:
                sound = np.random.default_rng(number).normal(0, 0.3 if number in (loud or ()) else 1e-4, SECONDS * RATE)
                part = av.AudioFrame.from_ndarray(sound.astype(np.float32)[None], format="fltp", layout="mono")
                part.sample_rate, part.time_base, part.pts = RATE, Fraction(1, RATE), number * SECONDS * RATE
                out.mux(audio.encode(part))
        for stream in (video, audio):
            if stream is not None:
                out.mux(stream.encode(None))
    return path

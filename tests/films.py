"""
Small drawn films with known shots and transitions: every shot is a picture of its own that moves a little.

``Film`` takes shots and what leads from one to the next; ``truth`` says which frames are of a change, as
``plugin_core.shots`` counts them. Drawn again for every test, so nothing of it lies in the repository.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Draw = Callable[[int], Picture]
SIZE = (192, 108)


def shot(seed: int, *, pan: float = 0.6, size: tuple[int, int] = SIZE, light: float = 1.0) -> Draw:
    """A scene of soft shapes over a gradient; the camera moves by *pan* pixels a frame; grain as film has it."""
    rng = np.random.default_rng(seed)
    width, height = size
    wide = width * 3
    y, x = np.mgrid[0:height, 0:wide]
    ends = rng.uniform(20, 235, (2, 3))
    share = (y / height)[..., None]
    canvas = ends[0] * (1 - share) + ends[1] * share
    for _ in range(14):
        cx, cy = rng.uniform(0, wide), rng.uniform(0, height)
        rx, ry = rng.uniform(6, 40, 2)
        inside = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
        canvas[inside] = rng.uniform(10, 245, 3)
    canvas = canvas * light

    def draw(frame: int) -> Picture:
        left = round(abs(pan) * frame) % (wide - width)
        view = canvas[:, left : left + width] if pan >= 0 else canvas[:, wide - width - left : wide - left]
        grain = np.random.default_rng(seed * 100_003 + frame).normal(0, 2, (height, width, 1))
        return np.clip(view + grain, 0, 255).astype(np.uint8)

    return draw


@dataclass(frozen=True)
class Change:
    """What leads into a shot: ``cut``, ``dissolve``, ``fade`` (out and in through *through*) or ``wipe``."""

    kind: str = "cut"
    frames: int = 0
    through: int = 0  # the grey level a fade passes


@dataclass(frozen=True)
class Film:
    """*lengths* frames of each shot that are its own alone, *changes* between them, *flashes* at these frames."""

    draws: tuple[Draw, ...]
    lengths: tuple[int, ...]
    changes: tuple[Change, ...]
    flashes: tuple[int, ...] = ()

    def truth(self) -> list[tuple[str, int, int]]:
        """(kind, first, last) of every change; a cut lies on the first frame of the new shot."""
        found, at = [], 0
        for length, change in zip(self.lengths, self.changes, strict=False):
            at += length
            found.append((change.kind, at, at + max(change.frames, 1) - 1))
            at += change.frames
        return found

    def pictures(self) -> Iterator[Picture]:
        for number, picture in enumerate(self._plain()):
            yield np.full_like(picture, 250) if number in self.flashes else picture

    def _plain(self) -> Iterator[Picture]:
        at = 0
        for place, (draw, length) in enumerate(zip(self.draws, self.lengths, strict=True)):
            for _ in range(length):
                yield draw(at)
                at += 1
            if place < len(self.changes):
                change, following = self.changes[place], self.draws[place + 1]
                for step in range(change.frames):
                    yield _mixed(change, draw(at), following(at), (step + 1) / (change.frames + 1))
                    at += 1


def _mixed(change: Change, before: Picture, after: Picture, share: float) -> Picture:
    if change.kind == "wipe":
        edge = round(before.shape[1] * share)
        return np.concatenate([after[:, :edge], before[:, edge:]], axis=1)
    if change.kind == "fade":
        plain = np.full_like(before, change.through, np.float64)
        seen, much = (before, 1 - 2 * share) if share < 0.5 else (after, 2 * share - 1)
        return (plain * (1 - much) + seen * much).astype(np.uint8)
    return (before * (1 - share) + after * share).astype(np.uint8)


def encode(
    path: Path,
    pictures: Iterable[Picture],
    *,
    rate: Fraction = Fraction(25),
    times: Iterable[int] | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    start: int = 0,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write *pictures* at *times* (numbers of ticks of 1/rate; one after another if None), begun at tick *start*."""
    stamps = iter(times) if times is not None else None
    with av.open(str(path), "w") as out:
        stream = None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = out.add_stream(
                    codec, rate=rate, options=options or ({"preset": "ultrafast"} if "264" in codec else {})
                )
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pixels
                stream.codec_context.time_base = 1 / rate
                if aspect:
                    stream.codec_context.sample_aspect_ratio = aspect
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = start + (next(stamps) if stamps is not None else number)
            frame.time_base = 1 / rate
            out.mux(stream.encode(frame))
        if stream is not None:
            out.mux(stream.encode(None))
    return path


def spoilt(path: Path, *numbers: int) -> Path:
    """Overwrite the packets with these numbers of a film in which every frame is whole (mjpeg) with zeros."""
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    data = path.read_bytes()
    for number in numbers:
        data = data.replace(packets[number], bytes(len(packets[number])), 1)
    path.write_bytes(data)
    return path

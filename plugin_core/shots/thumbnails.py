"""
A picture for every shot, the sharpest near its middle.

While the film streams by, a picture is kept every now and then as JPEG, in bounded memory: where they become too many,
every second one is let go. A shot that has none then gets one by seeking to its middle, exactly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from plugin_core.errors import DocumentError
from plugin_core.frames import Frame, Picture, at
from plugin_core.shots.values import Shots

WIDTH = 320  # pixels on the longer side
EVERY = 400  # ms between two pictures that are kept, at first
MEMORY = 48_000_000  # bytes of pictures
QUALITY = 85
INNER = 0.25  # of a shot, at both its ends, that is not looked at: there it may be changing


@dataclass(frozen=True, slots=True)
class _Kept:
    """The picture of the frame at *ms*."""

    ms: int
    sharpness: float
    jpeg: bytes


class Thumbnails:
    """A watcher of ``shots.find``: sees every frame, keeps some; ``of`` gives one for each shot."""

    def __init__(self, *, longest: int = WIDTH, memory: int = MEMORY) -> None:
        self._longest, self._memory = longest, memory
        self._every, self._next, self._size = EVERY, 0, 0
        self._kept: list[_Kept] = []

    def see(self, frame: Frame) -> None:
        """Keep a picture if the last one is a while ago."""
        if frame.ms < self._next:
            return
        self._next = frame.ms + self._every
        picture = frame.rgb(*frame.fitting(self._longest))
        self._kept.append(_Kept(frame.ms, sharpness(picture), jpeg(picture)))
        self._size += len(self._kept[-1].jpeg)
        if self._size > self._memory:
            self._kept = self._kept[::2]
            self._every *= 2
            self._size = sum(len(kept.jpeg) for kept in self._kept)

    def of(self, shots: Shots, path: Path) -> Iterator[bytes]:
        """A JPEG for each of *shots*, in their order; those that are missing are looked for in *path*."""
        return self.between([(shot.start, shot.end) for shot in shots.shots], path)

    def between(self, spans: Sequence[tuple[int, int]], path: Path) -> Iterator[bytes]:
        """Likewise for any spans of time (start and end, ms)."""
        found = [self._best(*span) for span in spans]
        middles = [(start + end) // 2 for (start, end), kept in zip(spans, found, strict=True) if kept is None]
        sought = at(path, middles)
        for kept in found:
            if kept is not None:
                yield kept.jpeg
            else:
                frame = next(sought)
                yield jpeg(frame.rgb(*frame.fitting(self._longest)))

    def _best(self, start: int, end: int) -> _Kept | None:
        margin = round((end - start) * INNER)
        first = bisect_left(self._kept, start + margin, key=lambda kept: kept.ms)
        inside = self._kept[first : bisect_right(self._kept, end - margin, key=lambda kept: kept.ms)]
        return max(inside, key=lambda kept: kept.sharpness, default=None)


def write(pictures: Iterator[bytes], folder: Path) -> list[Path]:
    """Write pictures into *folder* as ``shot-0001.jpg``, ...; their paths. DocumentError if the folder refuses."""
    from plugin_core.storage import write_atomic

    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(pictures, 1):
            written.append(folder / f"shot-{number:04}.jpg")
            write_atomic(written[-1], picture)
    except OSError as error:
        raise DocumentError(
            "shots.thumbnails", f"{folder} cannot be written to: {error.strerror or error}.", "Choose another folder."
        ) from error
    return written


def sharpness(picture: Picture) -> float:
    """How much detail a picture shows: the variance of its Laplacian."""
    import cv2

    return float(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


def jpeg(picture: Picture) -> bytes:
    """*picture* as the bytes of a JPEG file."""
    import cv2

    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(data)

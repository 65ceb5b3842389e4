"""
Frames of a film for shots that are not known yet, in bounded memory.

While the film streams by, a frame is kept every now and then as JPEG, in the size that the captioner wants. Where they
become too many, every second one is let go and the others follow at twice the distance: the longer a film, the fewer
frames of each shot there are.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from plugin_core.engines.captioner import Shot, chosen
from plugin_core.frames import Frame, Picture

EVERY = 200  # ms between two frames that are kept, at first
MEMORY = 192_000_000  # bytes: an hour of 224 x 224 pixels five times a second
QUALITY = 92


class Samples:
    """A watcher of ``shots.find``: keeps some frames in *size* (width, height); ``of`` gives those of a shot."""

    def __init__(self, size: tuple[int, int], *, memory: int = MEMORY) -> None:
        self._size, self._memory = size, memory
        self._every, self._next, self._bytes = EVERY, 0, 0
        self._times: list[int] = []
        self._kept: list[bytes] = []
        self.seen = 0  # frames

    def see(self, frame: Frame) -> None:
        """Keep the frame if the last one is a while ago."""
        self.seen += 1
        if frame.ms < self._next:
            return
        self._next = frame.ms + self._every
        self._times.append(frame.ms)
        self._kept.append(_packed(frame.rgb(*self._size)))
        self._bytes += len(self._kept[-1])
        if self._bytes > self._memory and len(self._kept) > 1:
            self._times, self._kept = self._times[::2], self._kept[::2]
            self._every *= 2
            self._bytes = sum(map(len, self._kept))

    def of(self, start: int, end: int, most: int) -> Shot | None:
        """At most *most* frames from *start* to before *end* (ms), evenly; None if none was kept."""
        first, last = bisect_left(self._times, start), bisect_left(self._times, end)
        if first == last:
            return None
        return np.stack([_opened(self._kept[first + place]) for place in chosen(last - first, most)])


def _packed(picture: Picture) -> bytes:
    import cv2

    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(data)


def _opened(data: bytes) -> Picture:
    import cv2

    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(np.asarray(picture), cv2.COLOR_BGR2RGB), np.uint8)

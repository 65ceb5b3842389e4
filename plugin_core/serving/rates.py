"""How much the server takes: sizes, times, counts; and the bucket that slows down who asks too often."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bytes, seconds and counts. A panel sends small messages: captions to import are read from files, not sent.

    *headers*, *body* and *hello* are the seconds a client has to send each whole, *keep* those for which an HTTP
    connection is kept after an answer. *burst* requests may come at once and *rate* a second after that, for each panel
    and for all HTTP clients together; *failures* wrong tokens may come at once and one more every six seconds, which a
    panel with the right token does not notice.
    """

    largest_body: int = 1 << 20
    largest_message: int = 1 << 20
    headers: float = 10.0
    body: float = 10.0
    hello: float = 5.0
    keep: float = 5.0
    connections: int = 512
    pending: int = 16  # requests of one panel at work at the same time
    outbox: int = 4096  # messages that wait for a panel that does not read
    burst: int = 400
    rate: float = 100.0
    failures: int = 20
    grace: float = 3.0  # how long a host call waits for a panel that is just coming back
    patience: float = 5.0  # how long a job may take to notice that it was cancelled


class Bucket:
    """A token bucket: *size* at once, *rate* a second. Not for several threads."""

    def __init__(self, size: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._rate, self._clock = size, rate, clock
        self._level, self._seen = size, clock()

    def take(self) -> bool:
        """Whether one more is allowed now."""
        now = self._clock()
        self._level = min(self._size, self._level + (now - self._seen) * self._rate)
        self._seen = now
        if self._level < 1:
            return False
        self._level -= 1
        return True

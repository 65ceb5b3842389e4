"""Where requests queue: some are worked on, some wait, and who comes when that is full is told when to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from plugin_core.errors import ZimuError

USUAL = 5.0  # seconds a request is thought to take before any was done
WEIGHT = 0.2  # of the last one in the mean


class Full(ZimuError):
    """Too many wait already; *after* so many seconds there may be room."""

    def __init__(self, after: int) -> None:
        super().__init__("service.full", "Too many requests are waiting.", f"Try again in {after} seconds.")
        self.after = after


class Desk:
    """*workers* are served at once, *queue* may wait. For one event loop."""

    def __init__(self, workers: int, queue: int) -> None:
        self._workers, self._room = workers, workers + queue
        self._turns = asyncio.Semaphore(workers)
        self._mean = USUAL
        self.inside = 0  # who waits or is served

    @property
    def waiting(self) -> int:
        return max(0, self.inside - self._workers)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place in the queue; Full if there is none."""
        if self.inside >= self._room:
            raise Full(max(1, round(self._mean * (self.waiting + 1) / self._workers)))
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A worker, once one is free."""
        loop = asyncio.get_running_loop()
        async with self._turns:
            begun = loop.time()
            yield
            self._mean += WEIGHT * (loop.time() - begun - self._mean)

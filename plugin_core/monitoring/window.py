"""The last shots of a service, to compare with a reference."""

from __future__ import annotations

from collections import deque

from plugin_core.monitoring.drift import Drift, Profile, drifts
from plugin_core.monitoring.records import Record

SHOTS = 5000


class Window:
    """Keeps the records of the last *shots* shots, and no more."""

    def __init__(self, reference: Profile | None, shots: int = SHOTS) -> None:
        self._reference, self._most = reference, shots
        self._records: deque[Record] = deque()
        self._shots = 0

    def add(self, record: Record) -> None:
        if not record.shots:
            return
        self._records.append(record)
        self._shots += record.shots
        while len(self._records) > 1 and self._shots - self._records[0].shots >= self._most:
            self._shots -= self._records.popleft().shots

    def drifts(self) -> tuple[Drift, ...]:
        """Against the reference; nothing without one."""
        return drifts(self._reference, Profile.of(self._records)) if self._reference and self._records else ()

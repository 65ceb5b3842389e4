"""The processor that this process runs on."""

from __future__ import annotations

import os


def cores() -> int:
    """The cores that this process may use: fewer than the machine has where it is confined to some."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

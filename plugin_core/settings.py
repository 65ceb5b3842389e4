"""Where Zimu keeps things, and the few switches that hold for every job."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder of packs, caches, journals and the translation memory (``ZIMU_HOME`` overrides it)."""
    override = os.environ.get("ZIMU_HOME")
    if override:
        return Path(override)
    from platformdirs import user_data_path

    return user_data_path("zimu", appauthor=False)


def cache() -> Path:
    """The folder of everything that can be made again (peaks, journals, results)."""
    override = os.environ.get("ZIMU_HOME")
    if override:
        return Path(override) / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("zimu", appauthor=False)


def offline() -> bool:
    """Strict offline: no socket is opened at all (``ZIMU_OFFLINE=1`` or ``HF_HUB_OFFLINE=1``)."""
    switches = (os.environ.get(name, "").lower() for name in ("ZIMU_OFFLINE", "HF_HUB_OFFLINE"))
    return any(value in {"1", "true", "yes", "on"} for value in switches)

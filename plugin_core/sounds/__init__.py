"""
What happens in the sound: speech, music, singing and noise with their boundaries, and events such as breaking glass.

* ``tag``      a stream of 16 kHz blocks to sounds, in bounded memory
* ``Options``  what to report
* ``Sound``    one of them
* ``Found``    what ``tag`` yields beside Progress
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugin_core.sounds.values import KINDS, Found, Sound

if TYPE_CHECKING:
    from plugin_core.sounds.tagger import Options, tag

__all__ = ["KINDS", "Found", "Options", "Sound", "tag"]


def __getattr__(name: str) -> Any:
    """Import the stage when it is first asked for: NumPy is not paid for by ``zimu --help``."""
    if name in {"Options", "tag"}:
        from plugin_core.sounds import tagger

        return getattr(tagger, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

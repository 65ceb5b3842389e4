"""The OTIO adapter of ``formats.marker_edl``."""

from __future__ import annotations

from typing import Any

from plugin_core.clock import FrameRate
from plugin_core.formats import marker_edl
from plugin_core.otio_adapters import programme_from, timeline_of


def read_from_string(input_str: str, rate: str = "") -> Any:
    """The timeline in the text; an EDL does not say its *rate* ("24", "29.97 DF")."""
    return timeline_of(marker_edl.read(input_str, rate=FrameRate.parse(rate) if rate else None))


def write_to_string(input_otio: Any, **options: Any) -> str:
    """The text; *options* are those of ``marker_edl.write``."""
    return marker_edl.write(programme_from(input_otio), **options)

"""The OTIO adapter of ``formats.xmeml``."""

from __future__ import annotations

from typing import Any

from plugin_core.formats import xmeml
from plugin_core.otio_adapters import programme_from, timeline_of


def read_from_string(input_str: str) -> Any:
    """The timeline in the text."""
    return timeline_of(xmeml.read(input_str))


def write_to_string(input_otio: Any, **options: Any) -> str:
    """The text; *options* are those of ``xmeml.write``."""
    return xmeml.write(programme_from(input_otio), **options)

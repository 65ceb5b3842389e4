"""The OTIO adapter of ``.zimu`` documents."""

from __future__ import annotations

from typing import Any

from plugin_core.formats import own
from plugin_core.otio_adapters import programme_from, timeline_of
from plugin_core.timeline import programme_of


def read_from_string(input_str: str) -> Any:
    """The document on the timeline of its own media."""
    return timeline_of(programme_of(own.read(input_str)))


def write_to_string(input_otio: Any) -> str:
    """The document on the timeline. Its clips and gaps have no place in a document."""
    from plugin_core.storage import dumps

    return dumps(programme_from(input_otio).document).decode("utf-8")

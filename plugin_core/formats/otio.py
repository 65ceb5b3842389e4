"""OpenTimelineIO as a file of text; see ``otio_write`` and ``otio_read``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plugin_core.timeline import Programme


def sniff(text: str) -> bool:
    """Whether *text* is JSON with a schema of OTIO at its top."""
    return text.lstrip().startswith("{") and '"OTIO_SCHEMA"' in text[:2000]


def read(text: str) -> Programme:
    """The programme; DocumentError if it is no OTIO."""
    from plugin_core.otio_read import read_otio

    return read_otio(text)


def write(programme: Programme, *, profile: str = "neutral") -> str:
    """The text of an ``.otio`` file for *profile* (``otio_write.PROFILES``)."""
    from plugin_core.otio_write import otio_text

    return otio_text(programme, profile)

"""
Zimu's formats as OpenTimelineIO adapters: the manifest beside the package names them, OTIO finds it by entry point.

Each module has the functions OTIO asks an adapter for. A timeline goes through ``otio_read.from_otio``, so what other
programs put on it (tracks, clips, markers) travels too.
"""

from __future__ import annotations

from typing import Any

from plugin_core.timeline import Programme


def timeline_of(programme: Programme) -> Any:
    """The programme as the neutral OTIO timeline."""
    from plugin_core.otio_write import to_otio

    return to_otio(programme)


def programme_from(item: Any) -> Programme:
    """The programme of the OTIO object an adapter is given."""
    from plugin_core.otio_read import from_otio

    return from_otio(item)

"""
Speakers: who speaks when, by voice, and which cue is whose.

* ``hear``      a file -> turns, by microphones where it has them, else by voice (``hearing``)
* ``diarise``   sound -> turns of speech, each of one voice (``diarising``)
* ``assign``    turns -> the speakers of a document's cues (``assigning``)
* ``naming``    names from the text attach to voices; ``voiceprints`` remembers them for a project
* ``channels``  one microphone a channel or a track: then energy tells the voices apart, and better
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugin_core.speakers.values import Turn, Turns, Voice

if TYPE_CHECKING:
    from plugin_core.speakers.assigning import assign
    from plugin_core.speakers.diarising import SpeakerOptions, diarise
    from plugin_core.speakers.hearing import hear

__all__ = ["SpeakerOptions", "Turn", "Turns", "Voice", "assign", "diarise", "hear"]


def __getattr__(name: str) -> Any:
    """Import a stage's module when it is first asked for."""
    if name in {"SpeakerOptions", "diarise"}:
        from plugin_core.speakers import diarising

        return getattr(diarising, name)
    if name == "assign":
        from plugin_core.speakers.assigning import assign

        return assign
    if name == "hear":
        from plugin_core.speakers.hearing import hear

        return hear
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

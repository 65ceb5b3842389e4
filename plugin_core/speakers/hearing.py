"""A file's speakers: by its microphones where each person has one, else by voice; then by the names that are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plugin_core import audio, media
from plugin_core.protocol import Note, Progress
from plugin_core.speakers import channels, voiceprints
from plugin_core.speakers.diarising import SpeakerOptions, diarise
from plugin_core.speakers.values import Turns
from plugin_core.speakers.voiceprints import Prints

if TYPE_CHECKING:
    from plugin_core.engines.voices import VoicesEngine

_USUAL = SpeakerOptions()
_NOBODY = Prints()


def hear(
    path: Path,
    engine: VoicesEngine,
    options: SpeakerOptions = _USUAL,
    *,
    stream: int | None = None,
    channel: int | None = None,
    known: Prints = _NOBODY,
) -> Iterator[Progress | Note | Turns]:
    """
    Find who speaks in *path*; the last value is the ``Turns``. Leaving the loop cancels.

    Without *stream* or *channel*, separate microphones are looked for first, and used if there are no more of them than
    the number of speakers asked for (one microphone may carry several people). *known* voices of the project get their
    names back. MediaError as ``audio.blocks``.
    """
    about = media.probe(path)
    some = channels.microphones(path, about) if stream is None and channel is None else ()
    if some and options.count in {0, len(some)}:
        yield from channels.diarise(
            channels.read(path, some),
            duration_ms=about.duration,
            language=options.language,
            titles=[one.title for one in some] if len({one.stream for one in some}) > 1 else (),
        )
        return
    blocks = audio.blocks(path, stream=stream, channel=channel)
    for event in diarise(blocks, engine, options, duration_ms=about.duration):
        yield voiceprints.recognise(event, known, same=engine.same) if isinstance(event, Turns) else event

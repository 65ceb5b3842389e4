"""
The shots of a film and what leads from one to the next: cuts, dissolves, fades and wipes, exact to the frame.

* ``find(path, engine, options, watchers)``  looks at a film once; gives Progress, Note and at the end ``Found``; every
  frame goes to the *watchers* too
* ``ShotFinder``  the same for frames that somebody else decodes: ``see(frame)``, ``found()``
* ``at(curve, threshold)``  the shots at another threshold, at once, from the curve that was kept
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from plugin_core.frames import Damage, Frame, look
from plugin_core.protocol import Note, Progress
from plugin_core.shots.finder import USUAL_RATE, ShotFinder
from plugin_core.shots.values import Curve, Found, Shot, ShotOptions, Shots, Transition, at

if TYPE_CHECKING:
    from plugin_core.engines.shots import ShotEngine

__all__ = ["Curve", "Found", "Shot", "ShotFinder", "ShotOptions", "Shots", "Transition", "Watcher", "at", "find"]
STAGE = "shots"
OFTEN = 0.25  # seconds between two words of progress


class Watcher(Protocol):
    """Whoever else wants to see every frame."""

    def see(self, frame: Frame) -> None: ...


def find(
    path: Path,
    engine: ShotEngine | None = None,
    options: ShotOptions | None = None,
    watchers: Sequence[Watcher] = (),
) -> Iterator[Progress | Note | Found]:
    """
    The shots of *path*, found while every frame is decoded once; leaving the loop cancels.

    MediaError as ``frames.look``. A damaged frame is skipped, and said in a Note.
    """
    from plugin_core.media import probe

    media = probe(path)
    rate = float(media.frame_rate.fps) if media.frame_rate else USUAL_RATE
    finder, damage = ShotFinder(engine, options, rate=rate), Damage()
    begun = said = monotonic()
    for frame in look(path, damage=damage):
        finder.see(frame)
        for watcher in watchers:
            watcher.see(frame)
        if (now := monotonic()) - said >= OFTEN and frame.ms:
            said = now
            left = (now - begun) * max(0, media.duration - frame.ms) / frame.ms
            yield Progress(STAGE, frame.ms, media.duration, left)
    found = finder.found()
    if damage.frames:
        what = "1 damaged frame" if damage.frames == 1 else f"{damage.frames} damaged frames"
        yield Note(STAGE, f"{what} of {path.name} {'was' if damage.frames == 1 else 'were'} skipped.", "warning")
    yield Progress(STAGE, media.duration, media.duration, 0)
    yield Found(found, damage.frames)

"""
What is seen and heard in the shots of a film: place, time of day, activity, motion, emotion, mood, and its scenes.

One pass of decoding feeds a watcher, which keeps only vectors (a film of ten hours takes some 20 MB); when the shots
are known it tells what is in them:

    with open_scenes(pack) as engine:                     # plugin_core.engines
        watcher = Watcher(engine)
        for found in shots.find(path, finder, options, watchers=(watcher,)): ...   # calls watcher.see(frame)
        for block in audio.blocks(path): watcher.hear(block)                       # if it has sound
        for labels in watcher.recognise(shots, cues): ...                          # one for each shot, in order

* ``Watcher``     ``see(frame)`` every frame, ``hear(block)`` 16 kHz mono sound from media time 0, then
                  ``recognise(shots, cues, column)``; a film without sound, picture or cues is fine: what is missing is
                  masked, and ``ShotLabels.from_`` says what was there
* ``ShotLabels``  of one shot: ``probabilities[group][label]`` (calibrated), ``best(group)``, ``likely(group)``,
                  ``begins`` (the probability that a scene begins with this shot), ``embedding`` (of unit length: shots
                  that look, sound and speak alike are near each other)
* ``groups``, ``Group``, ``name``   the labels there are and how they are shown in English and Chinese

``stage.recognised_in(path, Request(), bench, cues=...)`` does all of it for a file, in one pass that is kept in the
journal; ``grouping.group(shots, labels)`` makes scenes of shots.

A shot is anything with ``first``, ``last`` (indexes of frames, inclusive), ``start`` and ``end`` (ms).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugin_core.scenes.labels import Group, groups, name

if TYPE_CHECKING:
    from plugin_core.scenes.recognising import ShotLabels, Watcher

__all__ = ["Group", "ShotLabels", "Watcher", "groups", "name"]


def __getattr__(wanted: str) -> Any:
    """Import the stage when it is first asked for: NumPy is not paid for by ``zimu --help``."""
    if wanted in {"ShotLabels", "Watcher"}:
        from plugin_core.scenes import recognising

        return getattr(recognising, wanted)
    raise AttributeError(f"module {__name__!r} has no attribute {wanted!r}")

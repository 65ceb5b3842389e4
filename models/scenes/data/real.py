"""
What is to be seen in the few real films at hand, second by second, looked at by us; for evaluation, never for tuning.

Only what the picture tells beyond doubt is annotated: 115 seconds of four films (Tears of Steel and Big Buck Bunny, CC
BY 3.0, Blender Foundation; a public-domain Chaplin; a CC0 cockatoo). That is a check that nothing is absurd, not a
measure of accuracy on films.
"""

from __future__ import annotations

from pathlib import Path

from models.scenes.data.annotations import Annotation, read, spread

FILES = {
    "tears-of-steel-battle-clip": "tears-of-steel-battle-clip.webm",
    "big_buck_bunny_0_30": "big_buck_bunny_0_30.webm",
    "chaplin": "chaplin.mp4",
    "imageio_cockatoo": "imageio_cockatoo.mp4",
}


def truth() -> list[Annotation]:
    """One annotation a second; films are named by ``FILES``."""
    return spread(read(Path(__file__).with_name("real.json")))

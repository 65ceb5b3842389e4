"""Documents with shots and scenes, as finding and recognising make them; and a film to take pictures of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.tagging.marking import digest

EACH = 2000  # ms of a shot
LED = ("cut", "cut", "dissolve", "cut", "fade", "wipe")
PLACES = (("indoor", "day"), ("outdoor", "night"))


def ours(mark: Mark) -> Mark:
    """*mark* as the machine made it."""
    return replace(mark, id=digest(mark))


def shot(number: int, *labels: tuple[str, str], each: int = EACH) -> Mark:
    """The shot *number* (from 1) of a film whose shots are equally long."""
    leading = LED[(number - 2) % len(LED)] if number > 1 else ""
    attributes = (("source", "picture"), ("number", str(number)), ("transition", leading), ("transition_frames", "0"))
    return ours(Mark("", "shot", (number - 1) * each, number * each, "", (*attributes, *labels)))


def film_document(shots: int = 12, in_scene: int = 6) -> Document:
    """*shots* shots in scenes of *in_scene*, by turns an indoor day and an outdoor night; a cue in every second."""
    marks = []
    for place in range(shots):
        where, when = PLACES[place // in_scene % 2]
        marks.append(shot(place + 1, ("place", where), ("mood", "tense, sad" if place % 3 == 0 else "calm")))
        if place % in_scene == 0:
            last = min(shots, place + in_scene)
            attributes = (("source", "scenes"), ("place", where), ("time", when))
            marks.append(ours(Mark("", "scene", place * EACH, last * EACH, "", attributes)))
    cues = tuple(
        Cue(f"cue{place}", place * EACH + 100, place * EACH + 1500, (f"Line {place} begins.", f"第{place}句。"))
        for place in range(0, shots, 2)
    )
    media = Media(duration=shots * EACH, frame_rate=FrameRate.parse("25"), width=64, height=36)
    ordered = tuple(sorted(marks, key=lambda mark: (mark.start, mark.end, mark.id)))
    return Document(media, ("en", "zh"), cues, ordered)


def film(path: Path, *, shots: int = 3, each: int = EACH) -> Path:
    """A film of plain shots, each of another grey; 25 frames a second."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(shots * each // 40):
            grey = 40 + 60 * (number * 40 // each)
            picture = np.full((36, 64, 3), grey, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path

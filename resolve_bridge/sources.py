"""What Resolve tells of a clip on an audio track, as a piece of a media file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plugin_core.bridge import SourceClip
from plugin_core.clock import FrameRate
from plugin_core.errors import SettingsError

NEAR = 2  # source frames: Resolve's source frames may be one off at either end


def source_clip(row: dict[str, Any], track: int, start: int, rate: FrameRate) -> tuple[SourceClip | None, str]:
    """
    The clip of audio track *track*, and a sentence about what Resolve does not tell, if anything.

    *start* is the absolute number of the timeline's first frame. Source frames count at the rate of the media, which
    for a WAV is the one that the project had when it was imported. No function tells a clip's speed: it is the part
    of the source that plays, by its length on the timeline.
    """
    name, path = row["name"], str(row.get("path") or "")
    if not path:
        return None, (
            f"The clip “{name}” on audio track {track} plays no file of its own (a compound or multicam clip, or a "
            "generator): render the sound to hear it."
        )
    media = _rate(row.get("rate"), rate)
    first, speed, note = _placed(row, media, rate)
    clip = SourceClip(
        path=path,
        track=track,
        start=row["start"] - start,
        end=row["end"] - start,
        source_start=float(1000 * first / media.fps),
        speed=speed,
        enabled=row["enabled"],
    )
    return clip, f"The clip “{name}” on audio track {track} {note}" if note else ""


def _placed(row: dict[str, Any], media: FrameRate, rate: FrameRate) -> tuple[int, float, str]:
    """The first source frame, the speed, and what is to be said about it."""
    first, span = row["source_start"], row["source_end"] - row["source_start"]
    if not row["source_start"] and not row["source_end"]:  # a clip of an imported timeline: not told
        return row["left"], 1.0, "may be retimed: Resolve does not tell. Render the sound to be sure."
    expected = Fraction(row["end"] - row["start"]) * media.fps / rate.fps
    if abs(span - expected) <= NEAR:
        # GetLeftOffset is exact where GetSourceStartFrame is one off; in a sub-clip it counts from that one's start
        exact = media.fps == rate.fps and abs(row["left"] - first) == 1
        return (row["left"] if exact else first), 1.0, ""
    speed = float(span / expected) if expected else 1.0
    if speed <= 0:
        return first, speed, "plays backwards: render the sound to hear it."
    return first, speed, f"is retimed to about {100 * speed:.4g} %: a changing speed is only heard when rendered."


def _rate(value: Any, otherwise: FrameRate) -> FrameRate:
    try:
        return FrameRate.parse(str(value))
    except SettingsError:
        return otherwise

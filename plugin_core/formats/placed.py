"""What lies where on a track of OTIO media: the frames a writer needs, found by rounding end points exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plugin_core.clock import FrameRate
from plugin_core.errors import ZimuError
from plugin_core.timeline import exact_rate

if TYPE_CHECKING:
    from opentimelineio import opentime, schema


@dataclass(frozen=True, slots=True)
class Fade:
    """A transition: its first frame, the frame of the cut inside it, and the first frame after it."""

    start: int
    cut: int
    end: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An item (clip, gap, stack or track) from frame *start* up to *end*, with the transitions at its ends."""

    item: Any
    start: int
    end: int
    before: Fade | None = None
    after: Fade | None = None

    @property
    def is_gap(self) -> bool:
        from opentimelineio import schema

        return isinstance(self.item, schema.Gap)


def placed(track: schema.Track, rate: FrameRate) -> list[Placed]:
    """The items of *track* in frames of *rate*; items without length are left out. Gaps are there."""
    found: list[tuple[Any, Fraction, Fraction]] = []
    fades: dict[int, Any] = {}  # by the number of the item after
    at = Fraction(0)
    for child in track:
        if type(child).__name__ == "Transition":
            fades[len(found)] = child
            continue
        length = _length(child)
        if length > 0:
            found.append((child, at, at + length))
            at += length
    made = {n: _fade(child, found[n][1] if n < len(found) else at, rate) for n, child in fades.items()}
    return [
        Placed(item, to_frame(start, rate), to_frame(end, rate), made.get(n), made.get(n + 1))
        for n, (item, start, end) in enumerate(found)
    ]


def _length(child: Any) -> Fraction:
    try:
        return seconds(child.duration())
    except (ZimuError, ValueError, RuntimeError, NotImplementedError):  # OTIO: no source range and no known media
        return Fraction(0)


def _fade(child: Any, cut: Fraction, rate: FrameRate) -> Fade:
    start, end = cut - seconds(child.in_offset), cut + seconds(child.out_offset)
    frames = (to_frame(start, rate), to_frame(cut, rate), to_frame(end, rate))
    return Fade(*frames, child.name or "Cross Dissolve", child.transition_type)


def seconds(time: opentime.RationalTime) -> Fraction:
    """An OTIO time, exactly."""
    return Fraction(time.value) / exact_rate(time).fps


def to_frame(time: Fraction, rate: FrameRate) -> int:
    """The frame of *rate* nearest to *time* in seconds, half up."""
    scaled = time * rate.fps
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)


def speed_of(item: Any) -> Fraction:
    """
    How fast *item* plays its media: 1, 0 for a freeze frame, negative for backwards.

    A backwards item shows the media of its source range (its length times the speed) from the last frame to the first.
    """
    from opentimelineio import schema

    speed = Fraction(1)
    for effect in item.effects:
        if isinstance(effect, schema.LinearTimeWarp):
            speed *= Fraction(effect.time_scalar).limit_denominator(100_000)
    return speed


def url_of(item: Any) -> str:
    """Where the media of *item* is, "" if it has none."""
    from opentimelineio import schema

    reference = getattr(item, "media_reference", None)
    if isinstance(reference, schema.ExternalReference):
        return str(reference.target_url or "")
    if isinstance(reference, schema.ImageSequenceReference):
        return str(reference.target_url_for_image_number(0)) if reference.available_range else ""
    return ""


def media_span(item: Any) -> tuple[Fraction, Fraction] | None:
    """Start and length, in seconds of its own timecode, of the whole media of *item*; None if nobody knows."""
    reference = getattr(item, "media_reference", None)
    span = getattr(reference, "available_range", None)
    return (seconds(span.start_time), seconds(span.duration)) if span is not None else None


def source_start(item: Any) -> Fraction:
    """Where in the media, in seconds of its own timecode, *item* begins."""
    return seconds(item.trimmed_range().start_time)

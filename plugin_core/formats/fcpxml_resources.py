"""The resources of an FCPXML file that is written: formats, assets (media files), effects and compound clips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from plugin_core.clock import HIGHEST, FrameRate
from plugin_core.document import Media
from plugin_core.formats.fcpxml_names import format_name
from plugin_core.formats.fcpxml_time import format_time, frame_duration
from plugin_core.formats.safe_xml import clean
from plugin_core.timeline import media_uri

if TYPE_CHECKING:
    from opentimelineio import opentime, schema

OFFLINE = "zimu-offline.invalid"  # the host in the address of a clip whose file nobody named
DEFAULT_SIZE = (1920, 1080)


def attribute(text: str) -> str:
    """*text* inside double quotes, line breaks kept."""
    return escape(clean(text), {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


@lru_cache(maxsize=256)
def _per_second(rate: float) -> Fraction:
    return FrameRate.nearest(rate).fps if rate <= HIGHEST else Fraction(rate).limit_denominator(1001)


def seconds(time: opentime.RationalTime) -> Fraction:
    """The exact seconds of an OTIO time, whose rate is a float."""
    return Fraction(time.value) / _per_second(time.rate) if time.rate > 0 else Fraction(0)


def key_of(clip: schema.Clip) -> tuple[str, str]:
    """(address, name) that say which file a clip shows; a clip without one gets an address that leads nowhere."""
    reference: Any = clip.media_reference
    name = (getattr(reference, "name", "") or clip.name or "").strip()
    url = getattr(reference, "target_url", "") or ""
    if not url and hasattr(reference, "target_url_for_image_number"):
        url = reference.target_url_for_image_number(0)
    if not url:
        return f"file://{OFFLINE}/{quote(name)}", name
    address = address_of(url)
    return address, name or address.rsplit("/", 1)[-1]


def address_of(path: str) -> str:
    """The URL of a path or URL; a relative path stays relative to the FCPXML file."""
    address = media_uri(path)
    return address.replace(" ", "%20") if "://" in address else quote(address.replace("\\", "/"), safe="/%")


@dataclass(slots=True)
class Asset:
    """A media file: where it lies, and the span of its own time that is there or that somebody uses, in seconds."""

    address: str
    name: str
    start: Fraction
    end: Fraction
    rate: FrameRate | None = None
    video: bool = False
    audio: bool = False
    channels: int = 2
    sample_rate: int = 48000
    id: str = ""
    format: str = ""


def clip_span(clip: schema.Clip) -> tuple[Fraction, Fraction]:
    """First and last second of the file's own time that a clip names as there, or as used."""
    known = clip.media_reference.available_range if clip.media_reference else None
    used = clip.source_range
    ranges = [one for one in (known, used) if one is not None]
    if not ranges:
        return Fraction(0), Fraction(0)
    starts = [seconds(one.start_time) for one in ranges]
    ends = [start + seconds(one.duration) for start, one in zip(starts, ranges, strict=True)]
    return min(starts), max(ends)


def assets_of(timeline: schema.Timeline, media: Media) -> dict[str, Asset]:
    """Every file of *timeline* by address, with what all its clips together say of it."""
    found: dict[str, Asset] = {}
    for track, clip in _clips(timeline.tracks):
        address, name = key_of(clip)
        start, end = clip_span(clip)
        asset = found.setdefault(address, Asset(address, name, start, end))
        asset.start, asset.end = min(asset.start, start), max(asset.end, end)
        asset.video |= track.kind == "Video"
        asset.audio |= track.kind == "Audio"
        time = (clip.media_reference and clip.media_reference.available_range) or clip.source_range
        if asset.rate is None and time is not None and 0 < time.start_time.rate <= HIGHEST and track.kind == "Video":
            asset.rate = FrameRate.nearest(time.start_time.rate)
    own = found.get(address_of(media.path)) if media.path else None
    if own:
        own.audio |= bool(media.audio)
        own.rate = media.frame_rate or own.rate
        for stream in media.audio[:1]:
            own.channels, own.sample_rate = max(1, stream.channels), stream.sample_rate or own.sample_rate
    return found


def _clips(stack: Any) -> Iterator[tuple[schema.Track, schema.Clip]]:
    """Every clip with a media reference and the track it lies on, nested ones too."""
    from opentimelineio import schema

    for track in stack:
        for child in track if isinstance(track, schema.Track) else ():
            if isinstance(child, schema.Clip):
                if not isinstance(child.media_reference, schema.GeneratorReference):
                    yield track, child
            elif isinstance(child, schema.Stack):
                yield from _clips(child)
            elif isinstance(child, schema.Track):
                yield from _clips([child])


@dataclass(slots=True)
class Resources:
    """The ``resources`` element as it grows: each thing is declared once, before its first use."""

    version: str
    assets: dict[str, Asset]
    rate: FrameRate
    size: tuple[int, int]
    lines: list[str] = field(default_factory=list)
    _known: dict[tuple[Any, ...], str] = field(default_factory=dict)
    _count: int = 0

    def new_id(self) -> str:
        self._count += 1
        return f"r{self._count}"

    def format(self, rate: FrameRate, size: tuple[int, int]) -> str:
        """The id of the format of *rate* and *size*."""
        key = ("format", rate.fps, size)
        if key not in self._known:
            self._known[key] = ident = self.new_id()
            name = format_name(*size, rate)
            named = f' name="{name}"' if name else ""
            self.lines.append(
                f'<format id="{ident}"{named} frameDuration="{frame_duration(rate)}" width="{size[0]}"'
                f' height="{size[1]}" colorSpace="1-1-1 (Rec. 709)"/>'
            )
        return self._known[key]

    def effect(self, name: str, uid: str) -> str:
        """The id of an effect, a title template or a transition."""
        key = ("effect", uid)
        if key not in self._known:
            self._known[key] = ident = self.new_id()
            self.lines.append(f'<effect id="{ident}" name="{attribute(name)}" uid="{attribute(uid)}"/>')
        return self._known[key]

    def asset(self, address: str) -> Asset:
        """The file at *address*, declared."""
        asset = self.assets[address]
        if not asset.id:
            asset.format = self.format(asset.rate or self.rate, self.size) if asset.video else ""
            asset.id = self.new_id()
            kinds = f' hasVideo="1" format="{asset.format}" videoSources="1"' if asset.video else ""
            sound = f' hasAudio="1" audioSources="1" audioChannels="{asset.channels}" audioRate="{asset.sample_rate}"'
            kinds += sound if asset.audio else ""
            self.lines.append(
                f'<asset id="{asset.id}" name="{attribute(asset.name)}" start="{format_time(asset.start)}"'
                f' duration="{format_time(asset.end - asset.start)}"{kinds}>'
                f'<media-rep kind="original-media" src="{attribute(asset.address)}"/></asset>'
            )
        return asset

    def media(self, name: str, sequence: str) -> str:
        """The id of a compound clip that holds *sequence*."""
        ident = self.new_id()
        self.lines.append(f'<media id="{ident}" name="{attribute(name)}">\n{sequence}\n</media>')
        return ident

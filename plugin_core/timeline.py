"""
A document on a timeline: ``Programme``. ``otio_write`` and ``otio_read`` turn one into an OTIO timeline and back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Media
from plugin_core.errors import DocumentError
from plugin_core.host import TimelineInfo

if TYPE_CHECKING:
    from opentimelineio import opentime, schema


@dataclass(frozen=True, slots=True)
class Programme:
    """
    A document on a timeline: what is said and marked, how the host counts, and which media lies where.

    *document* is in ms of media time, where ``info.offset`` says. *media* holds the video and audio tracks only, with
    clip markers where they were; timeline markers and subtitles are in the document. *notes* are a reader's sentences.
    """

    document: Document
    info: TimelineInfo
    media: schema.Timeline = field(compare=False)
    notes: tuple[str, ...] = ()


def programme_of(document: Document, info: TimelineInfo | None = None) -> Programme:
    """The programme that is the document's media from first to last frame: one clip on one track of each kind."""
    from opentimelineio import schema

    info = info or TimelineInfo.of(document)
    timeline = schema.Timeline(name=info.name, global_start_time=rational(info.start, info.rate))
    media = document.media
    for kind in _kinds(media):
        track = schema.Track(name=f"{kind} 1", kind=kind)
        if info.offset > 0 and (frames := info.rate.frame_at(info.offset)):
            track.append(schema.Gap(duration=rational(frames, info.rate)))
        track.append(_media_clip(media, info))
        timeline.tracks.append(track)
    return Programme(document, info, timeline)


def _kinds(media: Media) -> tuple[str, ...]:
    if media.audio and not media.frame_rate:
        return ("Audio",)
    return ("Video", "Audio") if media.audio else ("Video",)


def _media_clip(media: Media, info: TimelineInfo) -> Any:
    """The media in its own timecode, without the head that lies before the timeline."""
    from opentimelineio import opentime, schema

    rate = media.frame_rate or info.rate
    first = _own_timecode(media, rate)
    length = rate.frame_at(media.duration) or max(1, info.duration)
    cut = max(0, rate.frame_at(-info.offset))
    whole = opentime.TimeRange(rational(first, rate), rational(length, rate))
    kept = opentime.TimeRange(rational(first + cut, rate), rational(max(1, length - cut), rate))
    name = PurePath(media.path.replace("\\", "/")).name or info.name
    reference = (
        schema.ExternalReference(target_url=media.path, available_range=whole)
        if media.path
        else schema.MissingReference(name=name, available_range=whole)
    )
    return schema.Clip(name=name, media_reference=reference, source_range=kept)


def _own_timecode(media: Media, rate: FrameRate) -> int:
    try:
        return rate.frame_of(media.start_timecode) if media.start_timecode else 0
    except DocumentError:
        return 0


def rational(frame: int, rate: FrameRate) -> opentime.RationalTime:
    """An OTIO time. Its rate is a float: read it with ``exact_rate``."""
    from opentimelineio import opentime

    return opentime.RationalTime(frame, float(rate.fps))


def exact_rate(time: opentime.RationalTime, drop: bool = False) -> FrameRate:
    """The exact rate of an OTIO time; SettingsError if it has none."""
    return FrameRate.nearest(time.rate, drop and abs(time.rate / 30 * 1.001 % 1) < 1e-3)


def media_path(url: str) -> str:
    """The bare path of a file URI (``file:///C:/a%20b.mov``, ``file://localhost/a``); anything else as it is."""
    if not url.lower().startswith("file:"):
        return url
    parts = urlsplit(url)
    path = unquote(parts.path)
    if len(path) > 2 and path[0] == "/" and path[2] == ":":
        return path[1:]
    return f"//{parts.netloc}{path}" if parts.netloc not in {"", "localhost"} else path


def media_uri(path: str) -> str:
    """The file URI of an absolute path of any system; anything else as it is."""
    if "://" in path:
        return path
    if PureWindowsPath(path).drive and not path.startswith("/"):
        return PureWindowsPath(path).as_uri()
    return "file://" + quote(path) if PurePosixPath(path).is_absolute() else path

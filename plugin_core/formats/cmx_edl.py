"""
CMX 3600 edit decision lists: the cut of a programme, for Avid and every other editing program, and for conforming.

Our own reader and writer, because the OTIO adapter ignores the FCM line (so a drop-frame list with ":" is read minutes
off), writes every 29.97 list as drop-frame without saying so, knows no wipes without a fault, and stops at the first
event whose record and source lengths differ. Tests use it as the second opinion where it can give one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plugin_core.clock import FrameRate
from plugin_core.document import Document
from plugin_core.errors import DocumentError
from plugin_core.formats import marker_edl
from plugin_core.formats.cmx_events import write
from plugin_core.formats.edl_lines import Event, Lines, day, frame_of, lines_of, rate_of
from plugin_core.formats.marking import marks_of
from plugin_core.host import Marker, TimelineInfo

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

__all__ = ["read", "sniff", "write"]

_EVENT = re.compile(r"^\s*\d{1,9}\s+\S.*?\s(?:\d{1,2}[:;.]\d{2}[:;.]\d{2}[:;.]\d{2,3}\s*){4}$", re.M)
_NAME = re.compile(r"\*?\s*(FROM|TO) CLIP NAME:\s*(.*)")
_FILE = re.compile(r"\*\s*(?:(FROM|TO) (?:FILE|CLIP)|(OTIO REFERENCE FROM|SOURCE FILE)):\s*(.*)")
_SPEED = re.compile(r"M2\s+.*?\s(-?\d{1,6}(?:\.\d{1,6})?)\s+\S+$")
_BLACK = {"BL", "BLACK"}
_CHANNELS = {"A": ("A1",), "AA": ("A1", "A2"), "B": ("V", "A1"), "NONE": ()}


def sniff(text: str) -> bool:
    """Whether *text* is an EDL with a cut in it."""
    return _EVENT.search(text[:20_000]) is not None and not marker_edl.sniff(text)


@dataclass(slots=True)
class _Shot:
    """One event on one track, in frames from the start of the timeline."""

    event: Event
    start: int
    end: int
    source: int
    source_end: int


@dataclass(slots=True)
class _Reading:
    """What all events share."""

    rate: FrameRate
    start: int = 0
    tracks: dict[str, list[_Shot]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    uneven: list[int] = field(default_factory=list)
    keys: int = 0


def read(text: str, rate: FrameRate | None = None, *, start: str | None = None) -> Programme:
    """
    The cut in an EDL: tracks with clips, gaps, transitions and speeds; its locators as marks.

    An EDL says neither *rate* nor *start*; see ``marker_edl.read``. Where record and source lengths differ without a
    speed effect the record counts; events that overlap lie on further tracks. DocumentError if there is no event, a
    timecode the rate does not have, or an event that ends before it starts.
    """
    from plugin_core.timeline import Programme

    lines = lines_of(text)
    reading = _Reading(FrameRate(Fraction(25)))
    reading.rate = rate_of(lines, rate, reading.notes)
    if not lines.events:
        raise DocumentError("edl.empty", "The EDL holds no events.", "Check that it is an EDL (CMX 3600).")
    reading.start, offset = _start(lines, reading, start)
    for event in lines.events:
        _take(event, reading)
    media = _timeline(lines, reading)
    last = max((shot.end for shots in reading.tracks.values() for shot in shots), default=0)
    info = TimelineInfo(reading.rate, lines.title, reading.start, last, offset)
    marks = marks_of(_locators(lines, reading), info, "otio", reading.notes)
    return Programme(Document(marks=marks), info, media, tuple(_told(reading)))


def _start(lines: Lines, reading: _Reading, asked: str | None) -> tuple[int, int]:
    offset = lines.told[2] if lines.told else 0
    if asked is not None:
        return reading.rate.frame_of(asked), offset
    if lines.told:
        return lines.told[1], offset
    first = frame_of(lines.events[0].codes[2], reading.rate, lines.events[0].line)
    start = reading.rate.frame_of(f"{reading.rate.timecode(first)[:2]}:00:00:00")
    if start != first:
        code = reading.rate.timecode(start)
        reading.notes.append(f"The EDL does not say where the timeline starts; {code} was taken.")
    return start, 0


def _locators(lines: Lines, reading: _Reading) -> Iterator[Marker]:
    for marker, host in marker_edl.markers_in(lines, reading.rate):
        if host == "otio":
            frame = (marker.frame - reading.start) % day(reading.rate)
            yield replace(marker, frame=frame)


def _take(event: Event, reading: _Reading) -> None:
    """Put the event on its tracks. An event without length is the outgoing side of the transition that follows."""
    rate, per_day = reading.rate, day(reading.rate)
    own = FrameRate(rate.fps, event.drop) if event.drop is not None and _both(rate) else rate
    source, source_end = (frame_of(code, own, event.line) for code in event.codes[:2])
    first, last = (frame_of(code, rate, event.line) for code in event.codes[2:])
    length = (last - first) % per_day
    if length > per_day // 2:
        raise DocumentError("edl.times", f"Line {event.line} of the EDL ends before it starts.", "Export it again.")
    at = (first - reading.start) % per_day
    shot = _Shot(event, at, at + length, source, source_end)
    if not length:
        return
    if event.kind.startswith("K"):
        reading.keys += 1
    if abs(source_end - source) != length and _speed(event, rate) is None and event.reel not in _BLACK:
        reading.uneven.append(event.number)
    for name in _names(event):
        _place(name, shot, reading)


def _both(rate: FrameRate) -> bool:
    return rate.fps.denominator == 1001 and rate.fps.numerator % 30_000 == 0


def _names(event: Event) -> list[str]:
    """The tracks of an event: "AA/V" is V, A1 and A2; an AUD line below adds channels 3 and 4."""
    names: list[str] = []
    for part in event.channels.split("/"):
        names += _CHANNELS.get(part, (part,))
    for comment in event.comments:
        if comment.startswith("AUD"):
            names += [f"A{number}" for number in re.findall(r"\b\d{1,2}\b", comment)]
    return list(dict.fromkeys(names))


def _place(name: str, shot: _Shot, reading: _Reading) -> None:
    """The shot on the first track of *name* that is free there; events are in order of time on most lists."""
    number = 1
    while True:
        key = name if number == 1 else f"{name} ({number})"
        shots = reading.tracks.setdefault(key, [])
        if all(other.end <= shot.start or other.start >= shot.end for other in shots[-50:]):
            shots.append(shot)
            return
        number += 1


def _timeline(lines: Lines, reading: _Reading) -> Any:
    from opentimelineio import schema

    from plugin_core.timeline import rational

    timeline = schema.Timeline(name=lines.title, global_start_time=rational(reading.start, reading.rate))
    order = sorted(reading.tracks, key=lambda name: (not name.startswith("V"), not name.startswith("A"), name))
    for name in order:
        kind = schema.TrackKind.Audio if name.startswith("A") else schema.TrackKind.Video
        track = schema.Track(name=name, kind=kind)
        _fill(track, sorted(reading.tracks[name], key=lambda shot: shot.start), reading)
        timeline.tracks.append(track)
    return timeline


def _fill(track: Any, shots: list[_Shot], reading: _Reading) -> None:
    from opentimelineio import schema

    from plugin_core.timeline import rational

    at = 0
    for shot in shots:
        if shot.start > at:
            track.append(schema.Gap(duration=rational(shot.start - at, reading.rate)))
        if shot.event.kind[0] in "DW" and shot.event.length:
            track.append(_transition(shot.event, min(shot.event.length, shot.end - shot.start), reading.rate))
        track.append(_item(shot, reading.rate))
        at = shot.end


def _transition(event: Event, length: int, rate: FrameRate) -> Any:
    """A dissolve begins at the event's record in: the cut is there, and the outgoing clip goes on under it."""
    from opentimelineio import schema

    from plugin_core.timeline import rational

    dissolve = event.kind == "D"
    kind = schema.TransitionTypes.SMPTE_Dissolve if dissolve else schema.TransitionTypes.Custom
    metadata = {} if dissolve else {"cmx_3600": {"transition": event.kind}}
    name = "Cross Dissolve" if dissolve else f"Wipe {event.kind[1:]}"
    return schema.Transition(
        name=name, transition_type=kind, in_offset=rational(0, rate), out_offset=rational(length, rate),
        metadata=metadata,
    )  # fmt: skip


def _item(shot: _Shot, rate: FrameRate) -> Any:
    from opentimelineio import opentime, schema

    from plugin_core.timeline import rational

    length = rational(shot.end - shot.start, rate)
    if shot.event.reel.upper() in _BLACK:
        return schema.Gap(duration=length)
    first = min(shot.source, shot.source_end)
    span = opentime.TimeRange(rational(first, rate), length)
    name, path = _described(shot.event)
    name = name.removesuffix(" FF") if _speed(shot.event, rate) == 0 else name
    reference = (
        schema.ExternalReference(target_url=path) if path else schema.MissingReference(name=name or shot.event.reel)
    )
    metadata = {} if shot.event.reel == "AX" else {"cmx_3600": {"reel": shot.event.reel}}
    clip = schema.Clip(name or shot.event.reel, reference, span, metadata=metadata)
    speed = _speed(shot.event, rate)
    if speed == 0:
        clip.effects.append(schema.FreezeFrame())
    elif speed is not None and speed != 1:
        clip.effects.append(schema.LinearTimeWarp(time_scalar=float(speed)))
    return clip


def _described(event: Event) -> tuple[str, str]:
    """Name and media path of the clip that an event brings in; a transition names both sides."""
    names: dict[str, str] = {}
    paths: dict[str, str] = {}
    for comment in event.comments:
        if match := _NAME.match(comment):
            names.setdefault(match[1], match[2].strip())
        elif match := _FILE.match(comment):
            paths.setdefault(match[1] or "FROM", match[3].strip())
    side = "TO" if event.kind[0] in "DW" and ("TO" in names or "TO" in paths) else "FROM"
    return names.get(side, ""), paths.get(side, "")


def _speed(event: Event, rate: FrameRate) -> Fraction | None:
    """The factor of an M2 line, which names frames per second of the nominal rate; None without one."""
    for comment in event.comments:
        if match := _SPEED.match(comment):
            return Fraction(match[1]) / rate.nominal
    return None


def _told(reading: _Reading) -> Iterator[str]:
    yield from reading.notes
    if reading.uneven:
        some = ", ".join(map(str, reading.uneven[:10])) + (" ..." if len(reading.uneven) > 10 else "")
        yield f"Record and source lengths differ without a speed effect; the record was taken (events {some})."
    if reading.keys:
        yield f"{reading.keys} key events were read as plain clips on tracks of their own."
    extra = [name for name in reading.tracks if name.endswith(")")]
    if extra:
        yield f"Events overlap; the later ones lie on further tracks: {', '.join(extra)}."

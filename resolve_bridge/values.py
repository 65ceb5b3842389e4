"""
Resolve's values as those of the core: rates, frames, markers, subtitle files.

Of Resolve's frames those of markers and of the in and out marks count from the timeline's first, those of items and of
renders from 00:00:00:00; rates are strings, of which the drop-frame ones end in "DF"; out marks are inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from plugin_core import colours, formats
from plugin_core.bridge import Listed
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, HostError, SettingsError
from plugin_core.host import RESOLVE, Caption, Marker, TimelineInfo

CUSTOM = "zimu:"  # before our key in a marker's customData, where other programs keep theirs


@dataclass(frozen=True, slots=True)
class Opened:
    """The open timeline, and the absolute number that Resolve gives its first frame."""

    info: TimelineInfo
    start: int


def opened_of(value: dict[str, Any]) -> Opened:
    """The timeline of what the agent says of it."""
    start, timecode = int(value["start"]), str(value["start_timecode"])
    rate = rate_of(value["rate"], timecode, start)
    marks = value["marks"] or {}
    mark: dict[str, int] = marks.get("video") or marks.get("audio") or {}
    out = mark.get("out")
    info = TimelineInfo(
        rate=rate,
        name=str(value["name"]),
        start=_label(rate, timecode, start),
        duration=max(0, int(value["end"]) - start),
        mark_in=mark.get("in"),
        mark_out=None if out is None else out + 1,
        width=_size(value["width"]),
        height=_size(value["height"]),
    )
    return Opened(info, start)


def listed_of(value: dict[str, Any]) -> Listed:
    """One timeline of the project, of what the agent says of it."""
    start = int(value["start"])
    try:
        rate = rate_of(value["rate"], str(value["start_timecode"]), start)
    except HostError:
        rate = None
    duration = max(0, int(value["end"]) - start)
    return Listed(str(value["key"]), str(value["name"]), rate, duration, bool(value["open"]))


def rate_of(value: Any, timecode: str = "", start: int | None = None) -> FrameRate:
    """
    The exact rate of a setting such as "23.976", "29.97 DF" or 24.0; HostError "host.rate" if it is none.

    Whether labels drop is also told by a ";" in the start *timecode*, and by the number of the frame that it labels.
    """
    try:
        rate = FrameRate.parse(str(value))
    except SettingsError as error:
        raise HostError("host.rate", f"Resolve says the timeline's rate is {value!r}.", error.hint) from error
    try:
        dropping = replace(rate, drop=True)
    except SettingsError:
        return rate
    if ";" in timecode:
        return dropping
    label = _label(rate, timecode, None), _label(dropping, timecode, None)
    return dropping if start is not None and label[0] != start == label[1] else rate


def _label(rate: FrameRate, timecode: str, otherwise: Any) -> Any:
    """The number of the frame that *timecode* labels."""
    try:
        return rate.frame_of(timecode)
    except DocumentError:
        return otherwise


def _size(value: Any) -> int:
    text = str(value or "").split(".")[0]
    return int(text) if text.isdecimal() else 0


def marker_of(row: dict[str, Any]) -> Marker:
    """A marker of Resolve. Its customData is ours if it says so; other programs keep theirs there."""
    custom = row["custom"]
    key = custom.removeprefix(CUSTOM) if custom.startswith(CUSTOM) else ""
    colour = colours.from_host(row["colour"], RESOLVE.palette)
    return Marker(key, row["frame"], row["frames"], row["name"], row["note"], colour)


def srt_of(captions: Iterable[Caption], rate: FrameRate, *, labels: bool = False) -> str:
    """
    An SRT text whose times are the frames of *captions* at *rate*, whether a reader takes the frame that a time lies
    in or the one that begins nearest: each time is the first whole ms inside its frame. With *labels* the times are
    those of the timecode labels (at 23.976 a thousandth shorter).

    HostError for captions that Resolve would leave out: none, of no frames, or over each other.
    """
    cues: list[Cue] = []
    end = 0
    for number, caption in enumerate(captions, 1):
        if caption.frames < 1 or caption.frame < end:
            hint = "Correct the times of this subtitle in Zimu and push again."
            raise HostError("host.captions", f"Resolve would leave out the subtitle “{caption.text}”.", hint)
        end = caption.frame + caption.frames
        first, last = (_first_ms(frame, rate, labels) for frame in (caption.frame, end))
        cues.append(Cue(f"{number:08}", first, last, (caption.text,)))
    if not cues:
        raise HostError("host.captions", "There is no subtitle to put on the track.", "Write some first.")
    return formats.to_text(Document(languages=("und",), cues=tuple(cues)), "srt")


def _first_ms(frame: int, rate: FrameRate, labels: bool) -> int:
    """The first whole millisecond that lies in *frame*."""
    if labels:
        plain = FrameRate(Fraction(rate.nominal))
        frame, rate = plain.frame_of(rate.timecode(frame, ":")), plain
    return -(-frame * 1000 * rate.fps.denominator // rate.fps.numerator)

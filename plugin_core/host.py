"""
What a host's timeline is and what can be done to it: the values that every bridge and every exchange file shares.

Frames here are whole frames of the timeline's rate, counted from its first frame; ``TimelineInfo`` alone knows the
start timecode and where media time 0 lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from plugin_core.clock import FrameRate
from plugin_core.document import Document
from plugin_core.errors import DocumentError

DEFAULT_RATE = FrameRate(Fraction(25))


@dataclass(frozen=True, slots=True)
class TimelineInfo:
    """
    A timeline. *start* is the frame number of its start timecode (86400 for 01:00:00:00 at 24), *duration* its length
    in frames (0: not known), *offset* the ms from its first frame to media time 0 (negative if the head is cut off).
    *mark_in* is the first frame inside the in/out range and *mark_out* the first after it, relative to the start.
    """

    rate: FrameRate = DEFAULT_RATE
    name: str = ""
    start: int = 0
    duration: int = 0
    offset: int = 0
    mark_in: int | None = None
    mark_out: int | None = None
    width: int = 0
    height: int = 0

    @staticmethod
    def of(
        document: Document, *, rate: FrameRate | None = None, start: str | None = None, name: str = ""
    ) -> TimelineInfo:
        """
        The timeline that holds the document's media from its first frame: its rate (25 if unknown) and its timecode.

        *start* is a timecode; None takes the media's own where the rate has such a label, else 0.
        """
        media = document.media
        chosen = rate or media.frame_rate or DEFAULT_RATE
        first = _start_frame(chosen, start, media.start_timecode)
        ends = (*(cue.end for cue in document.cues), *(mark.end for mark in document.marks))
        last = max((media.duration, *ends))
        title = name or media.path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0] or "Zimu"
        length = max(1, chosen.frame_at(last))
        return TimelineInfo(chosen, title, first, length, width=media.width, height=media.height)

    def frame(self, ms: int) -> int:
        """The frame, counted from the timeline's start, that begins nearest to *ms* of media time."""
        return self.rate.frame_at(ms + self.offset)

    def ms(self, frame: int) -> int:
        """The ms of media time at which *frame* (from the timeline's start) begins."""
        return self.rate.ms_at(frame) - self.offset

    def span(self, start: int, end: int) -> tuple[int, int]:
        """First frame and length of a span of media time in ms. Both end points are converted; at least one frame."""
        first = self.frame(start)
        return first, max(1, self.frame(end) - first)

    def timecode(self, frame: int, separator: str = "") -> str:
        """The label that *frame* (from the timeline's start) has in the host."""
        return self.rate.timecode(self.start + frame, separator)

    @property
    def start_timecode(self) -> str:
        """The label of the first frame."""
        return self.timecode(0)


def _start_frame(rate: FrameRate, asked: str | None, own: str) -> int:
    """The frame number of *asked*; without it that of the media's *own* timecode, 0 if *rate* has no such label."""
    if asked is not None:
        return rate.frame_of(asked)
    try:
        return rate.frame_of(own) if own else 0
    except DocumentError:
        return 0


@dataclass(frozen=True, slots=True)
class Marker:
    """
    A mark as a host shows it. *key* is our mark's id, "" for one the user made; *frame* counts from the timeline's
    start and *frames* is at least 1; *colour* is one of ``colours.NAMES``.
    """

    key: str
    frame: int
    frames: int
    name: str
    note: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A subtitle as a host shows it: first frame from the timeline's start, length, text with ``\\n`` between lines."""

    frame: int
    frames: int
    text: str


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """A subtitle track of a host. *key* is empty for one of the user's, else which of ours it is: "zh", "zh-en"."""

    key: str
    name: str
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True, slots=True)
class Present:
    """What a timeline holds now."""

    markers: tuple[Marker, ...] = ()
    tracks: tuple[CaptionTrack, ...] = ()

"""
Premiere's times: whole ticks, 254,016,000,000 a second, so that every usual frame rate divides them.

Ten hours are more ticks than a double holds exactly (2^53), so they are Python integers here and text on the way. What
Premiere takes in seconds or in milliseconds is chosen so that it falls into the right frame however it is rounded.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from plugin_core.clock import FrameRate
from plugin_core.errors import HostError

TICKS = 254_016_000_000  # a second (Time.ticks, ppro-scripting.docsforadobe.dev/other/time)
UNSET = -100_000 * TICKS  # points that nobody set are at -400,000 s
_DROP = {102, 106}  # Sequence.videoDisplayFormat: 29.97 and 59.94 drop-frame
_MARGIN = TICKS // 1_000_000  # a microsecond: far more than doubles lose, far less than a frame
_WHOLE = re.compile(r"-?[0-9]{1,19}")


def ticks_of(value: Any) -> int:
    """The ticks in a string of Premiere's; HostError "host.answer" if it is none."""
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise HostError("host.answer", f"Premiere gave {value!r} for a time.", "Update Zimu, or report this.")
    return int(value)


def rate_of(timebase: int, display: int) -> FrameRate:
    """The rate of a sequence: *timebase* is ticks a frame, *display* says whether its timecode drops."""
    if not TICKS // 1000 <= timebase <= TICKS:
        raise HostError("host.answer", f"Premiere gave {timebase} ticks for a frame.", "Open another sequence.")
    fps = Fraction(TICKS, timebase)
    drops = display in _DROP and fps.denominator == 1001 and fps.numerator % 30_000 == 0
    return FrameRate(fps, drops)


def frame_at(ticks: int, timebase: int) -> int:
    """The frame that begins nearest to *ticks*."""
    return (2 * ticks + timebase) // (2 * timebase)


def seconds_of(frame: int, timebase: int) -> float:
    """Seconds, a microsecond inside *frame*: whether Premiere cuts or rounds them to ticks or frames, it is the one."""
    return float(Fraction(frame * timebase + _MARGIN, TICKS))


def ms_of(frame: int, timebase: int) -> int:
    """The first millisecond inside *frame*: a subtitle file has no finer times, and it may be cut or rounded."""
    return -(-frame * timebase * 1000 // TICKS)


def range_of(first: int, last: int, zero: int) -> tuple[int | None, int | None]:
    """
    In and out points in ticks from the sequence's first frame, None for one that is not set.

    They include *zero*, the start timecode. A range that would then end before the sequence begins is one that does
    not: versions may differ.
    """
    base = 0 if 0 < last <= zero else zero
    start, end = (None if point <= UNSET or point < base else point - base for point in (first, last))
    return start, end

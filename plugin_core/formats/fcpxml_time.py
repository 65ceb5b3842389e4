"""
FCPXML's times and what a Final Cut Pro project counts in: exact fractions of a second, never decimals.

Apple writes "1001/30000s" or "5s", numerator 64 bits, denominator 32 bits; DaVinci Resolve writes "5/1s".
"""

from __future__ import annotations

import re
from fractions import Fraction

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError, SettingsError

LONGEST = 1000 * 3600  # seconds; no programme is longer, and no timecode is later

_TIME = re.compile(r"\s*([-+]?[0-9]{1,19})(?:\.([0-9]{1,18}))?(?:/([0-9]{1,10}))?\s*s?\s*")
_DENOMINATOR = 2**31 - 1
_NAMED_RATE = re.compile(r"FFVideoFormat.*([pi])(2398|2997|5994|24|25|30|50|60)(?:_.*)?")
_RATE_NAMES = {"2398": "23.976", "2997": "29.97", "5994": "59.94"}


def parse_time(text: str, what: str = "time") -> Fraction:
    """Seconds of "1001/30000s", "5s" or "2.5s"; DocumentError "fcpxml.time" for anything else or beyond 1000 hours."""
    match = _TIME.fullmatch(text)
    if not match or (match[3] and int(match[3]) == 0):
        raise DocumentError("fcpxml.time", f"{text!r} is not a {what} of FCPXML.", "It is written as 1001/30000s.")
    whole, decimals, divisor = match.groups()
    seconds = Fraction(f"{whole}.{decimals}") if decimals else Fraction(int(whole), int(divisor or 1))
    seconds = seconds / int(divisor) if decimals and divisor else seconds
    if abs(seconds) > LONGEST:
        raise DocumentError("fcpxml.time", f"The {what} {text!r} is beyond 1000 hours.", "The file is damaged.")
    return seconds


def format_time(seconds: Fraction) -> str:
    """*seconds* as FCPXML has it; a fraction too fine for 32 bits goes to the nearest that fits."""
    if seconds.denominator > _DENOMINATOR:
        seconds = seconds.limit_denominator(_DENOMINATOR)
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"


def frames_time(frames: int, rate: FrameRate) -> str:
    """The time of *frames* as a visible multiple of the frame duration: 3 at 29.97 is "3003/30000s"."""
    numerator, denominator = frames * rate.fps.denominator, rate.fps.numerator
    whole, rest = divmod(numerator, denominator)
    return f"{numerator}/{denominator}s" if rest else f"{whole}s"


def frame_duration(rate: FrameRate) -> str:
    """One frame as Final Cut Pro writes it: "1001/30000s" at 29.97, "100/2500s" at 25."""
    if rate.fps.denominator == 1:
        return f"100/{rate.fps.numerator * 100}s"
    return f"{rate.fps.denominator}/{rate.fps.numerator}s"


def rate_of(duration: str, name: str, drop: bool = False) -> FrameRate | None:
    """The rate of a format's frameDuration, else of its name ("FFVideoFormat1080p2997"); None if neither says it."""
    if duration:
        frame = parse_time(duration, "frame duration")
        if frame <= 0:
            raise DocumentError("fcpxml.rate", f"A frame cannot last {duration}.", "The file is damaged.")
        return _droppable(1 / frame, drop)
    if named := _NAMED_RATE.fullmatch(name):
        fps = FrameRate.parse(_RATE_NAMES.get(named[2], named[2])).fps
        return _droppable(fps / 2 if named[1] == "i" else fps, drop)  # "1080i50" counts fields
    return None


def _droppable(fps: Fraction, drop: bool) -> FrameRate:
    """*fps* with drop-frame labels where *drop* asks for them and they exist."""
    try:
        return FrameRate(fps, drop and fps.denominator == 1001 and fps.numerator % 30_000 == 0)
    except SettingsError as error:
        raise DocumentError("fcpxml.rate", f"The file has {float(fps):.3f} frames per second.", error.hint) from error

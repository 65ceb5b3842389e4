"""
TTML time expressions (TTML 1, 10.3.1) and the nesting of intervals, in ms.

Clock time ``H:MM:SS(.fraction|:frames(.sub))``, offsets ``12.5s 300ms 7f 900000t``, in the media and smpte time
bases; drop-frame ``dropNTSC``. Bare numbers are no TTML, but Apple's lyrics use them: seconds, from the media's
start whatever the parent begins at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple
from xml.etree import ElementTree as ET

_CLOCK = re.compile(r"(\d{1,6}):(\d{1,3}):(\d{1,3})(?:[.,](\d{1,9})|[:;](\d{1,4})(?:\.(\d{1,4}))?)?")
_SHORT = re.compile(r"(\d{1,6}):(\d{1,2}(?:\.\d{1,9})?)")
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_BARE = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


class Span(NamedTuple):
    """An interval in ms; *end* None: without bound."""

    start: int
    end: int | None


@dataclass(slots=True)
class Clock:
    """The time parameters of a ``tt`` element."""

    rate: Fraction
    nominal: int
    sub: int
    tick: Fraction
    smpte: bool
    drop: bool

    def __init__(self, root: ET.Element) -> None:
        values = {name.rsplit("}", 1)[-1]: value for name, value in root.attrib.items()}
        self.nominal = _positive(values.get("frameRate"), 30)
        self.rate = self.nominal * _multiplier(values.get("frameRateMultiplier", ""))
        self.sub = _positive(values.get("subFrameRate"), 1)
        default = self.rate * self.sub if "frameRate" in values else Fraction(1)
        self.tick = Fraction(_positive(values.get("tickRate"), 0)) or default
        self.smpte = values.get("timeBase") == "smpte"
        self.drop = self.smpte and values.get("dropMode") == "dropNTSC"

    def ms(self, text: str | None) -> tuple[int, bool] | None:
        """The time of an expression and whether it is absolute (Apple's bare numbers); None if it is no time."""
        text = (text or "").strip()
        if match := _CLOCK.fullmatch(text):
            return self._clock(match), False
        if match := _OFFSET.fullmatch(text):
            unit = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
            unit |= {"f": 1 / self.rate, "t": 1 / self.tick}
            return _round(Fraction(match[1]) * unit[match[2]]), False
        if match := _SHORT.fullmatch(text):
            return _round(int(match[1]) * 60 + Fraction(match[2])), True
        return (_round(Fraction(text)), True) if _BARE.fullmatch(text) else None

    def _clock(self, match: re.Match[str]) -> int:
        h, m, s, fraction, frames, sub = match.groups()
        minutes = int(h) * 60 + int(m)
        seconds = Fraction(minutes * 60 + int(s))
        if frames is None:
            return _round(seconds + (Fraction(f"0.{fraction}") if fraction else 0))
        counted = int(frames) + Fraction(int(sub or 0), self.sub)
        if not self.smpte:
            return _round(seconds + counted / self.rate)
        dropped = 2 * (minutes - minutes // 10) if self.drop else 0
        return _round((seconds * self.nominal + counted - dropped) / self.rate)


def interval(element: ET.Element, parent: Span, clock: Clock) -> Span:
    """The active interval of *element* inside its parent's: begin, end and dur count from the parent's begin."""
    begin, end, length = (clock.ms(element.get(name)) for name in ("begin", "end", "dur"))
    start = _from(parent, begin) if begin else parent.start
    ends = [parent.end] if parent.end is not None else []
    if end:
        ends.append(_from(parent, end))
    if length:
        ends.append(start + length[0])
    return Span(start, min(ends) if ends else None)


def _from(parent: Span, time: tuple[int, bool]) -> int:
    return time[0] if time[1] else parent.start + time[0]


def _round(seconds: Fraction) -> int:
    return int(seconds * 1000 + Fraction(1, 2))


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"[1-9]\d{0,9}", text.strip()) else default


def _multiplier(text: str) -> Fraction:
    """``1000 1001`` (TTML 1) or ``1000:1001`` (the drafts)."""
    match = re.fullmatch(r"\s*([1-9]\d{0,6})(?:[\s:]+([1-9]\d{0,6}))?\s*", text)
    return Fraction(int(match[1]), int(match[2] or 1)) if match else Fraction(1)

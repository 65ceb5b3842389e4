"""
Time: integer milliseconds in the document, frames only at the host edge (nearest, exact ``Fraction`` rates).

Flooring puts a third of all frames one off, so every conversion rounds to the nearest, half up, in integers. A rate
such as 23.976 is only a name: the rate is 24000/1001 (SMPTE ST 12-1). Drop-frame labels skip the first two (29.97),
four (59.94) or eight (119.88, ST 12-3) frame numbers of every minute but each tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from plugin_core.errors import DocumentError, SettingsError

HIGHEST = 1000  # frames per second; above it, two frames could share a millisecond
_NTSC = tuple(Fraction(base * 1000, 1001) for base in (12, 15, 24, 30, 48, 60, 90, 96, 120, 240))
_NEAR = Fraction(3, 10_000)  # of the rate: 23.98 is 24000/1001 (1.7e-4 away), 24 is not (1e-3 away)
_RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(?:/([0-9]{1,9}))?\s*(?:fps|p)?\s*(n?df|drop|non-drop)?", re.I)
_TIMECODE = re.compile(r"([0-9]{1,2})[:;.]([0-9]{2})[:;.]([0-9]{2})([:;.])([0-9]{2,3})")
_TIME = re.compile(r"([-+]?)(?:(?:([0-9]{1,6}):)?([0-9]{1,6}):)?([0-9]{1,9})(?:[.,]([0-9]{1,18}))?\s*(ms|s)?", re.I)


@dataclass(frozen=True, slots=True)
class FrameRate:
    """An exact frame rate, e.g. ``FrameRate(Fraction(30000, 1001), drop=True)``; SettingsError if none exists."""

    fps: Fraction
    drop: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.fps, Fraction):
            object.__setattr__(self, "fps", _fraction(self.fps))
        if not 0 < self.fps <= HIGHEST:
            raise _bad_rate(str(self.fps), f"It must be above 0 and at most {HIGHEST} frames per second.")
        if self.drop and (self.fps.denominator != 1001 or self.fps.numerator % 30_000):
            raise _bad_rate(f"{self.name} DF", "Drop-frame timecode exists at 29.97, 59.94 and 119.88 only.")

    @staticmethod
    def parse(text: str) -> FrameRate:
        """The rate named by "23.976", "29.97df", "59.94 NDF", "24000/1001" or "25 fps"; SettingsError if none is."""
        match = _RATE.fullmatch(text.strip())
        if not match or (match[2] and int(match[2]) == 0):
            raise _bad_rate(text, "Write it as 25, 23.976, 24000/1001 or 29.97 DF.")
        fps = Fraction(match[1]) / int(match[2] or 1)
        return FrameRate.nearest(fps, drop=(match[3] or "").lower() in {"df", "drop"})

    @staticmethod
    def nearest(fps: float | Fraction, drop: bool = False) -> FrameRate:
        """The rate that an approximate number means: 23.976 and 2997/100 give the NTSC rates, 24.9999 gives 25."""
        exact = _fraction(fps)
        if not 0 < exact <= HIGHEST:
            raise _bad_rate(str(fps), f"It must be above 0 and at most {HIGHEST} frames per second.")
        best = min((*_NTSC, Fraction(max(1, round(exact)))), key=lambda rate: abs(rate - exact))
        if abs(best - exact) > _NEAR * exact:
            best = exact.limit_denominator(100_000)
        return FrameRate(best, drop)

    @property
    def nominal(self) -> int:
        """Frame numbers per labelled second: 24 at 23.976, 30 at 29.97."""
        return max(1, (2 * self.fps.numerator + self.fps.denominator) // (2 * self.fps.denominator))

    @property
    def name(self) -> str:
        """The number people use: "23.976", "29.97", "25"."""
        return f"{float(self.fps):.3f}".rstrip("0").rstrip(".")

    @property
    def label(self) -> str:
        """The name with "DF" if the timecode drops, as Resolve writes it: "29.97 DF"."""
        return f"{self.name} DF" if self.drop else self.name

    def __str__(self) -> str:
        return self.label

    def frame_at(self, ms: int) -> int:
        """The frame that begins nearest to *ms*."""
        num, den = self.fps.numerator, 1000 * self.fps.denominator
        return (2 * ms * num + den) // (2 * den)

    def frames_at(self, times: Iterable[int]) -> list[int]:
        """``frame_at`` of each of *times*, several times as fast."""
        num, den = self.fps.numerator, 1000 * self.fps.denominator
        return [(2 * ms * num + den) // (2 * den) for ms in times]

    def ms_at(self, frame: int) -> int:
        """The millisecond nearest to the beginning of *frame*; ``frame_at(ms_at(n)) == n`` always."""
        num, den = self.fps.numerator, 1000 * self.fps.denominator
        return (2 * frame * den + num) // (2 * num)

    def snap(self, ms: int) -> int:
        """*ms* moved to the nearest frame."""
        return self.ms_at(self.frame_at(ms))

    def timecode(self, frame: int, separator: str = "") -> str:
        """
        The label of *frame*, "HH:MM:SS:FF"; FF has three digits above 100 frames per second.

        *separator* stands before FF (";" if the rate drops, else ":"). Labels begin again after 24 hours, both ways.
        """
        frame %= self._per_day
        if self.drop:
            tens, rest = divmod(frame, self._per_ten_minutes)
            minutes = max(0, rest - self._dropped) // (60 * self.nominal - self._dropped)
            frame += self._dropped * (9 * tens + minutes)
        total, frames = divmod(frame, self.nominal)
        separator = separator or (";" if self.drop else ":")
        clock = f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"
        return f"{clock}{separator}{frames:0{self._digits}}"

    def frame_of(self, timecode: str) -> int:
        """
        The frame that *timecode* labels; DocumentError if it is none of this rate.

        The rate says whether labels drop: "01:00:00:02" is read as drop-frame by a drop-frame rate (EDLs write it so),
        but ";" never stands in a non-drop label.
        """
        match = _TIMECODE.fullmatch(timecode.strip())
        if not match:
            raise _bad_timecode(timecode, "Write it as HH:MM:SS:FF.")
        hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
        if hours > 23 or minutes > 59 or seconds > 59 or frames >= self.nominal:
            raise _bad_timecode(timecode, f"At {self} it ends at 23:59:59:{self.nominal - 1:0{self._digits}}.")
        if not self.drop and ";" in timecode:
            raise _bad_timecode(timecode, f"It is drop-frame timecode, but the rate is {self} without drop-frame.")
        if self.drop and frames < self._dropped and seconds == 0 and minutes % 10:
            raise _bad_timecode(timecode, f"Drop-frame timecode at {self.name} skips this label.")
        total_minutes = 60 * hours + minutes
        frame = (60 * total_minutes + seconds) * self.nominal + frames
        return frame - self._dropped * (total_minutes - total_minutes // 10)

    @property
    def _dropped(self) -> int:
        return self.nominal // 15 if self.drop else 0

    @property
    def _per_ten_minutes(self) -> int:
        return 600 * self.nominal - 9 * self._dropped

    @property
    def _per_day(self) -> int:
        return 144 * self._per_ten_minutes

    @property
    def _digits(self) -> int:
        return max(2, len(str(self.nominal - 1)))


def parse_time(text: str) -> int:
    """Milliseconds of a clock time: "1:02:03.5", "02:03,500", "12.5", "12.5s", "250ms", "-1.5"; else DocumentError."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise _bad_time(text)
    sign, hours, minutes, seconds, fraction, unit = match.groups()
    if minutes and (unit or int(seconds) > 59 or (hours and int(minutes) > 59)):
        raise _bad_time(text)
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
    digits = fraction or "0"
    scale = int("1" + "0" * len(digits))
    units = 1 if (unit or "").lower() == "ms" else 1000
    ms = (2 * (whole * scale + int(digits)) * units + scale) // (2 * scale)
    return -ms if sign == "-" else ms


def format_time(ms: int, decimal: str = ".") -> str:
    """The clock time of *ms*, "HH:MM:SS.mmm", with *decimal* before the milliseconds (SRT writes a comma)."""
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    seconds, rest = divmod(ms, 1000)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{decimal}{rest:03}"


def _fraction(value: float | Fraction) -> Fraction:
    try:
        return Fraction(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _bad_rate(str(value), "It must be a number.") from error


def _bad_rate(text: str, hint: str) -> SettingsError:
    return SettingsError("clock.rate", f"{text!r} is not a frame rate.", hint)


def _bad_timecode(text: str, hint: str) -> DocumentError:
    return DocumentError("clock.timecode", f"{text!r} is not a timecode.", hint)


def _bad_time(text: str) -> DocumentError:
    return DocumentError("clock.time", f"{text!r} is not a time.", "Write it as HH:MM:SS.mmm or as seconds.")

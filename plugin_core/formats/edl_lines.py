"""
The lines of an edit decision list (CMX 3600), shared by the cut (``cmx_edl``) and the markers (``marker_edl``).

An EDL does not say its frame rate, and ":" or ";" say little about dropping: CMX-style lists write ":" at drop-frame
too, and only the FCM line tells. The caller's rate counts; without one the labels give the lowest rate that has them.
Our own lists say everything at the end of their title: ``[zimu 29.97 DF 01:00:00;00 +0 ms]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError, ZimuError
from plugin_core.formats.layout import WORD_JOINER, clean
from plugin_core.host import TimelineInfo

LONGEST_LINE = 10_000  # characters; what is longer is no EDL

_CODE = r"\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3}"
_EVENT = re.compile(
    rf"\s*(\d{{1,9}})\s+(\S.{{0,200}}?)\s+([A-Za-z0-9/]{{1,8}})\s+(C|D|W\d{{1,3}}|K\s?[BO]?)(?:\s+(\d{{1,5}}))?"
    rf"\s+({_CODE})\s+({_CODE})\s+({_CODE})\s+({_CODE})\s*",
)
_LIKE_EVENT = re.compile(rf"\s*\d+\s.*{_CODE}")
_OURS = re.compile(r"\s*\[zimu ([0-9.]+(?: DF)?) ([0-9:;]{11,12}) ([-+][0-9]{1,12}) ms\]\s*$")
_HIGHEST = ((24, "24"), (25, "25"), (30, "30"), (50, "50"), (60, "60"))  # labels below: the rate that they tell


@dataclass(slots=True)
class Event:
    """One numbered line. *codes* are source in and out, record in and out as text; *drop* is the FCM above it."""

    line: int
    number: int
    reel: str
    channels: str
    kind: str
    length: int
    codes: tuple[str, str, str, str]
    drop: bool | None = None
    comments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """An EDL taken apart. *drop* is its first FCM; *told* the rate, start and offset that our own lists carry."""

    title: str = ""
    drop: bool | None = None
    events: list[Event] = field(default_factory=list)
    told: tuple[FrameRate, int, int] | None = None


def lines_of(text: str) -> Lines:
    """The events of *text* with their comments; DocumentError "edl.event" for a line that is half an event."""
    found = Lines()
    drop: bool | None = None
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if len(line) > LONGEST_LINE:
            raise DocumentError("edl.line", f"Line {number} of the EDL is too long.", "Check that it is an EDL.")
        if event := _EVENT.fullmatch(line):
            found.events.append(_event(number, event, drop))
        elif line.lstrip().startswith("TITLE:"):
            found.title = line.split(":", 1)[1].strip()
        elif line.lstrip().startswith("FCM"):
            drop = "NON" not in line.upper()
            found.drop = drop if found.drop is None else found.drop
        elif line.strip():
            _comment(number, line, found)
    if ours := _OURS.search(found.title):
        found.told = _told(*ours.groups())
        found.title = found.title[: ours.start()]
    return found


def _event(number: int, match: re.Match[str], drop: bool | None) -> Event:
    kind = match[4].replace(" ", "")
    codes = (match[6], match[7], match[8], match[9])
    return Event(number, int(match[1]), match[2], match[3].upper(), kind, int(match[5] or 0), codes, drop)


def _comment(number: int, line: str, found: Lines) -> None:
    if _LIKE_EVENT.match(line) and "|" not in line:
        raise DocumentError(
            "edl.event",
            f"Line {number} of the EDL is not a complete event: {line.strip()[:80]!r}.",
            "An event has a number, a reel, a channel, an edit type and four timecodes.",
        )
    if found.events:
        found.events[-1].comments.append(line.strip())


def _told(label: str, start: str, offset: str) -> tuple[FrameRate, int, int] | None:
    try:
        rate = FrameRate.parse(label)
        return rate, rate.frame_of(start), int(offset)
    except ZimuError:
        return None


def title_of(info: TimelineInfo) -> str:
    """The title line's text for a list of ours: the timeline's name, and what an EDL else leaves open."""
    name = flat(info.name) or "Zimu"
    return f"{name} [zimu {info.rate.label} {info.start_timecode} {info.offset:+d} ms]"


def rate_of(lines: Lines, asked: FrameRate | None, notes: list[str]) -> FrameRate:
    """
    The rate of the list: *asked*, or its own, or what its labels need; the FCM line says whether it drops.

    FCM DROP at a rate without drop-frame means nothing (some programs write it at 23.976).
    """
    rate = asked or (lines.told[0] if lines.told else None)
    drop = _drops(lines)
    if rate is None:
        rate = _guess(lines, drop)
        notes.append(f"An EDL does not say its frame rate; {rate} was taken, the lowest that has all its timecodes.")
    if drop is None or drop == rate.drop or not _can_drop(rate):
        return rate
    if asked is not None:
        kind = "drop-frame" if drop else "non-drop-frame"
        notes.append(f"The EDL counts {kind} timecode, so {rate.name} was read that way.")
    return FrameRate(rate.fps, drop)


def _drops(lines: Lines) -> bool | None:
    if any(";" in code for event in lines.events for code in event.codes[2:]):
        return True
    return lines.drop


def _can_drop(rate: FrameRate) -> bool:
    return rate.fps.denominator == 1001 and rate.fps.numerator % 30_000 == 0


def _guess(lines: Lines, drop: bool | None) -> FrameRate:
    highest = max((int(re.split("[:;.,]", code)[3]) for event in lines.events for code in event.codes), default=0)
    if drop:
        return FrameRate(Fraction(30_000 if highest < 30 else 60_000, 1001), drop=True)
    return FrameRate.parse(next((name for below, name in _HIGHEST if highest < below), "120"))


def frame_of(code: str, rate: FrameRate, line: int) -> int:
    """The frame that *code* labels; DocumentError "edl.timecode" with the line's number if *rate* has no such label."""
    code = code.replace(",", ":").replace(".", ":")
    try:
        return rate.frame_of(code if rate.drop else code.replace(";", ":"))
    except DocumentError as error:
        raise DocumentError(
            "edl.timecode",
            f"Line {line} of the EDL: {error.message} {error.hint}",
            f"Is the rate {rate} right? Give another one if not.",
        ) from error


def day(rate: FrameRate) -> int:
    """The frames of 24 hours, after which labels begin again."""
    return rate.frame_of(f"23:59:59:{rate.nominal - 1:02}") + 1


def flat(text: str) -> str:
    """*text* on one line and without "|", reversibly: a line break becomes a space, "|" a broken bar."""
    text = clean(text).replace("|", f"{WORD_JOINER}¦")
    return text.replace("\n", f"{WORD_JOINER} ")


def unflat(text: str) -> str:
    """*text* as it was before ``flat``."""
    return text.replace(f"{WORD_JOINER}¦", "|").replace(f"{WORD_JOINER} ", "\n").strip()


def head(info: TimelineInfo) -> Iterator[str]:
    """The lines above the events."""
    yield f"TITLE: {title_of(info)}"
    yield f"FCM: {'DROP FRAME' if info.rate.drop else 'NON-DROP FRAME'}"
    yield ""

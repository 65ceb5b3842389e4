"""The events of a CMX 3600 list: how one track of a programme is written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError
from plugin_core.formats import marker_edl
from plugin_core.formats.edl_lines import flat, head
from plugin_core.formats.placed import Fade, Placed, placed, source_start, speed_of, to_frame, url_of
from plugin_core.host import TimelineInfo

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

_NOT_IN_REELS = re.compile(r"[^A-Z0-9_]")
REEL = 8  # characters; what CMX 3600 and every reader of it takes


@dataclass(slots=True)
class _Writing:
    info: TimelineInfo
    reels: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def rate(self) -> FrameRate:
        return self.info.rate


def write(programme: Programme, *, track: int = 1, markers: bool = True) -> str:
    """
    One video track of *programme* as an EDL; an EDL has no more. Its marks travel as locators of the events.

    Cuts, gaps, dissolves, wipes, constant speeds, freezes and reels travel; a nested timeline is one event. Sources are
    counted at the timeline's rate. DocumentError "edl.no-track" if there is no video track *track*.
    """
    tracks = [other for other in programme.media.tracks if other.kind == "Video"]
    if not 1 <= track <= len(tracks):
        message = f"The timeline has no video track {track}." if tracks else "The timeline has no video track."
        raise DocumentError("edl.no-track", message, "An EDL holds one video track; choose one that is there.")
    writing = _Writing(programme.info)
    shots = [shot for shot in placed(tracks[track - 1], writing.rate) if shot.end > shot.start]
    body: list[tuple[int, list[str]]] = []
    for shot in shots:
        body += _event(shot, writing, _before(shot, shots))
    _add_markers(body, programme if markers else None)
    return "\n".join([*head(programme.info), *(line for _, lines in body for line in lines), ""])


def _before(shot: Placed, shots: list[Placed]) -> Placed | None:
    """The item before a transition; only looked for where there is one."""
    if shot.before is None:
        return None
    at = next(n for n, other in enumerate(shots) if other is shot)
    return shots[at - 1] if at else None


def _event(shot: Placed, writing: _Writing, before: Placed | None) -> Iterator[tuple[int, list[str]]]:
    """The lines of a shot with the frame it begins at; a gap is only written where something fades into it."""
    fade = shot.before
    if shot.is_gap and fade is None:
        return
    writing.number += 1
    start = fade.start if fade else shot.start
    end = shot.after.start if shot.after else shot.end
    if shot.is_gap and fade:
        end = fade.end
    lines = []
    if fade:
        lines.append(_outgoing(before, fade, writing))
    lines.append(_line(writing, _reel(shot, writing), fade, _source(shot, start, end, writing), (start, end)))
    lines += _comments(shot, writing, before if fade else None, with_fade=fade is not None)
    yield start, lines


def _outgoing(before: Placed | None, fade: Fade, writing: _Writing) -> str:
    """The event without length that says what a transition begins with."""
    reel, source = "BL", 0
    if before is not None and not before.is_gap:
        reel, source = _reel(before, writing), _source(before, before.start, fade.start, writing)[1]
    return _line(writing, reel, None, (source, source), (fade.start, fade.start))


def _line(writing: _Writing, reel: str, fade: Fade | None, source: tuple[int, int], record: tuple[int, int]) -> str:
    rate = writing.rate
    codes = [rate.timecode(frame) for frame in source] + [writing.info.timecode(frame) for frame in record]
    kind = f"{_kind(fade):4} {fade.end - fade.start:03}" if fade else "C"
    return f"{writing.number:03}  {reel:8} {'V':5} {kind:8} {' '.join(codes)}"


def _kind(fade: Fade) -> str:
    """A dissolve, or a wipe with the pattern its name tells; other transitions are dissolves in an EDL."""
    found = re.fullmatch(r"Wipe (\d{3})", fade.name)
    return f"W{found[1]}" if found and fade.kind != "SMPTE_Dissolve" else "D"


def _source(shot: Placed, start: int, end: int, writing: _Writing) -> tuple[int, int]:
    """First and last source frame that *shot* shows between two record frames, at the rate of the list."""
    if shot.is_gap:
        return 0, end - start
    first, speed = to_frame(source_start(shot.item), writing.rate), speed_of(shot.item)
    if speed == 0:
        return first, first + 1
    begin = first + _scaled(start - shot.start, abs(speed))
    return max(0, begin), max(0, begin) + max(1, _scaled(end - start, abs(speed)))


def _scaled(frames: int, speed: Fraction) -> int:
    scaled = frames * speed
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)


def _reel(shot: Placed, writing: _Writing) -> str:
    """The reel a clip came with, else eight letters of its media's name; two media never share one."""
    if shot.is_gap:
        return "BL"
    own = shot.item.metadata.get("cmx_3600", {}).get("reel")
    if own:
        return flat(str(own))[:32].replace(" ", "_") or "AX"
    media = url_of(shot.item) or shot.item.name
    if media not in writing.reels:
        writing.reels[media] = _fresh(media, set(writing.reels.values()))
    return writing.reels[media]


def _fresh(media: str, taken: set[str]) -> str:
    stem = PurePath(media.replace("\\", "/")).name.rsplit(".", 1)[0]
    base = _NOT_IN_REELS.sub("", stem.upper())[:REEL]
    if not base or base in {"AX", "BL"}:
        base = "R"
    elif base not in taken:
        return base
    number = next(n for n in range(1, 10**7) if f"{base[: REEL - len(str(n))]}{n}" not in taken)
    return f"{base[: REEL - len(str(number))]}{number}"


def _comments(shot: Placed, writing: _Writing, before: Placed | None, *, with_fade: bool) -> Iterator[str]:
    if not shot.is_gap:
        yield from _speed_lines(shot, writing)
    if before is not None and not before.is_gap:
        yield f"* FROM CLIP NAME: {flat(before.item.name)}"
    if shot.is_gap:
        return
    yield f"* {'TO' if with_fade else 'FROM'} CLIP NAME: {flat(shot.item.name)}"
    if url := url_of(shot.item):
        yield f"* {'TO FILE' if with_fade else 'SOURCE FILE'}: {flat(url)}"


def _speed_lines(shot: Placed, writing: _Writing) -> Iterator[str]:
    speed = speed_of(shot.item)
    if speed == 1:
        return
    first = writing.rate.timecode(_source(shot, shot.start, shot.end, writing)[0])
    number = float(speed * writing.rate.nominal)
    told = f"{number:05.1f}" if abs(round(number, 1) - number) < 1e-9 else f"{number:08.4f}"
    yield f"M2   {_reel(shot, writing):8} {told:>10}                {first}"
    if speed == 0:
        yield "* * FREEZE FRAME"


def _add_markers(body: list[tuple[int, list[str]]], programme: Programme | None) -> None:
    """Every mark below the event it lies in (or the one before it)."""
    if programme is None or not body:
        return
    for frame, line in marker_edl.locators(programme):
        at = max(0, bisect_right(body, frame, key=lambda pair: pair[0]) - 1)
        body[at][1].append(line)

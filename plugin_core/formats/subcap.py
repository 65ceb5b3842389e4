"""
SubCap: the caption text that Avid Media Composer's SubCap effect imports and exports (Import Caption Data).

Every caption is a line with its first and its end timecode, counted with the timeline's start, and then its lines of
text, up to a blank line. Files of Avid are UTF-8 or UTF-16 with a mark; line ends are CRLF.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from plugin_core.errors import DocumentError
from plugin_core.formats.layout import Layout, stacked
from plugin_core.host import DEFAULT_RATE, TimelineInfo

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.timeline import Programme

_HEAD = "@ This file written with the Avid Caption plugin, version 1"
_BEGIN, _END = "<begin subtitles>", "<end subtitles>"
_TIMES = re.compile(r"(\d\d[:;]\d\d[:;]\d\d[:;]\d\d)\s+(\d\d[:;]\d\d[:;]\d\d[:;]\d\d)\s*$")


def sniff(text: str) -> bool:
    """Whether *text* has the marks of a SubCap file."""
    return _BEGIN in text[:10_000] and bool(re.search(r"^\d\d[:;]\d\d[:;]\d\d[:;]\d\d \d\d", text[:20_000], re.M))


def write(programme: Programme, *, layout: Layout = Layout()) -> str:  # noqa: B008 - frozen
    """
    The text of a SubCap file; one that ends before the timeline's start is left out.

    Avid shows one caption at a time: where two overlap the earlier one ends where the next begins.
    """
    info = programme.info
    rows = [(*info.span(cue.start, cue.end), texts) for cue, texts in stacked(programme.document, layout)]
    parts = [_HEAD, "", _BEGIN, ""]
    for number, (frame, frames, texts) in enumerate(rows):
        end = frame + frames
        if number + 1 < len(rows):
            end = min(end, max(frame + 1, rows[number + 1][0]))
        if end > 0:
            lines = "\n".join(text for _, text in texts)
            parts += [f"{info.timecode(max(0, frame))} {info.timecode(end)}", lines, ""]
    parts += [_END, ""]
    return "\r\n".join("\n".join(parts).split("\n"))


def read(text: str, rate: FrameRate | None = None, *, start: str | None = None) -> Programme:
    """
    The captions as a programme in one language, "und". The file names neither its *rate* (25, unless given) nor the
    timeline's *start*: without it the hour of the first caption is taken, with a note.
    """
    from plugin_core.document import Media
    from plugin_core.formats.base import Parsed, RawCue, build
    from plugin_core.timeline import programme_of

    rate = rate or DEFAULT_RATE
    found = list(_captions(text, rate))
    if not found:
        raise DocumentError("document.no-cues", "The file holds no captions.", "Export it from SubCap again.")
    hour = rate.frame_of("01:00:00:00")
    first = rate.frame_of(start) if start else found[0][0] // hour * hour
    cues = [RawCue(rate.ms_at(a - first), rate.ms_at(b - first), (words,)) for a, b, words in found]
    document, repairs = build(Parsed(cues))
    document = replace(document, media=Media(frame_rate=rate))
    info = TimelineInfo(rate, "", first, max(b for _, b, _ in found) - first)
    told = () if start else (f"The timeline is taken to start at {info.start_timecode}.",)
    return replace(programme_of(document, info), notes=(*repairs, *told))


def _captions(text: str, rate: FrameRate) -> list[tuple[int, int, str]]:
    """(first frame, end frame, text) of each caption, frames counted from 00:00:00:00."""
    body = text.replace("\r\n", "\n").split(_BEGIN)[-1].split(_END)[0]
    found: list[tuple[int, int, list[str]]] = []
    for line in body.split("\n"):
        if times := _TIMES.match(line.strip()):
            found.append((rate.frame_of(times[1]), rate.frame_of(times[2]), []))
        elif found and line.strip():
            found[-1][2].append(line.strip())
    return [(a, b, "\n".join(lines)) for a, b, lines in found]

"""
Markers as an EDL: the only way for markers into DaVinci Resolve Free, and a plain one for everything else.

Resolve's form (Timelines > Import > Timeline Markers from EDL) is what Resolve itself exports: a one-frame event at
the marker's absolute record timecode and a line ``note |C:ResolveColorCyan |M:name |D:frames``. The note stands first:
after the tags, or on a ``*`` line, Resolve does not take it for one. A frame holds one marker. The plain form is one
event with ``* LOC:`` lines (Avid's locators), as the AAF-less world exchanges them.

Timecode beyond 24 hours begins again at 0; reading follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from plugin_core.clock import FrameRate
from plugin_core.colours import OTIO, to_host
from plugin_core.document import Document
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats.edl_lines import Event, Lines, day, flat, frame_of, head, lines_of, rate_of, unflat
from plugin_core.formats.marking import marks_of
from plugin_core.host import Marker, TimelineInfo
from plugin_core.markers import markers_of

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

FORMS = ("resolve", "loc")

_TAG = re.compile(r"\s?\|([A-Z]):")
_LOC = re.compile(r"\*?\s*LOC:\s*(\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3})\s*(.*)")
_OURS = re.compile(r"TITLE: .*\[zimu [^\]]*\]\s*\n.*\n\s*001  AX .*\n\* FROM CLIP NAME:.*\n(?:\* LOC:|\Z)")
_BEFORE = 24  # a marker in the last of so many parts of the day lies before the start, not after midnight


def sniff(text: str) -> bool:
    """Whether *text* is an EDL of markers only: Resolve's tags, or a list of ours with locators on one event."""
    begin = text[:20_000]
    if "|C:ResolveColor" in begin:
        return True
    return _OURS.match(begin.removeprefix("\ufeff")) is not None


def write(programme: Programme, *, form: str = "resolve", notes: bool = True, ids: bool = True) -> str:
    """
    The marks of *programme* as an EDL of one of ``FORMS``.

    Without *notes* only names (and in Resolve colours and lengths) travel, without *ids* marks cannot be matched when
    they come back. Events are numbered on beyond 999.
    """
    if form not in FORMS:
        raise SettingsError(
            "settings.marker-edl", f"{form!r} is not a form of marker EDL.", f"Use: {', '.join(FORMS)}."
        )
    if form == "loc":
        body = _locators(programme, notes, ids)
    else:
        markers = markers_of(programme.document, programme.info, one_per_frame=True, ids=ids)
        body = _resolve(markers, programme.info, notes)
    return "\n".join([*head(programme.info), *body, ""])


def _resolve(markers: Iterable[Marker], info: TimelineInfo, notes: bool) -> Iterator[str]:
    for number, marker in enumerate(markers, 1):
        first, last = info.timecode(marker.frame), info.timecode(marker.frame + 1)
        note = flat(marker.note) if notes else ""
        colour = to_host(marker.colour, "resolve")
        yield f"{number:03}  001      V     C        {first} {last} {first} {last}  "
        yield f"{note} |C:ResolveColor{colour} |M:{flat(marker.name)} |D:{marker.frames}"
        yield ""


def _locators(programme: Programme, notes: bool, ids: bool) -> Iterator[str]:
    info = programme.info
    found = list(locators(programme, notes=notes, ids=ids))
    last = max([info.duration, *(frame + 1 for frame, _ in found), 1])
    codes = (info.rate.timecode(0), info.rate.timecode(last), info.timecode(0), info.timecode(last))
    yield f"001  AX       V     C        {' '.join(codes)}"
    yield f"* FROM CLIP NAME: {flat(info.name) or 'Zimu'}"
    yield from (line for _, line in found)


def locators(programme: Programme, *, notes: bool = True, ids: bool = True) -> Iterator[tuple[int, str]]:
    """The frame and the ``* LOC:`` line of every mark. With *notes* the line ends with the note and the length."""
    info = programme.info
    for marker in markers_of(programme.document, info, ids=ids):
        more = f" | {flat(marker.note)} |D:{marker.frames}" if notes else ""
        colour = to_host(marker.colour, "otio")
        yield marker.frame, f"* LOC: {info.timecode(marker.frame)} {colour:7} {flat(marker.name)}{more}".rstrip()


def read(text: str, rate: FrameRate | None = None, *, start: str | None = None) -> Programme:
    """
    The markers in an EDL, of either form; a cut beside them is not read (``cmx_edl`` does).

    An EDL says neither *rate* nor *start*, the timecode of the timeline's first frame: without them (and without our
    title) the lowest rate that has its labels and the full hour of its first marker are taken, which the notes say.
    DocumentError if it is no EDL or has no markers.
    """
    from opentimelineio import schema

    from plugin_core.timeline import Programme, rational

    lines = lines_of(text)
    notes: list[str] = []
    exact = rate_of(lines, rate, notes)
    found = list(markers_in(lines, exact))
    if not found:
        raise DocumentError(
            "edl.no-markers",
            "The EDL holds no markers.",
            "Markers are lines with |C: and |M:, or * LOC: lines; is it a cut list?",
        )
    first, offset = _start(lines, exact, start, found[0][0].frame, notes)
    markers = list(_placed((marker for marker, _ in found), first, day(exact)))
    last = max(marker.frame + marker.frames for marker in markers)
    info = TimelineInfo(exact, lines.title, first, max(1, last), offset)
    marks = marks_of(markers, info, found[0][1], notes)
    media = schema.Timeline(name=lines.title, global_start_time=rational(first, exact))
    return Programme(Document(marks=marks), info, media, tuple(notes))


def _start(lines: Lines, rate: FrameRate, asked: str | None, earliest: int, notes: list[str]) -> tuple[int, int]:
    """The frame of the timeline's start and the offset of the media in it."""
    offset = lines.told[2] if lines.told else 0
    if asked is not None:
        return rate.frame_of(asked), offset
    if lines.told:
        return lines.told[1], offset
    first = rate.frame_of(f"{rate.timecode(earliest)[:2]}:00:00:00")
    if first:
        notes.append(f"The EDL does not say where the timeline starts; {rate.timecode(first)} was taken.")
    return first, 0


def _placed(markers: Iterable[Marker], start: int, per_day: int) -> Iterator[Marker]:
    """*markers* counted from *start*; labels after midnight begin again at 0."""
    for marker in markers:
        frame = (marker.frame - start) % per_day
        before = frame >= per_day - per_day // _BEFORE
        yield Marker("", frame - per_day if before else frame, marker.frames, marker.name, marker.note, marker.colour)


def markers_in(lines: Lines, rate: FrameRate) -> Iterator[tuple[Marker, str]]:
    """Every marker at its absolute frame, with the palette its colour is from."""
    for event in lines.events:
        tagged = next((n for n, line in enumerate(event.comments) if _TAG.search(line)), None)
        located = any(_LOC.match(line) for line in event.comments)
        if tagged is not None and not located:
            yield _tagged(event, tagged, rate), "resolve"
            continue
        for line in event.comments:
            if match := _LOC.match(line):
                yield _locator(match[1], match[2], rate, event.line), "otio"


def _tagged(event: Event, at: int, rate: FrameRate) -> Marker:
    """Resolve's marker: the note may have lines above the tags' own."""
    line = event.comments[at]
    parts = _TAG.split(line)
    tags = dict(zip(parts[1::2], parts[2::2], strict=True))
    note = "\n".join([*event.comments[:at], parts[0]]).strip()
    frame = frame_of(event.codes[2], rate, event.line)
    frames = tags.get("D", "").strip()
    colour = tags.get("C", "").strip().removeprefix("ResolveColor")
    length = max(1, int(frames)) if frames.isascii() and frames.isdigit() and len(frames) < 13 else 1
    return Marker("", frame, length, unflat(tags.get("M", "")), unflat(note), colour)


def _locator(code: str, rest: str, rate: FrameRate, line: int) -> Marker:
    word, _, text = rest.strip().partition(" ")
    colour = word.upper() if word.upper() in OTIO else ""
    text = text if colour else rest
    name, _, more = text.partition(" | ")
    note, _, frames = more.rpartition(" |D:") if " |D:" in more else (more, "", "")
    length = max(1, int(frames)) if frames.isascii() and frames.isdigit() and len(frames) < 13 else 1
    return Marker("", frame_of(code, rate, line), length, unflat(name), unflat(note), colour)

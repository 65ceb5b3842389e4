"""
Final Cut Pro's story elements followed to the timeline they belong to: what is seen, heard, read and marked, and when.

Every element has a local time that begins at its ``start``; its connected items and markers are placed in it. Two
things change how fast local time runs: a ``conform-rate`` that scales (25 fps media played frame by frame at 24), and a
``timeMap``, whose ``time`` is local and whose ``value`` is the file's own. All times are exact seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats.fcpxml_source import Library, Source
from plugin_core.formats.fcpxml_time import parse_time

MOST = 400_000  # placed items; compound clips inside each other could otherwise multiply without end
DEEPEST = 40  # compound clips in each other

CLIPS = {"asset-clip", "clip", "video", "audio", "ref-clip", "sync-clip", "mc-clip", "gap", "title", "live-drawing"}
_CONNECTED = CLIPS | {"caption", "spine", "audition"}
_HOLDERS = {"clip", "sync-clip"}  # their items without a lane are their content, those with one are connected to them
_TRANSITION_START = Fraction(3600)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a clip played at one speed: *start* to *end* on the timeline, from *media* seconds of the source on."""

    start: Fraction
    end: Fraction
    media: Fraction
    speed: Fraction


@dataclass(slots=True)
class Placed:
    """Media on the timeline. *source* is a file, a generator or (tracks to come) a compound clip's own story."""

    kind: str
    lane: int
    piece: Piece
    source: Source | Nested
    name: str
    enabled: bool = True


@dataclass(slots=True)
class Nested:
    """The story inside a compound or multicam clip; times count from its own first frame."""

    story: Story
    rate: FrameRate


@dataclass(frozen=True, slots=True)
class Text:
    """A caption or title: timeline seconds, text, role and note."""

    start: Fraction
    end: Fraction
    text: str
    role: str
    note: str
    title: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A marker: timeline seconds, name, note, and "", "chapter", "open" or "done" (a to-do)."""

    start: Fraction
    end: Fraction
    name: str
    note: str
    sort: str


@dataclass(slots=True)
class Cut:
    """A transition over the timeline from *start* to *end*."""

    lane: int
    start: Fraction
    end: Fraction
    name: str


@dataclass(slots=True)
class Story:
    """The walk through one timeline. *told* counts what could not be followed, by sentence."""

    library: Library
    rate: FrameRate
    depth: int = 0
    told: Counter[str] = field(default_factory=Counter)
    placed: list[Placed] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    end: Fraction = Fraction(0)

    def spine(self, spine: ET.Element, zero: Fraction, lane: int = 0) -> None:
        """Follow the items of a ``spine``; *zero* is where on the timeline its own time 0 lies."""
        cursor = max(zero, Fraction(0))
        for child in spine:
            at = zero + _time(child, "offset") if child.get("offset") else cursor
            if child.tag == "transition":
                self._transition(child, at, lane)
            elif child.tag in CLIPS or child.tag == "audition":
                cursor = at + self.clip(child, at, lane)
        self.end = max(self.end, cursor)

    def clip(self, element: ET.Element, at: Fraction, lane: int) -> Fraction:
        """Follow one item that begins at *at*, and all that is connected to it; its length on the timeline."""
        if element.tag == "audition":  # the first is the one chosen
            chosen = next((child for child in element if child.tag in CLIPS), None)
            return self.clip(chosen, at, lane) if chosen is not None else Fraction(0)
        start, duration = self.library.span(element)
        factor = self._factor(element)
        self._media(element, list(_pieces(element, at, start, duration, factor)), lane)
        if element.tag == "title":
            self._text(element, at, duration, lane=lane)
        length = duration / factor
        for child in element:
            if child.tag in {"marker", "chapter-marker"}:
                self._flag(child, start, length, at, factor)
            elif child.tag in _CONNECTED:
                place = _time(child, "offset") - start
                place = at + (place if factor == 1 else place * factor)
                if child.tag == "caption":
                    self._text(child, place, _time(child, "duration"))
                else:
                    self._connected(element, child, place, lane)
        return duration

    def _connected(self, parent: ET.Element, child: ET.Element, place: Fraction, lane: int) -> None:
        own = _lane(child)
        if own == 0 and parent.tag in _HOLDERS:
            return  # its content: see _media
        total = lane + own or own or 1
        if child.tag == "spine":
            self.spine(child, place, total)
        else:
            self.clip(child, place, total)

    def _factor(self, element: ET.Element) -> Fraction:
        """Seconds of the timeline per second of the element's local time."""
        conform = element.find("conform-rate")
        if conform is None or conform.get("scaleEnabled") == "0" or not conform.get("srcFrameRate"):
            return Fraction(1)
        try:
            return FrameRate.parse(conform.get("srcFrameRate", "")).fps / self.rate.fps
        except SettingsError as error:
            raise DocumentError("fcpxml.rate", f"A clip is conformed from no rate: {error.message}") from error

    def _media(self, element: ET.Element, pieces: list[Piece], lane: int) -> None:
        """Place what *element* shows and plays in *pieces*."""
        enabled = element.get("enabled") != "0"
        for kind, source, shift in self._sources(element):
            split = element.get("audioStart") and element.get("audioDuration") and element.find("timeMap") is None
            if kind == "Audio" and split:  # sound that begins before or ends after its picture
                begin, whole = _time(element, "audioStart"), pieces[0]
                where = whole.start + (begin - whole.media) / whole.speed
                heard = [Piece(where, where + _time(element, "audioDuration"), begin, whole.speed)]
            else:
                heard = pieces
            for piece in heard:
                moved = Piece(piece.start, piece.end, piece.media + shift, piece.speed)
                self._place(Placed(kind, lane, moved, source, element.get("name", ""), enabled))

    def _place(self, placed: Placed) -> None:
        self.placed.append(placed)
        self.library.count += 1
        if self.library.count > MOST:
            raise DocumentError(
                "fcpxml.too-large", "The compound clips of the file hold too much to unfold.", "Export one project."
            )

    def _sources(self, element: ET.Element) -> Iterator[tuple[str, Source | Nested, Fraction]]:
        """(kind, source, seconds from the element's local time to the source's) of what *element* shows and plays."""
        enable = element.get("srcEnable", "all")
        if element.tag in {"asset-clip", "video", "audio"}:
            yield from self._file(element, enable, Fraction(0))
        elif element.tag in _HOLDERS:
            yield from self._content(element)
        elif element.tag in {"ref-clip", "mc-clip"}:
            yield from self._compound(element, enable)

    def _file(self, element: ET.Element, enable: str, shift: Fraction) -> Iterator[tuple[str, Source, Fraction]]:
        source = self.library.source(element.get("ref", ""))
        if source is None:
            self.told["clip of a resource that the file does not declare, left out"] += 1
            return
        if element.tag == "audio":
            yield "Audio", source, shift
        elif element.tag == "video":
            yield "Video", source, shift
        else:
            for kind, there in (("Video", source.video), ("Audio", source.audio)):
                if there and enable in {"all", kind.lower()}:
                    yield kind, source, shift

    def _content(self, element: ET.Element) -> Iterator[tuple[str, Source | Nested, Fraction]]:
        """The file inside a ``clip`` or ``sync-clip``: its first picture and first sound, or its own storyline."""
        inside = [child for child in element if child.tag in CLIPS | {"spine", "audition"} and _lane(child) == 0]
        if len(inside) == 1 and inside[0].tag not in {"spine", "audition", "ref-clip", "mc-clip"}:
            first: dict[str, tuple[str, Source, Fraction]] = {}
            for found in self._leaves(inside[0], Fraction(0)):
                first.setdefault(found[0], found)
            yield from first.values()
        elif inside:
            nested = self._deeper(self.rate)
            origin = min(_time(child, "offset") for child in inside)
            for child in inside:
                if child.tag == "spine":
                    nested.spine(child, _time(child, "offset") - origin)
                else:
                    nested.clip(child, _time(child, "offset") - origin, 0)
            yield "Video", Nested(nested, self.rate), -origin

    def _leaves(self, element: ET.Element, shift: Fraction) -> Iterator[tuple[str, Source, Fraction]]:
        """Every file below *element*, outermost first; *shift* leads from the clip's local time to the parent's."""
        start, _ = self.library.span(element)
        shift += start - _time(element, "offset")
        if element.tag in {"asset-clip", "video", "audio"}:
            yield from self._file(element, element.get("srcEnable", "all"), shift)
        for child in element:
            if child.tag in CLIPS:
                yield from self._leaves(child, shift)

    def _compound(self, element: ET.Element, enable: str) -> Iterator[tuple[str, Source | Nested, Fraction]]:
        media = self.library.media.get(element.get("ref", ""))
        inner = next(iter(media), None) if media is not None else None
        if inner is None:
            self.told["compound clip whose content is not in the file, left out"] += 1
            return
        first = _time(inner, "tcStart")
        rate = self.library.rate(inner.get("format", "")) or self.rate
        nested = self._deeper(rate)
        if inner.tag == "multicam":
            _angles(nested, element, inner, first)
        else:
            for spine in inner.findall("spine"):
                nested.spine(spine, zero_of(spine, first))
        if nested.texts:
            self.told["caption or title inside a compound clip, left out"] += len(nested.texts)
        begins = element.get("start")
        shift = -first if not begins or parse_time(begins) >= first else Fraction(0)
        yield ("Audio" if enable == "audio" else "Video"), Nested(nested, rate), shift

    def _deeper(self, rate: FrameRate) -> Story:
        if self.depth >= DEEPEST:
            raise DocumentError("fcpxml.too-deep", "The file's compound clips hold themselves.", "It is damaged.")
        return Story(self.library, rate, self.depth + 1)

    def _text(self, element: ET.Element, at: Fraction, duration: Fraction, lane: int = 1) -> None:
        if element.get("enabled") == "0":
            self.told["caption or title that is switched off, left out"] += 1
            return
        text = "\n".join(filter(None, (_characters(child) for child in element.findall("text"))))
        note = element.findtext("note") or ""
        title = element.tag == "title"
        self.texts.append(Text(at, at + duration, text, element.get("role", ""), note, title))
        if title and lane == 0:
            self.told["title of the primary storyline, read as a cue over a gap"] += 1

    def _flag(self, marker: ET.Element, start: Fraction, length: Fraction, at: Fraction, factor: Fraction) -> None:
        """A marker, if it lies in the part of the clip that is used; Final Cut Pro hides the others."""
        own = _time(marker, "start")
        late = own - start
        if not 0 <= late < length:
            self.told["marker outside the used part of its clip, which Final Cut Pro hides, left out"] += 1
            return
        when = at + (late if factor == 1 else late * factor)
        done = marker.get("completed")
        sort = (
            "chapter" if marker.tag == "chapter-marker" else "" if done is None else "done" if done == "1" else "open"
        )
        end = when + _time(marker, "duration")
        self.flags.append(Flag(when, end, marker.get("value", ""), marker.get("note", ""), sort))

    def _transition(self, element: ET.Element, at: Fraction, lane: int) -> None:
        duration = _time(element, "duration")
        self.cuts.append(Cut(lane, at, at + duration, element.get("name", "")))
        for marker in element:
            if marker.tag in {"marker", "chapter-marker"}:
                late = _time(marker, "start") >= _TRANSITION_START
                self._flag(marker, _TRANSITION_START if late else Fraction(0), duration, at, Fraction(1))


def _angles(nested: Story, clip: ET.Element, multicam: ET.Element, first: Fraction) -> None:
    """Follow the angles that a multicam clip shows and plays; the first one if it names none."""
    angles = {angle.get("angleID", ""): angle for angle in multicam.findall("mc-angle")}
    sources = clip.findall("mc-source")
    for kind in ("Video", "Audio"):
        chosen = [one.get("angleID", "") for one in sources if one.get("srcEnable", "all") in {"all", kind.lower()}]
        names = chosen if sources else list(angles)[:1]
        for lane, name in enumerate(name for name in names if name in angles):
            inner = Story(nested.library, nested.rate, nested.depth, nested.told)
            inner.spine(angles[name], zero_of(angles[name], first))
            signed = -lane if kind == "Audio" else lane
            for placed in inner.placed:
                if placed.kind == kind:
                    placed.lane += signed
                    nested.placed.append(placed)
            nested.end = max(nested.end, inner.end)


def zero_of(spine: ET.Element, first: Fraction) -> Fraction:
    """Where the spine's own time 0 lies if its timeline begins at *first*; some programs count its items from 0."""
    offsets = [_time(child, "offset") for child in spine if child.get("offset")]
    return -first if not offsets or offsets[0] >= first else -min(offsets)


def _pieces(
    element: ET.Element, at: Fraction, start: Fraction, duration: Fraction, factor: Fraction
) -> Iterator[Piece]:
    """The parts of an element that play at one speed each: one, or as many as its timeMap has stretches."""
    end = start + duration / factor
    points = [(_time(point, "time"), _time(point, "value")) for point in element.findall("timeMap/timept")]
    stretches = [(one, two) for one, two in pairwise(sorted(points)) if two[0] > one[0]]
    if not stretches:
        yield Piece(at, at + duration, start, 1 / factor)
        return
    for number, ((time, value), (later, then)) in enumerate(stretches):
        slope = (then - value) / (later - time)
        begin = start if number == 0 else max(start, time)
        stop = end if number == len(stretches) - 1 else min(end, later)
        if stop > begin:
            media = value + (begin - time) * slope
            yield Piece(at + (begin - start) * factor, at + (stop - start) * factor, media, slope / factor)


def _characters(text: ET.Element) -> str:
    """The words of a ``text`` element: its runs of one style joined; white space between them is layout."""
    runs = [text.text or ""] if (text.text or "").strip() else []
    for run in text:
        runs.append("".join(run.itertext()))
        runs += [run.tail or ""] if (run.tail or "").strip() else []
    return "".join(runs)


def _time(element: Any, name: str) -> Fraction:
    text = element.get(name)
    return parse_time(text, name) if text else Fraction(0)


def _lane(element: ET.Element) -> int:
    try:
        return max(-1000, min(1000, int(element.get("lane", "0"))))
    except ValueError as error:
        raise DocumentError("fcpxml.lane", f"{element.get('lane')!r} is no lane.", "The file is damaged.") from error

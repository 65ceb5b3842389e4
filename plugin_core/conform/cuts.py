"""
The pieces of a programme: which stretch of which media plays where, exactly.

OpenTimelineIO's own rules decide what lies where (an effect never changes the length of a clip; a transition takes no
time, so the cut is where it would be without one). Rates are exact (``FrameRate.nearest``), times exact fractions of a
second; a value within a millionth of a whole frame is that frame, for OTIO holds floats.
"""

from __future__ import annotations

import math
import posixpath
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from plugin_core.clock import HIGHEST, FrameRate
from plugin_core.errors import DocumentError

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

VIDEO, AUDIO = "video", "audio"
REVERSE, FREEZE, REMAPPED = "reverse", "freeze", "remapped"  # what ``Piece.held`` may be
DEEPEST = 60  # compositions within each other; real programmes have at most a handful
ZERO, ONE = Fraction(0), Fraction(1)
_WHOLE = 1e-6  # of a frame
_SAME_SPEED = 1e-7  # a speed is written as a float, often of 32 bits: 0.699999988 is 7/10
_WINDOWS = re.compile(r"/?([A-Za-z]:(?:[\\/].*)?|\\\\.+|//[^/].*)", re.S)
_SLOWEST = 10  # frames per second; below it a rate is a count of seconds or the like
_OTHER = "other"
_GENERATED = "generated:"
_NAMED = "name:"
_NESTED = "compound:"


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A stretch of one media on one track.

    *start* and *end* are seconds from the timeline's first frame; *source_start* and *source_end* seconds in the
    media's own time, which begins at *origin* (its timecode; None: not known). *media* is ``media_key``, "" if unknown.
    *speed* is media time per timeline time. *held* is set for what plays backwards (below 0), stands still (0) or is
    remapped; then the source range is what the clip names, not what is seen when. *track* counts from 0 within its
    *kind*, bottom first; *frame* is the length of a frame of the media, 0 if not known.
    """

    media: str
    source_start: Fraction
    source_end: Fraction
    start: Fraction
    end: Fraction
    speed: Fraction = ONE
    kind: str = VIDEO
    track: int = 0
    track_name: str = ""
    name: str = ""
    origin: Fraction | None = None
    held: str = ""
    frame: Fraction = ZERO

    @property
    def generated(self) -> bool:
        """Whether the host makes the picture itself: a title, a colour, bars."""
        return self.media.startswith(_GENERATED)


def pieces(programme: Programme) -> tuple[Piece, ...]:
    """The pieces of a programme's enabled clips, by kind, track and time; DocumentError if a time is no time."""
    return survey(programme)[0]


def survey(programme: Programme) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """``pieces``, and what could not be read, as sentences."""
    walk = _Walk()
    whole = walk.child(programme.media.tracks, 0, ZERO, ())
    walk.item(whole, None, _Place(ZERO))
    found = walk.numbered()
    found.sort(key=lambda piece: (piece.kind, piece.track))  # those of a track are in its order
    return tuple(found), tuple(dict.fromkeys(walk.notes))


def media_key(url: str, name: str = "") -> str:
    """
    What tells one media from another: its path, as far as spelling goes, else "name:" and *name*; "" if neither is.

    A file URI and a bare path are the same, so are ``\\`` and ``/``, the case of a Windows path, and the composed and
    the decomposed form of a letter (NFC). Other URLs are taken as they are.
    """
    text = url.strip()
    if text:
        return _path(text)
    bare = normalize("NFC", name.strip()).casefold()
    return _NAMED + bare if bare else ""


@lru_cache(maxsize=4096)
def _path(url: str) -> str:
    from plugin_core.timeline import media_path

    path = normalize("NFC", media_path(url))
    if "://" in path:
        return path
    windows = _WINDOWS.fullmatch(path)
    if windows:
        path = windows[1].replace("\\", "/").casefold()
    elif "/" not in path:
        path = path.replace("\\", "/")
    root = "//" if windows and path.startswith("//") else ""
    return root + posixpath.normpath(path).lstrip("/") if root else posixpath.normpath(path)


def file_name(key: str) -> str:
    """The file name in a ``media_key``, or the name it stands for, in small letters."""
    return key.removeprefix(_NAMED).rsplit("/", 1)[-1].casefold()


def is_file(key: str) -> bool:
    """Whether a ``media_key`` stands for a media, not for what the host makes or a compound clip; "" is none."""
    return bool(key) and not key.startswith((_GENERATED, _NESTED))


def seconds(time: Any) -> Fraction:
    """An OTIO time as exact seconds; DocumentError if it is not a finite number at a rate above 0."""
    return _seconds(time.value, time.rate)


@lru_cache(maxsize=4096)
def _seconds(value: float, rate: float) -> Fraction:
    if not math.isfinite(value) or not math.isfinite(rate) or rate <= 0:
        raise DocumentError("cuts.time", f"{value} at {rate} frames per second is no time.", "Export the cut again.")
    whole = round(value)
    exact = _rate(rate)
    if abs(value - whole) <= _WHOLE:
        return Fraction(whole * exact.denominator, exact.numerator)
    return Fraction(value).limit_denominator(1_000_000) / exact


@lru_cache(maxsize=256)
def _rate(rate: float) -> Fraction:
    """The exact rate; one above what frames have is a sample rate and taken as it is."""
    return FrameRate.nearest(rate).fps if rate <= HIGHEST else Fraction(rate).limit_denominator(1000)


@lru_cache(maxsize=256)
def _frame(rate: float) -> Fraction:
    """How long a frame is, 0 if *rate* is none of frames."""
    return 1 / _rate(rate) if _SLOWEST <= rate <= HIGHEST else ZERO


_Part = tuple[Fraction, Fraction] | None  # from where to where of an item's length; None: all of it


class _Child(NamedTuple):
    """An item of a composition: its number there, where it begins, its length, and its own time's first moment."""

    item: Any
    number: int
    start: Fraction
    length: Fraction
    own: Fraction


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item comes to lie: at *at* on the timeline, *speed* of its seconds in one, in a track of *kind*."""

    at: Fraction
    speed: Fraction = ONE
    kind: str = ""  # outside of a track
    track: tuple[int, ...] = ()  # the numbers that lead to it
    track_name: str = ""


class _Walk:
    """One pass over a timeline."""

    def __init__(self) -> None:
        from opentimelineio import schema

        self.schema = schema
        self.found: list[tuple[tuple[int, ...], dict[str, Any]]] = []
        self.notes: list[str] = []
        self.laid_out: dict[tuple[int, ...], list[_Child]] = {}

    def numbered(self) -> list[Piece]:
        """The pieces with their tracks counted, nested ones too, bottom first."""
        number: dict[tuple[str, tuple[int, ...]], int] = {}
        for kind in (VIDEO, AUDIO):
            paths = sorted({path for path, values in self.found if values["kind"] == kind})
            number |= {(kind, path): index for index, path in enumerate(paths)}
        return [Piece(track=number[values["kind"], path], **values) for path, values in self.found]

    def item(self, child: _Child, part: _Part, place: _Place) -> None:
        """An item, or a *part* of its length; the first of it is at ``place.at``."""
        item, schema = child.item, self.schema
        if isinstance(item, schema.Clip):
            self.clip(child, part, place)
        elif isinstance(item, schema.Stack | schema.Track):
            speed, held = _speed(item)
            if held:
                name = item.name or "A compound clip"
                self.notes.append(f"{name} plays {_WORDS[held]}: what is in it is not looked at.")
                self.clip(child, part, place)
                return
            begin, end = part or (ZERO, child.length)
            whole = part is None and item.source_range is None and speed == 1
            window = None if whole else (child.own + begin * speed, child.own + end * speed)
            self.composition(item, window, place if speed is ONE else replace(place, speed=place.speed * speed))

    def composition(self, whole: Any, window: _Part, place: _Place) -> None:
        """What a stack or a track shows, in *window* of its own time, if not from first to last."""
        sound_only = place.kind == AUDIO and any(_kind(item) == AUDIO for item in whole)
        children = self.children(whole, place.track)
        if window and (window[1] <= 0 or all(window[0] >= child.start + child.length for child in children)):
            window = ZERO, window[1] - window[0]  # a window on nothing: old EDL readers write such
        for child in children:
            kind = _kind(child.item)
            if not child.length or not getattr(child.item, "enabled", True) or kind == _OTHER:
                continue
            if sound_only and kind == VIDEO:
                continue  # a compound clip in a sound track plays its sound tracks
            part, after = None, child.start
            if window:
                part = max(ZERO, window[0] - child.start), min(child.length, window[1] - child.start)
                if part[0] >= part[1]:
                    continue
                after = child.start + part[0] - window[0]
            after = after if place.speed is ONE else after / place.speed
            at = place.at + after if place.at else after
            name = place.track_name or (child.item.name if kind else "")
            kind = place.kind if place.kind == AUDIO else kind or place.kind
            self.item(child, part, _Place(at, place.speed, kind, (*place.track, child.number), name))

    def clip(self, child: _Child, part: _Part, place: _Place) -> None:
        clip = child.item
        speed, held = _speed(clip)
        used = abs(speed) if held != FREEZE else ONE
        media, origin, frame = self.source(clip) if isinstance(clip, self.schema.Clip) else _nest(clip)
        begin, end = part or (ZERO, child.length)
        length = end - begin if part else child.length
        values = {
            "media": media,
            "source_start": child.own + begin * used if part else child.own,
            "source_end": child.own + (end if used is ONE else end * used),
            "start": place.at,
            "end": place.at + (length if place.speed is ONE else length / place.speed),
            "speed": speed if place.speed is ONE else speed * place.speed,
            "kind": place.kind or VIDEO,
            "track_name": place.track_name,
            "name": clip.name,
            "origin": origin,
            "held": held,
            "frame": frame,
        }
        self.found.append((place.track[:-1], values))  # the clip's own number says nothing

    def source(self, clip: Any) -> tuple[str, Fraction | None, Fraction]:
        """The media of a clip: its key, where its time begins and how long its frame is."""
        reference = self.reference(clip)
        available = getattr(reference, "available_range", None)
        origin = seconds(available.start_time) if available else None
        times = available or clip.source_range
        return self.key(clip, reference), origin, _frame(times.start_time.rate) if times else ZERO

    def key(self, clip: Any, reference: Any) -> str:
        schema = self.schema
        name = getattr(reference, "name", "") or clip.name
        if isinstance(reference, schema.GeneratorReference):
            return f"{_GENERATED}{reference.generator_kind}:{name}"
        if isinstance(reference, schema.ImageSequenceReference):
            file = f"{reference.name_prefix}{'#' * reference.frame_zero_padding}{reference.name_suffix}"
            base = reference.target_url_base.rstrip("/\\")
            return media_key(f"{base}/{file}" if base else file, name)
        return media_key(getattr(reference, "target_url", "") or "", name)

    def reference(self, clip: Any) -> Any:
        """The active media reference, or another one of the clip if that one is missing."""
        active = clip.media_reference
        if active is None or isinstance(active, self.schema.MissingReference):
            others = clip.media_references().values()
            return next((one for one in others if not isinstance(one, self.schema.MissingReference)), active)
        return active

    def children(self, whole: Any, path: tuple[int, ...]) -> list[_Child]:
        """What lies where in a composition's own time, which begins at 0; found once."""
        if len(path) > DEEPEST:
            message = f"Compound clips lie more than {DEEPEST} deep in each other."
            raise DocumentError("cuts.depth", message, "Flatten the nested timelines and export the cut again.")
        if path not in self.laid_out:
            at = ZERO
            in_a_row = isinstance(whole, self.schema.Track)
            found = self.laid_out[path] = []
            for number, item in enumerate(whole):
                if isinstance(item, self.schema.Transition):
                    continue
                found.append(self.child(item, number, at, (*path, number)))
                at += found[-1].length if in_a_row else ZERO
        return self.laid_out[path]

    def child(self, item: Any, number: int, at: Fraction, path: tuple[int, ...]) -> _Child:
        times = getattr(item, "source_range", None)
        if times is None and isinstance(item, self.schema.Clip):
            times = getattr(self.reference(item), "available_range", None)
        if times is not None:
            start, length = seconds(times.start_time), seconds(times.duration)
            length = length if times.duration.value > 0 else ZERO
        elif isinstance(item, self.schema.Stack | self.schema.Track):
            found = self.children(item, path)
            start, length = ZERO, max((child.start + child.length for child in found), default=ZERO)
        else:
            start = length = ZERO
            self.notes.append(f"{item.name or type(item).__name__} has no length: it is left out.")
        return _Child(item, number, at, length, start)


def _kind(item: Any) -> str:
    """The kind of a track, "" for what is none; subtitle tracks and the like are of another kind."""
    kind = getattr(item, "kind", None)
    return "" if kind is None else {"video": VIDEO, "audio": AUDIO}.get(str(kind).lower(), _OTHER)


def _nest(item: Any) -> tuple[str, Fraction | None, Fraction]:
    """A compound clip that cannot be looked into, as if it were a media."""
    return (f"{_NESTED}{item.name}" if item.name else ""), None, ZERO


_WORDS = {REVERSE: "backwards", FREEZE: "as a still", REMAPPED: "at a changing speed"}


def _speed(item: Any) -> tuple[Fraction, str]:
    """Media time per timeline time, and how the item is held ("": it plays)."""
    if not item.effects:
        return ONE, ""
    from opentimelineio import schema

    speed = ONE
    for effect in item.effects:
        if not isinstance(effect, schema.TimeEffect) or not getattr(effect, "enabled", True):
            continue
        if not isinstance(effect, schema.LinearTimeWarp) or not math.isfinite(effect.time_scalar):
            return ONE, REMAPPED
        speed *= _scalar(effect.time_scalar)
    if speed > 0:
        return speed, ""
    return speed, REVERSE if speed < 0 else FREEZE


@lru_cache(maxsize=256)
def _scalar(value: float) -> Fraction:
    near = Fraction(value).limit_denominator(10_000)
    return near if abs(near - Fraction(value)) < _SAME_SPEED else Fraction(value).limit_denominator(10**9)

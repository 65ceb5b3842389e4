"""The media tracks of an xmeml sequence, read: clip items, nested sequences, transitions and speeds as OTIO."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from plugin_core.clock import FrameRate
from plugin_core.colours import to_host
from plugin_core.formats.placed import to_frame
from plugin_core.formats.xmeml_speed import retimed
from plugin_core.formats.xmeml_values import marker_colour, number, path_of, rate_in, ticks
from plugin_core.timeline import rational

DEEPEST = 16  # sequences in sequences
TEXTS = {"text", "outlinetext", "outline text", "lower 3rd", "lowerthird", "scrolling text", "crawl", "graphicandtype"}

_OPEN = {None, -1}  # an end that a transition says


@dataclass(frozen=True, slots=True)
class TextItem:
    """A generator that shows text, from frame *start* up to *end* of the sequence; *note* is its log note."""

    start: int
    end: int
    text: str
    note: str = ""


@dataclass(slots=True)
class Cutting:
    """What the elements of a file share: definitions by id, sentences for the user, and how deep we are."""

    files: dict[str, Element]
    sequences: dict[str, Element]
    notes: Counter[str] = field(default_factory=Counter)
    inside: list[str] = field(default_factory=list)

    @staticmethod
    def of(root: Element) -> Cutting:
        """The files and sequences that are defined anywhere in the file; elsewhere they are only named."""
        files = {each.get("id", ""): each for each in root.iter("file") if len(each)}
        sequences = {each.get("id", ""): each for each in root.iter("sequence") if len(each)}
        return Cutting(files, sequences)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an item lies, and how many frames of it a transition hides before its start."""

    start: int
    end: int
    hidden: int


def tracks_of(sequence: Element, rate: FrameRate, cutting: Cutting) -> Iterator[tuple[Any, list[TextItem]]]:
    """
    Every track with the texts on it, which are not in the track. Of a stereo track that Premiere wrote as two only the
    first is taken.
    """
    for kind, tag in (("Video", "video"), ("Audio", "audio")):
        number_ = 0
        for element in sequence.iterfind(f"media/{tag}/track"):
            if (element.get("currentExplodedTrackIndex") or "0") not in {"0", ""}:
                continue
            number_ += 1
            yield _track(element, kind, number_, rate, cutting)


def _track(element: Element, kind: str, place: int, rate: FrameRate, cutting: Cutting) -> tuple[Any, list[TextItem]]:
    from opentimelineio import schema

    name = element.get("MZ.TrackName") or (element.findtext("name") or "").strip() or f"{kind} {place}"
    track = schema.Track(name=name, kind=kind)
    track.enabled = _is_true(element, "enabled")
    texts: list[TextItem] = []
    filling = _Filling(track, rate)
    items = [item for item in element if item.tag in {"clipitem", "generatoritem", "transitionitem"}]
    for at, item in enumerate(items):
        if item.tag == "transitionitem":
            filling.transition(item, cutting)
            continue
        span = _span(item, items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None, rate)
        if span is None:
            cutting.notes["{} items without a place on the timeline were left out."] += 1
        elif (words := _words(item)) is not None:
            texts.append(TextItem(span.start, span.end, words, _lognote(item)))
        else:
            filling.item(item, span, cutting)
    return track, texts


@dataclass(slots=True)
class _Filling:
    """A track being filled from the left; *at* is its end in frames."""

    track: Any
    rate: FrameRate
    at: int = 0

    def gap_to(self, frame: int) -> None:
        from opentimelineio import schema

        if frame > self.at:
            self.track.append(schema.Gap(duration=rational(frame - self.at, self.rate)))
            self.at = frame

    def transition(self, element: Element, cutting: Cutting) -> None:
        from opentimelineio import schema

        found = _cut_of(element, self.rate)
        if found is None or (len(self.track) and isinstance(self.track[-1], schema.Transition)):
            cutting.notes["{} transitions could not be placed and were left out."] += 1
            return
        start, cut, end = found
        self.gap_to(cut)
        name = (element.findtext("effect/name") or "").strip() or "Cross Dissolve"
        category = (element.findtext("effect/effectcategory") or "Dissolve").strip()
        kind = schema.TransitionTypes.SMPTE_Dissolve if category == "Dissolve" else schema.TransitionTypes.Custom
        before, after = max(0, self.at - start), max(0, end - self.at)
        self.track.append(schema.Transition(name, kind, rational(before, self.rate), rational(after, self.rate)))

    def item(self, element: Element, span: _Span, cutting: Cutting) -> None:
        hidden = span.hidden
        if span.start < self.at:
            cutting.notes["{} items overlap the one before them and were trimmed."] += 1
            hidden += self.at - span.start
        start = max(span.start, self.at)
        if span.end <= start:
            return
        self.gap_to(start)
        self.track.append(_child(element, (hidden, span.end - start), self.rate, cutting))
        self.at = span.end


def _cut_of(element: Element | None, rate: FrameRate) -> tuple[int, int, int] | None:
    """First frame, frame of the cut and end of a ``<transitionitem>``; None for anything else."""
    if element is None or element.tag != "transitionitem":
        return None
    start, end = _frame(element, "start"), _frame(element, "end")
    if start is None or end is None or end < start or start < 0:
        return None
    cut = ticks(element, "cutPointTicks")
    if cut is not None and 0 <= (shift := to_frame(cut, rate)) <= end - start:
        return start, start + shift, end
    alignment = (element.findtext("alignment") or "center").strip()
    aligned = {"start": start, "start-black": start, "end": end, "end-black": end}
    return start, aligned.get(alignment, (start + end) // 2), end


def _frame(element: Element, tag: str) -> int | None:
    value = element.findtext(tag) or ""
    if value.isdecimal() and len(value) <= 12:  # nearly every one, and ten times as fast
        return int(value)
    exact = number(element, tag)
    return None if exact is None else round(exact)


def _span(item: Element, before: Element | None, after: Element | None, rate: FrameRate) -> _Span | None:
    """Where *item* lies: an end of -1 is at the cut of the transition beside it."""
    start, end = _frame(item, "start"), _frame(item, "end")
    hidden = 0
    if start in _OPEN or end in _OPEN:
        into, out = _cut_of(before, rate), _cut_of(after, rate)
        if start in _OPEN and into:
            start, hidden = into[1], into[1] - into[0]
        if end in _OPEN and out:
            end = out[1]
        length = (_frame(item, "out") or 0) - (_frame(item, "in") or 0)
        start = end - length if start in _OPEN and end is not None and end >= 0 else start
        end = start + length if end in _OPEN and start is not None and start >= 0 else end
    if start is None or end is None or start < 0 or end <= start:
        return None
    return _Span(start, end, hidden)


def _words(item: Element) -> str | None:
    """The text that an item shows; None if it is no text generator (or a Premiere graphic without text)."""
    for effect in item.iterfind(".//effect"):
        if (effect.findtext("effectid") or "").strip().lower() not in TEXTS:
            continue
        for parameter in effect.iterfind("parameter"):
            if (parameter.findtext("parameterid") or "").strip().lower() in {"str", "text1"}:
                return _lines(parameter.findtext("value") or "")
        if (effect.findtext("effectid") or "").strip() == "GraphicAndType":  # Premiere names the effect by its text
            return _lines(effect.findtext("name") or "")
    return None


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _lognote(item: Element) -> str:
    return (item.findtext("logginginfo/lognote") or "").strip()


def _is_true(element: Element, tag: str) -> bool:
    return (element.findtext(tag) or "TRUE").strip().upper() != "FALSE"


def _child(element: Element, shown: tuple[int, int], rate: FrameRate, cutting: Cutting) -> Any:
    """The clip or nested stack of an item; *shown* is how many frames after its in point it begins, and its length."""
    nested = element.find("sequence")
    if nested is not None:
        return _stack(element, nested, shown, rate, cutting)
    from opentimelineio import opentime, schema

    own = rate_in(element) or rate
    reference, begins, file_rate = _reference(element, own, cutting)
    speed = retimed(element, shown, rate, own)
    span = opentime.TimeRange(_time(begins + speed.start, file_rate), rational(shown[1], rate))
    clip = schema.Clip((element.findtext("name") or "").strip(), reference, span)
    clip.enabled = _is_true(element, "enabled")
    speed.put_on(clip, cutting.notes)
    for marker in element.iterfind("marker"):
        _add_marker(clip, marker, begins, own)
    return clip


def _time(seconds: Fraction, rate: FrameRate) -> Any:
    """An OTIO time; whole frames where *seconds* is on one within a twentieth."""
    from opentimelineio import opentime

    value = seconds * rate.fps
    near = round(value)
    exact = float(near) if abs(value - near) < Fraction(1, 20) else float(value)
    return opentime.RationalTime(exact, float(rate.fps))


def _reference(element: Element, own: FrameRate, cutting: Cutting) -> tuple[Any, Fraction, FrameRate]:
    """The media of an item, the seconds at which its own timecode begins, and its rate."""
    from opentimelineio import opentime, schema

    named = element.find("file")
    named = element.find(".//file") if named is None else named
    file = cutting.files.get(named.get("id", ""), named) if named is not None else None
    rate = rate_in(file) or own
    code = file.find("timecode") if file is not None else None
    coded = rate_in(code) or rate
    begins = (number(code, "frame") or Fraction(0)) / coded.fps
    length = number(file, "duration")
    length = length / rate.fps if length else (number(element, "duration") or Fraction(0)) / own.fps
    whole = opentime.TimeRange(_time(begins, rate), _time(length, rate)) if length > 0 else None
    if file is None and element.tag == "generatoritem":
        kind = (element.findtext("effect/effectid") or "").strip()
        return schema.GeneratorReference(element.findtext("effect/name") or "", kind, whole), begins, rate
    url = (file.findtext("pathurl") or "").strip() if file is not None else ""
    name = (file.findtext("name") or "").strip() if file is not None else ""
    if url:
        reference = schema.ExternalReference(path_of(url), whole)
        reference.name = name
        return reference, begins, rate
    source = (file.findtext("mediaSource") or "").strip() if file is not None else ""
    if source:
        return schema.GeneratorReference(name, source, whole), begins, rate
    return schema.MissingReference(name, whole), begins, rate


def _add_marker(clip: Any, element: Element, begins: Fraction, own: FrameRate) -> None:
    from opentimelineio import opentime, schema

    first, last = number(element, "in"), number(element, "out")
    if first is None or first < 0:
        return
    frames = max(Fraction(1), last - first) if last is not None and last > first else Fraction(1)
    colour = marker_colour(element, premiere=True)
    span = opentime.TimeRange(_time(begins + first / own.fps, own), _time(frames / own.fps, own))
    clip.markers.append(
        schema.Marker(
            name=(element.findtext("name") or "").strip(),
            marked_range=span,
            color=to_host(colour, "otio"),
            comment=_lines(element.findtext("comment") or "").strip(),
        )
    )


def _stack(element: Element, nested: Element, shown: tuple[int, int], rate: FrameRate, cutting: Cutting) -> Any:
    """A nested sequence as a stack; one that contains itself, or is nowhere defined, as a clip without media."""
    from opentimelineio import opentime, schema

    ident = nested.get("id", "")
    sequence = nested if len(nested) else cutting.sequences.get(ident)
    own = rate_in(element) or rate
    speed = retimed(element, shown, rate, own)
    span = opentime.TimeRange(_time(speed.start, own), rational(shown[1], rate))
    name = (element.findtext("name") or "").strip()
    if sequence is None or len(cutting.inside) >= DEEPEST or (ident and ident in cutting.inside):
        cutting.notes["{} nested sequences could not be followed."] += 1
        return schema.Clip(name, schema.MissingReference(name), span)
    cutting.inside.append(ident)
    stack = schema.Stack(name=name, source_range=span)
    for track, texts in tracks_of(sequence, rate_in(sequence) or rate, cutting):
        if texts:
            cutting.notes["{} texts lie in nested sequences and were left out."] += len(texts)
        if len(track) or not texts:
            stack.append(track)
    cutting.inside.pop()
    stack.enabled = _is_true(element, "enabled")
    speed.put_on(stack, cutting.notes)
    return stack

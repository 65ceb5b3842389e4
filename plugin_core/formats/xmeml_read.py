"""
xmeml read: what Premiere, Resolve, Final Cut Pro 7, Hiero and we write.

Our own and not the OTIO adapter's, which loses drop-frame, marker colours and notes, and the frames of media at another
rate. Text generators become subtitles: ours by the id in their log note (or, where a host dropped it, by their place),
others in a column for the language their track names, else "und".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Media
from plugin_core.errors import DocumentError
from plugin_core.formats import safe_xml
from plugin_core.formats.base import UNKNOWN_LANGUAGE
from plugin_core.formats.layout import clean
from plugin_core.formats.marking import LARGEST, marks_of
from plugin_core.formats.xmeml_cut import Cutting, TextItem, tracks_of
from plugin_core.formats.xmeml_values import drops, marker_colour, number, rate_in
from plugin_core.host import DEFAULT_RATE, Marker, TimelineInfo
from plugin_core.markers import parse_note

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

_TOLD = re.compile(r"\[zimu ([^\s\]]*) ([-+]\d{1,12}) ms\]")
_LANGUAGE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)")


def read(text: str, *, sequence: str = "") -> Programme:
    """
    The sequence named *sequence*, else the first one that is not nested in another.

    DocumentError if the XML is broken or hostile, is no xmeml, or has no (such) sequence. What was mended, approximated
    or not followed is in the notes.
    """
    from opentimelineio import schema

    from plugin_core.timeline import Programme, rational

    root = safe_xml.parse(text, "XML")
    if root.tag != "xmeml":
        raise DocumentError(
            "xmeml.not", f"It is no Final Cut Pro 7 XML: its root is <{root.tag[:40]}>.", "FCPXML is another format."
        )
    notes: list[str] = []
    found = _chosen(root, sequence, notes)
    cutting = Cutting.of(root)
    info = _info(found, notes)
    tracks = list(tracks_of(found, info.rate, cutting))
    media = schema.Timeline(name=info.name, global_start_time=rational(info.start, info.rate))
    for track, texts in tracks:
        if len(track) or not texts:
            media.tracks.append(track)
    info = replace(info, duration=max(info.duration, _length(media, info.rate)))
    document = _document(found, tracks, info, media, notes)
    notes += [note.format(count) for note, count in cutting.notes.items()]
    return Programme(document, info, media, tuple(notes))


def _chosen(root: Element, name: str, notes: list[str]) -> Element:
    found = [each for each in _sequences(root) if len(each)]
    if not found:
        raise DocumentError(
            "xmeml.no-sequence", "The XML file holds no sequence.", "Select the sequence, then export it as XML."
        )
    if name:
        named = [each for each in found if (each.findtext("name") or "").strip() == name]
        if not named:
            known = ", ".join(repr((each.findtext("name") or "").strip()) for each in found[:10])
            raise DocumentError("xmeml.no-sequence", f"The XML file has no sequence {name!r}.", f"It has: {known}.")
        return named[0]
    if len(found) > 1:
        first = (found[0].findtext("name") or "").strip()
        notes.append(f"The file holds {len(found)} sequences; the first, {first!r}, was taken.")
    return found[0]


def _sequences(element: Element) -> Iterator[Element]:
    """The sequences in projects and bins, not those inside clip items."""
    waiting = [element]
    while waiting:
        each = waiting.pop()
        if each.tag == "sequence":
            yield each
        elif each.tag in {"xmeml", "project", "bin", "children"}:
            waiting.extend(reversed(each))


def _info(sequence: Element, notes: list[str]) -> TimelineInfo:
    code = sequence.find("timecode")
    rate = rate_in(sequence) or rate_in(code)
    if rate is None:
        rate = DEFAULT_RATE
        notes.append(f"The sequence does not say its frame rate; {rate} was taken.")
    rate = FrameRate(rate.fps, drops(code, rate))
    told = _TOLD.search(sequence.findtext("logginginfo/description") or "")
    frame = {name: _point(number(sequence, name)) for name in ("in", "out")}
    picture = sequence.find("media/video/format/samplecharacteristics")
    width, height = (int(number(picture, name) or 0) for name in ("width", "height"))
    return TimelineInfo(
        rate, (sequence.findtext("name") or "").strip(), _start(code, rate, notes),
        int(number(sequence, "duration") or 0), int(told[2]) if told else 0, frame["in"], frame["out"], width, height,
    )  # fmt: skip


def _point(value: Fraction | None) -> int | None:
    return int(value) if value is not None and value >= 0 else None


def _start(code: Element | None, rate: FrameRate, notes: list[str]) -> int:
    """The frame of the start timecode: the number in the file, else its label."""
    frame = number(code, "frame")
    if frame is not None and frame >= 0:
        own = rate_in(code) or rate
        return round(frame / own.fps * rate.fps)
    label = ((code.findtext("string") if code is not None else "") or "").strip()
    try:
        return rate.frame_of(label.replace(";", ":")) if label else 0
    except DocumentError:
        notes.append(f"The start timecode {label[:20]!r} could not be read; the timeline was taken to start at 0.")
        return 0


def _length(media: Any, rate: FrameRate) -> int:
    return max((round(track.duration().rescaled_to(float(rate.fps)).value) for track in media.tracks), default=0)


def _document(
    sequence: Element, tracks: list[tuple[Any, list[TextItem]]], info: TimelineInfo, media: Any, notes: list[str]
) -> Document:
    told = _TOLD.search(sequence.findtext("logginginfo/description") or "")
    columns = _columns([(track.name, texts) for track, texts in tracks if texts])
    languages = tuple(part for part in (told[1] if told else "").split(",") if part)
    languages += tuple(name for name in dict.fromkeys(name for name, _ in columns) if name not in languages)
    cues = _cues(columns, languages, info, notes)
    premiere = any("." in name or name == "explodedTracks" for name in sequence.keys())  # noqa: SIM118 - an Element
    markers = list(_markers(sequence, premiere=premiere))
    markers = markers if premiere else _told_apart(markers, notes)
    marks = marks_of(markers, info, "premiere", notes)
    return Document(_only_media(media, info), languages, cues, marks)


def _only_media(media: Any, info: TimelineInfo) -> Media:
    """The one media that all clips show, as far as the file knows it."""
    found = {}
    for clip in media.find_clips():
        reference = clip.media_reference
        if url := getattr(reference, "target_url", ""):
            found[url] = reference.available_range
    if len(found) != 1:
        return Media(width=info.width, height=info.height)
    ((path, span),) = found.items()
    if span is None:
        return Media(path)
    own = FrameRate.nearest(span.duration.rate)
    rate = info.rate if info.rate.fps == own.fps else own
    start = rate.timecode(round(span.start_time.rescaled_to(float(rate.fps)).value))
    return Media(path, rate.ms_at(round(span.duration.value)), rate, start_timecode=start)


def _markers(sequence: Element, *, premiere: bool) -> Iterator[Marker]:
    for element in sequence.iterfind("marker"):
        first, last = number(element, "in"), number(element, "out")
        if first is None:
            continue
        frames = max(1, round(last - first)) if last is not None and last > first else 1
        name, note = (_lines(element.findtext(tag) or "") for tag in ("name", "comment"))
        yield Marker("", round(first), frames, name, note, marker_colour(element, premiere=premiere))


def _told_apart(markers: list[Marker], notes: list[str]) -> list[Marker]:
    """
    *markers* without their colours where a host gave all of ours the same one (Resolve 20 shows XML markers in blue).
    """
    kinds = {parse_note(marker.note)[1] for marker in markers if parse_note(marker.note)[0]}
    if len(kinds) < 2 or len({marker.colour for marker in markers}) > 1 or not markers[0].colour:
        return markers
    notes.append("All markers came back in one colour, so the colours they had were kept.")
    return [replace(marker, colour="") for marker in markers]


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _columns(tracks: list[tuple[str, list[TextItem]]]) -> list[tuple[str, list[TextItem]]]:
    """
    The texts of every language. A track names its language in brackets; those that do not share one column as long as
    their texts do not overlap, then "und-2" and on.
    """
    found: list[tuple[str, list[TextItem]]] = []
    unnamed: list[list[TextItem]] = []
    for name, texts in tracks:
        if match := _LANGUAGE.search(name):
            found.append((match[1], texts))
            continue
        column = next((column for column in unnamed if not _overlap(column, texts)), None)
        if column is None:
            column = []
            unnamed.append(column)
            number_ = len(unnamed)
            found.append((UNKNOWN_LANGUAGE if number_ == 1 else f"{UNKNOWN_LANGUAGE}-{number_}", column))
        column += texts
    return found


def _overlap(one: list[TextItem], other: list[TextItem]) -> bool:
    spans = sorted([(item.start, item.end) for item in (*one, *other)])
    return any(spans[n][1] > spans[n + 1][0] for n in range(len(spans) - 1))


@dataclass(slots=True)
class _Found:
    """A cue being put together from its languages."""

    start: int
    end: int
    texts: dict[str, str]
    note: str


def _cues(
    columns: list[tuple[str, list[TextItem]]], languages: tuple[str, ...], info: TimelineInfo, notes: list[str]
) -> tuple[Cue, ...]:
    """
    Texts of one id and span in several languages are one cue, and texts without id of one span too. An id that lies in
    two places is a copy, or a cue whose languages were moved apart: the later one gets a new id.
    """
    found: dict[tuple[str, int, int], list[_Found]] = {}
    for language, texts in columns:
        for item in texts:
            if not clean(item.text):
                continue
            group = found.setdefault((parse_note(item.note)[0], item.start, item.end), [])
            free = next((each for each in group if language not in each.texts), None)
            if free is None:
                group.append(free := _Found(item.start, item.end, {}, item.note))
            free.texts[language] = item.text
    cues: dict[str, Cue] = {}
    copies = 0
    for (key, _, _), group in sorted(found.items(), key=lambda pair: (pair[0][1], pair[0][2], pair[0][0])):
        for each in group:
            cue = _cue(key, each, languages, info)
            count, ident = 1, cue.id
            while ident in cues:
                count += 1
                ident = f"{cue.id}~{count}"
            copies += count > 1 and bool(key)
            cues[ident] = replace(cue, id=ident)
    if copies:
        notes.append(f"{copies} subtitles are there more than once; the copies have new ids.")
    return tuple(sorted(cues.values(), key=lambda cue: (cue.start, cue.end, cue.id)))


def _cue(key: str, found: _Found, languages: tuple[str, ...], info: TimelineInfo) -> Cue:
    start = max(0, info.ms(min(found.start, LARGEST)))
    end = max(start, info.ms(min(found.end, LARGEST)))
    texts = tuple(clean(found.texts.get(language, "")) for language in languages)
    _, kind, attributes, _ = parse_note(found.note)
    said = dict(attributes) if kind == "caption" else {}
    tags = tuple(value for name, value in attributes if name == "tag" and kind == "caption")
    content = f"{found.start} {found.end} {texts!r}"
    ident = key or blake2b(content.encode(), digest_size=6).hexdigest()
    return Cue(ident, start, end, texts, (), said.get("speaker", ""), said.get("role", ""), tags)

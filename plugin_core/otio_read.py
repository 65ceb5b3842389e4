"""
OpenTimelineIO to a programme: what we wrote comes back as it was, with what another program has changed since.

OTIO has no schema for subtitles and no adapter carries any, so ours travel in metadata under one name, "zimu":

* ``timeline.metadata["zimu"]``: the timeline (``info``) and the document without its cues, or with them where a host
  refuses tracks it does not know;
* a track of the free kind "Subtitle" with one clip for each cue, which carries the whole cue; cues that overlap lie on
  further such tracks. A clip that another program moved, copied or removed moves, copies or removes the cue;
* markers, on the timeline's stack or on the clips, which carry the whole mark; what another program changed counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from plugin_core.clock import FrameRate
from plugin_core.colours import KINDS, colour_of, from_host, returned
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.host import Marker, TimelineInfo
from plugin_core.markers import mark_of, parse_note
from plugin_core.schema import from_json, part_from_json
from plugin_core.timeline import Programme, exact_rate

NAMESPACE = "zimu"
SUBTITLE = "Subtitle"  # the kind of our tracks; OTIO takes any text
LARGEST = 2**40  # frames; beyond it a time is a slip or an attack


class _Item(NamedTuple):
    """A child of a subtitle track: first frame and length in the timeline, and our metadata."""

    frame: int
    frames: int
    name: str
    ours: dict[str, Any]


def load_otio(path: Path) -> Programme:
    """The programme in an ``.otio`` file; DocumentError if it is no OTIO or of a schema this OTIO cannot read."""
    from plugin_core.formats.encodings import text_of

    return read_otio(text_of(path))


def read_otio(text: str) -> Programme:
    """The programme in OTIO JSON; markers of schema 3, which OTIO 0.18 refuses, are read too."""
    from opentimelineio import core, exceptions

    try:
        if '"Marker.3"' in text:
            text = json.dumps(_with_older_markers(json.loads(text)))
        return from_otio(core.deserialize_json_from_string(text))
    except exceptions.UnsupportedSchemaError as error:
        raise DocumentError(
            "timeline.schema",
            f"The timeline uses an OpenTimelineIO schema that cannot be read: {_first_line(error)}.",
            "Export it again for an earlier version, for example with target schema Clip.2 and Marker.2.",
        ) from error
    except (exceptions.OTIOError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise _not_otio(_first_line(error)) from error


def _with_older_markers(value: Any) -> Any:
    """Parsed OTIO with each Marker.3 as Marker.2: the colour is its name instead of an object (OTIO pull 2023)."""
    if isinstance(value, list):
        return [_with_older_markers(item) for item in value]
    if not isinstance(value, dict):
        return value
    table = {name: _with_older_markers(item) for name, item in value.items()}
    if table.get("OTIO_SCHEMA") == "Marker.3":
        colour = table.get("color")
        name = str(colour.get("name") or "") if isinstance(colour, dict) else ""
        table |= {"OTIO_SCHEMA": "Marker.2", "color": name.upper() or "RED"}
    return table


def from_otio(root: Any) -> Programme:
    """
    The programme of an OTIO object: a timeline, a collection with one in it, a stack, a track or a clip.

    What we wrote comes back as it was; what another program changed since is followed: cues and marks that were
    moved, renamed, copied or removed. Timeline and track markers of others become marks of kind "note".
    """
    timeline, notes = _timeline_in(root)
    ours = plain(timeline.metadata.get(NAMESPACE)) or {}
    ours = ours if isinstance(ours, dict) else {}
    info, told = _info(timeline, ours)
    document, more = _document(timeline, info, ours)
    media = timeline.deepcopy()
    media.tracks.markers.clear()
    media.tracks[:] = [track.deepcopy() for track in timeline.tracks if not _is_subtitle(track)]
    _strip(media)
    return Programme(document, info, media, (*notes, *told, *more))


def _timeline_in(root: Any) -> tuple[Any, list[str]]:
    from opentimelineio import schema

    if isinstance(root, schema.Timeline):
        return root, []
    if isinstance(root, schema.SerializableCollection):
        found = [item for item in root if isinstance(item, schema.Timeline)]
        if found:
            note = f"The file holds {len(found)} timelines; the first, {found[0].name!r}, was taken."
            return found[0], [note] if len(found) > 1 else []
    if isinstance(root, schema.Stack):
        return schema.Timeline(name=root.name, tracks=root.deepcopy()), []
    if isinstance(root, schema.Track | schema.Clip):
        track = root if isinstance(root, schema.Track) else schema.Track(children=[root.deepcopy()])
        return schema.Timeline(name=root.name, tracks=[track.deepcopy()]), []
    raise _not_otio(f"it holds a {type(root).__name__} and no timeline")


def _info(timeline: Any, ours: dict[str, Any]) -> tuple[TimelineInfo, list[str]]:
    """The timeline's own numbers; where OTIO is silent (drop-frame, offset, in and out) what we noted."""
    notes: list[str] = []
    saved = ours.get("info", {})
    time = timeline.global_start_time or _first_time(timeline)
    if time is None or not 0 < time.rate <= 1000:
        notes.append("The timeline does not say its frame rate; 25 was taken.")
        rate = FrameRate.parse("25")
    else:
        rate = exact_rate(time)
        noted = FrameRate.parse(str(saved.get("rate", "25")))
        rate = noted if noted.fps == rate.fps else rate
    start = round(timeline.global_start_time.to_frames()) if timeline.global_start_time else 0
    info = TimelineInfo(rate, timeline.name, start, _length(timeline, rate))
    keep = {name: saved[name] for name in ("offset", "mark_in", "mark_out", "width", "height") if name in saved}
    return replace(info, **keep), notes


def _first_time(timeline: Any) -> Any:
    """A time at the timeline's rate: that of its first clip or gap that has one."""
    for item in timeline.find_children():
        if getattr(item, "source_range", None) is not None:
            return item.source_range.duration
    return None


def _length(timeline: Any, rate: FrameRate) -> int:
    try:
        return max(0, round(float(timeline.duration().rescaled_to(float(rate.fps)).value)))
    except Exception:  # OTIO raises its own and plain errors where a clip has no length
        return 0


def _document(timeline: Any, info: TimelineInfo, ours: dict[str, Any]) -> tuple[Document, list[str]]:
    notes: list[str] = []
    base = Document()
    if isinstance(saved := ours.get("document"), dict):
        base = from_json(saved)
    tracks = [track for track in timeline.tracks if _is_subtitle(track)]
    languages, cues = base.languages, list(base.cues)
    if tracks:
        more, languages = _cues(tracks, info, languages, notes)
        cues += more
    elif not base.cues and (gone := ours.get("cues")):
        notes.append(f"{gone} subtitles were on a track that another program has removed.")
    media = base.media if base.media.path else replace(base.media, path=_only_media(timeline))
    marks = sorted(_marks(timeline, info, notes), key=lambda mark: (mark.start, mark.end, mark.id))
    cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
    return replace(base, media=media, languages=languages, cues=tuple(cues), marks=tuple(marks)), notes


def _is_subtitle(track: Any) -> bool:
    return str(getattr(track, "kind", "")).lower() in {"subtitle", "subtitles", "caption", "captions"}


def _only_media(timeline: Any) -> str:
    urls = {getattr(clip.media_reference, "target_url", "") for clip in timeline.find_clips() if clip.media_reference}
    return next(iter(urls)) if len(urls) == 1 else ""


def _cues(
    tracks: list[Any], info: TimelineInfo, languages: tuple[str, ...], notes: list[str]
) -> tuple[list[Cue], tuple[str, ...]]:
    """The cues of the subtitle tracks: ours whole, others by their clip's name in one column per track's language."""
    cues: dict[str, Cue] = {}
    others: list[tuple[str, _Item]] = []
    for track in tracks:
        for item in _items(track, info):
            if isinstance(saved := item.ours.get("cue"), dict):
                cue = _placed(part_from_json(Cue, saved), item, info)
                if len(cue.texts) == len(languages):
                    cues[_free(cue.id, cues)] = cue
            elif item.name:
                others.append((_language_of(track), item))
    if others:
        languages = languages or tuple(dict.fromkeys(language for language, _ in others))
        _add_others(others, info, languages, cues)
    result = [cue if cue.id == key else replace(cue, id=key) for key, cue in cues.items()]
    if copies := sum("~" in key for key in cues):
        notes.append(f"{copies} subtitles are there more than once; the copies have new ids.")
    return result, languages


def _add_others(
    others: list[tuple[str, _Item]], info: TimelineInfo, languages: tuple[str, ...], cues: dict[str, Cue]
) -> None:
    """Clips that are not ours: those of equal span in different languages make one cue."""
    spans: dict[tuple[int, int], dict[str, str]] = {}
    for language, item in others:
        spans.setdefault((item.frame, item.frames), {})[language] = item.name
    for (frame, frames), texts in spans.items():
        start = max(0, info.ms(frame))
        column = tuple(texts.get(language, "") for language in languages)
        cue = Cue(_free(f"otio-{frame}", cues), start, max(start, info.ms(frame + frames)), column)
        cues[cue.id] = cue


def _placed(cue: Cue, item: _Item, info: TimelineInfo) -> Cue:
    """*cue* where its clip lies now: untouched if the clip lies on the cue's frames, else moved with its words."""
    if (item.frame, item.frames) == info.span(cue.start, cue.end):
        return cue
    start = max(0, info.ms(item.frame))
    end = max(start, info.ms(item.frame + item.frames))
    by = start - cue.start
    words = tuple(replace(word, start=word.start + by, end=word.end + by) for word in cue.words)
    words = tuple(word for word in words if word.start < end)
    return replace(cue, start=start, end=end, words=words)


def _items(track: Any, info: TimelineInfo) -> Iterator[_Item]:
    """The children of a subtitle track with their frames, through JSON (walking OTIO objects is far slower)."""
    at = 0
    for child in plain(track)["children"]:
        span = child.get("source_range") or {}
        duration = span.get("duration") or {}
        frames = _frames(duration, info.rate)
        name = str(child.get("OTIO_SCHEMA", ""))
        if name.startswith("Transition"):
            continue
        if name.startswith("Clip") and frames:
            ours = (child.get("metadata") or {}).get(NAMESPACE)
            yield _Item(at, frames, str(child.get("name", "")), ours if isinstance(ours, dict) else {})
        at += frames


def _frames(time: dict[str, Any], rate: FrameRate) -> int:
    value, own = float(time.get("value", 0)), float(time.get("rate", 0))
    if not 0 < own <= 1000 or not 0 <= value <= LARGEST:
        raise _not_otio("a subtitle has a time that cannot be")
    return round(value if abs(own - float(rate.fps)) < 1e-6 else value / own * float(rate.fps))


def _language_of(track: Any) -> str:
    """The language in the name of a track, "Subtitle 1 (zh)" or "zh", else "und"."""
    words = [part.strip("()[]") for part in track.name.split()]
    return next((word for word in reversed(words) if 2 <= len(word) <= 3 and word.islower()), "und")


def _free(key: str, taken: Any) -> str:
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}~{number}"
    return found


def _marks(timeline: Any, info: TimelineInfo, notes: list[str]) -> list[Mark]:
    marks: dict[str, Mark] = {}
    outside = 0
    for marker, item in _markers(timeline):
        placed = _range(marker, item, timeline, info)
        if placed is None:
            outside += 1
            continue
        mark = _mark(marker, placed, info)
        key = _free(mark.id, marks)
        marks[key] = mark if key == mark.id else replace(mark, id=key)
    if outside:
        notes.append(f"{outside} markers lie outside their clip and were left out.")
    return list(marks.values())


def _markers(timeline: Any) -> Iterator[tuple[Any, Any]]:
    """Every marker with the item it is on, the timeline's own first."""
    yield from ((marker, timeline.tracks) for marker in timeline.tracks.markers)
    for track in timeline.tracks:
        yield from ((marker, track) for marker in track.markers)
    for item in timeline.find_clips():
        yield from ((marker, item) for marker in item.markers)


def _range(marker: Any, item: Any, timeline: Any, info: TimelineInfo) -> tuple[int, int] | None:
    """First frame and length of a marker in the timeline; None if its clip no longer shows the place."""
    span, rate = marker.marked_range, float(info.rate.fps)
    if item is not timeline.tracks:
        visible = item.trimmed_range()
        if not visible.contains(span.start_time):
            return None
        span = item.transformed_time_range(span, timeline.tracks)
    first = round(span.start_time.rescaled_to(rate).value)
    end = round(span.end_time_exclusive().rescaled_to(rate).value)
    return (first, max(1, end - first)) if abs(first) < LARGEST and abs(end) < LARGEST else None


def _mark(marker: Any, placed: tuple[int, int], info: TimelineInfo) -> Mark:
    """The mark of a marker: what we noted on it, with what has been changed since."""
    frame, frames = placed
    ours = plain(marker.metadata.get(NAMESPACE)) or {}
    colour = from_host(str(marker.color or ""), "otio")
    if not isinstance(ours, dict) or not isinstance(ours.get("mark"), dict):
        return mark_of(Marker("", frame, frames, marker.name, _note(marker), colour), info)
    mark = part_from_json(Mark, ours["mark"])
    if (frame, frames) != info.span(mark.start, mark.end):
        start = max(0, info.ms(frame))
        mark = replace(mark, start=start, end=max(start, info.ms(frame + frames)))
    mark = replace(mark, text=marker.name) if marker.name != mark.text else mark
    return _recoloured(_reworded(mark, _note(marker), str(ours.get("note", ""))), colour)


def _reworded(mark: Mark, note: str, written: str) -> Mark:
    """*mark* with the attributes of *note* if somebody changed what was *written* there."""
    if not note or note == written:
        return mark
    _, kind, attributes, confidence = parse_note(note)
    return replace(mark, kind=kind, attributes=attributes, confidence=confidence)


def _recoloured(mark: Mark, colour: str) -> Mark:
    shown = colour_of(mark)
    wanted = returned(shown, colour.upper(), "otio") if colour else shown
    if wanted == shown:
        return mark
    others = tuple(pair for pair in mark.attributes if pair[0] != "colour")
    return replace(mark, attributes=others if wanted == KINDS[mark.kind] else (*others, ("colour", wanted)))


def _note(marker: Any) -> str:
    """A marker's note: its comment, or where Resolve keeps it."""
    resolve = plain(marker.metadata.get("Resolve_OTIO")) or {}
    return str(marker.comment or (resolve.get("Note", "") if isinstance(resolve, dict) else ""))


def _strip(media: Any) -> None:
    """Take what is ours out of the media tracks: our metadata, and our markers on clips."""
    media.metadata.pop(NAMESPACE, None)
    for track in media.tracks:
        track.markers.clear()
    for clip in media.find_clips():
        if clip.markers:
            clip.markers[:] = [marker for marker in clip.markers if NAMESPACE not in marker.metadata]


def plain(value: Any) -> Any:
    """OTIO metadata as plain Python values (through JSON: a hundred times faster than walking it)."""
    from opentimelineio import core

    return json.loads(core.serialize_json_to_string(value)) if value is not None else None


def _not_otio(reason: str) -> DocumentError:
    return DocumentError(
        "timeline.not-otio", f"It is not a timeline of OpenTimelineIO: {reason}.", "Export it from the editor again."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(".")[:200]

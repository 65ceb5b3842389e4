"""
A programme as an OTIO timeline, in the shape its reader wants.

Resolve imports OTIO only in one exact shape and otherwise gives None without a word: bare paths, ``Clip.2`` (``Clip.1``
up to 18.6), tracks named "Video 1", notes of markers in its own metadata, no track of a kind it does not know. Premiere
wants file URIs. Neither reads subtitles from OTIO: they travel as SRT beside it, and whole in our metadata.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from plugin_core.colours import colour_of, to_host
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import SettingsError
from plugin_core.markers import note_of
from plugin_core.otio_read import NAMESPACE, SUBTITLE
from plugin_core.schema import part_to_json, to_json
from plugin_core.timeline import Programme, media_path, media_uri, rational

if TYPE_CHECKING:
    from opentimelineio import schema


@dataclass(frozen=True, slots=True)
class OtioProfile:
    """
    How a host wants its OTIO. *uri*: media as file URIs, else bare paths (None: as they are). *subtitles*: cues on
    tracks of their own, else in the timeline's metadata. *on_clips*: markers on the clip under them, where Resolve
    looks. *named*: tracks renamed "Video 1", "Audio 1". *schemas*: highest versions its reader knows.
    """

    title: str
    uri: bool | None = None
    subtitles: bool = False
    on_clips: bool = False
    named: bool = True
    resolve: bool = False
    schemas: Mapping[str, int] = field(default_factory=lambda: {"Clip": 2, "Marker": 2})


PROFILES: Mapping[str, OtioProfile] = {
    "neutral": OtioProfile("any OpenTimelineIO program", subtitles=True, named=False),
    "resolve": OtioProfile("DaVinci Resolve 19.1 and later", uri=False, on_clips=True, resolve=True),
    "resolve-18.5": OtioProfile(
        "DaVinci Resolve 18.5 to 18.6", uri=False, on_clips=True, resolve=True, schemas={"Clip": 1, "Marker": 2}
    ),
    "premiere": OtioProfile("Adobe Premiere Pro 25 and later", uri=True),
}


def profile_of(name: str) -> OtioProfile:
    """The profile of that name; SettingsError if there is none."""
    if name not in PROFILES:
        raise SettingsError(
            "settings.otio-profile", f"There is no OTIO profile {name!r}.", f"Use: {', '.join(PROFILES)}."
        )
    return PROFILES[name]


def otio_text(programme: Programme, profile: str = "neutral") -> str:
    """The text of an ``.otio`` file. Schema versions are always stated: a newer OTIO must not write what none reads."""
    from opentimelineio import adapters

    text: str = adapters.write_to_string(
        to_otio(programme, profile),
        "otio_json",
        target_schema_versions=dict(profile_of(profile).schemas),
        indent=1,
    )
    return text + "\n"


def to_otio(programme: Programme, profile: str = "neutral") -> schema.Timeline:
    """The programme as an OTIO timeline in the shape of *profile*; ``timeline.from_otio`` reads it back whole."""
    chosen, info = profile_of(profile), programme.info
    timeline = programme.media.deepcopy()
    timeline.name = info.name
    timeline.global_start_time = rational(info.start, info.rate)
    timeline.metadata[NAMESPACE] = _ours(programme, chosen)
    if chosen.resolve:
        timeline.metadata["Resolve_OTIO"] = {"Resolve OTIO Meta Version": "1.0"}
    _shape(timeline, chosen)
    if chosen.subtitles:
        for lane in lanes(programme.document, info):
            timeline.tracks.append(_subtitle_track(lane, programme))
    _put_markers(timeline, programme, chosen)
    return timeline


def _ours(programme: Programme, profile: OtioProfile) -> dict[str, Any]:
    """What the timeline's own metadata keeps: the numbers OTIO has no place for, and the document."""
    info, document = programme.info, programme.document
    saved = {"rate": info.rate.label, "offset": info.offset, "width": info.width, "height": info.height}
    marked = {"mark_in": info.mark_in, "mark_out": info.mark_out}
    early = tuple(cue for cue in document.cues if info.frame(cue.start) < 0)  # a track cannot hold them
    kept = replace(document, marks=(), cues=early if profile.subtitles else document.cues)
    numbers = {**saved, **{name: frame for name, frame in marked.items() if frame is not None}}
    return {"info": numbers, "document": to_json(kept), "cues": len(document.cues)}


def _shape(timeline: Any, profile: OtioProfile) -> None:
    """Names of tracks, form of media paths and, for Resolve, a media reference that says how much there is."""
    counts: dict[str, int] = {}
    for track in timeline.tracks:
        if profile.named:
            counts[track.kind] = counts.get(track.kind, 0) + 1
            track.name = f"{track.kind} {counts[track.kind]}"
        if profile.resolve:
            track.metadata.setdefault("Resolve_OTIO", {"Locked": False})
    for clip in timeline.find_clips():
        reference = clip.media_reference
        if profile.uri is not None and getattr(reference, "target_url", None):
            reference.target_url = media_uri(reference.target_url) if profile.uri else media_path(reference.target_url)
        if profile.resolve and reference is not None and reference.available_range is None:
            reference.available_range = clip.source_range


def lanes(document: Document, info: Any) -> list[list[tuple[Cue, int, int]]]:
    """The cues from the first frame on with frame and length, on as few tracks as overlaps (in frames) need."""
    result: list[list[tuple[Cue, int, int]]] = []
    ends: list[int] = []
    for cue in document.cues:
        frame, frames = info.span(cue.start, cue.end)
        if frame < 0:
            continue
        lane = next((number for number, end in enumerate(ends) if end <= frame), len(ends))
        if lane == len(ends):
            ends.append(0)
            result.append([])
        result[lane].append((cue, frame, frames))
        ends[lane] = frame + frames
    return result


def _subtitle_track(lane: Iterable[tuple[Cue, int, int]], programme: Programme) -> Any:
    """One clip for each cue, with the cue in its metadata."""
    rate = float(programme.info.rate.fps)
    children: list[Any] = []
    at = 0
    for cue, frame, frames in lane:
        if frame > at:
            children.append({"OTIO_SCHEMA": "Gap.1", "source_range": _range(0, frame - at, rate)})
        name = " ".join(" ".join(text for text in cue.texts if text).split())
        metadata = {NAMESPACE: {"cue": part_to_json(cue)}}
        clip = {"OTIO_SCHEMA": "Clip.2", "name": name, "source_range": _range(0, frames, rate), "metadata": metadata}
        children.append(clip | _NO_MEDIA)
        at = frame + frames
    name = f"Subtitles ({'-'.join(programme.document.languages)})"
    return _made({"OTIO_SCHEMA": "Track.1", "name": name, "kind": SUBTITLE, "children": children})


_NO_MEDIA = {
    "media_references": {"DEFAULT_MEDIA": {"OTIO_SCHEMA": "MissingReference.1"}},
    "active_media_reference_key": "DEFAULT_MEDIA",
}


def _range(start: float, frames: int, rate: float) -> dict[str, Any]:
    first, length = ({"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float(n)} for n in (start, frames))
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": first, "duration": length}


def _made(value: dict[str, Any]) -> Any:
    """The OTIO object of JSON values: OTIO reads JSON ten times faster than it takes metadata from Python."""
    from opentimelineio import core

    return core.deserialize_json_from_string(json.dumps(value, ensure_ascii=False))


def _put_markers(timeline: Any, programme: Programme, profile: OtioProfile) -> None:
    """Every mark as a marker on the timeline, or on the clip of the first video track that shows its place."""
    places = _visible(timeline) if profile.on_clips else []
    firsts = [place[0] for place in places]
    owners, made = [], []
    for mark in programme.document.marks:
        frame, frames = programme.info.span(mark.start, mark.end)
        number = bisect_right(firsts, frame) - 1
        owner, start, rate = timeline.tracks, float(frame), float(programme.info.rate.fps)
        if number >= 0 and frame < places[number][1]:
            first, _, owner = places[number]
            source = owner.source_range.start_time
            start, rate = source.value + frame - first, source.rate
        owners.append(owner)
        made.append(_marker(mark, _range(start, frames, rate), profile))
    markers = list(_made({"OTIO_SCHEMA": "SerializableCollection.1", "children": made}))
    for owner, marker in zip(owners, markers, strict=True):
        owner.markers.append(marker)


def _visible(timeline: Any) -> list[tuple[int, int, Any]]:
    """(first frame, frame after it, clip) of the first video track's clips that run at the timeline's rate."""
    rate = timeline.global_start_time.rate
    found = []
    for track in timeline.video_tracks()[:1]:
        for clip, span in track.range_of_all_children().items():
            source = getattr(clip, "source_range", None)
            if type(clip).__name__ != "Clip" or source is None or source.start_time.rate != rate or clip.effects:
                continue
            first = round(span.start_time.rescaled_to(rate).value)
            found.append((first, first + round(span.duration.rescaled_to(rate).value), clip))
    return sorted(found, key=lambda place: place[0])


def _marker(mark: Mark, span: dict[str, Any], profile: OtioProfile) -> dict[str, Any]:
    note = note_of(mark)
    metadata: dict[str, Any] = {NAMESPACE: {"mark": part_to_json(mark), "note": note}}
    if profile.resolve:  # Resolve 21 ignores the comment
        metadata["Resolve_OTIO"] = {"Keywords": [], "Note": note}
    colour = to_host(colour_of(mark), "otio")
    return {"OTIO_SCHEMA": "Marker.2", "name": mark.text, "marked_range": span, "color": colour, "comment": note,
            "metadata": metadata}  # fmt: skip

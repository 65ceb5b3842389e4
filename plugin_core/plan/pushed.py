"""
The record of what was last pushed to a timeline: the third side that tells a host's edits from the document's.

It lies beside the document (``film.zimu.pushed``), one record for each timeline of each project of each host. A bridge
writes it twice: ``begun`` before the first operation, so that a push that was killed is not taken for edits of the
user, and ``finished`` after the last, from what the timeline then shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from plugin_core.errors import DocumentError
from plugin_core.host import Caption, CaptionTrack, DropMarker, HostTraits, Marker, PutCaptions, PutMarker
from plugin_core.markers import key_of
from plugin_core.plan.layout import captions_of, digest
from plugin_core.plan.matching import matched
from plugin_core.storage import write_atomic

if TYPE_CHECKING:
    from plugin_core.host import Plan, Present

VERSION = 2  # 2: the offset
LARGEST = 256_000_000  # bytes
_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY = 2**53
_Item = TypeVar("_Item")


class Where(NamedTuple):
    """Which timeline a record is of, each by the id that its host gives it."""

    host: str
    project: str
    timeline: str


@dataclass(frozen=True, slots=True)
class PushedMarker:
    """A marker as the document wanted it, and as the host showed it: elsewhere if its frame was not free."""

    marker: Marker
    shown: Marker


@dataclass(frozen=True, slots=True)
class PushedCaption:
    """A caption as the document wanted it, of which cues, and as the host showed it; None if it did not."""

    cues: tuple[str, ...]
    caption: Caption
    shown: Caption | None


@dataclass(frozen=True, slots=True)
class PushedTrack:
    """One of our caption tracks. *digest* names all it showed, *replaced* what the track it took the place of did."""

    key: str
    captions: tuple[PushedCaption, ...] = ()
    digest: str = ""
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """
    What was last pushed to one timeline. *touched* names the markers and tracks ("track:zh") of a push that has begun
    and not been finished; *begun_markers* and *begun_tracks* are what it was to make of them. *offset* is where media
    time 0 lay, in ms from the timeline's first frame.
    """

    markers: tuple[PushedMarker, ...] = ()
    tracks: tuple[PushedTrack, ...] = ()
    touched: tuple[str, ...] = ()
    begun_markers: tuple[PushedMarker, ...] = ()
    begun_tracks: tuple[PushedTrack, ...] = ()
    offset: int = 0


def track_id(key: str) -> str:
    """How ``Pushed.touched`` names a caption track."""
    return f"track:{key}"


def begun(last: Pushed | None, plan: Plan) -> Pushed:
    """The record to keep before the first operation of *plan* is done, given the record it was planned with."""
    last = last or Pushed()
    touched = _touched(plan)
    after_markers, after_tracks = _markers(plan.after.markers), _tracks(plan.after.tracks)
    markers = {**_only(after_markers, touched, False), **_only(_markers(last.markers), touched, True)}
    tracks = {**_only(after_tracks, touched, False), **_only(_tracks(last.tracks), touched, True)}
    begun_markers = [item for item in last.begun_markers if item.marker.key in touched]
    begun_tracks = [track for track in last.begun_tracks if track_id(track.key) in touched]
    return replace(
        last,
        markers=tuple(markers[key] for key in sorted(markers)),
        tracks=tuple(tracks[key] for key in sorted(tracks)),
        touched=tuple(sorted(touched)),
        begun_markers=tuple(dict.fromkeys((*begun_markers, *_only(after_markers, touched, True).values()))),
        begun_tracks=tuple(dict.fromkeys((*begun_tracks, *_only(after_tracks, touched, True).values()))),
    )


def finished(plan: Plan, present: Present, traits: HostTraits) -> Pushed:
    """
    The record to keep after the operations of *plan* were done and the timeline then read back as *present*.

    What a host writes differently from what it was given is recorded as the host shows it; what it refused is not
    recorded, so that the next plan puts it again.
    """
    undecided = {change.id for change in plan.pulled} | {conflict.key for conflict in plan.conflicts}
    markers = _markers_shown(plan, present, undecided)
    made = {item.track.key for item in plan.operations if isinstance(item, PutCaptions)}
    found = {track.key: track for track in present.tracks if track.key}  # of several the last, which is the newest
    tracks = (
        _as_shown(track, found[track.key], undecided) if track.key in made and traits.reads_captions else track
        for track in plan.after.tracks
        if track.key not in made or track.key in found
    )
    return replace(plan.after, markers=markers, tracks=tuple(tracks))


def _markers_shown(plan: Plan, present: Present, undecided: set[str]) -> tuple[PushedMarker, ...]:
    put = {item.marker.key: item.marker for item in plan.operations if isinstance(item, PutMarker)}
    shown = {(key_of(marker), marker.frame): marker for marker in present.markers}
    markers = []
    for item in plan.after.markers:
        key = item.marker.key
        if key not in put or key in undecided:
            markers.append(item)
        elif found := shown.get((key, put[key].frame)):
            markers.append(replace(item, shown=replace(found, key=key)))
    return tuple(markers)


def _as_shown(track: PushedTrack, read: CaptionTrack, undecided: set[str]) -> PushedTrack:
    """*track* as read back; a caption that the host left out will not be taken for one that was deleted later."""
    now = captions_of(read)
    ours = [at for at, item in enumerate(track.captions) if item.shown and not _is_open(track.key, item, undecided)]
    pairs, _, _ = matched([item for at in ours if (item := track.captions[at].shown)], now)
    found: dict[int, Caption | None] = dict.fromkeys(ours)
    found.update({ours[before]: now[theirs] for before, theirs in pairs})
    items = (replace(item, shown=found[at]) if at in found else item for at, item in enumerate(track.captions))
    return replace(track, captions=tuple(items), digest=digest(now), replaced="")


def _is_open(key: str, item: PushedCaption, undecided: set[str]) -> bool:
    return f"{key}:{'+'.join(item.cues)}" in undecided or not undecided.isdisjoint(item.cues)


def _touched(plan: Plan) -> set[str]:
    """The markers and tracks that the operations are about."""
    touched = set()
    for operation in plan.operations:
        if isinstance(operation, PutMarker | DropMarker):
            touched.add(key_of(operation.marker))
        else:
            touched.add(track_id(operation.track.key if isinstance(operation, PutCaptions) else operation.key))
    return touched


def _markers(items: Iterable[PushedMarker]) -> dict[str, PushedMarker]:
    return {item.marker.key: item for item in items}


def _tracks(tracks: Iterable[PushedTrack]) -> dict[str, PushedTrack]:
    return {track_id(track.key): track for track in tracks}


def _only(table: Mapping[str, _Item], keys: Collection[str], inside: bool) -> dict[str, _Item]:
    return {key: item for key, item in table.items() if (key in keys) == inside}


# -- the file --------------------------------------------------------------------------------------


def path_of(document: Path) -> Path:
    """Where the records of the document at *document* lie."""
    return document.with_name(f"{document.name}.pushed")


def load(path: Path, where: Where) -> Pushed | None:
    """
    The record of one timeline in the file *path*, None if nothing was pushed there yet.

    DocumentError if the file is damaged or of a newer Zimu: without the record, edits made in the host would be lost.
    """
    return _records(path).get(where)


def save(path: Path, where: Where, record: Pushed) -> None:
    """Keep *record* in the file *path* among those of other timelines; the same records give the same bytes."""
    records = {**_records(path), where: record}
    rows = ",\n".join(_row({**place._asdict(), **_to_json(records[place])}) for place in sorted(records))
    text = f'{{"pushed":{VERSION},"records":[\n{rows}\n]}}\n'
    write_atomic(path, _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode())


def _records(path: Path) -> dict[Where, Pushed]:
    try:
        if path.stat().st_size > LARGEST:
            raise _damaged(path, "it is larger than any record")
        content = json.loads(path.read_bytes().decode(), parse_constant=_refuse, object_pairs_hook=_unique)
    except FileNotFoundError:
        return {}
    except OSError as error:
        hint = "Check the file."
        raise DocumentError("pushed.cannot-read", f"{path} cannot be read: {error.strerror}.", hint) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "it is not whole") from error
    version = content.get("pushed") if isinstance(content, dict) else None
    if type(version) is not int or version < 1:
        raise _damaged(path, "it is something else")
    if version > VERSION:
        raise DocumentError("pushed.newer", f"{path} was written by a newer Zimu.", "Update Zimu to push again.")
    try:
        return dict(map(_from_json, content["records"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, "an entry is malformed") from error


def _to_json(record: Pushed) -> dict[str, Any]:
    table: dict[str, Any] = {"touched": list(record.touched), "offset": record.offset}
    for name in ("markers", "begun_markers"):
        table[name] = [_marker_row(item) for item in getattr(record, name)]
    for name in ("tracks", "begun_tracks"):
        table[name] = [_track_row(track) for track in getattr(record, name)]
    return table


def _from_json(table: dict[str, Any]) -> tuple[Where, Pushed]:
    where = Where(*(_text(table.pop(name)) for name in Where._fields))
    table.setdefault("offset", 0)  # version 1 knew none
    if table.keys() != {field.name for field in fields(Pushed)}:
        raise ValueError("other entries")
    content: dict[str, Any] = {"touched": tuple(map(_text, _list(table["touched"])))}
    content["offset"] = _whole(table["offset"])
    for name in ("markers", "begun_markers"):
        content[name] = tuple(map(_marker_of, _list(table[name])))
    for name in ("tracks", "begun_tracks"):
        content[name] = tuple(map(_track_of, _list(table[name])))
    return where, Pushed(**content)


def _marker_row(item: PushedMarker) -> list[Any]:
    ours, theirs = ([one.frame, one.frames, one.name, one.note, one.colour] for one in (item.marker, item.shown))
    return [item.marker.key, ours] if ours == theirs else [item.marker.key, ours, theirs]


def _marker_of(row: Any) -> PushedMarker:
    key, ours, *theirs = row
    (theirs,) = theirs or (ours,)
    one, other = (
        Marker(_text(key), _whole(frame), _whole(frames), _text(name), _text(note), _text(colour))
        for frame, frames, name, note, colour in (ours, theirs)
    )
    return PushedMarker(one, other)


def _track_row(track: PushedTrack) -> list[Any]:
    return [track.key, track.digest, track.replaced, [_caption_row(item) for item in track.captions]]


def _track_of(row: Any) -> PushedTrack:
    key, look, replaced, rows = row
    return PushedTrack(_text(key), tuple(map(_caption_of, _list(rows))), _text(look), _text(replaced))


def _caption_row(item: PushedCaption) -> list[Any]:
    ours = [item.caption.frame, item.caption.frames, item.caption.text]
    theirs = item.shown and [item.shown.frame, item.shown.frames, item.shown.text]
    return [list(item.cues), ours] if ours == theirs else [list(item.cues), ours, theirs]


def _caption_of(row: Any) -> PushedCaption:
    cues, ours, *others = row
    (theirs,) = others or (ours,)
    one, other = (row and Caption(_whole(row[0]), _whole(row[1]), _text(row[2])) for row in (ours, theirs))
    if not isinstance(one, Caption) or len(ours) != 3:
        raise ValueError("no caption")
    return PushedCaption(tuple(map(_text, _list(cues))), one, other or None)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not text")
    return value


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("not a list")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not -_MANY < value < _MANY:
        raise TypeError("not a whole number")
    return value


def _row(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(table := dict(pairs)) < len(pairs):
        raise ValueError("an entry is there twice")
    return table


def _damaged(path: Path, reason: str) -> DocumentError:
    return DocumentError(
        "pushed.damaged",
        f"The record of what was pushed, {path}, cannot be used: {reason}.",
        "Restore it, or delete it: the next push then overwrites edits made in the editing program to Zimu's items.",
    )

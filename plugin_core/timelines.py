"""
Where Zimu keeps what it makes of a host's timeline: a folder of its own for each, known again by the timeline's id.

``HOME/timelines/resolve/Cut 3-1f0c9a2e/`` holds the sound, the document, the record of what was pushed and the files
of the last job. The name is that of the timeline when it was first heard; a renamed timeline keeps its folder.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from plugin_core import formats, settings
from plugin_core.bridge import AudioRequest, Bridge, Listed, expect
from plugin_core.document import Cue, Document
from plugin_core.errors import HostError
from plugin_core.host import TimelineInfo
from plugin_core.plan import pushed
from plugin_core.plan.pushed import Pushed, Where
from plugin_core.protocol import Note, Progress
from plugin_core.timeline_sound import timeline_sound


@dataclass(frozen=True, slots=True)
class Place:
    """A timeline and its *folder*; *name* is that of the files in it."""

    where: Where
    info: TimelineInfo
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name.rpartition("-")[0]

    @property
    def document(self) -> Path:
        """Where the timeline's document is, once there is one."""
        return self.folder / f"{self.name}.zimu"


def place_of(bridge: Bridge) -> Place:
    """The place of the timeline that is open in *bridge*'s host. Nothing is made on disk."""
    from plugin_core.bundle import safe_name

    where, info = bridge.where(), bridge.timeline()
    digest = blake2b("\0".join(where).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    shelf = settings.home() / "timelines" / where.host
    known = sorted(shelf.glob(f"*-{digest}"))
    return Place(where, info, known[0] if known else shelf / f"{safe_name(info.name)}-{digest}")


def named(bridge: Bridge, name: str) -> Listed:
    """
    The timeline of the open project with this id or *name*. HostError "host.unknown-timeline" if there is none,
    "host.timeline-name" if several have the name.
    """
    listed = bridge.timelines()
    found = [one for one in listed if one.id == name] or [one for one in listed if one.name == name]
    if not found:
        names = ", ".join(f"“{one.name}”" for one in listed[:10]) or "none"
        more = f" and {len(listed) - 10} more" if len(listed) > 10 else ""
        raise HostError(
            "host.unknown-timeline", f"The open project has no timeline “{name}”.", f"It has: {names}{more}."
        )
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise HostError("host.timeline-name", f"{len(found)} timelines are called “{name}”.", f"Say one's id: {ids}.")
    return found[0]


@contextmanager
def on_timeline(bridge: Bridge, name: str, *, stay: bool) -> Iterator[str]:
    """
    The timeline *name* (or id) is open in the block, which gets its id; "" leaves the one that is open. Afterwards the
    one that was open before is opened again, unless the user is to *stay* where something was put.
    """
    if not name:
        yield ""
        return
    wanted = named(bridge, name)
    before = next((one.id for one in bridge.timelines() if one.open), "")
    bridge.open_timeline(wanted.id)
    try:
        yield wanted.id
    finally:
        if before and not stay:
            bridge.open_timeline(before)


def listen(
    bridge: Bridge, request: AudioRequest, route: str, timeline: str = ""
) -> Generator[Progress | Note, None, tuple[Place, Path]]:
    """
    The sound of the open timeline as a file in its place, ready to be the source of a job whose files go there too.
    HostError "host.other-timeline" if *timeline* is given and is not the id of the open one.

    A push of the job's document then finds by itself where on the timeline the sound begins.
    """
    place = place_of(bridge)
    expect(place.where, timeline)
    place.folder.mkdir(parents=True, exist_ok=True)
    made = yield from timeline_sound(bridge, request, route, place.folder / "new")
    sound = place.folder / f"{place.name}{made.suffix}"
    made.replace(sound)
    _begins(place, place.info.rate.ms_at(request.start or 0))
    return place, sound


def read_track(bridge: Bridge, name: str = "", language: str = "") -> tuple[Place, Path]:
    """
    The subtitle track *name* (default: the first that is not ours) as an SRT file in its place, the source of a job
    that translates and corrects it; *language* is that of its text. HostError if the host shows no such track.
    """
    tracks = bridge.present().tracks
    wanted = [track for track in tracks if (track.name == name if name else not track.key)]
    if not wanted or not bridge.traits.reads_captions:
        names = ", ".join(f"“{track.name}”" for track in tracks) or "none"
        raise HostError("host.no-track", f"There is no such subtitle track to read (there: {names}).", "Use --track.")
    place = place_of(bridge)
    cues = tuple(
        Cue(f"t{at}", place.info.ms(one.frame), place.info.ms(one.frame + one.frames), (one.text,))
        for at, one in enumerate(wanted[0].captions)
        if one.text.strip()
    )
    path = place.folder / f"{place.name}.srt"
    place.folder.mkdir(parents=True, exist_ok=True)
    formats.write(Document(languages=(language or "und",), cues=cues), path)
    _begins(place, 0)
    return place, path


def _begins(place: Place, offset: int) -> None:
    """Keep where on the timeline the media of its document begins, for the push."""
    record = pushed.path_of(place.document)
    last = pushed.load(record, place.where) or Pushed()
    pushed.save(record, place.where, replace(last, offset=offset))

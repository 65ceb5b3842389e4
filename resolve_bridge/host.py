"""
DaVinci Resolve as a host: what its agent says and does, as the values of the core (``values``, ``sources``).

The agent's verbs are private to this file and it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

from plugin_core import colours, settings
from plugin_core.bridge import AudioRequest, AudioTrack, Channel, Listed, Sound, SourceClip
from plugin_core.errors import HostError
from plugin_core.host import (
    RESOLVE,
    Caption,
    CaptionTrack,
    DropCaptions,
    DropMarker,
    HostTraits,
    Marker,
    Operation,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    track_key,
    track_name,
)
from plugin_core.markers import without_id
from plugin_core.plan.layout import shown_text
from plugin_core.plan.pushed import Where
from plugin_core.protocol import Note, Progress
from plugin_core.storage import write_atomic
from resolve_bridge.agent import PAGE
from resolve_bridge.sources import source_clip
from resolve_bridge.values import CUSTOM, Opened, listed_of, marker_of, opened_of, srt_of

STAGE = "render"
POLL = 0.5  # seconds between two looks at a render
SLOW = 300.0  # seconds that Resolve may take to read a long subtitle file
IDLE = 6  # looks at a render that does not run and left no file, before it is taken for failed
DEAD = ("host.timeout", "host.gone", "host.crashed")


class ResolveBridge:
    """
    The open timeline of Resolve. Subtitle files are kept in *folder*, because the Media Pool goes on naming them.

    *pause* waits between two looks at a render.
    """

    traits: HostTraits = RESOLVE

    def __init__(self, channel: Channel, folder: Path | None = None, pause: Callable[[float], None] = sleep) -> None:
        self.channel = channel
        self._folder = folder
        self._pause = pause
        self._labelled = self._late = False  # how this Resolve was found to read subtitle files

    def where(self) -> Where:
        """The ids of project and timeline."""
        project, timeline = self.channel.call("where")
        return Where(RESOLVE.name, str(project), str(timeline))

    def timelines(self) -> tuple[Listed, ...]:
        """See ``Bridge``. In versions without ids a timeline's name is its id."""
        return tuple(map(listed_of, self.channel.call("timelines", timeout=60.0)))

    def open_timeline(self, timeline: str) -> None:
        """See ``Bridge``. *timeline* may not be told from another one of the same name where there are no ids."""
        self.channel.call("open_timeline", timeout=60.0, key=timeline)

    def timeline(self) -> TimelineInfo:
        """What is open. HostError "host.rate" for a rate that none has."""
        return self._opened().info

    def present(self) -> Present:
        """Every marker and subtitle; a track is ours by its name."""
        value = self.channel.call("present", timeout=60.0)
        markers = tuple(marker_of(row) for row in value["markers"])
        tracks = (
            CaptionTrack(track_key(track["name"]), track["name"], tuple(self._captions(track, value["start"])))
            for track in value["tracks"]
        )
        return Present(markers, tuple(tracks))

    def sound(self) -> Sound:
        """What plays on the audio tracks, as far as Resolve tells it."""
        opened = self._opened()
        tracks = self.channel.call("sound", timeout=60.0)
        clips: list[SourceClip] = []
        notes: list[str] = []
        for track in tracks:
            for row in self._rows("clips", track, 200):
                clip, note = source_clip(row, track["index"], opened.start, opened.info.rate)
                clips.extend([clip] if clip else [])
                notes.extend([note] if note else [])
        heard = (AudioTrack(track["index"], track["name"], track["enabled"]) for track in tracks)
        return Sound(tuple(heard), tuple(clips), tuple(dict.fromkeys(notes)))

    def apply(self, operation: Operation) -> None:
        """Do one operation."""
        match operation:
            case PutMarker(marker):
                self._put_marker(marker)
            case DropMarker(marker):
                self._drop_marker(marker)
            case PutCaptions(track):
                self._put_captions(track)
            case DropCaptions(key, place):
                self._drop_captions(key, place)

    def unverified(self, operation: Operation) -> str:  # noqa: ARG002 - as the protocol has it
        """See ``Bridge``: Resolve shows all that is put."""
        return ""

    def forget(self, key: str) -> None:
        """See ``Bridge``: tracks are removed here, so there is nothing to forget."""

    def render_audio(self, request: AudioRequest, folder: Path) -> Generator[Progress | Note, None, Path]:
        """See ``bridge.Bridge``. What could not be put back is said in notes."""
        range_ = self._range(request)
        before = self.channel.call("render_look")
        name = f"zimu-{uuid4().hex[:12]}"
        folder.mkdir(parents=True, exist_ok=True)
        left: list[str] = []
        job = ""
        try:
            tracks = list(request.tracks) or None
            values = {"folder": str(folder), "name": name, "tracks": tracks, **range_}
            job = str(self.channel.call("render_start", timeout=120.0, **values))
            path = yield from self._rendered(job, folder, name)
        finally:  # also when the loop is left in the middle
            left += self._finish(before, name, job)
        for what in left:
            yield Note(STAGE, f"Resolve did not let Zimu put back {what}: please look at it.", "warning")
        return path

    def goto(self, ms: int) -> None:
        """Move the playhead; before the first frame and after the last there is none."""
        info = self._opened().info
        frame = max(0, info.rate.frame_at(ms))
        last = info.duration - 1 if info.duration else frame
        self.channel.call("goto", timecode=info.timecode(min(frame, last)))

    def close(self) -> None:
        """End the agent, if it is ours."""
        close = getattr(self.channel, "close", None)
        if close is not None:
            close()

    def put_text(self, track: CaptionTrack, template: str) -> int:
        """
        Show *track* as Text+ titles on a new video track, copies of the *template* in the Media Pool; its index.

        Plans know nothing of them: they are put once and are then the user's.
        """
        opened = self._opened()
        rows = [[opened.start + one.frame, one.frames, one.text] for one in track.captions]
        values = {"template": template, "name": track.name, "rate": opened.info.rate.name}
        index = 0
        for first in range(0, len(rows), 50):  # Resolve takes long over each
            part = rows[first : first + 50]
            value = self.channel.call("text_plus", timeout=120.0, captions=part, track=index, **values)
            index = int(value["track"])
        return index

    # -- reading -----------------------------------------------------------------------------------

    def _opened(self) -> Opened:
        return opened_of(self.channel.call("timeline"))

    def _captions(self, track: dict[str, Any], start: int) -> Iterable[Caption]:
        rows = sorted(self._rows("captions", track, PAGE))
        return (Caption(first - start, max(1, end - first), shown_text(text)) for first, end, text in rows)

    def _rows(self, verb: str, track: dict[str, Any], count: int) -> list[Any]:
        rows: list[Any] = []
        for first in range(0, track["count"], count):
            rows += self.channel.call(verb, timeout=60.0, track=track["index"], first=first, count=count)
        return rows

    # -- writing -----------------------------------------------------------------------------------

    def _put_marker(self, marker: Marker) -> None:
        self.channel.call(
            "put_marker",
            frame=marker.frame,
            colour=colours.to_host(marker.colour, RESOLVE.palette),
            name=marker.name,
            note=marker.note,
            frames=marker.frames,
            custom=CUSTOM + marker.key if marker.key else "",
            keyed=f"{without_id(marker.note)} [zimu:{marker.key}]" if marker.key else marker.note,
        )

    def _drop_marker(self, marker: Marker) -> None:
        shown = {"name": marker.name, "note": marker.note, "frames": marker.frames}
        if marker.colour:
            shown["colour"] = colours.to_host(marker.colour, RESOLVE.palette)
        self.channel.call("drop_marker", frame=marker.frame, shown=shown)

    def _put_captions(self, track: CaptionTrack) -> None:
        opened = self._opened()
        captions = [caption for caption in track.captions if shown_text(caption.text)]
        tries = self._tries(track.name, captions, opened.info)
        starts = (opened.start + caption.frame for caption in captions)
        spans = [[start, start + caption.frames] for start, caption in zip(starts, captions, strict=True)]
        before = self.channel.call("tracks")
        used = tries[0]
        try:
            values = {"tries": tries, "name": track.name, "spans": spans}
            answer = self.channel.call("put_captions", timeout=SLOW, **values)
            used = answer["used"]
            self._learn(tries, used)
        except HostError as error:
            if error.code in DEAD:  # it could not put back itself what it had locked
                with suppress(HostError):
                    self.channel.call("put_back", before=before)
            raise
        finally:
            for path in {path for path, _ in tries} - {used[0]}:
                Path(path).unlink(missing_ok=True)
        if left := answer["left"]:
            message = f"The track “{track.name}” was made, but Resolve did not let Zimu put back {', '.join(left)}."
            raise HostError("host.left", message, "Please look at it in Resolve.")

    def _tries(self, name: str, captions: list[Caption], info: TimelineInfo) -> list[list[str]]:
        """
        Subtitle files and places of the playhead, the likeliest first: whether a file's times are real ones or those of
        the labels, and whether its time 0 or its first caption comes to the playhead, is not documented.

        A new name each time: the Media Pool takes a file of a name that it knows for the one that it has read.
        """
        folder = self._folder or settings.home() / "resolve"
        kinds = (self._labelled, not self._labelled)
        paths = []
        for text in dict.fromkeys(srt_of(captions, info.rate, labels=labels) for labels in kinds):
            paths.append(folder / f"{name} {uuid4().hex[:8]}.srt")
            _write(paths[-1], text)
        places = list(dict.fromkeys((info.start_timecode, info.timecode(captions[0].frame))))
        return [[str(path), timecode] for timecode in places[:: -1 if self._late else 1] for path in paths]

    def _learn(self, tries: list[list[str]], used: list[str]) -> None:
        """What worked is tried first the next time."""
        self._labelled ^= used[0] != tries[0][0]
        self._late ^= used[1] != tries[0][1]

    def _drop_captions(self, key: str, place: int) -> None:
        tracks = self.channel.call("tracks")["tracks"]
        ours = [track for track in tracks if track_key(track["name"]) == key]
        if place >= len(ours):
            raise HostError("host.changed", f"The track “{track_name(key)}” is no longer there.", "Push again.")
        self.channel.call("drop_captions", timeout=60.0, track=ours[place]["index"], name=ours[place]["name"])

    # -- sound out ---------------------------------------------------------------------------------

    def _range(self, request: AudioRequest) -> dict[str, int | None]:
        """The absolute first and last frame; none for all of the timeline."""
        if request.start is None and request.end is None:
            return {"mark_in": None, "mark_out": None}
        opened = self._opened()
        first = max(0, request.start or 0)
        end = opened.info.duration if request.end is None else request.end
        if end <= first:
            raise HostError("host.range", "The range to render holds no frame.", "Choose a longer one.")
        return {"mark_in": opened.start + first, "mark_out": opened.start + end - 1}

    def _rendered(self, job: str, folder: Path, name: str) -> Generator[Progress | Note, None, Path]:
        """Wait for the file. That nothing renders any more does not mean that it succeeded, nor what the state says."""
        idle = 0
        while True:
            status = self.channel.call("render_status", job=job, folder=str(folder), name=name)
            yield Progress(STAGE, min(100.0, status["percent"]), 100.0)
            files = [Path(path) for path, size in status["files"] if size]
            if not status["rendering"]:
                if len(files) == 1 and (status["percent"] >= 100 or idle >= IDLE) and not status["error"]:
                    return files[0]
                idle += 1
                if idle > IDLE or status["error"]:
                    raise _failed(status, files)
            self._pause(POLL)

    def _finish(self, before: Any, name: str, job: str) -> list[str]:
        """Put all back; an agent that dies over it is followed by another one."""
        values = {"before": before, "name": name, "job": job}
        try:
            return list(self.channel.call("render_finish", timeout=60.0, **values))
        except HostError as error:
            if error.code in DEAD:
                with suppress(HostError):
                    return list(self.channel.call("render_finish", timeout=60.0, **values))
            return [f"what the render changed ({error.message})"]


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode())
    except OSError as error:
        hint = "Free some space there, or choose another folder with ZIMU_HOME."
        raise HostError("host.file", f"{path} cannot be written: {error.strerror}.", hint) from error


def _failed(status: dict[str, Any], files: list[Path]) -> HostError:
    said = " ".join(part for part in (status["state"], status["error"]) if part)
    reason = f"Resolve says: {said}" if said else "it left no file"
    if len(files) > 1:
        reason = f"it left {len(files)} files"
    return HostError(
        "host.render-failed",
        f"Resolve did not render the sound ({reason}).",
        "Look at the Deliver page, or take the sound straight from the source media (--route sources).",
    )

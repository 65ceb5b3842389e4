"""
DaVinci Resolve as a host: what its agent says and does, as the values of the core. All conversions are here.

Of Resolve's frames those of markers and of the in and out marks count from the timeline's first, those of items and of
renders from 00:00:00:00; rates are strings, of which the drop-frame ones end in "DF"; out marks are inside.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

from plugin_core import colours, formats, settings
from plugin_core.bridge import AudioRequest, AudioTrack, Bridge, Channel, Sound, SourceClip
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, HostError, SettingsError
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

STAGE = "render"
POLL = 0.5  # seconds between two looks at a render
SLOW = 300.0  # seconds that Resolve may take to read a long subtitle file
IDLE = 6  # looks at a render that does not run and left no file, before it is taken for failed
DEAD = ("host.timeout", "host.gone", "host.crashed")
_CUSTOM = "zimu:"  # before our key in a marker's customData, where other programs keep theirs


def bridge(channel: Channel) -> Bridge:
    """The bridge to Resolve over *channel*: the entry point ``zimu.hosts``."""
    return ResolveBridge(channel)


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

    def where(self) -> Where:
        """The ids of project and timeline."""
        project, timeline = self.channel.call("where")
        return Where(RESOLVE.name, str(project), str(timeline))

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

    def _opened(self) -> _Opened:
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
            custom=_CUSTOM + marker.key if marker.key else "",
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
        used = tries[0][0]
        try:
            values = {"tries": tries, "name": track.name, "spans": spans}
            answer = self.channel.call("put_captions", timeout=SLOW, **values)
            used = answer["path"]
        except HostError as error:
            if error.code in DEAD:  # it could not put back itself what it had locked
                with suppress(HostError):
                    self.channel.call("put_back", before=before)
            raise
        finally:
            for path in {path for path, _ in tries} - {used}:
                Path(path).unlink(missing_ok=True)
        if left := answer["left"]:
            message = f"The track “{track.name}” was made, but Resolve did not let Zimu put back {', '.join(left)}."
            raise HostError("host.left", message, "Please look at it in Resolve.")

    def _tries(self, name: str, captions: list[Caption], info: TimelineInfo) -> list[list[str]]:
        """
        Subtitle files and places of the playhead, the likeliest first: times are real ones, or those of the labels.

        A new name each time: the Media Pool takes a file of a name that it knows for the one that it has read.
        """
        folder = self._folder or settings.home() / "resolve"
        texts = list(dict.fromkeys(srt_of(captions, info.rate, labels=labels) for labels in (False, True)))
        paths = []
        for text in texts:
            paths.append(folder / f"{name} {uuid4().hex[:8]}.srt")
            _write(paths[-1], text)
        timecodes = dict.fromkeys((info.start_timecode, info.timecode(captions[0].frame)))
        return [[str(path), timecode] for timecode in timecodes for path in paths]

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


@dataclass(frozen=True, slots=True)
class _Opened:
    """The open timeline, and the absolute number that Resolve gives its first frame."""

    info: TimelineInfo
    start: int


def opened_of(value: dict[str, Any]) -> _Opened:
    """The timeline of what the agent says of it."""
    start, timecode = int(value["start"]), str(value["start_timecode"])
    rate = rate_of(value["rate"], timecode, start)
    marks = value["marks"] or {}
    mark: dict[str, int] = marks.get("video") or marks.get("audio") or {}
    out = mark.get("out")
    info = TimelineInfo(
        rate=rate,
        name=str(value["name"]),
        start=_label(rate, timecode, start),
        duration=max(0, int(value["end"]) - start),
        mark_in=mark.get("in"),
        mark_out=None if out is None else out + 1,
        width=_size(value["width"]),
        height=_size(value["height"]),
    )
    return _Opened(info, start)


def rate_of(value: Any, timecode: str = "", start: int | None = None) -> FrameRate:
    """
    The exact rate of a setting such as "23.976", "29.97 DF" or 24.0; HostError "host.rate" if it is none.

    Whether labels drop is also told by a ";" in the start *timecode*, and by the number of the frame that it labels.
    """
    try:
        rate = FrameRate.parse(str(value))
    except SettingsError as error:
        raise HostError("host.rate", f"Resolve says the timeline's rate is {value!r}.", error.hint) from error
    try:
        dropping = replace(rate, drop=True)
    except SettingsError:
        return rate
    if ";" in timecode:
        return dropping
    label = _label(rate, timecode, None), _label(dropping, timecode, None)
    return dropping if start is not None and label[0] != start == label[1] else rate


def _label(rate: FrameRate, timecode: str, otherwise: Any) -> Any:
    """The number of the frame that *timecode* labels."""
    try:
        return rate.frame_of(timecode)
    except DocumentError:
        return otherwise


def _size(value: Any) -> int:
    text = str(value or "").split(".")[0]
    return int(text) if text.isdecimal() else 0


def marker_of(row: dict[str, Any]) -> Marker:
    """A marker of Resolve. Its customData is ours if it says so; other programs keep theirs there."""
    custom = row["custom"]
    key = custom.removeprefix(_CUSTOM) if custom.startswith(_CUSTOM) else ""
    colour = colours.from_host(row["colour"], RESOLVE.palette)
    return Marker(key, row["frame"], row["frames"], row["name"], row["note"], colour)


def srt_of(captions: Iterable[Caption], rate: FrameRate, *, labels: bool = False) -> str:
    """
    An SRT text whose times are the frames of *captions* at *rate*, whether a reader takes the frame that a time lies
    in or the one that begins nearest: each time is the first whole ms inside its frame. With *labels* the times are
    those of the timecode labels (at 23.976 a thousandth shorter).

    HostError for captions that Resolve would leave out: none, of no frames, or over each other.
    """
    cues: list[Cue] = []
    end = 0
    for number, caption in enumerate(captions, 1):
        if caption.frames < 1 or caption.frame < end:
            hint = "Correct the times of this subtitle in Zimu and push again."
            raise HostError("host.captions", f"Resolve would leave out the subtitle “{caption.text}”.", hint)
        end = caption.frame + caption.frames
        first, last = (_first_ms(frame, rate, labels) for frame in (caption.frame, end))
        cues.append(Cue(f"{number:08}", first, last, (caption.text,)))
    if not cues:
        raise HostError("host.captions", "There is no subtitle to put on the track.", "Write some first.")
    return formats.to_text(Document(languages=("und",), cues=tuple(cues)), "srt")


def _first_ms(frame: int, rate: FrameRate, labels: bool) -> int:
    """The first whole millisecond that lies in *frame*."""
    if labels:
        plain = FrameRate(Fraction(rate.nominal))
        frame, rate = plain.frame_of(rate.timecode(frame, ":")), plain
    return -(-frame * 1000 * rate.fps.denominator // rate.fps.numerator)


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

"""
Premiere Pro as a bridge: verbs of ``host.jsx`` over any channel, values of ``plugin_core.host``.

What no script can see in Premiere, and what this bridge makes of it:

* Caption tracks. ``present`` lists one of ours when the clip that Premiere made it of is in our bin, without captions;
  ``unverified`` says that the track itself was not seen. Tracks of the user are never listed, none can be removed;
  ``forget`` takes the clip out of the bin of one that the user deletes.
* Which audio tracks are soloed: a render has what a render by hand would have.
* The range to render: the whole sequence or its in/out range is, and cut to what was asked for. Neither is moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from plugin_core import colours
from plugin_core.bridge import AudioRequest, AudioTrack, Channel, Listed, Sound, SourceClip, alone
from plugin_core.errors import HostError
from plugin_core.host import (
    PREMIERE,
    CaptionTrack,
    DropMarker,
    HostTraits,
    Marker,
    Operation,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    track_name,
)
from plugin_core.plan.pushed import Where
from plugin_core.protocol import Note, Progress
from plugin_core.settings import home
from premiere_cep.captions import known, tracks_of, write_srt
from premiere_cep.ticks import TICKS, frame_at, range_of, rate_of, seconds_of, ticks_of
from premiere_cep.wave_cut import cut

__all__ = ["TICKS", "Hello", "PremiereBridge"]

STAGE = "sound"
BIN = "Zimu"
PRESET = Path(__file__).with_name("presets") / "zimu_wav_48k_16.epr"
_UNUSED = "unused"  # the name that host.jsx gives to a clip of which no track was made
_LOOKS, _PAUSE = 25, 0.2  # how often, and after how many seconds each, to look whether a sequence has been opened
_PATIENCE = 300.0  # seconds for an import and for a render beside its length


class Hello(NamedTuple):
    """What program answers: *version* "25.1.0", whether a *sequence* is open and scripts may make *captions* in it."""

    version: str
    build: str
    locale: str
    system: str
    sequence: bool
    captions: bool


class PremiereBridge:
    """
    The open sequence of Premiere. *folder* keeps the subtitle files that caption tracks are made of; *pause* waits
    between two looks whether a sequence has been opened.
    """

    def __init__(self, channel: Channel, folder: Path | None = None, pause: Callable[[float], None] = sleep) -> None:
        self._channel = channel
        self._pause = pause
        self._folder = folder or home() / "premiere"
        self._timebase = 0
        self._sequence = ""
        self._shown: dict[Marker, list[dict[str, Any]]] = defaultdict(list)
        self._colourless = False

    @property
    def traits(self) -> HostTraits:
        """What Premiere can do."""
        return PREMIERE

    def hello(self) -> Hello:
        """Which Premiere this is; answers also where no project is open."""
        said = self._call("hello")
        version, build, locale, system = (
            str(said.get(name) or "") for name in ("version", "build", "locale", "system")
        )
        return Hello(version, build, locale, system, bool(said.get("sequence")), bool(said.get("captions")))

    def where(self) -> Where:
        """See ``Bridge``: the project's document id and the sequence's id."""
        said = self._call("where")
        sequence = str(said.get("sequence") or "")
        if sequence != self._sequence:
            self._sequence, self._timebase = sequence, 0
            self._shown.clear()
        return Where(PREMIERE.name, str(said.get("project") or ""), sequence)

    def timelines(self) -> tuple[Listed, ...]:
        """See ``Bridge``."""
        said = self._call("timelines", timeout=60.0)
        return tuple(_listed(one, str(said["open"])) for one in said["timelines"])

    def open_timeline(self, timeline: str) -> None:
        """See ``Bridge``. Premiere says that it did before it has, and also when it did not: so it is looked at."""
        if self._open_one() == timeline:
            return
        name = self._call("open_timeline", timeout=60.0, timeline=timeline)["name"]
        for _ in range(_LOOKS):
            if self._open_one() == timeline:
                return
            self._pause(_PAUSE)
        raise HostError(
            "host.timeline-refused",
            f"Premiere did not open the sequence “{name}”.",
            "Open it by hand; if somebody else has its project locked, wait until it is free.",
        )

    def timeline(self) -> TimelineInfo:
        """See ``Bridge``."""
        self.where()
        said = self._call("timeline")
        base, zero, end = (ticks_of(said.get(name)) for name in ("timebase", "zero", "end"))
        display, width, height = (_whole(said.get(name)) for name in ("display", "width", "height"))
        rate = rate_of(base, display)
        self._timebase = base
        points = range_of(ticks_of(said.get("first")), ticks_of(said.get("last")), zero)
        first, last = (None if point is None else frame_at(point, base) for point in points)
        return TimelineInfo(
            rate,
            str(said.get("name") or ""),
            start=frame_at(zero, base),
            duration=max(0, frame_at(end, base)),
            mark_in=first,
            mark_out=last,
            width=width,
            height=height,
        )

    def present(self) -> Present:
        """See ``Bridge``, and the module for what its tracks mean."""
        sequence, said = self.where().timeline, self._call("present", bin=BIN)
        looks, count = said["markers"], said["count"]
        if len({look["guid"] for look in looks}) != count:
            raise HostError(
                "host.markers",
                f"Premiere did not list the {count} markers of this sequence one by one.",
                "Update Premiere; until then use zimu export for the markers.",
            )
        self._shown.clear()
        markers = tuple(map(self._remember, looks))
        paths = (clip["path"] for clip in said["clips"] if clip["name"] != _UNUSED)
        return Present(markers, tracks_of(paths, sequence))

    def sound(self) -> Sound:
        """See ``Bridge``."""
        said = self._call("sound")
        tracks = tuple(
            AudioTrack(index, str(track["name"]), not track["muted"]) for index, track in enumerate(said["tracks"], 1)
        )
        clips, notes = [], []
        for clip in said["clips"]:
            if clip["path"] and not clip["nested"]:
                clips.append(self._clip(clip))
            else:
                what = "a nested sequence" if clip["nested"] else "no media file"
                notes.append(f"“{clip['name']}” on audio track {clip['track'] + 1} is {what}: only a render hears it.")
        return Sound(tracks, tuple(clips), tuple(dict.fromkeys(notes)))

    def apply(self, operation: Operation) -> None:
        """See ``Bridge``. HostError "host.marker-place" if Premiere puts a marker elsewhere; it is removed again."""
        if isinstance(operation, PutMarker):
            self._put_marker(operation)
        elif isinstance(operation, DropMarker):
            self._change("drop_marker", seen=self._seen(operation.marker))
        elif isinstance(operation, PutCaptions):
            self._put_captions(operation.track)
        else:
            raise HostError(
                "host.drop-captions",
                f"Premiere lets no script remove the track “{track_name(operation.key)}”.",
                "Delete it by hand: right-click its head, Delete Track.",
            )

    def unverified(self, operation: Operation) -> str:
        """A sentence on what could not be seen of *operation* after it was done, "" if nothing was left open."""
        if isinstance(operation, PutCaptions):
            return (
                f"Premiere shows subtitle tracks to no script: whether “{operation.track.name}” is there with "
                f"{len(operation.track.captions)} captions was not seen. Look at the top of the timeline."
            )
        if isinstance(operation, PutMarker) and self._colourless:
            return "This Premiere does not tell the colours of markers."
        return ""

    def forget(self, key: str) -> None:
        """
        List our track *key* no more: its clips leave the bin. For a track that the user is to delete by hand, so that
        the next push makes it again.
        """
        sequence = self.where().timeline
        for clip in self._call("present", bin=BIN)["clips"]:
            if known(clip["path"], sequence)[0] == key:
                self._change("drop_clip", bin=BIN, node=clip["node"])

    def render_audio(self, request: AudioRequest, folder: Path) -> Generator[Progress | Note, None, Path]:
        """See ``Bridge``. Premiere answers nothing while it renders; what it writes is 48 kHz stereo."""
        info, start = self.timeline(), request.start or 0
        end = info.duration if request.end is None else min(request.end, info.duration)
        if end <= start:
            raise HostError("host.no-sound", "Nothing of the sequence is in this range.", "Choose another range.")
        exact = (start, end) == (info.mark_in, info.mark_out)
        length = float(Fraction(info.duration) / info.rate.fps)
        path = _free(folder)
        yield Progress(STAGE, 0, 1)
        said = self._call(
            "export_audio",
            timeout=_PATIENCE + length,
            path=str(path),
            preset=str(PRESET),
            heard=self._heard(request.tracks),
            range=int(exact),
        )
        if said["before"] != said["after"]:
            yield Note(STAGE, "Premiere did not unmute all tracks again: check which are muted.", "warning")
        if not path.is_file() or not path.stat().st_size:
            hint = "Hear the timeline from its source clips instead (route “sources”)."
            raise HostError("host.no-sound", f"Premiere wrote no sound (“{said['said']}”).", hint)
        if not exact and (start, end) != (0, info.duration):
            cut(path, start / info.rate.fps, end / info.rate.fps)
        yield Progress(STAGE, 1, 1)
        return path

    def goto(self, ms: int) -> None:
        """See ``Bridge``."""
        info = self.timeline()
        self._call("goto", ticks=str(max(0, info.rate.frame_at(ms)) * self._timebase))

    def turn(self) -> AbstractContextManager[None]:
        """See ``bridge.alone``."""
        return alone(self._channel)

    def close(self) -> None:
        """See ``Bridge``: leave the server, if it is reached through one."""
        close = getattr(self._channel, "close", None)
        if close is not None:
            close()

    # -- markers -----------------------------------------------------------------------------------

    def _put_marker(self, operation: PutMarker) -> None:
        marker, wanted = operation.marker, self._wanted(operation.marker)
        if operation.replaces:
            changed = self._change("change_marker", seen=self._seen(operation.replaces), **wanted)
            if self._is_at(changed, marker):
                self._remember(changed)
                return
            self._made(marker, wanted)  # Premiere did not move it
            self._change("drop_marker", seen=changed)
        else:
            self._made(marker, wanted)

    def _made(self, marker: Marker, wanted: dict[str, Any]) -> None:
        look = self._change("put_marker", **wanted)
        if not self._is_at(look, marker):
            self._change("drop_marker", seen=look)
            place = frame_at(ticks_of(look["start"]), self._base())
            raise HostError(
                "host.marker-place",
                f"Premiere put the marker “{marker.name}” on frame {place} and not on {marker.frame}; it was removed.",
                "Set the sequence's start time to 00:00:00:00 and push again, and report this.",
            )
        self._remember(look)

    def _wanted(self, marker: Marker) -> dict[str, Any]:
        base = self._base()
        return {
            "start": seconds_of(marker.frame, base),
            "end": seconds_of(marker.frame + marker.frames, base),
            "name": marker.name,
            "comments": marker.note,
            "colour": colours.PREMIERE.index(colours.to_host(marker.colour, PREMIERE.palette)),
        }

    def _is_at(self, look: dict[str, Any], marker: Marker) -> bool:
        return frame_at(ticks_of(look["start"]), self._base()) == marker.frame

    def _remember(self, look: dict[str, Any]) -> Marker:
        """The marker that *look* shows; it will be found again by its guid."""
        base, colour = self._base(), look.get("colour")
        start, end = (frame_at(ticks_of(look[name]), base) for name in ("start", "end"))
        self._colourless = not isinstance(colour, int) or not 0 <= colour < len(colours.PREMIERE)
        name = "" if self._colourless else colours.from_host(colours.PREMIERE[int(colour or 0)], PREMIERE.palette)
        note = str(look["comments"]).replace("\r\n", "\n").replace("\r", "\n")
        marker = Marker("", start, max(1, end - start), str(look["name"]), note, name)
        self._shown[marker].append(look)
        return marker

    def _seen(self, marker: Marker) -> dict[str, Any]:
        """How Premiere showed *marker*; each such look is given once."""
        bare = replace(marker, key="")
        if not self._shown[bare]:
            self.present()
        if not self._shown[bare]:
            raise HostError("host.marker-gone", f"The marker “{marker.name}” is no longer there.", "Push again.")
        return self._shown[bare].pop()

    # -- captions and sound ------------------------------------------------------------------------

    def _put_captions(self, track: CaptionTrack) -> None:
        path = write_srt(track, self._base(), self._here(), self._folder)
        self._change("put_captions", timeout=_PATIENCE, path=str(path), bin=BIN, name=track.name, start=0.0)

    def _clip(self, clip: dict[str, Any]) -> SourceClip:
        base = self._base()
        start, end, source = (ticks_of(clip[name]) for name in ("start", "end", "source"))
        first = frame_at(start, base)
        told = clip["speed"]
        speed = (float(told) if isinstance(told, int | float) else 1.0) * (-1 if clip["backwards"] else 1)
        played = source + (first * base - start) * speed  # audio may begin between frames
        return SourceClip(
            str(clip["path"]),
            int(clip["track"]) + 1,
            first,
            frame_at(end, base),
            float(played * 1000 / TICKS),
            speed,
            not clip["disabled"],
        )

    def _heard(self, tracks: tuple[int, ...]) -> list[bool] | None:
        """For each track whether it is to be heard; None leaves them as they are."""
        if not tracks:
            return None
        count = len(self._call("sound")["tracks"])
        if unknown := [index for index in tracks if not 1 <= index <= count]:
            hint = f"It has {count} of them."
            raise HostError("host.no-track", f"The sequence has no audio track {unknown[0]}.", hint)
        return [index in tracks for index in range(1, count + 1)]

    # -- the script --------------------------------------------------------------------------------

    def _open_one(self) -> str:
        """The id of the sequence that is open; "" if none is."""
        try:
            return self.where().timeline
        except HostError as error:
            if error.code != "host.no-timeline":
                raise
            return ""

    def _here(self) -> str:
        """The id of the open sequence."""
        return self._sequence or self.where().timeline

    def _base(self) -> int:
        """Ticks a frame of the open sequence."""
        if not self._timebase:
            self.timeline()
        return self._timebase

    def _change(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """A verb that changes the sequence: only the one that was looked at (HostError "host.other-timeline")."""
        return self._call(verb, timeout, sequence=self._here(), **arguments)

    def _call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        said = self._channel.call(verb, timeout, **arguments)
        if not isinstance(said, dict):
            raise HostError("host.answer", "Premiere sent something unknown.", "Run zimu hosts install premiere.")
        return said


if TYPE_CHECKING:
    from plugin_core.bridge import BridgeFactory

    _factory: BridgeFactory = PremiereBridge  # it is a bridge, whole and right


def _listed(said: dict[str, Any], here: str) -> Listed:
    """One of the sequences that the script tells of; *here* is the open one."""
    base, end = (ticks_of(said.get(name)) for name in ("timebase", "end"))
    try:
        rate, duration = rate_of(base, _whole(said.get("display"))), max(0, frame_at(end, base))
    except HostError:
        rate, duration = None, 0
    key = str(said.get("sequence") or "")
    return Listed(key, str(said.get("name") or ""), rate, duration, bool(key) and key == here)


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _free(folder: Path) -> Path:
    """A name in *folder* that no file has."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("sound.wav", *(f"sound-{number}.wav" for number in range(2, 10_000)))
    return next(path for name in names if not (path := folder / name).exists())

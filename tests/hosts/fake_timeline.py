# ruff: noqa: N803, PLR0917 - the names and the order of arguments are Blackmagic's
"""The timeline of the fake Resolve: tracks, items, markers, in and out marks, playhead; and the clips of its pool."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from plugin_core.errors import DocumentError
from tests.hosts.fake_remote import Remote, World

_CUE = re.compile(r"(\d+):(\d\d):(\d\d),(\d{3}) --> (\d+):(\d\d):(\d\d),(\d{3})\n(.*?)(?=\n\n|\n*\Z)", re.S)
_TAG = re.compile(r"</?(?:i|b|u|font)[^>]*>")


def captions_in(srt: str, world: World) -> list[tuple[int, int, str]]:
    """(frame, frame, text) of an SRT text, counted from its 00:00:00."""
    found = []
    for match in _CUE.finditer(srt):
        times = [_ms(match.groups()[at : at + 4]) for at in (0, 4)]
        first, end = (_frame(ms, world) for ms in times)
        text = _TAG.sub("", match[9]).strip()
        if end - first >= world.quirks.shortest and text:
            found.append((first, end, text))
    return found


def _ms(parts: tuple[str, ...]) -> int:
    hours, minutes, seconds, ms = map(int, parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _frame(ms: int, world: World) -> int:
    half = Fraction(1, 2) if world.quirks.rounding == "nearest" else Fraction(0)
    if not world.quirks.labelled:
        return int(ms * world.rate.fps / 1000 + half)
    number = int(Fraction(ms * world.rate.nominal, 1000) + half)
    seconds, frames = divmod(number, world.rate.nominal)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"
    return world.rate.frame_of(clock)


class FakeMediaPoolItem(Remote):
    def __init__(self, world: World, name: str, properties: dict[str, Any]) -> None:
        super().__init__(world)
        self._name, self._properties = name, properties
        self.text_ = ""

    def GetName(self) -> str:
        return self._name

    def GetClipProperty(self, propertyName: str | None = None) -> Any:
        return self._properties if propertyName is None else self._properties.get(propertyName, "")


class FakeTool(Remote):
    """A tool of a Fusion composition."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.inputs_: dict[str, Any] = {}

    def SetInput(self, name: str, value: Any) -> None:
        self.inputs_[name] = value


class FakeComp(Remote):
    def __init__(self, world: World, has_text: bool) -> None:
        super().__init__(world)
        self.tools_ = [FakeTool(world)] if has_text else []

    def GetToolList(self, selected: bool = False, kind: str = "") -> dict[int, FakeTool]:
        return dict(enumerate(self.tools_, 1))


class FakeTimelineItem(Remote):
    """*source* is (left offset, source start, source end)."""

    def __init__(
        self, world: World, name: str, start: int, end: int, clip: FakeMediaPoolItem | None = None,
        source: tuple[int, int, int] = (0, 0, 0),
    ) -> None:  # fmt: skip
        super().__init__(world)
        self._id = world.new_id()
        self._name, self._start, self._end, self._clip, self._source = name, start, end, clip, source
        self._comp: FakeComp | None = None
        self.enabled_ = True

    @property
    def span_(self) -> tuple[int, int, str]:
        return self._start, self._end, self._name

    @property
    def comp_(self) -> FakeComp | None:
        return self._comp

    def with_comp_(self, has_text: bool) -> FakeTimelineItem:
        self._comp = FakeComp(self._world, has_text)
        return self

    def GetName(self) -> str:
        return self._name

    def GetStart(self, subframe_precision: bool = False) -> float:
        return float(self._start)

    def GetEnd(self, subframe_precision: bool = False) -> float:
        return float(self._end)

    def GetLeftOffset(self, subframe_precision: bool = False) -> float:
        return float(self._source[0])

    def GetSourceStartFrame(self) -> int:
        return self._source[1]

    def GetSourceEndFrame(self) -> int:
        return self._source[2]

    def GetMediaPoolItem(self) -> FakeMediaPoolItem | None:
        return self._clip

    def GetClipEnabled(self) -> bool:
        return self.enabled_

    def GetUniqueId(self) -> str:
        return self._id

    def GetFusionCompCount(self) -> int:
        return int(self._comp is not None)

    def GetFusionCompByIndex(self, compIndex: int) -> FakeComp | None:
        return self._comp if compIndex == 1 else None


@dataclass
class Track:
    """A track: its *items* by time, and how often it is read before those that *come* show."""

    name: str
    enabled: bool = True
    locked: bool = False
    items: list[FakeTimelineItem] = field(default_factory=list)
    hidden: list[FakeTimelineItem] = field(default_factory=list)
    reads: int = 0

    def shut(self, by: str) -> bool:
        return (self.locked and by != "off") or (not self.enabled and by != "lock")

    def read(self) -> list[FakeTimelineItem]:
        self.reads -= 1
        if self.reads <= 0 and self.hidden:
            self.items, self.hidden = sorted([*self.items, *self.hidden], key=lambda item: item.span_), []
        return list(self.items)


class FakeTimeline(Remote):
    def __init__(self, world: World, name: str = "Cut 3") -> None:
        super().__init__(world)
        self._name = name
        self.held_ = False  # another user has it, so that it does not open here
        self._id = world.new_id()
        self._start = world.rate.frame_of(world.quirks.start)
        self._timecode = world.rate.timecode(self._start)
        self.markers_: dict[float, dict[str, Any]] = {}
        self.marks_: dict[str, dict[str, int]] = {}
        self.tracks_: dict[str, list[Track]] = {
            "video": [Track("Video 1")],
            "audio": [Track("Audio 1"), Track("Audio 2"), Track("Audio 3", enabled=False)],
            "subtitle": [],
        }

    # -- what a test sets and sees -----------------------------------------------------------------

    @property
    def start_(self) -> int:
        return self._start

    @property
    def timecode_(self) -> str:
        return self._timecode

    def clip_(
        self, track: int, name: str, start: int, end: int, source: tuple[int, int, int], **properties: str
    ) -> None:
        """A clip on an audio track, at frames from the start."""
        pool = FakeMediaPoolItem(self._world, name, properties) if properties else None
        item = FakeTimelineItem(self._world, name, self._start + start, self._start + end, pool, source)
        self.tracks_["audio"][track - 1].items.append(item)

    def subtitles_(self, name: str, *spans: tuple[int, int, str], enabled: bool = True, locked: bool = False) -> Track:
        """A subtitle track, with captions at frames from the start."""
        items = [FakeTimelineItem(self._world, text, self._start + a, self._start + b) for a, b, text in spans]
        track = Track(name, enabled, locked, items)
        self.tracks_["subtitle"].append(track)
        return track

    def captioned_(self, captions: list[tuple[int, int, str]]) -> list[FakeTimelineItem]:
        """Append what an SRT file holds. The lowest subtitle track that is on and not locked takes it."""
        quirks, tracks = self._world.quirks, self.tracks_["subtitle"]
        open_ = [track for track in tracks if quirks.ignores_locks or not track.shut(quirks.closed_by)]
        if not open_ or not captions:
            return []
        playhead = self._world.rate.frame_of(self._timecode)
        first = captions[0][0] if quirks.first_at_playhead else 0
        made = []
        for start, end, text in captions:
            at = playhead + start - first
            if all(at >= item.span_[1] or playhead + end - first <= item.span_[0] for item in open_[0].items):
                made.append(FakeTimelineItem(self._world, text, at, playhead + end - first))
        open_[0].hidden += made
        open_[0].reads = quirks.slow
        return made

    def titled_(self, place: dict[str, Any]) -> list[FakeTimelineItem]:
        clip, start = place["mediaPoolItem"], place["recordFrame"]
        end = start + place["endFrame"] - place["startFrame"]
        item = FakeTimelineItem(self._world, clip.GetName(), start, end).with_comp_("Text" in clip.GetName())
        self.tracks_["video"][place["trackIndex"] - 1].items.append(item)
        return [item]

    # -- the API -----------------------------------------------------------------------------------

    def GetName(self) -> str:
        return self._name

    def GetUniqueId(self) -> str:
        return self._id

    def GetStartFrame(self) -> int:
        return self._start

    def GetEndFrame(self) -> int:
        return self._start + self._world.quirks.length

    def GetStartTimecode(self) -> str:
        separator = ":" if self._world.quirks.hides_drop else ""
        return self._world.rate.timecode(self._start, separator)

    def GetSetting(self, settingName: str) -> str:
        quirks = self._world.quirks
        values = {"timelineResolutionWidth": "1920", "timelineResolutionHeight": "1080"}
        rate = quirks.rate.split()[0] if quirks.hides_drop else quirks.rate
        return {**values, "timelineFrameRate": rate}.get(settingName, "")

    def GetCurrentTimecode(self) -> str:
        return self._timecode

    def SetCurrentTimecode(self, timecode: str) -> bool:
        try:
            frame = self._world.rate.frame_of(timecode)
        except DocumentError:
            return False
        if self._world.quirks.colons and ";" in timecode:
            return False
        if not self._start <= frame < self.GetEndFrame():
            return False
        self._timecode = timecode
        return True

    def GetMarkInOut(self) -> dict[str, dict[str, int]] | None:
        return {kind: dict(pair) for kind, pair in self.marks_.items()} if self._world.quirks.marks else None

    def SetMarkInOut(self, mark_in: int, mark_out: int, type: str = "all") -> bool:  # noqa: A002 - the API's name
        for kind in ("video", "audio") if type == "all" else (type,):
            self.marks_[kind] = {"in": mark_in, "out": mark_out}
        return True

    def ClearMarkInOut(self, type: str = "all") -> bool:  # noqa: A002 - the API's name
        for kind in ("video", "audio") if type == "all" else (type,):
            self.marks_.pop(kind, None)
        return True

    def GetMarkers(self) -> dict[float, dict[str, Any]]:
        return {frame: dict(marker) for frame, marker in self.markers_.items()}

    def AddMarker(
        self, frameId: float, color: str, name: str, note: str, duration: float, customData: str | None = None
    ) -> bool:  # fmt: skip
        if customData is not None and self._world.quirks.custom_data != "yes":
            if self._world.quirks.custom_data == "raises":
                raise TypeError("AddMarker takes 5 arguments")
            return False
        if float(frameId) in self.markers_:
            return False
        self.markers_[float(frameId)] = {
            "color": color, "name": name, "note": note, "duration": float(duration), "customData": customData or "",
        }  # fmt: skip
        return True

    def DeleteMarkerAtFrame(self, frameNum: float) -> bool:
        return self.markers_.pop(float(frameNum), None) is not None

    def GetTrackCount(self, trackType: str) -> int:
        return len(self.tracks_[trackType])

    def AddTrack(self, trackType: str, subTrackType: str = "") -> bool:
        if self._world.page != "edit":
            return False
        tracks = self.tracks_[trackType]
        tracks.append(Track(f"{trackType.title()} {len(tracks) + 1}"))
        if trackType == "subtitle":
            self._show(len(tracks))
        return True

    def DeleteTrack(self, trackType: str, trackIndex: int) -> bool:
        track = self._track(trackType, trackIndex)
        if track is None or track.locked or self._world.page != "edit":
            return False
        self.tracks_[trackType].remove(track)
        return True

    def GetTrackName(self, trackType: str, trackIndex: int) -> str:
        track = self._track(trackType, trackIndex)
        return track.name if track else ""

    def SetTrackName(self, trackType: str, trackIndex: int, name: str) -> bool:
        if track := self._track(trackType, trackIndex):
            track.name = name
        return track is not None

    def GetIsTrackEnabled(self, trackType: str, trackIndex: int) -> bool:
        track = self._track(trackType, trackIndex)
        return track is not None and track.enabled

    def SetTrackEnable(self, trackType: str, trackIndex: int, Bool: bool) -> bool:
        track = self._track(trackType, trackIndex)
        if track is None or track.locked:
            return False
        if self._world.quirks.cannot_close and trackType == "subtitle" and not Bool:
            return False
        track.enabled = Bool
        if Bool and trackType == "subtitle":
            self._show(trackIndex)
        return True

    def GetIsTrackLocked(self, trackType: str, trackIndex: int) -> bool:
        track = self._track(trackType, trackIndex)
        return track is not None and track.locked

    def SetTrackLock(self, trackType: str, trackIndex: int, Bool: bool) -> bool:
        track = self._track(trackType, trackIndex)
        if track is None or self._world.quirks.cannot_close:
            return False
        track.locked = Bool
        return True

    def GetItemListInTrack(self, trackType: str, index: int) -> Any:
        track = self._track(trackType, index)
        return self._list(list(track.read())) if track else None

    def DeleteClips(self, timelineItems: list[FakeTimelineItem], Bool: bool = False) -> bool:
        if self._world.page != "edit":
            return False
        for tracks in self.tracks_.values():
            for track in tracks:
                if not track.locked:
                    track.items = [item for item in track.items if item not in timelineItems]
        return True

    def CreateSubtitlesFromAudio(self, autoCaptionSettings: dict[str, Any] | None = None) -> bool:
        """Studio only: on the free edition it opens a dialog, and nothing can be changed while that is up."""
        self._world.modal = not self._world.quirks.studio
        return self._world.quirks.studio

    def _track(self, kind: str, index: int) -> Track | None:
        return self.tracks_[kind][index - 1] if 1 <= index <= len(self.tracks_[kind]) else None

    def _show(self, index: int) -> None:
        """One subtitle track shows at a time."""
        for at, track in enumerate(self.tracks_["subtitle"], 1):
            track.enabled = at == index or (track.enabled and not self._world.quirks.one_shows)

# ruff: noqa: N803 - the names and the order of arguments are Blackmagic's
"""
A DaVinci Resolve as awkward as the real one: the scripting API's names and signatures, and its measured quirks.

``Quirks`` chooses among what versions, editions and states do. What is always so: answers prove nothing, ``hasattr``
is true for every name, a locked track takes nothing, one subtitle track shows at a time, the Deliver page moves the
in and out marks, settings of a render stay, a Media Pool file is read once, and marker frames are floats.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plugin_core.clock import FrameRate
from tests.hosts.fake_remote import Killed, Quirks, Remote, World
from tests.hosts.fake_render import Deliver
from tests.hosts.fake_timeline import FakeMediaPoolItem, FakeTimeline, FakeTimelineItem, captions_in


class FakeResolve(Remote):
    """The program. A test looks at ``project_`` and ``timeline_``, the state behind the API."""

    def __init__(self, quirks: Quirks | None = None) -> None:
        quirks = quirks or Quirks()
        rate = FrameRate.parse(quirks.rate)
        super().__init__(World(quirks, rate, quirks.page))
        self._project = FakeProject(self._world)
        self._manager = FakeProjectManager(self._world, self._project)

    @property
    def world_(self) -> World:
        return self._world

    @property
    def project_(self) -> FakeProject:
        return self._project

    @property
    def timeline_(self) -> FakeTimeline:
        return self._project.timeline_

    def GetProductName(self) -> str:
        return "DaVinci Resolve Studio" if self._world.quirks.studio else "DaVinci Resolve"

    def GetVersionString(self) -> str:
        return self._world.quirks.version

    def GetProjectManager(self) -> FakeProjectManager:
        return self._manager

    def GetCurrentPage(self) -> str | None:
        return self._world.page

    def OpenPage(self, pageName: str) -> bool:
        if pageName == "deliver" and self._world.page != "deliver":
            self.timeline_.marks_ = {
                kind: {"in": 0, "out": self._world.quirks.length - 1} for kind in ("video", "audio")
            }
        self._world.page = pageName
        return True


class FakeProjectManager(Remote):
    def __init__(self, world: World, project: FakeProject) -> None:
        super().__init__(world)
        self._project = project

    def GetCurrentProject(self) -> FakeProject | None:
        return self._project if self._world.quirks.project else None

    def GetCurrentDatabase(self) -> dict[str, str] | None:
        return None if self._world.quirks.wedged else {"DbType": "Disk", "DbName": "Local Database"}

    def SaveProject(self) -> bool | None:
        return None if self._world.quirks.wedged else True


class FakeProject(Remote):
    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._id = world.new_id()
        self.timeline_ = FakeTimeline(world)
        self.timelines_: list[FakeTimeline | None] = [self.timeline_]
        self._coming: list[FakeTimeline] = []  # once it has been asked for three times
        self.pool_ = FakeMediaPool(world, self.timeline_)
        self.deliver_ = Deliver(world, self.timeline_)

    def GetName(self) -> str:
        return "Film"

    def GetUniqueId(self) -> str:
        return self._id

    def GetMediaPool(self) -> FakeMediaPool:
        return self.pool_

    def GetCurrentTimeline(self) -> FakeTimeline | None:
        if len(self._coming) > 1:
            self._coming.pop()
        elif self._coming:
            self.timeline_ = self._coming.pop()
        return self.timeline_ if self._world.quirks.timeline and self.timeline_ in self.timelines_ else None

    def GetTimelineCount(self) -> int:
        return len(self.timelines_)

    def GetTimelineByIndex(self, idx: int) -> FakeTimeline | None:
        return self.timelines_[idx - 1] if 1 <= idx <= len(self.timelines_) else None

    def SetCurrentTimeline(self, timeline: FakeTimeline) -> bool | None:
        how = self._world.quirks.opens
        if how == "no" or timeline.held_ or timeline not in self.timelines_:
            return False
        if how == "late":
            self._coming = [timeline] * 3
        elif how != "lies":
            self.timeline_ = timeline
        return None if how == "silent" else True

    def GetSetting(self, settingName: str) -> str:
        return ""

    def AddRenderJob(self) -> str | None:
        return self.deliver_.add()

    def DeleteRenderJob(self, jobId: str) -> bool:
        return self.deliver_.jobs.pop(jobId, None) is not None

    def GetRenderJobList(self) -> Any:
        return self._list(list(self.deliver_.jobs.values()))

    def StartRendering(self, jobIds: list[str], isInteractiveMode: bool = False) -> bool:
        return self.deliver_.start(jobIds)

    def StopRendering(self) -> None:
        self.deliver_.running = ""

    def IsRenderingInProgress(self) -> bool:
        return self.deliver_.advance()

    def GetRenderJobStatus(self, jobId: str) -> dict[str, Any]:
        return self.deliver_.status(jobId)

    def LoadRenderPreset(self, presetName: str) -> bool:
        return self.deliver_.load(presetName)

    def SaveAsNewRenderPreset(self, presetName: str) -> bool:
        return self.deliver_.save(presetName)

    def DeleteRenderPreset(self, presetName: str) -> bool:
        return self.deliver_.presets.pop(presetName, None) is not None

    def SetRenderSettings(self, settings: dict[str, Any]) -> bool:
        self.deliver_.now.settings.update(settings)
        return True

    def GetRenderCodecs(self, renderFormat: str) -> dict[str, str]:
        codecs = self._world.quirks.codecs if renderFormat == "mov" else ()
        return {f"Apple {codec}": codec for codec in codecs}

    def GetCurrentRenderFormatAndCodec(self) -> dict[str, str]:
        return {"format": self.deliver_.now.form, "codec": self.deliver_.now.codec}

    def SetCurrentRenderFormatAndCodec(self, format: str, codec: str) -> bool:  # noqa: A002 - the API's name
        if codec not in self._world.quirks.codecs:
            return False
        self.deliver_.now.form, self.deliver_.now.codec = format, codec
        return True

    def GetCurrentRenderMode(self) -> int:
        return self.deliver_.now.mode

    def SetCurrentRenderMode(self, renderMode: int) -> bool:
        self.deliver_.now.mode = renderMode
        return True


class FakeFolder(Remote):
    def __init__(self, world: World, name: str) -> None:
        super().__init__(world)
        self._name = name
        self.clips_: list[FakeMediaPoolItem] = []
        self.folders_: list[FakeFolder] = []

    def GetName(self) -> str:
        return self._name

    def GetClipList(self) -> Any:
        return self._list(list(self.clips_))

    def GetSubFolderList(self) -> Any:
        return self._list(list(self.folders_))


class FakeMediaPool(Remote):
    def __init__(self, world: World, timeline: FakeTimeline) -> None:
        super().__init__(world)
        self._timeline = timeline
        self.root_ = self.current_ = FakeFolder(world, "Master")
        self._read: dict[str, FakeMediaPoolItem] = {}

    def GetRootFolder(self) -> FakeFolder:
        return self.root_

    def GetCurrentFolder(self) -> FakeFolder:
        return self.current_

    def SetCurrentFolder(self, folder: FakeFolder) -> bool:
        self.current_ = folder
        return True

    def AddSubFolder(self, folder: FakeFolder, name: str) -> FakeFolder:
        new = FakeFolder(self._world, name)
        folder.folders_.append(new)
        self.current_ = new
        return new

    def ImportMedia(self, items: list[str]) -> Any:
        found = []
        for path in items:
            if not Path(path).is_file():
                return self._list([])
            if path not in self._read:  # a file of a known name is not read again
                clip = FakeMediaPoolItem(
                    self._world, Path(path).name, {"File Path": path, "Type": "Subtitle", "FPS": ""}
                )
                clip.text_ = Path(path).read_text("utf-8")
                self._read[path] = clip
                self.current_.clips_.append(clip)
            found.append(self._read[path])
        return self._list(found)

    def DeleteClips(self, clips: list[FakeMediaPoolItem]) -> bool:
        for folder in (self.root_, *self.root_.folders_):
            folder.clips_ = [clip for clip in folder.clips_ if clip not in clips]
        return True

    def AppendToTimeline(self, clipInfo: list[Any]) -> Any:
        if self._world.page != "edit":
            return None
        items: list[Any] = []
        for one in clipInfo:
            if isinstance(one, dict):
                items += self._timeline.titled_(one)
            elif not self._world.quirks.refuses_captions:
                items += self._timeline.captioned_(captions_in(one.text_, self._world))
        return {"none": None, "none-list": [None], "items": items}[self._world.quirks.appended]


__all__ = ["FakeMediaPoolItem", "FakeResolve", "FakeTimelineItem", "Killed", "Quirks", "World"]

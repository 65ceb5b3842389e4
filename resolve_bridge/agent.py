# ruff: noqa: PLR0917, UP006, UP035, UP045 - arguments have names; Python 3.6 annotations need typing.List
"""
Zimu's hands inside DaVinci Resolve: verbs over its scripting API, one JSON line in, one out. It decides nothing.

Standard library only, Python 3.6 or newer. It runs as a process of Zimu that loads fusionscript (``agent.py --lib
PATH``), or inside Resolve, where the menu script calls :func:`serve`. The first line is hello's result; then requests
``{"id": n, "do": VERB, "arguments": {...}}`` get ``{"id": n, "result": ...}`` or ``{"id": n, "error": {"code",
"message", "hint"}}``; "quit" or the end of input ends it. Values are Resolve's own; ``host`` converts them.

Resolve's answers prove nothing (None on success, True without effect), so a verb reads back what it did. ``hasattr``
is always true on Resolve's objects: ``dir`` alone tells which functions there are. No call here needs Studio, because
on the free edition such a call opens a dialog that makes later calls fail.
"""

import argparse
import importlib.machinery
import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any, Callable, Dict, List, Optional, Tuple

PROTOCOL = 1
PAGE = 1000  # captions or clips of one answer: each costs Resolve several calls, and no call may last long
BIN = "Zimu"  # the folder of the Media Pool that holds our subtitle files
AUDIO_PRESETS = ("Audio Only", "仅音频", "僅音訊")
WAITS = 20  # times PATIENCE: how long Resolve may take to show what it was given
PATIENCE = 0.1  # seconds
HALF = 0.5  # of the captions in place, or one frame beside: then the push's reading back tells the rest
NEAR = 0.005  # frames per second: 23.98 is 23.976, 24 is not
DIALOG = "Close any dialog that is open in Resolve, make sure that nobody else has the timeline locked, and try again."

Json = Dict[str, Any]


class Refusal(Exception):
    """What Resolve does not do, as an answer: a stable code, a sentence, what the user can do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code, self.message, self.hint = code, message, hint


class Agent:
    """The verbs. *resolve* is what fusionscript gives, or the menu script's global of that name."""

    def __init__(self, resolve: Any, pause: Callable[[float], None] = time.sleep) -> None:
        self.resolve = resolve
        self.pause = pause
        self.attached = False
        self.rendering = None  # type: Optional[Json]  # what puts back what a render changes

    # -- what is there -----------------------------------------------------------------------------

    def hello(self) -> Json:
        """Which program this is. The edition comes first: nothing else is asked of one that has no database."""
        product = str(self.resolve.GetProductName() or "")
        manager = self.resolve.GetProjectManager()
        attached = _attached(manager)
        project = manager.GetCurrentProject() if manager and attached else None
        timeline = project.GetCurrentTimeline() if project else None
        pool = project.GetMediaPool() if project else None
        objects = {"Resolve": self.resolve, "Project": project, "MediaPool": pool, "Timeline": timeline}
        return {
            "protocol": PROTOCOL,
            "product": product,
            "studio": product.strip().lower().endswith("studio"),
            "version": str(self.resolve.GetVersionString() or ""),
            "page": self.resolve.GetCurrentPage() or "",
            "database": attached,
            "project": str(project.GetName() or "") if project else "",
            "timeline": str(timeline.GetName() or "") if timeline else "",
            "functions": {name: functions(thing) for name, thing in objects.items() if thing},
            "python": "{}.{}.{}".format(*sys.version_info[:3]),
            "pid": os.getpid(),
        }

    def where(self) -> List[str]:
        """The ids of the open project and timeline; in versions that have none, the names."""
        project, timeline = self._timeline()
        return [_key(project), _key(timeline)]

    def timelines(self) -> List[Json]:
        """The timelines of the open project, each with its key, rate, span, and whether it is open; none is opened."""
        project = self._project()
        here = _current(project)
        return [
            {
                "key": _key(timeline),
                "name": str(timeline.GetName() or ""),
                "rate": timeline.GetSetting("timelineFrameRate") or project.GetSetting("timelineFrameRate"),
                "start_timecode": str(timeline.GetStartTimecode() or ""),
                "start": _whole(timeline.GetStartFrame()),
                "end": _whole(timeline.GetEndFrame()),
                "open": _key(timeline) == here,
            }
            for timeline in _timelines(project)
        ]

    def open_timeline(self, key: str) -> None:
        """Open the timeline of this *key*. That it is open is seen by asking: the answer proves nothing."""
        project = self._project()
        if _current(project) == key:
            return
        found = [one for one in _timelines(project) if _key(one) == key]
        if not found:
            message = "The project that is open in Resolve has no such timeline any more."
            raise Refusal("host.unknown-timeline", message, "Choose another one.")
        if len(found) > 1:
            message = f"Several timelines of this project are called “{key}”."
            raise Refusal(
                "host.timeline-refused", message, "Open the one you mean in Resolve, or give it another name."
            )
        timeline = found[0]
        project.SetCurrentTimeline(timeline)
        for _ in range(WAITS):
            if _current(project) == key:
                return
            self.pause(PATIENCE)
        message = f"Resolve did not open the timeline “{timeline.GetName()}”."
        raise Refusal("host.timeline-refused", message, DIALOG)

    def timeline(self) -> Json:
        """The open timeline: the rate and start as Resolve says them, its marks if this version tells them."""
        project, timeline = self._timeline()
        return {
            "name": str(timeline.GetName() or ""),
            "rate": timeline.GetSetting("timelineFrameRate") or project.GetSetting("timelineFrameRate"),
            "start_timecode": str(timeline.GetStartTimecode() or ""),
            "start": _whole(timeline.GetStartFrame()),
            "end": _whole(timeline.GetEndFrame()),
            "width": timeline.GetSetting("timelineResolutionWidth"),
            "height": timeline.GetSetting("timelineResolutionHeight"),
            "marks": _marks(timeline),
        }

    def present(self) -> Json:
        """All markers, by frame from the start; the subtitle tracks without their captions (see ``captions``)."""
        _, timeline = self._timeline()
        markers = _markers(timeline)
        return {
            "start": _whole(timeline.GetStartFrame()),
            "markers": [dict(markers[frame], frame=frame) for frame in sorted(markers)],
            "tracks": _tracks(timeline, "subtitle"),
        }

    def captions(self, track: int, first: int = 0, count: int = PAGE) -> List[List[Any]]:
        """[start, end, text] of *count* captions of a subtitle track from the *first* on; frames are absolute."""
        _, timeline = self._timeline()
        return [
            [_whole(item.GetStart()), _whole(item.GetEnd()), str(item.GetName() or "")]
            for item in _items(timeline, "subtitle", track)[first : first + count]
        ]

    def sound(self) -> List[Json]:
        """The audio tracks without what plays on them (see ``clips``)."""
        _, timeline = self._timeline()
        return _tracks(timeline, "audio")

    def clips(self, track: int, first: int = 0, count: int = PAGE // 5) -> List[Json]:
        """*count* clips of an audio track from the *first* on, as Resolve tells of them."""
        _, timeline = self._timeline()
        return [_clip(item) for item in _items(timeline, "audio", track)[first : first + count]]

    # -- markers -----------------------------------------------------------------------------------

    def put_marker(
        self, frame: int, colour: str, name: str, note: str, frames: int, custom: str, keyed: str = ""
    ) -> None:
        """Make a marker at *frame* from the start. Builds that refuse *custom* get *keyed* for its note instead."""
        _, timeline = self._timeline()
        if _try(timeline.AddMarker, frame, colour, name, note, frames, custom):
            return
        there = _marker(timeline, frame)
        if there is None:
            _try(timeline.AddMarker, frame, colour, name, keyed or note, frames)
            there = _marker(timeline, frame)
        if there is None:
            raise Refusal("host.marker-refused", f"Resolve did not take the marker “{name}”.", DIALOG)
        if there["name"] != name or there["note"] not in (note, keyed):
            raise Refusal(
                "host.marker-occupied",
                "Where the marker “{}” belongs there is one already: “{}”.".format(name, there["name"]),
                "Push again: Zimu then takes the next free frame.",
            )

    def drop_marker(self, frame: int, shown: Json) -> None:
        """Remove the marker at *frame* if it is still as it was *shown*."""
        _, timeline = self._timeline()
        there = _marker(timeline, frame)
        if there is None or any(there[key] != shown[key] for key in shown):
            raise Refusal(
                "host.changed",
                "The marker “{}” was changed in Resolve meanwhile.".format(shown.get("name", "")),
                "Push again.",
            )
        if not timeline.DeleteMarkerAtFrame(frame) and _marker(timeline, frame):
            raise Refusal("host.marker-kept", "Resolve did not remove the marker “{}”.".format(there["name"]), DIALOG)

    # -- captions ----------------------------------------------------------------------------------

    def put_captions(self, tries: List[List[str]], name: str, spans: List[List[int]]) -> Json:
        """
        Make a subtitle track *name* of an SRT file, whose captions lie in the absolute frames *spans*.

        Not documented by Blackmagic, but done by many: append the imported file as it is, while every other subtitle
        track is locked and off (a track index is ignored). Nor is it documented what a file's times count, and whether
        its time 0 or its first caption comes to the playhead: *tries* are files and timecodes of the playhead, of which
        the first is taken that brings the captions to their frames.
        """
        project, timeline = self._timeline()
        pool = project.GetMediaPool()
        before = self._look(timeline)
        folder = pool.GetCurrentFolder()
        clips = {}  # type: Dict[str, Any]
        used = tries[0]
        try:
            self._open("edit")
            used = self._tried(timeline, pool, clips, name, tries, spans)
        finally:
            useless = [clip for path, clip in clips.items() if path != used[0]]
            if useless:
                pool.DeleteClips(useless)
            pool.SetCurrentFolder(folder)
            left = self._put_back(timeline, before)
        index = _count(timeline, "subtitle")
        return {"track": index, "captions": len(_items(timeline, "subtitle", index)), "used": used, "left": left}

    def _tried(
        self, timeline: Any, pool: Any, clips: Json, name: str, tries: List[List[str]], spans: List[List[int]]
    ) -> List[str]:
        """Which of *tries* the new track is made of; every trace of an attempt that failed is removed."""
        shares = []
        for path, timecode in tries:
            clips[path] = clips.get(path) or _imported(pool, path)
            shares.append(self._attempt(timeline, pool, clips[path], name, timecode, spans))
            if shares[-1] == 1:
                return [path, timecode]
        path, timecode = tries[shares.index(max(shares))]
        if max(shares) > HALF and self._attempt(timeline, pool, clips[path], name, timecode, spans, HALF) > HALF:
            return [path, timecode]
        if max(shares) < 0:
            message = f"Resolve did not put the captions on the new subtitle track “{name}”."
        else:
            message = f"Resolve put the captions of “{name}” at other times."
        raise _refused(message, clips[tries[0][0]])

    def _attempt(
        self, timeline: Any, pool: Any, clip: Any, name: str, timecode: str, spans: List[List[int]], least: float = 1
    ) -> float:
        """The share of the captions that came to their frames; with less than *least* the track is removed again."""
        index = self._new_track(timeline, name)
        others = _ids(timeline, index)
        share = -1.0
        try:
            _alone(timeline, index)
            _goto(timeline, timecode)
            pool.AppendToTimeline([clip])  # answers None or [None] also where it worked
            share = _in_place(self._arrived(timeline, index, len(spans)), spans)
        finally:
            if share < least:
                _undo(timeline, index, name, others)
        return share

    def _new_track(self, timeline: Any, name: str) -> int:
        count = _count(timeline, "subtitle")
        timeline.AddTrack("subtitle")
        if _count(timeline, "subtitle") != count + 1:
            raise Refusal("host.captions-refused", "Resolve did not make a subtitle track.", DIALOG)
        timeline.SetTrackName("subtitle", count + 1, name)
        return count + 1

    def _arrived(self, timeline: Any, index: int, count: int) -> List[Any]:
        """The items of a track, once their number no longer grows."""
        items = _items(timeline, "subtitle", index)
        same = 0
        for _ in range(WAITS):
            if len(items) >= count or (items and same >= 3):
                break
            self.pause(PATIENCE)
            now = _items(timeline, "subtitle", index)
            same = same + 1 if len(now) == len(items) else 0
            items = now
        return items

    def drop_captions(self, track: int, name: str) -> None:
        """Remove the subtitle track at *track* if that is still its *name*; one of that name is shown in its place."""
        _, timeline = self._timeline()
        count = _count(timeline, "subtitle")
        if track > count or timeline.GetTrackName("subtitle", track) != name:
            raise Refusal("host.changed", "The subtitle tracks were changed in Resolve meanwhile.", "Push again.")
        page, marks = self.resolve.GetCurrentPage(), _marks(timeline)
        shown = timeline.GetIsTrackEnabled("subtitle", track)
        try:
            self._open("edit")
            timeline.SetTrackLock("subtitle", track, False)
            timeline.DeleteTrack("subtitle", track)
        finally:
            self._open_again(timeline, page, marks)
        if _count(timeline, "subtitle") != count - 1:
            raise Refusal("host.captions-kept", f"Resolve did not remove the track “{name}”.", DIALOG)
        if shown:
            _show(timeline, name)

    def tracks(self) -> Json:
        """What ``put_captions`` changes for a while; for ``put_back`` after an agent that was killed in the middle."""
        _, timeline = self._timeline()
        return self._look(timeline)

    def put_back(self, before: Json) -> List[str]:
        """Make page, playhead and subtitle tracks again as in *before*, without the empty track of a dead agent."""
        _, timeline = self._timeline()
        count = _count(timeline, "subtitle")
        if count == len(before["tracks"]) + 1 and not _items(timeline, "subtitle", count):
            timeline.SetTrackLock("subtitle", count, False)
            timeline.DeleteTrack("subtitle", count)
        return self._put_back(timeline, before)

    def _look(self, timeline: Any) -> Json:
        return {
            "page": self.resolve.GetCurrentPage(),
            "marks": _marks(timeline),
            "timecode": timeline.GetCurrentTimecode(),
            "tracks": _tracks(timeline, "subtitle"),
        }

    def _put_back(self, timeline: Any, before: Json) -> List[str]:
        left = []
        for track in before["tracks"]:
            if timeline.GetTrackName("subtitle", track["index"]) == track["name"]:
                _same_track(timeline, "subtitle", track, enable=False)
        for track in before["tracks"]:  # those that are on come last: where one shows at a time, it turns others off
            if timeline.GetTrackName("subtitle", track["index"]) == track["name"]:
                _same_track(timeline, "subtitle", track, enable=True)
                if not _is_same(timeline, "subtitle", track):
                    left.append("the subtitle track “{}” (on, lock)".format(track["name"]))
        if before["timecode"]:
            timeline.SetCurrentTimecode(before["timecode"])
        return left + self._open_again(timeline, before["page"], before["marks"])

    # -- sound out ---------------------------------------------------------------------------------

    def render_look(self) -> Json:
        """What a render changes for a while; refused while Resolve renders."""
        project, timeline = self._timeline()
        if project.IsRenderingInProgress():
            raise Refusal("host.busy", "Resolve is rendering.", "Wait until it has finished, or stop it.")
        return {
            "page": self.resolve.GetCurrentPage(),
            "marks": _marks(timeline),
            "tracks": _tracks(timeline, "audio"),
            "format": project.GetCurrentRenderFormatAndCodec(),
            "mode": project.GetCurrentRenderMode(),
            "jobs": list(_jobs(project)),
        }

    def render_start(
        self,
        folder: str,
        name: str,
        tracks: Optional[List[int]] = None,
        mark_in: Optional[int] = None,
        mark_out: Optional[int] = None,
    ) -> str:
        """
        Start to render the sound as *folder*/*name*; the id of the job.

        *tracks* alone are heard (None: as they are); *mark_in* and *mark_out* are absolute and both inside. Whatever
        happens, ``render_finish`` puts back what ``render_look`` saw.
        """
        project, timeline = self._timeline()
        self.rendering = {"before": self.render_look(), "name": name}
        project.SaveAsNewRenderPreset(name)  # settings can be set, not read: a preset keeps the user's
        if tracks is not None:
            for index in range(1, _count(timeline, "audio") + 1):
                timeline.SetTrackEnable("audio", index, index in tracks)
        self._open("deliver")  # jobs cannot be added elsewhere; it moves the marks
        _sound_only(project)
        settings = {"SelectAllFrames": mark_in is None, "TargetDir": folder, "CustomName": name}
        settings.update({"ExportVideo": False, "ExportAudio": True, "UniqueFilenameStyle": 0})
        if mark_in is not None:
            settings.update({"MarkIn": mark_in, "MarkOut": mark_out})
        if project.SetRenderSettings(settings) is False:
            raise Refusal("host.render-refused", "Resolve refused the settings of the render.", DIALOG)
        jobs = _jobs(project)
        job, now = str(project.AddRenderJob() or ""), _jobs(project)
        new = [job] if job in now else [one for one in now if one not in jobs]
        if len(new) != 1:
            raise Refusal("host.render-refused", "Resolve did not take the render into its queue.", DIALOG)
        self.rendering["job"] = new[0]
        project.StartRendering(new, False)
        return new[0]

    def render_status(self, job: str, folder: str, name: str) -> Json:
        """How far the job is. Its state is a word of the interface's language, so files and percents count."""
        project, _ = self._timeline()
        status = _try(project.GetRenderJobStatus, job) or {}
        files = sorted(path for path in Path(folder).glob("*") if path.name.startswith(name))
        return {
            "rendering": bool(project.IsRenderingInProgress()),
            "percent": float(status.get(_PERCENT) or 0),
            "state": str(status.get("JobStatus") or ""),
            "error": str(status.get("Error") or ""),
            "files": [[str(path), path.stat().st_size] for path in files],
        }

    def render_finish(self, before: Json, name: str, job: str = "") -> List[str]:
        """Stop and remove our *job* (if not known, that of the file *name*), make all as *before*: what is not so."""
        project, timeline = self._timeline()
        new = {one: told for one, told in _jobs(project).items() if one not in before["jobs"]}
        ours = [one for one in new if one == job or (not job and name in str(new[one]))]
        self._stop(project, ours)
        for one in ours:
            project.DeleteRenderJob(one)
        left = ["the job in the render queue"] if set(ours) & set(_jobs(project)) else []
        for track in before["tracks"]:
            timeline.SetTrackEnable("audio", track["index"], track["enabled"])
            if timeline.GetIsTrackEnabled("audio", track["index"]) != track["enabled"]:
                left.append("the audio track “{}” (on)".format(track["name"]))
        left += _same_settings(project, before, name) + self._open_again(timeline, before["page"], before["marks"])
        self.rendering = None
        return left

    def _stop(self, project: Any, jobs: List[str]) -> None:
        """End a render of *jobs*; another one goes on."""
        begun = [job for job in jobs if float((_try(project.GetRenderJobStatus, job) or {}).get(_PERCENT) or 0) < 100]
        if begun and project.IsRenderingInProgress():
            project.StopRendering()
            for _ in range(WAITS):
                if not project.IsRenderingInProgress():
                    return
                self.pause(PATIENCE)

    def leave(self) -> None:
        """Zimu has gone, perhaps in the middle: what a render has changed is put back."""
        if self.rendering:
            self.render_finish(**self.rendering)

    # -- the rest ----------------------------------------------------------------------------------

    def goto(self, timecode: str) -> None:
        """Move the playhead."""
        _, timeline = self._timeline()
        if not _goto(timeline, timecode) and timeline.GetCurrentTimecode() != timecode:
            raise Refusal("host.goto", f"Resolve did not move the playhead to {timecode}.", "Open the Edit page.")

    def text_plus(self, template: str, name: str, rate: str, captions: List[List[Any]], track: int = 0) -> Json:
        """
        Put *captions* ([absolute frame, frames, text]) as Text+ titles, copies of the *template* in the Media Pool.

        They go to a new video track *name*, or (a next part of many) to *track*. A template of another rate than the
        timeline's would come out in other lengths, and one without a Text+ shows nothing: both are refused.
        """
        project, timeline = self._timeline()
        pool = project.GetMediaPool()
        clip = _find(pool.GetRootFolder(), template)
        if clip is None:
            hint = "Drag a Text+ title from the timeline into the Media Pool and name it so."
            raise Refusal("host.template", f"The Media Pool has no “{template}”.", hint)
        if abs(float(clip.GetClipProperty("FPS") or rate) - float(rate)) > NEAR:
            raise Refusal(
                "host.template",
                f"The template “{template}” has another frame rate than the timeline ({rate}).",
                "Make a template in this timeline.",
            )
        page, marks = self.resolve.GetCurrentPage(), _marks(timeline)
        self._open("edit")
        try:
            index = track or _video_track(timeline, name)
            try:
                put = [_titled(timeline, pool, clip, index, caption) for caption in captions]
            except Exception:
                if not track:
                    timeline.DeleteTrack("video", index)
                raise
        finally:
            self._open_again(timeline, page, marks)
        return {"track": index, "titles": len(put)}

    # -- helpers -----------------------------------------------------------------------------------

    def _project(self) -> Any:
        """The open project. Without a database Resolve looks healthy and hangs later: said at once."""
        manager = self.resolve.GetProjectManager()
        if not self.attached and not _attached(manager):
            raise Refusal(
                "host.no-database",
                "Resolve has come up without its project database.",
                "Quit Resolve and start it again; nothing else helps.",
            )
        self.attached = True
        project = manager.GetCurrentProject()
        if not project:
            raise Refusal("host.no-project", "No project is open in Resolve.", "Open the project and its timeline.")
        return project

    def _timeline(self) -> Tuple[Any, Any]:
        """The open project and timeline."""
        project = self._project()
        timeline = project.GetCurrentTimeline()
        if not timeline:
            raise Refusal("host.no-timeline", "No timeline is open in Resolve.", "Open the timeline on the Edit page.")
        return project, timeline

    def _open(self, page: str) -> None:
        if self.resolve.GetCurrentPage() != page:
            self.resolve.OpenPage(page)

    def _open_again(self, timeline: Any, page: Any, marks: Any) -> List[str]:
        """The user's page; then the in and out marks, which the Deliver page moves. What could not be put back."""
        if page:
            self._open(page)
        if marks is not None and marks != _marks(timeline):
            timeline.ClearMarkInOut("all")
            for kind, pair in marks.items():
                if "in" in pair and "out" in pair:
                    timeline.SetMarkInOut(pair["in"], pair["out"], kind)
        left = ["the page"] if page and self.resolve.GetCurrentPage() != page else []
        return left + (["the in and out marks"] if marks is not None and marks != _marks(timeline) else [])


VERBS = {
    verb.__name__: verb
    for verb in (
        Agent.hello, Agent.where, Agent.timelines, Agent.open_timeline, Agent.timeline, Agent.present, Agent.captions,
        Agent.sound, Agent.clips, Agent.put_marker, Agent.drop_marker, Agent.put_captions, Agent.drop_captions,
        Agent.tracks, Agent.put_back, Agent.render_look, Agent.render_start, Agent.render_status, Agent.render_finish,
        Agent.goto, Agent.text_plus,
    )
}  # type: Dict[str, Callable[..., Any]]  # fmt: skip


_PERCENT = "CompletionPercentage"


# -- reading Resolve's objects ---------------------------------------------------------------------


def functions(thing: Any) -> List[str]:
    """The functions that one of Resolve's objects really has."""
    return sorted({name for name in dir(thing) if name[:1].isupper()})


def _has(thing: Any, name: str) -> bool:
    names = functions(thing)
    return name in names if names else callable(getattr(thing, name, None))


def _attached(manager: Any) -> bool:
    """Whether the program has a project database. One that it lost makes calls fail, or hang for ever."""
    return bool(manager) and (not _has(manager, "GetCurrentDatabase") or bool(manager.GetCurrentDatabase()))


def _try(function: Callable[..., Any], *values: Any) -> Any:
    """What it answers; None where this version takes other arguments, or has no such function."""
    try:
        return function(*values)
    except (TypeError, ValueError):
        return None


def _whole(value: Any) -> int:
    """Frames come as floats in some versions."""
    return round(float(value or 0))


def _rows(value: Any) -> List[Any]:
    """A list; some versions give a table that counts from 1, or None for nothing. Phantom entries are left out."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    return [row for row in value if row] if isinstance(value, (list, tuple)) else []


def _id(thing: Any) -> str:
    """Its id; "" in versions that have none. ``dir`` would be another question to Resolve for each item."""
    return str(_try(thing.GetUniqueId) or "")


def _key(thing: Any) -> str:
    """What a project or timeline is known by: its id; in versions that have none, its name."""
    return _id(thing) or str(thing.GetName() or "")


def _current(project: Any) -> str:
    """The key of the timeline that is open; "" if none is."""
    timeline = project.GetCurrentTimeline()
    return _key(timeline) if timeline else ""


def _timelines(project: Any) -> List[Any]:
    """The timelines of *project*; one that another user just deleted may still be counted."""
    found = [project.GetTimelineByIndex(index) for index in range(1, _whole(project.GetTimelineCount()) + 1)]
    return [timeline for timeline in found if timeline]


def _count(timeline: Any, kind: str) -> int:
    return _whole(timeline.GetTrackCount(kind))


def _items(timeline: Any, kind: str, index: int) -> List[Any]:
    return _rows(timeline.GetItemListInTrack(kind, index))


def _ids(timeline: Any, index: int) -> Dict[int, List[str]]:
    """The ids of what lies on the subtitle tracks other than *index*."""
    others = (other for other in range(1, _count(timeline, "subtitle") + 1) if other != index)
    return {other: [_id(item) for item in _items(timeline, "subtitle", other)] for other in others}


def _tracks(timeline: Any, kind: str) -> List[Json]:
    return [
        {
            "index": index,
            "name": str(timeline.GetTrackName(kind, index) or ""),
            "enabled": bool(timeline.GetIsTrackEnabled(kind, index)),
            "locked": bool(timeline.GetIsTrackLocked(kind, index)),
            "count": len(_items(timeline, kind, index)),
        }
        for index in range(1, _count(timeline, kind) + 1)
    ]


def _marks(timeline: Any) -> Any:
    """{"video": {"in", "out"}, "audio": ...}, from the start, without what is not set; None before Resolve 20."""
    marks = timeline.GetMarkInOut() if _has(timeline, "GetMarkInOut") else None
    if not isinstance(marks, dict):
        return None
    return {kind: {end: _whole(pair[end]) for end in pair} for kind, pair in marks.items() if pair}


def _markers(timeline: Any) -> Dict[int, Json]:
    return {_whole(frame): _shown(marker) for frame, marker in (timeline.GetMarkers() or {}).items()}


def _marker(timeline: Any, frame: int) -> Optional[Json]:
    """The marker at *frame* from the start."""
    found = (marker for at, marker in (timeline.GetMarkers() or {}).items() if _whole(at) == frame)
    return next((_shown(marker) for marker in found), None)


def _shown(marker: Any) -> Json:
    return {
        "colour": str(marker.get("color") or ""),
        "name": str(marker.get("name") or ""),
        "note": str(marker.get("note") or ""),
        "frames": max(1, _whole(marker.get("duration"))),
        "custom": str(marker.get("customData") or ""),
    }


def _goto(timeline: Any, timecode: str) -> Any:
    """Move the playhead; whether drop-frame labels are to be given with ";" is not documented."""
    return timeline.SetCurrentTimecode(timecode) or timeline.SetCurrentTimecode(timecode.replace(";", ":"))


def _clip(item: Any) -> Json:
    clip = item.GetMediaPoolItem()
    values = {key: clip.GetClipProperty(name) for key, name in _PROPERTIES} if clip else {}  # type: Json
    values.update(
        name=str(item.GetName() or ""),
        start=_whole(item.GetStart()),
        end=_whole(item.GetEnd()),
        left=_whole(item.GetLeftOffset()),
        source_start=_whole(_try(item.GetSourceStartFrame)),
        source_end=_whole(_try(item.GetSourceEndFrame)),
        enabled=_try(item.GetClipEnabled) is not False,
    )
    return values


_PROPERTIES = (("path", "File Path"), ("rate", "FPS"), ("type", "Type"))


# -- captions --------------------------------------------------------------------------------------


def _imported(pool: Any, path: str) -> Any:
    """The SRT file *path* as a clip of our own folder in the Media Pool."""
    root = pool.GetRootFolder()
    folder = next((below for below in _rows(root.GetSubFolderList()) if below.GetName() == BIN), None)
    pool.SetCurrentFolder(folder or pool.AddSubFolder(root, BIN))
    clips = _rows(pool.ImportMedia([path]))
    if not clips:
        raise Refusal(
            "host.captions-refused",
            f"Resolve did not import {path}.",
            "In Resolve choose File ▸ Import ▸ Subtitle and take this file.",
        )
    return clips[0]


def _alone(timeline: Any, index: int) -> None:
    """Leave only subtitle track *index* open to take captions; Refusal if another one cannot be closed."""
    for other in range(1, _count(timeline, "subtitle") + 1):
        if other != index:
            timeline.SetTrackEnable("subtitle", other, False)
            timeline.SetTrackLock("subtitle", other, True)
            if not timeline.GetIsTrackLocked("subtitle", other) and timeline.GetIsTrackEnabled("subtitle", other):
                raise Refusal("host.captions-refused", "Resolve did not lock the other subtitle tracks.", DIALOG)
    timeline.SetTrackEnable("subtitle", index, True)


def _in_place(items: List[Any], spans: List[List[int]]) -> float:
    """
    The share of *items* that lie where captions are to lie: 1 if all do, less if a start one frame beside counts, too;
    -1 if there are none. Of many, some are looked at (the last one drifts most); of fewer than there are *spans* it is
    not known which is which.
    """
    some = sorted({*range(0, len(items), max(1, len(items) // 50)), *range(len(items))[-1:]})
    found = [[_whole(items[at].GetStart()), _whole(items[at].GetEnd())] for at in some]
    if not found:
        return -1
    if len(items) == len(spans):
        same = [span == spans[at] for at, span in zip(some, found)]  # noqa: B905 - not in Python 3.6
        near = [abs(span[0] - spans[at][0]) <= 1 for at, span in zip(some, found)]  # noqa: B905
    else:
        starts = {span[0] + by for span in spans for by in (-1, 0, 1)}
        same, near = [span in spans for span in found], [span[0] in starts for span in found]
    return 1 if all(same) else 0.99 * sum(near) / len(near)


def _undo(timeline: Any, index: int, name: str, others: Dict[int, List[str]]) -> None:
    """Remove our new track, and what went astray to the *others* instead."""
    for other, ids in others.items():
        stray = [item for item in _items(timeline, "subtitle", other) if _id(item) not in ids]
        if stray and all(map(_id, stray)):
            timeline.SetTrackLock("subtitle", other, False)
            timeline.DeleteClips(stray, False)
            timeline.SetTrackLock("subtitle", other, True)
    if timeline.GetTrackName("subtitle", index) == name:
        timeline.DeleteTrack("subtitle", index)


def _refused(message: str, clip: Any) -> Refusal:
    path = clip.GetClipProperty("File Path")
    return Refusal(
        "host.captions-refused",
        message,
        f"Either: in the Media Pool, folder “{BIN}”, right-click “{clip.GetName()}” and choose “Insert Selected "
        f"Subtitles to Timeline Using Timecode”. Or: choose File ▸ Import ▸ Subtitle and take {path}.",
    )


def _show(timeline: Any, name: str) -> None:
    """Show a track *name* if none is shown: it takes the place of one that was."""
    tracks = _tracks(timeline, "subtitle")
    if not any(track["enabled"] for track in tracks):
        for track in tracks[::-1]:
            if track["name"] == name:
                timeline.SetTrackEnable("subtitle", track["index"], True)
                return


def _same_track(timeline: Any, kind: str, before: Json, enable: bool) -> None:
    """Turn the track on or off as *before*, if that is to *enable* it, and lock it as before."""
    index = before["index"]
    if before["enabled"] == enable and bool(timeline.GetIsTrackEnabled(kind, index)) != enable:
        timeline.SetTrackLock(kind, index, False)
        timeline.SetTrackEnable(kind, index, enable)
    if bool(timeline.GetIsTrackLocked(kind, index)) != before["locked"]:
        timeline.SetTrackLock(kind, index, before["locked"])


def _is_same(timeline: Any, kind: str, before: Json) -> bool:
    index = before["index"]
    now = bool(timeline.GetIsTrackEnabled(kind, index)), bool(timeline.GetIsTrackLocked(kind, index))
    return now == (before["enabled"], before["locked"])


# -- sound out -------------------------------------------------------------------------------------


def _jobs(project: Any) -> Dict[str, Json]:
    return {str(job.get("JobId")): job for job in _rows(project.GetRenderJobList())}


def _sound_only(project: Any) -> None:
    """Choose a form of sound. WAV cannot be chosen by a script, only by the preset, whose name may be translated."""
    if not any(project.LoadRenderPreset(name) for name in AUDIO_PRESETS):
        for kind in ("mov", "mp4", "mxf"):
            codecs = project.GetRenderCodecs(kind) or {}
            if any(project.SetCurrentRenderFormatAndCodec(kind, codec) for codec in codecs.values()):
                break
        else:
            hint = "On the Deliver page, make the preset “Audio Only” again."
            raise Refusal("host.render-refused", "Resolve offers no form of sound to render.", hint)
    project.SetCurrentRenderMode(1)  # one file, not one per clip


def _same_settings(project: Any, before: Json, preset: str) -> List[str]:
    """The render settings as before, from the preset that ``render_start`` made of them; else what can be read."""
    project.LoadRenderPreset(preset)
    project.DeleteRenderPreset(preset)
    chosen = before["format"] or {}
    if chosen.get("format") and project.GetCurrentRenderFormatAndCodec() != chosen:
        project.SetCurrentRenderFormatAndCodec(chosen["format"], chosen.get("codec") or "")
    if project.GetCurrentRenderMode() != before["mode"]:
        project.SetCurrentRenderMode(before["mode"])
    same = project.GetCurrentRenderFormatAndCodec() == before["format"]
    return [] if same else ["the format of the Deliver page"]


# -- Text+ -----------------------------------------------------------------------------------------


def _find(folder: Any, name: str) -> Any:
    """The clip *name* in *folder* or below it."""
    for clip in _rows(folder.GetClipList()):
        if clip.GetName() == name:
            return clip
    found = (_find(below, name) for below in _rows(folder.GetSubFolderList()))
    return next((clip for clip in found if clip is not None), None)


def _video_track(timeline: Any, name: str) -> int:
    count = _count(timeline, "video")
    timeline.AddTrack("video")
    if _count(timeline, "video") != count + 1:
        raise Refusal("host.text-refused", "Resolve did not make a video track.", DIALOG)
    timeline.SetTrackName("video", count + 1, name)
    return count + 1


def _titled(timeline: Any, pool: Any, clip: Any, index: int, caption: List[Any]) -> Any:
    """One title; found on its track, because what Resolve returns may be a phantom."""
    frame, frames, text = caption
    place = {"mediaPoolItem": clip, "startFrame": 0, "endFrame": frames, "mediaType": 1}
    pool.AppendToTimeline([dict(place, trackIndex=index, recordFrame=frame)])
    items = [item for item in _items(timeline, "video", index) if _whole(item.GetStart()) == frame]
    item = items[0] if items else None
    comp = item.GetFusionCompByIndex(1) if item and _whole(item.GetFusionCompCount()) else None
    tools = _rows(comp.GetToolList(False, "TextPlus")) if comp else []
    if not tools:
        hint = "Choose a template that is a Text+ title."
        raise Refusal("host.text-refused", f"Resolve did not put the title “{text}”.", hint)
    tools[0].SetInput("StyledText", text)
    return item


# -- the loop --------------------------------------------------------------------------------------


def answer(agent: Agent, text: str) -> Json:
    """The answer to one request."""
    number = None
    try:
        request = json.loads(text)
        number, name, values = request["id"], request["do"], request.get("arguments") or {}
        if name not in VERBS:
            raise Refusal("host.request", f"Zimu's agent in Resolve does not know “{name}”.", _UPDATE)
        return {"id": number, "result": VERBS[name](agent, **values)}
    except Refusal as error:
        return _error(number, error.code, error.message, error.hint)
    except Exception as error:  # Resolve's objects raise anything, and the agent outlives it
        if number is None:
            return _error(number, "host.request", "Zimu's agent in Resolve was sent no request.", _UPDATE)
        return _error(number, "host.failed", f"Resolve failed ({type(error).__name__}: {error}).", DIALOG)


_UPDATE = "Install Zimu's part in Resolve again: zimu hosts install resolve."


def _error(number: Any, code: str, message: str, hint: str) -> Json:
    return {"id": number, "error": {"code": code, "message": message, "hint": hint}}


def serve(resolve: Any, read: Callable[[], Any], write: Callable[[str], Any]) -> None:
    """
    Say hello (or the error of it), then answer the lines that *read* gives with lines to *write*.

    A line is text or UTF-8 bytes, and empty at the end.
    """
    agent = Agent(resolve)
    hello = answer(agent, '{"id": 0, "do": "hello"}')
    write(_line(hello.get("result") or hello))
    while True:
        line = read()
        text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
        if not text or _is_quit(text):
            agent.leave()
            return
        if text.strip():
            write(_line(answer(agent, text)))


def _is_quit(text: str) -> bool:
    try:
        return bool(json.loads(text).get("do") == "quit")
    except (ValueError, AttributeError):
        return False


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"


def load(library: str) -> Any:
    """Resolve, through the fusionscript *library* (or Blackmagic's DaVinciResolveScript.py that looks for it)."""
    if hasattr(os, "add_dll_directory"):  # Windows: the library's own libraries lie beside it
        os.add_dll_directory(str(Path(library).parent))
    loader = None if library.endswith(".py") else importlib.machinery.ExtensionFileLoader("fusionscript", library)
    spec = importlib.util.spec_from_file_location("fusionscript", library, loader=loader)
    if spec is None or spec.loader is None:
        raise ImportError("it is no library")
    module = importlib.util.module_from_spec(spec)
    sys.modules["fusionscript"] = module
    spec.loader.exec_module(module)
    return sys.modules["fusionscript"].scriptapp("Resolve")


def main(arguments: Optional[List[str]] = None) -> int:
    """Serve on stdin and stdout. Descriptors 0 and 1 become others', so that no library can break the protocol."""
    parser = argparse.ArgumentParser(description="Zimu's agent for DaVinci Resolve")
    parser.add_argument("--lib", required=True, help="the fusionscript library of the Resolve installed here")
    library = parser.parse_args(arguments).lib
    requests = os.fdopen(os.dup(0), encoding="utf-8", errors="replace")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with requests, answers:
        return _main(library, requests, answers)


def _main(library: str, requests: IO[str], answers: IO[str]) -> int:
    def write(line: str) -> None:
        answers.write(line)
        answers.flush()

    try:
        resolve = load(library)
    except Exception as error:  # a library of another Python or processor raises anything
        message = f"Resolve's script library {library} cannot be loaded ({error})."
        write(_line(_error(0, "host.library", message, "Run: zimu resolve doctor.")))
        return 1
    if resolve is None:
        message = "Resolve is not running, or lets no script in."
        hint = (
            "Start DaVinci Resolve Studio and choose Preferences ▸ System ▸ General ▸ External scripting using: Local. "
            "The free edition takes scripts from its own menu only: Workspace ▸ Scripts ▸ Edit ▸ Zimu."
        )
        write(_line(_error(0, "host.unreachable", message, hint)))
        return 1
    serve(resolve, requests.readline, write)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""
What the server can do: a method for each verb. They may block, so they run in threads; none knows how it was asked.

A :class:`Caller` is who asks: the panel behind a WebSocket, or nobody in particular over HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from plugin_core import pushing
from plugin_core.bridge import Bridge, bridge_of
from plugin_core.captioning.request import Describe
from plugin_core.document import MARK_KINDS
from plugin_core.errors import SettingsError
from plugin_core.host import PlanOptions
from plugin_core.pipeline import DOCUMENT_SUFFIX
from plugin_core.pipeline import Job as MediaJob
from plugin_core.plan import pushed
from plugin_core.scenes.request import Recognise
from plugin_core.serving import models
from plugin_core.serving.documents import Documents
from plugin_core.serving.folders import Folders
from plugin_core.serving.hosts import BridgeOf, Hosts
from plugin_core.serving.jobs import Job, Jobs, Lane, Steps
from plugin_core.serving.panels import Hub, Panel
from plugin_core.serving.rates import Limits
from plugin_core.serving.work import PushSteps, Work
from plugin_core.timelines import place_of
from plugin_core.worker import Worker

DOCUMENTS = (DOCUMENT_SUFFIX,)
LOOK = 10.0  # seconds a question about the timeline waits for a job that is at work in the host
_LENT = "premiere"  # the host whose panel other programs of the user may use
_FILES = {"put_captions": (".srt",), "export_audio": (".wav",)}  # what its script reads and writes


@dataclass(slots=True)
class Caller:
    """Who asks. *later* is done after the answer was sent, so that a job's events do not overtake its number."""

    panel: Panel | None = None
    later: list[Callable[[], None]] = field(default_factory=list)


class Service:
    """One for each server. *bridges* are hosts on the server's side, *make* makes those of panels."""

    def __init__(
        self,
        folders: Folders,
        *,
        bridges: Mapping[str, Bridge] | None = None,
        make: BridgeOf = bridge_of,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.folders = folders
        self.hub = Hub()
        self.documents = Documents()
        self.hosts = Hosts(self.hub, bridges or {}, make, self.limits)
        self.jobs = Jobs()
        self._worker = Worker(self.limits.patience)
        self._work = Work(self.documents, self.hosts, self._worker)
        self._media, self._host = Lane("media"), Lane("host")

    def leave(self, panel: Panel) -> None:
        """*panel* is no longer connected; its jobs go on."""
        self.hub.leave(panel)
        self.hosts.release(panel)
        self.jobs.forget(panel)
        self.documents.forget(panel)

    def close(self) -> None:
        """Stop the jobs (what they finished is journalled) and the worker."""
        self.jobs.cancel_all()
        for panel in self.hub.panels:
            self.hub.leave(panel)
        self._worker.close()
        self._media.close(self.limits.patience)
        self._host.close(self.limits.patience)
        self._worker.close()  # a job that was just beginning may have started it again

    # -- choices and folders -----------------------------------------------------------------------

    def choices(self, _caller: Caller, _wanted: models.Nothing) -> dict[str, Any]:
        """Languages, profiles, packs, kinds of marks, formats, folders."""
        from plugin_core import formats, modelstore, profiles
        from plugin_core.serving.naming import names

        packs = modelstore.installed()
        codes = dict.fromkeys(("zh", "en"))
        for pack in packs:
            if pack.kind in {"speech", "translation"}:
                codes |= dict.fromkeys(code for code in pack.languages if "-" not in code or code.startswith("zh-"))
        return {
            "languages": [names(code) for code in codes],
            "profiles": [{"id": name, "name": profiles.find(name).name} for name in profiles.names()],
            "packs": [
                {**{name: getattr(pack, name) for name in ("id", "kind", "name", "tier", "limits")},
                 "languages": list(pack.languages)}
                for pack in packs
            ],
            "kinds": list(MARK_KINDS),
            "formats": [entry.name for entry in formats.FORMATS.values() if entry.write],
            "folders": list(self.folders.chosen),
        }  # fmt: skip

    def allow(self, _caller: Caller, wanted: models.Allow) -> dict[str, Any]:
        """Let a folder in that the user chose."""
        self.folders.allow(wanted.folder)
        return {"folders": list(self.folders.chosen)}

    # -- timelines ---------------------------------------------------------------------------------

    def timelines(self, caller: Caller, _wanted: models.Nothing) -> list[dict[str, Any]]:
        """The timelines of the project that is open in the caller's host, and which of them is open."""
        with self.hosts.using(self.hosts.key_of(caller.panel), LOOK) as bridge:
            listed = bridge.timelines()
        return [
            {"id": one.id, "name": one.name, "rate": one.rate.label if one.rate else "",
             "duration_ms": one.rate.ms_at(one.duration) if one.rate else 0, "open": one.open}
            for one in listed
        ]  # fmt: skip

    def open_timeline(self, caller: Caller, wanted: models.OpenTimeline) -> dict[str, Any]:
        """Open another timeline of the project; never while a job is at work in the host."""
        with self.hosts.using(self.hosts.key_of(caller.panel), LOOK) as bridge:
            bridge.open_timeline(wanted.timeline)
            return _shown(bridge)

    def timeline(self, caller: Caller, _wanted: models.Nothing) -> dict[str, Any]:
        """The timeline that is open in the caller's host."""
        with self.hosts.using(self.hosts.key_of(caller.panel), LOOK) as bridge:
            return _shown(bridge)

    def goto(self, caller: Caller, wanted: models.Goto) -> dict[str, Any]:
        """Move the playhead."""
        with self.hosts.using(self.hosts.key_of(caller.panel), LOOK) as bridge:
            bridge.goto(wanted.ms)
        return {}

    def hold(self, caller: Caller, _wanted: models.Nothing) -> dict[str, Any]:
        """Have the caller's host for itself until it says ``release`` or leaves."""
        self.hosts.hold(_panel(caller), LOOK)
        return {}

    def release(self, caller: Caller, _wanted: models.Nothing) -> dict[str, Any]:
        """The end of a ``hold``."""
        self.hosts.release(_panel(caller))
        return {}

    def call(self, caller: Caller, wanted: models.HostCall) -> Any:
        """One verb of the script in Premiere, for another program of the user's; its files as Zimu's own lie."""
        values = wanted.arguments
        path, preset = values.get("path"), values.get("preset")
        if path is not None:
            self.folders.inside(str(path), _FILES.get(wanted.verb, ()), own=_LENT)
        if preset is not None and not str(preset).endswith(".epr"):
            raise SettingsError("folder.suffix", "The preset is no .epr file.", "Update Zimu.")
        with self.hosts.lent(_panel(caller), _LENT, LOOK) as panel:
            return panel.call(wanted.verb, wanted.timeout, values)

    # -- jobs --------------------------------------------------------------------------------------

    def start(self, caller: Caller, wanted: models.Start) -> dict[str, Any]:
        """A job on a file."""
        options = self._options(wanted.options)
        source = self.folders.inside(options.source)
        if not source.is_file():
            raise SettingsError("media.missing", f"{source.name} does not exist.", "Choose another file.")
        out = str(self.folders.inside(options.out)) if options.out else str(source.parent)
        job = MediaJob.from_json({**options.to_json(), "source": str(source), "out": out})
        return self._begin(caller, "start", source.name, self._media, lambda _: self._work.start(job))

    def run(self, caller: Caller, wanted: models.Run) -> dict[str, Any]:
        """The sound of the open timeline, then a job on it."""
        key = self.hosts.key_of(caller.panel)
        options = self._options(wanted.options)
        return self._begin(caller, "run", "", self._media, lambda job: self._work.run(job, key, wanted, options))

    def scenes(self, caller: Caller, wanted: models.Scenes) -> dict[str, Any]:
        """Recognise the shots and scenes of a film; the job's report is their list."""
        values, source, into = self._looked_at(wanted)
        request = Recognise.from_json(values)
        return self._begin(caller, "scenes", source.name, self._media, lambda _: self._work.scenes(request, into))

    def captions(self, caller: Caller, wanted: models.Captions) -> dict[str, Any]:
        """Describe the shots of a film in sentences; the job's report is their list."""
        values, source, into = self._looked_at(wanted)
        request = Describe.from_json(values)
        return self._begin(caller, "captions", source.name, self._media, lambda _: self._work.captions(request, into))

    def _looked_at(self, wanted: models.Scenes | models.Captions) -> tuple[dict[str, Any], Path, Path | None]:
        """What the worker is asked, with its paths confined; the film, and the document that gets the marks."""
        values = wanted.model_dump(exclude={"into"})
        into = self.folders.inside(wanted.into, DOCUMENTS) if wanted.into else None
        source = self.folders.inside(wanted.source)
        text = into or (self.folders.inside(wanted.text) if wanted.text else "")
        self._confine_packs(values, "pack", "shots_pack")
        return {**values, "source": str(source), "text": str(text)}, source, into

    def push(self, caller: Caller, wanted: models.Push) -> dict[str, Any]:
        """Make the open timeline show a document."""
        options = PlanOptions(
            kinds=MARK_KINDS if wanted.kinds is None else tuple(wanted.kinds),
            tracks=None if wanted.tracks is None else tuple(wanted.tracks),
            in_range=wanted.in_range,
            conflicts=wanted.conflicts,
            answers=tuple(wanted.answers.items()),
            restore=wanted.restore,
            refresh=wanted.refresh,
        )
        return self._on_host(caller, "push", wanted, partial(pushing.push, options=options, at=wanted.at))

    def pull(self, caller: Caller, wanted: models.OfDocument) -> dict[str, Any]:
        """Take over what was edited in the host."""
        return self._on_host(caller, "pull", wanted, pushing.pull, writes=True)

    def unpush(self, caller: Caller, wanted: models.Unpush) -> dict[str, Any]:
        """Remove what is ours from the timeline."""
        return self._on_host(caller, "unpush", wanted, partial(pushing.unpush, discard=wanted.discard))

    def status(self, caller: Caller, wanted: models.OfDocument) -> dict[str, Any]:
        """What a push would do."""
        return self._on_host(caller, "status", wanted, pushing.status)

    def list_jobs(self, _caller: Caller, _wanted: models.Nothing) -> list[dict[str, Any]]:
        """Every job, the oldest first."""
        return [job.info() for job in self.jobs.all]

    def watch(self, caller: Caller, wanted: models.Watch) -> dict[str, Any]:
        """The events of a job, from a number on."""
        job = self.jobs.find(wanted.job)
        if caller.panel is None:
            return {**job.info(), "events": job.events(wanted.after)}
        panel = caller.panel
        caller.later.append(lambda: job.follow(panel, wanted.after))
        return {**job.info(), "events": []}

    def cancel(self, _caller: Caller, wanted: models.OfJob) -> dict[str, Any]:
        """Stop a job. A worker that does not notice is ended; the next job starts a new one."""
        job = self.jobs.find(wanted.job)
        job.cancel()
        if job.verb in {"start", "run", "scenes", "captions"} and not job.ended.is_set():
            threading.Thread(target=self._insist, args=(job,), daemon=True).start()
        return job.info()

    def _insist(self, job: Job) -> None:
        if not job.ended.wait(self.limits.patience):
            self._worker.close()

    def _options(self, wanted: Any) -> MediaJob:
        """The options as the worker takes them, its paths confined."""
        values: dict[str, Any] = {"source": "", **wanted.model_dump()}
        if values["glossary"]:
            values["glossary"] = str(self.folders.inside(values["glossary"]))
        if values["profile"].endswith(".toml"):
            values["profile"] = str(self.folders.inside(values["profile"]))
        self._confine_packs(values, *(name for name in values if name.endswith("_pack")))
        return MediaJob.from_json(values)

    def _confine_packs(self, values: dict[str, Any], *names: str) -> None:
        """Let packs that are named by their folders lie only in folders that were let in."""
        for name in names:
            if any(character in values[name] for character in "/\\:") or values[name] in {".", ".."}:
                values[name] = str(self.folders.inside(values[name]))

    def _on_host(
        self,
        caller: Caller,
        verb: str,
        wanted: models.Push | models.Unpush | models.OfDocument,
        steps: Callable[..., PushSteps],
        *,
        writes: bool = False,
    ) -> dict[str, Any]:
        path, key = self.folders.inside(wanted.path, DOCUMENTS), self.hosts.key_of(caller.panel)
        meant = partial(steps, timeline=wanted.timeline)
        return self._begin(
            caller, verb, path.stem, self._host, lambda _: self._work.host(key, path, meant, writes=writes)
        )

    def _begin(self, caller: Caller, verb: str, title: str, lane: Lane, work: Callable[[Job], Steps]) -> dict[str, Any]:
        job = self.jobs.add(Job(verb, title, work), lane)
        if caller.panel is not None:
            panel = caller.panel
            caller.later.append(lambda: job.follow(panel, 0))
        return {"job": job.id}

    # -- documents ---------------------------------------------------------------------------------

    def open(self, caller: Caller, wanted: models.Open) -> dict[str, Any]:
        """A document, its cues with what is wrong with them."""
        if wanted.profile.endswith(".toml"):
            wanted = wanted.model_copy(update={"profile": str(self.folders.inside(wanted.profile))})
        return self.documents.open(self.folders.inside(wanted.path, DOCUMENTS), wanted.profile, caller.panel)

    def edit(self, caller: Caller, wanted: models.Edit) -> dict[str, Any]:
        """An edit, saved at once."""
        path = self.folders.inside(wanted.path, DOCUMENTS)
        return self.documents.edit(path, wanted.revision, wanted.edit, caller.panel)

    def import_captions(self, caller: Caller, wanted: models.Import) -> dict[str, Any]:
        """Texts that were corrected in the host."""
        from plugin_core.serving import corrections

        path, file = self.folders.inside(wanted.path, DOCUMENTS), self.folders.inside(wanted.file)
        found = corrections.read(file, wanted.language)
        mapped = corrections.mapped(self.documents.current(path), found.cues, wanted.language)
        result = self.documents.change(path, mapped.apply, caller.panel)
        unmapped = [{"start": cue.start, "end": cue.end, "text": cue.text} for cue in mapped.unmapped]
        return {**result, "changed": len(mapped.texts), "unmapped": unmapped, "notes": list(found.notes)}

    def export(self, _caller: Caller, wanted: models.Export) -> dict[str, Any]:
        """Subtitle files; earlier, different ones are kept under another name."""
        from plugin_core import formats
        from plugin_core.delivery import put_in_place, staging

        path = self.folders.inside(wanted.path, DOCUMENTS)
        folder = self.folders.inside(wanted.folder) if wanted.folder else path.parent
        document = self.documents.current(path)
        with staging(folder) as staged:
            formats.write_all(document, staged, path.stem, wanted.formats)
            files, _ = put_in_place(staged, folder)
        return {"files": [str(file) for file in files]}


def _panel(caller: Caller) -> Panel:
    """Who asks over the WebSocket; the verbs that need this are not there over HTTP."""
    if caller.panel is None:
        raise SettingsError("server.verb", "This is asked over the WebSocket only.", "See docs/openapi.json.")
    return caller.panel


def _shown(bridge: Bridge) -> dict[str, Any]:
    """The open timeline as ``models.TimelineShown``."""
    place, sound = place_of(bridge), bridge.sound()
    info, path = place.info, place.document
    record = pushed.load(pushed.path_of(path), place.where) if path.exists() else None
    tracks = [{"index": one.index, "name": one.name, "enabled": one.enabled} for one in sound.tracks]
    return {
        "host": place.where.host,
        "id": place.where.timeline,
        "name": info.name,
        "rate": info.rate.label,
        "start": info.start_timecode,
        "duration_ms": info.rate.ms_at(info.duration),
        "mark_in_ms": None if info.mark_in is None else info.rate.ms_at(info.mark_in),
        "mark_out_ms": None if info.mark_out is None else info.rate.ms_at(info.mark_out),
        "audio_tracks": tracks,
        "document": str(path.resolve()) if path.exists() else "",
        "offset_ms": record.offset if record else 0,
    }

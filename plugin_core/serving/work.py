"""What the jobs do: media through the worker process, timelines through a bridge. Generators of events for panels."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugin_core import protocol
from plugin_core.bridge import AudioRequest, Bridge
from plugin_core.captioning.request import Describe
from plugin_core.document import Document, Mark
from plugin_core.errors import HostError, ZimuError
from plugin_core.pipeline import DOCUMENT_SUFFIX
from plugin_core.pipeline import Job as MediaJob
from plugin_core.protocol import Finished, Note, Progress
from plugin_core.pushing import Report
from plugin_core.scenes.request import Recognise
from plugin_core.serving import models
from plugin_core.serving.documents import Documents
from plugin_core.serving.hosts import Hosts
from plugin_core.serving.jobs import Job, Steps
from plugin_core.timelines import listen
from plugin_core.worker import Worker

HOST_WAIT = 600.0  # seconds a job waits for another one of the same host
Marks = tuple[Mark, ...]
Media = Generator[dict[str, Any], None, Finished]
PushSteps = Generator[Progress | Note, None, Report]


class Work:
    """The kinds of jobs; media jobs come one at a time, from one lane."""

    def __init__(self, documents: Documents, hosts: Hosts, worker: Worker) -> None:
        self._documents, self._hosts, self._worker = documents, hosts, worker

    def start(self, options: MediaJob) -> Steps:
        """A job on a file."""
        finished = yield from self._media(options)
        path = next(Path(file).resolve() for file in finished.files if file.endswith(DOCUMENT_SUFFIX))
        self._documents.refresh(path)
        yield {"event": "finished", "path": str(path), "files": list(finished.files)}

    def scenes(self, wanted: Recognise, into: Path | None) -> Steps:
        """The shots and scenes of a film; *into* gets their marks, beside what is edited in it meanwhile."""
        from plugin_core.scenes.marking import remarked

        yield from self._marked(wanted, "scenes", into, remarked)

    def captions(self, wanted: Describe, into: Path | None) -> Steps:
        """The captions of a film's shots; *into* gets their marks, beside what is edited in it meanwhile."""
        from plugin_core.captioning.marking import redescribed

        yield from self._marked(wanted, "captions", into, redescribed)

    def _marked(
        self, wanted: Recognise | Describe, verb: str, into: Path | None, put: Callable[[Document, Marks], Document]
    ) -> Steps:
        """Look at a film; *into* gets the marks of what was found, the list of them is the report."""
        from plugin_core.scenes.outputs import to_json

        finished = yield from self._media(wanted, verb)
        if into is not None:
            self._documents.change(into, lambda now: put(now, finished.document.marks), None)
        yield {"event": "reported", "report": to_json(finished.document)}

    def run(self, job: Job, key: str, wanted: models.Run, options: MediaJob) -> Steps:
        """A job on the sound of the open timeline of host *key*; *job* gets the timeline's name."""
        tracks = tuple(wanted.tracks)
        with self._hosts.using(key, HOST_WAIT) as bridge:
            request = in_out(bridge, tracks) if wanted.range == "in-out" else AudioRequest(tracks=tracks)
            job.title = bridge.timeline().name
            place, sound = yield from _told(listen(bridge, request, wanted.route, wanted.timeline))
        yield from self.start(replace(options, source=str(sound), out=str(place.folder)))

    def host(self, key: str, path: Path, verb: Callable[[Path, Bridge], PushSteps], *, writes: bool = False) -> Steps:
        """Push, pull, unpush or status. While one that *writes* the document is at work, edits of it wait."""
        with self._hosts.using(key, HOST_WAIT) as bridge, self._documents.held(path) if writes else nullcontext():
            report = yield from _told(verb(path, bridge))
        yield {"event": "reported", "report": report.to_json()}

    def _media(self, options: MediaJob | Recognise | Describe, verb: str = "run") -> Media:
        with closing(_closable(self._worker.run(options, verb))) as events:
            for event in events:
                if isinstance(event, Finished):
                    return event
                yield protocol.to_json(event)
        raise ZimuError("worker.silent", "The worker process ended without a result.", "Run the same job again.")


def in_out(bridge: Bridge, tracks: tuple[int, ...]) -> AudioRequest:
    """What lies between the in and out points. HostError "host.no-range" if there are none."""
    info = bridge.timeline()
    if info.mark_in is None and info.mark_out is None:
        raise HostError("host.no-range", "The timeline has no in and out points.", "Set them, or choose all of it.")
    return AudioRequest(info.mark_in, info.mark_out, tracks)


def _told(steps: Generator[Progress | Note, None, Any]) -> Generator[dict[str, Any], None, Any]:
    """The events of *steps* as JSON, its result as the result."""
    with closing(steps):
        while True:
            try:
                event = next(steps)
            except StopIteration as stop:
                return stop.value
            yield protocol.to_json(event)


def _closable(events: Iterator[Any]) -> Generator[Any, None, None]:
    """``Worker.run`` is a generator, but does not say so."""
    yield from events

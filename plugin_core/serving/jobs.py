"""
Jobs and their events: each waits its turn in a lane, can be cancelled, and is found again by a panel that reconnects.

Events are numbered (``seq``, from 1) and kept; of the progress of a stage only the last, because it says it all.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import closing
from secrets import token_hex
from typing import Any, Literal

from plugin_core.errors import Cancelled, SettingsError, ZimuError
from plugin_core.serving.panels import Panel
from plugin_core.serving.threads import bug

State = Literal["waiting", "running", "finished", "failed", "cancelled"]
Steps = Generator[dict[str, Any], None, None]
KEPT = 100  # jobs
EVENTS = 5000  # of one job; a chunk is some seconds of speech, a translated batch some cues


class Job:
    """One job. *work* is a generator of events without number; the last is "finished" or "reported"."""

    def __init__(self, verb: str, title: str, work: Callable[[Job], Steps]) -> None:
        self.id = token_hex(6)
        self.verb, self.title = verb, title
        self.state: State = "waiting"
        self.cancelled = threading.Event()
        self.ended = threading.Event()
        self._work = work
        self._events: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self._progress: dict[str, int] = {}
        self._seq = 0
        self._watchers: list[Panel] = []
        self._lock = threading.Lock()

    def info(self) -> dict[str, Any]:
        """As ``models.JobInfo``."""
        with self._lock:
            return {"job": self.id, "verb": self.verb, "state": self.state, "title": self.title, "seq": self._seq}

    def events(self, after: int) -> list[dict[str, Any]]:
        """What is kept of the events after number *after*."""
        with self._lock:
            return [event for seq, event in self._events.items() if seq > after]

    def follow(self, panel: Panel, after: int) -> None:
        """Send *panel* the events after number *after* that it was not sent yet, and from now on every new one."""
        with self._lock:
            after = max(after, self._seq if panel in self._watchers else 0)
            for seq, event in self._events.items():
                if seq > after:
                    panel.send(event)
            if panel not in self._watchers:
                self._watchers.append(panel)

    def forget(self, panel: Panel) -> None:
        """*panel* has left."""
        with self._lock:
            self._watchers = [other for other in self._watchers if other is not panel]

    def cancel(self) -> None:
        """Stop it: at once if it waits, else before its next event."""
        self.cancelled.set()
        with self._lock:
            waits, self.state = self.state == "waiting", "cancelled" if self.state == "waiting" else self.state
        if waits:
            self._end("cancelled")

    def check(self) -> None:
        """Cancelled if it was."""
        if self.cancelled.is_set():
            raise Cancelled()

    def run(self) -> None:
        """Do it, in the thread of its lane. Nothing is raised: what goes wrong becomes an event."""
        with self._lock:
            if self.state != "waiting":
                return
            self.state = "running"
        try:
            with closing(self._work(self)) as events:
                for event in events:
                    self._say(event)
                    if event["event"] not in {"finished", "reported"}:
                        self.check()
            self._end("finished")
        except Cancelled as error:
            self._end("cancelled", error)
        except ZimuError as error:
            self._end("cancelled" if self.cancelled.is_set() else "failed", error)
        except Exception as error:  # one job's bug must not end the server
            if self.cancelled.is_set():  # the worker was ended under its hands
                self._end("cancelled")
            else:
                self._end("failed", bug(error))

    def _end(self, state: State, error: ZimuError | None = None) -> None:
        if state == "cancelled":
            error = Cancelled()
        self.state = state
        if error is not None:
            self._say({"event": "failed", "error": error.to_json()})
        self.ended.set()

    def _say(self, event: dict[str, Any]) -> None:
        with self._lock:
            self._seq += 1
            if event["event"] == "progress":
                self._events.pop(self._progress.get(event["stage"], 0), None)
                self._progress[event["stage"]] = self._seq
            numbered = {"event": event["event"], "job": self.id, "seq": self._seq, **event}
            self._events[self._seq] = numbered
            if len(self._events) > EVENTS:
                self._events.popitem(last=False)
            for panel in self._watchers:
                panel.send(numbered)


class Lane:
    """Does its jobs one after the other, in a thread of its own."""

    def __init__(self, name: str) -> None:
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name=f"zimu-{name}", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        self._waiting.put(job)

    def close(self, patience: float) -> None:
        """Take no more; wait *patience* seconds for the one at work."""
        self._waiting.put(None)
        self._thread.join(patience)

    def _serve(self) -> None:
        while (job := self._waiting.get()) is not None:
            job.run()


class Jobs:
    """All jobs, the last ``KEPT`` of those that ended among them."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self.closing = False

    def add(self, job: Job, lane: Lane) -> Job:
        with self._lock:
            if self.closing:
                raise ZimuError("server.closing", "Zimu's server is shutting down.", "Start it again.")
            waiting = sum(not other.ended.is_set() for other in self._jobs.values())
            if waiting >= KEPT:
                raise SettingsError("job.too-many", f"{waiting} jobs are waiting.", "Wait for some, or cancel them.")
            ended = [key for key, other in self._jobs.items() if other.ended.is_set()]
            for key in ended[: max(0, len(ended) - KEPT + 1)]:
                del self._jobs[key]
            self._jobs[job.id] = job
            lane.put(job)
        return job

    def find(self, key: str) -> Job:
        with self._lock:
            if key in self._jobs:
                return self._jobs[key]
        raise SettingsError(
            "job.unknown", f"There is no job {key!r}.", "It ended long ago, or the server was restarted."
        )

    @property
    def all(self) -> tuple[Job, ...]:
        with self._lock:
            return tuple(self._jobs.values())

    @property
    def busy(self) -> bool:
        return any(not job.ended.is_set() for job in self.all)

    def forget(self, panel: Panel) -> None:
        """*panel* has left; its jobs go on."""
        for job in self.all:
            job.forget(panel)

    def cancel_all(self) -> None:
        """For shutting down: no new ones, and every one at work or waiting is told to stop."""
        with self._lock:
            self.closing = True
        for job in self.all:
            job.cancel()

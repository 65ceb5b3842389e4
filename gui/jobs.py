"""
The queue of jobs: what runs, what waits, how long it will take, and what became of it.

Long jobs run one after the other in one worker process; an *urgent* one (a cue translated again) has a second process,
so that it never waits for a film. A worker that dies takes nothing with it: the job is run again from its journal, and
after the third time it is given up with a reason, what was finished is kept, and the processor is offered instead of
the graphics card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from gui.lane import COMMAND, Lane
from plugin_core.errors import Cancelled, ZimuError
from plugin_core.protocol import Finished, Note, Progress, from_json

DEATHS = 3  # of the worker, in one job


class Runnable(Protocol):
    """What a worker can be asked to do: a ``pipeline.Job``, or another value with a JSON form."""

    def to_json(self) -> dict[str, Any]: ...


class State(StrEnum):
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(slots=True)
class Entry:
    """A job in the queue. *share* is the part done of the present *stage*, 0 to 1; *remaining* is seconds, if known."""

    id: str
    job: Runnable
    title: str
    verb: str = "run"
    urgent: bool = False
    state: State = State.WAITING
    stage: str = ""
    share: float = 0.0
    remaining: float | None = None
    notes: list[Note] = field(default_factory=list)
    error: ZimuError | None = None
    finished: Finished | None = None
    deaths: int = 0
    began: float = 0.0
    wanted: State | None = None  # what it becomes once the worker has let go of it

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def offers_cpu(self) -> bool:
        """Whether running it on the processor is worth a try."""
        return self.state == State.FAILED and self.deaths >= DEATHS and getattr(self.job, "device", "cpu") != "cpu"


class Jobs(QObject):
    """
    The queue. ``told(id, event)`` hands on what a job tells (``event`` is Qt's own word), ``state_changed(id)`` that
    its entry is another one now, ``added(id)`` and ``removed(id)`` that the list is.

    *command* starts a worker; *log* takes its stderr.
    """

    told = Signal(str, object)
    state_changed = Signal(str)
    added = Signal(str)
    removed = Signal(str)

    def __init__(
        self, parent: QObject | None = None, *, command: Sequence[str] = COMMAND, log: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._entries: dict[str, Entry] = {}
        self._count = 0
        self._command, self._log = tuple(command), log
        self._lanes: dict[bool, Lane] = {}
        self._current: dict[bool, str] = {}
        self._held = False

    def __getitem__(self, job: str) -> Entry:
        return self._entries[job]

    def __contains__(self, job: object) -> bool:
        return job in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits to run."""
        return any(entry.state in {State.RUNNING, State.WAITING} for entry in self)

    @property
    def pids(self) -> tuple[int, ...]:
        """The worker processes that live."""
        return tuple(lane.pid for lane in self._lanes.values() if lane.pid)

    def start(self, job: Runnable, *, title: str = "", verb: str = "run", urgent: bool = False) -> str:
        """Put *job* at the end of the queue; the id its events carry. *verb* is the worker's word for it."""
        self._count += 1
        name = f"job-{self._count}"
        shown = title or Path(str(getattr(job, "source", ""))).name or verb
        self._entries[name] = Entry(name, job, shown, verb, urgent)
        self.added.emit(name)
        self._next()
        return name

    def cancel(self, job: str) -> None:
        """Stop *job*; what it had finished stays in its journal."""
        self._let_go(job, State.CANCELLED)

    def pause(self, job: str) -> None:
        """Stop *job* for now; ``resume`` goes on where it was."""
        self._let_go(job, State.PAUSED)

    def resume(self, job: str) -> None:
        """Let a paused *job* wait for its turn again."""
        entry = self._entries[job]
        if entry.state == State.PAUSED:
            self._set(entry, State.WAITING)
            self._next()

    def retry(self, job: str, *, device: str = "") -> None:
        """Run a job again that failed or was cancelled, on *device* ("cpu") if one is named."""
        entry = self._entries[job]
        if entry.state not in {State.FAILED, State.CANCELLED}:
            return
        if device:
            entry.job = replace(entry.job, device=device)  # type: ignore[type-var]
        entry.error, entry.deaths, entry.share, entry.remaining = None, 0, 0.0, None
        entry.notes.clear()
        self._set(entry, State.WAITING)
        self._next()

    def remove(self, job: str) -> None:
        """Take a job that is over off the list."""
        if self._entries[job].over:
            del self._entries[job]
            self.removed.emit(job)

    def move_first(self, job: str) -> None:
        """Let a waiting *job* be the next one."""
        entry = self._entries.pop(job)
        self._entries = {job: entry, **self._entries}
        self.state_changed.emit(job)

    def close(self) -> None:
        """End the worker processes; what they had finished stays in their journals."""
        self._held = True
        for lane in self._lanes.values():
            lane.close()
        self._lanes.clear()

    # --- the life of a job ---

    def _next(self) -> None:
        for urgent in (False, True):
            if urgent not in self._current and not self._held:
                waiting = (e for e in self if e.state == State.WAITING and e.urgent == urgent)
                entry = next(waiting, None)
                if entry is not None:
                    self._run(entry)

    def _run(self, entry: Entry) -> None:
        self._current[entry.urgent] = entry.id
        entry.wanted, entry.began = None, monotonic()
        entry.stage, entry.share, entry.remaining = "", 0.0, None
        self._set(entry, State.RUNNING)
        try:
            options = entry.job.to_json()
        except ZimuError as error:
            self._end(entry, State.FAILED, error)
            return
        self._lane(entry.urgent).send({"do": entry.verb, "job": entry.id, "options": options})

    def _lane(self, urgent: bool) -> Lane:
        if urgent not in self._lanes:
            lane = Lane(self._command, self._log, self)
            lane.said.connect(lambda value: self._said(urgent, value))
            lane.ended.connect(lambda how: self._died(urgent, how))
            self._lanes[urgent] = lane
        return self._lanes[urgent]

    def _let_go(self, job: str, state: State) -> None:
        entry = self._entries[job]
        if entry.state == State.RUNNING:
            entry.wanted = state
            self._lanes[entry.urgent].cancel(job)
            self.state_changed.emit(job)
        elif entry.state in {State.WAITING, State.PAUSED} and entry.state != state:
            self._set(entry, state)

    def _said(self, urgent: bool, value: dict[str, Any]) -> None:
        job = str(value.get("job", ""))
        entry = self._entries.get(job)
        if entry is None or self._current.get(urgent) != job:
            return
        if value.get("event") == "failed":
            self._refused(entry, ZimuError.from_json(value["error"]))
            return
        try:
            event = from_json(value)
        except ZimuError as error:
            self._end(entry, State.FAILED, error)
            return
        self._take(entry, event)

    def _take(self, entry: Entry, event: Any) -> None:
        if entry.wanted is not None and not isinstance(event, Finished):
            return  # on its way out
        if isinstance(event, Progress):
            entry.stage = event.stage
            entry.share = min(1.0, event.done / event.total) if event.total else 1.0
            entry.remaining = event.remaining
        elif isinstance(event, Note) and event not in entry.notes:
            entry.notes.append(event)
        self.told.emit(entry.id, event)
        if isinstance(event, Finished):
            entry.finished, entry.share, entry.remaining = event, 1.0, 0.0
            self._end(entry, State.DONE)
        elif isinstance(event, Progress | Note):
            self.state_changed.emit(entry.id)

    def _refused(self, entry: Entry, error: ZimuError) -> None:
        if entry.wanted is not None:
            self._end(entry, entry.wanted)
        else:
            self._end(entry, State.CANCELLED if isinstance(error, Cancelled) else State.FAILED, error)

    def _died(self, urgent: bool, how: str) -> None:
        entry = self._entries.get(self._current.get(urgent, ""))
        if entry is None:
            return
        if entry.wanted is not None:
            self._end(entry, entry.wanted)
            return
        entry.deaths += 1
        if entry.deaths < DEATHS:
            warning = self.tr("The worker process ended unexpectedly. It was started again and goes on where it was.")
            entry.notes.append(Note("worker", warning, "warning"))
            self._run(entry)
        else:
            self._end(entry, State.FAILED, self._given_up(entry, how))

    def _given_up(self, entry: Entry, how: str) -> ZimuError:
        hint = self.tr("What it had finished is kept. Try a smaller pack, or look into the log.")
        if getattr(entry.job, "device", "cpu") != "cpu":
            hint = self.tr("What it had finished is kept. Try it on the processor (CPU) instead of the graphics card.")
        message = self.tr("This job ended its worker process {count} times and was given up. {how}")
        return ZimuError("worker.gave-up", message.format(count=entry.deaths, how=how), hint)

    def _end(self, entry: Entry, state: State, error: ZimuError | None = None) -> None:
        if self._current.get(entry.urgent) == entry.id:
            del self._current[entry.urgent]
            if entry.urgent in self._lanes:
                self._lanes[entry.urgent].obeyed()
        entry.error, entry.wanted = error, None
        self._set(entry, state)
        self._next()

    def _set(self, entry: Entry, state: State) -> None:
        entry.state = state
        self.state_changed.emit(entry.id)

"""A crew on this machine: worker processes, each with its packs loaded, as many as its cores and memory carry."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from plugin_core import modelstore
from plugin_core.batch.scheduling import Outcome, Told
from plugin_core.engines.bench import choose_pack
from plugin_core.errors import Cancelled, ZimuError
from plugin_core.pipeline import Job
from plugin_core.processor import cores
from plugin_core.protocol import Finished, Note, Progress
from plugin_core.worker import Worker

CORES_EACH = 2  # cores that one worker keeps busy: one recognises, one decodes and looks
MEMORY_EACH = 1 << 30  # bytes of a worker without its packs
LOADED = 2  # bytes in memory for a byte of a pack


class EmbeddedCrew:
    """*workers* processes. A process that ends is started again for its next job."""

    def __init__(self, workers: int, threads: int) -> None:
        self.hands = workers
        self._threads = threads
        self._jobs: queue.Queue[tuple[int, Job] | None] = queue.Queue()
        self._said: queue.Queue[Told] = queue.Queue()
        self._closing = False
        self._workers = [Worker() for _ in range(workers)]
        self._lanes = [threading.Thread(target=self._lane, args=(worker,), daemon=True) for worker in self._workers]
        for lane in self._lanes:
            lane.start()

    def give(self, ticket: int, job: Job) -> None:
        self._jobs.put((ticket, replace(job, threads=job.threads or self._threads)))

    def heard(self, seconds: float) -> Iterator[Told]:
        try:
            yield self._said.get(timeout=seconds)
            while True:
                yield self._said.get_nowait()
        except queue.Empty:
            return

    def close(self) -> None:
        """Ask every worker to end; one that does not is ended."""
        self._closing = True
        for _ in self._lanes:
            self._jobs.put(None)
        enders = [threading.Thread(target=worker.close) for worker in self._workers]
        for thread in enders:
            thread.start()
        for thread in (*enders, *self._lanes):
            thread.join()
        for worker in self._workers:  # a lane may have begun a job in that moment
            worker.close()

    @property
    def processes(self) -> tuple[int, ...]:
        """The processes at work."""
        return tuple(worker.pid for worker in self._workers if worker.pid)

    def _lane(self, worker: Worker) -> None:
        while not self._closing and (given := self._jobs.get()) is not None:
            ticket, job = given
            try:
                self._do(ticket, job, worker)
            except ZimuError as error:
                self._said.put(Told(ticket, error))
            except (OSError, ValueError) as error:  # a pipe that broke, or was closed under us
                self._said.put(Told(ticket, ZimuError("worker.crashed", f"The worker process ended ({error}).")))

    def _do(self, ticket: int, job: Job, worker: Worker) -> None:
        with closing(worker.run(job)) as events:
            for event in events:
                if self._closing:
                    raise Cancelled
                if isinstance(event, Finished):
                    self._said.put(Told(ticket, Outcome(event.files)))
                elif isinstance(event, Progress | Note):
                    self._said.put(Told(ticket, event))


def fitting(films: int, cores: int, free: int, loaded: int) -> int:
    """How many workers do *films* best: *free* is the memory there is, *loaded* what one's packs take, in bytes."""
    return max(1, min(films, cores // CORES_EACH, free // (MEMORY_EACH + loaded)))


def crew(job: Job, films: int, workers: int = 0) -> EmbeddedCrew:
    """*workers* of them, 0: as many as fit. ModelError at once if there is no pack for any film."""
    ready(job)
    number = min(films, workers) if workers else fitting(films, cores(), free_memory(), loaded(job))
    return EmbeddedCrew(number, max(1, cores() // number))


def ready(job: Job) -> None:
    """ModelError if no film can be heard here, because there is no pack for it."""
    choose_pack("speech", job.speech_pack, () if job.spoken == "auto" else (job.spoken,))


def loaded(job: Job) -> int:
    """About how many bytes the packs of *job* take in memory."""
    packs = modelstore.installed()
    total = 0
    for kind, wanted in (("speech", job.speech_pack), ("translation", job.translation_pack)):
        fit = (pack.size for pack in packs if pack.kind == kind and wanted in {"", pack.id, pack.tier})
        total += LOADED * max(fit, default=0)
    return total


def free_memory() -> int:
    """Bytes that can be used without pushing others out; half of all there are where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
        return min(free, _allowed())
    except (OSError, ValueError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return 8 << 30


def _allowed() -> int:
    """What the container we may be in still allows (cgroup v2)."""
    group = Path("/sys/fs/cgroup")
    try:
        return int((group / "memory.max").read_text("ascii")) - int((group / "memory.current").read_text("ascii"))
    except (OSError, ValueError):  # no container, or "max"
        return 1 << 62

"""
A crew on a Ray cluster: an actor for each GPU, else for some cores, that keeps its packs loaded. The only module that
knows Ray.

An actor that dies (a crash, a kill, a node that goes) is started again by Ray, elsewhere if need be, and its film is
told as failed, so that it is tried again. Films, results, the glossary and packs named by folder must lie on storage
that every node sees under the same path. Nothing is reported to anybody: usage statistics and the dashboard are off.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugin_core import __version__, protocol
from plugin_core.batch.embedded import CORES_EACH, ready
from plugin_core.batch.scheduling import Outcome, Told
from plugin_core.errors import Cancelled, HostError, MediaError, SettingsError, ZimuError
from plugin_core.pipeline import Job
from plugin_core.processor import cores
from plugin_core.protocol import Finished, Note, Progress

LOCAL = "local"
PATIENCE = 10.0  # seconds that actors may take to stop before they are killed
STARTING = 300.0  # seconds a cluster may take to give the first actor
_STORE = 100 << 20  # bytes of Ray's shared memory: events are small
_PULSE = 0.5  # seconds between two reports of one stage's progress


class Hand:
    """What runs in an actor: a bench of engines, one job at a time, and a way to stop it meanwhile."""

    def __init__(self, zimu: str) -> None:
        from plugin_core.engines.bench import Bench

        self._zimu = zimu
        self._bench = Bench()
        self._stopped = threading.Event()

    def ready(self, options: dict[str, Any]) -> dict[str, Any] | None:
        """Why no film can be done here, if so."""
        if self._zimu != __version__:
            return SettingsError(
                "batch.version",
                f"The node {platform.node()} has Zimu {__version__}, this machine {self._zimu}.",
                "Install the same version everywhere.",
            ).to_json()
        try:
            ready(Job.from_json(options))
        except ZimuError as error:
            return _here(error).to_json()
        return None

    def process(self) -> int:
        return os.getpid()

    def stop(self) -> None:
        """End the job at its next event; what it has not put in place is removed."""
        self._stopped.set()

    def work(self, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of a job as JSON, the last one "done" or "failed"."""
        try:
            yield from self._events(Job.from_json(options))
        except ZimuError as error:
            yield {"event": "failed", "error": _here(error).to_json()}
        except Exception as error:  # the actor outlives every job
            said = f"Zimu failed unexpectedly on {platform.node()} ({type(error).__name__}: {error})."
            yield {"event": "failed", "error": ZimuError("worker.bug", said, "Please report this.").to_json()}

    def _events(self, job: Job) -> Iterator[dict[str, Any]]:
        from plugin_core.pipeline import run

        if not Path(job.source).exists():
            raise not_seen(job.source)
        pulse = _Pulse()
        with closing(run(job, self._bench)) as events:
            for event in events:
                if self._stopped.is_set():
                    raise Cancelled
                if isinstance(event, Finished):
                    yield {"event": "done", "files": list(event.files)}
                elif isinstance(event, Note) or (isinstance(event, Progress) and pulse.due(event)):
                    yield protocol.to_json(event)


class _Pulse:
    """Lets through the first and last progress of a stage, and some between."""

    def __init__(self) -> None:
        self._stage, self._at = "", 0.0

    def due(self, event: Progress) -> bool:
        now = time.monotonic()
        if event.stage == self._stage and event.done < event.total and now - self._at < _PULSE:
            return False
        self._stage, self._at = event.stage, now
        return True


class ClusterCrew:
    """Actors on the cluster at *address* ("auto", HOST:PORT, or "local": one that is started here and ends with us)."""

    def __init__(self, address: str, job: Job, films: int, workers: int = 0) -> None:
        self._ray = _ray()
        self._connect(address)
        try:
            share, count = self._share(job, films, workers)
            self._threads = max(1, int(share.get("num_cpus", 1)))
            self._actor = self._ray.remote(Hand).options(max_restarts=-1, max_concurrency=2, **share)
            self._idle = [self._started() for _ in range(count)]
            self._all = list(self._idle)
            self._check(job)
        except BaseException:
            self._ray.shutdown()
            raise
        self._busy: dict[Any, tuple[int, Any]] = {}  # what an actor says -> the job's ticket, the actor
        self._coming: dict[Any, Any] = {}  # the answer of an actor that is started again -> the actor

    @property
    def hands(self) -> int:
        return len(self._all) - len(self._coming)

    def _started(self) -> Any:
        return self._actor.remote(__version__)

    def processes(self) -> tuple[int, ...]:
        """The processes of the actors (of their nodes)."""
        return tuple(self._ray.get([one.process.remote() for one in self._all]))

    def give(self, ticket: int, job: Job) -> None:
        actor = self._idle.pop(0)
        options = replace(job, threads=job.threads or self._threads).to_json()
        said = actor.work.options(num_returns="streaming").remote(options)
        self._busy[said] = (ticket, actor)

    def heard(self, seconds: float) -> Iterator[Told]:
        waits = [*self._busy, *self._coming]
        found, _ = self._ray.wait(waits, num_returns=1, timeout=seconds, fetch_local=False) if waits else ((), ())
        for one in found:
            if one in self._coming:
                self._came(one)
                continue
            ticket, actor = self._busy[one]
            told = self._next(one)
            if isinstance(told, Outcome | ZimuError):
                del self._busy[one]
                self._coming[actor.process.remote()] = actor  # an actor that died answers once it is back
            yield Told(ticket, told)

    def _came(self, answer: Any) -> None:
        """An actor is free, or still on its way."""
        actor = self._coming.pop(answer)
        try:
            self._ray.get(answer)
        except self._ray.exceptions.ActorUnavailableError:
            self._coming[actor.process.remote()] = actor
        except self._ray.exceptions.RayError:  # it will not come back: another takes its place
            self._all.remove(actor)
            self._all.append(self._started())
            self._coming[self._all[-1].process.remote()] = self._all[-1]
        else:
            self._idle.append(actor)

    def close(self) -> None:
        """Stop every job at its next event, then let the actors go; Ray ends one that hangs."""
        with suppress(Exception):  # the cluster may be gone: then there is nobody to stop
            busy = list(self._busy)
            for _, actor in self._busy.values():
                actor.stop.remote()
            deadline = time.monotonic() + PATIENCE
            while busy and time.monotonic() < deadline:
                ready_, _ = self._ray.wait(busy, num_returns=1, timeout=_PULSE, fetch_local=False)
                busy = [said for said in busy if said not in ready_ or isinstance(self._next(said), Progress | Note)]
            for actor in self._all:
                self._ray.kill(actor, no_restart=True)
        self._ray.shutdown()

    def _next(self, said: Any) -> Progress | Note | Outcome | ZimuError:
        """What an actor says next; why it says no more, if it died."""
        try:
            value = self._ray.get(next(said))
        except StopIteration:
            return ZimuError("worker.crashed", "A worker of the cluster ended without a result.")
        except self._ray.exceptions.RayError as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            return ZimuError("worker.crashed", f"A worker of the cluster ended unexpectedly ({first}).")
        if value["event"] == "failed":
            return ZimuError.from_json(value["error"])
        if value["event"] == "done":
            return Outcome(tuple(value["files"]))
        event = protocol.from_json(value)
        if not isinstance(event, Progress | Note):
            raise ZimuError("protocol.event", "A worker of the cluster sent something unknown.")
        return event

    def _connect(self, address: str) -> None:
        """Join the cluster or start one; loopback only, without dashboard and usage statistics."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        alone = {"include_dashboard": False, "num_cpus": cores(), "_node_ip_address": "127.0.0.1"}
        where: dict[str, Any] = alone | {"object_store_memory": _STORE} if address == LOCAL else {}
        try:
            self._ray.init(address=address, log_to_driver=False, logging_level="ERROR", **where)
        except (ConnectionError, ValueError, RuntimeError, OSError) as error:
            raise HostError(
                "batch.cluster",
                f"The cluster {address} cannot be used: {str(error).strip().splitlines()[0]}",
                "Start Ray on its machines (`ray start`), run this on one of them, and name HOST:PORT; or use local.",
            ) from error

    def _share(self, job: Job, films: int, workers: int) -> tuple[dict[str, float], int]:
        """What each actor takes of the cluster, and how many there are."""
        there = self._ray.cluster_resources()
        gpus, cores = int(there.get("GPU", 0)), there.get("CPU", 1.0)
        if gpus and job.device != "cpu":
            count = min(workers or gpus, films)
            return {"num_gpus": min(1.0, gpus / count), "num_cpus": max(1.0, cores // max(count, gpus))}, count
        count = min(workers or max(1, int(cores) // CORES_EACH), films)
        return {"num_cpus": cores // count if cores >= count else cores / count}, count

    def _check(self, job: Job) -> None:
        """The first error of any actor, before a film is begun."""
        asked = [actor.ready.remote(job.to_json()) for actor in self._all]
        try:
            answers = self._ray.get(asked, timeout=STARTING)
        except self._ray.exceptions.RayError as error:
            raise HostError(
                "batch.cluster",
                f"The cluster could not start its workers ({str(error).strip().splitlines()[-1]}).",
                "Install the same Zimu on every node, and see `ray status`.",
            ) from error
        for answer in answers:
            if answer is not None:
                raise ZimuError.from_json(answer)


def not_seen(source: str) -> MediaError:
    """The film is not there for this node."""
    return MediaError(
        "batch.not-seen",
        f"{source} cannot be seen from the node {platform.node()}.",
        "Keep films and results on storage that every machine sees under the same path.",
    )


def _here(error: ZimuError) -> ZimuError:
    """The error, saying on which node."""
    if error.code == "batch.not-seen" or isinstance(error, Cancelled):
        return error
    return type(error)(error.code, f"{error.message} (On the node {platform.node()}.)", error.hint)


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise SettingsError(
            "batch.no-ray", "Ray is not installed.", "Install Zimu with its extra: pip install 'zimu[cluster]'."
        ) from error
    return ray

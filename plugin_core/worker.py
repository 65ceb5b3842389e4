"""
The worker process: one queue of jobs, engines kept warm between them, JSON lines on stdin and stdout, logs on stderr.

A native crash, a full GPU or a kill ends this process and nothing else. ``python -m plugin_core.worker`` is the server;
:class:`Worker` is the client every way into Zimu uses.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from types import TracebackType
from typing import IO, Any, Protocol, cast

from plugin_core import __version__, processes
from plugin_core.errors import Cancelled, ZimuError
from plugin_core.pipeline import Job, run
from plugin_core.protocol import VERSION, Event, from_json, to_json, to_line

VERBS = (
    "run",
    "shots",
    "scenes",
    "captions",
    "sight",
    "translate",
    "suggest",
    "listen",
)  # what a request can ask for; the last three: ``rework``
LINE_LIMIT = 256_000_000  # bytes of one line; a document of a day of speech is far smaller


class Request(Protocol):
    """The options of one of ``VERBS``, such as a ``Job``."""

    def to_json(self) -> dict[str, Any]: ...


class Server:
    """Reads requests, does jobs one after the other, writes events; ``quit`` or the end of stdin stops it."""

    def __init__(self, requests: IO[str], out: IO[str]) -> None:
        self._requests = requests
        self._out = out
        self._jobs: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._cancelled: set[str] = set()
        self._closing = False
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Until ``quit`` or the end of stdin (the parent died)."""
        from plugin_core.engines.bench import Bench

        self._say({"event": "hello", "protocol": VERSION, "zimu": __version__, "pid": os.getpid()})
        threading.Thread(target=self._read, daemon=True).start()
        with Bench() as bench:
            while (request := self._jobs.get()) is not None:
                self._do(request, bench)

    def _read(self) -> None:
        for line in self._requests:
            try:
                request = json.loads(line)
                do, job = request["do"], str(request.get("job", ""))
            except (ValueError, KeyError, TypeError, AttributeError):
                self._fail("", ZimuError("protocol.request", "The worker was sent something that is not a request."))
                continue
            if do in VERBS:
                self._jobs.put(request)
            elif do == "cancel":
                self._cancelled.add(job)
            elif do == "quit":
                break
            else:
                self._fail(job, ZimuError("protocol.request", f"The worker does not know the request {do!r}."))
        self._closing = True
        self._jobs.put(None)

    def _do(self, request: dict[str, Any], bench: Any) -> None:
        job = str(request.get("job", ""))
        try:
            with closing(_begun(str(request["do"]), request.get("options", {}), bench)) as events:
                for event in events:
                    if self._closing or job in self._cancelled:
                        raise Cancelled()
                    self._say({"job": job, **to_json(event)})
        except ZimuError as error:
            self._fail(job, error)
        except MemoryError:
            self._fail(
                job,
                ZimuError("worker.memory", "This machine ran out of memory.", "Try --batch-size 1 or a smaller pack."),
            )
        except Exception as error:  # the worker outlives every job; the trace goes to the log
            import traceback

            traceback.print_exc(file=sys.stderr)
            self._fail(
                job,
                ZimuError(
                    "worker.bug", f"Zimu failed unexpectedly ({type(error).__name__}: {error}).", "Please report this."
                ),
            )
        finally:
            self._cancelled.discard(job)

    def _fail(self, job: str, error: ZimuError) -> None:
        self._say({"event": "failed", "job": job, "error": error.to_json()})

    def _say(self, value: dict[str, Any]) -> None:
        with self._lock, suppress(BrokenPipeError):
            self._out.write(to_line(value))
            self._out.flush()


def _begun(verb: str, options: dict[str, Any], bench: Any) -> Generator[Event]:
    if verb == "run":
        return run(Job.from_json(options), bench)
    if verb == "shots":
        from plugin_core.shots import request

        return request.run(request.FindShots.from_json(options), bench)
    if verb == "sight":
        from plugin_core.scenes import sight

        return sight.run(sight.Sight.from_json(options), bench)
    if verb == "scenes":
        from plugin_core.scenes.request import Recognise
        from plugin_core.scenes.request import run as recognise

        return recognise(Recognise.from_json(options), bench)
    if verb == "captions":
        from plugin_core.captioning.request import Describe
        from plugin_core.captioning.request import run as describe

        return describe(Describe.from_json(options), bench)
    from plugin_core import rework

    return rework.run(verb, options, bench)


class Worker:
    """
    The client side: starts the process when first needed, runs jobs through it, restarts it after a crash.

    ``run`` yields the job's events and raises its ZimuError; leaving the loop cancels, then terminates, then kills.
    """

    def __init__(self, patience: float = 5.0) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._patience = patience
        self._count = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process now running; 0 if none is."""
        return self._process.pid if self._process is not None else 0

    def run(self, job: Request, verb: str = "run") -> Generator[Event]:
        process = self._started()
        self._count += 1
        name = str(self._count)
        self._send(process, {"do": verb, "job": name, "options": job.to_json()})
        ended = False
        try:
            for value in self._answers(process, name):
                if value["event"] == "failed":
                    ended = True
                    raise ZimuError.from_json(value["error"])
                event = from_json(value)
                ended = value["event"] == "finished"
                yield event
                if ended:
                    return
            ended = True
            raise self._crashed(process)
        finally:
            if not ended:
                self._cancel(process, name)

    def close(self) -> None:
        """Ask it to quit; terminate, then kill if it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError, ValueError):
            self._send(process, {"do": "quit"})
        _end(process, self._patience)

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(
            processes.command("plugin_core.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        hello = next(self._lines(self._process), {})
        if hello.get("event") != "hello" or hello.get("protocol") != VERSION:
            self.close()
            raise ZimuError("worker.start", "The worker process did not start.", "Run `zimu doctor`.")
        return self._process

    def _answers(self, process: subprocess.Popen[str], job: str) -> Iterator[dict[str, Any]]:
        return (value for value in self._lines(process) if value.get("job") == job)

    @staticmethod
    def _lines(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
        while line := cast("IO[str]", process.stdout).readline(LINE_LIMIT):
            yield json.loads(line)

    @staticmethod
    def _send(process: subprocess.Popen[str], value: dict[str, Any]) -> None:
        requests = cast("IO[str]", process.stdin)
        requests.write(to_line(value))
        requests.flush()

    def _cancel(self, process: subprocess.Popen[str], job: str) -> None:
        """Cancel is a line; a worker that does not answer in time is ended, and the next job starts a new one."""
        with suppress(OSError, ValueError):
            self._send(process, {"do": "cancel", "job": job})
        timer = threading.Timer(self._patience, process.terminate)
        killer = threading.Timer(self._patience * 2, process.kill)
        timer.start()
        killer.start()
        try:
            for value in self._answers(process, job):
                if value["event"] in {"failed", "finished"}:
                    return
            process.wait()
        finally:
            timer.cancel()
            killer.cancel()

    def _crashed(self, process: subprocess.Popen[str]) -> ZimuError:
        code = process.wait()
        how = f"signal {-code}" if code < 0 else f"exit status {code}"
        return ZimuError(
            "worker.crashed",
            f"The worker process ended unexpectedly ({how}).",
            "What it had finished is kept: run the same job again to resume.",
        )


def _end(process: subprocess.Popen[str], patience: float) -> None:
    for sign in (None, signal.SIGTERM, signal.SIGKILL):
        if sign is not None:
            process.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def main() -> None:
    """Serve on stdin and stdout. File descriptor 1 becomes stderr, so that no library can break the protocol."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then sends cancel
    requests = os.fdopen(0, encoding="utf-8", errors="replace", closefd=False)
    Server(requests, private).serve()
    private.close()


if __name__ == "__main__":
    main()

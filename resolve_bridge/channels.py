"""
The ways to ``agent.py``, which holds a Resolve: over given pipes, or as a process of our own that can be ended.

JSON lines: requests ``{"id", "do", "arguments"}``, answers ``{"id", "result"}`` or ``{"id", "error"}``; the agent says
hello first. fusionscript runs native code of Resolve inside the agent, so that it can hang, crash, or print: whatever
it does ends as a HostError here, and a call that is not answered in time ends the agent, never this program.
"""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from plugin_core import processes
from plugin_core.bridge import answer_of
from plugin_core.errors import HostError
from resolve_bridge.failures import FAILURES, failure

PROTOCOL = 1
START_TIMEOUT = 60.0  # seconds: a Resolve that is still starting lets its first script wait that long
LINE_LIMIT = 64_000_000  # bytes; ten thousand captions are under two million
_HELLO = "hello"
_Answer = TypeVar("_Answer")
_BRACKETS = re.compile(r"\((.*)\)\.$", re.DOTALL)  # the reason in the agent's own sentence
_END: dict[str, Any] = {}  # in the queue of answers: there will be no more


class PipeChannel:
    """
    An agent at the other end of two pipes. Calls come one at a time, from any thread.

    A call that was not answered in time leaves the channel usable: its late answer is thrown away. *on_end* is called,
    in a thread of its own, when the other end has gone before :meth:`close`.
    """

    def __init__(
        self,
        requests: IO[bytes],
        answers: IO[bytes],
        start_timeout: float = START_TIMEOUT,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._requests, self._answers = requests, answers
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self._to_say: queue.Queue[bytes | None] = queue.Queue()
        self._noise: deque[str] = deque(maxlen=5)
        self._lock = threading.RLock()
        self._count = 0
        self._start_timeout = start_timeout
        self._on_end = on_end
        self._closed = False
        self.ended = False
        self.hello: dict[str, Any] = {}
        # Both ends get a thread: a pipe whose other end has hung blocks readers and, once it is full, writers.
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]
        for thread in self.threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def noise(self) -> str:
        """The last that came and was no answer: libraries print."""
        return " / ".join(self._noise)

    def greet(self) -> dict[str, Any]:
        """
        What the agent says first: its version, the protocol. HostError "host.agent" if it is not ours, "host.gone" if
        it ended before, "host.timeout".
        """
        with self._lock:
            if self.hello:
                return self.hello
            until = time.monotonic() + self._start_timeout
            hello = self._next(_HELLO, until, self._start_timeout)
            while "protocol" not in hello and "error" not in hello:  # a library printed something like an answer
                hello = self._next(_HELLO, until, self._start_timeout)
            if "error" in hello:
                answer_of(hello)
            if hello["protocol"] != PROTOCOL:
                raise failure("agent", how=f"protocol {hello['protocol']}, not {PROTOCOL}")
            self.hello = hello
            return hello

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """See ``bridge.Channel``."""
        with self._lock:
            self.greet()
            self._count += 1
            request = {"id": self._count, "do": verb, "arguments": arguments}
            self._to_say.put(json.dumps(request, ensure_ascii=True, allow_nan=False).encode() + b"\n")
            until = time.monotonic() + timeout
            while True:
                answer = self._next(verb, until, timeout)
                if answer.get("id") == self._count:
                    return answer_of(answer)

    def close(self) -> None:
        """Say that there will be no more requests, which ends the agent's loop."""
        self._closed = True
        self._to_say.put(None)

    def _next(self, verb: str, until: float, timeout: float) -> dict[str, Any]:
        if self.ended:
            raise failure("gone")
        try:
            answer = self._said.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise failure("timeout", verb=repr(verb), seconds=f"{timeout:g}") from None
        if answer is _END:
            self.ended = True
            raise failure("gone")
        return answer

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            while line := self._answers.readline(LINE_LIMIT):
                self._take(line)
        self._said.put(_END)
        with suppress(OSError, ValueError):
            self._answers.close()
        if not self._closed:
            self._on_end()

    def _take(self, line: bytes) -> None:
        """An answer, or what a library printed among them."""
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and ("id" in value or "protocol" in value or "error" in value):
            self._said.put(value)
        elif text := line[:200].decode(errors="replace").strip():
            self._noise.append(text)

    def _write(self) -> None:
        with suppress(OSError, ValueError):  # the reader sees that the other end has gone
            while (line := self._to_say.get()) is not None:
                self._requests.write(line)
                self._requests.flush()
        with suppress(OSError, ValueError):
            self._requests.close()


def agent_path() -> Path:
    """The agent of this Zimu."""
    return Path(__file__).with_name("agent.py")


def _runner(python: str, agent: Path | None) -> tuple[str, ...]:
    """What runs *agent* (ours by default): *python*, or this one; a frozen build has ours only as a part of itself."""
    if not python and agent is None and getattr(sys, "frozen", False):
        return processes.command("resolve_bridge.agent")
    return (python or sys.executable, "-X", "utf8", str(agent or agent_path()))


class AgentChannel:
    """
    An agent of our own, which loads *library* (fusionscript); started by the first call, and again after it ended.

    *explain* may make an error of the agent say more. *python* runs the agent; by default ZIMU_RESOLVE_PYTHON, else
    this Python: fusionscript does not load into every version.
    """

    def __init__(
        self,
        library: Path,
        *,
        agent: Path | None = None,
        python: str = "",
        environ: Mapping[str, str] | None = None,
        start_timeout: float = START_TIMEOUT,
        patience: float = 2.0,
        explain: Callable[[HostError], HostError] = lambda error: error,
    ) -> None:
        self.library = library
        self._environ = os.environ if environ is None else environ
        self._command = [*_runner(python or self._environ.get("ZIMU_RESOLVE_PYTHON", ""), agent), "--lib", str(library)]
        self._start_timeout, self._patience, self._explain = start_timeout, patience, explain
        self._process: subprocess.Popen[bytes] | None = None
        self._pipes: PipeChannel | None = None
        self._errors: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._closing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process now running; 0 if none is."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def open(self) -> dict[str, Any]:
        """Start the agent now; what it says first."""
        with self._lock:
            return self._asked(PipeChannel.greet)

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """See ``bridge.Channel``; after "host.timeout" and "host.crashed" the next call starts a new agent."""
        with self._lock:
            return self._asked(lambda pipes: pipes.call(verb, timeout, **arguments))

    def close(self) -> None:
        """End the agent, also in the middle of a call of another thread; no process is left."""
        self._closing = True  # that call must not start another agent
        if not self._lock.acquire(blocking=False):
            if process := self._process:
                _kill(process)
            self._lock.acquire()
        try:
            self._end(self._patience)
        finally:
            self._closing = False
            self._lock.release()

    def _asked(self, ask: Callable[[PipeChannel], _Answer]) -> _Answer:
        try:
            return ask(self._started())
        except HostError as error:
            raise self._explain(_completed(self._broken(error))) from error

    def _started(self) -> PipeChannel:
        if self.pid and self._pipes is not None:
            return self._pipes
        if self._closing:
            raise failure("gone")
        self._end(0)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process; closed by _end
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=_environment(self._environ, self.library),
                start_new_session=True,  # Ctrl-C is for this program, which then closes the agent
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            how = f"{self._command[0]} cannot be started: {error.strerror or error}"
            raise failure("library", library=self.library, how=how) from error
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None  # noqa: S101 - for the type checker: both were asked for
        assert answers is not None  # noqa: S101
        self._pipes = PipeChannel(requests, answers, self._start_timeout)
        self._pipes.greet()
        return self._pipes

    def _broken(self, error: HostError) -> HostError:
        """*error*, said as what it means for a process of ours; one that hangs, died or lost Resolve is ended."""
        name = error.code.removeprefix("host.")
        pipes = self._pipes
        greeted = pipes is not None and bool(pipes.hello)
        if pipes is not None and pipes.ended and self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self._patience)
            how = _how(self._process.poll(), self._last_words() or pipes.noise)
            error = failure("crashed", how=how) if greeted else failure("library", library=self.library, how=how)
        elif name == "library":
            inner = _BRACKETS.search(error.message)
            error = failure("library", library=self.library, how=inner[1] if inner else error.message)
        if name in {"timeout", "gone", "agent"} or not greeted:
            self._end(0)
        return error

    def _last_words(self) -> str:
        """The last line that the agent, or the library in it, wrote to its log."""
        if self._errors is None:
            return ""
        with suppress(OSError, ValueError):
            self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, self._errors.tell() - 4000))
            told = self._errors.read().decode(errors="replace").strip().splitlines()
            return told[-1].strip()[:300] if told else ""
        return ""

    def _end(self, patience: float) -> None:
        """Let the agent end by itself for *patience* seconds, then kill it. Its pipes are closed by their threads."""
        process, self._process = self._process, None
        if self._pipes is not None:
            self._pipes.close()
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)
            _kill(process)
        if self._errors is not None:
            self._errors.close()
        self._pipes = self._errors = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End it and whatever the library started in it: on POSIX it leads a group of its own."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
    process.wait()


def _completed(error: HostError) -> HostError:
    """An error that the agent named, with what we know to do about it."""
    text = FAILURES.get(error.code.removeprefix("host."))
    if text is None or error.hint or "{" in text.message + text.fix:
        return error
    return HostError(error.code, error.message or text.message, text.fix)


def _environment(environ: Mapping[str, str], library: Path) -> dict[str, str]:
    """
    What fusionscript looks at. Without PYTHON3HOME it takes a Python of its own choice (on Windows the newest that is
    registered) into the process of ours, and crashes there.
    """
    kept = {name: value for name, value in environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    own = {"RESOLVE_SCRIPT_LIB": str(library), "PYTHONIOENCODING": "utf-8"}
    if not environ.get("ZIMU_RESOLVE_PYTHON"):
        own |= dict.fromkeys(("PYTHON3HOME", "FUSION_PYTHON3_HOME"), sys.base_prefix)
        if sys.platform == "win32":
            own["PYTHONHOME"] = sys.base_prefix
    return {**kept, **own}


def _how(code: int | None, words: str) -> str:
    """How a process ended: by a signal, by a Windows exception (0xC0000005), by itself; and what it said last."""
    if code is None:
        ended = "it closed its answers"
    elif code < 0:
        try:
            ended = f"signal {signal.Signals(-code).name}"
        except ValueError:
            ended = f"signal {-code}"
    else:
        ended = f"Windows error 0x{code:08X}" if code >= 0xC0000000 else f"exit status {code}"
    return f"{ended}: {words}" if words else ended

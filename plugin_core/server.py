"""
The local server, for the panels in editing programs and for scripts: loopback only, one for each user.

Who wants to talk to it reads ``server.json`` in Zimu's home: ``{"port", "token", "pid", "zimu"}``, which only the user
may read. The token is new each time. ``running`` tells whether that file is a living server's or was left behind by
one that was killed. This module alone of the core opens a listening socket, and asks only 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core import __version__, settings
from plugin_core.bridge import Bridge, bridge_of
from plugin_core.errors import HostError, SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from filelock import FileLock

    from plugin_core.serving.hosts import BridgeOf
    from plugin_core.serving.rates import Limits
    from plugin_core.serving.service import Service

HOST = "127.0.0.1"
NAME = "server.json"
DOORWAY = "panel.html"
ENDING = 15.0  # seconds that a server may take to end, or to say where it is
HEALTH = 2.0  # seconds a living server takes to say so, at most
_TICK = 0.2  # seconds between two looks whether there is a reason to end


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and the token it wants. Never to be logged."""

    port: int
    token: str
    pid: int
    zimu: str = __version__

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def panel_url(self) -> str:
        """The panel, with the token where no server and no log sees it: after the #."""
        return f"{self.url}/panel/#token={self.token}"

    def __repr__(self) -> str:
        return f"Address(port={self.port}, pid={self.pid})"


class AlreadyRunning(HostError):
    """There is a server of this user already; not a failure."""

    exit_code = 0

    def __init__(self, address: Address | None) -> None:
        where = f" at {address.url}, process {address.pid}" if address else ""
        super().__init__("server.running", f"Zimu's server is already running{where}.", "")
        self.address = address


def discovery_file() -> Path:
    """Where a running server says how to reach it."""
    return settings.home() / NAME


def running() -> Address | None:
    """The server that runs now; None also for a file that was left behind."""
    try:
        table = json.loads(discovery_file().read_text("utf-8"))
        address = Address(int(table["port"]), str(table["token"]), int(table["pid"]), str(table["zimu"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if _alive(address.pid) and _answers(address) else None


def serve(
    *,
    bridges: Mapping[str, Bridge] | None = None,
    panel: Path | None = None,
    folders: Sequence[Path] = (),
    parent: int = 0,
    idle: float = 0,
    ready: Callable[[Address], None] | None = None,
    limits: Limits | None = None,
    make: BridgeOf = bridge_of,
    stop: threading.Event | None = None,
) -> None:
    """
    Serve until SIGTERM, SIGINT, the end of the process *parent*, *idle* seconds without a client or a job, or *stop*.

    *bridges* are hosts that this process reaches itself, *panel* is the folder of the panel's files, *folders* may be
    used besides those the user chose. *ready* is told the address. AlreadyRunning if there is a server already.
    """
    from filelock import FileLock

    settings.home().mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(settings.home() / "server.lock"))
    _alone(lock)
    try:
        _serve(_Plan(dict(bridges or {}), panel, tuple(folders), parent, idle, ready, limits, make, stop))
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Plan:
    bridges: dict[str, Bridge]
    panel: Path | None
    folders: tuple[Path, ...]
    parent: int
    idle: float
    ready: Callable[[Address], None] | None
    limits: Limits | None
    make: BridgeOf
    stop: threading.Event | None


def _serve(plan: _Plan) -> None:
    import uvicorn

    from plugin_core.serving.app import build
    from plugin_core.serving.door import door
    from plugin_core.serving.folders import Folders
    from plugin_core.serving.guard import Guard, Keys
    from plugin_core.serving.rates import Limits
    from plugin_core.serving.service import Service

    limits = plan.limits or Limits()
    service = Service(Folders(plan.folders), bridges=plan.bridges, make=plan.make, limits=limits)
    with closing(_listening()) as listener:
        address = Address(listener.getsockname()[1], secrets.token_urlsafe(32), os.getpid())
        keys = Keys(address.token, limits)
        app = build(service, plan.panel)
        app.state.keys = keys
        config = uvicorn.Config(
            Guard(app, address.port, keys, limits),
            http=door(limits),
            ws="websockets-sansio",
            ws_max_size=limits.largest_message,
            ws_per_message_deflate=False,  # small messages on one machine, and no bombs
            h11_max_incomplete_event_size=16 << 10,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=limits.keep,  # type: ignore[arg-type]  # seconds for call_later
            server_header=False,
            proxy_headers=False,
            access_log=False,
            log_config=None,
            log_level="warning",
            lifespan="on",
            loop="asyncio",
        )
        server = _server_class()(config)
        app.router.lifespan_context = _lifespan(service, address, plan, server)
        asyncio.run(server.serve(sockets=[listener]))
        if not server.started:
            raise SettingsError("server.start", "The server could not start.", "Look at the messages above.")


def _server_class() -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn raises the signal that stopped it once more at its end, which would end us with an error."""

        def handle_exit(self, sig: int, frame: Any) -> None:
            super().handle_exit(sig, frame)
            self._captured_signals.clear()

    return Server


def _lifespan(service: Service, address: Address, plan: _Plan, server: Any) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        _announce(address)
        watch = asyncio.create_task(_watch(service, plan, server))
        if plan.ready is not None:
            plan.ready(address)
        try:
            yield
        finally:
            watch.cancel()
            _withdraw(address)
            service.close()

    return lifespan


async def _watch(service: Service, plan: _Plan, server: Any) -> None:
    """Ends the server with its parent, or when nobody wants anything of it any more."""
    child = sys.platform != "win32" and os.getppid() == plan.parent  # Windows goes on naming a parent that is gone
    since = time.monotonic()
    while not server.should_exit:
        await asyncio.sleep(_TICK)
        if server.server_state.connections or service.jobs.busy:
            since = time.monotonic()
        orphan = bool(plan.parent) and (os.getppid() != plan.parent if child else not _alive(plan.parent))
        stopped = plan.stop is not None and plan.stop.is_set()
        if orphan or stopped or (plan.idle and time.monotonic() - since >= plan.idle):
            server.should_exit = True


def _listening() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there, another program could take over the same port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        listener.bind((HOST, 0))
        listener.listen(256)  # so that nobody who reads server.json comes too early
    except OSError as error:
        listener.close()
        raise SettingsError("server.port", f"No port of this machine can be used: {error}.", "") from error
    return listener


def no_port() -> str:
    """Why no port of this machine can be listened at; "" if one can."""
    try:
        _listening().close()
    except SettingsError as error:
        return error.message
    return ""


def _announce(address: Address) -> None:
    """Write the discovery file, whole or not at all; others may never read it, for ``mkstemp`` makes it with 0600."""
    table = {"port": address.port, "token": address.token, "pid": address.pid, "zimu": address.zimu}
    _write_private(discovery_file(), json.dumps(table))


def _write_private(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _withdraw(address: Address) -> None:
    """Remove the discovery file, unless it is another server's by now."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        if json.loads(discovery_file().read_text("utf-8"))["token"] == address.token:
            discovery_file().unlink()
            (settings.home() / DOORWAY).unlink(missing_ok=True)


def open_panel(address: Address, **parts: str) -> None:
    """
    Show the panel in the browser, with *parts* (``host="resolve"``) for it behind the token.

    The browser is given a page that leads there and that only the user may read: what is in a command line, every user
    of the machine can read.
    """
    import webbrowser
    from html import escape
    from urllib.parse import quote

    more = "".join(f"&{name}={quote(value, safe='')}" for name, value in parts.items())
    path = settings.home() / DOORWAY
    target = escape(address.panel_url + more, quote=True)
    _write_private(path, f'<!doctype html><meta http-equiv="refresh" content="0; url={target}">\n')
    webbrowser.open(path.resolve().as_uri())


def _alone(lock: FileLock) -> None:
    """Take *lock*; AlreadyRunning if another server holds it, and does not end just now."""
    from filelock import Timeout

    end = time.monotonic() + ENDING
    while True:
        try:
            lock.acquire(timeout=0.1)
            return
        except Timeout:
            found = running()
            if found is not None or time.monotonic() > end:
                raise AlreadyRunning(found) from None


def _answers(address: Address) -> bool:
    """Whether the server at that port is the one of the file."""
    connection = http.client.HTTPConnection(HOST, address.port, timeout=HEALTH)
    try:
        connection.request("GET", "/health", headers={"Authorization": f"Bearer {address.token}"})
        answer = connection.getresponse()
        return answer.status == 200 and json.loads(answer.read(10_000)).get("pid") == address.pid
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _alive(pid: int) -> bool:
    """Whether there is a process of this number."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        import ctypes

        synchronize, still = 0x00100000, 0x102  # winnt.h, WAIT_TIMEOUT
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(synchronize, False, pid)
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == still)
        finally:
            kernel.CloseHandle(handle)
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True

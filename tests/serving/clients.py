"""Clients for tests: a panel over a real WebSocket, HTTP over a real socket, and raw bytes over a real socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Any

import psutil
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from plugin_core.server import Address
from tests.hosts.premiere_engine import FakePremiere

PATIENCE = 20.0  # seconds until a test gives up; nothing waits for it that goes well


def workers() -> list[psutil.Process]:
    """The worker processes of a server in this process; a browser's driver may be another child."""
    return [child for child in psutil.Process().children() if "plugin_core.worker" in child.cmdline()]


class Panel:
    """A panel that has said hello, or tried to."""

    def __init__(
        self,
        address: Address,
        *,
        host: str = "",
        panel: str = "",
        token: str | None = None,
        answers: bool | None = None,
        **more: Any,
    ) -> None:
        self._stack = ExitStack()
        self.socket: ClientConnection = self._stack.enter_context(
            connect(f"ws://127.0.0.1:{address.port}/ws", max_size=None, compression=None, open_timeout=PATIENCE, **more)
        )
        self.events: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self._number = 0
        token = address.token if token is None else token
        self.send(id=0, do="hello", token=token, protocol=1, host=host, panel=panel, language="en", answers=answers)
        self.hello = self.receive()

    def __enter__(self) -> Panel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        if "event" in message:
            self.events.append(message)
        elif "call" in message:
            self.calls.append(message)
        return message

    def ask(self, verb: str, /, **arguments: Any) -> dict[str, Any]:
        """The whole answer, {"id", "result"} or {"id", "error"}; what comes before it is kept."""
        self._number += 1
        self.send(id=self._number, do=verb, **arguments)
        while (message := self.receive()).get("id") != self._number:
            pass
        return message

    def result(self, verb: str, /, **arguments: Any) -> Any:
        answer = self.ask(verb, **arguments)
        assert "result" in answer, answer
        return answer["result"]

    def error(self, verb: str, /, **arguments: Any) -> dict[str, Any]:
        answer = self.ask(verb, **arguments)
        assert "error" in answer, answer
        error: dict[str, Any] = answer["error"]
        return error

    def call(self) -> dict[str, Any]:
        """The next host call."""
        while not self.calls:
            self.receive()
        return self.calls.pop(0)

    def until(self, *names: str) -> dict[str, Any]:
        """The first event of one of these names, of those kept and those to come."""
        seen = 0
        while True:
            for event in self.events[seen:]:
                if event["event"] in names:
                    return event
            seen = len(self.events)
            self.receive()

    def follow(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """Start a job; its last event."""
        return self.ended(self.result(verb, **arguments)["job"])

    def ended(self, job: str) -> dict[str, Any]:
        """The last event of *job*."""
        while True:
            for event in self.events:
                if event.get("job") == job and event["event"] in {"finished", "reported", "failed"}:
                    return event
            self.receive()


@contextmanager
def premiere_panel(
    address: Address,
    *,
    before: Callable[[str], None] = lambda verb: None,
    opened: Callable[[], object] = lambda: None,
    **quirks: Any,
) -> Iterator[list[str]]:
    """
    The panel of a fake Premiere with *quirks*, in a thread of its own (the engine stays in one); given are the verbs it
    was asked for. *before* is called with each; EOFError out of it closes the panel, which is then *opened* again.
    """
    there, calls = threading.Event(), list[str]()
    panels: list[Panel] = []

    def answer(fake: FakePremiere) -> None:
        with Panel(address, host="premiere") as panel:
            panels.append(panel)
            there.set()
            opened()
            while True:
                call = panel.call()
                calls.append(call["do"])
                before(call["do"])
                said = json.loads(fake.send(json.dumps({"do": call["do"], "arguments": call["arguments"]})))
                panel.send(answer=call["call"], **said)

    def serve() -> None:
        fake = FakePremiere(**quirks)
        with suppress(ConnectionClosed, TimeoutError):
            while True:
                with suppress(EOFError):
                    answer(fake)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert there.wait(PATIENCE)
    try:
        yield calls
    finally:
        panels[-1].socket.close()
        thread.join(PATIENCE)


def post(
    address: Address,
    verb: str,
    arguments: Any = None,
    *,
    token: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON and headers of ``POST /api/<verb>``, or of a path."""
    given = {
        "Authorization": f"Bearer {address.token if token is None else token}",
        "Content-Type": "application/json",
        **(headers or {}),
    }
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=PATIENCE)
    try:
        body = arguments if isinstance(arguments, bytes) else json.dumps(arguments or {}).encode()
        path = verb if verb.startswith("/") else f"/api/{verb}"
        connection.request("POST", path, body, {name: value for name, value in given.items() if value})
        answer = connection.getresponse()
        content = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, json.loads(content) if content else None, found
    finally:
        connection.close()


def raw(address: Address, data: bytes) -> bytes:
    """Everything the server sends after *data*, until it closes the connection."""
    with socket.create_connection(("127.0.0.1", address.port), PATIENCE) as connection:
        connection.sendall(data)
        return drained(connection)


def drained(connection: socket.socket) -> bytes:
    """What still comes until the end; a reset is an end too."""
    content = b""
    try:
        while more := connection.recv(65_536):
            content += more
    except ConnectionError:
        pass
    return content


def status(answer: bytes) -> int:
    """The status of a raw HTTP answer; 0 if the connection was ended without one."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0

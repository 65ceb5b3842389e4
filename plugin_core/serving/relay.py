"""
Ways to a host through a server that runs already. There is one server for each user, and one host may be reached from
a panel in it (Premiere), another from a process of its own (Resolve): ``relay`` lends this process's way to the panels,
:class:`Borrowed` lets this process use the way of a panel.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from plugin_core.bridge import answer_of
from plugin_core.errors import HostError, ZimuError
from plugin_core.protocol import VERSION

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from plugin_core.bridge import Channel
    from plugin_core.server import Address

OPENING = 15.0  # seconds that the server may take to let us in
SLACK = 30.0  # seconds that it may take beside the host: the turn of another one, a panel that is just coming back


def relay(address: Address, host: str, channel: Channel, ready: Callable[[], None]) -> None:
    """
    Answer what the server at *address* wants of *host* with *channel*, until that server has ended. *ready* is called
    once its panels can reach the host. HostError "host.server-busy" if it does not let us in.
    """
    from websockets.exceptions import WebSocketException

    with _entered(address, host, answers=True) as socket:
        ready()
        with suppress(WebSocketException):
            for text in socket:
                call = json.loads(text)
                if "call" in call:
                    socket.send(json.dumps({"answer": call["call"], **_answer(channel, call)}))


class Borrowed:
    """
    The channel to *host* of a panel that is connected to the server at *address*. HostError "host.server-busy" if the
    server does not let us in; what a call ends with is the server's word, or "host.gone" once the server has ended.
    """

    def __init__(self, address: Address, host: str) -> None:
        self._way = ExitStack()
        self._socket = self._way.enter_context(_entered(address, host, answers=False))
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """See ``bridge.Channel``."""
        return self._ask("call", timeout + SLACK, verb=verb, timeout=timeout, arguments=arguments)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """See ``bridge.alone``."""
        self._ask("hold", SLACK)
        try:
            yield
        finally:
            with suppress(HostError):  # it ends with the connection, too
                self._ask("release", SLACK)

    def close(self) -> None:
        """Leave the server; nothing in the host is changed."""
        self._way.close()

    def _ask(self, name: str, wait: float, **arguments: Any) -> Any:
        from websockets.exceptions import WebSocketException

        end = time.monotonic() + wait
        message: dict[str, Any] = {}
        try:
            with self._lock:
                number = next(self._numbers)
                self._socket.send(json.dumps({"id": number, "do": name, **arguments}))
                while message.get("id") != number:
                    message = json.loads(self._socket.recv(max(0.0, end - time.monotonic())))
        except TimeoutError:
            hint = "Look whether a dialog is open in it, and try again."
            raise HostError("host.timeout", "Zimu's server did not answer in time.", hint) from None
        except (OSError, WebSocketException) as error:
            raise HostError(
                "host.gone",
                "Zimu's server, through which the editing program is reached, has ended.",
                "Open Zimu's panel in the program again and connect anew: what was done so far is kept.",
            ) from error
        return answer_of(message)


@contextmanager
def _entered(address: Address, host: str, *, answers: bool) -> Iterator[ClientConnection]:
    """A connection that the server at *address* has let in, to answer for *host* or to use it."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    url = f"ws://127.0.0.1:{address.port}/ws"
    hello = {"id": 0, "do": "hello", "token": address.token, "protocol": VERSION, "host": host, "answers": answers}
    with ExitStack() as stack:
        try:
            opening = connect(url, proxy=None, compression=None, max_size=None, open_timeout=OPENING)
            socket = stack.enter_context(opening)
            socket.send(json.dumps({**hello, "panel": token_hex(8)}))
            welcome = json.loads(socket.recv(OPENING))
        except (OSError, WebSocketException) as error:
            raise _busy(address, str(error)) from error
        if "result" not in welcome:
            raise _busy(address, str(welcome["error"]["message"]))
        yield socket


def _answer(channel: Channel, call: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": channel.call(call["do"], call["timeout"], **call["arguments"])}
    except ZimuError as error:
        return {"error": error.to_json()}


def _busy(address: Address, said: str) -> HostError:
    return HostError(
        "host.server-busy",
        f"Zimu's server, process {address.pid}, lets no other program in ({said}).",
        "Close the other panel of Zimu, then start Zimu in this program again.",
    )

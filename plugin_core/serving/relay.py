"""
Lends this process's way to a host to a server that runs already: there is one server for each user, and one host may
be reached from a panel in it (Premiere), another from a process of its own (Resolve).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from plugin_core.errors import HostError, ZimuError
from plugin_core.protocol import VERSION

if TYPE_CHECKING:
    from plugin_core.bridge import Channel
    from plugin_core.server import Address

OPENING = 15.0  # seconds that the server may take to let us in


def relay(address: Address, host: str, channel: Channel, ready: Callable[[], None]) -> None:
    """
    Answer what the server at *address* wants of *host* with *channel*, until that server has ended. *ready* is called
    once its panels can reach the host. HostError "host.server-busy" if it does not let us in.
    """
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    url = f"ws://127.0.0.1:{address.port}/ws"
    hello = {"id": 0, "do": "hello", "token": address.token, "protocol": VERSION, "host": host, "answers": True}
    try:
        with connect(url, proxy=None, compression=None, max_size=None, open_timeout=OPENING) as socket:
            socket.send(json.dumps({**hello, "panel": token_hex(8)}))
            welcome = json.loads(socket.recv(OPENING))
            if "result" not in welcome:
                raise _busy(address, str(welcome["error"]["message"]))
            ready()
            with suppress(WebSocketException):
                for text in socket:
                    call = json.loads(text)
                    if "call" in call:
                        socket.send(json.dumps({"answer": call["call"], **_answer(channel, call)}))
    except (OSError, WebSocketException) as error:
        raise _busy(address, str(error)) from error


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

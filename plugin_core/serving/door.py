"""
The door: uvicorn's HTTP protocol, with two things it does not do. It limits requests, not connections, and has no
limit for the time a client takes to send its headers (a client that drips them holds the connection for ever).
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from plugin_core.serving.rates import Limits


def door(limits: Limits) -> type[asyncio.Protocol]:
    """The protocol class that keeps to *limits*."""

    class Door(H11Protocol):
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if len(self.connections) > limits.connections:
                transport.abort()
                return
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
                self._wait()
            else:
                self._stop()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            super().connection_lost(exc)

        def handle_websocket_upgrade(self, event: h11.Request) -> None:
            self._stop()
            super().handle_websocket_upgrade(event)

        def _wait(self) -> None:
            """From the first byte of a request, not again from each further one."""
            if self._late is None:
                self._late = asyncio.get_running_loop().call_later(limits.headers, self.transport.abort)

        def _stop(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

    return Door

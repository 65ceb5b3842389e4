"""
Panels: one object for each connected WebSocket after its hello, and the hub that knows which of them are there.

Everything here may be called from any thread; only ``Panel.pump`` runs in the server's loop. A host call goes out as
``{"call": n, "do": VERB, "arguments": {...}}`` and its answer comes back as ``{"answer": n, ...}``.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from plugin_core.bridge import answer_of
from plugin_core.errors import HostError
from plugin_core.serving.rates import Limits

SLOW = 1013  # WebSocket close codes: RFC 6455 and its registry; 4000 to 4999 are ours
BAD_DATA = 1003
NO_TOKEN, REPLACED, FLOOD = 4401, 4409, 4429


class Panel:
    """
    A connected panel, or a process that lends its way to a host (``relay``). *id* is the one it keeps, "" if it has
    none; *host* is the one it means ("": whichever there is), which it reaches itself if it *answers* host calls.
    """

    def __init__(
        self, key: str, host: str, loop: asyncio.AbstractEventLoop, limits: Limits, *, answers: bool = True
    ) -> None:
        self.id = key
        self.host = host
        self.answers = answers and bool(host)
        self._loop = loop
        self._limits = limits
        self._outbox: asyncio.Queue[str | int] = asyncio.Queue()
        self._calls: dict[int, Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._gone = False

    def send(self, message: dict[str, Any]) -> None:
        """Send *message* after those before it; a panel that does not read is let go, for it can come back."""
        self._put(to_text(message))

    def close(self, code: int) -> None:
        """End the connection after what was sent before."""
        self._put(code)

    def _put(self, item: str | int) -> None:
        def put() -> None:
            if self._outbox.qsize() == self._limits.outbox:
                self._outbox.put_nowait(SLOW)
            elif self._outbox.qsize() < self._limits.outbox:
                self._outbox.put_nowait(item)

        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(put)

    async def pump(self, send: Callable[[str], Awaitable[None]]) -> int:
        """Send what waits, until there is a code to close with."""
        while isinstance(item := await self._outbox.get(), str):
            await send(item)
        return item

    def call(self, verb: str, timeout: float, arguments: dict[str, Any]) -> Any:
        """What the host behind this panel answers. For a thread, never for the loop."""
        future: Future[Any] = Future()
        with self._lock:
            if self._gone:
                raise gone()
            number = next(self._numbers)
            self._calls[number] = future
        try:
            self.send({"call": number, "do": verb, "arguments": arguments, "timeout": timeout})
            return answer_of(future.result(timeout))
        except TimeoutError:
            raise HostError(
                "host.timeout",
                f"The editing program did not answer within {timeout:.0f} seconds.",
                "A dialog may be open in it. Close it and try again.",
            ) from None
        finally:
            with self._lock:
                self._calls.pop(number, None)

    def answer(self, message: dict[str, Any]) -> bool:
        """Take in the answer to a call; one to a call that nobody waits for is dropped. Whether somebody did."""
        number = message.get("answer")
        with self._lock:
            future = self._calls.pop(number, None) if type(number) is int else None
        if future is not None and not future.done():
            future.set_result({key: message[key] for key in ("result", "error") if key in message})
        return future is not None

    def left(self) -> None:
        """The connection has ended: every open call fails."""
        with self._lock:
            self._gone = True
            calls, self._calls = self._calls, {}
        for future in calls.values():
            if not future.done():
                future.set_exception(gone())


class Hub:
    """Which panels are there, by the id that each keeps."""

    def __init__(self) -> None:
        self._panels: list[Panel] = []
        self._changed = threading.Condition()

    def join(self, panel: Panel) -> None:
        """Let *panel* in, in the place of an earlier connection of the same one."""
        with self._changed:
            earlier = [other for other in self._panels if panel.id and other.id == panel.id]
            self._panels = [other for other in self._panels if other not in earlier] + [panel]
            self._changed.notify_all()
        for other in earlier:
            other.left()
            other.close(REPLACED)

    def leave(self, panel: Panel) -> None:
        """*panel* is no longer connected."""
        with self._changed:
            self._panels = [other for other in self._panels if other is not panel]
        panel.left()

    @property
    def panels(self) -> tuple[Panel, ...]:
        with self._changed:
            return tuple(self._panels)

    def hosts(self) -> tuple[Panel, ...]:
        """The panels that answer host calls."""
        return tuple(panel for panel in self.panels if panel.answers)

    def find(self, key: str, wait: float) -> Panel:
        """The panel with this id; one that is just coming back is waited for. HostError "host.gone" if it does not."""
        end = time.monotonic() + wait
        with self._changed:
            while True:
                for panel in self._panels:
                    if panel.id == key:
                        return panel
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    raise gone()


class PanelChannel:
    """The channel to the host behind the panel with an id, over whichever connection it has now."""

    def __init__(self, hub: Hub, key: str, grace: float) -> None:
        self._hub, self._key, self._grace = hub, key, grace

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """See ``bridge.Channel``."""
        return self._hub.find(self._key, self._grace).call(verb, timeout, arguments)


def gone() -> HostError:
    """What open calls of a panel that left fail with."""
    return HostError(
        "host.gone", "The panel in the editing program was closed.", "Open it again: what was done so far is kept."
    )


def to_text(message: dict[str, Any]) -> str:
    """A message as JSON, ASCII only: file names that are no valid text must not break it."""
    return json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":"))

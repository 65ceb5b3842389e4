"""Work that may block, beside the server's loop; and what is said of a fault of ours."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable
from typing import TypeVar

from plugin_core.errors import ZimuError

Result = TypeVar("Result")


async def aside(function: Callable[[], Result]) -> Result:
    """
    What *function*, which may block, returns. In a daemon thread of its own: a host that does not answer must not hold
    up the end of the server, as a thread of an executor would.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def done(result: Result | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # one of the two is there

    def work() -> None:
        result, error = None, None
        try:
            result = function()
        except BaseException as caught:  # carried to who waits
            error = caught
        try:
            loop.call_soon_threadsafe(done, result, error)
        except RuntimeError:  # the loop has ended meanwhile
            return

    threading.Thread(target=work, daemon=True).start()
    return await future


def bug(error: BaseException) -> ZimuError:
    """What a client is told of a fault of ours; the trace goes to the log."""
    traceback.print_exception(error, file=sys.stderr)
    return ZimuError(
        "server.bug", f"Zimu failed unexpectedly ({type(error).__name__}).", "Please report this with the log."
    )

"""What the commands that take several files share: one after the other, and what is said on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from plugin_core.errors import Cancelled, ZimuError

File = TypeVar("File")


def each(files: Sequence[File], work: Callable[[File], object], *, as_json: bool) -> int:
    """
    Do *work* to every one of *files* and return the exit status: that of the first that failed.

    Among several, a failed one is said and does not stop the others; a single one raises its ZimuError.
    """
    from plugin_core import console

    status = 0
    for file in files:
        try:
            work(file)
        except KeyboardInterrupt:
            raise Cancelled from None
        except ZimuError as error:
            if len(files) == 1:
                raise
            console.show_error(error, as_json=as_json, source=str(file))
            status = status or error.exit_code
    return status


def shown(events: Iterable[Any], title: str) -> None:
    """Walk through *events*: bars for people, else only their notes."""
    from plugin_core import console

    if sys.stderr.isatty():
        console.watch(iter(events), title)
        return
    for event in events:
        if message := getattr(event, "message", ""):
            console.console().print(message, style="dim", markup=False, soft_wrap=True)

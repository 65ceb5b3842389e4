"""The last errors in the app's log, as far as they name no file: what kind they were, and where in Zimu."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from plugin_core import settings
from plugin_core.doctor.findings import Finding, found

TAIL = 200_000  # bytes of a log that are read
MOST = 3  # errors that are told
_RAISED = re.compile(r"^(?P<kind>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)): ?(?P<said>.*)$")
_FRAME = re.compile(
    r'^  File ".*?(?P<file>(?:plugin_core|gui|resolve_bridge|premiere_cep)[/\\][\w/\\]+\.py)", line (?P<line>\d+)'
)
_NAMES = re.compile(r"""[/\\'"“”‘’«»「」{}]|\.\w{2,4}\b|\S+@\S+""")
"""What a sentence holds that may name a file, a title or a person."""


def look() -> Iterator[Finding]:
    """The last errors of the app's worker."""
    file = settings.home() / "logs" / "worker.log"
    errors = tuple(errors_in(_tail(file)))
    if errors:
        yield found("log.errors", errors="; ".join(errors[-MOST:]))
    elif file.exists():
        yield found("log.clean")


def errors_in(text: str) -> Iterator[str]:
    """
    The errors of a log, each as its kind, what it said and where in Zimu it was raised.

    What it said is left out wherever it could hold the name of a file, a title or a person: those are in quotes, have
    an ending or a folder.
    """
    place = ""
    for line in text.splitlines():
        if frame := _FRAME.match(line):
            place = f" ({frame['file'].replace(chr(92), '/')}:{frame['line']})"
        elif raised := _RAISED.match(line):
            said = "" if _NAMES.search(raised["said"]) else raised["said"][:160]
            yield raised["kind"].rsplit(".", 1)[-1] + (f": {said}" if said else "") + place
            place = ""


def _tail(file: Path) -> str:
    """The end of *file*; "" if there is none."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - TAIL))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""

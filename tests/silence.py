"""
A guard for processes of the tests: any socket to anything but this machine is written down and refused.

``guarded`` gives the environment of a process, and of all that it starts, in which the guard is at work: a
``sitecustomize`` with an audit hook, below whatever library asks. What a native library does by itself it does not see.
"""

from __future__ import annotations

import os
from pathlib import Path

HOOK = """
import os, sys

LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")

def _guard(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        target = args[1] if len(args) > 1 else None
        place = target[0] if isinstance(target, tuple) else target
        if not isinstance(target, tuple):  # a path: a socket of this machine's own
            return
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        place = args[0]
    else:
        return
    name = place.decode() if isinstance(place, bytes) else str(place or "localhost")
    if name.startswith(LOOPBACK):
        return
    with open(os.environ["ZIMU_TEST_SILENCE"], "a") as file:
        file.write(f"{event} {name}\\n")
    raise PermissionError(f"{event} {name}: the tests allow no socket to another machine")

sys.addaudithook(_guard)
"""


def guarded(folder: Path, **more: str) -> dict[str, str]:
    """The environment; what was asked for is in ``asked(folder)``."""
    hook = folder / "silence"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(HOOK)
    path = os.pathsep.join(filter(None, (str(hook), os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path, "ZIMU_TEST_SILENCE": str(folder / "asked")} | more


def asked(folder: Path) -> list[str]:
    """What the guard has refused."""
    file = folder / "asked"
    return file.read_text().splitlines() if file.exists() else []

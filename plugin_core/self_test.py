"""
Whether this installation works: each check does what a user will do, in a process of its own, so that a library that
crashes or hangs fails one check and the others still tell.

Other parts add checks by entry points of the group ``zimu.self_test``; each names a function that takes an empty
folder and returns a sentence about what it saw. A check fails with a ``Failed`` or any other exception, and is left
out with ``Absent``. Nothing of the user is read or changed: home, settings and temporary files are in that folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Literal, cast

from plugin_core import processes
from plugin_core.errors import SettingsError

GROUP = "zimu.self_test"
PATIENCE = 1200.0  # seconds a check may take, on a slow and busy machine too
SIGNS: Mapping[str, str] = {"ok": "+", "failed": "!", "absent": "-"}
_OURS = "zimu-check: "  # before the line a check's process answers with; libraries may print others
State = Literal["ok", "failed", "absent"]
Check = Callable[[Path], str]


class Failed(Exception):
    """What a check saw is not as it should be."""


class Absent(Exception):
    """What a check looks at is not installed, and need not be."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the check *name*: a sentence on what was seen or what went wrong; *seconds* include its start."""

    name: str
    state: State
    said: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        return {"name": self.name, "state": self.state, "said": self.said, "seconds": round(self.seconds, 2)}


def names() -> tuple[str, ...]:
    """The checks there are, in the order in which they are done."""
    from plugin_core.self_checks import CHECKS

    return (*CHECKS, *sorted(entry.name for entry in _entries()))


def outcomes(wanted: Sequence[str] = ()) -> Iterator[Outcome]:
    """Do the checks *wanted* (default: all), one after the other, each in an empty folder that is gone afterwards."""
    known = names()
    if unknown := [name for name in wanted if name not in known]:
        raise SettingsError(
            "settings.check", f"There is no check {', '.join(unknown)}.", f"There are: {', '.join(known)}."
        )
    for name in known:
        if not wanted or name in wanted:
            with tempfile.TemporaryDirectory(prefix="Zimu 自检 ", ignore_cleanup_errors=True) as folder:
                yield _outcome(name, Path(folder))


def _outcome(name: str, folder: Path) -> Outcome:
    begun = time.monotonic()
    try:
        done = subprocess.run(
            [*processes.command("plugin_core.self_test"), name, str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=surroundings(folder, os.environ),
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(name, "failed", f"It had not ended after {PATIENCE:.0f} s.", time.monotonic() - begun)
    seconds = time.monotonic() - begun
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith(_OURS):
            state, said = json.loads(line.removeprefix(_OURS))
            return Outcome(name, cast("State", state), str(said), seconds)
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    return Outcome(name, "failed", " ".join([f"Its process ended with status {done.returncode}.", *last]), seconds)


def surroundings(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a check: *environ* with a home in *folder*, strictly offline, and no screen."""
    return {
        **environ,
        "ZIMU_HOME": str(folder / "home"),
        "ZIMU_OFFLINE": "1",
        "HF_HUB_OFFLINE": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(folder / "config"),
    }


def _entries() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _check(name: str) -> Check:
    from plugin_core.self_checks import CHECKS

    for entry in _entries():
        if entry.name == name:
            return cast("Check", entry.load())
    return CHECKS[name]


def main(arguments: Sequence[str]) -> int:
    """The process of one check: ``NAME FOLDER``."""
    name, folder = arguments
    try:
        answer = ("ok", _check(name)(Path(folder)))
    except Absent as absent:
        answer = ("absent", str(absent))
    except Failed as failure:
        answer = ("failed", str(failure))
    except Exception as error:  # any other is a failure of the installation as well, and told as such
        answer = ("failed", f"{type(error).__name__}: {error}")
    sys.stdout.write(f"\n{_OURS}{json.dumps(answer)}\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    # The module that runs is another one than the one that checks import: theirs has to be the one that catches.
    from plugin_core.self_test import main as run_check

    sys.exit(run_check(sys.argv[1:]))

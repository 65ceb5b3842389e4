"""``zimu-desktop``: what desktops start. It is ``zimu gui`` without a console, so what it has to say goes to a log."""

from __future__ import annotations

import sys
from pathlib import Path

from plugin_core import processes, settings

LOG = Path("logs") / "desktop.log"  # in Zimu's home


def main() -> None:
    """Open the window with the files named; the process ends with its status."""
    if sys.stdout is None or sys.stderr is None:  # a windowed program on Windows
        _write_to(settings.home() / LOG)
    if processes.handed_over():
        return
    from plugin_core.cli import main as run

    sys.argv[1:] = ["gui", *sys.argv[1:]]
    run()


def _write_to(log: Path) -> None:
    """Let what is printed go to *log*, anew each time; nowhere if it cannot be written."""
    import os

    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        stream = log.open("w", encoding="utf-8", buffering=1)
    except OSError:
        stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stdout = sys.stdout or stream
    sys.stderr = sys.stderr or stream

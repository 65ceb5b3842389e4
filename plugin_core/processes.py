"""
How the program starts a part of itself in another process: the worker, the waveform's helper, a doctor's look.

From source that is ``python -m MODULE``. A frozen build has no ``-m``: its console program, which lies beside the one
at work, is started with ``--run MODULE`` and hands over to ``handed_over`` before it does anything else.
"""

from __future__ import annotations

import sys
from pathlib import Path

PARTS = (
    "plugin_core.worker",
    "plugin_core.cli",
    "plugin_core.self_test",
    "gui.wave_process",
    "gui.gallery_process",
    "resolve_bridge.agent",
)
"""The modules that may be run in this way; a frozen build has to hold them all."""
CONSOLE = "zimu"
_RUN = "--run"


def command(module: str) -> tuple[str, ...]:
    """The program and its first arguments that run *module* (one of ``PARTS``); its own arguments follow."""
    if not getattr(sys, "frozen", False):
        return (sys.executable, "-X", "utf8", "-m", module)
    here = Path(sys.executable)
    beside = here.with_name(CONSOLE + here.suffix)  # a windowed program has no stdout to answer on
    return (str(beside if beside.is_file() else here), _RUN, module)


def zimu_command() -> tuple[str, ...]:
    """What starts this Zimu from anywhere, and tomorrow: the script beside this Python, else the module in it."""
    script = Path(sys.executable).with_name("zimu.exe" if sys.platform == "win32" else CONSOLE)
    if script.is_file():
        return (str(script),)
    frozen = bool(getattr(sys, "frozen", False))
    return (sys.executable, _RUN, "plugin_core.cli") if frozen else (sys.executable, "-m", "plugin_core.cli")


def handed_over() -> bool:
    """Run the module that ``command`` asked this process for, if it did; whether it has been run."""
    if len(sys.argv) < 3 or sys.argv[1] != _RUN or sys.argv[2] not in PARTS:
        return False
    import runpy

    module = sys.argv[2]
    sys.argv[1:3] = []
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    return True

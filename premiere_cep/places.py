"""Where Adobe's programs look for panels, and the switch that lets them load one that is not signed, on each system."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from plugin_core.errors import HostError

Scope = Literal["user", "all"]
Run = Callable[[Sequence[str]], tuple[int, str]]
BUNDLE = "org.zimu.premiere"
CSXS = tuple(range(6, 15))  # 9 is Premiere 2020, 12 is 2025; 13 and 14 are asked for by 2026
SWITCH = "PlayerDebugMode"
_NAME = "Adobe Premiere Pro"
_YEAR = re.compile(rf"{_NAME}(?: \(Beta\))? ?(?:CC )?(20\d\d)?")


def run(command: Sequence[str]) -> tuple[int, str]:
    """The exit status of *command* and what it said; 127 if there is no such program."""
    try:
        done = subprocess.run(list(command), capture_output=True, text=True, errors="replace", timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, done.stdout + done.stderr


@dataclass(frozen=True)
class Machine:
    """This machine, as far as panels are concerned; a test makes others. *root* stands before absolute paths."""

    system: str = sys.platform
    home: Path = field(default_factory=Path.home)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    root: Path = Path("/")
    run: Run = run

    @property
    def has_premiere(self) -> bool:
        """Whether Premiere Pro exists for this system at all."""
        return self.system in {"win32", "darwin"}

    def extensions(self, scope: Scope) -> Path:
        """The folder of all panels of this user, or of all users. HostError where there is none."""
        if self.system == "darwin":
            base = self.home if scope == "user" else self.root
            return base / "Library/Application Support/Adobe/CEP/extensions"
        if self.system == "win32":
            if scope == "user":
                base = Path(self.environ.get("APPDATA") or self.home / "AppData/Roaming")
            else:
                base = Path(self.environ.get("CommonProgramFiles(x86)") or "C:/Program Files (x86)/Common Files")
            return base / "Adobe/CEP/extensions"
        raise HostError(
            "premiere.system",
            "Premiere Pro does not run on this system, so there is no place for its panel.",
            "Install the panel on the Mac or Windows machine with Premiere, or write it to a folder: "
            "zimu premiere package FOLDER.",
        )

    def programs(self) -> tuple[tuple[str, int], ...]:
        """The Premiere Pros that are installed: folder name and year (0 if it does not say), the oldest first."""
        if not self.has_premiere:
            return ()
        if self.system == "darwin":
            base = self.root / "Applications"
        else:
            base = Path(self.environ.get("ProgramFiles") or "C:/Program Files") / "Adobe"
        names = sorted(path.name for path in base.glob(f"{_NAME}*") if path.is_dir())
        years = (_YEAR.match(name) for name in names)
        return tuple((name, int(found[1] or 0) if found else 0) for name, found in zip(names, years, strict=True))

    def running(self) -> bool | None:
        """Whether a Premiere Pro runs now; None if the system does not say."""
        if not self.has_premiere:
            return False
        if self.system == "darwin":
            code, said = self.run(("ps", "-axo", "comm="))
            names = (line.strip().rsplit("/", 1)[-1] for line in said.splitlines())
            return any(name.startswith(_NAME) for name in names) if code == 0 else None
        code, said = self.run(("tasklist", "/FI", f"IMAGENAME eq {_NAME}*", "/FO", "CSV", "/NH"))
        return _NAME.lower() in said.lower() if code == 0 else None

    # -- the switch --------------------------------------------------------------------------------

    def switch(self, version: int) -> str | None:
        """The value of PlayerDebugMode of CSXS *version*; None if there is none."""
        if self.system == "darwin":
            code, said = self.run(("defaults", "read", f"com.adobe.CSXS.{version}", SWITCH))
            return said.strip() if code == 0 else None
        code, said = self.run(("reg", "query", _key(version), "/v", SWITCH))
        found = re.search(rf"{SWITCH}\s+REG_\w+\s+(\S+)", said)
        return found[1] if code == 0 and found else None

    def switching(self, version: int, value: str | None) -> tuple[str, ...]:
        """The command that gives the switch *value*, or takes it away."""
        if self.system == "darwin":
            name = f"com.adobe.CSXS.{version}"
            if value is None:
                return ("defaults", "delete", name, SWITCH)
            return ("defaults", "write", name, SWITCH, "-string", value)  # CEP reads a string
        if value is None:
            return ("reg", "delete", _key(version), "/v", SWITCH, "/f")
        return ("reg", "add", _key(version), "/v", SWITCH, "/t", "REG_SZ", "/d", value, "/f")

    def after_switching(self) -> tuple[tuple[str, ...], ...]:
        """Commands after which programs see the switch: macOS keeps what it has read of the user's preferences."""
        if self.system != "darwin":
            return ()
        return (("killall", "-u", self.environ.get("USER", "") or self.home.name, "cfprefsd"),)


def is_on(value: str | None) -> bool:
    """Whether a switch of this value is on."""
    return value in {"1", "true", "YES"}


def _key(version: int) -> str:
    return rf"HKCU\Software\Adobe\CSXS.{version}"

"""Machines with Resolve on them: files, preferences, processes and libraries, as each system has them."""

from __future__ import annotations

import os
import plistlib
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resolve_bridge import install
from resolve_bridge.places import Surroundings, System, script_folders

ROOT = Path(__file__).parent.parent.parent
HOST = "Blackmagic Design/DaVinci Resolve"
LIBRARY = """
import sys
sys.path.insert(0, {root!r})
from tests.hosts.fake_resolve import FakeResolve, Quirks

def scriptapp(name):
    assert name == "Resolve"
    return {found}
"""


def machine(root: Path, system: System = "linux", **environ: str) -> Surroundings:
    """A machine without Resolve whose only programs are those of *root*/bin."""
    home = root / "home/user"
    programs = root / "bin"
    for folder in (home, programs, root / "proc"):
        folder.mkdir(parents=True, exist_ok=True)
    given = {"PATH": str(programs), "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), **environ}
    if system == "windows":
        given |= {"APPDATA": str(home / "AppData/Roaming"), "PROGRAMDATA": str(root / "ProgramData")}
        given |= {"PROGRAMFILES": str(root / "Program Files")}
    return Surroundings(system, home, root, given)


def library(path: Path, found: str = "FakeResolve(Quirks())", before: str = "") -> Path:
    """A fusionscript in Python: what *before* does when it is loaded, and the Resolve it has *found*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + LIBRARY.format(root=str(ROOT), found=found), "utf-8")
    return path


def on_linux(here: Surroundings, folder: str = "opt/resolve", version: str = "") -> Path:
    """Resolve as the installer puts it; its library."""
    if version:
        settings(here, ".version", f"{version}\n")
    return empty(here.root / folder / "libs/Fusion/fusionscript.so")


def on_mac(here: Surroundings, app: str, version: str = "21.0.4", *, store: bool = False) -> Path:
    contents = here.root / "Applications" / app / "Contents"
    facts: dict[str, Any] = {"CFBundleShortVersionString": version, "CFBundleName": "Resolve"}
    empty(contents / "Info.plist").write_bytes(plistlib.dumps(facts))
    if store:
        empty(contents / "_MASReceipt/receipt")
    return empty(contents / "Libraries/Fusion/fusionscript.so")


def on_windows(here: Surroundings, product: str, version: str, folder: str = "DaVinci Resolve") -> Path:
    programs = here.root / "Program Files/Blackmagic Design" / folder
    empty(programs / "Resolve.exe").write_bytes(b"MZ" + bytes(5000) + resource(product, version) + bytes(300))
    return empty(programs / "fusionscript.dll")


def resource(product: str, version: str) -> bytes:
    """Two strings of a VS_VERSIONINFO: length, length of value, type, key, zeros to a border of four bytes, value."""
    parts = b""
    for key, value in (("ProductName", product), ("ProductVersion", version)):
        head = f"{key}\0".encode("utf-16-le")
        padding = bytes(-(6 + len(head)) % 4)
        text = f"{value}\0".encode("utf-16-le")
        parts += (
            struct.pack("<HHH", 6 + len(head) + len(padding) + len(text), len(text) // 2, 1) + head + padding + text
        )
        parts += bytes(-len(parts) % 4)
    return parts


def empty(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def settings(here: Surroundings, name: str, content: str) -> None:
    """A file among Resolve's preferences."""
    folder = {
        "linux": here.home / ".local/share/DaVinciResolve/configs",
        "darwin": here.home / "Library/Preferences" / HOST,
        "windows": here.home / "AppData/Roaming" / HOST / "Preferences",
    }[here.system]
    empty(folder / name).write_text(content, "utf-8")


def scripting(here: Surroundings, mode: int) -> None:
    """External scripting in the preferences: 0 none, 1 local, 2 network."""
    settings(here, "config.dat", f"Site.Count = 1\nSystem.Scripting.Mode = {mode}\nLocal.GPU.Scopes = 1\n")


def runs(here: Surroundings, *, resolve: bool = True) -> None:
    """Whether Resolve runs, as the system tells it."""
    if here.system == "linux":
        empty(here.root / "proc/12/cmdline").write_bytes(b"/usr/bin/vi\0/opt/resolve/bin/resolve\0")
        if resolve:
            empty(here.root / "proc/77/cmdline").write_bytes(b"./resolve\0-nogui\0")
        return
    listed = {
        "darwin": ["/sbin/launchd", "/Applications/DaVinci Resolve/DaVinci Resolve.app/Contents/MacOS/Resolve"],
        "windows": ["", '"Resolve.exe","4242","Console","1","2,000,000 K"'],
    }[here.system]
    line = listed[1] if resolve else listed[0] or "INFO: No tasks are running which match the specified criteria."
    program(here, "ps" if here.system == "darwin" else "tasklist", f"echo '{line}'")


def program(here: Surroundings, name: str, script: str) -> Path:
    """A program of this machine, as a shell script."""
    path = empty(here.root / "bin" / name)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


# -- the menu in it ---------------------------------------------------------------------------------

RUN = """
import runpy, sys
sys.path.insert(0, {root!r})
given = {{}}
{given}
runpy.run_path({script!r}, init_globals=given, run_name="__main__")
"""
FAKE = (
    "from tests.hosts.fake_resolve import FakeResolve, Quirks; given['resolve'] = FakeResolve(Quirks(studio=False)); "
    "del sys.path[0]"
)


class Menu:
    """Zimu in the menu of a machine; what a page in the browser would show."""

    def __init__(self, root: Path, command: list[str]) -> None:
        self.root = root
        self.here = machine(root)
        self.pages = root / "pages"
        self.pages.mkdir()
        self.browser = program(self.here, "browser", f'printf "%s\\n" "$1" >> {self.pages}/urls; '
                               f'case "$1" in file://*) cp "${{1#file://}}" {self.pages}/ ;; esac')  # fmt: skip
        install.carry_out(install.plan_install(self.here, command=command))
        self.scripts = script_folders(self.here, everyone=False)[0]

    def environ(self, **more: str) -> dict[str, str]:
        return {**os.environ, "BROWSER": f"{self.browser} %s", "TMPDIR": str(self.root), **more}

    def start(self, given: str = FAKE, python: str = sys.executable, **more: str) -> subprocess.Popen[str]:
        code = RUN.format(root=str(ROOT), given=given, script=str(self.scripts / install.MENU_ENTRY))
        return subprocess.Popen(
            [python, "-c", code], env=self.environ(**more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, given: str = FAKE, python: str = sys.executable, **more: str) -> str:
        """What it printed."""
        done = self.start(given, python, **more)
        said, _ = done.communicate(timeout=60)
        return said

    def shown(self) -> str:
        """The pages that were opened, as text."""
        return "".join(path.read_text("utf-8") for path in sorted(self.pages.glob("*.html")))


def waited(done: Callable[[], Any], seconds: float = 60.0) -> Any:
    until = time.monotonic() + seconds
    while not (value := done()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
    return value


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return True
    return False

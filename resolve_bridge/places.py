"""Where DaVinci Resolve and its things lie on a machine, and what can be read there without asking it."""

from __future__ import annotations

import mmap
import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from xml.parsers.expat import ExpatError

from resolve_bridge.versions import Product, Version, edition_of

System = Literal["linux", "darwin", "windows"]
_MAKER, _NAME = "Blackmagic Design", "DaVinci Resolve"
_LIBRARY_WINDOWS = "fusionscript.dll"
_MODE = re.compile(rb"^\s*System\.Scripting\.Mode\s*=\s*(\d+)", re.MULTILINE)


def _system() -> System:
    return "windows" if sys.platform == "win32" else "darwin" if sys.platform == "darwin" else "linux"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A machine and its user: everything that says where files are, so that each system can be tested on any."""

    system: System = field(default_factory=_system)
    home: Path = field(default_factory=Path.home)
    root: Path = Path("/")
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def variable(self, name: str, default: Path) -> Path:
        """The folder that an environment variable names."""
        return Path(self.environ.get(name) or default)

    @property
    def program_data(self) -> Path:
        """Windows: what belongs to all users."""
        return self.variable("PROGRAMDATA", self.root / "ProgramData") / _MAKER / _NAME

    @property
    def app_data(self) -> Path:
        """Windows: what belongs to this user."""
        return self.variable("APPDATA", self.home / "AppData" / "Roaming") / _MAKER / _NAME


@dataclass(frozen=True, slots=True)
class Install:
    """
    A copy of Resolve: its *library* for scripts (fusionscript), the folder or bundle of the *app*, what it is.

    *store* is the Mac App Store's build, whose sandbox keeps scripts out. *named* was given by RESOLVE_SCRIPT_LIB
    or RESOLVE_SCRIPT_API.
    """

    library: Path
    app: Path
    product: Product = field(default_factory=Product)
    store: bool = False
    named: bool = False


def installs(here: Surroundings) -> tuple[Install, ...]:
    """
    Every copy of Resolve on this machine, the one to use first: that of RESOLVE_SCRIPT_LIB, else the newest that is
    not the App Store's. Where there is none, Blackmagic's own module in RESOLVE_SCRIPT_API may know of one.
    """
    found = [one for one in _found(here) if one.library.is_file()]
    found.sort(key=lambda one: (one.store, -_rank(one)))
    named = Path(here.environ.get("RESOLVE_SCRIPT_LIB") or "")
    if named.is_file():
        same = next((one for one in found if one.library == named), Install(named, _app_of(named, here.system)))
        return (replace(same, named=True), *(one for one in found if one.library != named))
    module = Path(here.environ.get("RESOLVE_SCRIPT_API") or "") / "Modules/DaVinciResolveScript.py"
    if not found and module.is_file():
        return (Install(module, module.parent.parent, named=True),)
    return tuple(found)


def _rank(one: Install) -> float:
    version = one.product.version
    return version.major * 1e6 + version.minor * 1e3 + version.patch if version else 0.0


def _app_of(library: Path, system: System) -> Path:
    """The program that a library belongs to."""
    if system == "darwin":
        return next((folder for folder in library.parents if folder.suffix == ".app"), library.parent)
    return library.parent if system == "windows" else library.parent.parent.parent


def _found(here: Surroundings) -> Iterator[Install]:
    if here.system == "darwin":
        yield from _on_mac(here)
    elif here.system == "windows":
        yield from _on_windows(here)
    else:  # the README: installations from the ISO use /home/resolve
        for folder in (here.root / "opt/resolve", here.root / "home/resolve"):
            product = Product(_last_version(here))
            yield Install(folder / "libs/Fusion/fusionscript.so", folder, product)


def _on_mac(here: Surroundings) -> Iterator[Install]:
    """The installer puts the bundle into a folder; the App Store puts it, named by its edition, beside the others."""
    for applications in (here.root / "Applications", here.home / "Applications"):
        for pattern in (f"{_NAME}*/{_NAME}*.app", f"{_NAME}*.app"):
            for app in sorted(applications.glob(pattern)):
                store = (app / "Contents/_MASReceipt/receipt").is_file()
                library = app / "Contents/Libraries/Fusion/fusionscript.so"
                yield Install(library, app, _bundle_product(app), store)


def _bundle_product(app: Path) -> Product:
    """Both editions of the installer are called alike; only a name with Studio in it tells."""
    edition: Literal["studio", ""] = "studio" if "studio" in f"{app.parent.name} {app.name}".lower() else ""
    with suppress(OSError, plistlib.InvalidFileException, ExpatError, ValueError, AttributeError):
        facts = plistlib.loads((app / "Contents/Info.plist").read_bytes())
        return Product(Version.of(facts.get("CFBundleShortVersionString")), edition)
    return Product(None, edition)


def _on_windows(here: Surroundings) -> Iterator[Install]:
    folders = {here.variable(name, here.root / "Program Files"): None for name in ("PROGRAMFILES", "ProgramW6432")}
    for programs in folders:
        for folder in sorted((programs / _MAKER).glob(f"{_NAME}*")):
            yield Install(folder / _LIBRARY_WINDOWS, folder, _program_product(folder / "Resolve.exe"))


def _program_product(program: Path) -> Product:
    """What the properties of a Windows program say of it."""
    return Product(Version.of(_property(program, "ProductVersion")), edition_of(_property(program, "ProductName")))


def _property(program: Path, name: str) -> str:
    """A string of the version resource (VS_VERSIONINFO): UTF-16, its value after the key and zeros."""
    key = f"{name}\0".encode("utf-16-le")
    with (
        suppress(OSError, ValueError),
        program.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        at = content.rfind(key)  # resources lie near the end of the file
        if at >= 0:
            value = content[at + len(key) : at + len(key) + 256].decode("utf-16-le", "replace")
            return value.lstrip("\0").split("\0")[0].strip()
    return ""


def _settings(here: Surroundings) -> Path:
    """The folder in which Resolve keeps this user's preferences."""
    if here.system == "darwin":
        return here.home / "Library/Preferences" / _MAKER / _NAME
    return (
        here.app_data / "Preferences" if here.system == "windows" else here.home / ".local/share/DaVinciResolve/configs"
    )


def _last_version(here: Surroundings) -> Version | None:
    """The version that last kept its preferences here; a Linux installation says its own nowhere."""
    with suppress(OSError):
        return Version.of((_settings(here) / ".version").read_text("utf-8", "replace"))
    return None


def scripting_mode(here: Surroundings) -> int | None:
    """External scripting as this user's preferences have it: 0 none, 1 local, 2 network; None if they do not say."""
    with suppress(OSError):
        if found := _MODE.search((_settings(here) / "config.dat").read_bytes()):
            return int(found[1])
    return None


def script_folders(here: Surroundings, *, everyone: bool) -> tuple[Path, ...]:
    """The ``Fusion/Scripts`` folders that Resolve lists in Workspace ▸ Scripts, of this user or of all of them."""
    if here.system == "darwin":
        start = here.root if everyone else here.home
        return (start / "Library/Application Support" / _MAKER / _NAME / "Fusion/Scripts",)
    if here.system == "windows":
        return ((here.program_data if everyone else here.app_data / "Support") / "Fusion" / "Scripts",)
    if not everyone:
        return (here.home / ".local/share/DaVinciResolve/Fusion/Scripts",)
    there = [folder for name in ("opt", "home") if (folder := here.root / name / "resolve").is_dir()]
    return tuple(folder / "Fusion/Scripts" for folder in there or [here.root / "opt/resolve"])


def running(here: Surroundings) -> bool | None:
    """Whether a Resolve runs now; None if the system does not say."""
    if here.system == "linux":
        return _runs_on_linux(here.root / "proc")
    if here.system == "darwin":
        listed = _output(["ps", "-axo", "comm="], here)
        return None if listed is None else any(line.strip().rsplit("/", 1)[-1] == "Resolve" for line in listed)
    listed = _output(["tasklist", "/FI", "IMAGENAME eq Resolve.exe", "/FO", "CSV", "/NH"], here)
    return None if listed is None else any("resolve.exe" in line.lower() for line in listed)


def _runs_on_linux(processes: Path) -> bool | None:
    """By the command line: Resolve renames its main thread, so that the short name says something else."""
    try:
        names = [entry for entry in processes.iterdir() if entry.name.isdigit()]
    except OSError:
        return None
    for entry in names:
        with suppress(OSError):
            if (entry / "cmdline").read_bytes().split(b"\0")[0].rsplit(b"/", 1)[-1] == b"resolve":
                return True
    return False


def _output(command: list[str], here: Surroundings) -> list[str] | None:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL, env=dict(here.environ)
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").splitlines() if done.returncode == 0 else None

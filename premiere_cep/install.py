"""
The panel in Adobe's folder: what would be done, as steps to show; then doing them.

The panel is written beside the folder of panels and then moved into place in one step, so that Premiere never sees
half of it; the one that was there is kept until then. What the switches for unsigned panels were before is kept in
``premiere.json`` in Zimu's home, and the removal puts it back.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from plugin_core import __version__, settings
from plugin_core.errors import HostError
from plugin_core.storage import write_atomic
from premiere_cep.places import BUNDLE, CSXS, Machine, Scope, is_on

CONFIG = "panel/config.json"
MANIFEST = "CSXS/manifest.xml"
_PARTS = ("CSXS", "panel", "presets", "host.jsx", ".debug")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: "put" the panel at *path*, "drop" it, or "run" *command*. *why* says it to the user."""

    do: Literal["put", "drop", "run"]
    why: str
    path: Path | None = None
    command: tuple[str, ...] = ()


def version() -> str:
    """Zimu's version as a manifest may say it: numbers only."""
    found = re.match(r"\d+(?:\.\d+){0,2}", __version__)
    return found[0] if found else "0"


def zimu_command() -> list[str]:
    """What starts this Zimu from anywhere: the script beside this Python, else the module in it."""
    script = Path(sys.executable).parent / ("zimu.exe" if sys.platform == "win32" else "zimu")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "plugin_core.cli"]


def config() -> dict[str, Any]:
    """What the panel has to know of this Zimu: how to start it and where it says how to reach it."""
    home = os.environ.get("ZIMU_HOME")
    return {
        "zimu": zimu_command(),
        "app": [*zimu_command(), "gui"] if find_spec("PySide6") else [],  # the desktop app, where it can run
        "home": str(settings.home()),
        "environment": {"ZIMU_HOME": home} if home else {},
        "version": __version__,
    }


def contents(*, configured: bool = True) -> dict[str, bytes]:
    """The files of the panel, by their place in it; with what it has to know of this Zimu, if it is *configured*."""
    here = resources.files("premiere_cep")
    found: dict[str, bytes] = {}
    for part in _PARTS:
        found.update(files_of(here.joinpath(part), part))
    found.pop(CONFIG, None)
    found[MANIFEST] = found[MANIFEST].replace(b'"0.0.0"', f'"{version()}"'.encode())
    if configured:
        found[CONFIG] = json.dumps(config(), indent=1).encode()
    else:
        found.pop(".debug")  # a released panel opens no door to a debugger
    return found


def files_of(place: Any, name: str) -> Iterator[tuple[str, bytes]]:
    """Every file of a part of this package, by its place in it."""
    if place.is_file():
        yield name, place.read_bytes()
        return
    for inner in sorted(place.iterdir(), key=lambda one: one.name):
        if not inner.name.startswith("__"):
            yield from files_of(inner, f"{name}/{inner.name}")


# -- what is there ---------------------------------------------------------------------------------


def bundle_of(folder: Path) -> str:
    """The id of the panel in *folder*; "" if there is none."""
    try:
        found = re.search(r'ExtensionBundleId="([^"]+)"', (folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return found[1] if found else ""


def installed(folder: Path) -> dict[str, bytes]:
    """The files in *folder*, by their place in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def record_file() -> Path:
    """Where it is kept what the switches were before."""
    return settings.home() / "premiere.json"


def _record() -> dict[str, str | None]:
    try:
        value = json.loads(record_file().read_text("utf-8"))
        return {str(key): None if old is None else str(old) for key, old in value["switches"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


# -- plans -----------------------------------------------------------------------------------------


def to_install(machine: Machine, scope: Scope = "user") -> tuple[Step, ...]:
    """What makes the panel of this version be there; nothing if it is."""
    target = _target(machine, scope)
    steps = []
    if not target.is_dir() or installed(target) != contents():
        steps.append(Step("put", f"Put the panel, version {version()}, at {target}.", target))
    off = [number for number in CSXS if not is_on(machine.switch(number))]
    for number in off:
        why = f"Let Adobe's programs load panels that are not signed (CSXS {number})."
        steps.append(Step("run", why, command=machine.switching(number, "1")))
    return (*steps, *(_refresh(machine) if off else ()))


def to_remove(machine: Machine, scope: Scope = "user") -> tuple[Step, ...]:
    """What takes the panel away and puts the switches back; nothing if neither is there."""
    target = _target(machine, scope)
    steps = [Step("drop", f"Remove the panel at {target}.", target)] if target.is_dir() else []
    record = _record()
    for key, old in record.items():
        number = int(key)
        if machine.switch(number) != old:
            why = f"Put the switch for panels that are not signed back as it was (CSXS {number})."
            steps.append(Step("run", why, command=machine.switching(number, old)))
    return (*steps, *(_refresh(machine) if len(steps) > target.is_dir() else ()))


def _refresh(machine: Machine) -> tuple[Step, ...]:
    return tuple(Step("run", "Let programs see it.", command=command) for command in machine.after_switching())


def _target(machine: Machine, scope: Scope) -> Path:
    """Where the panel belongs. HostError if it cannot be there, or if what is there is not ours."""
    target = machine.extensions(scope) / BUNDLE
    if "#" in str(target):  # Adobe's CEP takes it for the fragment of an address
        raise HostError(
            "premiere.path",
            f"The folder of panels has a # in its name ({target.parent}); Adobe's programs load nothing from there.",
            "Install for all users: zimu premiere install --all-users.",
        )
    if target.is_symlink() or (target.exists() and bundle_of(target) != BUNDLE):
        raise HostError(
            "premiere.foreign", f"{target} is there and is not Zimu's panel.", "Move it away, then install again."
        )
    return target


# -- doing -----------------------------------------------------------------------------------------


def do(steps: Sequence[Step], machine: Machine) -> None:
    """Do *steps* one after the other. HostError says which did not work; those before it stay done."""
    _remember(steps, machine)
    for step in steps:
        if step.do == "put" and step.path is not None:
            # beside the folder of panels, not in it: CEP looks for manifests in every folder there
            put(step.path, contents(), step.path.parent.parent)
        elif step.do == "drop" and step.path is not None:
            _drop(step.path)
        else:
            _command(step, machine)
    if any(step.do == "drop" for step in steps):
        record_file().unlink(missing_ok=True)


def _remember(steps: Sequence[Step], machine: Machine) -> None:
    """Keep what the switches are now, unless that is known from an earlier install."""
    numbers = [number for number in CSXS if any(step.command == machine.switching(number, "1") for step in steps)]
    record = _record()
    if new := {str(number): machine.switch(number) for number in numbers if str(number) not in record}:
        settings.home().mkdir(parents=True, exist_ok=True)
        write_atomic(record_file(), json.dumps({"switches": {**record, **new}}, indent=1).encode())


def _command(step: Step, machine: Machine) -> None:
    code, said = machine.run(step.command)
    if code and step.command[0] != "killall":  # it did not run: then nothing has to be seen anew
        raise HostError(
            "premiere.switch",
            f"{' '.join(step.command)} did not work: {said.strip() or code}.",
            "Do it by hand; Adobe calls it PlayerDebugMode.",
        )


def put(target: Path, files: dict[str, bytes], workplace: Path) -> None:
    """
    Make *target* the folder of *files*: all of them, and in the place of what was there at once.

    They are written in *workplace*, on the same disk and out of the programs' sight.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".zimu-", dir=workplace) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            for name, data in files.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            _swap(target, new, old)
    except OSError as error:
        raise _cannot(target, error) from error


def _swap(target: Path, new: Path, old: Path) -> None:
    there = target.exists()
    if there:
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if there:
            old.rename(target)
        raise


def _drop(target: Path) -> None:
    """Out of Premiere's sight first, then away."""
    try:
        with tempfile.TemporaryDirectory(prefix=".zimu-", dir=target.parent.parent) as folder:
            target.rename(Path(folder) / "old")
            shutil.rmtree(Path(folder) / "old")
    except OSError as error:
        raise _cannot(target, error) from error
    with suppress(OSError):
        target.parent.rmdir()  # only if it is empty: then it was ours


def _cannot(target: Path, error: OSError) -> HostError:
    hint = "Close Premiere Pro and try again."
    if isinstance(error, PermissionError):
        hint = "Close Premiere Pro; for all users, run it as administrator (sudo)."
    return HostError("premiere.folder", f"{target} cannot be changed: {error.strerror or error}.", hint)

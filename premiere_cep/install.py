"""
The panel in Adobe's folder: what would be done, as steps to show; then doing them.

The panel is written beside the folder of panels and then moved into place in one step, so that Premiere never sees
half of it; the one that was there is kept until then. Its list of files, with version and checksums, tells which of
them somebody has changed or added: these are kept in Zimu's home before the panel is replaced or removed. What the
switches for unsigned panels were before and which folders were made is kept in ``premiere.json`` in Zimu's home; the
removal puts it back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args

from plugin_core import __version__, settings
from plugin_core.errors import HostError
from plugin_core.processes import zimu_command
from plugin_core.storage import write_atomic
from premiere_cep.places import BUNDLE, CSXS, Machine, Scope, is_on

CONFIG = "panel/config.json"
MANIFEST = "CSXS/manifest.xml"
LIST = "zimu.json"  # {"zimu": version, "files": {place: SHA-256}}
_PARTS = ("CSXS", "panel", "presets", "host.jsx", ".debug")
_SIGNATURE = ("META-INF/", "mimetype")  # what Adobe's tools add to a signed panel
_STAGING = ".zimu-"


@dataclass(frozen=True, slots=True)
class Step:
    """
    One thing to do: "put" the panel at *path*, "keep" the file *path* under the name *to*, "drop" the folder *path*,
    or "run" *command*. *why* says it to the user.
    """

    do: Literal["put", "keep", "drop", "run"]
    why: str
    path: Path | None = None
    command: tuple[str, ...] = ()
    to: Path | None = None


def version() -> str:
    """Zimu's version as a manifest may say it: numbers only."""
    found = re.match(r"\d+(?:\.\d+){0,2}", __version__)
    return found[0] if found else "0"


def config() -> dict[str, Any]:
    """What the panel has to know of this Zimu: how to start it and where it says how to reach it."""
    home = os.environ.get("ZIMU_HOME")
    return {
        "zimu": [*zimu_command()],
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
    found[LIST] = json.dumps({"zimu": __version__, "files": {name: _digest(found[name]) for name in found}}).encode()
    return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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


def installed_version(folder: Path) -> str:
    """The version of Zimu that put the panel into *folder*; "" if it does not say."""
    try:
        return str(json.loads((folder / LIST).read_bytes())["zimu"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def strange(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Which of the *files* of an installed panel somebody has changed or added, by its own list (else by ours)."""
    try:
        listed = {str(name): str(digest) for name, digest in json.loads(files[LIST])["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        listed = {name: _digest(files[name]) for name in contents() if name in files}
    ours = {LIST: _digest(files.get(LIST, b"")), **listed}
    return tuple(
        name
        for name, data in sorted(files.items())
        if ours.get(name) != _digest(data) and not name.startswith(_SIGNATURE)
    )


def record_file() -> Path:
    """Where it is kept what the switches were before, and which folders were made."""
    return settings.home() / "premiere.json"


def _record() -> tuple[dict[str, str | None], list[str]]:
    """The switches as they were, and the folders that were made."""
    try:
        value = json.loads(record_file().read_text("utf-8"))
        switches = {str(key): None if old is None else str(old) for key, old in value["switches"].items()}
        return switches, [str(folder) for folder in value.get("made", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, []


# -- plans -----------------------------------------------------------------------------------------


def to_install(machine: Machine, scope: Scope = "user") -> tuple[Step, ...]:
    """What makes the panel of this version be there; nothing if it is."""
    target = _target(machine, scope)
    steps = [*_left_behind(target)]
    if not target.is_dir() or installed(target) != contents():
        steps += _kept(target)
        steps.append(Step("put", f"Put the panel, version {version()}, at {target}.", target))
    off = [number for number in CSXS if not is_on(machine.switch(number))]
    for number in off:
        why = f"Let Adobe's programs load panels that are not signed (CSXS {number})."
        steps.append(Step("run", why, command=machine.switching(number, "1")))
    return (*steps, *(_refresh(machine) if off else ()))


def to_remove(machine: Machine, scope: Scope = "user") -> tuple[Step, ...]:
    """What takes the panel away and puts the switches back, if no other panel of ours needs them."""
    target = _target(machine, scope)
    steps = [*_left_behind(target)]
    if target.is_dir():
        steps += [*_kept(target), Step("drop", f"Remove the panel at {target}.", target)]
    others = (machine.extensions(other) / BUNDLE for other in get_args(Scope) if other != scope)
    if any(bundle_of(other) == BUNDLE for other in others):
        return tuple(steps)
    back = [
        Step(
            "run",
            f"Put the switch for panels that are not signed back as it was (CSXS {key}).",
            command=machine.switching(int(key), old),
        )
        for key, old in _record()[0].items()
        if machine.switch(int(key)) != old
    ]
    return (*steps, *back, *(_refresh(machine) if back else ()))


def _kept(target: Path) -> Iterator[Step]:
    """What somebody has changed or added in the panel at *target*, into a new folder in Zimu's home."""
    folder = settings.home() / "kept"
    free = next(to for number in range(1, 10_000) if not (to := folder / f"premiere-{number}").exists())
    for name in strange(installed(target)) if target.is_dir() else ():
        path = target / name
        yield Step("keep", f"Keep {path}, which was not left as Zimu wrote it, as {free / name}.", path, to=free / name)


def _left_behind(target: Path) -> Iterator[Step]:
    """The workplaces of installs that were killed."""
    for folder in sorted(target.parent.parent.glob(f"{_STAGING}*")):
        yield Step("drop", f"Remove {folder}, left by an install that was broken off.", folder)


def _refresh(machine: Machine) -> tuple[Step, ...]:
    return tuple(Step("run", "Let programs see it.", command=command) for command in machine.after_switching())


def _target(machine: Machine, scope: Scope) -> Path:
    """Where the panel belongs. HostError if it cannot be there, or if what is there is not ours."""
    target = machine.extensions(scope) / BUNDLE
    if "#" in str(target):  # Adobe's CEP takes it for the fragment of an address
        raise HostError(
            "premiere.path",
            f"The folder of panels has a # in its name ({target.parent}); Adobe's programs load nothing from there.",
            "Install for all users: zimu hosts install premiere --all-users.",
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
        if step.do == "run":
            _command(step, machine)
        elif step.path is not None:
            _with_files(step, step.path)
    if any(step.do == "drop" and step.path and step.path.name == BUNDLE for step in steps):
        _forget(machine)


def _with_files(step: Step, path: Path) -> None:
    if step.do == "put":
        # beside the folder of panels, not in it: CEP looks for manifests in every folder there
        put(path, contents(), path.parent.parent)
    elif step.do == "drop":
        _drop(path)
    elif step.to is not None:
        try:
            step.to.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(step.to, path.read_bytes())
        except OSError as error:
            raise _cannot(step.to, error) from error


def _remember(steps: Sequence[Step], machine: Machine) -> None:
    """Keep what the switches are now, unless that is known from an earlier install, and which folders are missing."""
    numbers = [number for number in CSXS if any(step.command == machine.switching(number, "1") for step in steps)]
    switches, made = _record()
    new = {str(number): machine.switch(number) for number in numbers if str(number) not in switches}
    ways = [way for step in steps if step.do == "put" and step.path for way in step.path.parents]
    absent = [str(way) for way in ways if not way.exists()]
    if new or absent:
        _write_record({**switches, **new}, sorted({*made, *absent}))


def _write_record(switches: Mapping[str, str | None], made: Sequence[str]) -> None:
    settings.home().mkdir(parents=True, exist_ok=True)
    write_atomic(record_file(), json.dumps({"switches": switches, "made": made}, indent=1).encode())


def _forget(machine: Machine) -> None:
    """Take away the folders that were made, the deepest first, and the record, once no panel of ours is there."""
    switches, made = _record()
    ways = {str(way) for scope in get_args(Scope) for way in (machine.extensions(scope) / BUNDLE).parents}
    for folder in sorted(ways & {*made}, key=len, reverse=True):
        with suppress(OSError):  # it holds something of somebody else
            Path(folder).rmdir()
    if any(bundle_of(machine.extensions(scope) / BUNDLE) == BUNDLE for scope in get_args(Scope)):
        _write_record(switches, [folder for folder in made if Path(folder).is_dir()])
    else:
        record_file().unlink(missing_ok=True)


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
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=workplace) as folder:
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
        if target.name != BUNDLE:
            shutil.rmtree(target)
            return
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=target.parent.parent) as folder:
            target.rename(Path(folder) / "old")
            shutil.rmtree(Path(folder) / "old")
    except OSError as error:
        raise _cannot(target, error) from error


def _cannot(target: Path, error: OSError) -> HostError:
    hint = "Close Premiere Pro and try again."
    if isinstance(error, PermissionError):
        hint = "Close Premiere Pro; for all users, run it as administrator (sudo)."
    return HostError("premiere.folder", f"{target} cannot be changed: {error.strerror or error}.", hint)

"""
Zimu's files in DaVinci Resolve's folders: what would be done, as values; then doing it.

Our files are known by a line in them with version and checksum. One whose checksum is wrong was changed by somebody:
it is kept beside as a numbered copy. A file of the same name that never was ours is kept likewise by the install, and
left alone by the removal. Every file is written whole or not at all, the menu entry last, so that it never starts an
agent that is not there.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import shlex
import string
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from plugin_core import __version__
from plugin_core.errors import DocumentError, HostError
from plugin_core.processes import zimu_command
from plugin_core.storage import write_atomic
from resolve_bridge.places import Surroundings, script_folders

Do = Literal["make", "write", "keep", "delete", "clear"]
Ownership = Literal["absent", "ours", "changed", "foreign"]
_MARK = re.compile(rb"^[^\n]*zimu-file version=(\S+) sha256=([0-9a-f]{64})[^\n]*\n?", re.MULTILINE)
_COMMENTS = {".py": "# {}", ".lua": "-- {}", ".html": "<!-- {} -->", ".json": ""}
_LIST = "installed.json"
_PLAIN = set(string.ascii_letters + string.digits)
MENU_ENTRY = Path("Edit") / "Zimu.py"  # in a folder of scripts


@dataclass(frozen=True, slots=True)
class Step:
    """
    One thing to do to *path*: "make" a folder, "write" *data*, "keep" it under the name *to*, "delete" the file,
    "clear" the folder away if it is empty. *why* says it to the user.
    """

    do: Do
    path: Path
    why: str
    data: bytes = b""
    to: Path | None = None


# -- what lies where -------------------------------------------------------------------------------


def _places(scripts: Path) -> dict[str, Path]:
    """
    Our files in and beside a ``Scripts`` folder. What is no menu entry lies outside of it, because Resolve lists every
    script inside.
    """
    ours = scripts.parent / "Zimu"
    return {
        "agent.py": ours / "agent.py",
        "help.html": ours / "help.html",
        "Zimu.lua": scripts / MENU_ENTRY.with_name("Zimu (Lua).lua"),
        "Zimu.py": scripts / MENU_ENTRY,
    }


def _list_of(scripts: Path) -> Path:
    """The list of the folders that the install made."""
    return scripts.parent / "Zimu" / _LIST


def contents(scripts: Path, command: Sequence[str], here: Surroundings) -> dict[Path, bytes]:
    """What is to lie where for *scripts*, in the order in which it is written."""
    places = _places(scripts)
    texts = {name: _source(name).read_text("utf-8") for name in places}
    texts["Zimu.py"] = _filled(texts["Zimu.py"], COMMAND=ascii(list(command)), AGENT=ascii(str(places["agent.py"])))
    page = places["help.html"].as_uri() if places["help.html"].is_absolute() else ""
    shell = _shell(command, windows=here.system == "windows")
    texts["Zimu.lua"] = _filled(texts["Zimu.lua"], COMMAND=_lua(shell), PROGRAM=_lua(command[0]), PAGE=_lua(page))
    return {place: _marked(texts[name].encode(), place.suffix) for name, place in places.items()}


def _source(name: str) -> Path:
    here = Path(__file__).parent
    return here / name if name == "agent.py" else here / "menu" / name


def _filled(text: str, **values: str) -> str:
    """*text* with its settings ``NAME = ...`` replaced by *values*, which are source code."""
    for name, value in values.items():
        before, setting, after = re.split(rf"(?m)(^(?:local )?{name} = )\S+", text, maxsplit=1)
        text = before + setting + value + after
    return text


def _lua(text: str) -> str:
    """*text* as a Lua string: bytes by number, so that nothing in a path means anything."""
    return '"' + "".join(chr(byte) if chr(byte) in _PLAIN else f"\\{byte:03d}" for byte in os.fsencode(text)) + '"'


def _shell(command: Sequence[str], *, windows: bool) -> str:
    """*command* as a line of the system's shell."""
    if not windows:
        return shlex.join(command)
    return " ".join(f'"{part}"' if re.search(r"[^\w\\:./-]", part) else part for part in command)


def _marked(text: bytes, suffix: str) -> bytes:
    """*text* with the line that says it is ours, at the end: a first line may have to say something else."""
    mark = f"zimu-file version={__version__} sha256={hashlib.sha256(text).hexdigest()}"
    return text + _COMMENTS[suffix].format(mark).encode() + b"\n"


def ownership(path: Path) -> Ownership:
    """Whose file lies at *path*."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "absent"
    except OSError:
        return "foreign"
    marks = list(_MARK.finditer(data))
    if not marks:
        return "foreign"
    found = marks[-1]
    whole = hashlib.sha256(data[: found.start()] + data[found.end() :]).hexdigest().encode() == found[2]
    return "ours" if whole else "changed"


def installed_version(path: Path) -> str:
    """The version that wrote the file at *path*; "" if it is none of ours."""
    with suppress(OSError):
        if found := _MARK.search(path.read_bytes()):
            return found[1].decode(errors="replace")
    return ""


# -- plans -----------------------------------------------------------------------------------------


def plan_install(here: Surroundings, *, everyone: bool = False, command: Sequence[str] = ()) -> tuple[Step, ...]:
    """What makes Zimu appear in Resolve's menu, of this user or of all; nothing if it is all there."""
    steps: list[Step] = []
    for scripts in script_folders(here, everyone=everyone):
        wanted = contents(scripts, command or zimu_command(), here)
        writes = [step for path, data in wanted.items() for step in _written(path, data)]
        left = [
            Step("delete", path, "left by an install that was broken off")
            for path in _leftovers((*wanted, _list_of(scripts)))
        ]
        if writes:
            steps += [*left, *_listed(scripts, writes), *writes]
        else:
            steps += left
    return tuple(steps)


def plan_remove(here: Surroundings, *, everyone: bool = False) -> tuple[Step, ...]:
    """What takes Zimu out of Resolve's menu again, with the folders that the install made if they are empty."""
    steps: list[Step] = []
    for scripts in script_folders(here, everyone=everyone):
        places = list(_places(scripts).values())
        for path in reversed(places):
            state = ownership(path)
            if state == "ours":
                steps.append(Step("delete", path, "written by Zimu"))
            elif state == "changed":
                steps.append(Step("keep", path, "written by Zimu and changed since", to=_numbered(path)))
        steps += [
            Step("delete", path, "left by an install that was broken off")
            for path in _leftovers((*places, _list_of(scripts)))
        ]
        steps += _cleared(scripts)
    return tuple(steps)


def _written(path: Path, data: bytes) -> Iterator[Step]:
    state = ownership(path)
    if state == "ours" and path.read_bytes() == data:
        return
    if state in {"changed", "foreign"}:
        why = "written by Zimu and changed since" if state == "changed" else "not written by Zimu"
        yield Step("keep", path, why, to=_numbered(path))
    yield Step("write", path, f"Zimu {__version__}", data)


def _numbered(path: Path) -> Path:
    """A free name for what is kept: the number comes last, so that Resolve does not list it as a script."""
    return next(to for number in range(1, 10_000) if not (to := path.with_name(f"{path.name}.{number}")).exists())


def _leftovers(places: Iterable[Path]) -> list[Path]:
    """Parts of files that a killed install did not finish (see ``storage.write_atomic``)."""
    return [part for path in places for part in sorted(path.parent.glob(f".{glob.escape(path.name[:40])}.*.part"))]


def _listed(scripts: Path, writes: Sequence[Step]) -> Iterator[Step]:
    """The folders that are missing, after a list of them, by which the removal knows which it may take away."""
    absent = {
        folder for step in writes for folder in (step.path.parent, *step.path.parent.parents) if not folder.exists()
    }
    listing = _list_of(scripts)
    made = sorted({*_made(listing), *map(str, absent)})
    data = json.dumps({"zimu": __version__, "made": made}, indent=1).encode() + b"\n"
    for folder in sorted(absent):
        yield Step("make", folder, "a folder that is not there yet")
    if not listing.is_file() or listing.read_bytes() != data:
        yield Step("write", listing, "the list of the folders that were made", data)


def _made(listing: Path) -> list[str]:
    with suppress(OSError, ValueError, TypeError, KeyError):
        return [str(folder) for folder in json.loads(listing.read_bytes())["made"]]
    return []


def _cleared(scripts: Path) -> Iterator[Step]:
    """The list and the folders in it, the deepest first; none that does not lie on the way to our files."""
    listing = _list_of(scripts)
    ways = {str(way) for path in (*_places(scripts).values(), listing) for way in path.parents}
    made = [folder for folder in _made(listing) if folder in ways]
    if listing.is_file():
        yield Step("delete", listing, "written by Zimu")
    for folder in sorted(made, key=len, reverse=True):
        if Path(folder).is_dir():
            yield Step("clear", Path(folder), "made by Zimu")


# -- doing -----------------------------------------------------------------------------------------


def carry_out(steps: Iterable[Step]) -> None:
    """Do *steps* in their order; HostError "host.install" if the system does not allow one."""
    for step in steps:
        try:
            _do(step)
        except (OSError, DocumentError) as error:
            cause = error.message if isinstance(error, DocumentError) else f"{step.path}: {error.strerror or error}."
            raise HostError(
                "host.install",
                f"Zimu's files in Resolve's folders could not be changed. {cause}",
                "For all users run it as administrator (sudo), or leave --all-users; then run it again.",
            ) from error


def _do(step: Step) -> None:
    if step.do == "make":
        step.path.mkdir(parents=True, exist_ok=True)
    elif step.do == "write":
        write_atomic(step.path, step.data)
    elif step.do == "keep" and step.to is not None:
        step.path.rename(step.to)
    elif step.do == "delete":
        step.path.unlink(missing_ok=True)
    elif step.do == "clear":
        with suppress(OSError):  # it holds something of somebody else
            step.path.rmdir()


def said(step: Step) -> str:
    """*step* as a line for the user."""
    if step.do == "make":
        return f"make the folder {step.path} ({step.why})"
    if step.do == "write":
        return f"write {step.path} ({step.why})"
    if step.do == "keep":
        return f"keep {step.path} as {step.to.name if step.to else ''} ({step.why})"
    if step.do == "delete":
        return f"delete {step.path} ({step.why})"
    return f"remove the folder {step.path} ({step.why}), if it is empty"

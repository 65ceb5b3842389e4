"""
The folders that the server may touch: those the user chose, and the one of the timelines' documents.

Every path that comes over the wire goes through :meth:`Folders.inside`, which follows links first, so that neither
``..`` nor a link leads out.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from plugin_core import settings
from plugin_core.errors import SettingsError
from plugin_core.storage import write_atomic

LONGEST = 4096  # characters of a path (PATH_MAX of Linux; Windows has 32767 but no file dialog gives them)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.I)
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def timelines() -> Path:
    """Where the documents of timelines lie: ``<host>/<project>/<timeline>.zimu``."""
    return settings.home() / "timelines"


def choices_file() -> Path:
    """The file of the folders that the user chose, a list of paths."""
    return settings.home() / "folders.json"


class Folders:
    """The allowed folders; *extra* ones hold for this server only."""

    def __init__(self, extra: Iterable[Path] = ()) -> None:
        self._lock = threading.Lock()
        self._chosen = _read()
        self._extra = [Path(folder).expanduser().resolve() for folder in extra]

    @property
    def all(self) -> tuple[Path, ...]:
        """Every folder allowed now."""
        return (*dict.fromkeys((*self._extra, *self._chosen)), timelines().resolve())

    @property
    def chosen(self) -> tuple[str, ...]:
        """Those to show to the user: without the timelines' own."""
        return tuple(str(folder) for folder in dict.fromkeys((*self._extra, *self._chosen)))

    def allow(self, text: str) -> Path:
        """Let the folder *text* in from now on, also after a restart. SettingsError if it is none, or a whole disk."""
        folder = _resolved(text)
        if not folder.is_dir():
            raise SettingsError("folder.missing", f"{folder} is not a folder.", "Choose a folder that exists.")
        if folder.parent == folder:
            raise SettingsError(
                "folder.too-much", f"{folder} is a whole disk.", "Choose the folder in which the project lies."
            )
        with self._lock:
            self._chosen = _read()  # another Zimu may have added some
            if folder not in self._chosen:
                self._chosen.append(folder)
                write_atomic(choices_file(), json.dumps([str(one) for one in self._chosen], indent=1).encode())
        return folder

    def inside(self, text: str, suffixes: tuple[str, ...] = (), own: str = "") -> Path:
        """
        The real path of *text* (links followed) if it lies in an allowed folder, or in the one of Zimu's *own* that has
        this name; else SettingsError.
        """
        path = _resolved(text)
        allowed = (*self.all, (settings.home() / own).resolve()) if own else self.all
        if not any(path == folder or folder in path.parents for folder in allowed):
            raise SettingsError(
                "folder.outside",
                f"{path.name or path} lies outside the folders that Zimu was allowed to use.",
                "Choose its folder in the panel first.",
            )
        if suffixes and path.suffix.lower() not in suffixes:
            raise SettingsError("folder.suffix", f"{path.name} is no {' or '.join(suffixes)} file.", "Choose another.")
        return path


def _resolved(text: str) -> Path:
    if not text or len(text) > LONGEST or _CONTROL.search(text):
        raise _bad("A path is missing, too long, or holds characters that no path has.")
    path = Path(text)
    parts = re.split(r"[\\/]", text)
    if ".." in parts or not path.is_absolute():
        raise _bad("A path must be absolute and without '..'.")
    if text.startswith(("\\\\", "//")):
        raise _bad("A network path or a device cannot be used here.")
    if os.name == "nt" and any(map(is_device, parts[1:])):
        raise _bad("The path names a device or a hidden stream of a file.")
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, names too long for the disk
        raise _bad("The path cannot be followed to a file.") from error


def is_device(part: str) -> bool:
    """Whether Windows takes this name in a path for a device ("NUL", "aux.txt") or a stream ("film.zimu:x")."""
    return ":" in part or _DEVICE.fullmatch(part.rstrip(" .")) is not None


def _read() -> list[Path]:
    with suppress(OSError, ValueError):
        rows = json.loads(choices_file().read_text("utf-8"))
        if isinstance(rows, list):
            return [Path(row).resolve() for row in rows if isinstance(row, str) and Path(row).is_absolute()]
    return []


def _bad(message: str) -> SettingsError:
    return SettingsError("folder.path", message, "Choose the file or folder in the program's own dialog.")

"""Which films a batch is about, and the folder in which the results of each belong."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plugin_core.errors import MediaError
from plugin_core.exchange import MEDIA


@dataclass(frozen=True, slots=True)
class Film:
    """
    One media file. *name* is its path inside the library with ``/``, by which the manifest knows it; *out* is the
    folder of its results; *size* is in bytes, *changed* the time of its last change in ns.
    """

    name: str
    path: Path
    out: Path
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Library:
    """The films under *folder*, in the order of their names. *unread* are folders that could not be looked into."""

    folder: Path
    films: tuple[Film, ...]
    unread: tuple[str, ...] = ()


def library(folder: Path, out: Path | None = None) -> Library:
    """
    Every media file under *folder*. MediaError if that is no folder, or has none.

    Results go beside the film or, mirrored, under *out*. Two films of one folder whose names differ only in what
    comes after the dot would write the same files, so each of them gets a folder of its own: ``a.mov results``.
    Hidden files and folders are left alone, so is *out* itself; links to folders are not followed.
    """
    root = Path(os.path.abspath(folder))  # noqa: PTH100  # links stay: a node may know the same storage by them only
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "does not exist"
        raise MediaError("media.missing", f"{folder} {what}.", "Name the folder with the films in it.")
    target = Path(os.path.abspath(out)) if out else None  # noqa: PTH100
    unread: list[str] = []
    paths = sorted(_media(root, target, unread))
    taken = Counter(_taken(path) for path in paths)
    films = [film for path in paths if (film := _film(path, root, target, taken)) is not None]
    if not films:
        endings = ", ".join(sorted(MEDIA))
        raise MediaError("batch.empty", f"There are no films in {folder}.", f"Looked for {endings}.")
    return Library(root, tuple(films), tuple(unread))


def _media(root: Path, out: Path | None, unread: list[str]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        unread.append(str(error.filename))

    for place, folders, files in os.walk(root, onerror=note):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".") and here / name != out]
        yield from (here / name for name in files if not name.startswith(".") and Path(name).suffix.lower() in MEDIA)


def _taken(path: Path) -> tuple[Path, str]:
    """What two films that would write the same files have in common, on any file system."""
    return path.parent, unicodedata.normalize("NFC", path.stem).casefold()


def _film(path: Path, root: Path, out: Path | None, taken: Counter[tuple[Path, str]]) -> Film | None:
    try:
        status = path.stat()
    except OSError:  # a link to nothing, or gone meanwhile
        return None
    inside = path.relative_to(root)
    folder = out / inside.parent if out else path.parent
    if taken[_taken(path)] > 1:
        folder /= f"{path.name} results"
    return Film(inside.as_posix(), path, folder, status.st_size, status.st_mtime_ns)

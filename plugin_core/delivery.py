"""
Putting a job's files where the user wants them: all are written aside first, then moved in one by one.

A file that is already there and differs is kept under a numbered name, because somebody may have corrected it by hand.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plugin_core.errors import DocumentError


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A temporary folder inside *folder* (so that moving is a rename); gone at the end, whatever happens."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".zimu-", dir=folder))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def put_in_place(staged: Path, folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Move every file of *staged* into *folder*: (the files, the earlier versions that were kept beside them)."""
    files, kept = [], []
    for source in sorted(path for path in staged.iterdir() if path.is_file()):
        target = folder / source.name
        try:
            if target.exists() and not filecmp.cmp(source, target, shallow=False):
                kept.append(target.replace(_free_name(target)))
            source.replace(target)
        except OSError as error:
            raise _cannot_write(target, error) from error
        files.append(target)
    return tuple(files), tuple(kept)


def _free_name(path: Path) -> Path:
    """``film.zh.srt`` -> ``film.zh.earlier-1.srt``, with the first number that is free."""
    number = 1
    while (free := path.with_name(f"{path.stem}.earlier-{number}{path.suffix}")).exists():
        number += 1
    return free


def _cannot_write(path: Path, error: OSError) -> DocumentError:
    return DocumentError(
        "document.cannot-write",
        f"{path} cannot be written: {error.strerror or error}.",
        "Nothing that was there has been changed. Free some space or choose another folder with --out.",
    )

"""Document <-> deterministic JSON (``.zimu``), migrations, atomic save, autosave."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from plugin_core.errors import DocumentError


def write_atomic(path: Path, data: bytes) -> None:
    """Write *data* so that *path* holds either its old content or all of the new: temporary file, fsync, rename."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(path: Path, error: OSError) -> DocumentError:
    return DocumentError(
        "document.cannot-write",
        f"{path} cannot be written: {error.strerror or error}.",
        "Nothing was changed. Free some space or choose another folder.",
    )

"""
Documents on disk: deterministic ``.zimu`` files, atomic save, autosave and recovery. What is in them: ``schema``.

The file is UTF-8 JSON with sorted keys, one cue or mark on a line, so that a version control system shows what changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from plugin_core.collecting import uncollected
from plugin_core.document import Document
from plugin_core.errors import DocumentError
from plugin_core.schema import from_json, to_json

__all__ = ["autosave", "autosave_path", "dumps", "from_json", "load", "recover", "save", "to_json", "write_atomic"]

LARGEST = 256_000_000  # bytes; a day of speech in three languages is a tenth of it
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_SURROGATE = re.compile("[\ud800-\udfff]")  # from file names that are not valid text; JSON can escape them


def save(document: Document, path: Path) -> None:
    """Write *document* so that *path* always holds a whole document; DocumentError if the disk refuses."""
    write_atomic(path, dumps(document))
    with suppress(OSError):  # one that stays names the content it was based on, so it cannot be taken for newer
        autosave_path(path).unlink(missing_ok=True)


def load(path: Path) -> Document:
    """The document in *path*; DocumentError if it is missing, damaged, or of a newer Zimu."""
    content = _read(path)
    try:
        with uncollected():  # half of the time of a long document
            return from_json(_parse(content))
    except DocumentError as error:
        raise DocumentError(error.code, f"{path} cannot be opened. {error.message}", error.hint) from error


def autosave(document: Document, path: Path) -> None:
    """Keep *document* beside *path* until the next save, for :func:`recover`; *path* itself is not touched."""
    content = {"autosave_of": _digest(path), "document": to_json(document)}
    write_atomic(autosave_path(path), _encode(_row(content) + "\n"))


def autosave_path(path: Path) -> Path:
    """Where the autosave of *path* lies."""
    return path.with_name(f".{path.name}.autosave")


def recover(path: Path) -> Document | None:
    """
    The autosaved document if it was made from what *path* holds now and differs from it, else None.

    An autosave names the content it was based on: clocks play no part, and one that outlived a save is not offered.
    """
    try:
        content = _parse(_read(autosave_path(path)))
        digest = _digest(path)
        if not isinstance(content, dict) or content.get("autosave_of") != digest:
            return None
        document = from_json(content.get("document"))
    except DocumentError:
        return None
    return None if hashlib.sha256(dumps(document)).hexdigest() == digest else document


def dumps(document: Document) -> bytes:
    """The content of a ``.zimu`` file: the same document always gives the same bytes."""
    parts = []
    for key, value in sorted(to_json(document).items()):
        if key in {"cues", "marks"} and value:
            rows = ",\n".join(map(_row, value))
            parts.append(f'"{key}":[\n{rows}\n]')
        else:
            parts.append(f'"{key}":{_row(value)}')
    return _encode("{\n" + ",\n".join(parts) + "\n}\n")


def _row(value: Any) -> str:
    return _JSON.encode(value)


def _encode(text: str) -> bytes:
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode()


def _parse(data: bytes) -> Any:
    """The JSON in *data*, refusing what JSON itself does not allow or leaves open."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise DocumentError(
            "document.damaged", "It is not a whole Zimu document.", "Restore an earlier copy of it, or its autosave."
        ) from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("an entry is there twice")
    return table


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(
                "document.too-large", f"{path} is larger than any Zimu document.", "Choose the .zimu file."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("document.missing", f"{path} does not exist.", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentError("document.cannot-read", f"{path} cannot be read: {reason}.", "Check the file.") from error


def _digest(path: Path) -> str:
    """The SHA-256 of what *path* holds, "" if there is nothing yet."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


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

"""
What became of every film of a batch: a file of JSON lines that a second run reads to do only what is left.

Each line is on disk before the work goes on; the last one of a film counts. A line that a kill tore is dropped, and a
file that has grown is written anew beside itself and renamed. One batch at a time: the lock ends with the process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from plugin_core import storage
from plugin_core.errors import DocumentError, SettingsError, ZimuError
from plugin_core.protocol import to_line

NAME = "zimu-batch.jsonl"
VERSION = 1
STATES = ("begun", "done", "failed")
_SPARE = 256  # lines beyond two for each film, before the file is written anew


@dataclass(frozen=True, slots=True)
class Record:
    """
    What became of the film *name*: "begun" (and not ended: the batch was killed), "done" or "failed".

    *size* (bytes), *changed* (ns) and *content* (``audio.fingerprint``) tell whether the film is still the same,
    *asked* (a digest) whether the same is wanted of it. *files* are the results, as seen from the manifest's folder.
    *tries* counts the attempts of the last run, *seconds* is how long the last of them took.
    """

    name: str
    state: str
    size: int = 0
    changed: int = 0
    content: str = ""
    asked: str = ""
    files: tuple[str, ...] = ()
    error: Mapping[str, Any] | None = None
    tries: int = 0
    seconds: float = 0.0

    @property
    def failure(self) -> ZimuError | None:
        """Why it failed, if it did."""
        return ZimuError.from_json(dict(self.error)) if self.error else None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "files": list(self.files), "error": dict(self.error) if self.error else None}

    @staticmethod
    def from_json(value: Any) -> Record:
        """ValueError if it is no record. What a later Zimu added is left out."""
        if not isinstance(value, dict) or not isinstance(value.get("name"), str) or value.get("state") not in STATES:
            raise ValueError("not a record of a batch")
        known = {key: value[key] for key in _FIELDS if key in value}
        files, error = known.get("files", []), known.get("error")
        if not isinstance(files, list) or not (error is None or (isinstance(error, dict) and "code" in error)):
            raise ValueError("not a record of a batch")
        return Record(**{**known, "files": tuple(map(str, files))})


_FIELDS = tuple(field.name for field in fields(Record))


class Manifest:
    """The manifest in *folder*, held as long as the ``with`` lasts. DocumentError if the disk refuses."""

    def __init__(self, folder: Path) -> None:
        from filelock import FileLock

        self.path = folder / NAME
        self._lock = FileLock(str(folder / f".{NAME}.lock"))
        self._records: dict[str, Record] = {}
        self._lines = 0

    @staticmethod
    def seen(folder: Path) -> Manifest:
        """The manifest as it is now, only to be looked at: nothing is held or written."""
        manifest = Manifest(folder)
        manifest._records, manifest._lines, _ = read(manifest.path)
        return manifest

    def __enter__(self) -> Manifest:
        from filelock import Timeout

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise SettingsError(
                "batch.running",
                f"Another batch is at work on {self.path.parent}.",
                "Wait until it is done, or give this one another folder with --out.",
            ) from None
        except OSError as error:
            raise _refused(self.path, error) from error
        try:
            self._records, self._lines, torn = read(self.path)
            if torn or self._lines > 2 * len(self._records) + _SPARE:
                self._write_anew()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    @property
    def records(self) -> Mapping[str, Record]:
        """The last record of every film, by its name."""
        return MappingProxyType(self._records)

    def add(self, record: Record) -> None:
        """Keep *record*, and wait until it is on disk."""
        head = "" if self._lines else to_line({"zimu-batch": VERSION})
        try:
            with self.path.open("ab") as file:
                file.write((head + to_line(record.to_json())).encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _refused(self.path, error) from error
        self._lines += 1 + bool(head)
        self._records[record.name] = record

    def relative(self, path: Path) -> str:
        """How the manifest names a result."""
        try:
            return Path(os.path.relpath(path, self.path.parent)).as_posix()
        except ValueError:  # on another drive
            return str(path)

    def absolute(self, name: str) -> Path:
        """Where the result *name* is."""
        return self.path.parent / name

    def _write_anew(self) -> None:
        lines = [to_line({"zimu-batch": VERSION}), *(to_line(one.to_json()) for one in self._records.values())]
        storage.write_atomic(self.path, "".join(lines).encode())
        self._lines = len(lines)


def read(path: Path) -> tuple[dict[str, Record], int, bool]:
    """
    The last record of every film, how many lines there are, and whether some are torn.

    DocumentError if the file is something else, or of a newer Zimu: then it is left as it is.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}, 0, False
    except OSError as error:
        raise _refused(path, error) from error
    lines = data.splitlines(keepends=True)
    records: dict[str, Record] = {}
    torn = False
    for number, line in enumerate(lines):
        try:
            value = json.loads(line)
            if number == 0 and isinstance(value, dict) and "zimu-batch" in value:
                _check(path, value["zimu-batch"])
                continue
            record = Record.from_json(value)
        except (ValueError, RecursionError):
            torn = True
        else:
            records[record.name] = record
            torn = torn or not line.endswith(b"\n")
    if data and not records and not data.startswith(b'{"zimu-batch"'[: len(data)]):
        raise DocumentError("batch.manifest", f"{path} is not the manifest of a batch.", "Move it away, or use --out.")
    return records, len(lines), torn


def _check(path: Path, version: object) -> None:
    if not isinstance(version, int) or version > VERSION:
        raise DocumentError("batch.newer", f"{path} was written by a newer Zimu.", "Update Zimu, or use --out.")


def _refused(path: Path, error: OSError) -> DocumentError:
    return DocumentError(
        "document.cannot-write",
        f"{path} cannot be used: {error.strerror or error}.",
        "Free some space, or choose another folder with --out.",
    )

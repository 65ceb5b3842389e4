"""
The stage journal: every finished piece of a stage is one JSON line on disk before the next is begun.

A killed job resumes from it, and a finished stage's journal is its result cache: the key is made of the content, the
pack and the settings, so the same question is never computed twice. Losing the journal costs time, never an edit.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from plugin_core import settings

_DONE = {"done": True}


def journal_key(*parts: object) -> str:
    """A file-name-safe digest of everything the stage's result depends on."""
    text = json.dumps([str(part) for part in parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Journal:
    """The journal of one *stage* for one *key*. A torn line is dropped; a full disk never stops a job."""

    def __init__(self, stage: str, key: str) -> None:
        self.path: Path = settings.cache() / "journal" / f"{stage}-{key}.jsonl"
        self.complete = False
        self.records: list[dict[str, Any]] = []
        self._read()

    @staticmethod
    def opened(stage: str, key: str, *, fresh: bool) -> Journal:
        """The journal of *stage* for *key*; if *fresh*, without what earlier runs left in it."""
        journal = Journal(stage, key)
        if fresh:
            journal.forget()
        return journal

    def append(self, record: dict[str, Any]) -> bool:
        """Add a record and wait until it is on disk; False if the disk refused."""
        self.records.append(record)
        return self._write(record)

    def finish(self) -> bool:
        """State that the stage is complete: next time nothing is computed."""
        self.complete = True
        return self._write(_DONE)

    def forget(self) -> None:
        """Delete the journal, so that the stage runs anew."""
        self.path.unlink(missing_ok=True)
        self.records, self.complete = [], False

    def _read(self) -> None:
        try:
            data = self.path.read_bytes()
        except OSError:
            return
        good = 0
        for line in data.splitlines(keepends=True):
            try:
                record = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n") or not isinstance(record, dict):
                break
            good += len(line)
            if record == _DONE:
                self.complete = True
            else:
                self.records.append(record)
        if good < len(data):
            _truncate(self.path, good)

    def _write(self, record: dict[str, Any]) -> bool:
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return False
        return True


def _truncate(path: Path, size: int) -> None:
    try:
        os.truncate(path, size)
    except OSError:
        path.unlink(missing_ok=True)

"""The files that were open lately, newest first, in one small file of Zimu's home."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from plugin_core import settings
from plugin_core.errors import ZimuError
from plugin_core.storage import write_atomic

MOST = 12


class Recent(QObject):
    """The list, kept in *path*; a file that is gone stays on it, because its drive may come back."""

    changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path or settings.home() / "recent.json"
        self._files = self._load()

    @property
    def files(self) -> tuple[Path, ...]:
        """Newest first."""
        return self._files

    def add(self, file: Path) -> None:
        """*file* was opened or saved just now."""
        file = file.absolute()
        self._set((file, *(other for other in self._files if other != file))[:MOST])

    def remove(self, file: Path) -> None:
        """Take *file* off the list; the file itself stays."""
        self._set(tuple(other for other in self._files if other != file))

    def _set(self, files: tuple[Path, ...]) -> None:
        if files != self._files:
            self._files = files
            with suppress(ZimuError):  # a list that cannot be kept is no reason to stop
                write_atomic(self._path, json.dumps([str(file) for file in files], ensure_ascii=True).encode())
            self.changed.emit()

    def _load(self) -> tuple[Path, ...]:
        with suppress(OSError, ValueError):
            rows = json.loads(self._path.read_text("utf-8"))
            if isinstance(rows, list):
                return tuple(Path(row) for row in rows if isinstance(row, str))[:MOST]
        return ()

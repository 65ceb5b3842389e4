"""A look for a newer Zimu when the app starts, where the preferences ask for it; silent if it comes to nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.background import Background, one_step
from plugin_core.updates import newest


class UpdateCheck(QObject):
    """``newer`` carries the version that is newer than this one; nothing is said if there is none, or no answer."""

    newer = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = Background(self)
        self._work.finished.connect(lambda version: self.newer.emit(version) if version else None)

    def start(self, address: str = "") -> None:
        """Ask *address* (default: that of ``plugin_core.updates``), beside the interface."""
        self._work.start(lambda: one_step(lambda: newest(address)))

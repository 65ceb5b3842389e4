"""Re-timing by tapping while the film plays: each tap is an edit that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.actions import Actions
from gui.player import Player
from gui.retiming import Tapper
from gui.session import Session
from plugin_core.document import Document

GAP = 2  # frames left between a cue and the next


class Tapping(QObject):
    """
    On while the action ``time.tap`` is checked; ``changed`` tells that it began or ended.

    It begins with the current cue and ends after the last.
    """

    changed = Signal()

    def __init__(self, session: Session, player: Player, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._player, self._action = session, player, actions["time.tap"]
        self._tapper: Tapper | None = None
        self._action.toggled.connect(self._toggled)
        session.loaded.connect(self.end)

    @property
    def on(self) -> bool:
        """Whether taps are taken."""
        return self._tapper is not None

    def said(self) -> str:
        """What the person is to do now."""
        text = self.tr("Hold T while each cue is heard. Esc ends tapping.")
        cue = self._session.cue(self._tapper.waiting) if self._tapper else None
        if cue is None or not cue.texts:
            return text
        return self.tr("Next: {text}").format(text=" ".join(cue.texts[0].split())) + "\n" + text

    def press(self) -> None:
        """The next cue begins now."""
        if self._tapper is not None:
            self._edit(self._tapper.pressed(self._session.document, self._player.position), self._tapper.current)

    def release(self) -> None:
        """The cue ends now, if it was held."""
        if self._tapper is not None:
            self._edit(self._tapper.released(self._session.document, self._player.position), self._tapper.current)
            if not self._tapper.waiting:
                self.end()

    def end(self) -> None:
        """Take no more taps."""
        self._action.setChecked(False)

    def _edit(self, after: Document, cue_id: str) -> None:
        if cue_id:
            self._session.edit(self.tr("Tap"), after, ("tap", cue_id), (cue_id,))

    def _toggled(self, on: bool) -> None:
        if on:
            rate = self._session.frame_rate
            gap = rate.ms_at(GAP) if rate else 0
            self._tapper = Tapper.starting(self._session.document, self._session.current, gap)
            self._player.play()
        elif self._tapper is not None:
            self._tapper = None
            self._session.close_merge()
            self._player.pause()
        self.changed.emit()

"""Shots and scenes at the desk: the gallery, and what finds and corrects shots behind it; one object for a panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui import shot_edits
from gui.actions import Actions
from gui.gallery import ShotGallery
from gui.jobs import Jobs, State
from gui.player import Player
from gui.sentences import said
from gui.session import Session
from gui.threshold import ThresholdStrip
from gui.waveform import Waveform
from plugin_core.document import Document
from plugin_core.errors import ZimuError
from plugin_core.protocol import Finished
from plugin_core.shots.request import FindShots, curve_in
from plugin_core.shots.values import Curve, Shots, at


class ShotDesk(QObject):
    """
    Makes the ``gallery`` (a widget) and does what the actions ``shot.*`` ask for.

    *said* carries a sentence for the person and its kind (info, good, warning or error).
    """

    said = Signal(str, str)

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        *,
        waveform: Waveform,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._jobs, self._player, self._actions = session, jobs, player, actions
        self._asked: dict[str, Path] = {}  # the film of each search that goes on
        self._curve: tuple[Path, Curve] | None = None
        self.gallery = ShotGallery(session, player, actions, parent=window)
        self.strip = ThresholdStrip(player, waveform, window)
        self.strip.hide()
        self.strip.applied.connect(self.apply)
        self.strip.closed.connect(lambda: actions["view.curve"].setChecked(False))
        actions["view.curve"].toggled.connect(self.show_curve)
        session.changed.connect(self._changed)
        actions["shot.find"].triggered.connect(self.find)
        jobs.state_changed.connect(self._state)
        player.media_changed.connect(self._media)
        player.position_changed.connect(self.gallery.moved)
        self._media()

    # -- finding --

    def find(self) -> str:
        """Look for the shots of the film; its job."""
        film = self._player.path
        if film is None:
            return ""
        waiting = next((job for job, path in self._asked.items() if path == film), "")
        if waiting:
            return waiting
        title = self.tr("Shots of {name}").format(name=film.name)
        job = self._jobs.start(FindShots(str(film)), title=title, verb="shots")
        self._asked[job] = film
        return job

    def show_curve(self, shown: bool) -> None:
        """Show the curve of changes, which is looked for if it is not known; or put it away."""
        self.strip.setVisible(shown)
        if shown:
            self.strip.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not len(self._curve_now().starts):
                self.strip.say(self.tr("Looking for the changes of this film…"))
                self.find()

    def apply(self, shots: Shots) -> None:
        """Let these be the shots of the document."""
        self.do(self.tr("Use these shots"), lambda document: shot_edits.applied(document, shots))

    def _state(self, job: str) -> None:
        if job not in self._asked:
            return
        if not self._jobs[job].over:
            words = self.tr("Looking for the changes of this film: {share} %")
            self.strip.say(words.format(share=round(100 * self._jobs[job].share)))
            return
        film, entry = self._asked.pop(job), self._jobs[job]
        if entry.state == State.DONE and entry.finished is not None:
            for note in entry.notes:
                if note.level == "warning":
                    self.said.emit(note.message, "warning")
            self._found(film, entry.finished)
        elif entry.state == State.FAILED and entry.error is not None:
            self.said.emit(str(entry.error), "error")
            self.strip.say(said(str(entry.error)))
        QTimer.singleShot(0, self, lambda: self._jobs.remove(job) if job in self._jobs else None)

    def _found(self, film: Path, finished: Finished) -> None:
        """The film's curve is known; its shots become marks if there were none."""
        if film != self._player.path:
            return
        try:
            self._curve = film, curve_in(Path(finished.files[0]))
        except ZimuError as error:
            self.said.emit(str(error), "error")
            return
        self.strip.show_curve(self._curve_now())
        if not any(mark.kind == "shot" and mark.end > mark.start for mark in self._session.document.marks):
            shots = at(self._curve_now(), self.strip.spin.value())
            self.do(self.tr("Find the shots"), lambda document: shot_edits.applied(document, shots))

    def _curve_now(self) -> Curve:
        """The curve of the film that is open; an empty one while it is not known."""
        if self._curve is not None and self._curve[0] == self._player.path:
            return self._curve[1]
        return Curve.empty()

    # -- correcting --

    def do(self, label: str, change: Callable[[Document], Document]) -> bool:
        """One step called *label*; False, with a sentence why, if it cannot be done."""
        try:
            after = change(self._session.document)
        except ZimuError as error:
            self.said.emit(str(error), "warning")
            return False
        self._session.close_merge()
        self._session.edit(label, after)
        return True

    def _media(self) -> None:
        self.gallery.open(self._player.path)
        self.strip.show_curve(self._curve_now())
        self._count()
        if self.strip.isVisible() and self._player.path is not None:
            self.show_curve(shown=True)

    def _changed(self, before: Document, after: Document) -> None:
        if before.marks is not after.marks:
            self._count()
            self.strip.preview()

    def _count(self) -> None:
        self.strip.there(sum(mark.kind == "shot" for mark in self._session.document.marks))

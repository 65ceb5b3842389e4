"""Shots and scenes at the desk: the gallery, and what finds and corrects shots behind it; one object for a panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui import shot_edits
from gui.actions import Actions
from gui.gallery import ShotGallery
from gui.i18n import shown_in_chinese
from gui.jobs import Jobs, State
from gui.player import Player
from gui.sentences import said
from gui.session import Session
from gui.shot_correcting import ShotCorrecting
from gui.threshold import ThresholdStrip
from gui.waveform import Waveform
from plugin_core.captioning.marking import LANGUAGES, redescribed
from plugin_core.captioning.request import Describe
from plugin_core.document import Document
from plugin_core.engines.bench import choose_pack
from plugin_core.errors import ModelError, ZimuError
from plugin_core.protocol import Finished
from plugin_core.scenes.request import Recognise
from plugin_core.scenes.sight import Sight
from plugin_core.shots.request import FindShots, curve_in
from plugin_core.shots.values import Curve, Shots, at

LIKELY, FEW = 0.5, 12  # how probable a picture is at least that is shown, and how many if none is


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
        self._recognising: dict[str, Path] = {}
        self._describing: dict[str, Path] = {}
        self._curve: tuple[Path, Curve] | None = None
        self.gallery = ShotGallery(session, player, actions, parent=window)
        self._looking: dict[str, Path] = {}
        self.gallery.bar.described.connect(self.look_for)
        self.strip = ThresholdStrip(player, waveform, window)
        self.strip.hide()
        self.strip.applied.connect(self.apply)
        self.strip.closed.connect(lambda: actions["view.curve"].setChecked(False))
        actions["view.curve"].toggled.connect(self.show_curve)
        session.changed.connect(self._changed)
        actions["shot.find"].triggered.connect(self.find)
        actions["shot.scenes"].triggered.connect(self.recognise)
        actions["shot.captions"].triggered.connect(self.describe)
        actions["shot.caption"].triggered.connect(self.gallery.write_caption)
        self.correcting = ShotCorrecting(session, player, actions, window)
        self.gallery.captioned.connect(self.correcting.caption)
        self.correcting.refused.connect(lambda text: self.said.emit(text, "warning"))
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

    def recognise(self) -> str:
        """Recognise the scenes of the film; its job. What is said in it is read where the document was saved."""
        film, path = self._player.path, self._session.path
        if film is None:
            return ""
        text = str(path) if path is not None and path.is_file() and self._session.document.cues else ""
        title = self.tr("Scenes of {name}").format(name=film.name)
        language = next(iter(self._session.document.languages), "zh" if shown_in_chinese() else "en")
        job = self._jobs.start(Recognise(str(film), text=text, language=language), title=title, verb="scenes")
        self._recognising[job] = film
        return job

    def describe(self) -> str:
        """Describe the shots of the film, as they were corrected; its job."""
        film = self._player.path
        if film is None:
            return ""
        there = self._session.document.languages
        own = next((one for one in there if one in LANGUAGES), "zh" if shown_in_chinese() else "en")
        languages = tuple(sorted(LANGUAGES, key=lambda language: language != own))
        shots = tuple((row.start, row.end) for row in self.gallery.model.all if not row.scene)
        title = self.tr("Captions of {name}").format(name=film.name)
        job = self._jobs.start(Describe(str(film), languages=languages, shots=shots), title=title, verb="captions")
        self._describing[job] = film
        return job

    def look_for(self, words: str) -> str:
        """Look for the shots whose pictures *words* describe; the job, "" if there is no pack for it."""
        film = self._player.path
        if film is None:
            return ""
        try:
            choose_pack("vision", "", ())
        except ModelError:
            lacks = self.tr("Searching pictures in plain words needs a vision pack. Get one in Packs and devices.")
            self.said.emit(lacks, "warning")
            return ""
        for job in self._looking:
            self._jobs.cancel(job)
        times = tuple(dict.fromkeys(row.middle for row in self.gallery.model.all if not row.scene))
        job = self._jobs.start(Sight(str(film), words, times), title=words, verb="sight")
        self._looking[job] = film
        return job

    def _looked(self, job: str) -> None:
        """What pictures were found: those more probable than not, or the best few."""
        if not self._jobs[job].over:
            return
        film, finished = self._looking.pop(job), self._ended(job)
        if finished is None or film != self._player.path:
            return
        best = sorted(finished.document.marks, key=lambda mark: -mark.confidence)
        likely = [mark.start for mark in best if mark.confidence >= LIKELY]
        self.gallery.bar.found(frozenset(likely or [mark.start for mark in best[:FEW]]))

    def show_curve(self, shown: bool) -> None:
        """Show the curve of changes, which is looked for if it is not known; or put it away."""
        self.strip.setVisible(shown)
        if shown:
            self.strip.curve.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not len(self._curve_now().starts):
                self.strip.say(self.tr("Looking for the changes of this film…"))
                self.find()

    def apply(self, shots: Shots) -> None:
        """Let these be the shots of the document."""
        self.do(self.tr("Use these shots"), lambda document: shot_edits.applied(document, shots))

    def _state(self, job: str) -> None:
        if job in self._looking:
            self._looked(job)
        if job in self._recognising:
            self._scenes(job)
        if job in self._describing:
            self._captions(job)
        if job not in self._asked:
            return
        if not self._jobs[job].over:
            words = self.tr("Looking for the changes of this film: {share} %")
            self.strip.say(words.format(share=round(100 * self._jobs[job].share)))
            return
        film, finished = self._asked.pop(job), self._ended(job)
        if finished is not None:
            self._found(film, finished)
        elif (error := self._jobs[job].error) is not None:
            self.strip.say(said(str(error)))

    def _scenes(self, job: str) -> None:
        """Scenes were recognised: they become marks, in one step."""
        if not self._jobs[job].over:
            return
        film, finished = self._recognising.pop(job), self._ended(job)
        if finished is not None and film == self._player.path:
            found = finished.document
            self.do(self.tr("Recognise the scenes"), lambda document: shot_edits.recognised(document, found))

    def _captions(self, job: str) -> None:
        """Shots were described: what is said of them becomes marks, in one step."""
        if not self._jobs[job].over:
            return
        film, finished = self._describing.pop(job), self._ended(job)
        if finished is not None and film == self._player.path:
            found = finished.document.marks
            self.do(self.tr("Describe the shots"), lambda document: redescribed(document, found))

    def _ended(self, job: str) -> Finished | None:
        """What a job that is over has made; its warnings, or why it made nothing, are said, and it leaves the queue."""
        entry = self._jobs[job]
        if entry.state == State.FAILED and entry.error is not None:
            self.said.emit(str(entry.error), "error")
        for note in entry.notes if entry.state == State.DONE else ():
            if note.level == "warning":
                self.said.emit(note.message, "warning")
        QTimer.singleShot(0, self, lambda: self._jobs.remove(job) if job in self._jobs else None)
        return entry.finished if entry.state == State.DONE else None

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
        return self.correcting.do(label, change)

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

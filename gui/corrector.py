"""
Corrections that need a model, the translation memory or the glossary: asked for here, put into the session when done.

Models work in their own process. Whatever a person types meanwhile stays: a text that is another one when the answer
comes than when it was asked for is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.jobs import Jobs, Runnable, State
from gui.preferences import Preferences, Preferred
from gui.session import Session
from plugin_core import comparing, cueing, edits, originals, profiles, rework, terms
from plugin_core.document import Cue, Document
from plugin_core.errors import ZimuError
from plugin_core.memory import Hit, Memory
from plugin_core.protocol import Event, Finished, Note, Suggested, Translated
from plugin_core.translation import language_of, spoken_text

ORIGIN = "review"  # of pairs that a person found right here
Answer = Callable[[Finished], None]


@dataclass(frozen=True, slots=True)
class Caret:
    """Where somebody writes: the cue and language, the text before the caret, and what is selected."""

    cue_id: str = ""
    language: str = ""
    before: str = ""
    selected: str = ""


@dataclass(slots=True)
class _Asked:
    """A question that a model is working on: the document it was asked about, and what came so far."""

    document: Document
    answer: Answer
    events: list[Event] = field(default_factory=list)


class Corrector(QObject):
    """
    Does what the actions ``text.retranslate``, ``text.suggest``, ``cue.relisten`` and their like ask for.

    *said* carries a sentence for the person and its kind (info, good, warning or error); *suggested* the id of a
    question and the texts; *busy_changed* how many questions are open; *glossary_chosen* a glossary that is to be the
    preferred one from now on. *caret* tells where somebody writes.
    """

    said = Signal(str, str)
    suggested = Signal(str, object)  # job, tuple[str, ...]
    busy_changed = Signal(int)
    glossary_chosen = Signal(object)  # Path

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        preferred: Preferred = Preferences,
        caret: Callable[[], Caret] = Caret,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.preferred, self.caret = session, preferred, caret
        self._jobs = jobs
        self._asked: dict[str, _Asked] = {}
        self._original: Document | None = None
        self._warned: set[str] = set()
        jobs.told.connect(self._told)
        jobs.state_changed.connect(self._state)
        session.loaded.connect(self._forget_original)

    def connect_actions(self, actions: Actions, window: QWidget) -> None:
        """Let *actions* do their work; dialogs belong to *window*."""
        from gui.rework_dialogs import ReflowDialog, RelistenDialog
        from gui.suggestions import SuggestionsDialog
        from gui.terms import TermDialog

        def opened(kind: type) -> Callable[[], None]:
            return lambda: kind(self, window).open()

        actions["text.retranslate"].triggered.connect(lambda: self.retranslate(self.chosen))
        actions["text.retranslate-changed"].triggered.connect(self.retranslate_changed)
        actions["text.suggest"].triggered.connect(opened(SuggestionsDialog))
        actions["text.complete"].triggered.connect(lambda: SuggestionsDialog(self, window, complete=True).open())
        actions["text.from-memory"].triggered.connect(
            lambda: None if self.insert_from_memory() else SuggestionsDialog(self, window).open()
        )
        actions["text.term"].triggered.connect(opened(TermDialog))
        actions["cue.relisten"].triggered.connect(opened(RelistenDialog))
        actions["cue.reflow"].triggered.connect(opened(ReflowDialog))

    # -- what it is about ----------------------------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[str, ...]:
        """The selected cues."""
        return tuple(key for key in self.session.selection if self.session.cue(key) is not None)

    @property
    def original(self) -> Document | None:
        """The version the machine made of this document, if it is known here."""
        if self._original is None:
            self._original = originals.find(self.session.document)
        return self._original

    @property
    def glossary_path(self) -> Path:
        """The glossary that is used: the preferred one, else the user's own."""
        chosen = self.preferred().glossary
        return Path(chosen) if chosen else terms.default_path()

    def place(self) -> tuple[Cue, str, str] | None:
        """The current cue, the language of its source, and the language to write in; None if there is no such place."""
        cue, document = self.session.cue(self.session.current), self.session.document
        if cue is None:
            return None
        source, wanted = language_of(cue, document), self.caret().language
        others = [language for language in document.languages if language != source]
        if not others:
            return None
        return cue, source, wanted if wanted in others else others[0]

    # -- translation ---------------------------------------------------------------------------------------------

    def retranslate(self, ids: Sequence[str]) -> str:
        """Translate the cues of *ids* again, and those that share a sentence with them; the job's id."""
        document, likes = self.session.document, self.preferred()
        if not ids:
            return ""
        task = rework.Retranslate(
            document,
            document.languages,
            tuple(ids),
            profile=self._profile(),
            punctuation=likes.punctuation,
            translation_pack=likes.translation_pack,
            glossary=self._glossary(),
            memory=likes.memory,
            device=likes.device,
            threads=likes.threads,
        )
        title = self.tr("Translate %n cue(s)", "", len(ids))
        return self._ask(task, "translate", title, lambda _: None)

    def retranslate_changed(self) -> str:
        """Translate the cues again whose source was corrected after the machine had translated it."""
        if self.original is None:
            self.said.emit(self.tr("The machine's version of this document is not known here."), "warning")
            return ""
        ids = comparing.outdated(self.original, self.session.document)
        if not ids:
            self.said.emit(self.tr("Every translation is of the text as it is now."), "good")
        return self.retranslate(ids)

    def ask_suggestions(self, cue: Cue, source: str, target: str, prefix: str = "") -> str:
        """Ask for translations of *cue* that begin with *prefix*; ``suggested`` brings them. The job's id."""
        likes = self.preferred()
        task = rework.Suggest(
            spoken_text(cue, self.session.document),
            source,
            target,
            prefix,
            translation_pack=likes.translation_pack,
            glossary=self._glossary(),
            device=likes.device,
            threads=likes.threads,
        )
        return self._ask(task, "suggest", self.tr("Other translations"), lambda _: None)

    def insert(self, cue_id: str, language: str, text: str) -> None:
        """Take *text* as the *language* text of a cue, in lines as the profile wants them."""
        if self.session.cue(cue_id) is None:
            return
        lines = cueing.break_lines(text, language, self.session.profile)
        self.session.close_merge()
        self.session.edit(self.tr("Insert"), edits.set_text(self.session.document, cue_id, language, lines))

    # -- memory --------------------------------------------------------------------------------------------------

    def hits(self, cue: Cue, source: str, target: str) -> list[Hit]:
        """What the memory holds for a cue's text, the same texts before similar ones."""
        try:
            with Memory.open() as memory:
                return memory.lookup(spoken_text(cue, self.session.document), (source, target), limit=8)
        except ZimuError as error:
            self.said.emit(str(error), "warning")
            return []

    def insert_from_memory(self) -> bool:
        """Take the memory's translation of exactly this text; False if there is none."""
        if (place := self.place()) is None:
            return False
        cue, source, target = place
        exact = [hit for hit in self.hits(cue, source, target) if hit.score == 1]
        if exact:
            self.insert(cue.id, target, exact[0].target)
        return bool(exact)

    def remember(self, cue_id: str) -> None:
        """Keep the translations of a cue that a person found right: they outrank the machine from now on."""
        cue, document = self.session.cue(cue_id), self.session.document
        if cue is None or not self.preferred().memory:
            return
        source = language_of(cue, document)
        try:
            with Memory.open() as memory:
                for language, text in zip(document.languages, cue.texts, strict=True):
                    if language != source:
                        memory.store(spoken_text(cue, document), text, (source, language), ORIGIN, confirmed=True)
        except ZimuError as error:
            self.said.emit(str(error), "warning")

    # -- speech --------------------------------------------------------------------------------------------------

    def relisten(self, start: int, end: int, *, language: str = "auto", pack: str = "", translate: bool = False) -> str:
        """Recognise the media from *start* to *end* (ms) again, and put what is heard in the place of what is there."""
        document, likes = self.session.document, self.preferred()
        if not document.media.path or not Path(document.media.path).is_file():
            self.said.emit(self.tr("The media is not there, so it cannot be heard again. Find it first."), "error")
            return ""
        rate = self.session.frame_rate
        task = rework.Relisten(
            document.media.path,
            start,
            end,
            document.languages,
            language,
            profile=self._profile(),
            punctuation=likes.punctuation,
            frame_rate=str(rate) if rate else "",
            cuts=self.session.cuts,
            speech_pack=pack or likes.speech_pack,
            glossary=self._glossary(),
            device=likes.device,
            threads=likes.threads,
        )

        def put(finished: Finished) -> None:
            before = {cue.id: cue for cue in self.session.document.cues}
            heard = finished.document.cues
            if not heard:
                self.said.emit(self.tr("Nothing was recognised there."), "warning")
                return
            after = rework.put_heard(self.session.document, start, end, heard)
            fresh = tuple(cue.id for cue in after.cues if before.get(cue.id) != cue)
            self.session.close_merge()
            self.session.edit(self.tr("Recognise again"), after, select=fresh[:1])
            if translate and len(document.languages) > 1:
                self.retranslate(fresh)

        return self._ask(task, "listen", self.tr("Recognise again"), put)

    # -- questions -----------------------------------------------------------------------------------------------

    def cancel(self, job: str = "") -> None:
        """Give up a question; without one, all."""
        for name in [job] if job else list(self._asked):
            if name in self._asked:
                self._jobs.cancel(name)

    @property
    def busy(self) -> int:
        """How many questions are open."""
        return len(self._asked)

    def is_open(self, job: str) -> bool:
        """Whether a question is still without an answer."""
        return job in self._asked

    def _ask(self, task: Runnable, verb: str, title: str, answer: Answer) -> str:
        job = self._jobs.start(task, title=title, verb=verb, urgent=True)
        self._asked[job] = _Asked(self.session.document, answer)
        self.busy_changed.emit(self.busy)
        return job

    def _told(self, job: str, event: object) -> None:
        if job not in self._asked:
            return
        if isinstance(event, Translated):
            self._asked[job].events.append(event)
        elif isinstance(event, Suggested):
            self.suggested.emit(job, event.texts)
        elif isinstance(event, Note) and event.level == "warning" and event.message not in self._warned:
            self._warned.add(event.message)  # what a starter pack cannot do is not said at every cue
            self.said.emit(event.message, "warning")

    def _state(self, job: str) -> None:
        if job not in self._asked or not self._jobs[job].over:
            return
        asked, entry = self._asked.pop(job), self._jobs[job]
        if entry.state == State.DONE and entry.finished is not None:
            self._put_translated(asked)
            asked.answer(entry.finished)
        elif entry.state == State.FAILED and entry.error is not None:
            self.said.emit(str(entry.error), "error")
        self.busy_changed.emit(self.busy)
        QTimer.singleShot(0, self, lambda: self._jobs.remove(job) if job in self._jobs else None)

    def _put_translated(self, asked: _Asked) -> None:
        """The new texts, but not over what somebody wrote while they were made."""
        told = [event for event in asked.events if isinstance(event, Translated)]
        if not told:
            return
        now, then = self.session.document, {cue.id: cue for cue in asked.document.cues}
        fitting, left = [], 0
        for event in told:
            texts = tuple(
                pair for pair in event.texts if _is_still(self.session.cue(pair[0]), then.get(pair[0]), now, event)
            )
            left += len(event.texts) - len(texts)
            fitting.append(Translated(event.language, texts))
        self.session.close_merge()
        self.session.edit(self.tr("Translate again"), rework.put_translated(now, fitting))
        if left:
            message = self.tr("%n cue(s) changed meanwhile and kept their texts.", "", left)
            self.said.emit(message, "info")

    def _profile(self) -> str:
        """The rules in use, as a job names them: one that is a file is named by the preferences."""
        name = self.session.profile.id
        return name if name.removesuffix(profiles.CHILDREN) in profiles.names() else self.preferred().profile

    def _glossary(self) -> str:
        return str(self.glossary_path) if self.glossary_path.is_file() else ""

    def _forget_original(self) -> None:
        self._original = None


def _is_still(now: Cue | None, then: Cue | None, document: Document, event: Translated) -> bool:
    """Whether a cue has the text in the event's language that it had when the question was asked."""
    if now is None or then is None or event.language not in document.languages:
        return now is not None
    column = document.column(event.language)
    return column >= len(then.texts) or now.texts[column] == then.texts[column]

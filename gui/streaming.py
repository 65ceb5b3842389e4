"""
Results that appear while they are made: what a running job tells becomes cues in the session, one undo step for all.

The cues of a stretch of speech are shown as soon as it is recognised. People may correct them at once: when the job
ends with its own document, what was touched stays as it was corrected, and everything else is the job's.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.background import Background
from gui.jobs import OVER, Jobs, State
from gui.session import Session
from plugin_core import edits
from plugin_core.cueing import build_chunks
from plugin_core.document import Cue, Document, Mark
from plugin_core.journal import journal_key
from plugin_core.protocol import Chunk, Finished, Marked, Translated


class Stream(QObject):
    """
    What the job *job* finds goes into *session* until it is over or the session has another document.

    ``ended(ok)`` comes once, and again if a job that failed is tried again; if it went well, the document is the job's,
    with what was corrected meanwhile.
    """

    ended = Signal(bool)

    def __init__(self, session: Session, jobs: Jobs, job: str, parent: QObject | None = None) -> None:
        super().__init__(parent or session)
        self._session, self._jobs, self.job = session, jobs, job
        self._shown: dict[str, Cue] = {}  # as this stream showed them
        self._seen: set[tuple[int, int]] = set()
        self._waiting: list[Chunk] = []
        self._languages: tuple[str, ...] = ()
        self._building = Background(self)
        self._building.finished.connect(self._add)
        self._open, self._left = True, False
        jobs.told.connect(self._told)
        jobs.state_changed.connect(self._state)
        session.loaded.connect(self._leave)

    @property
    def open(self) -> bool:
        """Whether it still writes into the session."""
        return self._open

    def _told(self, job: str, event: Any) -> None:
        if job != self.job or not self._open:
            return
        if isinstance(event, Chunk):
            self._take(event)
        elif isinstance(event, Translated):
            self._translate(event)
        elif isinstance(event, Marked):
            self._mark(event.marks)
        elif isinstance(event, Finished):
            self._finish(event.document)

    def _take(self, chunk: Chunk) -> None:
        """Chunks come again when a job resumes; each is shown once."""
        if (chunk.start, chunk.end) in self._seen or not chunk.words:
            return
        self._seen.add((chunk.start, chunk.end))
        self._waiting.append(chunk)
        self._build()

    def _build(self) -> None:
        """Cue what waits beside the interface: phrases of Chinese want a dictionary that takes a second to load."""
        if not self._waiting or self._building.busy:
            return
        chunks, self._waiting = self._waiting, []
        profile, rate = self._session.profile, self._session.frame_rate
        wanted = getattr(self._jobs[self.job].job, "languages", ())
        self._languages = self._session.document.languages or tuple(dict.fromkeys((chunks[0].language, *wanted)))
        spoken = self._languages[:1]

        def steps() -> Generator[Any, None, tuple[Cue, ...]]:
            yield from ()
            return build_chunks(chunks, profile, languages=spoken, frame_rate=rate)

        self._building.start(steps)

    def _add(self, cues: tuple[Cue, ...]) -> None:
        if not self._open:
            return
        document = self._session.document
        if not document.languages:
            document = replace(document, languages=self._languages)
        known = {cue.id for cue in document.cues}
        width = len(document.languages)
        fresh = [_as_job_names(cue, width) for cue in cues]
        fresh = [cue for cue in fresh if cue.id not in known]
        self._shown.update((cue.id, cue) for cue in fresh)
        self._edit(edits.add_cues(document, fresh))
        self._build()

    def _translate(self, event: Translated) -> None:
        document = self._session.document
        if event.language not in document.languages:
            return
        column = document.column(event.language)
        empty = {cue.id for cue in document.cues if not cue.texts[column].strip()}
        texts = {name: text for name, text in event.texts if name in empty}
        if not texts:
            return
        after = edits.set_texts(document, event.language, texts)
        for cue in after.cues:
            if cue.id in texts and (shown := self._shown.get(cue.id)) is not None:
                self._shown[cue.id] = shown.with_text(column, cue.texts[column])
        self._edit(after)

    def _mark(self, marks: tuple[Mark, ...]) -> None:
        known = {mark.id for mark in self._session.document.marks}
        self._edit(edits.add_marks(self._session.document, [mark for mark in marks if mark.id not in known]))

    def _finish(self, final: Document) -> None:
        self._edit(merged(self._shown, self._session.document, final))
        self._over(ok=True)

    def _edit(self, after: Document) -> None:
        self._session.edit(self.tr("Make subtitles"), after, merge_key=("job", self.job))

    def _state(self, job: str) -> None:
        state = self._jobs[job].state if job == self.job else None
        if state in OVER and state != State.DONE:
            self._over(ok=False)
        elif state == State.RUNNING and not self._left:
            self._open = True  # it failed and was tried again: what was shown and corrected stays

    def _leave(self) -> None:
        """The session has another document: the job's result is found in the queue."""
        self._left = True
        self._over(ok=False)

    def _over(self, *, ok: bool) -> None:
        if self._open:
            self._open = False
            self._session.close_merge()
            self.ended.emit(ok)


def merged(shown: Mapping[str, Cue], mine: Document, final: Document) -> Document:
    """
    The job's *final* document with what was corrected while it ran: *shown* are the cues as they were shown, *mine* is
    the document now.

    A cue that was changed, added or taken out keeps its place: the job's cues that lie mostly there give way. Where
    more than half of what was shown is gone, the stream was undone, and nothing counts as taken out.
    """
    now = {cue.id: cue for cue in mine.cues}
    kept = [cue for cue in mine.cues if shown.get(cue.id) != cue]
    gone = [cue for name, cue in shown.items() if name not in now]
    if 2 * len(gone) > len(shown):
        gone = []
    cues = [_joined_in(cue, mine, final) for cue in kept]
    cues += [cue for cue in final.cues if not any(_lies_in(cue, other) for other in (*kept, *gone))]
    names = {mark.id for mark in final.marks}
    own = [mark for mark in mine.marks if mark.kind == "note" and mark.id not in names]
    whole = replace(final, media=mine.media if mine.media.path else final.media, cues=())
    return edits.add_marks(edits.add_cues(whole, cues), own)


def _lies_in(cue: Cue, other: Cue) -> bool:
    """Whether *cue* is *other*, or lies in its time for the most part."""
    return cue.id == other.id or 2 * (min(cue.end, other.end) - max(cue.start, other.start)) > cue.duration


def _joined_in(cue: Cue, mine: Document, final: Document) -> Cue:
    """A corrected *cue* with the columns of *final*; what it lacks is taken from the job's cue at its place."""
    texts = dict(zip(mine.languages, cue.texts, strict=True))
    there = next((other for other in final.cues if _lies_in(other, cue)), None)
    given = dict(zip(final.languages, there.texts, strict=True)) if there else {}
    return replace(cue, texts=tuple(texts.get(name, "") or given.get(name, "") for name in final.languages))


def _as_job_names(cue: Cue, width: int) -> Cue:
    """*cue* under the id that the job will give it (so its translation finds it), with *width* columns."""
    named = replace(cue, id=journal_key(cue.start, cue.end, *cue.texts)[:12])
    return replace(named, texts=(*named.texts, *[""] * (width - len(named.texts))))

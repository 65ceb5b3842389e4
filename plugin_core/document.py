"""The document: frozen values and queries on them. Edits live in ``edits``; files in ``storage`` and ``formats``."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import compress, count, islice, repeat
from operator import ge, lt, ne
from uuid import uuid4

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError

LANGUAGE_TAG = "lang:"  # with a code, on a cue that is spoken in another language than the document's first
MARK_KINDS = ("music", "sound", "action", "title", "shot", "scene", "caption", "note")


def new_id() -> str:
    """A fresh id, stable afterwards: the idempotence key in the hosts."""
    return uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One audio stream of a media file. *start* is ms of media time, may be negative."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    start: int = 0
    language: str = ""
    title: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class SubtitleStream:
    """One embedded subtitle stream of a media file."""

    index: int
    codec: str
    language: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """What the document knows of the footage. Times are ms; *start_timecode* is text as the file carries it."""

    path: str = ""
    duration: int = 0
    frame_rate: FrameRate | None = None
    variable_rate: bool = False
    start_timecode: str = ""
    width: int = 0
    height: int = 0
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word. *text* keeps its leading space, so joining the words of a cue gives its text."""

    start: int
    end: int
    text: str
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle. *texts* holds one text per ``Document.languages`` (lines joined by ``\\n``); times are ms."""

    id: str
    start: int
    end: int
    texts: tuple[str, ...]
    words: tuple[Word, ...] = ()
    speaker: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()

    @property
    def duration(self) -> int:
        return self.end - self.start

    def with_text(self, column: int, text: str) -> Cue:
        return replace(self, texts=(*self.texts[:column], text, *self.texts[column + 1 :]))


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is not speech: music, a sound, an action, a title, a shot, a scene, a caption or a note."""

    id: str
    kind: str
    start: int
    end: int
    text: str
    attributes: tuple[tuple[str, str], ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """Cues sorted by (start, end, id), one text column per language; the first language is the one spoken."""

    media: Media = Media()
    languages: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    marks: tuple[Mark, ...] = ()
    made_by: str = ""

    def __post_init__(self) -> None:
        _check(self)

    def with_cues(self, cues: tuple[Cue, ...]) -> Document:
        """This with *cues* that have the ids, times and columns of its own, row by row: nothing has to be checked."""
        made = object.__new__(Document)
        for field in fields(Document):
            object.__setattr__(made, field.name, cues if field.name == "cues" else getattr(self, field.name))
        return made

    def column(self, language: str) -> int:
        """The index of *language* in ``languages`` (and in every cue's texts)."""
        try:
            return self.languages.index(language)
        except ValueError:
            raise DocumentError(
                "document.no-language",
                f"The document has no language {language!r}.",
                f"It has: {', '.join(self.languages) or 'none'}.",
            ) from None


def _check(document: Document) -> None:
    cues, marks = document.cues, document.marks
    columns = len(document.languages)
    starts = [cue.start for cue in cues]  # every edit comes through here: what can be is left to C
    if any(map(ne, [len(cue.texts) for cue in cues], repeat(columns))):
        cue = next(cue for cue in cues if len(cue.texts) != columns)
        raise DocumentError("document.columns", f"Cue {cue.id} does not have one text per language.")
    if min(starts, default=0) < 0 or any(map(lt, [cue.end for cue in cues], starts)):
        cue = next(cue for cue in cues if cue.start < 0 or cue.end < cue.start)
        raise DocumentError("document.cue-times", f"Cue {cue.id} ends before it starts, or starts before 0.")
    for mark in marks:
        if mark.kind not in MARK_KINDS:
            raise DocumentError("document.mark-kind", f"Mark {mark.id} is of unknown kind {mark.kind!r}.")
        if mark.start < 0 or mark.end < mark.start:
            raise DocumentError("document.mark-times", f"Mark {mark.id} ends before it starts, or starts before 0.")
    for row in compress(count(), map(ge, starts, islice(starts, 1, None))):
        one, other = cues[row], cues[row + 1]
        if (one.start, one.end, one.id) >= (other.start, other.end, other.id):
            raise DocumentError("document.order", "The cues are not sorted by time, or two share an id.")
    if len({*[cue.id for cue in cues], *[mark.id for mark in marks]}) != len(cues) + len(marks):
        raise DocumentError("document.ids", "Two cues or marks share an id.")

"""What a format's reader gives (``Parsed``), what the registry holds (``Format``), and how cues become a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby, pairwise

from plugin_core.document import Cue, Document, Word
from plugin_core.errors import DocumentError
from plugin_core.formats.layout import Layout, clean, one_line

UNKNOWN_LANGUAGE = "und"  # BCP 47: undetermined
LONGEST = 1000 * 3_600_000  # ms; no media is longer, a time beyond it is a slip
RESCUED = 2000  # ms given to a cue that ended before it started

_TIME = re.compile(
    r"\s*(?P<sign>[-−]?)\s*(?:(?:(?P<h>\d{1,6})\s*[:：]\s*)?(?P<m>\d{1,3})\s*[:：]\s*)?"
    r"(?P<s>\d{1,9})(?:\s*[.,;，．。]\s*(?P<f>\d{1,9}))?\s*"
)


@dataclass(slots=True)
class RawCue:
    """A cue as a file has it: *texts* per language of ``Parsed.languages``; times in ms, not yet trusted."""

    start: int
    end: int
    texts: tuple[str, ...]
    id: str = ""
    speaker: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(slots=True)
class Parsed:
    """A reader's result. *languages* is empty when the file does not say; *repairs* are sentences for the user."""

    cues: list[RawCue]
    languages: tuple[str, ...] = ()
    repairs: list[str] = field(default_factory=list)
    keep_empty: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """One entry of the registry. *table*: the file has a column per language, so layouts do not apply to it."""

    name: str
    title: str
    extensions: tuple[str, ...]
    sniff: Callable[[str], bool]
    read: Callable[[str], Parsed] | None = None
    write: Callable[[Document, Layout], str] | None = None
    table: bool = False
    bom: bool = False


def parse_time(text: str) -> int | None:
    """ms of ``[[H:]M:]S[.fraction]`` as people type it (comma, full-width marks, spaces); None if it is no time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    seconds = int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + int(match["s"])
    fraction = match["f"] or "0"
    ms: int = seconds * 1000 + (int(fraction) * 1000 + 10 ** len(fraction) // 2) // 10 ** len(fraction)
    return -ms if match["sign"] else ms


def clock(ms: int, point: str = ".") -> str:
    """``HH:MM:SS.mmm``, more hour digits past 99 h."""
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{point}{ms:03d}"


def build(parsed: Parsed, language: str = "") -> tuple[Document, tuple[str, ...]]:
    """
    The document of *parsed*, and every repair made, as sentences.

    Texts are cleaned, times made legal, cues sorted (overlaps are legal and stay), ids kept where the file has good
    ones and derived from the content where it has not, so that reading a file twice gives the same ids.
    DocumentError "document.no-cues" if nothing is left.
    """
    languages = parsed.languages or (language or UNKNOWN_LANGUAGE,)
    notes: Counter[str] = Counter()
    cues = [raw for raw in parsed.cues if _usable(raw, parsed.keep_empty, notes)]
    if not cues:
        raise DocumentError("document.no-cues", "The file holds no cues.", "Check that it is a subtitle file.")
    if any((b.start, b.end) < (a.start, a.end) for a, b in pairwise(cues)):
        notes["the cues were not in order of time and were sorted"] += 1
    _mend_ends(cues, notes)
    cues.sort(key=lambda raw: (raw.start, raw.end))
    document = Document(languages=languages, cues=tuple(_with_ids(cues, notes)))
    return document, (*parsed.repairs, *_sentences(notes))


def _usable(raw: RawCue, keep_empty: bool, notes: Counter[str]) -> bool:
    """Clean *raw* in place; False if there is nothing to keep."""
    raw.texts = tuple(clean(text) for text in raw.texts)
    raw.speaker, raw.role = one_line(raw.speaker), one_line(raw.role)
    if not keep_empty and not any(raw.texts):
        notes["without text, left out"] += 1
        return False
    if max(raw.start, raw.end) > LONGEST:
        notes["later than 1000 hours, left out"] += 1
        return False
    if raw.start < 0 or raw.end < 0:
        notes["before the start of the media, moved to 0"] += 1
        raw.start, raw.end = max(raw.start, 0), max(raw.end, 0)
    return True


def _mend_ends(cues: Sequence[RawCue], notes: Counter[str]) -> None:
    """Give cues that end before they start up to two seconds, never past the next cue; count those without length."""
    starts = sorted({raw.start for raw in cues})
    after = dict(pairwise(starts))
    for raw in cues:
        if raw.end < raw.start:
            notes["ended before starting, given a new end"] += 1
            raw.end = min(raw.start + RESCUED, after.get(raw.start, LONGEST + RESCUED))
        elif raw.end == raw.start:
            notes["of no length, kept"] += 1


def _with_ids(cues: Iterable[RawCue], notes: Counter[str]) -> list[Cue]:
    """Cues in document order; cues of equal times keep the file's order where the ids are ours to choose."""
    seen: set[str] = set()
    result: list[Cue] = []
    for _, group in groupby(cues, key=lambda raw: (raw.start, raw.end)):
        given: list[Cue] = []
        fresh: list[Cue] = []
        for raw in group:
            own = one_line(raw.id)
            if own and own in seen:
                notes["with the id of another, given a new one"] += 1
            kept = bool(own) and own not in seen
            cue = Cue(own if kept else _derived_id(raw, seen), raw.start, raw.end, raw.texts, raw.words)
            seen.add(cue.id)
            (given if kept else fresh).append(replace(cue, speaker=raw.speaker, role=raw.role, tags=raw.tags))
        ids = sorted(cue.id for cue in fresh)
        fresh = [replace(cue, id=new) for cue, new in zip(fresh, ids, strict=True)]
        result += sorted((*given, *fresh), key=lambda cue: cue.id)
    return result


def _derived_id(raw: RawCue, taken: set[str]) -> str:
    """An id that depends on the cue's times, texts and, among equal cues, its number."""
    content, number = f"{raw.start} {raw.end} {raw.texts!r}", 0
    while (found := blake2b(f"{content} {number}".encode(), digest_size=6).hexdigest()) in taken:
        number += 1
    return found


def _sentences(notes: Counter[str]) -> list[str]:
    result = []
    for note, count in notes.items():
        whole = note.startswith("the ")
        result.append(f"{note[0].upper()}{note[1:]}." if whole else f"{count} cue{'s' * (count > 1)} {note}.")
    return result

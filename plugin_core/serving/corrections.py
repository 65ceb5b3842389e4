"""
Captions that were corrected in a host and exported from it, mapped back onto the cues of our document.

Premiere's captions cannot be read through its API, so what was corrected there comes back as an SRT or a transcript.
Times may be shifted as a whole (hosts count from the timeline's start timecode); most texts are as we pushed them, and
these tell by how much. A caption belongs to the cue with which it shares most of its time, else to one nearby that
says nearly the same. What spans several cues is shared out by its words if it has any. The rest is listed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plugin_core import edits, formats
from plugin_core.document import Cue, Document, Word
from plugin_core.formats import premiere_transcript
from plugin_core.formats.encodings import decode, read_bytes
from plugin_core.typography import joined, plain

BIN = 50  # ms; hosts round to frames, so equal shifts differ by one
VOTES = 3  # pairs that must agree on a shift before it is believed
SHARED = 0.5  # of the shorter one's time, to belong together
NEAR = 10_000  # ms that a caption may have been moved
ALIKE = 75.0  # percent: a text that was corrected and moved


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption of the file, in ms; *words* have times if it is of a transcript."""

    start: int
    end: int
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Corrections:
    """The captions of a file, and sentences about how it was read."""

    cues: tuple[Caption, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """New *texts* by cue id in *language*; *unmapped* captions; *shift*, ms by which the file was later."""

    language: str
    texts: dict[str, str]
    unmapped: tuple[Caption, ...]
    shift: int = 0

    def apply(self, document: Document) -> Document:
        """*document* with the new texts; those of cues that are gone meanwhile are left out."""
        there = {cue.id for cue in document.cues}
        return edits.set_texts(document, self.language, {key: text for key, text in self.texts.items() if key in there})


def read(path: Path, language: str) -> Corrections:
    """What a subtitle file or a transcript of Premiere says; DocumentError if it is neither."""
    if path.suffix.lower() == ".json":
        text, _, notes = decode(read_bytes(path), None)
        if premiere_transcript.sniff(text):
            programme = premiere_transcript.read(text)
            cues = programme.document.cues
            found = tuple(Caption(cue.start, cue.end, cue.texts[0], cue.words) for cue in cues)
            return Corrections(found, (*notes, *programme.notes))
    opened = formats.open_file(path, language=language)
    column = opened.document.column(language) if language in opened.document.languages else 0
    cues = opened.document.cues
    return Corrections(tuple(Caption(cue.start, cue.end, cue.texts[column]) for cue in cues), opened.repairs)


def mapped(document: Document, captions: Sequence[Caption], language: str) -> Mapped:
    """Which cues of *document* get which new text. A text that differs only in its line breaks is none."""
    column = document.column(language)
    shift = shift_of(document, captions, column)
    moved = [_earlier(caption, shift) for caption in captions]
    pieces: dict[str, list[Caption]] = defaultdict(list)
    found = [(caption, _sharing(document.cues, caption)) for caption in moved]
    for caption, owners in found:
        if len(owners) == 1:
            pieces[owners[0].id].append(caption)
    left = [caption for caption, owners in found if not owners]
    for caption, owners in found:
        if len(owners) > 1:
            left += _shared_out(owners, caption, column, pieces)
    left = [caption for caption in left if not _moved_to(document.cues, caption, column, pieces)]
    texts = {}
    for cue in document.cues:
        new = _glued(pieces.get(cue.id, ()))
        if new and same(new) != same(cue.texts[column]):
            texts[cue.id] = new
    return Mapped(language, texts, tuple(left), shift)


def shift_of(document: Document, captions: Sequence[Caption], column: int) -> int:
    """By how many ms *captions* are later than the cues that say the same; 0 if too few agree."""
    ours = _unique((same(cue.texts[column]), cue.start) for cue in document.cues)
    theirs = _unique((same(caption.text), caption.start) for caption in captions)
    shifts = [theirs[text] - ours[text] for text in ours.keys() & theirs.keys()]
    votes = Counter(round(shift / BIN) for shift in shifts)
    if not votes:
        return 0
    best, _ = max(votes.items(), key=lambda item: (item[1], -abs(item[0])))
    near = sorted(shift for shift in shifts if abs(shift - best * BIN) <= BIN)
    enough = len(near) >= VOTES or (len(near) == len(shifts) and len(captions) <= VOTES)
    middle = near[len(near) // 2]
    return middle if enough and abs(middle) > BIN else 0


def same(text: str) -> str:
    """A text without markup, line breaks and spacing, to compare."""
    return "".join(joined(plain(text)).split())


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Texts that are there once: "Yes." said twice tells nothing about time."""
    found: dict[str, int] = {}
    twice = set()
    for text, start in pairs:
        if not text or text in found:
            twice.add(text)
        found[text] = start
    return {text: start for text, start in found.items() if text not in twice}


def _earlier(caption: Caption, ms: int) -> Caption:
    words = tuple(replace(word, start=word.start - ms, end=word.end - ms) for word in caption.words)
    return replace(caption, start=caption.start - ms, end=caption.end - ms, words=words)


def _near(cues: Sequence[Cue], start: int, end: int) -> Iterator[Cue]:
    """The cues that may touch [*start*, *end*]; they are sorted by their start, and none lasts a minute."""
    place = bisect_left(cues, start - 60_000, key=lambda cue: cue.start)
    while place < len(cues) and cues[place].start <= end:
        if cues[place].end >= start:
            yield cues[place]
        place += 1


def _sharing(cues: Sequence[Cue], caption: Caption) -> list[Cue]:
    """The cues that share most of their time with *caption*; if it lies within several, that which shares most."""
    found = []
    for cue in _near(cues, caption.start, caption.end):
        overlap = min(cue.end, caption.end) - max(cue.start, caption.start)
        shortest = max(1, min(cue.duration, caption.end - caption.start))
        if overlap >= SHARED * shortest and overlap > 0:
            found.append((overlap, cue))
    covered = [cue for overlap, cue in found if overlap >= SHARED * cue.duration]
    if len(covered) > 1:
        return covered
    return [max(found, key=lambda item: item[0])[1]] if found else []


def _shared_out(
    owners: Sequence[Cue], caption: Caption, column: int, pieces: dict[str, list[Caption]]
) -> list[Caption]:
    """Give each of *owners* its words of *caption*; what cannot be shared out comes back."""
    if same(caption.text) == same("\n".join(cue.texts[column] for cue in owners)):
        return []  # as we pushed it: cues too close together to be captions of their own
    if alike := [cue for cue in owners if same(cue.texts[column]) == same(caption.text)]:
        pieces[alike[0].id].append(caption)  # of cues at the same time
        return []
    if not caption.words:
        free = [cue for cue in owners if cue.id not in pieces]
        if len(free) == 1:  # made longer, over others that have captions of their own
            pieces[free[0].id].append(caption)
        return [] if len(free) == 1 else [caption]
    words: dict[str, list[Word]] = defaultdict(list)
    for word in caption.words:
        middle = (word.start + word.end) // 2
        owner = min(owners, key=lambda cue: max(cue.start - middle, middle - cue.end, 0))
        words[owner.id].append(word)
    for key, own in words.items():
        text = "".join(word.text for word in own).strip()
        pieces[key].append(Caption(own[0].start, own[-1].end, text))
    return []


def _moved_to(cues: Sequence[Cue], caption: Caption, column: int, pieces: dict[str, list[Caption]]) -> bool:
    """Whether *caption* was given to a cue nearby that has none and says nearly the same."""
    from rapidfuzz import fuzz

    free = [cue for cue in _near(cues, caption.start - NEAR, caption.end + NEAR) if cue.id not in pieces]
    scored = [(fuzz.ratio(same(cue.texts[column]), same(caption.text)), cue) for cue in free]
    score, cue = max(scored, key=lambda item: item[0], default=(0.0, None))
    if cue is None or score < ALIKE:
        return False
    pieces[cue.id].append(caption)
    return True


def _glued(captions: Sequence[Caption]) -> str:
    """The text of a cue; of one that was made several captions, their texts in order of time on one line."""
    ordered = sorted(captions, key=lambda caption: (caption.start, caption.end))
    if len(ordered) == 1:
        return ordered[0].text
    return joined("\n".join(caption.text for caption in ordered))

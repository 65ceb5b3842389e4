"""
Turns to the speakers of cues.

A name that a person typed is never overwritten. What this module sets it marks with a tag (``voice:NAME``), so that a
later run knows its own work from a user's: change the name of a cue, and it is yours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise

from plugin_core import edits
from plugin_core.document import Cue, Document, Word
from plugin_core.speakers.naming import VOICE_TAG, Contradiction, attach, hints_of, is_typed
from plugin_core.speakers.values import Timeline, Turns

LEAST_SHARE = 0.2  # of a cue that a second speaker must fill to count
LEAST_MS = 500  # likewise
NEAR_MS = 500  # a cue without any turn takes the speaker of one this near


@dataclass(frozen=True, slots=True)
class Shared:
    """A cue in which two people speak, one after the other: *at* is the border (ms), if there is a clear one."""

    cue: str
    speakers: tuple[str, ...]
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """
    The *document* with speakers, the *turns* under the names of the text, and what deserves a look.

    *shared* are cues of two speakers that were not split; *contradictions*, typed names that the voices deny.
    """

    document: Document
    turns: Turns
    shared: tuple[Shared, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


def assign(document: Document, turns: Turns, *, split: bool = False) -> Document:
    """*document* with the speakers of its cues set; see ``assigned`` for what else there is to know."""
    return assigned(document, turns, split=split).document


def assigned(document: Document, turns: Turns, *, split: bool = False) -> Assigned:
    """
    Set the speaker of every cue whose speaker nobody typed: who speaks longest in it.

    Typed names first name the voices (``naming``). With *split*, a cue in which one person follows another is cut at
    the border between its words; without, or where it has no words, it is only reported.
    """
    named = attach(turns, hints_of(document))
    index = _Index(named.turns.turns)
    shared: list[Shared] = []
    if split:
        for cue in document.cues:
            document = _cut(document, cue, index)
    changed = []
    for cue in document.cues:
        changed.append(cue if is_typed(cue) else _with_speaker(cue, index.speaker(cue)))
        found = _shared(cue, index)
        if found and not is_typed(cue):
            shared.append(found)
    cues = tuple(changed)
    result = document if cues == document.cues else replace(document, cues=cues)
    return Assigned(result, named.turns, tuple(shared), named.contradictions)


def cleared(document: Document) -> Document:
    """*document* without the speakers that were set by voice; typed ones stay."""
    cues = tuple(cue if is_typed(cue) else _with_speaker(cue, "") for cue in document.cues)
    return document if cues == document.cues else replace(document, cues=cues)


class _Index(Timeline):
    """Turns by time, and what they say about a cue."""

    def shares(self, cue: Cue) -> dict[str, float]:
        """Milliseconds of each speaker in the cue (where it has words: in its words), weighted by confidence."""
        spans = [(word.start, word.end) for word in cue.words if word.end > word.start] or [(cue.start, cue.end)]
        found: dict[str, float] = {}
        for turn in self.between(cue.start, cue.end):
            shared = sum(max(0, min(turn.end, end) - max(turn.start, start)) for start, end in spans)
            if shared:
                worth = shared * (0.25 + 0.75 * turn.confidence) * (0.7 if turn.overlapped else 1.0)
                found[turn.speaker] = found.get(turn.speaker, 0.0) + worth
        return found

    def speaker(self, cue: Cue) -> str:
        """Who speaks most in the cue; else whoever speaks right beside it; else nobody ("")."""
        shares = self.shares(cue)
        if shares:
            return max(shares, key=lambda name: shares[name])
        beside = self.between(cue.start - NEAR_MS, cue.end + NEAR_MS)
        distance = [(max(turn.start - cue.end, cue.start - turn.end), turn.speaker) for turn in beside]
        return min(distance)[1] if distance else ""


def _with_speaker(cue: Cue, speaker: str) -> Cue:
    tags = tuple(tag for tag in cue.tags if not tag.startswith(VOICE_TAG))
    tags = (*tags, f"{VOICE_TAG}{speaker}") if speaker else tags
    return cue if (cue.speaker, cue.tags) == (speaker, tags) else replace(cue, speaker=speaker, tags=tags)


def _shared(cue: Cue, index: _Index) -> Shared | None:
    """The two people who fill the cue, if there are two."""
    spoken: dict[str, int] = {}
    for turn in index.between(cue.start, cue.end):
        length = min(turn.end, cue.end) - max(turn.start, cue.start)
        spoken[turn.speaker] = spoken.get(turn.speaker, 0) + length
    least = max(LEAST_MS, LEAST_SHARE * cue.duration)
    loud = [name for name, length in spoken.items() if length >= least]
    if len(loud) < 2:
        return None
    return Shared(cue.id, tuple(loud), _border(cue, index, loud))


def _border(cue: Cue, index: _Index, names: Sequence[str]) -> int | None:
    """Where one person ends and the other begins; None if they alternate or speak at once."""
    parts = [turn for turn in index.between(cue.start, cue.end) if turn.speaker in names]
    order = [turn.speaker for turn in parts]
    runs = [name for number, name in enumerate(order) if not number or order[number - 1] != name]
    if len(names) != 2 or len(runs) != 2:
        return None
    last = max(turn.end for turn in parts if turn.speaker == runs[0])
    first = min(turn.start for turn in parts if turn.speaker == runs[1])
    at = (last + first) // 2
    return at if cue.start < at < cue.end and last - first < LEAST_MS else None


def _cut(document: Document, cue: Cue, index: _Index) -> Document:
    """*document* with *cue* cut at the word border nearest to the change of speaker, if there is one."""
    found = _shared(cue, index)
    if found is None or found.at is None or is_typed(cue) or len(cue.words) < 2:
        return document
    at = _between_words(cue.words, found.at)
    if at is None or not cue.start < at < cue.end:
        return document
    right = blake2b(f"{cue.id} {at}".encode(), digest_size=6).hexdigest()  # the same cut always makes the same id
    if right in {other.id for other in document.cues} | {mark.id for mark in document.marks}:
        return document
    return edits.split(document, cue.id, at, right_id=right)


def _between_words(words: Sequence[Word], at: int) -> int | None:
    """The time between two words that is nearest to *at*: in the middle of their gap."""
    gaps = [(one.end + other.start) // 2 for one, other in pairwise(words)]
    return min(gaps, key=lambda gap: abs(gap - at), default=None)


def names_of(document: Document) -> Mapping[str, int]:
    """The speakers of a document and how long each one's cues last together (ms), the longest first."""
    spoken: dict[str, int] = {}
    for cue in document.cues:
        if cue.speaker.strip():
            spoken[cue.speaker.strip()] = spoken.get(cue.speaker.strip(), 0) + cue.duration
    return dict(sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0])))

"""
Cues and marks on a new cut: the parts of one that survive, where they land, and what of its words and texts they keep.

Frames land exactly: a boundary that survives is in the frame where the cut puts its source, whatever the rates. Within
the frame it stays where it was, if both cuts count the same frames.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, Protocol

from plugin_core import edits
from plugin_core.conform.tracing import Fragment, Span, Ticks
from plugin_core.document import Cue, Document, Word
from plugin_core.host import TimelineInfo
from plugin_core.typography import atoms

_REPEATED = 24  # the frames a cut repeats join its sides all the same if they last at most a 24th of a second


class Item(Protocol):
    """A cue or a mark."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """How two timelines count, and how many ticks a second has."""

    old: TimelineInfo
    new: TimelineInfo
    per_second: int
    old_frame: int  # the ticks of a frame; whole by the choice of the tick
    new_frame: int
    per_ms: int

    @staticmethod
    def of(old: TimelineInfo, new: TimelineInfo, per_second: int) -> Clock:
        frames = (per_second * info.rate.fps.denominator // info.rate.fps.numerator for info in (old, new))
        return Clock(old, new, per_second, next(frames), next(frames), per_second // 1000)

    @property
    def slack(self) -> int:
        """How much of the old timeline two parts may share and still be one, in ticks."""
        return max(self.old_frame, self.per_second // _REPEATED)

    def old_frame_at(self, ms: int) -> int:
        """``old.frame(ms)``, in ticks throughout, for it is asked for most."""
        return (2 * (ms + self.old.offset) * self.per_ms + self.old_frame) // (2 * self.old_frame)

    def old_ms_at(self, frame: int) -> int:
        """``old.ms(frame)``"""
        return (2 * frame * self.old_frame + self.per_ms) // (2 * self.per_ms) - self.old.offset

    def new_ms_at(self, frame: int) -> int:
        """``new.ms(frame)``"""
        return (2 * frame * self.new_frame + self.per_ms) // (2 * self.per_ms) - self.new.offset

    def span(self, item: Item) -> tuple[int, int]:
        """The ticks from the first frame of *item* to its last, at least one frame."""
        first = self.old_frame_at(item.start)
        return first * self.old_frame, max(first + 1, self.old_frame_at(item.end)) * self.old_frame

    def frame(self, ticks: Ticks) -> int:
        """The frame of the new timeline nearest to *ticks*."""
        length = self.new_frame
        return int((2 * ticks + length) // (2 * length))

    def ticks(self, ms: int) -> int:
        """*ms* of the document, as ticks from the old timeline's first frame."""
        return (ms + self.old.offset) * self.per_ms

    def middle(self, word: Word) -> int:
        """The middle of a word, as ticks from the old timeline's first frame; a ms is an even number of ticks."""
        return (word.start + word.end + 2 * self.old.offset) * self.per_second // 2000

    def ms(self, ticks: Ticks) -> int:
        """Ticks of the old timeline as ms of the document."""
        return rounded(1000 * ticks, self.per_second) - self.old.offset

    def shift(self, ticks: Ticks) -> int:
        """How many ms later in the new document's time something is that lies *ticks* later on the timeline."""
        return rounded(1000 * ticks, self.per_second) + self.old.offset - self.new.offset


def rounded(ticks: Ticks, unit: int) -> int:
    """*ticks* in whole *units*, rounded alike on both sides of 0: there and back is where it was."""
    double = 2 * ticks if ticks > 0 else -2 * ticks
    found = int((double + unit) // (2 * unit))
    return found if ticks > 0 else -found


@dataclass(slots=True)
class Part:
    """Fragments of an item that follow each other in the new cut, and the frames they take there."""

    fragments: list[Fragment]
    first: int
    last: int

    @property
    def old_start(self) -> Ticks:
        return self.fragments[0].old_start

    @property
    def old_end(self) -> Ticks:
        return self.fragments[-1].old_end

    @property
    def kept(self) -> Ticks:
        """The ticks of the old timeline that survive in it."""
        if len(self.fragments) == 1:
            return self.fragments[0].old_end - self.fragments[0].old_start
        return sum(fragment.old_end - fragment.old_start for fragment in self.fragments)

    @property
    def real(self) -> bool:
        return not self.fragments[0].virtual or not all(fragment.virtual for fragment in self.fragments)


def parts_of(fragments: Sequence[Fragment], clock: Clock) -> list[Part]:
    """The parts of an item, by their time in the new cut: what is adjacent there, in the old order, is one."""
    if len(fragments) == 1:
        part = Part([fragments[0]], clock.frame(fragments[0].new_start), clock.frame(fragments[0].new_end))
        return [part] if part.first < part.last else []
    ends: dict[int, list[Part]] = defaultdict(list)
    parts: list[Part] = []
    slack = clock.slack
    for fragment in sorted(fragments, key=lambda one: (one.new_start, one.old_start)):
        first, last = clock.frame(fragment.new_start), clock.frame(fragment.new_end)
        if first == last:
            continue
        fitting = [
            part
            for part in ends.get(first, ())
            if fragment.old_start >= part.old_end - slack and fragment.old_end > part.old_end
        ]
        if fitting:
            part = min(fitting, key=lambda one: fragment.old_start - one.old_end)
            ends[first].remove(part)
            part.fragments.append(fragment)
            part.last = last
        else:
            part = Part([fragment], first, last)
            parts.append(part)
        ends[last].append(part)
    return parts


def copies_of(parts: Sequence[Part], clock: Clock) -> list[list[Part]]:
    """
    Parts that together are one occurrence of an item; the most complete occurrence first, of equals the earliest.

    Parts of one occurrence are in the old order and share nothing.
    """
    if len(parts) < 2:
        return [[part] for part in parts]
    copies: list[list[Part]] = []
    for part in parts:
        for copy in copies:
            if not any(_shared(part, one) > min(clock.slack, part.kept / 2) for one in copy):
                copy.append(part)
                break
        else:
            copies.append([part])
    for copy in copies:
        copy.sort(key=lambda part: part.old_start)
    best = min(copies, key=lambda copy: (-sum(part.kept for part in copy), copies.index(copy)), default=None)
    return [copy for copy in copies if copy is best] + [copy for copy in copies if copy is not best]


def _shared(part: Part, other: Part) -> Ticks:
    return min(part.old_end, other.old_end) - max(part.old_start, other.old_start)


def speaking(cue: Cue, parts: list[Part], span: Span, clock: Clock) -> list[Part]:
    """Without the parts of a cue in which nothing is said: none of its words, or too little time for one."""
    if cue.words:
        middles = [clock.middle(word) for word in cue.words]
        return [part for part in parts if any(_at(part, middle, span) >= 0 for middle in middles)]
    if len(parts) < 2 or not cue.texts or not cue.texts[0].strip():
        return parts
    count, whole = len(atoms(cue.texts[0])), span[1] - span[0]
    enough = [part for part in parts if 2 * count * part.kept >= whole]
    return enough or [max(parts, key=lambda part: part.kept)]


def land_cue(
    cue: Cue, copy: Sequence[Part], languages: tuple[str, ...], span: Span, clock: Clock, *, trim: bool
) -> list[Cue]:
    """The cues, still with one id, that one occurrence of *cue* is in the new cut."""
    shares = _divided(cue, copy, languages, clock) if len(copy) > 1 else [cue]
    result = []
    for share, part in zip(shares, copy, strict=True):
        start, end = landing = landed(cue, part, span, clock)
        words = _words(share.words, _Move(cue, part, span, landing, clock)) if share.words else ()
        texts = share.texts
        if trim and share.words and len(words) < len(share.words) and texts:
            texts = (_spoken(share, part, languages, clock), *texts[1:])
        if (start, end, texts, words) == (cue.start, cue.end, cue.texts, cue.words):
            result.append(cue)
        else:
            result.append(Cue(cue.id, start, end, texts, words, cue.speaker, cue.role, cue.tags))
    return result


def landed(item: Item, part: Part, span: Span, clock: Clock) -> tuple[int, int]:
    """Start and end, in ms, of a part of *item*. An item within one frame stays within one."""
    same = clock.old_frame == clock.new_frame
    fragments = part.fragments
    from_frame, to_frame = (int(ticks // clock.old_frame) for ticks in span)
    starts = same and fragments[0].pace == 1 and fragments[0].old_start <= span[0]
    start = _land(item.start, from_frame if starts else None, part.first, clock)
    if to_frame == from_frame + 1 and clock.old_frame_at(item.end) == from_frame:
        return start, max(start, _land(item.end, from_frame if starts else None, part.first, clock))
    ends = same and fragments[-1].pace == 1 and fragments[-1].old_end >= span[1]
    return start, max(start, _land(item.end, to_frame if ends else None, part.last, clock))


def _land(ms: int, was: int | None, frame: int, clock: Clock) -> int:
    """The ms at which *frame* begins; as far from there as *ms* is from the frame it *was* in, if it was."""
    begin = clock.new_ms_at(frame)
    rest = ms - clock.old_ms_at(was) if was is not None else 0
    if not rest:
        return begin
    found = clock.new.frame(begin + rest)
    return begin + rest + (1 if found < frame else -1 if found > frame else 0)


def _at(part: Part, at: Ticks, span: Span) -> int:
    """The fragment of *part* in which *at* is, -1 for none; what is at the item's own ends reaches beyond them."""
    for number, fragment in enumerate(part.fragments):
        after = at >= fragment.old_start or fragment.old_start <= span[0]
        if after and (at < fragment.old_end or fragment.old_end >= span[1]):
            return number
    return -1


class _Move(NamedTuple):
    """A part of a cue, and the ms where it lands."""

    cue: Cue
    part: Part
    span: Span
    landing: tuple[int, int]
    clock: Clock


def _words(words: tuple[Word, ...], move: _Move) -> tuple[Word, ...]:
    """The words whose middle is in the part, where they are spoken now; none leaves the cue that was within it."""
    cue, part, span, landing, clock = move
    fragments = part.fragments
    shifts = [clock.shift(one.new_start - one.old_start) for one in fragments]
    if len(fragments) > 1 or part.old_start > span[0] or part.old_end < span[1]:
        places = [(word, _at(part, clock.middle(word), span)) for word in words]
        return tuple(_moved(word, fragments[place], shifts[place], move) for word, place in places if place >= 0)
    shift = shifts[0]
    if fragments[0].pace != 1:
        return tuple(_moved(word, fragments[0], shift, move) for word in words)
    if shift == 0 and landing == (cue.start, cue.end):
        return words
    first, last = max(cue.start, landing[0] - shift), min(cue.end, landing[1] - shift)
    return tuple(
        Word(word.start + shift, word.end + shift, word.text, word.probability)
        if first < word.start and word.end < last
        else _moved(word, fragments[0], shift, move)
        for word in words
    )


def _moved(word: Word, fragment: Fragment, shift: int, move: _Move) -> Word:
    if fragment.pace == 1:
        start, end = word.start + shift, word.end + shift
    else:
        start, end = (_spoken_at(ms, fragment, move.clock) for ms in (word.start, word.end))
    start = _within(word.start, start, move.cue, move.landing)
    return Word(start, max(start, _within(word.end, end, move.cue, move.landing)), word.text, word.probability)


def _spoken_at(ms: int, fragment: Fragment, clock: Clock) -> int:
    at = fragment.new_start + (clock.ticks(ms) - fragment.old_start) * fragment.pace
    return rounded(1000 * at, clock.per_second) - clock.new.offset


def _within(ms: int, found: int, cue: Cue, landing: tuple[int, int]) -> int:
    """*found* for a time that was *ms*; what was within the cue, or at its end, stays there."""
    if not cue.start <= ms <= cue.end:
        return max(0, found)
    if ms == cue.start:
        return max(0, found) if found > landing[0] + 1 else landing[0]
    if ms == cue.end:
        return landing[1] if found >= landing[1] - 1 else max(0, found)
    return min(max(found, landing[0]), landing[1])


def _divided(cue: Cue, copy: Sequence[Part], languages: tuple[str, ...], clock: Clock) -> list[Cue]:
    """The cue cut between its parts, as ``edits.split`` cuts it; the share of each part, in the old times."""
    shares = []
    rest = cue
    for left, right in pairwise(copy):
        at = clock.ms(Fraction(left.old_end + right.old_start) / 2)
        at = min(max(rest.start + 1, at), rest.end - 1)
        share, rest = _cut(rest, at, languages)
        shares.append(share)
    return [*shares, rest]


def _cut(cue: Cue, at: int, languages: tuple[str, ...]) -> tuple[Cue, Cue]:
    if not cue.start < at < cue.end:
        return cue, replace(cue, start=cue.end, texts=tuple("" for _ in languages), words=())
    halves = edits.split(Document(languages=languages, cues=(cue,)), cue.id, at, right_id=f"{cue.id}+").cues
    return halves[0], replace(halves[1], id=cue.id)


def _spoken(share: Cue, part: Part, languages: tuple[str, ...], clock: Clock) -> str:
    """The spoken text of *share* without that of the words which fell outside of *part*."""
    kept = share
    ends = clock.ms(part.old_end)
    if any(word.start + word.end >= 2 * ends for word in kept.words):
        kept = _cut(kept, ends, languages)[0]
    begins = clock.ms(part.old_start)
    if any(word.start + word.end < 2 * begins for word in kept.words):
        kept = _cut(kept, begins, languages)[1]
    return kept.texts[0]

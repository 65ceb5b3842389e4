"""
From runs of labels to items: edges trimmed, brackets taken apart, speakers and states given to their speech.

The rules are those of models/tagger/guideline.md that hold whatever the words mean; what the words mean is the
pack's and the ontology's to say.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from plugin_core.tagging.anchors import (
    BRACKET,
    BREAK,
    COLON,
    HEADER,
    HEADING,
    MARKUP,
    NOTE,
    QUOTE,
    SEPARATOR,
    TIME,
    TURN,
    Anchors,
)
from plugin_core.tagging.decoding import Run
from plugin_core.tagging.ontology import Guess, Meaning, meaning
from plugin_core.tagging.tags import Detail, Item

OUTER = ("speaker", "state", "speech", "music", "sound", "action", "title")
INNER = ("direction", "manner", "item")
SPEAKER, STATE, SPEECH, MUSIC, SOUND, ACTION, TITLE = range(7)
DIRECTION, MANNER, PART = range(3)
HEARD = frozenset((MUSIC, SOUND, ACTION))
_RIM = frozenset((TIME, MARKUP, NOTE, HEADER, TURN, BREAK, HEADING))
_UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad")
_QUOTES = {"「": "」", "『": "』", "《": "》", "“": "”", "„": "“", "«": "»", '"': '"', "‘": "’", "＂": "＂"}
_PART = re.compile(r"[【《「『“\"\[〈](?P<part>[^【】《》「」『』“”\"\[\]〈〉\n]{1,200})[】》」』”\"\]〉]")
_INTRODUCTION = re.compile(r"[^:：\n]{1,24}[:：]\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """A run with what stands inside it (direction, manner, parts of a title) and what the pack thinks it means."""

    run: Run
    inner: tuple[Run, ...] = ()
    guess: Guess | None = None


@dataclass(slots=True)
class _Turn:
    """Whose words come next. *end* is where the text was last seen to belong to the turn."""

    speaker: Run | None
    end: int
    states: list[Run] = field(default_factory=list)
    used: bool = False  # some of its words have come
    alone: bool = False  # the name stands on a line of its own


class Assembler:
    """Makes the items of one text; runs come in order, in as many pieces as one likes."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._turn: _Turn | None = None
        self._times = [code.outer[0] for code in anchors.codes]

    def items(self, found: Sequence[Found]) -> Iterator[Item]:
        """The items of *found*, which follows what came before."""
        for one in found:
            span = trimmed(self._anchors, one.run.start, one.run.end, one.run.kind)
            if span is None:
                continue
            run = Run(one.run.kind, *span, one.run.score)
            if self._turn and self._ended(self._turn, run.start):
                self._turn = None
            if run.kind == SPEAKER:
                self._turn = _Turn(run, run.end)
            elif run.kind == STATE:
                self._state(run)
            elif run.kind == SPEECH:
                yield self._speech(run)
            else:
                yield from self._others(Found(run, one.inner, one.guess))
            if self._turn:
                self._turn.end = max(self._turn.end, run.end)

    # Turns

    def _ended(self, turn: _Turn, start: int) -> bool:
        """
        Whether the turn does not reach to *start*.

        A speaker holds for the rest of the line; one whose name stands alone for the lines up to the next empty one;
        one who has not spoken yet for the next line. A new cue or time code ends both.
        """
        gap = self._anchors.kinds[turn.end : start]
        if not gap:
            return False
        breaks = gap.count(BREAK)
        if HEADING in gap or breaks > 1 or (turn.used and TURN in gap):
            return True
        after = gap[gap.find(BREAK) :] if breaks else b""
        if HEADER in after or TIME in after or (turn.used and TIME in gap):
            return True
        return turn.used and not turn.alone and breaks > 0

    def _state(self, run: Run) -> None:
        if self._turn is None:
            self._turn = _Turn(None, run.end)
        if self._turn.used:
            self._turn.states = []
            self._turn.used = False
        self._turn.states.append(run)

    def _speech(self, run: Run) -> Item:
        turn = self._turn
        details = dict[str, Detail]()
        speaker = state = ""
        if turn is not None:
            turn.alone = turn.alone or (not turn.used and BREAK in self._anchors.kinds[turn.end : run.start])
            turn.used = True
            if turn.speaker:
                speaker = self._text(turn.speaker)
                details["speaker"] = _detail(turn.speaker)
            if turn.states:
                state = "，".join(self._text(one) for one in turn.states)
                details["state"] = _detail(turn.states[0]) if len(turn.states) == 1 else _together(turn.states)
        return self._item(run, speaker=speaker, state=state, details=details)

    # What is heard, seen and shown

    def _others(self, found: Found) -> Iterator[Item]:
        if found.run.kind == TITLE:
            yield self._title(found)
            return
        for start, end in self._apart(found.run):
            run = Run(found.run.kind, start, end, found.run.score)
            yield self._event(run, [one for one in found.inner if start <= one.start and one.end <= end], found.guess)

    def _apart(self, run: Run) -> Iterator[tuple[int, int]]:
        """The parts of what is joined by + inside a bracket."""
        start = run.start
        kinds, folded = self._anchors.kinds, self._anchors.folded
        for at in range(run.start, run.end):
            if kinds[at] == SEPARATOR and folded[at] == "+":
                if span := trimmed(self._anchors, start, at, run.kind):
                    yield span
                start = at + 1
        if span := trimmed(self._anchors, start, run.end, run.kind):
            yield span

    def _event(self, run: Run, inner: Sequence[Run], guess: Guess | None) -> Item:
        kind = OUTER[run.kind]
        details = dict[str, Detail]()
        words = dict.fromkeys((INNER[DIRECTION], INNER[MANNER]), "")
        for one in inner:
            name = INNER[one.kind]
            span = trimmed(self._anchors, one.start, one.end, run.kind)
            if span and not words.get(name, "?"):
                words[name] = self._anchors.text[slice(*span)]
                details[name] = Detail(span, math.exp(one.score))
        text = self._anchors.text[run.start : run.end]
        meant = meaning(text, kind, manner=words["manner"], direction=words["direction"], guess=guess)
        details |= {
            name: Detail(None, meant.confidence)
            for name in ("music_type", "mood", "action", "audio_class")
            if getattr(meant, name)
        }
        return self._item(run, details=details, meant=meant, manner=words["manner"], direction=words["direction"])

    def _title(self, found: Found) -> Item:
        """A title with its parts: those the pack names, else those in brackets, else what follows the introduction."""
        run = found.run
        spans = [trimmed_part(self._anchors, one.start, one.end) for one in found.inner if one.kind == PART]
        parts = [span for span in spans if span]
        score = [one.score for one in found.inner if one.kind == PART]
        text = self._anchors.text[run.start : run.end]
        if not parts:
            parts = [(run.start + m.start("part"), run.start + m.end("part")) for m in _PART.finditer(text)]
        if not parts:
            introduction = _INTRODUCTION.match(text)
            rest = trimmed_part(self._anchors, run.start + (introduction.end() if introduction else 0), run.end)
            parts = [rest] if rest else []
        items = tuple(self._anchors.text[start:end] for start, end in parts)
        details = dict[str, Detail]()
        if parts:
            sure = math.exp(sum(score) / len(score)) if score else math.exp(run.score)
            details["items"] = Detail((parts[0][0], parts[-1][1]), sure)
        meant = meaning(text, "title")
        return self._item(run, items=items, details=details, meant=meant)

    def _item(
        self,
        run: Run,
        *,
        details: Mapping[str, Detail],
        meant: Meaning | None = None,
        speaker: str = "",
        state: str = "",
        manner: str = "",
        direction: str = "",
        items: tuple[str, ...] = (),
    ) -> Item:
        meant = meant or Meaning()
        code = bisect_right(self._times, run.start) - 1
        time = self._anchors.codes[code] if code >= 0 else None
        return Item(
            OUTER[run.kind],
            self._text(run),
            (run.start, run.end),
            time.ms if time else None,
            self._anchors.text[time.start : time.end] if time else "",
            math.exp(run.score),
            speaker,
            state,
            meant.music_type,
            meant.mood,
            meant.action,
            manner,
            direction,
            meant.audio_class,
            items,
            meant.unknown,
            details,
        )

    def _text(self, run: Run) -> str:
        return self._anchors.text[run.start : run.end]


def trimmed(anchors: Anchors, start: int, end: int, kind: int) -> tuple[int, int] | None:
    """
    [start, end) without white space, marks and brackets at its edges; None if nothing that counts is left.

    A bracket at an edge stays if its mate is inside too and they do not enclose all. Quotation marks go only from
    around a speech that they enclose as a whole. A run of nothing but notes keeps them.
    """
    whole = _seen(anchors, start, end)
    while (found := _narrowed(anchors, start, end, kind)) != (start, end):
        start, end = found
    if any(map(_counts, anchors.text[start:end])):
        return start, end
    return whole if kind == MUSIC and NOTE in anchors.kinds[slice(*whole)] else None


def trimmed_part(anchors: Anchors, start: int, end: int) -> tuple[int, int] | None:
    """Like :func:`trimmed`, for a part of a title: its quotation marks go too."""
    span = trimmed(anchors, start, end, SPEECH)
    if span is None:
        return None
    first, last = anchors.text[span[0]], anchors.text[span[1] - 1]
    if _QUOTES.get(first) == last and span[1] - span[0] > 2:
        return span[0] + 1, span[1] - 1
    return span


def _narrowed(anchors: Anchors, start: int, end: int, kind: int) -> tuple[int, int]:
    """One step of trimming."""
    kinds, mates = anchors.kinds, anchors.mates
    start, end = _seen(anchors, start, end)
    if start >= end:
        return start, start
    first, last = kinds[start], kinds[end - 1]
    rim = _RIM if kind == SPEECH else _RIM | {SEPARATOR}
    opens, closes = mates.get(start, -1), mates.get(end - 1, -1)
    if first in rim or first == COLON or (first == BRACKET and not start < opens < end):
        return start + 1, end
    if last in rim or (last == BRACKET and not start <= closes < end - 1):
        return start, end - 1
    quoted = kind == SPEECH and first == QUOTE and last == QUOTE and _enclosed(anchors.text[start:end])
    return (start + 1, end - 1) if quoted or (first == BRACKET and opens == end - 1) else (start, end)


def _seen(anchors: Anchors, start: int, end: int) -> tuple[int, int]:
    """Without white space and characters nobody sees at the edges."""
    text = anchors.text
    while start < end and (text[start].isspace() or text[start] in _UNSEEN):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _UNSEEN):
        end -= 1
    return start, end


def _enclosed(text: str) -> bool:
    """Whether quotation marks stand around all of *text*, and not around two parts of it."""
    close = _QUOTES.get(text[0], "")
    return len(text) > 2 and text[-1] == close and close not in text[1:-1] and text[0] not in text[1:-1]


def _counts(character: str) -> bool:
    """Whether a character makes an item: a letter, a digit, a symbol such as an emoji; not punctuation alone."""
    return character.isalnum() or unicodedata.category(character) in {"So", "Sc", "Mn", "Mc", "Lm", "Sk"}


def _detail(run: Run) -> Detail:
    return Detail((run.start, run.end), math.exp(run.score))


def _together(runs: Sequence[Run]) -> Detail:
    return Detail((runs[0].start, runs[-1].end), math.exp(sum(run.score for run in runs) / len(runs)))

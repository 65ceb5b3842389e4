"""
From runs of labels to items: edges trimmed, brackets taken apart, speakers and states given to their speech.

The rules are those of models/tagger/guideline.md that hold whatever the words mean; what the words mean is the
pack's and the ontology's to say.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

from plugin_core.tagging.anchors import (
    BREAK,
    COLON,
    HEADER,
    HEADING,
    MARKUP,
    NAME,
    NOTE,
    SEPARATOR,
    TEXT,
    TIME,
    TURN,
    Anchors,
)
from plugin_core.tagging.decoding import Run
from plugin_core.tagging.edges import settled, trimmed, trimmed_part
from plugin_core.tagging.kinds import DIRECTION, INNER, MANNER, MUSIC, OUTER, PART, SPEAKER, SPEECH, STATE, TITLE
from plugin_core.tagging.ontology import Guess, Meaning, meaning, sung
from plugin_core.tagging.tags import Detail, Item

_PART = re.compile(r"[【《「『“\"\[〈](?P<part>[^【】《》「」『』“”\"\[\]〈〉\n]{1,200})[】》」』”\"\]〉]")
_INTRODUCTION = re.compile(r"[^:：\n]{1,24}[:：]\s*")
_BLANK = re.compile(r"\n[ \u200b]*\n")
_PLAIN = frozenset((TEXT, SEPARATOR))
_HEADERS = re.compile(re.escape(bytes((HEADER,))) + b"+")
_PARTING = frozenset((TIME, NAME, NOTE, HEADER, TURN, COLON, HEADING))
_GAP = 60  # characters between two parts of one speech: a bracket that is nothing ([sic], a gloss)
_BETWEEN_TITLES = re.compile(r"[ \u200b]*[:|/、,;&+【】《》「」“”\"'\[\]()][ :|/、,;&+【】《》「」“”\"'\[\]()\u200b]*")
_COMMAS = (",", "，", "、", "/", ";", "；")  # between several states
_BETWEEN_LINES = frozenset((BREAK, MARKUP))


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
    """
    Makes the items of one text; runs come in order, in as many pieces as one likes.

    A speech waits until it is known that the next line does not go on with it: call :meth:`rest` at the end.
    """

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._turn: _Turn | None = None
        self._said: Item | None = None  # waits
        self._end = 0  # of the last run
        self._limits = 0, 0  # of this one
        self._free = 0  # where what stands before the waiting speech ends
        self._times = [code.outer[0] for code in anchors.codes]
        self._headers = [match.end() for match in _HEADERS.finditer(anchors.kinds)]
        self._blanks = [match.start() for match in _BLANK.finditer(anchors.folded)] if self._headers else []

    def items(self, found: Sequence[Found], until: int) -> Iterator[Item]:
        """The items of *found*, which follow what came before; all of the text before *until* has been labelled."""
        found = self._wholes(found)
        for one, following in zip_longest(found, found[1:]):
            limits = self._limits = self._end, self._next(one.run.end, following, until)
            self._end = one.run.end
            span = settled(self._anchors, one.run.start, one.run.end, one.run.kind, limits)
            if span is not None:
                self._end = max(self._end, span[1])
                yield from self._take(Found(Run(one.run.kind, *span, one.run.score), one.inner, one.guess))

    def _next(self, end: int, following: Found | None, until: int) -> int:
        """Where the next run begins; the full stop it begins with, right here, may be this one's."""
        if following is None:
            return until
        start = following.run.start
        return start + (start == end and self._anchors.folded[start] in "。.!?…")

    def _wholes(self, found: Sequence[Found]) -> list[Found]:
        """
        *found* with the parts of one title made one, ``On screen`` and ``JULY 20`` of ``[On screen: JULY 20]``, and a
        mood with the music it tells of, ``soft`` and ``tense piano`` of ``[soft, tense piano]``.
        """
        whole = list[Found]()
        for one in found:
            before = whole[-1] if whole else None
            if before and before.run.kind == one.run.kind and self._one(before.run, one.run):
                score = (before.run.score + one.run.score) / 2
                run = Run(one.run.kind, before.run.start, one.run.end, score)
                whole[-1] = Found(run, before.inner + one.inner, one.guess)
                continue
            whole.append(one)
        return whole

    def _one(self, before: Run, run: Run) -> bool:
        """Whether two runs of one kind are parts of one title, or a mood and its music."""
        gap = self._anchors.folded[before.end : run.start]
        if run.kind == TITLE:
            return (not gap or bool(_BETWEEN_TITLES.fullmatch(gap))) and not self._closed(before, run.start)
        head = self._anchors.folded[before.start : run.start]
        mood = head.removesuffix(", ")  # the comma may belong to the first run
        if run.kind != MUSIC or mood == head or not mood.isalpha() or " " not in self._text(run):
            return False
        meant = meaning(mood, "music")
        return meant.unknown or bool(meant.mood)

    def _closed(self, run: Run, start: int) -> bool:
        """Whether *run* fills a bracket of its own that ends before *start*: [Rome] [1945] are two cards."""
        opening = run.start - 1
        while opening > 0 and self._anchors.folded[opening] == " ":
            opening -= 1
        return run.end <= self._anchors.mates.get(opening, -1) < start

    def rest(self) -> Iterator[Item]:
        """The speech that has waited."""
        if self._said:
            yield self._said
        self._said = None

    def _take(self, found: Found) -> Iterator[Item]:
        run = found.run
        if self._turn and self._ended(self._turn, run.start):
            self._turn = None
        if run.kind == SPEECH:
            for line in self._lines(run):
                yield from self._say(line)
            return
        yield from self.rest()
        if run.kind == SPEAKER:
            self._turn = _Turn(run, run.end)
        elif run.kind == STATE:
            self._state(run)
        else:
            yield from self._others(found)
        self._reach(run.end)

    def _reach(self, end: int) -> None:
        if self._turn:
            self._turn.end = max(self._turn.end, end)

    # Lines

    def _say(self, run: Run) -> Iterator[Item]:
        """A speech, or the next line of the one that waits."""
        if self._turn and self._ended(self._turn, run.start):
            self._turn = None
        if self._said and self._goes_on(self._said.span[1], run.start):
            before = self._said.span[1] - self._said.span[0], run.end - run.start
            score = (math.log(self._said.confidence) * before[0] + run.score * before[1]) / sum(before)
            whole = self._said.span[0], run.end
            span = settled(self._anchors, *whole, SPEECH, (self._free, self._limits[1])) or whole
            self._said = replace(
                self._said, span=span, text=self._anchors.text[slice(*span)], confidence=math.exp(score)
            )
        else:
            yield from self.rest()
            self._said, self._free = self._speech(run), self._limits[0]
        self._reach(run.end)

    def _goes_on(self, end: int, start: int) -> bool:
        """
        Whether two speeches are one: nothing that starts an item parts them, or only the line break between two lines
        of one cue or of one name's.
        """
        kinds = self._anchors.kinds[end:start]
        if BREAK not in kinds:
            return start - end <= _GAP and not _PARTING.intersection(kinds)
        gap = zip(self._anchors.folded[end:start], kinds, strict=True)
        only = all(kind in _BETWEEN_LINES or character in " \u200b" for character, kind in gap)
        return only and kinds.count(BREAK) == 1 and (self._in_cue(start) or bool(self._turn and self._turn.alone))

    def _lines(self, run: Run) -> Iterator[Run]:
        """The lines of a speech apart, where no cue and no name on its own line holds them together."""
        text = self._anchors.text
        if (
            BREAK not in self._anchors.kinds[run.start : run.end]
            or self._in_cue(run.start)
            or self._is_alone(run.start)
        ):
            yield run
            return
        start = run.start
        for end in (*(at for at in range(run.start, run.end) if self._anchors.kinds[at] == BREAK), run.end):
            if span := trimmed(self._anchors, start, end, SPEECH):
                yield Run(SPEECH, *span, run.score)
            start = end + 1 if end < len(text) else end

    def _in_cue(self, at: int) -> bool:
        """Whether a cue's header stands above, without an empty line between."""
        header = bisect_right(self._headers, at)
        if not header:
            return False
        blank = bisect_right(self._blanks, at)
        return not blank or self._blanks[blank - 1] < self._headers[header - 1]

    def _is_alone(self, start: int) -> bool:
        """Whether the turn that reaches to *start* has its name on a line of its own."""
        turn = self._turn
        if turn is None:
            return False
        return turn.alone or (not turn.used and BREAK in self._anchors.kinds[turn.end : start])

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
            turn.alone = self._is_alone(run.start)
            turn.used = True
            if turn.speaker:
                speaker = self._text(turn.speaker)
                details["speaker"] = _detail(turn.speaker)
            if turn.states:
                state = self._states(turn.states)
                details["state"] = _detail(turn.states[0]) if len(turn.states) == 1 else _together(turn.states)
        return self._item(run, speaker=speaker, state=state, details=details)

    def _states(self, states: Sequence[Run]) -> str:
        """Several states as they are given: with their own comma where they stand together, else with ours."""
        text = self._text(states[0])
        for before, state in pairwise(states):
            gap = self._anchors.text[before.end : state.start]
            text += (gap if len(gap) <= 2 and gap.strip() in _COMMAS else "，") + self._text(state)
        return text

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
            if folded[at] == "+" and kinds[at] in _PLAIN:
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
        if kind == "music" and meant.unknown and self._noted(run):
            meant = sung(text)
        details |= {
            name: Detail(None, meant.confidence)
            for name in ("music_type", "mood", "action", "audio_class")
            if getattr(meant, name)
        }
        return self._item(run, details=details, meant=meant, manner=words["manner"], direction=words["direction"])

    def _noted(self, run: Run) -> bool:
        """Whether a note, or the # of a song, stands before *run*."""
        kinds, folded = self._anchors.kinds, self._anchors.folded
        at = run.start - 1
        while at >= 0 and folded[at] == " ":
            at -= 1
        return at >= 0 and kinds[at] == NOTE

    def _title(self, found: Found) -> Item:
        """A title with its parts: those the pack names, else those in brackets, else what follows the introduction."""
        run = found.run
        named = [one for one in found.inner if one.kind == PART]
        parts = [span for one in named if (span := trimmed_part(self._anchors, one.start, one.end))]
        text = self._anchors.text[run.start : run.end]
        quoted = ((run.start + match.start("part"), run.start + match.end("part")) for match in _PART.finditer(text))
        parts += [span for span in quoted if all(span[1] <= a or b <= span[0] for a, b in parts)]
        parts.sort()
        if not parts:
            introduction = _INTRODUCTION.match(text)
            rest = trimmed_part(self._anchors, run.start + (introduction.end() if introduction else 0), run.end)
            parts = [rest] if rest else []
        items = tuple(self._anchors.text[start:end] for start, end in parts)
        details = dict[str, Detail]()
        if parts:
            sure = math.exp(sum(one.score for one in named) / len(named)) if named else math.exp(run.score)
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


def _detail(run: Run) -> Detail:
    return Detail((run.start, run.end), math.exp(run.score))


def _together(runs: Sequence[Run]) -> Detail:
    return Detail((runs[0].start, runs[-1].end), math.exp(sum(run.score for run in runs) / len(runs)))

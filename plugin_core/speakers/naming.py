"""
Names for voices: from the text, by overlap in time.

A *hint* is a stretch of time with a name that somebody gave it: a cue whose speaker was typed, or a speech item of the
text tagger. Names go to voices so that the time in which name and voice agree is as long as possible in total
(Kuhn-Munkres); where the text contradicts that, the place is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugin_core.document import Document
from plugin_core.speakers.values import Timeline, Turn, Turns, is_default

LEAST_MS = 300  # of agreement that gives a voice its name
SHARE = 0.5  # of a second voice's hinted time that must bear one name before it is the same person
VOICE_TAG = "voice:"  # with a name, on a cue whose speaker was set by voice and not by a person

Table = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hint:
    """Somebody is said to be *name* from *start* to *end* (ms). *cue* is the id of the cue that says so, if any."""

    start: int
    end: int
    name: str
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Between *start* and *end* (ms) the text says *named* and the voice is *heard*'s. *cue* as in ``Hint``."""

    start: int
    end: int
    named: str
    heard: str
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Turns under the names of the text; *names*: old name to new; what contradicts them."""

    turns: Turns
    names: Mapping[str, str]
    contradictions: tuple[Contradiction, ...] = ()


def hints_of(document: Document) -> tuple[Hint, ...]:
    """The names that people typed: speakers of cues that were not themselves set by voice."""
    return tuple(Hint(cue.start, cue.end, cue.speaker.strip(), cue.id) for cue in document.cues if is_typed(cue))


def is_typed(cue: object) -> bool:
    """Whether a cue's speaker was given by a person or a file, and not by this program."""
    speaker, tags = getattr(cue, "speaker", "").strip(), getattr(cue, "tags", ())
    return bool(speaker) and f"{VOICE_TAG}{speaker}" not in tags


def attach(turns: Turns, hints: Sequence[Hint]) -> Named:
    """
    Give the voices of *turns* the names of *hints*.

    Each name goes to one voice; a voice that is left without one, and whose hints bear mostly one name, is that person
    too (one person in two voices: indoors and on the telephone). Two people in one voice cannot be undone: the second
    name's places are contradictions. Voices without hints keep their names.
    """
    voices = list(dict.fromkeys(turn.speaker for turn in turns.turns))
    names = list(dict.fromkeys(hint.name for hint in hints if hint.name))
    table = agreement(turns.turns, hints, voices, names)
    given: dict[str, str] = {}
    if table.size:
        for row, column in assignment(table):
            if table[row, column] >= LEAST_MS:
                given[voices[row]] = names[column]
        for row, voice in enumerate(voices):
            best = int(table[row].argmax())
            if voice not in given and table[row, best] >= max(LEAST_MS, SHARE * table[row].sum()):
                given[voice] = names[best]
    renamed = turns.renamed(_free(voices, given))
    return Named(renamed, given, contradictions(renamed.turns, hints))


def agreement(turns: Iterable[Turn], hints: Sequence[Hint], voices: Sequence[str], names: Sequence[str]) -> Table:
    """(voices, names): ms in which a voice speaks and is said to be that name; overlapped speech counts half."""
    table = np.zeros((len(voices), len(names)))
    rows, columns = ({name: number for number, name in enumerate(some)} for some in (voices, names))
    timeline = Timeline(turns)
    for hint in hints:
        for turn in timeline.between(hint.start, hint.end) if hint.name else ():
            shared = min(turn.end, hint.end) - max(turn.start, hint.start)
            table[rows[turn.speaker], columns[hint.name]] += shared * (0.5 if turn.overlapped else 1.0)
    return table


def contradictions(turns: Sequence[Turn], hints: Sequence[Hint]) -> tuple[Contradiction, ...]:
    """Hints during which somebody else than the name is heard for most of the time."""
    timeline, found = Timeline(turns), []
    for hint in hints:
        spoken: dict[str, int] = {}
        for turn in timeline.between(hint.start, hint.end):
            shared = min(turn.end, hint.end) - max(turn.start, hint.start)
            spoken[turn.speaker] = spoken.get(turn.speaker, 0) + shared
        heard = max(spoken, key=lambda voice: spoken[voice], default="")
        if heard and heard != hint.name and spoken[heard] > max(LEAST_MS, 2 * spoken.get(hint.name, 0)):
            found.append(Contradiction(hint.start, hint.end, hint.name, heard, hint.cue))
    return tuple(found)


def assignment(table: Table) -> list[tuple[int, int]]:
    """Pairs (row, column), each used once, with the greatest total (Kuhn-Munkres)."""
    rows, columns = table.shape
    if rows > columns:
        return sorted((row, column) for column, row in assignment(table.T))
    cost = np.pad(-table, ((1, 0), (1, 0)))
    above, below = np.zeros(rows + 1), np.zeros(columns + 1)
    owner, way = np.zeros(columns + 1, int), np.zeros(columns + 1, int)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        least, used = np.full(columns + 1, np.inf), np.zeros(columns + 1, bool)
        while owner[column]:
            used[column] = True
            now = owner[column]
            slack = cost[now] - above[now] - below
            better = ~used & (slack < least)
            better[0] = False
            least[better], way[better] = slack[better], column
            free = np.where(used, np.inf, least)
            free[0] = np.inf
            following = int(free.argmin())
            delta = free[following]
            above[owner[used]] += delta
            below[used] -= delta
            least[~used] -= delta
            column = following
        while column:
            owner[column] = owner[way[column]]
            column = int(way[column])
    return sorted((int(owner[column]) - 1, column - 1) for column in range(1, columns + 1) if owner[column])


def _free(voices: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """*given*, and a way out for an unnamed voice whose default name a hint now gives to another."""
    names = dict(given)
    taken = set(given.values())
    for voice in voices:
        if voice not in names and voice in taken and is_default(voice):
            stem, number = voice.rsplit(" ", 1)[0] if " " in voice else "Speaker", len(voices)
            while f"{stem} {number}" in taken | set(voices):
                number += 1
            names[voice] = f"{stem} {number}"
            taken.add(names[voice])
    return names

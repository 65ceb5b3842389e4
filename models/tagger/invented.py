"""
Layouts that no document has had: marks of parts, times and names drawn anew for each document and kept in it.

A fixed list of layouts can be learned by heart. Here the parts are the same and what stands between them is not, so
that only what they have in common is left to learn. Two marks behind a name, `` - `` and `` | ``, are the test's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from models.tagger.captions import STREAM_TIMES, Times, clock, part
from models.tagger.grammar import Writer
from models.tagger.lexicons import layouts

MARKS: dict[str, list[str]] = layouts()["marks"]
PLACES = ("none", *["before"] * 3, "after name", "behind", "own line")


@dataclass(frozen=True)
class Marks:
    """What a document puts between its parts."""

    bullet: str
    wrap: str  # of names
    behind: str  # names
    gap: str
    place: str  # of times
    time: str
    below: bool  # the words stand on the line below the name

    @classmethod
    def new(cls, chance: random.Random) -> Marks:
        """Marks of a document drawn anew."""
        wrap = chance.choice(MARKS["wraps"])
        behind = chance.choice(MARKS["behind_wrapped" if wrap else "behind"])
        times = [shape.strip() for shape in STREAM_TIMES]
        marked = [shape for shape in times if not shape[0].isalnum() and not shape.startswith("{")]
        place = chance.choice(PLACES)
        gap = chance.choice(MARKS["gaps"])
        time = chance.choice(times if place in {"before", "own line"} and "\n" in gap else marked)
        return cls(chance.choice(MARKS["bullets"]), wrap, behind, gap, place, time, chance.random() < 0.12)

    def around(self) -> tuple[str, str]:
        """What stands before and behind a name."""
        half = (len(self.wrap) + 1) // 2
        return self.wrap[:half], self.wrap[half:]


def invented(writer: Writer, count: int) -> None:
    """Parts between marks drawn anew."""
    marks, times = Marks.new(writer.chance), Times(writer.chance)
    writer.inline = "\n" not in marks.gap
    for number in range(count):
        writer.put(marks.gap if number else "").put(marks.bullet.format(n=number + 1))
        time = clock(times.next(), marks.time)
        if marks.place == "before":
            writer.put(time + writer.chance.choice((" ", " ", "  ", "\t")))
        elif marks.place == "own line":
            writer.put(time + "\n")
        if writer.maybe(0.55):
            turn(writer, marks, time)
        elif writer.inline:
            writer.cue()
        else:
            part(writer)
        writer.put(f" {time}" if marks.place == "behind" else "")


def turn(writer: Writer, marks: Marks, time: str) -> None:
    """A name with its marks, perhaps a state or a deed, and the words."""
    name, (a, b) = writer.name(), marks.around()
    writer.put(a).speaker(name).put(b)
    if not b and writer.maybe(0.25):
        writer.put("" if not name.isascii() else " ")
        writer.beside_name(name)
    writer.put(f" {time}" if marks.place == "after name" else "")
    if marks.below and not writer.inline:
        writer.put(marks.behind.strip() + "\n")
    else:
        writer.put(marks.behind)
    if writer.maybe(0.15):
        writer.after_name()
    writer.words()

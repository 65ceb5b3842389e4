"""
Cutting a long text into windows a model can read, so that nothing is lost or doubled at the seams.

A window is cut where a cue, a time code or a line begins, if it can be; inside a longer line at the end of a sentence.
A cut inside a line or a cue gives both windows some characters of the other side to read, but every character is kept
from exactly one window: the kept ranges tile the text. Windows come in blocks; a block is what is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plugin_core.tagging.anchors import BREAK, HEADER, TIME, Anchors

SIZE = 384  # characters a window holds at most, what it reads of its neighbours included
CONTEXT = 48  # characters read beyond a cut inside a line
BLOCK = 16_384  # characters held in memory together
_LEAST = 3  # a window is at least this part of SIZE long if there is any choice: size // 3
_ENDS = "。!?！？…;；.\n"
_IN_NUMBERS = frozenset(".,:'’")
_WORD = 24  # characters a cut moves back to spare a word
_SOFT = ",，、 ])】）〕〉』」"


@dataclass(frozen=True, slots=True)
class Window:
    """The model reads ``text[start:end]``; what it says of ``text[keep:stop]`` counts."""

    start: int
    end: int
    keep: int
    stop: int


def cut(anchors: Anchors, size: int = SIZE, context: int = CONTEXT) -> Iterator[Window]:
    """The windows of a text, in order; their kept ranges tile it. Text that fits is one window."""
    context = min(context, size // 4)  # a small window must still go forward
    length, keep, before = len(anchors.text), 0, 0
    while keep < length:
        start = keep - before
        if length - start <= size:
            yield Window(start, length, keep, length)
            return
        stop, clean = _cut_at(anchors, keep, start + size - context, start + size)
        end = stop if clean else stop + context
        yield Window(start, end, keep, stop)
        keep, before = stop, 0 if clean else context


def blocks(windows: Iterator[Window], block: int = BLOCK) -> Iterator[list[Window]]:
    """The windows in groups of at most *block* characters (one window at least)."""
    group, held = list[Window](), 0
    for window in windows:
        if group and held + window.end - window.start > block:
            yield group
            group, held = [], 0
        group.append(window)
        held += window.end - window.start
    if group:
        yield group


def _cut_at(anchors: Anchors, keep: int, soft: int, hard: int) -> tuple[int, bool]:
    """
    Where to cut at most at *hard* (a clean cut, no context needed) or *soft* (inside a line), and which of both it is.

    The best place is before a cue, then before a time code, then at a line's end, each as late as it can be.
    """
    least = keep + (hard - keep) // _LEAST
    kinds = anchors.kinds
    for floor in (least, keep):
        for place in (_before_cue, _before_time):
            if (found := place(kinds, anchors.folded, floor, hard)) > floor:
                return found, True
    one_cue = HEADER in kinds[keep:hard]
    if (found := anchors.folded.rfind("\n", keep, soft if one_cue else hard) + 1) > keep:
        return found, not one_cue
    for marks in (_ENDS, _SOFT):
        found = max(anchors.folded.rfind(mark, keep + (soft - keep) // 2, soft) for mark in marks) + 1
        if found > keep and not _in_word(anchors.folded, found):
            return found, False
    return next(
        (at for at in range(soft, max(keep, soft - _WORD), -1) if not _in_word(anchors.folded, at)), soft
    ), False


def _in_word(folded: str, at: int) -> bool:
    """Whether a cut before *at* would part a word or a number (1,000 or 16:9)."""
    before, after = folded[at - 1 : at], folded[at : at + 1]
    return (
        (before.isalnum() or before in _IN_NUMBERS) and (after.isalnum() or after in _IN_NUMBERS) and after < "\u0700"
    )


def _before_cue(kinds: bytes, folded: str, floor: int, hard: int) -> int:
    """The last beginning of a cue header or end of a blank line in (floor, hard]; 0 if there is none."""
    blank = max(folded.rfind("\n\n", floor, hard), folded.rfind("\n \n", floor, hard))
    blank = folded.find("\n", blank + 1) + 1 if blank >= 0 else 0
    at = min(hard, len(kinds) - 1)
    while at > max(floor, blank):
        if kinds[at] == HEADER and kinds[at - 1] == BREAK and _first_header(kinds, at):
            return at
        at -= 1
    return blank if blank <= hard else 0


def _first_header(kinds: bytes, at: int) -> bool:
    """Whether the header that begins at *at* has no header line before it (a number before its timing line)."""
    return at < 2 or kinds[at - 2] != HEADER


def _before_time(kinds: bytes, _folded: str, floor: int, hard: int) -> int:
    at = kinds.rfind(bytes((TIME,)), floor, hard)
    while at > floor and kinds[at - 1] == TIME:
        at -= 1
    return at if at > floor else 0

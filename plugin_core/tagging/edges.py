"""
Where an item begins and ends, by the rules of models/tagger/guideline.md that need no understanding.

Marks and brackets at the edges go, what belongs to the words comes back: the full stop of a sentence, the bracket that
closes one inside the item.
"""

from __future__ import annotations

import unicodedata

from plugin_core.tagging.anchors import (
    BRACKET,
    BREAK,
    COLON,
    HEADER,
    HEADING,
    INSIDE,
    MARKUP,
    NAME,
    NOTE,
    QUOTE,
    SEPARATOR,
    STATE,
    TIME,
    TURN,
    Anchors,
)
from plugin_core.tagging.kinds import ACTION, HEARD, MUSIC, SOUND, SPEECH, TITLE

_RIM = frozenset((TIME, MARKUP, NOTE, HEADER, TURN, BREAK, HEADING))
_UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad")
_QUOTES = {"「": "」", "『": "』", "《": "》", "“": "”", "„": "“", "«": "»", '"': '"', "‘": "’", "＂": "＂"}
_STOPS = frozenset("。.!?！？…~～-—")
_LATE = frozenset("。，、；,;")  # of what came before
_JOINTS = "+/、,;|&"
_PART_RIM = _JOINTS + " \u200b"
_STOP_REACH = 6  # marks that may end one sentence
_OPENS = frozenset('【[({〔〈《「『“"')
_RIM_REACH = 80  # characters between an item and its bracket


def settled(anchors: Anchors, start: int, end: int, kind: int, limits: tuple[int, int]) -> tuple[int, int] | None:
    """[start, end) trimmed and completed inside *limits* (its neighbours' edges); None if nothing is left."""
    span = trimmed(anchors, *_inside(anchors, max(start, limits[0]), end, kind), kind)
    if span is None:
        return None
    first, last = span
    if kind == SPEECH and first > limits[0] and first < anchors.mates.get(first - 1, -1) < last:
        first -= 1  # no run begins on a bracket: 【小王子】这个词
    if kind == TITLE:
        last = _introduced(anchors, first, last, limits[1])
    if kind in {SPEECH, ACTION, SOUND} and not _in_bracket(anchors, last):
        last = _stopped(anchors, last, limits[1])
    if kind != SPEECH:
        first, last = _filled(anchors, first, last, kind, limits)
    first, last = _quoted(anchors, first, last, limits)
    if last < limits[1] and first < anchors.mates.get(last, -1) < last:
        last += 1
    return trimmed(anchors, first, last, kind)


def _inside(anchors: Anchors, start: int, end: int, kind: int) -> tuple[int, int]:
    """Not beyond the bracket it begins in; a title that goes on with further brackets takes in the first one."""
    if kind == SPEECH:
        return start, end
    for at in range(start, end):
        opening = anchors.mates.get(at, at)
        if opening < start:
            rest = anchors.folded[at + 1 : end]
            joined = rest.lstrip(" |/、,+")
            apart = rest.startswith(" ") and not rest.removesuffix(joined).strip()  # a space joins no brackets
            if kind == TITLE and opening == start - 1 and joined[:1] in _OPENS and not apart:
                return opening, end
            return start, at
    return start, end


def _introduced(anchors: Anchors, start: int, end: int, limit: int) -> int:
    """Where a title ends of which only the introduction was found: behind what follows its colon in the same place."""
    at = end + (anchors.folded[end : end + 1] == ":")
    if anchors.folded[at - 1] != ":":
        return end
    while at < limit and anchors.kinds[at] not in _RIM and anchors.mates.get(at, at) >= start:
        at += 1
    return at


def _in_bracket(anchors: Anchors, at: int) -> bool:
    """Whether what ends at *at* stands in a bracket of its line."""
    return at < len(anchors.kinds) and (
        anchors.kinds[at] in {INSIDE, SEPARATOR, STATE} or -1 < anchors.mates.get(at, -1) < at
    )


def _quoted(anchors: Anchors, start: int, end: int, limits: tuple[int, int]) -> tuple[int, int]:
    """With the quotation mark right outside whose mate stands inside, not at the other edge."""
    text = anchors.text
    before, after = text[start - 1] if start > limits[0] else "", text[end] if end < limits[1] else ""
    if _pair(text[start], after, text[start + 1 : end]):
        return start, end + 1
    if _pair(before, text[end - 1], text[start : end - 1]):
        return start - 1, end
    opening = next((mark for mark, close in _QUOTES.items() if close == after), "") if after else ""
    if before in _QUOTES and before == after:
        both = text.count(before, start + 1, end - 1)
        return (start - 1, end + 1) if both and both % 2 == 0 else (start, end)
    if before in _QUOTES and _unmatched(text[start : end - 1], before, _QUOTES[before])[0]:
        start -= 1
    if opening and _unmatched(text[start + 1 : end], opening, after)[1]:
        end += 1
    return start, end


def _pair(opening: str, close: str, between: str) -> bool:
    """Whether two quotation marks belong together, with no further one of theirs *between* them."""
    return bool(close) and _QUOTES.get(opening) == close and opening not in between and close not in between


def _unmatched(text: str, opening: str, close: str) -> tuple[bool, bool]:
    """Whether a closing mark has no opening one before it, and whether an opening one has no closing one after it."""
    if opening == close:
        return (text.count(close) % 2 == 1,) * 2
    depth, lacks = 0, False
    for character in text:
        depth += (character == opening) - (character == close)
        lacks, depth = lacks or depth < 0, max(depth, 0)
    return lacks, depth > 0


def _stopped(anchors: Anchors, end: int, limit: int) -> int:
    """Behind the marks that end the sentence, if they stand right there."""
    at = end
    while at < min(limit, end + _STOP_REACH) and anchors.folded[at] in _STOPS and anchors.kinds[at] not in _RIM:
        at += 1
    return at


def _filled(anchors: Anchors, start: int, end: int, kind: int, limits: tuple[int, int]) -> tuple[int, int]:
    """
    Up to the edges of the bracket the item stands in, if nothing else was found there.

    What is heard or seen ends at a mark that joins several; a label (音效：) and its colon stay outside.
    """
    last = _closing(anchors, start, end, kind, limits[1])
    first = _opening(anchors, start, end, kind, limits[0])
    return first, last


def _closing(anchors: Anchors, start: int, end: int, kind: int, limit: int) -> int:
    at = end
    while at <= limit and at < len(anchors.kinds) and at < end + _RIM_REACH:
        mark = anchors.kinds[at]
        if mark == BRACKET:
            mate = anchors.mates.get(at, -1)
            if mate < start or mate > limit:
                return at if mate >= 0 and mate < start else end
            at = max(at, mate)
        elif kind in HEARD and (mark == SEPARATOR or (mark == STATE and anchors.folded[at] in _JOINTS)):
            return at
        elif at == limit or not _fills(mark, anchors.folded[at]):
            return end
        at += 1
    return end


def _opening(anchors: Anchors, start: int, end: int, kind: int, limit: int) -> int:
    at = start - 1
    while at >= limit - 1 and at >= 0 and at > start - _RIM_REACH:
        mark = anchors.kinds[at]
        if mark == BRACKET:
            mate = anchors.mates.get(at, -1)
            if mate >= end or mate < limit:
                return at + 1 if mate >= end else start
            at = min(at, mate)
        elif kind in HEARD and (mark == SEPARATOR or (mark == STATE and anchors.folded[at] in _JOINTS)):
            return at + 1
        elif at < limit or not _fills(mark, anchors.folded[at]):
            return start
        at -= 1
    return start


def _fills(kind: int, character: str) -> bool:
    """Whether a character may belong to what fills a bracket."""
    return character not in ":#" and (kind == BREAK or (kind not in _RIM and kind not in {NAME, COLON}))


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
    start, end = span
    while start < end and anchors.folded[start] in _PART_RIM:
        start += 1
    while start < end and anchors.folded[end - 1] in _PART_RIM:
        end -= 1
    if end - start > 2 and _QUOTES.get(anchors.text[start]) == anchors.text[end - 1]:
        return start + 1, end - 1
    return start, end


def _narrowed(anchors: Anchors, start: int, end: int, kind: int) -> tuple[int, int]:
    """One step of trimming."""
    kinds, mates = anchors.kinds, anchors.mates
    start, end = _seen(anchors, start, end)
    if start >= end:
        return start, start
    first, last = kinds[start], kinds[end - 1]
    joints = _JOINTS if kind in HEARD else "|/" if kind == TITLE else ""
    if anchors.folded[start] in _LATE and anchors.folded[start + 1 : start + 2] != anchors.folded[start]:
        return start + 1, end
    opens, closes = mates.get(start, -1), mates.get(end - 1, -1)
    if (
        first in _RIM
        or first == COLON
        or anchors.folded[start] in joints
        or (first == BRACKET and not start < opens < end)
    ):
        return start + 1, end
    if last in _RIM or anchors.folded[end - 1] in joints or (last == BRACKET and not start <= closes < end - 1):
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

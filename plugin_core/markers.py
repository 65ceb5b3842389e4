"""
Marks as host markers, and back.

A marker's name is the mark's text. Its note tells the rest in words that survive any host and any file: the kind, the
attributes, the confidence and, at the end, our id: ``music; mood: sad; confidence: 0.83 [zimu:5f2c81a0b9de]``. A
semicolon, colon, bracket or backslash inside a value is written with a backslash before it, a line break as ``\\n``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from plugin_core.colours import KINDS, NAMES, colour_of
from plugin_core.document import MARK_KINDS, Document, Mark, new_id
from plugin_core.host import Marker, TimelineInfo

_ID = re.compile(r"\s*\[zimu:([^\]\s]{1,80})\]\s*$")
_SPECIAL = re.compile(r"[\\;:\[\]]")
_ESCAPED = re.compile(r"\\(.)", re.S)
_PARTS = re.compile(r"(?:[^\\;]|\\.)+", re.S)
_KEY = re.compile(r"((?:[^\\:]|\\.)+): ?(.*)", re.S)
_PLAIN = "note"  # the attribute that holds what a user wrote in a marker's note


def markers_of(
    document: Document,
    info: TimelineInfo,
    *,
    kinds: Collection[str] = MARK_KINDS,
    one_per_frame: bool = False,
    ids: bool = True,
) -> tuple[Marker, ...]:
    """
    The markers that show the document's marks of *kinds*, by frame. Marks wholly before the timeline are left out.

    With *one_per_frame* (Resolve, its EDL) marks that begin in one frame stay there in the order of their times, kinds
    (as in ``MARK_KINDS``) and ids: the first keeps the frame, each of the others takes the next free one.
    """
    made = []
    for mark, (frame, frames) in zip(document.marks, info.spans(document.marks), strict=True):
        if mark.kind in kinds and frame + frames > 0:
            moved = max(0, -frame)
            note = note_of(mark, with_id=ids)
            made.append((mark, Marker(mark.id, frame + moved, frames - moved, mark.text, note, colour_of(mark))))
    made.sort(key=lambda pair: (pair[1].frame, pair[0].start, MARK_KINDS.index(pair[0].kind), pair[0].id))
    found = (marker for _, marker in made)
    return tuple(_spread(found) if one_per_frame else found)


def _spread(markers: Iterable[Marker]) -> list[Marker]:
    """Sorted *markers*, each in a frame of its own: a later one moves on to the next free frame."""
    result: list[Marker] = []
    free = 0
    for marker in markers:
        frame = max(marker.frame, free)
        result.append(marker if frame == marker.frame else replace(marker, frame=frame))
        free = frame + 1
    return result


def mark_of(marker: Marker, info: TimelineInfo) -> Mark:
    """
    The mark that a marker read from a host or a file stands for; its id is the marker's key, the id in its note, or
    fresh. A marker without our words is a "note" with what it says.
    """
    key, kind, attributes, confidence = parse_note(marker.note)
    own = dict(attributes).get("colour", "")
    if marker.colour and marker.colour != (own if own in NAMES else KINDS[kind]):
        attributes = tuple(pair for pair in attributes if pair[0] != "colour")
        attributes += (("colour", marker.colour),) if marker.colour != KINDS[kind] else ()
    start = max(0, info.ms(marker.frame))
    end = max(start, info.ms(marker.frame + marker.frames))
    return Mark(marker.key or key or new_id(), kind, start, end, marker.name, attributes, confidence)


def note_of(mark: Mark, *, with_id: bool = True) -> str:
    """What a marker's note says of *mark*; see the module."""
    parts = [mark.kind, *(f"{_escape(name)}: {_escape(value)}" for name, value in mark.attributes)]
    if mark.confidence != 1.0:
        parts.append(f"confidence: {mark.confidence!r}")
    return "; ".join(parts) + (f" [zimu:{mark.id}]" if with_id else "")


def parse_note(note: str) -> tuple[str, str, tuple[tuple[str, str], ...], float]:
    """(id or "", kind, attributes, confidence) of a note; text that is not ours becomes the attribute "note"."""
    found = _ID.search(note)
    body = note[: found.start()] if found else note
    parts = [part.strip(" ") for part in _PARTS.findall(body)]
    if not parts or parts[0] not in MARK_KINDS:
        text = body.strip()
        return (found[1] if found else ""), "note", ((_PLAIN, text),) if text else (), 1.0
    attributes: list[tuple[str, str]] = []
    confidence = 1.0
    for part in parts[1:]:
        pair = _KEY.fullmatch(part)
        name, value = (_unescape(pair[1]), _unescape(pair[2])) if pair else (_PLAIN, _unescape(part))
        if name == "confidence" and _is_share(value):
            confidence = float(value)
        else:
            attributes.append((name, value))
    return (found[1] if found else ""), parts[0], tuple(attributes), confidence


def key_of(marker: Marker) -> str:
    """Our mark's id: the marker's key, else the id in its note, "" for one of the user's."""
    found = None if marker.key else _ID.search(marker.note)
    return found[1] if found else marker.key


def without_id(note: str) -> str:
    """*note* without our id at its end."""
    return _ID.sub("", note)


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _escape(text: str) -> str:
    if text.isalnum():  # most are one word
        return text
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", r"\n")


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)

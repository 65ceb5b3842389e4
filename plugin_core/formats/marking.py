"""Markers read from an exchange file, as the marks of a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from plugin_core.colours import KINDS, NAMES, returned
from plugin_core.document import Mark
from plugin_core.host import Marker, TimelineInfo
from plugin_core.markers import mark_of, parse_note

LARGEST = 2**40  # frames; beyond it a time is a slip or an attack


def marks_of(markers: Iterable[Marker], info: TimelineInfo, host: str, notes: list[str]) -> tuple[Mark, ...]:
    """
    The marks of *markers*, whose colours are those of *host* ("" keeps ours), by time.

    Colours keep our finer names while nobody changed them. A copy of a marker of ours gets an id of its own, one of
    somebody else's an id made of what it says, so that reading twice gives the same. What is before the timeline or
    absurdly far is left out. Both are said in *notes*.
    """
    found: dict[str, Mark] = {}
    outside = copies = 0
    for marker in markers:
        if not -marker.frames < marker.frame < LARGEST or marker.frames > LARGEST:
            outside += 1
            continue
        mark = _mark(marker, info, host)
        key, number = mark.id, 1
        while key in found:
            number += 1
            key = f"{mark.id}~{number}"
        copies += number > 1 and bool(parse_note(marker.note)[0])
        found[key] = mark if number == 1 else replace(mark, id=key)
    if outside:
        notes.append(f"{outside} markers lie before the timeline or too far away and were left out.")
    if copies:
        notes.append(f"{copies} markers are there more than once; the copies have new ids.")
    return tuple(sorted(found.values(), key=lambda mark: (mark.start, mark.end, mark.id)))


def _mark(marker: Marker, info: TimelineInfo, host: str) -> Mark:
    key, kind, attributes, _ = parse_note(marker.note)
    own = dict(attributes).get("colour", "")
    ours = own if own in NAMES else KINDS[kind]
    colour = returned(ours, marker.colour, host) if marker.colour else ours
    return mark_of(replace(marker, key=marker.key or key or _derived(marker), colour=colour), info)


def _derived(marker: Marker) -> str:
    content = f"{marker.frame} {marker.frames} {marker.name!r} {marker.note!r}"
    return blake2b(content.encode("utf-8", "replace"), digest_size=6).hexdigest()

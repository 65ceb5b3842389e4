"""When two markers are the same as far as a host can show them: four values, compared as it gives them back."""

from __future__ import annotations

from dataclasses import replace

from plugin_core import colours
from plugin_core.host import Marker
from plugin_core.markers import parse_note, without_id
from plugin_core.plan.order import place_of

WORDS = {"place": "moved", "name": "renamed", "note": "noted", "colour": "recoloured"}  # the values, and their edits


def look(palette: str, marker: Marker) -> tuple[object, ...]:
    """All that *marker* shows in a host with *palette*: what has the same look is the same."""
    colour = marker.colour and colours.to_host(marker.colour, palette)
    return (*place_of(marker), _line(marker.name), _line(without_id(marker.note)), colour)


def differs(palette: str, name: str, one: Marker, other: Marker) -> bool:
    """Whether the value *name* (of ``WORDS``) of two markers differs, as far as a host with *palette* keeps it."""
    if name == "place":
        return place_of(one) != place_of(other)
    if name == "name":
        return one.name != other.name and _line(one.name) != _line(other.name)
    if name == "note":
        return one.note != other.note and _notes_differ(one.note, other.note)
    pair = (one.colour, other.colour)
    if one.colour == other.colour or "" in pair:  # the host does not say
        return False
    return len({colours.to_host(colour, palette) for colour in pair}) > 1


def with_value(marker: Marker, name: str, other: Marker) -> Marker:
    """*marker* with the value *name* of *other*."""
    if name == "place":
        return replace(marker, frame=other.frame, frames=other.frames)
    if name == "name":
        return replace(marker, name=other.name)
    return replace(marker, note=other.note) if name == "note" else replace(marker, colour=other.colour)


def said(note: str) -> tuple[str, tuple[tuple[str, str], ...], float]:
    """Kind, attributes without the colour, which is seen, and confidence that a note tells."""
    _, kind, attributes, confidence = parse_note(note)
    return kind, tuple(pair for pair in attributes if pair[0] != "colour"), confidence


def is_plain(kind: str, attributes: tuple[tuple[str, str], ...], confidence: float) -> bool:
    """Whether a note is only a user's own words: it says nothing of the kind."""
    return kind == "note" and [name for name, _ in attributes] == ["note"] and confidence == 1


def _line(text: str) -> str:
    """A text as hosts give it back: they trim it and end lines as their system does."""
    return text.replace("\r\n", "\n").strip()


def _notes_differ(one: str, other: str) -> bool:
    """
    Whether two notes say different things, not only in different spelling. A plain note says nothing of the kind; the
    colour is compared where it is seen.
    """
    if _line(without_id(one)) == _line(without_id(other)):
        return False
    ours, theirs = said(one), said(other)
    if is_plain(*ours) or is_plain(*theirs):
        return ours[1:] != theirs[1:]
    return ours != theirs

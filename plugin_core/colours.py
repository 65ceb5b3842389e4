"""
Marker colours: Zimu's names, and what they become in OpenTimelineIO (11), Resolve (16) and Premiere (8).

Zimu's names are Resolve's sixteen and the four that only the others have, so a mark can keep any colour a host gave
it. Every table is onto: a host colour read as ours and written again is the same host colour. ``returned`` keeps our
own finer name as long as nobody changed the colour in the host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plugin_core.document import Mark

RESOLVE = ("Blue", "Cyan", "Green", "Yellow", "Red", "Pink", "Purple", "Fuchsia", "Rose", "Lavender", "Sky", "Mint",
           "Lemon", "Sand", "Cocoa", "Cream")  # fmt: skip
PREMIERE = ("Green", "Red", "Purple", "Orange", "Yellow", "White", "Blue", "Cyan")  # in the order of its indices
OTIO = ("BLACK", "BLUE", "CYAN", "GREEN", "MAGENTA", "ORANGE", "PINK", "PURPLE", "RED", "WHITE", "YELLOW")
NAMES = (*RESOLVE, "Black", "White", "Orange", "Magenta")

KINDS = {  # distinct in every host
    "music": "Purple", "sound": "Cyan", "action": "Red", "title": "Yellow", "shot": "Green", "scene": "Blue",
    "caption": "Cream", "note": "Sand",
}  # fmt: skip

_TO_RESOLVE = {"Black": "Cocoa", "White": "Cream", "Orange": "Sand", "Magenta": "Fuchsia"}
_TO_PREMIERE = {"Pink": "Red", "Fuchsia": "Purple", "Rose": "Red", "Lavender": "Purple", "Sky": "Cyan",
                "Mint": "Green", "Lemon": "Yellow", "Sand": "Orange", "Cocoa": "Orange", "Cream": "White",
                "Black": "Blue", "Magenta": "Purple"}  # fmt: skip
_TO_OTIO = {"Fuchsia": "MAGENTA", "Rose": "PINK", "Lavender": "PURPLE", "Sky": "CYAN", "Mint": "GREEN",
            "Lemon": "YELLOW", "Sand": "ORANGE", "Cocoa": "BLACK", "Cream": "WHITE"}  # fmt: skip
_FROM: Mapping[str, Mapping[str, str]] = {  # the canonical name of a host's colour
    "resolve": {name: name for name in RESOLVE},
    "premiere": {name: name for name in PREMIERE},
    "otio": {name: name.title() for name in OTIO},
}
PALETTES: Mapping[str, Sequence[str]] = {"resolve": RESOLVE, "premiere": PREMIERE, "otio": OTIO}


def colour_of(mark: Mark) -> str:
    """The mark's own colour (attribute "colour") if it is one of ``NAMES``, else that of its kind."""
    own = dict(mark.attributes).get("colour", "")
    return own if own in NAMES else KINDS[mark.kind]


def to_host(name: str, host: str) -> str:
    """The colour of *host* ("resolve", "premiere", "otio") that stands for ours; an unknown name is read as "Sand"."""
    name = name if name in NAMES else KINDS["note"]
    if host == "resolve":
        return _TO_RESOLVE.get(name, name)
    if host == "premiere":
        return _TO_PREMIERE.get(name, name)
    return _TO_OTIO.get(name, name.upper())


def from_host(name: str, host: str) -> str:
    """Our name of a host's colour, "" for one it does not have."""
    return _FROM[host].get(name.upper() if host == "otio" else name.capitalize(), "")


def returned(ours: str, theirs: str, host: str) -> str:
    """Our colour after *host* shows *theirs*: unchanged while *theirs* is what we put there."""
    known = from_host(theirs, host)
    return ours if not known or to_host(ours, host) == to_host(known, host) else known

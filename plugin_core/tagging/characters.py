"""
The tagger's alphabet: one token per character of the input, exactly.

Texts differ in ways that mean nothing: full-width and half-width letters, traditional and simplified characters, kinds
of white space. They are folded here, once, for training and for use; the input itself is never changed, so positions
in the tokens are positions in the input.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import cache

UNKNOWN = 64  # buckets for characters outside a pack's vocabulary
HIDDEN = "[Z]"  # zero-width, bidi and other characters nobody sees
_HIDDEN = "\u200b"  # stands for all of them while the text is one string
_NEWLINES = "\n\r\x85\u2028\u2029"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", HIDDEN, *(f"[U{number}]" for number in range(UNKNOWN)))


def fold(text: str) -> str:
    """
    *text* in the tagger's spelling, character for character: as long as *text*.

    Full-width ASCII becomes half-width, traditional characters simplified, white space a space (line breaks "\\n"),
    characters nobody sees one zero-width space. Case stays: it tells ``NAME:`` from ``name``.
    """
    return text.replace("\r\n", " \n").translate(_FOLDS)


def tokens(text: str, known: Container[str] | None = None) -> list[str]:
    """
    One vocabulary token per character of *text*.

    Characters not in *known* (a pack's vocabulary; None: everything is known) become ``[U0]`` ... ``[U63]`` by code
    point, so that two different unknown characters mostly stay different.
    """
    folded = [HIDDEN if character == _HIDDEN else character for character in fold(text)]
    if known is None:
        return [unknown(c) if "\ud800" <= c <= "\udfff" else c for c in folded]
    return [c if c in known else unknown(c) for c in folded]


def unknown(character: str) -> str:
    """The token that stands for *character* where a vocabulary lacks it."""
    return f"[U{ord(character[0]) % UNKNOWN}]"


class _Folds(dict[int, str]):
    """What each code point becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _folded(chr(code))
        return found


def _folded(character: str) -> str:
    if character in _NEWLINES:
        return "\n"
    if character.isspace():
        return " "
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    if unicodedata.category(character) in {"Cc", "Cf"} or "\ufe00" <= character <= "\ufe0f":
        return _HIDDEN
    return _simplified().get(character, character)


@cache
def _simplified() -> dict[str, str]:
    """Traditional to simplified characters, one to one, from OpenCC's table: the first of several choices."""
    from importlib.resources import files

    table = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split() for line in table.splitlines() if line)
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}


_FOLDS = _Folds()

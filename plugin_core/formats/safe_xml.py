"""
XML from strangers: parsed only if it cannot do harm.

Refused before anything is built: a DOCTYPE that declares something (entities grow without bound or name the user's
files; no host writes them), too many elements, too deep nesting. A bare ``<!DOCTYPE xmeml>`` and one that only names a
DTD are common and harmless: nothing is ever fetched.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.etree import ElementTree as ET
from xml.parsers import expat

from plugin_core.errors import DocumentError

LARGEST = 256 << 20  # characters; a feature film's XML from Premiere is below 100 million
DEEPEST = 256  # levels; a nested sequence adds six, and a hundred bins in each other are one too many
MOST = 16_000_000  # "<" characters, two per element: what fits into memory

_CHUNK = 1 << 16
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, production 2


class _Refused(Exception):
    """Leaves the parser with the reason."""


class _InBody(Exception):
    """The first element has begun: no declaration can follow."""


def parse(text: str, name: str = "XML") -> ET.Element:
    """
    The root element of *text*; comments and processing instructions are dropped.

    DocumentError "document.broken" if it is not well-formed, "document.unsafe" if it is hostile and
    "document.too-large" beyond the limits; *name* is the format's, for the message.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if len(text) > LARGEST or text.count("<") > MOST:
        hint = f"At most {LARGEST >> 20} million characters and {MOST // 2_000_000} million elements are read."
        raise DocumentError("document.too-large", f"The {name} file is too large.", hint)
    try:
        _check_prolog(text)
        parser = ET.XMLParser(target=_Builder())  # noqa: S314 - the prolog is checked
        for at in range(0, len(text), _CHUNK):
            parser.feed(text[at : at + _CHUNK])
        root: ET.Element = parser.close()
    except _Refused as refused:
        hint = "Export it again from the editing program; do not open it if you do not know where it comes from."
        raise DocumentError("document.unsafe", f"The {name} file was refused: {refused}.", hint) from None
    except (ET.ParseError, expat.ExpatError) as error:
        hint = "It may have been cut off while it was written or copied: export it again."
        raise DocumentError("document.broken", f"The {name} file is not well-formed XML: {error}.", hint) from error
    except ValueError as error:
        raise DocumentError("document.broken", f"The {name} file cannot be read: {error}.") from error
    return root


def clean(text: str) -> str:
    """*text* without the characters that no XML file can hold."""
    return _FORBIDDEN.sub("", text)


class _Builder:
    """A tree of bounded depth, built by ElementTree's own builder."""

    def __init__(self) -> None:
        tree = ET.TreeBuilder()
        self._start, self._end = tree.start, tree.end
        self.data, self.close = tree.data, tree.close
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Refused(f"its elements are nested more than {DEEPEST} deep")
        return self._start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self._depth -= 1
        return self._end(tag)


def _check_prolog(text: str) -> None:
    """_Refused if the DOCTYPE declares anything. Only as much is read as comes before the first element."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _doctype
    parser.EntityDeclHandler = _entity
    parser.StartElementHandler = _body
    try:
        for at in range(0, len(text), _CHUNK):
            parser.Parse(text[at : at + _CHUNK], at + _CHUNK >= len(text))
    except _InBody:
        return


def _doctype(_name: str, _system: str | None, _public: str | None, subset: int) -> None:
    if subset:
        raise _Refused("its DOCTYPE has declarations of its own")


def _entity(*_declaration: object) -> NoReturn:
    raise _Refused("it declares entities")


def _body(_tag: str, _attributes: dict[str, str]) -> NoReturn:
    raise _InBody

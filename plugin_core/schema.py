"""
Document <-> plain JSON values, strictly, and the migrations from earlier schemas.

The dataclasses of ``document`` are the schema: every field is written, and every field must be there when read, of its
own type; nothing else may be. Times are integer milliseconds, frame rates exact fractions as text ("30000/1001 DF"),
words ``[start, end, text, probability]``.

To change the schema: 1. raise ``SCHEMA``; 2. write the function that turns the JSON of the schema before into the new;
3. add it to ``_MIGRATIONS``; 4. keep a file of the old schema in the tests.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache, partial
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Word
from plugin_core.errors import DocumentError, SettingsError

SCHEMA = 2
_LARGEST = 2**53  # beyond it, other readers of JSON lose whole numbers
_LEAST = -_LARGEST
_RATE = re.compile(r"([0-9]{1,9}/[0-9]{1,9})( DF)?")

_Reader = Callable[[Any], Any]
_Part = TypeVar("_Part")


class _Malformed(Exception):
    """What is wrong, and where: the path is put together on the way out."""

    def __init__(self, what: str, place: str = "") -> None:
        super().__init__(what, place)
        self.what, self.place = what, place

    def inside(self, place: str) -> _Malformed:
        return _Malformed(self.what, place + self.place)


def to_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, with the schema's number under "zimu"."""
    return {"zimu": SCHEMA, **_written(document)}


def from_json(value: object) -> Document:
    """The document of :func:`to_json`, of this or an earlier schema; DocumentError says what is wrong with it."""
    table = _migrated(value)
    try:
        document: Document = _reader(Document)(table)
    except _Malformed as error:
        place = error.place.lstrip(".") or "the document"
        raise _damaged(f"{place} {error.what}") from error
    return document


def part_to_json(part: Any) -> dict[str, Any]:
    """A single cue, mark or media as plain JSON values."""
    written: dict[str, Any] = _written(part)
    return written


def part_from_json(kind: type[_Part], value: object) -> _Part:
    """The cue, mark or media of :func:`part_to_json`; DocumentError says what is wrong with it."""
    try:
        reader: _Reader = _reader(kind)  # type: ignore[arg-type]  # a class is hashable
        part: _Part = reader(value)
    except _Malformed as error:
        raise _damaged(f"{error.place.lstrip('.') or kind.__name__.lower()} {error.what}") from error
    return part


def _migrated(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or type(value.get("zimu")) is not int or value["zimu"] < 1:
        raise DocumentError("document.not-zimu", "This is not a Zimu document.", "Choose a .zimu file.")
    table, schema = dict(value), value["zimu"]
    del table["zimu"]
    if schema > SCHEMA:
        raise DocumentError(
            "document.newer",
            f"This document was written by a newer Zimu (schema {schema}; this one reads up to {SCHEMA}).",
            "Update Zimu to open it.",
        )
    for number in range(schema, SCHEMA):
        table = _MIGRATIONS[number](table)
    return table


def _from_1(table: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 had no marks, knew no variable frame rate, and its cues had neither role nor tags."""
    media, cues = table.get("media"), table.get("cues")
    if isinstance(media, dict):
        table["media"] = {"variable_rate": False, **media}
    if isinstance(cues, list):
        table["cues"] = [{"role": "", "tags": [], **cue} if isinstance(cue, dict) else cue for cue in cues]
    return {"marks": [], **table}


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}


def _written(value: Any) -> Any:
    if isinstance(value, (str, bool)) or value is None:
        return value
    if isinstance(value, Word):
        return [int(value.start), int(value.end), value.text, _number(value.probability)]
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if isinstance(value, FrameRate):
        return f"{value.fps.numerator}/{value.fps.denominator}{' DF' if value.drop else ''}"
    kind: Any = type(value)
    if names := _types(kind):
        return {name: _written(getattr(value, name)) for name in names}
    return int(value) if hasattr(value, "__index__") else _number(value)


def _number(value: Any) -> float:
    """A recogniser's NaN must not make a document unreadable: not a number is no confidence."""
    return float(value) if math.isfinite(value) else 0.0


@cache
def _types(kind: Any) -> dict[str, Any]:
    if not is_dataclass(kind):
        return {}
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


@cache
def _reader(kind: Any) -> _Reader:
    """What makes a value of type *kind* from JSON, or raises _Malformed."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _OWN:
        return _OWN[kind]
    if hints := _types(kind):
        return partial(_object, kind, {name: _reader(hint) for name, hint in hints.items()})
    if origin is tuple and arguments[-1] is Ellipsis:
        return partial(_list, _reader(arguments[0]))
    if origin is tuple:
        return partial(_row, [_reader(argument) for argument in arguments])
    if origin in {Union, UnionType}:
        return partial(_optional, _reader(arguments[0]))
    raise TypeError(f"the schema cannot hold {kind}")


def _object(kind: Any, readers: dict[str, _Reader], value: Any) -> Any:
    if not isinstance(value, dict):
        raise _Malformed("must be an object")
    if value.keys() != readers.keys():
        raise _strange(value, readers)
    name = ""
    try:
        return kind(*[read(value[name := key]) for key, read in readers.items()])
    except _Malformed as error:
        raise error.inside(f".{name}") from None


def _strange(value: dict[str, Any], readers: dict[str, _Reader]) -> _Malformed:
    """What is too much or too little in an object."""
    if unknown := value.keys() - readers.keys():
        return _Malformed(f"has an entry {min(unknown)!r} that Zimu does not know")
    return _Malformed(f"lacks {min(readers.keys() - value.keys())!r}")


def _list(read: _Reader, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _Malformed("must be a list")
    content: list[Any] = []
    try:
        content.extend(map(read, value))
    except _Malformed as error:
        raise error.inside(f"[{len(content)}]") from None
    return tuple(content)


def _words(value: Any) -> tuple[Word, ...]:
    """Words are nearly all of a document: plain ones are made without a call for each, or for each of its parts."""
    if type(value) is list:
        with suppress(TypeError, ValueError):  # something that is no row of four
            plain = [
                Word(start, end, text, probability)
                for start, end, text, probability in value
                if type(start) is type(end) is int
                and type(text) is str
                and type(probability) is float
                and _LEAST < start < _LARGEST
                and _LEAST < end < _LARGEST
                and _LEAST < probability < _LARGEST
            ]
            if len(plain) == len(value):
                return tuple(plain)
    return _list(_word, value)


def _row(readers: list[_Reader], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) != len(readers):
        raise _Malformed(f"must be a list of {len(readers)}")
    return tuple(read(item) for read, item in zip(readers, value, strict=True))


def _optional(read: _Reader, value: Any) -> Any:
    return None if value is None else read(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Malformed("must be text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Malformed("must be true or false")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not _LEAST < value < _LARGEST:
        raise _Malformed("must be a whole number")
    return value


def _real(value: Any) -> float:
    if type(value) not in {int, float} or not _LEAST < value < _LARGEST:
        raise _Malformed("must be a number")
    return float(value)


def _rate(value: Any) -> FrameRate:
    match = _RATE.fullmatch(_text(value))
    try:
        if match:
            return FrameRate(Fraction(match[1]), bool(match[2]))
    except (ZeroDivisionError, SettingsError):
        pass
    raise _Malformed("must be a frame rate such as '30000/1001 DF'")


def _word(value: Any) -> Word:
    return Word(*_row([_whole, _whole, _text, _real], value))


_OWN: dict[Any, _Reader] = {
    str: _text, bool: _flag, int: _whole, float: _real, FrameRate: _rate, Word: _word, tuple[Word, ...]: _words,
}  # fmt: skip


def _damaged(what: str) -> DocumentError:
    return DocumentError("document.damaged", f"The Zimu document is damaged: {what}.", "Restore an earlier copy of it.")

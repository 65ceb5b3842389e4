"""A piece of a sound file, to the sample: Premiere writes a whole sequence or its in/out range and nothing between."""

from __future__ import annotations

import os
import struct
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from plugin_core.errors import HostError

_BLOCK = 1 << 20
_LIMIT = 0xFFFFFFFF  # bytes; above, RF64 (EBU Tech 3306) holds the sizes


def cut(path: Path, start: Fraction, end: Fraction) -> None:
    """Leave of the WAV file *path* what lies from *start* to *end* (seconds). HostError "host.sound" if it is none."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sound.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out, path.open("rb") as file:
            form, at, size = _parts(file)
            rate, align = struct.unpack_from("<4xI4xH", form)
            first, last = (min(size // align, round(point * rate)) * align for point in (start, end))
            out.write(_head(form, last - first))
            file.seek(at + first)
            left = last - first
            while left and (block := file.read(min(left, _BLOCK))):
                out.write(block)
                left -= len(block)
        Path(name).replace(path)
    except (struct.error, ZeroDivisionError) as error:
        hint = "Hear the timeline from its source clips instead."
        raise HostError("host.sound", f"What Premiere wrote to {path.name} is no WAV file.", hint) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _parts(file: BinaryIO) -> tuple[bytes, int, int]:
    """The format chunk, where the samples begin and how many bytes they are."""
    form, large = b"", 0
    kind, _, wave = struct.unpack("<4sI4s", file.read(12))
    if kind not in {b"RIFF", b"RF64"} or wave != b"WAVE":
        raise struct.error("no WAVE")
    while True:
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            at = file.tell()
            there = os.fstat(file.fileno()).st_size - at
            return form, at, min(large if size == _LIMIT and large else size, there)
        content = file.read(size + size % 2) if name in {b"fmt ", b"ds64"} else b""
        if name == b"fmt ":
            form = content[:size]
        elif name == b"ds64":
            large = struct.unpack_from("<8xQ", content)[0]
        else:
            file.seek(size + size % 2, os.SEEK_CUR)


def _head(form: bytes, size: int) -> bytes:
    chunk = struct.pack("<4sI", b"fmt ", len(form)) + form + b"\0" * (len(form) % 2)
    whole = 4 + len(chunk) + 8 + size
    if whole <= _LIMIT:
        return struct.pack("<4sI4s", b"RIFF", whole, b"WAVE") + chunk + struct.pack("<4sI", b"data", size)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, whole + 36, size, 0, 0)
    return struct.pack("<4sI4s", b"RF64", _LIMIT, b"WAVE") + sizes + chunk + struct.pack("<4sI", b"data", _LIMIT)

"""What a watcher keeps of a film, as JSON values for the journal: an hour takes some 2 MB."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin_core.errors import DocumentError
from plugin_core.scenes.recognising import Memory

SCHEMA = 1


def to_json(memory: Memory) -> dict[str, Any]:
    """*memory* as JSON values."""
    return {
        "schema": SCHEMA,
        "indexes": _packed(memory.indexes.astype("<i4")),
        "looks": _packed(memory.looks.astype("<f2")),
        "sounds": _packed(memory.sounds.astype("<f2")),
    }


def from_json(value: Mapping[str, Any]) -> Memory:
    """The memory of ``to_json``; DocumentError if it is none."""
    try:
        if value["schema"] != SCHEMA:
            raise ValueError(f"schema {value['schema']}")
        indexes, looks, sounds = (
            _unpacked(value[name], kind) for name, kind in (("indexes", "<i4"), ("looks", "<f2"), ("sounds", "<f2"))
        )
        if indexes.ndim != 1 or looks.ndim != 2 or sounds.ndim != 2 or len(indexes) != len(looks):
            raise ValueError("not one frame for each look")
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error) as error:
        raise DocumentError(
            "scenes.memory", f"What was kept of the film is damaged ({error}).", "Run again."
        ) from error
    return Memory(indexes.astype(np.int32), looks.astype(np.float16), sounds.astype(np.float16))


def _packed(values: NDArray[Any]) -> dict[str, Any]:
    return {"shape": list(values.shape), "data": base64.b64encode(zlib.compress(values.tobytes())).decode("ascii")}


def _unpacked(value: Mapping[str, Any], kind: str) -> NDArray[Any]:
    data = zlib.decompress(base64.b64decode(value["data"], validate=True))
    return np.frombuffer(data, kind).reshape([int(size) for size in value["shape"]])

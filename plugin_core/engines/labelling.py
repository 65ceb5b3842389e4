"""
The reader of labels in plain words: a text's characters and a label become vectors, their products are scores.

Plain NumPy over the matrices in a tagging pack's ``asked.safetensors`` (made by models/tagger/reader.py): sums of table
rows for hashed n-grams and words, three dilated convolutions, a product with each label. A text is read once however
many labels are asked.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin_core.errors import ModelError
from plugin_core.tagging.characters import fold
from plugin_core.tagging.features import LETTERS, ROWS, features

Matrix = NDArray[np.float32]
NAME = "asked.safetensors"
GAP = 8  # characters between texts read as one; the convolutions look 7 to each side
DILATIONS = (1, 2, 4)
_TYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "I8": np.dtype("i1")}
_EPSILON = np.float32(1e-5)  # of torch's layer norm


class LabelReader:
    """The matrices of a pack that read. Made by :func:`open_reader`; holds no state but a cache of labels."""

    def __init__(self, arrays: dict[str, Matrix]) -> None:
        self._arrays = arrays
        self._named = lru_cache(maxsize=512)(self._name)

    def read(self, folded: Sequence[str], kinds: Sequence[bytes]) -> list[Matrix]:
        """A vector per character of every text: [characters, width]."""
        gap = "\0" * GAP
        rows, letters = features(f"{gap}{gap.join(folded)}{gap}", bytes(GAP).join((b"", *kinds, b"")))
        found = self._convolved(self._table(rows, letters))
        texts, at = [], GAP
        for one in folded:
            texts.append(found[at : at + len(one)])
            at += len(one) + GAP
        return texts

    def scores(self, vectors: Matrix, label: str) -> Matrix:
        """Scores of O, B, I for *label*: [characters, 3]."""
        named = self._named(label)
        found = np.zeros((len(vectors), 3), np.float32)
        found[:, 1:] = vectors @ named[:, :-1].T * np.float32(vectors.shape[1] ** -0.5) + named[:, -1]
        return found

    def _name(self, label: str) -> Matrix:
        """The vectors of a label: [beginning and inside, width + 1]."""
        folded = fold(label)
        table = self._table(*features(folded, bytes(len(folded))))
        mean = table.sum(0) / np.float32(max(1, len(table)) ** 0.5)
        inner = np.maximum(self._linear("label_first", mean), 0)
        named: Matrix = self._linear("label_last", inner).reshape(2, -1)
        return named

    def _table(self, rows: NDArray[np.int64], letters: NDArray[np.int64]) -> Matrix:
        found = self._arrays["letters"][letters]
        for index in range(rows.shape[1]):
            found += self._arrays["grams"][rows[:, index]]
        return found

    def _convolved(self, table: Matrix) -> Matrix:
        x = self._linear("first", table)
        for index, dilation in enumerate(DILATIONS):
            y = _normed(x, self._arrays[f"norms.{index}.weight"], self._arrays[f"norms.{index}.bias"])
            weight = self._arrays[f"looks.{index}.weight"]
            width = y.shape[1]
            seen = y @ weight[:, width : 2 * width].T + self._arrays[f"looks.{index}.bias"]
            seen[dilation:] += y[:-dilation] @ weight[:, :width].T
            seen[:-dilation] += y[dilation:] @ weight[:, 2 * width :].T
            x = x + self._linear(f"mixes.{index}", np.maximum(seen, 0, out=seen))
        return _normed(x, self._arrays["last.weight"], self._arrays["last.bias"])

    def _linear(self, name: str, x: Matrix) -> Matrix:
        found: Matrix = x @ self._arrays[f"{name}.weight"].T + self._arrays[f"{name}.bias"]
        return found


def has_reader(folder: Path) -> bool:
    """Whether the pack in *folder* can be asked in plain words by a reader."""
    return (folder / NAME).is_file()


@lru_cache(maxsize=4)
def open_reader(folder: Path) -> LabelReader:
    """The reader of the pack in *folder* (verified by the caller), kept; ModelError if its matrices do not fit."""
    path = folder / NAME
    try:
        raw = path.read_bytes()
        (size,) = struct.unpack_from("<Q", raw)
        header = json.loads(raw[8 : 8 + size])
        arrays = {name: _tensor(raw, 8 + size, entry) for name, entry in header.items() if name != "__metadata__"}
        for name in ("grams", "letters"):
            arrays[name] = arrays[name] * arrays.pop(f"{name}.scale")[:, None]
        reader = LabelReader(arrays)
        if len(arrays["grams"]) != ROWS or len(arrays["letters"]) != LETTERS:
            raise ValueError("the tables are not of this version")
        reader.scores(reader.read(["a"], [b"\0"])[0], "a")
    except (OSError, struct.error, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ModelError(
            "model.heads", f"{path} cannot be read ({error}).", "Run `zimu models verify`, or pull the pack again."
        ) from error
    return reader


def _tensor(raw: bytes, base: int, entry: dict[str, Any]) -> Matrix:
    kind: Any = _TYPES[entry["dtype"]]
    start, end = (base + int(offset) for offset in entry["data_offsets"])
    if not base <= start <= end <= len(raw):
        raise ValueError("a tensor lies outside the file")
    found: Matrix = np.frombuffer(raw[start:end], kind).reshape(entry["shape"]).astype(np.float32)
    return found


def _normed(x: Matrix, weight: Matrix, bias: Matrix) -> Matrix:
    centred = x - x.mean(axis=1, keepdims=True)
    found: Matrix = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + _EPSILON) * weight + bias
    return found

"""A verified pack of typing errors as an engine: Chinese sentences in, how well each character fits out."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import session
from plugin_core.processor import cores

INPUT, OUTPUT = "characters", "meant"
UNKNOWN = 0
BATCH = 256  # sentences of one length
LONGEST = 100  # characters; longer ones are no captions
MOST_THREADS = 2
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fit:
    """
    How well a character fits its sentence.

    *place* in the sentence; *fit*: the cosine of what the network expects there to what was *typed*; *others*: what
    that is typed for, and *alike*: the cosines to these.
    """

    place: int
    typed: str
    fit: float
    others: str
    alike: Vectors


@dataclass(frozen=True)
class TypoEngine:
    """
    An open pack. Made by :func:`open_typos`.

    *numbers*: of the characters it knows; *typed*: for each what is taken for it; *codes*: the vector of each number,
    of length 1. *weight* and *gain* are those of ``captioning.quality.typing_errors``.
    """

    pack: Pack
    session: Any
    reason: str
    numbers: Mapping[str, int]
    typed: Mapping[str, str]
    codes: Vectors
    weight: float
    gain: float

    def fits(self, sentences: Sequence[str]) -> list[list[Fit]]:
        """For each sentence its characters that are typed for others; none of what is longer than LONGEST."""
        found: list[list[Fit]] = [[] for _ in sentences]
        lengths: defaultdict[int, list[int]] = defaultdict(list)
        for place, sentence in enumerate(sentences):
            if 0 < len(sentence) <= LONGEST:
                lengths[len(sentence)].append(place)
        for places in lengths.values():
            for start in range(0, len(places), BATCH):
                some = places[start : start + BATCH]
                for place, meant in zip(some, self.meant([sentences[one] for one in some]), strict=True):
                    found[place] = list(self._fits(sentences[place], meant))
        return found

    def meant(self, sentences: Sequence[str]) -> Vectors:
        """What is expected at each character of sentences of one length: unit vectors (n, characters, code)."""
        numbers = np.array([[self.numbers.get(one, UNKNOWN) for one in text] for text in sentences], np.int64)
        try:
            vectors: Vectors = self.session.run([OUTPUT], {INPUT: numbers})[0]
        except Exception as error:
            raise ModelError("model.run", f"{self.pack.id} failed: {error}.", "Install it again.") from error
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=2, keepdims=True), 1e-9)
        return unit

    def _fits(self, sentence: str, meant: Vectors) -> Iterator[Fit]:
        for place, character in enumerate(sentence):
            others = self.typed.get(character, "")
            if others:
                alike = self.codes[[self.numbers[one] for one in (character, *others)]] @ meant[place]
                yield Fit(place, character, float(alike[0]), others, alike[1:])


@contextmanager
def open_typos(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[TypoEngine]:
    """
    Verify *pack* and open it in onnxruntime with *threads* (0: as many as help).

    ``[typos]`` of the pack names its ``network`` and ``table`` and holds the ``weight`` of usage and the least
    ``gain``. *device* and *compute* are taken for the sake of the other engines' interface. ModelError if it is none.
    """
    if pack.kind != "typos":
        raise ModelError("model.backend", f"{pack.id} does not find typing errors.", "Choose another pack.")
    modelstore.verify(pack)
    try:
        opened = session(pack.folder / str(pack.options["network"]), threads or min(MOST_THREADS, cores()))
        sides = [[one.name for one in group] for group in (opened.get_inputs(), opened.get_outputs())]
        if sides != [[INPUT], [OUTPUT]]:
            raise ValueError(f"a network from {sides[0]} to {sides[1]}")
        table = json.loads((pack.folder / str(pack.options["table"])).read_text("utf-8"))
        numbers = {character: number for number, character in enumerate(table["characters"], 1)}
        codes = _codes(table["codes"], len(numbers) + 1, int(table["code"]))
        typed = {
            one: "".join(other for other in others if other in numbers)
            for one, others in table["typed"].items()
            if one in numbers
        }
        weight, gain = float(pack.options["weight"]), float(pack.options["gain"])
    except Exception as error:
        raise ModelError("model.broken", f"{pack.id} cannot be opened ({error!r}).", "Install it again.") from error
    asked = "" if {device, compute} <= {"auto", "cpu", "float32"} else f" ({device} {compute} was asked for)"
    reason = f"cpu float32: the network is too small for a GPU to help{asked}"
    yield TypoEngine(pack, opened, reason, numbers, typed, codes, weight, gain)


def _codes(text: str, rows: int, columns: int) -> Vectors:
    """Vectors of length 1 from their signs."""
    packed = np.frombuffer(base64.b64decode(text), np.uint8)
    if len(packed) != -(-rows * columns // 8):
        raise ValueError(f"vectors of {len(packed)} bytes, not of {rows} characters")
    bits = np.unpackbits(packed, count=rows * columns)
    signs: Vectors = ((2.0 * bits.reshape(rows, columns) - 1) / np.sqrt(columns)).astype(np.float32)
    return signs

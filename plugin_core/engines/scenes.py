"""
Scenes packs in onnxruntime: pictures, sounds and text to vectors, and the vectors of a row of shots to labels.

The table ``[scenes]`` of ``pack.toml`` says what the networks want:

* ``pictures``, ``sounds``, ``texts``, ``fusion``: the ONNX graphs. Each of the first three has one input and one
  output, (n, clip, 64, 112, 3) uint8, (n, 100, 64) or (n, 16000) float32, (n, characters, 3) int64 to (n, dimension);
  a pack may lack any of them. The last takes ``NAMES``, below, and gives logits (1, shots, labels) under the name of
  every group, ``begins`` (1, shots) and ``embedding`` (1, shots, dimension)
* ``labels``: the labels of every group, in the order of its logits; ``many``: the groups of which several may hold
* ``clip``, ``sound`` ("mel" or "wave"), ``characters``: what one input holds (``scenes.features``)
* ``instants``, ``seconds``: how many of each the fusion looks at in a shot; ``window``: how many shots at once
* ``temperatures``: what the logits of a group are divided by; ``begins``: scale and shift of the logit of a boundary
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import broken, opened
from plugin_core.scenes.features import HEIGHT, MEASURES, ROWS, WIDTH
from plugin_core.scenes.labels import Group
from plugin_core.sounds.features import RATE, LogMel

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]

BRANCHES = ("pictures", "sounds", "texts")
NAMES = ("pictures", "pictures_mask", "sounds", "sounds_mask", "texts", "texts_mask")


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the inputs of a pack look like."""

    clip: int = 1
    sound: str = "mel"
    characters: int = 96
    instants: int = 8
    seconds: int = 8
    window: int = 32


class SceneEngine:
    """A loaded scenes pack. Made by :func:`open_scenes`."""

    def __init__(self, pack: Pack, threads: int = 1) -> None:
        self.pack = pack
        self.shapes = _shapes(pack)
        self.groups = _groups(pack)
        self._sessions = {name: opened(pack, name, threads) for name in (*BRANCHES, "fusion") if pack.options.get(name)}
        self._temperatures = {name: _positive(pack, "temperatures", name) for name in self.groups}
        self._begins = _pair(pack)
        self.dimensions = {name: self._dimension(name) for name in BRANCHES}
        self._check()

    def close(self) -> None:
        """Free the weights."""
        self._sessions = {}

    def vectors(self, branch: str, inputs: NDArray[Any]) -> Floats:
        """What the network of *branch* makes of *inputs* (n, ...): (n, dimension); (n, 0) if the pack has none."""
        session = self._sessions.get(branch)
        if session is None or not len(inputs):
            return np.zeros((len(inputs), self.dimensions.get(branch, 0)), np.float32)
        found = self._run(session, None, {session.get_inputs()[0].name: inputs})[0]
        return np.asarray(np.nan_to_num(found), np.float32)

    def fuse(self, inputs: Arrays) -> tuple[dict[str, Floats], Floats, Floats]:
        """
        A row of shots, ``NAMES`` without the leading 1, to calibrated probabilities of every group [shots, labels],
        the probability that a scene begins [shots], and embeddings [shots, dimension] of unit length.
        """
        feed = {name: np.asarray(inputs[name][None], np.float32) for name in NAMES if name in self._asked}
        names = [*self.groups, "begins", "embedding"]
        found = dict(zip(names, self._run(self._sessions["fusion"], names, feed), strict=True))
        chances = {name: self._probabilities(group, found[name][0]) for name, group in self.groups.items()}
        scale, shift = self._begins
        vectors = np.nan_to_num(found["embedding"][0])
        length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return chances, sigmoid(found["begins"][0] * scale + shift), np.asarray(vectors / length, np.float32)

    def column(self, group: str, label: str) -> int:
        """Where *label* is among the labels of *group*; ModelError if the pack does not know it."""
        known = self.groups.get(group)
        if known is not None and label in known.labels:
            return known.labels.index(label)
        what = f"Its labels are {', '.join(known.labels)}." if known else f"Its groups are {', '.join(self.groups)}."
        raise ModelError("scenes.label", f"The scenes pack {self.pack.id} knows no {group} {label!r}.", what)

    def _probabilities(self, group: Group, logits: Floats) -> Floats:
        scaled = np.nan_to_num(logits) / self._temperatures[group.id]
        return sigmoid(scaled) if group.many else softmax(scaled)

    def _run(self, session: Any, names: list[str] | None, feed: Arrays) -> list[Any]:
        try:
            return list(session.run(names, dict(feed)))
        except Exception as error:
            raise broken(self.pack, error) from error

    def _dimension(self, branch: str) -> int:
        """Found by looking at nothing: it also proves that the graph takes what it is said to take."""
        return int(self.vectors(branch, nothing(branch, self.shapes)).shape[1]) if branch in self._sessions else 0

    def _check(self) -> None:
        session = self._sessions.get("fusion")
        if session is None:
            raise broken(self.pack, "it has no fusion")
        self._asked = {one.name for one in session.get_inputs()}
        sizes = {name: size + MEASURES * (name == "pictures") for name, size in self.dimensions.items()}
        chances, _, _ = self.fuse(empty_row(1, self.shapes, sizes))
        for name, group in self.groups.items():
            if chances[name].shape != (1, len(group.labels)):
                raise broken(self.pack, f"its fusion does not tell the labels of {name}")


@contextmanager
def open_scenes(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[SceneEngine]:
    """
    The engine of a scenes pack, verified first. It runs on the CPU, where it is many times real time.

    *device* and *compute* are there because every opener has them. *threads* 0 means one.
    """
    del device, compute
    if pack.kind != "scenes":
        raise ModelError("model.kind", f"{pack.id} is a {pack.kind} pack, not a scenes pack.", "Choose a scenes pack.")
    modelstore.verify(pack)
    engine = SceneEngine(pack, threads or 1)
    try:
        yield engine
    finally:
        engine.close()


def nothing(branch: str, shapes: Shapes) -> NDArray[Any]:
    """One input of *branch* in which there is nothing: black, silence, no text."""
    if branch == "pictures":
        return np.zeros((1, shapes.clip, HEIGHT, WIDTH, 3), np.uint8)
    if branch == "sounds":
        return np.zeros((1, ROWS, LogMel.bands) if shapes.sound == "mel" else (1, RATE), np.float32)
    return np.zeros((1, shapes.characters, 3), np.int64)


def empty_row(shots: int, shapes: Shapes, sizes: Mapping[str, int]) -> dict[str, Floats]:
    """The inputs of the fusion for a row of *shots* of which nothing is known; *sizes* are those of the vectors."""
    return {
        "pictures": np.zeros((shots, shapes.instants, sizes["pictures"]), np.float32),
        "pictures_mask": np.zeros((shots, shapes.instants), np.float32),
        "sounds": np.zeros((shots, shapes.seconds, sizes["sounds"]), np.float32),
        "sounds_mask": np.zeros((shots, shapes.seconds), np.float32),
        "texts": np.zeros((shots, sizes["texts"]), np.float32),
        "texts_mask": np.zeros(shots, np.float32),
    }


def sigmoid(logits: Floats) -> Floats:
    """The logistic."""
    return np.asarray(1 / (1 + np.exp(-np.clip(np.nan_to_num(logits), -30, 30))), np.float32)


def softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True), np.float32)


def _shapes(pack: Pack) -> Shapes:
    usual = Shapes()
    numbers: dict[str, Any] = {}
    for name, lowest in {"clip": 1, "characters": 8, "instants": 1, "seconds": 1, "window": 2}.items():
        value = pack.options.get(name, getattr(usual, name))
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= 4096:
            raise broken(pack, f"its {name} is senseless")
        numbers[name] = value
    sound = pack.options.get("sound", usual.sound)
    if sound not in {"mel", "wave"}:
        raise broken(pack, f"there is no sound {sound!r}")
    return Shapes(**numbers, sound=sound)


def _groups(pack: Pack) -> dict[str, Group]:
    table, many = pack.options.get("labels"), pack.options.get("many", [])
    if not isinstance(table, Mapping) or not table or not isinstance(many, list):
        raise broken(pack, "it names no labels")
    found = {}
    for name, labels in table.items():
        if not isinstance(labels, list) or len(set(map(str, labels))) != len(labels) or not labels:
            raise broken(pack, f"its labels of {name} are no list")
        found[str(name)] = Group(str(name), tuple(map(str, labels)), name in many)
    return found


def _positive(pack: Pack, table: str, name: str) -> float:
    numbers = pack.options.get(table, {})
    value = numbers.get(name, 1.0) if isinstance(numbers, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise broken(pack, f"the {table} of {name} is no number above 0")
    return float(value)


def _pair(pack: Pack) -> tuple[float, float]:
    try:
        scale, shift = (float(value) for value in pack.options.get("begins", (1.0, 0.0)))
    except (TypeError, ValueError) as error:
        raise broken(pack, "its begins are not two numbers") from error
    return scale, shift

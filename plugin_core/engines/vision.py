"""
Vision packs in onnxruntime: CLIP and Chinese-CLIP, whose pictures and texts become vectors of the same space.

The table ``[vision]`` of ``pack.toml``:

* ``model``: the ONNX graph of both (``input_ids``, ``pixel_values``, ``attention_mask`` to ``text_embeds``,
  ``image_embeds``); or ``pictures`` and ``texts``: one graph for each
* ``tokenizer``: tokenizer.json; ``length``: the most tokens of a text; ``pad``: the token that fills up
* ``preprocessor``: preprocessor_config.json, as its makers have it: size, crop, mean and spread
* ``scale``: what the cosine of a picture and a text is multiplied by before it is a logit
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import broken, listed, opened

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]  # [height, width, 3]

FILTERS = {2: 1.0, 3: 2.0}  # of PIL's numbers: bilinear, bicubic; how far each reaches
BITS = 22  # that PIL's weights are rounded to
LARGEST = 1024  # pixels on a side of what a network is given


@dataclass(frozen=True, slots=True)
class Looks:
    """What a picture is made into: *size* (height and width, or one number, of the shorter side), *crop*, levels."""

    size: tuple[int, ...]
    crop: tuple[int, int] | None
    filter: int
    factor: float
    mean: tuple[float, ...]
    spread: tuple[float, ...]

    def __call__(self, picture: Picture) -> Floats:
        """[3, height, width] of *picture*, exactly as the makers' own code does it."""
        height, width = self._size(*picture.shape[:2])
        sized = resized(picture, height, width, self.filter)
        if self.crop:
            sized = cropped(sized, *self.crop)
        plain = sized.astype(np.float32) * np.float32(self.factor)
        mean, spread = np.array(self.mean, np.float32), np.array(self.spread, np.float32)
        return np.asarray(((plain - mean) / spread).transpose(2, 0, 1), np.float32)

    def _size(self, height: int, width: int) -> tuple[int, int]:
        if len(self.size) == 2:
            return self.size[0], self.size[1]
        short = self.size[0]
        long = max(1, int(short * max(height, width) / min(height, width)))
        return (long, short) if height > width else (short, long)


class VisionEngine:
    """A loaded vision pack. Made by :func:`open_vision`. Vectors have unit length."""

    at_once = 8  # pictures that are worth giving together

    def __init__(self, pack: Pack, threads: int = 1) -> None:
        self.pack = pack
        self.looks = _looks(pack)
        self.scale = _scale(pack)
        self._tokenizer = _tokenizer(pack)
        names = ("model", "model") if pack.options.get("model") else ("pictures", "texts")
        sessions = {name: opened(pack, name, threads) for name in dict.fromkeys(names)}
        self._pictures, self._texts = (sessions[name] for name in names)
        self.width = self._checked()

    def close(self) -> None:
        """Free the weights."""
        self._pictures = self._texts = None

    def pictures(self, pictures: Sequence[Picture]) -> Floats:
        """[n, width] of *pictures* of any sizes."""
        if not pictures:
            return np.zeros((0, self.width), np.float32)
        pixels = np.stack([self.looks(one) for one in pictures])
        return self._run(self._pictures, "image_embeds", {"pixel_values": pixels})

    def texts(self, texts: Sequence[str]) -> Floats:
        """[n, width] of *texts*; what is too long is cut."""
        if not texts:
            return np.zeros((0, self.width), np.float32)
        coded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in coded], np.int64)
        mask = np.array([one.attention_mask for one in coded], np.int64)
        return self._run(self._texts, "text_embeds", {"input_ids": ids, "attention_mask": mask})

    def _run(self, session: Any, wanted: str, given: Mapping[str, NDArray[Any]]) -> Floats:
        """What the graph says under the name *wanted*; a graph of both is given nothing of the other kind."""
        feed = {one.name: self._fed(one, given) for one in session.get_inputs()}
        try:
            (found,) = session.run([wanted], feed)
        except Exception as error:
            raise broken(self.pack, error) from error
        vectors = np.nan_to_num(np.asarray(found, np.float32))
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)

    def _fed(self, asked: Any, given: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        kind = np.float16 if "float16" in asked.type else np.float32
        if asked.name == "pixel_values":
            height, width = self.looks.crop or (self.looks.size * 2)[:2]
            return np.asarray(given.get("pixel_values", np.zeros((1, 3, height, width))), kind)
        if asked.name in given:
            return given[asked.name]
        if asked.name in {"input_ids", "attention_mask"}:
            coded = self._tokenizer.encode("")
            return np.array([coded.ids if asked.name == "input_ids" else coded.attention_mask], np.int64)
        if asked.name == "token_type_ids":
            return np.zeros_like(given.get("input_ids", np.zeros((1, 1), np.int64)))
        raise broken(self.pack, f"its graph asks for {asked.name}")

    def _checked(self) -> int:
        """How wide vectors are: found by looking at nothing, which proves that the graphs are what they should be."""
        self.width = 0
        side = np.zeros((8, 8, 3), np.uint8)
        seen, said = self.pictures([side, side]), self.texts(["", "a"])
        if seen.ndim != 2 or seen.shape != said.shape or len(seen) != 2 or not seen.shape[1]:
            raise broken(self.pack, "its pictures and texts do not become vectors of the same width")
        return int(seen.shape[1])


@contextmanager
def open_vision(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[VisionEngine]:
    """
    The engine of a vision pack, verified first; on the CPU. ModelError if it is none, or is damaged.

    *device* and *compute* are there because every opener has them. *threads* 0 means one.
    """
    del device, compute
    if pack.kind != "vision":
        raise ModelError("model.kind", f"{pack.id} is a {pack.kind} pack, not a vision pack.", "Choose a vision pack.")
    modelstore.verify(pack)
    engine = VisionEngine(pack, threads or 1)
    try:
        yield engine
    finally:
        engine.close()


# -- pictures, as PIL makes them --


def resized(picture: Picture, height: int, width: int, kind: int = 3) -> Picture:
    """*picture* [h, w, 3] at another size, to the last bit as PIL does it: bicubic (3) or bilinear (2)."""
    across = _weights(picture.shape[1], width, kind)
    down = _weights(picture.shape[0], height, kind)
    rows = _rounded(across @ picture.astype(np.float64)) if width != picture.shape[1] else picture
    if height == picture.shape[0]:
        return rows
    turned = rows.astype(np.float64).reshape(len(rows), -1)
    return _rounded(down @ turned).reshape(height, rows.shape[1], 3)


def _rounded(sums: NDArray[np.float64]) -> Picture:
    return np.asarray(np.clip(np.floor((sums + 2 ** (BITS - 1)) / 2**BITS), 0, 255), np.uint8)


@lru_cache(maxsize=64)
def _weights(size: int, wanted: int, kind: int) -> NDArray[np.float64]:
    """[wanted, size]: whole numbers, how much each of the pixels there are counts for each that is wanted."""
    scale = size / wanted
    wide = max(scale, 1.0)
    reach = FILTERS[kind] * wide
    found = np.zeros((wanted, size))
    for place in range(wanted):
        centre = (place + 0.5) * scale
        first, end = max(0, int(centre - reach + 0.5)), min(size, int(centre + reach + 0.5))
        values = _filter(np.asarray((np.arange(first, end) - centre + 0.5) / wide, np.float64), kind)
        scaled = values / values.sum() * 2**BITS
        found[place, first:end] = np.trunc(scaled + np.where(scaled < 0, -0.5, 0.5))
    return found


def _filter(at: NDArray[np.float64], kind: int) -> NDArray[np.float64]:
    far = np.abs(at)
    if kind == 2:
        return np.asarray(np.maximum(0, 1 - far), np.float64)
    near = ((1.5 * far - 2.5) * far) * far + 1
    rest = (((far - 5) * far + 8) * far - 4) * -0.5
    return np.where(far < 1, near, np.where(far < 2, rest, 0.0))


def cropped(picture: Picture, height: int, width: int) -> Picture:
    """The middle of *picture*; what it lacks is black."""
    lacks = max(0, height - picture.shape[0]), max(0, width - picture.shape[1])
    if any(lacks):
        before = [(lack + 1) // 2 for lack in lacks]
        ends = [(first, lack - first) for first, lack in zip(before, lacks, strict=True)]
        picture = np.pad(picture, (*ends, (0, 0)))
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]


# -- what a pack says --


def _looks(pack: Pack) -> Looks:
    table = _json(pack, "preprocessor", "preprocessor_config.json")
    try:
        size = _size(table.get("size", 224))
        crop = _size(table.get("crop_size", size[0])) if table.get("do_center_crop", True) else None
        looks = Looks(
            size=size,
            crop=(crop[0], crop[-1]) if crop else None,
            filter=int(table.get("resample", 3)),
            factor=float(table.get("rescale_factor", 1 / 255)),
            mean=tuple(map(float, table["image_mean"])),
            spread=tuple(map(float, table["image_std"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise broken(pack, f"its preprocessor_config.json lacks or garbles {error}") from error
    sides = (*looks.size, *(looks.crop or ()))
    if looks.filter not in FILTERS or len(looks.mean) != 3 or len(looks.spread) != 3 or 0 in looks.spread:
        raise broken(pack, "its preprocessor_config.json asks for what there is not")
    if not all(1 <= side <= LARGEST for side in sides) or (looks.crop is None and len(looks.size) == 1):
        raise broken(pack, "its pictures have a senseless size")
    return looks


def _size(value: Any) -> tuple[int, ...]:
    """224, {"shortest_edge": 224} or {"height": 224, "width": 224}."""
    if isinstance(value, Mapping):
        sides = [value["shortest_edge"]] if "shortest_edge" in value else [value["height"], value["width"]]
        return tuple(map(int, sides))
    return (int(value),) if not isinstance(value, tuple) else value


def _scale(pack: Pack) -> float:
    value = pack.options.get("scale", 100.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
        raise broken(pack, "its scale is no number above 0")
    return float(value)


def _tokenizer(pack: Pack) -> Any:
    from tokenizers import Tokenizer

    name, length = listed(pack, "tokenizer", "tokenizer.json"), pack.options.get("length", 77)
    if isinstance(length, bool) or not isinstance(length, int) or not 4 <= length <= 4096:
        raise broken(pack, "its length is senseless")
    try:
        tokenizer = Tokenizer.from_file(str(pack.folder / name))
    except Exception as error:
        raise broken(pack, error) from error
    pad = str(pack.options.get("pad", "[PAD]"))
    number = tokenizer.token_to_id(pad)
    if number is None:
        raise broken(pack, f"its tokenizer knows no {pad}")
    tokenizer.enable_truncation(length)
    tokenizer.enable_padding(pad_id=number, pad_token=pad)
    return tokenizer


def _json(pack: Pack, option: str, usual: str) -> Mapping[str, Any]:
    name = listed(pack, option, usual)
    try:
        value = json.loads((pack.folder / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise broken(pack, error) from error
    if not isinstance(value, Mapping):
        raise broken(pack, f"{name} is no table")
    return value

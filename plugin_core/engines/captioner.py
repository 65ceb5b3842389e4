"""
Captioner packs in onnxruntime: the frames of a shot to a sentence in a language.

The table ``[captioner]`` of ``pack.toml``:

* ``encoder``, ``decoder``: ONNX graphs under the names that exports of transformers use. The encoder takes
  ``pixel_values`` (shots, frames, 3, height, width), or (pictures, 3, height, width) of a network that knows single
  pictures, whose tokens are then put one frame after the other; and, if it asks, ``mask`` (shots, frames). It may say
  its ``certainty`` (shots), from 0 to 1, of what it sees; its other outputs
  go to the inputs of the same name of the decoder, ``last_hidden_state`` to ``encoder_hidden_states``. The decoder
  takes ``input_ids`` (shots, tokens), gives ``logits`` (shots, tokens, vocabulary), and may ask for
  ``encoder_attention_mask`` (shots, tokens of the encoder) and ``past_key_values.*``, which its ``present.*`` become
* ``tokens``: a JSON list of words and characters, or tokenizer.json
* ``begin``: for each language the token or tokens a text begins with; ``end``: the token it ends with; ``never``:
  tokens that are not said; ``length``: how many tokens a caption has at most; ``joint``: by language, what is between
  two tokens of a list (English " ", else nothing)
* ``width``, ``height``: of a frame; ``frames``: how many of a shot (10); ``mean``, ``spread``: of pixels from 0 to 1
* ``calibration``: scale and shift of the logit of a confidence and the weight of the certainty's logit beside it;
  ``sure``: the confidence from which on a caption may be shown without doubt
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from plugin_core import modelstore
from plugin_core.engines.searching import Floats, Ids, Limits, search
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import broken, listed, opened

FRAMES = 10  # of a shot, as the paper samples them
LARGEST = 1024  # pixels of a side
MOST_BEAMS = 16
AT_ONCE = 16  # shots that are worth giving together
PAST, PRESENT = "past_key_values.", "present."
TEXTS, SEEN, SEEN_MASK = "input_ids", "encoder_hidden_states", "encoder_attention_mask"
Shot = NDArray[np.uint8]  # [n, height, width, 3]


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said of a shot. *confidence*: the geometric mean of its tokens' probabilities, calibrated by the pack."""

    text: str
    confidence: float


class Captioner(Protocol):
    """Whatever describes shots: *size* is width and height of the frames it wants, *frames* how many of a shot."""

    pack: Pack
    size: tuple[int, int]
    frames: int
    languages: tuple[str, ...]
    sure: float

    def describe(self, shots: Sequence[Shot], language: str, *, beam: int = 1) -> list[Caption]:
        """One caption for each of *shots*."""
        ...


class CaptionEngine:
    """A loaded captioner pack. Made by :func:`open_captioner`; a ``Captioner``."""

    def __init__(self, pack: Pack, threads: int = 1) -> None:
        self.pack = pack
        self.size = _whole(pack, "width", 8, LARGEST), _whole(pack, "height", 8, LARGEST)
        self.frames = _whole(pack, "frames", 1, 256, FRAMES)
        self.languages = pack.languages
        self.sure = _numbers(pack, "sure", 1, (0.0,))[0]
        self._length = _whole(pack, "length", 1, 512, 32)
        self._calibration = _numbers(pack, "calibration", 3, (1.0, 0.0, 0.0))
        self._looks = _numbers(pack, "mean", 3, (0.5,) * 3), _numbers(pack, "spread", 3, (0.5,) * 3)
        self._writing = _Writing(pack)
        self._last: tuple[Shot, Floats, dict[str, NDArray[Any]]] | None = None
        self._encoder, self._decoder = (opened(pack, name, threads, f"{name}.onnx") for name in ("encoder", "decoder"))
        self._check()

    def close(self) -> None:
        """Free the weights."""
        self._encoder = self._decoder = self._last = None

    def describe(self, shots: Sequence[Shot], language: str, *, beam: int = 1) -> list[Caption]:
        """
        One caption in *language* for each of *shots*, frames uint8 [n, height, width, 3] of ``size``.

        Of more frames than ``frames`` as many are taken evenly; fewer are filled up with nothing. *beam* is how many
        sentences are followed at a time. ModelError for another shape, another language, or a network that fails.
        """
        prompt = self._writing.prompt(language)
        beam = max(1, min(MOST_BEAMS, beam))
        made: list[Caption] = []
        for first in range(0, len(shots), AT_ONCE):
            pixels, mask = self._filled(shots[first : first + AT_ONCE])
            decoder = _Decoder(self.pack, self._decoder, self._seen(pixels, mask), beam)
            found = search(decoder, prompt, len(pixels), beam, self._writing.limits(self._length))
            sure = zip(found, self.certainty(shots[first : first + AT_ONCE]), strict=True)
            made += [
                Caption(self._writing.text(ids, language), self._confidence(mean, one)) for (ids, mean), one in sure
            ]
        return made

    def certainty(self, shots: Sequence[Shot]) -> list[float]:
        """How sure the encoder is of what it sees in each of *shots*, whatever is said; a half if it is silent."""
        found = self._seen(*self._filled(shots)).get("certainty")
        return [0.5] * len(shots) if found is None else np.nan_to_num(found).reshape(-1).astype(float).tolist()

    def _filled(self, shots: Sequence[Shot]) -> tuple[Shot, Floats]:
        """Pixels [shots, frames, height, width, 3] and which frames there are."""
        width, height = self.size
        pixels = np.zeros((len(shots), self.frames, height, width, 3), np.uint8)
        mask = np.zeros((len(shots), self.frames), np.float32)
        for place, shot in enumerate(shots):
            if shot.dtype != np.uint8 or shot.ndim != 4 or shot.shape[1:] != (height, width, 3) or not len(shot):
                raise ModelError(
                    "captioner.frames",
                    f"The captioner {self.pack.id} expects frames uint8 [1 or more, {height}, {width}, 3] and found "
                    f"{shot.dtype} {list(shot.shape)}.",
                    "Give it the frames of a shot in the size it asks for.",
                )
            kept = shot[chosen(len(shot), self.frames)]
            pixels[place, : len(kept)], mask[place, : len(kept)] = kept, 1.0
        return pixels, mask

    def _seen(self, pixels: Shot, mask: Floats) -> dict[str, NDArray[Any]]:
        """What the encoder makes of the frames, under the names the decoder asks for: once for several languages."""
        last = self._last
        if last is None or not (np.array_equal(last[0], pixels) and np.array_equal(last[1], mask)):
            mean, spread = (np.array(values, np.float32) for values in self._looks)
            levels = np.asarray((pixels.astype(np.float32) / 255 - mean) / spread, np.float32)
            last = self._last = (pixels, mask, self._encoded(levels * mask[:, :, None, None, None], mask))
        return last[2]

    def _encoded(self, levels: Floats, mask: Floats) -> dict[str, NDArray[Any]]:
        """Of levels [shots, frames, height, width, 3]."""
        frames = levels.transpose(0, 1, 4, 2, 3)
        asked = {one.name: len(one.shape) for one in self._encoder.get_inputs()}
        single = asked.get("pixel_values") == 4
        given = {"pixel_values": frames.reshape(-1, *frames.shape[2:]) if single else frames, "mask": mask}
        made = _run(self.pack, self._encoder, {name: given[name] for name in asked if name in given})
        if "last_hidden_state" in made:
            tokens = made.pop("last_hidden_state")
            made[SEEN] = tokens.reshape(len(frames), -1, tokens.shape[-1]) if tokens.ndim > 1 else tokens
            count = made[SEEN].shape[1]
            if count % self.frames == 0:
                made.setdefault(SEEN_MASK, np.repeat(mask, count // self.frames, axis=1))
            made.setdefault(SEEN_MASK, np.ones((len(frames), count), np.float32))
        return made

    def _confidence(self, mean: float, certainty: float) -> float:
        scale, shift, weight = self._calibration
        logit = scale * logit_of(math.exp(min(0.0, mean))) + shift + weight * logit_of(certainty)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def _check(self) -> None:
        """Look at nothing, in every language: it proves that the graphs fit each other and the tokens."""
        if not self.languages or not any(one.name == "pixel_values" for one in self._encoder.get_inputs()):
            raise broken(self.pack, "it names no languages, or its encoder takes no pixel_values")
        width, height = self.size
        seen = self._seen(*self._filled([np.zeros((1, height, width, 3), np.uint8)]))
        for language in self.languages:
            prompt = np.array([self._writing.prompt(language)], np.int64)
            logits = _Decoder(self.pack, self._decoder, seen, 1)(prompt, np.zeros(1, np.int64))
            if logits.shape != (1, self._writing.count):
                cause = f"its decoder has {list(logits.shape)[1:]} logits for {self._writing.count} tokens"
                raise broken(self.pack, cause)


class _Decoder:
    """What is next, of every row; it keeps the keys and values of what was, if the graph has any."""

    def __init__(self, pack: Pack, session: Any, seen: Mapping[str, NDArray[Any]], beam: int) -> None:
        self._pack, self._session = pack, session
        self._asked = {one.name: one for one in session.get_inputs()}
        self._seen = {name: np.repeat(value, beam, axis=0) for name, value in seen.items() if name in self._asked}
        self._past = [name for name in self._asked if name.startswith(PAST)]
        self._kept: dict[str, NDArray[Any]] = {}

    def __call__(self, tokens: Ids, parents: Ids) -> Floats:
        feed: dict[str, NDArray[Any]] = {TEXTS: tokens[:, -1:] if self._kept else tokens, **self._seen}
        for name in self._past:
            feed[name] = self._kept[name][parents] if self._kept else self._empty(name, len(tokens))
        if "use_cache_branch" in self._asked:
            feed["use_cache_branch"] = np.array([bool(self._kept)])
        feed |= {name: _typed(value, self._asked[name].type) for name, value in feed.items() if name in self._asked}
        made = _run(self._pack, self._session, feed)
        if "logits" not in made:
            raise broken(self._pack, "its decoder gives no logits")
        for name in self._past:
            fresh = made.get(PRESENT + name.removeprefix(PAST))
            if fresh is not None and fresh.size:  # what looks at the pictures is given once only by some exports
                self._kept[name] = fresh
        return np.asarray(made["logits"][:, -1], np.float32)

    def _empty(self, name: str, rows: int) -> NDArray[Any]:
        """Keys or values of nothing: (rows, heads, 0, width)."""
        shape = [size if isinstance(size, int) else 0 for size in self._asked[name].shape]
        return np.zeros([rows, *shape[1:]], np.float32)


class _Writing:
    """Tokens as numbers and as text."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._words, self._tokenizer = _tokens(pack)
        self._numbers = {word: number for number, word in enumerate(self._words)}
        self.count = len(self._words) if self._tokenizer is None else self._tokenizer.get_vocab_size()
        begin, joint = (pack.options.get(name, {}) for name in ("begin", "joint"))
        if not isinstance(begin, Mapping) or not isinstance(joint, Mapping):
            raise broken(pack, "its begin or joint is no table of languages")
        self._joint = {"en": " ", **{str(name): str(value) for name, value in joint.items()}}
        self._begin = {str(name): [self._number(one) for one in _several(said)] for name, said in begin.items()}
        if lacking := [name for name in pack.languages if not self._begin.get(name)]:
            raise broken(pack, f"it says no beginning for {lacking[0]}")
        self._end = self._number(pack.options.get("end", "<end>"))
        starts = {number for said in self._begin.values() for number in said}
        never = {self._number(one) for one in _several(pack.options.get("never", []))}
        self._never = sorted((starts | never) - {self._end})

    def limits(self, most: int) -> Limits:
        return Limits(self._end, most, self._never)

    def prompt(self, language: str) -> list[int]:
        if language not in self._pack.languages:
            known = ", ".join(self._pack.languages)
            raise ModelError(
                "captioner.language",
                f"The captioner {self._pack.id} does not write {language!r}.",
                f"It writes {known}.",
            )
        return self._begin[language]

    def text(self, ids: Sequence[int], language: str) -> str:
        if self._tokenizer is not None:
            return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).strip()
        return self._joint.get(language, "").join(self._words[number] for number in ids)

    def _number(self, token: Any) -> int:
        found = self._tokenizer.token_to_id(str(token)) if self._tokenizer else self._numbers.get(str(token))
        if found is None:
            raise broken(self._pack, f"there is no token {token!r}")
        return int(found)


@contextmanager
def open_captioner(
    pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0
) -> Iterator[CaptionEngine]:
    """
    The engine of a captioner pack, verified first; on the CPU. ModelError if it is none, or is damaged.

    *device* and *compute* are there because every opener has them. *threads* 0 means two.
    """
    del device, compute
    if pack.kind != "captioner":
        raise ModelError(
            "model.kind", f"{pack.id} is a {pack.kind} pack, not a captioner pack.", "Choose a captioner pack."
        )
    modelstore.verify(pack)
    engine = CaptionEngine(pack, threads or 2)
    try:
        yield engine
    finally:
        engine.close()


def chosen(count: int, most: int) -> NDArray[np.int64]:
    """Which of *count* frames are looked at: all, or *most* of them from the middles of equal parts."""
    if count <= most:
        return np.arange(count)
    return np.asarray(np.floor((np.arange(most) + 0.5) * count / most), np.int64)


def logit_of(chance: float) -> float:
    """The logarithm of the odds, which never end."""
    kept = min(1 - 1e-6, max(1e-6, chance))
    return math.log(kept / (1 - kept))


# -- what a pack says --


def _tokens(pack: Pack) -> tuple[list[str], Any]:
    """A list of tokens, or nothing and a tokenizer."""
    path = pack.folder / listed(pack, "tokens", "tokens.json")
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise broken(pack, error) from error
    if isinstance(table, list):
        words = [str(word) for word in table]
        if not words or len(set(words)) != len(words):
            raise broken(pack, f"the tokens of {path.name} are none, or the same twice")
        return words, None
    from tokenizers import Tokenizer

    try:
        return [], Tokenizer.from_file(str(path))
    except Exception as error:  # the package raises bare Exception
        raise broken(pack, error) from error


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _whole(pack: Pack, name: str, least: int, most: int, usual: int | None = None) -> int:
    value = pack.options.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise broken(pack, f"its {name} is no number from {least} to {most}")
    return value


def _numbers(pack: Pack, name: str, count: int, usual: tuple[float, ...]) -> tuple[float, ...]:
    try:
        values = tuple(float(value) for value in _several(pack.options.get(name, usual)))
    except (TypeError, ValueError):
        values = ()
    if len(values) != count or not all(map(math.isfinite, values)) or (name == "spread" and 0 in values):
        raise broken(pack, f"its {name} is senseless")
    return values


def _run(pack: Pack, session: Any, feed: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    try:
        return dict(zip((one.name for one in session.get_outputs()), session.run(None, dict(feed)), strict=True))
    except Exception as error:
        raise broken(pack, error) from error


def _typed(value: NDArray[Any], kind: str) -> NDArray[Any]:
    """As the graph wants it: masks are numbers of this kind or that."""
    kinds = {"float16": np.float16, "float": np.float32, "int64": np.int64, "int32": np.int32, "bool": np.bool_}
    wanted = kinds.get(kind.removeprefix("tensor(").removesuffix(")"))
    return value if wanted is None else value.astype(wanted, copy=False)

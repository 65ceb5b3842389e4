"""
A verified tagging pack as an engine: a CTranslate2 encoder over characters, and heads that are matrix products.

The engine knows nothing of spans or items: it turns rows of characters into vectors, vectors into scores of labels, and
means of vectors into guesses of what a span means. ``plugin_core.tagging.tagger`` drives it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugin_core.engines.loading import loaded
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.processor import cores
from plugin_core.tagging.anchors import ASKED
from plugin_core.tagging.characters import fold, tokens, unknown
from plugin_core.tagging.kinds import INNER, OUTER
from plugin_core.tagging.ontology import Guess, ontology

Matrix = NDArray[np.float32]
SENSES = ("music_type", "mood", "entry")
LABEL = 60  # characters of a label that are read
BATCH = 1024  # tokens that go through the encoder together, padding included: what fits a core's cache (measured)
MOST_THREADS = 4  # if the user names no number
_NAMES = {"music_type": "music_types", "mood": "moods", "entry": "entries"}
_LARGEST_HEADER = 1 << 20  # bytes of a safetensors header


@dataclass(frozen=True, slots=True)
class Row:
    """Characters to read: *folded* (see ``characters.fold``), their *kinds*, and a label to look for, if any."""

    folded: str
    kinds: bytes
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """``scores = vectors @ weight.T + bias``, divided by *temperature*: calibrated on held-out text."""

    weight: Matrix
    bias: Matrix
    temperature: float = 1.0

    def __call__(self, vectors: Matrix) -> Matrix:
        scores: Matrix = (vectors @ self.weight.T + self.bias) / np.float32(self.temperature)
        return scores


class TaggingEngine:
    """An open tagging pack. Made by :func:`open_tagging`; not for use by two threads at a time."""

    def __init__(
        self,
        pack: Pack,
        encoder: Any,
        vocabulary: Mapping[str, int],
        heads: Mapping[str, Head],
        reason: str,
        *,
        pool: Executor | None = None,
    ) -> None:
        self.pack = pack
        self.reason = reason
        self.window = int(pack.options.get("window", 384))
        self._encoder = encoder
        self._map = pool.map if pool else map
        self._ids = _Ids(vocabulary)
        self._heads = heads
        self._names = {name: _known(_NAMES[name], pack.options.get(_NAMES[name], ())) for name in SENSES}

    @property
    def answers(self) -> bool:
        """Whether the pack looks for labels the user names (zero-shot)."""
        return "asked" in self._heads

    def read(self, rows: Sequence[Row]) -> list[Matrix]:
        """
        One vector per character of each row: [characters, width].

        Rows of like length go together as lists, so CTranslate2 knows every length: a row's vectors do not depend on
        the rows beside it (padded arrays without lengths would attend to the padding).
        """
        found: list[Matrix] = [np.zeros((0, 0), np.float32)] * len(rows)
        prepared = [self._prepare(row) for row in rows]
        groups = _batches([len(ids) for ids, _ in prepared])
        done = self._map(self._forward, ([prepared[index] for index in group] for group in groups))
        for group, vectors in zip(groups, done, strict=True):
            for index, row in zip(group, vectors, strict=True):
                end = len(prepared[index][0]) - 1
                found[index] = row[end - len(rows[index].folded) : end]
        return found

    def outer(self, vectors: Matrix) -> Matrix:
        """Scores of O, then B and I of each of ``OUTER``: [characters, 15]."""
        return self._heads["outer"](vectors)

    def inner(self, vectors: Matrix) -> Matrix:
        """Scores of O, then B and I of each of ``INNER``: [characters, 7]."""
        return self._heads["inner"](vectors)

    def asked(self, vectors: Matrix) -> Matrix:
        """Scores of O, B, I for the label in the row: [characters, 3]; ModelError if the pack cannot be asked."""
        if "asked" not in self._heads:
            raise ModelError(
                "model.not-asked", f"The pack {self.pack.id} finds only its own kinds.", "Use a pack that can be asked."
            )
        return self._heads["asked"](vectors)

    def senses(self, means: Matrix) -> list[Guess]:
        """What spans mean, from the means of their vectors [spans, width]: ids of the ontology with probabilities."""
        if not len(means):
            return []
        columns: dict[str, list[Any]] = {}
        for name in SENSES:
            ids, probabilities = self._best(name, means)
            columns |= {name: ids, f"{name}_probability": probabilities}
        return [Guess(**dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True)]

    def _best(self, name: str, means: Matrix) -> tuple[list[str], list[float]]:
        names = self._names[name]
        if name not in self._heads or not names:
            return [""] * len(means), [0.0] * len(means)
        scores = self._heads[name](means)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        best = chances.argmax(axis=1)
        rows = zip(best.tolist(), chances[np.arange(len(best)), best].tolist(), strict=True)
        pairs = [(names[k], p) if names[k] else ("", 0.0) for k, p in rows]  # none, or none we know
        return [one for one, _ in pairs], [p for _, p in pairs]

    def _prepare(self, row: Row) -> tuple[list[int], list[int]]:
        """Token ids and kinds of ``[CLS] text [SEP]``, or ``[CLS] label [SEP] text [SEP]``."""
        ids = self._ids
        body = [ids[character] for character in row.folded]
        if not row.asked:
            return [ids.begin, *body, ids.end], [0, *row.kinds, 0]
        label = [ids[character] for character in fold(row.asked)[:LABEL]]
        kinds = [0, *[ASKED] * len(label), 0, *row.kinds, 0]
        return [ids.begin, *label, ids.end, *body, ids.end], kinds

    def _forward(self, rows: Sequence[tuple[list[int], list[int]]]) -> Matrix:
        import ctranslate2

        ids, kinds = map(list, zip(*rows, strict=True))
        output = self._encoder.forward_batch(ids, token_type_ids=kinds).last_hidden_state
        if output.device != "cpu":
            output = output.to_device(ctranslate2.Device.cpu)
        return np.array(output).astype(np.float32, copy=False)


class _Ids(dict[str, int]):
    """The id of every character, worked out when it is first met: the same as of ``characters.tokens``."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self.begin, self.end = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def __missing__(self, character: str) -> int:
        token = tokens(character, self._vocabulary)[0]
        return self.setdefault(character, self._vocabulary.get(token, self._vocabulary["[UNK]"]))


@contextmanager
def open_tagging(
    pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0
) -> Iterator[TaggingEngine]:
    """
    Open *pack* (verified by the caller) as an engine. *threads* 0 is one for every core, four at most.

    The pack holds a CTranslate2 BERT encoder (``model.bin``, ``config.json``, ``vocabulary.json``) and
    ``heads.safetensors`` (``outer``, ``inner``, ``asked``, ``music_type``, ``mood``, ``entry``: each with ``.weight``
    and ``.bias``). Its ``[tagging]`` table names the classes (``music_types``, ``moods``, ``entries``: ids of the
    ontology, the first for "none") and the temperatures (``temperature_outer`` ...); it may set ``window``, in
    characters.
    """
    from plugin_core.engines.devices import choose

    if pack.kind != "tagging":
        raise ModelError("model.kind", f"{pack.id} is a {pack.kind} pack, not a tagging pack.")
    vocabulary = _vocabulary(pack)
    heads = _heads(pack)
    choice = choose(pack.compute_types, device, compute)
    workers = (threads or min(MOST_THREADS, cores())) if choice.device == "cpu" else 1
    encoder = _load(pack, choice.device, choice.compute_type, workers)
    with ThreadPoolExecutor(workers, "tagging") as pool:
        try:
            yield TaggingEngine(pack, encoder, vocabulary, heads, choice.reason, pool=pool if workers > 1 else None)
        finally:
            encoder.unload_model()


def read_safetensors(path: Path) -> dict[str, Matrix]:
    """
    The float tensors of a safetensors file: a length (8 bytes, little-endian), a JSON header, then the numbers.

    ModelError if it is malformed. The format is described at github.com/huggingface/safetensors; nothing in it runs.
    """
    try:
        raw = path.read_bytes()
        (size,) = struct.unpack_from("<Q", raw)
        if size > min(_LARGEST_HEADER, len(raw) - 8):
            raise ValueError("the header is longer than the file")
        header = json.loads(raw[8 : 8 + size])
        return {name: _tensor(raw, 8 + size, entry) for name, entry in header.items() if name != "__metadata__"}
    except (OSError, struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "model.heads", f"{path} cannot be read ({error}).", "Run `zimu models verify`, or pull the pack again."
        ) from error


def _tensor(raw: bytes, base: int, entry: Mapping[str, Any]) -> Matrix:
    kind: np.dtype[Any] = np.dtype({"F32": "<f4", "F16": "<f2", "F64": "<f8"}[entry["dtype"]])
    start, end = (base + int(offset) for offset in entry["data_offsets"])
    if not base <= start <= end <= len(raw):
        raise ValueError("a tensor lies outside the file")
    found: Matrix = np.frombuffer(raw[start:end], kind).reshape(entry["shape"]).astype(np.float32)
    return found


def _vocabulary(pack: Pack) -> dict[str, int]:
    try:
        names = json.loads((pack.folder / "vocabulary.json").read_text("utf-8"))
        found = {str(name): index for index, name in enumerate(names)}
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            "model.vocabulary", f"The pack {pack.id} has no readable vocabulary ({error}).", "Pull or import it again."
        ) from error
    if missing := {"[CLS]", "[SEP]", "[UNK]", unknown("?")[:2] + "0]"} - set(found):
        raise ModelError(
            "model.vocabulary", f"The vocabulary of {pack.id} lacks {', '.join(sorted(missing))}.", "Ask who made it."
        )
    return found


def _known(table: str, names: Sequence[object]) -> tuple[str, ...]:
    """The ids a pack answers with; those that this ontology lacks, and the first ("none"), answer nothing."""
    known: Mapping[str, object] = getattr(ontology(), table)
    return tuple(str(name) if number and name in known else "" for number, name in enumerate(names))


def _heads(pack: Pack) -> dict[str, Head]:
    tensors = read_safetensors(pack.folder / "heads.safetensors")
    heads = {
        name: Head(
            tensors[f"{name}.weight"], tensors[f"{name}.bias"], float(pack.options.get(f"temperature_{name}", 1.0))
        )
        for name in ("outer", "inner", "asked", *SENSES)
        if f"{name}.weight" in tensors and f"{name}.bias" in tensors
    }
    rows = {"outer": 2 * len(OUTER) + 1, "inner": 2 * len(INNER) + 1, "asked": 3}
    rows |= {name: len(pack.options[_NAMES[name]]) for name in SENSES if _NAMES[name] in pack.options}
    for name, count in rows.items():
        if name in heads and heads[name].weight.shape[:1] + heads[name].bias.shape != (count, count):
            raise _bad_heads(pack, f"{name} does not score {count} classes")
        if name in {"outer", "inner"} and name not in heads:
            raise _bad_heads(pack, f"{name} is missing")
    if any(head.temperature <= 0 for head in heads.values()):
        raise _bad_heads(pack, "a temperature is not above 0")
    return heads


def _bad_heads(pack: Pack, what: str) -> ModelError:
    return ModelError("model.heads", f"The heads of {pack.id} do not fit: {what}.", "Pull or import it again.")


def _load(pack: Pack, device: str, compute_type: str, workers: int) -> Any:
    """An encoder whose threads each take a batch of their own: for a small net faster than sharing every product."""
    import ctranslate2

    options = {"device": device, "compute_type": compute_type, "inter_threads": workers, "intra_threads": 1}
    return loaded(pack, lambda: ctranslate2.Encoder(str(pack.folder), **options))


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indices of rows that go together: like lengths, longest first, at most ``BATCH`` tokens with padding."""
    groups: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        longest = lengths[groups[-1][0]] if groups else 0
        if groups and (len(groups[-1]) + 1) * longest <= BATCH and lengths[index] * 2 > longest:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups

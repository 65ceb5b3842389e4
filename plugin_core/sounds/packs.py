"""
Networks that others trained, as streams of probabilities: YAMNet and what has its shape, and FireRedVAD's tagger.

``open_network`` opens a pack once; ``Network.stream()`` hears one sound. A stream is pushed blocks of 16 kHz samples
and gives rows of probabilities, one column per ``Network.classes``, one row every ``Network.hop`` ms. Row ``i`` stands
for the sound from ``i * hop`` ms; the network saw ``Network.span`` ms from there. How the sound is cut into blocks
changes nothing.

To support another network: 1. make its features a maker in ``FRAMES``; 2. write a class with the methods of
``Stream``; 3. name it in ``_BACKENDS``; 4. let ``classes`` know what its outputs are called.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import session
from plugin_core.sounds import audioset, fbank
from plugin_core.sounds.audioset import SoundClass

__all__ = ["FRAMES", "Head", "Network", "SoundClass", "Stream", "classes", "open_embedder", "open_network"]

Samples = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

RATE = 16_000
PATCH, PATCH_HOP = 96, 48  # frames of a YAMNet patch (0.96 s), and between two
WAVE, WAVE_HOP = 15_600, 7_680  # the same in samples
BATCH = 16  # patches run at once
_BANDS = fbank.AUDIOSET_BANDS
CONTEXT, PIECE = 160, 3000  # frames FireRedVAD sees to each side of one (8 layers x 20), and that are run at once


class Stream(Protocol):
    """One sound being heard."""

    def push(self, samples: Samples) -> Matrix:
        """The rows of probabilities that are complete now."""

    def finish(self) -> Matrix:
        """The remaining rows, with silence after the end."""


@dataclass(frozen=True)
class Network:
    """An opened pack: what its columns are, ms between rows, ms each row has seen; ``stream()`` to hear a sound."""

    pack: Pack
    classes: tuple[SoundClass, ...]
    hop: int
    span: int
    stream: Callable[[], Stream]


def open_network(pack: Pack, *, threads: int = 0) -> Network:
    """The network of a sounds pack, verified first; ModelError if this Zimu cannot run it."""
    backend = _BACKENDS.get(str(pack.options.get("backend")))
    if pack.kind != "sounds" or backend is None:
        raise ModelError(
            "model.backend",
            f"This Zimu cannot run the sounds pack {pack.id} ({pack.options.get('backend')!r}).",
            "Update Zimu, or choose another pack (`zimu models list`).",
        )
    modelstore.verify(pack)
    try:
        return backend(pack, threads)
    except ModelError:
        raise
    except Exception as error:  # onnxruntime's errors share no base class
        raise ModelError(
            "model.broken", f"{pack.id} cannot be opened: {str(error).splitlines()[0][:200]}.", "Install it again."
        ) from error


# -- what the columns are --


def classes(pack: Pack) -> tuple[SoundClass, ...]:
    """The outputs of a pack: the rows of its AudioSet class file, or the list in its options."""
    listed = pack.options.get("classes", ())
    if isinstance(listed, str):
        return audioset.named(audioset.display_names(pack.folder / listed))
    return tuple(SoundClass(str(name), str(name) if str(name) in audioset.SORTS else "sound") for name in listed)


# -- features, as streams --


class _Rows:
    """Frames over a stream, with the rows that silence after the end completes: ceil(samples / hop) in all."""

    hop = fbank.HOP

    def __init__(self, features: Callable[[Samples], Matrix], bands: int) -> None:
        self.bands = bands
        self._frames = fbank.Frames(features)
        self._samples = 0
        self._rows = 0

    def push(self, samples: Samples) -> Matrix:
        """The rows that are complete now."""
        rows = self._frames.feed(samples)
        self._samples += len(samples)
        self._rows += len(rows)
        return rows

    def finish(self) -> Matrix:
        """The remaining rows."""
        missing = -(-self._samples // self.hop) - self._rows
        if missing <= 0:
            return np.zeros((0, self.bands), np.float32)
        return self._frames.feed(np.zeros(missing * self.hop + fbank.WINDOW, np.float32))[:missing]


def _kaldi(options: Mapping[str, Any]) -> _Rows:
    bands, window = int(options.get("bands", 80)), str(options.get("window", "povey"))
    scale = float(options.get("scale", 32768.0))
    return _Rows(lambda audio: fbank.kaldi(audio, bands, window=window, scale=scale), bands)


FRAMES: dict[str, Callable[[Mapping[str, Any]], _Rows]] = {
    "audioset-logmel": lambda _: _Rows(fbank.audioset, _BANDS),
    "kaldi-fbank": _kaldi,
}


# -- YAMNet --


class Patches:
    """What a network says of log mel patches (n, 96, 64) that lie 48 frames apart."""

    def __init__(self, run: Callable[[Matrix], Matrix]) -> None:
        self._run = run
        self._features = FRAMES["audioset-logmel"]({})
        self._rows = np.zeros((0, _BANDS), np.float32)
        self._done = False

    def push(self, samples: Samples) -> Matrix:
        """Rows for the patches that *samples* completes."""
        self._rows = np.concatenate([self._rows, self._features.push(samples)])
        return self._take((len(self._rows) - PATCH) // PATCH_HOP + 1)

    def finish(self) -> Matrix:
        """What is left becomes patches with silence after it; even a click has one."""
        self._rows = np.concatenate([self._rows, self._features.finish()])
        left = len(self._rows)
        count = max(0, -(-(left - PATCH_HOP) // PATCH_HOP)) or int(left > 0 and not self._done)
        silence = np.full((count * PATCH_HOP + PATCH, _BANDS), np.log(0.001), np.float32)
        self._rows = np.concatenate([self._rows, silence])
        return self._take(count)

    def _take(self, count: int) -> Matrix:
        count = max(0, count)
        patches = [self._rows[k * PATCH_HOP : k * PATCH_HOP + PATCH] for k in range(count)]
        self._rows = self._rows[count * PATCH_HOP :]
        self._done = self._done or count > 0
        found = [self._run(np.stack(patches[k : k + BATCH])) for k in range(0, count, BATCH)]
        return np.concatenate(found) if found else self._run(np.zeros((0, PATCH, _BANDS), np.float32))


class Waves:
    """The same from a network with the front end inside: a waveform (samples,) to scores of the same patches."""

    def __init__(self, run: Callable[[Samples], Matrix]) -> None:
        self._run = run
        self._kept = np.zeros(0, np.float32)
        self._done = False

    def push(self, samples: Samples) -> Matrix:
        """Rows for the patches that *samples* completes."""
        self._kept = np.concatenate([self._kept, samples])
        return self._take((len(self._kept) - WAVE) // WAVE_HOP + 1)

    def finish(self) -> Matrix:
        """What is left, with silence after it."""
        left = len(self._kept)
        count = max(0, -(-(left - WAVE + WAVE_HOP) // WAVE_HOP)) or int(left > 0 and not self._done)
        self._kept = np.concatenate([self._kept, np.zeros(count * WAVE_HOP + WAVE, np.float32)])
        return self._take(count)

    def _take(self, count: int) -> Matrix:
        found = []
        while count > 0:
            several = min(count, BATCH)
            found.append(self._run(self._kept[: WAVE + (several - 1) * WAVE_HOP])[:several])
            self._kept = self._kept[several * WAVE_HOP :]
            count -= several
            self._done = True
        return np.concatenate(found) if found else self._run(np.zeros(0, np.float32))


def open_embedder(pack: Pack, *, threads: int = 0) -> Callable[[], Stream]:
    """Streams of embeddings (rows, width) instead of scores, from a pack of YAMNet's shape: to teach a head."""
    modelstore.verify(pack)
    patches, run = _outputs(pack, threads)
    width = len(classes(pack))

    def embed(value: Matrix) -> Matrix:
        found = [array for array in run(value) if array.ndim == 2 and array.shape[1] not in {width, _BANDS}]
        return np.asarray(found[0], np.float32)

    return lambda: Patches(embed) if patches else Waves(embed)


def _yamnet(pack: Pack, threads: int) -> Network:
    listed = classes(pack)
    fold = audioset.Fold(listed)
    head = Head.load(pack)
    patches, run = _outputs(pack, threads)

    def score(value: Matrix) -> Matrix:
        found = run(value)
        scores = fold(_pick(found, len(listed), pack))
        return np.concatenate([scores, head(_pick(found, head.width, pack))], axis=1) if head else scores

    columns = (*fold.classes, *head.classes) if head else fold.classes
    return Network(pack, columns, 480, 975, lambda: Patches(score) if patches else Waves(score))


def _outputs(pack: Pack, threads: int) -> tuple[bool, Callable[[Matrix], list[Matrix]]]:
    """Whether the network takes patches, and what runs it; for nothing heard, outputs without rows."""
    opened = session(pack.folder / str(pack.options["network"]), threads)
    feed = opened.get_inputs()[0].name
    patches = pack.options["backend"] == "yamnet-patches"
    silence = np.full((1, PATCH, _BANDS), np.log(0.001), np.float32) if patches else np.zeros(WAVE, np.float32)

    def run(value: Matrix) -> list[Matrix]:
        found: list[Matrix] = opened.run(None, {feed: value if len(value) else silence})
        return found if len(value) else [array[:0] for array in found]

    return patches, run


def _pick(found: Sequence[Matrix], width: int, pack: Pack) -> Matrix:
    """The output with *width* columns: exports name them differently."""
    for value in found:
        if value.ndim == 2 and value.shape[1] == width:
            return np.asarray(value, np.float32)
    raise ModelError("model.broken", f"{pack.id} has no output of {width} values.", "Install it again.")


class Head:
    """
    A user's own classes on the embeddings of a pack: one logistic regression each, so that none need fit.

    Its file (``head.json``) holds ``names``, ``mean``, ``scale``, ``weights`` and ``bias``; models/sounds/head.py
    writes it.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.classes = tuple(SoundClass(str(name), "sound") for name in table["names"])
        self._mean, self._scale = (np.asarray(table[name], np.float32) for name in ("mean", "scale"))
        self._weights, self._bias = (np.asarray(table[name], np.float32) for name in ("weights", "bias"))
        self.width = len(self._mean)
        if self._weights.shape != (self.width, len(self.classes)):
            raise ValueError(f"weights of shape {self._weights.shape}")

    @staticmethod
    def load(pack: Pack) -> Head | None:
        """The head of a pack that has one."""
        name = pack.options.get("head")
        if not name:
            return None
        try:
            return Head(json.loads((pack.folder / str(name)).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                "model.head", f"The own classes of {pack.id} cannot be read ({error}).", "Teach them again."
            ) from error

    def __call__(self, embeddings: Matrix) -> Matrix:
        """Probabilities (rows, own classes)."""
        logits = ((embeddings - self._mean) / self._scale) @ self._weights + self._bias
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), np.float32)


# -- FireRedVAD --


class FireRed:
    """
    Probabilities of speech, singing and music every 10 ms, from a network over the whole sound (1, frames, 80).

    A frame sees 1.6 s to each side, so pieces that overlap by this give what the whole would.
    """

    def __init__(self, run: Callable[[Matrix], Matrix], shift: Matrix, scale: Matrix) -> None:
        self._run = run
        self._shift, self._scale = shift, scale
        self._features = _kaldi({})
        self._rows = np.zeros((0, len(shift)), np.float32)
        self._before = 0  # rows at the beginning of _rows that are only context

    def push(self, samples: Samples) -> Matrix:
        """The rows that *samples* completes."""
        self._hear(self._features.push(samples))
        found = [self._run(self._rows[:0])]
        while len(self._rows) >= self._before + PIECE + CONTEXT:
            found.append(self._piece(PIECE))
        return np.concatenate(found)

    def finish(self) -> Matrix:
        """The remaining rows."""
        self._hear(self._features.finish())
        left = len(self._rows) - self._before
        return self._piece(left) if left else self._run(self._rows[:0])

    def _hear(self, rows: Matrix) -> None:
        self._rows = np.concatenate([self._rows, (rows - self._shift) * self._scale])

    def _piece(self, count: int) -> Matrix:
        begin, end = self._before, self._before + count
        found = self._run(self._rows[: end + CONTEXT])[begin:end]
        self._before = min(end, CONTEXT)
        self._rows = self._rows[end - self._before :]
        return found


def _firered(pack: Pack, threads: int) -> Network:
    opened = session(pack.folder / str(pack.options["network"]), threads)
    listed = classes(pack)
    table = json.loads((pack.folder / str(pack.options["cmvn"])).read_text("utf-8"))
    shift, scale = (np.asarray(table[name], np.float32) for name in ("mean", "scale"))
    feed = opened.get_inputs()[0].name

    def run(rows: Matrix) -> Matrix:
        if not len(rows):
            return np.zeros((0, len(listed)), np.float32)
        return np.asarray(opened.run(None, {feed: rows[None]})[0][0], np.float32)

    return Network(pack, listed, fbank.HOP_MS, 25, lambda: FireRed(run, shift, scale))


def _zimu(pack: Pack, threads: int) -> Network:
    from plugin_core.sounds.listener import open_listener  # it imports this module

    return open_listener(pack, threads)


_BACKENDS: dict[str, Callable[[Pack, int], Network]] = {
    "zimu-listener": _zimu,
    "yamnet-patches": _yamnet,
    "yamnet-waveform": _yamnet,
    "fireredvad-aed": _firered,
}

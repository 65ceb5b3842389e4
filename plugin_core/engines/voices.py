"""
Voice packs in onnxruntime: stretches of speech to vectors that are near each other where one person speaks.

The table ``[voices]`` of ``pack.toml`` says what the network wants:

* ``features``: "whisper" (``speakers.features``) or "kaldi" (``sounds.fbank``); with "kaldi" also ``window``
  ("hamming" or "povey") and ``scale``
* ``file``: the ONNX graph ("model.onnx"); ``input``, ``output``: names in it, (n, frames, 80) to (n, dimension); else
  its first ones
* ``overlap``: the name of a second output, (n, m): for each m-th of the window, the logit of two people speaking at
  once; only packs of our own recipe have one
* ``mean``: what is taken off a window, the mean of each "band" or only that of its "level"
* ``floor``: how far under the loudest band a window is heard, in the unit of the features (0: no floor)
* ``within``: the cosine that windows of one person usually have between them
* ``same``: two groups of windows are one person if the mean cosine between them is more than this share of that
* ``temperature``: cosine differences over this are log odds
* ``window_ms``, ``hop_ms``: how speech is cut for it
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import broken, opened
from plugin_core.sounds import fbank
from plugin_core.speakers import features
from plugin_core.speakers.features import Audio, Mel
from plugin_core.speakers.values import Vectors, unit

MODEL = "model.onnx"
BATCH = 32  # windows


class VoicesEngine:
    """A loaded voice pack. ``features`` and ``embed`` are apart, so that windows that overlap are analysed once."""

    def __init__(self, pack: Pack, threads: int = 1) -> None:
        self.pack = pack
        self.same = _number(pack, "same", 0.7)
        self.within = _number(pack, "within", 0.6)
        self.temperature = max(_number(pack, "temperature", 0.1), 1e-3)
        self.window_ms = round(_number(pack, "window_ms", 1500))
        self.hop_ms = round(_number(pack, "hop_ms", 750))
        self._floor = _number(pack, "floor", 0.0)
        self._mean = {"band": (1,), "level": (1, 2)}.get(str(pack.options.get("mean", "band")), ())
        self._session = opened(pack, "file", threads, MODEL)
        self._input = str(pack.options.get("input") or self._session.get_inputs()[0].name)
        self._output = str(pack.options.get("output") or self._session.get_outputs()[0].name)
        self._batch = 1 if isinstance(self._session.get_inputs()[0].shape[0], int) else BATCH
        self._overlap = str(pack.options.get("overlap", ""))
        self._kind = str(pack.options.get("features", "kaldi"))
        self._check()
        self.dimension = self._dimension()

    def close(self) -> None:
        """Free the weights."""
        self._session = None

    def features(self, audio: Audio) -> Mel:
        """(samples,) at 16 kHz to (frames, 80), 100 frames a second."""
        if self._kind == "whisper":
            return features.whisper(audio)
        window = str(self.pack.options.get("window", "hamming"))
        return fbank.kaldi(audio, window=window, scale=_number(self.pack, "scale", 32768.0))

    def embed(self, windows: Mel) -> tuple[Vectors, Mel | None]:
        """
        (n, frames, 80) to vectors (n, dimension), each of unit length, and, if the pack can tell, the probability that
        two people speak at once in each m-th of each window: (n, m).
        """
        found = [self._run(windows[at : at + self._batch]) for at in range(0, len(windows), self._batch)]
        if not found:
            return np.zeros((0, self.dimension), np.float32), None
        together = np.concatenate([both for _, both in found]) if self._overlap else None
        return unit(np.concatenate([vectors for vectors, _ in found])), together

    def _run(self, windows: Mel) -> tuple[Vectors, Mel]:
        heard = np.nan_to_num(windows, nan=0.0, posinf=30.0, neginf=-30.0)
        if self._floor:
            heard = np.maximum(heard, heard.max(axis=(1, 2), keepdims=True) - np.float32(self._floor))
        heard = np.ascontiguousarray(heard - heard.mean(axis=self._mean, keepdims=True), np.float32)
        wanted = [self._output, self._overlap] if self._overlap else [self._output]
        try:
            found = self._session.run(wanted, {self._input: heard})
            rows = [np.nan_to_num(np.asarray(one, np.float32)).reshape(len(windows), -1) for one in found]
        except Exception as error:
            raise broken(self.pack, error) from error
        return rows[0], np.asarray(1 / (1 + np.exp(-np.clip(rows[-1], -30, 30))), np.float32)

    def _check(self) -> None:
        if self._kind not in {"whisper", "kaldi"}:
            raise broken(self.pack, f"there are no features {self._kind!r}")
        if self.pack.options.get("window", "hamming") not in {"hamming", "povey"}:
            raise broken(self.pack, f"there is no window {self.pack.options['window']!r}")
        if not self._mean:
            raise broken(self.pack, f"there is no mean {self.pack.options['mean']!r}")
        inputs, outputs = (
            {one.name for one in found} for found in (self._session.get_inputs(), self._session.get_outputs())
        )
        if self._input not in inputs or not {self._output, self._overlap or self._output} <= outputs:
            raise broken(self.pack, "its graph lacks an input or output that it is said to have")
        if not (300 <= self.window_ms <= 30_000 and 100 <= self.hop_ms <= self.window_ms):
            raise broken(self.pack, "its windows are too short or too long")

    def _dimension(self) -> int:
        """Found by listening to silence: it also proves that the graph takes what it is said to take."""
        return int(self._run(np.zeros((1, self.window_ms // 10, features.BANDS), np.float32))[0].shape[1])


@contextmanager
def open_voices(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[VoicesEngine]:
    """
    The engine of a voice pack, verified first. It always runs on the CPU, where it is a hundred times real time.

    *device* and *compute* are there because every opener has them. *threads* 0 means one.
    """
    del device, compute
    if pack.kind != "voices":
        raise ModelError("model.kind", f"{pack.id} is a {pack.kind} pack, not a voices pack.", "Choose a voices pack.")
    modelstore.verify(pack)
    engine = VoicesEngine(pack, threads or 1)
    try:
        yield engine
    finally:
        engine.close()


def _number(pack: Pack, name: str, usual: float) -> float:
    value = pack.options.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise broken(pack, f"its {name} is no number")
    return float(value)

"""
What a voice looks like to an embedding network: log mel power in the two forms that packs are trained on.

* ``whisper``: as Whisper hears it (Slaney's mel scale, log10), for packs of our own recipe
* ``kaldi``: Kaldi's fbank (HTK's mel scale, natural log, pre-emphasis), for WeSpeaker, 3D-Speaker and the like

Both take 25 ms windows every 10 ms and give 80 bands.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
Mel = npt.NDArray[np.float32]

RATE = 16_000
HOP = 160  # samples
FRAME = 400
BANDS = 80
_FLOOR = 1.1920929e-07  # Kaldi's smallest energy: the float32 epsilon


def whisper(audio: Audio) -> Mel:
    """(samples,) to (samples // 160, 80): log10 mel power, ends padded with silence; before Whisper's own clamping."""
    count = len(audio) // HOP
    if not count:
        return np.zeros((0, BANDS), np.float32)
    padded = np.pad(audio, (FRAME // 2, FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:count] * _hann()
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)).astype(np.float32))
    return np.asarray(np.log10(np.maximum(power @ _slaney(), 1e-10)), np.float32)


def kaldi(audio: Audio, *, window: str = "hamming", scale: float = 32768.0) -> Mel:
    """
    (samples,) to (1 + (samples - 400) // 160, 80): Kaldi's fbank without dither or energy, snapped to whole frames.

    *scale* is what full scale counts as: 32768 where the network was trained on 16-bit samples, else 1. *window* is
    "hamming" (WeSpeaker) or "povey" (Kaldi's own).
    """
    if len(audio) < FRAME:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(audio, FRAME)[::HOP].astype(np.float32) * np.float32(scale)
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - np.float32(0.97) * before) * _window(window)
    power = np.square(np.abs(np.fft.rfft(frames, 512, axis=1)).astype(np.float32))
    return np.asarray(np.log(np.maximum(power @ _htk(), _FLOOR)), np.float32)


@cache
def _hann() -> Audio:
    return np.hanning(FRAME + 1)[:-1].astype(np.float32)


@cache
def _window(name: str) -> Audio:
    at = 2 * np.pi * np.arange(FRAME) / (FRAME - 1)
    shapes = {"hamming": 0.54 - 0.46 * np.cos(at), "povey": (0.5 - 0.5 * np.cos(at)) ** 0.85}
    return np.asarray(shapes[name], np.float32)


@cache
def _slaney() -> Mel:
    """Triangles of equal area from 0 to 8 kHz: linear below 1 kHz, logarithmic above (M. Slaney, Auditory Toolbox)."""
    step, knee = 200 / 3, 1000.0
    growth = np.log(6.4) / 27
    top = knee / step + np.log(RATE / 2 / knee) / growth
    mels = np.linspace(0, top, BANDS + 2)
    hertz = np.where(mels < knee / step, mels * step, knee * np.exp(growth * (mels - knee / step)))
    bins = np.linspace(0, RATE / 2, FRAME // 2 + 1)
    return (_triangles(hertz, bins) * (2 / (hertz[2:] - hertz[:-2]))).astype(np.float32)


@cache
def _htk() -> Mel:
    """Triangles of equal height in mel from 20 Hz to 8 kHz; the last bin of the spectrum is left out, as Kaldi does."""
    low, high = 1127 * np.log1p(20 / 700), 1127 * np.log1p(RATE / 2 / 700)
    bins = 1127 * np.log1p(np.arange(257) * RATE / 512 / 700)
    weights = _triangles(np.linspace(low, high, BANDS + 2), bins)
    weights[256] = 0
    return weights.astype(np.float32)


def _triangles(edges: npt.NDArray[np.float64], bins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(bins, bands): up from the first edge of a band to its second, down to its third."""
    up = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(up, down))

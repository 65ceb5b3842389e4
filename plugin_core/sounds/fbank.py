"""
Log mel energies as the published packs want them, from 16 kHz sound: Kaldi's filter bank and AudioSet's patches.

* ``kaldi``       the features of FireRedVAD, WeSpeaker, CAM++ (kaldi-native-fbank, torchaudio.compliance.kaldi)
* ``audioset``    the features of VGGish and YAMNet
* ``Frames``      either over a stream: the same frames however the sound is cut into blocks
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]  # (samples,) at 16 kHz, full scale = 1
Features = npt.NDArray[np.float32]  # (frames, bands)

RATE = 16_000
WINDOW = 400  # samples: 25 ms
HOP = 160  # samples: 10 ms
HOP_MS = 10
SIZE = 512  # of the Fourier transform
AUDIOSET_BANDS = 64
_CHUNK = 3000  # frames transformed at once: bounds the memory
_FLOOR = float(np.finfo(np.float32).eps)  # Kaldi's


def count(samples: int) -> int:
    """How many whole frames *samples* make (Kaldi's snip_edges)."""
    return 0 if samples < WINDOW else 1 + (samples - WINDOW) // HOP


def kaldi(
    audio: Samples,
    bands: int = 80,
    *,
    window: str = "povey",
    low: float = 20.0,
    high: float = 0.0,
    scale: float = 32768.0,
) -> Features:
    """
    Kaldi's log mel filter bank (frames, bands): no dither, no energy, DC removed, pre-emphasis 0.97, power spectrum.

    *window* is "povey" or "hamming" (WeSpeaker); *high* counts from the Nyquist frequency if it is not positive, as in
    Kaldi. *scale* takes full scale to what the network saw in training: 32768 for 16-bit samples, 1 for CAM++.
    """
    weights = _kaldi_mel(bands, low, high if high > 0 else RATE / 2 + high)
    shape = _window(window)
    parts = []
    for windows in _framed(audio):
        frames = windows * np.float32(scale)
        frames -= frames.mean(axis=1, keepdims=True)
        before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
        spectrum = np.fft.rfft((frames - np.float32(0.97) * before) * shape, SIZE)[:, : SIZE // 2]
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        parts.append(np.log(np.maximum(power.astype(np.float32) @ weights.T, _FLOOR)))
    return np.concatenate(parts) if parts else np.zeros((0, bands), np.float32)


def audioset(audio: Samples) -> Features:
    """YAMNet's features (frames, 64): log(mel + 0.001) of the magnitudes, 125 to 7500 Hz (tensorflow/models)."""
    weights, shape = _audioset_mel(), _window("hann")
    parts = []
    for frames in _framed(audio):
        spectrum = np.abs(np.fft.rfft(frames * shape, SIZE)).astype(np.float32)
        parts.append(np.log(spectrum @ weights.T + np.float32(0.001)))
    return np.concatenate(parts) if parts else np.zeros((0, AUDIOSET_BANDS), np.float32)


class Frames:
    """The frames of a stream: what *features* makes of the whole, a block at a time."""

    def __init__(self, features: Callable[[Samples], Features]) -> None:
        self._features = features
        self._rest = np.zeros(0, np.float32)

    def feed(self, block: Samples) -> Features:
        """The frames that *block* completes; the rest waits for the next block."""
        audio = np.concatenate([self._rest, block]) if len(self._rest) else np.asarray(block, np.float32)
        self._rest = audio[count(len(audio)) * HOP :].copy()
        return self._features(audio)


def _framed(audio: Samples) -> list[npt.NDArray[np.float32]]:
    total = count(len(audio))
    if not total:
        return []
    view = np.lib.stride_tricks.sliding_window_view(np.asarray(audio, np.float32), WINDOW)[::HOP]
    return [view[start : start + _CHUNK] for start in range(0, total, _CHUNK)]


@cache
def _window(name: str) -> Samples:
    """A window of 400 samples: Kaldi's are symmetric, TensorFlow's Hann is periodic."""
    turn = 2 * np.pi * np.arange(WINDOW)
    shapes = {
        "povey": (0.5 - 0.5 * np.cos(turn / (WINDOW - 1))) ** 0.85,
        "hamming": 0.54 - 0.46 * np.cos(turn / (WINDOW - 1)),
        "hann": 0.5 - 0.5 * np.cos(turn / WINDOW),
    }
    return shapes[name].astype(np.float32)


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """HTK's mel scale, which Kaldi and AudioSet share."""
    return 1127.0 * np.log1p(np.asarray(hertz, np.float64) / 700.0)


def triangles(bands: int, low: float, high: float, bins: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Weights (bands, bins) over *bins* (Hz): triangles from *low* to *high*, straight in mel, overlapping by half."""
    edges = np.linspace(_mel(low), _mel(high), bands + 2)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    places = _mel(bins)[None, :]
    rise, fall = (places - left) / (centre - left), (right - places) / (right - centre)
    return np.maximum(0.0, np.minimum(rise, fall)).astype(np.float32)


@cache
def _kaldi_mel(bands: int, low: float, high: float) -> npt.NDArray[np.float32]:
    return triangles(bands, low, high, np.arange(SIZE // 2) * RATE / SIZE)


@cache
def _audioset_mel() -> npt.NDArray[np.float32]:
    return triangles(AUDIOSET_BANDS, 125.0, 7500.0, np.arange(SIZE // 2 + 1) * RATE / SIZE)

"""
What a voice sounds like to an embedding network of our own recipe: log mel power as Whisper hears it.

25 ms windows every 10 ms, 80 bands on Slaney's mel scale, log10. What the packs of others want, Kaldi's filter bank, is
in ``plugin_core.sounds.fbank``.
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


def whisper(audio: Audio) -> Mel:
    """(samples,) to (samples // 160, 80): log10 mel power, ends padded with silence; before Whisper's own clamping."""
    count = len(audio) // HOP
    if not count:
        return np.zeros((0, BANDS), np.float32)
    padded = np.pad(audio, (FRAME // 2, FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:count] * _hann()
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)).astype(np.float32))
    return np.asarray(np.log10(np.maximum(power @ _slaney(), 1e-10)), np.float32)


@cache
def _hann() -> Audio:
    return np.hanning(FRAME + 1)[:-1].astype(np.float32)


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


def _triangles(edges: npt.NDArray[np.float64], bins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(bins, bands): up from the first edge of a band to its second, down to its third."""
    up = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(up, down))

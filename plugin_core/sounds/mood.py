"""
The mood of music: calm, tense, cheerful or sad, as its sound suggests it.

What is heard: how fast and how regular the onsets are, major or minor (the correlation of the chroma with
Temperley's key profiles), brightness, register, bass, dynamics, roughness (Sethares 1993) and noise. A
small network over these was trained by models/sounds/mood.py on music that a program composed and a sampler played
(``mood.toml`` holds it, with what it reached on instruments it never heard). It is a guess from the surface of the
sound: culture, words and what the film shows are not in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core.sounds import rhythm

Samples = npt.NDArray[np.float32]  # (samples,) at 16 kHz
Vector = npt.NDArray[np.float64]

RATE = 16_000
WINDOW_MS = 8_000
SIZE, HOP = 4096, 2048  # of the spectra: 3.9 Hz a bin
FEATURES = (
    "mode", "clarity", "tempo", "pulse", "onsets", "sharpness", "steadiness", "brightness", "bass", "flatness",
    "dynamics", "register", "roughness",
)  # fmt: skip
SILENCE = 1e-4  # RMS below which a window is not heard
UNSURE = 0.55  # probability below which no mood is named
# Temperley (2001), "The Cognition of Basic Musical Structures", from the Kostka-Payne corpus: C first. Of three
# published pairs of profiles these told major from minor best on composed music.
MAJOR = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
MINOR = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)


@dataclass(frozen=True, slots=True)
class Mood:
    """*name* is the ontology's id of a mood, or "" if none is clear; *scores* are the probabilities of all."""

    name: str
    confidence: float
    scores: dict[str, float]


class Moods:
    """
    The moods in a stream: push the blocks, finish, then ask for stretches.

    Of every 8 s only a few numbers are kept: an hour of sound takes 100 kB.
    """

    def __init__(self, start: int = 0) -> None:
        self._start = start
        self._kept = np.zeros(0, np.float32)
        self._windows: list[Vector | None] = []

    def push(self, block: Samples) -> None:
        """Hear *block*."""
        self._kept = np.concatenate([self._kept, block])
        size = WINDOW_MS * RATE // 1000
        while len(self._kept) >= size:
            self._windows.append(heard(self._kept[:size]))
            self._kept = self._kept[size:]

    def finish(self) -> None:
        """The end of the sound: what is left counts if it is half a window."""
        if len(self._kept) * 2000 >= WINDOW_MS * RATE:
            self._windows.append(heard(self._kept))
        self._kept = np.zeros(0, np.float32)

    def of(self, start: int, end: int) -> Mood | None:
        """The mood of the music from *start* to *end* (ms); None if there is too little of it."""
        found = [
            window
            for number, window in enumerate(self._windows)
            if window is not None and self._overlap(number, start, end) * 2 >= min(WINDOW_MS, end - start)
        ]
        return judge(found) if found else None

    def _overlap(self, number: int, start: int, end: int) -> int:
        begin = self._start + number * WINDOW_MS
        return max(0, min(end, begin + WINDOW_MS) - max(start, begin))


def judge(windows: Sequence[Vector]) -> Mood:
    """The mood of music that was heard in these windows; there must be one at least."""
    table = _table()
    layers = table["layers"]
    value = (summary(windows) - layers["mean"]) / layers["scale"]
    hidden = np.tanh(np.clip(value, -4, 4) @ layers["inner"] + layers["inner_bias"])
    logits = (hidden @ layers["outer"] + layers["outer_bias"]) / table["temperature"]
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    best = int(np.argmax(shares))
    scores = {name: round(float(share), 4) for name, share in zip(table["moods"], shares, strict=True)}
    sure = float(shares[best])
    return Mood(table["moods"][best] if sure >= UNSURE else "", round(sure, 4), scores)


def summary(windows: Sequence[Vector]) -> Vector:
    """``FEATURES`` of a stretch: the means of its windows, and the key of all of their tones together."""
    mean = np.mean(windows, axis=0)
    chroma, others = mean[:12], mean[12:]
    keys = [max(_correlation(chroma, np.roll(profile, shift)) for shift in range(12)) for profile in (MAJOR, MINOR)]
    return np.array([keys[0] - keys[1], max(keys), *others])


def heard(audio: Samples) -> Vector | None:
    """Chroma (12) and all ``FEATURES`` but those of the key of a window of sound; None if it is silent or too short."""
    rms = float(np.sqrt(np.mean(np.square(audio)))) if len(audio) else 0.0
    if len(audio) < 2 * RATE or rms < SILENCE:
        return None
    audio = np.asarray(audio / np.float32(rms), np.float32)  # the level does not matter
    spectra = _spectra(audio)
    chroma, register, rough = _tones(spectra)
    return np.array([*chroma, *_rhythm(audio), *_timbre(spectra, audio), register, rough])


def _rhythm(audio: Samples) -> tuple[float, ...]:
    """log2 of the tempo, its pulse, onsets a second, how sharp they are, how alike their distances are."""
    windows = np.lib.stride_tricks.sliding_window_view(audio, rhythm.SIZE)[:: rhythm.HOP]
    rows = rhythm.spectrum(windows)
    curve, low = rhythm.onsets(rows)
    period, pulse = rhythm.beat_period((curve, low))
    peaks = np.flatnonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:]) & (curve[1:-1] > 1.0)) + 1
    logs = np.log1p(rows)
    rise = float(np.maximum(0.0, np.diff(logs, axis=0)).sum() / (logs.sum() + 1e-9))
    gaps = np.diff(peaks)
    steady = float(gaps.std() / (gaps.mean() + 1e-9)) if len(gaps) > 2 else 1.0
    seconds = len(audio) / RATE
    return float(np.log2(60_000 / rhythm.FRAME_MS / period)), pulse, len(peaks) / seconds, 100 * rise, steady


def _spectra(audio: Samples) -> npt.NDArray[np.float64]:
    """Magnitudes (frames, bins)."""
    windows = np.lib.stride_tricks.sliding_window_view(audio, SIZE)[::HOP]
    return np.abs(np.fft.rfft(windows * np.hanning(SIZE))) / SIZE


def _timbre(spectra: npt.NDArray[np.float64], audio: Samples) -> tuple[float, ...]:
    """log2 of the spectral centroid, share of bass, flatness, dynamics (dB)."""
    hertz = np.fft.rfftfreq(SIZE, 1 / RATE)
    total = spectra.sum(axis=1) + 1e-9
    centroid = float(np.median(np.log2((spectra * hertz).sum(axis=1) / total + 20)))
    power = np.square(spectra)
    bass = float(power[:, hertz < 180].sum() / (power.sum() + 1e-12))
    band = power[:, (hertz > 200) & (hertz < 7000)] + 1e-10
    flatness = float(np.mean(np.log(band).mean(axis=1) - np.log(band.mean(axis=1))))
    count = len(audio) // 800
    levels = 20 * np.log10(np.sqrt(np.square(audio[: count * 800].reshape(count, 800)).mean(axis=1)) + 1e-3)
    return centroid, bass, flatness, float(levels.std())


def _tones(spectra: npt.NDArray[np.float64]) -> tuple[Vector, float, float]:
    """Chroma (sums to 1), the mean pitch of the partials (octaves over 55 Hz), their roughness."""
    chroma, total, octaves_sum, rough = np.zeros(12), 1e-9, 0.0, [0.0]
    for row in spectra:
        hertz, loud = _peaks(row)
        if len(hertz):
            octaves = np.log2(hertz / 55.0)
            np.add.at(chroma, np.round(octaves * 12).astype(int) % 12, loud)
            octaves_sum += float((octaves * loud).sum())
            total += float(loud.sum())
            rough.append(_roughness(hertz, loud))
    return chroma / total, octaves_sum / total, float(np.mean(rough))


def _peaks(row: npt.NDArray[np.float64]) -> tuple[Vector, Vector]:
    """Frequencies (Hz, between bins) and magnitudes of the strongest partials from 55 to 2100 Hz, at most 20."""
    low, high = round(55 * SIZE / RATE), round(2100 * SIZE / RATE)
    part = row[low:high]
    places = np.flatnonzero((part[1:-1] > part[:-2]) & (part[1:-1] >= part[2:]) & (part[1:-1] > 0.03 * part.max())) + 1
    places = places[np.argsort(-part[places])[:20]]
    if not len(places):
        return np.zeros(0), np.zeros(0)
    left, top, right = (np.log(part[places + step] + 1e-12) for step in (-1, 0, 1))
    offset = np.clip(0.5 * (left - right) / (left - 2 * top + right - 1e-12), -0.5, 0.5)
    return (places + low + offset) * RATE / SIZE, np.sqrt(part[places])


def _roughness(hertz: Vector, loud: Vector) -> float:
    """Sethares' dissonance of all pairs of partials, over what pairs there are."""
    if len(hertz) < 2:
        return 0.0
    one, other = np.triu_indices(len(hertz), 1)
    gap = np.abs(hertz[one] - hertz[other])
    scaled = 0.24 / (0.0207 * np.minimum(hertz[one], hertz[other]) + 18.96) * gap
    weight = loud[one] * loud[other]
    return float((weight * (np.exp(-3.5 * scaled) - np.exp(-5.75 * scaled))).sum() / (weight.sum() + 1e-9))


def _correlation(one: Vector, other: Vector) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 else 0.0


@cache
def _table() -> dict[str, Any]:
    table = tomllib.loads(Path(__file__).with_name("mood.toml").read_text("utf-8"))
    table["layers"] = {name: np.array(value) for name, value in table["layers"].items()}
    return table

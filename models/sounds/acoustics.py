"""What the synthesisers are made of: noise, filters, modes, harmonics, placing, rooms. All at 16 kHz, all NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

RATE = 16_000
Audio = npt.NDArray[np.float32]
Chance = np.random.Generator


def count(seconds: float) -> int:
    """Samples."""
    return max(1, round(seconds * RATE))


def time(seconds: float) -> npt.NDArray[np.float64]:
    """The time of every sample, in seconds."""
    return np.arange(count(seconds)) / RATE


def noise(chance: Chance, seconds: float, slope: float = 0.0) -> Audio:
    """Noise with a power spectrum of *slope* dB per octave (0 white, -3 pink, -6 brown)."""
    length = count(seconds)
    white = chance.standard_normal(length)
    if slope == 0:
        return white.astype(np.float32)
    spectrum, places = np.fft.rfft(white), np.fft.rfftfreq(length, 1 / RATE)
    shaped = np.fft.irfft(spectrum * (np.maximum(places, 20) / 1000) ** (slope / 6.02), length)
    return (shaped / np.std(shaped)).astype(np.float32)


def band(sound: Audio, low: float = 0.0, high: float = 0.0, order: int = 2) -> Audio:
    """Keep what lies between *low* and *high* Hz (0: no limit), with the slope of a Butterworth filter."""
    length = len(sound)
    padded = 1 << (length + 2047).bit_length()
    places = np.fft.rfftfreq(padded, 1 / RATE)
    response = np.ones(len(places))
    if high:
        response /= np.sqrt(1 + (places / high) ** (2 * order))
    if low:
        response *= (places / low) ** order / np.sqrt(1 + (places / low) ** (2 * order))
    return np.fft.irfft(np.fft.rfft(sound, padded) * response, padded)[:length].astype(np.float32)


def fading(seconds: float, decay: float, attack: float = 0.001) -> Audio:
    """A hit's loudness: a rise of *attack* seconds, then an exponential with the time constant *decay*."""
    at = time(seconds)
    return (np.minimum(1, at / attack) * np.exp(-np.maximum(0, at - attack) / decay)).astype(np.float32)


def swell(seconds: float, attack: float, release: float) -> Audio:
    """Up, hold, down, with soft corners."""
    at = time(seconds)
    ramp = np.clip(np.minimum(at / max(attack, 1e-4), (seconds - at) / max(release, 1e-4)), 0, 1)
    return (0.5 - 0.5 * np.cos(np.pi * ramp)).astype(np.float32)


def modes(
    seconds: float,
    frequencies: Sequence[float],
    levels: Sequence[float],
    decays: Sequence[float],
    attack: float = 0.001,
) -> Audio:
    """A struck body: partials that die away, each with its time constant."""
    at = time(seconds)
    sound = np.zeros(len(at))
    for frequency, level, decay in zip(frequencies, levels, decays, strict=True):
        if frequency < RATE * 0.48:
            sound += level * np.exp(-at / decay) * np.sin(2 * np.pi * frequency * at)
    return (sound * np.minimum(1, at / attack)).astype(np.float32)


def tone(frequency: float | npt.NDArray[np.floating], seconds: float, levels: Sequence[float] = (1.0,)) -> Audio:
    """Harmonics over a constant or moving frequency; those above the band are left out."""
    track = np.broadcast_to(np.asarray(frequency, np.float64), (count(seconds),))
    phase = 2 * np.pi * np.cumsum(track) / RATE
    sound = np.zeros(len(phase))
    for number, level in enumerate(levels, 1):
        sound += level * np.sin(number * phase) * (number * track < RATE * 0.48)
    return sound.astype(np.float32)


def wandering(chance: Chance, seconds: float, speed: float) -> npt.NDArray[np.float64]:
    """A smooth random curve of mean 0 and deviation 1 that turns about *speed* times a second."""
    points = max(4, round(seconds * speed) + 3)
    known = chance.standard_normal(points)
    at = np.linspace(0, points - 1.001, count(seconds))
    low = at.astype(int)
    part = 0.5 - 0.5 * np.cos(np.pi * (at - low))
    return np.asarray(known[low] * (1 - part) + known[np.minimum(low + 1, points - 1)] * part)


def placed(seconds: float, pieces: Iterable[tuple[float, Audio]]) -> Audio:
    """Pieces at their times (s), added up; what passes the end is cut."""
    sound = np.zeros(count(seconds), np.float32)
    for at, piece in pieces:
        begin = round(at * RATE)
        fitting = piece[: max(0, len(sound) - begin)]
        sound[begin : begin + len(fitting)] += fitting
    return sound


def times(chance: Chance, seconds: float, rate: float, jitter: float = 0.1) -> list[float]:
    """About *rate* times a second; *jitter* is the deviation of a step, as a share of it. The first is at 0."""
    found, at = [], 0.0
    while at < seconds:
        found.append(at)
        at += max(0.3 / rate, (1 + jitter * float(chance.standard_normal())) / rate)
    return found


def random_times(chance: Chance, seconds: float, rate: float) -> list[float]:
    """A Poisson process."""
    return sorted(chance.uniform(0, seconds, chance.poisson(seconds * rate)).tolist())


def choose(chance: Chance, low: float, high: float) -> float:
    """A frequency or duration, evenly in its logarithm."""
    return float(np.exp(chance.uniform(np.log(low), np.log(high))))


def peak(sound: Audio, level: float = 0.9) -> Audio:
    """Scaled to a peak."""
    return np.asarray(sound * (level / max(1e-9, float(np.abs(sound).max()))), np.float32)


def power(sound: Audio) -> float:
    """Mean square."""
    return float(np.mean(np.square(sound, dtype=np.float64))) if len(sound) else 0.0


def room(chance: Chance, seconds: float, distance: float) -> Audio:
    """
    An impulse response: the direct sound, a few early reflections, and a tail that dies by 60 dB in *seconds*.

    *distance* from 0 (beside the microphone) to 1 (across the room) is the share of what is reflected.
    """
    length = count(seconds)
    at = np.arange(length) / RATE
    tail = chance.standard_normal(length) * 10 ** (-3 * at / seconds)
    dull = band(tail.astype(np.float32), 0, choose(chance, 1500, 7000), 1)
    dull *= np.minimum(1, at / 0.012).astype(np.float32)
    response = dull * np.float32(distance / max(1e-6, np.sqrt(np.sum(dull**2))))
    for _ in range(6):
        response[int(chance.integers(16, min(length, 900)))] += chance.normal() * 0.3 * distance
    response[0] += 1.0
    return response.astype(np.float32)


def convolved(sound: Audio, response: Audio) -> Audio:
    """As long as *sound*."""
    size = 1 << (len(sound) + len(response)).bit_length()
    product = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    return np.fft.irfft(product, size)[: len(sound)].astype(np.float32)


def sped(sound: Audio, factor: float) -> Audio:
    """Played *factor* times as fast, with the pitch going along (linear interpolation after a low-pass)."""
    if factor > 1:
        sound = band(sound, 0, 7600 / factor, 6)
    at = np.arange(0, len(sound) - 1, factor)
    low = at.astype(int)
    part = (at - low).astype(np.float32)
    return sound[low] * (1 - part) + sound[low + 1] * part

"""Changed copies of pictures and sounds that mean the same: shapes and labels stay.

One draw is for a whole shot: all its pictures are cropped, coloured and mirrored alike, or movement would be invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.sounds.acoustics import Audio, noise, sped

Picture = npt.NDArray[np.uint8]
Chance = np.random.Generator


@dataclass(frozen=True)
class Strength:
    """How much is changed at most. 0 everywhere changes nothing."""

    crop: float = 0.2  # of a side
    brightness: float = 0.25
    contrast: float = 0.25
    saturation: float = 0.3
    hue: float = 0.06  # of the colour circle
    flip: float = 0.5  # how often
    noise: float = 0.5  # how often, at 8 to 35 dB under the sound
    speed: float = 0.1  # of the pace
    pitch: float = 2.0  # semitones


def pictures(stack: Picture, chance: Chance, strength: Strength = Strength()) -> Picture:
    """RGB [..., height, width, 3], all cropped, coloured and mirrored in one way; the same shape."""
    flat = stack.reshape(-1, *stack.shape[-3:])
    left, top, wide, high = _window(flat.shape[2], flat.shape[1], strength.crop, chance)
    mirrored = chance.random() < strength.flip
    matrix, offset = _colouring(strength, chance)
    made = np.empty_like(flat)
    for number, picture in enumerate(flat):
        part = _resized(picture[top : top + high, left : left + wide], flat.shape[2], flat.shape[1])
        value = part.astype(np.float32) @ matrix.T + offset
        part = np.clip(value + 0.5, 0, 255).astype(np.uint8)
        made[number] = part[:, ::-1] if mirrored else part
    return made.reshape(stack.shape)


def _window(width: int, height: int, crop: float, chance: Chance) -> tuple[int, int, int, int]:
    keep = 1 - crop * chance.random()
    wide, high = max(1, round(width * keep)), max(1, round(height * keep))
    return int(chance.integers(width - wide + 1)), int(chance.integers(height - high + 1)), wide, high


def _resized(picture: Picture, width: int, height: int) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    import cv2

    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _colouring(strength: Strength, chance: Chance) -> tuple[npt.NDArray[np.float32], np.float32]:
    """Brightness, contrast, saturation and hue as one matrix and an offset: a turn of the colour circle is a rotation
    around the axis of greys."""
    gain = 1 + strength.contrast * chance.uniform(-1, 1)
    light = 255 * 0.5 * strength.brightness * chance.uniform(-1, 1)
    saturation = 1 + strength.saturation * chance.uniform(-1, 1)
    angle = 2 * np.pi * strength.hue * chance.uniform(-1, 1)
    third, root = (1 - np.cos(angle)) / 3, np.sin(angle) / np.sqrt(3)
    turn = np.cos(angle) * np.eye(3) + third + root * np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    grey = np.tile([0.299, 0.587, 0.114], (3, 1))
    matrix = gain * (saturation * np.eye(3) + (1 - saturation) * grey) @ turn
    return matrix.astype(np.float32), np.float32(127.5 * (1 - gain) + light)


def mel(seconds: npt.NDArray[np.float32], chance: Chance) -> npt.NDArray[np.float32]:
    """
    Log mel [shots, seconds, rows, bands] as if played louder or softer and at another pitch (bands move by up to two),
    with a few bands and rows of each second left out (SpecAugment: arXiv 1904.08779). Silence stays silence.
    """
    louder = np.float32(chance.uniform(-0.35, 0.35))
    bands = np.arange(seconds.shape[-1]) - chance.integers(-2, 3)
    moved = seconds[..., np.clip(bands, 0, seconds.shape[-1] - 1)]
    made = np.where(moved > 0.3, np.maximum(moved + louder, 0), moved)
    for axis, most in ((-1, 8), (-2, 16)):
        size = made.shape[axis]
        first = chance.integers(0, size, made.shape[:2])[..., None]
        length = chance.integers(0, most + 1, made.shape[:2])[..., None]
        out = (np.arange(size) >= first) & (np.arange(size) < first + length)
        made *= ~(out[..., None, :] if axis == -1 else out[..., None])
    return made.astype(np.float32)


def sound(audio: Audio, chance: Chance, strength: Strength = Strength()) -> Audio:
    """16 kHz samples at another pitch, another pace, with some noise; as many samples, cut or filled with silence."""
    changed = audio
    if strength.pitch and len(audio) >= 2048:
        changed = pitched(changed, float(chance.uniform(-strength.pitch, strength.pitch)))
    if strength.speed and len(audio):
        changed = sped(changed, float(1 + strength.speed * chance.uniform(-1, 1)))
    changed = np.pad(changed, (0, max(0, len(audio) - len(changed))))[: len(audio)]
    if strength.noise and len(audio) and chance.random() < strength.noise:
        level = np.sqrt(np.mean(np.square(changed))) * 10 ** (-chance.uniform(8, 35) / 20)
        changed = changed + noise(chance, len(audio) / 16_000, float(chance.uniform(-6, 0)))[: len(audio)] * np.float32(
            level
        )
    return np.clip(changed, -1, 1).astype(np.float32)


def pitched(audio: Audio, semitones: float) -> Audio:
    """At another pitch and the same pace: drawn out by a phase vocoder, then played faster."""
    factor = 2 ** (semitones / 12)
    return _fitted(sped(_drawn_out(audio, factor), factor), len(audio))


def _fitted(audio: Audio, length: int) -> Audio:
    return np.asarray(np.pad(audio, (0, max(0, length - len(audio))))[:length], np.float32)


def _drawn_out(audio: Audio, factor: float, size: int = 1024, hop: int = 256) -> Audio:
    """*factor* times as long at the same pitch (phase vocoder: Flanagan and Golden 1966)."""
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    padded = np.pad(audio, (size, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window
    spectrum = np.fft.rfft(frames, axis=1)
    steps = np.arange(0, len(spectrum) - 1, 1 / factor)
    low, part = steps.astype(int), (steps % 1)[:, None]
    level = (1 - part) * np.abs(spectrum[low]) + part * np.abs(spectrum[low + 1])
    expected = 2 * np.pi * hop * np.arange(size // 2 + 1) / size
    drift = np.angle(spectrum[low + 1]) - np.angle(spectrum[low]) - expected
    advance = expected + drift - 2 * np.pi * np.round(drift / (2 * np.pi))
    phase = np.cumsum(np.concatenate([np.angle(spectrum[:1]), advance[:-1]]), axis=0)
    pieces = np.fft.irfft(level * np.exp(1j * phase), size, axis=1) * window
    made, weight = np.zeros(len(pieces) * hop + size), np.zeros(len(pieces) * hop + size)
    for number, piece in enumerate(pieces):
        made[number * hop : number * hop + size] += piece
        weight[number * hop : number * hop + size] += window**2
    whole = made / np.maximum(weight, 0.1)
    begin = round(size * factor)
    return whole[begin : begin + round(len(audio) * factor)].astype(np.float32)

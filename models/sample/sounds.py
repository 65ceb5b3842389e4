"""The sound of the sample: voices, a soft piano, a doorbell, a breaking glass, the train and the sea."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import cast

import numpy as np
import numpy.typing as npt

from models.speech.voices import Clip, Espeak

Sound = npt.NDArray[np.float32]
RATE = 48_000
SPEECH_LEVEL = -20.0  # dBFS, RMS while speaking
MUSIC_LEVEL = -37.0  # under speech, as a mixer would set it


class Speaker(Espeak):
    """espeak-ng at its own rate: the sample's sound keeps the full band that training clips lose at 16 kHz."""

    def read(self, text: str, language: str, voice: str, rate: int) -> Clip:
        """The sentence at 48 kHz, with the times of its phones and words."""
        self.chunks, self.events = [], []
        if self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        for parameter, value in ((self.RATE, rate), (self.PITCH, 50), (self.RANGE, 50)):
            self.lib.espeak_SetParameter(parameter, value, 0)
        data = text.encode()
        self.lib.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        raw = np.frombuffer(b"".join(self.chunks), np.int16).astype(np.float32) / 32768
        clip = self._timed(Clip(language, text, voice, raw))
        if clip is None:
            raise ValueError(f"espeak-ng did not read {text!r} as written")
        sound = resample(raw, self.rate)
        spoken = sound[: round(clip.phones[-1][2] * RATE / 1000)]
        loud = spoken[np.abs(spoken) > 0.01]
        clip.audio = sound * np.float32(10 ** (SPEECH_LEVEL / 20) / np.sqrt(np.mean(loud**2)))
        return clip


def resample(sound: Sound, rate: int) -> Sound:
    """To 48 kHz with the resampler that the core uses."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(sound[None], format="flt", layout="mono")
    frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
    parts = [out.to_ndarray()[0] for out in (*resampler.resample(frame), *resampler.resample(None))]
    return cast("Sound", np.concatenate(parts))


def decaying(frequency: float, seconds: float, decay: float) -> Sound:
    """A struck string or bell: one partial that dies away."""
    time = np.arange(round(seconds * RATE)) / RATE
    attack = np.minimum(1, time / 0.004)
    return (attack * np.exp(-time / decay) * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def doorbell() -> Sound:
    """Ding, dong."""
    sound = np.zeros(round(1.4 * RATE), np.float32)
    for begin, root in ((0.0, 659.3), (0.45, 523.3)):
        for ratio, level in ((1, 1.0), (2.0, 0.4), (3.01, 0.2), (4.2, 0.1)):
            note = level * decaying(root * ratio, 0.95, 0.28 / ratio**0.5)
            at = round(begin * RATE)
            sound[at : at + len(note)] += note
    return scaled(sound, -24.0)


def glass() -> Sound:
    """A burst of noise and a hundred small splinters."""
    chance, noise = random.Random(7), np.random.default_rng(7)
    length = round(0.9 * RATE)
    hiss = np.diff(noise.standard_normal(length + 1)) * np.exp(-np.arange(length) / (0.03 * RATE))
    sound = (0.4 * hiss).astype(np.float32)
    for _ in range(110):
        at = round(min(0.6, chance.expovariate(1 / 0.13)) * RATE)
        splinter = chance.uniform(0.1, 0.5) * decaying(chance.uniform(2200, 9500), 0.25, chance.uniform(0.01, 0.05))
        sound[at : at + len(splinter)] += splinter[: length - at]
    return scaled(sound, -22.0)


def music(seconds: float) -> Sound:
    """A slow piano: C, G, A minor, F, one arpeggio a bar; (2, samples), faded in and out."""
    length = round(seconds * RATE)
    sound = np.zeros((2, length + 4 * RATE), np.float32)
    chords = ((48, 55, 60, 64, 67), (43, 55, 59, 62, 67), (45, 57, 60, 64, 69), (41, 53, 57, 60, 65))
    step = 0.42
    for count in range(int(seconds / step)):
        bar, place = divmod(count, 8)
        key = chords[bar % 4][(0, 2, 3, 4, 3, 2, 1, 2)[place]]
        frequency = 440 * 2 ** ((key - 69) / 12)
        note = sum((decaying(frequency * n, 2.5, 0.9 / n) / n**1.6 for n in range(1, 6)), np.zeros(1, np.float32))
        at, side = round(count * step * RATE), 0.35 + 0.3 * (place % 2)
        sound[:, at : at + len(note)] += np.array([[side], [1 - side]], np.float32) * note
    time = np.arange(length) / RATE
    fade = np.clip(np.minimum(time / 0.4, (seconds - time) / 1.5), 0, 1).astype(np.float32)
    return scaled(sound[:, :length] * fade, MUSIC_LEVEL)


def train(seconds: float) -> Sound:
    """A low rumble with the double knock of rail joints."""
    noise = np.random.default_rng(3).standard_normal(round(seconds * RATE))
    rumble = lowpass(noise, 90)
    for count in range(int(seconds / 0.9)):
        for offset in (0.0, 0.14):
            at = round((count * 0.9 + offset) * RATE)
            knock = 6 * float(np.std(rumble)) * decaying(75, 0.12, 0.03)
            rumble[at : at + len(knock)] += knock[: len(rumble) - at]
    return scaled(rumble, -42.0)


def sea(seconds: float) -> Sound:
    """Waves: noise that swells every five seconds."""
    noise = np.random.default_rng(4).standard_normal(round(seconds * RATE))
    time = np.arange(len(noise)) / RATE
    return scaled((lowpass(noise, 900) * (0.35 + 0.65 * np.sin(np.pi * time / 5) ** 4)).astype(np.float32), -44.0)


def lowpass(sound: npt.NDArray[np.float64], hertz: float) -> Sound:
    """First-order response in the frequency domain."""
    spectrum = np.fft.rfft(sound)
    response = 1 / (1 + (np.fft.rfftfreq(len(sound), 1 / RATE) / hertz) ** 2)
    return np.fft.irfft(spectrum * response, len(sound)).astype(np.float32)


def scaled(sound: npt.NDArray[np.floating], level: float) -> Sound:
    """To an RMS of *level* dBFS."""
    return np.asarray(sound * (10 ** (level / 20) / np.sqrt(np.mean(np.square(sound)))), dtype=np.float32)

"""People and animals: clapping, laughing, birds; and the voice that the recipe sings with."""

from __future__ import annotations

import numpy as np

from models.sounds.acoustics import (
    RATE,
    Audio,
    Chance,
    band,
    choose,
    count,
    fading,
    noise,
    peak,
    placed,
    swell,
    times,
    tone,
)


def applause(chance: Chance, hands: int, seconds: float) -> Audio:
    """Hands, each with its own colour and pace."""
    pieces = []
    for _ in range(hands):
        low, rate, loud = choose(chance, 500, 1800), chance.uniform(2.5, 5.5), choose(chance, 0.15, 1)
        clap = band(noise(chance, 0.06), low, low * chance.uniform(1.6, 3.5)) * fading(
            0.06, choose(chance, 0.004, 0.015)
        )
        clap = peak(clap, loud)
        pieces += [(at + chance.random() / rate, clap) for at in times(chance, seconds, rate, 0.12)]
    return peak(placed(seconds, pieces) * swell(seconds, chance.uniform(0.02, 0.5), chance.uniform(0.1, 1.0)))


def applause_crowd(chance: Chance) -> Audio:
    """Ten to sixty pairs of hands."""
    return applause(chance, int(chance.integers(10, 60)), chance.uniform(1.5, 5))


def applause_few(chance: Chance) -> Audio:
    """Two to six pairs of hands."""
    return applause(chance, int(chance.integers(2, 7)), chance.uniform(1, 4))


def applause_hall(chance: Chance) -> Audio:
    """Held out: a hall, as noise that crackles."""
    seconds = chance.uniform(2, 5)
    grains = (chance.random(count(seconds)) < 0.02).astype(np.float32) * chance.exponential(1, count(seconds)).astype(
        np.float32
    )
    sound = band(grains, 700, 3500) + 0.3 * band(noise(chance, seconds), 800, 3000)
    return peak(sound * swell(seconds, 0.3, 0.8))


_VOWELS = {
    "a": (750, 1250, 2600),
    "e": (500, 1850, 2600),
    "i": (320, 2300, 3000),
    "o": (450, 850, 2500),
    "u": (350, 800, 2400),
}


def voiced(chance: Chance, track: np.ndarray, vowel: str, stretch: float, breath: float) -> Audio:
    """A vowel on a moving pitch: harmonics weighted by three formants, and breath through the same."""
    seconds = len(track) / RATE
    formants = [f * stretch for f in _VOWELS[vowel]]
    base = float(np.mean(track))
    levels = []
    for number in range(1, int(7000 / base) + 1):
        place = number * base
        response = sum(1 / (1 + ((place - f) / w) ** 2) for f, w in zip(formants, (90, 120, 180), strict=True))
        levels.append(response / number**0.5)
    sound = tone(track, seconds, levels)
    air = sum((band(noise(chance, seconds), 0.85 * f, 1.15 * f) for f in formants), np.zeros(len(track), np.float32))
    return sound / max(1e-9, float(np.std(sound))) + np.float32(breath) * air


def laughter(chance: Chance) -> Audio:
    """Ha ha ha: voiced bursts with breath before each, falling in pitch; one person or a few."""
    people = int(chance.choice([1, 1, 1, 2, 4]))
    total = chance.uniform(0.8, 3)
    return peak(sum((_laugh(chance, total) for _ in range(people)), np.zeros(count(total), np.float32)))


def _laugh(chance: Chance, seconds: float) -> Audio:
    pitch, rate = choose(chance, 130, 420), chance.uniform(3.5, 6.5)
    stretch, vowel = 0.9 + pitch / 1500, str(chance.choice(["a", "a", "e", "i", "o"]))
    pieces, breath = [], chance.uniform(0.2, 1.2)
    for at in times(chance, seconds * chance.uniform(0.6, 1), rate, 0.08):
        length = min(0.9, chance.uniform(0.4, 0.7)) / rate
        fall = pitch * (1 - 0.25 * at / seconds) * np.linspace(1.15, 0.85, count(length))
        vocal = voiced(chance, fall, vowel, stretch, breath) * swell(length, 0.02, 0.06)
        puff = band(noise(chance, 0.07), 600, 4500) * swell(0.07, 0.03, 0.03)
        loud = np.float32(1 - 0.5 * at / seconds)
        pieces += [(at, puff * np.float32(breath * 0.7)), (at + 0.05, vocal * loud)]
    return placed(seconds, pieces)


def laughter_hehe(chance: Chance) -> Audio:
    """Held out: a giggle of short high vowels that rises."""
    pieces, pitch = [], choose(chance, 260, 420)
    for number in range(int(chance.integers(5, 10))):
        track = pitch * (1 + 0.03 * number) * np.linspace(1, 0.9, count(0.09))
        pieces.append((number * 0.17, voiced(chance, track, "i", 1.15, 0.6) * swell(0.09, 0.015, 0.03)))
    return peak(placed(pieces[-1][0] + 0.15, pieces))


def birds(chance: Chance) -> Audio:
    """Chirps: quick glides and trills, by one or several birds."""
    seconds, pieces = chance.uniform(0.8, 4), []
    for _ in range(int(chance.integers(1, 4))):
        base, rate, length = choose(chance, 1800, 5500), chance.uniform(1, 5), choose(chance, 0.04, 0.25)
        bend, trill = chance.uniform(-0.4, 0.4), chance.uniform(0, 0.12)
        loud = np.float32(chance.uniform(0.3, 1))
        for at in times(chance, seconds, rate, 0.4):
            line = np.linspace(0, 1, count(length))
            track = base * (1 + bend * line + trill * np.sin(2 * np.pi * chance.uniform(15, 45) * line * length))
            pieces.append((at, tone(track, length, (1, 0.1)) * swell(length, 0.01, 0.02) * loud))
    return peak(placed(seconds, pieces))


def birds_cuckoo(chance: Chance) -> Audio:
    """Held out: warbles with random steps."""
    seconds = chance.uniform(1.2, 3)
    steps_ = np.repeat(chance.uniform(2200, 4800, round(seconds * 14) + 1), RATE // 14)[: count(seconds)]
    open_ = chance.random(round(seconds * 7) + 1) < 0.6
    open_[0] = True
    gate = np.repeat(open_, RATE // 7)[: count(seconds)]
    return peak(tone(np.resize(steps_, count(seconds)), seconds) * np.resize(gate, count(seconds)).astype(np.float32))

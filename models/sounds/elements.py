"""Air, water, fire and guns."""

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
    modes,
    noise,
    peak,
    placed,
    random_times,
    swell,
    times,
    tone,
    wandering,
)
from models.sounds.struck import struck


def gunshot(chance: Chance) -> Audio:
    """A crack, a low thump and an echo; one to five shots."""
    pieces, at = [], 0.0
    decay, bright, echo = choose(chance, 0.015, 0.09), choose(chance, 1500, 7000), choose(chance, 0.1, 0.6)
    for _ in range(int(chance.choice([1, 1, 2, 3, 5]))):
        crack = band(noise(chance, 0.5), 60, bright) * fading(0.5, decay, 0.0004)
        thump = modes(0.4, [choose(chance, 50, 140)], [1], [0.06])
        tail = band(noise(chance, 0.9), 40, 1200) * fading(0.9, echo * 0.5, 0.02)
        pieces += [(at, peak(crack)), (at, 0.5 * thump), (at + 0.01, peak(tail, chance.uniform(0.05, 0.35)))]
        at += chance.uniform(0.09, 0.7)
    return peak(placed(at + 0.4, pieces))


def gunshot_plain(chance: Chance) -> Audio:
    """Held out: clipped noise with a steep decay."""
    shot = np.tanh(6 * noise(chance, 0.45) * fading(0.45, 0.05, 0.0003)).astype(np.float32)
    return peak(band(shot, 80, 5000))


def explosion(chance: Chance) -> Audio:
    """A blast that is dull, long and rumbling, with debris."""
    seconds = chance.uniform(1.5, 4)
    blast = band(noise(chance, seconds, -6), 20, choose(chance, 300, 1500)) * fading(
        seconds, choose(chance, 0.25, 0.9), 0.005
    )
    front = band(noise(chance, 0.4), 60, 4000) * fading(0.4, choose(chance, 0.03, 0.12))
    pieces = [(0.0, peak(np.tanh(2 * blast / np.std(blast)).astype(np.float32) * fading(seconds, 0.9, 0.005)))]
    pieces.append((0.0, peak(front, chance.uniform(0.4, 1))))
    debris = random_times(chance, seconds * 0.8, 10 * chance.random())
    pieces += [(at, peak(struck(chance, 0.1, (300, 3000), 3, 0.02), chance.uniform(0.02, 0.12))) for at in debris]
    return peak(placed(seconds, pieces))


def explosion_plain(chance: Chance) -> Audio:
    """Held out: brown noise under one envelope."""
    seconds = chance.uniform(1.5, 3)
    return peak(np.tanh(3 * noise(chance, seconds, -9)).astype(np.float32) * fading(seconds, 0.6, 0.01))


def thunder(chance: Chance) -> Audio:
    """A crack or none, then rolling rumble."""
    seconds = chance.uniform(2.5, 6)
    rumble = band(noise(chance, seconds, -4), 25, choose(chance, 150, 500))
    roll = np.exp(0.8 * wandering(chance, seconds, chance.uniform(2, 5))).astype(np.float32)
    sound = peak(rumble * roll * fading(seconds, chance.uniform(0.8, 2), chance.uniform(0.02, 0.6)))
    if chance.random() < 0.6:
        crackle = (chance.random(count(0.8)) < 0.01).astype(np.float32) * 6 + 0.5 * noise(chance, 0.8)
        sound[: count(0.8)] += peak(
            band(crackle, 200, 5000) * fading(0.8, choose(chance, 0.05, 0.25)), chance.uniform(0.3, 1)
        )[: len(sound)]
    return peak(sound * swell(seconds, 0.001, 0.5))


def thunder_far(chance: Chance) -> Audio:
    """Held out: a distant roll."""
    seconds = chance.uniform(3, 5)
    return peak(
        band(noise(chance, seconds), 25, 120, 3)
        * (0.5 + np.abs(wandering(chance, seconds, 3))).astype(np.float32)
        * swell(seconds, 0.8, 1.5)
    )


def wind(chance: Chance) -> Audio:
    """Noise whose height and loudness wander, with a howl now and then."""
    seconds = chance.uniform(2.5, 6)
    low = band(noise(chance, seconds, -3), 60, choose(chance, 300, 1200))
    gust = np.exp(0.6 * wandering(chance, seconds, chance.uniform(0.4, 1.5))).astype(np.float32)
    sound = low / np.std(low) * gust
    if chance.random() < 0.6:
        track = choose(chance, 300, 900) * np.exp(0.25 * wandering(chance, seconds, 0.8))
        phase = 2 * np.pi * np.cumsum(track) / RATE
        slow = [
            np.interp(
                np.arange(count(seconds)),
                np.arange(0, count(seconds), 160),
                chance.standard_normal(-(-count(seconds) // 160)),
            )
            for _ in range(2)
        ]
        sound += (
            np.float32(chance.uniform(0.3, 1))
            * (slow[0] * np.cos(phase) + slow[1] * np.sin(phase)).astype(np.float32)
            * gust
        )
    return peak(sound * swell(seconds, 0.3, 0.4))


def wind_microphone(chance: Chance) -> Audio:
    """Held out: buffeting on a microphone."""
    seconds = chance.uniform(2.5, 5)
    loud = np.maximum(0, wandering(chance, seconds, 4)).astype(np.float32)
    return peak(band(noise(chance, seconds, -6), 20, 250) * (0.2 + loud) * swell(seconds, 0.2, 0.3))


def water(chance: Chance) -> Audio:
    """Pouring or a brook: bubbles, each a short tone that rises."""
    seconds, density, low = chance.uniform(1.5, 5), choose(chance, 40, 300), choose(chance, 300, 900)
    bubbles = []
    for _ in range(24):
        pitch, length = choose(chance, low, low * 6), choose(chance, 0.008, 0.05)
        track = pitch * (1 + chance.uniform(0, 0.35) * np.linspace(0, 1, count(length)))
        bubbles.append(tone(track, length) * fading(length, length / 3, 0.001))
    pieces = [
        (at, bubbles[int(chance.integers(24))] * np.float32(choose(chance, 0.1, 1)))
        for at in random_times(chance, seconds, density)
    ]
    hiss = band(noise(chance, seconds), 800, 6000) * np.float32(chance.uniform(0.01, 0.2))
    return peak((placed(seconds, pieces) + hiss) * swell(seconds, 0.1, 0.15))


def water_drips(chance: Chance) -> Audio:
    """Held out: drops in a cave."""
    seconds, pieces = chance.uniform(2, 4), []
    for at in times(chance, seconds, chance.uniform(2, 5), 0.4):
        pitch = choose(chance, 700, 2200)
        pieces.append((at, tone(pitch * np.linspace(1, 1.5, count(0.06)), 0.06) * fading(0.06, 0.015)))
    return peak(placed(seconds, pieces))


def whoosh(chance: Chance) -> Audio:
    """A transition: noise that swells and falls while its colour moves."""
    seconds = choose(chance, 0.25, 1.4)
    line = np.linspace(0, 1, count(seconds))
    top = chance.uniform(0.35, 0.75)
    bell_ = np.exp(-(((line - top) / chance.uniform(0.12, 0.25)) ** 2)).astype(np.float32)
    low, high = choose(chance, 150, 800), choose(chance, 1200, 6000)
    dark, light = band(noise(chance, seconds), 80, low * 2), band(noise(chance, seconds), low, high)
    share = np.clip(bell_ * chance.uniform(0.5, 1.2), 0, 1)
    return peak((peak(dark) * (1 - share) + peak(light) * share) * bell_)


def whoosh_pass(chance: Chance) -> Audio:
    """Held out: a tone-like noise passing by with a falling pitch."""
    seconds = 0.8
    line = np.linspace(-3, 3, count(seconds))
    sound = band(noise(chance, seconds), 400, 1500) * np.exp(-(line**2) / 1.5).astype(np.float32)
    return peak(sound)

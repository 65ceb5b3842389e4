"""Bells and signals: doorbells, telephones, sirens, horns, alarms, whistles."""

from __future__ import annotations

from collections.abc import Sequence

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
    swell,
    time,
    tone,
)


def _bell(chance: Chance, base: float, seconds: float, decay: float) -> Audio:
    """The partials of a church bell: hum, prime, tierce, quint, nominal and above."""
    ratios = (0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.1, 5.4)
    frequencies = [base * ratio * float(chance.uniform(0.995, 1.005)) for ratio in ratios]
    levels = [float(chance.uniform(0.3, 1)) / (1 + 0.3 * n) for n in range(len(ratios))]
    return modes(seconds, frequencies, levels, [decay / ratio**0.8 for ratio in ratios], 0.002)


def bell(chance: Chance) -> Audio:
    """Struck one to four times, large or small."""
    number, gap, base = int(chance.integers(1, 5)), chance.uniform(0.7, 1.8), choose(chance, 180, 1400)
    one = _bell(chance, base, 3.0, choose(chance, 0.4, 1.4))
    return peak(
        placed((number - 1) * gap + 1.8, [(n * gap, one * np.float32(chance.uniform(0.7, 1))) for n in range(number)])
    )


def bell_plates(chance: Chance) -> Audio:
    """Held out: the modes of a metal plate."""
    base, number = choose(chance, 300, 900), int(chance.integers(1, 4))
    ratios = [1, 1.59, 2.14, 2.65, 3.16, 3.5]
    one = modes(2.5, [base * r for r in ratios], [1 / (n + 1) for n in range(6)], [0.9 / r**0.5 for r in ratios])
    return peak(placed(number * 1.0 + 0.8, [(n * 1.0, one) for n in range(number)]))


def doorbell_chime(chance: Chance) -> Audio:
    """Ding, dong: two bars, the second lower by a third or so."""
    base, interval = choose(chance, 450, 1100), float(chance.choice([1.25, 1.2, 1.33, 1.5]))
    decay, gap = choose(chance, 0.2, 0.7), chance.uniform(0.35, 0.75)
    pieces = []
    for at, root in ((0.0, base * interval), (gap, base)):
        levels = (1, chance.uniform(0.1, 0.5), chance.uniform(0.05, 0.3), chance.uniform(0, 0.15))
        note = modes(
            1.6, [root, 2 * root, 2.76 * root, 5.4 * root], levels, [decay, decay / 2, decay / 3, decay / 5], 0.002
        )
        pieces.append((at, note))
    return peak(placed(gap + 1.2, pieces))


def doorbell_melody(chance: Chance) -> Audio:
    """A chime of four notes on electronic bars."""
    base, step = choose(chance, 400, 800), chance.uniform(0.28, 0.5)
    steps_ = [(0, 4, 2, -5), (4, 0, 2, -5), (0, 2, 4, 0), (7, 4, 0, 4)][int(chance.integers(4))]
    pieces = []
    for number, semitones in enumerate(steps_):
        root = base * 2 ** (semitones / 12)
        note = tone(root, 0.9, (1, chance.uniform(0, 0.4), 0, chance.uniform(0, 0.2))) * fading(0.9, 0.3, 0.003)
        pieces.append((number * step, note))
    return peak(placed(4 * step + 0.4, pieces))


def doorbell_buzzer(chance: Chance) -> Audio:
    """A buzzer: mains hum cut into pulses."""
    seconds = chance.uniform(0.3, 1.4)
    pulses = tone(float(chance.choice([50, 60, 100, 120])), seconds, [1 / (1 + 0.1 * n) for n in range(60)])
    return peak(band(pulses, 300, choose(chance, 2500, 6000)) * swell(seconds, 0.01, 0.02))


def doorbell_fm(chance: Chance) -> Audio:
    """Held out: ding-dong by frequency modulation."""
    base, at = choose(chance, 500, 900), time(1.0)
    notes = []
    for root in (base * 1.26, base):
        index = 1.5 * np.exp(-at / 0.15)
        notes.append(np.sin(2 * np.pi * root * at + index * np.sin(2 * np.pi * 3.5 * root * at)) * np.exp(-at / 0.35))
    return peak(placed(1.5, [(0, notes[0].astype(np.float32)), (0.5, notes[1].astype(np.float32))]))


def phone_bell(chance: Chance) -> Audio:
    """An old telephone: two gongs struck in turn twenty times a second, ringing and pausing."""
    one, other = choose(chance, 700, 1600), chance.uniform(1.1, 1.35)
    rate, ring, pause = chance.uniform(16, 26), chance.uniform(0.4, 2.0), chance.uniform(0.2, 1.5)
    gongs = [
        modes(0.3, [f, 2.7 * f, 4.1 * f], [1, 0.6, 0.3], [0.12, 0.08, 0.05])
        for f in (one, one * other)
    ]  # fmt: skip
    pieces = []
    for start in [n * (ring + pause) for n in range(int(chance.integers(1, 4)))]:
        pieces += [(start + n / rate, gongs[n % 2]) for n in range(int(ring * rate))]
    return peak(placed(max(at for at, _ in pieces) + 0.3, pieces))


def phone_warble(chance: Chance) -> Audio:
    """An electronic ringer: two tones in quick turn."""
    one, ratio, rate = choose(chance, 500, 2200), chance.uniform(1.15, 1.5), chance.uniform(8, 28)
    ring, pause, number = chance.uniform(0.5, 1.6), chance.uniform(0.3, 1.5), int(chance.integers(1, 4))
    at = time(ring)
    track = np.where((at * rate) % 1 < 0.5, one, one * ratio)
    sound = tone(track, ring, (1, chance.uniform(0, 0.5), chance.uniform(0, 0.4))) * swell(ring, 0.01, 0.03)
    return peak(placed(number * (ring + pause) - pause, [(n * (ring + pause), sound) for n in range(number)]))


def phone_tune(chance: Chance) -> Audio:
    """A mobile: a quick little tune of square notes, repeated."""
    base, step = choose(chance, 500, 1300), chance.uniform(0.09, 0.17)
    tune = [int(chance.choice([0, 2, 4, 5, 7, 9, 12])) for _ in range(int(chance.integers(4, 9)))]
    shape = (1, 0, 0.33, 0, 0.2) if chance.random() < 0.6 else (1, 0.3)
    pieces = []
    for turn in range(int(chance.integers(2, 4))):
        for number, semitones in enumerate(tune):
            note = tone(base * 2 ** (semitones / 12), step * 0.95, shape) * swell(step * 0.95, 0.004, 0.02)
            pieces.append(((turn * (len(tune) + 2) + number) * step, note))
    return peak(placed(pieces[-1][0] + step, pieces))


def phone_dual(chance: Chance) -> Audio:
    """Held out: the ring-back pair of tones, with the double ring of some countries."""
    ring = tone(float(chance.uniform(400, 440)), 0.4) + tone(float(chance.uniform(450, 480)), 0.4)
    ring = ring * swell(0.4, 0.01, 0.01) * (1 + 0.8 * np.sign(np.sin(2 * np.pi * 25 * time(0.4)))).astype(np.float32)
    return peak(placed(2.8, [(0, ring), (0.6, ring), (2.0, ring)]))


def siren_wail(chance: Chance) -> Audio:
    """Wail and yelp: a tone that sweeps slowly or fast, perhaps passing by."""
    seconds, rate = chance.uniform(2.5, 6), float(chance.choice([0.2, 0.3, 0.5, 1.5, 3, 4])) * chance.uniform(0.8, 1.2)
    low, high = choose(chance, 400, 800), choose(chance, 1000, 1800)
    phase = (time(seconds) * rate + chance.random()) % 1
    shape = (
        np.where(phase < 0.6, phase / 0.6, (1 - phase) / 0.4)
        if chance.random() < 0.5
        else 0.5 - 0.5 * np.cos(2 * np.pi * phase)
    )
    return _passing(chance, tone(low * (high / low) ** shape, seconds, _reedy(chance)))


def siren_two_tone(chance: Chance) -> Audio:
    """Hi-lo."""
    seconds, rate, low = chance.uniform(2.5, 6), chance.uniform(0.7, 2.2), choose(chance, 380, 800)
    track = np.where((time(seconds) * rate) % 1 < 0.5, low, low * chance.uniform(1.2, 1.6))
    return _passing(chance, tone(track, seconds, _reedy(chance)))


def siren_air_raid(chance: Chance) -> Audio:
    """Held out: a mechanical siren that runs up, holds and runs down."""
    seconds = chance.uniform(4, 6)
    at = time(seconds) / seconds
    track = choose(chance, 350, 500) * (0.3 + 0.7 * np.clip(np.minimum(at / 0.35, (1 - at) / 0.4), 0, 1) ** 0.5)
    return peak(tone(track, seconds, (1, 0.5, 0.5, 0.2, 0.2)) * swell(seconds, 0.3, 0.6))


def _reedy(chance: Chance) -> Sequence[float]:
    return [1 / (n ** chance.uniform(0.6, 1.6)) for n in range(1, 9)]


def _passing(chance: Chance, sound: Audio) -> Audio:
    """Coming nearer, going away or staying: loudness and brightness along the way."""
    seconds = len(sound) / RATE
    begin, end = chance.uniform(0.15, 1), chance.uniform(0.15, 1)
    ramp = np.linspace(begin, end, len(sound)).astype(np.float32)
    return peak((ramp * sound + (1 - ramp) * 0.5 * band(sound, 0, 900)) * ramp * swell(seconds, 0.08, 0.1))


def horn(chance: Chance) -> Audio:
    """A car's horn: two reedy tones a third apart, in one or a few honks."""
    base, ratio = choose(chance, 280, 520), chance.uniform(1.18, 1.3)
    levels, pieces, at = [1 / n**0.7 for n in range(1, 14)], [], 0.0
    for _ in range(int(chance.integers(1, 4))):
        seconds = choose(chance, 0.12, 1.4)
        honk = tone(base, seconds, levels) + tone(base * ratio, seconds, levels)
        pieces.append((at, band(honk, 200, choose(chance, 2500, 6000)) * swell(seconds, 0.02, 0.04)))
        at += seconds + chance.uniform(0.08, 0.3)
    return peak(placed(at, pieces))


def horn_single(chance: Chance) -> Audio:
    """Held out: one tone, clipped hard, as of a lorry."""
    seconds = chance.uniform(0.5, 1.5)
    sound = np.tanh(4 * tone(choose(chance, 180, 350), seconds, (1, 0.6, 0.5, 0.4))) * swell(seconds, 0.04, 0.06)
    return peak(band(sound.astype(np.float32), 150, 4000))


def alarm_beeps(chance: Chance) -> Audio:
    """An alarm clock or a machine: beeps, alone or in groups."""
    pitch, beep, pause = choose(chance, 800, 3800), choose(chance, 0.05, 0.35), choose(chance, 0.05, 0.4)
    shape = [(1,), (1, 0, 0.33, 0, 0.2), (1, 0.5, 0.3)][int(chance.integers(3))]
    group, rest = int(chance.integers(1, 5)), choose(chance, 0.2, 0.8)
    pieces, at = [], 0.0
    for _ in range(int(chance.integers(2, 6))):
        for _ in range(group):
            pieces.append((at, tone(pitch, beep, shape) * swell(beep, 0.003, 0.006)))
            at += beep + pause
        at += rest if group > 1 else 0
    return peak(placed(at, pieces))


def alarm_two(chance: Chance) -> Audio:
    """Held out: beeps of two heights in turn."""
    pitch, shape = choose(chance, 1200, 2600), swell(0.18, 0.005, 0.01)
    turns = range(int(chance.integers(4, 9)))
    pieces = [(n * 0.3, tone(pitch * (1.25 if n % 2 else 1), 0.18, (1, 0.2)) * shape) for n in turns]
    return peak(placed(pieces[-1][0] + 0.25, pieces))


def whistle_tune(chance: Chance) -> Audio:
    """A person who whistles: a breathy tone that glides between notes."""
    seconds = chance.uniform(0.8, 3.5)
    points = max(2, round(seconds * chance.uniform(2, 5)))
    base = choose(chance, 700, 1800)
    notes = base * 2 ** (chance.choice([0, 2, 4, 5, 7, 9, 12, -3], points) / 12)
    places = np.linspace(0, points - 0.001, count(seconds))
    held = np.clip((places % 1) * chance.uniform(3, 8), 0, 1)
    index = places.astype(int)
    track = notes[np.maximum(index - 1, 0)] * (1 - held) + notes[index] * held
    track = track * (1 + 0.008 * np.sin(2 * np.pi * chance.uniform(4, 7) * time(seconds)))
    sound = tone(track, seconds, (1, chance.uniform(0, 0.08)))
    breath = band(noise(chance, seconds), base * 0.8, base * 2) * np.float32(chance.uniform(0.01, 0.08))
    loud = np.clip(1 - 0.8 * (held < 0.15), 0.1, 1).astype(np.float32)
    return peak((sound * loud + breath) * swell(seconds, 0.04, 0.08))


def whistle_pea(chance: Chance) -> Audio:
    """A referee: two close tones chopped by the pea."""
    seconds, pitch, rate = choose(chance, 0.25, 1.5), choose(chance, 2000, 3600), chance.uniform(25, 55)
    flutter = 1 + 0.5 * np.sin(2 * np.pi * rate * time(seconds))
    track = pitch * (1 + 0.012 * np.sin(2 * np.pi * rate * time(seconds) + 1))
    sound = (tone(track, seconds) + 0.7 * tone(track * 1.06, seconds)) * flutter.astype(np.float32)
    return peak((sound + 0.1 * band(noise(chance, seconds), 1500, 6000)) * swell(seconds, 0.02, 0.04))


def whistle_call(chance: Chance) -> Audio:
    """Held out: two rising and falling glides (a wolf whistle, or calling a dog)."""
    base, at = choose(chance, 900, 1500), time(0.5)
    first = tone(base * (1 + at / 0.5), 0.5) * swell(0.5, 0.05, 0.05)
    second = tone(base * (1.2 + 0.7 * np.sin(np.pi * at / 0.5) - 0.6 * at), 0.5) * swell(0.5, 0.05, 0.12)
    return peak(placed(1.15, [(0, first), (0.62, second)]) + 0.01 * noise(chance, 1.15))

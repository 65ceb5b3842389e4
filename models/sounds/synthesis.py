"""Synthesisers of sounds, several for each class and of different physics, so that a network cannot learn a formula.

``SYNTHESISERS[name]`` are those to train with, ``HELD_OUT[name]`` is one kept for tests. Each takes a random generator
and returns one sound at 16 kHz, peak about 1, that begins at its first sample and ends with its last. What only these
taught is weaker on recordings than what recordings taught: the card says which classes that are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    time,
    times,
    tone,
    wandering,
)

Synthesiser = Callable[[Chance], Audio]


# -- struck and broken things --


def _struck(chance: Chance, seconds: float, range_: tuple[float, float], partials: int, decay: float) -> Audio:
    """A body with random inharmonic modes."""
    frequencies = [choose(chance, *range_) for _ in range(partials)]
    levels = [float(chance.uniform(0.2, 1)) for _ in range(partials)]
    decays = [decay * float(chance.uniform(0.5, 1.6)) * (range_[0] / f) ** 0.3 for f in frequencies]
    return modes(seconds, frequencies, levels, decays)


def glass_splinters(chance: Chance) -> Audio:
    """A burst of noise and splinters that fall for a while."""
    seconds = chance.uniform(0.6, 1.8)
    burst = band(noise(chance, seconds), choose(chance, 800, 3000)) * fading(seconds, choose(chance, 0.01, 0.06))
    fall = chance.uniform(0.1, 0.35)
    pieces = [(0.0, burst * np.float32(chance.uniform(0.2, 0.6)))]
    for _ in range(int(chance.integers(25, 140))):
        splinter = _struck(chance, 0.2, (1800, 7600), int(chance.integers(1, 4)), choose(chance, 0.006, 0.04))
        at = min(seconds * 0.85, float(chance.exponential(fall)))
        pieces.append((at, splinter * np.float32(chance.uniform(0.05, 0.5) * np.exp(-at))))
    return peak(placed(seconds, pieces))


def glass_pane(chance: Chance) -> Audio:
    """A pane: a dull blow, ringing modes, then clusters of pieces that hit the floor and bounce."""
    seconds = chance.uniform(0.8, 2.2)
    pane = _struck(chance, 0.5, (700, 6500), 18, choose(chance, 0.03, 0.12))
    blow = band(noise(chance, 0.12), 100, 1500) * fading(0.12, 0.02)
    pieces = [(0.0, pane), (0.0, blow), (0.0, 0.8 * band(noise(chance, 0.2), 2500) * fading(0.2, 0.03))]
    for _ in range(int(chance.integers(6, 22))):
        at, gap, loud = float(chance.uniform(0.08, seconds * 0.7)), float(chance.uniform(0.05, 0.14)), 0.6
        body = _struck(chance, 0.15, (2200, 7500), 3, choose(chance, 0.01, 0.04))
        for _ in range(int(chance.integers(1, 5))):
            pieces.append((at, body * np.float32(loud)))
            at, gap, loud = at + gap, gap * 0.7, loud * 0.6
    return peak(placed(seconds, pieces))


def glass_grains(chance: Chance) -> Audio:
    """Held out: a cloud of filtered grains with a falling rate."""
    seconds = chance.uniform(0.7, 1.5)
    centre = choose(chance, 3000, 6000)
    pieces = [(0.0, 0.8 * noise(chance, 0.03) * fading(0.03, 0.008))]
    for at in random_times(chance, seconds * 0.9, 160):
        if chance.random() < np.exp(-3 * at / seconds):
            grain = band(noise(chance, 0.03), centre * 0.8, centre * chance.uniform(1, 1.4), 3) * fading(0.03, 0.006)
            pieces.append((at, peak(grain, chance.uniform(0.1, 0.7))))
    return peak(placed(seconds, pieces))


def knock_wood(chance: Chance) -> Audio:
    """Knuckles on a door: modes of a panel, two to six times."""
    frequencies = [choose(chance, 120, 1300) for _ in range(6)]
    levels, decays = chance.uniform(0.3, 1, 6), chance.uniform(0.012, 0.05, 6)
    rate, number = chance.uniform(2.5, 6.5), int(chance.integers(2, 7))
    pieces = []
    for at in times(chance, (number - 0.5) / rate, rate, 0.08):
        hit = modes(0.3, [f * chance.uniform(0.98, 1.02) for f in frequencies], levels.tolist(), decays.tolist())
        click = band(noise(chance, 0.02), 300, 3500) * fading(0.02, 0.004)
        hit[: len(click)] += chance.uniform(0.1, 0.5) * click
        pieces.append((at, hit * np.float32(chance.uniform(0.6, 1))))
    return peak(placed(number / rate + 0.15, pieces))


def knock_noise(chance: Chance) -> Audio:
    """The same as short bursts of dull noise."""
    high, rate, number = choose(chance, 350, 1500), chance.uniform(2.5, 6), int(chance.integers(2, 6))
    pieces = []
    for at in times(chance, (number - 0.5) / rate, rate, 0.06):
        hit = band(noise(chance, 0.2), 80, high) * fading(0.2, choose(chance, 0.01, 0.03))
        pieces.append((at, peak(hit, chance.uniform(0.6, 1))))
    return peak(placed(number / rate + 0.1, pieces))


def knock_hollow(chance: Chance) -> Audio:
    """Held out: one hollow resonance and its octave."""
    base, rate, number = choose(chance, 180, 420), chance.uniform(3, 5), int(chance.integers(3, 5))
    hit = modes(0.25, [base, 2.3 * base, 3.9 * base], [1, 0.5, 0.3], [0.035, 0.02, 0.01])
    return peak(placed(number / rate + 0.1, [(n / rate, hit) for n in range(number)]))


def steps(chance: Chance, low: float, high: float, grit: float) -> Audio:
    """Heel and toe, two to twelve times, left and right a little different."""
    rate, number = chance.uniform(1.4, 3.2), int(chance.integers(3, 9))
    colours = [(low * chance.uniform(0.8, 1.2), high * chance.uniform(0.7, 1.4)) for _ in range(2)]
    pieces = []
    for index, at in enumerate(times(chance, (number - 0.5) / rate, rate, 0.05)):
        colour = colours[index % 2]
        heel = band(noise(chance, 0.12), *colour) * fading(0.12, choose(chance, 0.008, 0.025), 0.002)
        toe = band(noise(chance, 0.1), colour[0] * 1.6, colour[1] * 1.5) * fading(0.1, 0.015, 0.006)
        pieces.append((at, peak(heel, chance.uniform(0.7, 1))))
        pieces.append((at + chance.uniform(0.05, 0.11), peak(toe, chance.uniform(0.15, 0.5))))
        if grit:
            scrape = band(noise(chance, 0.22), 1500) * swell(0.22, 0.05, 0.15)
            scrape *= (chance.random(len(scrape)) < 0.05 + 0.2 * grit).astype(np.float32)
            pieces.append((at, peak(scrape, grit * chance.uniform(0.3, 0.8))))
    return peak(placed(number / rate, pieces))


def steps_hard(chance: Chance) -> Audio:
    """Shoes on stone or wood."""
    return steps(chance, choose(chance, 80, 250), choose(chance, 900, 3500), 0.0)


def steps_gravel(chance: Chance) -> Audio:
    """Boots on gravel or leaves."""
    return steps(chance, choose(chance, 100, 400), choose(chance, 2000, 6000), float(chance.uniform(0.4, 1)))


def steps_heels(chance: Chance) -> Audio:
    """Held out: clicking heels, as modes."""
    rate, number = chance.uniform(1.7, 2.4), int(chance.integers(4, 8))
    pieces = []
    for at in times(chance, (number - 0.5) / rate, rate, 0.03):
        pieces.append((at, _struck(chance, 0.1, (500, 3000), 5, 0.012)))
        pieces.append((at + 0.07, 0.3 * _struck(chance, 0.1, (900, 4000), 4, 0.008)))
    return peak(placed(number / rate, pieces))


def keyboard_clicks(chance: Chance) -> Audio:
    """Typing: a press and a release for each key, in bursts."""
    seconds, rate = chance.uniform(1, 4.5), chance.uniform(5, 12)
    low, high = choose(chance, 500, 2000), choose(chance, 3500, 7500)
    pieces = []
    for at in times(chance, seconds, rate, 0.45):
        if chance.random() < 0.08:
            continue
        click = band(noise(chance, 0.05), low * chance.uniform(0.8, 1.2), high) * fading(
            0.05, choose(chance, 0.002, 0.008)
        )
        pieces.append((at, peak(click, chance.uniform(0.4, 1))))
        pieces.append((at + chance.uniform(0.05, 0.1), peak(click[::2].copy(), chance.uniform(0.1, 0.4))))
    return peak(placed(seconds, pieces))


def keyboard_modes(chance: Chance) -> Audio:
    """A mechanical keyboard: every key has its small resonances, the case its low thud."""
    seconds, rate = chance.uniform(1, 4.5), chance.uniform(4, 10)
    keys = [_struck(chance, 0.06, (1200, 7000), 4, choose(chance, 0.003, 0.009)) for _ in range(8)]
    thud = modes(0.06, [choose(chance, 150, 400)], [0.5], [0.01])
    pieces = []
    for at in times(chance, seconds, rate, 0.5):
        key, loud = keys[int(chance.integers(8))], np.float32(chance.uniform(0.4, 1))
        pieces += [
            (at, key * loud),
            (at, thud * loud),
            (at + chance.uniform(0.06, 0.12), key * loud * np.float32(0.35)),
        ]
    return peak(placed(seconds, pieces))


def keyboard_soft(chance: Chance) -> Audio:
    """Held out: a laptop's keys, each two dull taps."""
    seconds = chance.uniform(1.5, 3.5)
    pieces = []
    for at in times(chance, seconds, chance.uniform(6, 9), 0.4):
        tap = band(noise(chance, 0.04), 300, choose(chance, 1800, 4000)) * fading(0.04, 0.005, 0.001)
        pieces += [(at, peak(tap, chance.uniform(0.5, 1))), (at + 0.012, peak(tap, 0.4))]
    return peak(placed(seconds, pieces))


def slam(chance: Chance) -> Audio:
    """A door: low thump, latch, rattle, the air of the room."""
    seconds = chance.uniform(0.35, 0.9)
    thump = band(noise(chance, seconds), 30, choose(chance, 180, 600)) * fading(
        seconds, choose(chance, 0.04, 0.15), 0.003
    )
    latch = _struck(chance, 0.15, (700, 5000), 6, 0.012)
    panel = _struck(chance, 0.4, (60, 500), 6, choose(chance, 0.03, 0.1))
    pieces = [(0.0, peak(thump)), (0.0, peak(panel, chance.uniform(0.3, 0.9)))]
    pieces += [(float(chance.uniform(0, 0.05)), peak(latch, chance.uniform(0.2, 0.7)))]
    for at in random_times(chance, seconds * 0.5, 12 * chance.random()):
        pieces.append((at, peak(_struck(chance, 0.05, (400, 3000), 3, 0.008), chance.uniform(0.05, 0.2))))
    return peak(placed(seconds, pieces))


def slam_plain(chance: Chance) -> Audio:
    """Held out: two bursts of noise, the low one longer."""
    seconds = 0.6
    low = band(noise(chance, seconds), 0, choose(chance, 150, 300), 3) * fading(seconds, 0.1, 0.002)
    return peak(
        placed(seconds, [(0, peak(low)), (0, peak(band(noise(chance, 0.1), 0, 2500) * fading(0.1, 0.015), 0.6))])
    )


def heartbeat(chance: Chance) -> Audio:
    """Lub-dub."""
    rate, number = chance.uniform(0.9, 2.2), int(chance.integers(3, 7))
    base, high = choose(chance, 40, 90), choose(chance, 120, 400)
    pieces = []
    for at in times(chance, (number - 0.5) / rate, rate, 0.03):
        for offset, level, bend in ((0.0, 1.0, 1.0), (0.32 / rate**0.5, 0.7, 1.25)):
            beat = modes(0.2, [base * bend, 1.7 * base * bend], [1, 0.4], [0.045, 0.03], 0.008)
            body = band(noise(chance, 0.2), 25, high, 3) * fading(0.2, 0.03, 0.01)
            pieces.append((at + offset, (beat + peak(body, chance.uniform(0.1, 0.8))) * np.float32(level)))
    return peak(placed(number / rate, pieces))


def heartbeat_noise(chance: Chance) -> Audio:
    """Held out: a stethoscope, noise only."""
    rate, number = chance.uniform(1, 1.6), int(chance.integers(3, 6))
    pieces = []
    for n in range(number):
        for offset, level in ((0.0, 1.0), (0.3, 0.6)):
            pieces.append(
                (n / rate + offset, peak(band(noise(chance, 0.15), 30, 160, 3) * swell(0.15, 0.03, 0.1), level))
            )
    return peak(placed(number / rate, pieces))


def camera(chance: Chance) -> Audio:
    """A shutter: mirror up, curtain, mirror down; perhaps several times."""
    number, gap = int(chance.integers(1, 4)), chance.uniform(0.25, 0.6)
    pieces = []
    for shot in range(number):
        for offset, level in ((0.0, 0.8), (chance.uniform(0.03, 0.12), 1.0), (chance.uniform(0.13, 0.2), 0.4)):
            click = _struck(chance, 0.06, (900, 6500), 6, choose(chance, 0.003, 0.012))
            burst = band(noise(chance, 0.06), choose(chance, 500, 2500)) * fading(0.06, choose(chance, 0.003, 0.012))
            pieces.append((shot * gap + offset, peak(click + chance.uniform(0.3, 1.5) * burst, level)))
    return peak(placed((number - 1) * gap + 0.3, pieces))


def camera_plain(chance: Chance) -> Audio:
    """Held out: two clicks of noise and a whirr."""
    whirr = band(noise(chance, 0.15), 1500, 4000) * swell(0.15, 0.02, 0.08)
    click = band(noise(chance, 0.03), 1200) * fading(0.03, 0.005)
    return peak(placed(0.32, [(0, peak(click)), (0.07, peak(click, 0.7)), (0.12, peak(whirr, 0.2))]))


# -- bells and signals --


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


# -- people and animals --


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


# -- air, water, fire, guns --


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
    pieces += [(at, peak(_struck(chance, 0.1, (300, 3000), 3, 0.02), chance.uniform(0.02, 0.12))) for at in debris]
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


SYNTHESISERS: dict[str, tuple[Synthesiser, ...]] = {
    "applause": (applause_crowd, applause_few),
    "laughter": (laughter,),
    "footsteps": (steps_hard, steps_gravel),
    "knock": (knock_wood, knock_noise),
    "phone": (phone_bell, phone_warble, phone_tune),
    "glass": (glass_splinters, glass_pane),
    "siren": (siren_wail, siren_two_tone),
    "keyboard": (keyboard_clicks, keyboard_modes),
    "doorbell": (doorbell_chime, doorbell_melody, doorbell_buzzer),
    "whistle": (whistle_tune, whistle_pea),
    "gunshot": (gunshot,),
    "explosion": (explosion,),
    "thunder": (thunder,),
    "wind": (wind,),
    "water": (water,),
    "bell": (bell,),
    "alarm": (alarm_beeps,),
    "horn": (horn,),
    "birds": (birds,),
    "slam": (slam,),
    "heartbeat": (heartbeat,),
    "camera": (camera,),
    "whoosh": (whoosh,),
}
HELD_OUT: dict[str, Synthesiser] = {
    "applause": applause_hall, "laughter": laughter_hehe, "footsteps": steps_heels, "knock": knock_hollow,
    "phone": phone_dual, "glass": glass_grains, "siren": siren_air_raid, "keyboard": keyboard_soft,
    "doorbell": doorbell_fm, "whistle": whistle_call, "gunshot": gunshot_plain, "explosion": explosion_plain,
    "thunder": thunder_far, "wind": wind_microphone, "water": water_drips, "bell": bell_plates, "alarm": alarm_two,
    "horn": horn_single, "birds": birds_cuckoo, "slam": slam_plain, "heartbeat": heartbeat_noise,
    "camera": camera_plain, "whoosh": whoosh_pass,
}  # fmt: skip

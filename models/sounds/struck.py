"""Things that are struck or break: glass, knocks, steps, keys, doors, hearts, shutters."""

from __future__ import annotations

import numpy as np

from models.sounds.acoustics import (
    Audio,
    Chance,
    band,
    choose,
    fading,
    modes,
    noise,
    peak,
    placed,
    random_times,
    swell,
    times,
)


def struck(chance: Chance, seconds: float, range_: tuple[float, float], partials: int, decay: float) -> Audio:
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
        splinter = struck(chance, 0.2, (1800, 7600), int(chance.integers(1, 4)), choose(chance, 0.006, 0.04))
        at = min(seconds * 0.85, float(chance.exponential(fall)))
        pieces.append((at, splinter * np.float32(chance.uniform(0.05, 0.5) * np.exp(-at))))
    return peak(placed(seconds, pieces))


def glass_pane(chance: Chance) -> Audio:
    """A pane: a dull blow, ringing modes, then clusters of pieces that hit the floor and bounce."""
    seconds = chance.uniform(0.8, 2.2)
    pane = struck(chance, 0.5, (700, 6500), 18, choose(chance, 0.03, 0.12))
    blow = band(noise(chance, 0.12), 100, 1500) * fading(0.12, 0.02)
    pieces = [(0.0, pane), (0.0, blow), (0.0, 0.8 * band(noise(chance, 0.2), 2500) * fading(0.2, 0.03))]
    for _ in range(int(chance.integers(6, 22))):
        at, gap, loud = float(chance.uniform(0.08, seconds * 0.7)), float(chance.uniform(0.05, 0.14)), 0.6
        body = struck(chance, 0.15, (2200, 7500), 3, choose(chance, 0.01, 0.04))
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
        pieces.append((at, struck(chance, 0.1, (500, 3000), 5, 0.012)))
        pieces.append((at + 0.07, 0.3 * struck(chance, 0.1, (900, 4000), 4, 0.008)))
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
    keys = [struck(chance, 0.06, (1200, 7000), 4, choose(chance, 0.003, 0.009)) for _ in range(8)]
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
    latch = struck(chance, 0.15, (700, 5000), 6, 0.012)
    panel = struck(chance, 0.4, (60, 500), 6, choose(chance, 0.03, 0.1))
    pieces = [(0.0, peak(thump)), (0.0, peak(panel, chance.uniform(0.3, 0.9)))]
    pieces += [(float(chance.uniform(0, 0.05)), peak(latch, chance.uniform(0.2, 0.7)))]
    for at in random_times(chance, seconds * 0.5, 12 * chance.random()):
        pieces.append((at, peak(struck(chance, 0.05, (400, 3000), 3, 0.008), chance.uniform(0.05, 0.2))))
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
            click = struck(chance, 0.06, (900, 6500), 6, choose(chance, 0.003, 0.012))
            burst = band(noise(chance, 0.06), choose(chance, 500, 2500)) * fading(0.06, choose(chance, 0.003, 0.012))
            pieces.append((shot * gap + offset, peak(click + chance.uniform(0.3, 1.5) * burst, level)))
    return peak(placed((number - 1) * gap + 0.3, pieces))


def camera_plain(chance: Chance) -> Audio:
    """Held out: two clicks of noise and a whirr."""
    whirr = band(noise(chance, 0.15), 1500, 4000) * swell(0.15, 0.02, 0.08)
    click = band(noise(chance, 0.03), 1200) * fading(0.03, 0.005)
    return peak(placed(0.32, [(0, peak(click)), (0.07, peak(click, 0.7)), (0.12, peak(whirr, 0.2))]))

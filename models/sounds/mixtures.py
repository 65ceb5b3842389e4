"""Scenes of known truth: events over speech, music, singing and noise, in rooms, through filters and lossy channels.

Truth comes from each layer before it is mixed: a class is *heard* in a row of 10 ms where its own loudness is near its
own maximum and it is not buried under the rest; rows where that is open to doubt are marked unknown, and nothing is
learned from them. What is neither speech nor music but audible is "noise" beside any name it has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.sounds.acoustics import (
    RATE,
    Audio,
    Chance,
    band,
    choose,
    convolved,
    count,
    fading,
    noise,
    peak,
    placed,
    room,
    sped,
    swell,
    tone,
    wandering,
)
from models.sounds.banks import ESC10, JOINED, Bank, Row
from models.sounds.synthesis import HELD_OUT, SYNTHESISERS

SECONDS = 6.0
ROW = 160  # samples of a row of truth
STRETCHES = ("speech", "music", "singing", "noise")
EVENTS = (*ESC10, *SYNTHESISERS)
CLASSES = (*STRETCHES, *EVENTS)
LOUD = 0.06  # RMS that 0 dB stands for
DEPTH, DOUBT = 28.0, 12.0  # dB under a layer's loud rows where it ends; how far below that is in doubt
BURIED, FAINT = 18.0, 10.0  # dB under the whole where a layer counts as not heard, and the doubtful dB below
# Shorter pauses belong to a sound (ms).
PAUSES = {"speech": 400, "music": 1500, "singing": 500, "noise": 1500, "clock": 1100, "footsteps": 700, "knock": 450,
          "heartbeat": 1100, "phone": 1600, "alarm": 900, "applause": 400, "keyboard": 500, "birds": 800}  # fmt: skip
Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Mixture:
    """
    One scene. *heard* and *known* are [rows of 10 ms, len(CLASSES)]; where *known* is False nothing is claimed.

    *events* are (class, first, past-last) in seconds of those that were put in and can be heard. *fold* is that of
    the recordings in it (0: none), *clip* the index in ESC10 if it is one recording, else -1.
    """

    audio: Audio
    heard: Mask
    known: Mask
    events: list[tuple[str, float, float]] = field(default_factory=list)
    fold: int = 0
    clip: int = -1


@dataclass(slots=True)
class _Layer:
    name: str  # a class, or "other": noise without a name
    audio: Audio
    heard: Mask | None = None  # rows, where it is known beforehand
    event: bool = False


class Mixer:
    """Makes scenes from the banks in a folder; *held_out* ones from what training never hears."""

    def __init__(self, banks: Path, *, held_out: bool = False) -> None:
        self.held_out = held_out
        self.banks = {name: Bank(banks, name) for name in ("esc10", "midi", "speech", "singing", "music")}
        fold = -1 if held_out else 0
        self.rows = {
            name: [row for row in self.banks[name].rows if row.fold == fold] for name in ("speech", "singing", "music")
        }
        self.recorded: dict[tuple[str, int], list[Row]] = {}
        for row in self.banks["esc10"].rows:
            self.recorded.setdefault((row.name, row.fold), []).append(row)
        self.midi: dict[str, list[Row]] = {}
        for row in self.banks["midi"].rows:
            self.midi.setdefault(row.name, []).append(row)

    def scene(self, chance: Chance, fold: int = 0, seconds: float = SECONDS) -> Mixture:
        """Any mixture of layers; recordings of ESC-10 come from *fold* only (0: none)."""
        layers = []
        if chance.random() < 0.45:
            layers.append(_Layer("speech", self._speech(chance, seconds)))
        sings = chance.random() < 0.17
        if chance.random() < (0.75 if sings else 0.36):
            layers.append(_Layer("music", _part(chance, self._any(chance, "music"), seconds)))
        if sings:
            layers.append(_Layer("singing", _part(chance, self._any(chance, "singing"), seconds)))
        if chance.random() < 0.5:
            layers.append(_Layer("other", _part(chance, self._background(chance, seconds), seconds)))
        layers += [self._event(chance, fold, seconds) for _ in range(int(chance.choice([0, 1, 1, 2, 3])))]
        levels = {"speech": (-3, 3), "music": (-18, 4), "singing": (-8, 4), "other": (-32, 0)}
        for layer in layers:
            layer.audio = _levelled(layer.audio, chance.uniform(*levels.get(layer.name, (-12, 10))))
            if chance.random() < 0.4:
                layer.audio = convolved(layer.audio, room(chance, choose(chance, 0.12, 1.2), chance.uniform(0, 0.9)))
        return _mixed(chance, layers, seconds, fold=fold)

    def clip(self, chance: Chance, row: Row, others: list[Row]) -> Mixture:
        """One recording of ESC-10, changed a little, alone or over something faint, or with one of *others*."""
        recording = self._changed(chance, row)
        layers = [recording]
        if chance.random() < 0.15 and others:
            second = self._changed(chance, others[int(chance.integers(len(others)))])
            second.audio = second.audio * np.float32(10 ** (chance.uniform(-12, 0) / 20))
            layers.append(second)
        draw = chance.random()
        if draw < 0.3:
            layers.append(_Layer("other", _levelled(self._background(chance, SECONDS), chance.uniform(-40, -15))))
        elif draw < 0.38:
            layers.append(_Layer("speech", _levelled(self._speech(chance, SECONDS), chance.uniform(-25, -5))))
        elif draw < 0.46:
            music = _part(chance, self._any(chance, "music"), SECONDS)
            layers.append(_Layer("music", _levelled(music, chance.uniform(-25, -8))))
        made = _mixed(chance, layers, SECONDS, fold=row.fold)
        made.clip = ESC10.index(row.name) if len(layers) == 1 or layers[1].name not in ESC10 else -1
        return made

    def _changed(self, chance: Chance, row: Row) -> _Layer:
        """A recording at another speed, place and colour, perhaps in a room; with the rows where it is heard."""
        sound = self.banks["esc10"].audio(row)
        factor = choose(chance, 0.86, 1.17)
        sound = sped(sound, factor)
        if chance.random() < 0.7:
            sound = _coloured(chance, sound)
        if chance.random() < 0.25:
            sound = convolved(sound, room(chance, choose(chance, 0.1, 0.8), chance.uniform(0, 0.6)))
        at = chance.uniform(-0.8, 1.0)
        rows = round(SECONDS * RATE / ROW)
        heard = np.zeros(rows, np.bool_)
        for start, end in row.heard:
            first, past = ((place / factor / RATE + at) * 100 for place in (start, end))
            heard[max(0, round(first)) : max(0, round(past))] = True
        audio = placed(SECONDS, [(at, sound)]) if at >= 0 else placed(SECONDS, [(0.0, sound[round(-at * RATE) :])])
        return _Layer(row.name, _levelled(audio, 0.0), heard)

    def _any(self, chance: Chance, name: str) -> Audio:
        row = self.rows[name][int(chance.integers(len(self.rows[name])))]
        return self.banks[name].audio(row)

    def _speech(self, chance: Chance, seconds: float) -> Audio:
        """Sentences of one voice or two, with pauses, perhaps begun before the scene or going on after it."""
        pieces, at = [], chance.uniform(-2.0, 2.5)
        until = seconds if chance.random() < 0.6 else chance.uniform(1, seconds)
        while at < until:
            sentence = self._any(chance, "speech")
            if chance.random() < 0.3:
                sentence = sped(sentence, choose(chance, 0.9, 1.12))
            skipped = max(0, round(-at * RATE))
            if skipped < len(sentence):
                pieces.append((max(0.0, at), sentence[skipped:]))
            at += len(sentence) / RATE + choose(chance, 0.1, 2.0)
        return placed(seconds, pieces)

    def _event(self, chance: Chance, fold: int, seconds: float) -> _Layer:
        """One event somewhere in the scene: half of them recordings where there are any."""
        recorded = fold and chance.random() < 0.5
        if recorded:
            name = str(chance.choice(ESC10))
            rows = self.recorded[name, fold]
            sound = _excerpt(chance, self.banks["esc10"].audio(row := rows[int(chance.integers(len(rows)))]), row)
        else:
            name = str(chance.choice(list(SYNTHESISERS)))
            sound = self._synthetic(chance, name)
        if chance.random() < 0.5:
            sound = sped(sound, choose(chance, 0.88, 1.13))
        at = chance.uniform(0, max(0.1, seconds - min(len(sound) / RATE, 2.0)))
        if len(sound) > count(seconds * 0.6) and chance.random() < 0.4:
            at, sound = 0.0, sound[int(chance.integers(len(sound) // 2)) :]
        return _Layer(name, placed(seconds, [(at, sound)]), event=True)

    def _synthetic(self, chance: Chance, name: str) -> Audio:
        if self.held_out:
            return HELD_OUT[name](chance)
        if name in self.midi and chance.random() < 0.3:
            rows = self.midi[name]
            return self.banks["midi"].audio(rows[int(chance.integers(len(rows)))])
        makers = SYNTHESISERS[name]
        return makers[int(chance.integers(len(makers)))](chance)

    def _background(self, chance: Chance, seconds: float) -> Audio:
        """Noise without a name: coloured noise, hum, machines, babble, clatter, tones."""
        kind = chance.random()
        if kind < 0.45:
            sound = noise(chance, seconds, chance.uniform(-9, 1))
            if chance.random() < 0.5:
                sound = band(sound, choose(chance, 30, 1500), choose(chance, 1800, 7500), 1)
            return sound * np.exp(chance.uniform(0, 0.5) * wandering(chance, seconds, choose(chance, 0.3, 6))).astype(
                np.float32
            )
        if kind < 0.6:
            return _machine(chance, seconds)
        if kind < 0.7:
            voices = [self._speech(chance, seconds) for _ in range(int(chance.integers(5, 9)))]
            return band(sum(voices, np.zeros(count(seconds), np.float32)), 100, choose(chance, 800, 3000))
        if kind < 0.9:
            return _clatter(chance, seconds)
        return _bursts(chance, seconds)


# -- sounds without a name --


def _machine(chance: Chance, seconds: float) -> Audio:
    """A motor: many harmonics of a slow trembling tone, over noise that beats with it."""
    base = choose(chance, 18, 160) * np.exp(0.03 * wandering(chance, seconds, choose(chance, 0.3, 4)))
    levels = [float(chance.exponential(1)) / n ** chance.uniform(0.3, 1.2) for n in range(1, 30)]
    sound = tone(base, seconds, levels)
    hiss = band(noise(chance, seconds, chance.uniform(-6, 0)), 100, choose(chance, 1000, 7000))
    return sound / np.std(sound) + np.float32(chance.uniform(0.05, 1.5)) * hiss / np.float32(np.std(hiss))


def _clatter(chance: Chance, seconds: float) -> Audio:
    """Things that knock against each other: random bodies at random times."""
    pieces = []
    low = choose(chance, 80, 1500)
    for _ in range(int(chance.integers(3, 40))):
        length = choose(chance, 0.03, 0.4)
        hit = noise(chance, length, chance.uniform(-6, 3)) * fading(length, length / chance.uniform(3, 8))
        hit = band(hit, low * chance.uniform(0.5, 2), min(7800, low * chance.uniform(2, 12)))
        if chance.random() < 0.5:
            ring = tone(choose(chance, low, 7000), length) * fading(length, length / 4)
            hit += ring * np.float32(chance.uniform(0.1, 1) * np.abs(hit).max())
        pieces.append((float(chance.uniform(0, seconds)), peak(hit, choose(chance, 0.1, 1))))
    return placed(seconds, pieces)


def _bursts(chance: Chance, seconds: float) -> Audio:
    """Electronic noises: sweeps, steps and modulated tones."""
    pieces = []
    for _ in range(int(chance.integers(1, 6))):
        length = choose(chance, 0.1, 2.0)
        line = np.linspace(0, 1, count(length))
        track = choose(chance, 100, 3500) * 2 ** (
            chance.uniform(-2, 2) * line + 0.3 * wandering(chance, length, 6)[: len(line)]
        )
        sound = tone(np.clip(track, 30, 7500), length, (1, chance.uniform(0, 1), chance.uniform(0, 1)))
        if chance.random() < 0.4:
            sound *= (1 + np.sin(2 * np.pi * choose(chance, 3, 300) * line * length)).astype(np.float32)
        pieces.append((float(chance.uniform(0, seconds)), sound * swell(length, 0.02, 0.1)))
    return placed(seconds, pieces)


# -- layers --


def _excerpt(chance: Chance, sound: Audio, row: Row) -> Audio:
    """An active part of a recording; of a lasting one, some seconds with soft ends."""
    first, past = row.heard[int(chance.integers(len(row.heard)))] if row.heard else (0, row.length)
    if row.name in JOINED:
        piece = sound[max(0, first - 80) : past + 400].copy()
        return piece * swell(len(piece) / RATE, 0.004, 0.025)[: len(piece)]
    length = min(past - first, count(chance.uniform(1.2, 4.8)))
    begin = first + int(chance.integers(max(1, past - first - length)))
    piece = sound[begin : begin + length].copy()
    return piece * swell(len(piece) / RATE, choose(chance, 0.01, 0.4), choose(chance, 0.03, 0.5))[: len(piece)]


def _part(chance: Chance, sound: Audio, seconds: float) -> Audio:
    """A stretch of a longer sound; it fills the scene, or begins or ends within it, hard or faded."""
    wanted = count(seconds)
    begin = int(chance.integers(max(1, len(sound) - wanted)))
    piece = sound[begin : begin + wanted]
    draw = chance.random()
    if draw < 0.5 and len(piece) == wanted:
        return piece.copy()
    first, past = (0, wanted) if draw < 0.5 else sorted(chance.integers(0, wanted, 2).tolist())
    past = max(past, min(wanted, first + RATE))
    piece = piece[: past - first].copy()
    piece *= swell(len(piece) / RATE, choose(chance, 0.005, 0.8), choose(chance, 0.005, 1.0))[: len(piece)]
    return placed(seconds, [(first / RATE, piece)])


def _rows(sound: Audio) -> npt.NDArray[np.float64]:
    """Power of every row of 10 ms."""
    rows = len(sound) // ROW
    return np.mean(np.square(sound[: rows * ROW].reshape(rows, ROW), dtype=np.float64), 1)


def _levelled(sound: Audio, decibel: float) -> Audio:
    """Loud rows to *decibel* over ``LOUD``."""
    loud = np.percentile(rows[rows > rows.max() * 1e-4], 90) if (rows := _rows(sound)).max() > 0 else 0.0
    return sound * np.float32(LOUD * 10 ** (decibel / 20) / np.sqrt(loud)) if loud > 0 else sound


def _closed(mask: Mask, longest: int) -> Mask:
    """Gaps of at most *longest* rows filled."""
    places = np.flatnonzero(mask)
    filled = mask.copy()
    for one, other in pairwise(places):
        if 1 < other - one <= longest + 1:
            filled[one:other] = True
    return filled


def _smooth(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The mean over five rows."""
    return np.convolve(power, np.ones(5) / 5, "same")


def _heard(layer: _Layer, whole: npt.NDArray[np.float64]) -> tuple[Mask, Mask]:
    """Where a layer is heard, and where that is known."""
    power = _rows(layer.audio)
    level = 10 * np.log10(power + 1e-12)
    loud = np.percentile(level[level > level.max() - 40], 95)
    if layer.heard is None:
        joined = PAUSES.get(layer.name, 300) // 10
        own = _closed(level > loud - DEPTH, joined)
        doubt = ~own & (level > loud - DEPTH - DOUBT)
    else:
        own, doubt = layer.heard.copy(), np.zeros(len(level), np.bool_)
        doubt[1:] |= own[1:] != own[:-1]
    under = 10 * np.log10(_smooth(whole) + 1e-12) - 10 * np.log10(_smooth(power) + 1e-12)
    clear = _closed(own & (under < BURIED), PAUSES.get(layer.name, 300) // 10) & own
    unsure = doubt | (own & ~clear & (under < BURIED + FAINT))
    return clear, ~unsure


def _mixed(chance: Chance, layers: list[_Layer], seconds: float, fold: int = 0) -> Mixture:
    """Add the layers up, say what is heard when, and send the sum through a channel."""
    rows = count(seconds) // ROW
    floor = noise(chance, seconds, chance.uniform(-4, 0)) * np.float32(LOUD * 10 ** (chance.uniform(-75, -45) / 20))
    if chance.random() < 0.25:
        floor *= 0
    audio = sum((layer.audio for layer in layers), floor)
    whole = _rows(audio)
    heard, known = np.zeros((rows, len(CLASSES)), np.bool_), np.ones((rows, len(CLASSES)), np.bool_)
    events, rest = [], np.zeros(rows)
    for layer in layers:
        if not layer.audio.any():
            continue
        if layer.name not in {"speech", "music", "singing"}:
            rest += _rows(layer.audio)
        if layer.name == "other":
            continue
        clear, sure = _heard(layer, whole)
        for name in (layer.name, "music") if layer.name == "singing" else (layer.name,):
            place = CLASSES.index(name)
            known[:, place] = np.where(heard[:, place] | clear, True, known[:, place] & sure)
            heard[:, place] |= clear
        if layer.event and clear.any():
            events += [
                (layer.name, a / 100, b / 100) for a, b in _runs(_closed(clear, PAUSES.get(layer.name, 300) // 10))
            ]
    share = 10 * np.log10((_smooth(rest) + 1e-12) / (_smooth(whole) + 1e-12))
    loud = 10 * np.log10((_smooth(rest) + 1e-12) / (LOUD**2))
    place = CLASSES.index("noise")
    heard[:, place] = (share > -12) & (loud > -40)
    known[:, place] = heard[:, place] | (share < -22) | (loud < -52)
    return Mixture(_channel(chance, audio), heard, known, events, fold)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


# -- channels --


def _coloured(chance: Chance, sound: Audio) -> Audio:
    """A random gentle equaliser: three to five points, up to 7 dB."""
    size = 1 << len(sound).bit_length()
    places = np.fft.rfftfreq(size, 1 / RATE)
    points = np.sort(np.exp(chance.uniform(np.log(60), np.log(7800), 4)))
    curve = np.interp(np.log(places + 1), np.log(points), chance.uniform(-7, 7, 4))
    return np.fft.irfft(np.fft.rfft(sound, size) * 10 ** (curve / 20), size)[: len(sound)].astype(np.float32)


def _channel(chance: Chance, audio: Audio) -> Audio:
    """What recorders, telephones, codecs and mixers do to a sound."""
    if chance.random() < 0.4:
        audio = _coloured(chance, audio)
    draw = chance.random()
    if draw < 0.06:
        audio = band(audio, 280, 3400, 4)
    elif draw < 0.16:
        audio = band(audio, 0, choose(chance, 3400, 7500), 8)
    audio = audio * np.float32(choose(chance, 0.06, 5.0))
    if chance.random() < 0.06:  # coarse steps, as of logarithmic 8-bit sound
        law = np.sign(audio) * np.log1p(255 * np.minimum(1, np.abs(audio))) / np.log(256)
        law = np.round(law * 127) / 127
        audio = (np.sign(law) * np.expm1(np.abs(law) * np.log(256)) / 255).astype(np.float32)
    elif chance.random() < 0.06:
        audio = audio * np.float32(0.3 / max(1e-6, float(np.sqrt(np.mean(audio**2)))))
    return np.clip(audio, -1, 1).astype(np.float32)

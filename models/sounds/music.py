"""Music of known key, tempo, beats and mood: scores from a small grammar, played by a General MIDI sound font.

``compose`` writes a ``Piece``; ``Player`` plays it with libfluidsynth and the sound font FluidR3 (MIT licence), which
is to music what a synthetic voice is to speech. ``PROGRAMS_HELD_OUT`` are for tests only.

    apt-get install fluidsynth fluid-soundfont-gm
"""

from __future__ import annotations

import ctypes as c
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 16_000
RENDER_RATE = 48_000
SOUND_FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
Audio = npt.NDArray[np.float32]

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
MOODS = ("calm", "tense", "happy", "sad")
DRUMS = 9  # the MIDI channel of percussion
PADS, STRINGS, PIANOS, GUITARS = (88, 89, 91, 94, 95), (44, 48, 49, 50, 51), (0, 1, 2, 4, 5), (24, 25, 26, 27)
LEADS, WINDS, BRASS, MALLETS = (80, 81, 82), (64, 65, 66, 68, 70, 71, 73, 74, 75), (56, 57, 60, 61), (8, 9, 11, 12, 13)
SOLO_STRINGS, BASSES, DISTORTED = (40, 41, 42), (32, 33, 34, 35, 38, 39), (29, 30)
PLUCKED = (104, 105, 106, 107, 45, 46)  # sitar, banjo, shamisen, koto, pizzicato, harp
VOICES = (52, 53, 54)  # "aah", "ooh": they sing without words
PROGRAMS_HELD_OUT = (3, 10, 15, 28, 37, 43, 58, 67, 72, 77, 79, 84, 92, 108)


@dataclass(frozen=True, slots=True)
class Note:
    """One note: seconds, MIDI key and velocity, channel."""

    start: float
    end: float
    key: int
    velocity: int
    channel: int


@dataclass(slots=True)
class Piece:
    """A score and what is true of it. *beats* and *bars* are seconds; *key* is 0 (C) to 11."""

    seconds: float
    tempo: float  # quarter notes a minute
    key: int
    mode: str  # major | minor
    mood: str  # of MOODS
    meter: int
    beats: list[float] = field(default_factory=list)
    bars: list[float] = field(default_factory=list)
    programs: dict[int, int] = field(default_factory=dict)  # channel to General MIDI program
    notes: list[Note] = field(default_factory=list)

    @property
    def sung(self) -> bool:
        """Whether a choir voice carries it."""
        return any(program in VOICES for program in self.programs.values())


@dataclass(frozen=True, slots=True)
class Style:
    """What a mood is made of: tempo range, share of major, loudness, melody's instruments, density, drums, register."""

    tempo: tuple[float, float]
    major: float
    velocity: tuple[int, int]
    melody: tuple[int, ...]
    chords: tuple[int, ...]
    subdivision: tuple[float, ...]  # beats of a melody note
    drums: float
    register: tuple[int, int]
    legato: float


STYLES = {
    "calm": Style(
        (56, 92), 0.8, (38, 70), (*PIANOS, *WINDS, *PLUCKED, *GUITARS[:2], *VOICES[:2]), (*PADS, *STRINGS, *PIANOS),
        (1.0, 1.0, 2.0, 2.0, 0.5), 0.1, (60, 79), 1.1,
    ),
    "sad": Style(
        (50, 84), 0.05, (36, 74), (*PIANOS, *SOLO_STRINGS, *WINDS, *GUITARS[:1], *VOICES[:2]),
        (*STRINGS, *PADS, *PIANOS),
        (1.0, 2.0, 1.5, 0.5), 0.05, (52, 72), 1.15,
    ),
    "happy": Style(
        (104, 176), 0.97, (72, 116), (*PIANOS, *MALLETS, *WINDS, *GUITARS, *BRASS, *LEADS, *PLUCKED),
        (*GUITARS, *PIANOS, 16, 21),
        (0.5, 0.5, 1.0, 0.25), 0.85, (64, 86), 0.7,
    ),
    "tense": Style(
        (88, 168), 0.0, (62, 122), (*STRINGS[:2], *SOLO_STRINGS, *BRASS, *DISTORTED, 81, 87),
        (*STRINGS, *DISTORTED, 48, 90, 95),
        (0.25, 0.5, 0.5, 1.0), 0.6, (45, 70), 0.85,
    ),
}  # fmt: skip
PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 3, 4), (0, 5, 1, 4), (3, 4, 0, 5), (0, 2, 3, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4), (0, 5, 3, 4), (0, 3, 0, 4), (0, 0, 5, 4)),
}
_PATTERNS = (  # (beat in a bar of four, drum)
    ((0, 36), (1, 38), (2, 36), (3, 38), *((n / 2, 42) for n in range(8))),
    ((0, 36), (1.5, 36), (2, 38), *((n / 2, 42) for n in range(8)), (3.5, 46)),
    ((0, 36), (1, 36), (2, 36), (3, 36), (1, 39), (3, 39), *((n + 0.5, 42) for n in range(4))),
    ((0, 36), (2, 38), *((n, 51) for n in range(4)), (3.66, 51), (1.66, 51)),
    ((0, 41), (1, 41), (2, 41), (2.5, 45), (3, 41), (3.5, 47)),
)


def compose(
    chance: random.Random,
    seconds: float,
    *,
    mood: str | None = None,
    tempo: float | None = None,
    held_out: bool = False,
) -> Piece:
    """
    A piece of *seconds* in one of ``MOODS``, at *tempo* or one that the mood allows.

    *held_out* takes its melody and chords from instruments that no training piece uses.
    """
    mood = mood or chance.choice(MOODS)
    style = STYLES[mood]
    mode = "major" if chance.random() < style.major else "minor"
    meter = 3 if chance.random() < 0.15 else 4
    piece = Piece(seconds, tempo or round(chance.uniform(*style.tempo), 1), chance.randrange(12), mode, mood, meter)
    beat = 60 / piece.tempo
    piece.beats = [n * beat for n in range(int(seconds / beat) + 1) if n * beat < seconds]
    piece.bars = piece.beats[::meter]
    melody, chords = (
        (chance.choice(PROGRAMS_HELD_OUT), chance.choice(PROGRAMS_HELD_OUT))
        if held_out
        else (chance.choice(style.melody), chance.choice(style.chords))
    )
    piece.programs = {0: chords, 1: melody, 2: chance.choice(BASSES)}
    parts = _instrumentation(chance, style)
    progression = chance.choice(PROGRESSIONS[mode])
    figure = chance.choice(("block", "arpeggio", "pulse", "long"))
    for number, bar in enumerate(piece.bars):
        degree = progression[number % len(progression)]
        if "chords" in parts:
            _chords(chance, piece, style, bar, degree, figure=figure)
        if "bass" in parts:
            _bass(chance, piece, style, bar, degree)
        if "melody" in parts:
            _melody(chance, piece, style, bar, degree)
    if "drums" in parts:
        _drums(chance, piece, style)
    piece.notes.sort(key=lambda note: note.start)
    return piece


def _instrumentation(chance: random.Random, style: Style) -> set[str]:
    """Which parts play: mostly all of them, sometimes one alone."""
    if chance.random() < 0.2:
        return {chance.choice(("melody", "chords"))}
    parts = {"chords", "melody"} | ({"bass"} if chance.random() < 0.7 else set())
    return parts | ({"drums"} if chance.random() < style.drums else set())


def scale(piece: Piece, degree: int, low: int) -> int:
    """The MIDI key of a degree of the piece's scale, in the octaves above *low*."""
    steps = MAJOR if piece.mode == "major" else MINOR
    octave, place = divmod(degree, 7)
    return low + (piece.key - low) % 12 + 12 * octave + steps[place]


def _add(piece: Piece, start: float, beats: float, key: int, *, velocity: float, channel: int) -> None:
    end = min(piece.seconds, start + beats * 60 / piece.tempo)
    if start < end and start < piece.seconds:
        piece.notes.append(Note(start, end, max(20, min(108, key)), max(1, min(127, round(velocity))), channel))


def _chords(chance: random.Random, piece: Piece, style: Style, bar: float, degree: int, *, figure: str) -> None:
    beat, loud = 60 / piece.tempo, chance.uniform(*style.velocity) * 0.8
    keys = [scale(piece, degree + step, 48) for step in (0, 2, 4)]
    if style is STYLES["tense"] and chance.random() < 0.3:
        keys.append(keys[0] + 1)  # a cluster
    if figure in {"block", "long"}:
        for key in keys:
            _add(piece, bar, piece.meter * (1.0 if figure == "long" else 0.95), key, velocity=loud, channel=0)
    elif figure == "pulse":
        for number in range(piece.meter):
            for key in keys:
                _add(piece, bar + number * beat, 0.45, key, velocity=loud, channel=0)
    else:
        for number in range(2 * piece.meter):
            key = (*keys, keys[0] + 12)[(0, 1, 2, 3, 2, 1, 2, 3)[number % 8]]
            _add(piece, bar + number * beat / 2, 0.9, key, velocity=loud, channel=0)


def _bass(chance: random.Random, piece: Piece, style: Style, bar: float, degree: int) -> None:
    beat, root = 60 / piece.tempo, scale(piece, degree, 36)
    step = chance.choice((1, 2, piece.meter))
    for number in range(0, piece.meter, step):
        key = root if number == 0 or chance.random() < 0.6 else scale(piece, degree + 4, 36)
        _add(piece, bar + number * beat, step * 0.9, key, velocity=chance.uniform(*style.velocity), channel=2)


def _melody(chance: random.Random, piece: Piece, style: Style, bar: float, degree: int) -> None:
    """A walk over the scale that lands on the chord at the beginning of a bar."""
    beat, place, step = 60 / piece.tempo, 0.0, degree + chance.choice((0, 2, 4, 7))
    while place < piece.meter:
        length = chance.choice(style.subdivision)
        if chance.random() > 0.12:
            key = scale(piece, step, style.register[0])
            while key > style.register[1] + 6:
                key -= 12
            loud = chance.uniform(*style.velocity) + (6 if place == int(place) else 0)
            _add(
                piece,
                bar + place * beat,
                min(length, piece.meter - place) * style.legato,
                key,
                velocity=loud,
                channel=1,
            )
        step += chance.choice((-2, -1, -1, 1, 1, 2, 0))
        place += length


def _drums(chance: random.Random, piece: Piece, style: Style) -> None:
    pattern, beat = chance.choice(_PATTERNS), 60 / piece.tempo
    for bar in piece.bars:
        for place, key in pattern:
            if place < piece.meter and chance.random() < 0.97:
                _add(piece, bar + place * beat, 0.2, key, velocity=chance.uniform(*style.velocity), channel=DRUMS)


class Player:
    """libfluidsynth with one sound font. Not for use by two threads; close it, or the font stays in memory."""

    def __init__(self, font: Path = SOUND_FONT) -> None:
        self._lib = c.CDLL("libfluidsynth.so.3")
        pointer = c.c_void_p
        for name, result, arguments in (
            ("new_fluid_settings", pointer, []), ("new_fluid_synth", pointer, [pointer]),
            ("fluid_settings_setnum", c.c_int, [pointer, c.c_char_p, c.c_double]),
            ("fluid_synth_sfload", c.c_int, [pointer, c.c_char_p, c.c_int]),
            ("fluid_synth_program_change", c.c_int, [pointer, c.c_int, c.c_int]),
            ("fluid_synth_noteon", c.c_int, [pointer, c.c_int, c.c_int, c.c_int]),
            ("fluid_synth_noteoff", c.c_int, [pointer, c.c_int, c.c_int]),
            ("fluid_synth_cc", c.c_int, [pointer, c.c_int, c.c_int, c.c_int]),
            ("fluid_synth_system_reset", c.c_int, [pointer]),
            ("fluid_synth_write_float", c.c_int,
             [pointer, c.c_int, pointer, c.c_int, c.c_int, pointer, c.c_int, c.c_int]),
            ("delete_fluid_synth", None, [pointer]), ("delete_fluid_settings", None, [pointer]),
        ):  # fmt: skip
            function = getattr(self._lib, name)
            function.restype, function.argtypes = result, arguments
        self._settings = self._lib.new_fluid_settings()
        self._lib.fluid_settings_setnum(self._settings, b"synth.sample-rate", float(RENDER_RATE))
        self._lib.fluid_settings_setnum(self._settings, b"synth.gain", 0.4)
        self._synth: Any = self._lib.new_fluid_synth(self._settings)
        if self._lib.fluid_synth_sfload(self._synth, str(font).encode(), 1) < 0:
            raise FileNotFoundError(f"{font} is missing: apt-get install fluid-soundfont-gm")

    def play(self, piece: Piece, rate: int = RATE) -> Audio:
        """The piece as mono sound at *rate*, peak 0.9; its tail is cut at its end."""
        lib, synth = self._lib, self._synth
        lib.fluid_synth_system_reset(synth)
        for channel, program in piece.programs.items():
            lib.fluid_synth_program_change(synth, channel, program)
        changes = [(note.start, 1, note) for note in piece.notes] + [(note.end, 0, note) for note in piece.notes]
        changes.sort(key=lambda change: change[:2])  # a note ends before the next begins
        left = np.zeros(round(piece.seconds * RENDER_RATE), np.float32)
        right, at = np.zeros_like(left), 0
        for time, on, note in [*changes, (piece.seconds, 0, None)]:
            until = min(len(left), round(time * RENDER_RATE))
            if until > at:
                lib.fluid_synth_write_float(synth, until - at, left.ctypes.data, at, 1, right.ctypes.data, at, 1)
                at = until
            if note is not None and on:
                lib.fluid_synth_noteon(synth, note.channel, note.key, note.velocity)
            elif note is not None:
                lib.fluid_synth_noteoff(synth, note.channel, note.key)
        mono = resampled((left + right) / 2, RENDER_RATE, rate)
        return np.asarray(mono * (0.9 / max(1e-9, float(np.abs(mono).max()))), np.float32)

    def close(self) -> None:
        """Give the sound font's memory back."""
        self._lib.delete_fluid_synth(self._synth)
        self._lib.delete_fluid_settings(self._settings)

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def resampled(audio: Audio, rate: int, target: int) -> Audio:
    """By cutting the spectrum of the whole clip."""
    if rate == target:
        return audio
    length = round(len(audio) * target / rate)
    spectrum = np.fft.rfft(audio)[: length // 2 + 1]
    return np.asarray(np.fft.irfft(spectrum, length) * (length / len(audio)), np.float32)

"""What a film sounds like: the place, the people, the music, the action. 16 kHz, mono.

Speech, effects and music come from the synthesisers of ``models.speakers``, ``models.sounds``; only the sound of places
is made here. Pieces are kept in a ``Bank``, so that thousands of scenes need some hundred pieces of music.

All of it is the same for a seed but the voices' breath: espeak-ng keeps state from sentence to sentence, so a line is
another take of itself (some milliseconds, some noise) when other lines were read before it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.scenes.films.plan import Film, Scene, Turn
from models.scenes.films.pools import Chance, chance_of
from models.sounds import living
from models.sounds.acoustics import (
    RATE,
    Audio,
    band,
    choose,
    convolved,
    count,
    noise,
    peak,
    placed,
    random_times,
    room,
    tone,
    wandering,
)
from models.sounds.synthesis import HELD_OUT, SYNTHESISERS

SPEECH = 0.08  # RMS of speech, what 0 dB stands for
SLOTS = 48  # pieces of music of a mood and a pool
PLACES = 10  # recordings of a place and a pool
PIECE = 16.5  # s
MOODS = {"tense": "tense", "cheerful": "happy", "sad": "sad", "calm": "calm"}
EDGE = 0.15  # s over which one scene's sound gives way to the next


class Bank:
    """
    Music, places and voices. *folder* keeps what took time between runs (None: only in memory).

    A context manager: it holds a sound font and a voice library, both of which a process has once.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self._kept: dict[str, npt.NDArray[np.int16]] = {}
        self._player: object | None = None
        self._people: object | None = None

    def __enter__(self) -> Bank:
        return self

    def __exit__(self, *problem: object) -> None:
        from models.sounds.music import Player
        from models.speakers.people import People

        if isinstance(self._player, Player):
            self._player.close()
        if isinstance(self._people, People):
            self._people.__exit__(*problem)
        self._player = self._people = None

    def music(self, pool: str, mood: str, number: int) -> Audio:
        """A piece of that mood, ``PIECE`` seconds, RMS 1."""
        slot = number % SLOTS
        return self._piece(f"music-{pool}-{mood}-{slot}", lambda: self._composed(pool, mood, slot))

    def ambience(self, pool: str, name: str, number: int) -> Audio:
        """A place, 12 seconds, RMS 1."""
        slot = number % PLACES
        return self._piece(f"place-{pool}-{name}-{slot}", lambda: self._place(pool, name, slot))

    def say(self, turn: Turn) -> Audio:
        """A line by the turn's voice, RMS 1 while it speaks; empty where the voice cannot read it."""
        from models.speakers.people import People, person

        if self._people is None:
            self._people = People()
        assert isinstance(self._people, People)
        clip = self._people.say(
            person(turn.voice), turn.text, turn.language, random.Random(f"{turn.voice} {turn.text}")
        )
        if clip is None or not len(clip.audio):
            return np.zeros(0, np.float32)
        loud = clip.audio[np.abs(clip.audio) > 0.02 * np.abs(clip.audio).max()]
        return np.asarray(clip.audio / max(1e-6, float(np.sqrt(np.mean(loud**2)))), np.float32)

    def _piece(self, name: str, make: Callable[[], Audio]) -> Audio:
        if name not in self._kept:
            file = self._folder / f"{name}.npy" if self._folder else None
            if file and file.exists():
                self._kept[name] = np.load(file)
            else:
                sound = make()
                self._kept[name] = (np.clip(peak(sound, 0.98), -1, 1) * 32767).astype(np.int16)
                if file:
                    part = file.with_suffix(f".{random.getrandbits(32):08x}.part")
                    with part.open("wb") as out:
                        np.save(out, self._kept[name])
                    part.replace(file)
        return _level(self._kept[name].astype(np.float32))

    def _composed(self, pool: str, mood: str, slot: int) -> Audio:
        from models.sounds.mood import PROGRAMS, worn
        from models.sounds.music import Player, compose

        if self._player is None:
            self._player = Player()
        assert isinstance(self._player, Player)
        chance = random.Random(f"music {pool} {mood} {slot}")
        piece = compose(chance, PIECE, mood=MOODS[mood], held_out=pool == "test")
        if pool != "test" and slot % 3:  # no mood may be told by its instruments alone
            piece.programs |= {channel: chance.choice(PROGRAMS) for channel in (0, 1)}
        return worn(self._player.play(piece), chance_of("worn", pool, mood, slot))

    def _place(self, pool: str, name: str, slot: int) -> Audio:
        chance = chance_of("place", pool, name, slot)
        if name.startswith("crowd"):
            return self._babble(chance, pool, name, slot)
        return _PLACES[name](chance)

    def _babble(self, chance: Chance, pool: str, name: str, slot: int) -> Audio:
        """A dozen people who talk at once, near and far, in a hall or in the open."""
        from models.scenes.films.pools import POOLS
        from models.scenes.films.words import Words

        pieces = []
        for number in range(16):
            language = ("en", "zh")[(slot + number) % 2]
            text = " ".join(Words(pool, language).line(chance, "neutral") for _ in range(2))
            turn = Turn(0, 1, 0, POOLS[pool].person(chance), text, language)
            pieces.append((float(chance.uniform(0, 10)), self.say(turn) * np.float32(choose(chance, 0.15, 1))))
        sound = placed(12.0, pieces)
        if name == "crowd_indoor":
            sound = convolved(sound, room(chance, choose(chance, 0.6, 1.4), 0.9))
        else:
            sound = sound + 0.3 * _level(band(noise(chance, 12.0, -4), 60, 2000))
        if chance.random() < 0.4:
            sound = sound + 0.7 * _level(_repeated(chance, living.applause_crowd, 12.0))
        return sound


def _level(sound: Audio) -> Audio:
    """RMS 1."""
    return np.asarray(sound / max(1e-6, float(np.sqrt(np.mean(np.square(sound))))), np.float32)


def _db(value: float) -> np.float32:
    return np.float32(10 ** (value / 20))


# -- places --


def _repeated(chance: Chance, maker: Callable[[Chance], Audio], seconds: float, gap: float = 0.0) -> Audio:
    """Sounds of one kind after one another."""
    pieces, at = [], 0.0
    while at < seconds:
        sound = maker(chance)
        pieces.append((at, sound))
        at += max(0.3, len(sound) / RATE * 0.8) + chance.uniform(0, gap)
    return placed(seconds, pieces)


def _street(chance: Chance) -> Audio:
    """Traffic: a roar with cars that pass."""
    sound = _level(band(noise(chance, 12.0, -4), 40, choose(chance, 500, 1500)))
    for at in random_times(chance, 12.0, 0.4):
        length = chance.uniform(1.5, 3.5)
        line = np.linspace(-1, 1, count(length))
        hump = np.exp(-((line / 0.35) ** 2)).astype(np.float32)
        passing = _level(band(noise(chance, length, -2), 80, choose(chance, 900, 3500))) * hump
        sound = sound + placed(12.0, [(at, passing * np.float32(chance.uniform(0.8, 2.5)))])
    if chance.random() < 0.4:
        sound = sound + placed(12.0, [(float(chance.uniform(0, 9)), 2 * SYNTHESISERS["horn"][0](chance))])
    return sound


def _wind(chance: Chance, level: float = 1.0) -> Audio:
    low = band(noise(chance, 12.0, -3), 60, choose(chance, 300, 900))
    return np.asarray(_level(low * np.exp(0.5 * wandering(chance, 12.0, 0.7)).astype(np.float32)) * level, np.float32)


def _nature(chance: Chance) -> Audio:
    """Birds over a little wind."""
    return _level(_repeated(chance, living.birds, 12.0, 2.0)) + _wind(chance, float(chance.uniform(0.1, 0.6)))


def _crickets(chance: Chance) -> Audio:
    """A warm night in the grass: chirps of a few insects."""
    sound = np.zeros(count(12.0), np.float32)
    at = np.arange(count(12.0)) / RATE
    for _ in range(int(chance.integers(1, 4))):
        pitch, rate, slow = choose(chance, 2800, 5500), chance.uniform(18, 32), chance.uniform(0.8, 2.2)
        pulses = np.clip(np.sin(2 * np.pi * rate * at), 0, 1) * (
            np.sin(2 * np.pi * slow * at + chance.uniform(0, 6)) > -0.2
        )
        sound += (tone(pitch, 12.0) * pulses * chance.uniform(0.3, 1)).astype(np.float32)
    return _level(sound) + _wind(chance, float(chance.uniform(0.1, 0.5)))


def _waves(chance: Chance) -> Audio:
    """Surf, or water that runs."""
    if chance.random() < 0.4:
        return _repeated(chance, SYNTHESISERS["water"][0], 12.0)
    at = np.arange(count(12.0)) / RATE
    swell = 0.25 + np.clip(np.sin(2 * np.pi * at * chance.uniform(0.12, 0.25) + chance.uniform(0, 6)), 0, 1) ** 1.5
    return (band(noise(chance, 12.0, -2), 100, choose(chance, 2500, 6000)) * swell).astype(np.float32)


def _tone_of_room(chance: Chance) -> Audio:
    """A quiet room: dull noise, mains, perhaps a clock."""
    sound = _level(band(noise(chance, 12.0, -4), 30, choose(chance, 200, 500)))
    sound = sound + tone(float(chance.choice([50, 60])), 12.0, (0.3, 0.5, 0.2)) * np.float32(chance.uniform(0.1, 0.8))
    if chance.random() < 0.4:
        tick = peak(band(noise(chance, 0.02), 1500, 6000), 1.5)
        sound = sound + placed(12.0, [(0.5 * n, tick) for n in range(24)])
    return sound


def _office(chance: Chance) -> Audio:
    """Ventilation and keyboards, now and then a telephone."""
    sound = _level(band(noise(chance, 12.0, -2), 120, choose(chance, 700, 1800)))
    sound = sound + 2 * _repeated(chance, SYNTHESISERS["keyboard"][0], 12.0, 1.0)
    if chance.random() < 0.3:
        sound = sound + placed(12.0, [(float(chance.uniform(0, 8)), 1.5 * SYNTHESISERS["phone"][1](chance))])
    return sound


def _vehicle(chance: Chance) -> Audio:
    """An engine's drone and the road, or rails."""
    base = choose(chance, 35, 110) * np.exp(0.03 * wandering(chance, 12.0, 0.5))
    sound = _level(tone(base, 12.0, [1 / n for n in range(1, 18)]))
    sound = sound + _level(band(noise(chance, 12.0, -6), 25, 400)) * np.float32(chance.uniform(0.6, 2))
    if chance.random() < 0.4:
        joint = peak(band(noise(chance, 0.12, -3), 60, 700) * np.linspace(1, 0, count(0.12)).astype(np.float32) ** 2, 3)
        sound = sound + placed(12.0, [(0.8 * n + part, joint) for n in range(15) for part in (0.0, 0.14)])
    return sound


def _studio(chance: Chance) -> Audio:
    """Nearly nothing: the hiss of microphones."""
    return noise(chance, 12.0, chance.uniform(-1, 1)) * np.float32(0.25)


def _hall(chance: Chance) -> Audio:
    """Steps and clatter that echo."""
    pieces = [(float(at), SYNTHESISERS["footsteps"][0](chance)) for at in random_times(chance, 10.0, 0.25)]
    pieces += [
        (float(at), SYNTHESISERS["slam"][0](chance) * np.float32(0.5)) for at in random_times(chance, 10.0, 0.12)
    ]
    sound = 0.4 * placed(12.0, pieces) + 0.05 * _level(band(noise(chance, 12.0, -4), 40, 500))
    return convolved(sound, room(chance, choose(chance, 0.9, 1.8), 0.95))


_PLACES: dict[str, Callable[[Chance], Audio]] = {
    "street": _street, "nature": _nature, "nature_night": _crickets, "water": _waves, "outdoor": _wind,
    "room": _tone_of_room, "office": _office, "vehicle": _vehicle, "studio": _studio, "indoor": _hall,
}  # fmt: skip


# -- a film --


def sound_of(film: Film, bank: Bank) -> Audio:
    """The film's sound, float32 [seconds · 16,000] from -1 to 1; silence where it has none."""
    length = round(film.seconds * RATE)
    whole = np.zeros(length, np.float32)
    if not film.sound:
        return whole
    for number, scene in enumerate(film.scenes):
        chance = chance_of("mix", film.name, number)
        early = 0.0 if number == 0 else float(chance.uniform(-0.3, 0.3))  # the sound may change before the picture
        start = max(0.0, scene.first / film.fps + early)
        end = (scene.last + 1) / film.fps + EDGE
        part = _scene(film, scene, bank, chance, start=start, end=end)
        if number:
            ramp = min(len(part), count(EDGE))
            part[:ramp] *= np.linspace(0, 1, ramp, dtype=np.float32)
            begin = round(start * RATE)
            whole[begin : begin + ramp] *= np.linspace(1, 0, ramp, dtype=np.float32)
            whole[begin + ramp :] = 0
        begin = round(start * RATE)
        fitting = part[: length - begin]
        whole[begin : begin + len(fitting)] += fitting
    return np.tanh(whole * 1.1).astype(np.float32) * np.float32(0.9)


def _scene(film: Film, scene: Scene, bank: Bank, chance: Chance, *, start: float, end: float) -> Audio:
    seconds = end - start
    mix = np.zeros(count(seconds), np.float32)
    spoken = [turn for turn in scene.turns if turn.voice >= 0]
    inside = scene.labels.place == "indoor"
    if spoken:
        voices = placed(seconds, [(max(0.0, turn.start - start), _spoken(bank, turn)) for turn in spoken])
        if inside:
            voices = convolved(voices, room(chance, choose(chance, 0.25, 0.8), chance.uniform(0.25, 0.6)))
        mix += voices * np.float32(SPEECH)
    if scene.ambience:
        mix += (
            _stretch(bank.ambience(film.pool_name, scene.ambience, scene.number), seconds, chance)
            * np.float32(SPEECH)
            * _db(scene.ambience_level)
        )
    if scene.music:
        level = chance.uniform(-15, -7) if spoken else chance.uniform(-6, 2)
        mix += (
            _stretch(bank.music(film.pool_name, scene.music, scene.music_number), seconds, chance)
            * np.float32(SPEECH)
            * _db(level)
        )
    for effect in scene.effects:
        sound = (
            peak(_effect(film.pool_name, effect.name, effect.number), 1.0) * np.float32(SPEECH * 4) * _db(effect.level)
        )
        mix += placed(seconds, [(max(0.0, effect.at - start), sound)])
    return mix


def _spoken(bank: Bank, turn: Turn) -> Audio:
    """Not longer than its turn allows."""
    sound = bank.say(turn)[: count(turn.end - turn.start + 0.1)].copy()
    fade = min(len(sound), 400)
    if fade:
        sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound


@lru_cache(maxsize=512)
def _effect(pool: str, name: str, number: int) -> Audio:
    chance = chance_of("effect", pool, name, number % 64)
    if pool == "test":
        return HELD_OUT[name](chance)
    makers = SYNTHESISERS[name]
    return makers[int(chance.integers(len(makers)))](chance)


def _stretch(piece: Audio, seconds: float, chance: Chance) -> Audio:
    """From somewhere in the piece on, round again where it ends."""
    wanted = count(seconds)
    at = int(chance.integers(max(1, len(piece) // 2)))
    turned = np.concatenate([piece[at:], piece[:at]])
    return np.tile(turned, -(-wanted // len(turned)))[:wanted]

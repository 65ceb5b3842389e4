"""
People who do not exist: random voices for espeak-ng, each with its own throat, pitch and manner.

A person is a *variant* file that espeak-ng reads beside its own ("formant 1 112 90 120": frequency, height and width in
percent), a pitch, a range and a speed. The same person reads Chinese and English. Persons are drawn from a seed: person
17 is the same today and tomorrow. The names 0 to 1,999 are for training, 5,000 and up for development and tests.
"""

from __future__ import annotations

import ctypes as c
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from models.speech.data import MANDARIN
from models.speech.voices import Clip, Espeak, _Event

TEST = 5000  # the first person who is never trained on
ACCENTS = ("en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-us-nyc")
DATA = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/share", "/usr/local/share")


@dataclass(frozen=True)
class Person:
    """A voice that stays the same from clip to clip."""

    number: int
    variant: str  # what the file says
    pitch: int  # espeak's 0 to 99
    spread: int
    rate: int  # words a minute
    accent: str

    @property
    def name(self) -> str:
        """The file's name, without a suffix."""
        return f"person{self.number}"


def person(number: int) -> Person:
    """Person *number*: man, woman, child or something between, drawn from its own seed."""
    chance = random.Random(f"zimu person {number}")
    throat = chance.gauss(1.0, 0.09)  # 1 is an average man's; a shorter throat raises all formants
    base = min(max(chance.gauss(105 + 260 * max(0.0, throat - 0.95), 22), 62), 290)  # Hz
    lines = ["language variant", "name person", f"pitch {base:.0f} {base * chance.uniform(1.25, 1.75):.0f}"]
    for formant in range(9):
        frequency = 100 * throat * chance.gauss(1.0, 0.035 if formant else 0.02)
        height, width = chance.uniform(60, 125), chance.uniform(75, 150)
        lines.append(f"formant {formant} {frequency:.0f} {height:.0f} {width:.0f}")
    lines += [
        f"voicing {chance.uniform(60, 150):.0f}",
        f"consonants {chance.uniform(60, 140):.0f} {chance.uniform(60, 140):.0f}",
    ]
    lines += [f"roughness {chance.randint(0, 4)}", f"flutter {chance.uniform(0, 6):.0f}"]
    if chance.random() < 0.5:
        air = " ".join(str(chance.randint(0, 5)) for _ in range(8))
        lines.append(f"breath {air}")
    if chance.random() < 0.5:
        tilt = [chance.uniform(60, 255) for _ in range(4)]
        places = (500, chance.randint(900, 1600), chance.randint(1800, 3000), chance.randint(3200, 5000))
        lines.append("tone " + " ".join(f"{place} {level:.0f}" for place, level in zip(places, tilt, strict=True)))
    if chance.random() < 0.15:
        lines.append(f"klatt {chance.randint(1, 4)}")
    return Person(
        number, "\n".join(lines) + "\n", chance.randint(40, 60), chance.randint(25, 75), chance.randint(130, 200),
        chance.choice(ACCENTS),
    )  # fmt: skip


class People:
    """Lets persons speak. One per process, like the library underneath. A context manager: it owns a folder."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._variants = _borrowed(Path(self._folder.name))
        self._espeak = _Espeak(self._folder.name)

    def __enter__(self) -> People:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def say(self, who: Person, text: str, language: str, chance: random.Random) -> Clip | None:
        """One sentence; pitch and speed vary a little from sentence to sentence, as they do with people."""
        file = self._variants / who.name
        if not file.exists():
            file.write_text(who.variant)
        voice = f"{MANDARIN if language == 'zh' else who.accent}+{who.name}"
        pitch = min(max(who.pitch + round(chance.gauss(0, 4)), 0), 99)
        rate = round(who.rate * chance.uniform(0.88, 1.14))
        spread = min(max(who.spread + chance.randint(-10, 10), 5), 95)
        return self._espeak.say(text, language, voice, rate=rate, pitch=pitch, spread=spread)


class _Espeak(Espeak):
    """The library with a data folder of our own, and without the times of words, which nobody needs here."""

    VOLUME = 2

    def __init__(self, folder: str) -> None:
        self.lib = c.CDLL("libespeak-ng.so.1")
        self.rate = self.lib.espeak_Initialize(self.SYNCHRONOUS, 0, folder.encode(), 0)
        if self.rate <= 0:
            raise OSError("espeak-ng cannot read its data; install espeak-ng-data")
        self.lib.espeak_SetParameter(self.VOLUME, 55, 0)  # at its usual 100, strong formants clip
        self.chunks, self.events = [], []
        self._callback = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.POINTER(_Event))(self._receive)
        self.lib.espeak_SetSynthCallback(self._callback)

    def _timed(self, clip: Clip) -> Clip | None:
        return clip


def _borrowed(folder: Path) -> Path:
    """espeak-ng's data by links, with a folder for variants that can be written to; returns that folder."""
    data = next((Path(place) / "espeak-ng-data" for place in DATA if (Path(place) / "espeak-ng-data").is_dir()), None)
    if data is None:
        raise OSError("espeak-ng's data is not on this machine; install espeak-ng-data")
    ours = folder / "espeak-ng-data"
    (ours / "voices").mkdir(parents=True)
    for path in data.iterdir():
        if path.name != "voices":
            (ours / path.name).symlink_to(path)
    for path in (data / "voices").iterdir():
        if path.name != "!v":
            (ours / "voices" / path.name).symlink_to(path)
    (ours / "voices" / "!v").mkdir()
    return ours / "voices" / "!v"

"""Which Chinese characters are typed for which others: those that sound alike, nearly alike, or look alike.

Sounds are pypinyin's (MIT), without tones: the readings that a character has in the words of jieba's dictionary (MIT);
nearly alike is what southern speech and hasty typing make one (zh and z, n and l, ing and in). Likeness is measured:
each character is drawn and the cosines of the drawings are compared. The characters are those of the first level of
GB 2312 (3,755 that are in use) and what the texts have beside them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

KINDS = ("sound", "near", "shape")
SHARE = 0.1  # of a character's uses, from which on a reading counts
WORDS = 60_000  # of the dictionary, the most frequent
LIKE = 0.6  # cosine of two drawings from which on they look alike
MOST = 8  # that look alike, for each character
SIDE = 40  # pixels of a drawing
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NEAR = ((r"^([zcs])h", r"\1"), (r"^l", "n"), (r"^h(?=u)", "f"), (r"ng$", "n"))


@dataclass(frozen=True)
class Confusions:
    """*of*: for each character what is typed for it, by kind, the most frequent first. *sounds*: its first reading."""

    of: Mapping[str, Mapping[str, str]]
    sounds: Mapping[str, str]

    def all_of(self, character: str) -> str:
        """Those of every kind, each once."""
        return "".join(dict.fromkeys("".join(self.of.get(character, {}).values())))


def characters(texts: Iterable[str], least: int = 1) -> Counter[str]:
    """The characters to know with how often they stand in *texts* (those in use at all: 1 or more)."""
    level = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    counts = Counter(one for row in level if (one := row.decode("gb2312", "ignore")))
    for text, number in Counter(_HAN.findall("".join(texts))).items():
        if text in counts or number >= least:
            counts[text] += number
    return counts


def confusions(counts: Counter[str], font: Path) -> Confusions:
    """The table of the characters of *counts*; *font* draws them."""
    known = [character for character, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    readings = heard(known)
    alike, nearly = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for character in known:
        for sound in readings[character]:
            alike[sound].append(character)
        for sound in {near(sound) for sound in readings[character]}:
            nearly[sound].append(character)
    shapes = looks(known, font)
    table = {}
    for character in known:
        same = [one for sound in readings[character] for one in alike[sound] if one != character]
        close = [one for sound in readings[character] for one in nearly[near(sound)] if one != character]
        groups = (same, [one for one in close if one not in same], shapes[character])
        table[character] = dict(zip(KINDS, ("".join(dict.fromkeys(group)) for group in groups), strict=True))
    return Confusions(table, {character: readings[character][0] for character in known})


def heard(known: Iterable[str]) -> dict[str, list[str]]:
    """The readings of each character that are in use, the usual one first."""
    from pypinyin import lazy_pinyin

    uses = {character: Counter(lazy_pinyin(character)) for character in known}
    for word, number in dictionary()[:WORDS]:
        for character, sound in zip(word, lazy_pinyin(word), strict=True):
            if character in uses:
                uses[character][sound] += number
    return {
        character: [sound for sound, number in counts.most_common() if number >= SHARE * counts.total()]
        for character, counts in uses.items()
    }


@cache
def dictionary() -> list[tuple[str, int]]:
    """The Chinese words of jieba's dictionary with their frequency, the most frequent first."""
    import jieba

    with jieba.get_dict_file() as stream:
        rows = [line.split() for line in stream.read().decode("utf-8").splitlines()]
    found = [(row[0], int(row[1])) for row in rows if re.fullmatch(r"[\u4e00-\u9fff]+", row[0])]
    return sorted(found, key=lambda item: (-item[1], item[0]))


def near(sound: str) -> str:
    """What a sound has in common with those that are taken for it."""
    for pattern, short in _NEAR:
        sound = re.sub(pattern, short, sound)
    return sound


def looks(known: list[str], font: Path) -> dict[str, list[str]]:
    """The characters that look like each, the likest first."""
    drawn = drawings(known, font)
    alike = drawn @ drawn.T
    np.fill_diagonal(alike, 0)
    found = {}
    for place, row in enumerate(alike):
        best = np.argsort(-row)[:MOST]
        found[known[place]] = [known[at] for at in best if row[at] >= LIKE]
    return found


def drawings(known: list[str], font: Path) -> npt.NDArray[np.float32]:
    """Each character as a unit vector: drawn, a little blurred, less the mean of all."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    pen = ImageFont.truetype(str(font), SIDE - 4)
    rows = []
    for character in known:
        picture = Image.new("L", (SIDE, SIDE))
        ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), character, fill=255, font=pen, anchor="mm")
        rows.append(np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)), np.float32).ravel())
    flat = np.array(rows) - np.mean(rows, 0)
    unit: npt.NDArray[np.float32] = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return unit

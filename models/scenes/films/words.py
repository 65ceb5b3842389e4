"""What is said and written in films: dialogue lines, descriptions from the script, titles; English and Chinese.

Sentences come from ``words.toml``, whose templates belong to one pool each, and, if given, from a file of Tatoeba pairs
split as the recipes of speech and translation split it. A line is (text, language).
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.scenes.films.pools import Chance

LANGUAGES = ("en", "zh")


@lru_cache
def table() -> dict[str, Any]:
    """The sentences."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@lru_cache(maxsize=4)
def corpus(path: str, pool: str) -> tuple[tuple[str, str], ...]:
    """Short (English, Chinese) pairs of the pool's part of a Tatoeba file."""
    from models.training.corpus import read_pairs, split

    parts = split(read_pairs(path), held_out=1000, seed=0)
    chosen = {"train": parts.train, "dev": parts.dev, "test": parts.test}[pool]
    return tuple((pair.en, pair.zh) for pair in chosen if 2 <= len(pair.zh) <= 18 and len(pair.en) <= 60)


class Words:
    """Draws lines of one pool in one language. *path* is a Tatoeba file, or "" for the grammar alone."""

    def __init__(self, pool: str, language: str, path: str = "") -> None:
        self.pool, self.side, self.language, self.path = pool, LANGUAGES.index(language), language, path

    def _any(self, chance: Chance, rows: list[list[str]]) -> str:
        return rows[int(chance.integers(len(rows)))][self.side]

    def name(self, chance: Chance, group: str, key: str) -> str:
        """A word for a place, a time or what happens."""
        return self._any(chance, table()["names"][group][key])

    def _place(self, chance: Chance, place: str, setting: str) -> str:
        return self.name(chance, "place", f"{place}_other" if setting == "other" else setting)

    def slug(self, chance: Chance, place: str, setting: str, time: str) -> str:
        """The head of a scene in a script: inside or outside, where, when."""
        row = self._any(chance, table()["script"][self.pool]["slug"])
        if place == "outdoor":
            row = row.replace("INT.", "EXT.").replace("内景", "外景")
        return row.format(
            place=self._cased(self._place(chance, place, setting), row),
            time=self._cased(self.name(chance, "time", time), row),
            inside=table()["inside"][place][self.side],
        )  # fmt: skip

    @staticmethod
    def _cased(word: str, row: str) -> str:
        return word.upper() if " - " in row else word

    def described(self, chance: Chance, place: str, setting: str, time: str, act: tuple[str, str]) -> str:
        """What happens where; not every template tells everything."""
        row = self._any(chance, table()["script"][self.pool]["line"])
        text = row.format(
            place=self._place(chance, place, setting), time=self.name(chance, "time", time), act=self.name(chance, *act)
        )
        return text[0].upper() + text[1:]

    def line(self, chance: Chance, kind: str, place: str = "", setting: str = "", time: str = "") -> str:
        """Something said: neutral, tense, cheerful, sad, calm, story; or about a place or a time, present or absent."""
        if kind == "neutral" and self.path and chance.random() < 0.75:
            pairs = corpus(self.path, self.pool)
            return pairs[int(chance.integers(len(pairs)))][self.side]
        row = self._any(chance, table()["talk"][self.pool][kind])
        if "{place}" in row:
            row = row.replace("{place}", self._place(chance, place, setting))
        if "{time}" in row:
            row = row.replace("{time}", self.name(chance, "time", time))
        row = row.replace("{who}", self.name(chance, "who", "who"))
        return row[0].upper() + row[1:]

    def title(self, chance: Chance) -> str:
        """A card."""
        return self._any(chance, table()["titles"][self.pool]["names"])

    def credits(self, chance: Chance, lines: int) -> str:
        """Lines that roll: an office and an invented name each."""
        offices = table()["titles"][self.pool]["credits"]
        return "\n".join(f"{offices[int(chance.integers(len(offices)))]}: {invented(chance)}" for _ in range(lines))


def invented(chance: Chance) -> str:
    """A name that nobody has."""
    parts = ("ka", "lo", "mi", "ra", "ten", "vo", "sel", "dur", "an", "is", "bel", "tor")
    first, last = ("".join(parts[int(n)] for n in chance.integers(len(parts), size=2)) for _ in range(2))
    return f"{first.title()} {last.title()}"

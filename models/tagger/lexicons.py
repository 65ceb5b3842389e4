"""
The lexicons: lists of words by language, kind and group, and which of them are kept for the test.

Of every long list a part is held out by a checksum of the word: training never draws it from there. The first third of
a list is common words, which a shipped model has to know, and always trained; closed lists (labels, states of the
trade, verbs of appearing) are too: nobody invents new ones.

``*_more.toml`` widens the lists for training without touching the test, which never draws from them; of these words the
development part has its own that training never sees, so that it tells how new words fare.
"""

from __future__ import annotations

import random
import re
import tomllib
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from plugin_core.tagging.ontology import ontology

FOLDER = Path(__file__).with_name("lexicons")
LANGUAGES = ("zh", "en")
PARTS = ("train", "dev", "test")
HELD_OUT = 8  # one word in so many
UNSEEN = 0.5  # share of draws for the test and for development that take a held-out word where the list has one
WIDER = 0.5  # share of training's draws from the further words of a list
SMALLEST = 24  # shorter lists are closed
CLOSED = ("introducers", "core", "head", "verbs", "direction", "direction_after", "moving_before", "distant", "titles")

# The printed cases of the reference and the example of its introduction: never in training.
EXCLUDED = (
    "轻柔竖琴泛音",
    "欢快口哨声",
    "滴答声",
    "玻璃瓶晃动声",
    "悬疑低音提琴滑音",
    "手机震动声",
    "急促脚步声由远及近",
    "玻璃爆裂声",
    "警笛由远及近",
    "科技感电子脉冲音",
    "数据流刷屏声",
    "清脆按键声",
    "轻快钢琴曲",
    "玻璃碎裂声",
    "李佳琦",
    "王哥",
    "薛定谔方程",
    "贝尔不等式",
    "EPR佯谬",
    "这个精华水真的绝了",
    "pH试纸变蓝",
    "全是绵密泡泡",
    "他骗了我三年",
    "你在听吗",
    "门锁被撬开",
    "量子纠缠的本质",
    "皮肤透亮",
    "刚买的鱼缸",
)


def held_out(word: str, salt: str = "") -> bool:
    """Whether training must not draw *word*; *salt* makes another choice."""
    return zlib.crc32((salt + word.casefold()).encode()) % HELD_OUT == 0


def excluded(text: str) -> bool:
    """Whether *text* holds a phrase of the reference's printed cases."""
    return any(phrase in text for phrase in EXCLUDED)


@cache
def table(name: str) -> dict[str, Any]:
    """One file of lists, its strings split into words; the language is the beginning of the name."""
    loaded = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {key: _split(value, name if name != "titles" else key) for key, value in loaded.items()}


def _split(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _split(inner, name) for key, inner in value.items()}
    words = value.split() if name.startswith("zh") else [word.strip() for word in value.split(",")]
    return tuple(dict.fromkeys(word for word in words if word))


@cache
def sentences(language: str) -> tuple[str, ...]:
    """Our own lines of spoken language, with places for words in braces."""
    return tuple((FOLDER / f"speech_{language}.txt").read_text(encoding="utf-8").splitlines())


@cache
def layouts() -> dict[str, Any]:
    """What stands in documents beside items."""
    return tomllib.loads((FOLDER / "layouts.toml").read_text(encoding="utf-8"))


@cache
def lyrics(language: str) -> tuple[str, ...]:
    """Lines as songs have them."""
    return tuple(tomllib.loads((FOLDER / "lyrics.toml").read_text(encoding="utf-8"))[language])


@cache
def telling(language: str) -> dict[str, re.Pattern[str]]:
    """For direction and manner the words that say them, longest first, wherever they stand in a sound's name."""
    words = table(f"{language}_words")["sound"]
    lists = {
        "direction": (*words.get("direction", ()), *words.get("distant", ()), *words.get("direction_after", ())),
        "manner": (*words["manner"], *words.get("adjective", ())),
    }
    found = {}
    for label, some in lists.items():
        parts = sorted((re.escape(one) for one in some if not one.startswith("从")), key=len, reverse=True)
        edge = r"\b" if language == "en" else ""
        found[label] = re.compile(f"{edge}(?:{'|'.join(parts)}){edge}", re.IGNORECASE)
    return found


@cache
def ontology_phrases(language: str) -> tuple[str, ...]:
    """What the ontology calls sounds: phrases of the entries that have a sound word in them or are effects."""
    found = []
    for entry in ontology().entries.values():
        for words in entry.phrases(language, 24):
            if language == "en" and " " not in words:
                continue
            if language == "en" or any(mark in words for mark in "声音响叫鸣笑哭"):
                found.append(words)
            elif language == "zh":
                found.append(words + "声")
    return tuple(dict.fromkeys(found))


@cache
def halves(words: tuple[str, ...], closed: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What training may draw and what is kept from it."""
    rest = () if closed or len(words) < SMALLEST else words[len(words) // 3 :]
    kept = tuple(word for word in rest if held_out(word))
    return tuple(word for word in words if word not in kept), kept


@cache
def tested(language: str) -> frozenset[str]:
    """All words that any list of a language keeps for the test."""
    found = set[str]()
    waiting: list[Any] = [*(table(f"{language}_{name}") for name in ("sounds", "words")), table("titles")[language]]
    while waiting:
        for value in waiting.pop().values():
            if isinstance(value, dict):
                waiting.append(value)
            else:
                found.update(word.casefold() for word in halves(value, closed=False)[1])
    return frozenset(found)


@cache
def further(words: tuple[str, ...], more: tuple[str, ...], language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What *more* adds to a list: words to train, and words for development. None holds a word kept for the test."""
    kept = halves(words, closed=False)[1]
    edge = r"\b" if language == "en" else ""
    parts = [re.escape(word) for word in kept if len(word) > 1]
    holding = re.compile(f"{edge}(?:{'|'.join(parts)}){edge}" if parts else r"(?!)", re.IGNORECASE)
    old = {word.casefold() for word in words} | tested(language)
    new = [word for word in dict.fromkeys(more) if word.casefold() not in old and not holding.search(word)]
    aside = {word for word in new if held_out(word, "dev ")} if len(new) >= SMALLEST else set()
    return tuple(word for word in new if word not in aside), tuple(word for word in new if word in aside)


class Lexicon:
    """The lists of one language as one part of the data may see them."""

    def __init__(self, language: str, part: str, chance: random.Random) -> None:
        self.language, self.part, self.chance = language, part, chance
        self.sounds: dict[str, dict[str, tuple[str, ...]]] = table(f"{language}_sounds")
        self.words: dict[str, dict[str, Any]] = table(f"{language}_words")
        self.titles: dict[str, tuple[str, ...]] = table("titles")[language]
        self.more = table(f"{language}_more")
        self.groups = list(self.sounds)
        self.weights = [sum(map(len, lists.values())) for lists in self.sounds.values()]

    def draw(self, words: Sequence[str], closed: bool = False, more: Sequence[str] = ()) -> str:
        """
        One word of a list; for the test half of the draws are words that training never saw.

        *more* are further words of the list, for training and development alone.
        """
        seen, kept = halves(tuple(words), closed)
        if self.part != "test" and more:
            new, aside = further(tuple(words), tuple(more), self.language)
            kept = aside if self.part == "dev" else ()
            seen = new if new and self.chance.random() < WIDER else seen
        if self.part != "train" and kept and self.chance.random() < UNSEEN:
            return self.chance.choice(kept)
        return self.chance.choice(seen)

    def word(self, kind: str, name: str) -> str:
        """A word of ``words[kind][name]``; *name* may be ``silence.words``."""
        path = (kind, *name.split("."))
        return self.draw(_at(self.words, path), name in CLOSED, _at(self.more["words"], path))

    def group(self) -> str:
        """The name of a group of sounds, larger ones more often."""
        return self.chance.choices(self.groups, self.weights)[0]

    def sound(self, group: str, name: str) -> str:
        """A word of a group of sounds, or "" where the group has none of that sort."""
        words = self.sounds[group].get(name, ())
        return self.draw(words, more=_at(self.more["groups"], (group, name))) if words else ""

    def known(self) -> str:
        """A phrase for something heard, of the ontology."""
        return self.draw(ontology_phrases(self.language))

    def title(self, name: str) -> str:
        """An introducer or what a title says."""
        return self.draw(self.titles[name], name in CLOSED, self.more["titles"].get(name, ()))


def _at(table: dict[str, Any], path: Sequence[str]) -> tuple[str, ...]:
    """The list at the end of *path*, or none."""
    found: Any = table
    for key in path:
        found = found.get(key, {})
    return tuple(found)

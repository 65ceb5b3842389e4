"""The tables of ontology.toml as values, parsed once, when the first text is looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from plugin_core.tagging.lexicon import Lexicon, phrases


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages with what belongs to it: a type of music, a mood, a state, a direction, a manner."""

    id: str
    zh: str
    en: str
    words_zh: tuple[str, ...] = ()
    words_en: tuple[str, ...] = ()
    audio_class: str = ""
    effect: bool = False
    valence: float = 0.0
    arousal: float = 0.0
    parameters: Mapping[str, str] = field(default_factory=dict)

    def name(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Entry:
    """
    Something heard or seen. *zh* and *en* are patterns (see ``lexicon``).

    Exactly one of *action* (zh, en), *mover* (who and how, zh and en) and *effect* (type, mood) is not empty.
    """

    id: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    audio_class: str
    action: tuple[str, ...] = ()
    mover: tuple[str, ...] = ()
    effect: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()  # zh, en: as it is written for the deaf; empty for what is only seen

    @property
    def patterns(self) -> tuple[str, ...]:
        """Everything that stands for the entry; its captions weigh what its own words weigh."""
        weak = "~" if self.zh[0].startswith("~") else ""
        return (*self.zh, *self.en, *(f"{weak}{text}" for text in self.caption))

    def phrases(self, language: str, most: int = 60) -> tuple[str, ...]:
        """Readable phrases of the entry in *language* ("zh" or "en"), at most *most* of each pattern."""
        return phrases(self.zh, "", most) if language == "zh" else phrases(self.en, " ", most)


@dataclass(frozen=True)
class Ontology:
    """The tables of ontology.toml by id, and the lexicons made of them."""

    entries: Mapping[str, Entry]
    music_types: Mapping[str, Named]
    moods: Mapping[str, Named]
    instruments: Mapping[str, Named]
    states: Mapping[str, Named]
    directions: Mapping[str, Named]
    manners: Mapping[str, Named]
    titles: Mapping[str, Named]
    feelings: Mapping[str, Named]  # the words of each mood
    music_captions: Mapping[str, tuple[str, ...]]
    families: Mapping[str, frozenset[str]]  # of each AudioSet class, the ids of its families
    class_names: Mapping[str, tuple[str, ...]]  # zh, en: what an AudioSet class is called in a caption
    sounds: Lexicon
    types: Lexicon
    played: Lexicon
    felt: Lexicon
    spoken: Lexicon
    moving: Lexicon
    done: Lexicon


@cache
def ontology() -> Ontology:
    """The parsed ontology; the first call reads the file."""
    raw = tomllib.loads((Path(__file__).parent / "ontology.toml").read_text("utf-8"))
    music = raw["music"]
    entries = {key: _entry(key, value, raw["captions"].get(key, ())) for key, value in raw["entries"].items()}
    tables = {name: _named(raw[name]) for name in ("music_types", "moods", "states", "directions", "manners", "titles")}
    instruments, feelings = _named(music["instruments"]), _named(music["moods"])
    return Ontology(
        **tables,
        entries=entries,
        instruments=instruments,
        feelings=feelings,
        families=_families(raw["families"]),
        class_names={
            **{entry.audio_class: entry.caption for entry in reversed(entries.values()) if entry.caption},
            **{name: tuple(value) for name, value in raw["classes"].items()},
        },
        music_captions={key: tuple(value) for key, value in music["captions"].items()},
        sounds=Lexicon((key, entry.patterns) for key, entry in entries.items()),
        types=Lexicon((key, (*value["zh"], *value["en"])) for key, value in music["types"].items()),
        played=_lexicon(instruments),
        felt=_lexicon(feelings),
        spoken=_lexicon(tables["states"]),
        moving=_lexicon(tables["directions"]),
        done=_lexicon(tables["manners"]),
    )


def _families(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    classes = {name for family in table.values() for name in family}
    return {name: frozenset(key for key, family in table.items() if name in family) for name in classes}


def _entry(key: str, value: dict[str, Any], caption: list[str]) -> Entry:
    told = {name: tuple(value.get(name, ())) for name in ("action", "mover", "effect")}
    return Entry(key, tuple(value["zh"]), tuple(value["en"]), value["class"], **told, caption=tuple(caption))


def _named(table: dict[str, dict[str, Any]]) -> dict[str, Named]:
    return {key: _one_named(key, value) for key, value in table.items()}


def _one_named(key: str, value: dict[str, Any]) -> Named:
    zh, en = value["zh"].split("|"), value["en"].split("|")
    return Named(
        key,
        zh[0],
        en[0],
        tuple(value["words_zh"].split("|")) if "words_zh" in value else tuple(zh),
        tuple(value["words_en"].split("|")) if "words_en" in value else tuple(en),
        value.get("class", ""),
        value.get("effect", False),
        value.get("valence", 0.0),
        value.get("arousal", 0.0),
        value.get("parameters", {}),
    )


def _lexicon(table: Mapping[str, Named]) -> Lexicon:
    return Lexicon((key, ("|".join(value.words_zh), "|".join(value.words_en))) for key, value in table.items())

"""
How an event is written in a caption for the deaf, in Chinese or English, through the ontology.

A text that is already in the wanted language is kept as it stands. Another one is said anew from what it means; what
the ontology does not know is kept in its own language and reported, never translated by guessing.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugin_core.tagging.columns import one_line
from plugin_core.tagging.ontology import (
    Named,
    directions_of,
    key_of,
    language_of,
    manners_of,
    meaning,
    ontology,
    played_in,
)

_PLACES = frozenset({"远处", "近处", "屋内", "屋外", "左侧", "右侧", "头顶", "脚下", "身后"})
_GUESSED = 0.5  # the confidence of a text that is taken for sung because it speaks of no music


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a caption, without brackets; *sung*: a song's; *kept*: in its own language, unknown in the other."""

    text: str
    sung: bool = False
    kept: bool = False


def worded(text: str, kind: str, language: str) -> Wording:
    """The words for *text*, an event of *kind* ("music", "sound"), in *language* ("zh...", else English)."""
    text = one_line(text).strip()
    wanted = "zh" if language.startswith("zh") else "en"
    sung = kind == "music" and is_sung(text)
    if language_of(text) == wanted:
        return Wording(text, sung)
    if sung:
        return Wording(text, sung=True, kept=True)
    said = _music(text, wanted) if kind == "music" else _sound(text, wanted)
    return Wording(said) if said else Wording(text, kept=True)


def is_sung(text: str) -> bool:
    """Whether a music item is words that are sung, not a description of music."""
    found = meaning(text, "music")
    return found.audio_class == "Singing" and found.confidence <= _GUESSED


def _sound(text: str, language: str) -> str:
    found = meaning(text, "sound")
    entry = ontology().entries.get(found.entry)
    if entry is None or not entry.caption:
        return ""
    words = entry.caption[language == "en"]
    manner, direction = _first(manners_of(text)), _first(directions_of(text))
    if language == "zh":
        how = f"{manner.zh}的" if manner else ""
        return f"{how}{words}{_where(direction)}"
    how = f"{manner.en} " if manner and " " not in words else ""
    return f"{how}{words}{f' {direction.en}' if direction else ''}"


def _music(text: str, language: str) -> str:
    found = meaning(text, "music")
    if found.unknown:
        return _sound(text, language)
    known = ontology()
    kind = key_of("music_types", found.music_type)
    mood = key_of("moods", found.mood)
    how = known.feelings[mood].name(language) if mood in known.feelings else ""
    instruments = played_in(text)
    if kind and (known.music_types[kind].effect or kind == "mouth"):
        return _sound(text, language)
    direction = _first(directions_of(text))
    if language == "zh":
        what = "和".join(named.zh for named in instruments) or known.music_captions.get(kind, ("音乐",))[0]
        return f"{how}的{what}{_where(direction)}" if how else f"{what}{_where(direction)}"
    what = " and ".join(named.en for named in instruments)
    what = f"{what} music playing" if what else known.music_captions.get(kind, ("", "music playing"))[1]
    what = f"{what.removesuffix(' playing')} {direction.en}" if direction else what
    return f"{how} {what}".strip()


def _where(direction: Named | None) -> str:
    if direction is None:
        return ""
    return f"在{direction.zh}" if direction.zh in _PLACES else direction.zh


def _first(found: tuple[Named, ...]) -> Named | None:
    return found[0] if found else None

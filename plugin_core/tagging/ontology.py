"""
What the words of an event mean: the entry, the action in an editor's words, type and mood of music, AudioSet class.

The knowledge is in ontology.toml, in both languages (see ``tables``). A text is read in this order: the pattern that
explains most of it; the pack's guess, if its calibrated probability is high enough; otherwise the answer says *unknown*
and nothing is invented. The answer is in the language of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from plugin_core.tagging.lexicon import HAN, Lexicon, Match, covered
from plugin_core.tagging.tables import Entry, Named, ontology

__all__ = [
    "Entry",
    "Guess",
    "Meaning",
    "Named",
    "directions_of",
    "key_of",
    "language_of",
    "manners_of",
    "meaning",
    "name_of",
    "ontology",
    "parameters",
    "played_in",
    "states_of",
]

SURE = 0.8  # the least probability at which a pack's guess is used
_PLAIN = 0.5  # confidence where only "music" is said
_THIN = 0.25  # of the characters of a Chinese text must be explained, or it stays unknown; half by a weak pattern
_LYRIC_WORDS = 4  # a longer English line that speaks of no music is sung
_LYRIC_CHARACTERS = 8
_SONG = re.compile(
    r"音乐|乐曲|曲|歌|乐|旋律|伴奏|配乐|bgm|\b(?:music|song|tune|melody|theme|score|plays?|playing|sings?)\b", re.I
)
_FILLER = re.compile(r"[^\w]+|[声聲音响響的地得了着_]|一阵|传来|响起")
_TRADITIONAL = re.compile(
    "[聲響門開關電話車風鳥馬雞鴨貓嘆嘯樂腳聽筆鍵盤錶鐘鈴鑰槍砲輕緊張歡遠漸強彈擊輪機頭驚懸奮傷慘淚鬧囂觀眾遞點轉軟壓]"
)
_PLAYING = ("ensemble", "orchestral", "solo", "singing", "background")
_ORDER = (
    "score",
    "theme",
    "children",
    "choir",
    "hip-hop",
    "rock",
    "electronic",
    "jazz",
    "folk",
    "classical",
    "pop",
    "synth",
    "mouth",
)
_NARRATIVE = frozenset({"tense", "crisis", "scary", "mysterious", "surprise"})
_SMALL = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "his",
        "her",
        "their",
        "its",
        "is",
        "are",
        "by",
        "from",
    }
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a pack thinks, by ids of the ontology, with calibrated probabilities."""

    entry: str = ""
    entry_probability: float = 0.0
    music_type: str = ""
    music_type_probability: float = 0.0
    mood: str = ""
    mood_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """*entry* is an id; the rest is in the language of the text, empty where it does not apply or is not known."""

    entry: str = ""
    action: str = ""
    music_type: str = ""
    mood: str = ""
    audio_class: str = ""
    confidence: float = 0.0
    unknown: bool = False


@lru_cache(maxsize=20_000)
def meaning(text: str, kind: str, *, manner: str = "", direction: str = "", guess: Guess | None = None) -> Meaning:
    """
    What *text*, an item of *kind* (see ``tags.KINDS``), means.

    *manner* and *direction* are its words for how and from where to where; without them they are looked for in the
    text. *guess* is used where no pattern explains enough of the text. Speech has no meaning here: it is empty.
    """
    read = _simplified(text)
    if kind == "music":
        return _music(read, guess)
    if kind == "title":
        return _title(read)
    if kind in {"sound", "action"}:
        return _event(read, kind, _simplified(manner), _simplified(direction), guess)
    return Meaning()


def sung(text: str) -> Meaning:
    """What *text* means where notes around it say that it is sung."""
    kind = ontology().music_types["singing"]
    return Meaning(music_type=kind.name(language_of(text)), audio_class=kind.audio_class, confidence=_PLAIN)


def language_of(text: str) -> str:
    """ "zh" if the text has a Chinese character, else "en": the language an answer about it is given in."""
    return "zh" if HAN.search(text) else "en"


def states_of(state: str) -> tuple[str, ...]:
    """The groups (ids of ``Ontology.states``) of what is said of how words come: several where several are named."""
    return tuple(match.key for match in _in_order(ontology().spoken.all(_simplified(state))))


def manners_of(text: str) -> tuple[Named, ...]:
    """How it happens: fast, soft, crisp ..., in the order of the text."""
    return _looked_up(ontology().done, ontology().manners, text)


def directions_of(text: str) -> tuple[Named, ...]:
    """From where to where, or how the loudness moves, in the order of the text."""
    return _looked_up(ontology().moving, ontology().directions, text)


def played_in(text: str) -> tuple[Named, ...]:
    """The instruments a text names, in its order."""
    return _looked_up(ontology().played, ontology().instruments, text)


def parameters(*texts: str) -> dict[str, str]:
    """
    What an animation or a mix can use of manner, direction and state: ``{"distance": "decreasing", "speed": "fast"}``.

    Of two words that set the same parameter the first counts.
    """
    found: dict[str, str] = {}
    for text in texts:
        for named in (*manners_of(text), *directions_of(text)):
            for name, value in named.parameters.items():
                found.setdefault(name, value)
    return found


def name_of(kind: str, key: str, language: str) -> str:
    """The name of a music type or mood ("music_types", "moods") by its id; "" for an id that is not there."""
    table: Mapping[str, Named] = getattr(ontology(), kind)
    return table[key].name(language) if key in table else ""


def key_of(kind: str, name: str) -> str:
    """The id of a music type or mood by its name in either language, "" if there is none."""
    return _keys(kind).get(name.lower(), "")


# ---------------------------------------------------------------- sounds and deeds


def _event(text: str, kind: str, manner: str, direction: str, guess: Guess | None) -> Meaning:
    known = ontology()
    match = known.sounds.best(text)
    share = _share(text, match)
    if match is None or share < (_PLAIN if match.weak else _THIN):
        if guess is not None and guess.entry in known.entries and guess.entry_probability >= SURE:
            return _said(known.entries[guess.entry], text, manner, direction, guess.entry_probability)
        if kind == "action":
            return Meaning(action=text.strip(), confidence=_PLAIN)
        return Meaning(unknown=True)
    if share < _PLAIN and guess is not None and guess.entry in known.entries and guess.entry_probability >= SURE:
        return _said(known.entries[guess.entry], text, manner, direction, guess.entry_probability)
    return _said(known.entries[match.key], text, manner, direction, _PLAIN + share * (1 - _PLAIN))


def _said(entry: Entry, text: str, manner: str, direction: str, confidence: float) -> Meaning:
    language = language_of(text)
    confidence = round(min(1.0, confidence), 4)
    if entry.effect:
        kind, mood = entry.effect
        return Meaning(
            entry.id,
            music_type=name_of("music_types", kind, language),
            mood=name_of("moods", mood, language),
            audio_class=entry.audio_class,
            confidence=confidence,
        )
    action = entry.action[language == "en"] if entry.action else _moved(entry, text, manner, direction, language)
    return Meaning(entry.id, action, audio_class=entry.audio_class, confidence=confidence)


def _moved(entry: Entry, text: str, manner: str, direction: str, language: str) -> str:
    """人物 + 走动, 快速走动, 接近, 快速接近: put together from who moves, how and where to."""
    who, does, person, moves = entry.mover
    ways = {named.id for named in directions_of(direction or text)}
    speeds = [named.id for named in manners_of(manner or text) if named.id in {"fast", "slow"}]
    speed = speeds[0] if speeds else ""
    towards = "approach" if "approach" in ways else "recede" if "recede" in ways else ""
    if language == "zh":
        adverb = {"fast": "快速", "slow": "缓慢", "": ""}[speed]
        return who + adverb + {"approach": "接近", "recede": "远离", "": does}[towards]
    plural = moves.split()[0][-1] != "s"
    verb = {"approach": "approach", "recede": "move away", "": ""}[towards]
    verb = (verb if plural else {"approach": "approaches", "recede": "moves away", "": ""}[towards]) or moves
    return " ".join(part for part in (person, verb, {"fast": "quickly", "slow": "slowly", "": ""}[speed]) if part)


def _share(text: str, match: Match | None) -> float:
    """How much of what *text* says the match explains: characters of Chinese; English is told by its verb."""
    if match is None:
        return 0.0
    if not HAN.search(text):
        words = [word for word in re.findall(r"\w+", text) if word.lower() not in _SMALL]
        return min(1.0, max(_PLAIN, sum(end - start for start, end in match.spans) / max(1, sum(map(len, words)))))
    known = ontology()
    explained = list(match.spans)
    for lexicon in (known.moving, known.done):
        explained.extend(span for found in lexicon.all(text) for span in found.spans)
    explained.extend((found.start(), found.end()) for found in _FILLER.finditer(text))
    total = len(text)
    own = covered(match.spans)
    others = covered(explained) - own
    return own / max(own, total - others)


# ---------------------------------------------------------------- music


def _music(text: str, guess: Guess | None) -> Meaning:
    known, language = ontology(), language_of(text)
    instruments = known.played.all(text)
    moods = known.felt.all(text)
    mood = moods[0].key if moods else ""
    kind = _music_type(text, instruments, mood)
    certain = 1.0
    if not kind and (effect := _effect(text)):
        return effect
    if guess is not None:
        if not kind and guess.music_type_probability >= SURE:
            kind, certain = guess.music_type, guess.music_type_probability
        if not mood and guess.mood_probability >= SURE:
            mood, certain = guess.mood, min(certain, guess.mood_probability)
    if not kind and _is_lyric(text):
        kind, mood, certain = "singing", "", _PLAIN
    elif not kind and (_SONG.search(text) or mood):
        kind, certain = "background", _PLAIN
    played = known.instruments[instruments[0].key].audio_class if len(instruments) == 1 else ""
    if kind == "mouth" and (voice := known.sounds.best(text)):  # whistling, humming
        played = known.entries[voice.key].audio_class
    return Meaning(
        entry=instruments[0].key if len(instruments) == 1 else "",
        music_type=name_of("music_types", kind, language),
        mood=name_of("moods", mood, language),
        audio_class=played or (known.music_types[kind].audio_class if kind else "") or ("Music" if kind else ""),
        confidence=round(certain, 4) if kind or mood else 0.0,
        unknown=not kind and not mood,
    )


def _music_type(text: str, instruments: list[Match], mood: str) -> str:
    """The type the words name: a genre before a way of playing; a narrative mood makes any playing a score."""
    if _is_lyric(text):
        return ""
    named = ontology().types.all(text)
    genres = [match for match in named if match.key not in _PLAYING]
    if genres:
        return min(genres, key=lambda match: (_ORDER.index(match.key), -match.weight)).key
    if mood in _NARRATIVE and (instruments or named or _SONG.search(text)):
        return "score"
    if named:
        return min(named, key=lambda match: (-match.weight, _PLAYING.index(match.key))).key
    return "" if not instruments else "solo" if len(instruments) == 1 else "ensemble"


def _effect(text: str) -> Meaning | None:
    """An effect that stands where music stands: a siren, a stream of data."""
    match = ontology().sounds.best(text)
    if match is None or _share(text, match) < _PLAIN or not ontology().entries[match.key].effect:
        return None
    return _said(ontology().entries[match.key], text, "", "", _PLAIN + _share(text, match) * (1 - _PLAIN))


def _is_lyric(text: str) -> bool:
    """Whether a text among notes is sung rather than a description: long, and it speaks of no music."""
    if _SONG.search(text) or ontology().played.best(text):
        return False
    if HAN.search(text):
        return len(_FILLER.sub("", text)) > _LYRIC_CHARACTERS
    return len(text.split()) > _LYRIC_WORDS


# ---------------------------------------------------------------- titles, tables


def _title(text: str) -> Meaning:
    titles, language = ontology().titles, language_of(text)
    listed = "【" in text or "|" in text
    said = any(word in text.lower() for word in (*titles["keywords"].words_zh, *titles["keywords"].words_en))
    return Meaning(action=titles["keywords" if listed or said else "text"].name(language), confidence=1.0)


def _looked_up(lexicon: Lexicon, table: Mapping[str, Named], text: str) -> tuple[Named, ...]:
    return tuple(table[match.key] for match in _in_order(lexicon.all(_simplified(text)))) if text else ()


def _in_order(matches: list[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: match.spans[0])


def _simplified(text: str) -> str:
    if not _TRADITIONAL.search(text):
        return text
    from plugin_core.wording import to_simplified

    return to_simplified(text)


@cache
def _keys(kind: str) -> dict[str, str]:
    table: Mapping[str, Named] = getattr(ontology(), kind)
    return {name.lower(): key for key, value in table.items() for name in (value.zh, value.en)}

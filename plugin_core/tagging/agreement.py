"""
Text and sound agree, or one of them is wrong.

What a text says is heard and what is heard at that time become one mark when they mean the same: its words come from
the text, its times from the sound, and it is surer than either. Each alone stays as it is. Where the sound surely is
something else than the text says, a note asks a person to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plugin_core.document import Mark
from plugin_core.tagging.marking import BOTH, SOUND, SOURCE, TEXT, digest
from plugin_core.tagging.ontology import language_of, ontology

if TYPE_CHECKING:
    from plugin_core.sounds import Sound

TOLERANCE = 1_500  # ms a text may stand beside its sound: cues are read, not played
SURE = 0.8  # of a sound that contradicts a text
_HEARD, _TEXT_SURE, _SOUND_SURE = "heard", "text confidence", "sound confidence"
_WITNESS = frozenset({_HEARD, _TEXT_SURE, _SOUND_SURE})
_MUSIC = frozenset({"music", "singing"})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A text mark (its place) and a sound (its place) that mean the same; the smaller, the better they fit."""

    distance: tuple[int, int]
    text: int
    sound: int


def agree(
    marks: Sequence[Mark], sounds: Sequence[Sound], *, tolerance: int = TOLERANCE, language: str = ""
) -> tuple[Mark, ...]:
    """
    The marks of what *marks* (found in a text) say and of *sounds* (found in the audio), merged, by time.

    A sound within *tolerance* ms of a mark that means the same becomes one mark with it, with the attributes
    ``source: text+sound`` and both confidences. Names of sounds that stand alone are in *language*, by default that of
    the marks. Speech and noise are no marks. Of *marks* that an earlier run made, what the sound said is forgotten.
    """
    marks = [_as_said(mark) for mark in marks if mark.kind != "note" and dict(mark.attributes).get(SOURCE) != SOUND]
    language = language or _language(marks)
    heard = [sound for sound in sounds if sound.kind in {"sound", *_MUSIC}]
    pairs = _matched(marks, heard, tolerance)
    by_sound: dict[int, list[int]] = {}
    for text, sound in pairs.items():
        by_sound.setdefault(sound, []).append(text)
    merged = [_merged(marks, texts, heard[sound], tolerance) for sound, texts in by_sound.items()]
    alone = [mark for place, mark in enumerate(marks) if place not in pairs]
    unsaid = [sound for place, sound in enumerate(heard) if place not in by_sound]
    notes = [note for mark in alone if (note := _contradiction(mark, unsaid, tolerance))]
    found = [
        *(mark for some in merged for mark in some),
        *alone,
        *(mark_of(sound, language) for sound in unsaid),
        *notes,
    ]
    return tuple(sorted({mark.id: mark for mark in found}.values(), key=lambda mark: (mark.start, mark.end, mark.id)))


def mark_of(sound: Sound, language: str) -> Mark:
    """The mark of a *sound* that no text speaks of, called by the ontology's name of it in *language*."""
    kind = "music" if sound.kind in _MUSIC else "sound"
    attributes = ((SOURCE, SOUND), ("name", sound.name), ("class", sound.audio_class))
    told = tuple((name, value) for name, value in attributes if value)
    bare = Mark("", kind, sound.start, sound.end, name_of(sound, language), told, round(sound.confidence, 4))
    return replace(bare, id=digest(bare))


def name_of(sound: Sound, language: str) -> str:
    """What a *sound* is called in *language* ("zh..." or else English): as in a caption, else the pack's own word."""
    chinese = language.startswith("zh")
    if sound.kind == "music":
        return "音乐" if chinese else "music"
    if sound.kind == "singing":
        return "歌声" if chinese else "singing"
    known = ontology()
    names = known.class_names.get(sound.audio_class, ())
    if not names and sound.name in known.entries:
        names = known.entries[sound.name].caption
    return names[not chinese] if names else sound.name or sound.audio_class


def related(one: str, other: str) -> bool:
    """Whether two AudioSet classes are the same or so alike that a listener takes one for the other."""
    if one == other:
        return bool(one)
    families = ontology().families
    return bool(families.get(one, frozenset()) & families.get(other, frozenset()))


def _matched(marks: Sequence[Mark], sounds: Sequence[Sound], tolerance: int) -> dict[int, int]:
    """The sound of each text mark that has one; an event belongs to one mark, a stretch of music to several."""
    order = sorted(range(len(sounds)), key=lambda place: sounds[place].start)
    pairs = [pair for place in range(len(marks)) for pair in _pairs(marks, place, sounds, order, tolerance)]
    pairs.sort(key=lambda pair: (pair.distance, pair.text, pair.sound))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for pair in pairs:
        if pair.text not in found and pair.sound not in taken:
            found[pair.text] = pair.sound
            if sounds[pair.sound].kind not in _MUSIC:
                taken.add(pair.sound)
    return found


def _pairs(
    marks: Sequence[Mark], place: int, sounds: Sequence[Sound], order: Sequence[int], tolerance: int
) -> Iterable[_Pair]:
    mark = marks[place]
    told = dict(mark.attributes).get("class", "")
    for number in order:
        sound = sounds[number]
        if sound.start > mark.end + tolerance:
            return
        if sound.end < mark.start - tolerance:
            continue
        if mark.kind == "music" and sound.kind in _MUSIC:
            yield _Pair((0, _apart(mark, sound)), place, number)
        elif mark.kind == "sound" and sound.kind == "sound" and related(told, sound.audio_class):
            yield _Pair((int(told != sound.audio_class), _apart(mark, sound)), place, number)


def _apart(mark: Mark, sound: Sound) -> int:
    """How far the sound begins from the mark; 0 for one that runs where the mark begins."""
    if sound.kind in _MUSIC and sound.start <= mark.start < sound.end:
        return 0
    return abs(sound.start - mark.start)


def _merged(marks: Sequence[Mark], texts: Sequence[int], sound: Sound, tolerance: int) -> list[Mark]:
    """One mark for each text of *sound*; several texts share a stretch of music, each from where it is said."""
    said = sorted((marks[place] for place in texts), key=lambda mark: (mark.start, mark.id))
    result = []
    for number, mark in enumerate(said):
        begins = number == 0 and mark.start - sound.start <= tolerance
        start = sound.start if begins else max(mark.start, sound.start)
        end = said[number + 1].start if number + 1 < len(said) else sound.end
        result.append(_both(mark, sound, start, max(end, start + 1)))
    return result


def _as_said(mark: Mark) -> Mark:
    """*mark* as its text alone says it."""
    attributes = dict(mark.attributes)
    if attributes.get(SOURCE) != BOTH:
        return mark
    sure = float(attributes.get(_TEXT_SURE, mark.confidence))
    told = {name: value for name, value in attributes.items() if name not in _WITNESS} | {SOURCE: TEXT}
    bare = replace(mark, attributes=tuple(told.items()), confidence=sure)
    return replace(bare, id=digest(bare))


def _both(mark: Mark, sound: Sound, start: int, end: int) -> Mark:
    """*mark* with the times of *sound* and both confidences; independent witnesses make each other surer."""
    attributes = dict(mark.attributes)
    attributes |= {
        SOURCE: BOTH,
        _HEARD: sound.audio_class or sound.name,
        _TEXT_SURE: f"{mark.confidence:.4f}",
        _SOUND_SURE: f"{sound.confidence:.4f}",
    }
    sure = 1 - (1 - mark.confidence) * (1 - sound.confidence)
    bare = replace(mark, start=start, end=end, attributes=tuple(attributes.items()), confidence=round(sure, 4))
    return replace(bare, id=digest(bare))


def _contradiction(mark: Mark, unsaid: Sequence[Sound], tolerance: int) -> Mark | None:
    """A note where the text names a sound and something unlike it is surely heard, that no text speaks of."""
    told = dict(mark.attributes).get("class", "")
    if mark.kind != "sound" or told not in ontology().families:
        return None
    others = [
        sound
        for sound in unsaid
        if sound.kind == "sound"
        and sound.confidence >= SURE
        and sound.start <= mark.end + tolerance
        and sound.end >= mark.start - tolerance
    ]
    if not others:
        return None
    heard = min(others, key=lambda sound: (abs(sound.start - mark.start), -sound.confidence))
    language = language_of(mark.text)
    name = name_of(heard, language)
    text = f"文字：{mark.text}；声音：{name}" if language == "zh" else f"The text says {mark.text}, the sound is {name}"
    attributes = (
        (SOURCE, BOTH),
        ("says", mark.text),
        (_HEARD, heard.audio_class or heard.name),
        (_SOUND_SURE, f"{heard.confidence:.4f}"),
    )
    bare = Mark("", "note", mark.start, mark.end, text, attributes, round(heard.confidence, 4))
    return replace(bare, id=digest(bare))


def _language(marks: Sequence[Mark]) -> str:
    chinese = sum(language_of(mark.text) == "zh" for mark in marks)
    return "zh" if chinese * 2 > len(marks) else "en"

"""
Captions for the deaf and hard of hearing: marks and speakers written into the subtitles.

A sound gets a cue of its own where nobody speaks, from when it begins; where a cue begins with it, it is put before the
cue's words. A caption never anticipates its sound (BBC): one that begins inside a cue waits for the cue's end or for
the next cue, and one that would come too late is left out and reported. Styles:

* netflix  ``[door slams]``, ``[Mary]``, ``♪ words ♪`` (Timed Text Style Guide, English SDH)
* bbc      ``DOOR SLAMS``, ``MARY:``, ``# words #`` (Subtitle Guidelines: labels in capitals)
* fcc      ``[door slams]``, ``MARY:``, ``♪ words ♪`` (47 CFR 79.1 names no style; this one is usual in the US)

Chinese has no capitals, so a Chinese sound always stands in brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby, islice, zip_longest

from plugin_core import profiles, typography
from plugin_core.checks import CAPTION_TAG, EARLY
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import SettingsError
from plugin_core.profiles import Profile
from plugin_core.tagging.captions import worded
from plugin_core.tagging.columns import one_line
from plugin_core.tagging.ontology import language_of, meaning

SDH_TAG = CAPTION_TAG
LABEL_TAG = "sdh-speaker"  # on a cue whose text begins with a speaker's label of ours
LATEST = 2_000  # ms a caption may come after its sound
TOLERANCE = EARLY
TOGETHER = 300  # ms: sounds that begin this close share a caption
_READING = 1_500  # ms: a caption of two or three words wants this, however short its sound
_LABELS = re.compile(r"[\[(（【]([^\])）】]*)[\])）】]|([♪#].*)")
SPEAKERS = ("changes", "all", "none")


@dataclass(frozen=True, slots=True)
class Style:
    """How a house writes what is not said. A label's ``{}`` is the words."""

    id: str
    sound: str
    speaker: str
    song: str
    loud_sounds: bool = False  # in capitals
    loud_names: bool = False


STYLES = {
    style.id: style
    for style in (
        Style("netflix", "[{}]", "[{}]", "♪ {} ♪"),
        Style("bbc", "{}", "{}:", "# {} #", loud_sounds=True, loud_names=True),
        Style("fcc", "[{}]", "{}:", "♪ {} ♪", loud_names=True),
    )
}


@dataclass(frozen=True, slots=True)
class Written:
    """The captioned document and what there is to say about it, as sentences."""

    document: Document
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """What is being built: sorted cues, what is captioned already, what could not be said or placed."""

    style: Style
    profile: Profile
    columns: dict[int, str]  # the language of each column that is written
    cues: list[Cue]
    longest: int = 0  # ms, of any cue
    done: set[str] = field(default_factory=set)
    untranslated: dict[str, None] = field(default_factory=dict)
    unplaced: int = 0


def style_of(name: str) -> Style:
    """The style called *name*; SettingsError if there is none."""
    if name not in STYLES:
        raise SettingsError("settings.sdh", f"There is no caption style {name!r}.", f"Use: {', '.join(STYLES)}.")
    return STYLES[name]


def write(
    document: Document,
    *,
    languages: Sequence[str] = (),
    style: str = "netflix",
    profile: Profile | None = None,
    speakers: str = "changes",
    kinds: Collection[str] = ("music", "sound"),
) -> Written:
    """
    *document* with captions of its marks of *kinds*, and labels of its speakers, in *languages* (by default all).

    *speakers*: a label where the speaker "changes", on "all" cues that have one, or "none". *profile* gives the widths
    and times (by default that of *style*, else Netflix's). Writing twice changes nothing.
    """
    house = style_of(style)
    if speakers not in SPEAKERS:
        raise SettingsError("settings.sdh", f"Labels cannot be {speakers!r}.", f"Use: {', '.join(SPEAKERS)}.")
    chosen = tuple(languages) or document.languages
    columns = {document.column(language): language for language in chosen}
    profile = profile or profiles.find(style if style in profiles.names() else "netflix")
    work = _Work(house, profile, columns, list(document.cues))
    if speakers != "none":
        _label(work, everywhere=speakers == "all")
    work.longest = max((cue.duration for cue in work.cues), default=0)
    work.done = {tag for cue in work.cues for tag in cue.tags if tag.startswith(SDH_TAG)}
    groups = _together(mark for mark in document.marks if mark.kind in kinds)
    for group, after in zip_longest(groups, groups[1:]):
        _caption(work, group, after[0].start if after else None, len(document.languages))
    cues = tuple(sorted(work.cues, key=_order))
    return Written(document if cues == document.cues else replace(document, cues=cues), _notes(work))


def caption(text: str, kind: str, language: str, style: str = "netflix") -> str:
    """One event as it is written in *style* and *language*; see ``captions.worded`` for what cannot be translated."""
    return _written(worded(text, kind, language).text, kind, text, language, STYLES[style])


def _written(words: str, kind: str, text: str, language: str, style: Style) -> str:
    if kind == "music" and worded(text, kind, language).sung:
        return style.song.format(words)
    if language_of(words) == "zh":
        return f"[{words}]"
    return style.sound.format(words.upper() if style.loud_sounds else words)


def _together(marks: Iterable[Mark]) -> list[list[Mark]]:
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.id)):
        if groups and mark.start - groups[-1][0].start <= TOGETHER:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _caption(work: _Work, marks: list[Mark], following: int | None, width: int) -> None:
    """Write the captions of *marks*, which begin together, where they do not stand yet; others begin *following*."""
    marks = [mark for mark in marks if f"{SDH_TAG}{mark.id}" not in work.done]
    texts = {column: lines for column in work.columns if (lines := _lines(work, marks, column))}
    if not texts:
        return
    begin = max(mark.start for mark in marks)
    free = _free(work, begin, max(mark.end for mark in marks), following)
    place = _beginning(work, begin)
    if free and (place is None or free[0] <= work.cues[place].start):
        insort(work.cues, _own(marks, free, texts, width), key=_order)
        work.longest = max(work.longest, free[1] - free[0])
    elif place is not None:
        work.cues[place] = _prefixed(work, work.cues[place], marks, texts)
    else:
        work.unplaced += len(marks)


def _lines(work: _Work, marks: Sequence[Mark], column: int) -> list[str]:
    """What the captions of *marks* say in a column, without what it says there already."""
    language, lines = work.columns[column], dict[str, None]()
    for mark in marks:
        if _is_there(work, mark, column):
            continue
        words = worded(mark.text, mark.kind, language)
        if words.kept:
            work.untranslated[mark.text] = None
        lines[_written(words.text, mark.kind, mark.text, language, work.style)] = None
    return list(lines)


def _is_there(work: _Work, mark: Mark, column: int) -> bool:
    """Whether a cue at the mark's time has its words in a column, or a bracket that means the same."""
    entry = meaning(mark.text, mark.kind).entry
    first = bisect_left(work.cues, mark.start - TOLERANCE - work.longest, key=lambda cue: cue.start)
    for cue in islice(work.cues, first, None):
        if cue.start >= mark.end + TOLERANCE:
            return False
        if cue.end > mark.start - TOLERANCE:
            said = [one_line(found[1] or found[2]).strip("♪# ") for found in _LABELS.finditer(cue.texts[column])]
            if mark.text in said or (entry and any(meaning(text, mark.kind).entry == entry for text in said)):
                return True
    return False


def _free(work: _Work, begin: int, end: int, following: int | None) -> tuple[int, int] | None:
    """When a caption of its own can be shown: from the sound on, at most ``LATEST`` late, clear of every cue."""
    gap = round(work.profile.gap_frames * 1000 / 25)
    first = bisect_left(work.cues, begin - gap - work.longest, key=lambda cue: cue.start)
    start, until = begin, None
    for cue in islice(work.cues, first, None):
        if cue.end + gap <= start:
            continue
        if cue.start - gap - start >= work.profile.min_duration:
            until = cue.start - gap
            break
        start = cue.end + gap
        if start - begin > LATEST:
            return None
    if following is not None and following - gap - start >= work.profile.min_duration:
        until = min(following - gap, until or following)
    wanted = start + min(work.profile.max_duration, max(work.profile.min_duration, end - start, _READING))
    return start, wanted if until is None else min(wanted, until)


def _beginning(work: _Work, begin: int) -> int | None:
    """The place of the first cue with words that begins with the sound or after it, not too late."""
    first = bisect_left(work.cues, begin - TOLERANCE, key=lambda cue: cue.start)
    for place in range(first, len(work.cues)):
        if work.cues[place].start > begin + LATEST:
            return None
        if any(text.strip() for text in work.cues[place].texts):
            return place
    return None


def _order(cue: Cue) -> tuple[int, int, str]:
    return (cue.start, cue.end, cue.id)


def _own(marks: Sequence[Mark], when: tuple[int, int], texts: dict[int, list[str]], width: int) -> Cue:
    key = blake2b(" ".join(mark.id for mark in marks).encode(), digest_size=6).hexdigest()
    columns = tuple("\n".join(texts.get(column, ())) for column in range(width))
    return Cue(key, *when, columns, tags=_tags(marks))


def _tags(marks: Sequence[Mark]) -> tuple[str, ...]:
    return tuple(f"{SDH_TAG}{mark.id}" for mark in marks)


def _prefixed(work: _Work, cue: Cue, marks: Sequence[Mark], texts: dict[int, list[str]]) -> Cue:
    columns = list(cue.texts)
    for column, lines in texts.items():
        columns[column] = _before(" ".join(lines), columns[column], work.columns[column], work.profile)
    return replace(cue, texts=tuple(columns), tags=(*cue.tags, *_tags(marks)))


def _before(label: str, text: str, language: str, profile: Profile) -> str:
    """*label* before *text*: on the same line if it fits, else on a line of its own if there is room for one."""
    if not text.strip():
        return label
    limits = profile.limits(language)
    first, *rest = text.split("\n")
    joined = f"{label} {first}"
    if typography.width(joined, language) > limits.characters and len(rest) + 2 <= limits.lines:
        return "\n".join((label, first, *rest))
    return "\n".join((joined, *rest))


def _label(work: _Work, *, everywhere: bool) -> None:
    """The speakers' names before their words; two voices in one cue (dashes) are left as they are."""
    heard = [(place, cue) for place, cue in enumerate(work.cues) if cue.speaker or not _is_caption(cue)]
    for _, turn in groupby(heard, key=lambda pair: pair[1].speaker):
        for count, (place, cue) in enumerate(turn):
            if cue.speaker and LABEL_TAG not in cue.tags and (everywhere or not count):
                work.cues[place] = _named(work, cue)


def _is_caption(cue: Cue) -> bool:
    return any(tag.startswith(SDH_TAG) for tag in cue.tags) or not any(map(str.strip, cue.texts))


def _named(work: _Work, cue: Cue) -> Cue:
    columns = list(cue.texts)
    name = cue.speaker.upper() if work.style.loud_names else cue.speaker
    for column, language in work.columns.items():
        text = columns[column]
        said = text.lstrip("-–[(（【 ♪#").casefold()
        if text.strip() and not said.startswith(cue.speaker.casefold()):
            columns[column] = _before(work.style.speaker.format(name), text, language, work.profile)
    if tuple(columns) == cue.texts:
        return cue
    return replace(cue, texts=tuple(columns), tags=(*cue.tags, LABEL_TAG))


def _notes(work: _Work) -> tuple[str, ...]:
    notes = []
    if work.untranslated:
        words = ", ".join(list(work.untranslated)[:6])
        more = f" and {len(work.untranslated) - 6} more" if len(work.untranslated) > 6 else ""
        notes.append(f"Not in the ontology, so kept as written: {words}{more}.")
    if work.unplaced:
        sounds = "sounds begin" if work.unplaced > 1 else "sound begins"
        notes.append(f"{work.unplaced} {sounds} where somebody speaks and there is no room soon enough: not captioned.")
    return tuple(notes)

"""
Tags on the timeline: items become marks and cues of a document.

What the tagger made is told from what a person made by its id, which is a digest of the mark: as long as nobody
changed it, a second run may take it back; a mark that somebody moved, renamed or coloured is theirs from then on and
stays, and is not made a second time. So tagging twice changes nothing.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import groupby

from plugin_core import edits
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.tagging.columns import one_line
from plugin_core.tagging.ontology import parameters, states_of
from plugin_core.tagging.tags import Item, Tags

SOURCE = "source"  # the attribute that says what a mark was found in
TEXT, SOUND, BOTH = "text", "sound", "text+sound"
SPEAKER_TAG = "speaker:"  # with a name, on a cue whose speaker was found in its text
STATE_TAG = "state:"  # with a state as it was written
ROLE_TAG = "role:"
_ROLES = ("voiceover", "inner", "offscreen", "phone", "device", "recorded", "dialogue")
_LONGEST = {"music": 60_000}  # ms a mark lasts at most when only the next time code ends it
_LONGEST_OTHER = 10_000
_USUAL = {"music": 5_000}  # ms a mark lasts when nothing ends it
_USUAL_OTHER = 2_000
_PER_CHARACTER = {"zh": 220, "en": 65}  # ms of speech, when nothing else says how long it takes
_LONGEST_CUE, _SHORTEST_CUE = 7_000, 1_000


@dataclass(frozen=True, slots=True)
class Stream:
    """A document's cues as one text that can be tagged: each cue's text with its number and time code above it."""

    text: str
    places: tuple[tuple[int, int, str], ...]  # [start, end) of a cue's text in ``text``, and the cue's id


def stream_of(document: Document, language: str = "") -> Stream:
    """The *language* column of *document* (by default the first) as SubRip text, and where each cue's text stands."""
    column = document.column(language or document.languages[0]) if document.languages else 0
    parts: list[str] = []
    places: list[tuple[int, int, str]] = []
    length = 0
    for number, cue in enumerate(document.cues, 1):
        head = f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}\n"
        body = cue.texts[column] if cue.texts else ""
        places.append((length + len(head), length + len(head) + len(body), cue.id))
        parts += [head, body, "\n\n"]
        length += len(head) + len(body) + 2
    return Stream("".join(parts), tuple(places))


def mark_cues(document: Document, stream: Stream, tags: Tags, *, language: str = "", strip: bool = False) -> Document:
    """
    *document* with the marks, speakers, roles and states that *tags* of its *stream* say.

    A mark lasts as long as its cue. A speaker or role somebody else set stays. With *strip* the cues keep only what is
    said: a cue that says nothing goes, its marks stay; otherwise no text changes.
    """
    cues = {cue.id: cue for cue in document.cues}
    by_cue: dict[str, list[Item]] = {}
    for item in tags.items:
        if key := _cue_at(stream, item.span):
            by_cue.setdefault(key, []).append(item)
    marks = [
        mark_of(item, cues[key].start, cues[key].end)
        for key, items in by_cue.items()
        for item in items
        if item.kind != "speech"
    ]
    told = [_said_by(cue, by_cue.get(cue.id, [])) for cue in document.cues]
    document = put(replace(document, cues=tuple(told)), marks, sources={TEXT, BOTH})
    return _stripped(document, by_cue, language) if strip else document


def marks_of(tags: Tags, *, duration: int = 0) -> tuple[Mark, ...]:
    """
    The marks of everything in *tags* that is not speech and has a time.

    A mark lasts until the next time code, but not endlessly: 10 s, music 60 s; the last ones 2 s, music 5 s. With
    *duration* (ms of the media) none ends after it.
    """
    marks = []
    for item, until in zip(tags.items, _next_times(tags.items), strict=True):
        if item.kind != "speech" and item.time is not None:
            end = _end(item, item.time, until)
            marks.append(mark_of(item, item.time, max(item.time, min(end, duration) if duration else end)))
    return _distinct(marks)


def mark_of(item: Item, start: int, end: int, source: str = TEXT) -> Mark:
    """The mark of *item* from *start* to *end* ms; its id is a digest of what it holds."""
    bare = Mark("", item.kind, start, end, one_line(item.text), attributes_of(item, source), round(item.confidence, 4))
    return replace(bare, id=digest(bare))


def attributes_of(item: Item, source: str = TEXT) -> tuple[tuple[str, str], ...]:
    """
    What a mark of *item* tells beside its words, without what is empty: source, type, mood, action, manner, direction,
    class (AudioSet), items, and the parameters an animation can use (``distance: decreasing``).
    """
    values = {
        SOURCE: source,
        "type": item.music_type,
        "mood": item.mood,
        "action": item.action,
        "manner": item.manner,
        "direction": item.direction,
        "class": item.audio_class,
        "state": item.state,
        "items": " | ".join(item.items),
        "unknown": "yes" if item.unknown else "",
        **parameters(item.manner, item.direction),
    }
    return tuple((name, value) for name, value in values.items() if value)


def digest(mark: Mark) -> str:
    """The id of a mark nobody has changed: kind, times, words and attributes; not how sure the tagger was."""
    content = json.dumps([mark.kind, mark.start, mark.end, mark.text, mark.attributes], ensure_ascii=False)
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def is_ours(mark: Mark) -> bool:
    """Whether a tagger made *mark* and nobody changed it since."""
    return any(name == SOURCE for name, _ in mark.attributes) and mark.id == digest(mark)


def put(document: Document, marks: Iterable[Mark], *, sources: Collection[str] = (TEXT, SOUND, BOTH)) -> Document:
    """
    *document* with *marks* in place of the untouched ones an earlier run found in one of *sources*.

    A mark whose id is there already stays as it is: somebody changed it.
    """
    kept = tuple(mark for mark in document.marks if not (is_ours(mark) and dict(mark.attributes)[SOURCE] in sources))
    there = {*(mark.id for mark in kept), *(cue.id for cue in document.cues)}
    added = [mark for mark in _distinct(marks) if mark.id not in there]
    everything = tuple(sorted((*kept, *added), key=lambda mark: (mark.start, mark.end, mark.id)))
    return document if everything == document.marks else replace(document, marks=everything)


def document_of(tags: Tags, language: str) -> Document:
    """
    A document of a plain text with time codes: a cue for everything said, a mark for everything else.

    Speech shares the time up to the next time code by its length, and lasts no longer than it takes to say. What
    stands before the first time code has no place and is left out; DocumentError if nothing has a time.
    """
    if tags.items and all(item.time is None for item in tags.items):
        raise DocumentError(
            "tagging.no-times",
            "The text has no time codes, so nothing in it can be put on a timeline.",
            "Write times such as [00:05:22] before the lines, or ask for columns, csv, json or jsonl.",
        )
    cues = []
    for place, (item, start, end) in enumerate(_said(tags.items, language)):
        cue = Cue("", start, end, (item.text,))
        cues.append(_said_by(replace(cue, id=_cue_id(cue, place)), [item]))
    cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
    return put(Document(languages=(language,), cues=tuple(cues)), marks_of(tags))


def _cue_id(cue: Cue, place: int) -> str:
    content = f"{place} {cue.start} {cue.texts[0]}"
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _said(items: Sequence[Item], language: str) -> Iterator[tuple[Item, int, int]]:
    """Each speech item with a time, from when and to when it is said: its part of the time its time code has."""
    timed = [pair for pair in zip(items, _next_times(items), strict=True) if pair[0].kind == "speech"]
    for start, found in groupby(timed, key=lambda pair: pair[0].time):
        if start is None:
            continue
        group = list(found)
        lengths = [_spoken(item.text, language) for item, _ in group]
        until = group[0][1]
        scale = 1.0 if until is None else min(1.0, (until - start) / sum(lengths))
        at = 0
        for (item, _), length in zip(group, lengths, strict=True):
            begin, at = start + round(scale * at), at + length
            yield item, begin, max(begin + 1, start + round(scale * at))


def _spoken(text: str, language: str) -> int:
    per = _PER_CHARACTER["zh" if language.startswith("zh") else "en"]
    return min(_LONGEST_CUE, max(_SHORTEST_CUE, per * len("".join(text.split()))))


def _end(item: Item, start: int, until: int | None) -> int:
    if until is None:
        return start + _USUAL.get(item.kind, _USUAL_OTHER)
    return min(until, start + _LONGEST.get(item.kind, _LONGEST_OTHER))


def _next_times(items: Sequence[Item]) -> list[int | None]:
    """For each item the time code after its own: None if there is none or the times jump back."""
    result: list[int | None] = []
    later: int | None = None  # the time after the one of the item before
    following: int | None = None
    for item in reversed(items):
        if item.time is not None and item.time != following:
            later, following = following, item.time
        result.append(later if later is not None and item.time is not None and later > item.time else None)
    return result[::-1]


def _cue_at(stream: Stream, span: tuple[int, int]) -> str:
    place = bisect_right(stream.places, span[0], key=lambda found: found[0]) - 1
    if place < 0:
        return ""
    start, end, key = stream.places[place]
    return key if start <= span[0] and span[1] <= end else ""


def _said_by(cue: Cue, items: Sequence[Item]) -> Cue:
    """*cue* with the speaker, role and tags that its speech *items* give; what somebody else set stays."""
    said = [item for item in items if item.kind == "speech"]
    speakers = list(dict.fromkeys(item.speaker for item in said if item.speaker))
    states = list(dict.fromkeys(item.state for item in said if item.state))
    groups = [group for state in states for group in states_of(state)]
    speaker = speakers[0] if len(speakers) == 1 else ""
    role = next((name for name in _ROLES if name in groups), "")
    tags = [tag for tag in cue.tags if not tag.startswith((SPEAKER_TAG, STATE_TAG, ROLE_TAG))]
    tags += [f"{STATE_TAG}{state}" for state in states]
    if free := cue.speaker in {"", _tagged(cue, SPEAKER_TAG)}:
        tags += [f"{SPEAKER_TAG}{speaker}"] if speaker else []
    if open_ := cue.role in {"", _tagged(cue, ROLE_TAG)}:
        tags += [f"{ROLE_TAG}{role}"] if role else []
    return replace(cue, speaker=speaker if free else cue.speaker, role=role if open_ else cue.role, tags=tuple(tags))


def _tagged(cue: Cue, prefix: str) -> str:
    return next((tag.removeprefix(prefix) for tag in cue.tags if tag.startswith(prefix)), "")


def _stripped(document: Document, by_cue: dict[str, list[Item]], language: str) -> Document:
    """The cues with only their speech; those that had items but no speech are gone."""
    language = language or document.languages[0]
    texts: dict[str, str] = {}
    for key, items in by_cue.items():
        said = [item.text for item in items if item.kind == "speech"]
        speakers = {item.speaker for item in items if item.kind == "speech"}
        texts[key] = "\n".join(f"- {text}" if len(speakers) > 1 else text for text in said)
    silent = [key for key, text in texts.items() if not text]
    kept = edits.delete(document, silent)
    return edits.set_texts(kept, language, {key: text for key, text in texts.items() if text})


def _distinct(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    found: dict[str, Mark] = {}
    for mark in marks:
        found.setdefault(mark.id, mark)
    return tuple(sorted(found.values(), key=lambda mark: (mark.start, mark.end, mark.id)))


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"

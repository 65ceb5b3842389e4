"""Reading FCPXML: which timeline of the file is meant, and its texts and markers as a document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from plugin_core.clock import FrameRate
from plugin_core.document import AudioStream, Document, Mark, Media
from plugin_core.errors import DocumentError
from plugin_core.formats.base import UNKNOWN_LANGUAGE, Parsed, RawCue, build
from plugin_core.formats.fcpxml_captions import read_note
from plugin_core.formats.fcpxml_names import language_of, tag_in_role, tags_of
from plugin_core.formats.fcpxml_source import Library, Source
from plugin_core.formats.fcpxml_story import CLIPS, Flag, Story, Text, zero_of
from plugin_core.formats.fcpxml_time import parse_time
from plugin_core.formats.fcpxml_tracks import tracks_of
from plugin_core.formats.layout import clean
from plugin_core.formats.safe_xml import parse
from plugin_core.host import DEFAULT_RATE, Marker, TimelineInfo
from plugin_core.markers import mark_of
from plugin_core.timeline import Programme, media_path, rational

if TYPE_CHECKING:
    from opentimelineio import schema


def read(text: str, project: str = "") -> Programme:
    """
    The programme of the project named *project*, or of the first; without any project, of the clips in a row.

    DocumentError if the text is no FCPXML, holds no timeline or times that cannot be.
    """
    root = parse(text, "Final Cut Pro XML")
    if root.tag != "fcpxml":
        raise DocumentError("fcpxml.root", f"The file holds <{root.tag}>, not Final Cut Pro XML.", "Export it as XML.")
    library = Library.of(root)
    notes: list[str] = []
    chosen = _choose(root, project, notes)
    if chosen is None:
        return _of_clips(root, library, notes)
    sequence = chosen.find("sequence")
    if sequence is None:
        raise DocumentError("fcpxml.no-timeline", f"The project {chosen.get('name', '')!r} is empty.")
    drop = sequence.get("tcFormat") == "DF"
    form = sequence.get("format", "")
    rate = library.rate(form, drop)
    if rate is None:
        raise DocumentError("fcpxml.rate", "The project does not say its frame rate.", "Its format is not in the file.")
    first = _seconds(sequence, "tcStart")
    story = Story(library, rate)
    for spine in sequence.findall("spine"):
        story.spine(spine, zero_of(spine, first))
    length = max(_seconds(sequence, "duration"), story.end)
    told = {md.get("key", ""): md.get("value", "") for md in sequence.findall("metadata/md")}
    width, height = library.size(form)
    info = TimelineInfo(
        rate, chosen.get("name", ""), max(0, _frame(first, rate)), max(0, _frame(length, rate)),
        _whole(told.get("zimu.offset", "")) or 0, _whole(told.get("zimu.in", "")), _whole(told.get("zimu.out", "")),
        width, height,
    )  # fmt: skip
    return _programme(story, info, told.get("zimu.languages", ""), notes)


def _choose(root: ET.Element, name: str, notes: list[str]) -> ET.Element | None:
    """The project of that name, else the first; None if there is none. Says which, where there are several."""
    projects = list(root.iter("project"))
    if name:
        for project in projects:
            if project.get("name") == name:
                return project
        known = ", ".join(repr(project.get("name", "")) for project in projects[:20]) or "none"
        raise DocumentError("fcpxml.project", f"The file has no project named {name!r}.", f"It has: {known}.")
    if len(projects) > 1:
        others = ", ".join(project.get("name", "") for project in projects[1:6])
        notes.append(
            f"The file holds {len(projects)} projects; {projects[0].get('name', '')!r} was read, not {others}"
            f"{' and more' if len(projects) > 6 else ''}."
        )
    return projects[0] if projects else None


def _of_clips(root: ET.Element, library: Library, notes: list[str]) -> Programme:
    """The programme of a file that holds clips but no project: one after the other."""
    places = [root, *root.findall("event"), *root.findall("library/event")]
    clips = [child for place in places for child in place if child.tag in CLIPS or child.tag == "audition"]
    if not clips:
        raise DocumentError(
            "fcpxml.no-timeline", "The file holds no project and no clip.", "Export a project: File > Export XML."
        )
    rate, size = _of_first(clips[0], library)
    story = Story(library, rate)
    at = Fraction(0)
    for clip in clips:
        at += story.clip(clip, at, 0)
    story.end = at
    count = f"{len(clips)} clips were" if len(clips) > 1 else "clip was"
    notes.append(f"The file holds no project; its {count} read{' one after the other' * (len(clips) > 1)}.")
    name = clips[0].get("name", "")
    info = TimelineInfo(rate, name, 0, _frame(at, rate), width=size[0], height=size[1])
    return _programme(story, info, "", notes)


def _of_first(clip: ET.Element, library: Library) -> tuple[FrameRate, tuple[int, int]]:
    """The rate and size of a timeline for *clip*."""
    drop = clip.get("tcFormat") == "DF"
    source = library.source(clip.get("ref", ""))
    media = library.media.get(clip.get("ref", ""))
    inner = next(iter(media), None) if media is not None else None
    for form in (clip.get("format", ""), inner.get("format", "") if inner is not None else ""):
        if rate := library.rate(form, drop):
            return rate, library.size(form)
    return (source.rate, source.size) if source and source.rate else (DEFAULT_RATE, (0, 0))


def _programme(story: Story, info: TimelineInfo, languages: str, notes: list[str]) -> Programme:
    from opentimelineio import schema

    timeline = schema.Timeline(name=info.name, global_start_time=rational(info.start, info.rate))
    timeline.tracks.extend(tracks_of(story))
    texts, titles = _told_apart(story.texts)
    parsed = _cues(texts, info, _languages(languages))
    document = Document(languages=parsed.languages)
    if any(any(cue.texts) for cue in parsed.cues):
        document, mended = build(parsed)
        notes.extend(mended)
    taken = {cue.id for cue in document.cues}
    flags = sorted((*story.flags, *titles), key=lambda flag: (flag.start, flag.end))
    same: Counter[Flag] = Counter()
    marks = [_mark(flag, info, taken, same, story.told) for flag in flags]
    marks.sort(key=lambda mark: (mark.start, mark.end, mark.id))
    document = Document(_media(story, timeline), document.languages, document.cues, tuple(marks))
    notes += [f"{count} × {what}." for what, count in story.told.items()]
    return Programme(document, info, timeline, tuple(notes))


def _told_apart(texts: Iterable[Text]) -> tuple[list[Text], list[Flag]]:
    """Which texts are subtitles: captions and our own titles; any other title only where there is no caption."""
    texts = list(texts)
    subtitles = any(not text.title or tag_in_role(text.role) for text in texts)
    ours = [text for text in texts if not subtitles or not text.title or tag_in_role(text.role)]
    others = [text for text in texts if subtitles and text.title and not tag_in_role(text.role)]
    return ours, [Flag(text.start, text.end, text.text, "title", "title") for text in others if text.text.strip()]


def _languages(value: str) -> tuple[str, ...]:
    """The languages that the writer noted; none if it is not a list of different names."""
    try:
        found = json.loads(value) if value else []
    except (ValueError, RecursionError):
        return ()
    named = isinstance(found, list) and all(isinstance(name, str) and name for name in found)
    return tuple(found) if named and len(set(found)) == len(found) else ()


def _cues(texts: Iterable[Text], info: TimelineInfo, known: tuple[str, ...]) -> Parsed:
    """
    One cue per span and id, with a column per language; texts of one span in one language stay apart.

    Our own captions carry an id: those of one cue stay one even where others have the same span.
    """
    named = dict(zip(tags_of(known), known, strict=True))
    languages = list(known)
    rows: dict[tuple[int, int, str], list[RawCue]] = {}
    said: dict[tuple[int, int, str, int], set[str]] = {}
    for text in sorted(texts, key=lambda text: (text.start, text.end)):
        tag = tag_in_role(text.role)
        language = named.get(tag) or _new_language(tag, named)
        if language not in languages:
            languages.append(language)
        first, last = _frame(text.start, info.rate), _frame(text.end, info.rate)
        start, end = info.ms(first), info.ms(max(last, first + 1))
        ident, speaker, role, tags = read_note(text.note)
        row = rows.setdefault((start, end, ident), [])
        column, words = languages.index(language), clean(text.text)
        before = said.setdefault((start, end, ident, column), set())
        if not words or words in before:  # also a title that says what its caption does
            continue
        if len(row) == len(before):
            row.append(RawCue(start, end, (), ident, speaker, role, tags))
        cue = row[len(before)]
        before.add(words)
        cue.texts = (*cue.texts, *[""] * (column + 1 - len(cue.texts)))
        cue.texts = (*cue.texts[:column], words, *cue.texts[column + 1 :])
    cues = [cue for row in rows.values() for cue in row]
    for cue in cues:
        cue.texts = (*cue.texts, *[""] * (len(languages) - len(cue.texts)))
    return Parsed(cues, tuple(languages))


def _new_language(tag: str, named: dict[str, str]) -> str:
    """Our name for *tag*, noted in *named*; the tag itself where that name is another tag's."""
    ours = language_of(tag) if tag else UNKNOWN_LANGUAGE
    named[tag] = tag if ours in named.values() and tag else ours
    return named[tag]


def _mark(flag: Flag, info: TimelineInfo, taken: set[str], same: Counter[Flag], told: Counter[str]) -> Mark:
    """The mark of a marker; its id is our note's, or follows from what it says, where, and how often (*same*)."""
    frame = _frame(flag.start, info.rate)
    marker = Marker("", frame, max(1, _frame(flag.end, info.rate) - frame), clean(flag.name), flag.note)
    mark = mark_of(marker, info)
    sort = {"chapter": ("marker", "chapter"), "open": ("todo", "open"), "done": ("todo", "done")}.get(flag.sort)
    ours = flag.note.rstrip().endswith("]") and f"[zimu:{mark.id}]" in flag.note
    attributes = mark.attributes
    if sort and (not ours or sort[0] == "todo"):
        attributes = (*(pair for pair in attributes if pair[0] != sort[0]), sort)
    ident = mark.id if ours else ""
    if ident in taken:
        told["marker with the id of another, given a new one"] += 1
    while not ident or ident in taken:
        ident = blake2b(f"{frame} {flag.name} {flag.note} {same[flag]}".encode(), digest_size=6).hexdigest()
        same[flag] += 1
    taken.add(ident)
    return Mark(ident, mark.kind, mark.start, mark.end, mark.text, attributes, mark.confidence)


def _media(story: Story, timeline: schema.Timeline) -> Media:
    """What the file says of the media, if the timeline shows one file only."""
    files = {placed.source.address: placed.source for placed in story.placed if isinstance(placed.source, Source)}
    files = {address: source for address, source in files.items() if not source.uid}
    if len(files) != 1 or any(not isinstance(placed.source, Source) for placed in story.placed):
        return Media()
    ((address, source),) = files.items()
    reference = next(iter(timeline.find_clips())).media_reference
    rate = source.rate
    return Media(
        path="" if reference.is_missing_reference else media_path(address),
        duration=int((source.duration * 2000 + 1) // 2),
        frame_rate=rate,
        start_timecode=rate.timecode(_frame(source.start, rate)) if rate and source.start else "",
        width=source.size[0] if source.video else 0,
        height=source.size[1] if source.video else 0,
        audio=(AudioStream(1 if source.video else 0, "", source.sample_rate, source.channels),) if source.audio else (),
    )


def _frame(time: Fraction, rate: FrameRate) -> int:
    return int((time * rate.fps * 2 + 1) // 2)


def _seconds(element: ET.Element, name: str) -> Fraction:
    text = element.get(name)
    return parse_time(text, name) if text else Fraction(0)


def _whole(text: str) -> int | None:
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 16 else None

"""
Chapters: the lines a YouTube description takes, FFmpeg's metadata file and Matroska's chapter XML.

Chapters are made of marks: of the kinds asked for, else of the scenes, else of the titles. Their times count from the
timeline's first frame (what an export begins with), to the frame; YouTube knows whole seconds only. A chapter ends
where its mark ends; YouTube's where the next begins.

YouTube shows chapters only if the first begins at 0:00, there are at least three and each lasts ten seconds
(support.google.com/youtube/answer/9884579): a first one is moved or put there, shorter ones are joined to the one
before, and ``notes`` says so. FFmpeg: one ``[CHAPTER]`` each with a time base of its own; ``=;#\\`` and line ends have
a backslash before them (ffmpeg-formats, "Metadata"). Matroska: RFC 9559 names, mkvmerge's XML; a ``ChapterDisplay``
for each language, with our id in ``ChapterStringUID``. A mark has one text, in the document's first language; others
are its attributes named by a language of the document ("en": "Kitchen").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, NamedTuple
from xml.sax.saxutils import escape

from plugin_core.document import MARK_KINDS, Document, Mark
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats.layout import one_line
from plugin_core.markers import note_of, parse_note

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from plugin_core.host import TimelineInfo
    from plugin_core.timeline import Programme

Form = Literal["youtube", "ffmetadata", "matroska"]
FORMS: tuple[Form, ...] = ("youtube", "ffmetadata", "matroska")
FIRST = ("scene", "title")  # the kinds that are chapters if none is asked for: those of the first that is there
SHORTEST = 10_000  # ms of a chapter on YouTube
FEWEST = 3
LONGEST = 1000 * 3_600_000  # ms

_LINE = re.compile(r"\s*[-*•]?\s*[(\[]?((?:\d{1,3}:)?\d{1,3}:\d{2})(?:\.\d+)?[)\]]?(?:\s*[-–—:|.]\s+|\s+|$)(.*)")
_CLOCK = re.compile(r"(\d{1,6}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?")
_RATIO = re.compile(r"(\d{1,9})/(\d{1,9})")
_NS_OF_MS = 1_000_000


class Chapter(NamedTuple):
    """A chapter: ms from the timeline's first frame, its title, and the mark it was made of."""

    start: int
    end: int
    title: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]


def sniff(text: str) -> bool:
    """Whether the text is chapters in one of the three forms."""
    return _form_of(text) is not None


def chapters_of(programme: Programme, kinds: Collection[str] | None = None) -> tuple[Chapter, ...]:
    """The chapters of the marks of *kinds* (None: scenes, else titles) that lie on the timeline, in order."""
    document, info = programme.document, programme.info
    wanted = kinds if kinds is not None else _first_kinds(document)
    if unknown := set(wanted) - set(MARK_KINDS):
        raise SettingsError("settings.kinds", f"{min(unknown)!r} is no kind of mark.", f"Use: {', '.join(MARK_KINDS)}.")
    found = []
    for mark in document.marks:
        first, frames = info.span(mark.start, mark.end)
        if mark.kind in wanted and first + frames > 0:
            start, end = max(0, first), first + frames
            title = one_line(mark.text) or mark.kind.capitalize()
            found.append(Chapter(info.rate.ms_at(start), info.rate.ms_at(end), title, mark))
    return tuple(sorted(found, key=lambda chapter: (chapter.start, chapter.end, chapter.title)))


def _first_kinds(document: Document) -> tuple[str, ...]:
    present = {mark.kind for mark in document.marks}
    return next(((kind,) for kind in FIRST if kind in present), ())


def write(programme: Programme, form: Form = "youtube", *, kinds: Collection[str] | None = None) -> str:
    """The chapters as text of *form*; DocumentError "document.no-chapters" if no mark is one."""
    made = _made(programme, form, kinds)
    if form == "youtube":
        return "".join(f"{_short(chapter.start)} {_angled(chapter.title)}\n" for chapter in made.chapters)
    if form == "ffmetadata":
        return ";FFMETADATA1\n" + "".join(map(_ffmetadata, made.chapters))
    return _matroska(made.chapters, programme.document)


def notes(programme: Programme, form: Form = "youtube", *, kinds: Collection[str] | None = None) -> tuple[str, ...]:
    """What ``write`` changes so that the rules are kept, as sentences."""
    return _made(programme, form, kinds).notes


def _made(programme: Programme, form: Form, kinds: Collection[str] | None) -> _Made:
    if form not in FORMS:
        raise SettingsError("settings.form", f"There are no chapters of form {form!r}.", f"Use: {', '.join(FORMS)}.")
    found = chapters_of(programme, kinds)
    if not found:
        asked = ", ".join(kinds) if kinds is not None else " or ".join(FIRST)
        raise DocumentError(
            "document.no-chapters", f"The document has no marks that are chapters ({asked}).", "Choose other kinds."
        )
    return _ruled(found, programme) if form == "youtube" else _Made(found, ())


def _ruled(found: Sequence[Chapter], programme: Programme) -> _Made:
    """Chapters as YouTube takes them, times in whole seconds."""
    notes: list[str] = []
    whole = [chapter._replace(start=(chapter.start + 500) // 1000 * 1000) for chapter in found]
    if 0 < whole[0].start < SHORTEST:
        notes.append(f"The first chapter, at {_short(whole[0].start)}, was moved to 0:00.")
        whole[0] = whole[0]._replace(start=0)
    elif whole[0].start:
        title = one_line(programme.info.name) or "Start"
        notes.append(f"A chapter {title!r} was put at 0:00: YouTube wants one there.")
        whole.insert(0, Chapter(0, whole[0].start, title))
    end = _end_of(programme, found)
    kept = whole[:1]
    for chapter in whole[1:]:
        if chapter.start - kept[-1].start < SHORTEST or (end and end - chapter.start < SHORTEST):
            notes.append(f"{chapter.title!r} at {_short(chapter.start)} was joined to {kept[-1].title!r}: too short.")
        else:
            kept.append(chapter)
    if len(kept) < FEWEST:
        notes.append(f"There are only {len(kept)} chapters; YouTube shows none where there are fewer than {FEWEST}.")
    return _Made(tuple(kept), tuple(notes))


def _end_of(programme: Programme, found: Sequence[Chapter]) -> int:
    """Where the programme ends, ms from the timeline's first frame; 0 if only the marks say."""
    end = programme.info.rate.ms_at(programme.info.duration)
    return end if programme.document.media.duration or end > max(chapter.end for chapter in found) else 0


def _short(ms: int) -> str:
    """M:SS, or H:MM:SS from an hour on."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes}:{seconds:02}"


def _angled(text: str) -> str:
    """*text* without the angle brackets that a description must not hold."""
    return text.replace("<", "‹").replace(">", "›")


def _ffmetadata(chapter: Chapter) -> str:
    ours = f"zimu={_escaped(note_of(chapter.mark))}\n" if chapter.mark else ""
    times = f"TIMEBASE=1/1000\nSTART={chapter.start}\nEND={chapter.end}\n"
    return f"[CHAPTER]\n{times}title={_escaped(chapter.title)}\n{ours}"


def _escaped(text: str) -> str:
    return re.sub(r"[=;#\\\n]", r"\\\g<0>", text)


def _matroska(chapters: Sequence[Chapter], document: Document) -> str:
    atoms = "".join(_atom(chapter, document) for chapter in chapters)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE Chapters SYSTEM "matroskachapters.dtd">\n'
    return f"{head}<Chapters>\n  <EditionEntry>\n{atoms}  </EditionEntry>\n</Chapters>\n"


def _atom(chapter: Chapter, document: Document) -> str:
    from plugin_core.formats.safe_xml import clean
    from plugin_core.languages import bibliographic

    key = chapter.mark.id if chapter.mark else f"{chapter.start}"
    number = int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big") or 1
    displays = "".join(
        f"      <ChapterDisplay>\n        <ChapterString>{escape(clean(title))}</ChapterString>\n"
        f"        <ChapterLanguage>{bibliographic(language)}</ChapterLanguage>\n"
        f"        <ChapLanguageIETF>{escape(clean(language))}</ChapLanguageIETF>\n      </ChapterDisplay>\n"
        for language, title in _titles(chapter, document)
    )
    return (
        f"    <ChapterAtom>\n      <ChapterUID>{number}</ChapterUID>\n"
        f"      <ChapterStringUID>{escape(clean(key))}</ChapterStringUID>\n"
        f"      <ChapterTimeStart>{_nanoseconds(chapter.start)}</ChapterTimeStart>\n"
        f"      <ChapterTimeEnd>{_nanoseconds(chapter.end)}</ChapterTimeEnd>\n{displays}    </ChapterAtom>\n"
    )


def _titles(chapter: Chapter, document: Document) -> Iterator[tuple[str, str]]:
    yield (document.languages[0] if document.languages else "und"), chapter.title
    own = dict(chapter.mark.attributes) if chapter.mark else {}
    for language in document.languages[1:]:
        if title := one_line(own.get(language, "")):
            yield language, title


def _nanoseconds(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}000000"


# -- reading --


def read(content: str | bytes, info: TimelineInfo | None = None) -> Programme:
    """
    The chapters of a file as marks: "scene", or what our own tag says. *info* is the timeline they belong to.

    DocumentError if the text is none of the three forms or holds no chapter.
    """
    from plugin_core.formats.marker_table import text_of, with_marks
    from plugin_core.host import TimelineInfo as Info
    from plugin_core.timeline import programme_of

    text = text_of(content)
    form = _form_of(text)
    readers = {"youtube": _read_youtube, "ffmetadata": _read_ffmetadata, "matroska": _read_matroska}
    found, languages = readers[form](text) if form else ([], ())
    if not found:
        hint = "They are lines such as '0:00 Intro', FFmpeg's metadata or Matroska's XML."
        raise DocumentError("document.no-chapters", "The text holds no chapters.", hint)
    told = with_marks([_mark(chapter, info, number) for number, chapter in enumerate(found)], info or Info(), ())
    document = Document(languages=languages, marks=told.document.marks)
    programme = programme_of(document, info or Info.of(document))
    return replace(programme, notes=told.notes)


def _form_of(text: str) -> Form | None:
    head = text.lstrip("\ufeff \t\r\n")[:4000]
    if head.startswith(";FFMETADATA"):
        return "ffmetadata"
    if head.startswith("<"):
        return "matroska" if re.search(r"<Chapters[\s>]", head) else None
    lines = [line for line in text.lstrip("\ufeff").splitlines()[:5000] if line.strip()]
    return "youtube" if any(_LINE.fullmatch(line) for line in lines) and "-->" not in text else None


def _mark(chapter: Chapter, info: TimelineInfo | None, number: int) -> Mark:
    offset = info.offset if info else 0
    own = chapter.mark or Mark("", "scene", 0, 0, "")
    start, end = max(0, chapter.start - offset), max(0, chapter.end - offset)
    key = own.id or blake2b(f"{chapter} {number}".encode("utf-8", "replace"), digest_size=6).hexdigest()
    return Mark(key, own.kind, start, max(start, end), chapter.title, own.attributes, own.confidence)


def _read_youtube(text: str) -> tuple[list[Chapter], tuple[str, ...]]:
    """Every line that begins with a time; each ends where the next begins, the last after ten seconds."""
    found = []
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            parts = [int(part) for part in match[1].split(":")]
            hours, minutes, seconds = [0] * (3 - len(parts)) + parts
            found.append((((hours * 60 + minutes) * 60 + seconds) * 1000, one_line(match[2])))
    found.sort(key=lambda pair: pair[0])
    ends = [start for start, _ in found[1:]] + [start + SHORTEST for start, _ in found[-1:]]
    return [Chapter(start, end, title) for (start, title), end in zip(found, ends, strict=True)], ()


def _read_ffmetadata(text: str) -> tuple[list[Chapter], tuple[str, ...]]:
    parts = re.split(r"(?m)^\[(\w+)\]\s*$", text)
    found = []
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name.upper() != "CHAPTER":
            continue
        values = dict(_pairs(body))
        num, den = _time_base(values.get("TIMEBASE", "1/1000000000"))
        start, end = (_ticks(values.get(key, ""), num, den) for key in ("START", "END"))
        if start is None:
            raise _broken("a chapter has no START")
        key, kind, attributes, confidence = parse_note(values.get("zimu", ""))
        own = Mark(key, kind, 0, 0, "", attributes, confidence) if "zimu" in values else None
        found.append(Chapter(start, end if end is not None else start, one_line(values.get("title", "")), own))
    return found, ()


def _pairs(body: str) -> Iterator[tuple[str, str]]:
    """key and value of each line; a backslash takes the next character, also a line end, as it is."""
    for line in re.findall(r"(?:[^\\\n]|\\(?:.|\n))+", body):
        if line.lstrip()[:1] in ";#":
            continue
        pair = re.fullmatch(r"((?:[^\\=]|\\.)*)=(.*)", line.rstrip("\r"), re.S)
        if pair:
            key, value = (re.sub(r"\\(.)", r"\1", part, flags=re.S) for part in pair.groups())
            yield (key.upper() if key.upper() in {"TIMEBASE", "START", "END"} else key), value


def _time_base(text: str) -> tuple[int, int]:
    match = _RATIO.fullmatch(text.strip())
    if not match or not int(match[1]) or not int(match[2]):
        raise _broken(f"{text[:40]!r} is no time base")
    return int(match[1]), int(match[2])


def _ticks(text: str, num: int, den: int) -> int | None:
    if not re.fullmatch(r"-?\d{1,18}", text.strip()):
        return None
    return _bounded((2 * int(text) * num * 1000 + den) // (2 * den))


def _read_matroska(text: str) -> tuple[list[Chapter], tuple[str, ...]]:
    from plugin_core.formats.safe_xml import parse

    root = parse(text, "Matroska chapter")
    atoms = [atom for edition in root.iter("EditionEntry") for atom in edition.findall("ChapterAtom")]
    found: list[Chapter] = []
    languages: dict[str, None] = {}
    for atom in atoms:
        start, end = (_clock(atom.findtext(f"ChapterTime{name}", "")) for name in ("Start", "End"))
        if start is None:
            raise _broken("a chapter has no ChapterTimeStart")
        titles = _displays(atom)
        languages |= dict.fromkeys(language for language, _ in titles)
        key = one_line(atom.findtext("ChapterStringUID", "") or atom.findtext("ChapterUID", ""))
        title = titles[0][1] if titles else ""
        found.append(Chapter(start, end if end is not None else -1, title, Mark(key, "scene", 0, 0, "", titles[1:])))
    after = [chapter.start for chapter in found[1:]] + [chapter.start for chapter in found[-1:]]
    closed = [c._replace(end=c.end if c.end >= 0 else nxt) for c, nxt in zip(found, after, strict=True)]
    return closed, tuple(language for language in languages if language != "und")


def _displays(atom: Element) -> tuple[tuple[str, str], ...]:
    """(language, title) pairs, one for each language."""
    from plugin_core.languages import short

    found: dict[str, str] = {}
    for display in atom.findall("ChapterDisplay"):
        tag = display.findtext("ChapLanguageIETF", "") or short(display.findtext("ChapterLanguage", "eng"))
        found.setdefault(one_line(tag), one_line(display.findtext("ChapterString", "")))
    return tuple(found.items())


def _clock(text: str) -> int | None:
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        return None
    hours, minutes, seconds = (int(match[at]) for at in (1, 2, 3))
    nanoseconds = int((match[4] or "0").ljust(9, "0"))
    return _bounded(((hours * 60 + minutes) * 60 + seconds) * 1000 + (nanoseconds + _NS_OF_MS // 2) // _NS_OF_MS)


def _bounded(ms: int) -> int:
    if ms > LONGEST:
        raise _broken("a chapter begins later than 1000 hours")
    return max(0, ms)


def _broken(reason: str) -> DocumentError:
    return DocumentError("document.broken", f"The chapters cannot be read: {reason}.", "Export them again.")

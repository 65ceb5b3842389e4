"""
WebVTT (https://www.w3.org/TR/webvtt1/), read by the standard's parsing rules and written conforming.

Our own and not pysubs2's, which shares its SRT code: cue ids, voices, settings, entities, comments and inline times
are lost there. Two leniencies beside the standard, both reported: a missing WEBVTT signature, and times that can be
understood though they are not of the standard's form (a browser drops such cues, an editor wants them).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

from plugin_core.document import Cue, Document, Word
from plugin_core.formats.base import Parsed, RawCue, clock, parse_time
from plugin_core.formats.layout import Layout, clean, one_line, stacked, timed_parts

_STAMP = r"(?:\d+:)?[0-5]\d:[0-5]\d\.\d{3}"
_EXACT = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?!\d).*")
_TIMING = re.compile(r"\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(.*)")
_TOKEN = re.compile(
    r"<(/?)([A-Za-z]{0,10})((?:\.[^\s<>.]{1,200}){0,20})(?:[ \t\n]([^<>]{0,1000}))?>"
    r"|<([\d:.]{1,40})>|<[^<>\s][^<>]{0,1000}>"
)
_INLINE = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})")
_LANGUAGES = re.compile(r"NOTE languages: ([A-Za-z0-9-]+(?: [A-Za-z0-9-]+)*)")
_SETTINGS = re.compile(r"(?:(?:align|line|position|size|vertical|region):\S+(?:\s+|$))+")


LONGEST_LINE = 1000  # characters of a line of times and settings


def sniff(text: str) -> bool:
    """Whether *text* begins as a WebVTT file."""
    return text.lstrip().startswith("WEBVTT")


def read(text: str) -> Parsed:
    """Cues with ids, voices and settings; the languages where ``<lang>`` spans or our own comment name them."""
    notes: Counter[str] = Counter()
    if not re.match(r"WEBVTT(?:[ \t\n\r]|$)", text):
        notes["The file does not begin with WEBVTT."] = 1
    named = _LANGUAGES.search(text)
    languages = tuple(named[1].split()) if named else ()
    cues: list[tuple[RawCue, dict[str, str]]] = []
    for name, start, end, settings, payload in blocks(text, notes):
        pieces, speaker, words = _spans(payload)
        tags = _tags(settings)
        words = [Word(word.start or start, word.end or end, word.text) for word in words]
        cues.append((RawCue(start, end, (), id=name, speaker=speaker, tags=tags, words=tuple(words)), pieces))
    if not languages or any(set(pieces) - {"", *languages} for _, pieces in cues):
        languages = _spoken(cues)
    for cue, pieces in cues:
        if languages:
            rest = {language: pieces.get(language, "") for language in languages}
            rest[languages[0]] = clean(pieces.get("", "") + "\n" + rest[languages[0]])
            cue.texts = tuple(rest.values())
        else:
            cue.texts = ("\n".join(pieces.values()),)
    repairs = [note if note.endswith(".") else f"{count} × {note}." for note, count in notes.items() if count]
    return Parsed([cue for cue, _ in cues], languages, repairs)


def blocks(text: str, notes: Counter[str]) -> Iterator[tuple[str, int, int, str, str]]:
    """(id, start, end, settings, raw text) of each cue; a block whose times cannot be read is left out and noted."""
    lines = re.split("\r\n|\r|\n", text.replace("\0", "\ufffd"))
    at = 1 if lines[0].startswith("WEBVTT") else 0
    while at < len(lines):
        if "-->" in lines[at]:
            name, timing = "", lines[at]
        elif lines[at].strip() and at + 1 < len(lines) and "-->" in lines[at + 1]:
            name, timing, at = lines[at], lines[at + 1], at + 1
        else:
            at = _after_comment(lines, at)
            continue
        begin = at = at + 1
        while at < len(lines) and lines[at] and "-->" not in lines[at]:
            at += 1
        match = _TIMING.fullmatch(timing) if len(timing) <= LONGEST_LINE else None
        start, end = (parse_time(match[1]), parse_time(match[2])) if match else (None, None)
        if match is None or start is None or end is None:
            notes["cue with unreadable times, left out"] += 1
            continue
        notes["time not written as the standard has it"] += not _EXACT.fullmatch(timing)
        yield name, start, end, match[3].strip(), "\n".join(lines[begin:at])


def write(document: Document, layout: Layout) -> str:
    """
    The WebVTT text.

    A comment names the languages; with more than one shown, each text stands in a ``<lang>`` span, so that a page can
    style it with ``::cue(:lang(zh))`` and a reader can part the columns again.
    """
    shown = layout.shown(document)
    ordered = [language for language in document.languages if language in shown]
    result = [f"WEBVTT\n\nNOTE languages: {' '.join(ordered)}\n"] if ordered else ["WEBVTT\n"]
    for cue, parts in stacked(document, layout):
        body = []
        for language, text in parts:
            spoken = layout.highlight and language == document.languages[0]
            marked = _timed(cue, text) if spoken else _escape(text)
            body.append(f"<lang {language}>{marked}</lang>" if len(shown) > 1 else marked)
        voice = _voice(cue) if layout.speakers else ""
        times = f"{clock(cue.start)} --> {clock(cue.end)}{_settings(cue)}"
        name = one_line(cue.id).replace("-->", "->")
        result.append(f"{name}\n{times}\n{voice}" + "\n".join(body) + "\n")
    return "\n".join(result)


def _tags(settings: str) -> tuple[str, ...]:
    if settings == "line:0":
        return ("an8",)
    return (f"vtt:{settings}",) if _SETTINGS.fullmatch(settings) else ()


def _settings(cue: Cue) -> str:
    for tag in cue.tags:
        if tag.startswith("vtt:") and _SETTINGS.fullmatch(tag[4:]):
            return f" {tag[4:]}"
        if tag in ("an7", "an8", "an9"):
            return " line:0"
    return ""


def _voice(cue: Cue) -> str:
    name = _escape(one_line(cue.speaker))
    return f"<v {name}{' ' * name.endswith('-')}>" if name else ""  # --> would end the cue


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _timed(cue: Cue, text: str) -> str:
    """*text* with ``<time>`` before each word that begins inside the cue and after the one before it."""
    result, last = "", cue.start
    for word, piece in timed_parts(text, cue.words) or [(Word(cue.start, cue.end, ""), text)]:
        if last < word.start < cue.end and result:
            result += f"<{clock(word.start)}>"
            last = word.start
        result += _escape(piece)
    return result


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction)


def _after_comment(lines: list[str], at: int) -> int:
    """The line after a blank line, or after a block that is no cue (header, NOTE, STYLE, REGION)."""
    if not lines[at]:
        return at + 1
    at += 1
    while at < len(lines) and lines[at] and "-->" not in lines[at]:
        at += 1
    return at


def _spans(payload: str) -> tuple[dict[str, str], str, list[Word]]:
    """Text per ``<lang>`` ("" outside of them), the voices, and words where inline times part the text (0: unknown)."""
    pieces: dict[str, str] = {}
    voices: list[str] = []
    words: list[Word] = []
    stack: list[str] = []
    at, since, run, hidden = 0, 0, "", 0
    timed = False

    def put(raw: str) -> None:
        nonlocal run
        if not hidden:
            plain = html.unescape(raw)
            language = stack[-1] if stack else ""
            pieces[language] = pieces.get(language, "") + plain
            run += plain

    for token in _TOKEN.finditer(payload):
        put(payload[at : token.start()])
        at = token.end()
        closing, tag, _, annotation, stamp = token.groups()
        inline = _INLINE.fullmatch(stamp or "")
        if inline:
            moment = _ms(*inline.groups())
            words.append(Word(since, moment, run))
            since, run, timed = moment, "", True
        elif tag == "lang":
            if closing:
                stack[-1:] = []
            else:
                stack.append(one_line(html.unescape(annotation or "")))
        elif tag == "v" and not closing and annotation:
            voices.append(one_line(html.unescape(annotation)))
        elif tag == "rt":
            hidden += -1 if closing and hidden else not closing
    put(payload[at:])
    words.append(Word(since, 0, run))
    spoken = [word for word in words if word.text.strip()] if timed and len(pieces) == 1 else []
    return pieces, " / ".join(dict.fromkeys(voices)), spoken


def _spoken(cues: list[tuple[RawCue, dict[str, str]]]) -> tuple[str, ...]:
    """The languages of the ``<lang>`` spans if every text stands in one and there are several; else none."""
    found = dict.fromkeys(language for _, pieces in cues for language, text in pieces.items() if text.strip())
    return tuple(found) if len(found) > 1 and "" not in found else ()

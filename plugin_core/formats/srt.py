"""
SubRip (SRT), read as tolerantly as people write it and written as hosts expect it.

Our own and not pysubs2's: that one drops braces and blank-looking text, caps times at 99 h, and cannot say what it
mended. SRT has no escape for ``<``, ``{\\`` or ``-->``; where a player would take text for markup the writer puts a
word joiner (U+2060, drawn as nothing) inside, and every reader of ours drops it again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from plugin_core.document import Cue, Document
from plugin_core.formats.base import Parsed, RawCue, clock, parse_time
from plugin_core.formats.layout import WORD_JOINER, Layout, stacked

_STAMP = r"[-−]?\s*(?:\d{1,6}\s*[:：]\s*)?\d{1,3}\s*[:：]\s*\d{1,3}(?:\s*[.,;，．。]\s*\d{1,9})?"
_ARROW = r"\s*(?:-\s*-\s*>|-+>|--&gt;|[—–→]+>?)\s*"
TIMING = re.compile(rf"\s*({_STAMP}){_ARROW}({_STAMP})(\s.*)?")
_STRICT = re.compile(r"\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}")
_BROKEN_TIMING = re.compile(r"\s*[\d０-９:.,]+[^ ]* *-+> *[\d０-９:.,]*\S*\s*")
_PLACE = re.compile(
    r"(?:[XY][12]:\s*\d+(?:\s+|$))+|(?:(?:align|line|position|size|vertical|region):\S+(?:\s+|$))+", re.IGNORECASE
)
_TAG = re.compile(
    r"<\s{0,3}/?\s{0,3}(?:i|b|u|s|em|strong|strike|font|span|c|v|ruby|rt|lang|p|center)(?:[\s.=][^<>]*)?/?>", re.I
)
_LINE_TAG = re.compile(r"<\s{0,3}br\s{0,3}/?>", re.I)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_ALIGN = re.compile(r"\{\\(?:[^{}]{0,200}\\)?an([1-9])[^{}]{0,200}\}")


LONGEST_LINE = 500  # characters; a longer one holds no times, and patterns need not be tried on it


def sniff(text: str) -> bool:
    """Whether a line of *text* is an SRT timing line."""
    return any(TIMING.fullmatch(line) for line in text.splitlines()[:2000] if len(line) <= LONGEST_LINE)


def read(text: str) -> Parsed:
    """Cues of an SRT file, good or broken: no numbers, no blank lines, any time punctuation, any line ends."""
    notes: Counter[str] = Counter()
    if len({end for end in ("\r\n", "\r", "\n") if end in text.replace("\r\n", "" if end != "\r\n" else end)}) > 1:
        notes["The line ends were of several kinds."] = 1
    lines = text.splitlines()
    heads = [(number, TIMING.fullmatch(line)) for number, line in enumerate(lines) if _is_head(lines, number)]
    if not heads:
        return Parsed([])
    ends = [number for number, _ in heads[1:]] + [len(lines)]
    _without_index(lines[: heads[0][0]], notes)
    cues = []
    for (number, match), end in zip(heads, ends, strict=True):
        body = lines[number + 1 : end]
        if end < len(lines):
            body = _without_index(body, notes)
        if match is None:
            notes["cue with unreadable times, left out"] += 1
        else:
            cues.append(_cue(match, body, notes))
    return Parsed(cues, repairs=[note if note.endswith(".") else f"{count} × {note}." for note, count in notes.items()])


def write(document: Document, layout: Layout) -> str:
    """The SRT text: numbered from 1, ``\\n`` line ends, languages stacked in the layout's order."""
    blocks = []
    for number, (cue, parts) in enumerate(stacked(document, layout), 1):
        blocks.append(f"{number}\n{clock(cue.start, ',')} --> {clock(cue.end, ',')}\n{payload(cue, parts)}\n")
    return "\n".join(blocks)


def payload(cue: Cue, parts: Sequence[tuple[str, str]]) -> str:
    """The text of a cue as SRT holds it (and Matroska's S_TEXT/UTF8), (language, text) *parts* below each other."""
    place = "".join(f"{{\\{tag}}}" for tag in cue.tags if re.fullmatch("an[1-9]", tag))
    return place + "\n".join(_escape(text) for _, text in parts)


def plain(text: str) -> str:
    """*text* without HTML-like tags and ASS overrides; other angle brackets and braces are text and stay."""
    return _OVERRIDE.sub("", _TAG.sub("", _LINE_TAG.sub("\n", text)))


def _escape(text: str) -> str:
    text = re.sub(r"<(?=\s{0,3}/?\s{0,3}[A-Za-z])", f"<{WORD_JOINER}", text)
    text = text.replace("{\\", f"{{{WORD_JOINER}\\").replace("-->", f"--{WORD_JOINER}>")
    return "\n".join(f"{WORD_JOINER}{line}" if _looks_timed(line) else line for line in text.split("\n"))


def _looks_timed(line: str) -> bool:
    return len(line) <= LONGEST_LINE and bool(TIMING.fullmatch(line) or _BROKEN_TIMING.fullmatch(line))


def _is_head(lines: list[str], number: int) -> bool:
    """Whether the line holds a cue's times: good ones, or (after a blank line or a number) what was meant as such."""
    line = lines[number]
    if len(line) > LONGEST_LINE:
        return False
    if TIMING.fullmatch(line):
        return True
    if not _BROKEN_TIMING.fullmatch(line):
        return False
    return number == 0 or not lines[number - 1].strip() or lines[number - 1].strip().isdecimal()


def _without_index(body: list[str], notes: Counter[str]) -> list[str]:
    """The text of a cue, without the number of the next one that follows it."""
    filled = body[: next((at for at in range(len(body), 0, -1) if body[at - 1].strip()), 0)]
    if len(filled) > 1 and _is_number(filled[-1]) and not filled[-2].strip():
        return filled[:-1]
    if not (body and _is_number(body[-1])):
        notes["cue without a number"] += 1
        return body
    if len(body) > 1 and body[-2].strip():
        notes["cue not parted from the next by a blank line"] += 1
    return body[:-1]


def _is_number(line: str) -> bool:
    return line.strip().lstrip("\ufeff#").isdecimal()


def _cue(match: re.Match[str], body: list[str], notes: Counter[str]) -> RawCue:
    if not _STRICT.match(match[0].strip()):
        notes["times not written as 00:00:00,000"] += 1
    rest = (match[3] or "").strip()
    if rest and not _PLACE.fullmatch(rest):
        notes["text on the line of the times"] += 1
        body = [rest, *body]
    text = "\n".join(body).strip("\n ")
    if re.search(r"\n[ \t]*\n", text):
        notes["blank lines inside a cue, taken out"] += 1
    place = _ALIGN.search(text)
    tags = (f"an{place[1]}",) if place and place[1] != "2" else ()
    return RawCue(parse_time(match[1]) or 0, parse_time(match[2]) or 0, (plain(text),), tags=tags)

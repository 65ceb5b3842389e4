"""
Time codes in a text: where they stand, and what they say, in every spelling people and programs use.

``[00:05:22]``, ``[5:22]``, ``(1:02:03)``, ``<00:05:22>``, ``00:05:22,500``, ``00:05:22:12`` and ``00;05;22;12``
(frames), ``322.5s``, ``01h02m03s``, ``5分22秒``, ``5'22"``, ``@12.5s``; ranges; the timing lines of SRT, WebVTT,
SubViewer, ASS, TTML, SAMI, MicroDVD and LRC. A time that is spoken (我们10:30见, John 3:16) is none: a bare clock
counts only at the start of a line, alone, in brackets, or at the end of a speaker line (``张总 10:05``); a full
HH:MM:SS also after the end of a sentence, and one with milliseconds or frames wherever it stands: nobody says those.

Frames are counted at the rate that is given. Without one ``;`` means drop-frame (SMPTE ST 12-1, 30000/1001), and other
labels are read at the lowest usual rate from 25 up that has their frame numbers; frames counted from the beginning
(MicroDVD) have no time unless the stream says its rate (``{1}{1}23.976``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from plugin_core.clock import HIGHEST, FrameRate
from plugin_core.errors import DocumentError
from plugin_core.tagging.characters import fold

DEFAULT_RATES = (25, 30, 50, 60, 100, 120)  # tried in turn until the text's highest frame number fits

_SHAPE = re.compile(
    r"""(?<![\d.:;])(?:
      (?P<clock>(?P<a>\d{1,3})[:;](?P<b>[0-5]\d)(?:[:;](?P<c>[0-5]\d)(?:[:;](?P<ff>\d{2,3}))?)?(?:[.,](?P<f>\d{1,9}))?)
        (?![:;]?\d)
     |(?P<quote>(?P<qm>\d{1,3})['′’](?P<qs>[0-5]\d)(?:[.,](?P<qf>\d{1,3}))?(?:["″”]|''|’’))
     |(?P<unit>(?:(?P<uh>\d{1,3})\s?(?:小时|时|h)\s?)?(?:(?P<um>\d{1,4})\s?(?:分钟|分|min|m)\s?)?
        (?P<us>\d{1,7})(?:\.(?P<uf>\d{1,9}))?\s?(?:秒钟|秒|sec(?:onds?)?|s))(?![A-Za-z\d])
    )""",
    re.VERBOSE,
)
_RANGE = re.compile(r"[ \t]{0,4}(?:-{1,2}>|-|–|—|~|～|至|到|/|,|\bto\b)[ \t]{0,4}")
_ATTRIBUTE = re.compile(
    r"""\b(?P<name>begin|end|start)\s{0,3}=\s{0,3}["']?(?P<value>[\d:.,;hmsf]{1,20})""", re.IGNORECASE
)
_MICRODVD = re.compile(r"\{(?P<start>\d{1,8})\}\{(?P<end>\d{0,8})\}|\[(?P<start10>\d{1,7})\]\[(?P<end10>\d{0,7})\]")
_DECLARED = re.compile(r"\{[01]\}\{[01]\}(\d{1,3}(?:\.\d{1,5})?)[ \t]*$", re.MULTILINE)  # MicroDVD's rate
_DIALOGUE = re.compile(r"Dialogue:[^,\n]{0,30},", re.IGNORECASE)
_LINE_HEAD = re.compile(r"[\s\-*•>|#@—–\u200b]*\Z")
_SPEAKER = re.compile(r"[A-Z0-9\u3400-\u9fff][\w.'’\-]*(?: [A-Z0-9(\u3400-\u9fff][\w.'’\-)]*){0,3}\s{1,4}\Z")
_MERIDIEM = re.compile(r"\s?(?:[ap]\.?m\b|o'clock)", re.IGNORECASE)
_SPOKEN = re.compile(r"\s*(?:后|前|内|之|以|的|左右|later|ago|after|before|left|in|of|to|and|or|flat|long)")
_DROPS = FrameRate(Fraction(30_000, 1001), drop=True)
_OPEN, _CLOSE = "([{<【〔〈", ")]}>】〕〉"
_SENTENCE_END = ".!?。!?…~~)]}>】〕〉"
_NEXT_BARE = " \t([{<【〔〈)]}>】〕〉|,-–—~\u200b♪#:"
_MILLISECONDS = 3  # digits
_REACH = 48  # characters looked at on either side


@dataclass(frozen=True, slots=True)
class Timecode:
    """
    A time in the text: ``text[start:end]`` is its spelling without brackets, *ms* what it says (None: not known).

    *until* is the end of a range (ms). *outer* is the span with its brackets and the rest of its range; *frames* the
    frame number it ends with, if it has one.
    """

    start: int
    end: int
    ms: int | None
    outer: tuple[int, int]
    until: int | None = None
    frames: int | None = None


def find(text: str, frame_rate: FrameRate | None = None) -> list[Timecode]:
    """The time codes of *text* in the order they stand there. *frame_rate* reads HH:MM:SS:FF and MicroDVD's frames."""
    return scan(fold(text), frame_rate)


def notes(codes: Sequence[Timecode], frame_rate: FrameRate | None = None) -> tuple[str, ...]:
    """What is odd about the times: frames read at a guessed rate, or not at all, and times that jump back."""
    found: list[str] = []
    if frame_rate is None and any(code.frames is not None and code.ms is not None for code in codes):
        rate = FrameRate.nearest(_rate(codes))
        found.append(
            f"Frames in time codes were counted at {rate} a second (29.97 DF after ;): give the rate if it differs."
        )
    if any(code.ms is None for code in codes):
        found.append(
            "The times are frames counted from the beginning: give the frame rate to have them in milliseconds."
        )
    known = [code.ms for code in codes if code.ms is not None]
    if back := next((pair for pair in pairwise(known) if pair[1] < pair[0]), None):
        found.append(f"The times are not in order: {_shown(back[1])} stands after {_shown(back[0])}.")
    return tuple(found)


def scan(folded: str, frame_rate: FrameRate | None = None) -> list[Timecode]:
    """:func:`find` for a text that is folded already."""
    codes = list(_candidates(folded))
    declared = _DECLARED.match(folded)
    counted = frame_rate or (FrameRate.parse(declared[1]) if declared and 0 < float(declared[1]) <= HIGHEST else None)
    if all(code.frames is None for code in codes):
        return list(_joined(folded, codes))
    labelled = frame_rate or FrameRate.nearest(_rate(codes))
    timed = list[Timecode]()
    for code in codes:
        if code.ms is None:
            timed.append(_counted(code, counted))
        elif code.frames is not None:
            drops = frame_rate is None and ";" in folded[code.start : code.end]
            timed.append(_labelled(code, folded, _DROPS if drops else labelled))
        else:
            timed.append(code)
    return list(_joined(folded, timed))


def _candidates(folded: str) -> Iterator[Timecode]:
    """Everything shaped like a time that stands where a time code may stand, and second halves of ranges."""
    special = sorted((*_attributes(folded), *_microdvd(folded)), key=lambda code: code.start)
    taken, line, line_end, last = iter([*special, None]), 0, -1, -1
    following = next(taken)
    for match in _SHAPE.finditer(folded):
        while following and following.start <= match.start():
            yield following
            last, following = following.outer[1], next(taken)
        start, end = match.span()
        if start < last:
            continue
        while start > line_end:
            line = line_end + 1
            line_end = found if (found := folded.find("\n", line)) >= 0 else len(folded)
        outer = _continues(folded, start, end, last) or _stands(folded, match, line, line_end)
        if outer:
            last = outer[1]
            yield Timecode(start, end, _ms(match), outer, frames=_frames(match))
    while following:
        yield following
        following = next(taken)


def _stands(folded: str, match: re.Match[str], line: int, line_end: int) -> tuple[int, int] | None:
    """The span with brackets, if a time code may stand here; None if it is part of what is said."""
    start, end = match.span()
    before = folded[max(line, start - _REACH) : start]
    after = folded[end : min(line_end, end + _REACH)]
    head = start - line < _REACH  # *before* is all of the line before the time
    bracket = before.rstrip(" ")[-1:]
    if bracket and bracket in _OPEN:
        at = start - len(before) + len(before.rstrip(" ")) - 1
        return _in_brackets(folded, match, at, line_end)
    if before.endswith("@") and (before[-2:-1] in {"", " ", "\t"} or before[-2] in _SENTENCE_END):
        return start - 1, end
    if head and _LINE_HEAD.fullmatch(before):
        stands = _stands_first(match, after)
    elif head and not after.strip(" :") and _SPEAKER.fullmatch(before):
        stands = _speaks(folded, line, line_end)
    else:
        stands = _stands_within(match, before, after) or (head and bool(_DIALOGUE.fullmatch(before)))
    return (start, end) if stands and not _MERIDIEM.match(folded, end) else None


def _stands_within(match: re.Match[str], before: str, after: str) -> bool:
    """
    In the middle of a line: HH:MM:SS with milliseconds or frames; without them only after the end of a sentence, or
    alone at the end of the line.
    """
    if not (match["clock"] and match["c"] and len(match["a"]) == 2):
        return False
    if match["ff"] or len(match["f"] or "") == _MILLISECONDS:
        return not after or after[0] in _NEXT_BARE
    if before.rstrip()[-1:] in _SENTENCE_END:
        return not after or after[0] in _NEXT_BARE
    return not after.strip() and before[-1:] == " " and "(" not in before


def _stands_first(match: re.Match[str], after: str) -> bool:
    """At the start of a line: 10:30我们见 and 5分22秒后 are speech; a full clock needs nothing after it."""
    if not after or after[0] in _NEXT_BARE:
        return not (match["unit"] and _SPOKEN.match(after))
    return bool(match["clock"] and match["c"]) or bool(_RANGE.match(after) and _SHAPE.match(after, _span(after)))


def _span(after: str) -> int:
    found = _RANGE.match(after)
    return found.end() if found else 0


def _in_brackets(folded: str, match: re.Match[str], opening: int, line_end: int) -> tuple[int, int] | None:
    """A bracket that holds the time (or a range) alone, or begins with a full clock."""
    end = match.end()
    if folded[opening] == "<" and folded.startswith("WEBVTT"):
        return None  # so WebVTT times words: markup
    close = _CLOSE[_OPEN.index(folded[opening])]
    closing = folded.find(close, end, min(line_end, end + _REACH))
    if closing < 0:
        return (opening, end) if match["c"] else None
    rest = folded[end:closing].strip()
    second = _RANGE.match(folded, end)
    if not rest or (second and _SHAPE.match(folded, second.end())):
        return opening, closing + 1 if not rest else end
    return (opening, end) if match["c"] and len(match["a"]) == 2 and rest[0] in " ,|-:" else None


def _speaks(folded: str, line: int, line_end: int) -> bool:
    """Whether the line is a transcript's speaker line: something follows on the next, nothing stands right before."""
    following = folded[line_end + 1 : line_end + 1 + _REACH].split("\n", 1)[0]
    before = folded[max(0, line - _REACH) : max(0, line - 1)].rsplit("\n", 1)[-1]
    return bool(following.strip()) and (line == 0 or not before.strip() or not before.strip()[-1].isalnum())


def _continues(folded: str, start: int, end: int, last: int) -> tuple[int, int] | None:
    """The second time of a range: right after the first, with an arrow or dash between."""
    if last < 0 or start - last > 12 or last > start:
        return None
    gap = folded[last:start]
    return (start, end) if _RANGE.fullmatch(gap) else None


def _joined(folded: str, codes: Iterable[Timecode]) -> Iterator[Timecode]:
    """Ranges made one: the second time becomes *until*; a bracket around both belongs to them."""
    current: Timecode | None = None
    for code in codes:
        if current and current.until is None and _RANGE.fullmatch(folded[current.outer[1] : code.start][:16] or "."):
            frames = current.frames if code.frames is None else max(current.frames or 0, code.frames)
            current = replace(current, until=code.ms, outer=(current.outer[0], code.outer[1]), frames=frames)
            continue
        if current:
            yield _closed(folded, current)
        current = code
    if current:
        yield _closed(folded, current)


def _closed(folded: str, code: Timecode) -> Timecode:
    """*code* with the bracket after its range, if one was opened before it."""
    opening, end = code.outer
    if opening < code.start and folded[opening] in _OPEN:
        close = _CLOSE[_OPEN.index(folded[opening])]
        rest = folded[end : end + 3].lstrip(" ")
        if folded[end - 1] != close and rest[:1] == close:
            return replace(code, outer=(opening, folded.index(close, end) + 1))
    return code


def _attributes(folded: str) -> Iterator[Timecode]:
    """Times in the attributes of TTML (``begin="00:00:01.000"``, ``begin="12.5s"``) and SAMI (``Start=1234``, ms)."""
    if "=" not in folded:
        return
    begun: Timecode | None = None
    for match in _ATTRIBUTE.finditer(folded):
        value, name = match["value"], match["name"].lower()
        opening = folded.rfind("<", max(0, match.start() - 200), match.start())
        if opening < 0 or (ms := _attribute_ms(value)) is None:
            continue
        if name == "end":
            if begun and folded.find(">", begun.end, match.start()) < 0:
                begun = replace(begun, until=ms)
            continue
        if begun:
            yield begun
        begun = Timecode(*match.span("value"), ms, match.span("value"))
    if begun:
        yield begun


def _attribute_ms(value: str) -> int | None:
    if value.isdecimal():
        return int(value)  # SAMI counts milliseconds
    if value.endswith("ms") and value[:-2].isdecimal():
        return int(value[:-2])
    match = _SHAPE.fullmatch(value)
    return _ms(match) if match else None


def _microdvd(folded: str) -> Iterator[Timecode]:
    """``{123}{456}`` at the start of a line counts frames; ``[123][456]`` (MPL2) tenths of a second."""
    for match in _MICRODVD.finditer(folded):
        if (match.start() and folded[match.start() - 1] != "\n") or _DECLARED.match(folded, match.start()):
            continue
        if match["start"] is not None:
            until = -int(match["end"]) if match["end"] else None  # frames until the rate is known
            yield Timecode(*match.span("start"), None, match.span(), until, int(match["start"]))
        else:
            end = 100 * int(match["end10"]) if match["end10"] else None
            yield Timecode(*match.span("start10"), 100 * int(match["start10"]), match.span(), end)


def _frames(match: re.Match[str]) -> int | None:
    return int(match["ff"]) if match["clock"] and match["ff"] else None


def _ms(match: re.Match[str]) -> int:
    """Milliseconds of a shape, frames left out."""
    if match["clock"]:
        fields = [int(match["a"]), int(match["b"]), *([int(match["c"])] if match["c"] else [])]
        fraction = match["f"]
    elif match["quote"]:
        fields, fraction = [int(match["qm"]), int(match["qs"])], match["qf"]
    else:
        fields, fraction = [int(match[name] or 0) for name in ("uh", "um", "us")], match["uf"]
    seconds = 0
    for value in fields:
        seconds = 60 * seconds + value
    return 1000 * seconds + int(f"{fraction or 0:0<3}"[:3])


def _rate(codes: Sequence[Timecode]) -> int:
    """The lowest usual rate under which every labelled frame number exists."""
    highest = max((code.frames for code in codes if code.frames is not None and code.ms is not None), default=0)
    return next((rate for rate in DEFAULT_RATES if highest < rate), DEFAULT_RATES[0])


def _counted(code: Timecode, rate: FrameRate | None) -> Timecode:
    """A MicroDVD time, whose frames count from the beginning."""
    if rate is None:
        return replace(code, until=None)
    return replace(code, ms=rate.ms_at(code.frames or 0), until=code.until and rate.ms_at(-code.until), frames=None)


def _labelled(code: Timecode, folded: str, rate: FrameRate) -> Timecode:
    """*code* with the frames of its label counted at *rate*."""
    label = folded[code.start : code.end]
    try:
        ms = rate.ms_at(rate.frame_of(label if rate.drop else label.replace(";", ":")))
    except DocumentError:  # a label this rate does not have: the seconds still hold
        ms = (code.ms or 0) + round(1000 * (code.frames or 0) / float(rate.fps))
    return replace(code, ms=ms)


def _shown(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

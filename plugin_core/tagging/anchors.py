"""
The anchors of a text: what its characters are by their shape, before anybody asks what they mean.

A hand-written tokenizer walks once over the text, line by line, and paints a kind on every character: time codes,
bracket marks and what they hold, candidates for a speaker's name, markup, notes, cue headers, headings. It is lossless
(the tokens' texts joined are the input), takes linear time, and never recurses: brackets are matched with a stack.

Brackets are ``[] () {} 【】 〔〕 〈〉`` in all widths, and ``*...*``. They match within two lines of one cue, and one
that has no mate is still a mark. Quotation marks (``「」『』《》“”"``) are no brackets.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from plugin_core.clock import FrameRate
from plugin_core.tagging import timecodes
from plugin_core.tagging.characters import fold
from plugin_core.tagging.lines import Lines, is_timing
from plugin_core.tagging.timecodes import Timecode

KINDS = (
    "text",
    "time",  # a time code with its brackets
    "bracket",  # a bracket mark
    "inside",  # what stands inside brackets
    "name",  # may be a speaker's name
    "markup",  # <i>, {\an8}, &nbsp;, \N
    "note",  # ♪ and what stands for it
    "header",  # a cue's number and timing line, the fields before an ASS text
    "separator",  # + / 、 , ; | inside brackets
    "asked",  # the label of a zero-shot question (never in a text)
    "turn",  # - >> △ before a turn or an action
    "colon",  # after what may be a name
    "state",  # in a bracket between a name and its colon
    "break",  # a line break
    "heading",  # scene headings, transitions, file headers, styles
    "quote",
)
TEXT, TIME, BRACKET, INSIDE, NAME, MARKUP, NOTE, HEADER = range(8)
SEPARATOR, ASKED, TURN, COLON, STATE, BREAK, HEADING, QUOTE = range(8, 16)
SILENT = frozenset((TIME, HEADER, HEADING))  # no item holds a character of these
EDGES = frozenset((TIME, BRACKET, MARKUP, NOTE, HEADER, TURN, COLON, BREAK, HEADING))  # no item begins with these

_OPEN, _CLOSE = "[({【〔〈", "])}】〕〉"
_FAMILY = {mark: index for marks in (_OPEN, _CLOSE) for index, mark in enumerate(marks)} | {"*": 6}
_NOTES = "♪♫♬♩♭♮♯¶🎵🎶🎼"
_QUOTES = '「」『』《》“”"„«»'
_SEPARATORS = "+/、,;|&"
_INTERESTING = re.compile(f"[{re.escape(_OPEN + _CLOSE + _NOTES + _QUOTES + _SEPARATORS)}*:#<>\\\\△▲※\\-–—]")
_TAG = re.compile(r"</?(?P<voice>v(?:\.[^\s<>]{1,30})? )?(?=[A-Za-z!?])[^<>\n]{1,300}>|<!--.{0,1000}?-->", re.DOTALL)
_VTT_TIME = re.compile(r"<\d{1,3}:[\d:.]{4,12}>")
_OVERRIDE = re.compile(r"\{(?:\\[^{}\n]{0,400}|[yYsScCfFpPhHoO]:[^{}\n]{0,60})\}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_ESCAPE = re.compile(r"\\[Nnh]")  # the last two only in ASS
_TURN = re.compile(r">{2,3}|[-–—](?![-–—>])|[△▲※]")
_CAPITALS = re.compile(r"\s*(?P<name>[A-Z][A-Z0-9 .'’\-#&/]{1,36}?)\s*(?P<state>(?:\([^()\n]{1,30}\)\s*){0,2})\Z")
_BOUNDARY = '。!?！？…~♪♫♬🎵🎶"”」』>)]}】〕〉;；|'
_NO_NAME = _BOUNDARY + _OPEN + "*:,、+=@%$^\\<"
_TURNS = ">-–—△▲※"
_LEADS = frozenset((TIME, MARKUP, NOTE, HEADER, TURN))
_LINES = {"blank": TEXT, "header": HEADER, "heading": HEADING}
_LINE_BREAK = re.compile(r"(?:\\N|<br ?/?>) ?\Z", re.IGNORECASE)  # in a cue of ASS or TTML
_REACH = 64  # characters of a name and its states


@dataclass(frozen=True, slots=True)
class Token:
    """A run of characters of one kind; a bracket mark stands alone. *depth* counts the brackets around it."""

    kind: str
    start: int
    end: int
    depth: int = 0
    mate: int = -1  # of a bracket mark: where the other one stands


@dataclass(frozen=True, slots=True)
class Anchors:
    """What the tokenizer found: a kind for every character, bracket pairs (each mark to its mate), time codes."""

    text: str
    folded: str
    kinds: bytes
    mates: dict[int, int] = field(default_factory=dict)
    codes: tuple[Timecode, ...] = ()

    def tokens(self) -> Iterator[Token]:
        """The tokens in order; their texts joined are the text."""
        depth, start = 0, 0
        for end in self._borders():
            kind, mate = self.kinds[start], self.mates.get(start, -1)
            depth -= 0 <= mate < start
            yield Token(KINDS[kind], start, end, depth, mate)
            depth += mate > start
            start = end

    def _borders(self) -> Iterator[int]:
        for index in range(1, len(self.text)):
            kind = self.kinds[index]
            if kind != self.kinds[index - 1] or kind == BRACKET:
                yield index
        if self.text:
            yield len(self.text)


def tokenize(text: str) -> list[Token]:
    """The tokens of *text*, lossless: ``"".join(text[t.start:t.end] for t in tokenize(text)) == text``."""
    return list(read(text).tokens())


def kinds(text: str) -> list[int]:
    """The kind of every character of *text*, 0 ... 15 as in :data:`KINDS`: BERT's token_type_ids."""
    return list(read(text).kinds)


def read(text: str, frame_rate: FrameRate | None = None) -> Anchors:
    """Everything the shape of *text* says. *frame_rate* is for time codes with frames."""
    folded = fold(text)
    painter = _Painter(folded, timecodes.scan(folded, frame_rate))
    painter.paint()
    return Anchors(text, folded, bytes(painter.kinds), painter.mates, tuple(painter.codes))


class _Painter:
    """One walk over a text, line by line, with the state that lines hand on."""

    def __init__(self, folded: str, codes: list[Timecode]) -> None:
        self.folded, self.codes = folded, codes
        self.kinds = bytearray(len(folded))
        self.mates: dict[int, int] = {}
        self._stack: deque[tuple[int, int, int]] = deque()  # (position, family, line) of brackets still open
        self._open = [0] * 7  # of each family
        self._lines = Lines(folded)
        self._ass = False  # the line is an ASS dialogue
        self._framed = False  # the line begins with the frames of MicroDVD, so | breaks it
        self._line, self._lead, self._turned = 0, 0, False  # how far its beginning goes; whether it holds a turn mark

    def paint(self) -> None:
        for code in self.codes:
            self._fill(*code.outer, TIME)
        start, size = 0, len(self.folded)
        while start < size:
            end = found if (found := self.folded.find("\n", start)) >= 0 else size
            self._paint_line(start, end)
            if end < size:
                self.kinds[end] = BREAK
            start = end + 1
            self._line += 1
        self._enclose()

    def _paint_line(self, start: int, end: int) -> None:
        shape = self._lines.shape(start, end, self._timed_to(start))
        if shape:
            self._fill(start, end, _LINES[shape])
            self._close_all()
            return
        while self._stack and self._stack[0][2] < self._line - 1:
            self._open[self._stack.popleft()[1]] -= 1
        content = self._dialogue(start, end)
        self._ass = content > start
        self._framed = self.kinds[start : start + 1] == bytes((TIME,)) and self.folded[start] == "{"
        self._scan(content, end)
        self._capitals(content, end)
        self._transcript(content, end)

    def _fill(self, start: int, end: int, kind: int) -> None:
        self.kinds[start:end] = bytes((kind,)) * (end - start)

    def _close_all(self) -> None:
        self._stack.clear()
        self._open = [0] * 7

    def _dialogue(self, start: int, end: int) -> int:
        """Where the content of the line begins: after the fields of an ASS dialogue, whose name may be a speaker."""
        content, name = self._lines.dialogue(start, end)
        self._fill(start, content, HEADER)
        if name:
            self._fill(*name, NAME)
        return content

    def _timed_to(self, start: int) -> int:
        """Where the time code that begins at *start* ends; *start* if none does."""
        end = start
        while end < len(self.kinds) and self.kinds[end] == TIME:
            end += 1
        return end

    # Content

    def _scan(self, start: int, end: int) -> None:
        """Paint what stands in a line of content, one interesting character after the other."""
        self._lead, self._turned, done = start, False, start
        for match in _INTERESTING.finditer(self.folded, start, end):
            position = match.start()
            if position >= done and self.kinds[position] != TIME:
                done = self._mark(self.folded[position], position, start, end)

    def _mark(self, mark: str, at: int, start: int, end: int) -> int:
        """Paint the mark at *at*; where to go on."""
        if mark in "<{&\\" and (after := self._markup(mark, at)):
            return after
        if mark in _FAMILY:
            self._bracket(mark, at)
        elif mark == ":":
            self._name(at, start)
        elif mark in _NOTES or (mark == "#" and self._sings(at, end)):
            self.kinds[at] = NOTE
        elif mark in _QUOTES:
            self.kinds[at] = QUOTE
        elif mark in _TURNS and (turn := _TURN.match(self.folded, at)) and self._turns(at, turn.end(), end):
            self._fill(at, turn.end(), TURN)
            self._turned = True
            return turn.end()
        elif mark == "|" and self._framed:
            self.kinds[at] = MARKUP
        elif mark in _SEPARATORS and self._stack:
            self.kinds[at] = SEPARATOR  # text after all if the bracket stays open
        return at + 1

    def _markup(self, mark: str, at: int) -> int:
        """Paint the tag, override or entity that begins at *at*; its end, or 0 if there is none."""
        if mark == "\\":
            match = _ESCAPE.match(self.folded, at) if self._ass or self.folded.startswith("N", at + 1) else None
        elif mark == "<" and self._lines.vtt:
            match = _VTT_TIME.match(self.folded, at) or _TAG.match(self.folded, at)
        else:
            match = {"<": _TAG, "{": _OVERRIDE, "&": _ENTITY}[mark].match(self.folded, at)
        if match is None:
            return 0
        for index in range(at, match.end()):  # a time in an attribute stays one
            self.kinds[index] = self.kinds[index] or MARKUP
        if mark == "<" and match.re is _TAG and match["voice"]:
            self._fill(match.end("voice"), match.end() - 1, NAME)
        return match.end()

    def _bracket(self, mark: str, at: int) -> None:
        """An opening mark waits on the stack; a closing one takes its mate, and those between stay unmatched."""
        family = _FAMILY[mark]
        opens = mark in _OPEN
        if mark == "*":
            before, after = self.folded[at - 1 : at], self.folded[at + 1 : at + 2]
            closes = self._open[family] > 0 and bool(before.strip())
            opens = not closes and bool(after.strip()) and not before.isalnum()
            if not opens and not closes:
                return
        self.kinds[at] = BRACKET
        if opens:
            self._stack.append((at, family, self._line))
            self._open[family] += 1
            return
        while self._open[family]:
            opening, found, _ = self._stack.pop()
            self._open[found] -= 1
            if found == family:
                self.mates[opening], self.mates[at] = at, opening
                return

    def _sings(self, at: int, end: int) -> bool:
        """Whether # means a song: ``# la la #``, ``#la la#``; not #topic, not C#."""
        if self._leads(at):
            rest = self.folded[at + 1 : min(end, at + 400)]
            return rest[:1] in {"", " "} or (at + 400 > end and rest.rstrip(" \u200b").endswith("#"))
        return not self.folded[at + 1 : min(end, at + 40)].strip(" \u200b") and self._sung(at)

    def _sung(self, at: int) -> bool:
        """Whether a # that ends its line has a space before it or one that begins the line."""
        line = self.folded.rfind("\n", max(0, at - 400), at) + 1
        return self.folded[at - 1] == " " or NOTE in self.kinds[line:at]

    def _leads(self, at: int) -> bool:
        """Whether only times, markup, notes and turn marks stand before *at* in its line. Moves on, never back."""
        while self._lead < at and (self.kinds[self._lead] in _LEADS or self.folded[self._lead] in " \u200b"):
            self._lead += 1
        return self._lead >= at

    def _turns(self, at: int, after: int, end: int) -> bool:
        """Whether the dash or arrow at *at* begins a turn: it leads its line, or follows a sentence in such a line."""
        if self._leads(at):
            return after < end
        if self.folded[at] == ">":
            return True
        before = self.folded[max(0, at - 6) : at]
        if _LINE_BREAK.search(before) or (self._framed and before.rstrip(" ").endswith("|")):
            return True
        return self._turned and before[-1:] == " " and before.rstrip()[-1:] in _BOUNDARY + "."

    def _name(self, colon: int, start: int) -> None:
        """Paint the candidate for a speaker's name before a colon, with its states in brackets."""
        floor = max(start, colon - _REACH)
        end, states = self._states(colon, floor)
        begin = end
        while begin > floor and self._names(begin - 1):
            begin -= 1
        if not self._bounded(begin, start) or self.folded.startswith("//", colon + 1):
            return
        if self.folded[colon - 1 : colon].isdecimal() and self.folded[colon + 1 : colon + 2].isdecimal():
            return  # a ratio, a time that is spoken
        while begin < end and self.folded[begin] in " \u200b":
            begin += 1
        if begin == end and states:
            begin, end = states.pop()
        if _plausible(self.folded[begin:end], self._lead >= begin):
            self._fill(begin, end, NAME)
            for span in states:
                self._fill(*span, STATE)
            self.kinds[colon] = COLON

    def _states(self, colon: int, floor: int) -> tuple[int, list[tuple[int, int]]]:
        """Where the name before *colon* ends, and the insides of the brackets between."""
        end, states = colon, list[tuple[int, int]]()
        while end > floor:
            before = self.folded[end - 1]
            mate = self.mates.get(end - 1, end)
            if before in " \u200b" or self.kinds[end - 1] == TIME:
                end -= 1
            elif before in _CLOSE and floor <= mate < end - 1:
                states.append((mate + 1, end - 1))
                end = mate
            else:
                break
        return end, states

    def _names(self, at: int) -> bool:
        """Whether the character at *at* may be part of a name."""
        character = self.folded[at]
        if self.kinds[at] != TEXT or character in _NO_NAME:
            return False
        if character == "." and self.folded[at + 1 : at + 2] == " ":
            word = self.folded[max(0, at - 4) : at].rsplit(" ", 1)[-1]
            return len(word) < 4 and word.istitle()  # Dr. Smith
        return True

    def _bounded(self, begin: int, start: int) -> bool:
        """Whether a turn may begin at *begin*: the line does, or a sentence or anchor ends there."""
        if self._leads(begin) or begin <= start:
            return True
        return self.kinds[begin - 1] in _LEADS or self.folded[begin - 1] in _BOUNDARY + "."

    def _capitals(self, start: int, end: int) -> None:
        """Paint a screenplay's cue: a name in capitals alone between a blank line and the words."""
        if not 1 < end - start < 60 or self.folded[max(0, start - 1) : start].strip() or not self._follows(end):
            return
        above = self.folded[max(0, start - 6) : start].replace(" ", "").replace("\u200b", "")
        match = _CAPITALS.match(self.folded[start:end])
        if match and (not above or above.endswith("\n\n")) and any(c.isalpha() for c in match["name"]):
            self._fill(start + match.start("name"), start + match.end("name"), NAME)
            for index in range(start + match.start("state"), start + match.end("state")):
                if self.kinds[index] in {TEXT, SEPARATOR}:
                    self.kinds[index] = STATE

    def _transcript(self, start: int, end: int) -> None:
        """Paint the name in a transcript's speaker line, which ends with a time: ``张总 10:05``."""
        time = self.kinds.find(TIME, start, end)
        if not start < time < start + _REACH or self.folded[self._timed_to(time) : end].strip(" :\u200b"):
            return
        name = self.folded[start:time].rstrip(" ")
        if not any(self.kinds[start : start + len(name)]) and _plausible(name, True) and self._follows(end):
            self._fill(start, start + len(name), NAME)

    def _follows(self, end: int) -> bool:
        """Whether words stand on the next line."""
        following = self.folded[end + 1 : end + 40].split("\n", 1)[0].strip(" \u200b")
        return bool(following) and not is_timing(following)

    def _enclose(self) -> None:
        """Text inside brackets becomes INSIDE; separators outside become text. One pass, outermost pairs only."""
        pieces, done = list[bytes](), 0
        for opening in sorted(self.mates):
            closing = self.mates[opening]
            if opening < done or closing < opening:
                continue
            pieces += (
                bytes(self.kinds[done:opening]).translate(_OUTSIDE),
                _mark_pair(self.kinds[opening : closing + 1]),
            )
            done = closing + 1
        self.kinds = bytearray(b"".join((*pieces, bytes(self.kinds[done:]).translate(_OUTSIDE))))


def _mark_pair(kinds: bytearray) -> bytes:
    return bytes(kinds).translate(_WITHIN)


def _plausible(name: str, leads: bool) -> bool:
    """Whether *name* can be one: few words, few characters, a letter; in the middle of a line no small letter first."""
    wide = sum("\u2e80" <= c <= "\u9fff" for c in name)
    if not name or wide > 10 or len(name.split()) > 5 or len(name) > 40 or not any(c.isalpha() for c in name):
        return False
    return leads or not (name[0].isascii() and name[0].islower())


def _table(kind: int, becomes: int) -> bytes:
    return bytes(becomes if value == kind else value for value in range(256))


_WITHIN, _OUTSIDE = _table(TEXT, INSIDE), _table(SEPARATOR, TEXT)

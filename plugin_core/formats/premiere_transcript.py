"""
Premiere's transcript: JSON that its Text panel imports and that captions are made from, by Adobe's schema 1.0.0.

Of each cue a segment: its words with times, the marks of punctuation as "words" of their own, the end of a sentence,
the speaker. Times are seconds from the beginning of the clip's sound, so of media time: neither the timeline's start
nor its rate matters. A cue whose words are missing, or whose text was edited beyond them (a translation, always),
gets times of its own making: the cue is shared out evenly over the letters. ``notes`` says for how many.

What of it comes back: texts of one language, the times of cues and words, probabilities and speakers. A line break
becomes a space; ids, roles, marks and the other languages do not travel. Chinese has no spaces between words, and
Premiere puts none between the words of a Chinese transcript: what is read joins words by the script of their letters.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from plugin_core.document import Cue, Word
from plugin_core.errors import DocumentError
from plugin_core.formats.base import Parsed, RawCue, build
from plugin_core.formats.layout import one_line, timed_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plugin_core.host import TimelineInfo
    from plugin_core.timeline import Programme

UNKNOWN = "??-??"
LANGUAGES = (
    "en-us", "en-gb", "zh-hk", "cmn-hans", "cmn-hant", "es-es", "de-de", "fr-fr", "ja-jp", "pt-pt", "pt-br", "ko-kr",
    "it-it", "ru-ru", "hi-in", "nb-no", "sv-se", "nl-nl", "da-dk", "id-id", "th-th", "vi-vn", "ms-my", "tr-tr",
    "pl-pl", "fil-ph", "te-in", "ml-in", "pa-in", UNKNOWN,
)  # fmt: skip

_NAMED = {
    "zh": "cmn-hans", "zh-cn": "cmn-hans", "zh-hans": "cmn-hans", "zh-sg": "cmn-hans", "cmn": "cmn-hans",
    "zh-tw": "cmn-hant", "zh-hant": "cmn-hant", "zh-mo": "cmn-hant", "yue": "zh-hk", "en": "en-us", "pt": "pt-br",
    "no": "nb-no", "nn": "nb-no", "tl": "fil-ph",
}  # fmt: skip
_BACK = {"cmn-hans": "zh", "cmn-hant": "zh-Hant", "zh-hk": "yue", "pt-br": "pt-BR", "pt-pt": "pt-PT",
         "en-gb": "en-GB"}  # fmt: skip
_NOBODY = "Unknown"  # the schema wants a speaker with a name
_ENDS = ".!?。！？…"
_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_IDEOGRAPH = re.compile(f"[{_CJK}]")
_WIDE = re.compile(f"[{_CJK}\u3000-\u303f\uff00-\uffef]")  # no space stands beside these
_JOINED = (  # marks that are part of the letter before them, which Python counts among no letters
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c\u200d\u3099\u309a\ufe00-\ufe0f"
)
_CORE = rf"[^\W_{_CJK}]+(?:[^\s{_CJK}\u3000-\u303f\uff00-\uffef]*[^\W_{_CJK}])?[{_JOINED}]*"  # don't, 3.5, a-b, e.g
_MARK = r"(?:[^\w\s]|_)"
_OPENERS = r"""[(\[{<“‘«¿¡「『《〈【〔（［｛]"""
_WORD = rf"(?:[{_CJK}][{_JOINED}]*|{_CORE})"
_UNIT = re.compile(rf"(?<!\S){_MARK}*{_WORD}|{_OPENERS}*{_WORD}|{_MARK}")  # opening marks stay with their word
_LARGEST = 256 << 20
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def sniff(text: str) -> bool:
    """Whether the text is JSON with a transcript's names."""
    head = text.lstrip("\ufeff \t\r\n")[:1]
    return head == "{" and all(f'"{name}"' in text for name in ("segments", "speakers", "words", "eos"))


def language_code(language: str) -> str:
    """Premiere's code of one of ours: zh is cmn-hans, en is en-us; "??-??" for one it does not have."""
    tag = language.lower().replace("_", "-")
    if tag in LANGUAGES:
        return tag
    if tag in _NAMED:
        return _NAMED[tag]
    main = tag.split("-", 1)[0]
    first = next((code for code in LANGUAGES if code.split("-", 1)[0] == main), UNKNOWN)
    return _NAMED.get(main, first)


def speaker_id(name: str) -> str:
    """The id of a speaker: of the form of a UUID 4, but always the same for the same name."""
    return str(UUID(bytes=blake2b(name.encode("utf-8", "replace"), digest_size=16).digest(), version=4))


def write(programme: Programme, language: str = "") -> str:
    """
    The transcript of one *language* of the document ("" is the first), as JSON.

    DocumentError "document.no-language" if it does not have it, "document.no-cues" if nothing is said in it.
    """
    document = programme.document
    language = language or (document.languages[0] if document.languages else "")
    column = document.column(language)
    code = language_code(language)
    rows: list[str] = []
    names: dict[str, str] = {}
    for cue in document.cues:
        words = ", ".join(_words(cue, column))
        if words:
            name = one_line(cue.speaker) or _NOBODY
            key = names[name] = names.get(name) or speaker_id(name)
            times = f'"duration": {cue.duration / 1000!r}, "start": {cue.start / 1000!r}'
            rows.append(f'{{{times}, "language": "{code}", "speaker": "{key}", "words": [{words}]}}')
    if not rows:
        raise DocumentError(
            "document.no-cues",
            f"Nothing is said in {language!r}: Premiere takes no empty transcript.",
            "Choose another language.",
        )
    speakers = ", ".join(f'{{"id": "{key}", "name": {_quoted(name)}}}' for name, key in names.items())
    body = ",\n".join(rows)
    return f'{{"language": "{code}", "speakers": [{speakers}], "segments": [\n{body}\n]}}\n'


def notes(programme: Programme, language: str = "") -> tuple[str, ...]:
    """What ``write`` makes up or cannot say, as sentences."""
    document = programme.document
    column = document.column(language or (document.languages[0] if document.languages else ""))
    told = []
    texts = ((cue, one_line(cue.texts[column])) for cue in document.cues)
    shared = sum(bool(text) and not _timed(cue, text) for cue, text in texts)
    if shared:
        told.append(f"{shared} × cue without word times: its words share its time evenly.")
    if language_code(document.languages[column]) == UNKNOWN:
        told.append(f"Premiere has no language {document.languages[column]!r}: it is marked as unknown.")
    return tuple(told)


def _timed(cue: Cue, text: str) -> list[tuple[Word, str]]:
    """*text* cut where the recogniser's words begin; empty if they do not belong to it."""
    words = [word for word in cue.words if cue.start <= word.start < cue.end]
    return timed_parts(text, words) if words else []


class _Piece(NamedTuple):
    """A word or a mark: ms, what is said, how sure, and "word" or "punctuation"."""

    start: int
    end: int
    text: str
    sure: float
    kind: str


def _words(cue: Cue, column: int) -> Iterator[str]:
    """The words of a cue as JSON, times inside the cue and never backwards."""
    text = one_line(cue.texts[column])
    pieces = list(_pieces(text, _timed(cue, text) or [(Word(cue.start, cue.end, text), text)]))
    at, last = cue.start, len(pieces) - 1
    for number, (begin, until, said, sure, kind) in enumerate(pieces):
        at = start = min(max(at, begin), cue.end)
        end = min(max(start, until), cue.end)
        ends = said[-1] in _ENDS and (number == last or pieces[number + 1].text[0] not in _ENDS)
        yield (
            f'{{"confidence": {sure!r}, "duration": {(end - start) / 1000!r}, "eos": {"true" if ends else "false"}, '
            f'"start": {start / 1000!r}, "tags": [], "text": {_quoted(said)}, "type": "{kind}"}}'
        )


def _pieces(text: str, timed: Sequence[tuple[Word, str]]) -> Iterator[_Piece]:
    """
    The words and marks of a text that is *timed* in pieces.

    A mark after a word stands for itself; one before it (an opening quote) belongs to it, and one between spaces is a
    word: so a space stands before every word that is no ideograph, and before no mark.
    """
    letters = list(accumulate(map(str.isalnum, text), initial=0))  # before each place
    begins = [letters[at] for at in accumulate((len(piece) for _, piece in timed[:-1]), initial=0)]
    first = last = -1
    units: list[tuple[str, int]] = []  # what the timed pieces from *first* to *last* say, with the number of letters
    for unit in _UNIT.finditer(text):
        at, to = unit.span()
        before, after = letters[at], letters[to]
        own = max(0, bisect_right(begins, before) - 1) if after > before else last
        if units and own > last:
            yield from _share(units, timed[first][0], timed[last][0].end)
            units = []
        if not units:
            first = max(0, own)
        last = max(first, last, bisect_left(begins, after) - 1 if after > before else 0)
        alone = not at or text[at - 1] == " "
        units.append((unit[0], after - before if after > before or not alone else -1))
    if units:
        yield from _share(units, timed[first][0], timed[last][0].end)


def _share(units: list[tuple[str, int]], word: Word, end: int) -> Iterator[_Piece]:
    """*units* that share the time from the start of *word* to *end* by their letters (-1: a mark between spaces)."""
    total, done = sum(max(0, weight) for _, weight in units) or 1, 0
    sure = round(min(1.0, max(0.0, word.probability)), 4) if math.isfinite(word.probability) else 0.0
    begin, length = word.start, end - word.start
    for text, weight in units:
        done += max(0, weight)
        until = word.start + length * done // total
        yield _Piece(begin, until, text, sure, "word" if weight else "punctuation")
        begin = until


def read(content: str | bytes, info: TimelineInfo | None = None) -> Programme:
    """
    A cue for each segment, with its words; DocumentError if it is no transcript.

    Premiere's own transcripts hold whole minutes in one segment: re-flow makes subtitles of them.
    """
    from plugin_core.formats.marker_table import text_of
    from plugin_core.host import TimelineInfo as Info
    from plugin_core.timeline import programme_of

    table = _parse(text_of(content))
    names = {str(item.get("id")): str(item.get("name", "")) for item in _list(table, "speakers")}
    cues = []
    for segment in _list(table, "segments"):
        words = list(_read_words(segment))
        if words:
            name = names.get(str(segment.get("speaker")), "")
            cues.append(_cue(segment, words, "" if name == _NOBODY else name))
    code = str(table.get("language", UNKNOWN)).lower()
    language = "und" if code == UNKNOWN else _BACK.get(code, code.split("-", 1)[0])
    document, told = build(Parsed(cues, (language,)))
    programme = programme_of(document, info or Info.of(document))
    return replace(programme, notes=told)


def _parse(text: str) -> dict[str, Any]:
    if len(text) > _LARGEST:
        raise DocumentError("document.too-large", "The file is too large to be a transcript.")
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_transcript("it is not whole JSON") from error
    if not isinstance(table, dict) or not isinstance(table.get("segments"), list):
        raise _no_transcript("it has no segments")
    return table


def _list(table: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = table.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _read_words(segment: dict[str, Any]) -> Iterator[Word]:
    before = ""
    for item in _list(segment, "words"):
        text = one_line(str(item.get("text", "")))
        if not text:
            continue
        start, length = _ms(item.get("start", segment.get("start"))), _ms(item.get("duration", 0))
        sure = item.get("confidence", 1.0)
        sure = min(1.0, max(0.0, float(sure))) if isinstance(sure, int | float) and math.isfinite(sure) else 1.0
        mark = item.get("type") == "punctuation"
        yield Word(start, start + length, ("" if mark else _gap(before, text)) + text, sure)
        before = text


def _gap(before: str, text: str) -> str:
    """What stands between two words: a space, but nothing beside ideographs and full-width marks."""
    return "" if not before or _WIDE.match(before[-1]) or _WIDE.match(text[0]) else " "


def _cue(segment: dict[str, Any], words: list[Word], speaker: str) -> RawCue:
    start = _ms(segment.get("start", words[0].start / 1000))
    end = start + _ms(segment.get("duration", 0))
    if end <= start:
        end = max(word.end for word in words)
    text = "".join(word.text for word in words)
    return RawCue(start, end, (text,), "", speaker, words=tuple(words))


def _ms(seconds: Any) -> int:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise _no_transcript(f"{str(seconds)[:40]!r} is no time")
    return round(min(max(seconds, 0), 1e9) * 1000)


def _no_transcript(reason: str) -> DocumentError:
    return DocumentError(
        "document.broken", f"The file is no transcript of Premiere: {reason}.", "Export it again from the Text panel."
    )

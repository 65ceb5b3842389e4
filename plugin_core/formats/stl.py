"""
EBU-STL (EBU Tech 3264-E): the binary subtitle file of European broadcasters, one GSI block and a TTI block a subtitle.

Read with ttconv; no kept library writes it, so the writer is our own and is checked by reading back with ttconv.
Times are labels of the timeline, to the frame. Tech 3264 knows 25 and 30 frames: a timeline of 50 or 60 is written at
half its rate, one of 24 with the code STL24.01 (STL23.01 at 23.976) that others have added. Drop-frame labels are
written as they are; the file cannot say that they drop.

Texts are written in the first of the five code tables that holds them all: Latin (ISO 6937), Cyrillic, Arabic, Greek,
Hebrew (ISO 8859-5 to -8). No table holds Chinese: that is an error, unless replacements are given.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError
from plugin_core.formats.base import Parsed, RawCue, build
from plugin_core.formats.broadcast import Caption, Notes, Screen, captions_of, column_of, quiet
from plugin_core.formats.layout import one_line
from plugin_core.formats.scc import paragraphs
from plugin_core.host import TimelineInfo

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

MOST = 65_535  # subtitles; their number has two bytes

_TABLES = {"00": "", "01": "iso8859_5", "02": "iso8859_6", "03": "iso8859_7", "04": "iso8859_8"}
_NAMES = {"00": "Latin", "01": "Cyrillic", "02": "Arabic", "03": "Greek", "04": "Hebrew"}
_RATES = {b"STL23.01": Fraction(24_000, 1001), b"STL24.01": Fraction(24), b"STL25.01": Fraction(25),
          b"STL30.01": Fraction(30_000, 1001), b"STL50.01": Fraction(50)}  # fmt: skip
_LANGUAGES = {  # Tech 3264-E, appendix 3
    "sq": "01", "br": "02", "ca": "03", "hr": "04", "cy": "05", "cs": "06", "da": "07", "de": "08", "en": "09",
    "es": "0A", "eo": "0B", "et": "0C", "eu": "0D", "fo": "0E", "fr": "0F", "fy": "10", "ga": "11", "gd": "12",
    "gl": "13", "is": "14", "it": "15", "la": "17", "lv": "18", "lb": "19", "lt": "1A", "hu": "1B", "mt": "1C",
    "nl": "1D", "no": "1E", "nb": "1E", "nn": "1E", "oc": "1F", "pl": "20", "pt": "21", "ro": "22", "rm": "23",
    "sr": "24", "sk": "25", "sl": "26", "fi": "27", "sv": "28", "tr": "29", "wa": "2B", "uz": "47", "vi": "46",
    "uk": "49", "ur": "48", "th": "4A", "ru": "56", "fa": "5A", "mk": "63", "ko": "65", "ja": "69", "id": "6A",
    "hi": "6B", "he": "6C", "el": "70", "ka": "71", "zh": "75", "bg": "77", "be": "79", "bn": "78", "az": "7B",
    "hy": "7D", "ar": "7E",
}  # fmt: skip
_NEWLINE, _UNUSED = 0x8A, 0x8F
_TEXT = 112  # bytes of a block's text field
_HIGH = b"\x0d"  # teletext: double height
_BOX, _END_BOX = b"\x0b\x0b", b"\x0a\x0a"


def sniff(content: str | bytes) -> bool:
    """Whether the bytes begin with a GSI block: a code page and a disk format code."""
    data = content.encode("latin-1", "replace") if isinstance(content, str) else content
    return len(data) >= 1024 and data[3:6] == b"STL" and data[8:11] == b".01"


def write(
    programme: Programme,
    language: str = "",
    *,
    replacements: Mapping[str, str] | None = None,
    teletext: bool = False,
    title: str = "",
    made: dt.date | None = None,
) -> bytes:
    """
    The file of one *language* ("" is the first): open subtitles, or *teletext* of level 1 in double height.

    *replacements* are for characters the code tables do not hold; *title* is the programme's (the timeline's name),
    *made* the date in the file (today). DocumentError "document.characters" names the characters that are left.
    """
    return _made(programme, language, replacements, teletext, title, made)[0]


def notes(
    programme: Programme, language: str = "", *, replacements: Mapping[str, str] | None = None, teletext: bool = False
) -> tuple[str, ...]:
    """What ``write`` changes: replacements, wrapping, another rate; as sentences."""
    return _made(programme, language, replacements, teletext, "", None)[1]


@dataclass(frozen=True, slots=True)
class _Paper:
    """How the file counts and writes."""

    code: bytes  # of the disk format
    rate: FrameRate
    step: int  # frames of the timeline in one of the file
    table: str
    teletext: bool

    def label(self, info: TimelineInfo, frame: int) -> bytes:
        """The four bytes of a time code."""
        whole = info.start + frame
        text = self.rate.timecode((2 * whole + self.step) // (2 * self.step), ":")
        return bytes(int(part) for part in text.split(":"))


def _made(  # noqa: PLR0917 - private, and all of them are the file's
    programme: Programme,
    language: str,
    replacements: Mapping[str, str] | None,
    teletext: bool,
    title: str,
    made: dt.date | None,
) -> tuple[bytes, tuple[str, ...]]:
    info, document, told = programme.info, programme.document, Notes()
    code, rate, step, about = _format(info.rate)
    told.more += about
    name = document.languages[column_of(document, language)]
    table = _table_for("".join(cue.texts[document.column(name)] for cue in document.cues))
    screen = Screen("EBU-STL", 35 if teletext else 40, 4, lambda character: character in _codes(table))
    paper = _Paper(code, rate, step, table, teletext)
    captions = list(captions_of(programme, language, screen, replacements, told))
    if not captions:
        raise DocumentError("document.no-cues", f"Nothing is said in {name!r}.", "Choose another language.")
    if len(captions) > MOST:
        raise DocumentError("document.too-large", f"EBU-STL numbers at most {MOST} subtitles.", "Part the document.")
    blocks = [block for number, caption in enumerate(captions) for block in _blocks(number, caption, info, paper)]
    if table != "00":
        told.more.append(f"The texts are written in the table for {_NAMES[table]}.")
    head = _head(info, paper, captions, len(blocks), name, one_line(title or info.name), made)
    return head + b"".join(blocks), told.sentences()


def _format(rate: FrameRate) -> tuple[bytes, FrameRate, int, list[str]]:
    """The disk format code, the rate of the file's labels, how many of the timeline's frames one is, and notes."""
    step = 2 if rate.nominal in (48, 50, 60) else 1
    own = FrameRate(rate.fps / step, rate.drop)
    codes = {24: b"STL24.01", 25: b"STL25.01", 30: b"STL30.01"}
    if own.nominal not in codes or rate.fps.denominator not in (1, 1001):
        raise DocumentError(
            "document.rate", f"EBU-STL cannot count {rate} frames a second.", "Conform to 25 or 30 frames first."
        )
    told = []
    if step == 2:
        told.append(f"EBU-STL counts {own} frames a second: times of {rate} lie on every second of its frames.")
    if own.nominal == 24:
        told.append("EBU Tech 3264 knows 25 and 30 frames only; 24 is an addition that not every program reads.")
    code = b"STL23.01" if own.nominal == 24 and own.fps.denominator == 1001 else codes[own.nominal]
    return code, own, step, told


def _head(  # noqa: PLR0917
    info: TimelineInfo,
    paper: _Paper,
    captions: Sequence[Caption],
    blocks: int,
    language: str,
    title: str,
    made: dt.date | None,
) -> bytes:
    """The GSI block of 1024 bytes (Tech 3264-E, section 4)."""
    day = (made or dt.datetime.now(dt.UTC).date()).strftime("%y%m%d")
    first, start = (_digits(paper.label(info, frame)) for frame in (captions[0].first, 0))
    name = title.encode("cp850", "replace").decode("cp850")[:32]
    fields = (
        ("850", 3), (paper.code.decode(), 8), ("1" if paper.teletext else "0", 1), (paper.table, 2),
        (_LANGUAGES.get(language.lower().split("-", 1)[0], "00"), 2), (name, 32), ("", 32), (name, 32), ("", 32),
        ("", 32), ("", 32), ("", 16), (day, 6), (day, 6), ("00", 2), (f"{blocks % 100_000:05}", 5),
        (f"{len(captions):05}", 5), ("001", 3), ("40", 2), ("23", 2), ("1", 1), (start, 8), (first, 8), ("1", 1),
        ("1", 1), ("", 3), ("", 32), ("Zimu", 32), ("", 32), ("", 75), ("", 576),
    )  # fmt: skip
    return b"".join(text.encode("cp850", "replace").ljust(size)[:size] for text, size in fields)


def _digits(label: bytes) -> str:
    return "".join(f"{part:02}" for part in label)


def _blocks(number: int, caption: Caption, info: TimelineInfo, paper: _Paper) -> Iterator[bytes]:
    """The TTI block of a subtitle (section 5), with extension blocks where its text is long."""
    text = _text(caption.rows, paper)
    parts = [text[at : at + _TEXT] for at in range(0, len(text), _TEXT)]
    begin, end = paper.label(info, caption.first), paper.label(info, max(caption.end, caption.first + paper.step))
    height = 2 if paper.teletext else 1
    row = 23 - height * len(caption.rows) + 1 - (height - 1)
    for at, part in enumerate(parts):
        extension = 0xFF if at == len(parts) - 1 else at
        head = struct.pack("<BHBB", 0, number, extension, 0) + begin + end + bytes([row, 2, 0])
        yield head + part.ljust(_TEXT, bytes([_UNUSED]))


def _text(rows: Sequence[str], paper: _Paper) -> bytes:
    table = _codes(paper.table)
    plain = [b"".join(table[character] for character in row) for row in rows]
    if not paper.teletext:
        return bytes([_NEWLINE]).join(plain)
    return bytes([_NEWLINE, _NEWLINE]).join(_HIGH + _BOX + row + _END_BOX for row in plain)


def _table_for(text: str) -> str:
    """The first code table that holds all of *text*, else the Latin one."""
    wanted = set(text) - {"\n"}
    return next((table for table in _TABLES if wanted <= _codes(table).keys()), _most(wanted))


def _most(wanted: set[str]) -> str:
    """The table that holds most of the characters that are no ASCII."""
    return max(
        _TABLES, key=lambda table: (len({c for c in wanted if c > "\x7f"} & _codes(table).keys()), table == "00")
    )


@lru_cache(maxsize=8)
def _codes(table: str) -> dict[str, bytes]:
    """Character to bytes. ISO 6937 (accents come before their letters) as ttconv decodes it."""
    codes = {chr(code): bytes([code]) for code in range(0x20, 0x7F)}
    high = [bytes([code]) for code in range(0xA0, 0x100)]
    if _TABLES[table]:
        for code in high:
            if character := code.decode(_TABLES[table], "ignore"):
                codes.setdefault(character, code)
        return codes
    from ttconv.stl import iso6937

    doubles = [bytes([accent, letter]) for accent in range(0xC1, 0xD0) for letter in range(0x21, 0x7F)]
    decoded = [(iso6937.decode(code, "replace")[0], code) for code in (*high, *doubles) if not 0xC0 <= code[0] < 0xD0]
    decoded += [(iso6937.decode(code, "replace")[0], code) for code in doubles]
    for character, code in decoded:
        if "\ufffd" not in character and len(character) == 1:
            codes.setdefault(unicodedata.normalize("NFC", character), code)  # the ohm sign is an omega
    return codes


# -- reading --


def read(
    content: str | bytes, rate: FrameRate | None = None, *, start: str | None = None, language: str = ""
) -> Programme:
    """
    The cues of a file, on a timeline of *rate* that begins at *start*, else at what the file says of both.

    DocumentError if it is no EBU-STL or holds no subtitle. Colours and places are not kept.
    """
    from plugin_core.timeline import programme_of

    data = content.encode("latin-1", "replace") if isinstance(content, str) else content
    if not sniff(data):
        raise _no_stl("it does not begin with a GSI block")
    chosen = rate or FrameRate(_RATES.get(data[3:11], Fraction(25)))
    model = _model(data)
    timeline = TimelineInfo(chosen, start=_start(data, chosen) if start is None else chosen.frame_of(start))
    cues, bad = [], 0
    for begin, end, text in paragraphs(model):
        try:
            said = unicodedata.normalize("NFC", text)
            cues.append(RawCue(_ms(begin, timeline), _ms(end, timeline), (said,)))
        except DocumentError:
            bad += 1
    document, told = build(Parsed(cues), language or str(model.get_lang() or ""))
    told = (*told, f"{bad} × subtitle with a time code that {timeline.rate} does not have, left out.") if bad else told
    told = (*told, *((f"The time codes were read as {chosen}, as the file says.",) if rate is None else ()))
    programme = programme_of(document, TimelineInfo.of(document, rate=chosen, start=timeline.start_timecode))
    return replace(programme, notes=told)


def _start(data: bytes, rate: FrameRate) -> int:
    """The frame of the programme's start (TCP), 0 if there is none."""
    digits = data[256:264].decode("latin-1")
    if not digits.isdigit():
        return 0
    try:
        return rate.frame_of(":".join(digits[at : at + 2] for at in range(0, 8, 2)))
    except DocumentError:
        return 0


def _ms(seconds: Fraction, info: TimelineInfo) -> int:
    """ms of media time of what ttconv took for *seconds* at 50 frames: back to the label, on to the frame."""
    total, frames = divmod(round(seconds * 50), 50)
    label = f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}:{frames:02}"
    step = 2 if info.rate.nominal in (48, 50, 60) else 1
    own = FrameRate(info.rate.fps / step, info.rate.drop)
    return info.ms(own.frame_of(label) * step - info.start)


def _model(data: bytes) -> Any:
    """
    ttconv's document, read as if it were of 50 frames: so its times are the labels.

    ttconv takes every STL30.01 for drop-frame and gives two labels of a minute's beginning one time.
    """
    from ttconv.stl.reader import to_model

    quiet("ttconv")
    try:
        whole = data[: 1024 + (len(data) - 1024) // 128 * 128]
        return to_model(io.BytesIO(whole[:3] + b"STL50.01" + whole[11:]))
    except Exception as error:
        raise _no_stl(str(error).rstrip(".") or type(error).__name__) from error


def _no_stl(reason: str) -> DocumentError:
    return DocumentError(
        "document.broken", f"The file is no EBU-STL that can be read: {reason[:200]}.", "Export it again."
    )

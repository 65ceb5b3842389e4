"""
SCC (Scenarist), the file of CEA-608 captions: pop-on captions in channel CC1, two characters a frame.

Read with ttconv, whose tables of codes the writer uses too. The writer is our own, because no kept library's can be
relied on: ttconv 1.2.3 writes a space for every character it does not know, leaves out captions that follow each other
closely, puts codes between a control code and its repetition and needs seconds for some hundred captions; pycaption
2.3 writes no drop-frame time and drops the clearing of the screen. What is written is read back with both.

A caption is loaded before it is shown: its codes are sent in the frames before its first, and the code that shows it
(EOC) lies exactly on its first frame, the one that clears the screen (EDM) on its end. A caption that follows too
closely to be loaded in time comes late; ``notes`` says how many frames. Control and special codes are sent twice
(CEA-608-E, 8.2); extended characters follow a stand-in that they overwrite.

608 lives at 29.97 frames a second. A timeline of another rate keeps its real time, to the nearest frame: at 23.976
with labels that do not drop, at whole rates with drop-frame labels, which follow the clock. 708 captions, which could
hold Chinese, have no file that a kept library writes (MCC); this module writes none.
"""

from __future__ import annotations

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
from plugin_core.host import TimelineInfo

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

COLUMNS, ROWS = 32, 4
RATE = Fraction(30_000, 1001)
HEADER = "Scenarist_SCC V1.0"

_EXTRA = {"—": 0x122A, "^": 0x132C, "|": 0x132E, "'": 0x27, "*": 0x1228}  # where ttconv names a look-alike
_LOOK_ALIKES = {"\u2501": "—", "\u028c": "^"}
_BACK = str.maketrans(_LOOK_ALIKES)
_STAND_IN = {"‘": "'", "’": "'", "¡": "!", "*": "-", "—": "-", "©": "c", "℠": "s", "•": ".", "“": '"', "”": '"',
             "«": "<", "»": ">", "{": "(", "}": ")", "\\": "/", "^": "-", "_": "-", "|": "!", "~": "-", "ß": "s",
             "¥": "Y", "¤": "o", "Ø": "O", "ø": "o"}  # fmt: skip
_NULL = 0x8080


def sniff(text: str) -> bool:
    """Whether the text begins as SCC files do."""
    return text.lstrip("\ufeff \t\r\n").lower().startswith("scenarist_scc")


def write(programme: Programme, language: str = "", *, replacements: Mapping[str, str] | None = None) -> str:
    """
    The captions of one *language* ("" is the first); *replacements* are for characters 608 has no code for.

    DocumentError "document.characters" names the characters that are left; "document.no-cues" if nothing is said.
    """
    return _made(programme, language, replacements)[0]


def notes(
    programme: Programme, language: str = "", *, replacements: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """What ``write`` changes: replacements, wrapping, late captions, another rate; as sentences."""
    return _made(programme, language, replacements)[1]


def _made(programme: Programme, language: str, replacements: Mapping[str, str] | None) -> tuple[str, tuple[str, ...]]:
    info, told = programme.info, Notes()
    screen = Screen("CEA-608", COLUMNS, ROWS, lambda character: character in _codes())
    rate = _rate(info.rate)
    if info.rate.fps != RATE:
        told.more.append(f"608 captions live at 29.97: times of {info.rate} lie on the nearest of its frames ({rate}).")
    captions = [
        caption._replace(first=_at(info, caption.first), end=_at(info, caption.end))
        for caption in captions_of(programme, language, screen, replacements, told)
    ]
    if not captions:
        name = programme.document.languages[column_of(programme.document, language)]
        raise DocumentError("document.no-cues", f"Nothing is said in {name!r}.", "Choose another language.")
    lines = [f"{rate.timecode(run.first)}\t{run.text}" for run in _runs(captions, told)]
    return f"{HEADER}\n\n" + "\n\n".join(lines) + "\n\n", told.sentences()


def _rate(rate: FrameRate) -> FrameRate:
    whole = rate.fps.denominator == 1
    return FrameRate(RATE, drop=rate.drop or whole)


def _at(info: TimelineInfo, frame: int) -> int:
    """The frame of 29.97, counted from the label 00:00:00:00, nearest to a frame of the timeline."""
    exact = (info.start + frame) / info.rate.fps * RATE
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


# -- sending --


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of two bytes, one a frame, from *first* on."""

    first: int
    words: tuple[int, ...]

    @property
    def text(self) -> str:
        return " ".join(f"{word:04x}" for word in self.words)


def _runs(captions: Sequence[Caption], told: Notes) -> Iterator[_Run]:
    """Every word at its frame, as runs without gaps; captions that cannot be loaded in time come late, with a note."""
    free, late, worst = 0, 0, 0  # *free*: the first frame that is not sent in yet
    clear: int | None = None  # the frame at which the caption on the screen ends
    show, clearing = _twice(_control("EOC")), _twice(_control("EDM"))
    for caption in captions:
        load = _load(caption.rows)
        size = sum(map(len, load))
        wanted = caption.first
        first = max(wanted, free + size)
        erase = None if clear is None else max(clear, free)
        if erase is not None and erase + 2 <= first:
            first = max(first, free + size + 2)
        else:
            erase = None  # no time to clear: the next caption takes the place of this one
        placed = _placed(load, first, erase)
        if placed[0][0] < free:  # a gap before the clearing, which parts no unit
            first += free - placed[0][0]
            placed = _placed(load, first, erase)
        late += first > wanted
        worst = max(worst, first - wanted)
        if erase is not None:
            placed = sorted([*placed, (erase, clearing)])
        yield from _joined([*placed, (first, show)])
        free = first + len(show)
        clear = max(caption.end, first + 1)
    if clear is not None:
        yield _Run(max(clear, free), clearing)
    if late:
        told.more.append(f"{late} × caption too close to the one before to be sent in time, up to {worst} frames late.")


def _placed(load: Sequence[tuple[int, ...]], first: int, erase: int | None) -> list[tuple[int, tuple[int, ...]]]:
    """Where each unit of a load is sent so that it is done at *first*; none is parted by the clearing at *erase*."""
    placed = []
    at = first
    for unit in reversed(load):
        at -= len(unit)
        if erase is not None and at < erase + 2 and at + len(unit) > erase:
            at = erase - len(unit)
        placed.append((at, unit))
    return placed[::-1]


def _joined(placed: Sequence[tuple[int, tuple[int, ...]]]) -> Iterator[_Run]:
    """Units as runs; a gap of a frame or two inside is filled with null words."""
    first, words = placed[0][0], list(placed[0][1])
    for at, unit in placed[1:]:
        gap = at - first - len(words)
        if gap > 2:
            yield _Run(first, tuple(words))
            first, words = at, []
        else:
            words += [_NULL] * gap
        words += unit
    yield _Run(first, tuple(words))


def _load(rows: Sequence[str]) -> list[tuple[int, ...]]:
    """The units that load a caption, none of which may be parted: controls twice, then row by row, centred."""
    units: list[tuple[int, ...]] = [_twice(_control("RCL")), _twice(_control("ENM"))]
    for number, row in enumerate(rows, 16 - len(rows)):
        indent, rest = divmod((COLUMNS - len(row)) // 2, 4)
        units.append(_twice(_preamble(number, 4 * indent)))
        if rest:
            units.append(_twice(_control(f"TO{rest}")))
        units += _row(row)
    return units


def _row(row: str) -> list[tuple[int, ...]]:
    """The characters of a row in words: plain ones in pairs, special ones twice, extended ones after a stand-in."""
    table = _codes()
    units: list[tuple[int, ...]] = []
    half: int | None = None
    for character in row:
        code = table[character]
        plain = code if code < 0x100 else None
        if code >= 0x1200:
            plain = table[_stand_in(character)]
        if plain is not None:
            if half is None:
                half = plain
            else:
                units.append((_word(half << 8 | plain),))
                half = None
        if code >= 0x100:
            if half is not None:
                units.append((_word(half << 8),))
                half = None
            if units and units[-1] == _twice(code):  # FFmpeg takes any number of equal codes in a row for one
                units.append(_twice(_control("RCL")))
            units.append(_twice(code))
    return units if half is None else [*units, (_word(half << 8),)]


def _stand_in(character: str) -> str:
    """The plain character that a decoder without extended ones shows."""
    base = _STAND_IN.get(character) or unicodedata.normalize("NFD", character)[0]
    return base if _codes().get(base, 0x100) < 0x100 else "-"


def _twice(code: int) -> tuple[int, int]:
    return _word(code), _word(code)


def _word(code: int) -> int:
    """Two bytes with odd parity in their highest bits."""
    return _odd(code >> 8) << 8 | _odd(code & 0xFF)


def _odd(byte: int) -> int:
    return byte if byte.bit_count() % 2 else byte | 0x80


def _control(name: str) -> int:
    from ttconv.scc.codes.control_codes import SccControlCode

    return int(SccControlCode[name].get_ch1_value())


@lru_cache(maxsize=256)
def _preamble(row: int, indent: int) -> int:
    from ttconv.scc.codes.preambles_address_codes import SccPreambleAddressCode
    from ttconv.style_properties import NamedColors

    return int(SccPreambleAddressCode(1, row, NamedColors.white, indent, False, False).get_ch1_packet())


@lru_cache(maxsize=1)
def _codes() -> dict[str, int]:
    """Character to code: one byte for the plain set, 0x11.. for the special, 0x12.. and 0x13.. for the extended."""
    from ttconv.scc.codes.extended_characters import SccExtendedCharacter
    from ttconv.scc.codes.special_characters import SccSpecialCharacter
    from ttconv.scc.codes.standard_characters import SCC_STANDARD_CHARACTERS_MAPPING

    extended = {item.get_unicode_value(): item.get_ch1_value() for item in SccExtendedCharacter}
    extended = {character: code for character, code in extended.items() if character not in _LOOK_ALIKES}
    special = {item.get_unicode_value(): item.get_ch1_value() for item in SccSpecialCharacter}
    plain = {character: code for code, character in SCC_STANDARD_CHARACTERS_MAPPING.items()}
    return {**extended, **special, **_EXTRA, **plain}


# -- reading --


def read(
    content: str | bytes, rate: FrameRate | None = None, *, start: str | None = None, language: str = ""
) -> Programme:
    """
    The cues of channel CC1, on a timeline of *rate* that begins at *start*: 29.97 and the hour of the first caption.

    DocumentError if it is no SCC or holds no caption. Styles and places are not kept.
    """
    from plugin_core.formats.marker_table import text_of, timeline_from
    from plugin_core.timeline import programme_of

    text = text_of(content)
    if not sniff(text):
        raise _no_scc("it does not begin with Scenarist_SCC")
    drop = any(";" in line.split("\t", 1)[0] for line in text.splitlines())
    chosen = rate or FrameRate(RATE, drop=drop)
    timeline, told = timeline_from(chosen, start, (line.split("\t", 1)[0] for line in text.splitlines()))
    zero = timeline.start / timeline.rate.fps
    cues = [
        RawCue(_ms(begin - zero, timeline), _ms(end - zero, timeline), (body.translate(_BACK),))
        for begin, end, body in paragraphs(_model(text))
    ]
    document, mended = build(Parsed(cues), language)
    programme = programme_of(document, TimelineInfo.of(document, rate=chosen, start=timeline.start_timecode))
    return replace(programme, notes=(*told, *mended))


def _ms(seconds: Fraction, info: TimelineInfo) -> int:
    """ms of media time of the timeline's frame nearest to *seconds* after its first."""
    frames = seconds * info.rate.fps
    return info.ms((2 * frames.numerator + frames.denominator) // (2 * frames.denominator))


def _model(text: str) -> Any:
    from ttconv.scc.reader import to_model

    quiet("ttconv")
    try:
        return to_model(text)
    except DocumentError:
        raise
    except Exception as error:
        raise _no_scc(str(error).rstrip(".") or type(error).__name__) from error


def paragraphs(model: Any) -> Iterator[tuple[Fraction, Fraction, str]]:
    """(begin, end, text) in seconds of each paragraph of a ttconv document, in its order."""
    from ttconv import model as parts

    def text_in(element: Any) -> str:
        if isinstance(element, parts.Text):
            return str(element.get_text())
        return "\n" if isinstance(element, parts.Br) else "".join(text_in(child) for child in element)

    body = model.get_body()
    for element in body.dfs_iterator() if body is not None else ():
        if isinstance(element, parts.P):
            begin = element.get_begin() or Fraction(0)
            end = element.get_end()
            yield Fraction(begin), Fraction(end if end is not None else begin + 2), text_in(element)


def _no_scc(reason: str) -> DocumentError:
    return DocumentError("document.broken", f"The file is no SCC that can be read: {reason[:200]}.", "Export it again.")

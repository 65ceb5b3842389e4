r"""
Advanced SubStation Alpha (ASS) and SSA, through pysubs2.

Bilingual cues are ONE event: ``upper\N{\rZimu-en}lower``, a style per language (``Zimu-<language>``). Two events at
the same time would be stacked by the renderer's collision rules, where the first written stands lowest and a changed
line count moves the other; one event keeps the order everywhere and stays together when an editor retimes it.

ASS has no escape for a backslash, so a word joiner (drawn as nothing) is put after one that would begin a code;
braces are written ``\{ \}`` as libass reads them. Times are centiseconds: within 5 ms of the document's, and a cue
that has a length keeps at least 10 ms.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats.base import Parsed, RawCue
from plugin_core.formats.layout import WORD_JOINER, Layout, one_line, stacked, timed_parts

if TYPE_CHECKING:
    from pysubs2 import SSAFile, SSAStyle

FONTS = {"zh": "Noto Sans CJK SC", "ja": "Noto Sans CJK JP", "ko": "Noto Sans CJK KR"}
LATEST = 36_000_000 - 10  # 9:59:59.99, the last time the format can write

_STYLE = re.compile(r"Zimu-([A-Za-z0-9-]+)")
_CODE = re.compile(r"\\([Nnh{}])|\{([^}]{0,5000})\}")
_EVENT = re.compile(
    r"\s*(?:Dialogue|Comment)\s*:[^,]*,\s*-?\d+:\d{1,2}:\d{1,2}[.:,]\d+\s*,\s*-?\d+:\d{1,2}:\d{1,2}[.:,]\d+"
)


def sniff(text: str) -> bool:
    """Whether *text* begins with a section of a SubStation file (comments may stand before it)."""
    return re.match(r"(?:\s|;.*\n)*\[(?:script info|v4\+? styles|events)\]", text, re.IGNORECASE) is not None


def read(text: str) -> Parsed:
    """The dialogue of the file; the languages from our own style names; drawings and comments left out."""
    repairs: list[str] = []
    subs = _load(text, repairs)
    languages = tuple(match[1] for name in subs.styles if (match := _STYLE.fullmatch(name)))
    cues = []
    for event in subs.events:
        if event.type != "Dialogue":
            continue
        pieces, tags = _plain(event.text, event.style)
        tags = tags or _alignment(subs, event.style)
        texts: tuple[str, ...] = ("\n".join(filter(None, pieces.values())),)
        if languages and all(_STYLE.fullmatch(style) for style in pieces):
            texts = tuple(pieces.get(f"Zimu-{language}", "") for language in languages)
        elif languages:
            texts = (*texts, *("" for _ in languages[1:]))
        cues.append(RawCue(event.start, event.end, texts, speaker=event.name, tags=tags))
    return Parsed(cues, languages, repairs)


def write(document: Document, layout: Layout) -> str:
    """The ASS text, for a picture of the media's size (1920 x 1080 if unknown)."""
    from pysubs2 import SSAEvent, SSAFile

    _check_times(document)
    subs = SSAFile()
    width, height = document.media.width or 1920, document.media.height or 1080
    subs.info.update({"Title": "Zimu", "PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "0"})
    subs.info["ScaledBorderAndShadow"] = "yes"
    subs.styles.clear()
    shown = layout.shown(document)
    for language in (name for name in document.languages if name in shown):
        small = language != shown[0]
        timed = layout.highlight and language == document.languages[0]
        subs.styles[f"Zimu-{language}"] = style(language, min(width, height), small, timed)
    for cue, parts in stacked(document, layout):
        start, end = _centiseconds(cue)
        speaker = one_line(cue.speaker).replace(",", "，") if layout.speakers else ""
        event = SSAEvent(start, end, _text(cue, parts, document, layout), style=f"Zimu-{parts[0][0]}", name=speaker)
        subs.events.append(event)
    return subs.to_string("ass", header_notice="Made by Zimu")


def _load(text: str, repairs: list[str]) -> SSAFile:
    from pysubs2 import SSAFile

    kind = "ssa" if re.search(r"^\s*\[v4 styles\]", text, re.IGNORECASE | re.MULTILINE) else "ass"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lines = _ordered(re.split("\r\n|\r|\n", text), kind)
        try:
            return SSAFile.from_string("\n".join(lines), format_=kind)
        except Exception:  # noqa: S110 - pysubs2 raises whatever a damaged field makes it raise
            pass
        kept = [
            line for line in lines if _EVENT.match(line) or not re.match(r"\s*(?:Dialogue|Comment|Style)\s*:", line)
        ]
        repairs.append(f"{len(lines) - len(kept)} × damaged style or dialogue line, left out.")
        try:
            return SSAFile.from_string("\n".join(kept), format_=kind)
        except Exception as error:
            raise DocumentError("document.broken", f"The SubStation file cannot be read: {error}.") from error


def _ordered(lines: list[str], kind: str) -> list[str]:
    """The lines with the fields of events in the standard order, which is the only one pysubs2 knows."""
    standard = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
    if kind == "ssa":
        standard[0] = "marked"
    order, events = standard, False
    result: list[str] = []
    for line in lines:
        key, _, rest = line.partition(":")
        key = key.strip().lower()
        if line.lstrip().startswith("["):
            events = line.strip().lower() == "[events]"
        elif events and key == "format":
            order = [name.strip().lower() for name in rest.split(",")]
        if key in ("dialogue", "comment") and order != standard and order[-1:] == ["text"]:
            values = dict(zip(order, rest.strip().split(",", len(order) - 1), strict=False))
            result.append(f"{key.title()}: {','.join(values.get(name, '0').strip(' ') for name in standard)}")
        else:
            result.append(line)
    return result


def _plain(text: str, style: str) -> tuple[dict[str, str], tuple[str, ...]]:
    r"""The text under each style (``{\r<style>}`` changes it) without codes, and the ``\an`` place as a tag."""
    pieces: dict[str, str] = {}
    base, at, drawing = style, 0, False
    tags: tuple[str, ...] = ()

    def put(raw: str) -> None:
        if raw and not drawing:
            pieces[style] = pieces.get(style, "") + raw

    for code in _CODE.finditer(text):
        put(text[at : code.start()])
        at = code.end()
        if code[1]:
            put({"N": "\n", "n": "\n", "h": " "}.get(code[1], code[1]))
            continue
        reset = re.search(r"\\r([^\\}]*)", code[2])
        if reset:
            style = reset[1].strip() or base
        if shape := re.search(r"\\p(\d+)", code[2]):
            drawing = shape[1] != "0"
        if (place := re.search(r"\\an([1-9])", code[2])) and place[1] != "2":
            tags = (f"an{place[1]}",)
    put(text[at:])
    return pieces, tags


def _alignment(subs: SSAFile, style: str) -> tuple[str, ...]:
    place = int(subs.styles[style].alignment) if style in subs.styles else 2
    return (f"an{place}",) if place != 2 else ()


def style(language: str, side: int, small: bool, timed: bool = False) -> SSAStyle:
    """White with a black outline, the lower language *small*; *timed*: grey until spoken; *side* in pixels."""
    from pysubs2 import Color, SSAStyle

    font = FONTS.get(language.split("-", maxsplit=1)[0].lower(), "Arial")
    size = round(side * (0.055 if font in FONTS.values() else 0.048) * (0.84 if small else 1))
    grey = Color(170, 170, 170) if timed else Color(255, 255, 255)
    return SSAStyle(
        fontname=font,
        fontsize=size,
        primarycolor=Color(255, 255, 255),
        secondarycolor=grey,
        outlinecolor=Color(0, 0, 0),
        backcolor=Color(0, 0, 0, 128),
        outline=round(size / 18, 1),
        shadow=0,
        marginl=round(side * 0.04),
        marginr=round(side * 0.04),
        marginv=round(side * 0.045),
        encoding=1,
    )


def _text(cue: Cue, parts: tuple[tuple[str, str], ...], document: Document, layout: Layout) -> str:
    place = "".join(f"{{\\{tag}}}" for tag in cue.tags if re.fullmatch("an[1-9]", tag))
    result = ""
    for language, text in parts:
        spoken = layout.highlight and language == document.languages[0]
        result += f"\\N{{\\rZimu-{language}}}" if result else ""
        result += _karaoke(cue, text) if spoken else _escape(text)
    return place + result


def _karaoke(cue: Cue, text: str) -> str:
    r"""*text* with ``{\k<centiseconds>}`` before each word: a word lights up when it begins to be spoken."""
    start, end = _centiseconds(cue)
    pieces = timed_parts(text, cue.words)
    if not pieces:
        return _escape(text)
    result, at = "", start // 10
    nexts = [word.start for word, _ in pieces[1:]] + [end]
    first = min(max((pieces[0][0].start + 5) // 10, at), end // 10)
    if first > at:
        result, at = f"{{\\k{first - at}}}", first
    for (_, piece), until in zip(pieces, nexts, strict=True):
        stop = min(max((until + 5) // 10, at), end // 10)
        result += f"{{\\k{stop - at}}}{_escape(piece)}"
        at = stop
    return result


def _escape(text: str) -> str:
    text = re.sub(r"\\(?=[Nnh{}])|\\$", lambda _: f"\\{WORD_JOINER}", text, flags=re.MULTILINE)
    return text.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")


def _centiseconds(cue: Cue) -> tuple[int, int]:
    """Start and end in ms, rounded to 10 (half up)."""
    start, end = (cue.start + 5) // 10 * 10, (cue.end + 5) // 10 * 10
    return start, max(end, start + 10) if cue.end > cue.start else end


def _check_times(document: Document) -> None:
    if any(cue.end > LATEST - 10 for cue in document.cues):
        raise DocumentError(
            "document.too-long", "ASS cannot hold times beyond 9:59:59.99.", "Write SRT, WebVTT or TTML instead."
        )

"""
TTML, written as the IMSC 1 text profile (https://www.w3.org/TR/ttml-imsc1.0.1/), read in every dialect in use.

Our own and not pysubs2's, which reads no nested or sequential times, frames, ticks or languages. Written: a ``div``
with ``xml:lang`` and a region of its own per language (IMSC allows no overlapping regions), media time base. The
reading of times is in ``ttml_time``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NoReturn
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import safe_xml
from plugin_core.formats.base import RESCUED, Parsed, RawCue, clock
from plugin_core.formats.layout import Layout, one_line, stacked
from plugin_core.formats.ttml_time import Clock, Span, interval

PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1/text"
DEEPEST = 100  # levels of nesting; no real file has ten
XML = "{http://www.w3.org/XML/1998/namespace}"

_ID = re.compile(r"zimu\.(.*)\.([^.]*)")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


def sniff(text: str) -> bool:
    """Whether *text* begins with a ``tt`` element (after declaration, comments, doctype)."""
    return text.lstrip().startswith("<") and re.search(r"<(?:\w+:)?tt[\s>]", text[:5000]) is not None


def read(text: str) -> Parsed:
    """Every ``p`` (or timed ``span`` of an untimed ``p``) as a cue; ``div`` of several languages become columns."""
    root = safe_xml.parse(text, "TTML")
    found = _Walk(Clock(root), _agents(root))
    body = next((child for child in root if _local(child) == "body"), None)
    if body is not None:
        language = root.get(f"{XML}lang", "")
        found.container(body, Span(0, None), language, root.get(f"{XML}space") == "preserve", 0)
    repairs = [f"{found.untimed} × paragraph without times, left out."] if found.untimed else []
    repairs += [f"{found.endless} × cue without an end, ended where the next begins."] if found.endless else []
    _close(found.paragraphs)
    return _columns(found.paragraphs, repairs)


@dataclass(slots=True)
class Paragraph:
    """One timed text of one language, before columns are put together."""

    start: int
    end: int | None
    language: str
    text: str
    id: str = ""
    speaker: str = ""


@dataclass(slots=True)
class _Walk:
    clock: Clock
    agents: dict[str, str]
    paragraphs: list[Paragraph] = field(default_factory=list)
    untimed: int = 0
    endless: int = 0

    def container(self, element: ET.Element, span: Span, language: str, keep: bool, depth: int) -> Span:
        """Collect the paragraphs below body or div; *span* is the parent's; the result is the element's own."""
        if depth > DEEPEST:
            raise DocumentError("document.broken", "The TTML file nests its elements too deeply.")
        own = interval(element, span, self.clock)
        bound = own.end if element.get("end") or element.get("dur") else None
        last, open_ended = own.start, False
        for child in element:
            kind = _local(child)
            if kind not in ("div", "p"):
                continue
            inner = own if element.get("timeContainer") != "seq" else Span(last, own.end)
            lang = child.get(f"{XML}lang", language)
            space = child.get(f"{XML}space")
            kept = keep if space is None else space == "preserve"
            if kind == "div":
                done = self.container(child, inner, lang, kept, depth + 1)
            else:
                done = self.paragraph(child, inner, lang, kept)
            open_ended |= done.end is None
            last = max(last, done.end or 0)
        return Span(own.start, bound if bound is not None else own.end if open_ended else last)

    def paragraph(self, element: ET.Element, parent: Span, language: str, keep: bool) -> Span:
        own = interval(element, parent, self.clock)
        speaker = " / ".join(self.agents.get(name, "") for name in element.get(f"{_ttm(element)}agent", "").split())
        timed = any(element.get(name) is not None for name in ("begin", "end", "dur"))
        spans = [child for child in element if _local(child) == "span" and (child.get("begin") or child.get("dur"))]
        ident = element.get(f"{XML}id", "")
        in_turn = element.get("timeContainer") == "seq"
        if spans and (in_turn or not timed):
            return self._spans(spans, own, in_turn, language, keep)
        text = tidy("".join(_text(element, keep)), keep)
        if in_turn or _outside(own, parent):  # untimed text in a sequence lasts 0 s; what begins late is never shown
            return own if element.get("dur") or element.get("end") else Span(own.start, own.start)
        if own.end is None and not element.get("begin"):
            self.untimed += bool(text.strip())
            return own
        self.endless += own.end is None
        self.paragraphs.append(Paragraph(own.start, own.end, language, text, ident, speaker))
        return own

    def _spans(self, spans: list[ET.Element], own: Span, in_turn: bool, language: str, keep: bool) -> Span:
        last = own.start
        for child in spans:
            span = interval(child, Span(last if in_turn else own.start, own.end), self.clock)
            text = tidy("".join(_text(child, keep)), keep)
            if _outside(span, own):
                continue
            if span.end is None:
                self.untimed += bool(text)
                continue
            same = self.paragraphs[-1] if self.paragraphs else None
            if same and (same.start, same.end, same.language) == (span.start, span.end, language):
                same.text += f"\n{text}"
            else:
                self.paragraphs.append(Paragraph(span.start, span.end, language, text))
            last = span.end
        return Span(own.start, max(last, own.start))


def _outside(own: Span, parent: Span) -> bool:
    return parent.end is not None and own.start >= parent.end


def tidy(text: str, keep: bool) -> str:
    """*text* with white space collapsed as ``xml:space="default"`` has it, unless *keep*; ``\\v`` marks a ``br``."""
    if not keep:
        text = re.sub(r"[ \t\r\n]+", " ", text)
    return text.replace("\v", "\n")


def _text(element: ET.Element, keep: bool) -> Iterator[str]:
    """The text of *element* and its spans; metadata, animation and ruby annotations are not text."""
    yield element.text or ""
    for child in element:
        kind = _local(child)
        ruby = next((value for name, value in child.attrib.items() if name.endswith("}ruby")), "")
        if kind == "br":
            yield "\v"
        elif kind == "span" and ruby not in ("text", "textContainer", "delimiter"):
            yield from _text(child, keep)
        yield child.tail or ""


def _close(paragraphs: list[Paragraph]) -> None:
    """End what has no end where the next begins, or after two seconds."""
    starts = sorted({paragraph.start for paragraph in paragraphs})
    after = dict(pairwise(starts))
    for paragraph in paragraphs:
        if paragraph.end is None:
            paragraph.end = after.get(paragraph.start, paragraph.start + RESCUED)


def _columns(paragraphs: list[Paragraph], repairs: list[str]) -> Parsed:
    """Cues with a column per language: paragraphs of equal times (and of one id, if ours) stand side by side."""
    languages = tuple(dict.fromkeys(paragraph.language for paragraph in paragraphs if paragraph.text.strip()))
    if not languages:
        return Parsed([], (), repairs)
    if len(languages) == 1:
        cues = [RawCue(p.start, p.end or 0, (p.text,), _own_id(p), p.speaker) for p in paragraphs]
        return Parsed(cues, languages if languages[0] else (), repairs)
    rows: dict[tuple[int, int, str, int], RawCue] = {}
    counts: dict[tuple[int, int, str, str], int] = {}
    for paragraph in paragraphs:
        if not paragraph.text.strip():
            continue
        key = (paragraph.start, paragraph.end or 0, _own_id(paragraph) if _ID.fullmatch(paragraph.id) else "")
        number = counts[(*key, paragraph.language)] = counts.get((*key, paragraph.language), -1) + 1
        row = rows.setdefault((*key, number), RawCue(*key[:2], ("",) * len(languages), key[2], paragraph.speaker))
        at = languages.index(paragraph.language)
        row.texts = (*row.texts[:at], paragraph.text, *row.texts[at + 1 :])
    named = tuple(language or "und" for language in languages)
    if len(set(named)) < len(named):
        _refuse_languages()
    return Parsed(list(rows.values()), named, repairs)


def _refuse_languages() -> NoReturn:
    raise DocumentError("document.broken", "The TTML file names no language for one part and 'und' for another.")


def _own_id(paragraph: Paragraph) -> str:
    ours = _ID.fullmatch(paragraph.id)
    return ours[1] if ours else paragraph.id


def write(document: Document, layout: Layout) -> str:
    """The TTML text: per language shown a ``div``, a style and a region, the first language uppermost."""
    shown = layout.shown(document)
    rows = list(stacked(document, layout))
    names = dict.fromkeys(one_line(cue.speaker) for cue, _ in rows if one_line(cue.speaker) and layout.speakers)
    agents = {name: f"agent{number}" for number, name in enumerate(names, 1)}
    lines = [*_head(shown, agents), "  <body>"]
    for language in (name for name in document.languages if name in shown):
        lines.append(f'    <div xml:lang={quoteattr(language)} region="{_region(shown, language)}">')
        for cue, parts in rows:
            text = dict(parts).get(language)
            if text:
                lines.append(_paragraph(cue, language, text, agents.get(one_line(cue.speaker), "")))
        lines.append("    </div>")
    return "\n".join([*lines, "  </body>", "</tt>", ""])


def _head(shown: tuple[str, ...], agents: dict[str, str]) -> list[str]:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
            ' xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
            f' ttp:profile="{PROFILE}" ttp:timeBase="media" ttp:cellResolution="32 15"'
            f' xml:lang={quoteattr(shown[0] if shown else "")} xml:space="preserve">'
        ),
        "  <head>",
    ]
    if agents:
        lines += ["    <metadata>"]
        for name, ident in agents.items():
            agent = f'      <ttm:agent xml:id="{ident}" type="person"><ttm:name type="full">{escape(name)}</ttm:name>'
            lines.append(f"{agent}</ttm:agent>")
        lines += ["    </metadata>"]
    lines += [
        "    <styling>",
        (
            '      <style xml:id="text" tts:fontFamily="proportionalSansSerif" tts:color="#ffffff"'
            ' tts:textAlign="center" tts:lineHeight="125%" tts:textOutline="#000000 5%"/>'
        ),
        "    </styling>",
        "    <layout>",
    ]
    height = 32 // max(len(shown), 1)  # the regions share the lowest third of the picture and do not overlap
    for place, language in enumerate(shown):
        size = 80 if place == 0 else 65
        origin = f"10% {96 - height * (len(shown) - place)}%"
        lines.append(
            f'      <region xml:id="{_region(shown, language)}" style="text" tts:origin="{origin}"'
            f' tts:extent="80% {height}%" tts:displayAlign="after"'
            f' tts:fontSize="{size}%"/>'
        )
    return [*lines, "    </layout>", "  </head>"]


def _region(shown: tuple[str, ...], language: str) -> str:
    return f"line{shown.index(language) + 1}"


def _paragraph(cue: Cue, language: str, text: str, agent: str) -> str:
    own = f"zimu.{cue.id}.{language}"
    ident = f" xml:id={quoteattr(own)}" if _NAME.fullmatch(cue.id) and _NAME.fullmatch(language) else ""
    spoken = f' ttm:agent="{agent}"' if agent else ""
    body = escape(text).replace("\n", "<br/>")
    return f'      <p{ident} begin="{clock(cue.start)}" end="{clock(cue.end)}"{spoken}>{body}</p>'


def _agents(root: ET.Element) -> dict[str, str]:
    """Speakers by ``xml:id``, from ``ttm:agent`` anywhere in the file."""
    found = {}
    for element in root.iter():
        if isinstance(element.tag, str) and _local(element) == "agent":
            name = next((child.text for child in element if _local(child) == "name" and child.text), "")
            found[element.get(f"{XML}id", "")] = name.strip()
    return found


def _ttm(element: ET.Element) -> str:
    """The metadata namespace the element's ``agent`` attribute is in, as ElementTree writes it."""
    name = next((name for name in element.attrib if name.endswith("}agent")), "}agent")
    return name[: name.index("}") + 1] if name.startswith("{") else ""


def _local(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""

"""
xmeml 5, the XML of Final Cut Pro 7: what Premiere and Resolve exchange timelines with.

Our own writer, because the OTIO adapter crashes on generators, writes no drop-frame and no ``<format>`` (without which
Resolve refuses the file) and loses the notes and colours of markers. Reading: ``xmeml_read``. The shape is that of
Apple's "Final Cut Pro 7 XML Interchange Format"; what Premiere writes itself decides where that is silent.

The subtitles are text generators on a video track for each language. Their ids, speakers and roles lie in the log note;
how they look is approximated. Retimed clips count ``in`` and ``out`` in frames of the retimed clip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import SettingsError
from plugin_core.formats.layout import clean, one_line
from plugin_core.formats.xmeml_media import media_xml
from plugin_core.formats.xmeml_read import read
from plugin_core.formats.xmeml_values import DIALECTS, PPRO, rate_xml, text, timecode_xml
from plugin_core.host import TimelineInfo
from plugin_core.markers import markers_of, note_of

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

__all__ = ["DIALECTS", "read", "sniff", "write"]

SHOWN = 60  # characters of a text that name its item in the bin
SIZE = 42  # points, on a picture of any size
LOWEST = 0.40  # of the height, from the middle: where the last language stands
LINE = 0.08  # of the height, from one language to the next


def sniff(content: str) -> bool:
    """Whether *content* begins with an ``xmeml`` element (after declaration, comments, doctype)."""
    begin = content[:5000].lstrip("\ufeff \t\r\n")
    return begin.startswith("<") and re.search(r"<xmeml[\s>]", begin) is not None


def write(
    programme: Programme, *, dialect: str = "premiere", subtitles: bool = True, markers: bool = True, ids: bool = True
) -> str:
    """
    *programme* as one sequence, in one of ``DIALECTS``.

    SettingsError for a rate that is neither whole nor 1000/1001 of a whole one, or another dialect.
    """
    if dialect not in DIALECTS:
        raise SettingsError("settings.xmeml", f"{dialect!r} is not a dialect of XML.", f"Use: {', '.join(DIALECTS)}.")
    document, info = programme.document, programme.info
    shown = list(_text_tracks(document, info, ids)) if subtitles else []
    exploded = ' explodedTracks="true"' if dialect == "premiere" else ""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE xmeml>", '<xmeml version="5">',
        f'<sequence id="sequence-1"{exploded}>', f"<name>{text(one_line(info.name) or 'Zimu')}</name>",
        f"<duration>{_duration(programme)}</duration>", rate_xml(info.rate), timecode_xml(info.rate, info.start),
        f"<in>{_point(info.mark_in)}</in><out>{_point(info.mark_out)}</out>",
        *media_xml(programme, dialect, shown),
        *(_markers(document, info, ids) if markers else ()),
        f"<logginginfo><description>{text(_told(document, info))}</description></logginginfo>",
        "</sequence>", "</xmeml>", "",
    ]  # fmt: skip
    return "\n".join(parts)


def _point(frame: int | None) -> int:
    return -1 if frame is None else frame


def _duration(programme: Programme) -> int:
    """The length of the timeline: of its tracks, or as far as subtitles reach where there is no media."""
    info = programme.info
    last = max((info.frame(cue.end) for cue in programme.document.cues), default=0)
    return max(info.duration, last, 1)


def _told(document: Document, info: TimelineInfo) -> str:
    """What a sequence has no place for: the languages in their order, and where the media begins."""
    return f"[zimu {','.join(document.languages)} {info.offset:+d} ms]"


def _text_tracks(document: Document, info: TimelineInfo, ids: bool) -> Iterator[str]:
    """The tracks of every language, the first one lowest in the picture's stack and highest in the picture."""
    for column, language in enumerate(document.languages):
        place = LOWEST - LINE * (len(document.languages) - 1 - column)
        for number, lane in enumerate(_lanes(document.cues, column, info), 1):
            name = f"Subtitles {number} ({language})" if number > 1 else f"Subtitles ({language})"
            items = (_text_item(cue, column, place, span, info, ids=ids) for cue, span in lane)
            yield "\n".join([f"<track MZ.TrackName={quoteattr(name)}><name>{text(name)}</name>", *items, "</track>"])


def _lanes(cues: Iterable[Cue], column: int, info: TimelineInfo) -> list[list[tuple[Cue, tuple[int, int]]]]:
    """The cues with a text in *column*, on as few tracks as hold them without overlap."""
    lanes: list[list[tuple[Cue, tuple[int, int]]]] = []
    for cue in cues:
        first, frames = info.span(cue.start, cue.end)
        start, end = max(0, first), first + frames
        if not clean(cue.texts[column]) or end <= 0:
            continue
        lane = next((lane for lane in lanes if lane[-1][1][1] <= start), None)
        if lane is None:
            lanes.append(lane := [])
        lane.append((cue, (start, end)))
    return lanes


def _text_item(cue: Cue, column: int, place: float, span: tuple[int, int], info: TimelineInfo, *, ids: bool) -> str:
    """A cue as a text generator: the parameters are those of Final Cut Pro's own "Text"."""
    start, end = span
    words = clean(cue.texts[column])
    return (
        f"<generatoritem><name>{text(one_line(words)[:SHOWN])}</name><enabled>TRUE</enabled>"
        f"<duration>{end - start}</duration>{rate_xml(info.rate)}<start>{start}</start><end>{end}</end>"
        f"<in>0</in><out>{end - start}</out><anamorphic>FALSE</anamorphic><alphatype>black</alphatype>"
        "<effect><name>Text</name><effectid>Text</effectid><effectcategory>Text</effectcategory>"
        "<effecttype>generator</effecttype><mediatype>video</mediatype>"
        f"<parameter><parameterid>str</parameterid><name>Text</name><value>{text(words)}</value></parameter>"
        f"<parameter><parameterid>fontsize</parameterid><name>Size</name><value>{SIZE}</value></parameter>"
        "<parameter><parameterid>fontalign</parameterid><name>Alignment</name><value>2</value></parameter>"
        "<parameter><parameterid>origin</parameterid><name>Origin</name>"
        f"<value><horiz>0</horiz><vert>{place:.2f}</vert></value></parameter></effect>"
        f"<logginginfo><lognote>{text(_lognote(cue, ids))}</lognote></logginginfo></generatoritem>"
    )


def _lognote(cue: Cue, ids: bool) -> str:
    """Speaker, role and tags in the words of a marker's note, and the id."""
    said = (("speaker", cue.speaker), ("role", cue.role), *(("tag", tag) for tag in cue.tags))
    pairs = tuple((name, one_line(value)) for name, value in said if one_line(value))
    return note_of(Mark(cue.id, "caption", 0, 0, "", pairs), with_id=ids)


def _markers(document: Document, info: TimelineInfo, ids: bool) -> Iterator[str]:
    """Sequence markers. A marker of one frame has no out; green is the colour of one without a number."""
    from plugin_core.colours import to_host

    for marker in markers_of(document, info, ids=ids):
        out = -1 if marker.frames == 1 else marker.frame + marker.frames
        colour = to_host(marker.colour, "premiere")
        number = "" if colour == "Green" else f"<pproColor>{PPRO[colour]}</pproColor>"
        yield (
            f"<marker><comment>{text(marker.note)}</comment><name>{text(clean(marker.name))}</name>"
            f"<in>{marker.frame}</in><out>{out}</out>{number}</marker>"
        )

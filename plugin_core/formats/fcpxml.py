"""
Final Cut Pro XML 1.9 to 1.13, valid against Apple's DTDs; read from 1.0 on, whatever Final Cut Pro or Resolve wrote.

Times are exact multiples of the frame duration. Cues are captions or titles, one role per language; marks are markers
whose note holds what a marker has no place for. What a DTD has no place for stands in the sequence's metadata under
``zimu``: the languages, the offset of the media, the in and out points.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from itertools import count
from typing import TYPE_CHECKING

from plugin_core.document import MARK_KINDS
from plugin_core.errors import SettingsError
from plugin_core.formats import fcpxml_captions as captioning
from plugin_core.formats.fcpxml_names import CAPTION_ROLES, VERSIONS, tags_of
from plugin_core.formats.fcpxml_read import read
from plugin_core.formats.fcpxml_resources import DEFAULT_SIZE, Resources, assets_of, attribute
from plugin_core.formats.fcpxml_spine import Spine, Weaver, sequence_xml

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

__all__ = ["VERSIONS", "read", "sniff", "write"]

DEFAULT_VERSION = "1.10"  # the newest that DaVinci Resolve writes; Final Cut Pro reads it from 10.6 on


def sniff(text: str) -> bool:
    """Whether *text* begins with an ``fcpxml`` element (after declaration, comments, doctype)."""
    return text.lstrip("\ufeff \t\r\n").startswith("<") and re.search(r"<fcpxml[\s>]", text[:5000]) is not None


def write(
    programme: Programme,
    *,
    version: str = DEFAULT_VERSION,
    captions: str = "caption",
    formats: Sequence[str] = ("ITT",),
    chapters: Collection[str] = (),
    one_per_frame: bool = False,
) -> str:
    """
    An FCPXML file with one library, event and project.

    *captions*: "caption" (Final Cut Pro's own), "title" (text in the picture, and what most other programs import) or
    "both". *formats*: the caption formats, "ITT" (every script), "SRT" or both. Marks of the kinds in *chapters*
    become chapter markers. *one_per_frame* moves markers that would lie on each other on by a frame.
    """
    _check(version, captions, formats, chapters)
    document, info = programme.document, programme.info
    resources = Resources(
        version,
        assets_of(programme.media, document.media),
        info.rate,
        (
            info.width or document.media.width or DEFAULT_SIZE[0],
            info.height or document.media.height or DEFAULT_SIZE[1],
        ),
    )
    resources.format(info.rate, resources.size)
    weaver = Weaver(resources)
    spine = weaver.spine(programme.media.tracks, info.start)
    ends = [cue.end for cue in document.cues] + [mark.end for mark in document.marks]
    spine.reach(max(1, info.duration, info.frame(max(ends, default=0))))
    _add_texts(spine, programme, resources, captions=captions, formats=formats, lane=weaver.lanes + 1)
    captioning.add_markers(spine, document, info, chapters, one_per_frame)
    sequence = sequence_xml(resources, spine, info.rate, info.start, _metadata(programme))
    name = attribute(info.name or "Zimu")
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<!DOCTYPE fcpxml>",
            f'<fcpxml version="{version}">',
            "<resources>",
            *resources.lines,
            "</resources>",
            f'<library>\n<event name="{name}">\n<project name="{name}">',
            sequence,
            "</project>\n</event>\n</library>\n</fcpxml>\n",
        )
    )


def _add_texts(
    spine: Spine, programme: Programme, resources: Resources, *, captions: str, formats: Sequence[str], lane: int
) -> None:
    """Connect the cues from *lane* up, titles below captions; titles of the first language stand highest."""
    document, info = programme.document, programme.info
    tags = tags_of(document.languages)
    number = count(1)
    for column, tag in enumerate(tags if captions != "caption" else ()):
        texts, lane = captioning.shown(document, info, column, lane)
        captioning.add_titles(spine, resources, texts, number, tag=tag, above=len(tags) - 1 - column)
    for column, tag in enumerate(tags if captions != "title" else ()):
        texts, free = captioning.shown(document, info, column, lane)
        captioning.add_captions(spine, texts, captioning.caption_roles(formats, tag, free - lane), number)
        lane += (free - lane) * len(formats)


def _metadata(programme: Programme) -> str:
    info = programme.info
    told = {"languages": json.dumps(programme.document.languages, ensure_ascii=False)}
    if info.offset:
        told["offset"] = str(info.offset)
    if info.mark_in is not None:
        told["in"] = str(info.mark_in)
    if info.mark_out is not None:
        told["out"] = str(info.mark_out)
    inner = "".join(f'<md key="zimu.{key}" value="{attribute(value)}"/>' for key, value in told.items())
    return f"\n<metadata>{inner}</metadata>"


def _check(version: str, captions: str, formats: Sequence[str], chapters: Collection[str]) -> None:
    for value, known, what in (
        (version, VERSIONS, "version of FCPXML"),
        (captions, ("caption", "title", "both"), "way to write subtitles"),
        *((name, tuple(CAPTION_ROLES), "caption format") for name in formats),
        *((kind, MARK_KINDS, "kind of mark") for kind in chapters),
    ):
        if value not in known:
            raise SettingsError("settings.fcpxml", f"{value!r} is no {what}.", f"Use: {', '.join(known)}.")

"""
A document's cues and marks as elements of FCPXML, and the note that brings their ids, speakers and kinds back.

A caption is `<caption>` with a role that names its format and language; a title is `<title>` of the Basic Title
template with the role "Subtitles.<language>". Two that overlap in one language lie on different lanes, as connected
items of one lane must not overlap. The note of either is that of a mark of kind "caption", with the cue's speaker.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from plugin_core.document import Cue, Document, Mark
from plugin_core.formats.fcpxml_names import TITLE, TITLE_ROLE, caption_role
from plugin_core.formats.fcpxml_resources import Resources, attribute
from plugin_core.formats.fcpxml_spine import HOUR, Spine
from plugin_core.formats.fcpxml_time import frames_time
from plugin_core.formats.layout import clean, one_line
from plugin_core.host import TimelineInfo
from plugin_core.markers import markers_of, note_of, parse_note

_CAPTION_STYLE = (
    'font=".AppleSystemUIFont" fontSize="13" fontFace="Regular" fontColor="1 1 1 1" backgroundColor="0 0 0 1"'
)
_TITLE_STYLE = (
    'font="Helvetica" fontSize="{size}" fontFace="Regular" fontColor="1 1 1 1" alignment="center"'
    ' strokeColor="0 0 0 1" strokeWidth="-2"'
)
_LOWEST, _BETWEEN, _TEXT_SIZE = 40, 8, 48  # percent of the height below the middle; percent; points at 1080 lines


@dataclass(frozen=True, slots=True)
class Shown:
    """One text on the timeline: its first frame, length, text, the number of its style, its lane and its note."""

    frame: int
    frames: int
    text: str
    lane: int
    note: str


def shown(document: Document, info: TimelineInfo, column: int, lane: int) -> tuple[list[Shown], int]:
    """The texts of one language from *lane* up, by time, and the next free lane."""
    found: list[Shown] = []
    rows: list[tuple[int, int]] = []  # (end, row) of every row in use
    free: list[int] = []
    used = 0
    for cue in document.cues:
        text = clean(cue.texts[column])
        frame, frames = info.span(cue.start, cue.end)
        if not text or frame + frames <= 0:
            continue
        frame, frames = max(0, frame), frames + min(0, frame)
        while rows and rows[0][0] <= frame:
            heapq.heappush(free, heapq.heappop(rows)[1])
        row = heapq.heappop(free) if free else used
        used = max(used, row + 1)
        heapq.heappush(rows, (frame + frames, row))
        found.append(Shown(frame, frames, text, lane + row, note_of_cue(cue)))
    return found, lane + used


def note_of_cue(cue: Cue) -> str:
    """What a caption's note says: who speaks, the role, the tags and our id."""
    pairs = [("speaker", cue.speaker), ("role", cue.role), *(("tag", tag) for tag in cue.tags)]
    return note_of(Mark(cue.id, "caption", 0, 0, "", tuple((name, value) for name, value in pairs if value)))


def read_note(note: str) -> tuple[str, str, str, tuple[str, ...]]:
    """(id, speaker, role, tags) of a caption's note; an id of "" if it is not ours."""
    ident, kind, attributes, _ = parse_note(note)
    if not ident or kind != "caption":
        return ident, "", "", ()
    told = dict(attributes)
    tags = tuple(value for name, value in attributes if name == "tag")
    return ident, told.get("speaker", ""), told.get("role", ""), tags


def add_captions(spine: Spine, texts: Sequence[Shown], roles: Sequence[tuple[str, int]], number: Iterator[int]) -> None:
    """Connect *texts* as captions, once per (role, lanes above the texts' own) of *roles*."""
    rate = spine.rate
    hour = frames_time(rate.frame_at(HOUR), rate)
    for role, above in roles:
        for text in texts:
            story, offset = spine.at(text.frame)
            style = f"ts{next(number)}"
            story.anchors.append(
                f'<caption lane="{text.lane + above}" offset="{offset}" name="{attribute(one_line(text.text))}"'
                f' start="{hour}" duration="{frames_time(text.frames, rate)}" role="{attribute(role)}">'
                f'<text placement="bottom"><text-style ref="{style}">{_content(text.text)}</text-style></text>'
                f'<text-style-def id="{style}"><text-style {_CAPTION_STYLE}/></text-style-def>'
                f"<note>{_content(text.note)}</note></caption>"
            )


def add_titles(
    spine: Spine, resources: Resources, texts: Sequence[Shown], number: Iterator[int], *, tag: str, above: int
) -> None:
    """Connect *texts* as titles, *above* languages of titles below them in the picture."""
    rate = spine.rate
    hour = frames_time(rate.frame_at(HOUR), rate)
    effect = resources.effect(*TITLE)
    look = _TITLE_STYLE.format(size=max(1, round(_TEXT_SIZE * resources.size[1] / 1080)))
    for text in texts:
        story, offset = spine.at(text.frame)
        style = f"ts{next(number)}"
        story.anchors.append(
            f'<title ref="{effect}" lane="{text.lane}" offset="{offset}" name="{attribute(one_line(text.text))}"'
            f' start="{hour}" duration="{frames_time(text.frames, rate)}" role="{attribute(f"{TITLE_ROLE}.{tag}")}">'
            f'<text><text-style ref="{style}">{_content(text.text)}</text-style></text>'
            f'<text-style-def id="{style}"><text-style {look}/></text-style-def>'
            f"<note>{_content(text.note)}</note>"
            f'<adjust-transform position="0 {_BETWEEN * above - _LOWEST}"/></title>'
        )


def add_markers(
    spine: Spine, document: Document, info: TimelineInfo, chapters: Collection[str], one_per_frame: bool
) -> None:
    """Put the document's marks on the items of *spine*; those of the kinds in *chapters* as chapter markers."""
    kinds = {mark.id: mark for mark in document.marks}
    for marker in markers_of(document, info, one_per_frame=one_per_frame):
        mark = kinds[marker.key]
        told = dict(mark.attributes)
        spine.reach(marker.frame + 1)
        story, start = spine.at(marker.frame)
        chapter = mark.kind in chapters or told.get("marker") == "chapter"
        done = {"open": ' completed="0"', "done": ' completed="1"'}.get(told.get("todo", ""), "")
        story.markers.append(
            f'<{"chapter-marker" if chapter else "marker"} start="{start}"'
            f' duration="{frames_time(marker.frames, spine.rate)}" value="{attribute(marker.name)}"'
            f'{"" if chapter else done} note="{attribute(marker.note)}"/>'
        )


def caption_roles(formats: Sequence[str], tag: str, lanes: int) -> list[tuple[str, int]]:
    """The role of a language in each caption format, and how many lanes above the first its captions lie."""
    return [(caption_role(name, tag), lanes * number) for number, name in enumerate(formats)]


def _content(text: str) -> str:
    return attribute(text).replace("&#10;", "\n").replace("&quot;", '"')

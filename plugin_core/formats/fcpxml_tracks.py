"""What was found on a timeline of Final Cut Pro, as OTIO tracks: a pair of tracks per lane, gaps between the clips."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from plugin_core.clock import FrameRate
from plugin_core.formats.fcpxml_resources import OFFLINE
from plugin_core.formats.fcpxml_source import Source
from plugin_core.formats.fcpxml_story import Cut, Nested, Placed, Story
from plugin_core.timeline import rational

if TYPE_CHECKING:
    from opentimelineio import opentime, schema


def tracks_of(story: Story) -> list[schema.Track]:
    """
    The tracks that show *story*: picture from the lowest lane up, then sound.

    Sound of the primary storyline comes first, then that of the lanes below, then above; what lies on lane -1 shares
    the first track where it does not overlap. Items that overlap in a lane go to tracks of their own.
    """
    found: list[schema.Track] = []
    for kind in ("Video", "Audio"):
        lanes: dict[int, list[Placed]] = defaultdict(list)
        for placed in story.placed:
            if placed.kind == kind:
                lanes[placed.lane].append(placed)
        if kind == "Audio" and _apart(lanes.get(0, []), lanes.get(-1, [])):
            lanes[0] += lanes.pop(-1)
        order = sorted(lanes) if kind == "Video" else sorted(lanes, key=lambda lane: (lane > 0, abs(lane)))
        for lane in order:
            cuts = [cut for cut in story.cuts if cut.lane == lane] if kind == "Video" else []
            for number, row in enumerate(_rows(lanes[lane])):
                found.append(_track(row, cuts if number == 0 else [], kind, story))
    for kind in ("Video", "Audio"):
        for number, track in enumerate((track for track in found if track.kind == kind), 1):
            track.name = f"{kind} {number}"
    return found


def _apart(one: Sequence[Placed], two: Sequence[Placed]) -> bool:
    return bool(one and two) and len(_rows([*one, *two])) == 1


def _rows(placed: Sequence[Placed]) -> list[list[Placed]]:
    """*placed* by time, on as few rows as keep them from overlapping."""
    rows: list[list[Placed]] = []
    for item in sorted(placed, key=lambda item: (item.piece.start, item.piece.end)):
        row = next((row for row in rows[:64] if row[-1].piece.end <= item.piece.start), None)
        if row is None:
            rows.append([item])
        else:
            row.append(item)
    return rows


def _track(row: Sequence[Placed], cuts: Sequence[Cut], kind: str, story: Story) -> schema.Track:
    from opentimelineio import schema

    rate = story.rate
    track = schema.Track(kind=kind)
    children: list[Any] = []
    cursor = 0
    edges = {0: 0}  # frame of each boundary between children, and the number of the child after it
    for placed in row:
        start, end = max(0, _frame(placed.piece.start, rate)), _frame(placed.piece.end, rate)
        start = max(start, cursor)
        if end <= start:
            story.told["clip shorter than a frame or before the timeline, left out"] += 1
            continue
        if start > cursor:
            children.append(schema.Gap(duration=rational(start - cursor, rate)))
            edges[start] = len(children)
        children.append(_item(placed, start, end, rate))
        edges[end] = len(children)
        cursor = end
    for child in _with_transitions(children, edges, cuts, rate, story):
        track.append(child)
    return track


def _with_transitions(
    children: list[Any], edges: dict[int, int], cuts: Sequence[Cut], rate: FrameRate, story: Story
) -> list[Any]:
    """*children* with each transition at the cut it lies over."""
    from opentimelineio import schema

    placed: dict[int, Any] = {}
    ordered = sorted(edges)
    for cut in cuts:
        start, end = _frame(cut.start, rate), _frame(cut.end, rate)
        middle = ordered[bisect_left(ordered, start) : bisect_right(ordered, end)]
        if not middle:
            story.told["transition that lies over no cut, left out"] += 1
            continue
        edge = min(middle, key=lambda edge: abs(2 * edge - start - end))
        placed[edges[edge]] = schema.Transition(
            cut.name, schema.TransitionTypes.SMPTE_Dissolve, rational(edge - start, rate), rational(end - edge, rate)
        )
    result: list[Any] = []
    for number in range(len(children) + 1):
        result += [placed[number]] if number in placed else []
        result += children[number : number + 1]
    return result


def _item(placed: Placed, start: int, end: int, rate: FrameRate) -> Any:
    """The clip or stack of frames *start* to *end*, in its source's own time."""
    from opentimelineio import opentime, schema

    piece = placed.piece
    late = start / rate.fps - piece.start  # a start off the frame grid, or before the timeline, moves into the source
    length = Fraction(end - start) / rate.fps
    begin = piece.media + (late + (length if piece.speed < 0 else 0)) * piece.speed  # in reverse the first is seen last
    effects = []
    if piece.speed == 0:
        effects.append(schema.FreezeFrame())
    elif piece.speed != 1:
        effects.append(schema.LinearTimeWarp(time_scalar=float(piece.speed)))
    if isinstance(placed.source, Nested):
        inner = placed.source
        span = opentime.TimeRange(_time(begin, inner.rate, rate), _time(length, inner.rate, rate))
        stack = schema.Stack(name=placed.name, source_range=span, children=tracks_of(inner.story), effects=effects)
        stack.enabled = placed.enabled
        return stack
    source = placed.source
    own = source.rate or rate
    clip = schema.Clip(
        name=placed.name or source.name,
        media_reference=_reference(source, own, rate),
        source_range=opentime.TimeRange(_time(begin, own, rate), _time(length, own, rate)),
        effects=effects,
    )
    clip.enabled = placed.enabled
    return clip


def _reference(source: Source, own: FrameRate, rate: FrameRate) -> schema.MediaReference:
    from opentimelineio import opentime, schema

    if source.uid:
        return schema.GeneratorReference(
            name=source.name, generator_kind=source.name, metadata={"fcpxml": {"uid": source.uid}}
        )
    span = None
    if source.duration:
        span = opentime.TimeRange(_time(source.start, own, rate), _time(source.duration, own, rate))
    if not source.address or urlsplit(source.address).netloc == OFFLINE:
        name = unquote(urlsplit(source.address).path[1:]) if source.address else source.name
        return schema.MissingReference(name=name, available_range=span)
    return schema.ExternalReference(target_url=source.address, available_range=span)


def _frame(time: Fraction, rate: FrameRate) -> int:
    return int((time * rate.fps * 2 + 1) // 2)


def _time(time: Fraction, own: FrameRate, rate: FrameRate) -> opentime.RationalTime:
    """*time* at the source's rate if it is whole frames there, else at the timeline's if there, else as it is."""
    from opentimelineio import opentime

    for chosen in (own, rate):
        frames = time * chosen.fps
        if frames.denominator == 1:
            return rational(frames.numerator, chosen)
    return opentime.RationalTime(float(time * own.fps), float(own.fps))

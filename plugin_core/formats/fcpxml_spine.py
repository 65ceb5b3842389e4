"""
The media tracks of a programme as Final Cut Pro's magnetic timeline, for the writer.

The first video track becomes the spine (the first audio track where there is no picture); everything else is connected
to the item of the spine that lies under its first frame, in that item's local time: upper video tracks on lanes 1 and
up, sound on lanes -1 and down. Sound that is cut exactly like the picture of the same file travels inside the picture's
clip, as Final Cut Pro has it. Nested stacks become compound clips.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plugin_core.clock import FrameRate
from plugin_core.formats.fcpxml_names import CONFORM_RATES, DISSOLVE, PLACEHOLDER, conform_name
from plugin_core.formats.fcpxml_resources import Asset, Resources, attribute, clip_span, key_of, seconds
from plugin_core.formats.fcpxml_time import format_time, frames_time

if TYPE_CHECKING:
    from opentimelineio import schema

HOUR = 3_600_000  # ms; generators, titles, captions and gaps begin at one hour of their own time in Final Cut Pro


@dataclass(slots=True)
class Story:
    """
    An item of a spine: *start* and *frames* of the timeline, *local* the seconds its own time shows at its start.

    *head* is what the DTD wants before the connected items, *anchors* these, *markers* what it wants after them.
    """

    tag: str
    start: int
    frames: int
    local: Fraction
    attributes: str
    head: str = ""
    anchors: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)

    def xml(self, where: str) -> str:
        """The element; *where* holds its lane and offset."""
        inner = [part for part in (self.head, *self.anchors, *self.markers) if part]
        opening = f"<{self.tag} {where} {self.attributes}"
        return "\n".join((f"{opening}>", *inner, f"</{self.tag}>")) if inner else f"{opening}/>"


@dataclass(slots=True)
class _Piece:
    """
    A child of an OTIO track and the frames of the timeline it takes; of a transition, those of both its sides.

    *joined*: a picture whose sound travels with it, or the sound that does.
    """

    child: Any
    start: int
    end: int
    joined: bool = False


@dataclass(slots=True)
class Spine:
    """A spine in the making: its *parts* in order are stories and, between them, transitions (ready text)."""

    rate: FrameRate
    parts: list[Story | str] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.stories[-1].start + self.stories[-1].frames if self.stories else 0

    def add(self, story: Story) -> None:
        self.parts.append(story)
        self.stories.append(story)
        self.starts.append(story.start)

    def reach(self, end: int) -> None:
        """Fill up to frame *end* with a gap, so that everything before it has an item to be connected to."""
        if self.end < end:
            self.add(gap(self.rate, self.end, end - self.end))

    def at(self, frame: int) -> tuple[Story, str]:
        """The item under *frame* (the last one after the end) and the frame's time in it."""
        story = self.stories[max(0, bisect_right(self.starts, frame) - 1)]
        local = story.local * self.rate.fps + (frame - story.start)
        if local.denominator == 1:
            return story, frames_time(local.numerator, self.rate)
        return story, format_time(local / self.rate.fps)

    def xml(self, first: int = 0, where: str = "") -> str:
        """The ``spine`` element; its items' offsets count from frame *first*."""
        lines = [f"<spine{where}>"]
        for part in self.parts:
            if isinstance(part, Story):
                lines.append(part.xml(f'offset="{frames_time(first + part.start, self.rate)}"'))
            else:
                lines.append(part)
        return "\n".join((*lines, "</spine>"))


def gap(rate: FrameRate, start: int, frames: int, name: str = "Gap") -> Story:
    """Nothing, for *frames*."""
    hour = rate.frame_at(HOUR)
    attributes = f'name="{attribute(name)}" start="{frames_time(hour, rate)}" duration="{frames_time(frames, rate)}"'
    return Story("gap", start, frames, hour / rate.fps, attributes)


@dataclass(slots=True)
class Weaver:
    """Makes spines of OTIO stacks. *lanes* is the highest lane that media took."""

    resources: Resources
    lanes: int = 0

    def spine(self, stack: schema.Stack, first: int = 0) -> Spine:
        """The spine that shows the tracks of *stack*; the offsets in its transitions count from frame *first*."""
        tracks = [track for track in stack if _is_track(track) and len(track)]
        video = [self._pieces(track) for track in tracks if track.kind == "Video"]
        audio = [self._pieces(track) for track in tracks if track.kind == "Audio"]
        _join(video, audio)
        main, upper, lower = (video[0], video[1:], audio) if video else (audio[0] if audio else [], [], audio[1:])
        result = Spine(self.resources.rate)
        self._fill(result, main, first)
        for lane, pieces in enumerate(upper, 1):
            self._connect(result, pieces, lane)
        for lane, pieces in enumerate(lower, 1):
            self._connect(result, [piece for piece in pieces if not piece.joined], -lane)
        self.lanes = max(self.lanes, len(upper))
        return result

    def _pieces(self, track: schema.Track) -> list[_Piece]:
        """The children of *track* on whole frames, without what takes none. End points are rounded, never lengths."""
        from opentimelineio import algorithms, exceptions, schema

        if track.source_range is not None:
            track = (
                algorithms.track_trimmed_to_range(track, track.source_range) or track
            )  # some files' is beside it all
        cursor = Fraction(0)
        pieces: list[_Piece] = []
        for child in track:
            if isinstance(child, schema.Transition):
                sides = seconds(child.in_offset), seconds(child.out_offset)
                pieces.append(_Piece(child, self._frame(cursor - sides[0]), self._frame(cursor + sides[1])))
                continue
            try:
                length = seconds(child.duration())
            except exceptions.OTIOError:  # neither a source range nor a known length
                continue
            pieces.append(_Piece(child, self._frame(cursor), self._frame(cursor + length)))
            cursor += length
        return [piece for piece in pieces if piece.end > piece.start]

    def _frame(self, time: Fraction) -> int:
        return int((time * self.resources.rate.fps * 2 + 1) // 2)

    def _fill(self, spine: Spine, pieces: list[_Piece], first: int) -> None:
        """Append *pieces*, which lie one after the other, to *spine*."""
        from opentimelineio import schema

        for piece in pieces:
            if isinstance(piece.child, schema.Transition):
                spine.parts.append(self._transition(piece, first))
            else:
                spine.reach(piece.start)
                spine.add(self._story(piece))

    def _connect(self, spine: Spine, pieces: list[_Piece], lane: int) -> None:
        """Connect *pieces* to *spine*: each by itself, those that dissolve into each other as one storyline."""
        from opentimelineio import schema

        run: list[_Piece] = []
        for piece in (*pieces, None):
            apart = piece is None or isinstance(piece.child, schema.Gap)
            if piece is not None and not apart:
                run.append(piece)
                continue
            if any(isinstance(part.child, schema.Transition) for part in run):
                self._storyline(spine, run, lane)
            else:
                for part in run:
                    spine.reach(part.start + 1)
                    story, offset = spine.at(part.start)
                    story.anchors.append(self._story(part).xml(f'lane="{lane}" offset="{offset}"'))
            run = []

    def _storyline(self, spine: Spine, run: list[_Piece], lane: int) -> None:
        from opentimelineio import schema

        solid = [part for part in run if not isinstance(part.child, schema.Transition)]
        if not solid:
            return
        base = solid[0].start
        inner = Spine(spine.rate)
        self._fill(inner, [replace(part, start=part.start - base, end=part.end - base) for part in run], 0)
        spine.reach(base + 1)
        story, offset = spine.at(base)
        story.anchors.append(inner.xml(0, f' lane="{lane}" offset="{offset}"'))

    def _transition(self, piece: _Piece, first: int) -> str:
        effect = self.resources.effect(*DISSOLVE)
        rate = self.resources.rate
        return (
            f'<transition name="{attribute(piece.child.name or DISSOLVE[0])}"'
            f' offset="{frames_time(first + max(0, piece.start), rate)}"'
            f' duration="{frames_time(piece.end - max(0, piece.start), rate)}">'
            f'<filter-video ref="{effect}" name="{DISSOLVE[0]}"/></transition>'
        )

    def _story(self, piece: _Piece) -> Story:
        from opentimelineio import schema

        child, rate = piece.child, self.resources.rate
        frames = piece.end - piece.start
        if isinstance(child, schema.Gap):
            return gap(rate, piece.start, frames)
        if isinstance(child, schema.Clip):
            if isinstance(child.media_reference, schema.GeneratorReference):
                return self._generator(piece)
            return self._clip(piece)
        return self._compound(piece)

    def _generator(self, piece: _Piece) -> Story:
        """A generator we know the template of; Final Cut Pro's placeholder for any other."""
        clip = piece.child
        uid = clip.media_reference.metadata.get("fcpxml", {}).get("uid", "")
        effect = self.resources.effect(*((clip.media_reference.generator_kind, uid) if uid else PLACEHOLDER))
        story = gap(self.resources.rate, piece.start, piece.end - piece.start, clip.name)
        story.tag, story.attributes = "video", f'ref="{effect}" {story.attributes}{_enabled(clip)}'
        return story

    def _clip(self, piece: _Piece) -> Story:
        clip, rate = piece.child, self.resources.rate
        asset = self.resources.asset(key_of(clip)[0])
        local, time_map = _timing(clip, _source(clip), (asset.start, asset.end))
        length = frames_time(piece.end - piece.start, rate)
        attributes = f'ref="{asset.id}" name="{attribute(clip.name)}" start="{format_time(local)}" duration="{length}"'
        if _kind(clip) == "Audio":
            attributes += ' srcEnable="audio"' if asset.video else ""
        elif asset.audio and not piece.joined:
            attributes += ' srcEnable="video"'
        if asset.video and asset.format != self.resources.format(rate, self.resources.size):
            attributes += f' format="{asset.format}"'
        dropped = asset.rate is not None and (asset.rate.drop or (rate.drop and asset.rate.fps == rate.fps))
        attributes += f' tcFormat="{"DF" if dropped else "NDF"}"'
        story = Story("asset-clip", piece.start, piece.end - piece.start, local, attributes + _enabled(clip))
        story.head = self._conform(asset) + time_map
        story.markers.extend(_markers(clip))
        return story

    def _conform(self, asset: Asset) -> str:
        """A file of another rate plays in real time, as in OTIO; else Final Cut Pro may play it frame by frame."""
        if not asset.rate or not asset.video or asset.rate.fps == self.resources.rate.fps:
            return ""
        name = conform_name(asset.rate.fps)
        known = name in CONFORM_RATES[self.resources.version]
        return f'<conform-rate scaleEnabled="0" srcFrameRate="{name}"/>' if known else ""

    def _compound(self, piece: _Piece) -> Story:
        """A nested stack or track: a compound clip, its own spine in the resources."""
        from opentimelineio import schema

        child, rate = piece.child, self.resources.rate
        tracks: Any = [child] if isinstance(child, schema.Track) else child
        inner = Weaver(self.resources).spine(tracks)
        inner.reach(1)
        sequence = sequence_xml(self.resources, inner, rate, 0, "")
        ident = self.resources.media(child.name or "Compound Clip", sequence)
        trimmed = child.source_range if tracks is child else None
        begin = seconds(trimmed.start_time) if trimmed else Fraction(0)
        start, head = _timing(child, begin, (Fraction(0), Fraction(inner.end) / rate.fps))
        length = frames_time(piece.end - piece.start, rate)
        attributes = f'ref="{ident}" name="{attribute(child.name)}" start="{format_time(start)}" duration="{length}"'
        attributes += ' srcEnable="audio"' if _kind(child) == "Audio" else ""
        return Story("ref-clip", piece.start, piece.end - piece.start, start, attributes + _enabled(child), head)


def sequence_xml(resources: Resources, spine: Spine, rate: FrameRate, first: int, metadata: str) -> str:
    """A ``sequence`` element that begins at frame *first* of the timecode."""
    return (
        f'<sequence format="{resources.format(rate, resources.size)}" duration="{frames_time(spine.end, rate)}"'
        f' tcStart="{frames_time(first, rate)}" tcFormat="{"DF" if rate.drop else "NDF"}"'
        f' audioLayout="stereo" audioRate="48k">\n{spine.xml(first)}{metadata}\n</sequence>'
    )


def _is_track(child: Any) -> bool:
    from opentimelineio import schema

    return isinstance(child, schema.Track)


def _kind(child: Any) -> str:
    parent = child.parent()
    return parent.kind if parent is not None and _is_track(parent) else "Video"


def _join(video: list[list[_Piece]], audio: list[list[_Piece]]) -> None:
    """Mark every picture, and the sound that is the same cut of the same file, as joined: one element carries both."""
    free: dict[Any, list[_Piece]] = defaultdict(list)
    for piece in (piece for pieces in audio for piece in pieces):
        if key := _cut(piece):
            free[key].append(piece)
    for piece in (piece for pieces in video for piece in pieces):
        key = _cut(piece)
        if key and free.get(key):
            piece.joined = free[key].pop(0).joined = True


def _cut(piece: _Piece) -> Any:
    """Equal for two clips that show the same part of a file at the same place; None for what is no clip of a file."""
    from opentimelineio import schema

    clip = piece.child
    if not isinstance(clip, schema.Clip) or isinstance(clip.media_reference, schema.GeneratorReference):
        return None
    return key_of(clip)[0], piece.start, piece.end, _source(clip), _speed(clip), clip.enabled


def _source(clip: schema.Clip) -> Fraction:
    """The first second of the file's own time that the clip uses: what it shows first, or in reverse last."""
    return seconds(clip.source_range.start_time) if clip.source_range else clip_span(clip)[0]


def _timing(item: Any, source: Fraction, whole: tuple[Fraction, Fraction]) -> tuple[Fraction, str]:
    """
    The local time of *item* at its first frame, and the timeMap that says how its file is played.

    Local time is the file's own, or what its timeMap makes of it: as in Final Cut Pro's exports, value / speed.
    *source* is the first second used and *whole* the file's first and last; in reverse the last one used is seen first.
    """
    speed, length = _speed(item), seconds(item.duration())
    if speed == 1:
        return source, ""
    if speed == 0:
        return Fraction(0), _time_map((Fraction(0), source), (length, source))
    first, last = (edge / abs(speed) for edge in whole)
    if speed > 0:
        return source / speed, _time_map((first, whole[0]), (last, whole[1]))
    seen = source - length * speed
    return first + (whole[1] - seen) / -speed, _time_map((first, whole[1]), (last, whole[0]))


def _speed(clip: schema.Item) -> Fraction:
    """How many seconds of the file a second of the timeline shows: 1, 2 at double speed, negative in reverse."""
    from opentimelineio import schema

    speed = Fraction(1)
    for effect in clip.effects:
        if isinstance(effect, schema.LinearTimeWarp):
            speed *= Fraction(effect.time_scalar).limit_denominator(1_000_000)
    return speed


def _time_map(*points: tuple[Fraction, Fraction]) -> str:
    inner = "".join(
        f'<timept time="{format_time(time)}" value="{format_time(value)}" interp="linear"/>' for time, value in points
    )
    return f"<timeMap>{inner}</timeMap>"


def _enabled(item: Any) -> str:
    return "" if item.enabled else ' enabled="0"'


def _markers(clip: schema.Clip) -> list[str]:
    """The clip's own markers, at their place in its file; nothing where the speed is changed."""
    if _speed(clip) != 1:
        return []
    made = []
    for marker in clip.markers:
        start, length = seconds(marker.marked_range.start_time), seconds(marker.marked_range.duration)
        lasting = f' duration="{format_time(length)}"' if length > 0 else ""
        note = f' note="{attribute(marker.comment)}"' if getattr(marker, "comment", "") else ""
        made.append(f'<marker start="{format_time(start)}"{lasting} value="{attribute(marker.name)}"{note}/>')
    return made

"""
What a host's timeline is and what can be done to it: the values that every bridge and every exchange file shares.

Frames here are whole frames of the timeline's rate, counted from its first frame; ``TimelineInfo`` alone knows the
start timecode and where media time 0 lies. ``plan`` says what to do to a timeline; a bridge does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Cue, Document, Mark
from plugin_core.errors import DocumentError, HostError, SettingsError

if TYPE_CHECKING:
    from plugin_core.plan.pushed import Pushed

DEFAULT_RATE = FrameRate(Fraction(25))


@dataclass(frozen=True, slots=True)
class TimelineInfo:
    """
    A timeline. *start* is the frame number of its start timecode (86400 for 01:00:00:00 at 24), *duration* its length
    in frames (0: not known), *offset* the ms from its first frame to media time 0 (negative if the head is cut off).
    *mark_in* is the first frame inside the in/out range and *mark_out* the first after it, relative to the start.
    """

    rate: FrameRate = DEFAULT_RATE
    name: str = ""
    start: int = 0
    duration: int = 0
    offset: int = 0
    mark_in: int | None = None
    mark_out: int | None = None
    width: int = 0
    height: int = 0

    @staticmethod
    def of(
        document: Document, *, rate: FrameRate | None = None, start: str | None = None, name: str = ""
    ) -> TimelineInfo:
        """
        The timeline that holds the document's media from its first frame: its rate (25 if unknown) and its timecode.

        *start* is a timecode; None takes the media's own where the rate has such a label, else 0.
        """
        media = document.media
        chosen = rate or media.frame_rate or DEFAULT_RATE
        first = _start_frame(chosen, start, media.start_timecode)
        ends = (*(cue.end for cue in document.cues), *(mark.end for mark in document.marks))
        last = max((media.duration, *ends))
        title = name or media.path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0] or "Zimu"
        length = max(1, chosen.frame_at(last))
        return TimelineInfo(chosen, title, first, length, width=media.width, height=media.height)

    def frame(self, ms: int) -> int:
        """The frame, counted from the timeline's start, that begins nearest to *ms* of media time."""
        return self.rate.frame_at(ms + self.offset)

    def ms(self, frame: int) -> int:
        """The ms of media time at which *frame* (from the timeline's start) begins."""
        return self.rate.ms_at(frame) - self.offset

    def span(self, start: int, end: int) -> tuple[int, int]:
        """First frame and length of a span of media time in ms. Both end points are converted; at least one frame."""
        first = self.frame(start)
        return first, max(1, self.frame(end) - first)

    def spans(self, items: Sequence[Cue] | Sequence[Mark]) -> list[tuple[int, int]]:
        """``span`` of each of many cues or marks."""
        firsts = self.rate.frames_at(item.start + self.offset for item in items)
        afters = self.rate.frames_at(item.end + self.offset for item in items)
        return [(first, max(1, after - first)) for first, after in zip(firsts, afters, strict=True)]

    def timecode(self, frame: int, separator: str = "") -> str:
        """The label that *frame* (from the timeline's start) has in the host."""
        return self.rate.timecode(self.start + frame, separator)

    @property
    def start_timecode(self) -> str:
        """The label of the first frame."""
        return self.timecode(0)


def _start_frame(rate: FrameRate, asked: str | None, own: str) -> int:
    """The frame number of *asked*; without it that of the media's *own* timecode, 0 if *rate* has no such label."""
    if asked is not None:
        return rate.frame_of(asked)
    try:
        return rate.frame_of(own) if own else 0
    except DocumentError:
        return 0


@dataclass(frozen=True, slots=True)
class Marker:
    """
    A mark as a host shows it. *key* is our mark's id, "" for one the user made; *frame* counts from the timeline's
    start and *frames* is at least 1; *colour* is one of ``colours.NAMES``.
    """

    key: str
    frame: int
    frames: int
    name: str
    note: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A subtitle as a host shows it: first frame from the timeline's start, length, text with ``\\n`` between lines."""

    frame: int
    frames: int
    text: str


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """A subtitle track of a host. *key* is empty for one of the user's, else which of ours it is: "zh", "zh-en"."""

    key: str
    name: str
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True, slots=True)
class Present:
    """What a timeline holds now."""

    markers: tuple[Marker, ...] = ()
    tracks: tuple[CaptionTrack, ...] = ()


@dataclass(frozen=True, slots=True)
class HostTraits:
    """
    What a host can do, as far as a plan depends on it.

    *palette* is its table in ``colours``. Without *has_keys* a marker's key is only in its note. Without
    *moves_markers* a marker can be put and dropped, not changed. *most_markers* is 0 where there is no limit.
    """

    name: str
    palette: str
    one_per_frame: bool = False
    has_keys: bool = True
    moves_markers: bool = True
    reads_captions: bool = True
    drops_captions: bool = True
    most_markers: int = 0


RESOLVE = HostTraits("resolve", "resolve", one_per_frame=True, moves_markers=False)
PREMIERE = HostTraits("premiere", "premiere", has_keys=False, reads_captions=False, drops_captions=False)
FILE = HostTraits("file", "otio")
SIDES = ("ask", "document", "host")
_PREFIX = "Zimu "


def track_name(key: str) -> str:
    """The name by which our track of *key* is known again in a host."""
    return _PREFIX + key


def track_key(name: str) -> str:
    """Which of our tracks has this *name*, "" for one of the user's."""
    return name.removeprefix(_PREFIX).strip() if name.startswith(_PREFIX) else ""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """
    What to show, and who is right. What is not among *kinds* or *tracks*, or lies outside the in/out range (if
    *in_range* asks for it), is left as it is.

    *tracks* are languages and combinations of them, top first ("zh", "zh-en"); None means each language and, of two or
    more, all of them combined. A caption lasts at least *min_frames* (Resolve drops very short ones). *conflicts* says
    whose version of what both sides changed is taken, *answers* the same for single ones, by ``Conflict.key``.
    *restore* puts back what was deleted in the host; *refresh* puts caption tracks again that cannot be compared.
    """

    traits: HostTraits = RESOLVE
    kinds: tuple[str, ...] = MARK_KINDS
    tracks: tuple[str, ...] | None = None
    in_range: bool = False
    min_frames: int = 3
    conflicts: str = "ask"
    answers: tuple[tuple[str, str], ...] = ()
    restore: bool = False
    refresh: bool = False

    def __post_init__(self) -> None:
        if unknown := set(self.kinds) - set(MARK_KINDS):
            raise SettingsError("plan.kind", f"{min(unknown)!r} is no kind of mark.", f"Use: {', '.join(MARK_KINDS)}.")
        if wrong := {self.conflicts, *(side for _, side in self.answers)} - set(SIDES):
            raise SettingsError("plan.side", f"{min(wrong)!r} is no answer to a conflict.", f"Use: {', '.join(SIDES)}.")
        if self.min_frames < 1:
            raise SettingsError("plan.min-frames", "A caption lasts at least one frame.", "Choose 1 or more.")


@dataclass(frozen=True, slots=True)
class PutMarker:
    """Make *marker*; with *replaces*, which is as the host showed it, by changing that one into it."""

    marker: Marker
    replaces: Marker | None = None


@dataclass(frozen=True, slots=True)
class DropMarker:
    """Remove *marker*, which is as the host showed it: its frame and key find it, the rest lets a bridge make sure."""

    marker: Marker


@dataclass(frozen=True, slots=True)
class PutCaptions:
    """Make a new subtitle track, after any that is there."""

    track: CaptionTrack


@dataclass(frozen=True, slots=True)
class DropCaptions:
    """Remove our subtitle track *key*: of several, that at *place* among them, counted from 0 when its turn comes."""

    key: str
    place: int = 0


Operation = PutMarker | DropMarker | PutCaptions | DropCaptions
_VERBS: dict[str, type[Operation]] = {
    "put-marker": PutMarker, "drop-marker": DropMarker, "put-captions": PutCaptions, "drop-captions": DropCaptions,
}  # fmt: skip


def operation_to_json(operation: Operation) -> dict[str, Any]:
    """An operation as plain JSON values, with its verb under "do"."""
    from plugin_core.schema import part_to_json

    verb = next(verb for verb, kind in _VERBS.items() if kind is type(operation))
    return {"do": verb, **part_to_json(operation)}


def operation_from_json(value: object) -> Operation:
    """The operation of :func:`operation_to_json`; HostError says what is wrong with it."""
    from plugin_core.schema import part_from_json

    table = dict(value) if isinstance(value, dict) else {}
    verb = table.pop("do", None)
    if not isinstance(verb, str) or verb not in _VERBS:
        raise HostError("host.operation", f"{verb!r} is not an operation.", f"There are: {', '.join(_VERBS)}.")
    try:
        return part_from_json(_VERBS[verb], table)
    except DocumentError as error:
        raise HostError("host.operation", f"The operation {verb} is malformed.", error.message) from error


@dataclass(frozen=True, slots=True)
class HostEdit:
    """
    An edit made in the host, as an edit of the document; *what* says it in words ("moved", "renamed", "deleted").

    *mark* is the mark as it is to be. A cue gets *texts* (pairs of language and text), *start* and *end* (ms) where
    they are given, or is the new *cue*. A mark or cue that was "deleted" has none of them, or texts made empty.
    """

    id: str
    what: tuple[str, ...]
    mark: Mark | None = None
    cue: Cue | None = None
    texts: tuple[tuple[str, str], ...] = ()
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    What host and document both changed. *key* is the mark's id, or track and cue id ("zh:5f2c"), or a track; *host* and
    *document* are the two versions, None for one that deleted it. As long as nobody answers, the host keeps its own.
    """

    key: str
    what: tuple[str, ...]
    host: Marker | Caption | None = None
    document: Marker | Caption | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to do so that a timeline shows a document, and what was found on the way.

    *operations* may be interrupted after any of them: planning again finishes the work. *pulled* are edits made in the
    host, kept there and offered to the document. *outside* are ids of marks and cues that are not on the timeline.
    *own* counts the markers and tracks that are not ours. *notes* are sentences. *after* is the record to keep.
    """

    operations: tuple[Operation, ...]
    pulled: tuple[HostEdit, ...]
    conflicts: tuple[Conflict, ...]
    outside: tuple[str, ...]
    own: tuple[int, int]
    notes: tuple[str, ...]
    after: Pushed

    @property
    def summary(self) -> tuple[str, ...]:
        """The plan in sentences."""
        from plugin_core.plan import summary_of

        return summary_of(self)

    def to_json(self) -> dict[str, Any]:
        """The plan for machines; the record is not part of it."""
        from plugin_core.schema import part_to_json

        return {
            "operations": [operation_to_json(operation) for operation in self.operations],
            "pulled": [part_to_json(change) for change in self.pulled],
            "conflicts": [part_to_json(conflict) for conflict in self.conflicts],
            "outside": list(self.outside),
            "own": {"markers": self.own[0], "tracks": self.own[1]},
            "notes": list(self.notes),
            "summary": list(self.summary),
        }


def plan(
    document: Document,
    info: TimelineInfo,
    present: Present,
    *,
    last: Pushed | None = None,
    options: PlanOptions | None = None,
) -> Plan:
    """
    The fewest operations that make the timeline show *document*; none if it already does.

    *last* is the record of the push before: with it, edits made in the host since are told from those of the document.
    Without it whatever carries our keys is made as the document says. The rules: ``plugin_core.plan``.
    """
    from plugin_core.plan import plan_of

    return plan_of(document, info, present, last, options or PlanOptions())

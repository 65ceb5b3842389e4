"""
Push, pull, unpush, status: a document and the open timeline of an editing program, over any bridge.

Each is a generator of ``Progress`` and ``Note`` and returns a ``Report``. A push ends by reading the timeline back and
planning again: what that plan still wants was not done, whatever the host answered. A push that is killed is finished
by the next one (``plan.pushed``). Each takes the id of the *timeline* that is meant: HostError "host.other-timeline"
before anything is done if it is not the open one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from plugin_core import plan as planning
from plugin_core import storage
from plugin_core.bridge import Bridge, alone, expect
from plugin_core.document import Document
from plugin_core.errors import HostError
from plugin_core.host import (
    CaptionTrack,
    DropCaptions,
    DropMarker,
    Operation,
    Plan,
    PlanOptions,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    plan,
    track_name,
)
from plugin_core.markers import key_of
from plugin_core.plan import pushed
from plugin_core.plan.pushed import Pushed, Where
from plugin_core.protocol import Note, Progress

STAGE = "push"
LOST = (  # nothing more can be done now
    "host.gone", "host.crashed", "host.timeout", "host.unreachable", "host.other-timeline",
)  # fmt: skip
Steps = Generator[Progress | Note, None, "Report"]
Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Report:
    """
    What came of *verb* on the timeline *info* (at *where*): *plan* was to be done, *failed* holds what the host refused
    with its reason, *left* what the timeline does not show although it was done. *unverified* are sentences about what
    the host does not let us see. *shown* is what the timeline holds in the end.
    """

    verb: str
    where: Where
    info: TimelineInfo
    plan: Plan
    shown: Present
    failed: tuple[tuple[Operation, HostError], ...] = ()
    left: tuple[Operation, ...] = ()
    unverified: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether everything that was to be done is seen to be done."""
        return not (self.failed or self.left)

    @property
    def summary(self) -> tuple[str, ...]:
        """The report in sentences."""
        return _summary(self)

    def to_json(self) -> dict[str, Any]:
        """The report in plain JSON values."""
        return _to_json(self)


@dataclass(slots=True)
class _Ground:
    """What a verb starts from."""

    bridge: Bridge
    path: Path
    document: Document
    where: Where
    info: TimelineInfo
    present: Present
    last: Pushed | None
    options: PlanOptions
    notes: list[str]

    @property
    def record(self) -> Path:
        return pushed.path_of(self.path)

    def plan(self, document: Document | None = None, options: PlanOptions | None = None) -> Plan:
        wanted = self.document if document is None else document
        return plan(wanted, self.info, self.present, last=self.last, options=options or self.options)

    def keep(self, record: Pushed) -> None:
        record = replace(record, offset=self.info.offset)
        if record != self.last:
            pushed.save(self.record, self.where, record)
            self.last = record


def _alone(
    verb: Callable[Concatenate[Path, Bridge, Rest], Steps],
) -> Callable[Concatenate[Path, Bridge, Rest], Steps]:
    """*verb* with the host for itself from its first look to its report."""

    @wraps(verb)
    def steps(path: Path, bridge: Bridge, /, *rest: Rest.args, **more: Rest.kwargs) -> Steps:
        with alone(bridge):
            return (yield from verb(path, bridge, *rest, **more))

    return steps


@_alone
def status(
    path: Path, bridge: Bridge, options: PlanOptions | None = None, *, at: int | None = None, timeline: str = ""
) -> Steps:
    """What a push would do, and what was edited in the host. Nothing is changed."""
    ground = yield from _look(path, bridge, options, at, timeline)
    made = ground.plan()
    return Report("status", ground.where, ground.info, made, ground.present, notes=tuple(ground.notes))


@_alone
def push(
    path: Path, bridge: Bridge, options: PlanOptions | None = None, *, at: int | None = None, timeline: str = ""
) -> Steps:
    """
    Make the open timeline show the document at *path*; *at* is where its media time 0 lies, in ms from the first frame
    (default: where it was pushed before, else where its media lies on the timeline, else the first frame).

    HostError "host.gone", "host.timeout" or "host.other-timeline" in the middle: the next push goes on from there.
    """
    ground = yield from _look(path, bridge, options, at, timeline)
    made = ground.plan()
    return (yield from _carry_out("push", ground, ground.document, made, ground.options))


@_alone
def pull(
    path: Path, bridge: Bridge, options: PlanOptions | None = None, *, at: int | None = None, timeline: str = ""
) -> Steps:
    """Take over into the document at *path* what was edited in the host. The timeline is not changed."""
    ground = yield from _look(path, bridge, options, at, timeline)
    made = ground.plan()
    changed = planning.pull(ground.document, made)
    if changed != ground.document:
        storage.save(changed, path)
    return Report("pull", ground.where, ground.info, made, ground.present, notes=tuple(ground.notes))


def captions(
    path: Path, bridge: Bridge, key: str, *, at: int | None = None
) -> Generator[Progress | Note, None, CaptionTrack]:
    """The document's track *key* ("zh", "zh-en") as a push would put it on the open timeline; nothing is put."""
    ground = yield from _look(path, bridge, PlanOptions(tracks=(key,), kinds=()), at)
    made = plan(ground.document, ground.info, Present(), options=ground.options)
    found = [operation.track for operation in made.operations if isinstance(operation, PutCaptions)]
    return found[0] if found else CaptionTrack(key, track_name(key))


@_alone
def unpush(
    path: Path,
    bridge: Bridge,
    options: PlanOptions | None = None,
    *,
    at: int | None = None,
    timeline: str = "",
    discard: bool = False,
) -> Steps:
    """
    Remove everything of ours from the timeline. HostError "host.edited" if some of it was edited in the host and not
    pulled, unless *discard* says that those edits may go.
    """
    ground = yield from _look(path, bridge, options, at, timeline)
    open_edits = ground.plan()
    edits = len(open_edits.pulled) + len(open_edits.conflicts)
    if edits and not discard:
        raise HostError(
            "host.edited",
            f"{edits} of Zimu's items on this timeline were edited there and are not in the document.",
            "Pull first to keep these edits, or say --discard.",
        )
    nothing = replace(ground.document, cues=(), marks=())
    everything = replace(ground.options, tracks=None, conflicts="document")
    made = ground.plan(nothing, everything)
    report = yield from _carry_out("unpush", ground, nothing, made, everything)
    if not bridge.traits.drops_captions:  # the plan has told the user to delete them
        for key in {track.key for track in report.shown.tracks if track.key}:
            bridge.forget(key)
    return report


def _look(
    path: Path, bridge: Bridge, options: PlanOptions | None, at: int | None, timeline: str = ""
) -> Generator[Progress | Note, None, _Ground]:
    document = storage.load(path)
    yield Progress(STAGE, 0, 1)
    where, info = bridge.where(), bridge.timeline()
    expect(where, timeline)
    last = pushed.load(pushed.path_of(path), where)
    notes: list[str] = []
    offset = at if at is not None else last.offset if last else _place_of(document, bridge, info, notes)
    for note in notes:
        yield Note(STAGE, note, "warning")
    options = replace(options or PlanOptions(), traits=bridge.traits)
    info = replace(info, offset=offset)
    return _Ground(bridge, path, document, where, info, bridge.present(), last, options, notes)


def _place_of(document: Document, bridge: Bridge, info: TimelineInfo, notes: list[str]) -> int:
    """Where media time 0 lies if the document's media plays on the timeline: ms from the first frame."""
    name = _file_name(document.media.path)
    clips = [clip for clip in bridge.sound().clips if name and _file_name(clip.path) == name]
    if not clips:
        return 0
    first = min(clips, key=lambda clip: (clip.start, clip.track))
    places = {round(info.rate.ms_at(clip.start) - clip.source_start) for clip in clips if clip.speed == 1}
    if len(places) > 1:
        notes.append(
            f"{name} is cut into pieces on this timeline; everything is placed by the first one. "
            "Conform the document to the cut first (zimu conform), or say --at."
        )
    return round(info.rate.ms_at(first.start) - first.source_start)


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _carry_out(verb: str, ground: _Ground, wanted: Document, made: Plan, options: PlanOptions) -> Steps:
    if not made.operations:
        ground.keep(made.after)
        return Report(verb, ground.where, ground.info, made, ground.present, notes=tuple(ground.notes))
    ground.keep(pushed.begun(ground.last, made))
    failed = yield from _apply(ground, made.operations)
    ground.present = ground.bridge.present()
    ground.keep(pushed.finished(made, ground.present, ground.bridge.traits))
    left = _left(ground.plan(wanted, options), failed)
    unverified = _unverified(ground.bridge, made.operations, failed)
    return Report(
        verb, ground.where, ground.info, made, ground.present, tuple(failed), left, unverified, tuple(ground.notes)
    )


def _apply(
    ground: _Ground, operations: tuple[Operation, ...]
) -> Generator[Progress | Note, None, list[tuple[Operation, HostError]]]:
    failed: list[tuple[Operation, HostError]] = []
    for done, operation in enumerate(operations):
        yield Progress(STAGE, done, len(operations))
        if ground.bridge.where() != ground.where:  # the user may open another timeline at any moment
            raise HostError(
                "host.other-timeline",
                "Another timeline was opened while Zimu was at work, so it stopped.",
                "Open the timeline again and push once more: it goes on where it stopped.",
            )
        try:
            ground.bridge.apply(operation)
        except HostError as error:
            if error.code in LOST:
                raise
            failed.append((operation, error))
    yield Progress(STAGE, len(operations), len(operations))
    return failed


def _left(check: Plan, failed: list[tuple[Operation, HostError]]) -> tuple[Operation, ...]:
    """What the timeline still lacks although the host did not complain."""
    known = {_subject(operation) for operation, _ in failed}
    return tuple(operation for operation in check.operations if _subject(operation) not in known)


def _subject(operation: Operation) -> str:
    """The marker or track an operation is about."""
    if isinstance(operation, PutMarker | DropMarker):
        return key_of(operation.marker)
    return pushed.track_id(operation.track.key if isinstance(operation, PutCaptions) else operation.key)


def _unverified(
    bridge: Bridge, operations: tuple[Operation, ...], failed: list[tuple[Operation, HostError]]
) -> tuple[str, ...]:
    refused = [operation for operation, _ in failed]
    said = (bridge.unverified(operation) for operation in operations if operation not in refused)
    return tuple(dict.fromkeys(sentence for sentence in said if sentence))


# -- the report ------------------------------------------------------------------------------------


def describe(operation: Operation, info: TimelineInfo) -> str:
    """An operation in a few words, for a list of what failed."""
    if isinstance(operation, PutMarker):
        return f"put the marker “{operation.marker.name}” at {info.timecode(operation.marker.frame)}"
    if isinstance(operation, DropMarker):
        return f"remove the marker “{operation.marker.name}” at {info.timecode(operation.marker.frame)}"
    if isinstance(operation, PutCaptions):
        return f"make the track “{operation.track.name}”"
    return f"remove the track “{track_name(operation.key)}”"


def _done(report: Report) -> list[Operation]:
    if report.verb in {"status", "pull"}:
        return []
    bad = {_subject(operation) for operation, _ in report.failed} | {_subject(one) for one in report.left}
    return [operation for operation in report.plan.operations if _subject(operation) not in bad]


def _counts(report: Report) -> tuple[int, int, int, list[PutCaptions]]:
    """Markers put, changed and removed, and the tracks that were made."""
    done = _done(report)
    gone = {key_of(one.marker) for one in done if isinstance(one, DropMarker)}
    puts = [one for one in done if isinstance(one, PutMarker)]
    changed = [one for one in puts if one.replaces or key_of(one.marker) in gone]
    removed = gone - {key_of(one.marker) for one in puts}
    tracks = [one for one in done if isinstance(one, PutCaptions)]
    return len(puts) - len(changed), len(changed), len(removed), tracks


def _summary(report: Report) -> tuple[str, ...]:
    if report.verb == "status":
        return report.plan.summary
    if report.verb == "pull":
        count = len(report.plan.pulled)
        said = [f"{_many(count, 'edit')} taken over into the document." if count else "There was nothing to take over."]
        return (*said, *report.plan.notes)
    put, changed, removed, tracks = _counts(report)
    parts = [(put, "put"), (changed, "changed"), (removed, "removed")]
    said = [f"{_many(count, 'marker')} {what}." for count, what in parts if count]
    said += [f"Track “{one.track.name}” made with {_many(len(one.track.captions), 'caption')}." for one in tracks]
    made = {one.track.key for one in tracks}
    dropped = {one.key for one in _done(report) if isinstance(one, DropCaptions)} - made
    said += [f"Track “{track_name(key)}” removed." for key in sorted(dropped)]
    if not report.plan.operations:
        said.append(
            "The timeline already shows the document." if report.verb == "push" else "Nothing of Zimu's is there."
        )
    said += [f"Not done: {describe(operation, report.info)}. {why}" for operation, why in report.failed]
    said += [f"Not seen on the timeline: {describe(operation, report.info)}." for operation in report.left]
    if report.plan.pulled:
        said.append(f"{_many(len(report.plan.pulled), 'edit')} made in the host and kept there; pull to take over.")
    if report.plan.conflicts:
        said.append(f"{_many(len(report.plan.conflicts), 'item')} changed on both sides and left as in the host.")
    return (*said, *report.unverified, *report.plan.notes)


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"


def _to_json(report: Report) -> dict[str, Any]:
    table = report.plan.to_json()
    put, changed, removed, tracks = _counts(report)
    info = report.info
    shown = [{"key": one.track.key, "name": one.track.name, "captions": len(one.track.captions)} for one in tracks]
    return {
        "verb": report.verb,
        "host": report.where.host,
        "timeline": {"name": info.name, "rate": str(info.rate), "start": info.start_timecode, "offset": info.offset},
        "put": {"markers": put, "tracks": shown},
        "changed": changed,
        "removed": removed,
        "kept": table["own"],
        "pulled": table["pulled"],
        "conflicts": table["conflicts"],
        "outside": table["outside"],
        "failed": [
            {"what": describe(operation, info), "why": str(error), "error": error.to_json()}
            for operation, error in report.failed
        ],
        "left": [describe(operation, info) for operation in report.left],
        "unverified": list(report.unverified),
        "notes": [*report.notes, *table["notes"]],
        "summary": list(report.summary),
        "nothing_to_do": not report.plan.operations,
        "good": report.good,
    }

"""
"The cut has changed, update my subtitles": a document made on one cut of a programme, on another cut of it.

Every cue, with its words, and every mark is followed through the piece of the old cut that it stands on to the media,
and from there to all pieces of the new cut that play that media: see ``tracing`` (where) and ``landing`` (what of it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from plugin_core.collecting import uncollected
from plugin_core.conform import cuts, tracing
from plugin_core.conform.changes import (
    DELETED,
    DUPLICATED,
    MOVED,
    NOT_FOLLOWED,
    RETIMED,
    SPLIT,
    TRIMMED,
    UNCHANGED,
    Change,
    Conformed,
    row,
)
from plugin_core.conform.landing import Clock, Part, copies_of, land_cue, landed, parts_of, rounded, speaking
from plugin_core.conform.rejoining import COPY, PART, rejoined
from plugin_core.conform.sources import same_media
from plugin_core.conform.tracing import Cut, Fragment, Lane, Run, Scale, Span, Ticks
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme

FOLLOW = ("auto", "sound", "picture")
_HEARD = {"music", "sound"}  # kinds of marks that follow the sound
_HELD = {
    cuts.REVERSE: "Its clip plays backwards and was changed.",
    cuts.FREEZE: "Its clip is a still and was changed.",
    cuts.REMAPPED: "Its clip plays at a changing speed and was changed.",
}
_Item = TypeVar("_Item", Cue, Mark)


@dataclass(frozen=True, slots=True)
class Options:
    """
    What to follow and how much is enough.

    *follow*: cues and marks of music and sounds follow the sound, all other marks the picture ("auto"), or everything
    one of them. *tracks* of the old cut: only these are looked at, by name or as "A1", "V2". What is trimmed to less
    than *shortest* frames is dropped. *trim_text* takes the words that fell outside out of the spoken text as well.
    *by_name* recognises a media in another folder by its file name. New material shorter than *least_new* ms is not
    reported.
    """

    follow: str = "auto"
    tracks: tuple[str, ...] = ()
    shortest: int = 2
    trim_text: bool = False
    by_name: bool = True
    least_new: int = 500

    def __post_init__(self) -> None:
        if self.follow not in FOLLOW:
            hint = f"Choose {', '.join(FOLLOW[:-1])} or {FOLLOW[-1]}."
            raise SettingsError("conform.follow", f"{self.follow!r} is nothing to follow.", hint)
        if self.shortest < 1 or self.least_new < 0:
            raise SettingsError("conform.length", "A least length cannot be below one frame, or below 0 ms.")


def conform(document: Document, old: Programme, new: Programme, *, options: Options | None = None) -> Conformed:
    """
    *document*, whose times are on the timeline of *old*, on the timeline of *new*.

    If nothing moves it is the same object. The first occurrence of a cue (of several the most complete) keeps its id;
    further ones are "id~2", ..., further parts "id+2", ...; conformed back they are one again. DocumentError if the old
    cut names no media.
    """
    with uncollected():
        return _conformed(document, old, new, options or Options())


def _conformed(document: Document, old: Programme, new: Programme, options: Options) -> Conformed:
    ours, theirs = cuts.survey(old), cuts.survey(new)
    if ours[0] == theirs[0] and _counts(old.info) == _counts(new.info):
        items: tuple[Cue | Mark, ...] = (*document.cues, *document.marks)
        rows = tuple(row(item, UNCHANGED, [item]) for item in items)
        return Conformed(document, rows, (), (), old.info, new.info)
    if not ours[0]:
        hint = "Export the old cut with its clips, as OTIO, FCPXML, XML or EDL."
        raise DocumentError("conform.no-media", "The old cut names no media, so nothing can be followed.", hint)
    before, after, notes = same_media(ours[0], theirs[0], by_name=options.by_name)
    work = _Conform(document, old, new, (_chosen(before, options.tracks), after), options)
    result, changes = work.result()
    said = tuple(dict.fromkeys((*ours[1], *theirs[1], *notes, *work.notes)))
    return Conformed(result, changes, said, work.unsubtitled(), old.info, new.info)


def _counts(info: TimelineInfo) -> tuple[Any, ...]:
    return info.rate.fps, info.offset


def _chosen(pieces: Sequence[cuts.Piece], tracks: Sequence[str]) -> tuple[cuts.Piece, ...]:
    """The pieces of the named tracks; of a kind of which none is named, all."""
    wanted = {name.casefold() for name in tracks}
    named = [(piece, {piece.track_name.casefold(), f"{piece.kind[0]}{piece.track + 1}"}) for piece in pieces]
    if unknown := wanted - {name for _, names in named for name in names}:
        listed = ", ".join(sorted({piece.track_name for piece in pieces if piece.track_name})) or "A1, V1, ..."
        raise SettingsError("conform.track", f"The old cut has no track {min(unknown)!r}.", f"It has: {listed}.")
    kinds = {piece.kind for piece, names in named if names & wanted}
    return tuple(piece for piece, names in named if piece.kind not in kinds or names & wanted)


class _Conform:
    """One run: the cuts looked up, the document's items followed one by one."""

    def __init__(
        self,
        document: Document,
        old: Programme,
        new: Programme,
        pieces: tuple[Sequence[cuts.Piece], Sequence[cuts.Piece]],
        options: Options,
    ) -> None:
        scale = Scale.of((*pieces[0], *pieces[1]), (old.info.rate.fps, new.info.rate.fps))
        self.document, self.target, self.options = document, new, options
        self.clock = Clock.of(old.info, new.info, scale.per_second)
        self.old, self.new = Cut.of(pieces[0], scale), Cut.of(pieces[1], scale)
        self.own = cuts.media_key(document.media.path)
        self.pictured = {run.media for run in self.old.picture.runs}
        self.ids = {*(cue.id for cue in document.cues), *(mark.id for mark in document.marks)}
        self.notes: list[str] = []
        if not pieces[1]:
            self.notes.append("The new cut names no media: nothing of the old one is in it.")

    def result(self) -> tuple[Document, tuple[Change, ...]]:
        """The document and the changes, in the order of the document's items."""
        rows: list[Change] = []
        cues = [cue for item in self.document.cues for cue in self.follow(item, rows)]
        marks = [mark for item in self.document.marks for mark in self.follow(item, rows)]
        cues, rows = rejoined(self.document.cues, cues, rows, self.document.languages)
        marks, rows = rejoined(self.document.marks, marks, rows, ())
        cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
        marks.sort(key=lambda mark: (mark.start, mark.end, mark.id))
        document = self.document
        if tuple(cues) != document.cues or tuple(marks) != document.marks:
            document = replace(document, media=self.media(), cues=tuple(cues), marks=tuple(marks))
        return document, tuple(rows)

    def media(self) -> Media:
        """What the new document's times count on: the new programme's own media, else its timeline."""
        info = self.target.info
        known = self.target.document.media
        length = max(0, info.ms(info.duration)) if info.duration else 0
        if known != Media():
            return known
        return Media("", length, info.rate, start_timecode=info.start_timecode, width=info.width, height=info.height)

    def follow(self, item: _Item, rows: list[Change]) -> list[_Item]:
        """What *item* is in the new cut; its row is added to *rows*."""
        span = first, last = self.clock.span(item)
        fragments, used, over_gap = self.fragments(item, span)
        parts = parts_of(fragments, self.clock)
        # what stands on nothing is in one place at most; what stands on something is not where only its margin is
        parts = parts[:1] if over_gap else [part for part in parts if part.real]
        lost = len(parts)
        if len(parts) != 1 or parts[0].kept < last - first:
            parts = self.enough(item, parts, span)
        copies = copies_of(parts, self.clock)
        made = [self.land(item, copy, number, span) for number, copy in enumerate(copies, 1)]
        landed = [one for copy in made for one in copy]
        if not landed:
            rows.append(row(item, *_lost(used, lost)))
            return []
        what, why = self.explain(item, copies, landed, span)
        rows.append(row(item, what, landed, why))
        return landed

    def shared_out(self, places: list[Fragment], run: Run, part: Span) -> list[Fragment]:
        """
        Those of the places where a part of *run* plays that are its own, if the old cut uses that source several times
        too: the first use goes to the first, the second to the second; of too few the last gets the rest, of too many
        the last has it.
        """
        first, last = run.base + part[0] * run.speed, run.base + part[1] * run.speed
        others = self.old.lane(run.piece.kind).playing(run.media, first, last, virtual=False)
        if len(others) < 2:
            return places
        uses = [one for one in others if 2 * (min(one.source[1], last) - max(one.source[0], first)) >= last - first]
        order = sorted((one.time_of(first), one.sync) for one in uses)
        place = order.index((run.time_of(first), run.sync))
        copies = sorted(
            copies_of(parts_of(places, self.clock), self.clock), key=lambda copy: min(p.first for p in copy)
        )
        if len(uses) < 2 or not copies:
            return places
        mine = [copies[min(place, len(copies) - 1)], *(copies[len(uses) :] if place == len(uses) - 1 else ())]
        return [fragment for copy in mine for one in copy for fragment in one.fragments]

    def enough(self, item: Cue | Mark, parts: list[Part], span: Span) -> list[Part]:
        """The parts that are long enough to keep, and of a cue those in which something is said."""
        parts = [p for p in parts if p.last - p.first >= self.options.shortest or p.kept >= span[1] - span[0]]
        return speaking(item, parts, span, self.clock) if isinstance(item, Cue) else parts

    def fragments(self, item: Cue | Mark, span: tuple[int, int]) -> tuple[list[Fragment], list[Run], bool]:
        """Where the parts of *item* play, what runs it stands on, and whether these are none that play."""
        first, last = span
        kind, rank = self.guide(item)
        lane, around, target = self.lanes(kind, first, last)
        found: list[Fragment] = []
        used: list[Run] = []
        standing = list(tracing.cover(lane, around, first, last, rank))
        alone = all(run.virtual for run, _ in standing)
        for run, part in standing:
            used.append(run)
            places = list(tracing.follow(run, part, target, alone=alone))
            found += places if len(places) < 2 or run.virtual else self.shared_out(places, run, part)
            if alone and found:
                break
        return found, used, alone

    def lanes(self, kind: str, first: Ticks, last: Ticks) -> tuple[Lane, list[Run], Lane]:
        """The lane of the old cut in which something plays there, rather of *kind*; what plays; its counterpart."""
        lane = self.old.lane(kind)
        found = lane.by_time.over(first, last)
        other = cuts.VIDEO if kind == cuts.AUDIO else cuts.AUDIO
        if not found:
            instead = self.old.lane(other).by_time.over(first, last)
            if instead or not lane.runs:
                kind, other, lane, found = other, kind, self.old.lane(other), instead
        new = self.new.lane(kind)
        return lane, found, new if new.runs else self.new.lane(other)

    def guide(self, item: Cue | Mark) -> tuple[str, Callable[[Run], Any]]:
        """Whether *item* follows sound or picture, and which of several runs it follows first."""
        kind = "cue" if isinstance(item, Cue) else item.kind
        heard = kind == "cue" or kind in _HEARD
        if self.options.follow == "sound" or (self.options.follow == "auto" and heard):
            return cuts.AUDIO, self.music if kind == "music" else self.dialogue
        return cuts.VIDEO, _picture

    def dialogue(self, run: Run) -> Any:
        """Dialogue tracks before others, the document's own media before others, sync sound before sound alone."""
        return run.role, run.media != self.own, run.media not in self.pictured

    def music(self, run: Run) -> Any:
        return -run.role, run.media != self.own, run.media not in self.pictured

    def land(self, item: _Item, copy: Sequence[Part], number: int, span: Span) -> list[_Item]:
        """One occurrence of *item*; see ``conform`` for the ids."""
        shares: list[Any]
        if isinstance(item, Cue):
            shares = land_cue(item, copy, self.document.languages, span, self.clock, trim=self.options.trim_text)
        else:
            shares = []
            for part in copy:
                start, end = landed(item, part, span, self.clock)
                shares.append(item if (start, end) == (item.start, item.end) else replace(item, start=start, end=end))
        name = item.id if number == 1 else self.fresh(f"{item.id}{COPY}", number)
        result = []
        for place, share in enumerate(shares, 1):
            if share.end < 0 or (share.end == 0 and share.start < 0):
                continue  # before the document's own time begins
            one = share if share.start >= 0 else replace(share, start=0)
            wanted = name if place == 1 else self.fresh(f"{name}{PART}", place)
            result.append(one if one.id == wanted else replace(one, id=wanted))
        return result

    def fresh(self, stem: str, number: int) -> str:
        while f"{stem}{number}" in self.ids:
            number += 1
        self.ids.add(f"{stem}{number}")
        return f"{stem}{number}"

    def explain(
        self, item: _Item, copies: Sequence[Sequence[Part]], landed: Sequence[_Item], span: Span
    ) -> tuple[str, str]:
        """What became of *item*, and why, for the first that applies."""
        why = self.missing(item, copies, landed, span[1] - span[0])
        pace = next((fragment.pace for part in copies[0] for fragment in part.fragments if fragment.pace != 1), 1)
        if len(copies) > 1:
            return DUPLICATED, f"Its source is used {len(copies)} times. {why}".rstrip()
        if len(copies[0]) > 1:
            return SPLIT, f"The new cut parts it in {len(copies[0])}. {why}".rstrip()
        if pace != 1:
            return RETIMED, f"Its source plays at {float(100 / pace):.4g} % of the speed it had. {why}".rstrip()
        if why:
            return TRIMMED, why
        same = (landed[0].start, landed[0].end) == (item.start, item.end)
        return (
            (UNCHANGED, "")
            if same
            else (MOVED, self.distance(item, copies[0][0].first - int(span[0] // self.clock.old_frame)))
        )

    def missing(self, item: _Item, copies: Sequence[Sequence[Part]], landed: Sequence[_Item], whole: Ticks) -> str:
        """A sentence on what of *item* its best occurrence does not have, "" if it has it all."""
        if len(copies[0]) == 1 and copies[0][0].kept >= whole:
            return ""
        frame = self.clock.old_frame
        lost = rounded(whole - sum(part.kept for part in copies[0]), frame)
        if lost <= 0:
            return ""
        why = f"{lost} of {_frames(rounded(whole, frame))} {'is' if lost == 1 else 'are'} not kept."
        if not isinstance(item, Cue) or len(copies) > 1:
            return why
        fell = len(item.words) - sum(len(one.words) for one in landed if isinstance(one, Cue))
        if fell <= 0:
            return why
        spoken = "its text is without them" if self.options.trim_text else "its text is kept whole"
        return f"{why} {fell} of its words fell outside; {spoken}."

    def distance(self, item: Cue | Mark, frames: int) -> str:
        old, new = self.clock.old, self.clock.new
        if old.rate.fps != new.rate.fps:
            return f"It began at {old.timecode(old.frame(item.start))}."
        return f"It lies {_frames(abs(frames))} {'later' if frames > 0 else 'earlier'}."

    def unsubtitled(self) -> tuple[tuple[int, int], ...]:
        """What the new cut plays that the old one did not, in ms of the new document."""
        picture = tracing.unknown(self.old.picture, self.new.picture)
        found = picture
        if self.new.sound.runs:
            found = tracing.unknown(
                self.old.sound if self.old.sound.runs else self.old.picture, self.new.sound, picture
            )
        info = self.clock.new
        spans = [(info.ms(self.clock.frame(start)), info.ms(self.clock.frame(end))) for start, end in found]
        least = max(1, self.options.least_new)
        return tuple((max(0, start), end) for start, end in spans if end - max(0, start) >= least)


def _picture(run: Run) -> Any:
    """What is on top is seen; a title or a colour the host makes is not what a mark is about."""
    return run.piece.generated, -run.piece.track


def _frames(count: int) -> str:
    return f"{count} frame" if count == 1 else f"{count} frames"


def _lost(used: Sequence[Run], remains: int) -> tuple[str, tuple[()], str]:
    """Why nothing of an item is left that stood on *used*; *remains* parts of it were too short to keep."""
    real = [run for run in used if not run.virtual]
    if remains:
        return DELETED, (), "Too little of its source is left in the new cut."
    if not real:
        return NOT_FOLLOWED, (), "It stood on no clip."
    if held := next((run.piece.held for run in real if run.piece.held), ""):
        return NOT_FOLLOWED, (), _HELD[held]
    if not any(run.media for run in real):
        return NOT_FOLLOWED, (), "The media of its clip is not known."
    return DELETED, (), "Its source is not in the new cut."

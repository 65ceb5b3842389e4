"""The caption tracks' part of a plan. Hosts make and remove whole tracks only, so a track is one operation or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from plugin_core.document import Document
from plugin_core.host import (
    Caption,
    CaptionTrack,
    Conflict,
    DropCaptions,
    PlanOptions,
    PutCaptions,
    TimelineInfo,
    track_name,
)
from plugin_core.plan.layout import (
    CaptionLayout,
    Row,
    ascending,
    captions_of,
    digest,
    in_order,
    moved,
    spaced,
    track_keys,
)
from plugin_core.plan.merging import CaptionPart, Ground, Item, Merge, recorded
from plugin_core.plan.pushed import Pushed, PushedCaption, PushedTrack, track_id

_BY_TIME = attrgetter("caption.frame", "caption.frames", "caption.text")  # the order of rows and items with a caption


def plan_captions(
    document: Document, info: TimelineInfo, present: Iterable[CaptionTrack], last: Pushed | None, options: PlanOptions
) -> CaptionPart:
    """The operations that make the subtitle tracks of a timeline show the document's cues; see ``plugin_core.plan``."""
    return _Planner(document, info, tuple(present), last, options).planned()


class _Planner:
    def __init__(
        self, document: Document, info: TimelineInfo, present: tuple[CaptionTrack, ...], last: Pushed | None,
        options: PlanOptions,
    ) -> None:  # fmt: skip
        self.document, self.info, self.options, self.traits = document, info, options, options.traits
        self.present = present
        self.blind = last is None
        last = last or Pushed()
        self.last = {track.key: track for track in last.tracks}
        self.touched = frozenset(last.touched)
        self.begun = last.begun_tracks
        self.answers = dict(options.answers)
        self.layout = CaptionLayout(document, info, options.min_frames)
        self.part = CaptionPart(outside=self.layout.outside, own=sum(not track.key for track in present))
        self.ground = Ground(document, info, options, self.layout, self.part, self.answers)

    def planned(self) -> CaptionPart:
        asked = self.options.tracks
        keys = dict.fromkeys(track_keys(self.document) if asked is None else asked)
        known = [*(track.key for track in self.present if track.key), *sorted(self.last)]
        for key in dict.fromkeys((*keys, *sorted(known))):
            if key in keys:
                self._plan(key, self.layout.rows(key))
            elif asked is None and (self.blind or key in self.last or track_id(key) in self.touched):
                self._plan(key, [])
            elif key in self.last:
                self.part.after[key] = self.last[key]
        return self.part

    def _plan(self, key: str, rows: list[Row]) -> None:
        mine = [track for track in self.present if track.key == key]
        if not mine:
            self._without_host(key, rows)
        elif not self.traits.reads_captions:
            self._unread(key, rows, len(mine))
        elif self.blind:
            self._overwrite(key, rows, [captions_of(track) for track in mine])
        else:
            self._compare(key, rows, [captions_of(track) for track in mine])

    # -- whole tracks ------------------------------------------------------------------------------

    def _without_host(self, key: str, rows: list[Row]) -> None:
        """A track that is not there: new, not yet put by a push that was killed, or deleted in the host."""
        base = self.last.get(key)
        if base is None or track_id(key) in self.touched:
            self._put_rows(key, self._asked(rows), [])
            return
        if not rows:
            return
        changed = [row.caption for row in rows] != [item.caption for item in base.captions]
        side = self.answers.get(key, self.options.conflicts if changed else "host")
        if self.options.restore or side == "document":
            self._put_rows(key, self._asked(rows), [])
            return
        self.part.after[key] = base
        self.part.notes.append(f"The track “{track_name(key)}” was deleted in the host and is not put back.")
        if changed and side == "ask":
            self.part.conflicts.append(Conflict(key, ("deleted",)))

    def _unread(self, key: str, rows: list[Row], count: int) -> None:
        """A track whose captions the host does not tell: the record says what it shows."""
        base, killed = self.last.get(key), track_id(key) in self.touched
        if base is None and not killed and not self.options.refresh:
            self.part.notes.append(
                f"The host does not tell what the track “{track_name(key)}” shows; it is taken to be up to date."
            )
            return
        before = [Row(item.caption, item.cues) for item in base.captions] if base else []
        target = self._within(rows, before)
        if base and not killed and not self.options.refresh and target == before:
            self.part.after[key] = base
            return
        self._put_rows(key, target, range(count))

    def _overwrite(self, key: str, rows: list[Row], mine: list[list[Caption]]) -> None:
        """Without a record the document is right; of several tracks the one that shows it stays."""
        for at in reversed(range(len(mine))):
            target = self._whole(rows, mine[at])
            if [row.caption for row in target] == mine[at]:
                self._drop(key, [other for other in range(len(mine)) if other != at or not target])
                self._keep(key, [recorded(row) for row in target if row.cues])
                return
        self._put_rows(key, self._whole(rows, mine[-1]), range(len(mine)))

    def _whole(self, rows: list[Row], shown: Sequence[Caption]) -> list[Row]:
        if not self.options.in_range:
            return rows
        return self._within(rows, [Row(caption) for caption in shown])

    def _within(self, rows: list[Row], there: list[Row]) -> list[Row]:
        """*rows* as far as they are asked for, between those that are *there* and are not to be touched."""
        stays = [row for row in there if not self.ground.asked(row.frame)]
        free = sorted(self._asked(rows), key=_BY_TIME)
        places = spaced([row.caption for row in free], [row.caption for row in stays], self.options.min_frames)
        made = (Row(caption, row.cues) for caption, row in zip(places, free, strict=True))
        return sorted([*stays, *made], key=_BY_TIME)

    def _compare(self, key: str, rows: list[Row], mine: list[list[Caption]]) -> None:
        at, leftovers = self._ours(key, mine)
        for other in range(len(mine)):
            if other != at and other not in leftovers:
                self.part.own += 1
                self.part.notes.append(f"A copy of the track “{track_name(key)}” was made in the host; it stays.")
        host = mine[at]
        base = self._base(key, host)
        if base is None:
            self._unknown(key, rows, host, at, leftovers)
            return
        if not leftovers and self._unchanged(rows, host, base):
            self.part.after[key] = base
            return
        items = Merge(self.ground, key, rows, host, base).items()
        target = in_order([item.caption for item in items if item.caption])
        if target == host and (host or any(item.record for item in items)):
            self._drop(key, leftovers)
            self._keep(key, _kept(items), host)
            return
        target = self._fitted(items)
        self._put(key, target, [*leftovers, at], _kept(items), digest(host))

    def _fitted(self, items: list[Item]) -> list[Caption]:
        """The captions of *items*, moved until none overlaps another; the host's own stay where they are."""
        fixed = [item for item in items if item.caption and item.fixed]
        free = [item for item in items if item.caption and not item.fixed]
        if not ascending(item.caption for item in free if item.caption):
            free.sort(key=_BY_TIME)
        stays = self._lengthened(fixed)
        places = spaced([item.caption for item in free if item.caption], stays, self.options.min_frames)
        for item, caption in zip(free, places, strict=True):
            item.caption = caption
        return in_order([*stays, *places])

    def _lengthened(self, items: list[Item]) -> list[Caption]:
        """Captions that stay as the host has them, but long enough for it to take them again, where there is room."""
        captions: list[Caption] = []
        after: int | None = None
        for item in sorted(items, key=_BY_TIME, reverse=True):
            if caption := item.caption:
                room = self.options.min_frames if after is None else after - caption.frame
                least = min(self.options.min_frames, room)
                item.caption = moved(caption, caption.frame, max(caption.frames, least))
                after = caption.frame
                captions.append(item.caption)
        return captions[::-1]

    def _unchanged(self, rows: list[Row], host: list[Caption], base: PushedTrack) -> bool:
        """Nothing to do and nothing to tell: both sides are as they were."""
        return (
            host == [item.shown for item in base.captions if item.shown]
            and [row.caption for row in rows] == [item.caption for item in base.captions]
            and [row.cues for row in rows] == [item.cues for item in base.captions]
        )

    def _ours(self, key: str, mine: list[list[Caption]]) -> tuple[int, list[int]]:
        """Of several tracks of one key: ours, and what a killed push left behind; the others are the user's copies."""
        if len(mine) == 1:
            return 0, []
        looks = [digest(captions) for captions in mine]
        names = [name for track in self._records(key) for name in (track.digest, track.replaced)]
        ranks = [names.index(look) if look in names else len(names) for look in looks]
        at = min(range(len(mine)), key=lambda at: (ranks[at], -at))
        killed = track_id(key) in self.touched
        return at, [other for other in range(len(mine)) if other != at and killed and looks[other] in names]

    def _records(self, key: str) -> list[PushedTrack]:
        """What a push may have left in the host, the latest first."""
        begun = [track for track in reversed(self.begun) if track.key == key and track_id(key) in self.touched]
        return [*begun, *([self.last[key]] if key in self.last else [])]

    def _base(self, key: str, host: list[Caption]) -> PushedTrack | None:
        """What was last agreed on; of a push that was killed, what it got done."""
        records = self._records(key)
        if len(records) < 2:
            return records[0] if records else None
        shown, look = set(host), digest(host)
        alike = [len(shown & {item.shown for item in track.captions}) for track in records]
        best = max(range(len(records)), key=lambda at: (records[at].digest == look, alike[at], -at))
        return records[best]

    def _unknown(self, key: str, rows: list[Row], host: list[Caption], at: int, leftovers: list[int]) -> None:
        """A track with our name that no record knows."""
        side = self.answers.get(key, self.options.conflicts)
        target = self._whole(rows, host)
        if [row.caption for row in target] == host:
            self._drop(key, leftovers)
            self._keep(key, [recorded(row) for row in target if row.cues], host)
        elif side == "document":
            self._put_rows(key, target, [*leftovers, at])
        else:
            self.part.notes.append(f"The track “{track_name(key)}” was there before; it stays as it is.")
            if side == "ask":
                self.part.conflicts.append(Conflict(key, ("unknown",)))

    # -- what comes out ----------------------------------------------------------------------------

    def _asked(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if self.ground.asked(row.frame)]

    def _put_rows(self, key: str, rows: list[Row], old: Iterable[int]) -> None:
        self._put(key, [row.caption for row in rows], old, [recorded(row) for row in rows if row.cues])

    def _put(
        self, key: str, shown: list[Caption], old: Iterable[int], records: list[PushedCaption], replaced: str = ""
    ) -> None:
        """The new track first, then the *old* ones: at any time one of them is there."""
        if shown:
            self.part.operations.append(PutCaptions(CaptionTrack(key, track_name(key), tuple(shown))))
        self._drop(key, old)
        if shown or records:
            self._keep(key, records, shown, replaced)

    def _drop(self, key: str, places: Iterable[int]) -> None:
        for place in sorted(places, reverse=True):
            if self.traits.drops_captions:
                self.part.operations.append(DropCaptions(key, place))
            else:
                self.part.notes.append(
                    f"Delete the old track “{track_name(key)}” by hand: the host lets no script do it."
                )

    def _keep(
        self, key: str, records: list[PushedCaption], shown: Iterable[Caption] | None = None, replaced: str = ""
    ) -> None:
        look = digest(shown if shown is not None else (record.caption for record in records))
        self.part.after[key] = PushedTrack(key, tuple(records), look, replaced)


def _kept(items: Iterable[Item]) -> list[PushedCaption]:
    return [record for item in items if (record := item.kept_record())]

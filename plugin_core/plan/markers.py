"""The markers' part of a plan: three versions of each, by key; then frames, then the order of the operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b

from plugin_core import colours
from plugin_core.document import Document, Mark
from plugin_core.host import (
    Conflict,
    DropMarker,
    HostEdit,
    Marker,
    Operation,
    PlanOptions,
    PutMarker,
    TimelineInfo,
)
from plugin_core.markers import key_of, mark_of, markers_of, parse_note, without_id
from plugin_core.plan.looks import WORDS, differs, is_plain, look, said, with_value
from plugin_core.plan.order import Put, by_frame, ordered, place, place_of
from plugin_core.plan.pushed import Pushed, PushedMarker


@dataclass(slots=True)
class MarkerPart:
    """What is planned for the markers."""

    operations: list[Operation] = field(default_factory=list)
    pulled: list[HostEdit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    after: dict[str, PushedMarker] = field(default_factory=dict)
    own: int = 0


def plan_markers(
    document: Document, info: TimelineInfo, present: Iterable[Marker], last: Pushed | None, options: PlanOptions
) -> MarkerPart:
    """The operations that make the markers of a timeline show the document's marks; see ``plugin_core.plan``."""
    return _Planner(document, info, present, last, options).planned()


class _Planner:
    def __init__(
        self, document: Document, info: TimelineInfo, present: Iterable[Marker], last: Pushed | None,
        options: PlanOptions,
    ) -> None:  # fmt: skip
        self.document, self.info, self.options, self.traits = document, info, options, options.traits
        self._look = partial(look, self.traits.palette)
        self._differs = partial(differs, self.traits.palette)
        self.marks = {mark.id: mark for mark in document.marks}
        self.blind = last is None
        last = last or Pushed()
        self.last = {item.marker.key: item for item in last.markers}
        self.touched = frozenset(last.touched)
        self.begun: dict[str, list[PushedMarker]] = defaultdict(list)
        for item in last.begun_markers:
            self.begun[item.marker.key].append(item)
        self.answers = dict(options.answers)
        self.part = MarkerPart()
        self.wanted = self._wanted()
        self.rekeyed: set[str] = set()
        self.stays: list[Marker] = []
        self.drops: list[Marker] = []
        self.puts: list[Put] = []
        self.groups = self._groups(present)

    def planned(self) -> MarkerPart:
        order = {key: at for at, key in enumerate(self.wanted)}
        for key in sorted({*self.groups, *self.wanted, *self.last}, key=lambda key: (order.get(key, len(order)), key)):
            if key in self.last and not self._is_asked(key, self.last[key].marker):
                self.part.after[key] = self.last[key]
            else:
                self._decide(key)
        self._limit()
        place(self.puts, {marker.frame for marker in self.stays}, self.info.duration, self.traits)
        for put in self.puts:
            self._keep(put)
        self.part.operations = self._operations()
        return self.part

    # -- the three versions ------------------------------------------------------------------------

    def _wanted(self) -> dict[str, Marker]:
        """The document's markers by key, in the order in which they choose frames."""
        made = markers_of(self.document, self.info, kinds=self.options.kinds, ids=not self.traits.has_keys)
        end = self.info.duration
        wanted = {marker.key: marker for marker in made if not end or marker.frame < end}
        asked = (mark.id for mark in self.document.marks if mark.kind in self.options.kinds)
        self.part.outside = [key for key in asked if key not in wanted]
        return wanted

    def _groups(self, present: Iterable[Marker]) -> dict[str, list[Marker]]:
        """What the host has of ours, by key; the rest stays where it is."""
        groups: dict[str, list[Marker]] = defaultdict(list)
        others = []
        for marker in sorted(present, key=by_frame):
            key = key_of(marker)
            if key and self._is_ours(key, marker):
                groups[key].append(marker)
            else:
                others.append(marker)
        if not self.blind:
            others = self._recognised(groups, others)
            self._copies(groups)
        self.part.own = len(others)
        self.stays += others
        return groups

    def _is_ours(self, key: str, marker: Marker) -> bool:
        known = self.blind or key in self.marks or key in self.last or key in self.touched
        return known and self._is_asked(key, marker)

    def _is_asked(self, key: str, marker: Marker) -> bool:
        kind = self.marks[key].kind if key in self.marks else parse_note(marker.note)[1]
        return kind in self.options.kinds

    def _recognised(self, groups: dict[str, list[Marker]], others: list[Marker]) -> list[Marker]:
        """*others* without those that are ours but for their key: it was edited or removed in the host."""
        missing = [key for key in sorted(self.last) if key not in groups and key in self.wanted]
        seen = {self._look(self.last[key].shown): key for key in missing} if others else {}
        left = []
        for marker in others:
            key = seen.pop(self._look(marker), "")
            if key:
                groups[key].append(marker)
                self.rekeyed.add(key)
            else:
                left.append(marker)
        return left

    def _copies(self, groups: dict[str, list[Marker]]) -> None:
        """Of markers with one key, ours stays; leftovers of a killed push go; the user's copies become their own."""
        for key in list(groups):
            if len(groups[key]) == 1 and (key in self.wanted or key in self.last):
                continue
            records = self._records(key)
            found = sorted(groups.pop(key), key=lambda marker: self._likeness(key, marker))
            ours = {self._look(item.shown) for item in records}
            if records or key in self.wanted:  # else none of them is what was put: that was dropped, copies were not
                main = found.pop(0)
                groups[key] = [main]
                ours.add(self._look(main))
            for marker in found:
                if self._look(marker) in ours:
                    self.drops.append(marker)
                else:
                    self._copied(key, marker, groups)

    def _copied(self, key: str, marker: Marker, groups: dict[str, list[Marker]]) -> None:
        copy = _copy_id(marker, key)
        if copy in self.wanted and copy not in groups:
            groups[copy] = [marker]
            self.rekeyed.add(copy)
            return
        self.stays.append(marker)
        if copy not in self.marks:
            mark = replace(mark_of(replace(marker, key=key), self.info), id=copy)
            self.part.pulled.append(HostEdit(copy, ("copied",), mark))

    def _likeness(self, key: str, marker: Marker) -> tuple[object, ...]:
        looks = [self._look(item.shown) for item in self._records(key)]
        wanted = self.wanted.get(key)
        near = self.last[key].shown.frame if key in self.last else wanted.frame if wanted else 0
        return (
            wanted is None or self._look(marker) != self._look(wanted),
            self._look(marker) not in looks,
            abs(marker.frame - near),
            by_frame(marker),
        )

    def _records(self, key: str) -> list[PushedMarker]:
        """What a push may have left in the host, the latest first."""
        begun = self.begun.get(key, [])[::-1] if key in self.touched else []
        return [*begun, *([self.last[key]] if key in self.last else [])]

    # -- who is right ------------------------------------------------------------------------------

    def _decide(self, key: str) -> None:
        found, wanted = self.groups.get(key, []), self.wanted.get(key)
        if self.blind and len(found) > 1:
            main, *others = sorted(found, key=lambda marker: self._likeness(key, marker))
            found = [main]
            self.drops += others
        host = found[0] if found else None
        base = self._base(key, host)
        if not self._in_range(wanted, host, base):
            self._leave(key, host)
        elif host is None:
            self._without_host(key, wanted, base)
        elif wanted is None:
            self._without_document(key, host, base)
        else:
            self._merge(key, host, wanted, base)

    def _base(self, key: str, host: Marker | None) -> PushedMarker | None:
        """What was last agreed on; of a push that was killed, what it got done. None if it may not have begun."""
        records = self._records(key)
        if key not in self.touched:
            return records[0] if records else None
        if host is None:
            return None
        alike = (item for item in records if self._look(item.shown) == self._look(host))
        return next(alike, self.last.get(key) or (records[0] if records else None))

    def _in_range(self, *versions: Marker | PushedMarker | None) -> bool:
        if not self.options.in_range:
            return True
        markers = [item.shown if isinstance(item, PushedMarker) else item for item in versions if item]
        first, after = self.info.mark_in, self.info.mark_out
        return any((first is None or first <= m.frame) and (after is None or m.frame < after) for m in markers)

    def _leave(self, key: str, host: Marker | None) -> None:
        if host:
            self.stays.append(host)
        if key in self.last and (host or key in self.wanted):
            self.part.after[key] = self.last[key]

    def _without_host(self, key: str, wanted: Marker | None, base: PushedMarker | None) -> None:
        if wanted is None:
            return
        if base is None:
            self.puts.append(Put(wanted))
            return
        changed = [name for name in WORDS if self._differs(name, wanted, base.marker)]
        side = self.answers.get(key, self.options.conflicts if changed else "host")
        if self.options.restore or side == "document":
            self.puts.append(Put(wanted))
            return
        self.part.after[key] = base
        if changed and side == "ask":
            self.part.conflicts.append(Conflict(key, ("deleted",), None, wanted))
        else:
            self.part.pulled.append(HostEdit(key, ("deleted",)))

    def _without_document(self, key: str, host: Marker, base: PushedMarker | None) -> None:
        changed = [name for name in WORDS if base and self._differs(name, host, base.shown)]
        side = self.answers.get(key, self.options.conflicts) if changed else "document"
        if side == "document":
            self.drops.append(host)
            return
        self.stays.append(host)
        if base:
            self.part.after[key] = base
        if side == "ask":
            self.part.conflicts.append(Conflict(key, tuple(WORDS[name] for name in changed), host, None))
        elif key not in self.marks:
            self.part.pulled.append(HostEdit(key, ("added",), mark_of(replace(host, key=key), self.info)))

    def _merge(self, key: str, host: Marker, wanted: Marker, base: PushedMarker | None) -> None:
        """Field by field: what only one side changed is taken from it; the place is frame and length together."""
        if self.blind or (base is None and key in self.touched):
            self.puts.append(Put(wanted, host, force=key in self.rekeyed))
            return
        target, kept = host if host.key == key else replace(host, key=key), set()
        same = base is not None and target == base.shown and wanted == base.marker  # most are
        disputed: list[str] = []
        pulled: list[str] = []
        side = self.answers.get(key, self.options.conflicts)
        for name in () if same else WORDS:
            theirs = base is None or self._differs(name, host, base.shown)
            ours = base is None or self._differs(name, wanted, base.marker)
            if ours and theirs and self._differs(name, host, wanted) and side != "document":
                kept.add(name)
                (disputed if side == "ask" else pulled).append(name)
            elif theirs and not ours and self._differs(name, host, wanted):
                kept.add(name)
                pulled.append(name)
            elif ours and self._differs(name, host, wanted):
                target = with_value(target, name, wanted)
        if disputed:
            self.part.conflicts.append(Conflict(key, tuple(WORDS[name] for name in disputed), host, wanted))
        if pulled:
            self.part.pulled.append(
                HostEdit(key, tuple(WORDS[name] for name in pulled), self._pulled(key, host, pulled))
            )
        if key in self.rekeyed and not self.traits.has_keys:
            target = replace(target, note=f"{without_id(target.note)} [zimu:{key}]")
        settled = "place" in kept or not self.traits.one_per_frame
        if not settled and target.frame != wanted.frame:
            # its frame depends on the document and on what is in the way, not on where it happens to be
            target = replace(target, frame=wanted.frame)
        record = base if same else _recorded(wanted, base, kept)
        self.puts.append(Put(target, host, settled, key in self.rekeyed, record, frozenset(kept)))

    def _pulled(self, key: str, host: Marker, names: Iterable[str]) -> Mark:
        """The document's mark with the host's version of *names*."""
        mark = self.marks[key]
        colour = colours.colour_of(mark)
        for name in names:
            if name == "place":
                mark = self._moved(mark, host)
            elif name == "name":
                mark = replace(mark, text=host.name)
            elif name == "note":
                kind, attributes, confidence = said(host.note)
                kind = mark.kind if is_plain(kind, attributes, confidence) else kind
                mark = replace(mark, kind=kind, attributes=attributes, confidence=confidence)
            else:
                colour = host.colour
        attributes = tuple(pair for pair in mark.attributes if pair[0] != "colour")
        shown = () if colour == colours.KINDS[mark.kind] else (("colour", colour),)
        if colour == colours.colour_of(mark):
            return mark
        return replace(mark, attributes=(*attributes, *shown))

    def _moved(self, mark: Mark, host: Marker) -> Mark:
        """*mark* on the host's frames; its length in ms stays if it is as many frames there."""
        start = max(0, self.info.ms(host.frame))
        end = start + mark.end - mark.start
        if self.info.span(start, end) != place_of(host):
            end = max(start, self.info.ms(host.frame + host.frames))
        return replace(mark, start=start, end=end)

    # -- frames and records ------------------------------------------------------------------------

    def _limit(self) -> None:
        """Where a host holds only so many markers, the least certain of the new ones are left out."""
        room = self.traits.most_markers - len(self.stays) - sum(put.replaces is not None for put in self.puts)
        fresh = [put for put in self.puts if put.replaces is None]
        if not self.traits.most_markers or len(fresh) <= max(0, room):
            return
        best = sorted(fresh, key=lambda put: -self.marks[put.marker.key].confidence)[: max(0, room)]
        kept = {put.marker.key for put in best}
        self.puts = [put for put in self.puts if put.replaces or put.marker.key in kept]
        count = len(fresh) - len(kept)
        self.part.notes.append(f"The host holds {self.traits.most_markers} markers; left out: {count}.")

    def _keep(self, put: Put) -> None:
        """The record of a marker that will be there."""
        key = put.marker.key
        if put.record is not None:
            self.part.after[key] = _shown_as(put.record, put.marker, put.kept)
        elif not put.kept:
            self.part.after[key] = PushedMarker(self.wanted[key], put.marker)

    def _operations(self) -> list[Operation]:
        """What goes makes room; then what changes, each after the one whose frame it takes; then what is new."""
        changes = {}
        fresh = []
        for put in sorted(self.puts, key=lambda put: by_frame(put.marker)):
            if (old := put.replaces) is None:
                fresh.append(PutMarker(put.marker))
            elif put.force or (old != put.marker and any(self._differs(name, old, put.marker) for name in WORDS)):
                changes[put.marker.key] = PutMarker(put.marker, old)
        drops = (DropMarker(marker) for marker in sorted(self.drops, key=by_frame))
        return [*drops, *ordered(changes, self.traits), *fresh]


def _recorded(wanted: Marker, base: PushedMarker | None, kept: Iterable[str]) -> PushedMarker | None:
    """The record's side of the document: what was agreed on is new, what the host kept stays as it was last."""
    kept = list(kept)
    if base is None:
        return None if kept else PushedMarker(wanted, wanted)
    marker = wanted
    for name in kept:
        marker = with_value(marker, name, base.marker)
    return PushedMarker(marker, base.shown)


def _shown_as(record: PushedMarker, target: Marker, kept: Iterable[str]) -> PushedMarker:
    shown = target
    for name in kept:
        shown = with_value(shown, name, record.shown)
    return record if shown == record.shown else replace(record, shown=shown)


def _copy_id(marker: Marker, key: str) -> str:
    """The id that a user's copy of our marker gets in the document: the same as long as the copy is the same."""
    content = (key, marker.frame, marker.frames, marker.name, marker.note, marker.colour)
    return blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()

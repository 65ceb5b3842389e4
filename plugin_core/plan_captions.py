"""The caption tracks' part of a plan. Hosts make and remove whole tracks only, so a track is one operation or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from plugin_core.caption_layout import Layout, Row, by_time, captions_of, digest, languages_of, spaced, track_keys
from plugin_core.document import Cue, Document
from plugin_core.host import (
    Caption,
    CaptionTrack,
    Change,
    Conflict,
    DropCaptions,
    Operation,
    PlanOptions,
    PutCaptions,
    TimelineInfo,
    track_name,
)
from plugin_core.matching import matched
from plugin_core.pushed import Pushed, PushedCaption, PushedTrack, track_id


@dataclass(slots=True)
class CaptionPart:
    """What is planned for the caption tracks."""

    operations: list[Operation] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    after: dict[str, PushedTrack] = field(default_factory=dict)
    pulled: dict[str, Change] = field(default_factory=dict)
    own: int = 0


@dataclass(slots=True)
class _Item:
    """A caption in the making: where it will be, and its record, whose *kept* sides stay as they were."""

    row: Row | None
    record: PushedCaption | None
    kept: frozenset[str] = frozenset()

    @property
    def fixed(self) -> bool:
        """Whether its place is the host's: it was put or moved there by the user."""
        return self.record is None or "place" in self.kept

    def recorded(self) -> PushedCaption | None:
        if self.record is None or self.row is None or self.record.shown is self.row.caption:
            return self.record
        old = self.record.shown or self.row.caption
        place = old if "place" in self.kept else self.row.caption
        text = old.text if "text" in self.kept else self.row.text
        return replace(self.record, shown=Caption(place.frame, place.frames, text))


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
        self.layout = Layout(document, info, options.min_frames)
        self.part = CaptionPart(outside=self.layout.outside, own=sum(not track.key for track in present))

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
            self._put(key, self._asked(rows), [])
            return
        if not rows:
            return
        changed = [row.caption for row in rows] != [item.caption for item in base.captions]
        side = self.answers.get(key, self.options.conflicts if changed else "host")
        if self.options.restore or side == "document":
            self._put(key, self._asked(rows), [])
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
        self._put(key, target, range(count))

    def _overwrite(self, key: str, rows: list[Row], mine: list[list[Caption]]) -> None:
        """Without a record the document is right; of several tracks the one that shows it stays."""
        for at in reversed(range(len(mine))):
            target = self._whole(rows, mine[at])
            if [row.caption for row in target] == mine[at]:
                self._drop(key, [other for other in range(len(mine)) if other != at or not target])
                self._keep(key, [_Item(row, _record(row)) for row in target if row.cues])
                return
        self._put(key, self._whole(rows, mine[-1]), range(len(mine)))

    def _whole(self, rows: list[Row], shown: Sequence[Caption]) -> list[Row]:
        if not self.options.in_range:
            return rows
        return self._within(rows, [Row(caption) for caption in shown])

    def _within(self, rows: list[Row], there: list[Row]) -> list[Row]:
        """*rows* as far as they are asked for, between those that are *there* and are not to be touched."""
        stays = [row for row in there if not self.asked(row.frame)]
        return sorted([*stays, *spaced(self._asked(rows), stays, self.options.min_frames)], key=by_time)

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
        items = _Merge(self, key, rows, host, base).items()
        target = sorted((item.row for item in items if item.row), key=by_time)
        if [row.caption for row in target] == host and (host or any(item.record for item in items)):
            self._drop(key, leftovers)
            self._keep(key, items, host)
            return
        free = [item for item in items if item.row and not item.fixed]
        free.sort(key=lambda item: by_time(item.row) if item.row else (0, 0, ""))
        stays = [item.row for item in items if item.row and item.fixed]
        moved = spaced([item.row for item in free if item.row], stays, self.options.min_frames)
        for item, row in zip(free, moved, strict=True):
            item.row = row
        self._put(key, sorted([*stays, *moved], key=by_time), [*leftovers, at], items, digest(host))

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
            self._keep(key, [_Item(row, _record(row)) for row in target if row.cues], host)
        elif side == "document":
            self._put(key, target, [*leftovers, at])
        else:
            self.part.notes.append(f"The track “{track_name(key)}” was there before; it stays as it is.")
            if side == "ask":
                self.part.conflicts.append(Conflict(key, ("unknown",)))

    # -- what comes out ----------------------------------------------------------------------------

    def asked(self, frame: int) -> bool:
        """Whether what begins at *frame* is to be shown as the document says."""
        first, after = self.info.mark_in, self.info.mark_out
        return not self.options.in_range or ((first is None or frame >= first) and (after is None or frame < after))

    def _asked(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if self.asked(row.frame)]

    def _put(
        self, key: str, rows: list[Row], old: Iterable[int], items: list[_Item] | None = None, replaced: str = ""
    ) -> None:
        """The new track first, then the *old* ones: at any time one of them is there."""
        if rows:
            captions = tuple(row.caption for row in rows)
            self.part.operations.append(PutCaptions(CaptionTrack(key, track_name(key), captions)))
        self._drop(key, old)
        if items is None:
            items = [_Item(row, _record(row)) for row in rows if row.cues]
        if rows or any(item.record for item in items):
            self._keep(key, items, [row.caption for row in rows], replaced)

    def _drop(self, key: str, places: Iterable[int]) -> None:
        for place in sorted(places, reverse=True):
            if self.traits.drops_captions:
                self.part.operations.append(DropCaptions(key, place))
            else:
                self.part.notes.append(
                    f"Delete the old track “{track_name(key)}” by hand: the host lets no script do it."
                )

    def _keep(
        self, key: str, items: Iterable[_Item], shown: Iterable[Caption] | None = None, replaced: str = ""
    ) -> None:
        records = tuple(record for item in items if (record := item.recorded()))
        look = digest(shown if shown is not None else (record.caption for record in records))
        self.part.after[key] = PushedTrack(key, records, look, replaced)


class _Merge:
    """One track, three versions of every caption: *rows* of the document, *host*, and *base*, the record."""

    def __init__(self, planner: _Planner, key: str, rows: list[Row], host: list[Caption], base: PushedTrack) -> None:
        self.planner, self.key, self.host, self.base = planner, key, host, base
        self.part, self.options, self.layout = planner.part, planner.options, planner.layout
        self.rows = {row.cues: row for row in rows}
        self.row_of = {cue: row for row in rows for cue in row.cues}
        self.languages = languages_of(planner.document, key) if rows else ()
        self.cues = planner.layout.at

    def items(self) -> list[_Item]:
        """Every caption to be there, and every record to keep."""
        known = [item for item in self.base.captions if item.shown]
        pairs, _, new = matched([item.shown for item in known if item.shown], self.host)
        of = {known[before].cues: self.host[now] for before, now in pairs}
        result = [made for item in self.base.captions if (made := self._item(item, of.get(item.cues)))]
        seen = {item.cues for item in self.base.captions}
        fresh = {cues: row for cues, row in self.rows.items() if cues not in seen}
        alike = {row.caption: cues for cues, row in fresh.items()}
        result += [self._added(self.host[at], fresh, alike) for at in new]
        rest = (row for row in fresh.values() if self.planner.asked(row.frame))
        return [*result, *(_Item(row, _record(row)) for row in rest)]

    def _item(self, item: PushedCaption, host: Caption | None) -> _Item | None:
        row = self.rows.get(item.cues)
        if row and host and host == item.shown and row.caption == item.caption:
            return _Item(Row(item.shown, item.cues), item)
        if not (self.planner.asked(item.caption.frame) or (row and self.planner.asked(row.frame))):
            return _Item(_as_row(host, item.cues), item, frozenset({"place", "text"}))
        if host is None:
            return self._gone(item, row)
        if row is None:
            return self._orphan(item, host)
        return self._both(item, host, row)

    def _gone(self, item: PushedCaption, row: Row | None) -> _Item | None:
        """The host does not show it: it never did, or it was deleted there."""
        if row is None:
            return None
        changed = row.caption != item.caption
        if item.shown is None:
            return _Item(row, _record(row)) if changed else _Item(None, item)
        side = self._side(item.cues, "ask" if changed else "host")
        if self.options.restore or side == "document":
            return _Item(row, _record(row))
        if changed and side == "ask":
            self.part.conflicts.append(Conflict(self._name(item.cues), ("deleted",), None, row.caption))
        else:
            self._pull_text(item.cues, "", "deleted")
        return _Item(None, item)

    def _orphan(self, item: PushedCaption, host: Caption) -> _Item | None:
        """The document does not have it any more."""
        if host == item.shown or self._joined(item.cues, host):
            return None
        side = self._side(item.cues, "ask")
        if side == "document":
            return None
        if side == "ask":
            self.part.conflicts.append(Conflict(self._name(item.cues), ("changed",), host, None))
        elif self.languages and len(item.cues) == 1:
            if item.cues[0] in self.cues:
                self._pull_text(item.cues, host.text, "added")
                self._pull_times(item.cues, host, Caption(-1, 0, ""))
            else:
                self._pull_cue(item.cues[0], host)
        return _Item(_as_row(host, item.cues), item, frozenset({"place", "text"}))

    def _joined(self, cues: tuple[str, ...], host: Caption) -> bool:
        """Whether the document shows the host's text already, in a caption together with that of another cue."""
        rows = [self.row_of.get(cue) for cue in cues]
        return all(row is not None and row.cues != cues and host.text in row.text for row in rows)

    def _both(self, item: PushedCaption, host: Caption, row: Row) -> _Item:
        shown = item.shown or item.caption
        place, text, kept = _place(host), host.text, set()
        disputed: list[str] = []
        for name, theirs, ours, same in (
            ("place", _place(host) != _place(shown), _place(row) != _place(item.caption), _place(host) == _place(row)),
            ("text", host.text != shown.text, row.text != item.caption.text, host.text == row.text),
        ):
            if same or not (theirs or ours):
                continue
            side = self._side(item.cues, "ask") if ours and theirs else "host" if theirs else "document"
            if side == "document":
                place, text = (_place(row), text) if name == "place" else (place, row.text)
                continue
            kept.add(name)
            if side == "ask":
                disputed.append("retimed" if name == "place" else "reworded")
            elif name == "place":
                self._pull_times(item.cues, host, shown)
            else:
                self._pull_text(item.cues, host.text, "reworded")
        if disputed:
            self.part.conflicts.append(Conflict(self._name(item.cues), tuple(disputed), host, row.caption))
        agreed = item.caption if "place" in kept else row
        wording = item.caption.text if "text" in kept else row.text
        record = PushedCaption(item.cues, Caption(agreed.frame, agreed.frames, wording), shown)
        return _Item(Row(Caption(*place, text), item.cues), record, frozenset(kept))

    def _added(self, host: Caption, fresh: dict[tuple[str, ...], Row], alike: dict[Caption, tuple[str, ...]]) -> _Item:
        """A caption that no record knows: one of ours that is new in the document too, or one that the user made."""
        if row := fresh.pop(alike.get(host, ("",)), None):
            return _Item(row, _record(row))
        new = _new_id(host)
        row = fresh.pop((new,), None)
        if row is None:
            if self._joined((new,), host):
                return _Item(None, None)
            if self.planner.asked(host.frame) and new not in self.cues:
                self._pull_cue(new, host)
            return _Item(_as_row(host, ()), None)
        side = self._side(row.cues, "ask")
        if side == "document":
            return _Item(row, _record(row))
        if side == "ask":
            self.part.conflicts.append(Conflict(self._name(row.cues), ("changed",), host, row.caption))
        else:
            self._pull_text(row.cues, host.text, "reworded")
            self._pull_times(row.cues, host, row.caption)
        return _Item(_as_row(host, row.cues), None)

    # -- what the document is offered --------------------------------------------------------------

    def _side(self, cues: tuple[str, ...], otherwise: str) -> str:
        chosen = self.options.conflicts if otherwise == "ask" else otherwise
        return self.planner.answers.get(self._name(cues), chosen)

    def _name(self, cues: tuple[str, ...]) -> str:
        return f"{self.key}:{'+'.join(cues)}"

    def _pull_text(self, cues: tuple[str, ...], text: str, what: str) -> None:
        parts = self.layout.parted(self.key, cues[0], text) if self.languages and len(cues) == 1 else None
        if parts is None:
            self._unfollowed(cues)
            return
        change = self.part.pulled.get(cues[0], Change(cues[0], ()))
        told = dict(change.texts)
        if any(told.get(language, part) != part for language, part in parts.items()):
            self._unfollowed(cues)
            return
        old = {language: self.layout.texts[language][self.cues[cues[0]]] for language in parts}
        told.update({language: part for language, part in parts.items() if part != old[language]})
        self._offer(replace(change, texts=tuple(sorted(told.items()))), what)

    def _pull_times(self, cues: tuple[str, ...], host: Caption, shown: Caption) -> None:
        if len(cues) != 1:
            self._unfollowed(cues)
            return
        info, cue = self.planner.info, self.planner.document.cues[self.cues[cues[0]]]
        start = max(0, info.ms(host.frame)) if host.frame != shown.frame else cue.start
        after = host.frame + host.frames
        end = max(0, info.ms(after)) if after != shown.frame + shown.frames or cue.end <= start else cue.end
        change = self.part.pulled.get(cue.id, Change(cue.id, ()))
        if change.start is not None and (change.start, change.end) != (start, end):
            self._unfollowed(cues)
            return
        self._offer(replace(change, start=start, end=max(start, end)), "retimed")

    def _pull_cue(self, new: str, host: Caption) -> None:
        """A cue for a caption of the user's; those of several tracks at the same time become one."""
        parts = self.layout.parted(self.key, new, host.text) or {self.languages[0]: host.text} if self.languages else {}
        if not parts:
            self._unfollowed(())
            return
        info, languages = self.planner.info, self.planner.document.languages
        start = max(0, info.ms(host.frame))
        known = self.part.pulled.get(new)
        cue = (known and known.cue) or Cue(
            new, start, max(start, info.ms(host.frame + host.frames)), ("",) * len(languages)
        )
        texts = tuple(parts.get(language) or text for language, text in zip(languages, cue.texts, strict=True))
        self._offer(Change(new, known.what if known else (), cue=replace(cue, texts=texts)), "added")

    def _offer(self, change: Change, what: str) -> None:
        self.part.pulled[change.id] = replace(change, what=tuple(dict.fromkeys((*change.what, what))))

    def _unfollowed(self, cues: tuple[str, ...]) -> None:
        where = f" of {', '.join(cues)}" if cues else ""
        self.part.notes.append(
            f"An edit made in the host to a caption{where} on “{track_name(self.key)}” is kept there, but cannot be"
            " carried over to the document."
        )


def _place(caption: Caption | Row) -> tuple[int, int]:
    return caption.frame, caption.frames


def _as_row(caption: Caption | None, cues: tuple[str, ...]) -> Row | None:
    return Row(caption, cues) if caption else None


def _record(row: Row) -> PushedCaption:
    return PushedCaption(row.cues, row.caption, row.caption)


def _new_id(caption: Caption) -> str:
    """The id of the cue made of a caption that the user added: the same as long as its times are."""
    return blake2b(f"added {caption.frame} {caption.frames}".encode(), digest_size=6).hexdigest()

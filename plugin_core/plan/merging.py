"""One caption track, three versions of every caption: what was pushed, what the host shows, what the document says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b

from plugin_core.document import Cue, Document
from plugin_core.host import Caption, Conflict, HostEdit, Operation, PlanOptions, TimelineInfo, track_name
from plugin_core.plan.layout import CaptionLayout, Row, by_time, languages_of
from plugin_core.plan.matching import places_now
from plugin_core.plan.pushed import PushedCaption, PushedTrack


@dataclass(slots=True)
class CaptionPart:
    """What is planned for the caption tracks."""

    operations: list[Operation] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    after: dict[str, PushedTrack] = field(default_factory=dict)
    pulled: dict[str, HostEdit] = field(default_factory=dict)
    own: int = 0


@dataclass(slots=True)
class Item:
    """A caption as it will be, None if it is not shown; and its record, whose *kept* sides stay as they were."""

    caption: Caption | None
    record: PushedCaption | None
    kept: frozenset[str] = frozenset()

    @property
    def fixed(self) -> bool:
        """Whether its place is the host's: it was put or moved there by the user."""
        return self.record is None or "place" in self.kept

    def kept_record(self) -> PushedCaption | None:
        record, caption = self.record, self.caption
        if record is None or caption is None or record.shown is caption:
            return record
        old = record.shown or caption
        shown = _with_text(old if "place" in self.kept else caption, old if "text" in self.kept else caption)
        return record if shown == record.shown else PushedCaption(record.cues, record.caption, shown)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every track is planned from, and *part*, what comes of it."""

    document: Document
    info: TimelineInfo
    options: PlanOptions
    layout: CaptionLayout
    part: CaptionPart
    answers: Mapping[str, str]

    def asked(self, frame: int) -> bool:
        """Whether what begins at *frame* is to be shown as the document says."""
        first, after = self.info.mark_in, self.info.mark_out
        inside = (first is None or frame >= first) and (after is None or frame < after)
        return inside or not self.options.in_range


class Merge:
    """One track, three versions of every caption: *rows* of the document, *host*, and *base*, the record."""

    def __init__(self, ground: Ground, key: str, rows: list[Row], host: list[Caption], base: PushedTrack) -> None:
        self.ground, self.key, self.host, self.base = ground, key, host, base
        self.part, self.options, self.layout = ground.part, ground.options, ground.layout
        self.rows = rows
        self.languages = languages_of(ground.document, key) if rows else ()
        self.cues = ground.layout.at

    def items(self) -> list[Item]:
        """Every caption to be there, and every record to keep."""
        rows, fresh = self._of_document()
        hosts, new = self._of_host(rows)
        result: list[Item] = []
        for item, row, host in zip(self.base.captions, rows, hosts, strict=True):
            if row and item.shown and host == item.shown and row.caption == item.caption:  # as both were: most are
                result.append(Item(item.shown, item))
            elif made := self._item(item, row, host):
                result.append(made)
        alike = {row.caption: cues for cues, row in fresh.items()}
        result += [self._added(self.host[at], fresh, alike) for at in new]
        rest = (row for row in fresh.values() if self.ground.asked(row.frame))
        return [*result, *(_as_wanted(row) for row in rest)]

    def _of_document(self) -> tuple[list[Row | None], dict[tuple[str, ...], Row]]:
        """The row of each record, and those that have none, by their cues. Most come one after the other, as before."""
        found: list[Row | None] = []
        rows, used, following = self.rows, [False] * len(self.rows), 0
        for item in self.base.captions:
            at: int | None = following
            if following == len(rows) or rows[following].cues != item.cues:
                at = self._places.get(item.cues)
            if at is None:
                found.append(None)
                continue
            found.append(rows[at])
            used[at] = True
            following = at + 1
        return found, {row.cues: row for row, taken in zip(rows, used, strict=True) if not taken}

    @cached_property
    def _places(self) -> dict[tuple[str, ...], int]:
        return {row.cues: at for at, row in enumerate(self.rows)}

    @cached_property
    def _row_of(self) -> dict[str, Row]:
        return {cue: row for row in self.rows for cue in row.cues}

    def _of_host(self, rows: Sequence[Row | None]) -> tuple[list[Caption | None], list[int]]:
        """The host's caption of each record, and the places of those that no record knows."""
        records = self.base.captions
        known = [at for at, item in enumerate(records) if item.shown]
        shown = [item.shown for item in records if item.shown]
        if len({caption.frame for caption in shown}) < len(shown):  # of those alike the one still wanted is the first
            known.sort(key=lambda at: self._rank(records[at], rows[at]))
            shown = [caption for at in known if (caption := records[at].shown)]
        places, new = places_now(shown, self.host)
        found: list[Caption | None] = [None] * len(records)
        for at, place in zip(known, places, strict=True):
            if place is not None:
                found[at] = self.host[place]
        return found, new

    def _rank(self, item: PushedCaption, row: Row | None) -> tuple[object, ...]:
        unwanted = row is None or row.caption != item.caption
        return (*by_time(item.shown or item.caption), unwanted)

    def _item(self, item: PushedCaption, row: Row | None, host: Caption | None) -> Item | None:
        if not (self.ground.asked(item.caption.frame) or (row and self.ground.asked(row.frame))):
            return Item(host, item, frozenset({"place", "text"}))
        if host is None:
            return self._gone(item, row)
        if row is None:
            return self._orphan(item, host)
        return self._both(item, host, row)

    def _gone(self, item: PushedCaption, row: Row | None) -> Item | None:
        """The host does not show it: it never did, or it was deleted there."""
        if row is None:
            return None
        changed = row.caption != item.caption
        if item.shown is None:
            return _as_wanted(row) if changed else Item(None, item)
        side = self._side(item.cues, "ask" if changed else "host")
        if self.options.restore or side == "document":
            return _as_wanted(row)
        if changed and side == "ask":
            self.part.conflicts.append(Conflict(self._name(item.cues), ("deleted",), None, row.caption))
        else:
            self._pull_text(item.cues, "", "deleted")
        return Item(None, item)

    def _orphan(self, item: PushedCaption, host: Caption) -> Item | None:
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
        return Item(host, item, frozenset({"place", "text"}))

    def _joined(self, cues: tuple[str, ...], host: Caption) -> bool:
        """Whether the document shows the host's text already, in a caption together with that of another cue."""
        rows = [self._row_of.get(cue) for cue in cues]
        return all(row is not None and row.cues != cues and host.text in row.text for row in rows)

    def _both(self, item: PushedCaption, host: Caption, row: Row) -> Item:
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
        agreed = _with_text(item.caption if "place" in kept else row.caption, (item if "text" in kept else row).caption)
        record = item if item.shown and agreed == item.caption else PushedCaption(item.cues, agreed, shown)
        now = host if (place, text) == (_place(host), host.text) else Caption(*place, text)
        return Item(now, record, frozenset(kept))

    def _added(self, host: Caption, fresh: dict[tuple[str, ...], Row], alike: dict[Caption, tuple[str, ...]]) -> Item:
        """A caption that no record knows: one of ours that is new in the document too, or one that the user made."""
        if row := fresh.pop(alike.get(host, ("",)), None):
            return _as_wanted(row)
        new = _new_id(host)
        row = fresh.pop((new,), None)
        if row is None:
            if self._joined((new,), host):
                return Item(None, None)
            if self.ground.asked(host.frame) and new not in self.cues:
                self._pull_cue(new, host)
            return Item(host, None)
        side = self._side(row.cues, "ask")
        if side == "document":
            return _as_wanted(row)
        if side == "ask":
            self.part.conflicts.append(Conflict(self._name(row.cues), ("changed",), host, row.caption))
        else:
            self._pull_text(row.cues, host.text, "reworded")
            self._pull_times(row.cues, host, row.caption)
        return Item(host, None)

    # -- what the document is offered --------------------------------------------------------------

    def _side(self, cues: tuple[str, ...], otherwise: str) -> str:
        chosen = self.options.conflicts if otherwise == "ask" else otherwise
        return self.ground.answers.get(self._name(cues), chosen)

    def _name(self, cues: tuple[str, ...]) -> str:
        return f"{self.key}:{'+'.join(cues)}"

    def _pull_text(self, cues: tuple[str, ...], text: str, what: str) -> None:
        parts = self.layout.parted(self.key, cues[0], text) if self.languages and len(cues) == 1 else None
        if parts is None:
            self._unfollowed(cues)
            return
        change = self.part.pulled.get(cues[0]) or HostEdit(cues[0], ())
        told, column = dict(change.texts), self.cues[cues[0]]
        for language, part in parts.items():
            if told.get(language, part) != part:
                self._unfollowed(cues)
                return
            if part != self.layout.texts[language][column]:
                told[language] = part
        self._offer(change, what, texts=tuple(sorted(told.items())))

    def _pull_times(self, cues: tuple[str, ...], host: Caption, shown: Caption) -> None:
        if len(cues) != 1:
            self._unfollowed(cues)
            return
        info, cue = self.ground.info, self.ground.document.cues[self.cues[cues[0]]]
        start = max(0, info.ms(host.frame)) if host.frame != shown.frame else cue.start
        after = host.frame + host.frames
        end = max(0, info.ms(after)) if after != shown.frame + shown.frames or cue.end <= start else cue.end
        change = self.part.pulled.get(cue.id) or HostEdit(cue.id, ())
        if change.start is not None and (change.start, change.end) != (start, end):
            self._unfollowed(cues)
            return
        self._offer(change, "retimed", start=start, end=max(start, end))

    def _pull_cue(self, new: str, host: Caption) -> None:
        """A cue for a caption of the user's; those of several tracks at the same time become one."""
        parts = self.layout.parted(self.key, new, host.text) or {self.languages[0]: host.text} if self.languages else {}
        if not parts:
            self._unfollowed(())
            return
        info, languages = self.ground.info, self.ground.document.languages
        start = max(0, info.ms(host.frame))
        known = self.part.pulled.get(new)
        cue = (known and known.cue) or Cue(
            new, start, max(start, info.ms(host.frame + host.frames)), ("",) * len(languages)
        )
        texts = tuple(parts.get(language) or text for language, text in zip(languages, cue.texts, strict=True))
        self._offer(known or HostEdit(new, ()), "added", cue=replace(cue, texts=texts))

    def _offer(
        self, change: HostEdit, what: str, *, cue: Cue | None = None, texts: tuple[tuple[str, str], ...] | None = None,
        start: int | None = None, end: int | None = None,
    ) -> None:  # fmt: skip
        """*change* with what is given; written out, for there may be thousands."""
        self.part.pulled[change.id] = HostEdit(
            change.id,
            change.what if what in change.what else (*change.what, what),
            change.mark,
            cue or change.cue,
            change.texts if texts is None else texts,
            change.start if start is None else start,
            change.end if end is None else end,
        )

    def _unfollowed(self, cues: tuple[str, ...]) -> None:
        where = f" of {', '.join(cues)}" if cues else ""
        self.part.notes.append(
            f"An edit made in the host to a caption{where} on “{track_name(self.key)}” is kept there, but cannot be"
            " carried over to the document."
        )


def _place(caption: Caption | Row) -> tuple[int, int]:
    return caption.frame, caption.frames


def _with_text(caption: Caption, other: Caption) -> Caption:
    return caption if caption.text == other.text else Caption(caption.frame, caption.frames, other.text)


def _as_wanted(row: Row) -> Item:
    return Item(row.caption, recorded(row))


def recorded(row: Row) -> PushedCaption:
    """The record of a caption that is put as the document says."""
    return PushedCaption(row.cues, row.caption, row.caption)


def _new_id(caption: Caption) -> str:
    """The id of the cue made of a caption that the user added: the same as long as its times are."""
    return blake2b(f"added {caption.frame} {caption.frames}".encode(), digest_size=6).hexdigest()

"""What became of the cues and marks of a document when the cut changed: for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from plugin_core.document import Cue, Document, Mark
from plugin_core.host import TimelineInfo

UNCHANGED, MOVED, TRIMMED, SPLIT = "unchanged", "moved", "trimmed", "split"
DUPLICATED, RETIMED, DELETED, NOT_FOLLOWED = "duplicated", "retimed", "deleted", "not followed"
WHAT = (UNCHANGED, MOVED, TRIMMED, SPLIT, DUPLICATED, RETIMED, DELETED, NOT_FOLLOWED)
_QUOTED = 40  # characters of a text in a sentence


@dataclass(frozen=True, slots=True)
class Change:
    """
    What became of one cue or mark. *kind* is "cue" or the mark's; *what* one of ``WHAT``. Spans are ms, *old* of the
    old cut; *new* and *ids* have an entry for each place in the new one. *why* is a sentence, or "".
    """

    id: str
    kind: str
    what: str
    old: tuple[int, int]
    new: tuple[tuple[int, int], ...] = ()
    ids: tuple[str, ...] = ()
    why: str = ""
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        row: dict[str, Any] = {"id": self.id, "kind": self.kind, "what": self.what, "old": list(self.old)}
        row |= {"new": [list(span) for span in self.new], "ids": list(self.ids), "why": self.why, "text": self.text}
        return row


@dataclass(frozen=True, slots=True)
class Conformed:
    """
    The document on the new cut, one ``Change`` for each cue and mark there was (cues first), and what to know.

    *unsubtitled* are the spans of the new cut, in ms, that play what the old one did not: nothing was made for them.
    """

    document: Document
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    unsubtitled: tuple[tuple[int, int], ...] = ()
    old_info: TimelineInfo = field(default_factory=TimelineInfo)
    new_info: TimelineInfo = field(default_factory=TimelineInfo)

    @property
    def counts(self) -> dict[str, int]:
        """How many cues and marks became what, in the order of ``WHAT``."""
        found = Counter(change.what for change in self.changes)
        return {what: found[what] for what in WHAT if found[what]}

    def sentences(self) -> tuple[str, ...]:
        """The report for people: the sums, then all that was not only moved, then what is new."""
        sums = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        rows = [self._sentence(change) for change in self.changes if change.what not in {UNCHANGED, MOVED}]
        fresh = [f"Not subtitled yet: {self._timecodes(self.new_info, span)}." for span in self.unsubtitled]
        total = len(self.changes)
        head = f"Of {total} cues and marks: {sums}." if total else "There is nothing to conform."
        return (head, *rows, *fresh, *self.notes)

    def _sentence(self, change: Change) -> str:
        text = " ".join(change.text.split())
        text = f"“{text[:_QUOTED]}…”" if len(text) > _QUOTED else f"“{text}”"
        now = " and ".join(self._timecodes(self.new_info, span) for span in change.new)
        place = f"{self._timecodes(self.old_info, change.old)}{f', now {now}' if now else ''}"
        return f"{change.kind} {text} ({place}): {change.what}. {change.why}".rstrip()

    @staticmethod
    def _timecodes(info: TimelineInfo, span: tuple[int, int]) -> str:
        return "–".join(info.timecode(info.frame(ms)) for ms in span)

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "changes": [change.to_json() for change in self.changes],
            "unsubtitled": [list(span) for span in self.unsubtitled],
            "notes": list(self.notes),
        }


def row(item: Cue | Mark, what: str, landed: Iterable[Cue | Mark] = (), why: str = "") -> Change:
    """The change of *item* to *what*, which made *landed* of it."""
    kind = "cue" if isinstance(item, Cue) else item.kind
    text = (item.texts[0] if item.texts else "") if isinstance(item, Cue) else item.text
    found = list(landed)
    spans = tuple((one.start, one.end) for one in found)
    return Change(item.id, kind, what, (item.start, item.end), spans, tuple(one.id for one in found), why, text)

"""
What a text says happened: items, each standing verbatim in the input.

The JSON form is the program's stable interface (``zimu tag --json``): ``{"version": 1, "items": [...]}``. Spans are
[start, end) in characters of the input; ``input[start:end] == text`` always. What was annotated how is written in
models/tagger/guideline.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
KINDS = ("speech", "music", "sound", "action", "title")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Detail:
    """Where an attribute of an item stands in the input (None: inferred, not written there), and how sure it is."""

    span: Span | None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Item:
    """
    One thing that is said, heard, seen or shown.

    *text* is the input from ``span[0]`` to ``span[1]``. *time* is ms, *timecode* its original spelling, both of the
    last time code before the item (None and "" if there is none). *speaker* and *state* (how it is said: 画外音, OS,
    whispering; several with ``，``) belong to speech; *music_type* and *mood* to music and to sounds that set a mood;
    *action* is what an editor would call what happens; *manner* and *direction* are the words that say how and from
    where to where (急促, 由远及近); *items* are the parts of a title. *audio_class* is the AudioSet class. *unknown* is
    set where the words are in no lexicon and the pack is not sure: nothing is invented for them. *details* holds
    where each attribute stands, by its name.
    """

    kind: str
    text: str
    span: Span
    time: int | None = None
    timecode: str = ""
    confidence: float = 1.0
    speaker: str = ""
    state: str = ""
    music_type: str = ""
    mood: str = ""
    action: str = ""
    manner: str = ""
    direction: str = ""
    audio_class: str = ""
    items: tuple[str, ...] = ()
    unknown: bool = False
    details: Mapping[str, Detail] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values; attributes that do not apply are left out, except *time* and *timecode*, which may be null."""
        value: dict[str, Any] = {
            "kind": self.kind,
            "text": self.text,
            "span": list(self.span),
            "time": self.time,
            "timecode": self.timecode or None,
        }
        for name in ATTRIBUTES:
            if found := getattr(self, name):
                value[name] = list(found) if isinstance(found, tuple) else found
        value["confidence"] = round(self.confidence, 4)
        if self.details:
            value["details"] = {
                name: {"span": list(detail.span) if detail.span else None, "confidence": round(detail.confidence, 4)}
                for name, detail in self.details.items()
            }
        return value


ATTRIBUTES = (
    "speaker",
    "state",
    "music_type",
    "mood",
    "action",
    "manner",
    "direction",
    "audio_class",
    "items",
    "unknown",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A span of a kind the user named in plain words (zero-shot)."""

    label: str
    text: str
    span: Span
    time: int | None = None
    timecode: str = ""
    confidence: float = 1.0

    def to_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "text": self.text,
            "span": list(self.span),
            "time": self.time,
            "timecode": self.timecode or None,
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything found in one input, in the order it stands there. *notes* say what was odd about the input."""

    items: tuple[Item, ...] = ()
    asked: tuple[Asked, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {"version": VERSION, "items": [item.to_json() for item in self.items]}
        if self.asked:
            value["asked"] = [asked.to_json() for asked in self.asked]
        if self.notes:
            value["notes"] = list(self.notes)
        return value

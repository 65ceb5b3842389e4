"""
The loss report: for every editing program, what of this very document travels, what only nearly, and what does not.

What a program can hold is data (``travel.toml``); how much of it a document has is counted here.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from plugin_core.colours import KINDS
from plugin_core.document import Document
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme

TARGETS = ("resolve", "premiere", "fcp", "avid")


@dataclass(frozen=True, slots=True)
class Loss:
    """*count* things of a *feature*: *how* is "kept", "approximate" or "lost"; *via* the file; why in two languages."""

    feature: str
    count: int
    how: str
    via: str = ""
    en: str = ""
    zh: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Feature:
    """A thing that can be lost: its names and how many of it a document has on a timeline."""

    en: str
    zh: str
    count: Callable[[Document, TimelineInfo], int]


def _overlaps(document: Document, info: TimelineInfo) -> int:  # noqa: ARG001 - every counter gets both
    return sum(a.end > b.start for a, b in pairwise(document.cues))


def _between_frames(document: Document, info: TimelineInfo) -> int:
    cues = (time for cue in document.cues for time in (cue.start, cue.end))
    times = chain(cues, (time for mark in document.marks for time in (mark.start, mark.end)))
    return sum(info.ms(info.frame(time)) != time for time in times)


def _same_frame(document: Document, info: TimelineInfo) -> int:
    counts = Counter(info.frame(mark.start) for mark in document.marks)
    return sum(counts.values()) - len(counts)


def _own_colour(document: Document) -> int:
    return sum(dict(mark.attributes).get("colour", KINDS[mark.kind]) != KINDS[mark.kind] for mark in document.marks)


FEATURES: Mapping[str, Feature] = {
    "subtitles": Feature("Subtitles", "字幕", lambda d, _: len(d.cues)),
    "languages": Feature("Languages", "语言", lambda d, _: len(d.languages)),
    "overlaps": Feature("Overlapping subtitles", "重叠的字幕", _overlaps),
    "between_frames": Feature("Times between frames", "不在整帧上的时间", _between_frames),
    "speakers": Feature(
        "Subtitles with a speaker", "有说话人的字幕", lambda d, _: sum(bool(c.speaker) for c in d.cues)
    ),
    "roles": Feature("Subtitles with a role", "有角色的字幕", lambda d, _: sum(bool(c.role) for c in d.cues)),
    "words": Feature("Words with times", "有时间的词", lambda d, _: sum(len(c.words) for c in d.cues)),
    "marks": Feature("Marks", "标记", lambda d, _: len(d.marks)),
    "details": Feature("Details of marks", "标记的细节", lambda d, _: sum(len(m.attributes) for m in d.marks)),
    "colours": Feature("Colours of their own", "自定颜色", lambda d, _: _own_colour(d)),
    "same_frame": Feature("Marks on one frame", "同一帧上的标记", _same_frame),
    "ids": Feature("Ids", "编号", lambda d, _: len(d.cues) + len(d.marks)),
}


@cache
def _travel() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "travel.toml").read_text("utf-8"))


def title(target: str) -> str:
    """The program's name."""
    return str(_travel()[target]["title"])


def losses(programme: Programme, target: str) -> tuple[Loss, ...]:
    """What of the programme's document travels to *target*, for every feature it has any of, in ``FEATURES`` order."""
    rules = _travel()[target]
    found = []
    for name, feature in FEATURES.items():
        if count := feature.count(programme.document, programme.info):
            rule = {"how": "kept", "via": "", "en": "", "zh": "", **rules.get(name, {})}
            found.append(Loss(name, count, **rule))
    return tuple(found)

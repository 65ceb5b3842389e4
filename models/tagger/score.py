"""
How well found items agree with annotated ones: strict, by exact span and type. Knows nothing of models (and no torch).

A right item has the kind and exactly the span of an annotated one; the same item twice is once right and once wrong.
The same is counted over all typed spans: items, and where speaker, state, direction, manner and the parts of titles
stand. Attributes and times are judged by value, on the items whose kind and span are right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from plugin_core.tagging.tags import KINDS, Item

SPANS = ("speaker", "state", "direction", "manner")
ATTRIBUTES = (*SPANS, "items")
SURE = 0.9  # confidence of an item that nobody needs to look at
Typed = tuple[str, int, int]


class Row(NamedTuple):
    """One input with the items that are right and those that were found."""

    text: str
    expected: Sequence[Item]
    found: Sequence[Item]


@dataclass(slots=True)
class Counts:
    """How many were *right* of those *found* and of those *expected*."""

    right: int = 0
    found: int = 0
    expected: int = 0

    def add(self, expected: Counter[Typed], found: Counter[Typed]) -> None:
        self.right += (expected & found).total()
        self.found += found.total()
        self.expected += expected.total()

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else float(not self.expected)

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else float(not self.found)

    @property
    def f1(self) -> float:
        both = self.found + self.expected
        return 2 * self.right / both if both else 1.0

    def to_json(self) -> dict[str, float]:
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {name: round(value, 4) for name, value in shares.items()} | {"expected": self.expected}


@dataclass(slots=True)
class Share:
    """How many of *total* were *right*; 1 of none."""

    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.total += 1

    @property
    def value(self) -> float:
        return self.right / self.total if self.total else 1.0

    def to_json(self) -> dict[str, float]:
        return {"accuracy": round(self.value, 4), "total": self.total}


@dataclass(slots=True)
class Score:
    """
    *items* and *kinds*: items by kind and span. *spans* and *types*: all typed spans. *attributes*: of the items whose
    kind and span are right and that have the attribute, or were given it. *times*: milliseconds and spelling both
    right. *verbatim*: found items whose text is the input at their span. *inputs*: inputs without any wrong item.
    """

    items: Counts = field(default_factory=Counts)
    kinds: dict[str, Counts] = field(default_factory=lambda: {kind: Counts() for kind in KINDS})
    spans: Counts = field(default_factory=Counts)
    types: dict[str, Counts] = field(default_factory=lambda: {name: Counts() for name in (*KINDS, *SPANS, "item")})
    attributes: dict[str, Share] = field(default_factory=lambda: {name: Share() for name in ATTRIBUTES})
    times: Share = field(default_factory=Share)
    verbatim: Share = field(default_factory=Share)
    inputs: Share = field(default_factory=Share)

    def to_json(self) -> dict[str, Any]:
        return {
            "items": self.items.to_json(),
            "kinds": {name: counts.to_json() for name, counts in self.kinds.items()},
            "spans": self.spans.to_json(),
            "types": {name: counts.to_json() for name, counts in self.types.items()},
            "attributes": {name: share.to_json() for name, share in self.attributes.items()},
            "times": self.times.to_json(),
            "verbatim": self.verbatim.to_json(),
            "inputs": self.inputs.to_json(),
        }


def score(rows: Iterable[Row]) -> Score:
    """The score over all rows together (micro averages)."""
    result = Score()
    for row in rows:
        expected, found = typed_items(row.expected), typed_items(row.found)
        result.items.add(expected, found)
        _by_type(result.kinds, expected, found)
        all_expected, all_found = expected + _details(row.expected), found + _details(row.found)
        result.spans.add(all_expected, all_found)
        _by_type(result.types, all_expected, all_found)
        _values(result, row)
        for item in row.found:
            result.verbatim.add(row.text[slice(*item.span)] == item.text and 0 <= item.span[0] < item.span[1])
        result.inputs.add(expected == found)
    return result


def reliability(rows: Iterable[Row], bins: int = 10) -> dict[str, float]:
    """
    How far confidences can be trusted: *error* is the expected calibration error (confidence less share of right items,
    absolute, over *bins* of confidence, weighted by items); *sure* is the share of items at 0.9 or above, *right* how
    many of those are right.
    """
    judged: list[tuple[float, bool]] = []
    for row in rows:
        expected = typed_items(row.expected)
        judged += [(item.confidence, (item.kind, *item.span) in expected) for item in row.found]
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        groups[min(bins - 1, int(confidence * bins))].append((confidence, right))
    apart = sum(abs(sum(confidence - right for confidence, right in group)) for group in groups.values())
    sure = [right for confidence, right in judged if confidence >= SURE]
    return {
        "error": round(apart / max(1, len(judged)), 4),
        "sure": round(len(sure) / max(1, len(judged)), 4),
        "right": round(sum(sure) / max(1, len(sure)), 4),
    }


def typed_items(items: Iterable[Item]) -> Counter[Typed]:
    """Kind and span of each item."""
    return Counter((item.kind, *item.span) for item in items)


def differences(row: Row) -> list[str]:
    """What is missing (-), too much (+) and, on right items, another value (~), one readable line each."""
    expected, found = typed_items(row.expected), typed_items(row.found)
    lines = []
    for sign, ours, theirs in (("-", expected, found), ("+", found, expected)):
        for kind, start, end in sorted((ours - theirs).elements(), key=lambda typed: typed[1:]):
            lines.append(f"{sign} {kind} {row.text[start:end]!r} [{start}:{end}]")
    for right, item in _matched(row):
        for name in (*ATTRIBUTES, "timecode", "time"):
            if getattr(right, name) != getattr(item, name):
                values = f"{getattr(right, name)!r}, not {getattr(item, name)!r}"
                lines.append(f"~ {right.kind} {right.text!r} {name}: {values}")
    return lines


def worst(rows: Iterable[Row], most: int = 20) -> str:
    """The inputs with the most differences, for reading."""
    judged = [(lines, row.text) for row in rows if (lines := differences(row))]
    judged.sort(key=lambda pair: -len(pair[0]))
    return "\n\n".join("\n".join([text, *lines]) for lines, text in judged[:most])


def _by_type(counts: dict[str, Counts], expected: Counter[Typed], found: Counter[Typed]) -> None:
    for name in {typed[0] for typed in (*expected, *found)}:
        ours, theirs = (
            Counter({typed: number for typed, number in side.items() if typed[0] == name}) for side in (expected, found)
        )
        counts.setdefault(name, Counts()).add(ours, theirs)


def _details(items: Iterable[Item]) -> Counter[Typed]:
    """Where attributes stand, each place once (parts of a turn share their speaker); a value without one is wrong."""
    places: set[Typed] = set()
    for index, item in enumerate(items):
        for name in SPANS:
            if getattr(item, name):
                detail = item.details.get(name)
                places.add((name, *(detail.span if detail and detail.span else (-1, index))))
        places |= {("item", *span) for span in _parts(item)}
    return Counter(places)


def _parts(item: Item) -> list[tuple[int, int]]:
    """Where the parts of a title stand, in their order; (-1, number) for one that does not."""
    spans, place = [], 0
    for number, part in enumerate(item.items):
        start = item.text.find(part, place)
        if start < 0:
            spans.append((-1, number))
            continue
        place = start + len(part)
        spans.append((item.span[0] + start, item.span[0] + place))
    return spans


def _matched(row: Row) -> list[tuple[Item, Item]]:
    """(expected, found) for each expected item whose kind and span were found."""
    found = {(item.kind, item.span): item for item in reversed(row.found)}
    return [(item, found[item.kind, item.span]) for item in row.expected if (item.kind, item.span) in found]


def _values(result: Score, row: Row) -> None:
    for right, item in _matched(row):
        for name in ATTRIBUTES:
            expected, found = getattr(right, name), getattr(item, name)
            if expected or found:
                result.attributes[name].add(tuple(expected) == tuple(found))
        result.times.add((right.time, right.timecode) == (item.time, item.timecode))

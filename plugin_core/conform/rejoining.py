"""
What a cut once parted or doubled, one again: when a further cut (or the way back) puts the pieces where they came from.

Ids tell: "5f2c+2" is the second part of cue 5f2c, "5f2c~2" its second occurrence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from plugin_core import edits
from plugin_core.conform.changes import DELETED, Change
from plugin_core.document import Cue, Document, Mark

COPY, PART = "~", "+"
_PART_ID = re.compile(r"(.+)\+([0-9]+)", re.S)
_COPY_ID = re.compile(r"~[0-9]+")
_ROOT = re.compile(r"[~+][0-9]+")
_Item = TypeVar("_Item", Cue, Mark)


def rejoined(
    before: Sequence[_Item], landed: Iterable[_Item], rows: Iterable[Change], languages: tuple[str, ...]
) -> tuple[list[_Item], list[Change]]:
    """
    *landed* with the parts that are adjacent now, and were not *before*, made one; and without further occurrences that
    now lie within the first one, or items that now lie where another does, and say the same. *rows* are told.
    """
    was = {item.id: item for item in before}
    now = {item.id: item for item in landed}
    told: dict[str, Change] = {}
    changes = list(rows)
    if any(COPY in name or PART in name for name in was):
        known = {change.id: change for change in changes}
        _join_parts(was, now, known, told, languages)
        _drop_doubles(was, now, known, told)
    _drop_twins(was, now, {change.id: change for change in changes}, told)
    return list(now.values()), [told.get(change.id, change) for change in changes]


def _join_parts(
    was: Mapping[str, _Item],
    now: dict[str, _Item],
    known: Mapping[str, Change],
    told: dict[str, Change],
    languages: tuple[str, ...],
) -> None:
    found = [(int(match[2]), match[1], name) for name in was if name in now and (match := _PART_ID.fullmatch(name))]
    one_with: dict[str, str] = {}
    kept: str
    for number, stem, name in sorted(found):
        left = stem if number == 2 else f"{stem}{PART}{number - 1}"
        kept = one_with.get(left, left)
        if left not in was or kept not in now or was[left].end == was[name].start:
            continue
        first, second = now[kept], now[name]
        if first.end == second.start and _alike(first, second):
            whole: Any = _whole(first, second, languages)
            now[kept] = whole
            del now[name]
            one_with[name] = kept
            for member in (kept, *(member for member, other in one_with.items() if other == kept)):
                change = told.get(member, known[member])
                told[member] = replace(
                    change, new=((whole.start, whole.end),), ids=(kept,), why="It is one with its other parts again."
                )


def _alike(left: Cue | Mark, right: Cue | Mark) -> bool:
    if isinstance(left, Cue) and isinstance(right, Cue):
        return left.speaker == right.speaker
    return isinstance(left, Mark) and isinstance(right, Mark) and (left.kind, left.text) == (right.kind, right.text)


def _whole(left: Cue | Mark, right: Cue | Mark, languages: tuple[str, ...]) -> Cue | Mark:
    if isinstance(left, Cue) and isinstance(right, Cue):
        return edits.join(Document(languages=languages, cues=(left, right)), (left.id, right.id)).cues[0]
    return replace(left, end=right.end)


def _drop_doubles(
    was: Mapping[str, _Item], now: dict[str, _Item], known: Mapping[str, Change], told: dict[str, Change]
) -> None:
    families: dict[str, list[str]] = defaultdict(list)
    for name in now:
        families[_ROOT.sub("", name)].append(name)
    doubles = [name for name in was if name in now and _COPY_ID.search(name)]
    for name in sorted(doubles, key=lambda name: (-name.count(COPY), name)):
        for other in families[_ROOT.sub("", name)]:
            if other not in now or other.count(COPY) >= name.count(COPY) or other not in was:
                continue
            if _within(now[name], now[other]) and not _within(was[name], was[other]):
                del now[name]
                told[name] = replace(known[name], what=DELETED, new=(), ids=(), why=f"{other} is in its place again.")
                break


def _drop_twins(
    was: Mapping[str, _Item], now: dict[str, _Item], known: Mapping[str, Change], told: dict[str, Change]
) -> None:
    """Of items that were apart and now are in one place, because a source is used fewer times, only the first stays."""
    first: dict[Any, str] = {}
    for name, item in list(now.items()):
        said = (item.texts, item.speaker) if isinstance(item, Cue) else (item.kind, item.text)
        other = first.setdefault((item.start, item.end, said), name)
        if other != name and other in was and name in was and _apart(was[other], was[name]):
            del now[name]
            told[name] = replace(known[name], what=DELETED, new=(), ids=(), why=f"{other} is in its place.")


def _apart(one: Cue | Mark, other: Cue | Mark) -> bool:
    return one.end <= other.start or other.end <= one.start


def _within(one: Cue | Mark, other: Cue | Mark) -> bool:
    """Whether *one* lies within *other* and says nothing else."""
    if not other.start <= one.start <= one.end <= other.end:
        return False
    return all(a in b for a, b in zip(_said(one), _said(other), strict=True))


def _said(item: Cue | Mark) -> list[str]:
    texts = item.texts if isinstance(item, Cue) else (item.kind, item.text)
    return ["".join(text.split()) for text in texts]

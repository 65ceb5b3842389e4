"""Training, development and test parts of annotated films: a film is on one side only, whatever is added later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from models.scenes.data.annotations import Annotation

SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}


def place(film: str, salt: str = "") -> float:
    """Where a film stands between 0 and 1: a hash of its name, so that new films move no old one."""
    digest = hashlib.sha256(f"{salt}/{film}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def part_of(film: str, shares: Mapping[str, float] = SHARES, salt: str = "") -> str:
    """The part of a film by its name alone."""
    at, edge = place(film, salt) * sum(shares.values()), 0.0
    for part, share in shares.items():
        edge += share
        if at < edge:
            return part
    return list(shares)[-1]


def stratified(
    annotations: Sequence[Annotation], group: str, shares: Mapping[str, float] = SHARES, salt: str = ""
) -> dict[str, str]:
    """
    Film to part, so that every label of *group* is spread over the parts as *shares* ask, as far as whole films allow.

    Films with the rarest labels are placed first, each where its labels are wanted most; equal wishes are decided by
    the hash of its name. The order of the annotations does not matter.
    """
    films = _labels_of(annotations, group)
    total = Counter[str]()
    for labels in films.values():
        total.update(labels)
    weight = sum(shares.values())
    wanted = {part: {name: times * share / weight for name, times in total.items()} for part, share in shares.items()}
    size = {part: len(films) * share / weight for part, share in shares.items()}
    chosen: dict[str, str] = {}
    for film in sorted(films, key=lambda film: (_rarity(films[film], total), place(film, salt), film)):
        labels = films[film]
        part = max(
            shares, key=lambda part: (_wish(labels, wanted[part], total) + size[part] / max(1, len(films)), size[part])
        )
        chosen[film] = part
        size[part] -= 1
        for name, times in labels.items():
            wanted[part][name] -= times
    return chosen


def parted(annotations: Iterable[Annotation], parts: Mapping[str, str]) -> dict[str, list[Annotation]]:
    """The annotations of every part, in their order."""
    found: dict[str, list[Annotation]] = {part: [] for part in dict.fromkeys(parts.values())}
    for one in annotations:
        found[parts[one.film]].append(one)
    return found


def _labels_of(annotations: Iterable[Annotation], group: str) -> dict[str, Counter[str]]:
    films: dict[str, Counter[str]] = {}
    for one in annotations:
        value = one.labels.get(group, ())
        names = value if isinstance(value, tuple) else (value,)
        films.setdefault(one.film, Counter()).update(dict.fromkeys(names, one.end - one.number + 1))
    return films


def _rarity(labels: Counter[str], total: Counter[str]) -> int:
    return min((total[name] for name in labels), default=1 << 30)


def _wish(labels: Counter[str], wanted: Mapping[str, float], total: Counter[str]) -> float:
    """How much a part still lacks of a film's labels, rare ones counting more."""
    return sum(min(wanted[name], times) / total[name] for name, times in labels.items())

"""
Drift: whether what the recogniser says, and how sure it is, is still distributed as it was.

The measure is the population stability index, sum (p - q) ln(p / q) over the bins (Siddiqi, Credit Risk Scorecards,
2006, whose rule of thumb is 0.1: some change, 0.25: a large one). Of few shots it is large by chance: without a change
it is distributed about as (1/n + 1/m) times chi-squared with bins - 1 degrees of freedom (Yurdakul and Naranjo,
"Statistical properties of the population stability index", 2020), so only what is above the 99th percentile of that
counts. Half a shot is added to each bin that either has something in, so that the index is never infinite.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist
from typing import Any

from plugin_core import storage
from plugin_core.errors import DocumentError
from plugin_core.monitoring.records import BINS, Record

VERSION = 1
SOME, LARGE = 0.1, 0.25
SURE = 0.99


@dataclass(frozen=True, slots=True)
class Profile:
    """What many shots were told: as ``Record``, summed. *pack* is the one that told it, if it was one."""

    mix: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    confidence: Mapping[str, Sequence[int]] = field(default_factory=dict)
    shots: int = 0
    pack: str = ""

    @staticmethod
    def of(records: Iterable[Record]) -> Profile:
        """The sum of *records*."""
        mix: dict[str, Counter[str]] = {}
        sure: dict[str, list[int]] = {}
        shots, packs = 0, set()
        for record in records:
            shots += record.shots
            packs |= {record.pack} - {""}
            for group, labels in record.mix.items():
                mix.setdefault(group, Counter()).update(labels)
            for group, counts in record.confidence.items():
                before = sure.setdefault(group, [0] * BINS)
                sure[group] = [a + b for a, b in zip(before, counts, strict=True)]
        pack = packs.pop() if len(packs) == 1 else ""
        return Profile({group: dict(found) for group, found in mix.items()}, sure, shots, pack)

    def save(self, path: Path) -> None:
        """As a file for ``load``."""
        value = {
            "zimu-reference": VERSION, "pack": self.pack, "shots": self.shots, "mix": self.mix,
            "confidence": {name: list(counts) for name, counts in self.confidence.items()},
        }  # fmt: skip
        storage.write_atomic(path, (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())

    @staticmethod
    def load(path: Path) -> Profile:
        """DocumentError if it is missing or no reference."""
        try:
            value: Any = json.loads(path.read_text("utf-8"))
            if value["zimu-reference"] != VERSION:
                raise ValueError("of another version")
            one = Record.from_json(
                {"status": 200, "seconds": 0, "request": "", "code": "", "missing": {}, "time": "", **value}
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DocumentError(
                "monitor.reference", f"{path} is no reference ({error}).", "Make one with `zimu monitor reference`."
            ) from error
        return Profile(one.mix, one.confidence, one.shots, one.pack)


@dataclass(frozen=True, slots=True)
class Drift:
    """The index of one *group*, *of* its "labels" or its "confidence"; *chance*: what chance alone seldom exceeds."""

    group: str
    of: str
    psi: float
    chance: float

    @property
    def verdict(self) -> str:
        """stable, some or large: a change counts only if chance does not explain it."""
        if self.psi <= self.chance or self.psi < SOME:
            return "stable"
        return "large" if self.psi >= LARGE else "some"


def drifts(reference: Profile, now: Profile) -> tuple[Drift, ...]:
    """What changed, for every group that both tell."""
    found = [_labels(group, reference, now) for group in sorted(set(reference.mix) & set(now.mix))]
    both = sorted(set(reference.confidence) & set(now.confidence))
    found += [_drift(group, "confidence", reference.confidence[group], now.confidence[group]) for group in both]
    return tuple(one for one in found if one is not None)


def psi(before: Sequence[int], after: Sequence[int]) -> float:
    """The population stability index of two histograms of the same bins."""
    shares = [[(count + 0.5) / (sum(counts) + 0.5 * len(counts)) for count in counts] for counts in (before, after)]
    return math.fsum((q - p) * math.log(q / p) for p, q in zip(*shares, strict=True))


def chance(bins: int, before: int, after: int) -> float:
    """What the index of as many *bins* and shots exceeds in 1 of 100 times, if nothing changed."""
    return (1 / before + 1 / after) * chi_squared(SURE, bins - 1)


def chi_squared(probability: float, freedom: int) -> float:
    """Its quantile, by Wilson and Hilferty (1931): within 1 % from 3 degrees of freedom on, 4 % at 1."""
    if freedom < 1:
        return 0.0
    spread = 2 / (9 * freedom)
    return float(freedom * (1 - spread + NormalDist().inv_cdf(probability) * math.sqrt(spread)) ** 3)


def _labels(group: str, reference: Profile, now: Profile) -> Drift | None:
    labels = sorted({*reference.mix[group], *now.mix[group]})
    before, after = ([one.mix[group].get(label, 0) for label in labels] for one in (reference, now))
    return _drift(group, "labels", before, after)


def _drift(group: str, of: str, before: Sequence[int], after: Sequence[int]) -> Drift | None:
    if not sum(before) or not sum(after):
        return None
    first, second = zip(*(pair for pair in zip(before, after, strict=True) if any(pair)), strict=True)
    return Drift(group, of, psi(first, second), chance(len(first), sum(first), sum(second)))

"""Two packs on the same shots of the same films (A/B): where they differ, who is right, and whether that is chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plugin_core.monitoring.drift import Drift, Profile, drifts
from plugin_core.monitoring.records import Record, counted
from plugin_core.monitoring.significance import Interval, bootstrap, mcnemar
from plugin_core.scenes.labels import Group
from plugin_core.scenes.recognising import ShotLabels


@dataclass(frozen=True, slots=True)
class Side:
    """What the pack *name* told of the shots of every film: *labels*."""

    name: str
    labels: Sequence[Sequence[ShotLabels]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    One *group*: how many of its *shots* both sides tell alike (*alike*); how much surer B is (*surer*). With truth:
    how many shots are *known*, the shares that are right, who alone is right how often, McNemar's *p*, and by how much
    B is *better*.
    """

    group: str
    shots: int
    alike: float
    surer: Interval
    known: int = 0
    right_a: float = 0.0
    right_b: float = 0.0
    only_a: int = 0
    only_b: int = 0
    p: float = 1.0
    better: Interval = field(default_factory=lambda: Interval(0.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Trial:
    """The *verdicts* on every group that both packs tell, and how their mixes and confidences *differ*."""

    a: str
    b: str
    films: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    differ: tuple[Drift, ...]


Truths = Sequence[Sequence[Mapping[str, str]]]  # of every shot of every film: group -> label


def compare(films: Sequence[str], a: Side, b: Side, groups: Mapping[str, Group], truths: Truths = ()) -> Trial:
    """The trial of *a* and *b* over *groups*, those that both tell; *truths* are those of the shots, if there are."""
    known = truths or [[{} for _ in shots] for shots in a.labels]
    verdicts = tuple(_verdict(group, a, b, known) for group in groups.values() if not group.many)
    profiles = [_profile(side, groups) for side in (a, b)]
    return Trial(a.name, b.name, tuple(films), verdicts, drifts(*profiles))


def _verdict(group: Group, a: Side, b: Side, truths: Truths) -> Verdict:
    name = group.id
    rows = [
        [(one.best(name), two.best(name), truth.get(name)) for one, two, truth in zip(*film, strict=True)]
        for film in zip(a.labels, b.labels, truths, strict=True)
    ]
    every = [row for film in rows for row in film]
    surer = bootstrap([[two[1] - one[1] for one, two, _ in film] for film in rows])
    alike = sum(one[0] == two[0] for one, two, _ in every) / max(1, len(every))
    told = [[(one[0] == truth, two[0] == truth) for one, two, truth in film if truth] for film in rows]
    right = [pair for film in told for pair in film]
    if not right:
        return Verdict(name, len(every), alike, surer)
    only_a, only_b = (sum(pair == only for pair in right) for only in ((True, False), (False, True)))
    better = bootstrap([[float(pair[1]) - float(pair[0]) for pair in film] for film in told])
    right_a, right_b = (sum(pair[side] for pair in right) / len(right) for side in (0, 1))
    return Verdict(
        name, len(every), alike, surer, len(right), right_a, right_b, only_a, only_b, mcnemar(only_a, only_b), better
    )


def _profile(side: Side, groups: Mapping[str, Group]) -> Profile:
    labels = [one for film in side.labels for one in film]
    mix, sure, missing = counted(labels, groups)
    return Profile.of([Record(200, 0.0, shots=len(labels), mix=mix, confidence=sure, missing=missing)])

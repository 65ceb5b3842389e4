"""Films that are drawn, seen by a finder without a file between them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

import cv2

from plugin_core.shots import ShotFinder, ShotOptions, Shots
from plugin_core.shots.values import Transition
from tests.films import Picture


class Drawn:
    """A frame of a drawn film, as ``frames.Frame`` is one of a file."""

    def __init__(self, index: int, picture: Picture, rate: Fraction) -> None:
        self.index, self.time, self._picture = index, index / rate, picture
        self.ms = round(self.time * 1000)

    @cached_property
    def small(self) -> Picture:
        return self._picture

    def rgb(self, width: int, height: int) -> Picture:
        return cv2.resize(self._picture, (width, height), interpolation=cv2.INTER_AREA)


def shots_of(
    pictures: Iterable[Picture], *, rate: Fraction = Fraction(25), engine: object = None, shortest: int = 240
) -> Shots:
    finder = ShotFinder(engine, ShotOptions(shortest=shortest), rate=float(rate))  # type: ignore[arg-type]
    for index, picture in enumerate(pictures):
        finder.see(Drawn(index, picture, rate))  # type: ignore[arg-type]
    return finder.found()


def told(transitions: Iterable[Transition]) -> list[tuple[str, int, int]]:
    return [(one.kind, one.first, one.last) for one in transitions]


def missed(truth: list[tuple[str, int, int]], found: list[tuple[str, int, int]], within: int = 2) -> list[object]:
    """What of *truth* was not found (a cut exactly, others *within* frames at both ends), and what else was found."""
    left = list(found)
    lost: list[object] = []
    for kind, first, last in truth:
        near = 0 if kind == "cut" else within
        hit = next((f for f in left if f[0] == kind and abs(f[1] - first) <= near and abs(f[2] - last) <= near), None)
        if hit is None:
            lost.append((kind, first, last))
        else:
            left.remove(hit)
    return [*lost, *(("not there", *one) for one in left)]

"""What a network says of slow changes is what there is; where they begin and end is told by the frames."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from plugin_core.shots.network import MARGIN, Judgement
from plugin_core.shots.values import KINDS
from tests.films import Change, Film, shot
from tests.shots.drawn import missed, shots_of, told

Known = list[tuple[str, int, int]]


class Saying:
    """An engine that was told what to say, by the numbers of frames."""

    def __init__(self, known: Known, sure: float = 0.95) -> None:
        self.pack = SimpleNamespace(options={})
        self.window = 300
        self.known, self.sure, self.judged = known, sure, 0

    def judge(self, windows: Any) -> tuple[Any, Any, Any]:
        count = windows.shape[1]
        single, many = np.full((1, count), 0.01, np.float32), np.full((1, count), 0.01, np.float32)
        kinds = np.full((1, count, len(KINDS)), 0.01, np.float32)
        kinds[..., 1] = 0.9
        frames = np.arange(count) - MARGIN + (self.window - 2 * MARGIN) * self.judged
        for kind, first, last in self.known:
            inside = (frames >= first) & (frames <= last)
            single[0, frames == (first + last) // 2] = many[0, inside] = self.sure
            kinds[0, inside] = np.eye(len(KINDS), dtype=np.float32)[KINDS.index(kind)]
        self.judged += 1
        return single, many, kinds


def film(*changes: Change) -> Film:
    draws = tuple(shot(700 + number, pan=0.4) for number in range(len(changes) + 1))
    return Film(draws, (60,) * (len(changes) + 1), changes)


CHANGES = Change("dissolve", 30), Change("wipe", 24), Change("fade", 31), Change(), Change("dissolve", 12)


@pytest.mark.parametrize("off", [(-4, 3), (3, -4), (5, 5)])
def test_rough_ends_become_exact(off: tuple[int, int]) -> None:
    drawn = film(*CHANGES)
    said = [(kind, a, b) if kind == "cut" else (kind, a + off[0], b + off[1]) for kind, a, b in drawn.truth()]
    assert missed(drawn.truth(), told(shots_of(drawn.pictures(), engine=Saying(said)).transitions), within=1) == []


def test_a_wipe_that_was_taken_for_a_dissolve_is_a_wipe() -> None:
    drawn = film(Change("wipe", 24))
    said = [("dissolve", *place) for _, *place in drawn.truth()]
    found = shots_of(drawn.pictures(), engine=Saying(said)).transitions  # type: ignore[arg-type]
    assert missed(drawn.truth(), told(found), within=1) == []


def test_two_fades_that_were_taken_for_one_are_two() -> None:
    drawn = film(Change("fade", 31), Change("fade", 31))
    (_, first, _), (_, _, last) = drawn.truth()
    found = shots_of(drawn.pictures(), engine=Saying([("fade", first, last)])).transitions
    assert missed(drawn.truth(), told(found)) == []


def test_what_the_network_does_not_see_is_there_at_a_lower_threshold_only() -> None:
    drawn = film(Change("dissolve", 30))
    found = shots_of(drawn.pictures(), engine=Saying([]))
    assert found.transitions == ()
    assert ("dissolve", 60, 89) in [
        (one.kind, one.first, one.last) for one in found.curve.candidates if one.confidence > 0.2
    ]


@pytest.mark.parametrize("kind", ["fade", "dissolve"])
def test_a_flash_is_no_change_whatever_the_network_says(kind: str) -> None:
    plain = film()
    drawn = Film(plain.draws, (90,), (), (40, 41, 42))
    assert shots_of(drawn.pictures(), engine=Saying([(kind, 39, 43)])).transitions == ()


@pytest.mark.parametrize("count", [1, 2, 249, 250, 251, 274, 275, 276, 499, 500, 501, 525, 760])
def test_every_frame_is_judged_once_whatever_the_length_of_the_film(count: int) -> None:
    said = [("dissolve", count // 2, count - 1)]
    judgement = Judgement(Saying(said))  # type: ignore[arg-type]
    for _ in range(count):
        judgement.see(np.zeros((27, 48, 3), np.uint8))
    judgement.finish()
    _, many, _ = judgement.between(0, count)
    assert judgement.done == count
    assert np.flatnonzero(many > 0.5).tolist() == list(range(count // 2, count))

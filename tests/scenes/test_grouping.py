"""Shots to scenes: laws of any grouping, and the scenes that anybody would see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import SettingsError
from plugin_core.scenes.grouping import GroupOptions, Scene, group
from plugin_core.scenes.recognising import ShotLabels

DIMENSION = 6


@dataclass(frozen=True)
class Piece:
    """A shot of which only the times matter."""

    start: int
    end: int
    first: int = 0
    last: int = 0


def pieces(lengths: Sequence[int]) -> list[Piece]:
    ends = np.cumsum(lengths)
    return [Piece(int(end) - length, int(end)) for length, end in zip(lengths, ends, strict=True)]


def told(begins: float, look: int | Sequence[float], outdoor: float = 0.5, from_: tuple[str, ...] = ()) -> ShotLabels:
    vector = np.eye(DIMENSION)[look] if isinstance(look, int) else np.asarray(look) / np.linalg.norm(look)
    place = {"indoor": 1 - outdoor, "outdoor": outdoor}
    return ShotLabels({"place": place}, begins, vector.astype(np.float32), from_)


vectors = st.lists(st.floats(-1, 1), min_size=DIMENSION, max_size=DIMENSION).filter(lambda v: np.linalg.norm(v) > 0.1)
films = st.lists(st.tuples(st.integers(1, 20_000), st.floats(0, 1), vectors), min_size=1, max_size=25)


def grouped(film: list[tuple[int, float, list[float]]], options: GroupOptions) -> tuple[list[Piece], tuple[Scene, ...]]:
    shots = pieces([length for length, _, _ in film])
    return shots, group(shots, [told(begins, look) for _, begins, look in film], options)


@given(films)
def test_every_shot_is_in_one_scene(film: list[tuple[int, float, list[float]]]) -> None:
    shots, scenes = grouped(film, GroupOptions())
    assert [n for one in scenes for n in range(one.first, one.last + 1)] == list(range(len(shots)))
    assert [(one.start, one.end) for one in scenes] == [(shots[one.first].start, shots[one.last].end) for one in scenes]


@given(films, st.integers(0, 15_000), st.integers(15_000, 60_000), st.integers(1, 6))
def test_scenes_keep_to_their_lengths(
    film: list[tuple[int, float, list[float]]], shortest: int, longest: int, most: int
) -> None:
    """The longest holds always; the shortest wherever two scenes that touch may be one."""
    _, scenes = grouped(film, GroupOptions(shortest=shortest, longest=longest, most=most))
    for one in scenes:
        assert one.first == one.last or one.end - one.start <= longest
        assert one.last - one.first < most
    for one, other in pairwise(scenes):
        if min(one.end - one.start, other.end - other.start) < shortest:
            assert other.end - one.start > longest or other.last - one.first >= most


@given(films)
def test_the_same_film_gives_the_same_scenes(film: list[tuple[int, float, list[float]]]) -> None:
    first, again = grouped(film, GroupOptions())[1], grouped(film, GroupOptions())[1]
    assert [(one.first, one.labels.begins) for one in first] == [(one.first, one.labels.begins) for one in again]


@given(films, st.floats(0.05, 0.9), st.floats(0.01, 0.09))
def test_a_lower_threshold_gives_no_fewer_scenes(
    film: list[tuple[int, float, list[float]]], threshold: float, less: float
) -> None:
    free = GroupOptions(threshold=threshold, shortest=0)
    fewer, more = grouped(film, free)[1], grouped(film, GroupOptions(threshold=threshold * less, shortest=0))[1]
    assert len(fewer) <= len(more)


@given(films)
def test_probabilities_stay_probabilities(film: list[tuple[int, float, list[float]]]) -> None:
    for one in grouped(film, GroupOptions())[1]:
        assert sum(one.labels.probabilities["place"].values()) == pytest.approx(1)
        assert 0 <= one.labels.begins <= 1
    assert grouped(film, GroupOptions())[1][0].labels.begins == pytest.approx(1)


def test_a_conversation_of_two_views_is_one_scene() -> None:
    """Each shot is unlike the one before and like the one before that."""
    shots = pieces([3000] * 12)
    labels = [told(0.2, look) for look in (0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3)]
    assert [one.first for one in group(shots, labels)] == [0, 6]


def test_the_network_decides_where_nothing_is_alike() -> None:
    shots = pieces([6000] * 6)
    labels = [told(begins, number) for number, begins in enumerate((1, 0.01, 0.02, 0.97, 0.02, 0.01))]
    scenes = group(shots, labels)
    assert [one.first for one in scenes] == [0, 3]
    assert scenes[1].labels.begins > 0.9


def test_a_clear_boundary_is_surer_than_a_doubtful_one() -> None:
    shots = pieces([6000] * 9)
    labels = [told(0.55 if n == 3 else 0.99 if n == 6 else 0.01, n // 3) for n in range(9)]
    scenes = group(shots, labels)
    assert [one.first for one in scenes] == [0, 3, 6]
    assert scenes[1].labels.begins < scenes[2].labels.begins


def test_long_shots_say_more_of_a_scene_than_short_ones() -> None:
    scenes = group(
        pieces([9000, 1000]), [told(0.1, 0, outdoor=0.9, from_=("pictures",)), told(0.1, 0, from_=("texts",))]
    )
    assert scenes[0].labels.best("place") == ("outdoor", pytest.approx(0.86))
    assert scenes[0].labels.from_ == ("pictures", "texts")
    assert np.linalg.norm(scenes[0].labels.embedding) == pytest.approx(1)


def test_a_film_without_shots_has_no_scenes() -> None:
    assert group([], []) == ()


def test_a_long_film_is_grouped_soon() -> None:
    """Ten hours of shots: the work grows with their number, not with its square."""
    rng = np.random.default_rng(0)
    shots = pieces([4000] * 9000)
    labels = [
        told(float(begins), int(look)) for begins, look in zip(rng.random(9000), rng.integers(0, 6, 9000), strict=True)
    ]
    scenes = group(shots, labels)
    assert scenes[-1].last == 8999


@pytest.mark.parametrize("values", [{"threshold": 0.0}, {"threshold": 1.0}, {"shortest": 5, "longest": 4}, {"most": 0}])
def test_senseless_options_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        GroupOptions(**values)  # type: ignore[arg-type]

"""Windows are grouped by whom they sound like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.speakers import clustering
from plugin_core.speakers.values import Vectors, unit


def people(counts: list[int], *, noise: float = 0.5, seed: int = 0, dimension: int = 64) -> tuple[Vectors, list[int]]:
    """Windows of some people, shuffled, and whose each is. Cosines are about 1 / (1 + noise²) within a person."""
    random = np.random.default_rng(seed)
    centres = unit(random.standard_normal((len(counts), dimension)).astype(np.float32))
    truth = random.permutation(np.repeat(np.arange(len(counts)), counts))
    spread = random.standard_normal((len(truth), dimension)).astype(np.float32) * noise / np.sqrt(dimension)
    return unit(centres[truth] + spread), truth.tolist()


def agree(labels: clustering.Labels, truth: list[int]) -> float:
    """The share of windows in the group that holds most of their person, if no group is used twice."""
    best = [np.bincount(labels[np.array(truth) == person]).argmax() for person in sorted(set(truth))]
    assert len(set(best)) == len(best)
    return float(np.mean([labels[n] == best[sorted(set(truth)).index(person)] for n, person in enumerate(truth)]))


@pytest.mark.parametrize("counts", [[30], [40, 40], [60, 9, 30], [25] * 5, [20] * 10])
def test_the_number_of_people_is_found(counts: list[int]) -> None:
    vectors, truth = people(counts)
    found = clustering.group(vectors, np.full(len(vectors), 1500.0), same=0.45)
    assert len(found.centres) == len(counts)
    assert agree(found.labels, truth) > 0.97


def test_a_given_number_of_people_is_kept_even_where_they_sound_alike() -> None:
    vectors, _ = people([40, 40], noise=2.0)
    for count in (1, 2, 3, 7):
        found = clustering.group(vectors, np.full(80, 1500.0), same=0.99, count=count)
        assert len(found.centres) == count


def test_there_are_never_more_people_than_asked_for_or_than_windows() -> None:
    vectors, _ = people([5] * 12)
    assert len(clustering.group(vectors, np.full(60, 1500.0), same=0.5, most=10).centres) <= 10
    assert len(clustering.group(vectors[:2], np.full(2, 1500.0), same=0.5, count=5).centres) <= 2


def test_one_window_is_one_person_and_none_is_nobody() -> None:
    vectors, _ = people([1])
    assert clustering.group(vectors, np.array([800.0]), same=0.5).labels.tolist() == [0]
    empty = clustering.group(np.zeros((0, 64), np.float32), np.zeros(0), same=0.5)
    assert len(empty.labels) == len(empty.centres) == 0


def test_hours_of_windows_are_grouped_in_blocks_as_well_as_all_at_once() -> None:
    counts = [1500, 900, 600]
    vectors, truth = people(counts, noise=0.8)
    found = clustering.group(vectors, np.full(len(vectors), 1500.0), same=0.4)
    assert len(found.centres) == 3
    assert agree(found.labels, truth) > 0.97


def test_an_odd_second_is_no_person_of_its_own() -> None:
    vectors, _ = people([200, 200, 1])
    found = clustering.group(vectors, np.full(401, 1500.0), same=0.45)
    assert len(found.centres) == 2


@settings(max_examples=25)
@given(st.integers(1, 60), st.integers(0, 6), st.floats(0, 1), st.integers(0, 1000))
def test_every_window_gets_a_group_and_every_group_a_window(count: int, wanted: int, same: float, seed: int) -> None:
    vectors = unit(np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32))
    found = clustering.group(vectors, np.full(count, 1000.0), same=same, count=wanted)
    assert len(found.labels) == count
    assert sorted(set(found.labels.tolist())) == list(range(len(found.centres)))
    assert len(found.centres) <= max(wanted, 10)
    assert np.allclose(np.linalg.norm(found.centres, axis=1), 1, atol=1e-4)


def test_the_same_windows_are_always_grouped_the_same_way() -> None:
    vectors, _ = people([30, 30, 30], noise=1.5)
    one, other = (clustering.group(vectors, np.full(90, 1500.0), same=0.3).labels for _ in range(2))
    assert np.array_equal(one, other)


def test_neighbours_in_one_stretch_that_sound_alike_help_each_other() -> None:
    """Windows too noisy to be told apart one by one, in stretches of one speaker each."""
    random = np.random.default_rng(3)
    centres = unit(random.standard_normal((2, 32)).astype(np.float32))
    truth = np.repeat(np.arange(20) % 2, 8)
    vectors = unit(centres[truth] + random.standard_normal((160, 32)).astype(np.float32) * 1.6 / np.sqrt(32))
    stretches = np.repeat(np.arange(20), 8).tolist()
    found = clustering.group(vectors, np.full(160, 1500.0), same=0.15, stretches=stretches)
    assert len(found.centres) == 2
    assert agree(found.labels, truth.tolist()) > 0.85


def test_a_stretch_is_no_reason_to_find_fewer_people_than_asked_for() -> None:
    vectors, _ = people([10, 10], noise=0.1)
    found = clustering.group(vectors, np.full(20, 1500.0), same=-1.0, stretches=[0] * 20, count=2)
    assert len(found.centres) == 2


def test_steadiness_is_how_alike_the_windows_of_one_stretch_are() -> None:
    for noise in (0.5, 1.0, 1.5):
        vectors, truth = people([200], noise=noise)
        assert clustering.steadiness(vectors, truth, 0.6) == pytest.approx(1 / (1 + noise**2), abs=0.06)
    assert clustering.steadiness(vectors[:2], [0, 0], 0.6) == 0.6
    assert clustering.steadiness(vectors, list(range(200)), 0.6) == 0.6
    assert clustering.steadiness(np.zeros((0, 8), np.float32), [], 0.6) == 0.6

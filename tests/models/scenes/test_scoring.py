"""Scores: hand-computed examples and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenes import scoring


def test_macro_f1_is_the_mean_of_what_occurs() -> None:
    truth, said = np.array([0, 0, 1, 1, -1, 3]), np.array([0, 1, 1, 1, 2, 0])
    counts = scoring.confusion(truth, said, 4)
    # class 0: 1 of 2 found, 1 wrong; class 1: 2 of 2 found, 1 wrong; class 2 never occurs; class 3 missed
    assert counts.sum() == 5
    assert float(scoring.macro_f1(counts)) == pytest.approx((0.5 + 0.8 + 0.0) / 3)


def test_labels_of_a_group_of_many_count_one_by_one() -> None:
    truth = np.array([[1, 0], [1, -1], [0, 1]])
    chances = np.array([[0.9, 0.1], [0.2, 0.9], [0.1, 0.7]])
    assert scoring.many_f1(truth, chances) == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.parametrize(
    ("truth", "chances", "precision"),
    [([1, 0, 0], [0.9, 0.5, 0.1], 1.0), ([0, 0, 1], [0.9, 0.5, 0.1], 1 / 3), ([1, -1, 1], [0.9, 1.0, 0.1], 1.0),
     ([0, 1], [0.5, 0.5], 0.5), ([0, 0], [0.5, 0.5], 0.0)],
)  # fmt: skip
def test_average_precision(truth: list[int], chances: list[float], precision: float) -> None:
    assert scoring.average_precision(np.array(truth), np.array(chances)) == pytest.approx(precision)


def test_what_is_as_sure_as_it_is_right_has_no_calibration_error() -> None:
    confidence = np.repeat([0.25, 0.75], 400)
    right = np.r_[np.arange(400) < 100, np.arange(400) < 300]
    assert scoring.binned(confidence, right) == pytest.approx(0, abs=1e-9)
    assert scoring.binned(np.full(100, 0.9), np.zeros(100, bool)) == pytest.approx(0.9)


def test_a_boundary_counts_once_and_within_its_tolerance() -> None:
    truth, said = np.zeros(20, bool), np.zeros(20, bool)
    truth[[5, 12]] = True
    said[[6, 7, 12]] = True
    assert scoring.boundary_f1(truth, said)[1:] == (1, 2, 3)
    assert scoring.boundary_f1(truth, said, 1)[1:] == (2, 2, 3)


def test_scenes_that_are_the_same_overlap_wholly() -> None:
    begins = np.array([False, False, True, False, True])
    assert scoring.miou(begins, begins, np.ones(5)) == 1
    assert scoring.miou(begins, np.zeros(5, bool), np.ones(5)) == pytest.approx(
        (0.4 + (2 * 0.4 + 2 * 0.4 + 0.2) / 5) / 2
    )


@given(truth=st.lists(st.booleans(), min_size=1, max_size=30), said=st.lists(st.booleans(), min_size=30, max_size=30))
def test_overlap_is_the_same_both_ways_and_at_most_one(truth: list[bool], said: list[bool]) -> None:
    one, other = np.array(truth), np.array(said[: len(truth)])
    lengths = np.arange(1, len(one) + 1, dtype=float)
    assert scoring.miou(one, other, lengths) == pytest.approx(scoring.miou(other, one, lengths))
    assert 0 < scoring.miou(one, other, lengths) <= 1 + 1e-9


@pytest.mark.parametrize("heat", [0.5, 1.0, 3.0])
def test_the_temperature_is_found_that_bent_the_logits(heat: float) -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(0, 2, (6000, 4))
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = (chances.cumsum(1) > chance.random((6000, 1))).argmax(1)
    assert scoring.temperature(logits * heat, truth) == pytest.approx(heat, rel=0.1)
    single = (chance.random(6000) < 1 / (1 + np.exp(-logits[:, 0]))).astype(float)
    assert scoring.temperature_of_many(logits[:, :1] * heat, single[:, None]) == pytest.approx(heat, rel=0.15)


def test_an_interval_holds_the_score() -> None:
    values = np.random.default_rng(0).normal(3, 1, 200)
    low, high = scoring.interval(200, lambda weights: float((values * weights).sum() / weights.sum()), times=400)
    assert low < values.mean() < high
    assert high - low == pytest.approx(4 / np.sqrt(200), rel=0.25)

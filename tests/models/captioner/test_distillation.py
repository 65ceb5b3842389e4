"""Distillation: equations 14 to 17 against sums written out, what is kept of a teacher, and when it guides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import distillation as d  # noqa: E402

SCORES = st.lists(st.floats(-8, 8), min_size=2, max_size=7)


def spread(scores: list[float]) -> list[float]:
    """A distribution, by the book."""
    total = sum(math.exp(score) for score in scores)
    return [math.exp(score) / total for score in scores]


@given(SCORES, st.floats(0.5, 8))
def test_equation_14_softens_by_the_temperature(scores: list[float], temperature: float) -> None:
    wanted = spread([score / temperature for score in scores])
    assert d.softened(torch.tensor(scores, dtype=torch.float64), temperature).tolist() == pytest.approx(wanted)


@given(SCORES, st.data())
def test_equation_16_is_the_sum_over_all_outcomes(scores: list[float], data: st.DataObject) -> None:
    others = data.draw(st.lists(st.floats(-8, 8), min_size=len(scores), max_size=len(scores)))
    teacher, student = spread(scores), spread(others)
    wanted = sum(q * math.log(q / v) for q, v in zip(teacher, student, strict=True))
    found = float(d.divergence(torch.tensor(teacher).double(), torch.tensor(student).double()))
    assert found == pytest.approx(wanted, abs=1e-5)
    assert found >= -1e-6


def test_an_outcome_that_the_teacher_excludes_adds_nothing_and_one_the_student_excludes_stays_finite() -> None:
    assert float(d.divergence(torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5]))) == pytest.approx(math.log(2))
    assert math.isfinite(float(d.divergence(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]))))


@given(st.integers(0, 50), st.integers(1, 12))
def test_what_is_kept_gives_no_more_than_the_whole_and_all_of_it_gives_the_whole(seed: int, count: int) -> None:
    made = torch.Generator().manual_seed(seed)
    teacher = d.softened(torch.randn(2, 3, 12, generator=made, dtype=torch.float64) * 2, 2.0)
    scores = torch.randn(2, 3, 12, generator=made, dtype=torch.float64) * 2
    whole = 4 * d.divergence(teacher, d.softened(scores, 2.0)).mean()
    numbers, shares = d.kept(teacher, count)
    found = d.distilled(scores, numbers, shares, torch.ones(2, 3, dtype=torch.bool), 2.0)
    assert -1e-6 < float(found) <= float(whole) + 1e-5
    if count == 12:
        assert float(found) == pytest.approx(float(whole), abs=1e-5)


def test_tokens_that_are_filling_are_not_compared() -> None:
    scores = torch.randn(1, 2, 5)
    numbers, shares = d.kept(d.softened(torch.randn(1, 2, 5), 2.0), 3)
    known = torch.tensor([[True, False]])
    one = d.distilled(scores, numbers, shares, known, 2.0)
    scores[:, 1] += torch.randn(5)
    assert torch.equal(one, d.distilled(scores, numbers, shares, known, 2.0))


def test_the_gradient_of_the_divergence_is_right() -> None:
    numbers, shares = d.kept(d.softened(torch.randn(2, 2, 6, dtype=torch.float64), 2.0), 3)
    scores = torch.randn(2, 2, 6, dtype=torch.float64, requires_grad=True)
    known = torch.tensor([[True, True], [True, False]])

    def found(values: torch.Tensor) -> torch.Tensor:
        said = d.softened(values, 2.0).gather(-1, numbers)
        return (d.divergence(d.with_rest(shares), d.with_rest(said)) * known).sum()

    assert torch.autograd.gradcheck(found, (scores,))


def test_equation_17_adds_the_two_losses() -> None:
    assert float(d.joint(torch.tensor(2.0), torch.tensor(3.0), 0.5)) == 3.5


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_guidance_never_grows_and_ends(share: float, guided: float, annealed: float) -> None:
    schedule = d.Schedule(guided=guided, annealed=annealed)
    assert schedule.guidance(0.0) == schedule.weight
    assert 0 <= schedule.guidance(share) <= schedule.weight
    assert schedule.guidance(min(1.0, share + 0.1)) <= schedule.guidance(share)
    if guided + annealed < 1:
        assert schedule.guidance(1.0) == pytest.approx(0.0, abs=1e-12)

"""What the teacher tells the student: softened distributions, kept once, and the loss that compares them (14 to 17).

The divergence is KL(teacher || student), as equation 16 is printed. The teacher is frozen, so this is the cross entropy
of the student against the teacher's distribution but for a constant: the student is drawn to all that the teacher
thinks possible. The other direction would draw it to one of these only, and its gradient vanishes where the student
already gives nothing.

A frozen teacher says the same every time. Its distribution before each token of each training caption is computed once
(the mean over several English captions of the same video), and its K likeliest tokens and what is left are kept. The
rest is one more outcome for both sides: their divergence is never above the full one, and equal to it when K is all.
"""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor

KEPT = 32  # tokens of a distribution that are kept


@dataclasses.dataclass(frozen=True)
class Schedule:
    """
    The three phases: the teacher alone comes first (its own run); then the student is guided, then less and less.

    *guided* and *annealed* are shares of the student's training; what is left of it the student learns alone. *weight*
    is lambda_d of equation 17. The paper states none of these; they were chosen on the development videos. A teacher
    that learned from smoothed labels leaves a little to every word; at a temperature of 2 these thousands of traces
    outweigh what it knows, so it is 1 here.
    """  # fmt: skip

    temperature: float = 1.0
    weight: float = 5.0
    guided: float = 0.8
    annealed: float = 0.2

    def guidance(self, share: float) -> float:
        """lambda_d when *share* (0 to 1) of the student's training is over."""
        if share <= self.guided or not self.annealed:
            return self.weight if share <= self.guided else 0.0
        return self.weight * max(0.0, 1 - (share - self.guided) / self.annealed)


def softened(scores: Tensor, temperature: float) -> Tensor:
    """Equation 14: ``Q_i = exp(z_i / T) / sum_j exp(z_j / T)`` over the last dimension."""
    return (scores / temperature).softmax(-1)


def divergence(teacher: Tensor, student: Tensor) -> Tensor:
    """Equation 16 over the last dimension: ``sum Q_l log(Q_l / Q_v)``; an outcome the teacher excludes adds nothing."""
    logs = torch.where(teacher > 0, teacher, 1.0).log() - student.clamp(min=1e-30).log()
    return (teacher * logs).sum(-1)


def kept(distribution: Tensor, count: int = KEPT) -> tuple[Tensor, Tensor]:
    """The numbers and the shares of the *count* likeliest outcomes of each distribution; the rest is what 1 lacks."""
    shares, numbers = distribution.topk(min(count, distribution.shape[-1]), -1)
    return numbers, shares


def with_rest(shares: Tensor) -> Tensor:
    """What was kept, and the rest as one more outcome."""
    return torch.cat([shares, (1 - shares.sum(-1, keepdim=True)).clamp(min=0)], -1)


def distilled(scores: Tensor, numbers: Tensor, shares: Tensor, known: Tensor, temperature: float) -> Tensor:
    """
    L_distill: the mean divergence before the *known* [batch, n] tokens, times T squared.

    *scores* [batch, n, tokens] are the student's; *numbers* and *shares* [batch, n, K] what was kept of the teacher at
    this *temperature*. The factor keeps the gradients as large as those of the hard targets (Hinton et al.).
    """  # fmt: skip
    said = softened(scores.float(), temperature).gather(-1, numbers)
    each = divergence(with_rest(shares.float()), with_rest(said))
    counted = known.to(each.dtype)
    return temperature**2 * (each * counted).sum() / counted.sum().clamp(min=1)


def joint(hard: Tensor, soft: Tensor, weight: float | Tensor) -> Tensor:
    """Equation 17: ``L = L_vid + lambda_d L_distill``."""
    return hard + weight * soft

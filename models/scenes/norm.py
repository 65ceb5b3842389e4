"""Batch normalisation over all processes of a run, on any device: two processes see the statistics of one.

torch's SyncBatchNorm wants a GPU. Every input counts, however many each process has of them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def processes() -> int:
    """How many train together."""
    return torch.distributed.get_world_size() if torch.distributed.is_initialized() else 1


class _Summed(torch.autograd.Function):
    """The sum over all processes; its slope is the sum of theirs."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        total = x.clone()
        torch.distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, *slopes: Tensor) -> Tensor:
        total = slopes[0].clone()
        torch.distributed.all_reduce(total)
        return total


class Norm(nn.BatchNorm2d):
    """``BatchNorm2d`` whose statistics in training are those of all processes together."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or processes() == 1:
            return super().forward(x)
        found = x.float()
        count = torch.full((1,), found.numel() / found.shape[1], device=x.device)
        sums = torch.cat([found.sum((0, 2, 3)), (found * found).sum((0, 2, 3)), count])
        sums = _Summed.apply(sums)
        size = self.num_features
        mean = sums[:size] / sums[-1]
        variance = (sums[size:-1] / sums[-1] - mean * mean).clamp(min=0.0)
        self._remember(mean.detach(), variance.detach(), float(sums[-1].detach()))
        scale = self.weight * torch.rsqrt(variance + self.eps)
        shift = self.bias - mean * scale
        return (found * scale[:, None, None] + shift[:, None, None]).to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, count: float) -> None:
        momentum = self.momentum or 0.1
        self.running_mean.lerp_(mean, momentum)  # type: ignore[union-attr]
        self.running_var.lerp_(variance * count / max(1.0, count - 1), momentum)  # type: ignore[union-attr]
        self.num_batches_tracked.add_(1)  # type: ignore[union-attr]

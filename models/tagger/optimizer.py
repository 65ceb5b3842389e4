"""Muon for the matrices of the blocks, AdamW for everything else, as one optimizer.

Muon (Jordan et al. 2024) steps along the nearest orthogonal matrix of the momentum; a small encoder needs about half of
AdamW's steps with it. Its steps are scaled to AdamW's, so that one learning rate serves both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from models.training.loop import LoopConfig


class Mixed(torch.optim.Optimizer):
    """Several optimizers, each with its own parameters; their groups are shared, so a learning rate set here counts."""

    def __init__(self, parts: list[torch.optim.Optimizer]) -> None:
        self.parts = parts
        super().__init__([group for part in parts for group in part.param_groups], {})

    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step of each."""
        for part in self.parts:
            part.step(closure)

    def state_dict(self) -> dict[str, Any]:
        """The states in the order of the parts."""
        return {"parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """What :meth:`state_dict` returned; the groups stay shared."""
        for part, state in zip(self.parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self.param_groups = [group for part in self.parts for group in part.param_groups]


def build(model: nn.Module, config: LoopConfig) -> Mixed:
    """The optimizer of a tagger."""
    learning = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
    inner = [value for name, value in learning if ".blocks." in name and value.ndim == 2]
    rest = [value for name, value in learning if ".blocks." not in name or value.ndim != 2]
    if not inner:
        return Mixed([torch.optim.AdamW(rest, lr=config.learning_rate, betas=config.betas, foreach=True)])
    muon = torch.optim.Muon(
        inner, lr=config.learning_rate, weight_decay=config.weight_decay, adjust_lr_fn="match_rms_adamw"
    )
    adam = torch.optim.AdamW(
        [
            {"params": [value for value in rest if value.ndim > 1], "weight_decay": config.weight_decay},
            {"params": [value for value in rest if value.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=config.learning_rate,
        betas=config.betas,
        foreach=True,
    )
    return Mixed([muon, adam])

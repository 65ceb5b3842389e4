"""TopDown (Anderson et al.) for video: attention over the frames, then over the regions of what was attended to."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.captioner.captioner import Attention, Tensors, TwoLayers, mean
from models.captioner.students.frames import present


class TopDown(TwoLayers):
    """Equations 12 and 13. Without a grid the frame itself is its only region."""

    SHAPE = ("tokens", "features", "width", "hidden", "dropout")

    def __init__(self, *, tokens: int, features: int, width: int, hidden: int, dropout: float) -> None:
        super().__init__(tokens=tokens, width=width, seen=hidden, attended=2 * hidden, hidden=hidden, dropout=dropout)
        self.see = nn.Linear(features, hidden)
        self.time = Attention(hidden, hidden, hidden)
        self.space = Attention(hidden, hidden, hidden)

    def remember(self, batch: Tensors) -> Tensors:
        """Frames and regions brought to one size; equation 12: the mean of the frames."""
        frames, known = batch["frames"], present(batch["frames"])
        regions = batch["grid"] if "grid" in batch else frames[:, :, None]
        rows = self.drop(torch.relu(self.see(frames)))
        grid = self.drop(torch.relu(self.see(regions)))
        return {
            "rows": rows, "keys": self.time.rows(rows), "known": known, "mean": mean(rows, known), "grid": grid
        }  # fmt: skip

    def attend(self, hidden: Tensor, memory: Tensors) -> Tensor:
        """Equation 13 weighs the frames; by these weights their regions are added up, and weighed in their turn."""
        seen, weights = self.time(memory["rows"], memory["keys"], hidden, memory["known"])
        regions = torch.einsum("bt,btrs->brs", weights, memory["grid"])
        every = torch.ones(regions.shape[:2], dtype=torch.bool, device=regions.device)
        where, _ = self.space(regions, self.space.rows(regions), hidden, every)
        return torch.cat([seen, where], 1)

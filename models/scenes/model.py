"""The recogniser: three encoders and a fusion over a row of shots."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.scenes.branches import branches
from models.scenes.config import Config
from models.scenes.fusion import Inputs, Said, fusion
from plugin_core.engines.scenes import BRANCHES


class Recogniser(nn.Module):
    """
    A batch to what is said of its shots.

    The batch holds raw inputs (pictures uint8 (n, shots, instants, clip, 64, 112, 3) with measures (n, shots, instants,
    18), sounds, texts) or, from a network that stays as it is, their vectors in the same places, as the fusion takes
    them; masks in both cases (``fusion``).
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.branches = branches(config)
        self.fusion = fusion(config)

    def forward(self, batch: Inputs) -> Said:
        return self.fusion(self.encode(batch))

    def encode(self, batch: Inputs) -> dict[str, Tensor]:
        """What the fusion takes: vectors in the place of raw inputs."""
        inputs = dict(batch)
        if batch["pictures"].is_floating_point():
            return inputs
        for name in BRANCHES:
            inputs[name] = self._encoded(name, batch[name], batch[f"{name}_mask"])
        inputs["pictures"] = torch.cat([inputs["pictures"], batch["measures"].to(inputs["pictures"].dtype)], -1)
        return inputs

    def _encoded(self, name: str, raw: Tensor, mask: Tensor) -> Tensor:
        """Only what is there goes through the network; one at least, so that every process takes the same steps."""
        flat, there = raw.flatten(0, mask.ndim - 1), mask.flatten() > 0
        chosen = torch.nonzero(there)[:, 0]
        chosen = chosen if len(chosen) else torch.zeros(1, dtype=torch.long, device=raw.device)
        vectors = self.branches[name](flat[chosen])
        found = vectors.new_zeros(len(flat), vectors.shape[-1]).index_copy(0, chosen, vectors)
        return (found * there[:, None].to(found.dtype)).unflatten(0, mask.shape)

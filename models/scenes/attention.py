"""Attention with masks, inside a sample only: the first axis is never mixed."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NEARER = 0.5  # of a score, for each shot of distance
NOWHERE = -1e4  # added to what must not be looked at; finite, so that a row without anything stays finite


class Layer(nn.Module):
    """A pre-norm transformer layer over (n, t, width). *bias* is added to its scores (n, heads, t, t)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.ask, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        q, k, v = self.ask(self.before(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        scores = scores if bias is None else scores + bias
        y = (scores.float().softmax(-1).to(v.dtype) @ v).transpose(1, 2).flatten(2)
        x = x + self._dropped(self.mix(y))
        return x + self._dropped(self.outer(F.relu(self.inner(self.after(x)))))

    def _dropped(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training)


class Pool(nn.Module):
    """(n, steps, inside) to (n, width): what is worth looking at, of the steps in *mask* (n, steps)."""

    def __init__(self, inside: int, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.enter, self.layer = nn.Linear(inside, width), Layer(width, heads, dropout)
        self.weigh = nn.Linear(width, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        away = (1.0 - mask) * NOWHERE
        y = self.layer(F.relu(self.enter(x)), away[:, None, None, :])
        share = (self.weigh(y)[..., 0].float() + away).softmax(-1)
        return ((y * share[..., None]).sum(1) * mask.amax(1, keepdim=True)).to(y.dtype)


class Context(nn.Module):
    """
    Layers over the tokens of a row of shots (n, shots, tokens of a shot, width), with a mask (n, shots, tokens).

    Where a token stands is only told by how many shots lie between two (a bias learned for each head, the same beyond
    *reach*), so a row may be of any length and begin anywhere.
    """

    def __init__(self, width: int, heads: int, layers: int, reach: int, dropout: float) -> None:
        super().__init__()
        self.reach = reach
        near = -NEARER * torch.arange(-reach, reach + 1).abs()[:, None]  # what is near counts more, to begin with
        self.far = nn.Parameter(near.repeat(1, heads))
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        shots, tokens = x.shape[1], x.shape[2]
        places = torch.arange(shots, device=x.device).repeat_interleave(tokens)
        apart = (places[:, None] - places[None, :]).clamp(-self.reach, self.reach) + self.reach
        bias = self.far[apart].permute(2, 0, 1)[None] + ((1.0 - mask.flatten(1)) * NOWHERE)[:, None, None, :]
        y = x.flatten(1, 2)
        for layer in self.layers:
            y = layer(y, bias)
        return self.norm(y).reshape(x.shape)

"""A Transformer decoder over frame tokens: the modern student, and the network of the starter.

Every token looks at those before it and at all frames (layer normalisation first, GELU). The keys and values of
earlier tokens are kept in the state, so that a new token costs one row.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.captioner.captioner import Captioner, Tensors
from models.captioner.students.frames import present

LONGEST = 64  # tokens that have a place


class Layer(nn.Module):
    """Attention to earlier tokens, attention to frames, and two dense layers."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(3))
        self.earlier, self.leave = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.ask, self.answer = nn.Linear(size, size), nn.Linear(size, size)
        self.frames = nn.Linear(size, 2 * size)
        self.dense = nn.Sequential(nn.Linear(size, 4 * size), nn.GELU(), nn.Linear(4 * size, size))
        self.drop = nn.Dropout(dropout)

    def split(self, values: Tensor) -> Tensor:
        """[batch, n, size] -> [batch, heads, n, size / heads]."""
        return values.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def seen(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """The keys and values of frames [batch, frames, size]."""
        keys, values = self.frames(frames).chunk(2, -1)
        return self.split(keys), self.split(values)

    def forward(
        self, x: Tensor, past: Tensor | None, keys: Tensor, values: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """
        Tokens *x* [batch, n, size] after those of *past* [batch, 2, heads, m, size / heads]; one at a time where given.

        *known* [batch, 1, 1, frames]. What comes back second is the past of the next token.
        """  # fmt: skip
        asked, key, value = (self.split(part) for part in self.earlier(self.norms[0](x)).chunk(3, -1))
        if past is not None:
            key, value = torch.cat([past[:, 0], key], 2), torch.cat([past[:, 1], value], 2)
        found = functional.scaled_dot_product_attention(asked, key, value, is_causal=past is None)
        x = x + self.drop(self.leave(found.transpose(1, 2).flatten(2)))
        looked = functional.scaled_dot_product_attention(
            self.split(self.ask(self.norms[1](x))), keys, values, attn_mask=known
        )
        x = x + self.drop(self.answer(looked.transpose(1, 2).flatten(2)))
        return x + self.drop(self.dense(self.norms[2](x))), torch.stack([key, value], 1)


class Transformer(Captioner):
    """Frames -> tokens."""

    SHAPE = ("tokens", "features", "hidden", "layers", "heads", "frames", "dropout")

    def __init__(
        self, *, tokens: int, features: int, hidden: int, layers: int, heads: int, frames: int, dropout: float
    ) -> None:
        super().__init__(tokens, hidden, hidden, dropout)
        nn.init.normal_(self.embedding.weight, std=hidden**-0.5)
        self.see, self.seen = nn.Linear(features, hidden), nn.LayerNorm(hidden)
        self.when = nn.Parameter(torch.randn(frames, hidden) * 0.02)
        self.places = nn.Parameter(torch.randn(LONGEST, hidden) * 0.02)
        self.layers = nn.ModuleList(Layer(hidden, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden)

    def remember(self, batch: Tensors) -> Tensors:
        """The frames' keys and values in every layer."""
        frames, known = batch["frames"], present(batch["frames"])
        rows = self.drop(self.seen(self.see(frames) + self.when[: frames.shape[1]]))
        memory = {"known": known}
        for i, layer in enumerate(self.layers):
            memory[f"keys{i}"], memory[f"values{i}"] = layer.seen(rows)
        return memory

    def begin(self, memory: Tensors) -> Tensors:
        """No token yet."""
        keys = memory["keys0"]
        nothing = keys.new_zeros(len(keys), 2, keys.shape[1], 0, keys.shape[3])
        return {f"past{i}": nothing for i in range(len(self.layers))}

    def advance(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:
        """One row more."""
        place = state["past0"].shape[3]
        x = self.drop(self.embedding(token[:, None]) + self.places[place])
        past: Tensors = {}
        for i, layer in enumerate(self.layers):
            x, past[f"past{i}"] = layer(x, state[f"past{i}"], *self._frames(memory, i))
        return self.norm(x)[:, 0], past

    def hidden(self, tokens: Tensor, memory: Tensors) -> Tensor:
        """All tokens at once; none sees a later one."""
        x = self.drop(self.embedding(tokens) + self.places[: tokens.shape[1]])
        for i, layer in enumerate(self.layers):
            x, _ = layer(x, None, *self._frames(memory, i))
        seen: Tensor = self.norm(x)
        return seen

    def _frames(self, memory: Tensors, layer: int) -> tuple[Tensor, Tensor, Tensor]:
        return memory[f"keys{layer}"], memory[f"values{layer}"], memory["known"][:, None, None]

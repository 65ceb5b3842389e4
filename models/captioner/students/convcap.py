"""ConvCap (Aneja et al.): masked convolutions over the words so far, each beside the mean of the frames."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from models.captioner.captioner import Captioner, Tensors, mean
from models.captioner.students.frames import present

KERNEL = 5


class ConvCap(Captioner):
    """Layers of kernel 5 with gated linear units and weight normalisation; each adds to what it was given."""

    SHAPE = ("tokens", "features", "width", "hidden", "layers", "dropout")

    def __init__(self, *, tokens: int, features: int, width: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__(tokens, width, hidden, dropout)
        self.see = nn.Linear(features, width)
        self.enter = nn.Linear(2 * width, hidden)
        self.layers = nn.ModuleList(weight_norm(nn.Conv1d(hidden, 2 * hidden, KERNEL)) for _ in range(layers))

    def remember(self, batch: Tensors) -> Tensors:
        """The mean of the frames as in equation 9, brought to the size of a word."""
        return {"mean": torch.relu(self.see(mean(batch["frames"], present(batch["frames"]))))}

    def begin(self, memory: Tensors) -> Tensors:
        """Before the first word every layer has seen zeros."""
        zero = memory["mean"].new_zeros(len(memory["mean"]), self.enter.out_features, KERNEL - 1)
        return {f"seen{i}": zero for i in range(len(self.layers))}

    def advance(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:
        """The last four inputs of each layer are kept."""
        values, state = self._enter(token[:, None], memory), dict(state)
        for i, layer in enumerate(self.layers):
            seen = torch.cat([state[f"seen{i}"], values], 2)
            values, state[f"seen{i}"] = self._layer(layer, seen, values), seen[..., 1:]
        return values[..., 0], state

    def hidden(self, tokens: Tensor, memory: Tensors) -> Tensor:
        """All words at once; none sees a later one."""
        values = self._enter(tokens, memory)
        for layer in self.layers:
            values = self._layer(layer, functional.pad(values, (KERNEL - 1, 0)), values)
        return values.transpose(1, 2)

    def _enter(self, tokens: Tensor, memory: Tensors) -> Tensor:
        words = self.drop(self.embedding(tokens))
        entered: Tensor = self.enter(torch.cat([words, memory["mean"][:, None].expand_as(words)], -1))
        return entered.transpose(1, 2)

    def _layer(self, layer: nn.Module, seen: Tensor, values: Tensor) -> Tensor:
        gated: Tensor = functional.glu(layer(self.drop(seen)), 1)
        return values + gated

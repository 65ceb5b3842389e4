"""What every captioner is to the training and to the search: something remembered, then one token after another.

A *memory* and a *state* are tensors by name, the batch first in each, so that a search can choose rows of a state.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional

Tensors = dict[str, Tensor]


class Captioner(nn.Module, ABC):
    """A network that says captions of tokens numbered below *tokens*."""

    def __init__(self, tokens: int, width: int, out: int, dropout: float) -> None:
        """*width* of a token's vector, *out* of what the last layer sees."""
        super().__init__()
        self.embedding = nn.Embedding(tokens, width, padding_idx=0)
        self.output = nn.Linear(out, tokens)
        self.drop = nn.Dropout(dropout)

    @abstractmethod
    def remember(self, batch: Tensors) -> Tensors:
        """The memory of what is to be described."""

    @abstractmethod
    def begin(self, memory: Tensors) -> Tensors:
        """The state before the first token."""

    @abstractmethod
    def advance(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:
        """Read *token* [batch]; what the last layer sees [batch, out], and the next state."""

    def score(self, hidden: Tensor) -> Tensor:
        """Equations 8 and 15: the scores ``z = W h + b`` of the next token, before any softmax."""
        scores: Tensor = self.output(self.drop(hidden))
        return scores

    def step(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:
        """The scores [batch, tokens] of what follows *token* [batch], and the next state."""
        hidden, state = self.advance(token, state, memory)
        return self.score(hidden), state

    def hidden(self, tokens: Tensor, memory: Tensors) -> Tensor:
        """What the last layer sees after each of *tokens* [batch, n]: [batch, n, out]."""
        state, seen = self.begin(memory), []
        for token in tokens.unbind(1):
            hidden, state = self.advance(token, state, memory)
            seen.append(hidden)
        return torch.stack(seen, 1)

    def forward(self, batch: Tensors) -> Tensor:
        """The scores [batch, n, tokens] after each token of ``batch["tokens"]`` but the last."""
        return self.score(self.hidden(batch["tokens"][:, :-1], self.remember(batch)))


def mean(values: Tensor, known: Tensor) -> Tensor:
    """Equations 2, 9 and 12: the mean of the *known* [batch, n] rows of *values* [batch, n, size]."""
    counted = known.to(values.dtype)
    return torch.einsum("bn,bns->bs", counted, values) / counted.sum(1, keepdim=True).clamp(min=1)


class Attention(nn.Module):
    """Additive attention of a hidden vector over rows: equations 4 to 6 and 13."""

    def __init__(self, rows: int, hidden: int, size: int) -> None:
        super().__init__()
        self.rows = nn.Linear(rows, size, bias=False)
        self.hidden = nn.Linear(hidden, size, bias=False)
        self.weigh = nn.Linear(size, 1, bias=False)

    def weights(self, keys: Tensor, hidden: Tensor, known: Tensor) -> Tensor:
        """Equations 4, 5 and 13: ``softmax(w tanh(W v_i + U h))``; *keys* [batch, n, size] are the rows' ``W v_i``."""
        scores = self.weigh(torch.tanh(keys + self.hidden(hidden)[:, None]))[..., 0]
        return scores.masked_fill(~known, float("-inf")).softmax(1)

    def forward(self, rows: Tensor, keys: Tensor, hidden: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        """Equation 6: the sum of *rows* [batch, n, rows] by their weights [batch, n], and the weights."""
        weights = self.weights(keys, hidden, known)
        return torch.einsum("bn,bns->bs", weights, rows), weights


class TwoLayers(Captioner):
    """An attention LSTM and a language LSTM, of teacher and TopDown alike: equations 3 and 7."""

    def __init__(self, *, tokens: int, width: int, seen: int, attended: int, hidden: int, dropout: float) -> None:
        """*seen* is the size of the mean, *attended* that of what attention gives."""
        super().__init__(tokens, width, hidden, dropout)
        self.size = hidden
        self.first = nn.LSTMCell(hidden + seen + width, hidden)
        self.second = nn.LSTMCell(attended + hidden, hidden)

    @abstractmethod
    def attend(self, hidden: Tensor, memory: Tensors) -> Tensor:
        """What is looked at for the next token [batch, attended]."""

    def begin(self, memory: Tensors) -> Tensors:
        """Zeros."""
        zero = memory["mean"].new_zeros(len(memory["mean"]), self.size)
        return {"h1": zero, "c1": zero, "h2": zero, "c2": zero}

    def advance(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:
        """Equation 3: ``h1 = LSTM([h2, mean, W_e x])``; equation 7: ``h2 = LSTM([attended, h1])``."""
        seen = torch.cat([state["h2"], memory["mean"], self.drop(self.embedding(token))], 1)
        h1, c1 = self.first(seen, (state["h1"], state["c1"]))
        h2, c2 = self.second(torch.cat([self.attend(h1, memory), h1], 1), (state["h2"], state["c2"]))
        return h2, {"h1": h1, "c1": c1, "h2": h2, "c2": c2}


def cross_entropy(scores: Tensor, tokens: Tensor, smoothing: float = 0.0) -> Tensor:
    """
    Equation 11: the mean over all tokens of ``-log p(token)``; PAD (0) is not counted.

    *scores* [batch, n, tokens] are those before each of *tokens* [batch, n].
    """  # fmt: skip
    return functional.cross_entropy(scores.flatten(0, 1), tokens.flatten(), ignore_index=0, label_smoothing=smoothing)

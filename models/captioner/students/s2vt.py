"""S2VT (Venugopalan et al.): two LSTMs, one upon the other, that first read all frames and then say the words."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.captioner.captioner import Captioner, Tensors


class S2VT(Captioner):
    """While frames are read the second LSTM sees no words; while words are said the first sees no frames: zeros."""

    SHAPE = ("tokens", "features", "width", "hidden", "dropout")

    def __init__(self, *, tokens: int, features: int, width: int, hidden: int, dropout: float) -> None:
        super().__init__(tokens, width, hidden, dropout)
        self.see = nn.Linear(features, width)
        self.first = nn.LSTMCell(width, hidden)
        self.second = nn.LSTMCell(width + hidden, hidden)

    def remember(self, batch: Tensors) -> Tensors:
        """Both LSTMs after the last frame."""
        frames = self.drop(self.see(batch["frames"]))
        no_word = torch.zeros_like(frames[:, 0])
        zero = frames.new_zeros(len(frames), self.first.hidden_size)
        state = {"h1": zero, "c1": zero, "h2": zero, "c2": zero}
        for frame in frames.unbind(1):
            state = self._read(frame, no_word, state)
        return state

    def begin(self, memory: Tensors) -> Tensors:
        """The same two."""
        return memory

    def advance(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:  # noqa: ARG002 - the state has all
        """No frame and one word."""
        word = self.drop(self.embedding(token))
        state = self._read(torch.zeros_like(word), word, state)
        return state["h2"], state

    def _read(self, frame: Tensor, word: Tensor, state: Tensors) -> Tensors:
        h1, c1 = self.first(frame, (state["h1"], state["c1"]))
        h2, c2 = self.second(torch.cat([word, h1], 1), (state["h2"], state["c2"]))
        return {"h1": h1, "c1": c1, "h2": h2, "c2": c2}

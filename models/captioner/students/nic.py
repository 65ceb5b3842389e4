"""NIC (Vinyals et al.): the mean of the frames is the first word that an LSTM reads."""

from __future__ import annotations

from torch import Tensor, nn

from models.captioner.captioner import Captioner, Tensors, mean
from models.captioner.students.frames import present


class NIC(Captioner):
    """Equations 9 to 11."""

    SHAPE = ("tokens", "features", "width", "hidden", "dropout")

    def __init__(self, *, tokens: int, features: int, width: int, hidden: int, dropout: float) -> None:
        super().__init__(tokens, width, hidden, dropout)
        self.see = nn.Linear(features, width)
        self.lstm = nn.LSTMCell(width, hidden)

    def remember(self, batch: Tensors) -> Tensors:
        """Equation 9: ``s_-1``, the mean of the frames, brought to the size of a word."""
        return {"mean": self.see(mean(batch["frames"], present(batch["frames"])))}

    def begin(self, memory: Tensors) -> Tensors:
        """The LSTM after it has read ``s_-1``."""
        h, c = self.lstm(self.drop(memory["mean"]))
        return {"h": h, "c": c}

    def advance(self, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:  # noqa: ARG002 - the state has all
        """Equation 10: ``s_t+1 = LSTM(W_e s_t)``."""
        h, c = self.lstm(self.drop(self.embedding(token)), (state["h"], state["c"]))
        return h, {"h": h, "c": c}

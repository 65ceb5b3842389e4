"""The network: four convolutions over log mel, a dilated stack over time, and one logit for each class every 40 ms.

Nothing in it looks further than ``CONTEXT`` rows to either side, so that a stream cut into windows with that much of
overlap gives what the whole would give.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STEP = 4  # rows of 10 ms in a row of the output


@dataclasses.dataclass(frozen=True)
class Size:
    """What the network is built from."""

    classes: int
    bands: int = 64
    channels: tuple[int, ...] = (16, 32, 64, 96)
    width: int = 192
    inner: int = 96
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    teacher: int = 1024

    @property
    def context(self) -> int:
        """Rows of 10 ms to either side that a row of the output depends on."""
        return STEP * sum(self.dilations) + 16


class Turn(nn.Module):
    """A bottleneck with a dilated convolution over time, added to what comes in."""

    def __init__(self, width: int, inner: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.down = nn.Conv1d(width, inner, 1, bias=False)
        self.first = nn.BatchNorm1d(inner)
        self.look = nn.Conv1d(inner, inner, 3, padding=dilation, dilation=dilation, bias=False)
        self.second = nn.BatchNorm1d(inner)
        self.up = nn.Conv1d(inner, width, 1)
        self.dropout = nn.Dropout1d(dropout)  # whole channels: cheap, and rows beside each other tell the same

    def forward(self, x: Tensor) -> Tensor:
        inside = F.relu(self.first(self.down(x)))
        inside = F.relu(self.second(self.look(inside)))
        return x + self.dropout(self.up(inside))


class Listener(nn.Module):
    """(batch, rows, bands) to logits and attention, each (batch, rows / 4, classes)."""

    def __init__(self, size: Size, dropout: float = 0.1) -> None:
        super().__init__()
        self.size = size
        layers: list[nn.Module] = []
        strides = ((2, 2), (2, 2), (1, 2), (1, 2))
        before = 1
        for channels, stride in zip(size.channels, strides, strict=True):
            layers += [nn.Conv2d(before, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]
            before = channels
        self.eye = nn.Sequential(*layers)
        self.mix = nn.Conv1d(before * size.bands // 16, size.width, 1, bias=False)
        self.norm = nn.BatchNorm1d(size.width)
        self.turns = nn.Sequential(*(Turn(size.width, size.inner, d, dropout) for d in size.dilations))
        self.last = nn.BatchNorm1d(size.width)
        self.logits = nn.Conv1d(size.width, size.classes, 1)
        self.attention = nn.Conv1d(size.width, size.classes, 1)
        self.dropout = nn.Dropout1d(dropout)
        self.view = nn.Linear(size.width, size.teacher)
        nn.init.constant_(self.logits.bias, -3.0)

    def features(self, mel: Tensor) -> Tensor:
        """(batch, width, rows / 4)."""
        seen = self.eye((mel[:, None] - 1.5) * 1.2)
        flat = seen.permute(0, 1, 3, 2).flatten(1, 2)
        x = F.relu(self.norm(self.mix(flat)))
        return F.relu(self.last(self.turns(x)))

    def heads(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and attention from ``features``."""
        x = self.dropout(x)
        return self.logits(x).transpose(1, 2), self.attention(x).transpose(1, 2)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        return self.heads(self.features(mel))


def pooled(logits: Tensor, attention: Tensor) -> Tensor:
    """(batch, classes): logits of a whole clip, each class weighing the rows in its own way."""
    return (torch.softmax(attention, 1) * logits).sum(1)


def parameters(model: nn.Module, without: Sequence[str] = ("view",)) -> int:
    """What is shipped."""
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith(tuple(without)))

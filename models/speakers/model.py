"""The network: a time-delay network with squeeze-and-excitation and attentive statistics, after ECAPA-TDNN
(Desplanques et al., arXiv 2005.07143), made small, with a second ear for two people speaking at once.

Every convolution is followed by its normalisation and only then by the non-linearity, so that at export the
normalisation disappears into the convolution.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

BANDS = 80


@dataclass(frozen=True)
class Size:
    """Dimensions of the network."""

    width: int = 128
    dilations: tuple[int, ...] = (1, 2, 3)
    mixed: int = 256  # channels that the statistics are taken of
    attention: int = 64
    dimension: int = 128
    classes: int = 1000  # persons in training; gone at export

    def as_dict(self) -> dict[str, object]:
        """For size.json."""
        return asdict(self)


class Layer(nn.Module):
    """A convolution over time with its normalisation."""

    def __init__(self, inside: int, outside: int, width: int = 1, *, dilation: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(
            inside, outside, width, stride=stride, dilation=dilation, padding=dilation * (width - 1) // 2, bias=False
        )
        self.norm = nn.BatchNorm1d(outside)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))


class Block(nn.Module):
    """Look around, mix channels, weigh them by what the whole window holds; added to what came in."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.around = Layer(width, width, 3, dilation=dilation)
        self.mix = Layer(width, width)
        self.squeeze, self.excite = nn.Conv1d(width, width // 4, 1), nn.Conv1d(width // 4, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.mix(F.relu(self.around(x))))
        gate = torch.sigmoid(self.excite(F.relu(self.squeeze(y.mean(2, keepdim=True)))))
        return x + y * gate


class Voices(nn.Module):
    """(n, frames, 80), mean-normalised, to vectors (n, dimension) and logits of overlap (n, frames / 2)."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.enter = Layer(BANDS, size.width, 5, stride=2)
        self.blocks = nn.ModuleList(Block(size.width, dilation) for dilation in size.dilations)
        self.gather = Layer(size.width * len(size.dilations), size.mixed)
        self.look, self.weigh = nn.Conv1d(size.mixed, size.attention, 1), nn.Conv1d(size.attention, size.mixed, 1)
        self.calm = nn.BatchNorm1d(2 * size.mixed)
        self.leave = nn.Linear(2 * size.mixed, size.dimension)
        self.both = nn.Conv1d(size.mixed, 1, 5, padding=2)
        self.sharpness = nn.Parameter(torch.tensor([10.0, -3.0]))  # of ``prototypical``; gone at export
        self.persons = nn.Parameter(torch.randn(size.classes, size.dimension) / math.sqrt(size.dimension))

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu(self.enter(mel.transpose(1, 2)))
        found = []
        for block in self.blocks:
            x = block(x)
            found.append(x)
        x = F.relu(self.gather(torch.cat(found, 1)))
        share = self.weigh(torch.tanh(self.look(x))).float().softmax(2)
        x32 = x.float()
        mean = (x32 * share).sum(2)
        spread = ((x32 * x32 * share).sum(2) - mean * mean).clamp(min=1e-4).sqrt()
        return self.leave(self.calm(torch.cat([mean, spread], 1))), self.both(x).squeeze(1)


def prototypical(one: Tensor, other: Tensor, sharpness: Tensor) -> Tensor:
    """Logits (n, n): which of the *other* windows is of the same person as each *one* (arXiv 2003.11982)."""
    cosine = F.linear(F.normalize(one.float()), F.normalize(other.float()))
    return cosine * sharpness[0].clamp(min=1.0) + sharpness[1]


def margin_logits(vectors: Tensor, persons: Tensor, labels: Tensor, margin: float, scale: float) -> Tensor:
    """Additive angular margin (ArcFace, arXiv 1801.07698): the right person must win by an angle."""
    cosine = F.linear(F.normalize(vectors.float()), F.normalize(persons.float())).clamp(-0.9999, 0.9999)
    right = cosine.gather(1, labels[:, None])
    angle = torch.acos(right) + margin
    return scale * cosine.scatter(1, labels[:, None], torch.cos(angle.clamp(max=math.pi)))

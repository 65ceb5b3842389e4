"""The network: TransNet V2 (Souček and Lokoč, arXiv 2008.04838) made small.

As there: cells of dilated convolutions (a convolution over the picture, then four over time with dilations 1, 2, 4, 8),
and two branches that compare every frame with its neighbours, by learned features and by histograms of colour. Unlike
there: the first layer takes every second pixel; plain thumbnails are compared too; and a few convolutions over time
read all of it before the answers, which tells a flash (what was before comes back) from a cut.

All of the picture is float in 0 to 1 inside; the order of the colours does not matter to a network that was trained on
all of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW = 100  # frames
HEIGHT, WIDTH = 27, 48
DILATIONS = (1, 2, 4, 8)
BINS = 8  # of each colour in a histogram
KINDS = 4


@dataclass(frozen=True)
class Size:
    """Dimensions of the network."""

    enter: int = 12
    filters: tuple[int, ...] = (4, 8, 16)  # of each of the four dilations, per block
    cells: int = 2  # in a block
    dense: int = 96
    reach: int = 50  # frames to each side that a frame is compared with
    compared: int = 48  # features of each comparison
    width: int = 96  # of the convolutions over time at the end
    tail: tuple[int, ...] = (1, 2, 4, 8, 16)  # their dilations

    def as_dict(self) -> dict[str, object]:
        """For size.json."""
        return asdict(self)


class Cell(nn.Module):
    """Over the picture, then over time with four dilations; in (n, c, t, h, w), out (n, 4 * filters, t, h, w)."""

    def __init__(self, inside: int, filters: int) -> None:
        super().__init__()
        self.space = nn.Conv2d(inside, 2 * filters, 3, padding=1, bias=False)
        self.calm = nn.BatchNorm2d(2 * filters)
        self.time = nn.ModuleList(
            nn.Conv2d(2 * filters, filters, (3, 1), padding=(d, 0), dilation=(d, 1), bias=False) for d in DILATIONS
        )
        self.norm = nn.BatchNorm2d(4 * filters)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        """*x* is (n * frames, c, h, w), and so is what comes out."""
        x = F.relu(self.calm(self.space(x)))
        _, c, h, w = x.shape
        x = x.reshape(-1, frames, c, h * w).transpose(1, 2)
        x = self.norm(torch.cat([one(x) for one in self.time], 1))
        return x.transpose(1, 2).reshape(-1, x.shape[1], h, w)


class Block(nn.Module):
    """Cells with a short cut around all but the first, then half the picture."""

    def __init__(self, inside: int, filters: int, cells: int) -> None:
        super().__init__()
        self.cells = nn.ModuleList(Cell(4 * filters if k else inside, filters) for k in range(cells))

    def forward(self, x: Tensor, frames: int) -> Tensor:
        first = x = F.relu(self.cells[0](x, frames))
        for cell in self.cells[1:]:
            x = F.relu(cell(x, frames) + first)
        return F.avg_pool2d(x, 2)


class Compare(nn.Module):
    """
    (n, t, features) of length 1 to what a frame's likeness to its neighbours says, (n, compared, t).

    Likeness is 1 less the distance: what a slow dissolve does from frame to frame would vanish in a product near 1.
    """

    def __init__(self, reach: int, compared: int) -> None:
        super().__init__()
        self.reach = reach
        self.dense = nn.Conv1d(2 * reach + 1, compared, 1)

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):  # small differences count
            x = x.float()
            apart = (2 - 2 * (x @ x.transpose(1, 2))).clamp(min=0).add(1e-4).sqrt()
            return F.relu(self.dense(banded(1 - apart, self.reach).transpose(1, 2)))


def banded(matrix: Tensor, reach: int) -> Tensor:
    """(n, t, t) to (n, t, 2 * reach + 1): every row from *reach* before the diagonal to *reach* after it, 0 outside."""
    n, t, _ = matrix.shape
    flat = F.pad(matrix, (reach, reach)).reshape(n, -1)
    return F.pad(flat, (0, t)).reshape(n, t, t + 2 * reach + 1)[:, :, : 2 * reach + 1]


def histogram(pixels: Tensor) -> Tensor:
    """uint8 (n, t, h, w, 3) to the root of the share of pixels in each of BINS ** 3 colours, (n, t, bins), length 1."""
    n, t = pixels.shape[:2]
    coarse = (pixels.reshape(n * t, -1, 3).float() * (BINS / 256)).floor()
    index = (coarse[..., 0] * BINS + coarse[..., 1]) * BINS + coarse[..., 2]
    counts = torch.zeros(n * t, BINS**3).scatter_add(1, index.long(), torch.ones_like(index))
    return (counts / (HEIGHT * WIDTH)).sqrt().reshape(n, t, BINS**3)


def unit(x: Tensor) -> Tensor:
    """Of length 1 along the last axis."""
    return x / (x * x).sum(-1, keepdim=True).add(1e-6).sqrt()


class Shots(nn.Module):
    """
    uint8 (n, 100, 27, 48, 3) to logits: ``single`` (n, 100, 1), ``many`` (n, 100, 1), ``kind`` (n, 100, 4).

    *single* is the frame a change is told by: the first frame of the new shot at a cut, else the middle of the change;
    *many* all frames of it.
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.enter = nn.Conv2d(3, size.enter, 3, stride=2, padding=1, bias=False)
        self.calm = nn.BatchNorm2d(size.enter)
        inside, blocks = size.enter, []
        for filters in size.filters:
            blocks.append(Block(inside, filters, size.cells))
            inside = 4 * filters
        self.blocks = nn.ModuleList(blocks)
        spread = sum(4 * filters for filters in size.filters)
        self.project = nn.Linear(spread, 64)
        self.learned, self.colours, self.thumbs = (Compare(size.reach, size.compared) for _ in range(3))
        self.dense = nn.Conv1d(inside * 3, size.dense, 1)  # 1 x 3 places are left of the picture
        gathered = size.dense + 3 * size.compared + 4
        self.gather = nn.Conv1d(gathered, size.width, 1, bias=False)
        self.gathered = nn.BatchNorm1d(size.width)
        self.tail = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(size.width, size.width, 3, padding=d, dilation=d, bias=False), nn.BatchNorm1d(size.width)
            )
            for d in size.tail
        )
        self.drop = nn.Dropout(0.2)
        self.answer = nn.Conv1d(size.width, 2 + KINDS, 1)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        n, t = pixels.shape[:2]
        x = (pixels.reshape(n * t, HEIGHT, WIDTH, 3).float() * (1 / 255)).permute(0, 3, 1, 2)
        told = [self.colours(histogram(pixels)), self.thumbs(thumbnails(x, n)), levels(x, n)]
        x = F.relu(self.calm(self.enter(x)))
        means = []
        for block in self.blocks:
            x = block(x, t)
            means.append(x.mean((2, 3)))
        told.append(self.learned(unit(self.project(torch.cat(means, 1)).float()).reshape(n, t, -1)))
        told.append(F.relu(self.dense(x.reshape(n, t, -1).transpose(1, 2))))
        y = F.relu(self.gathered(self.gather(torch.cat(told, 1))))
        for layer in self.tail:
            y = y + F.relu(layer(y))
        out = self.answer(self.drop(y)).transpose(1, 2)
        return out[..., :1], out[..., 1:2], out[..., 2:]


def thumbnails(x: Tensor, n: int) -> Tensor:
    """(n * t, 3, h, w) to small pictures less their mean, of length 1: (n, t, 3 * 4 * 8)."""
    small = F.avg_pool2d(x, 6, ceil_mode=False).flatten(1)
    return unit(small - small.mean(1, keepdim=True)).reshape(n, x.shape[0] // n, -1)


def levels(x: Tensor, n: int) -> Tensor:
    """(n * t, 3, h, w) to brightness, contrast, and how much both moved since the frame before: (n, 4, t)."""
    grey = x.mean(1).flatten(1)
    mean = grey.mean(1)
    spread = ((grey * grey).mean(1) - mean * mean).clamp(min=0).add(1e-6).sqrt()
    now = torch.stack([mean, spread], 1).reshape(n, -1, 2).transpose(1, 2)
    before = torch.cat([now[:, :, :1], now[:, :, :-1]], 2)
    return torch.cat([now, now - before], 1)

"""
The network: a small BERT of characters with anchor kinds as its token types, and plain matrices on its last layer.

Two things differ from BERT, because a tagger of characters that learns from nothing has to see its neighbours first:
norms come before the blocks, and places are told by T5's relative bias (Raffel et al. 2020), begun with heads that look
one character back, one ahead, a few back, a few ahead, and anywhere. CTranslate2 runs both. Capital letters share the
vectors of the small ones.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.tagger.data import HEADS, IGNORED, SPAN_HEADS, tables

TYPES = 16  # kinds of anchors
BUCKETS, FARTHEST = 32, 128  # of relative places


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """Sizes, regularisation and weights of the losses."""

    vocabulary: int = 6000
    width: int = 192
    feed_forward: int = 768
    heads: int = 6
    layers: int = 4
    dropout: float = 0.05
    smoothing: float = 0.02
    inner: float = 0.6
    asked: float = 1.0
    rare: float = 4.0  # weight of a character of the answer; taken back from the biases by the export
    spans: float = 0.3
    guess: float = 0.08


def buckets(length: int) -> Tensor:
    """T5's bucket of every pair of places [query, key]: exact up to 7 apart, then ever wider, apart for both sides."""
    places = torch.arange(length)
    apart = places[None, :] - places[:, None]
    half, exact = BUCKETS // 2, BUCKETS // 4
    far = torch.log(apart.abs().clamp_min(1).float() / exact) / math.log(FARTHEST / exact) * (half - exact)
    distance = torch.where(apart.abs() < exact, apart.abs(), (exact + far.long()).clamp_max(half - 1))
    return distance + half * (apart > 0).long()


def first_bias(heads: int) -> Tensor:
    """Where heads look before training [BUCKETS, heads]: two at neighbours, two at words around, others anywhere."""
    bias = torch.zeros(BUCKETS, heads)
    half = BUCKETS // 2
    near = torch.arange(half).float()
    for head, (side, other) in enumerate(((slice(0, half), slice(half, None)), (slice(half, None), slice(0, half)))):
        bias[side, head], bias[other, head] = -3 * (near - 1).abs(), -6.0
        if heads > 4:
            bias[side, head + 2], bias[other, head + 2] = -0.5 * near, -4.0
    return bias


def capitals(known: Mapping[str, int]) -> dict[int, int]:
    """Ids of capital letters with those of the small ones: DOOR SLAMS is to mean what door slams does."""
    pairs = ((token, token.lower()) for token in known if len(token) == 1)
    return {known[token]: known[small] for token, small in pairs if small != token and small in known}


class Block(nn.Module):
    """Attention and feed-forward, each on the norm of its input and added to it."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.width
        self.heads, self.dropout = config.heads, config.dropout
        self.attend_norm, self.feed_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mixed = nn.Linear(width, 3 * width)  # queries, keys, values
        self.out = nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, config.feed_forward), nn.Linear(config.feed_forward, width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """x [rows, length, width]; bias [rows, heads, length, length]."""
        rows, length, width = x.shape
        mixed = self.mixed(self.attend_norm(x)).view(rows, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = mixed[0] @ mixed[1].transpose(-1, -2) * (width // self.heads) ** -0.5 + bias
        mean = (scores.softmax(-1).to(mixed.dtype) @ mixed[2]).transpose(1, 2).reshape(rows, length, width)
        x = x + functional.dropout(self.out(mean), self.dropout, self.training)
        fed = self.narrow(functional.gelu(self.wide(self.feed_norm(x))))
        return x + functional.dropout(fed, self.dropout, self.training)


class Encoder(nn.Module):
    """Characters and kinds to vectors."""

    def __init__(self, config: ModelConfig, capitals: Mapping[int, int]) -> None:
        super().__init__()
        lower = torch.arange(config.vocabulary)
        for upper, small in capitals.items():
            lower[upper] = small
        self.register_buffer("lower", lower, persistent=False)
        self.register_buffer("large", (lower != torch.arange(len(lower))).float()[:, None], persistent=False)
        self.capital = nn.Parameter(torch.randn(config.width) * 0.5 * config.width**-0.5)
        self.tokens = nn.Embedding(config.vocabulary, config.width)
        self.kinds = nn.Embedding(TYPES, config.width)
        self.norm, self.last_norm = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.bias = nn.Embedding(BUCKETS, config.heads)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        for table in (self.tokens, self.kinds):
            nn.init.normal_(table.weight, std=0.5 * config.width**-0.5)
        for block in self.blocks:
            for part in (block.out, block.narrow):
                nn.init.normal_(part.weight, std=0.5 * (part.in_features * config.layers) ** -0.5)
        with torch.no_grad():
            self.bias.weight.copy_(first_bias(config.heads))

    def table(self) -> Tensor:
        """The vectors of all tokens [vocabulary, width]: a capital letter's is the small one's and what is capital."""
        found: Tensor = self.tokens.weight[self.lower] + self.large * self.capital
        return found

    def forward(self, ids: Tensor, kinds: Tensor, lengths: Tensor) -> Tensor:
        """Hidden states [rows, length, width]."""
        length = ids.shape[1]
        padding = torch.arange(length)[None] >= lengths[:, None]
        bias = self.bias(buckets(length)).permute(2, 0, 1)[None]
        bias = bias.masked_fill(padding[:, None, None, :], -1e4)
        x: Tensor = self.norm(functional.embedding(ids, self.table()) + self.kinds(kinds))
        for block in self.blocks:
            x = block(x, bias)
        return self.last_norm(x)


class Tagger(nn.Module):
    """Encoder, heads per character, heads per span, and a head that guesses masked characters (not exported)."""

    def __init__(self, config: ModelConfig, known: Mapping[str, int]) -> None:
        super().__init__()
        self.settings = config
        self.encoder = Encoder(config, capitals(known))
        self.characters = nn.ModuleDict(
            {name: nn.Linear(config.width, 1 + 2 * len(names)) for name, names in HEADS.items()}
        )
        sizes = {name: len(keys) for name, keys in tables().items()}
        self.spans = nn.ModuleDict({name: nn.Linear(config.width, sizes[name]) for name in SPAN_HEADS})
        self.guess = nn.Linear(config.width, config.width)

    def forward(self, ids: Tensor, kinds: Tensor, lengths: Tensor) -> Tensor:
        """Hidden states [rows, length, width]."""
        hidden: Tensor = self.encoder(ids, kinds, lengths)
        return hidden

    def means(self, hidden: Tensor, spans: Tensor) -> Tensor:
        """Mean hidden state of each span [spans, width]; rows of *spans* are (row, start, end, ...)."""
        sums = functional.pad(hidden.cumsum(1), (0, 0, 1, 0))
        rows, starts, ends = spans[:, 0], spans[:, 1], spans[:, 2]
        found: Tensor = (sums[rows, ends] - sums[rows, starts]) / (ends - starts).clamp_min(1)[:, None]
        return found


def loss_of(model: nn.Module, batch: dict[str, Any], config: ModelConfig) -> tuple[Tensor, dict[str, float]]:
    """Sum of the cross entropies per character, of the spans' classes and of the masked characters."""
    tensors = {name: torch.as_tensor(value) for name, value in batch.items()}
    network: Tagger = model.module if hasattr(model, "module") else model  # type: ignore[assignment]
    hidden = model(tensors["ids"], tensors["kinds"], tensors["lengths"]).float()
    losses: dict[str, Tensor] = {}
    for name, head in network.characters.items():
        wanted = tensors[name] != IGNORED
        if bool(wanted.any()):
            scores = head(hidden[wanted]).float()
            weight = torch.tensor([1.0, config.rare, config.rare]) if name == "asked" else None
            losses[name] = functional.cross_entropy(
                scores, tensors[name][wanted], weight=weight, label_smoothing=config.smoothing
            )
    losses |= _span_losses(network, hidden, tensors["spans"])
    masked = tensors.get("guess")
    if masked is not None and bool((wanted := masked != IGNORED).any()):
        guessed = functional.gelu(network.guess(hidden[wanted]))
        logits = guessed @ network.encoder.table().T * 4
        losses["guess"] = functional.cross_entropy(logits.float(), masked[wanted])
    weights = {"inner": config.inner, "asked": config.asked, "guess": config.guess}
    weights |= dict.fromkeys(SPAN_HEADS, config.spans)
    total = torch.stack([value * weights.get(name, 1.0) for name, value in losses.items()]).sum()
    return total, {name: float(value.detach()) for name, value in losses.items()}


def _span_losses(network: Tagger, hidden: Tensor, spans: Tensor) -> dict[str, Tensor]:
    if not len(spans):
        return {}
    means = network.means(hidden, spans)
    found = {}
    for index, name in enumerate(SPAN_HEADS):
        target = spans[:, 3 + index]
        if bool((target != IGNORED).any()):
            found[name] = functional.cross_entropy(network.spans[name](means).float(), target, ignore_index=IGNORED)
    return found

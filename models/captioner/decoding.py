"""Captions out of a captioner: greedy search and beam search."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from models.captioner.captioner import Captioner, Tensors
from models.captioner.vocabulary import BEGIN, END, PAD, UNKNOWN

LONGEST = 30  # tokens of a caption
NEVER = (PAD, BEGIN, UNKNOWN)


class Said(NamedTuple):
    """A caption: its tokens' numbers without marks, and the sum of the logarithms of their probabilities and END's."""

    tokens: list[int]
    score: float


@torch.no_grad()
def greedy(model: Captioner, batch: Tensors, longest: int = LONGEST) -> list[Said]:
    """The likeliest token, again and again, until END or *longest* tokens."""
    memory = model.remember(batch)
    state = model.begin(memory)
    count = len(next(iter(memory.values())))
    token = torch.full((count,), BEGIN, device=next(model.parameters()).device)
    tokens, total = [], torch.zeros(count, device=token.device)
    ended = torch.zeros(count, dtype=torch.bool, device=token.device)
    for _ in range(longest):
        chances, state = _next(model, token, state, memory)
        chance, token = chances.max(1)
        token = token.masked_fill(ended, PAD)
        total += chance.masked_fill(ended, 0.0)
        tokens.append(token)
        ended |= token == END
        if ended.all():
            break
    said = torch.stack(tokens, 1).tolist()
    return [Said(_without_marks(row), float(score)) for row, score in zip(said, total, strict=True)]


@torch.no_grad()
def beam(model: Captioner, batch: Tensors, width: int = 3, longest: int = LONGEST, power: float = 0.7) -> list[Said]:
    """
    The best of *width* captions that are kept at every token.

    Finished captions are compared by their score over their length to the *power* (1: the mean, 0: the sum).
    """  # fmt: skip
    memory = model.remember(batch)
    count = len(next(iter(memory.values())))
    memory = {name: value.repeat_interleave(width, 0) for name, value in memory.items()}
    state = model.begin(memory)
    device = next(model.parameters()).device
    tokens = torch.full((count * width, 1), BEGIN, device=device)
    totals = torch.full((count, width), float("-inf"), device=device)
    totals[:, 0] = 0.0
    ended = torch.zeros(count, width, dtype=torch.bool, device=device)
    for _ in range(longest):
        chances, state = _next(model, tokens[:, -1], state, memory)
        chances = chances.view(count, width, -1)
        stay = torch.full_like(chances, float("-inf"))
        stay[..., PAD] = 0.0
        sums = (totals[..., None] + torch.where(ended[..., None], stay, chances)).flatten(1)
        totals, chosen = sums.topk(width, 1)
        row, token = chosen // chances.shape[2], chosen % chances.shape[2]
        places = (row + torch.arange(count, device=device)[:, None] * width).flatten()
        tokens = torch.cat([tokens[places], token.view(-1, 1)], 1)
        state = {name: value[places] for name, value in state.items()}
        ended = ended.gather(1, row) | (token == END)
        if ended.all():
            break
    lengths = (tokens[:, 1:] != PAD).sum(1).view(count, width)
    place = (totals / lengths.clamp(min=1) ** power).argmax(1)
    rows = tokens[:, 1:].view(count, width, -1)
    best = rows[torch.arange(count, device=device), place].tolist()
    scores = totals.gather(1, place[:, None])[:, 0]
    return [Said(_without_marks(row), float(score)) for row, score in zip(best, scores, strict=True)]


def _next(model: Captioner, token: Tensor, state: Tensors, memory: Tensors) -> tuple[Tensor, Tensors]:
    """The logarithms of the chances of all tokens that may be said."""
    scores, state = model.step(token, state, memory)
    scores[:, NEVER] = float("-inf")
    return scores.float().log_softmax(1), state


def _without_marks(tokens: list[int]) -> list[int]:
    return [token for token in (tokens[: tokens.index(END)] if END in tokens else tokens) if token != PAD]

"""The network: a small BERT of characters (anchor kinds as its token types) and plain matrices on its last layer."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from models.tagger.data import HEADS, IGNORED, SPAN_HEADS, tables

TYPES = 16  # kinds of anchors
POSITIONS = 512


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """Sizes, regularisation and weights of the losses."""

    vocabulary: int = 6000
    width: int = 192
    feed_forward: int = 768
    heads: int = 3
    layers: int = 4
    dropout: float = 0.1
    smoothing: float = 0.02
    inner: float = 0.5
    asked: float = 0.7
    spans: float = 0.3
    guess: float = 0.15


class Tagger(nn.Module):
    """Encoder, heads per character, heads per span, and a head that guesses masked characters (not exported)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.settings = config
        self.encoder = BertModel(
            BertConfig(
                vocab_size=config.vocabulary,
                hidden_size=config.width,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                intermediate_size=config.feed_forward,
                hidden_dropout_prob=config.dropout,
                attention_probs_dropout_prob=0.0,
                max_position_embeddings=POSITIONS,
                type_vocab_size=TYPES,
                attn_implementation="sdpa",
            ),
            add_pooling_layer=False,
        )
        self.characters = nn.ModuleDict(
            {name: nn.Linear(config.width, 1 + 2 * len(names)) for name, names in HEADS.items()}
        )
        sizes = {name: len(keys) for name, keys in tables().items()}
        self.spans = nn.ModuleDict({name: nn.Linear(config.width, sizes[name]) for name in SPAN_HEADS})
        self.guess = nn.Linear(config.width, config.width)
        nn.init.normal_(self.encoder.embeddings.position_embeddings.weight, std=0.02)

    def forward(self, ids: Tensor, kinds: Tensor, lengths: Tensor) -> Tensor:
        """Hidden states [rows, length, width]."""
        attend = torch.arange(ids.shape[1])[None] < lengths[:, None]
        output: Tensor = self.encoder(
            input_ids=ids, token_type_ids=kinds, attention_mask=attend.long()
        ).last_hidden_state
        return output

    def means(self, hidden: Tensor, spans: Tensor) -> Tensor:
        """Mean hidden state of each span [spans, width]; rows of *spans* are (row, start, end, ...)."""
        places = torch.arange(hidden.shape[1])[None]
        inside = ((places >= spans[:, 1:2]) & (places < spans[:, 2:3])).to(hidden.dtype)
        sums = torch.einsum("sl,slw->sw", inside, hidden[spans[:, 0]])
        return sums / inside.sum(1, keepdim=True).clamp_min(1)


def loss_of(model: nn.Module, batch: dict[str, Any], config: ModelConfig) -> tuple[Tensor, dict[str, float]]:
    """Sum of the cross entropies per character, of the spans' classes and of the masked characters."""
    tensors = {name: torch.as_tensor(value) for name, value in batch.items()}
    network: Tagger = model.module if hasattr(model, "module") else model  # type: ignore[assignment]
    hidden = model(tensors["ids"], tensors["kinds"], tensors["lengths"]).float()
    losses: dict[str, Tensor] = {}
    for name, head in network.characters.items():
        wanted = tensors[name] != IGNORED
        if bool(wanted.any()):
            losses[name] = functional.cross_entropy(
                head(hidden[wanted]), tensors[name][wanted], label_smoothing=config.smoothing
            )
    losses |= _span_losses(network, hidden, tensors["spans"])
    masked = tensors.get("guess")
    if masked is not None and bool((wanted := masked != IGNORED).any()):
        guessed = functional.gelu(network.guess(hidden[wanted]))
        logits = guessed @ network.encoder.embeddings.word_embeddings.weight.T
        losses["guess"] = functional.cross_entropy(logits.float(), masked[wanted])
    weights = {"inner": config.inner, "asked": config.asked, "guess": config.guess}
    weights |= {name: config.spans for name in SPAN_HEADS}
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
            found[name] = functional.cross_entropy(
                network.spans[name](means), target, ignore_index=IGNORED, label_smoothing=0.02
            )
    return found

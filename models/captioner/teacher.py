"""The English-to-Chinese branch: a graph of syntax triples, attention and two LSTMs (equations 1 to 8)."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn

from models.captioner.captioner import Attention, Tensors, TwoLayers, mean
from models.captioner.graph import TripleNetwork


@dataclasses.dataclass(frozen=True)
class Config:
    """
    The shape of a teacher. The paper states 300 dimensions for words of both languages; the rest is ours.

    *lexical* is D_lang, the size of a triple's feature.
    """  # fmt: skip

    words: int = 0  # of English, with the marks
    relations: int = 0
    tokens: int = 0  # of Chinese, with the marks
    width: int = 300
    lexical: int = 300
    graph: int = 256
    layers: int = 2
    hidden: int = 384
    dropout: float = 0.2


class Teacher(TwoLayers):
    """English graphs -> Chinese captions."""

    def __init__(self, config: Config) -> None:
        super().__init__(
            tokens=config.tokens,
            width=config.width,
            seen=config.lexical,
            attended=config.lexical,
            hidden=config.hidden,
            dropout=config.dropout,
        )
        self.config = config
        self.words = nn.Embedding(config.words, config.width, padding_idx=0)
        self.relations = nn.Embedding(config.relations, config.width)
        self.graph = TripleNetwork(config.width, config.graph, config.layers)
        self.join = nn.Linear(3 * config.width, config.lexical)
        self.attention = Attention(config.lexical, config.hidden, config.hidden)

    def features(self, batch: Tensors) -> Tensor:
        """Equation 1: for each triple its updated words and relation, joined: [batch, n, D_lang]."""
        nodes, relations = self.words(batch["nodes"]), self.relations(batch["relations"])
        objects = torch.arange(1, nodes.shape[1], device=nodes.device).expand_as(batch["heads"])
        nodes, relations = self.graph(nodes, relations, batch["heads"], objects, batch["known"])
        heads = nodes.gather(1, batch["heads"][..., None].expand(-1, -1, nodes.shape[-1]))
        return self.drop(self.join(torch.cat([heads, relations, nodes[:, 1:]], -1)))

    def remember(self, batch: Tensors) -> Tensors:
        """The triples' features and their mean (equation 2)."""
        rows = self.features(batch)
        known = batch["known"]
        return {"rows": rows, "keys": self.attention.rows(rows), "known": known, "mean": mean(rows, known)}

    def attend(self, hidden: Tensor, memory: Tensors) -> Tensor:
        """Equations 4 to 6 over the triples."""
        attended, _ = self.attention(memory["rows"], memory["keys"], hidden, memory["known"])
        return attended

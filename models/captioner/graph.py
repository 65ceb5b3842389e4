"""Graph convolution over triples with updated relation vectors (Johnson et al., Image Generation from Scene Graphs).

One layer: a first network sees every triple [s; p; o] and gives new vectors for all three; a node's new vector is a
second network's answer to the mean of what its triples gave it, as subject and as object.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class TripleConvolution(nn.Module):
    """One layer. *size* of the vectors of nodes and relations, *hidden* inside the two networks."""

    def __init__(self, size: int, hidden: int) -> None:
        super().__init__()
        self.hidden, self.size = hidden, size
        self.triple = nn.Sequential(
            nn.Linear(3 * size, hidden), nn.ReLU(), nn.Linear(hidden, 2 * hidden + size), nn.ReLU()
        )
        self.node = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, size), nn.ReLU())

    def forward(
        self, nodes: Tensor, relations: Tensor, subjects: Tensor, objects: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """
        *nodes* [batch, n, size], *relations* [batch, t, size] -> both, updated.

        *subjects* and *objects* [batch, t] are places among the nodes; *known* [batch, t] says which triples exist.
        A node without triples gets the second network's answer to zeros.
        """  # fmt: skip
        seen = torch.cat([_at(nodes, subjects), relations, _at(nodes, objects)], dim=-1)
        new_s, new_p, new_o = self.triple(seen).split([self.hidden, self.size, self.hidden], dim=-1)
        counted = known.to(nodes.dtype)[..., None]
        pooled = nodes.new_zeros(*nodes.shape[:2], self.hidden)
        counts = nodes.new_zeros(*nodes.shape[:2], 1)
        for new, places in ((new_s, subjects), (new_o, objects)):
            index = places[..., None].expand(-1, -1, self.hidden)
            pooled = pooled.scatter_add(1, index, (new * counted).to(pooled.dtype))
            counts = counts.scatter_add(1, places[..., None], counted)
        return self.node(pooled / counts.clamp(min=1)), new_p


def _at(nodes: Tensor, places: Tensor) -> Tensor:
    return nodes.gather(1, places[..., None].expand(-1, -1, nodes.shape[-1]))


class TripleNetwork(nn.Module):
    """Layers of ``TripleConvolution``; each adds to what it was given, so that a word is not lost in its relations."""

    def __init__(self, size: int, hidden: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(TripleConvolution(size, hidden) for _ in range(layers))

    def forward(
        self, nodes: Tensor, relations: Tensor, subjects: Tensor, objects: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """As one layer."""
        for layer in self.layers:
            more_nodes, more_relations = layer(nodes, relations, subjects, objects, known)
            nodes, relations = nodes + more_nodes, relations + more_relations
        return nodes, relations

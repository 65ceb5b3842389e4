"""The equations of the paper written out, number by number: slow, obvious, and what the networks are held against."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn


def linear(layer: nn.Linear, values: Sequence[float]) -> list[float]:
    """``W x + b``."""
    weights = layer.weight.tolist()
    bias = [0.0] * len(weights) if layer.bias is None else layer.bias.tolist()
    return [sum(w * x for w, x in zip(row, values, strict=True)) + b for row, b in zip(weights, bias, strict=True)]


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def lstm(cell: nn.LSTMCell, values: Sequence[float], h: Sequence[float], c: Sequence[float]) -> tuple[list[float], ...]:
    """One step of an LSTM; PyTorch's rows are input, forget, cell and output gate."""
    size = len(h)
    a, b = cell.weight_ih.tolist(), cell.weight_hh.tolist()
    biases = (cell.bias_ih + cell.bias_hh).tolist()
    gates = [
        sum(w * x for w, x in zip(a[r], values, strict=True)) + sum(w * x for w, x in zip(b[r], h, strict=True)) + bias
        for r, bias in enumerate(biases)
    ]
    new_c = [sigmoid(gates[size + i]) * c[i] + sigmoid(gates[i]) * math.tanh(gates[2 * size + i]) for i in range(size)]
    return [sigmoid(gates[3 * size + i]) * math.tanh(new_c[i]) for i in range(size)], new_c


def mean(rows: Sequence[Sequence[float]]) -> list[float]:
    """Equations 2, 9 and 12."""
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def softmax(values: Sequence[float]) -> list[float]:
    """Equation 5."""
    total = sum(math.exp(value) for value in values)
    return [math.exp(value) / total for value in values]


def weigh(rows: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """Equation 6."""
    return [sum(w * x for w, x in zip(weights, column, strict=True)) for column in zip(*rows, strict=True)]


def attention(layer: nn.Module, rows: Sequence[Sequence[float]], hidden: Sequence[float]) -> list[float]:
    """Equations 4 and 5, or 13: the weight of each row."""
    asked = linear(layer.hidden, hidden)
    scores = []
    for row in rows:
        inner = [math.tanh(x + y) for x, y in zip(linear(layer.rows, row), asked, strict=True)]
        scores.append(linear(layer.weigh, inner)[0])
    return softmax(scores)


def word(model: nn.Module, token: int) -> list[float]:
    """``W_e`` times a one-hot vector: the column of the word."""
    found: list[float] = model.embedding.weight[token].tolist()
    return found


def triple(layer: nn.Module, s: Sequence[float], p: Sequence[float], o: Sequence[float]) -> tuple[list[float], ...]:
    """The first network of a graph convolution: new subject, relation and object."""
    inner = [max(x, 0.0) for x in linear(layer.triple[0], [*s, *p, *o])]
    out = [max(x, 0.0) for x in linear(layer.triple[2], inner)]
    return out[: layer.hidden], out[layer.hidden : -layer.hidden], out[-layer.hidden :]


def convolution(
    layer: nn.Module, nodes: Sequence[Sequence[float]], triples: Sequence[tuple[int, Sequence[float], int]]
) -> tuple[list[list[float]], list[list[float]]]:
    """One graph convolution: *triples* are (place of the subject, vector of the relation, place of the object)."""
    given: list[list[list[float]]] = [[] for _ in nodes]
    relations = []
    for subject, relation, thing in triples:
        new_s, new_p, new_o = triple(layer, nodes[subject], relation, nodes[thing])
        given[subject].append(new_s)
        given[thing].append(new_o)
        relations.append(new_p)
    updated = []
    for vectors in given:
        pooled = mean(vectors) if vectors else [0.0] * layer.hidden
        inner = [max(x, 0.0) for x in linear(layer.node[0], pooled)]
        updated.append([max(x, 0.0) for x in linear(layer.node[2], inner)])
    return updated, relations


def plus(a: Sequence[float], b: Sequence[float]) -> list[float]:
    return [x + y for x, y in zip(a, b, strict=True)]


def same(found: Tensor, wanted: Sequence[float]) -> bool:
    return bool(torch.allclose(found.double(), torch.tensor(wanted, dtype=torch.float64), atol=1e-9, rtol=1e-7))

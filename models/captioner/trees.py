"""Dependency trees: read from CoNLL-U, made plain like a caption, and found in the scores of a parser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


class Tree(NamedTuple):
    """A sentence: ``heads[i]`` is the place of the head of word i, counted from 1; 0 is the root."""

    words: tuple[str, ...]
    heads: tuple[int, ...]
    relations: tuple[str, ...]


def read(path: Path) -> Iterator[Tree]:
    """The basic trees of a CoNLL-U file; multiword tokens and empty nodes are left out."""
    rows: list[list[str]] = []
    for line in (*path.read_text(encoding="utf-8").splitlines(), ""):
        if not line.strip():
            if rows:
                yield Tree(tuple(r[1] for r in rows), tuple(int(r[6]) for r in rows), tuple(r[7] for r in rows))
            rows = []
        elif not line.startswith("#") and (columns := line.split("\t"))[0].isdigit():
            rows.append(columns)


def plain(tree: Tree) -> Tree:
    """The tree as captions are written: lower case, without punctuation (whose dependents go to its head)."""
    kept = [i for i, relation in enumerate(tree.relations) if relation != "punct"]
    if not kept or not any(tree.heads[i] == 0 for i in kept):
        return tree._replace(words=tuple(word.lower() for word in tree.words))
    place = {old + 1: new + 1 for new, old in enumerate(kept)} | {0: 0}

    def head(word: int) -> int:
        above = tree.heads[word]
        while above not in place:
            above = tree.heads[above - 1]
        return place[above]

    return Tree(
        tuple(tree.words[i].lower() for i in kept), tuple(map(head, kept)), tuple(tree.relations[i] for i in kept)
    )


def best(scores: Scores) -> list[int]:
    """
    The heads of the highest-scoring tree with one root (Chu-Liu and Edmonds).

    *scores* [words + 1, words + 1]: row = dependent, column = head, 0 = root; row 0 is not looked at.
    """
    heads = scores.copy()
    np.fill_diagonal(heads, -np.inf)
    greedy = heads[1:].argmax(axis=1)
    if (greedy == 0).sum() == 1 and not _cycle(np.concatenate([[0], greedy])):
        return [int(head) for head in greedy]
    answers = []
    for root in range(1, len(scores)):
        limited = heads.copy()
        limited[1:, 0] = -np.inf
        limited[root, 0] = heads[root, 0]
        found = _arborescence(limited)
        answers.append((sum(heads[i, h] for i, h in enumerate(found) if i), -root, found[1:]))
    return [int(head) for head in max(answers)[2]]


def _cycle(heads: npt.NDArray[np.int64]) -> list[int]:
    """The nodes of a cycle, or nothing."""
    colour = [0] * len(heads)
    for start in range(1, len(heads)):
        path, node = [], start
        while node and not colour[node]:
            colour[node] = start + 1
            path.append(node)
            node = int(heads[node])
        if node and colour[node] == start + 1:
            return path[path.index(node) :]
    return []


def _arborescence(scores: Scores) -> list[int]:
    """The best heads of all nodes (that of 0 is 0): greedy, then every cycle is made one node and opened once."""
    heads = np.zeros(len(scores), np.int64)
    heads[1:] = scores[1:].argmax(axis=1)
    cycle = _cycle(heads)
    if not cycle:
        return [int(head) for head in heads]
    rest = [node for node in range(len(scores)) if node not in cycle]
    new = len(rest)
    small = np.full((new + 1, new + 1), -np.inf, np.float32)
    small[:new, :new] = scores[np.ix_(rest, rest)]
    kept = np.array([scores[node, heads[node]] for node in cycle])
    entering = scores[np.ix_(cycle, rest)] - kept[:, None] + kept.sum()
    small[new, :new] = entering.max(axis=0)
    small[:new, new] = scores[np.ix_(rest, cycle)].max(axis=1)
    small[0] = -np.inf
    found = _arborescence(small)
    result = heads.copy()
    for node, head in enumerate(found[:new]):
        if node:
            result[rest[node]] = cycle[int(scores[rest[node], cycle].argmax())] if head == new else rest[head]
    above = rest[found[new]]
    opened = cycle[int(entering[:, found[new]].argmax())]
    result[opened] = above
    return [int(head) for head in result]


def attachment(found: Iterable[Tree], truth: Iterable[Tree]) -> tuple[float, float]:
    """UAS and LAS in percent: words whose head is right; whose head and whole relation, subtype and all, are right."""
    words = right = labelled = 0
    for answer, tree in zip(found, truth, strict=True):
        for head, relation, true_head, true_relation in zip(
            answer.heads, answer.relations, tree.heads, tree.relations, strict=True
        ):
            words += 1
            right += head == true_head
            labelled += head == true_head and relation == true_relation
    return 100 * right / max(words, 1), 100 * labelled / max(words, 1)

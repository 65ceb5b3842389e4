"""Syntax triples of English captions: <head word, relation, word>, and the graph they make.

Every word of a caption is the last of one triple, so a caption of n words has n of them; the head of the root is the
node ``BEGIN``, so that a caption of one word has a triple too. Relations are those of Universal Dependencies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from models.captioner import parser
from models.captioner.trees import Tree
from models.captioner.vocabulary import BEGIN, Vocabulary

LONGEST = 40  # words of a caption that are read


def english(text: str) -> list[str]:
    """The words of an English caption in lower case, without punctuation; no more than are read."""
    return re.findall(r"\w+", text.lower())[:LONGEST]


class Triple(NamedTuple):
    """One relation; the head of the root is written ROOT."""

    head: str
    relation: str
    word: str


def triples(tree: Tree) -> list[Triple]:
    """In the order of the words."""
    above = ("ROOT", *tree.words)
    return [Triple(above[h], r, w) for w, h, r in zip(tree.words, tree.heads, tree.relations, strict=True)]


def parsed(captions: Iterable[str], run: Path, cache: Path) -> dict[str, Tree]:
    """
    The tree of every caption by the parser of *run*; what *cache* (JSON lines) already holds is not parsed again.

    *cache* receives what is new. A caption without words has an empty tree.
    """  # fmt: skip
    known: dict[str, Tree] = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").splitlines():
            text, heads, relations = json.loads(line)
            known[text] = Tree(tuple(english(text)), tuple(heads), tuple(relations))
    new = [text for text in dict.fromkeys(captions) if text not in known]
    if new:
        found = parser.parse(parser.load(run), [english(text) for text in new])
        cache.parent.mkdir(parents=True, exist_ok=True)
        with cache.open("a", encoding="utf-8") as stream:
            for text, tree in zip(new, found, strict=True):
                known[text] = tree
                stream.write(json.dumps([text, tree.heads, tree.relations], ensure_ascii=False) + "\n")
    return known


def graphs(taken: Sequence[Tree], words: Vocabulary, relations: Vocabulary) -> dict[str, Tensor]:
    """
    The graphs of captions side by side, filled up with zeros.

    ``nodes`` [batch, n + 1] word numbers, the root first; ``relations`` [batch, n]; ``heads`` [batch, n] places among
    the nodes (triple j belongs to node j + 1); ``known`` [batch, n] which triples exist. An empty caption has one
    triple of the root with itself, so that a mean over it is defined.
    """  # fmt: skip
    longest = max(1, *(len(tree.words) for tree in taken)) if taken else 1
    nodes = torch.zeros(len(taken), longest + 1, dtype=torch.long)
    named, heads = (
        torch.zeros(len(taken), longest, dtype=torch.long),
        torch.zeros(len(taken), longest, dtype=torch.long),
    )
    known = torch.zeros(len(taken), longest, dtype=torch.bool)
    nodes[:, 0] = BEGIN
    known[:, 0] = True
    for row, tree in enumerate(taken):
        count = len(tree.words)
        nodes[row, 1 : count + 1] = torch.tensor(words.read(tree.words), dtype=torch.long)
        named[row, :count] = torch.tensor(relations.read(tree.relations), dtype=torch.long)
        heads[row, :count] = torch.tensor(tree.heads, dtype=torch.long)
        known[row, :count] = True
    return {"nodes": nodes, "relations": named, "heads": heads, "known": known}

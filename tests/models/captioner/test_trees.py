"""Dependency trees: what is read, what plain means, and the best tree against a search through all trees."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.captioner import trees
from models.captioner.trees import Tree

TREE = Tree(
    ("So", ",", "a", "Man", "cuts", "(", "ripe", ")", "fruit", "."),
    (5, 1, 4, 5, 0, 7, 9, 7, 5, 5),
    ("advmod", "punct", "det", "nsubj", "root", "punct", "amod", "punct", "obj", "punct"),
)


def is_tree(heads: list[int]) -> bool:
    """One root, and from every word the root is reached."""
    if heads.count(0) != 1:
        return False
    above = np.array([0, *heads])
    places = np.arange(len(above))
    for _ in heads:
        places = above[places]
    return not places.any()


def by_hand(scores: trees.Scores) -> float:
    """The score of the best of all trees."""
    words = range(1, len(scores))
    every = itertools.product(range(len(scores)), repeat=len(words))
    allowed = (
        heads for heads in every if is_tree(list(heads)) and all(h != w for w, h in zip(words, heads, strict=True))
    )
    return max(float(sum(scores[w, h] for w, h in zip(words, heads, strict=True))) for heads in allowed)


@st.composite
def tables(draw: st.DrawFn) -> trees.Scores:
    size = draw(st.integers(2, 5))
    return draw(arrays.arrays(np.float32, (size, size), elements=st.integers(-9, 9)))


@given(tables())
def test_no_tree_scores_higher_than_the_one_that_is_found(scores: trees.Scores) -> None:
    heads = trees.best(scores)
    assert is_tree(heads)
    assert sum(scores[w, h] for w, h in enumerate(heads, 1)) == by_hand(scores)


def test_a_plain_tree_is_lower_case_and_keeps_its_arcs_without_punctuation() -> None:
    assert trees.plain(TREE) == Tree(
        ("so", "a", "man", "cuts", "ripe", "fruit"),
        (4, 3, 4, 0, 6, 4),
        ("advmod", "det", "nsubj", "root", "amod", "obj"),
    )


def test_multiword_tokens_and_empty_nodes_are_no_words(tmp_path: Path) -> None:
    rows = ["# text = don't", "1-2\tdon't" + "\t_" * 8, "1\tdo\t_\t_\t_\t_\t2\taux\t_\t_", "1.1\tx" + "\t_" * 8]
    rows += ["2\tn't\t_\t_\t_\t_\t0\troot\t_\t_", "", "1\tGo\t_\t_\t_\t_\t0\troot\t_\t_"]
    path = tmp_path / "two.conllu"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert list(trees.read(path)) == [Tree(("do", "n't"), (2, 0), ("aux", "root")), Tree(("Go",), (0,), ("root",))]


def test_attachment_counts_the_head_and_then_the_relation_too() -> None:
    found = TREE._replace(heads=(1, *TREE.heads[1:]), relations=(*TREE.relations[:9], "dep"))
    assert trees.attachment([found], [TREE]) == (90.0, 80.0)

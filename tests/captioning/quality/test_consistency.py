"""Equations (18) and (19), held against the same written out; laws; swapped captions of the real corpus."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.captioning.quality.consistency import scores

CAPTIONS = st.lists(
    st.tuples(st.lists(st.sampled_from("abcd"), max_size=6), st.sampled_from("uvw")), min_size=1, max_size=9
)


def grams(tokens: list[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[at : at + n]) for at in range(len(tokens) - n + 1))


def g(tokens: list[str], n: int, corpus: list[tuple[list[str], str]]) -> dict[tuple[str, ...], float]:
    """Equation (18)."""
    tau, videos = grams(tokens, n), sorted({video for _, video in corpus})
    total = sum(tau.values())
    vector = {}
    for gram, count in tau.items():
        seen = sum(min(1, sum(grams(one, n)[gram] for one, video in corpus if video == p)) for p in videos)
        vector[gram] = count / total * math.log(len(videos) / seen)
    return vector


def cosine(a: dict[tuple[str, ...], float], b: dict[tuple[str, ...], float]) -> float:
    norm = math.sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))
    return sum(value * b.get(gram, 0) for gram, value in a.items()) / norm if norm else 0


def score(j: int, corpus: list[tuple[list[str], str]], orders: int) -> float:
    """Equation (19)."""
    same = [i for i, (_, video) in enumerate(corpus) if video == corpus[j][1]]
    if len(same) == 1:
        return math.nan
    total = sum(
        cosine(g(corpus[j][0], n, corpus), g(corpus[i][0], n, corpus))
        for n in range(1, orders + 1)
        for i in same
        if i != j
    )
    return total / (orders * (len(same) - 1))


def scored(corpus: Any, orders: int = 4) -> Any:
    return scores([tokens for tokens, _ in corpus], [video for _, video in corpus], orders)


@given(CAPTIONS, st.integers(1, 4))
def test_scores_are_those_of_the_equations(corpus: Any, orders: int) -> None:
    slow = [score(j, corpus, orders) for j in range(len(corpus))]
    assert scored(corpus, orders) == pytest.approx(slow, nan_ok=True)


@given(CAPTIONS, st.randoms(use_true_random=False))
def test_the_order_of_captions_changes_no_score(corpus: Any, chance: Any) -> None:
    places = chance.sample(range(len(corpus)), len(corpus))
    assert scored([corpus[at] for at in places]) == pytest.approx(scored(corpus)[places], nan_ok=True)


@given(CAPTIONS)
def test_scores_are_shares(corpus: Any) -> None:
    found = scored(corpus)
    assert ((np.isnan(found)) | ((found > -1e-9) & (found < 1 + 1e-9))).all()


@given(CAPTIONS)
def test_captions_told_twice_over_only_come_nearer(corpus: Any) -> None:
    """A second copy of the whole collection keeps every frequency of videos and gives each caption a twin."""
    once, twice = scored(corpus), scored([*corpus, *corpus])[: len(corpus)]
    assert all(math.isnan(a) or b >= a - 1e-9 for a, b in zip(once, twice, strict=True))


def test_a_caption_alone_has_no_score_and_none_no_scores() -> None:
    assert np.isnan(scored([(["a"], "v")])).all()
    assert scored([]).shape == (0,)


def test_the_caption_of_another_video_scores_least() -> None:
    corpus = [(list("一只猫在睡觉"), "a"), (list("猫睡在床上"), "a"), (list("男人弹吉他"), "a")]
    corpus += [(list(text), "b") for text in ("男人在弹吉他", "有人弹吉他")] + [(list("他在跑步"), "c")]
    found = scored(corpus)
    assert np.nanargmin(found) == 2


@pytest.mark.shared
def test_swapped_captions_of_the_real_corpus_are_told_apart(shared: Path) -> None:
    from benchmarks.caption_quality import consistent
    from plugin_core.captioning.quality import read

    captions = read(shared / "corpora" / "msvd_cn" / "msvd_cn_captions_release_utf8.csv").captions
    found = consistent(captions, "characters")
    assert found["auroc"] >= 0.985
    assert found["recall"] > 0.9

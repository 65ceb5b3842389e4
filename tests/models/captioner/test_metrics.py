"""models.captioner.metrics: equal to pycocoevalcap, to METEOR 1.5 and to slow references; laws; paired bootstrap."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.captioner import metrics
from plugin_core.errors import DocumentError

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "captions" / "metrics.json").read_text("utf-8"))
TOKENS = st.lists(st.sampled_from("abc"), max_size=4)
SOME = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)
CORPUS = st.lists(st.tuples(TOKENS, st.lists(SOME, min_size=1, max_size=3)), min_size=1, max_size=5)


def scored(pairs: Any) -> metrics.Scores:
    named = {str(place): pair for place, pair in enumerate(pairs)}
    return metrics.score({one: pair[0] for one, pair in named.items()}, {one: pair[1] for one, pair in named.items()})


@pytest.fixture(scope="module")
def golden() -> metrics.Scores:
    return metrics.score(GOLDEN["hypotheses"], GOLDEN["references"])


@pytest.mark.parametrize("name", metrics.NAMES)
def test_the_figures_are_those_of_pycocoevalcap_and_of_meteor(golden: metrics.Scores, name: str) -> None:
    assert golden.corpus[name] == pytest.approx(GOLDEN["corpus"][name], abs=1e-12)
    assert golden.items[name] == pytest.approx(GOLDEN["items"][name], abs=1e-12)


def test_pycocoevalcap_says_the_same_where_it_is_installed(golden: metrics.Scores) -> None:
    pytest.importorskip("pycocoevalcap")
    from benchmarks.caption_metrics import coco

    corpus, _ = coco(GOLDEN["hypotheses"], GOLDEN["references"])
    assert {name: golden.corpus[name] for name in corpus} == pytest.approx(corpus, abs=1e-12)


def test_sacrebleu_says_the_same_of_bleu(golden: metrics.Scores) -> None:
    from sacrebleu.metrics import BLEU

    wanted = [GOLDEN["references"][one] for one in golden.ids]
    streams = [[" ".join(one[place]) if place < len(one) else None for one in wanted] for place in range(3)]
    said = [" ".join(GOLDEN["hypotheses"][one]) for one in golden.ids]
    for order in range(1, 5):
        judge = BLEU(tokenize="none", smooth_method="none", max_ngram_order=order, force=True)
        assert golden.corpus[f"bleu{order}"] == pytest.approx(judge.corpus_score(said, streams).score / 100, abs=1e-9)


def fewest_chunks(hypothesis: list[str], reference: list[str]) -> tuple[int, int]:
    """Every way to give each token a place of the reference or none."""
    best = (0, 0)
    for places in itertools.product([None, *range(len(reference))], repeat=len(hypothesis)):
        used = [(at, to) for at, to in enumerate(places) if to is not None]
        if len({to for _, to in used}) < len(used) or any(hypothesis[at] != reference[to] for at, to in used):
            continue
        chunks = sum((at - 1, to - 1) not in used for at, to in used)
        best = max(best, (len(used), -chunks))
    return best[0], -best[1]


@given(TOKENS, TOKENS)
def test_tokens_are_matched_in_the_fewest_chunks(hypothesis: list[str], reference: list[str]) -> None:
    assert metrics.align(hypothesis, reference) == fewest_chunks(hypothesis, reference)


def test_a_long_row_of_one_token_is_matched_in_bounded_work() -> None:
    assert metrics.align("a" * 60, "a" * 60) == (60, 1)


def longest_common(first: list[str], second: list[str]) -> int:
    """Every subsequence of the first."""
    rest = {tuple(pick) for n in range(len(second) + 1) for pick in itertools.combinations(second, n)}
    return max(len(p) for n in range(len(first) + 1) for p in itertools.combinations(first, n) if p in rest)


@given(SOME, st.lists(SOME, min_size=1, max_size=3))
def test_rouge_takes_the_best_precision_and_the_best_recall(said: list[str], wanted: list[list[str]]) -> None:
    precision = max(longest_common(said, one) / len(said) for one in wanted)
    recall = max(longest_common(said, one) / len(one) for one in wanted)
    share = (1 + 1.44) * precision * recall / (recall + 1.44 * precision) if precision else 0
    assert metrics.rouge_l(said, wanted) == pytest.approx(share)


def cider_by_the_paper(pairs: list[tuple[list[str], list[list[str]]]], at: int) -> float:
    """Vedantam et al. 2015, CIDEr-D, term by term."""

    def grams(tokens: list[str], n: int) -> Counter[str]:
        return Counter("".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    def weight(gram: str) -> float:
        documents = sum(any(gram in grams(one, len(gram)) for one in wanted) for _, wanted in pairs)
        return math.log(len(pairs) / max(1, documents))

    said, wanted = pairs[at]
    total = 0.0
    for n, one in itertools.product(range(1, 5), wanted):
        mine, theirs = grams(said, n), grams(one, n)
        product = sum(min(mine[g], theirs[g]) * theirs[g] * weight(g) ** 2 for g in mine)
        norms = [math.sqrt(sum((side[g] * weight(g)) ** 2 for g in side)) for side in (mine, theirs)]
        gap = max(1, len(said)) - max(1, len(one))
        total += math.exp(-(gap**2) / 72) * product / (norms[0] * norms[1]) if norms[0] * norms[1] else 0
    return 10 * total / 4 / len(wanted)


@given(CORPUS)
def test_cider_is_that_of_the_paper(pairs: Any) -> None:
    assert metrics.cider_d(pairs) == pytest.approx([cider_by_the_paper(pairs, at) for at in range(len(pairs))])


@given(CORPUS, st.randoms(use_true_random=False))
def test_the_order_of_captions_and_references_is_all_one(pairs: Any, chance: Any) -> None:
    shuffled = [(said, chance.sample(wanted, len(wanted))) for said, wanted in chance.sample(pairs, len(pairs))]
    assert scored(shuffled).corpus == pytest.approx(scored(pairs).corpus)


@given(CORPUS)
def test_a_reference_itself_scores_the_most(pairs: Any) -> None:
    same = scored([(wanted[0], wanted) for _, wanted in pairs]).corpus
    assert [same[name] for name in ("bleu1", "meteor_exact", "rouge_l")] == pytest.approx([1, 1, 1])


@given(CORPUS)
def test_nothing_in_common_scores_nothing(pairs: Any) -> None:
    strange = scored([(["z"] * len(said), wanted) for said, wanted in pairs]).corpus
    assert max(strange.values()) < 1e-6  # what is added to the counts of BLEU


def test_a_caption_that_counts_twice_is_two_captions(golden: metrics.Scores) -> None:
    doubled = metrics.score(
        {f"{one}{copy}": tokens for one, tokens in GOLDEN["hypotheses"].items() for copy in "ab"},
        {f"{one}{copy}": tokens for one, tokens in GOLDEN["references"].items() for copy in "ab"},
    )
    twice = golden.of(np.full((1, len(golden.ids)), 2.0))
    assert {name: float(value[0]) for name, value in twice.items()} == pytest.approx(golden.corpus)
    assert doubled.corpus["bleu4"] == pytest.approx(golden.corpus["bleu4"])


def test_a_better_system_is_told_from_an_equal_one() -> None:
    wanted = {str(n): [list(f"{n:03}xyz")] for n in range(40)}
    good = metrics.score({one: given[0] for one, given in wanted.items()}, wanted)
    half = metrics.score({one: given[0][: 3 + int(one) % 3] for one, given in wanted.items()}, wanted)
    better, equal = metrics.compare(half, good), metrics.compare(good, good)
    for name in metrics.NAMES:
        assert better[name].value == pytest.approx(good.corpus[name] - half.corpus[name])
        assert 0 < better[name].low <= better[name].value <= better[name].high
        assert better[name].p == 0
        assert equal[name] == metrics.Difference(0, 0, 0, 1)


def test_chinese_is_cut_into_words_or_characters_without_punctuation() -> None:
    assert metrics.words("一个男人在弹吉他。") == ["一个", "男人", "在", "弹", "吉他"]
    assert metrics.characters("男人在看3D电影！") == ["男", "人", "在", "看", "3d", "电", "影"]
    assert metrics.words("A man, playing") == metrics.characters("A man, playing") == ["a", "man", "playing"]


@pytest.mark.parametrize(
    ("said", "wanted", "code"),
    [
        ({}, {}, "captions.none"),
        ({"a": ["x"]}, {"b": [["x"]]}, "captions.pairs"),
        ({"a": ["x"]}, {"a": []}, "captions.empty"),
        ({"a": ["x"]}, {"a": [[]]}, "captions.empty"),
    ],
)
def test_what_cannot_be_scored_is_said(said: Any, wanted: Any, code: str) -> None:
    with pytest.raises(DocumentError) as told:
        metrics.score(said, wanted)
    assert told.value.code == code


def test_results_of_different_captions_are_not_compared() -> None:
    one, other = (metrics.score({name: ["x"]}, {name: [["x"]]}) for name in "ab")
    with pytest.raises(DocumentError, match="different captions"):
        metrics.compare(one, other)

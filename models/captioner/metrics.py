"""
How good captions are: BLEU-1 to 4, METEOR-exact, ROUGE-L and CIDEr-D, on words and on characters.

All figures are fractions as pycocoevalcap prints them (papers show them times 100) and equal its own; the exception is
METEOR. That one uses synonym and paraphrase tables of English, which exist for no other language here, and Java:
METEOR-exact is METEOR 1.5 with its stage of exact matches alone and the parameters of its first paper (alpha 0.9, beta
3, gamma 0.5; Banerjee and Lavie 2005, Lavie and Agarwal 2007), no difference between function and content words. What
pycocoevalcap calls CIDEr is CIDEr-D, as here: clipped counts, a Gaussian of the lengths, times 10 (Vedantam et al.
2015). Document frequencies are those of the references that are given: figures of different test sets do not compare.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from plugin_core.errors import DocumentError
from plugin_core.typography import chinese_words

Tokens = Sequence[str]
Values = npt.NDArray[np.float64]

ORDERS = 4  # n-grams of up to so many tokens
NAMES = ("bleu1", "bleu2", "bleu3", "bleu4", "meteor_exact", "rouge_l", "cider_d")
ALPHA, BETA, GAMMA = 0.9, 3.0, 0.5  # METEOR
ROUGE_BETA = 1.2  # recall counts for more
SIGMA = 6.0  # CIDEr-D: the Gaussian of the difference of lengths
TINY, SMALL = 1e-15, 1e-9  # what pycocoevalcap adds to counts, so that no logarithm of zero is taken
BEAM = 40  # half-made alignments kept, as many as METEOR keeps
NOWHERE = -2  # next to no place
_TOKEN = re.compile(r"\w+")
_CHARACTER = re.compile(r"[0-9A-Za-z_\u00c0-\u024f]+|\w")


def words(text: str) -> list[str]:
    """jieba's words in lower case, without punctuation; English ones between spaces."""
    return [word for word in chinese_words(text.lower()) if _TOKEN.search(word)]


def characters(text: str) -> list[str]:
    """Every Chinese character, and whole words in Latin letters; without punctuation."""
    return _CHARACTER.findall(text.lower())


@dataclass(frozen=True)
class Scores:
    """
    What captions scored, whole and one by one.

    *items*: of each of NAMES one value per id, in the order of *ids* (ids, float64). *counts*: what BLEU and METEOR of
    any sample of the items are made of (ids, columns).
    """

    ids: tuple[str, ...]
    items: Mapping[str, Values]
    counts: Values

    @property
    def corpus(self) -> dict[str, float]:
        """Each of NAMES over all captions: BLEU and METEOR of the sums of the counts, the others' means."""
        return {name: float(value[0]) for name, value in self.of(np.ones((1, len(self.ids)))).items()}

    def of(self, weights: Values) -> dict[str, Values]:
        """The figures when item i counts weights[sample, i] times: (samples,) per name."""
        sums = weights @ self.counts
        found = dict(zip(NAMES, [*_bleu(sums[:, :10]).T, _meteor(sums[:, 10:])], strict=False))
        return found | {name: weights @ self.items[name] / weights.sum(1) for name in ("rouge_l", "cider_d")}


@dataclass(frozen=True)
class Difference:
    """How much better the second is, its interval of 95 %, and the share of samples in which it is not better."""

    value: float
    low: float
    high: float
    p: float


def score(hypotheses: Mapping[str, Tokens], references: Mapping[str, Sequence[Tokens]]) -> Scores:
    """
    Captions against the references of the same ids.

    DocumentError if an id is on one side only or has no reference, if there are none, or if a reference is empty.
    """
    _check(hypotheses, references)
    ids = tuple(hypotheses)
    pairs = [(list(hypotheses[one]), [list(reference) for reference in references[one]]) for one in ids]
    bleu = np.array([_bleu_counts(*pair) for pair in pairs], np.float64)
    meteor = np.array([_meteor_counts(*pair) for pair in pairs], np.float64)
    items = dict(zip(NAMES, [*_bleu(bleu).T, _meteor(meteor)], strict=False))
    items["rouge_l"] = np.array([rouge_l(*pair) for pair in pairs])
    items["cider_d"] = cider_d(pairs)
    return Scores(ids, items, np.hstack([bleu, meteor]))


def compare(first: Scores, second: Scores, *, samples: int = 1000, seed: int = 0) -> dict[str, Difference]:
    """
    Is *second* better? Paired bootstrap over the items (Koehn 2004), which have to be the same in both.

    CIDEr-D keeps the document frequencies of all references in every sample.
    """
    if first.ids != second.ids:
        raise DocumentError("captions.pairs", "The two results are of different captions.", "Score the same ids.")
    chance = np.random.default_rng(seed)
    weights = chance.multinomial(len(first.ids), np.full(len(first.ids), 1 / len(first.ids)), samples).astype(float)
    old, new = first.of(weights), second.of(weights)
    made = {}
    for name, value in second.corpus.items():
        gaps = new[name] - old[name]
        low, high = np.quantile(gaps, [0.025, 0.975])
        made[name] = Difference(value - first.corpus[name], float(low), float(high), float(np.mean(gaps <= 0)))
    return made


# -- BLEU --


def _bleu_counts(hypothesis: Tokens, references: Sequence[Tokens]) -> list[int]:
    """Length, length of the closest reference (the shorter of two), then matches and n-grams of each order."""
    length = len(hypothesis)
    closest = min((abs(len(reference) - length), len(reference)) for reference in references)[1]
    most: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        most |= ngrams(reference)
    shared = ngrams(hypothesis) & most
    matched = [sum(count for gram, count in shared.items() if len(gram) == order) for order in range(1, ORDERS + 1)]
    return [length, closest, *matched, *(max(0, length - order) for order in range(ORDERS))]


def _bleu(counts: Values) -> Values:
    """BLEU-1 to 4 of rows of counts: (rows, 4)."""
    length, closest = counts[:, :1], counts[:, 1:2]
    precision = (counts[:, 2:6] + TINY) / (counts[:, 6:10] + SMALL)
    means = np.cumprod(precision, 1) ** (1 / np.arange(1, ORDERS + 1))
    ratio = (length + TINY) / (closest + SMALL)
    found: Values = means * np.exp(np.minimum(0, 1 - 1 / ratio))
    return found


def ngrams(tokens: Tokens) -> Counter[tuple[str, ...]]:
    """How often each n-gram of one to ORDERS tokens occurs."""
    return Counter(tuple(tokens[at : at + n]) for n in range(1, ORDERS + 1) for at in range(len(tokens) - n + 1))


# -- METEOR --


def _meteor_counts(hypothesis: Tokens, references: Sequence[Tokens]) -> list[int]:
    """Matches, length, length of the reference and chunks, against the reference that gives the most, in any order."""
    rows = []
    for reference in references:
        matches, chunks = align(hypothesis, reference)
        same = chunks == 1 and matches == len(hypothesis) == len(reference)
        rows.append([matches, len(hypothesis), len(reference), 0 if same else chunks])
    return max(zip(_meteor(np.array(rows, np.float64)), rows, strict=True))[1]


def _meteor(counts: Values) -> Values:
    """METEOR-exact of rows of counts."""
    matches, length, wanted, chunks = counts.T
    precision, recall = matches / np.maximum(length, 1), matches / np.maximum(wanted, 1)
    mean = precision * recall / np.maximum(ALPHA * precision + (1 - ALPHA) * recall, TINY)
    found: Values = mean * (1 - GAMMA * (chunks / np.maximum(matches, 1)) ** BETA)
    return found


def align(hypothesis: Tokens, reference: Tokens) -> tuple[int, int]:
    """
    How many tokens match one to one, and the fewest chunks (runs that stand in both) that this many matches make.

    Of many half-made alignments the best BEAM are kept.
    """
    places: dict[str, list[int]] = {}
    for at, token in enumerate(reference):
        places.setdefault(token, []).append(at)
    left, shared = Counter(hypothesis), Counter(hypothesis) & Counter(reference)
    states = {(0, NOWHERE): 0}  # which places are used (bits), and the last token's place: the chunks so far
    passed: Counter[str] = Counter()
    for token in hypothesis:
        here = places.get(token, [])
        following: dict[tuple[int, int], int] = {}
        for (used, last), chunks in states.items():
            free = [at for at in here if not used >> at & 1]
            ways = [((used | 1 << at, at), chunks + (at != last + 1)) for at in free]
            if passed[token] - (len(here) - len(free)) < left[token] - shared[token]:  # one more may be left out
                ways.append(((used, NOWHERE), chunks))
            for state, cost in ways:
                following[state] = min(cost, following.get(state, cost))
        states = dict(sorted(following.items(), key=lambda item: item[1])[:BEAM])
        passed[token] += 1
    return sum(shared.values()), min(states.values())


# -- ROUGE-L --


def rouge_l(hypothesis: Tokens, references: Sequence[Tokens]) -> float:
    """F of the longest common subsequence, with the best precision and the best recall over the references."""
    shared = [int(LCSseq.similarity(hypothesis, reference)) for reference in references]
    if not any(shared):
        return 0.0
    precision = max(shared) / len(hypothesis)
    recall = max(one / len(reference) for one, reference in zip(shared, references, strict=True))
    return (1 + ROUGE_BETA**2) * precision * recall / (recall + ROUGE_BETA**2 * precision)


# -- CIDEr-D --


def cider_d(pairs: Sequence[tuple[Tokens, Sequence[Tokens]]]) -> Values:
    """One value for each caption and its references; an n-gram's document is a set of references."""
    counted = [[ngrams(reference) for reference in references] for _, references in pairs]
    frequency = Counter(gram for references in counted for gram in set().union(*references))
    rarity = math.log(len(pairs))

    def vectors(grams: Counter[tuple[str, ...]]) -> tuple[dict[tuple[str, ...], float], list[float]]:
        weights = {gram: count * (rarity - math.log(max(1, frequency[gram]))) for gram, count in grams.items()}
        squares = [0.0] * ORDERS
        for gram, weight in weights.items():
            squares[len(gram) - 1] += weight**2
        return weights, [math.sqrt(one) for one in squares]

    found = []
    for (hypothesis, references), grams in zip(pairs, counted, strict=True):
        mine = vectors(ngrams(hypothesis))
        near = [_near(len(hypothesis), len(reference)) for reference in references]
        alike = [_alike(mine, vectors(one)) * factor for one, factor in zip(grams, near, strict=True)]
        found.append(10 * sum(alike) / len(alike))
    return np.array(found)


def _near(length: int, wanted: int) -> float:
    """The Gaussian of two lengths, which pycocoevalcap counts in pairs of tokens: none and one are the same."""
    return math.exp(-((max(1, length) - max(1, wanted)) ** 2) / (2 * SIGMA**2))


def _alike(
    first: tuple[dict[tuple[str, ...], float], list[float]], second: tuple[dict[tuple[str, ...], float], list[float]]
) -> float:
    """The clipped cosine, as a mean over the orders."""
    products = [0.0] * ORDERS
    for gram, weight in first[0].items():
        other = second[0].get(gram, 0.0)
        products[len(gram) - 1] += min(weight, other) * other
    norms = [a * b for a, b in zip(first[1], second[1], strict=True)]
    return sum(value / norm for value, norm in zip(products, norms, strict=True) if norm) / ORDERS


def _check(hypotheses: Mapping[str, Tokens], references: Mapping[str, Iterable[Any]]) -> None:
    if not hypotheses:
        raise DocumentError("captions.none", "There are no captions to score.", "Give at least one.")
    apart = set(hypotheses) ^ set(references)
    if apart:
        raise DocumentError(
            "captions.pairs",
            f"{len(apart)} ids have captions or references only, such as {min(apart)!r}.",
            "Give both for every id.",
        )
    empty = [one for one, given in references.items() if not given or not all(given)]
    if empty:
        raise DocumentError("captions.empty", f"{empty[0]!r} has an empty reference, or none.", "Leave it out.")

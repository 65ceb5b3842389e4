"""Texts for the laws, and an engine that labels by rule: what a tagger must do whatever a pack has learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from plugin_core.engines.tagging import Matrix, Row
from plugin_core.tagging import anchors
from plugin_core.tagging.kinds import INNER, OUTER
from plugin_core.tagging.ontology import Guess

MARKS = (
    "[](){}【】（）［］〔〕〈〉《》「」『』♪♫#¶🎵*-–—>△<&;:：,，、+/|.…!？\"'“”\\ \t\n\r"
    "\u3000\u200b\u200e\u202e\ufeff\ufe0f\u2066"
)
BITS = (
    "[00:05:22]",
    "00:00:01,000 --> 00:00:03,500\n",
    "1\n",
    "WEBVTT\n\n",
    "<v Mary>",
    "</i>",
    "{\\an8}",
    "&nbsp;",
    "NAME:",
    "小美（画外音）：",
    "Dialogue: 0,0:00:01.00,0:00:03.50,Default,Bob,0,0,0,,",
    "[Events]\n",
    "INT. KITCHEN - DAY\n",
    "门铃响",
    "door slams",
    "👩‍👩‍👧",
    "a\u0301",
    "שלום",
    "5分22秒",
)
texts = st.lists(
    st.one_of(
        st.sampled_from(BITS), st.text(MARKS, max_size=6), st.text("字声abAB01 ", max_size=8), st.text(max_size=4)
    ),
    max_size=30,
).map("".join)

_LABELS = {anchors.NAME: 1, anchors.STATE: 3, anchors.INSIDE: 9, anchors.TEXT: 5, anchors.QUOTE: 5, anchors.NOTE: 7}


class Rules:
    """
    Names speak, what is inside brackets is a sound, other text is speech, text between notes on a line is music.

    A vector is the label's number, so a character's label depends on it and its neighbours only.
    """

    window = 384

    def read(self, rows: Sequence[Row]) -> list[Matrix]:
        return [np.array([[label] for label in self.labels(row)], np.float32).reshape(-1, 1) for row in rows]

    def labels(self, row: Row) -> list[int]:
        found, before = list[int](), 0
        for character, kind in zip(row.folded, row.kinds, strict=True):
            begin = _LABELS.get(kind, 0) if character not in " \u200b" else before
            found.append(0 if not begin else begin if begin != before else begin + 1)
            before = begin
        return found

    def outer(self, vectors: Matrix) -> Matrix:
        return _sure(vectors, 2 * len(OUTER) + 1)

    def inner(self, vectors: Matrix) -> Matrix:
        return _sure(np.zeros_like(vectors), 2 * len(INNER) + 1)

    def senses(self, means: Matrix) -> list[Guess]:
        return [Guess()] * len(means)


class Noise(Rules):
    """Scores without any sense: whatever they are, the result must hold together."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def read(self, rows: Sequence[Row]) -> list[Matrix]:
        random = np.random.default_rng(self._seed)
        return [random.standard_normal((len(row.folded), 4)).astype(np.float32) for row in rows]

    def outer(self, vectors: Matrix) -> Matrix:
        return _mixed(vectors, 2 * len(OUTER) + 1, self._seed)

    def inner(self, vectors: Matrix) -> Matrix:
        return _mixed(vectors, 2 * len(INNER) + 1, self._seed + 1)

    def senses(self, means: Matrix) -> list[Guess]:
        return [Guess("doorbell", 0.9, "solo", 0.9, "calm", 0.9)] * len(means)


def _sure(vectors: Matrix, labels: int) -> Matrix:
    return (np.arange(labels) == vectors[:, :1]).astype(np.float32) * 8


def _mixed(vectors: Matrix, labels: int, seed: int) -> Matrix:
    random = np.random.default_rng(seed)
    return (vectors @ random.standard_normal((vectors.shape[1], labels)) * 2).astype(np.float32)

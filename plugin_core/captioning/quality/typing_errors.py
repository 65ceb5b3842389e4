"""
Which characters of captions are typing errors: the paper's sequence model, and what other captions write.

The network of the pack says how well each character and what it is typed for fit the sentence (``engines.typos``). It
has read everyday sentences and knows few of the words that captions are made of, so the collection has a say: what
many videos' captions write beside each other is no error. A character is taken for an error where another scores
higher by the pack's ``gain``::

    score(c) = cos(expected, c) + weight * (log(1 + videos with the pair before) + log(1 + videos with the pair after))

and nothing is put where one of its pairs stands in no other caption.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log1p
from typing import TYPE_CHECKING

import numpy as np

from plugin_core.captioning.quality.reading import Caption

if TYPE_CHECKING:
    from plugin_core.engines.typos import Fit, TypoEngine

EDGE = "\n"


@dataclass(frozen=True, slots=True)
class Typo:
    """What stands at *place* of a caption, what was probably *meant*, and by how much that scores higher."""

    place: int
    typed: str
    meant: str
    gain: float


def pairs(text: str) -> Iterator[str]:
    """Each two neighbours, with the edges of the text."""
    edged = f"{EDGE}{text}{EDGE}"
    return (edged[at : at + 2] for at in range(len(edged) - 1))


def usage(captions: Iterable[Caption]) -> Counter[str]:
    """In the captions of how many videos each pair stands."""
    seen = {(caption.video, pair) for caption in captions for pair in pairs(caption.text)}
    return Counter(pair for _, pair in seen)


def typos(captions: Sequence[Caption], engine: TypoEngine) -> list[list[Typo]]:
    """The typing errors of each caption, which are those of a collection."""
    used = usage(captions)
    fits = engine.fits([caption.text for caption in captions])
    return [
        [typo for typo in suspects(caption.text, some, used, engine.weight) if typo.gain > engine.gain]
        for caption, some in zip(captions, fits, strict=True)
    ]


def suspects(text: str, fits: Iterable[Fit], used: Mapping[str, int], weight: float) -> Iterator[Typo]:
    """For each character the best of what it is typed for, higher or not; that its own video has it proves nothing."""
    edged = f"{EDGE}{text}{EDGE}"
    for fit in fits:
        before, after = edged[fit.place], edged[fit.place + 2]

        def known(character: str, own: int, before: str = before, after: str = after) -> float:
            sides = [max(0, used.get(pair, 0) - own) for pair in (before + character, character + after)]
            return sum(map(log1p, sides)) if own or all(sides) else -inf  # a pair that nobody writes mends nothing

        usual = np.array([known(other, 0) for other in fit.others]) - known(fit.typed, 1)
        gains = fit.alike - fit.fit + (weight * usual if weight else 0)
        best = int(np.argmax(gains))
        yield Typo(fit.place, fit.typed, fit.others[best], float(gains[best]))


def mended(text: str, found: Iterable[Typo]) -> str:
    """*text* with what was meant."""
    letters = list(text)
    for typo in found:
        letters[typo.place] = typo.meant
    return "".join(letters)

"""
The diarisation error rate, as NIST's md-eval counts it: missed speech, false alarms and confusion over all speech.

Where two people speak, both count. Speakers are mapped one to one so that the time in agreement is greatest. *collar*
ms on both sides of every border of the reference are not scored. Times are exact: the sound is cut at every border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from plugin_core.speakers.naming import assignment

Said = tuple[int, int, str]  # start, end (ms), speaker


@dataclass(frozen=True)
class Errors:
    """Milliseconds. *total* is the reference speech that is scored, every speaker counted."""

    missed: int
    false: int
    confused: int
    total: int

    @property
    def rate(self) -> float:
        """DER; may be above 1."""
        return (self.missed + self.false + self.confused) / max(1, self.total)

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.missed + other.missed,
            self.false + other.false,
            self.confused + other.confused,
            self.total + other.total,
        )

    def row(self) -> dict[str, float]:
        """Shares, for JSON."""
        total = max(1, self.total)
        return {
            "der": round(self.rate, 4),
            "missed": round(self.missed / total, 4),
            "false_alarm": round(self.false / total, 4),
            "confusion": round(self.confused / total, 4),
            "speech_s": round(self.total / 1000, 1),
        }


def errors(reference: Sequence[Said], hypothesis: Sequence[Said], collar: int = 0) -> Errors:
    """The errors of *hypothesis*."""
    pieces = _pieces(reference, hypothesis, collar)
    right = sorted({name for _, _, name in reference})
    said = sorted({name for _, _, name in hypothesis})
    table = np.zeros((len(right), len(said)))
    for length, true, heard in pieces:
        for name in true:
            for other in heard:
                table[right.index(name), said.index(other)] += length
    pairs = {(right[a], said[b]) for a, b in assignment(table)} if table.size else set()
    missed = false = confused = total = 0
    for length, true, heard in pieces:
        agreed = sum((name, other) in pairs for name in true for other in heard)
        total += length * len(true)
        missed += length * max(0, len(true) - len(heard))
        false += length * max(0, len(heard) - len(true))
        confused += length * (min(len(true), len(heard)) - agreed)
    return Errors(missed, false, confused, total)


def _pieces(
    reference: Sequence[Said], hypothesis: Sequence[Said], collar: int
) -> list[tuple[int, frozenset[str], frozenset[str]]]:
    """(ms, who speaks, who is said to speak) of every scored piece between two borders."""
    borders = sorted({time for start, end, _ in reference for time in (start, end)})
    cuts = {time for start, end, _ in (*reference, *hypothesis) for time in (start, end)}
    if collar:
        cuts |= {border + side for border in borders for side in (-collar, collar)}
    found = []
    for start, end in pairwise(sorted(cuts)):
        if collar and any(border - collar <= start and end <= border + collar for border in borders):
            continue
        true = frozenset(name for a, b, name in reference if a <= start and end <= b)
        heard = frozenset(name for a, b, name in hypothesis if a <= start and end <= b)
        if true or heard:
            found.append((end - start, true, heard))
    return found

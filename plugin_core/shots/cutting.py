"""
Hard cuts: the rule of PySceneDetect's AdaptiveDetector as a confidence, and what only looks like a cut.

A frame is a candidate if it differs from the one before by much more than its neighbours do (ratio), and by enough
(content). The confidence is 0.5 where AdaptiveDetector's default decides. It is lowered where the picture comes back
within a moment (a flash) or has only been moved (a jolt, a whip pan).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from plugin_core.shots.measuring import Rows

WINDOW = 2  # frames at each side that the ratio looks at
RATIO, CONTENT = 3.0, 15.0  # AdaptiveDetector's defaults
LEAST = 0.25  # of either: below it nothing is worth keeping
FLASH = 6  # frames that a flash lasts at most
RETURNED = 0.4  # of the change: a picture that is as near to the one before has come back
DARK = 4.0  # grey levels; a change of less is hardly seen
MOST = 255.0


def ratio(scores: Sequence[float], at: int) -> float:
    """The score of frame *at* over the mean of its neighbours', as AdaptiveDetector has it."""
    near = [scores[k] for k in range(at - WINDOW, at + WINDOW + 1) if k != at and 0 <= k < len(scores)]
    mean = sum(near) / (2 * WINDOW)
    if mean < 1e-5:
        return MOST if scores[at] >= CONTENT else 0.0
    return min(scores[at] / mean, MOST)


def confidence(scores: Sequence[float], at: int) -> float:
    """How sure a cut at *at* is by its score alone; 0 for what is no candidate."""
    much = min(ratio(scores, at) / RATIO, scores[at] / CONTENT)
    return much / (1 + much) if much >= LEAST else 0.0


def comes_back(rows: Rows, at: int) -> bool:
    """Whether row *at* begins or ends a flash: a picture of before is seen again within ``FLASH`` frames."""
    change = distance(rows[at - 1], rows[at])
    after, before = rows[at + 1 : at + 1 + FLASH], rows[max(0, at - 1 - FLASH) : at - 1]
    ahead = min((distance(rows[at - 1], row) for row in after), default=np.inf)
    behind = min((distance(rows[at], row) for row in before), default=np.inf)
    return bool(min(ahead, behind) < RETURNED * change)


def seen(rows: Rows, at: int) -> float:
    """What is left of a confidence where hardly anything is to be seen: hue and saturation of black are noise."""
    return min(1.0, distance(rows[at - 1], rows[at]) / DARK)


def distance(one: Rows, other: Rows) -> float:
    """Mean absolute difference of two pictures in grey levels."""
    return float(np.abs(one - other).mean())

"""Time: integer milliseconds in the document, frames only at the host edge (nearest, exact ``Fraction`` rates)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class FrameRate:
    """An exact frame rate, e.g. ``FrameRate(Fraction(30000, 1001), drop=True)``."""

    fps: Fraction
    drop: bool = False

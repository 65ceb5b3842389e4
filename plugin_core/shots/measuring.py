"""
What is measured at every frame: how much changed since the last one, and small pictures for what takes longer.

The change is the score of PySceneDetect's ContentDetector (hue, saturation and brightness of pictures 256 wide), on
which its AdaptiveDetector decides too; ``SMALL`` pictures are those of TransNetV2, ``TINY`` ones a quarter of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from plugin_core.frames import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = npt.NDArray[np.float32]  # [frames, TINY values]
SMALL = (48, 27)  # width, height
TINY = 24 * 13 * 3  # values


def tiny(picture: Picture) -> Rows:
    """A ``SMALL`` picture (27, 48, 3) as one row of ``TINY`` values: means of four pixels; its last line is dropped."""
    import cv2

    cells = cv2.resize(picture[:26].astype(np.float32), (24, 13), interpolation=cv2.INTER_AREA)
    return cells.astype(np.float32, copy=False).reshape(-1)


def content() -> Callable[[Picture], float]:
    """
    A function that gives how much each picture (height, width, 3) differs from the one before: the mean distance of
    their hues, saturations and brightnesses, 0 to 255. 0 for the first, and for one of another size.
    """
    import cv2

    last: list[Any] = []

    def score(picture: Picture) -> float:
        now = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
        before = last.pop() if last else now
        last.append(now)
        return cv2.norm(now, before, cv2.NORM_L1) / now.size if now.shape == before.shape else 0.0

    return score

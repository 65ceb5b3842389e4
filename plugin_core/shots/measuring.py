"""
What is measured at every frame: how much changed since the last one, and small pictures for what takes longer.

The change is the score of PySceneDetect's ContentDetector (hue, saturation and brightness of pictures 256 wide), on
which its AdaptiveDetector decides too; ``SMALL`` pictures are those of TransNetV2, ``TINY`` ones a quarter of them.
"""

from __future__ import annotations

from functools import lru_cache
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
    """A function that gives how much each picture (height, width, 3) differs from the one before; 0 for the first."""
    import cv2

    detector = _detector()()

    def score(picture: Picture) -> float:
        return float(detector.score(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)))

    return score


@lru_cache(maxsize=1)
def _detector() -> Any:
    """PySceneDetect's ContentDetector, which decides nothing here."""
    from scenedetect import FrameTimecode
    from scenedetect.detectors import ContentDetector

    class Content(ContentDetector):  # type: ignore[misc]
        """Gives its score instead of a decision."""

        def __init__(self) -> None:
            super().__init__(threshold=256.0, min_scene_len=0)
            self.place = FrameTimecode(0, 25.0)

        def score(self, picture: npt.NDArray[np.uint8]) -> float:
            self.process_frame(self.place, picture)
            return self._frame_score or 0.0

    return Content

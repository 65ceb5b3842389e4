"""A verified shots pack as an engine: windows of small pictures in, the probabilities of changes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import session
from plugin_core.processor import cores

INPUT = "input"
OUTPUTS = ("output", "many", "kind")
WINDOW, PICTURE = 100, (27, 48, 3)  # frames; height, width, colours: TransNetV2's
LONG = 300  # frames of a window, where the network takes any number
KINDS = 4
MOST_THREADS = 2  # beside the decoder
Levels = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ShotEngine:
    """An open shots pack, which is best given *window* frames at once. Made by :func:`open_shots`."""

    pack: Pack
    session: Any
    reason: str
    window: int

    def judge(self, windows: npt.NDArray[np.uint8]) -> tuple[Levels, Levels, Levels]:
        """
        The probabilities for windows (n, frames, 27, 48, 3) of a change at each frame and of being part of one, both
        (n, frames), and of each kind, (n, frames, 4). ModelError if the network fails.
        """
        try:
            single, many, kind = self.session.run(list(OUTPUTS), {INPUT: windows})
        except Exception as error:
            raise ModelError("model.run", f"{self.pack.id} failed: {error}.", "Install it again.") from error
        return single[..., 0], many[..., 0], kind


@contextmanager
def open_shots(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[ShotEngine]:
    """
    Verify *pack* and open it in onnxruntime with *threads* (0: as many as help).

    ``[shots]`` of the pack names its ``network``: ONNX with the input and outputs above, the one PySceneDetect's
    TransnetV2Detector reads too. *device* and *compute* are taken for the sake of the other engines' interface; the
    network is small and runs on the CPU. ModelError if it is none.
    """
    modelstore.verify(pack)
    try:
        opened = session(pack.folder / str(pack.options["network"]), threads or min(MOST_THREADS, cores()))
    except Exception as error:
        raise ModelError("model.broken", f"{pack.id} cannot be opened ({error}).", "Install it again.") from error
    names = {one.name for one in opened.get_outputs()}
    given = opened.get_inputs()[0]
    window = given.shape[1] if isinstance(given.shape[1], int) else LONG
    if given.name != INPUT or tuple(given.shape[2:]) != PICTURE or not set(OUTPUTS) <= names or window < WINDOW:
        raise ModelError("model.backend", f"{pack.id} is no shots pack this Zimu can run.", "Choose another pack.")
    asked = "" if {device, compute} <= {"auto", "cpu", "float32"} else f" ({device} {compute} was asked for)"
    yield ShotEngine(pack, opened, f"cpu float32: the network is too small for a GPU to help{asked}", window)

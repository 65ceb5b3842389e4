"""Voice activity: the Silero model that faster-whisper ships (MIT), fed as the audio comes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]

FRAME = 512  # samples at 16 kHz: 32 ms, fixed by the model
FRAME_MS = 32
_CONTEXT = 64  # samples of the frame before that the model also sees
_STATE = (1, 1, 128)


class VoiceActivity:
    """
    A probability of speech for every 32 ms frame of 16 kHz mono audio.

    The recurrent state is kept between calls, so the answer does not depend on how the audio is cut into blocks.
    """

    def __init__(self) -> None:
        self._session = _session()
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def feed(self, block: Audio) -> Audio:
        """Probabilities (n,) of the frames that *block* (samples,) completes; the rest waits for the next block."""
        audio = np.concatenate([self._rest, block])
        count = len(audio) // FRAME
        self._rest = audio[count * FRAME :]
        return self._run(audio[: count * FRAME]) if count else np.zeros(0, np.float32)

    def finish(self) -> Audio:
        """The probability of the last, unfinished frame (padded with silence), if there is one."""
        if not len(self._rest):
            return np.zeros(0, np.float32)
        return self.feed(np.zeros(FRAME - len(self._rest), np.float32))

    def _run(self, audio: Audio) -> Audio:
        seen = np.concatenate([self._context, audio])
        rows = np.lib.stride_tricks.sliding_window_view(seen, FRAME + _CONTEXT)[::FRAME]
        self._context = audio[-_CONTEXT:]
        feed = {"input": np.ascontiguousarray(rows), "h": self._h, "c": self._c}
        found, self._h, self._c = self._session.run(None, feed)
        return np.asarray(found, np.float32).reshape(-1)


@cache
def _session() -> Any:
    import onnxruntime
    from faster_whisper.utils import get_assets_path

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    path = Path(get_assets_path()) / "silero_vad_v6.onnx"
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"], sess_options=options)

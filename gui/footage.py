"""
Footage that is not made for a computer's screen: interlaced frames, and HDR in the transfers of PQ and HLG (BT.2100).

Good enough to subtitle by, and cheap: of an interlaced frame one field is shown, HDR is mapped to BT.709 with diffuse
white (203 cd/m2, BT.2408) where it is in SDR, and what is brighter rolled off.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av import VideoFrame

PQ, HLG = 16, 18  # transfer characteristics, ITU-T H.273
WHITE, PEAK = 203.0, 1000.0  # cd/m2
KNEE = 0.7  # of white; below it nothing is changed
STEPS = 4096
# BT.2020 primaries to BT.709, linear light (BT.2087)
_TO_709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32)
_BT2020 = 9

Light = npt.NDArray[np.float32]


def is_hdr(frame: VideoFrame) -> bool:
    """Whether *frame* says that its transfer is PQ or HLG."""
    return int(frame.color_trc) in {PQ, HLG}


def one_field(frame: VideoFrame) -> VideoFrame:
    """The upper field of *frame*: half as high, of one moment."""
    import av.filter

    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    nodes = (source, graph.add("field", "type=top"), graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    graph.push(frame)
    return cast("VideoFrame", graph.pull())


def toned(frame: VideoFrame, width: int, height: int) -> npt.NDArray[np.uint8]:
    """(height, width, 4) BGRA for the screen of *frame*, which is HDR."""
    from av.video.reformatter import Colorspace

    wide = int(frame.colorspace) in {_BT2020, 2}  # HDR that does not say is BT.2020
    source = Colorspace.BT2020 if wide else None
    pixels = frame.reformat(width=width, height=height, format="rgb48le", src_colorspace=source).to_ndarray()
    light = _linear(int(frame.color_trc))[pixels]
    if wide:
        light = light @ _TO_709.T
    places = np.sqrt(np.clip(light * (WHITE / PEAK), 0, 1)) * (STEPS - 1)
    shown = np.empty((height, width, 4), np.uint8)
    shown[..., 2::-1] = _screen()[places.astype(np.uint16)]
    shown[..., 3] = 255
    return shown


@cache
def _linear(transfer: int) -> Light:
    """Light in parts of diffuse white for each value of 16 bits (BT.2100)."""
    value = np.arange(1 << 16) / 65535
    if transfer == PQ:
        m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
        root = value ** (1 / m2)
        light = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
        light = PEAK * scene**1.2
    return (light / WHITE).astype(np.float32)


@cache
def _screen() -> npt.NDArray[np.uint8]:
    """What the screen shows of light up to PEAK; the table's places are as the roots of the light."""
    light = (np.arange(STEPS) / (STEPS - 1)) ** 2 * PEAK / WHITE
    peak, knee = PEAK / WHITE, KNEE
    a = -(knee**2) * (peak - 1) / (knee**2 - 2 * knee + peak)  # a Moebius curve, straight up to the knee
    b = (knee**2 - 2 * knee * peak + peak) / (peak - 1)
    rolled = (b**2 + 2 * b * knee + knee**2) / (b - a) * (light + a) / (light + b)
    shown = np.where(light <= knee, light, rolled)
    return np.round(255 * np.clip(shown, 0, 1) ** (1 / 2.2)).astype(np.uint8)

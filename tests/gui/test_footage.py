"""Interlaced and HDR footage is shown so that one can subtitle by it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QSize

from gui import footage
from gui.frames import FrameReader


def frame(level: float, transfer: int = footage.PQ) -> av.VideoFrame:
    """A frame of one grey of *level* (0 to 1 of full scale) in *transfer*."""
    made = av.VideoFrame.from_ndarray(np.full((36, 64, 3), round(level * 65535), np.uint16), format="rgb48le")
    made.color_trc = transfer
    return made


@pytest.mark.parametrize(("transfer", "level"), [(footage.PQ, 0.58), (footage.HLG, 0.75)])
def test_diffuse_white_is_nearly_white_and_black_is_black(transfer: int, level: float) -> None:
    assert 205 <= footage.toned(frame(level, transfer), 64, 36)[0, 0, 0] <= 245
    assert footage.toned(frame(0.0, transfer), 64, 36)[0, 0, 0] == 0


@pytest.mark.parametrize("transfer", [footage.PQ, footage.HLG])
def test_brighter_light_is_never_shown_darker_and_the_brightest_is_white(transfer: int) -> None:
    shown = [int(footage.toned(frame(level, transfer), 8, 8)[0, 0, 0]) for level in np.linspace(0, 1, 33)]
    assert shown == sorted(shown)
    assert shown[-1] == 255


def test_a_grey_stays_grey() -> None:
    blue, green, red, alpha = (int(part) for part in footage.toned(frame(0.45), 8, 8)[0, 0])
    assert max(blue, green, red) - min(blue, green, red) <= 2
    assert alpha == 255


def combed(path: Path) -> Path:
    """An interlaced film whose upper field is white and whose lower field is black."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 128, 64, "yuv420p", 8_000_000
        stream.codec_context.options = {"flags": "+ildct+ilme", "top": "1"}
        stream.codec_context.time_base = Fraction(1, 25)
        picture = np.zeros((64, 128, 3), np.uint8)
        picture[::2] = 255
        for number in range(5):
            one = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            one.pts, one.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(one))
        out.mux(stream.encode(None))
    return path


def test_of_an_interlaced_frame_one_field_is_shown(tmp_path: Path) -> None:
    reader = FrameReader(combed(tmp_path / "combed.mpg"))
    try:
        found = reader.at(80)
        assert found is not None
        assert found[1].interlaced_frame
        image = reader.image(found[1], QSize(128, 64))
    finally:
        reader.close()
    rows = [image.pixelColor(64, row).lightness() for row in range(4, 60)]
    assert max(rows) - min(rows) < 40  # no comb
    assert (image.width(), image.height()) == (128, 64)

"""The lower layer of the waveform: stripes for cues, cuts and frames, and the sound over them, made in one array."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage, QPalette

from gui.wave_math import View
from gui.wave_paint import Scene, blended
from gui.wave_source import CLOSE, WaveSource
from plugin_core.document import Cue
from plugin_core.peaks import Rows

Role = QPalette.ColorRole
FRAME = 12  # pixels a frame must be wide to have a line


def wave_mask(columns: Rows, height: int, gain: float) -> npt.NDArray[np.uint8]:
    """The opacity of a waveform of (width, 2) *columns*: at least a line of one pixel."""
    middle = height / 2
    reach = middle * gain / 32768
    top = np.clip(np.rint(middle - columns[:, 1] * reach), 0, height - 1).astype(np.int16)
    bottom = np.clip(np.rint(middle - columns[:, 0] * reach), top + 1, height).astype(np.int16)
    row = np.arange(height, dtype=np.int16)[:, None]
    return np.where((row >= top) & (row < bottom), np.uint8(255), np.uint8(0))


def picture(scene: Scene, opacity: npt.NDArray[np.uint8], colour: QColor, ratio: float) -> QImage:
    """
    Everything below the texts: cues, cuts and frames as columns, the sound (*opacity* of *colour*) over them.

    All of it is upright stripes, so one row of colours is made and the sound laid over it; that takes a tenth of the
    time of as many filled boxes. *opacity* is written to.
    """
    height, width = opacity.shape
    columns = _Columns(scene, width, ratio)
    dots = (np.arange(height) // max(1, round(3 * ratio)) % 2 == 0)[:, None]
    below = np.where(dots, columns.packed(cuts=True), columns.packed(cuts=False))
    opacity[:, columns.edges] = 0  # edges are seen through the loudest sound
    solid = not ((opacity > 0) & (opacity < 255)).any()
    pixels = np.where(opacity > 0, np.uint32(colour.rgb()), below) if solid else _mixed(below, colour, opacity)
    image = QImage(np.ascontiguousarray(pixels).data, width, height, width * 4, QImage.Format.Format_RGB32).copy()
    image.setDevicePixelRatio(ratio)
    return image


def _mixed(below: npt.NDArray[np.uint32], colour: QColor, opacity: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """*below* under *opacity* of *colour*."""
    share = opacity.astype(np.int32)
    result = np.full(below.shape, 0xFF000000, np.uint32)
    for place, value in ((16, colour.red()), (8, colour.green()), (0, colour.blue())):
        old = ((below >> np.uint32(place)) & np.uint32(255)).astype(np.int32)
        result |= (old + (value - old) * share // 255).astype(np.uint32) << np.uint32(place)
    return result


def _rgb(colour: QColor) -> npt.NDArray[np.float32]:
    return np.array([colour.red(), colour.green(), colour.blue()], np.float32)


class _Columns:
    """The colours of the stripes, one for each column of the screen's pixels."""

    def __init__(self, scene: Scene, width: int, ratio: float) -> None:
        self._scene, self._width, self._ratio = scene, width, ratio
        self._colours = np.tile(_rgb(scene.palette.color(Role.Base)), (width, 1))
        self._cuts: list[int] = []
        self.edges: list[int] = []
        self._fill()

    def packed(self, *, cuts: bool) -> npt.NDArray[np.uint32]:
        """The colours as Qt has them, with the stripes of the *cuts* or without."""
        colours = self._colours
        if cuts and self._cuts:
            colours = colours.copy()
            colours[self._cuts] += (_rgb(self._scene.palette.color(Role.Text)) - colours[self._cuts]) * 0.75
        whole = colours.astype(np.uint32)
        return np.asarray(np.uint32(0xFF000000) | whole[:, 0] << 16 | whole[:, 1] << 8 | whole[:, 2], np.uint32)

    def _x(self, ms: float) -> int:
        return min(max(0, round(self._scene.view.x(ms) * self._ratio)), self._width)

    def _over(self, left: int, right: int, colour: QColor, share: float) -> None:
        part = self._colours[left:right]
        part += (_rgb(colour) - part) * share

    def _chosen(self, cue: Cue) -> bool:
        return cue.id in self._scene.selected

    def _fill(self) -> None:
        scene, palette = self._scene, self._scene.palette
        accent, text = palette.color(Role.Highlight), palette.color(Role.Text)
        self._colours[self._x(scene.duration) :] = _rgb(palette.color(Role.Window))
        if scene.coverage is not None:
            shown = np.repeat(scene.coverage, -(-self._width // max(1, len(scene.coverage))))[: self._width]
            self._colours[shown] += (_rgb(text) - self._colours[shown]) * 0.16
        for cue in scene.cues:
            start, end = scene.span(cue)
            share = (0.30 if cue.id == scene.current else 0.18) if self._chosen(cue) else 0.09
            self._over(
                self._x(start), max(self._x(end), self._x(start) + 1), accent if self._chosen(cue) else text, share
            )
        if scene.drawn is not None:
            self._over(self._x(scene.drawn[0]), self._x(scene.drawn[1]), accent, 0.35)
        self._frames(text)
        for cue in sorted(scene.cues, key=self._chosen):
            self._edge(cue, accent if self._chosen(cue) else text)
        cuts = [self._x(cut) for cut in scene.cuts]
        self._cuts = [x for x in cuts if x < self._width] if len(cuts) <= scene.size[0] / 8 else []

    def _edge(self, cue: Cue, colour: QColor) -> None:
        chosen = self._chosen(cue)
        thick = round((2 if chosen else 1) * self._ratio)
        start, end = self._scene.span(cue)
        for ms, left in ((start, self._x(start)), (end, self._x(end) - thick)):
            if self._scene.view.start <= ms <= self._scene.view.end:
                self._over(max(0, left), max(0, left + thick), colour, 1.0 if chosen else 0.5)
                self.edges += range(max(0, left), min(self._width, left + thick))

    def _frames(self, colour: QColor) -> None:
        scene, rate = self._scene, self._scene.rate
        if rate is None or float(1000 / rate.fps) / scene.view.scale < FRAME:
            return
        frames = range(rate.frame_at(int(scene.view.start)), rate.frame_at(int(scene.view.end)) + 1)
        lines = [x for x in (self._x(rate.ms_at(frame)) for frame in frames) if x < self._width]
        self._colours[lines] += (_rgb(colour) - self._colours[lines]) * 0.13


def _stripes(scene: Scene) -> tuple[object, ...]:
    """All that the lower layer shows of *scene* beside the sound: other texts leave it as it is."""
    return (
        scene.palette.cacheKey(),
        [(cue.id, *scene.span(cue)) for cue in scene.cues],
        None if scene.coverage is None else scene.coverage.tobytes(),
        (scene.selected, scene.current, tuple(scene.cuts), scene.drawn, scene.duration, scene.rate),
    )


class SoundLayer:
    """
    The picture of the sound of *source*, drawn anew only where another view, or other times, are shown.

    ``gain`` makes it taller; ``spectrogram`` shows pitches, where the samples of what is looked at are there.
    """

    def __init__(self, source: WaveSource) -> None:
        self._source = source
        self._kept: tuple[object, npt.NDArray[np.uint8]] | None = None
        self._drawn: tuple[object, QImage] | None = None
        self.gain, self.spectrogram = 1.0, False

    def clear(self) -> None:
        """More of the sound is there."""
        self._kept = self._drawn = None

    def picture(self, scene: Scene, ratio: float) -> QImage:
        """The lower layer of *scene* for a screen of *ratio* pixels a point."""
        palette, area = scene.palette, scene.wave
        size = (round(area.width() * ratio), round(area.height() * ratio))
        key = (scene.view, size, self.gain, self.spectrogram)
        if self._kept is None or self._kept[0] != key:
            self._kept, self._drawn = (key, self._opacity(scene.view, *size)), None
        seen = (_stripes(scene), ratio)
        if self._drawn is None or self._drawn[0] != seen:
            colour = blended(palette.color(Role.Base), palette.color(Role.Text), 0.55)
            self._drawn = (seen, picture(scene, self._kept[1].copy(), colour, ratio))
        return self._drawn[1]

    def _opacity(self, view: View, width: int, height: int) -> npt.NDArray[np.uint8]:
        near = view.scale < CLOSE or self.spectrogram
        if near:
            self._source.want(view.start, view.end)
        piece = self._source.piece
        inside = piece is not None and piece.first <= view.start and view.end <= piece.end
        if piece is not None and inside and self.spectrogram:
            return (piece.spectrum(view.start, view.end, width, height) * 255).astype(np.uint8)
        if piece is not None and inside and near:
            columns = piece.columns(view.start, view.end, width)
        else:
            columns = self._source.peaks.columns(round(view.start), round(view.end), width)
        return wave_mask(columns, height, self.gain)

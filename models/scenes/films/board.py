"""A picture to draw upon: OpenCV's shapes with smooth edges, placed in heights of the frame instead of pixels."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Colour = tuple[float, float, float]  # red, green, blue, 0 to 255
Points = Sequence[tuple[float, float]] | npt.NDArray[np.floating[Any]]
SHIFT = 4  # bits behind the point of OpenCV's coordinates
ONE = 1 << SHIFT
LIMIT = 30_000.0 * ONE

cv2.setNumThreads(1)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """All from 0 to 1."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, min(1, max(0, saturation)), min(1, max(0, value)))
    return (255 * red, 255 * green, 255 * blue)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """*share* of the other."""
    keep = 1 - share
    return (keep * one[0] + share * other[0], keep * one[1] + share * other[1], keep * one[2] + share * other[2])


def dimmed(colour: Colour, light: Colour | float) -> Colour:
    """A colour under a light (1: as it is)."""
    red, green, blue = (light, light, light) if isinstance(light, (int, float)) else light
    return (min(255.0, colour[0] * red), min(255.0, colour[1] * green), min(255.0, colour[2] * blue))


class Board:
    """
    *pixels* uint8 [height, width, 3], drawn on in place.

    A point (x, y) in the drawer's units lies at pixel ((x - left) * scale, (y - top) * scale).
    """

    def __init__(self, pixels: Picture, scale: float, left: float = 0.0, top: float = 0.0) -> None:
        self.pixels, self.scale, self.left, self.top = pixels, scale, left, top

    def at(self, points: Points) -> npt.NDArray[np.int32]:
        """Points as OpenCV wants them."""
        by = self.scale * ONE
        if isinstance(points, np.ndarray):
            array = (points - (self.left, self.top)) * by
            return np.clip(array, -LIMIT, LIMIT).astype(np.int32)
        left, top = self.left, self.top
        return np.array([(_near((x - left) * by), _near((y - top) * by)) for x, y in points], np.int32)

    def poly(self, points: Points, colour: Colour) -> None:
        """A filled polygon."""
        cv2.fillPoly(self.pixels, [self.at(points)], colour, cv2.LINE_AA, SHIFT)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.poly(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A filled ellipse."""
        scale = self.scale
        cx, cy, rx, ry = (x - self.left) * scale, (y - self.top) * scale, rx * scale, ry * scale
        height, width = self.pixels.shape[:2]
        if -rx < cx < width + rx and -ry < cy < height + ry:
            middle, axes = (int(cx * ONE), int(cy * ONE)), (max(1, int(rx * ONE)), max(1, int(ry * ONE)))
            cv2.ellipse(self.pixels, middle, axes, 0, 0, 360, colour, -1, cv2.LINE_AA, SHIFT)

    def line(self, points: Points, colour: Colour, width: float) -> None:
        """A stroke of *width* units, at least one pixel."""
        cv2.polylines(
            self.pixels, [self.at(points)], False, colour, max(1, round(width * self.scale)), cv2.LINE_AA, SHIFT
        )

    def below(self, heights: npt.NDArray[np.floating[Any]], colour: Colour, left: float, right: float) -> None:
        """Everything under a curve from *left* to *right*, one y per equal step."""
        xs = np.linspace(left, right, len(heights))
        bottom = self.top + self.pixels.shape[0] / self.scale + 1
        self.poly(np.concatenate([np.stack([xs, heights], 1), [[right, bottom], [left, bottom]]]), colour)

    def gradient(self, y0: float, y1: float, top: Colour, bottom: Colour) -> None:
        """Rows from *y0* to *y1* run from one colour to another over the whole width."""
        first, last = (round((y - self.top) * self.scale) for y in (y0, y1))
        span = max(1, last - first)
        rows = np.arange(max(0, first), min(self.pixels.shape[0], last))
        if len(rows):
            share = ((rows - first) / span)[:, None]
            column = (1 - share) * np.array(top) + share * np.array(bottom)
            self.pixels[rows[0] : rows[-1] + 1] = np.clip(column, 0, 255).astype(np.uint8)[:, None]

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Light added around a point, gone at *radius*."""
        size = max(2, round(radius * self.scale))
        cx, cy = (round(value) for value in ((x - self.left) * self.scale, (y - self.top) * self.scale))
        height, width = self.pixels.shape[:2]
        x0, x1, y0, y1 = max(0, cx - size), min(width, cx + size), max(0, cy - size), min(height, cy + size)
        if x0 >= x1 or y0 >= y1:
            return
        ball = cv2.resize(_ball(), (2 * size, 2 * size), interpolation=cv2.INTER_LINEAR)
        part = ball[y0 - cy + size : y1 - cy + size, x0 - cx + size : x1 - cx + size, None]
        area = self.pixels[y0:y1, x0:x1]
        area[:] = np.clip(area + part * (np.array(colour, np.float32) * strength), 0, 255).astype(np.uint8)

    def veil(self, colour: Colour, share: float) -> None:
        """The whole picture mixed with a colour."""
        if share > 0:
            cv2.addWeighted(self.pixels, 1 - share, np.full_like(self.pixels, _clipped(colour)), share, 0, self.pixels)

    def light(self, by: Colour | float) -> None:
        """The whole picture under a light."""
        factors = (by, by, by) if isinstance(by, (int, float)) else by
        self.pixels[:] = cv2.LUT(self.pixels, _curve(tuple(round(float(f), 3) for f in factors)))


def _clipped(colour: Colour) -> npt.NDArray[np.uint8]:
    return np.clip(colour, 0, 255).astype(np.uint8)


def _near(value: float) -> int:
    return int(min(LIMIT, max(-LIMIT, value)))


@lru_cache
def _ball() -> npt.NDArray[np.float32]:
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    return (np.clip(1 - np.hypot(x, y), 0, 1) ** 2).astype(np.float32)


@lru_cache(maxsize=64)
def _curve(factors: tuple[float, ...]) -> Picture:
    values = np.arange(256)[:, None] * np.array(factors)
    return np.clip(values, 0, 255).astype(np.uint8)[None]


def field(chance: np.random.Generator, height: int, width: int, cells: float) -> npt.NDArray[np.float32]:
    """Smooth noise of mean 0 and deviation 1 with about *cells* blobs down the height, [height, width]."""
    rows, columns = max(2, round(cells)), max(2, round(cells * width / height))
    small = chance.standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)

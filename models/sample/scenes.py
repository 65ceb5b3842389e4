"""The pictures of the sample: flat shapes with soft edges, drawn with numpy. Each scene is a function of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 1280, 720
Colour = tuple[float, float, float]
Mask = npt.NDArray[np.float32]
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


@dataclass(frozen=True)
class Moment:
    """Seconds since the cut, how far the shot has run (0 to 1), and how open the two mouths are (0 to 1)."""

    time: float
    progress: float
    woman: float
    man: float


class Canvas:
    """An RGB picture, 0 to 1, that shapes are laid upon from back to front."""

    def __init__(self, pixels: npt.NDArray[np.float32] | None = None) -> None:
        self.pixels = np.zeros((HEIGHT, WIDTH, 3), np.float32) if pixels is None else pixels.copy()

    def gradient(self, top: Colour, bottom: Colour, from_y: int = 0, to_y: int = HEIGHT) -> None:
        """Rows from *from_y* to *to_y* run from *top* to *bottom*."""
        share = np.linspace(0, 1, to_y - from_y, dtype=np.float32)[:, None, None]
        self.pixels[from_y:to_y] = (1 - share) * np.array(top, np.float32) + share * np.array(bottom, np.float32)

    def ellipse(  # noqa: PLR0917, a place, a size and a colour, as in every drawing library
        self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """Filled, edges one pixel soft."""
        area = self._area(x - rx, y - ry, x + rx, y + ry)
        away = np.hypot((X[area] - x) / rx, (Y[area] - y) / ry)
        self._lay(area, np.clip((1 - away) * min(rx, ry) + 0.5, 0, 1), colour, alpha)

    def glow(self, x: float, y: float, radius: float, colour: Colour, alpha: float) -> None:
        """A soft light that fades to its *radius*."""
        area = self._area(x - radius, y - radius, x + radius, y + radius)
        away = np.hypot(X[area] - x, Y[area] - y) / radius
        self._lay(area, np.clip(1 - away, 0, 1) ** 2, colour, alpha)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, *, round_by: float = 0, alpha: float = 1.0
    ) -> None:
        """A rectangle, its corners rounded."""
        area, round_by = self._area(x0, y0, x1, y1), max(round_by, 0.6)
        dx = np.maximum(np.maximum(x0 + round_by - X[area], X[area] - x1 + round_by), 0)
        dy = np.maximum(np.maximum(y0 + round_by - Y[area], Y[area] - y1 + round_by), 0)
        self._lay(area, np.clip(round_by - np.hypot(dx, dy) + 0.5, 0, 1), colour, alpha)

    def below(self, heights: npt.NDArray[np.floating], colour: Colour, alpha: float = 1.0) -> None:
        """Everything under the curve *heights* (one y per column)."""
        top = max(0, int(heights.min()) - 1)
        area = (slice(top, HEIGHT), slice(0, WIDTH))
        self._lay(area, np.clip(Y[area] - heights[None].astype(np.float32) + 0.5, 0, 1), colour, alpha)

    def _area(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        def inside(value: float, limit: int) -> int:
            return int(min(max(value, 0), limit))

        return (
            slice(inside(y0 - 1, HEIGHT), inside(y1 + 2, HEIGHT)),
            slice(inside(x0 - 1, WIDTH), inside(x1 + 2, WIDTH)),
        )

    def _lay(self, area: tuple[slice, slice], mask: Mask, colour: Colour, alpha: float) -> None:
        under = self.pixels[area]
        under += (mask * alpha)[..., None] * (np.array(colour, np.float32) - under)

    def bytes(self) -> npt.NDArray[np.uint8]:
        """(height, width, 3), 8 bits."""
        return (np.clip(self.pixels, 0, 1) * 255 + 0.5).astype(np.uint8)


def person(canvas: Canvas, x: float, y: float, size: float, *, woman: bool, mouth: float, dim: float = 1.0) -> None:
    """Head and shoulders; (*x*, *y*) is the middle of the face, *size* the radius of the head."""

    def shade(colour: Colour) -> Colour:
        return (colour[0] * dim, colour[1] * dim, colour[2] * dim)

    coat, hair, skin = ((0.78, 0.27, 0.33) if woman else (0.18, 0.38, 0.60)), (0.20, 0.13, 0.10), (0.95, 0.77, 0.63)
    if woman:
        canvas.box(x - 1.15 * size, y - 0.9 * size, x + 1.15 * size, y + 1.5 * size, shade(hair), round_by=size)
    canvas.box(x - 1.75 * size, y + 1.3 * size, x + 1.75 * size, y + 6 * size, shade(coat), round_by=1.2 * size)
    canvas.box(x - 0.38 * size, y + 0.7 * size, x + 0.38 * size, y + 1.6 * size, shade((0.87, 0.68, 0.55)))
    canvas.ellipse(x, y - 0.18 * size, 1.04 * size, 1.08 * size, shade(hair))
    canvas.ellipse(x, y + 0.1 * size, 0.9 * size, 0.98 * size, shade(skin))
    for side in (-1, 1):
        canvas.ellipse(x + side * 0.34 * size, y, 0.09 * size, 0.12 * size, shade((0.15, 0.1, 0.1)))
    canvas.ellipse(x, y + 0.55 * size, 0.24 * size, (0.04 + 0.2 * mouth) * size, shade((0.55, 0.16, 0.18)))


def cloud(canvas: Canvas, x: float, y: float, size: float, alpha: float) -> None:
    """Three ellipses."""
    for dx, dy, rx, ry in ((0, 0, 1.0, 0.42), (-0.6, 0.14, 0.7, 0.3), (0.65, 0.12, 0.75, 0.32)):
        canvas.ellipse(x + dx * size, y + dy * size, rx * size, ry * size, (1, 1, 1), alpha)


def _hills(base: float, height: float, wave: float, shift: float) -> npt.NDArray[np.float64]:
    x = np.arange(WIDTH) + shift
    return np.asarray(base - height * (0.6 * np.sin(x / wave) + 0.4 * np.sin(x / wave * 2.3 + 1)))


@lru_cache
def _morning_sky() -> npt.NDArray[np.float32]:
    canvas = Canvas()
    canvas.gradient((0.36, 0.62, 0.90), (1.0, 0.88, 0.68))
    return canvas.pixels


def morning(now: Moment) -> Canvas:
    """A rising sun over hills."""
    canvas = Canvas(_morning_sky())
    sun = 430 - 150 * now.progress
    canvas.glow(930, sun, 300, (1.0, 0.95, 0.7), 0.7)
    canvas.ellipse(930, sun, 62, 62, (1.0, 0.93, 0.62))
    cloud(canvas, 260 + 14 * now.time, 140, 95, 0.8)
    cloud(canvas, 700 + 9 * now.time, 90, 60, 0.6)
    canvas.below(_hills(450, 55, 210, 0), (0.47, 0.67, 0.55))
    canvas.below(_hills(540, 40, 150, 400), (0.33, 0.57, 0.36))
    person(canvas, 430, 420, 58, woman=True, mouth=now.woman)
    person(canvas, 690, 400, 62, woman=False, mouth=now.man)
    canvas.below(_hills(655, 14, 90, 0), (0.22, 0.45, 0.25))
    return canvas


@lru_cache
def _cafe_room() -> npt.NDArray[np.float32]:
    canvas = Canvas()
    canvas.gradient((0.60, 0.43, 0.33), (0.46, 0.31, 0.24))
    canvas.box(110, 70, 500, 400, (0.30, 0.19, 0.13), round_by=8)
    canvas.box(124, 84, 486, 386, (0.72, 0.87, 0.95))
    canvas.box(298, 84, 312, 386, (0.30, 0.19, 0.13))
    for shelf in (150, 270):
        canvas.box(860, shelf, 1210, shelf + 12, (0.28, 0.17, 0.11))
        for k in range(6):
            tint = ((0.82, 0.33, 0.28), (0.93, 0.78, 0.42), (0.35, 0.58, 0.55))[k % 3]
            canvas.box(880 + 55 * k, shelf - 48 + 6 * (k % 2), 914 + 55 * k, shelf, tint, round_by=6)
    for lamp in (330, 660, 990):
        canvas.box(lamp - 2, 0, lamp + 2, 40, (0.15, 0.1, 0.1))
        canvas.glow(lamp, 60, 210, (1.0, 0.86, 0.55), 0.45)
        canvas.ellipse(lamp, 52, 34, 24, (1.0, 0.90, 0.66))
    return canvas.pixels


def cafe(now: Moment) -> Canvas:
    """A warm room, two cups, steam."""
    canvas = Canvas(_cafe_room())
    person(canvas, 440, 330, 66, woman=True, mouth=now.woman)
    person(canvas, 840, 315, 70, woman=False, mouth=now.man)
    canvas.box(160, 560, 1120, 720, (0.36, 0.21, 0.13), round_by=20)
    canvas.box(160, 560, 1120, 580, (0.50, 0.31, 0.20), round_by=10)
    for cup in (570, 735):
        for puff in range(4):
            rise = (now.time * 0.45 + puff / 4) % 1
            sway = 10 * np.sin(6 * rise + cup + puff)
            canvas.ellipse(cup + sway, 505 - 110 * rise, 10 + 12 * rise, 14 + 10 * rise, (1, 1, 1), 0.22 * (1 - rise))
        canvas.ellipse(cup + 40, 535, 16, 16, (0.96, 0.95, 0.92))
        canvas.ellipse(cup + 40, 535, 8, 8, (0.46, 0.31, 0.24))
        canvas.box(cup - 36, 505, cup + 36, 566, (0.96, 0.95, 0.92), round_by=14)
        canvas.ellipse(cup, 508, 34, 6, (0.33, 0.19, 0.10))
    return canvas


@lru_cache
def _night_town() -> npt.NDArray[np.float32]:
    canvas = Canvas()
    canvas.gradient((0.03, 0.05, 0.15), (0.17, 0.16, 0.34))
    stars = np.random.default_rng(5)
    for x, y in stars.uniform((0, 0), (WIDTH, 260), (70, 2)):
        canvas.ellipse(float(x), float(y), 1.4, 1.4, (1, 1, 0.9), 0.8)
    canvas.glow(1040, 120, 170, (0.8, 0.85, 1.0), 0.5)
    canvas.ellipse(1040, 120, 46, 46, (0.95, 0.95, 0.86))
    canvas.ellipse(1058, 110, 40, 40, (0.10, 0.11, 0.24))
    for k, (left, top) in enumerate(
        ((20, 260), (190, 190), (360, 300), (520, 230), (700, 170), (880, 280), (1070, 210))
    ):
        canvas.box(left, top, left + 158, 640, (0.08, 0.08, 0.17))
        for row in range((620 - top) // 52):
            for column in range(3):
                lit = (k * 7 + row * 3 + column * 5) % 4 != 0
                tint = (0.98, 0.83, 0.46) if lit else (0.13, 0.14, 0.26)
                x, y = left + 22 + 45 * column, top + 20 + 52 * row
                canvas.box(x, y, x + 26, y + 32, tint)
    canvas.box(0, 620, WIDTH, HEIGHT, (0.12, 0.12, 0.18))
    return canvas.pixels


def night(now: Moment) -> Canvas:
    """A town under the moon; a car drives by."""
    canvas = Canvas(_night_town())
    car = -260 + 330 * (now.time % 6)
    canvas.glow(car + 215, 612, 120, (1.0, 0.95, 0.7), 0.6)
    canvas.box(car + 45, 548, car + 155, 600, (0.45, 0.16, 0.20), round_by=18)
    canvas.box(car, 580, car + 205, 628, (0.60, 0.20, 0.24), round_by=14)
    for wheel in (45, 160):
        canvas.ellipse(car + wheel, 628, 22, 22, (0.03, 0.03, 0.05))
    person(canvas, 470, 400, 64, woman=True, mouth=now.woman, dim=0.74)
    person(canvas, 780, 385, 68, woman=False, mouth=now.man, dim=0.74)
    return canvas


def train(now: Moment) -> Canvas:
    """Fields pass the window of a railway carriage."""
    canvas = Canvas()
    canvas.gradient((0.55, 0.78, 0.95), (0.86, 0.94, 0.98))
    canvas.below(_hills(330, 50, 260, 60 * now.time), (0.58, 0.73, 0.70))
    canvas.below(_hills(390, 26, 170, 150 * now.time), (0.56, 0.74, 0.40))
    canvas.below(np.full(WIDTH, 420.0), (0.80, 0.76, 0.38))
    for k in range(5):
        x = (k * 420 - 620 * now.time) % 2100 - 300
        canvas.box(x - 8, 330, x + 8, 450, (0.36, 0.25, 0.17))
        canvas.ellipse(x, 300, 58, 72, (0.24, 0.48, 0.26))
    wall = (0.83, 0.84, 0.86)
    for x0, y0, x1, y1 in ((0, 0, WIDTH, 60), (0, 460, WIDTH, HEIGHT), (0, 0, 70, HEIGHT), (1210, 0, WIDTH, HEIGHT)):
        canvas.box(x0, y0, x1, y1, wall)
    canvas.box(622, 0, 658, HEIGHT, wall)
    for x0, x1 in ((62, 630), (650, 1218)):
        for y in (54, 456):
            canvas.box(x0, y, x1, y + 10, (0.55, 0.57, 0.62))
    for x in (360, 930):
        canvas.box(x - 150, 330, x + 150, HEIGHT, (0.20, 0.42, 0.47), round_by=40)
    person(canvas, 360, 370, 66, woman=True, mouth=now.woman)
    person(canvas, 930, 355, 70, woman=False, mouth=now.man)
    return canvas


@lru_cache
def _evening_sky() -> npt.NDArray[np.float32]:
    canvas = Canvas()
    canvas.gradient((0.30, 0.20, 0.45), (0.99, 0.62, 0.36), 0, 430)
    canvas.gradient((0.80, 0.45, 0.35), (0.12, 0.14, 0.32), 430, HEIGHT)
    return canvas.pixels


def sea(now: Moment) -> Canvas:
    """The sun goes down over the water."""
    canvas = Canvas(_evening_sky())
    sun = 330 + 110 * now.progress
    canvas.glow(640, sun, 330, (1.0, 0.80, 0.45), 0.7)
    canvas.ellipse(640, sun, 74, 74, (1.0, 0.85, 0.52))
    water = _evening_sky()[430:]
    canvas.pixels[430:] = water
    for k in range(14):
        y = 440 + 20 * k
        half = 70 + 16 * k + 26 * np.sin(1.7 * now.time + 1.3 * k)
        canvas.box(640 - half, y, 640 + half, y + 5, (1.0, 0.80, 0.50), round_by=2, alpha=0.5 - 0.025 * k)
    bird = 200 + 60 * now.time
    for side in (-1, 1):
        canvas.ellipse(bird + side * 16, 150 + 6 * np.sin(9 * now.time), 17, 4, (0.14, 0.10, 0.20))
    canvas.below(_hills(640, 10, 240, 500), (0.16, 0.11, 0.16))
    person(canvas, 430, 440, 62, woman=True, mouth=now.woman, dim=0.66)
    person(canvas, 860, 425, 66, woman=False, mouth=now.man, dim=0.66)
    return canvas


SCENES: dict[str, Callable[[Moment], Canvas]] = {
    "morning": morning,
    "cafe": cafe,
    "night": night,
    "train": train,
    "sea": sea,
}

"""Light and colour of a set: what a time of day does to things, and which colours the pool allows."""

from __future__ import annotations

from dataclasses import dataclass

from models.scenes.films.board import Board, Colour, dimmed, hsv, mixed
from models.scenes.films.plan import WIDTH
from models.scenes.films.pools import POOLS, Chance


@dataclass(frozen=True)
class Palette:
    """The colours of a set. *light* dims and tints what does not shine itself; *windows*: a room has some."""

    pool: str
    time: str  # day | dusk | night
    blue: bool  # day for night
    windows: bool
    light: Colour

    def hue(self, chance: Chance, base: float = 0.0, spread: float = 0.5) -> float:
        """As ``Pool.hue``."""
        return POOLS[self.pool].hue(chance, base, spread)

    def lit(
        self, chance: Chance, base: float, spread: float, saturation: tuple[float, float], value: tuple[float, float]
    ) -> Colour:
        """A colour of the pool under the set's light; saturation and value from ranges."""
        plain = hsv(self.hue(chance, base, spread), chance.uniform(*saturation), chance.uniform(*value))
        return dimmed(plain, self.light)

    def any(self, chance: Chance, value: tuple[float, float] = (0.3, 0.9)) -> Colour:
        """Any colour, lit."""
        return self.lit(chance, 0, 0.5, (0.1, 0.7), value)

    @property
    def dark(self) -> bool:
        """Whether lamps are on."""
        return self.time == "night" and not self.blue


def light_of(place: str, time: str, *, windows: bool, blue: bool) -> Colour:
    """What light does to the colours of things and people."""
    if place == "outdoor":
        if blue:
            return (0.30, 0.38, 0.62)
        return {"day": (1.0, 1.0, 1.0), "dusk": (0.74, 0.50, 0.46), "night": (0.26, 0.28, 0.42)}[time]
    if not windows:
        return (0.88, 0.88, 0.86)
    return {"day": (1.0, 1.0, 0.98), "dusk": (0.80, 0.62, 0.50), "night": (0.74, 0.62, 0.48)}[time]


def sky(board: Board, chance: Chance, palette: Palette, horizon: float) -> None:
    """From the top to the *horizon*: blue, grey or milky by day, burning at dusk, stars or city glow at night."""
    paint = {"day": _day, "dusk": _dusk, "night": _night}["day" if palette.blue else palette.time]
    paint(board, chance, palette, horizon)
    row = min(round(horizon * board.scale), len(board.pixels))
    board.pixels[row:] = board.pixels[row - 1]  # haze under the horizon, where nothing else will stand


def _day(board: Board, chance: Chance, palette: Palette, horizon: float) -> None:
    hue = palette.hue(chance, 0.58, 0.05)
    grey = chance.random() < 0.3
    strong = chance.uniform(0.02, 0.12) if grey else chance.uniform(0.35, 0.75)
    top, bottom = hsv(hue, strong, chance.uniform(0.75, 0.95)), hsv(hue, strong * 0.25, chance.uniform(0.9, 1.0))
    by = palette.light if palette.blue else 1.0
    board.gradient(0, horizon, dimmed(top, by), dimmed(bottom, by))
    for _ in range(int(chance.integers(0, 9))):
        cloud(board, chance, chance.uniform(0, WIDTH), chance.uniform(0.1, horizon * 0.8), dimmed((250, 250, 250), by))
    if not grey and chance.random() < 0.35:
        x, y = chance.uniform(0.3, WIDTH - 0.3), chance.uniform(0.2, 0.5)
        board.glow(x, y, 0.4, (255, 240, 200), 0.6 if not palette.blue else 0.25)


def _dusk(board: Board, chance: Chance, palette: Palette, horizon: float) -> None:
    high = hsv(palette.hue(chance, 0.70, 0.08), chance.uniform(0.35, 0.6), chance.uniform(0.25, 0.5))
    low = hsv(palette.hue(chance, 0.05, 0.04), chance.uniform(0.6, 0.9), chance.uniform(0.85, 1.0))
    board.gradient(0, horizon * 0.45, high, mixed(high, low, 0.55))
    board.gradient(horizon * 0.45, horizon, mixed(high, low, 0.55), low)
    x = chance.uniform(0.4, WIDTH - 0.4)
    board.glow(x, horizon - 0.05, 0.9, (255, 170, 90), 0.8)
    if chance.random() < 0.7:
        board.ellipse(x, horizon - chance.uniform(0.0, 0.15), 0.075, 0.075, (255, 225, 150))
    for _ in range(int(chance.integers(0, 6))):
        tint = mixed(low, (80, 50, 80), chance.uniform(0.2, 0.8))
        cloud(board, chance, chance.uniform(0, WIDTH), chance.uniform(0.1, horizon * 0.8), tint, flat=0.35)


def _night(board: Board, chance: Chance, palette: Palette, horizon: float) -> None:
    hue = palette.hue(chance, 0.63, 0.06)
    strong = chance.uniform(0.3, 0.8)
    glow = chance.uniform(0.10, 0.30)
    board.gradient(0, horizon, hsv(hue, strong, chance.uniform(0.02, 0.10)), hsv(hue, strong * 0.8, glow))
    if chance.random() < 0.75:
        for x, y in chance.uniform((0, 0), (WIDTH, horizon), (int(chance.integers(30, 160)), 2)):
            board.ellipse(float(x), float(y), 0.004, 0.004, (220, 225, 240))
    if chance.random() < 0.5:
        x, y, size = chance.uniform(0.3, WIDTH - 0.3), chance.uniform(0.2, 0.55), chance.uniform(0.03, 0.07)
        board.glow(x, y, size * 6, (120, 130, 160), 0.7)
        board.ellipse(x, y, size, size, (235, 235, 220))


def cloud(board: Board, chance: Chance, x: float, y: float, colour: Colour, flat: float = 0.5) -> None:
    """A few overlapping ellipses."""
    size = chance.uniform(0.06, 0.22)
    for _ in range(int(chance.integers(3, 7))):
        wide = size * chance.uniform(0.5, 1.1)
        dx, dy = chance.uniform(-1.2, 1.2) * size, chance.uniform(-0.3, 0.3) * size * flat
        board.ellipse(x + dx, y + dy, wide, wide * flat * 0.8, colour)


def windowsky(palette: Palette, chance: Chance) -> tuple[Colour, Colour]:
    """What is seen through a window: colours above and below."""
    if palette.time == "day":
        hue = palette.hue(chance, 0.57, 0.05)
        return hsv(hue, chance.uniform(0.05, 0.5), 0.97), hsv(hue, 0.05, 1.0)
    if palette.time == "dusk":
        return (
            hsv(palette.hue(chance, 0.75, 0.06), 0.5, 0.55),
            hsv(palette.hue(chance, 0.06, 0.03), 0.75, 1.0),
        )
    hue = palette.hue(chance, 0.63, 0.05)
    return hsv(hue, 0.7, 0.05), hsv(hue, 0.6, 0.16)

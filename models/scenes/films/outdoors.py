"""Sets under the sky: streets, nature, water. A painter fills a board of 4 by 1.5; people stand on y = 1.22."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.scenes.films.board import Board, Colour, dimmed, hsv, mixed
from models.scenes.films.light import Palette, sky
from models.scenes.films.plan import GROUND, HEIGHT, WIDTH
from models.scenes.films.pools import Chance

LAMP: Colour = (255, 205, 120)


def ridge(chance: Chance, base: float, height: float, rough: float, points: int = 64) -> npt.NDArray[np.float64]:
    """The outline of hills (*rough* near 0) or rocks (near 1): y for equal steps over the width."""
    x = np.linspace(0, WIDTH, points)
    curve = np.zeros(points)
    for octave in range(5):
        waves = 1.3 * 2**octave
        curve += np.sin(waves * x + chance.uniform(0, 7)) * (0.35 + 0.4 * rough) ** octave
    return np.asarray(base - height * curve / 1.6)


def tree(
    board: Board, chance: Chance, palette: Palette, x: float, foot: float, height: float, *, pointed: bool
) -> None:
    """A trunk and leaves: round or a fir."""
    trunk = palette.lit(chance, 0.08, 0.03, (0.3, 0.5), (0.2, 0.4))
    leaf = palette.lit(chance, 0.30, 0.09, (0.35, 0.7), (0.22, 0.55))
    board.box(x - 0.03 * height, foot - 0.4 * height, x + 0.03 * height, foot, trunk)
    if pointed:
        for level in range(3):
            y, half = foot - height * (0.2 + 0.25 * level), height * (0.28 - 0.06 * level)
            shade = dimmed(leaf, 0.8 + 0.12 * level)
            board.poly(((x - half, y), (x + half, y), (x, y - 0.42 * height)), shade)
        return
    for _ in range(6):
        dx, dy = chance.uniform(-0.2, 0.2) * height, chance.uniform(-0.18, 0.15) * height
        size = height * chance.uniform(0.12, 0.24)
        board.ellipse(x + dx, foot - 0.68 * height + dy, size, size, dimmed(leaf, chance.uniform(0.75, 1.2)))


def ground(board: Board, colour: Colour, top: float, *, fall: float = 0.7) -> None:
    """The floor of the world, darker or lighter towards the camera."""
    board.gradient(top, HEIGHT, colour, dimmed(colour, fall))


def building(board: Board, chance: Chance, palette: Palette, x0: float, x1: float, top: float, foot: float) -> None:
    """A front with windows, some of them lit in the dark."""
    wall = palette.lit(chance, 0.08, 0.5, (0.05, 0.45), (0.35, 0.85))
    board.box(x0, top, x1, foot, wall)
    board.box(x0, top, x1, top + 0.02, dimmed(wall, 0.7))
    step_x, step_y = chance.uniform(0.07, 0.12), chance.uniform(0.09, 0.15)
    glass = dimmed(palette.lit(chance, 0.58, 0.06, (0.1, 0.4), (0.3, 0.6)), 1.0)
    share = {"day": 0.0, "dusk": 0.3, "night": 0.5}["day" if palette.blue else palette.time]
    warm = mixed(LAMP, (255, 245, 220), chance.random())
    for y in np.arange(top + 0.06, foot - 0.12, step_y):
        for x in np.arange(x0 + 0.03, x1 - 0.05, step_x):
            colour = warm if chance.random() < share else glass
            board.box(x, y, x + step_x * 0.55, y + step_y * 0.55, colour)


def lamps(board: Board, chance: Chance, palette: Palette, foot: float) -> None:
    """Street lamps; in the dark they shine."""
    gap, height = chance.uniform(0.6, 1.1), chance.uniform(0.45, 0.7)
    metal = palette.lit(chance, 0.6, 0.1, (0.0, 0.2), (0.2, 0.35))
    for x in np.arange(chance.uniform(0, gap), WIDTH, gap):
        board.line(((x, foot), (x, foot - height)), metal, 0.012)
        if palette.dark or (palette.time == "dusk" and not palette.blue):
            board.glow(x, foot - height, 0.32, LAMP, 0.75)
            board.glow(x, foot, 0.35, LAMP, 0.25)
            board.ellipse(x, foot - height, 0.02, 0.016, (255, 240, 200))


def street(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Fronts behind a pavement and a road."""
    del time
    sky(board, chance, palette, 0.9)
    x, foot = -0.1, chance.uniform(0.98, 1.06)
    while x < WIDTH:
        wide = chance.uniform(0.35, 0.85)
        building(board, chance, palette, x, x + wide, chance.uniform(0.0, 0.6), foot)
        x += wide + (chance.uniform(0.05, 0.4) if chance.random() < 0.25 else 0)
    ground(board, palette.lit(chance, 0.6, 0.1, (0.0, 0.1), (0.45, 0.65)), foot)
    board.box(0, 1.25, WIDTH, HEIGHT, palette.lit(chance, 0.6, 0.1, (0.0, 0.1), (0.2, 0.35)))
    for x in np.arange(chance.uniform(0, 0.3), WIDTH, 0.4):
        board.box(x, 1.36, x + 0.2, 1.375, dimmed((220, 220, 210), palette.light))
    for _ in range(int(chance.integers(0, 5))):
        parked(board, chance, palette, chance.uniform(0.1, WIDTH - 0.5), 1.25)
    lamps(board, chance, palette, 1.2)


def parked(board: Board, chance: Chance, palette: Palette, x: float, foot: float) -> None:
    """A car at the kerb."""
    body = palette.any(chance)
    board.box(x, foot - 0.13, x + 0.42, foot - 0.03, body)
    board.poly(((x + 0.07, foot - 0.13), (x + 0.12, foot - 0.2), (x + 0.3, foot - 0.2), (x + 0.36, foot - 0.13)), body)
    glass = dimmed((90, 110, 125), palette.light)
    board.poly(
        ((x + 0.1, foot - 0.13), (x + 0.14, foot - 0.185), (x + 0.28, foot - 0.185), (x + 0.32, foot - 0.13)), glass
    )
    for wheel in (0.09, 0.33):
        board.ellipse(x + wheel, foot - 0.03, 0.035, 0.035, (15, 15, 18))


def avenue(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A road that runs to a vanishing point between rows of houses."""
    del time
    vanish = (chance.uniform(1.5, 2.5), chance.uniform(0.75, 0.9))
    sky(board, chance, palette, 0.95)
    ground(board, palette.lit(chance, 0.6, 0.1, (0.0, 0.1), (0.35, 0.6)), vanish[1])
    for side in (-1, 1):
        for near in np.sort(chance.uniform(0.08, 1, 7)):
            x = vanish[0] + side * near * 2.4
            wide, top = 0.5 * near + 0.05, vanish[1] - near * chance.uniform(0.5, 1.0)
            foot = vanish[1] + near * 0.4
            building(board, chance, palette, min(x, x + side * wide), max(x, x + side * wide), top, foot)
    road = palette.lit(chance, 0.6, 0.1, (0.0, 0.1), (0.18, 0.32))
    board.poly((vanish, (vanish[0] - 1.6, HEIGHT), (vanish[0] + 1.6, HEIGHT)), road)
    for near in (0.1, 0.2, 0.35, 0.55, 0.8):
        y, half = vanish[1] + (HEIGHT - vanish[1]) * near, 0.02 * near
        board.box(vanish[0] - half, y, vanish[0] + half, y + 0.06 * near, dimmed((220, 220, 210), palette.light))
    lamps(board, chance, palette, 1.15)


def skyline(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A city seen from a roof or across a square."""
    del time
    sky(board, chance, palette, 1.0)
    for depth in (0.5, 0.75, 1.0):
        x = -0.1
        while x < WIDTH:
            wide = chance.uniform(0.15, 0.4) * (0.6 + 0.4 * depth)
            top = 1.0 - chance.uniform(0.1, 0.75) * (1.2 - 0.4 * depth)
            building(board, chance, palette, x, x + wide, top, 1.1)
            x += wide
    ground(board, palette.lit(chance, 0.1, 0.3, (0.0, 0.2), (0.35, 0.6)), 1.08)
    board.line(((0, 1.07), (WIDTH, 1.07)), palette.any(chance, (0.2, 0.5)), 0.015)
    if chance.random() < 0.5:
        lamps(board, chance, palette, 1.15)


def grass(chance: Chance, palette: Palette) -> Colour:
    """Meadow: green to straw."""
    return palette.lit(chance, 0.26, 0.09, (0.3, 0.65), (0.4, 0.7))


def hills(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Meadows and rolling hills."""
    del time
    horizon = chance.uniform(0.75, 0.95)
    sky(board, chance, palette, horizon)
    far = palette.lit(chance, 0.5, 0.12, (0.15, 0.35), (0.5, 0.75))
    near = grass(chance, palette)
    for n in range(3):
        board.below(ridge(chance, horizon + 0.06 * n, 0.12 - 0.03 * n, 0.1), mixed(far, near, n / 2), 0, WIDTH)
    ground(board, near, 1.1, fall=0.75)
    for _ in range(int(chance.integers(2, 14))):
        foot = chance.uniform(0.95, 1.2)
        tree(
            board,
            chance,
            palette,
            chance.uniform(0, WIDTH),
            foot,
            foot * chance.uniform(0.2, 0.55),
            pointed=chance.random() < 0.2,
        )


def forest(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Trunks and leaves; little sky."""
    del time
    sky(board, chance, palette, 0.9)
    deep = palette.lit(chance, 0.32, 0.08, (0.3, 0.6), (0.2, 0.4))
    haze = {"day": (200, 210, 200), "dusk": (235, 130, 80), "night": (20, 26, 44)}[palette.time]
    board.gradient(0.3, 1.17, mixed(deep, haze, 0.45), mixed(deep, haze, 0.12))
    pointed = chance.random() < 0.4
    for depth in np.sort(chance.uniform(0.3, 1, int(chance.integers(25, 55)))):
        tree(
            board,
            chance,
            palette,
            chance.uniform(0, WIDTH),
            0.95 + 0.22 * depth,
            chance.uniform(0.7, 1.2) * depth,
            pointed=pointed,
        )
    floor = palette.lit(chance, 0.16, 0.1, (0.3, 0.6), (0.25, 0.5))
    ground(board, floor, 1.15)
    for _ in range(60):
        x, y = chance.uniform(0, WIDTH), chance.uniform(1.15, HEIGHT)
        board.line(
            ((x, y), (x + chance.uniform(-0.03, 0.03), y - 0.05)), dimmed(floor, chance.uniform(0.6, 1.3)), 0.008
        )


def mountains(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Rock and snow behind a valley."""
    del time
    sky(board, chance, palette, 0.95)
    rock = palette.lit(chance, 0.62, 0.2, (0.05, 0.3), (0.45, 0.7))
    snow = dimmed((240, 244, 250), palette.light)
    for n in range(3):
        shade = mixed(rock, dimmed((190, 205, 220), palette.light), 0.5 - 0.25 * n)
        x = -0.3
        while x < WIDTH:
            wide, peak = chance.uniform(0.5, 1.2), chance.uniform(0.2, 0.55) + 0.15 * n
            middle = x + wide * chance.uniform(0.35, 0.65)
            board.poly(((x, 1.15), (middle, peak), (x + wide, 1.15)), shade)
            board.poly(((middle, peak), (x + wide, 1.15), (middle + 0.1, 1.15)), dimmed(shade, 0.75))
            if n < 2 and chance.random() < 0.8:
                cap = 0.16
                board.poly(
                    (
                        (middle, peak),
                        (middle - 0.1, peak + cap),
                        (middle, peak + cap * 0.7),
                        (middle + 0.1, peak + cap),
                    ),
                    snow,
                )
            x += wide * 0.55
    ground(board, grass(chance, palette), 1.08)
    for _ in range(int(chance.integers(0, 25))):
        tree(
            board,
            chance,
            palette,
            chance.uniform(0, WIDTH),
            chance.uniform(1.08, 1.2),
            chance.uniform(0.15, 0.3),
            pointed=True,
        )


def water(board: Board, chance: Chance, palette: Palette, top: float, bottom: float) -> None:
    """A surface that holds the sky's colour, with bright streaks."""
    above = board.pixels[max(0, int((top - 0.1) * board.scale))].mean(0)
    own = palette.lit(chance, 0.54, 0.06, (0.4, 0.8), (0.35, 0.65))
    near, far = mixed(own, tuple(above), 0.25), mixed(own, tuple(above), 0.65)
    board.gradient(top, bottom, far, near)
    for _ in range(90):
        y = top + (bottom - top) * chance.random() ** 1.5
        x, wide = chance.uniform(0, WIDTH), chance.uniform(0.03, 0.25) * (0.3 + y - top)
        colour = mixed(near, (255, 255, 255) if chance.random() < 0.6 else (0, 10, 30), chance.uniform(0.1, 0.4))
        board.line(((x, y), (x + wide, y)), dimmed(colour, 0.6 if palette.dark else 1.0), 0.006)


def beach(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Sea, surf and sand."""
    del time
    horizon = chance.uniform(0.62, 0.8)
    sky(board, chance, palette, horizon)
    water(board, chance, palette, horizon, 1.14)
    sand = palette.lit(chance, 0.11, 0.03, (0.15, 0.4), (0.75, 0.95))
    edge = ridge(chance, 1.12, 0.02, 0.0)
    board.below(edge - 0.02, dimmed((245, 248, 250), palette.light), 0, WIDTH)
    board.below(edge, sand, 0, WIDTH)
    if chance.random() < 0.4:
        board.below(
            ridge(chance, horizon - 0.01, 0.05, 0.3), palette.lit(chance, 0.4, 0.2, (0.1, 0.3), (0.3, 0.5)), 0, 0.9
        )


def lake(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Still water between hills, a jetty."""
    del time
    horizon = chance.uniform(0.7, 0.85)
    sky(board, chance, palette, horizon)
    far = palette.lit(chance, 0.42, 0.14, (0.15, 0.4), (0.35, 0.6))
    board.below(ridge(chance, horizon - 0.06, 0.12, 0.3), far, 0, WIDTH)
    water(board, chance, palette, horizon, HEIGHT)
    wood = palette.lit(chance, 0.08, 0.03, (0.3, 0.5), (0.3, 0.5))
    x = chance.uniform(1.2, 2.2)
    board.poly(((x, 1.0), (x + 0.3, 1.0), (x + 1.1, HEIGHT), (x - 0.8, HEIGHT)), wood)
    for y in np.arange(1.02, HEIGHT, 0.05):
        board.line(((x - 0.8, y), (x + 1.1, y)), dimmed(wood, 0.75), 0.004) if y > 1.3 else None


def river(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Water winding through banks, boats."""
    del time
    horizon = chance.uniform(0.6, 0.75)
    sky(board, chance, palette, horizon)
    green = grass(chance, palette)
    board.below(ridge(chance, horizon, 0.06, 0.2), mixed(green, (120, 140, 150), 0.4), 0, WIDTH)
    water(board, chance, palette, horizon + 0.05, 1.18)
    for _ in range(int(chance.integers(1, 5))):
        x, y = chance.uniform(0.2, WIDTH - 0.4), chance.uniform(horizon + 0.12, 1.05)
        board.poly(((x, y), (x + 0.3, y), (x + 0.25, y + 0.05), (x + 0.05, y + 0.05)), palette.any(chance))
        board.poly(((x + 0.15, y), (x + 0.15, y - 0.22), (x + 0.27, y - 0.03)), dimmed((240, 238, 230), palette.light))
    board.below(ridge(chance, 1.16, 0.02, 0.3), green, 0, WIDTH)


def desert(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Dunes and rocks."""
    del time
    horizon = chance.uniform(0.75, 0.9)
    sky(board, chance, palette, horizon)
    sand = palette.lit(chance, 0.08, 0.03, (0.3, 0.6), (0.7, 0.9))
    for n in range(4):
        board.below(ridge(chance, horizon + 0.1 * n, 0.06, 0.1), dimmed(sand, 0.8 + 0.08 * n), 0, WIDTH)
    for _ in range(int(chance.integers(0, 8))):
        x, y, size = chance.uniform(0, WIDTH), chance.uniform(0.95, 1.15), chance.uniform(0.05, 0.2)
        stone = dimmed(sand, chance.uniform(0.4, 0.65))
        board.poly(((x - size, y), (x - size * 0.6, y - size), (x + size * 0.5, y - size * 1.2), (x + size, y)), stone)


def yard(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A court before a wall with a fence and a container or two: works, harbour, school."""
    del time
    sky(board, chance, palette, 0.8)
    wall = palette.lit(chance, 0.06, 0.5, (0.1, 0.4), (0.45, 0.75))
    top = chance.uniform(0.5, 0.75)
    board.box(0, top, WIDTH, 1.08, wall)
    for y in np.arange(top, 1.08, 0.05):
        board.line(((0, y), (WIDTH, y)), dimmed(wall, 0.88), 0.004)
    ground(board, palette.lit(chance, 0.1, 0.4, (0.0, 0.15), (0.45, 0.65)), 1.06)
    for _ in range(int(chance.integers(1, 6))):
        x, wide, high = chance.uniform(0, WIDTH), chance.uniform(0.2, 0.6), chance.uniform(0.15, 0.4)
        box = palette.any(chance)
        board.box(x, 1.12 - high, x + wide, 1.12, box)
        board.box(x + wide * 0.45, 1.12 - high, x + wide * 0.5, 1.12, dimmed(box, 0.7))
    for x in np.arange(0, WIDTH, 0.2):
        board.line(((x, top), (x, top - 0.12)), dimmed((120, 120, 120), palette.light), 0.006)
    lamps(board, chance, palette, GROUND)


def plain_sky(palette: Palette, chance: Chance) -> Colour:
    """A neutral tone of nothing in particular, for backdrops that tell nothing."""
    return hsv(palette.hue(chance), chance.uniform(0.05, 0.35), chance.uniform(0.12, 0.5))

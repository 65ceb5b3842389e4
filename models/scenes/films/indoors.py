"""Sets with a roof: rooms, offices, vehicles, studios, halls. A painter fills a board of 4 by 1.5."""

from __future__ import annotations

import numpy as np

from models.scenes.films.board import Board, Colour, Picture, dimmed, hsv, mixed
from models.scenes.films.light import Palette, windowsky
from models.scenes.films.outdoors import LAMP
from models.scenes.films.plan import HEIGHT, WIDTH
from models.scenes.films.pools import Chance


def walls(board: Board, chance: Chance, palette: Palette, *, value: tuple[float, float] = (0.45, 0.85)) -> Colour:
    """Wall, skirting and floor; the ceiling shows in high rooms. The wall's colour is returned."""
    wall = palette.lit(chance, 0.1, 0.5, (0.05, 0.4), value)
    floor = palette.lit(chance, 0.07, 0.06, (0.1, 0.5), (0.25, 0.6))
    edge = chance.uniform(1.06, 1.14)
    board.gradient(0, edge, dimmed(wall, 0.85), wall)
    if chance.random() < 0.6:
        board.gradient(
            0,
            chance.uniform(0.06, 0.16),
            dimmed((235, 232, 225), palette.light),
            dimmed((205, 200, 195), palette.light),
        )
    board.box(0, edge - 0.03, WIDTH, edge, dimmed(wall, 0.6))
    board.gradient(edge, HEIGHT, floor, dimmed(floor, 0.7))
    if chance.random() < 0.5:
        for x in np.arange(-1, WIDTH + 1, 0.16):
            board.line(((x, HEIGHT), (WIDTH / 2 + (x - WIDTH / 2) * 0.75, edge)), dimmed(floor, 0.8), 0.004)
    return wall


def window(board: Board, chance: Chance, palette: Palette, x: float, y: float, wide: float, high: float) -> None:
    """A window: frame, cross bar and what is outside."""
    frame = dimmed((225, 220, 210) if chance.random() < 0.6 else (90, 65, 45), palette.light)
    top, bottom = windowsky(palette, chance)
    board.box(x - 0.03, y - 0.03, x + wide + 0.03, y + high + 0.03, frame)
    for n in range(8):
        share = n / 7
        board.box(x, y + high * n / 8, x + wide, y + high * (n + 1) / 8 + 0.004, mixed(top, bottom, share))
    if palette.time == "night":
        for _ in range(int(chance.integers(0, 9))):
            board.ellipse(x + wide * chance.random(), y + high * chance.uniform(0.5, 1), 0.008, 0.008, LAMP)
    elif chance.random() < 0.6:
        tone = hsv(palette.hue(chance, 0.3, 0.1), 0.4, 0.5 if palette.time == "day" else 0.15)
        board.box(x, y + high * chance.uniform(0.6, 0.85), x + wide, y + high, tone)
    board.box(x + wide / 2 - 0.008, y, x + wide / 2 + 0.008, y + high, frame)
    if chance.random() < 0.5:
        board.box(x, y + high / 2 - 0.008, x + wide, y + high / 2 + 0.008, frame)
    if chance.random() < 0.5:
        cloth = palette.any(chance)
        for left in (x - 0.1, x + wide - 0.04):
            board.box(left, y - 0.05, left + 0.14, y + high + 0.12, cloth)
    if palette.time != "night":
        board.glow(
            x + wide / 2, y + high / 2, max(wide, high), (70, 70, 66) if palette.time == "day" else (80, 45, 20), 0.6
        )


def windows(board: Board, chance: Chance, palette: Palette, count: int) -> None:
    """Some along the wall, where the room has any."""
    if not palette.windows:
        return
    for place in np.linspace(0.25, WIDTH - 0.75, count):
        window(
            board,
            chance,
            palette,
            place + chance.uniform(0, 0.2),
            chance.uniform(0.3, 0.4),
            chance.uniform(0.3, 0.55),
            chance.uniform(0.35, 0.5),
        )


def lamp(board: Board, chance: Chance, palette: Palette, x: float, *, hung: bool) -> None:
    """A lamp on the ceiling or on a stand; it is on unless it is day in a room with windows."""
    y = chance.uniform(0.12, 0.3) if hung else chance.uniform(0.55, 0.7)
    shade = palette.any(chance, (0.5, 0.9))
    board.line(((x, 0 if hung else 1.12), (x, y)), dimmed((60, 55, 50), palette.light), 0.01)
    board.poly(((x - 0.05, y - 0.05), (x + 0.05, y - 0.05), (x + 0.09, y + 0.04), (x - 0.09, y + 0.04)), shade)
    if palette.time != "day" or not palette.windows:
        board.glow(x, y + 0.04, 0.6, (200, 150, 80), 0.6)
        board.ellipse(x, y + 0.04, 0.05, 0.02, (255, 245, 215))


def picture(board: Board, chance: Chance, palette: Palette, x: float) -> None:
    """A painting: a frame around something."""
    y, wide, high = chance.uniform(0.35, 0.55), chance.uniform(0.12, 0.3), chance.uniform(0.12, 0.25)
    board.box(x, y, x + wide, y + high, palette.any(chance, (0.2, 0.5)))
    board.box(x + 0.015, y + 0.015, x + wide - 0.015, y + high - 0.015, palette.any(chance))
    board.ellipse(x + wide / 2, y + high / 2, wide / 4, high / 4, palette.any(chance))


def shelf(board: Board, chance: Chance, palette: Palette, x: float) -> None:
    """Boards with things on them."""
    wide, wood = chance.uniform(0.35, 0.7), palette.lit(chance, 0.08, 0.03, (0.3, 0.5), (0.25, 0.5))
    board.box(x, 0.35, x + wide, 1.1, dimmed(wood, 0.6))
    for y in np.arange(0.38, 1.05, 0.18):
        at = x + 0.02
        while at < x + wide - 0.05:
            thick = chance.uniform(0.02, 0.06)
            board.box(at, y + chance.uniform(0.02, 0.08), at + thick, y + 0.15, palette.any(chance))
            at += thick + 0.004
        board.box(x, y + 0.15, x + wide, y + 0.17, wood)


def table(board: Board, colour: Colour, x: float, wide: float, top: float) -> None:
    """A top and two legs."""
    board.box(x, top, x + wide, top + 0.035, colour)
    for leg in (x + 0.03, x + wide - 0.06):
        board.box(leg, top, leg + 0.03, 1.22, dimmed(colour, 0.7))


def living(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Sofa, lamp, pictures, shelves."""
    del time
    walls(board, chance, palette)
    windows(board, chance, palette, int(chance.integers(2, 5)))
    for x in chance.uniform(0.1, WIDTH - 0.4, 4):
        (picture if chance.random() < 0.6 else shelf)(board, chance, palette, float(x))
    sofa, x = palette.any(chance), chance.uniform(0.4, 2.6)
    board.box(x, 0.88, x + 0.9, 1.18, dimmed(sofa, 0.8))
    board.box(x - 0.08, 0.95, x + 0.06, 1.2, sofa)
    board.box(x + 0.86, 0.95, x + 0.98, 1.2, sofa)
    board.box(x, 1.02, x + 0.9, 1.2, sofa)
    for x in chance.uniform(0.2, WIDTH - 0.2, 3):
        lamp(board, chance, palette, float(x), hung=chance.random() < 0.4)


def kitchen(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Cupboards, a worktop, tiles, an oven."""
    del time
    walls(board, chance, palette, value=(0.6, 0.95))
    for y in np.arange(0.62, 0.9, 0.06):
        board.line(((0, y), (WIDTH, y)), dimmed((210, 210, 205), palette.light), 0.004)
    windows(board, chance, palette, int(chance.integers(2, 4)))
    front = palette.lit(chance, 0.1, 0.5, (0.05, 0.5), (0.5, 0.9))
    x = 0.0
    while x < WIDTH:
        wide = chance.uniform(0.25, 0.4)
        if chance.random() < 0.55:
            board.box(x + 0.01, 0.22, x + wide - 0.01, 0.52, front)
            board.box(x + wide - 0.06, 0.38, x + wide - 0.04, 0.46, dimmed((80, 80, 80), palette.light))
        board.box(x + 0.01, 0.93, x + wide - 0.01, 1.2, dimmed(front, 0.9))
        if chance.random() < 0.25:
            board.box(x + 0.04, 0.97, x + wide - 0.04, 1.16, (30, 30, 34))
        x += wide
    board.box(0, 0.9, WIDTH, 0.94, palette.any(chance, (0.3, 0.8)))
    for at in chance.uniform(0, WIDTH, 14):
        size = chance.uniform(0.02, 0.05)
        board.box(at, 0.9 - 2 * size, at + size, 0.9, palette.any(chance))
    for x in chance.uniform(0.2, WIDTH - 0.2, 3):
        lamp(board, chance, palette, float(x), hung=True)


def bedroom(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A bed, a wardrobe, bedside lamps."""
    del time
    walls(board, chance, palette)
    windows(board, chance, palette, int(chance.integers(2, 4)))
    x, cloth = chance.uniform(0.6, 2.4), palette.any(chance)
    board.box(x - 0.05, 0.7, x + 0.05, 1.2, palette.lit(chance, 0.08, 0.03, (0.3, 0.5), (0.3, 0.5)))
    board.box(x, 0.98, x + 1.0, 1.2, cloth)
    board.ellipse(x + 0.16, 0.97, 0.13, 0.05, dimmed((240, 238, 235), palette.light))
    for place in (x - 0.2, x + 1.1):
        lamp(board, chance, palette, place, hung=False)
    at = chance.uniform(2.9, 3.5)
    wood = palette.lit(chance, 0.08, 0.04, (0.2, 0.5), (0.3, 0.7))
    board.box(at, 0.3, at + 0.5, 1.12, wood)
    board.box(at + 0.245, 0.3, at + 0.255, 1.12, dimmed(wood, 0.6))
    picture(board, chance, palette, chance.uniform(0.1, 3.0))


def office(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Desks, screens, blinds, tubes of light."""
    del time
    wall = palette.lit(chance, 0.58, 0.15, (0.0, 0.15), (0.7, 0.95))
    board.gradient(0, 1.1, dimmed(wall, 0.92), wall)
    board.gradient(0, 0.14, dimmed((235, 235, 232), palette.light), dimmed((200, 200, 200), palette.light))
    for x in np.arange(0.2, WIDTH, 0.8):
        board.box(x, 0.05, x + 0.4, 0.08, (250, 252, 255))
        if palette.time != "day" or not palette.windows:
            board.glow(x + 0.2, 0.07, 0.5, (110, 115, 120), 0.5)
    board.gradient(
        1.1,
        HEIGHT,
        palette.lit(chance, 0.6, 0.1, (0.0, 0.2), (0.35, 0.5)),
        palette.lit(chance, 0.6, 0.1, (0.0, 0.2), (0.25, 0.4)),
    )
    if palette.windows:
        for x in np.arange(chance.uniform(0.1, 0.4), WIDTH, chance.uniform(0.7, 1.2)):
            window(board, chance, palette, x, 0.3, 0.5, 0.42)
            for y in np.arange(0.31, 0.7, 0.035) if chance.random() < 0.6 else ():
                board.line(((x, y), (x + 0.5, y)), dimmed((215, 215, 210), palette.light), 0.005)
    desk = palette.lit(chance, 0.09, 0.05, (0.05, 0.35), (0.5, 0.85))
    for x in np.arange(chance.uniform(0, 0.3), WIDTH, 0.75):
        table(board, desk, x, 0.6, 0.96)
        board.box(x + 0.18, 0.76, x + 0.44, 0.93, (25, 27, 30))
        board.box(x + 0.19, 0.77, x + 0.43, 0.92, mixed((150, 190, 230), palette.any(chance), 0.4))
        board.box(x + 0.29, 0.93, x + 0.33, 0.96, (40, 42, 45))


def meeting(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A long table, chairs, a white board, glass."""
    office_wall = walls(board, chance, palette, value=(0.65, 0.92))
    del time, office_wall
    windows(board, chance, palette, int(chance.integers(3, 6)))
    x = chance.uniform(0.3, 2.6)
    board.box(x, 0.35, x + 0.8, 0.8, dimmed((245, 246, 248), palette.light))
    for y in (0.45, 0.52, 0.6):
        board.line(((x + 0.08, y), (x + chance.uniform(0.3, 0.7), y)), palette.any(chance, (0.3, 0.7)), 0.01)
    chair = palette.any(chance, (0.1, 0.4))
    for at in np.arange(0.3, WIDTH - 0.2, 0.4):
        board.box(at, 0.86, at + 0.2, 1.12, chair)
    table(board, palette.lit(chance, 0.08, 0.04, (0.2, 0.5), (0.3, 0.7)), 0.2, WIDTH - 0.4, 1.02)
    for at in chance.uniform(0.3, WIDTH - 0.5, 6):
        board.box(at, 1.005, at + 0.14, 1.02, dimmed((250, 250, 250), palette.light))
    for at in np.arange(0.4, WIDTH, 0.9):
        board.box(at, 0.03, at + 0.35, 0.06, (250, 250, 245))


def car(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Inside a car: pillars, roof lining, seats, dashboard."""
    del time
    lining = dimmed(palette.lit(chance, 0.1, 0.4, (0.0, 0.15), (0.15, 0.4)), 0.55 if palette.time == "night" else 0.85)
    board.veil(lining, 1.0)
    board.gradient(0, 0.3, dimmed(lining, 1.2), lining)
    seat = dimmed(palette.any(chance, (0.15, 0.5)), 0.6 if palette.time == "night" else 0.9)
    for x in np.arange(0.45, WIDTH, 1.0):
        board.box(x - 0.2, 0.78, x + 0.2, 1.5, seat)
        board.box(x - 0.09, 0.66, x + 0.09, 0.76, dimmed(seat, 0.9))
    board.below(np.full(8, 1.26), dimmed(lining, 0.6), 0, WIDTH)
    for x in np.arange(0.2, WIDTH, 1.0):
        board.glow(x, 1.32, 0.06, (60, 190, 140), 0.8)


def carriage(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """Inside a train or bus: rows of windows, rails to hold, seats."""
    del time
    wall = palette.lit(chance, 0.55, 0.3, (0.0, 0.25), (0.6, 0.85))
    board.veil(wall, 1.0)
    board.box(0, 0, WIDTH, 0.16, dimmed(wall, 1.12))
    for x in np.arange(0.1, WIDTH, 0.9):
        board.box(x, 0.06, x + 0.6, 0.09, (250, 250, 240))
    seat = palette.any(chance, (0.25, 0.6))
    for x in np.arange(0.1, WIDTH, 0.5):
        board.box(x, 0.84, x + 0.28, 1.3, seat)
    board.line(((0, 0.22), (WIDTH, 0.22)), dimmed((210, 200, 120), palette.light), 0.014)
    for x in np.arange(0.45, WIDTH, 1.3):
        board.line(((x, 0), (x, 1.3)), dimmed((210, 200, 120), palette.light), 0.014)


def holes(painter: object, chance: Chance, shape: tuple[int, ...], density: float) -> Picture:
    """Where a vehicle has windows: 255 there, 0 elsewhere, [height, width]."""
    del chance
    mask = Board(np.zeros((*shape[:2], 3), np.uint8), density)
    white = (255.0, 255.0, 255.0)
    if painter is car:
        for x in np.arange(0.0, WIDTH, 1.0):
            mask.poly(((x + 0.12, 0.34), (x + 0.88, 0.34), (x + 0.96, 0.78), (x + 0.04, 0.78)), white)
    else:
        for x in np.arange(0.12, WIDTH, 0.72):
            mask.box(x, 0.3, x + 0.6, 0.78, white)
    return mask.pixels[..., 0].copy()


def studio(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A news or talk studio: coloured panels, a desk, a big screen; no windows."""
    del time
    hue = palette.hue(chance)
    board.gradient(0, 1.12, hsv(hue, 0.75, 0.15), hsv(hue, 0.7, 0.4))
    for x in np.arange(0, WIDTH, chance.uniform(0.3, 0.5)):
        board.box(x, 0.1, x + 0.02, 1.1, hsv(hue, 0.35, 0.95))
        board.glow(x, 0.6, 0.25, hsv(hue, 0.6, 0.5), 0.5)
    for x in np.arange(chance.uniform(0.2, 0.5), WIDTH, 1.5):
        board.box(x, 0.25, x + 0.6, 0.65, hsv(palette.hue(chance), 0.5, 0.8))
        board.box(x + 0.04, 0.5, x + 0.4, 0.58, (240, 240, 245))
    board.gradient(1.1, HEIGHT, hsv(hue, 0.4, 0.35), hsv(hue, 0.4, 0.15))
    for x in (0.6, 2.0, 3.2):
        board.poly(
            ((x - 0.45, 1.0), (x + 0.45, 1.0), (x + 0.35, 1.3), (x - 0.35, 1.3)), hsv(palette.hue(chance), 0.3, 0.75)
        )
        board.box(x - 0.5, 0.98, x + 0.5, 1.02, (235, 238, 242))


def stage(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A dark stage with curtains and beams of light."""
    del time
    cloth = hsv(palette.hue(chance), 0.7, 0.3)
    for x in np.arange(0, WIDTH, 0.09):
        board.box(x, 0, x + 0.05, 1.15, dimmed(cloth, chance.uniform(0.5, 1.0)))
        board.box(x + 0.05, 0, x + 0.09, 1.15, dimmed(cloth, 0.35))
    board.gradient(1.1, HEIGHT, hsv(palette.hue(chance, 0.08, 0.03), 0.4, 0.35), (20, 16, 14))
    for _ in range(int(chance.integers(3, 7))):
        x, tint = chance.uniform(0.2, WIDTH - 0.2), hsv(palette.hue(chance), chance.uniform(0.1, 0.7), 1.0)
        drift = chance.uniform(-0.4, 0.4)
        for n in range(12):
            board.glow(x + drift * n / 12, 0.1 * n, 0.1 + 0.02 * n, tint, 0.2)
        board.ellipse(x, 0.03, 0.05, 0.03, (255, 255, 245))


def hall(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A warehouse, a gym or a restaurant: high walls, beams, columns."""
    del time
    walls(board, chance, palette, value=(0.35, 0.75))
    beam = palette.lit(chance, 0.08, 0.3, (0.0, 0.4), (0.2, 0.4))
    for x in np.arange(chance.uniform(0, 0.4), WIDTH, chance.uniform(0.5, 0.9)):
        board.box(x, 0, x + 0.06, 1.12, beam)
        board.line(((x, 0.2), (x + 0.5, 0.02)), beam, 0.02)
    if palette.windows:
        for x in np.arange(0.2, WIDTH, 0.6):
            window(board, chance, palette, x, 0.12, 0.32, 0.2)
    for x in np.arange(0.3, WIDTH, 0.8):
        lamp(board, chance, palette, x, hung=True)
    for at in chance.uniform(0, WIDTH - 0.4, int(chance.integers(2, 7))):
        if chance.random() < 0.5:
            table(board, palette.any(chance), at, 0.4, 1.0)
        else:
            board.box(at, chance.uniform(0.8, 0.98), at + 0.25, 1.15, palette.any(chance))


def corridor(board: Board, chance: Chance, palette: Palette, time: str) -> None:
    """A corridor, a basement or a tunnel, in perspective; doors and tubes, no window."""
    del time
    wall = palette.lit(chance, 0.1, 0.5, (0.05, 0.35), (0.3, 0.7))
    x, y = chance.uniform(1.5, 2.5), chance.uniform(0.65, 0.8)
    board.veil(wall, 1.0)
    floor = palette.lit(chance, 0.1, 0.4, (0.0, 0.3), (0.25, 0.5))
    board.poly(((x - 0.25, y + 0.18), (x + 0.25, y + 0.18), (WIDTH + 0.5, HEIGHT), (-0.5, HEIGHT)), floor)
    board.poly(((x - 0.25, y - 0.18), (x + 0.25, y - 0.18), (WIDTH + 0.5, -0.3), (-0.5, -0.3)), dimmed(wall, 1.15))
    board.box(x - 0.25, y - 0.18, x + 0.25, y + 0.18, dimmed(wall, 0.45))
    door = palette.any(chance, (0.25, 0.7))
    for near in (0.25, 0.45, 0.7):
        for side in (-1, 1):
            left = x + side * (0.25 + 1.6 * near)
            board.box(left - 0.14 * near, y - 0.55 * near - 0.05, left + 0.14 * near, y + 0.18 + 0.6 * near, door)
    for near in (0.1, 0.25, 0.45, 0.75):
        at = y - 0.18 - 0.65 * near
        board.box(x - 0.12 * near - 0.03, at, x + 0.12 * near + 0.03, at + 0.015 + 0.02 * near, (252, 252, 240))
        board.glow(x, at, 0.2 + 0.35 * near, (120, 118, 105), 0.55)

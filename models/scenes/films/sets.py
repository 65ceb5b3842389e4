"""Sets: places that are drawn once a scene and filmed from several positions.

``build`` returns two sides of the same place (what the camera sees from here and from there): same colours, same light,
other things. A side is a wide picture; of a vehicle, also what passes its windows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.scenes.films import indoors, outdoors
from models.scenes.films.board import Board, Picture
from models.scenes.films.finish import styled
from models.scenes.films.light import Palette, light_of
from models.scenes.films.plan import HEIGHT, WIDTH
from models.scenes.films.pools import Chance, chance_of

Painter = Callable[[Board, Chance, Palette, str], None]

PAINTERS: dict[tuple[str, str], tuple[Painter, ...]] = {
    ("outdoor", "street"): (outdoors.street, outdoors.avenue, outdoors.skyline),
    ("outdoor", "nature"): (outdoors.hills, outdoors.forest, outdoors.mountains),
    ("outdoor", "water"): (outdoors.beach, outdoors.lake, outdoors.river),
    ("outdoor", "other"): (outdoors.desert, outdoors.yard),
    ("indoor", "room"): (indoors.living, indoors.kitchen, indoors.bedroom),
    ("indoor", "office"): (indoors.office, indoors.meeting),
    ("indoor", "vehicle"): (indoors.car, indoors.carriage),
    ("indoor", "studio"): (indoors.studio, indoors.stage),
    ("indoor", "other"): (indoors.hall, indoors.corridor),
}
WINDOWLESS = {indoors.studio, indoors.stage, indoors.corridor}


@dataclass(frozen=True)
class Side:
    """*picture* uint8 [1.5 · density, 4 · density, 3]; *holes* (0 to 255) where *beyond* passes by."""

    picture: Picture
    density: float
    holes: Picture | None = None
    beyond: Picture | None = None


def painter_of(place: str, setting: str, number: int) -> Painter:
    """The way set *number* is drawn."""
    makers = PAINTERS[place, setting]
    return makers[int(chance_of("painter", setting, number).integers(len(makers)))]


def windowed(place: str, setting: str, number: int) -> bool:
    """Whether its pictures can tell the time of day."""
    if place == "outdoor":
        return True
    if painter_of(place, setting, number) in WINDOWLESS:
        return False
    return setting == "vehicle" or chance_of("windows", setting, number).random() < 0.8


def palette_of(pool: str, place: str, setting: str, number: int, time: str, blue: bool) -> Palette:
    """The colours and the light of a set at a time."""
    chance = chance_of("palette", setting, number)
    windows = windowed(place, setting, number)
    light = light_of(place, time, windows=windows, blue=blue)
    jitter = chance.uniform(0.93, 1.07, 3)
    return Palette(pool, time, blue, windows, (light[0] * jitter[0], light[1] * jitter[1], light[2] * jitter[2]))


@lru_cache(maxsize=12)
def build(
    pool: str, place: str, setting: str, number: int, time: str, *, blue: bool, style: str, density: float
) -> tuple[Side, Side]:
    """Both sides of set *number*; *density* is pixels a height of the frame."""
    palette = palette_of(pool, place, setting, number, time, blue)
    painter = painter_of(place, setting, number)
    sides = []
    for side in (0, 1):
        chance = chance_of("side", setting, number, side)
        shape = (round(HEIGHT * density), round(WIDTH * density), 3)
        board = Board(np.zeros(shape, np.uint8), density)
        painter(board, chance, palette, time)
        picture = styled(board.pixels, style, chance_of("style", number, side), density)
        holes, beyond = None, None
        if setting == "vehicle":
            holes = indoors.holes(painter, chance_of("side", setting, number, side), shape, density)
            beyond = _beyond(palette, number, shape, density, style)
        sides.append(Side(picture, density, holes, beyond))
    return sides[0], sides[1]


def _beyond(palette: Palette, number: int, shape: tuple[int, ...], density: float, style: str) -> Picture:
    """What passes the windows of a vehicle, twice as wide as a set and joined at its ends."""
    maker = (outdoors.street, outdoors.hills)[number % 2]
    outside = Palette(
        palette.pool, palette.time, False, True, light_of("outdoor", palette.time, windows=True, blue=False)
    )
    board = Board(np.zeros(shape, np.uint8), density)
    maker(board, chance_of("beyond", number), outside, palette.time)
    picture = styled(board.pixels, style, chance_of("style", number, 2), density)
    return np.concatenate([picture, picture[:, ::-1]], axis=1)

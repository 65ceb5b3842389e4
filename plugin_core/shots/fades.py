"""
Fades: a picture that goes over into a plain one (black, white, a colour), or comes out of one.

How much there is to be seen in a picture, against the plain one, falls and rises in a ramp, whatever moves in it. What
comes back to the picture it left is a flash.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from plugin_core.shots.measuring import Rows
from plugin_core.shots.ramps import PLAIN, Ramp, ramp_of, same_picture, spread

OUT, IN = "fade-out", "fade-in"
HOLD = 30  # frames of a plain picture between a fade out and a fade in; longer, it is a shot of its own
LONGEST = 60  # frames of a fade one way
INTO = 6  # frames of the plain picture in which the ramp may still go on: the last of it is hardly seen
FLASH = 12  # frames of a plain picture that is a flash if what was there before comes back
BLACK = 16.0  # grey level
SHARE = 0.6  # of the level's course that a ramp must explain


def fades(rows: Rows, low: int, high: int) -> Iterator[Ramp]:
    """The fades to and from the plain pictures that begin or end between rows *low* and *high*."""
    plain = _plain(rows)
    for at in range(max(1, low), min(len(rows), high)):
        if plain[at] and not plain[at - 1]:
            ramp = _fade(rows, plain, at, -1)
        elif plain[at - 1] and not plain[at]:
            ramp = _fade(rows, plain, at - 1, 1)
        else:
            continue
        if ramp is not None:
            yield ramp


def _plain(rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which pictures are plain; in a film of nothing but plain pictures, which are black."""
    empty = spread(rows) < PLAIN
    return np.asarray(empty & (rows.mean(axis=1) < BLACK) if empty.all() else empty, np.bool_)


def _fade(rows: Rows, plain: np.ndarray[tuple[int], np.dtype[np.bool_]], edge: int, way: int) -> Ramp | None:
    """The fade at *edge*, the plain picture nearest to a picture that lies before (*way* -1) or after it (1)."""
    inner = edge
    while 0 <= inner - way < len(rows) and plain[inner - way] and abs(inner - edge) < INTO:
        inner -= way
    outer = edge
    while 0 <= outer + way < len(rows) and not plain[outer + way] and abs(outer - edge) < 2 * LONGEST:
        outer += way
    if 0 <= outer + way < len(rows) and plain[outer + way]:
        outer = edge + int((outer - edge) / 2)  # the other half of this shot is the next fade's
    outer = min(max(outer, edge - LONGEST - INTO), edge + LONGEST + INTO)
    low, high = min(inner, outer), max(inner, outer)
    if high - low < 3:
        return None
    colour = rows[inner].reshape(-1, 3).mean(axis=0)
    seen = rows[low : high + 1].reshape(high - low + 1, -1, 3) - colour
    level = np.sqrt(np.square(seen).mean(axis=(1, 2), dtype=np.float64))
    middle = edge - low + (way > 0)
    begin, end = (place + low for place in ramp_of(level, min(max(middle, 1), high - low - 1)))
    if end - begin < 3 or _unexplained(level, begin - low, end - low) > 1 - SHARE:
        return None
    if _is_flash(rows, plain, edge, way, begin if way < 0 else end):
        return None
    mixed = _unexplained(level, begin - low, end - low)
    return Ramp(OUT if way < 0 else IN, begin + 1, end - 1, mixed, float(np.ptp(level)))


def _unexplained(level: np.ndarray[tuple[int], np.dtype[np.float64]], begin: int, end: int) -> float:
    """The share of the level's variance that a ramp from *begin* to *end* leaves."""
    shape = np.clip((np.arange(len(level)) - begin) / (end - begin), 0, 1)
    shape -= shape.mean()
    around = level - level.mean()
    whole = float(np.square(around).sum())
    return 1 - float(shape @ around) ** 2 / max(float(np.square(shape).sum()) * whole, 1e-9)


def _is_flash(rows: Rows, plain: np.ndarray[tuple[int], np.dtype[np.bool_]], edge: int, way: int, picture: int) -> bool:
    """Whether the other side of the plain picture at *edge* shows what *picture* shows, soon."""
    far = edge
    while 0 <= far - way < len(rows) and plain[far - way]:
        far -= way
        if abs(far - edge) > FLASH:
            return False
    beyond = [far - way * k for k in range(1, FLASH + 1) if 0 <= far - way * k < len(rows)]
    return any(same_picture(rows[picture], rows[place]) for place in beyond if not plain[place])

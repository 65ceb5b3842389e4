"""What a shot shows when nobody filmed it: a place of textured layers, a camera that moves in it, things that move.

A *place* is drawn from a number; several shots can be filmed in one place, as several shots of a scene are. Lengths are
shares of the width of the view, times are frames. Colours have no order: a network trained on them must not mind
whether it is given RGB or BGR.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]
Chance = np.random.Generator
TILE = 320  # pixels of a texture's side
MOVES = ("still", "pan", "zoom", "hand", "turn", "whip", "rush", "quake")
OFTEN = (0.22, 0.24, 0.13, 0.18, 0.06, 0.08, 0.05, 0.04)


@dataclass(frozen=True)
class Layer:
    """A texture (TILE, TILE, 3), where it is to be seen (TILE, TILE; 0 to 1), how much of the camera it follows."""

    texture: Pixels
    mask: Float | None
    depth: float  # 0: infinitely far, 1: where the camera looks, more: nearer
    scale: float  # tiles per width of the view


@dataclass(frozen=True)
class Thing:
    """A sprite (n, n, 3) with its mask and its way through the view."""

    sprite: Pixels
    mask: Float
    where: Callable[[float], tuple[float, float, float]]  # time to x, y, size


@dataclass(frozen=True)
class Place:
    """What can be filmed."""

    layers: tuple[Layer, ...]
    night: float


def palette(chance: Chance, night: float) -> Pixels:
    """A table of 256 colours between a few that go together."""
    number = int(chance.integers(2, 6))
    base = chance.uniform(0, 255, 3)
    colours = np.clip(base + chance.normal(0, chance.uniform(15, 110), (number, 3)), 0, 255)
    grey = colours.mean(1, keepdims=True)
    colours = grey + (colours - grey) * chance.choice([0.0, 0.35, 0.7, 1.1], p=[0.15, 0.45, 0.3, 0.1])
    axis = np.linspace(0, number - 1, 256)
    table = np.stack([np.interp(axis, np.arange(number), colours[:, k]) for k in range(3)], 1)
    return np.clip(table * (1 - night), 0, 255).astype(np.uint8)


def clouds(chance: Chance, falloff: float, first: int = 2) -> Float:
    """Noise of all sizes, (TILE, TILE), 0 to 1."""
    made, weight, size = np.zeros((TILE, TILE), np.float32), 1.0, first
    while size <= TILE // 2:
        grid = chance.random((size, size), np.float32)
        made += weight * cv2.resize(grid, (TILE, TILE), interpolation=cv2.INTER_CUBIC)
        weight, size = weight * falloff, size * 2
    low, high = np.percentile(made, [1, 99])
    return np.asarray(np.clip((made - low) / max(float(high - low), 1e-3), 0, 1), np.float32)


def shapes(chance: Chance) -> Float:
    """Rectangles, discs, polygons and lines over one another."""
    made = np.full((TILE, TILE), float(chance.random()), np.float32)
    for _ in range(int(chance.integers(8, 90))):
        x, y, r = (int(v) for v in chance.integers([0, 0, 3], [TILE, TILE, 60]))
        value = float(chance.random())
        kind = int(chance.integers(0, 4))
        if kind == 0:
            cv2.rectangle(made, (x, y), (x + r, y + int(r * chance.uniform(0.3, 3))), value, -1)
        elif kind == 1:
            axes = (r, int(r * chance.uniform(0.3, 1.5)) + 1)
            cv2.ellipse(made, (x, y), axes, float(chance.uniform(0, 180)), 0, 360, value, -1)
        elif kind == 2:
            points = (np.array([x, y]) + chance.integers(-r, r + 1, (int(chance.integers(3, 6)), 2))).astype(np.int32)
            cv2.fillPoly(made, [points], value)
        else:
            end = (x + int(chance.integers(-80, 80)), y + int(chance.integers(-80, 80)))
            cv2.line(made, (x, y), end, value, int(chance.integers(1, 8)))
    return made


def grid(chance: Chance) -> Float:
    """Windows, bricks, boards: a pattern that repeats with some of its cells lit."""
    columns, rows = (int(v) for v in chance.integers(4, 24, 2))
    cells = chance.random((rows, columns)).astype(np.float32) ** float(chance.uniform(0.3, 4))
    made = cv2.resize(cells, (TILE, TILE), interpolation=cv2.INTER_NEAREST)
    line, gap = float(chance.random()), int(chance.integers(1, 5))
    for k in range(columns):
        made[:, k * TILE // columns : k * TILE // columns + gap] = line
    for k in range(rows):
        made[k * TILE // rows : k * TILE // rows + gap] = line
    return made


def texture(chance: Chance, night: float) -> Pixels:
    """One of many surfaces, in some colours."""
    kind = int(chance.integers(0, 6))
    if kind <= 1:
        values = clouds(chance, float(chance.uniform(0.4, 0.9)), int(chance.integers(1, 9)) + 1)
    elif kind == 2:
        values = shapes(chance)
    elif kind == 3:
        values = grid(chance)
    elif kind == 4:
        values = np.tile(np.linspace(0, 1, TILE, dtype=np.float32)[:, None], (1, TILE))
        values = 0.8 * values + 0.2 * clouds(chance, 0.6)
    else:
        values = 0.5 * shapes(chance) + 0.5 * clouds(chance, 0.7)
    if chance.random() < 0.5:
        values = np.rot90(values, int(chance.integers(0, 4)))
    made = palette(chance, night)[(np.clip(values, 0, 1) * 255).astype(np.uint8)]
    if chance.random() < 0.4:
        made = cv2.addWeighted(
            made, 0.75, palette(chance, night)[(clouds(chance, 0.8) * 255).astype(np.uint8)], 0.25, 0
        )
    return np.ascontiguousarray(made, np.uint8)


def outline(chance: Chance) -> Float:
    """Where a layer is opaque: a ridge with the sky above, islands, or posts."""
    kind = int(chance.integers(0, 3))
    if kind == 0:
        hills = np.interp(np.arange(TILE), np.linspace(0, TILE, 24), chance.random(24))
        heights = hills if chance.random() < 0.5 else np.repeat(chance.random(16), TILE // 16)
        ridge = TILE * (0.45 + 0.4 * heights)
        return (np.arange(TILE)[:, None] > ridge[None, :]).astype(np.float32)
    if kind == 1:
        field = clouds(chance, 0.5, 3)
        return np.clip((field - chance.uniform(0.45, 0.75)) * 12, 0, 1).astype(np.float32)
    made = np.zeros((TILE, TILE), np.float32)
    for _ in range(int(chance.integers(1, 5))):
        x, w = int(chance.integers(0, TILE)), int(chance.integers(6, 50))
        made[:, x : x + w] = 1.0
    return made


def place(chance: Chance) -> Place:
    """Somewhere, by day or by night."""
    night = float(chance.choice([0.0, 0.35, 0.7], p=[0.68, 0.2, 0.12]))
    layers = [Layer(texture(chance, night), None, float(chance.uniform(0.1, 1.0)), float(chance.uniform(0.35, 1.6)))]
    for _ in range(int(chance.choice([0, 1, 2, 3], p=[0.25, 0.35, 0.25, 0.15]))):
        depth = float(chance.uniform(0.4, 1.8))
        layers.append(Layer(texture(chance, night), outline(chance), depth, float(chance.uniform(0.4, 1.3))))
    return Place(tuple(sorted(layers, key=lambda layer: layer.depth if layer.mask is not None else -1.0)), night)


def figure(chance: Chance) -> Float:
    """The mask of a thing: a person, a disc, a box, a leaf."""
    made = np.zeros((64, 64), np.float32)
    kind = int(chance.integers(0, 4))
    if kind == 0:
        cv2.circle(made, (32, 14), 9, 1.0, -1)
        cv2.ellipse(made, (32, 48), (int(chance.integers(10, 22)), 26), 0, 0, 360, 1.0, -1)
    elif kind == 1:
        cv2.circle(made, (32, 32), 30, 1.0, -1)
    elif kind == 2:
        half = int(chance.integers(8, 31))
        made[32 - half : 32 + half, 2:62] = 1.0
    else:
        cv2.fillPoly(made, [chance.integers(0, 64, (5, 2)).astype(np.int32)], 1.0)
    return cv2.GaussianBlur(made, (3, 3), 0)


def thing(chance: Chance, frames: int, night: float) -> Thing:
    """Something that stands, wanders, crosses, comes nearer, or passes right before the lens."""
    sprite = cv2.resize(texture(chance, night), (64, 64), interpolation=cv2.INTER_AREA)
    kind = chance.choice(["wander", "cross", "near", "pass"], p=[0.55, 0.25, 0.1, 0.1])
    x, y, size = chance.uniform(0, 1), chance.uniform(0.1, 0.5), chance.uniform(0.06, 0.5)
    swing, pace, phase = chance.uniform(0, 0.12), chance.uniform(0.02, 0.35), chance.uniform(0, 6.3)
    speed = float(chance.choice([-1, 1]) * chance.uniform(0.004, 0.04))
    start, length = chance.uniform(0, frames), chance.uniform(6, 30)

    def where(t: float) -> tuple[float, float, float]:
        if kind == "wander":
            return x + swing * np.sin(pace * t + phase), y + 0.5 * swing * np.sin(1.7 * pace * t), size
        if kind == "cross":
            return (x + speed * t) % 1.6 - 0.3, y + 0.3 * swing * np.sin(pace * t), size
        if kind == "near":
            return x, y, size * float(np.exp(0.02 * np.clip(t - start, 0, 80)))
        across = (t - start) / length * np.sign(speed)
        return 0.5 + 1.6 * across, 0.3, 1.1 + size

    return Thing(sprite, figure(chance), where)


@dataclass(frozen=True)
class Camera:
    """For every frame: where it looks (widths), how near, how much it is turned (radians); and its shutter."""

    x: Float
    y: Float
    zoom: Float
    turn: Float
    blur: bool  # an open shutter: fast motion smears

    def at(self, t: float) -> tuple[float, float, float, float]:
        """Between two frames too."""
        axis = np.arange(len(self.x))
        return tuple(float(np.interp(t, axis, v)) for v in (self.x, self.y, self.zoom, self.turn))  # type: ignore[return-value]


def camera(chance: Chance, frames: int) -> Camera:
    """One of MOVES, from somewhere in the place."""
    move = str(chance.choice(MOVES, p=OFTEN))
    t = np.arange(frames, dtype=np.float32)
    x, y, log, turn = np.zeros(frames), np.zeros(frames), np.zeros(frames), np.zeros(frames)
    ease = smooth((t - chance.uniform(0, frames * 0.5)) / chance.uniform(20, max(21, frames)))
    if move in ("pan", "turn"):
        direction, speed = chance.uniform(0, 6.3), chance.uniform(0.001, 0.035)
        along = np.asarray(speed * (t if chance.random() < 0.6 else ease * frames * 0.5))
        x, y = along * np.cos(direction), 0.6 * along * np.sin(direction)
    if move == "zoom":
        log = chance.choice([-1, 1]) * (chance.uniform(0.002, 0.012) * t)
    if move == "turn":
        turn = chance.uniform(-0.01, 0.01) * t
    if move in ("whip", "rush"):
        at, length = chance.uniform(5, max(6, frames - 5)), chance.uniform(5, 22)
        step = smooth((t - at) / length + 0.5)
        if move == "whip":
            x, y = chance.choice([-1, 1]) * chance.uniform(0.6, 2.5) * step, chance.uniform(-0.4, 0.4) * step
        else:
            log = chance.choice([-1, 1]) * chance.uniform(0.5, 1.1) * step
    shake = {"hand": 0.006, "quake": 0.03}.get(move, 0.0) * chance.uniform(0.5, 1.5)
    if shake or chance.random() < 0.3:
        x, y = x + wobble(chance, frames, shake or 0.002), y + wobble(chance, frames, shake or 0.002)
    return Camera(
        (x + chance.uniform(-3, 3)).astype(np.float32), (y + chance.uniform(-0.4, 0.4)).astype(np.float32),
        np.exp(log + chance.uniform(-0.4, 0.5)).astype(np.float32), (turn + chance.normal(0, 0.03)).astype(np.float32),
        move in ("whip", "rush") or bool(chance.random() < 0.5),
    )  # fmt: skip


def smooth(x: Any) -> Any:
    """0 before 0, 1 after 1, without a corner."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def wobble(chance: Chance, frames: int, size: float) -> npt.NDArray[np.float64]:
    """The trembling of a hand."""
    steps = chance.normal(0, size, frames + 8)
    return np.convolve(steps, np.ones(5) / 2.2, "same")[4 : 4 + frames]


def light(chance: Chance, frames: int) -> Float:
    """What every frame is multiplied by: steady, drifting, or the flicker of a fire or an old lamp."""
    t = np.arange(frames)
    kind = chance.random()
    if kind < 0.6:
        return np.ones(frames, np.float32)
    if kind < 0.8:
        slow = np.sin(t * chance.uniform(0.01, 0.12) + chance.uniform(0, 6))
        return (1 + chance.uniform(0.05, 0.35) * slow).astype(np.float32)
    return (1 + np.clip(chance.normal(0, chance.uniform(0.01, 0.12), frames), -0.4, 0.4)).astype(np.float32)


def seen(layer: Layer, view: tuple[float, float, float, float], width: int, height: int) -> tuple[Any, Any]:
    """The layer's pixels and mask (None: everywhere) in a view of *width* x *height*."""
    x, y, zoom, turn = view
    scale = layer.scale * TILE / width / (1 + (zoom - 1) * min(1.0, layer.depth))
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0]], np.float64)
    middle = np.array([width / 2, height / 2])
    centre = np.array([x * layer.depth * layer.scale * TILE, (0.5 + y * layer.depth * layer.scale) * TILE])
    matrix[:, 2] = centre - matrix[:, :2] @ middle
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pixels = cv2.warpAffine(layer.texture, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
    if layer.mask is None:
        return pixels, None
    return pixels, cv2.warpAffine(layer.mask, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)


def put(picture: Any, pixels: Any, mask: Any) -> Any:
    """*pixels* over the picture where the mask is."""
    return picture + (pixels - picture) * mask[..., None]


def picture(where: Place, things: Sequence[Thing], way: Camera, t: float, size: tuple[int, int]) -> Float:
    """One instant, (height, width, 3), 0 to 255; *size* is width and height."""
    (width, height), view = size, way.at(t)
    made: Any = None
    for layer in where.layers:
        pixels, mask = seen(layer, view, width, height)
        made = pixels.astype(np.float32) if mask is None else put(made, pixels, mask)
    for one in things:
        x, y, size = one.where(t)
        zoom = size * width / 64
        matrix = np.array([[zoom, 0, x * width - 32 * zoom], [0, zoom, y * width - 32 * zoom]], np.float64)
        if x + size < 0 or x - size > 1:
            continue
        mask = cv2.warpAffine(one.mask, matrix, (width, height))
        made = put(made, cv2.warpAffine(one.sprite, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), mask)
    return np.asarray(made, np.float32)


def shot(where: Place, chance: Chance, frames: int, width: int, height: int) -> Pixels:
    """*frames* of one camera in a place, (frames, height, width, 3); drawn twice as large, so that edges are smooth."""
    way, lamp = camera(chance, frames), light(chance, frames)
    things = tuple(thing(chance, frames, where.night) for _ in range(int(chance.integers(0, 5))))
    big = (2 * width, 2 * height)
    dust = chance.uniform(0, 1, (int(chance.integers(20, 120)), 2)) if chance.random() < 0.08 else None
    fall = chance.uniform(-0.03, 0.03), chance.uniform(0.005, 0.08)
    out = np.empty((frames, height, width, 3), np.uint8)
    for t in range(frames):
        view = way.at(t)
        after = way.at(t + 1)
        moved = abs(after[0] - view[0]) + abs(after[1] - view[1]) + abs(after[2] - view[2])
        parts = min(8, 1 + int(moved * 40)) if way.blur else 1
        made = sum(picture(where, things, way, t + k / parts / 2, big) for k in range(parts)) / parts
        if dust is not None:
            at = (dust + np.array(fall) * t) % 1.0
            made[(at[:, 1] * big[1]).astype(int), (at[:, 0] * big[0]).astype(int)] = 230
        out[t] = cv2.resize(
            np.clip(made * lamp[t], 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_AREA
        )
    return out

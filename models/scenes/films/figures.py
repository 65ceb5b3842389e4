"""What moves in front of a set: people who walk, run, fight and talk; cars; explosions; birds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from models.scenes.films.board import Board, Colour, dimmed, hsv, mixed
from models.scenes.films.plan import Actor
from models.scenes.films.pools import POOLS, chance_of

SKINS = ((250, 218, 195), (238, 195, 160), (214, 160, 118), (168, 112, 76), (120, 78, 54), (88, 58, 42))


@dataclass(frozen=True)
class Person:
    """How somebody looks, in daylight."""

    skin: Colour
    hair: Colour
    coat: Colour
    legs: Colour
    long: bool
    bald: bool
    broad: float
    hat: bool
    glasses: bool


@lru_cache(maxsize=4096)
def person(number: int, pool: str) -> Person:
    """Person *number*, whose clothes have the pool's colours."""
    chance, hues = chance_of("person", number), POOLS[pool]
    skin = SKINS[int(chance.integers(len(SKINS)))]
    grey = chance.random() < 0.2
    hair = hsv(
        hues.hue(chance, 0.07, 0.04),
        0.05 if grey else chance.uniform(0.3, 0.7),
        chance.uniform(0.5, 0.85) if grey else chance.uniform(0.06, 0.5),
    )
    coat = hsv(hues.hue(chance), chance.uniform(0.1, 0.85), chance.uniform(0.2, 0.95))
    legs = hsv(hues.hue(chance, 0.6, 0.2), chance.uniform(0.05, 0.5), chance.uniform(0.1, 0.5))
    return Person(
        tuple(float(v) * chance.uniform(0.94, 1.03) for v in skin), hair, coat, legs, chance.random() < 0.45,  # type: ignore[arg-type]
        chance.random() < 0.08, chance.uniform(0.85, 1.2), chance.random() < 0.12, chance.random() < 0.2,
    )  # fmt: skip


def draw(board: Board, actor: Actor, time: float, pool: str, light: Colour, *, mouth: float = 0.0) -> None:
    """The actor at *time* (s of the scene). *mouth* is how far it is open, 0 to 1."""
    x, middle = place(actor, time)[0], board.left + board.pixels.shape[1] / board.scale / 2
    if actor.kind != "blast" and abs(x - middle) > board.pixels.shape[1] / board.scale / 2 + 2 * actor.height:
        return  # far out of the picture
    if actor.kind == "person":
        _person(board, actor, time, person(actor.person, pool), light, mouth)
    elif actor.kind == "car":
        _car(board, actor, time, pool, light)
    elif actor.kind == "blast":
        _blast(board, actor, time)
    else:
        _bird(board, actor, time, light)


def place(actor: Actor, time: float) -> tuple[float, float]:
    """Where its feet are. Fighters lunge, dancers hop, everybody else goes on at his speed."""
    x, y = actor.at
    x += actor.speed * time
    beat = 2 * math.pi * (time + actor.phase)
    if actor.pose == "fight":
        x += 0.09 * actor.height * (math.sin(beat * 1.7) + 0.6 * math.sin(beat * 2.9 + 1))
    elif actor.pose == "dance":
        y -= 0.05 * actor.height * abs(math.sin(beat * 1.1))
        x += 0.03 * actor.height * math.sin(beat * 0.55)
    elif actor.pose in {"run", "walk"}:
        y -= (0.03 if actor.pose == "run" else 0.012) * actor.height * abs(math.sin(beat * _steps(actor)))
    return x, y


def _steps(actor: Actor) -> float:
    """Of the legs, cycles a second."""
    return 1.6 if actor.pose == "run" else 0.8


def _person(board: Board, actor: Actor, time: float, who: Person, light: Colour, mouth: float) -> None:
    x, foot = place(actor, time)
    h = actor.height
    beat = 2 * math.pi * (time + actor.phase)
    sway = 0.008 * h * math.sin(beat * 0.23) if actor.pose not in {"run", "fight"} else 0.0
    lean = actor.turned * h * {"run": 0.07, "fight": 0.05}.get(actor.pose, 0.0)
    hip, neck = foot - 0.47 * h, foot - 0.82 * h
    if actor.pose == "sit":
        hip, neck = foot - 0.40 * h, foot - 0.75 * h
    coat, legs = dimmed(who.coat, light), dimmed(who.legs, light)
    _legs(board, actor, beat, x, foot, hip, legs)
    top = x + lean + sway
    wide = 0.115 * h * who.broad
    _arm(board, actor, beat, (top - wide, neck + 0.04 * h), -1, dimmed(coat, 0.85))
    board.poly(
        ((top - wide * 0.5, neck), (top + wide * 0.5, neck), (top + wide, neck + 0.05 * h),
         (x + wide * 0.85, hip + 0.03 * h), (x - wide * 0.85, hip + 0.03 * h), (top - wide, neck + 0.05 * h)), coat,
    )  # fmt: skip
    _arm(board, actor, beat, (top + wide, neck + 0.04 * h), 1, dimmed(coat, 0.92))
    _head(board, actor, time, who, light, (top + lean * 0.3, neck), mouth)


def _legs(board: Board, actor: Actor, beat: float, x: float, foot: float, hip: float, colour: Colour) -> None:
    h = actor.height
    if actor.pose == "sit":
        board.line(
            (
                (x - 0.05 * h, hip),
                (x - 0.05 * h + 0.12 * h * actor.turned, hip + 0.05 * h),
                (x + 0.07 * h * actor.turned, foot),
            ),
            colour,
            0.075 * h,
        )
        return
    swing = {"run": 0.26, "walk": 0.13, "fight": 0.12, "dance": 0.06}.get(actor.pose, 0.0) * h
    still = 0.035 * h
    angle = beat * _steps(actor)
    for side in (-1, 1):
        step = side * still * (swing == 0) + side * swing * math.sin(angle)
        lift = max(0.0, side * math.cos(angle)) * swing * 0.7
        knee = (x + step * 0.55 + actor.turned * lift * 0.5, (hip + foot) / 2 - lift * 0.4)
        board.line(((x + side * 0.03 * h, hip), knee, (x + step, foot - lift)), colour, 0.07 * h)


def _arm(board: Board, actor: Actor, beat: float, shoulder: tuple[float, float], side: int, colour: Colour) -> None:
    h, (x, y) = actor.height, shoulder
    if actor.pose == "fight":
        reach = math.sin(beat * 2.3 + side)
        hand = (x + actor.turned * h * (0.15 + 0.17 * reach), y + h * (0.08 - 0.16 * abs(reach)))
    elif actor.pose == "dance":
        hand = (x + side * 0.14 * h, y - h * (0.08 + 0.16 * math.sin(beat * 1.1 + side)))
    elif actor.pose == "run":
        hand = (x + actor.turned * 0.14 * h * math.sin(beat * 1.6 + side * 1.57), y + 0.2 * h)
    elif actor.pose == "walk":
        hand = (x + 0.08 * h * math.sin(beat * 0.8 + side * 1.57), y + 0.32 * h)
    else:
        talk = 0.1 * max(0.0, math.sin(beat * 0.4 + side)) if actor.pose == "talk" else 0.0
        hand = (x + side * 0.02 * h + actor.turned * talk * h, y + (0.33 - talk) * h)
    elbow = ((x + hand[0]) / 2 + side * 0.03 * h, (y + hand[1]) / 2 + 0.03 * h)
    board.line(((x - side * 0.02 * h, y), elbow, hand), colour, 0.055 * h)


def _head(
    board: Board, actor: Actor, time: float, who: Person, light: Colour, neck: tuple[float, float], mouth: float
) -> None:
    r = 0.072 * actor.height
    x, y = neck[0], neck[1] - 0.95 * r
    skin, hair = dimmed(who.skin, light), dimmed(who.hair, light)
    nod = 0.06 * r * math.sin(2 * math.pi * (time * 2.1 + actor.phase)) * (mouth > 0)
    y += nod
    board.box(x - 0.35 * r, y + 0.5 * r, x + 0.35 * r, neck[1] + 0.3 * r, dimmed(skin, 0.85))
    if who.long and not who.bald:
        board.ellipse(x - 0.1 * r * actor.turned, y + 0.35 * r, 1.08 * r, 1.3 * r, hair)
    if not who.bald:
        board.ellipse(x - 0.08 * r * actor.turned, y - 0.22 * r, 0.98 * r, 1.05 * r, hair)
    board.ellipse(x + 0.05 * r * actor.turned, y + 0.1 * r, 0.82 * r, 1.0 * r, skin)
    if who.hat:
        board.box(x - 1.2 * r, y - 0.62 * r, x + 1.2 * r, y - 0.45 * r, dimmed(hair, 0.7))
        board.box(x - 0.75 * r, y - 1.3 * r, x + 0.75 * r, y - 0.5 * r, dimmed(hair, 0.7))
    if r * board.scale > 2.2:
        _face(board, actor, time, who, light, (x + 0.16 * r * actor.turned, y), mouth)


def _face(
    board: Board, actor: Actor, time: float, who: Person, light: Colour, middle: tuple[float, float], mouth: float
) -> None:
    r, (x, y) = 0.072 * actor.height, middle
    blink = ((time * 0.31 + actor.phase) % 1) < 0.04
    ink = dimmed((35, 25, 25), light)
    for side in (-1, 1):
        ex = x + side * 0.34 * r
        if not blink:
            board.ellipse(ex, y, 0.16 * r, 0.10 * r, dimmed((245, 245, 245), light))
            board.ellipse(ex + 0.04 * r * actor.turned, y, 0.075 * r, 0.095 * r, ink)
        board.line(((ex - 0.18 * r, y - 0.22 * r), (ex + 0.18 * r, y - 0.22 * r)), dimmed(who.hair, light), 0.06 * r)
        if who.glasses:
            board.line(
                (
                    (ex - 0.22 * r, y - 0.14 * r),
                    (ex + 0.22 * r, y - 0.14 * r),
                    (ex + 0.22 * r, y + 0.14 * r),
                    (ex - 0.22 * r, y + 0.14 * r),
                    (ex - 0.22 * r, y - 0.14 * r),
                ),
                ink,
                0.03 * r,
            )
    board.line(
        ((x, y + 0.05 * r), (x + 0.09 * r * actor.turned, y + 0.3 * r)),
        dimmed(who.skin, tuple(0.75 * v for v in light)),
        0.05 * r,
    )  # type: ignore[arg-type]
    lips = dimmed(mixed(who.skin, (150, 40, 45), 0.65), light)
    board.ellipse(x, y + 0.58 * r, (0.28 - 0.06 * mouth) * r, (0.05 + 0.24 * mouth) * r, lips)
    if mouth > 0.25:
        board.ellipse(x, y + 0.58 * r, 0.17 * r, 0.17 * r * mouth, dimmed((60, 10, 15), light))


def _car(board: Board, actor: Actor, time: float, pool: str, light: Colour) -> None:
    x, foot = actor.at[0] + actor.speed * time, actor.at[1]
    h, side = actor.height, actor.turned
    chance = chance_of("car", actor.person)
    body = dimmed(hsv(POOLS[pool].hue(chance), chance.uniform(0.1, 0.9), chance.uniform(0.3, 0.95)), light)
    foot -= 0.02 * h * abs(math.sin(12 * time + actor.phase))

    def to(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
        return [(x + side * px * h, foot - py * h) for px, py in points]

    board.ellipse(x, foot, 1.25 * h, 0.06 * h, dimmed((10, 10, 12), light))
    board.poly(to(((-1.2, 0.15), (1.2, 0.15), (1.2, 0.45), (0.95, 0.58), (-1.15, 0.6), (-1.22, 0.45))), body)
    board.poly(to(((-0.8, 0.58), (-0.5, 0.95), (0.3, 0.95), (0.7, 0.58))), dimmed(body, 0.9))
    board.poly(to(((-0.68, 0.6), (-0.45, 0.88), (0.25, 0.88), (0.55, 0.6))), dimmed((120, 140, 155), light))
    for wheel in (-0.75, 0.75):
        ((wx, wy),) = to(((wheel, 0.16),))
        board.ellipse(wx, wy, 0.2 * h, 0.2 * h, (14, 14, 16))
        board.ellipse(wx, wy, 0.09 * h, 0.09 * h, dimmed((150, 150, 155), light))
    (fx, fy), (bx, by) = to(((1.18, 0.42), (-1.18, 0.45)))
    if sum(light) < 2:
        board.glow(fx + side * 0.5 * h, fy, 0.9 * h, (255, 245, 200), 0.8)
        board.glow(bx, by, 0.3 * h, (255, 40, 30), 0.9)
    board.ellipse(fx, fy, 0.06 * h, 0.06 * h, (255, 250, 225))


def _blast(board: Board, actor: Actor, time: float) -> None:
    """A fire ball that begins at the actor's phase (s), grows, turns to smoke and throws sparks."""
    age = time - actor.phase
    if age < 0 or age > 2.2:
        return
    chance = chance_of("blast", actor.person)
    (x, y), h = actor.at, actor.height
    size = h * (0.25 + 0.9 * (1 - math.exp(-3.5 * age)))
    heat = max(0.0, 1 - age / 1.3)
    smoke = (60.0, 56.0, 54.0)
    for dx, dy, part in chance.uniform((-0.6, -0.9, 0.25), (0.6, 0.2, 0.6), (14, 3)).tolist():
        tint = mixed(smoke, (255, 140 + 90 * (part < 0.4), 40), heat)
        if age < 1.9 or part < 0.4:
            board.ellipse(x + dx * size, y - 0.3 * age * h + dy * size, part * size, part * size * 0.9, tint)
    if heat > 0:
        board.glow(x, y - 0.3 * size, size * 2.2, (255, 190, 90), heat)
        board.ellipse(x, y - 0.25 * size, 0.4 * size * heat, 0.4 * size * heat, (255, 245, 190))
    for angle, speed in chance.uniform((0, 0.5), (2 * math.pi, 1.8), (10, 2)).tolist():
        sx, sy = x + math.cos(angle) * speed * age * h, y - abs(math.sin(angle)) * speed * age * h + 0.9 * age * age * h
        board.ellipse(sx, sy, 0.025 * h, 0.025 * h, (255, 210, 120) if heat > 0.2 else smoke)


def _bird(board: Board, actor: Actor, time: float, light: Colour) -> None:
    x, y = actor.at[0] + actor.speed * time, actor.at[1] + 0.02 * math.sin(time + actor.phase)
    flap = actor.height * 0.5 * math.sin(2 * math.pi * (2.2 * time + actor.phase))
    board.line(
        ((x - actor.height, y - flap), (x, y), (x + actor.height, y - flap)),
        dimmed((40, 40, 45), light),
        0.2 * actor.height,
    )

"""How one shot becomes the next: cuts, dissolves, fades through a colour, wipes.

A change is told by its kind and the first and last frame that belong to it. For a cut both are the first frame of the
new shot; otherwise they are the first and the last frame that show neither shot as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.shots.scenery import Chance, Float, Pixels, smooth

KINDS = ("cut", "dissolve", "fade", "wipe")  # in the order of the network's output ``kind``
LONGEST = 70  # frames of a dissolve
LONGEST_HOLD = 30  # frames; a colour that stays longer is a shot of its own between two fades


@dataclass(frozen=True)
class Change:
    """One of KINDS and its frames."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True)
class Join:
    """
    A change to be made: *out* frames of the old shot and *into* frames of the new one become *length* frames.

    *changes* count from the first of these frames.
    """

    out: int
    into: int
    length: int
    changes: tuple[Change, ...]
    blend: Callable[[Pixels, Pixels], Pixels]


def join(kind: str, chance: Chance, *, length: int = 0) -> Join:
    """A change of this kind; *length* frames if given, otherwise as many as editors use."""
    if kind == "cut":
        return Join(0, 0, 0, (Change("cut", 0, 0),), lambda _, new: new[:0])
    if kind == "fade":
        return fade(chance, length)
    longest = LONGEST if kind == "dissolve" else 45
    frames = length or lasting(chance, 2 if kind == "dissolve" else 5, longest)
    blend = dissolve(chance, frames) if kind == "dissolve" else wipe(chance, frames)
    return Join(frames, frames, frames, (Change(kind, 0, frames - 1),), blend)


def lasting(chance: Chance, shortest: int, longest: int) -> int:
    """A length; as many between 4 and 8 frames as between 8 and 16."""
    return round(float(np.exp(chance.uniform(np.log(shortest), np.log(longest)))))


def course(chance: Chance, frames: int) -> Float:
    """How far the change is at each frame: evenly, with an ease, or slow at one end."""
    steps = (np.arange(frames, dtype=np.float32) + 1) / (frames + 1)
    kind = chance.random()
    if kind < 0.55:
        return steps
    if kind < 0.8:
        return np.asarray(smooth(steps), np.float32)
    return np.asarray(steps ** float(chance.choice([0.7, 1.4])), np.float32)


def mixed(a: Pixels, b: Pixels, share: Float, gamma: float = 1.0) -> Pixels:
    """*share* of b in a; in light if *gamma* is 2.2."""
    if gamma == 1.0:
        made = a + (b.astype(np.float32) - a) * share
        return np.clip(made + 0.5, 0, 255).astype(np.uint8)
    light = (np.arange(256, dtype=np.float32) / 255) ** gamma
    made = light[a] + (light[b] - light[a]) * share
    return np.clip(255 * made ** (1 / gamma) + 0.5, 0, 255).astype(np.uint8)


def dissolve(chance: Chance, frames: int) -> Callable[[Pixels, Pixels], Pixels]:
    """Both shots over one another."""
    share, gamma = course(chance, frames)[:, None, None, None], 2.2 if chance.random() < 0.2 else 1.0
    return lambda a, b: mixed(a, b, share, gamma)


def fade(chance: Chance, length: int = 0) -> Join:
    """Out to black, white or a colour, some frames of it, and in again; one side may be cut."""
    out, into = lasting(chance, 2, 35), lasting(chance, 2, 35)
    hold = int(chance.choice([0, 1, 2, 3, 6, 12, 20, LONGEST_HOLD]))
    if chance.random() < 0.25:
        hold = int(chance.integers(LONGEST_HOLD + 6, 3 * LONGEST_HOLD))
    one_sided = chance.random()
    if one_sided < 0.2:
        out, into, hold = (0, into, max(3, hold)) if one_sided < 0.1 else (out, 0, max(3, hold))
    if length:
        out, hold, into = length // 2, length - 2 * (length // 2), length // 2
    tone = chance.choice(["black", "white", "colour"], p=[0.7, 0.25, 0.05])
    colour = {"black": chance.uniform(0, 14), "white": chance.uniform(235, 255)}.get(str(tone), 0.0)
    paint = np.asarray(chance.uniform(0, 255, 3) if tone == "colour" else np.full(3, colour), np.float32).astype(
        np.uint8
    )
    down = course(chance, out)[:, None, None, None]
    up = 1 - course(chance, into)[:, None, None, None]

    def blend(a: Pixels, b: Pixels) -> Pixels:
        shape = (a if out else b).shape[1:]
        flat = np.broadcast_to(paint, (hold, *shape))
        parts = [mixed(a, np.broadcast_to(paint, a.shape), down), flat, mixed(b, np.broadcast_to(paint, b.shape), up)]
        return np.concatenate(parts)

    total = out + hold + into
    changes: tuple[Change, ...] = (Change("fade", 0, total - 1),)
    if hold > LONGEST_HOLD:
        before = Change("fade", 0, out - 1) if out else Change("cut", 0, 0)
        after = Change("fade", out + hold, total - 1) if into else Change("cut", total, total)
        changes = (before, after)
    return Join(out, into, total, changes, blend)


def arrival(chance: Chance, width: int, height: int) -> Float:
    """When a wipe reaches each pixel, (height, width), 0 to 1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - float(chance.uniform(0.4, 0.6)), y / height - float(chance.uniform(0.4, 0.6))
    kind = int(chance.integers(0, 8))
    if kind <= 2:
        angle = float(chance.choice([0, np.pi / 2, chance.uniform(0, 6.3)], p=[0.4, 0.3, 0.3]))
        field = x * np.cos(angle) + y * np.sin(angle)
    elif kind == 3:
        field = np.hypot(x, y)
    elif kind == 4:
        field = np.maximum(abs(x), abs(y)) if chance.random() < 0.5 else abs(x) + abs(y)
    elif kind == 5:
        field = (np.arctan2(y, x) + float(chance.uniform(0, 6.3))) % (2 * np.pi)
    elif kind == 6:
        field = (x * int(chance.integers(3, 9))) % 1.0  # blinds
    else:
        field = abs(x) if chance.random() < 0.5 else abs(y)  # barn doors
    field = -field if chance.random() < 0.5 else field
    low, high = float(field.min()), float(field.max())
    return np.asarray((field - low) / (high - low), np.float32)


def wipe(chance: Chance, frames: int) -> Callable[[Pixels, Pixels], Pixels]:
    """The new shot comes over the old one along a line, or pushes it out of the view."""
    steps, soft = course(chance, frames), float(chance.choice([0.02, 0.02, 0.1, 0.3]))
    push, way, draw = chance.random() < 0.2, int(chance.integers(0, 4)), int(chance.integers(0, 2**32))

    def pushed(a: Pixels, b: Pixels) -> Pixels:
        axis, forward = 1 + way // 2, way % 2
        made = []
        for one, other, step in zip(a, b, steps, strict=True):
            both = np.concatenate((one, other) if forward else (other, one), axis - 1)
            side = one.shape[axis - 1]
            start = round(side * (float(step) if forward else 1 - float(step)))
            made.append(both[start : start + side] if axis == 1 else both[:, start : start + side])
        return np.stack(made)

    def blend(a: Pixels, b: Pixels) -> Pixels:
        when = arrival(np.random.default_rng(draw), a.shape[2], a.shape[1])
        share = np.clip((steps[:, None, None] * (1 + soft) - when) / soft, 0, 1)
        return mixed(a, b, share[..., None].astype(np.float32))

    return pushed if push else blend

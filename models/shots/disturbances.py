"""What looks like a change of shot and is none: flashes, things before the lens, titles, jolts, light, faults.

Every function gets a shot, uint8 (frames, height, width, 3), changes it in place and answers with the frames it
touched (first, last). It stays within ``first`` to ``last``, where the shot is seen alone, unless what it does lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from models.shots.scenery import Chance, Float, Pixels, figure, smooth, texture

Touched = tuple[int, int]
Disturb = Callable[[Pixels, int, int, Chance], Touched]


def _span(first: int, last: int, frames: int, chance: Chance) -> Touched:
    """*frames* somewhere between first and last, or all there are."""
    frames = min(frames, last - first + 1)
    start = int(chance.integers(first, last - frames + 2))
    return start, start + frames - 1


def _clip(values: Any) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)


def _spot(chance: Chance, height: int, width: int) -> Float:
    """A soft round place, (height, width, 1), 0 to 1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    cx, cy, r = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(0.15, 0.8) * width
    return np.asarray(np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (r * r))[..., None], np.float32)


def flash(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """One to six frames much brighter, everywhere or somewhere, white or coloured, dying away or not."""
    a, b = _span(first, last, int(chance.integers(1, 7)), chance)
    where = np.ones((1, 1, 1), np.float32) if chance.random() < 0.65 else _spot(chance, *shot.shape[1:3])
    colour = np.full(3, 255.0) if chance.random() < 0.75 else chance.uniform(40, 255, 3)
    power, decay = chance.uniform(0.35, 1.0), float(chance.choice([1.0, 1.0, 0.75, 0.5]))
    for k in range(a, b + 1):
        share = where * (power * decay ** (k - a))
        shot[k] = _clip(shot[k] + (colour - shot[k]) * share)
    return a, b


def strobe(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Many flashes: a discotheque, lightning, guns, photographers."""
    a, b = _span(first, last, int(chance.integers(8, 50)), chance)
    k, colour = a, np.full(3, 255.0) if chance.random() < 0.7 else chance.uniform(0, 255, 3)
    while k <= b:
        shot[k] = _clip(shot[k] + (colour - shot[k]) * chance.uniform(0.2, 1.0))
        k += int(chance.integers(1, 7))
    return a, b


def explosion(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """A ball of light that grows, and smoke that goes."""
    a, b = _span(first, last, int(chance.integers(10, 36)), chance)
    height, width = shot.shape[1:3]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    cx, cy, reach = (
        chance.uniform(0.2, 0.8) * width,
        chance.uniform(0.3, 0.9) * height,
        chance.uniform(0.2, 1.0) * width,
    )
    colour = np.array([chance.uniform(200, 255), chance.uniform(120, 240), chance.uniform(40, 200)])
    peak = chance.uniform(0.1, 0.35)
    for k in range(a, b + 1):
        t = (k - a + 1) / (b - a + 1)
        size = reach * min(1.0, t / peak)
        ball = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (size * size))[..., None]
        power = min(1.0, t / peak) * (1 - float(smooth((t - peak) / (1 - peak))))
        shot[k] = _clip(shot[k] + (colour - shot[k]) * ball * power)
    return a, b


def exposure(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """The light goes up or down within 1 to 20 frames and stays there."""
    a, b = _span(first, last, int(chance.integers(1, 21)), chance)
    gain = float(np.exp(chance.choice([-1, 1]) * chance.uniform(0.1, 0.8)))
    steps = np.ones(len(shot), np.float32)
    steps[a:] = 1 + (gain - 1) * smooth((np.arange(len(shot) - a) + 1) / (b - a + 1))
    shot[a:] = _clip(shot[a:] * steps[a:, None, None, None])
    return a, b


def grading(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """A small jump of colour at once."""
    a = int(chance.integers(first, last + 1))
    shot[a:] = _clip(shot[a:] * chance.uniform(0.88, 1.12, 3).astype(np.float32) + chance.uniform(-8, 8))
    return a, a


def passing(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Something passes right before the lens, covering up to all of the view for a moment."""
    a, b = _span(first, last, int(chance.integers(4, 22)), chance)
    height, width = shot.shape[1:3]
    wide = chance.uniform(0.3, 1.6)
    skin = cv2.resize(texture(chance, float(chance.uniform(0, 0.8))), (width, height), interpolation=cv2.INTER_AREA)
    skin = cv2.GaussianBlur(skin, (0, 0), width / 48)
    edge, up = chance.uniform(0.02, 0.2), chance.random() < 0.15
    axis = np.linspace(0, 1, height if up else width, dtype=np.float32)
    back = chance.random() < 0.5
    for k in range(a, b + 1):
        middle = -wide / 2 - edge + (k - a + 1) / (b - a + 2) * (1 + wide + 2 * edge)
        middle = 1 - middle if back else middle
        mask = np.clip((wide / 2 - np.abs(axis - middle)) / edge + 0.5, 0, 1)
        cover = mask[:, None, None] if up else mask[None, :, None]
        shot[k] = _clip(shot[k] + (skin.astype(np.float32) - shot[k]) * cover)
    return a, b


def quake(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """The camera is pushed about."""
    a, b = _span(first, last, int(chance.integers(3, 24)), chance)
    height, width = shot.shape[1:3]
    size = chance.uniform(0.02, 0.1) * width
    for k in range(a, b + 1):
        dx, dy = chance.normal(0, size, 2)
        matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float64)
        shot[k] = cv2.warpAffine(shot[k], matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return a, b


def whip(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """The camera is thrown aside and stays there, with smear; what it finds is what it knows, mirrored."""
    a, b = _span(first, last, int(chance.integers(5, 16)), chance)
    width = shot.shape[2]
    far = float(chance.choice([-1, 1]) * chance.uniform(0.5, 2.0)) * width
    for k in range(a, len(shot)):
        now, then = (float(smooth((min(k, b) + d - a + 1) / (b - a + 2))) * far for d in (0.0, 0.5))
        parts = [_mirrored(shot[k], now + (then - now) * j / 4, width) for j in range(4 if k <= b else 1)]
        shot[k] = _clip(np.mean(np.stack(parts), 0, dtype=np.float32))
    return a, b


def _mirrored(picture: Pixels, shift: float, width: int) -> Pixels:
    at = (np.arange(width) + round(shift)) % (2 * width)
    return picture[:, np.where(at < width, at, 2 * width - 1 - at)]


def rush(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """A whip zoom, in or out again."""
    a, b = _span(first, last, int(chance.integers(4, 14)), chance)
    height, width = shot.shape[1:3]
    near = chance.uniform(1.4, 2.6)
    for k in range(a, len(shot)):
        step = float(smooth((min(k, b) - a + 1) / (b - a + 1)))
        zoom = 1 + (near - 1) * step
        matrix = np.array([[zoom, 0, (1 - zoom) * width / 2], [0, zoom, (1 - zoom) * height / 2]], np.float64)
        shot[k] = cv2.warpAffine(shot[k], matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return a, b


def writing(shot: Pixels, top: float, bottom: float, share: float, chance: Chance) -> Float:
    """Rows of letters between two heights, (height, width, 1), 0 to 1: at this size they are bars with gaps."""
    height, width = shot.shape[1:3]
    large = np.zeros((height * 4, width * 4), np.float32)
    size = max(3, int(4 * height * share))
    y = int(4 * height * top)
    while y + size <= 4 * height * bottom:
        half = chance.uniform(0.12, 0.45)
        x, end = 4 * width * (0.5 - half), 4 * width * (0.5 + half)
        while x < end:
            letter = chance.uniform(0.35, 0.9) * size
            cv2.rectangle(large, (int(x), y), (int(x + letter), y + size), float(chance.uniform(0.4, 1)), -1)
            x += letter + size * float(chance.choice([0.15, 0.15, 0.15, 0.5]))
        y += round(size * 1.5)
    return cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)[..., None]


def subtitle(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Words below, up at once and gone at once."""
    a, b = _span(first, last, int(chance.integers(8, 60)), chance)
    mask = writing(shot, chance.uniform(0.76, 0.86), 0.98, chance.uniform(0.04, 0.08), chance)
    colour = 255.0 if chance.random() < 0.8 else chance.uniform(0, 255, 3)
    shot[a : b + 1] = _clip(shot[a : b + 1] + (colour - shot[a : b + 1].astype(np.float32)) * mask)
    return a, b


def title(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Large words in the middle, at once or fading in and out."""
    a, b = _span(first, last, int(chance.integers(10, 80)), chance)
    top = float(chance.uniform(0.1, 0.5))
    mask = writing(shot, top, top + chance.uniform(0.2, 0.45), chance.uniform(0.1, 0.22), chance)
    ramp = int(chance.choice([0, 0, 5, 12]))
    t = np.arange(b - a + 1)
    power = np.clip(np.minimum(t + 1, t[::-1] + 1) / (ramp + 1), 0, 1)[:, None, None, None]
    colour = float(chance.choice([255, 255, 0, 200]))
    shot[a : b + 1] = _clip(shot[a : b + 1] + (colour - shot[a : b + 1].astype(np.float32)) * mask * power)
    return a, b


def banner(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """A lower third that slides in and out, or a thing that moves across."""
    a, b = _span(first, last, int(chance.integers(20, 80)), chance)
    height, width = shot.shape[1:3]
    top, tall, wide = chance.uniform(0.05, 0.8), chance.uniform(0.08, 0.25), chance.uniform(0.2, 0.9)
    colour, slide = chance.uniform(0, 255, 3), int(chance.integers(3, 14))
    through = chance.random() < 0.3
    rows = slice(int(top * height), int((top + tall) * height) + 1)
    for k in range(a, b + 1):
        inside = smooth(min(k - a + 1, b - k + 1) / slide)
        left = (k - a) / (b - a + 1) * (1 + wide) - wide if through else -wide + inside * wide
        columns = slice(max(0, int(left * width)), max(0, int((left + wide) * width)))
        shot[k, rows, columns] = _clip(shot[k, rows, columns] * 0.15 + colour * 0.85)
    return a, b


def inset(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """A picture in the picture, up at once."""
    a, b = _span(first, last, int(chance.integers(15, 80)), chance)
    height, width = shot.shape[1:3]
    share = chance.uniform(0.2, 0.42)
    size = (max(2, int(width * share)), max(2, int(height * share)))
    still = cv2.resize(texture(chance, 0.0), size, interpolation=cv2.INTER_AREA)
    x, y = (int(v) for v in chance.integers(0, [width - size[0] + 1, height - size[1] + 1]))
    shot[a : b + 1, y : y + size[1], x : x + size[0]] = still
    return a, b


def letterbox(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Black bars come, at once or slowly, and stay."""
    a, b = _span(first, last, int(chance.choice([1, 1, 6, 15])), chance)
    height = shot.shape[1]
    tall = chance.uniform(0.06, 0.15) * height
    for k in range(a, len(shot)):
        rows = round(tall * min(1.0, (k - a + 1) / (b - a + 1)))
        if rows:
            shot[k, :rows] = shot[k, -rows:] = 0
    return a, b


def dropped(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """A few frames are lost: everything jumps on."""
    a, lost = int(chance.integers(first, last + 1)), int(chance.integers(1, 5))
    shot[a:-lost] = shot[a + lost :].copy()
    return a, a


def frozen(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """The picture stands still, then catches up at once."""
    a, b = _span(first, last, int(chance.integers(2, 13)), chance)
    shot[a : b + 1] = shot[a]
    return a, b


def glitch(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """One to three frames damaged in a part of the picture."""
    a, b = _span(first, last, int(chance.integers(1, 4)), chance)
    height, width = shot.shape[1:3]
    for k in range(a, b + 1):
        y = int(chance.integers(0, height - 2))
        tall = int(chance.integers(2, max(3, height // 2)))
        shift = int(chance.integers(1, width))
        shot[k, y : y + tall] = np.roll(shot[k, y : y + tall], shift, 1)
    return a, b


def focus(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Out of focus and back."""
    a, b = _span(first, last, int(chance.integers(12, 50)), chance)
    most = chance.uniform(0.02, 0.08) * shot.shape[2]
    for k in range(a, b + 1):
        sigma = most * float(np.sin(np.pi * (k - a + 1) / (b - a + 2)))
        shot[k] = cv2.GaussianBlur(shot[k], (0, 0), max(0.1, sigma))
    return a, b


def rising(shot: Pixels, first: int, last: int, chance: Chance) -> Touched:
    """Something large walks in and stays."""
    a, b = _span(first, last, int(chance.integers(8, 30)), chance)
    height, width = shot.shape[1:3]
    size = int(chance.uniform(0.5, 1.3) * height)
    mask = cv2.resize(figure(chance), (size, size))
    skin = cv2.resize(texture(chance, 0.0), (size, size), interpolation=cv2.INTER_AREA)
    end, side = chance.uniform(0.2, 0.8) * width, float(chance.choice([-1, 1]))
    for k in range(a, len(shot)):
        step = float(smooth((min(k, b) - a + 1) / (b - a + 1)))
        matrix = np.array([[1, 0, end - size / 2 + side * (1 - step) * width], [0, 1, height - 0.9 * size]], np.float64)
        cover = cv2.warpAffine(mask, matrix, (width, height))[..., None]
        shot[k] = _clip(shot[k] + (cv2.warpAffine(skin, matrix, (width, height)).astype(np.float32) - shot[k]) * cover)
    return a, b


ALL: dict[str, Disturb] = {
    "flash": flash, "strobe": strobe, "explosion": explosion, "exposure": exposure, "grading": grading,
    "passing": passing, "quake": quake, "whip pan": whip, "whip zoom": rush, "subtitle": subtitle, "title": title,
    "banner": banner, "inset": inset, "letterbox": letterbox, "dropped frames": dropped, "frozen frames": frozen,
    "glitch": glitch, "focus": focus, "entrance": rising,
}  # fmt: skip

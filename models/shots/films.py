"""A film with known truth: shots joined by changes, disturbed within, and then treated as films are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.shots import disturbances
from models.shots.changes import Change, Join, join
from models.shots.clips import Clip
from models.shots.scenery import Chance, Pixels

HEIGHT, WIDTH = 27, 48
MIX = {"cut": 0.38, "dissolve": 0.3, "fade": 0.16, "wipe": 0.16}
VISIBLE = 12.0  # grey levels of a pixel, on average, that two shots in a row differ by
HARD = ("flash", "exposure", "whip pan", "subtitle", "title", "inset", "letterbox")  # twice as often as others
CLEAR = 3  # frames between a change and a disturbance


@dataclass(frozen=True)
class Film:
    """Pixels (frames, height, width, 3), what changes in it, and what only seems to: (name, first, last)."""

    pixels: Pixels
    changes: tuple[Change, ...]
    disturbed: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How a film is made."""

    width: int = WIDTH
    height: int = HEIGHT
    mix: dict[str, float] = field(default_factory=lambda: dict(MIX))
    disturbed: float = 0.6  # share of the shots with a disturbance
    only: tuple[str, ...] = tuple(disturbances.ALL)
    shortest: tuple[int, ...] = (3, 8, 20)  # frames that a shot is seen alone; one of them for all of a film
    longest: int = 110


class Editor:
    """Cuts films from clips. Not thread-safe."""

    def __init__(self, clips: Sequence[Clip], seed: int, recipe: Recipe | None = None) -> None:
        self.clips, self.recipe, self.chance = clips, recipe or Recipe(), np.random.default_rng(seed)
        self.places: dict[int, list[int]] = {}
        for number, clip in enumerate(clips):
            self.places.setdefault(clip.place, []).append(number)
        self.keys = list(self.places)

    def film(self, frames: int) -> Film:
        """At least *frames* frames (cut to them), beginning anywhere in a shot."""
        parts: list[Pixels] = []
        changes: list[Change] = []
        touched: list[tuple[str, int, int]] = []
        at, last, clip = 0, False, -1
        shortest = int(self.chance.choice(self.recipe.shortest))
        before: Join | None = None
        shot = tail = np.zeros((0, self.recipe.height, self.recipe.width, 3), np.uint8)
        while not last:
            solo = self._solo(shortest)
            last = at + solo >= frames
            after = None if last else self._join()
            into, out = (before.into if before else 0), (after.out if after else 0)
            clip, shot = self._next(clip, shot, into + solo + out)
            touched += [(n, at - into + a, at - into + b) for n, a, b in self._disturb(shot, into, into + solo - 1)]
            if before:
                made = before.blend(tail, shot[:into])
                parts.append(made)
                changes += [
                    Change(c.kind, at - before.length + c.first, at - before.length + c.last) for c in before.changes
                ]
            parts.append(shot[into : into + solo])
            tail = shot[into + solo :]
            at += solo + (after.length if after else 0)
            before = after
        pixels = np.ascontiguousarray(np.concatenate(parts)[:frames])
        pixels = finished(pixels, self.chance)
        known = tuple(change for change in changes if change.first < frames)  # the last may be cut off
        return Film(pixels, known, tuple(t for t in touched if t[1] < frames))

    def _solo(self, shortest: int) -> int:
        return round(float(np.exp(self.chance.uniform(np.log(shortest), np.log(self.recipe.longest)))))

    def _join(self) -> Join:
        kinds = list(self.recipe.mix)
        shares = np.array(list(self.recipe.mix.values()))
        return join(str(self.chance.choice(kinds, p=shares / shares.sum())), self.chance)

    def _next(self, clip: int, old: Pixels, frames: int) -> tuple[int, Pixels]:
        """Another shot, its clip and *frames* frames of it; one that can be told from the *old* shot."""
        for _ in range(6):
            found = self._other(clip)
            shot = shown(self.clips[found].pixels, self.chance, frames, self.recipe)
            if not len(old) or np.abs(old[-1].astype(np.int16) - shot[0]).mean() > VISIBLE:
                break
        return found, shot

    def _other(self, clip: int) -> int:
        """Another shot than *clip*; one time in three of the same place, if there is one."""
        if clip >= 0 and self.chance.random() < 0.33:
            near = [n for n in self.places[self.clips[clip].place] if n != clip]
            if near:
                return int(self.chance.choice(near))
        while True:
            found = int(self.chance.choice(self.places[self.keys[int(self.chance.integers(len(self.keys)))]]))
            if found != clip:
                return found

    def _disturb(self, shot: Pixels, first: int, last: int) -> list[tuple[str, int, int]]:
        """Disturb where the shot is alone, with some frames left calm at both sides."""
        first, last = first + CLEAR, last - CLEAR
        if last - first < 8 or not self.recipe.only or self.chance.random() > self.recipe.disturbed:
            return []
        worth = np.array([2.0 if name in HARD else 1.0 for name in self.recipe.only])
        name = str(self.chance.choice(self.recipe.only, p=worth / worth.sum()))
        return [(name, *disturbances.ALL[name](shot, first, last, self.chance))]


def shown(pixels: Pixels, chance: Chance, frames: int, recipe: Recipe) -> Pixels:
    """*frames* frames of a clip from somewhere, at some speed, cropped, mirrored, graded; to and fro if it is short."""
    at = pace(chance, frames)
    start = int(chance.integers(0, max(1, len(pixels) - int(at[-1]))))
    at = (at + start) % (2 * len(pixels) - 2) if len(pixels) > 1 else at * 0
    at = np.where(at < len(pixels), at, 2 * len(pixels) - 2 - at)
    height, width = pixels.shape[1:3]
    share = chance.uniform(0.72, 1.0)
    h, w = int(height * share), int(width * share)
    y, x = int(chance.integers(0, height - h + 1)), int(chance.integers(0, width - w + 1))
    table, mirror = grade(chance), chance.random() < 0.5
    how = cv2.INTER_AREA if chance.random() < 0.6 else cv2.INTER_LINEAR
    made = np.empty((frames, recipe.height, recipe.width, 3), np.uint8)
    known = -1
    for row, index in enumerate(at):
        if index == known:
            made[row] = made[row - 1]
            continue
        picture = np.ascontiguousarray(pixels[index, y : y + h, x : x + w])
        made[row] = cv2.LUT(cv2.resize(picture, (recipe.width, recipe.height), interpolation=how), table)
        known = index
    return np.ascontiguousarray(made[:, :, ::-1]) if mirror else made


def pace(chance: Chance, frames: int) -> npt.NDArray[np.int64]:
    """Which frame of the clip each frame shows: as shot, slow, fast, drawn on twos, or 24 frames made 30."""
    t = np.arange(frames)
    speed = float(chance.choice([1.0, 0.5, 2.0, 0.8, 0.0], p=[0.72, 0.1, 0.08, 0.06, 0.04]))
    return np.asarray(np.floor(t * speed), np.int64)


def grade(chance: Chance) -> npt.NDArray[np.uint8]:
    """A table for cv2.LUT, (1, 256, 3): exposure, contrast, tint."""
    axis = np.linspace(0, 1, 256)[:, None]
    gain, lift = chance.uniform(0.7, 1.25) * chance.uniform(0.9, 1.1, 3), chance.uniform(-0.05, 0.08)
    values = (axis ** chance.uniform(0.7, 1.4)) * gain + lift
    return np.clip(values * 255, 0, 255).astype(np.uint8)[None]


def finished(pixels: Pixels, chance: Chance) -> Pixels:
    """The whole film: colours, bars, grain, the pulse of a codec."""
    if chance.random() < 0.5:
        pixels = pixels[..., chance.permutation(3)]
    if chance.random() < 0.12:
        pixels = np.repeat(pixels.mean(3, keepdims=True).astype(np.uint8), 3, 3)
    if chance.random() < 0.2:
        pixels = barred(pixels, chance)
    kind = chance.random()
    if kind < 0.35:
        pixels = grained(pixels, float(chance.uniform(1, 12)), chance)
    elif kind < 0.6:
        pixels = pulsed(pixels, chance)
    return np.ascontiguousarray(pixels)


def barred(pixels: Pixels, chance: Chance) -> Pixels:
    """Black bars above and below, or at both sides."""
    pixels = pixels.copy()
    if chance.random() < 0.75:
        tall = int(pixels.shape[1] * chance.uniform(0.05, 0.16)) + 1
        pixels[:, :tall] = pixels[:, -tall:] = 0
    else:
        wide = int(pixels.shape[2] * chance.uniform(0.05, 0.16)) + 1
        pixels[:, :, :wide] = pixels[:, :, -wide:] = 0
    return pixels


def grained(pixels: Pixels, sigma: float, chance: Chance) -> Pixels:
    """Film grain; the same in all colours half of the time."""
    shape: Any = pixels.shape if chance.random() < 0.5 else (*pixels.shape[:3], 1)
    noise = chance.standard_normal(shape, np.float32) * sigma
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def pulsed(pixels: Pixels, chance: Chance) -> Pixels:
    """Sharp at every key frame of a codec, then blurred and coarser, more so where it had to save."""
    pixels = pixels.copy()
    period, step = int(chance.integers(8, 50)), int(chance.choice([4, 8, 12]))
    blurred = chance.uniform(0.3, 0.8)
    for k in range(len(pixels)):
        if k % period > 2:
            pixels[k] = cv2.GaussianBlur(pixels[k], (0, 0), blurred)
        else:
            pixels[k] = np.minimum(pixels[k], 255 - step) // step * step + step // 2
    return pixels

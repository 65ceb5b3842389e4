"""The hand that drew a set, and the laboratory that printed the film: styles of whole sets, looks of single frames."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from models.scenes.films.board import Picture, field
from models.scenes.films.plan import Grade
from models.scenes.films.pools import Chance, chance_of

STYLES = ("flat", "shaded", "photo", "painted", "outlined", "poster", "silhouette", "soft")


def styled(picture: Picture, style: str, chance: Chance, density: float) -> Picture:
    """A set as another hand draws it; same size."""
    if style in {"shaded", "photo", "painted", "soft"}:
        picture = _textured(picture, chance, {"shaded": 0.07, "soft": 0.05}.get(style, 0.12))
    if style == "painted":
        picture = _displaced(picture, chance, density * 0.012)
    if style == "photo":
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.3, density * 0.004))
    if style == "soft":
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.5, density * 0.012))
    if style == "outlined":
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        edge = cv2.dilate(cv2.Canny(grey, 40, 110), np.ones((2, 2), np.uint8))
        picture = np.where(edge[..., None] > 0, picture // 4, picture)
    if style == "poster":
        step = int(chance.integers(36, 60))
        picture = np.clip((picture.astype(np.int16) // step) * step + step // 2, 0, 255).astype(np.uint8)
    if style == "silhouette":
        grey = picture.mean(2, keepdims=True)
        strong = np.clip((grey - 70) * 1.7, 0, 255)
        picture = (0.55 * np.clip(picture * 1.3 - 45, 0, 255) + 0.45 * strong).astype(np.uint8)
    return np.ascontiguousarray(picture)


def _textured(picture: Picture, chance: Chance, depth: float) -> Picture:
    """Uneven surfaces and uneven light, as nothing real is flat."""
    height, width = picture.shape[:2]
    noise = 0.6 * field(chance, height, width, 4) + 0.5 * field(chance, height, width, 20)
    noise += 0.5 * field(chance, height, width, 80)
    factor = np.clip(1 + depth * noise, 0.4, 1.6)[..., None]
    return np.clip(picture * factor, 0, 255).astype(np.uint8)


def _displaced(picture: Picture, chance: Chance, strength: float) -> Picture:
    """Brush strokes: pixels are taken from beside where they belong."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x += field(chance, height, width, 45) * strength
    y += field(chance, height, width, 45) * strength
    moved = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.medianBlur(moved, 3), np.uint8)


def graded(picture: Picture, grade: Grade, key: tuple[object, ...]) -> Picture:
    """One frame out of the laboratory. *key* seeds the grain; the picture may be changed in place."""
    height, width = picture.shape[:2]
    if grade.monochrome or grade.saturation != 1:
        picture = cv2.transform(picture, _matrix(grade.saturation * (1 - grade.monochrome)))
    picture = cv2.LUT(picture, _curve(grade.warmth, grade.contrast, grade.levels))
    if grade.softness:
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.3, grade.softness * height))
    if grade.grain:
        picture = cv2.add(
            picture, _grain(grade.grain, height, width, int(chance_of(*key).integers(1 << 30))), dtype=cv2.CV_8U
        )
    if grade.quality:
        _, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, grade.quality))
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    if grade.bars:
        rows = round(grade.bars * height)
        picture[:rows] = 0
        picture[height - rows :] = 0
    return np.ascontiguousarray(picture)


@lru_cache(maxsize=64)
def _matrix(saturation: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    weights = np.array([0.30, 0.59, 0.11])
    return (saturation * np.eye(3) + (1 - saturation) * np.tile(weights, (3, 1))).astype(np.float32)


@lru_cache(maxsize=256)
def _curve(warmth: float, contrast: float, levels: int) -> Picture:
    value = (np.arange(256) / 255.0)[:, None] * np.array([1 + 0.15 * warmth, 1.0, 1 - 0.15 * warmth])
    value = np.clip((value - 0.5) * contrast + 0.5, 0, 1)
    if levels:
        value = np.round(value * levels) / levels
    return (np.clip(value, 0, 1) * 255 + 0.5).astype(np.uint8)[None]


@lru_cache(maxsize=8)
def _roll(strength: float, height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    chance = np.random.default_rng(7)
    noise = chance.standard_normal((height + 61, width + 67, 1)) * strength
    return np.repeat(noise, 3, axis=2).astype(np.int16)


def _grain(strength: float, height: int, width: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Cut from one big sheet at a place of its own: much cheaper than fresh noise."""
    y, x = seed % 61, seed // 61 % 67
    sheet = _roll(strength, height, width)[y : y + height, x : x + width]
    return np.ascontiguousarray(sheet[::-1] if seed >> 20 & 1 else sheet)

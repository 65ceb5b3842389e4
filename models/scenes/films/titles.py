"""Writing in the picture: title cards, rolling credits, burned subtitles. Letters come from a font of the machine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from models.scenes.films.board import Picture, field, hsv
from models.scenes.films.plan import Film, Scene, Shot
from models.scenes.films.pools import chance_of

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
Mask = npt.NDArray[np.float32]


def chinese() -> bool:
    """Whether this machine can draw Chinese."""
    return any(Path(font).exists() for font in FONTS)


def _font(size: int, choice: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    present = [font for font in FONTS if Path(font).exists()]
    if not present:
        return ImageFont.load_default(size)
    return ImageFont.truetype(present[choice % len(present)], size)


@lru_cache(maxsize=64)
def written(text: str, size: int, choice: int, width: int) -> Mask:
    """Text of *size* pixels in centred lines no wider than *width*, as a mask [height, width'] from 0 to 1."""
    font = _font(size, choice)
    rows: list[str] = []
    for line in text.split("\n"):
        rows += _wrapped(line, font, width)
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    boxes = [draw.textbbox((0, 0), row or " ", font=font) for row in rows]
    wide = max(2, int(max(box[2] for box in boxes)) + 2)
    step = round(size * 1.35)
    image = Image.new("L", (wide, step * len(rows) + 2))
    pen = ImageDraw.Draw(image)
    for number, (row, box) in enumerate(zip(rows, boxes, strict=True)):
        pen.text(((wide - box[2]) / 2, number * step), row, fill=255, font=font)
    return np.asarray(image, np.float32) / 255


def _wrapped(line: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> list[str]:
    words = line.split(" ") if " " in line else list(line)
    joint = " " if " " in line else ""
    rows = [""]
    for word in words:
        longer = f"{rows[-1]}{joint if rows[-1] else ''}{word}"
        if rows[-1] and font.getlength(longer) > width:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows


def lay(picture: Picture, mask: Mask, x: int, y: int, colour: tuple[float, float, float], share: float = 1.0) -> None:
    """A mask's colour on the picture, its corner at (x, y); what is outside is cut."""
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + mask.shape[1]), min(height, y + mask.shape[0])
    if x0 < x1 and y0 < y1:
        part = mask[y0 - y : y1 - y, x0 - x : x1 - x, None] * share
        area = picture[y0:y1, x0:x1]
        area[:] = (area * (1 - part) + np.array(colour) * part).astype(np.uint8)


def subtitle(picture: Picture, text: str) -> None:
    """White with a dark edge near the bottom, as a player burns it in."""
    height, width = picture.shape[:2]
    mask = written(text, max(5, round(height * 0.055)), 0, round(width * 0.85))
    x, y = (width - mask.shape[1]) // 2, round(height * 0.95) - mask.shape[0]
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        lay(picture, mask, x + dx, y + dy, (0, 0, 0))
    lay(picture, mask, x, y, (255, 255, 255))


@lru_cache(maxsize=32)
def _ground(number: int, pool: str, width: int, height: int) -> tuple[Picture, tuple[float, float, float]]:
    """What a title stands on, and the letters' colour."""
    from models.scenes.films.pools import POOLS

    chance = chance_of("card", number)
    hue = POOLS[pool].hue(chance)
    kind = chance.choice(["black", "plain", "gradient", "texture", "white"])
    value = {"black": 0.02, "white": 0.95}.get(str(kind), chance.uniform(0.1, 0.6))
    base = np.array(hsv(hue, 0.0 if kind in {"black", "white"} else chance.uniform(0.2, 0.7), value))
    picture = np.ones((height, width, 1)) * base
    if kind == "gradient":
        picture = picture * np.linspace(1.4, 0.5, height)[:, None, None]
    if kind == "texture":
        picture = picture * (1 + 0.15 * field(chance, height, width, 6))[..., None]
    bright = value < 0.55
    ink = hsv(POOLS[pool].hue(chance), chance.uniform(0, 0.4), 0.97) if bright else (20.0, 18.0, 20.0)
    return np.clip(picture, 0, 255).astype(np.uint8), ink


def card(shot: Shot, scene: Scene, film: Film, time: float, width: int, height: int) -> Picture:
    """A title that appears, or credits that roll."""
    ground, ink = _ground(scene.number + shot.setup, film.pool_name, width, height)
    picture = ground.copy()
    chance = chance_of("letters", scene.number, shot.setup)
    rolls = "\n" in shot.title
    size = height * (chance.uniform(0.07, 0.1) if rolls else chance.uniform(0.12, 0.22))
    mask = written(shot.title, max(6, round(size)), int(chance.integers(3)), round(width * 0.85))
    x = (width - mask.shape[1]) // 2
    if rolls:
        speed = {"still": 0.0, "slow": 0.12, "fast": 0.5}[scene.labels.motion]
        lay(picture, mask, x, round(height * (0.35 - speed * time)), ink)
    else:
        lay(picture, mask, x, (height - mask.shape[0]) // 2, ink, min(1.0, max(0.0, 0.3 + time * 1.5)))
    return picture

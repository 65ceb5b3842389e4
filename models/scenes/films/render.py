"""Draws any frame of a film at any size. A frame is a function of the film, its number and the size: nothing else."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np

from models.scenes.films import figures, sets, titles
from models.scenes.films.board import Board, Colour, Picture, field, hsv
from models.scenes.films.finish import graded
from models.scenes.films.light import light_of
from models.scenes.films.plan import WIDTH, Camera, Film, Scene, Shot, Transition
from models.scenes.films.pools import chance_of

ASPECT = 16 / 9
SOFT_EDGE = 0.02  # of a wipe, of the frame's width


class Renderer:
    """Draws *film*. ``frame`` may be asked in any order; in order it is quickest."""

    def __init__(self, film: Film) -> None:
        self.film = film
        self._starts = np.array([shot.first for shot in film.shots])

    def shot_at(self, index: int) -> int:
        """The number of the shot that frame *index* belongs to."""
        return int(np.searchsorted(self._starts, index, "right")) - 1

    def frame(self, index: int, width: int, height: int) -> Picture:
        """RGB uint8 [height, width, 3]."""
        if not 0 <= index < self.film.frames:
            raise IndexError(f"the film has frames 0 to {self.film.frames - 1}, not {index}")
        number = self.shot_at(index)
        here = self.film.shots[number]
        change, one, other = here.transition, number - 1, number
        if not (change and change.first <= index <= change.last):
            following = self.film.shots[number + 1] if number + 1 < len(self.film.shots) else None
            change = following.transition if following else None
            one, other = number, number + 1
        if change and change.kind != "cut" and change.first <= index <= change.last:
            picture = _changed(
                self._plain(one, index, width, height), self._plain(other, index, width, height), change, index
            )
        else:
            picture = self._plain(number, index, width, height)
        scene = self.film.scenes[here.scene]
        if scene.look.burned:
            self._burn(picture, index)
        key = ("grain", self.film.seed, index)
        return graded(picture, self.film.grade, key)

    def _plain(self, number: int, index: int, width: int, height: int) -> Picture:
        """One shot's picture, before the laboratory."""
        shot = self.film.shots[number]
        scene = self.film.scenes[shot.scene]
        time = (index - shot.first) / self.film.fps
        if shot.title:
            return titles.card(shot, scene, self.film, time, width, height)
        picture = _drawn(self.film, scene, shot, time, width, height)
        if scene.look.dark < 1:
            Board(picture, height).light(scene.look.dark)
        return picture

    def _burn(self, picture: Picture, index: int) -> None:
        now = index / self.film.fps
        text = next((cue.text for cue in self.film.cues if cue.kind == "subtitle" and cue.start <= now < cue.end), "")
        if text:
            titles.subtitle(picture, text)


# -- one shot --


def _drawn(film: Film, scene: Scene, shot: Shot, time: float, width: int, height: int) -> Picture:
    fine = 2 if height < 200 else 1  # drawn larger and reduced, as cameras do
    size = (width * fine, height * fine)
    camera = shot.camera
    left, top, zoom = window(camera, time)
    scale = size[1] * zoom
    place = scene.labels.place or "indoor"
    light = light_of(place, scene.look.time, windows=True, blue=scene.look.blue)
    clock = (shot.first - scene.first) / film.fps + time
    if camera.plain:
        picture = _backdrop(film, scene, shot.setup, size)
    else:
        picture = _background(film, scene, place, camera, (left, top, scale), clock, size)
    if camera.soft:
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.3, camera.soft * size[1]))
    board = Board(np.ascontiguousarray(picture), scale, left, top)
    for actor in sorted(shot.actors, key=lambda one: (one.kind == "person", one.at[1])):
        figures.draw(
            board,
            actor,
            clock * camera.speed,
            film.pool_name,
            light,
            mouth=_mouth(film, scene, shot, actor.person, time),
        )
    if camera.shoulder:
        _shoulder(board, camera, zoom, left, top)
    _weather(board.pixels, scene, clock)
    for flash in shot.flashes:
        if 0 <= time - flash < 0.09:
            board.veil((255, 250, 235), 0.55)
    return cv2.resize(board.pixels, (width, height), interpolation=cv2.INTER_AREA) if fine > 1 else board.pixels


def window(camera: Camera, time: float) -> tuple[float, float, float]:
    """Left and top of what is seen, and the zoom."""
    zoom = min(6.0, max(0.7, camera.zoom * math.exp(camera.growth * time)))
    beat = 2 * math.pi * time * camera.pace
    dx = camera.shake * (math.sin(beat * 1.0) + 0.7 * math.sin(beat * 2.3 + 1) + 0.4 * math.sin(beat * 5.1))
    dy = camera.shake * (math.sin(beat * 1.3 + 2) + 0.6 * math.sin(beat * 2.9))
    x = camera.x + camera.drift[0] * time + dx / zoom
    y = camera.y + camera.drift[1] * time + dy / zoom
    return x - ASPECT / 2 / zoom, y - 0.5 / zoom, zoom


def _background(
    film: Film,
    scene: Scene,
    place: str,
    camera: Camera,
    view: tuple[float, float, float],
    clock: float,
    size: tuple[int, int],
) -> Picture:
    """The part of the set that the camera sees; beyond its ends the set is mirrored."""
    left, top, scale = view
    density = 100.0 if size[1] <= 216 else min(720.0, float(size[1]))
    sides = sets.build(
        film.pool_name, place, scene.setting, scene.number, scene.look.time, blue=scene.look.blue,
        style=scene.look.style, density=density,
    )  # fmt: skip
    side = sides[camera.side]
    factor = side.density / scale
    matrix = np.array([[factor, 0, left * side.density], [0, factor, top * side.density]])
    flags = (cv2.INTER_AREA if factor > 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    picture = cv2.warpAffine(side.picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
    if side.holes is None or side.beyond is None:
        return picture
    holes = cv2.warpAffine(side.holes, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)[..., None]
    period = 2 * WIDTH
    passing = (
        left * 0.6 + clock * (1.1 if scene.labels.motion == "fast" else 0.35 if scene.labels.motion == "slow" else 0.03)
    ) % period
    matrix[0, 2] = passing * side.density
    outside = cv2.warpAffine(side.beyond, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
    share = holes.astype(np.float32) / 255
    return np.asarray(picture * (1 - share) + outside * share, np.uint8)


@lru_cache(maxsize=64)
def _neutral(pool: str, number: int, setup: int, dark: float, width: int, height: int) -> Picture:
    from models.scenes.films.pools import POOLS

    chance = chance_of("backdrop", number)
    one = hsv(POOLS[pool].hue(chance), chance.uniform(0.05, 0.35), chance.uniform(0.15, 0.5) * dark)
    blobs = field(chance_of("backdrop", number, setup), height, width, 3)[..., None]
    return np.clip(np.array(one) * (1 + 0.25 * blobs), 0, 255).astype(np.uint8)


def _backdrop(film: Film, scene: Scene, setup: int, size: tuple[int, int]) -> Picture:
    """Out of focus and of no place."""
    return _neutral(film.pool_name, scene.number, setup, 1.0, *size).copy()


def _mouth(film: Film, scene: Scene, shot: Shot, person: int, time: float) -> float:
    """Open and shut about five times a second while the person speaks."""
    now = shot.first / film.fps + time
    for turn in scene.turns:
        if turn.person == person and turn.start <= now < turn.end:
            beat = now - turn.start
            return abs(math.sin(math.pi * 4.7 * beat)) * (0.55 + 0.45 * math.sin(2 * math.pi * 1.1 * beat + person))
    return 0.0


def _shoulder(board: Board, camera: Camera, zoom: float, left: float, top: float) -> None:
    """The back of whoever is spoken to, dark and near."""
    unit = 1 / zoom
    x = left + (0.16 if camera.shoulder < 0 else ASPECT - 0.16) * unit
    dark: Colour = (22, 20, 22)
    board.ellipse(x, top + 0.52 * unit, 0.2 * unit, 0.27 * unit, dark)
    board.ellipse(x, top + 1.1 * unit, 0.5 * unit, 0.4 * unit, dark)


def _weather(pixels: Picture, scene: Scene, clock: float) -> None:
    weather = scene.look.weather
    if not weather:
        return
    board = Board(pixels, pixels.shape[0])
    if weather == "fog":
        tone = 205 if scene.look.time == "day" and not scene.look.blue else 90
        board.veil((tone, tone, tone + 5), 0.55)
        return
    chance = chance_of(weather, scene.number)
    drops = chance.uniform((0, 0, 0.7), (ASPECT, 1, 1.3), (70, 3))
    fall, long = (2.2, 0.09) if weather == "rain" else (0.25, 0.0)
    tint: Colour = (185, 190, 200) if weather == "rain" else (245, 245, 250)
    for x, y, speed in drops.tolist():
        at = (y + fall * speed * clock) % 1.1
        drift = x if weather == "rain" else (x + 0.05 * math.sin(3 * clock + 20 * y)) % ASPECT
        if weather == "rain":
            board.line(((drift, at), (drift - 0.012, at + long * speed)), tint, 0.004)
        else:
            board.ellipse(drift, at, 0.008 * speed, 0.008 * speed, tint)


# -- changes --


def _changed(one: Picture, other: Picture, change: Transition, index: int) -> Picture:
    """The picture in the middle of a change, *one* the old, *other* the new."""
    span = change.last - change.first + 1
    share = (index - change.first + 1) / (span + 1)
    if change.kind == "dissolve":
        return np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)
    if change.kind == "fade":
        picture, left = (one, 1 - 2 * share) if share < 0.5 else (other, 2 * share - 1)
        colour = np.full_like(picture, change.colour)
        return np.asarray(cv2.addWeighted(picture, left, colour, 1 - left, 0), np.uint8)
    mask = _wipe(change.shape, share, *one.shape[:2])
    return np.asarray(one * (1 - mask) + other * mask, np.uint8)


def _wipe(shape: str, share: float, height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """How much of the new picture is seen where, [height, width, 1]."""
    x, y = np.linspace(0, 1, width)[None], np.linspace(0, 1, height)[:, None]
    place = {
        "left": x + 0 * y, "right": 1 - x + 0 * y, "up": 1 - y + 0 * x,
        "iris": np.hypot((x - 0.5) * 1.25, (y - 0.5) * 1.25) / 0.9,
    }[shape]  # fmt: skip
    edge = share * (1 + 2 * SOFT_EDGE) - SOFT_EDGE
    return np.clip((edge - place) / SOFT_EDGE + 0.5, 0, 1).astype(np.float32)[..., None]

"""Films straight from memory, for training: pictures, sound, text and truth without a file in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from models.scenes.films.board import Picture
from models.scenes.films.plan import BIG, GROUPS, SMALL, Cue, Film
from models.scenes.films.render import Renderer
from models.scenes.films.script import write
from models.scenes.films.sound import Bank, sound_of

SINGLE = tuple(group for group in GROUPS if group != "mood")


@dataclass(frozen=True)
class Arrays:
    """
    A film as a net is given it. N key frames, M small frames, S shots.

    A label of ``SINGLE`` is its place in ``plan.GROUPS`` (-1: nothing in the scene could tell, leave it out of the
    loss); of ``mood`` a row of 0 and 1. Times are seconds of the film.
    """

    film: Film
    frames: Picture  # [N, 64, 112, 3] RGB
    times: npt.NDArray[np.float64]  # [N], the time that each frame is shown from
    frame_shot: npt.NDArray[np.int64]  # [N], the shot it belongs to
    small: Picture  # [M, 27, 48, 3] RGB, for motion
    small_times: npt.NDArray[np.float64]  # [M]
    audio: npt.NDArray[np.float32]  # [seconds · 16,000]; zeros where has_sound is False
    has_sound: bool
    cues: tuple[Cue, ...]
    shots: npt.NDArray[np.float64]  # [S, 2], start and end in seconds
    boundary: npt.NDArray[np.bool_]  # [S], a scene begins with the shot; the first shot's is True
    scene: npt.NDArray[np.int64]  # [S], the number of its scene
    labels: dict[str, npt.NDArray[np.int64]]  # group to [S]
    mood: npt.NDArray[np.int64]  # [S, 5]

    def text(self, shot: int) -> str:
        """What of the cues overlaps the shot, in order, joined by spaces."""
        start, end = self.shots[shot]
        return " ".join(cue.text for cue in self.cues if cue.start < end and cue.end > start)

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of every array, for those who plan memory."""
        return {
            f.name: getattr(self, f.name).nbytes for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray)
        }


def arrays(film: Film, bank: Bank | None, *, rate: float = 2.0, small_rate: float = 8.0) -> Arrays:
    """
    The film at *rate* key frames and *small_rate* small frames a second (0: none); frame k is the one shown at
    (k + 0.5) / rate. Without a *bank* there is no sound.
    """
    renderer = Renderer(film)
    frames, times, indexes = _seen(renderer, rate, *BIG)
    small, small_times, _ = _seen(renderer, small_rate, *SMALL)
    labels = [film.scenes[shot.scene].labels for shot in film.shots]
    scenes = np.array([shot.scene for shot in film.shots])
    heard = film.sound and bank is not None
    return Arrays(
        film, frames, times, np.array([renderer.shot_at(int(index)) for index in indexes], np.int64),
        small, small_times,
        sound_of(film, bank) if heard and bank else np.zeros(round(film.seconds * 16_000), np.float32),
        heard, film.cues,
        np.array([(shot.first / film.fps, (shot.last + 1) / film.fps) for shot in film.shots]),
        np.concatenate([[True], np.diff(scenes) != 0]), scenes,
        {group: np.array([one.index(group) for one in labels], np.int64) for group in SINGLE},
        np.array([[int(name in one.mood) for name in GROUPS["mood"]] for one in labels], np.int64),
    )  # fmt: skip


def _seen(
    renderer: Renderer, rate: float, width: int, height: int
) -> tuple[Picture, npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    film = renderer.film
    count = int(film.seconds * rate)
    indexes = np.array([min(film.frames - 1, int((k + 0.5) / rate * film.fps)) for k in range(count)], np.int64)
    pictures = np.zeros((count, height, width, 3), np.uint8)
    for place, index in enumerate(indexes):
        pictures[place] = renderer.frame(int(index), width, height)
    return pictures, indexes / film.fps, indexes


def stream(
    pool: str,
    bank: Bank | None,
    *,
    first: int = 0,
    scenes: int = 10,
    corpus: str = "",
    rate: float = 2.0,
    small_rate: float = 8.0,
) -> Iterator[Arrays]:
    """Films *first*, *first* + 1, ... of a pool without end. Film number n is the same in every run."""
    number = first
    while True:
        yield arrays(write(number, pool, scenes=scenes, corpus=corpus), bank, rate=rate, small_rate=small_rate)
        number += 1

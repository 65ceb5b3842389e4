"""
What the recogniser is given of picture, sound and text; the recipe (models/scenes) uses this very code.

* *Instants*, two for each second and one more wherever the picture jumps: a picture of 112x64, measures of its light,
  and of the motion from it to the next instant (eight looks for each second at 48x27: frame rates do not matter).
* *Seconds* of sound: 100 rows of log mel (``sounds.features``), or the 16,000 samples themselves.
* *Text*: for each character three rows of tables, of the character, of it and the one before it, and of its word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from plugin_core.sounds.features import RATE, LogMel

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

WIDTH, HEIGHT = 112, 64  # of a picture
SMALL = (48, 27)  # what motion is measured on
LOOKS = 8  # for each second
INSTANTS = 2  # for each second
LIGHT, MOTION = 12, 6
MEASURES = LIGHT + MOTION
ROWS = 100  # of log mel in a second
JUMP, OTHER_COLOURS = 0.06, 0.5  # mean change of the luma (0 to 1), L1 distance of the histograms (0 to 2)
REACH = 6  # pixels at 48x27 that a picture is looked for after it moved
LETTERS, PARTS = 1 << 12, 1 << 12  # rows of the tables of characters, and of pairs and words
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Frame(Protocol):
    """A decoded frame, as ``plugin_core.frames`` has it."""

    @property
    def index(self) -> int: ...
    @property
    def time(self) -> Fraction: ...
    @property
    def ms(self) -> int: ...
    def rgb(self, width: int, height: int) -> Picture: ...


@dataclass(frozen=True, slots=True, eq=False)
class Instant:
    """*pictures* [clip, 64, 112, 3] from frame *index* on, and *measures* [MEASURES] of its light and motion."""

    index: int
    ms: int
    pictures: Picture
    measures: Floats


class Instants:
    """Frames to instants. With a *clip* of more than one, an instant has as many pictures, 1/8 s apart."""

    def __init__(self, clip: int = 1) -> None:
        self._clip = clip
        self._open: _Open | None = None
        self._look = -math.inf  # number of the last look
        self._last: tuple[Floats, Floats] | None = None  # luma and histogram of the last look

    def see(self, frame: Frame) -> Instant | None:
        """The instant that *frame* completes, if it does; its own is completed later."""
        look = math.floor(frame.time * LOOKS)
        if look <= self._look:
            return None
        self._look = look
        small = frame.rgb(*SMALL)
        luma, colours = luma_of(small), histogram(small)
        jumped = self._jumped(luma, colours)
        if self._last is not None and self._open is not None and not jumped:
            self._open.moves.append(motion(self._last[0], luma))
        self._last = (luma, colours)
        began, done = self._open, None
        if began is None or jumped or look // (LOOKS // INSTANTS) > began.look // (LOOKS // INSTANTS):
            done, self._open = self._done(), _Open(frame.index, frame.ms, look, [])
        if self._open is not None and len(self._open.pictures) < self._clip:
            self._open.pictures.append(frame.rgb(WIDTH, HEIGHT))
        return done

    def finish(self) -> Instant | None:
        """The last one, if any frame was seen."""
        done, self._open, self._last = self._done(), None, None
        return done

    def _jumped(self, luma: Floats, colours: Floats) -> bool:
        if self._last is None:
            return False
        change = float(np.abs(luma - self._last[0]).mean())
        return change > JUMP and float(np.abs(colours - self._last[1]).sum()) > OTHER_COLOURS

    def _done(self) -> Instant | None:
        if self._open is None:
            return None
        kept = self._open.pictures
        pictures = np.stack([*kept, *[kept[-1]] * (self._clip - len(kept))])
        measures = np.concatenate([light(kept[0]), moved(self._open.moves)])
        return Instant(self._open.index, self._open.ms, pictures, measures)


class _Open:
    """An instant that is not complete yet."""

    def __init__(self, index: int, ms: int, look: int, pictures: list[Picture]) -> None:
        self.index, self.ms, self.look, self.pictures = index, ms, look, pictures
        self.moves: list[Floats] = []


def luma_of(picture: Picture) -> Floats:
    """[height, width], 0 to 1."""
    return np.asarray(picture @ _LUMA / np.float32(255), np.float32)


def histogram(picture: Picture) -> Floats:
    """[64]: the shares of four levels of red by four of green by four of blue."""
    levels = (picture >> 6).astype(np.int64)
    places = levels[..., 0] * 16 + levels[..., 1] * 4 + levels[..., 2]
    return (np.bincount(places.ravel(), minlength=64) / places.size).astype(np.float32)


def light(picture: Picture) -> Floats:
    """
    [LIGHT] of a picture: luma (mean, spread, its 5th, 50th and 95th percent), saturation, warmth, greenness, blueness,
    how much brighter the upper third is than the lower, how much is edge, how much is nearly black.
    """
    luma, colours = luma_of(picture), picture.astype(np.float32) / np.float32(255)
    red, green, blue = (float(colours[..., number].mean()) for number in range(3))
    saturation = float((colours.max(2) - colours.min(2)).mean())
    third = len(luma) // 3
    edges = float(np.abs(np.diff(luma, axis=0)).mean() + np.abs(np.diff(luma, axis=1)).mean())
    levels = [float(value) for value in np.percentile(luma, [5, 50, 95])]
    return np.array(
        [
            luma.mean(), luma.std() * 2, *levels, saturation, red - blue, green - (red + blue) / 2,
            blue - (red + green) / 2, luma[:third].mean() - luma[-third:].mean(), edges * 5, (luma < 0.06).mean(),
        ],
        np.float32,
    )  # fmt: skip


def motion(before: Floats, after: Floats) -> Floats:
    """
    [4] from one look to the next: the mean change, the share of what changed, how uneven it is, and how far the whole
    picture moved (pixels at 48x27, over REACH).
    """
    change = np.abs(after - before)
    across = shift(before.mean(0), after.mean(0))
    down = shift(before.mean(1), after.mean(1))
    return np.array([change.mean(), (change > 0.04).mean(), change.std(), math.hypot(across, down) / REACH], np.float32)


def shift(before: Floats, after: Floats) -> int:
    """How far a profile moved, within REACH: where the mean squared difference is least; 0 for what is even."""
    length = len(before)
    padded = np.lib.stride_tricks.sliding_window_view(before, length - 2 * REACH)
    errors = ((padded - after[REACH : length - REACH]) ** 2).mean(1)
    best = int(errors.argmin())
    return REACH - best if errors[best] < 0.5 * errors[REACH] else 0


def moved(moves: Sequence[Floats]) -> Floats:
    """[MOTION] of the looks of an instant: the mean of all four, the greatest change and shift; zeros for none."""
    if not moves:
        return np.zeros(MOTION, np.float32)
    every = np.stack(moves)
    found = np.concatenate([every.mean(0), every[:, [0, 3]].max(0)])
    return np.asarray(found * np.array([8, 1, 4, 1, 8, 1], np.float32), np.float32)


class Seconds:
    """Sound at 16 kHz to its seconds: [n, 100, 64] log mel, or [n, 16000] samples if *kind* is "wave"."""

    def __init__(self, kind: str = "mel") -> None:
        self._mel = LogMel() if kind == "mel" else None
        self._kept = np.zeros((0, LogMel.bands) if self._mel else 0, np.float32)
        self._size = ROWS if self._mel else RATE

    def hear(self, block: Floats) -> Floats:
        """The seconds that *block* completes."""
        return self._cut(self._mel.push(block) if self._mel else block)

    def finish(self) -> Floats:
        """What is left, filled up with silence; nothing if it is less than a tenth of a second."""
        whole = self._cut(self._mel.finish()) if self._mel else self._cut(self._kept[:0])
        left = len(self._kept)
        if left < self._size // 10:
            return whole
        missing = np.zeros((self._size - left, *self._kept.shape[1:]), np.float32)
        return np.concatenate([whole, self._cut(missing)])

    def _cut(self, more: Floats) -> Floats:
        kept = np.concatenate([self._kept, more])
        count = len(kept) // self._size
        self._kept = kept[count * self._size :]
        return kept[: count * self._size].reshape(count, self._size, *kept.shape[1:])


def text_ids(text: str, characters: int) -> Numbers:
    """[characters, 3] rows of the tables of characters, of pairs and of words; 0 beyond the text."""
    from plugin_core.tagging.characters import fold
    from plugin_core.tagging.features import features

    folded = fold(text)[:characters]
    rows, letters = features(folded, bytes(len(folded)))
    found = np.zeros((characters, 3), np.int64)
    found[: len(folded), 0] = letters % (LETTERS - 1) + 1
    found[: len(folded), 1:] = rows[:, [0, 7]] % (PARTS - 1) + 1
    return found


def spread(count: int, most: int) -> Numbers:
    """Which of *count* things are taken where only *most* can be: evenly, in order."""
    if count <= most:
        return np.arange(count)
    return np.floor((np.arange(most) + 0.5) * count / most).astype(np.int64)

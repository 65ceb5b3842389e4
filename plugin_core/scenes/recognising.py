"""
What is in the shots of a film: a watcher that keeps only vectors while the film streams by, and what they say.

The fusion looks at a window of shots at a time; windows overlap by half, and of each the shots are taken that are
farthest from its ends. What a shot has too much of (instants, seconds) is thinned out evenly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from plugin_core.document import Cue
from plugin_core.engines.scenes import BRANCHES, empty_row
from plugin_core.scenes.features import MEASURES, Floats, Frame, Instant, Instants, Seconds, spread, text_ids

if TYPE_CHECKING:
    from plugin_core.engines.scenes import SceneEngine

BATCH = 16  # inputs that a network is given at once
HOLDS = 0.5  # probability from which a label of a group of many counts


class Shot(Protocol):
    """A shot, as ``plugin_core.shots`` has it: indexes of its first and last frame, and ms."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class ShotLabels:
    """
    What one shot holds. *probabilities* are calibrated; of a group of many each stands for itself. *begins*: a scene
    begins with this shot (1 for the first). *from_*: which of "pictures", "sounds" and "texts" there were.
    """

    probabilities: Mapping[str, Mapping[str, float]]
    begins: float
    embedding: NDArray[np.float32]
    from_: tuple[str, ...]

    def best(self, group: str) -> tuple[str, float]:
        """The most probable label of *group*, and its probability."""
        found = self.probabilities[group]
        label = max(found, key=lambda name: found[name])
        return label, found[label]

    def likely(self, group: str, least: float = HOLDS) -> tuple[str, ...]:
        """The labels of *group* with a probability of *least* or more, the most probable first."""
        found = self.probabilities[group]
        return tuple(sorted((name for name in found if found[name] >= least), key=lambda name: -found[name]))


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """
    What is left of a film that was seen and heard: *looks* [n, dimension + MEASURES] of its instants, that begin at the
    frames *indexes* [n], and *sounds* [seconds, dimension].
    """

    indexes: NDArray[np.int32]
    looks: NDArray[np.float16]
    sounds: NDArray[np.float16]


class Watcher:
    """Sees and hears a film once; then it can say what its shots hold, as often as the shots change."""

    def __init__(self, engine: SceneEngine) -> None:
        self._engine = engine
        self._instants, self._seconds = Instants(engine.shapes.clip), Seconds(engine.shapes.sound)
        self._waiting: list[Instant] = []
        self._indexes: list[int] = []
        self._looks: list[NDArray[np.float16]] = []  # pieces of [n, dimension + MEASURES]
        self._sounds: list[NDArray[np.float16]] = []
        self._finished = False

    def see(self, frame: Frame) -> None:
        """The next frame of the film."""
        done = self._instants.see(frame)
        if done is not None:
            self._take(done)

    def hear(self, block: Floats) -> None:
        """The next samples of the film's sound, 16 kHz mono, from media time 0 on."""
        self._listen(self._seconds.hear(block))

    def finish(self) -> None:
        """The film is over. ``recognise`` calls it; nothing can be seen or heard after it."""
        if self._finished:
            return
        self._finished = True
        last = self._instants.finish()
        if last is not None:
            self._take(last)
        self._look()
        self._listen(self._seconds.finish())

    @property
    def memory(self) -> Memory:
        """Everything that ``recognise`` needs of the film, which is then over."""
        self.finish()
        sizes = self._engine.dimensions
        looks, sounds = joined(self._looks, sizes["pictures"] + MEASURES), joined(self._sounds, sizes["sounds"])
        return Memory(np.asarray(self._indexes, np.int32), looks, sounds)

    def remember(self, memory: Memory) -> None:
        """Have seen and heard, with the same pack, what *memory* is of."""
        self._finished, self._waiting = True, []
        self._indexes, self._looks, self._sounds = [int(one) for one in memory.indexes], [memory.looks], [memory.sounds]

    def recognise(self, shots: Sequence[Shot], cues: Iterable[Cue] = (), column: int = 0) -> tuple[ShotLabels, ...]:
        """What *shots* hold, in their order. *cues* are read in their *column*. ModelError if the pack fails."""
        self.finish()
        if not shots:
            return ()
        row = self._row(shots, said(shots, cues, column))
        found = [label for piece in self._windows(row, len(shots)) for label in piece]
        return (replace(found[0], begins=1.0), *found[1:])

    def _take(self, instant: Instant) -> None:
        self._waiting.append(instant)
        if len(self._waiting) >= BATCH:
            self._look()

    def _look(self) -> None:
        if not self._waiting:
            return
        vectors = self._engine.vectors("pictures", np.stack([one.pictures for one in self._waiting]))
        measures = np.stack([one.measures for one in self._waiting])
        self._looks.append(np.concatenate([vectors, measures], 1).astype(np.float16))
        self._indexes += [one.index for one in self._waiting]
        self._waiting = []

    def _listen(self, seconds: Floats) -> None:
        for at in range(0, len(seconds), BATCH):
            self._sounds.append(self._engine.vectors("sounds", seconds[at : at + BATCH]).astype(np.float16))

    def _row(self, shots: Sequence[Shot], texts: Sequence[str]) -> dict[str, Floats]:
        shapes, sizes = self._engine.shapes, dict(self._engine.dimensions)
        sizes["pictures"] += MEASURES
        looks = joined(self._looks, sizes["pictures"])
        sounds = joined(self._sounds, sizes["sounds"])
        row = empty_row(len(shots), shapes, sizes)
        for number, (shot, places) in enumerate(zip(shots, seen(shots, self._indexes), strict=True)):
            put(row, "pictures", number, looks[places])
            put(row, "sounds", number, sounds[heard(shot, len(sounds))])
        spoken = [number for number, text in enumerate(texts) if text]
        ids = [text_ids(texts[number], shapes.characters) for number in spoken]
        for at in range(0, len(ids), BATCH):
            row["texts"][spoken[at : at + BATCH]] = self._engine.vectors("texts", np.stack(ids[at : at + BATCH]))
        row["texts_mask"][spoken] = 1.0
        return row

    def _windows(self, row: Mapping[str, Floats], count: int) -> Iterator[list[ShotLabels]]:
        for start, end, first, last in windows(count, self._engine.shapes.window):
            part = {name: value[start:end] for name, value in row.items()}
            chances, begins, vectors = self._engine.fuse(part)
            yield [
                self._labels(number, chances, float(begins[number]), vectors[number], part)
                for number in range(first - start, last - start)
            ]

    def _labels(
        self, number: int, chances: Mapping[str, Floats], begins: float, vector: Floats, row: Mapping[str, Any]
    ) -> ShotLabels:
        probabilities = {
            name: dict(zip(group.labels, map(float, chances[name][number]), strict=True))
            for name, group in self._engine.groups.items()
        }
        present = tuple(name for name in BRANCHES if np.any(row[f"{name}_mask"][number]))
        return ShotLabels(probabilities, begins, vector.copy(), present)


def said(shots: Sequence[Shot], cues: Iterable[Cue], column: int = 0) -> list[str]:
    """The text of each shot: of all cues that are on while it is."""
    texts: list[list[str]] = [[] for _ in shots]
    starts, ends = [shot.start for shot in shots], [shot.end for shot in shots]
    for cue in cues:
        text = cue.texts[column].strip() if column < len(cue.texts) else ""
        first, last = np.searchsorted(ends, cue.start, "right"), np.searchsorted(starts, cue.end, "left")
        for number in range(int(first), int(last) if text else 0):
            texts[number].append(text)
    return [" ".join(found) for found in texts]


def seen(shots: Sequence[Shot], indexes: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """Which of the instants, that began at the frames *indexes*, are in each shot."""
    places = np.asarray(indexes, np.int64)
    for shot in shots:
        yield np.arange(*np.searchsorted(places, [shot.first, shot.last + 1]))


def heard(shot: Shot, seconds: int) -> NDArray[np.int64]:
    """Which of the film's *seconds* of sound are those of *shot*: their middles are in it, or it is in one of them."""
    first, last = (shot.start + 499) // 1000, (shot.end + 499) // 1000
    if first >= last:
        first = (shot.start + shot.end) // 2000
        last = first + 1
    return np.arange(min(first, seconds), min(last, seconds))


def windows(count: int, size: int) -> Iterator[tuple[int, int, int, int]]:
    """
    (start, end, first, last): the shots *start* to *end* are looked at to tell about *first* to *last*.

    Together the latter are 0 to *count*, in order, once each.
    """
    step = max(1, size // 2)
    first = 0
    while first < count:
        start = min(max(0, first - (size - step) // 2), max(0, count - size))
        end = min(count, start + size)
        last = count if end == count else min(count, first + step)
        yield start, end, first, last
        first = last


def put(row: Mapping[str, Floats], name: str, number: int, vectors: NDArray[Any]) -> None:
    """Write the *vectors* of one shot into a row, thinned out to what it holds."""
    chosen = spread(len(vectors), row[name].shape[1])
    row[name][number, : len(chosen)] = vectors[chosen]
    row[f"{name}_mask"][number, : len(chosen)] = 1.0


def joined(pieces: Sequence[NDArray[np.float16]], width: int) -> NDArray[np.float16]:
    """[n, width] of all pieces."""
    return np.concatenate(pieces) if pieces else np.zeros((0, width), np.float16)

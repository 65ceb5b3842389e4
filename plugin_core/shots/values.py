"""What finding shots gives: changes from one shot to the next, the shots between them, and the curve they come from."""

from __future__ import annotations

import base64
import binascii
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core.errors import DocumentError, SettingsError

KINDS = ("cut", "dissolve", "fade", "wipe")
THRESHOLD = 0.5  # for a cut, the one PySceneDetect's AdaptiveDetector has by default
SHORTEST = 240  # ms; six frames at 25 a second: what is shorter is a flash or a fault
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Transition:
    """
    How one shot becomes the next. A cut: *first* and *last* are the first frame of the new shot, *start* and *end* its
    time. Otherwise the first and the last frame that show neither shot as it is, *start* of *first* and *end* of *last*
    in ms. A fade goes through a plain picture, which counts as part of it; one at the film's ends has a shot on one
    side only. *confidence* is what a threshold is compared with.
    """

    kind: str
    first: int
    last: int
    start: int
    end: int
    confidence: float = 1.0

    @property
    def frames(self) -> int:
        """How many frames show neither shot: 0 for a cut."""
        return 0 if self.kind == "cut" else self.last - self.first + 1

    @property
    def begins(self) -> int:
        """The first frame that counts as the new shot's: the middle of a change that takes time."""
        return self.first if self.kind == "cut" else (self.first + self.last + 1) // 2


@dataclass(frozen=True, slots=True)
class Shot:
    """*first* and *last* frame (numbers of decoded ones), *start* and *end* (the next's start) in ms, what leads in."""

    first: int
    last: int
    start: int
    end: int
    transition: Transition | None = None


@dataclass(frozen=True, slots=True)
class ShotOptions:
    """*threshold*: the least confidence of a change, 0 to 1. *shortest*: ms that a shot lasts at least."""

    threshold: float = THRESHOLD
    shortest: int = SHORTEST

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise SettingsError(
                "settings.threshold", f"{self.threshold} is no threshold.", "Use 0.05 to 1; 0.5 is usual."
            )
        if self.shortest < 0:
            raise SettingsError("settings.shortest", "A shot cannot be shorter than nothing.", "Use 0 or more ms.")


@dataclass(frozen=True, eq=False)
class Curve:
    """
    Everything a threshold can be tried on without looking again: when every frame begins (ms), how much changes at it
    (0 to 255), every change that may be one, and when the film ends (ms).
    """

    starts: npt.NDArray[np.int32]
    scores: npt.NDArray[np.uint8]
    candidates: tuple[Transition, ...]
    end: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((len(self.starts), self.end, self.candidates))

    @staticmethod
    def empty() -> Curve:
        """The curve of a film without a frame."""
        return Curve(np.zeros(0, np.int32), np.zeros(0, np.uint8), (), 0)

    def to_json(self) -> dict[str, Any]:
        """As JSON values; a film of ten hours takes some 2 MB."""
        steps = np.diff(self.starts, prepend=np.int32(0)).astype("<i4")
        return {
            "schema": SCHEMA,
            "starts": _packed(steps.tobytes()),
            "scores": _packed(self.scores.tobytes()),
            "candidates": [
                [one.kind, one.first, one.last, one.start, one.end, round(one.confidence, 4)] for one in self.candidates
            ],
            "end": self.end,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Curve:
        """The curve of ``to_json``; DocumentError if it is none."""
        try:
            if value["schema"] != SCHEMA:
                raise ValueError(f"schema {value['schema']}")
            starts = np.cumsum(np.frombuffer(_unpacked(value["starts"]), "<i4"), dtype=np.int32)
            scores = np.frombuffer(_unpacked(value["scores"]), np.uint8)
            if len(starts) != len(scores):
                raise ValueError("not one score for each frame")
            found = (
                Transition(str(k), int(f), int(t), int(s), int(e), float(c)) for k, f, t, s, e, c in value["candidates"]
            )
            return Curve(starts, scores, tuple(found), int(value["end"]))
        except (KeyError, TypeError, ValueError, binascii.Error, zlib.error) as error:
            raise DocumentError(
                "shots.curve", f"This is no curve of shots ({error}).", "Find the shots again."
            ) from error


@dataclass(frozen=True, slots=True)
class Shots:
    """The shots of a film in order, what leads from one to the next (and into the first), and their curve."""

    shots: tuple[Shot, ...]
    transitions: tuple[Transition, ...]
    curve: Curve

    @property
    def cuts(self) -> tuple[int, ...]:
        """When a new shot begins, in ms, the first shot's beginning left out: what cues snap to."""
        return tuple(shot.start for shot in self.shots[1:])


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a search: its shots, and how many frames could not be decoded."""

    shots: Shots
    damaged: int = 0


def at(curve: Curve, threshold: float = THRESHOLD, *, shortest: int = SHORTEST) -> Shots:
    """The shots of *curve* at a *threshold*, none but the last shorter than *shortest* ms (the surer change stays)."""
    ShotOptions(threshold, shortest)
    chosen: list[Transition] = []  # in their order: only the neighbours of a place can be in the way
    possible = (one for one in curve.candidates if _inside(one, curve, shortest))
    for one in sorted(possible, key=lambda one: (-one.confidence, one.first)):
        if one.confidence < threshold:
            break
        place = bisect_left(chosen, one.first, key=lambda other: other.first)
        if all(_apart(one, other, curve, shortest) for other in chosen[max(0, place - 1) : place + 1]):
            chosen.insert(place, one)
    return _between(curve, chosen)


def _inside(one: Transition, curve: Curve, shortest: int) -> bool:
    """Whether a change leaves a shot before it; a fade at the film's ends needs none. The last one may be cut off."""
    if one.kind != "cut" and (one.first == 0 or one.last >= len(curve.starts) - 1):
        return True
    return _time(curve, one.begins) >= shortest


def _apart(one: Transition, other: Transition, curve: Curve, shortest: int) -> bool:
    """Whether two changes leave room for a shot, and neither lies in the other."""
    if one.first <= other.last and other.first <= one.last:
        return False
    return abs(_time(curve, one.begins) - _time(curve, other.begins)) >= shortest


def _between(curve: Curve, chosen: list[Transition]) -> Shots:
    count = len(curve.starts)
    if not count:
        return Shots((), (), curve)
    leading: dict[int, Transition | None] = {0: None}
    for one in chosen:
        if one.first == 0 and one.kind != "cut":
            leading[0] = one  # a fade in at the beginning leads into the first shot
        elif 0 < one.begins < count and one.last < count - 1:
            leading[one.begins] = one  # what goes on to the last frame leads nowhere
    firsts = sorted(leading)
    shots = []
    for first, after in zip(firsts, [*firsts[1:], count], strict=True):
        shots.append(Shot(first, after - 1, _time(curve, first), _time(curve, after), leading[first]))
    return Shots(tuple(shots), tuple(chosen), curve)


def _time(curve: Curve, frame: int) -> int:
    return int(curve.starts[frame]) if frame < len(curve.starts) else curve.end


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text, validate=True))

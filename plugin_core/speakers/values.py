"""
Who speaks when: turns of speech, each of one voice, in ms of media time.

A voice has a name from the start ("Speaker 1" in the order of first appearance) and may get a better one from the text
(``naming``) or from an earlier run of the same project (``voiceprints``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core.errors import ZimuError

Vectors = npt.NDArray[np.float32]
NAMES = {"en": "Speaker {}", "zh": "说话人 {}"}
_GENERATED = re.compile(r"(?:Speaker|说话人) ?\d+")


@dataclass(frozen=True, slots=True)
class Turn:
    """
    *speaker* speaks from *start* to *end* (ms; ``start < end``). *confidence* is how sure the voice is that speaker's.

    *overlapped* is set where somebody else speaks too: then another turn covers the same time.
    """

    start: int
    end: int
    speaker: str
    confidence: float = 1.0
    overlapped: bool = False

    @property
    def duration(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: its *name*, its mean embedding (unit length; empty where channels told the voices apart), its time."""

    name: str
    vector: tuple[float, ...] = ()
    spoken: int = 0  # ms


@dataclass(frozen=True, slots=True)
class Turns:
    """Everything found, sorted by (start, end, speaker). *pack* is the key of the pack that made the vectors."""

    turns: tuple[Turn, ...] = ()
    voices: tuple[Voice, ...] = ()
    pack: str = ""

    def renamed(self, names: Mapping[str, str]) -> Turns:
        """With other names for some voices; two voices that get the same name become one."""
        turns = tuple(replace(turn, speaker=names.get(turn.speaker, turn.speaker)) for turn in self.turns)
        voices: dict[str, Voice] = {}
        for voice in self.voices:
            name = names.get(voice.name, voice.name)
            voices[name] = _joined(voices[name], voice) if name in voices else replace(voice, name=name)
        return Turns(tuple(sorted(turns, key=_order)), tuple(voices.values()), self.pack)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the journal. The vectors are voiceprints: they stay on the machine."""
        return {
            "turns": [[t.start, t.end, t.speaker, round(t.confidence, 4), t.overlapped] for t in self.turns],
            "voices": [
                {"name": v.name, "spoken": v.spoken, "vector": [round(x, 4) for x in v.vector]} for v in self.voices
            ],
            "pack": self.pack,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Turns:
        """The turns of :meth:`to_json`; ZimuError if they are none."""
        try:
            turns = tuple(
                Turn(int(a), int(b), str(name), float(sure), bool(over)) for a, b, name, sure, over in value["turns"]
            )
            voices = tuple(
                Voice(str(row["name"]), tuple(float(x) for x in row["vector"]), int(row["spoken"]))
                for row in value["voices"]
            )
            return Turns(turns, voices, str(value["pack"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ZimuError("speakers.value", f"These are no turns ({error}).", "Analyse the file again.") from error


class Timeline:
    """Turns by time. Turns are short, so the few that share time with a stretch are found by bisection."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = sorted(turns, key=_order)
        self._starts = [turn.start for turn in self._turns]
        self._longest = max((turn.duration for turn in self._turns), default=0)

    def between(self, start: int, end: int) -> list[Turn]:
        """The turns that share time with *start*..*end* (ms), in order."""
        first, past = bisect_left(self._starts, start - self._longest), bisect_left(self._starts, end)
        return [turn for turn in self._turns[first:past] if turn.end > start]


def default_name(number: int, language: str) -> str:
    """The name of the *number*-th voice (from 1) that nobody has named yet."""
    return NAMES.get(language, NAMES["en"]).format(number)


def is_default(name: str) -> bool:
    """Whether *name* is one that ``default_name`` gives."""
    return _GENERATED.fullmatch(name) is not None


def unit(vectors: Vectors) -> Vectors:
    """The rows at unit length; a row of zeros stays."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


def _order(turn: Turn) -> tuple[int, int, str]:
    return turn.start, turn.end, turn.speaker


def _joined(one: Voice, other: Voice) -> Voice:
    if len(one.vector) != len(other.vector):
        return replace(one, spoken=one.spoken + other.spoken)
    mean = one.spoken * np.array(one.vector) + other.spoken * np.array(other.vector)
    vector = tuple(float(x) for x in unit(mean.astype(np.float32))) if one.vector else ()
    return Voice(one.name, vector, one.spoken + other.spoken)

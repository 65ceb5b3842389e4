"""The classes of AudioSet: what sort of sound each is (``audioset.toml``), and hundreds of them folded into a few."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plugin_core.errors import ModelError

Matrix = npt.NDArray[np.float32]

SORTS = {"speech": "Speech", "singing": "Singing", "music": "Music", "noise": "Noise"}


@dataclass(frozen=True, slots=True)
class SoundClass:
    """An output of a network: a short name, what sort it is ("" is not reported), its class in AudioSet."""

    name: str
    kind: str  # of values.KINDS, or ""
    audio_class: str = ""


def named(names: Sequence[str]) -> tuple[SoundClass, ...]:
    """The classes of AudioSet with these display names, in this order."""
    sorts = _sorts(tuple(names))
    return tuple(SoundClass(short(name), sorts.get(name, "sound"), name) for name in names)


def short(name: str) -> str:
    """A display name as a name: ``Baby cry, infant cry`` is ``baby cry``."""
    return name.partition(",")[0].partition("(")[0].strip().lower()


@cache
def _sorts(names: tuple[str, ...]) -> dict[str, str]:
    table: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("audioset.toml").read_text("utf-8"))
    places = {name: place for place, name in enumerate(names)}
    sorts: dict[str, str] = {}
    for sort, members in table.items():
        for member in members:
            first, _, last = member.partition(" ... ")
            if first in places:
                run = names[places[first] : places.get(last, places[first]) + 1]
                sorts |= dict.fromkeys(run, "" if sort == "ignored" else sort)
    return sorts


def display_names(path: Path) -> list[str]:
    """The display names of an AudioSet class file (index,mid,display_name)."""
    try:
        return [row["display_name"] for row in csv.DictReader(path.read_text("utf-8").splitlines())]
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise ModelError(
            "model.classes", f"{path.name} is no list of AudioSet classes ({error!r}).", "Install the pack again."
        ) from error


class Fold:
    """
    Hundreds of classes of AudioSet as an editor wants them: one column for each sort, then the sounds by name.

    A sort is as probable as its most probable class; "noise" takes the named sounds in, which are noise too. Classes
    that nobody asks for (rooms, families of animals) have no column.
    """

    def __init__(self, listed: Sequence[SoundClass]) -> None:
        sounds = [place for place, one in enumerate(listed) if one.kind == "sound"]
        sorts = {sort: [place for place, one in enumerate(listed) if one.kind == sort] for sort in SORTS}
        sorts["noise"] += sounds
        self._sorts = [places for places in sorts.values() if places]
        self._sounds = sounds
        named = [SoundClass(sort, sort, SORTS[sort]) for sort, places in sorts.items() if places]
        self.classes = (*named, *(listed[place] for place in sounds))

    def __call__(self, scores: Matrix) -> Matrix:
        """Rows of all classes to rows of ``classes``."""
        pooled = [scores[:, places].max(axis=1) for places in self._sorts]
        return np.concatenate([np.stack(pooled, axis=1), scores[:, self._sounds]], axis=1)

"""The embedded scenes pack on a drawn film of the test pool, through the product's watcher."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from plugin_core.engines import open_scenes
from plugin_core.modelstore import read_pack, verify
from plugin_core.scenes import ShotLabels, Watcher, groups


@dataclass(frozen=True)
class Piece:
    """A shot."""

    first: int
    last: int
    start: int
    end: int


def test_it_is_small_and_whole(starter: Path) -> None:
    pack = read_pack(starter / "scenes")
    verify(pack)
    assert pack.id == "starter-scenes"
    assert pack.size < 3_000_000
    assert pack.limits


def test_it_knows_the_labels_that_are_shown(starter: Path) -> None:
    with open_scenes(read_pack(starter / "scenes")) as engine:
        assert {name: group.labels for name, group in engine.groups.items()} == {
            name: group.labels for name, group in groups().items()
        }
        assert all(engine.dimensions.values())


@pytest.fixture(scope="module")
def told() -> tuple[tuple[ShotLabels, ...], list[str], list[bool]]:
    """A silent film without text, of light streets and dark rooms: labels, places, beginnings."""
    pytest.importorskip("PIL")
    from models.scenes.films.script import write
    from models.scenes.prepare import frames
    from tests.conftest import ROOT

    film = write(4, "test", scenes=4, sound=False, text=False)
    with open_scenes(read_pack(ROOT / "models" / "starter" / "scenes")) as engine:
        watcher = Watcher(engine)
        for frame in frames(film):
            watcher.see(frame)
        pieces = [
            Piece(shot.first, shot.last, round(shot.first * 1000 / film.fps), round((shot.last + 1) * 1000 / film.fps))
            for shot in film.shots
        ]
        found = watcher.recognise(pieces)
    scenes = [shot.scene for shot in film.shots]
    places = [str(film.scenes[number].labels.place) for number in scenes]
    return found, places, [bool(at == 0 or scenes[at] != scenes[at - 1]) for at in range(len(scenes))]


def test_places_are_told_better_than_by_chance(told: tuple[tuple[ShotLabels, ...], list[str], list[bool]]) -> None:
    found, places, _ = told
    known = [(labels.best("place")[0], place) for labels, place in zip(found, places, strict=True) if place != "None"]
    assert np.mean([said == place for said, place in known]) > 0.6


def test_scenes_begin_where_they_begin(told: tuple[tuple[ShotLabels, ...], list[str], list[bool]]) -> None:
    found, _, begins = told
    chances = np.array([labels.begins for labels in found[1:]])
    truth = np.array(begins[1:])
    assert chances[truth].mean() > 2 * chances[~truth].mean()


def test_only_pictures_were_there(told: tuple[tuple[ShotLabels, ...], list[str], list[bool]]) -> None:
    assert {labels.from_ for labels in told[0]} == {("pictures",)}

"""Captions of drawn films: only what is seen is told, in many ways, the same on every machine."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from models.captioner import films, phrases
from models.captioner.films import LANGUAGES, PER_SHOT, Seen, captions, seen, told
from models.scenes.films.plan import Actor, Film, Shot
from models.scenes.films.render import Renderer
from models.scenes.films.script import write

PLACES = list(phrases.ZH_PLACES)


@pytest.fixture(scope="module")
def film() -> Film:
    return write(3, "dev", scenes=10)


def shot_of(film: Film, kind: str, **camera: object) -> tuple[Film, Shot]:
    """The first shot of a scene of that activity, filmed as *camera* says, and its film."""
    number = next(n for n, scene in enumerate(film.scenes) if scene.labels.activity == kind)
    shot = next(shot for shot in film.shots if shot.scene == number)
    return film, replace(shot, camera=replace(shot.camera, **camera))  # type: ignore[arg-type]


def alone(film: Film, shot: Shot, *people: Actor) -> Seen:
    """What is seen if these were there."""
    return seen(film, replace(shot, actors=people))


def person(x: float, pose: str = "stand", number: int = 1) -> Actor:
    return Actor("person", number, (x, 1.22), 0.62, pose)


def standing(film: Film) -> tuple[Film, Shot]:
    return shot_of(film, "calm", x=2.0, y=0.85, zoom=1.0, drift=(0.0, 0.0), growth=0.0, shake=0.0, plain=False)


def test_everybody_in_the_picture_is_counted_and_nobody_else(film: Film) -> None:
    film, shot = standing(film)
    for count, who in ((0, ""), (1, "one"), (2, "two"), (3, "three"), (5, "some"), (9, "many")):
        there = [person(1.6 + 0.08 * n, number=n) for n in range(count)]
        assert alone(film, shot, *there, person(0.2), person(3.9)).who == who


@pytest.mark.parametrize(("pose", "doing"), [("sit", "sit"), ("run", "run"), ("fight", "fight"), ("walk", "walk")])
def test_the_pose_is_what_somebody_does(film: Film, pose: str, doing: str) -> None:
    film, shot = standing(film)
    assert alone(film, shot, person(2.0, pose)).doing == doing


def test_four_who_walk_are_a_stream_and_four_who_stand_a_crowd(film: Film) -> None:
    film, shot = standing(film)
    for pose, doing in (("walk", "stream"), ("stand", "crowd"), ("dance", "dance")):
        assert alone(film, shot, *(person(1.7 + 0.1 * n, pose, n) for n in range(4))).doing == doing


def test_near_a_face_nobody_sees_who_sits(film: Film) -> None:
    film, shot = standing(film)
    near = replace(shot, camera=replace(shot.camera, zoom=3.0, y=0.7))
    assert {alone(film, near, person(2.0, pose)).doing for pose in ("sit", "stand")} == {"look"}
    assert alone(film, near, person(2.0, "run")).doing == "run"


def test_cars_and_explosions_are_told(film: Film) -> None:
    film, shot = standing(film)
    cars = [Actor("car", n, (1.6 + 0.7 * n, 1.3), 0.25) for n in range(2)]
    clock = (shot.first - film.scenes[shot.scene].first) / film.fps
    blast = Actor("blast", 4, (2.0, 1.15), 0.4, phase=clock)
    assert (alone(film, shot, *cars).doing, alone(film, shot, *cars).who) == ("chase", "cars")
    assert alone(film, shot, cars[0]).doing == "drive"
    assert alone(film, shot, blast).doing == "blast"
    assert alone(film, shot, blast, person(2.1)).doing == "flee"


def test_a_place_out_of_focus_and_its_hour_are_not_told(film: Film) -> None:
    film, shot = standing(film)
    assert alone(film, shot, person(2.0)).place in PLACES
    for camera in (replace(shot.camera, plain=True), replace(shot.camera, zoom=3.0, soft=0.02)):
        hidden = alone(film, replace(shot, camera=camera), person(2.0))
        assert (hidden.place, hidden.time, hidden.weather) == ("", "", "")


def test_a_coat_has_a_colour_in_light_only(film: Film) -> None:
    film, shot = standing(film)
    film = replace(film, grade=replace(film.grade, monochrome=0.0, saturation=1.0))
    colours = set()
    for time, number in product(("day", "night"), range(40)):
        scene = film.scenes[shot.scene]
        look = replace(scene.look, time=time, blue=False, dark=1.0)
        labels = replace(scene.labels, place="outdoor")
        lit = replace(film, scenes=(replace(scene, look=look, labels=labels),))
        colour = films.coat_of(lit, lit.scenes[0], person(2.0, number=number))
        assert colour == "" if time == "night" else True
        colours.add(colour)
    assert len(colours) > 5
    assert colours <= {"", *phrases.ZH_COATS}
    assert films.coat_of(replace(film, grade=replace(film.grade, monochrome=1.0)), scene, person(2.0)) == ""


@pytest.mark.parametrize(
    ("camera", "name"),
    [({"drift": (0.1, 0.0)}, "pan"), ({"drift": (0.8, 0.0)}, "rush"), ({"growth": 0.06}, "push"),
     ({"growth": -0.06}, "pull"), ({"shake": 0.03}, "shake"), ({}, "")],
)  # fmt: skip
def test_the_camera_is_told(film: Film, camera: dict[str, object], name: str) -> None:
    film, shot = standing(film)
    assert alone(film, replace(shot, camera=replace(shot.camera, **camera)), person(2.0)).camera == name  # type: ignore[arg-type]


def test_all_that_can_be_seen_can_be_told(film: Film) -> None:
    del film
    for doing, place, language in product(phrases.ZH_THERE, ("", *PLACES), LANGUAGES):
        who = {"drive": "car", "chase": "cars", "blast": ""}.get(doing, "two")
        assert len(captions(Seen(doing, who, place=place), language, "key", 2)) == 2
    for doing, language in product(("title", "bright", "credits"), LANGUAGES):
        assert len(captions(Seen(doing), language, "key")) >= 5
    for place, language in product(PLACES, LANGUAGES):
        assert captions(Seen("view", place=place, time="dusk", camera="pan", birds=True), language, "key")


def test_both_languages_know_the_same_things() -> None:
    for name in ("PLACES", "VIEWS", "COUNTS", "TIMES", "WEATHER", "SIZES", "CAMERA", "MOVES", "TITLES"):
        assert set(getattr(phrases, f"ZH_{name}")) == set(getattr(phrases, f"EN_{name}")), name
    assert set(phrases.ZH_THERE) == set(phrases.ZH_ALONE) == set(phrases.EN_DOING)


def test_captions_are_many_short_and_different(film: Film) -> None:
    for number, (zh, en) in enumerate(zip(told(film, "zh"), told(film, "en"), strict=True)):
        for texts in (zh, en):
            assert len(set(texts)) == len(texts) >= 4, film.shots[number]
        assert all(5 <= len(text) <= 25 for text in zh)
        assert all(3 <= len(text.split()) <= 18 for text in en)
        assert not any("{" in text or "，，" in text or text.endswith("，") for text in (*zh, *en))


def test_the_same_shot_has_the_same_captions(film: Film) -> None:
    assert told(film, "zh") == told(write(3, "dev", scenes=10), "zh")
    what = seen(film, film.shots[0])
    assert captions(what, "zh", "a") != captions(what, "zh", "b")
    assert len(captions(what, "zh", "a", 3)) == min(3, PER_SHOT)


def prepared(folder: Path, film: Film) -> Path:
    """A few of the arrays that ``models.scenes.prepare`` writes."""
    folder = folder / "dev-0003"
    folder.mkdir(parents=True)
    shots = [{"first": shot.first, "last": shot.last, "scene": shot.scene} for shot in film.shots]
    (folder / "film.json").write_text(json.dumps({"name": "dev-0003", "shots": shots}))
    indexes = np.array([0, 40, 80])
    np.save(folder / "indexes.npy", indexes)
    np.save(folder / "pictures.npy", np.stack([Renderer(film).frame(int(n), 112, 64) for n in indexes])[:, None])
    return folder


def test_films_that_were_prepared_are_told(film: Film, tmp_path: Path) -> None:
    prepared(tmp_path / "films", film)
    films.main(["--films", str(tmp_path / "films"), "--scenes", "10", "--out", str(tmp_path / "dev.jsonl")])
    rows = [json.loads(line) for line in (tmp_path / "dev.jsonl").read_text("utf-8").splitlines()]
    assert [(row["film"], row["shot"]) for row in rows] == [("dev-0003", n) for n in range(len(film.shots))]
    assert [row["zh"] for row in rows] == told(film, "zh")


def test_a_film_that_would_be_drawn_otherwise_is_not_told(film: Film, tmp_path: Path) -> None:
    folder = prepared(tmp_path, film)
    assert films.replayed(folder, scenes=10, corpus="") == film
    assert films.replayed(folder, scenes=9, corpus="") is None
    np.save(folder / "pictures.npy", 255 - np.load(folder / "pictures.npy"))
    assert films.replayed(folder, scenes=10, corpus="") is None


def test_some_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    films.main([])
    assert "dev_00000 0 " in capsys.readouterr().out

"""Captions in Chinese and English of the shots of drawn films: who, does what, where, when, and how it is filmed.

    python -m models.captioner.films --pool dev --count 3                  (some to read)
    python -m models.captioner.films --films FILMS/train --corpus cmn_2023.txt --out train.jsonl

The second tells the films that ``models.scenes.prepare`` drew. The truth is what is **seen**: an actor outside the
picture is not there, a place before which a face stands out of focus is none, and the colour of a coat is said of one
person only, and only where light shows it. ``captions`` chooses words by a grammar (``phrases``); the same shot has the
same captions on every machine.
"""

from __future__ import annotations

import argparse
import colorsys
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.captioner import phrases as said
from models.captioner.phrases import Forms
from models.scenes.films import figures, sets
from models.scenes.films.plan import Actor, Film, Scene, Shot
from models.scenes.films.pools import Chance, chance_of
from models.scenes.films.render import ASPECT, Renderer, window
from models.scenes.films.script import write

LONGEST_ZH, SHORTEST_ZH, LONGEST_EN = 25, 5, 18  # characters, characters, words
CLOSE, MEDIUM = 2.4, 1.35  # zooms
BLURRED = 0.012  # of the frame's height: from here on a place behind a face is not told
PER_SHOT = 6
TRIES = 60
SAME = 1.0  # of 255: pictures that differ less on average are the same
HUES = ((0.03, "red"), (0.11, "orange"), (0.19, "yellow"), (0.46, "green"), (0.70, "blue"), (0.84, "purple"),
        (0.95, "pink"), (1.01, "red"))  # fmt: skip
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Seen:
    """
    What a shot shows. "" is what nobody can see.

    *who*: of ``phrases.ZH_COUNTS``, "" for nobody; *doing*: of ``phrases.ZH_THERE``, or view | title | bright |
    credits; *place*: the painter of the set; *camera*: pan | rush | push | pull | shake | follow.
    """

    doing: str
    who: str = ""
    coat: str = ""
    place: str = ""
    time: str = ""
    weather: str = ""
    size: str = ""  # close | wide | far | over (a shoulder)
    camera: str = ""
    birds: bool = False


def seen(film: Film, shot: Shot) -> Seen:
    """What *shot* of *film* shows."""
    scene = film.scenes[shot.scene]
    if shot.title:
        return Seen("credits" if "\n" in shot.title and scene.labels.motion != "still" else _card(film, scene, shot))
    there = visible(film, shot)
    people = [actor for actor in there if actor.kind == "person"]
    doing, who = _doing(film, scene, shot, there)
    place = "" if _hidden(shot) else painter(scene)
    time = _time(scene, place)
    coat = coat_of(film, scene, people[0]) if who == "one" else ""
    size = _size(shot, people) if people else ""
    return Seen(
        doing, who, coat, place, time, scene.look.weather if place else "", size, _camera(shot),
        birds=any(actor.kind == "bird" for actor in there),
    )  # fmt: skip


# -- what is seen --


def visible(film: Film, shot: Shot) -> list[Actor]:
    """The actors that are in the picture at any of five moments."""
    scene = film.scenes[shot.scene]
    moments = [(shot.last - shot.first) / film.fps * part for part in (0.1, 0.3, 0.5, 0.7, 0.9)]
    return [actor for actor in shot.actors if any(_inside(film, scene, shot, actor, time) for time in moments)]


def _inside(film: Film, scene: Scene, shot: Shot, actor: Actor, time: float) -> bool:
    left, top, zoom = window(shot.camera, time)
    clock = ((shot.first - scene.first) / film.fps + time) * shot.camera.speed
    if actor.kind == "blast":
        return 0 < clock - actor.phase < 1.9 and left < actor.at[0] < left + ASPECT / zoom
    x, foot = figures.place(actor, clock)
    head = foot - actor.height * (0.75 if actor.kind == "person" else 0.3)
    across = left + 0.02 < x < left + ASPECT / zoom - 0.02
    return across and top < head < top + 1 / zoom


def painter(scene: Scene) -> str:
    """What kind of place the set is."""
    labels = scene.labels
    return str(getattr(sets.painter_of(labels.place or "indoor", scene.setting, scene.number), "__name__", ""))


def _hidden(shot: Shot) -> bool:
    camera = shot.camera
    return camera.plain or (camera.zoom >= CLOSE and camera.soft > BLURRED)


def _time(scene: Scene, place: str) -> str:
    labels = scene.labels
    if not place or not sets.windowed(labels.place or "indoor", scene.setting, scene.number):
        return ""
    return scene.look.time


def _size(shot: Shot, people: Sequence[Actor]) -> str:
    camera = shot.camera
    if camera.shoulder:
        return "over"
    if camera.zoom >= CLOSE:
        return "close"
    tall = max(actor.height for actor in people) * camera.zoom
    return "far" if tall < 0.35 else "wide" if camera.zoom < MEDIUM and len(people) < 4 else ""


def _camera(shot: Shot) -> str:
    camera = shot.camera
    rush = abs(camera.drift[0]) * camera.zoom
    if any(actor.speed and abs(actor.speed * camera.speed - camera.drift[0]) < 0.02 for actor in shot.actors):
        return "follow" if rush > 0.05 else ""
    if camera.shake >= 0.018:
        return "shake"
    if abs(camera.growth) > 0.03:
        return "push" if camera.growth > 0 else "pull"
    return "rush" if rush > 0.4 else "pan" if rush > 0.05 else ""


def coat_of(film: Film, scene: Scene, actor: Actor) -> str:
    """The name of the colour of somebody's coat, "" where light or film do not show it."""
    light = sets.light_of(scene.labels.place or "indoor", scene.look.time, windows=True, blue=scene.look.blue)
    if sum(light) < 1.5 or scene.look.dark < 0.85 or film.grade.monochrome or film.grade.saturation < 0.6:
        return ""
    coat = figures.person(actor.person, film.pool_name).coat
    hue, strength, value = colorsys.rgb_to_hsv(*(part / 255 for part in coat))
    if value < 0.25:
        return "black"
    if strength * film.grade.saturation < 0.16:
        return "white" if value > 0.8 else "grey" if value < 0.65 else ""
    if strength * film.grade.saturation < 0.3:
        return ""
    return next(name for most, name in HUES if hue < most)


def _card(film: Film, scene: Scene, shot: Shot) -> str:
    """Whether the letters of a title are brighter than the ground."""
    from models.scenes.films import titles

    picture, ink = titles._ground(scene.number + shot.setup, film.pool_name, 32, 18)
    return "title" if sum(ink) / 3 > float(picture.mean()) else "bright"


def _doing(film: Film, scene: Scene, shot: Shot, there: Sequence[Actor]) -> tuple[str, str]:
    """What they do, and who they are."""
    people = [actor for actor in there if actor.kind == "person"]
    cars = [actor for actor in there if actor.kind == "car"]
    if any(actor.kind == "blast" for actor in there):
        return ("flee", _count(people)) if people else ("blast", "")
    if cars:
        return ("chase", "cars") if len(cars) > 1 else ("drive", "car")
    if not people:
        return "view", ""
    if scene.labels.activity == "dialogue":
        return _talking(film, scene, shot, people), _count(people)
    return _pose(people[0].pose, len(people), near=shot.camera.zoom >= CLOSE), _count(people)


def _pose(pose: str, count: int, *, near: bool) -> str:
    """What so many people do: four who walk are a stream, four who stand a crowd; near, nobody sees who sits."""
    if near and pose in {"sit", "stand"}:
        return "look"
    return {"walk": "stream", "stand": "crowd"}.get(pose, pose) if count > 3 else pose


def _talking(film: Film, scene: Scene, shot: Shot, people: Sequence[Actor]) -> str:
    if any(actor.pose == "walk" for actor in people):
        return "stroll"
    if len(people) > 1:
        return "chat"
    start, end = shot.first / film.fps, (shot.last + 1) / film.fps
    spoken = sum(
        max(0.0, min(turn.end, end) - max(turn.start, start)) for turn in scene.turns if turn.person == people[0].person
    )
    return "talk" if spoken > 0.3 * (end - start) else "listen"


def _count(people: Sequence[Actor]) -> str:
    names = ("", "one", "two", "three", "some", "some", "some")
    return names[len(people)] if len(people) < len(names) else "many"


# -- how it is told --


def captions(what: Seen, language: str, key: object, count: int = PER_SHOT) -> list[str]:
    """Up to *count* different captions, none too long or too short; *key* seeds the choice of words."""
    chance = chance_of("captions", key, language)
    tell = {"zh": _chinese, "en": _english}[language]
    found: dict[str, None] = {}
    for _ in range(TRIES):
        text = tell(what, chance)
        fits = SHORTEST_ZH <= len(text) <= LONGEST_ZH if language == "zh" else 3 <= len(text.split()) <= LONGEST_EN
        if fits:
            found.setdefault(text)
        if len(found) == count:
            break
    return list(found)


def told(film: Film, language: str, count: int = PER_SHOT) -> list[list[str]]:
    """The captions of every shot of *film*."""
    return [
        captions(seen(film, shot), language, f"{film.name} {number}", count) for number, shot in enumerate(film.shots)
    ]


def _one(chance: Chance, forms: Sequence[str]) -> str:
    return str(forms[int(chance.integers(len(forms)))])


def _some(chance: Chance, forms: Forms, name: str, share: float) -> str:
    """One of the forms of *name* with a probability of *share*, else ""."""
    return _one(chance, forms[name]) if name in forms and chance.random() < share else ""


def _viewed(what: Seen, chance: Chance, view: str, forms: tuple[Forms, Sequence[str], Sequence[str]]) -> str:
    """A place without people, perhaps with birds or a camera that moves."""
    moves, birds, plain = forms
    if what.birds and chance.random() < 0.6:
        return _one(chance, birds).format(v=view)
    return (_some(chance, moves, what.camera, 0.5) or _one(chance, plain)).format(v=view)


def _chinese(what: Seen, chance: Chance) -> str:
    if what.doing in said.ZH_TITLES:
        return _one(chance, said.ZH_TITLES[what.doing])
    if what.doing == "view":
        return _chinese_view(what, chance)
    who = _one(chance, said.ZH_COUNTS[what.who]) if what.who else ""
    if what.coat and chance.random() < 0.55:
        who = f"一个穿{said.ZH_COATS[what.coat]}衣服的人"
    there = what.place and chance.random() < 0.85
    forms = (said.ZH_THERE if there else said.ZH_ALONE)[what.doing]
    body = _one(chance, forms).format(w=who, p=_one(chance, said.ZH_PLACES[what.place]) if there else "")
    before = _some(chance, said.ZH_WEATHER, what.weather, 0.5)
    before = before or _some(chance, said.ZH_TIMES, what.time, 0.12 if what.time == "day" else 0.55)
    if "，" not in body:
        before = before or _some(chance, said.ZH_SIZES, what.size, 0.25)
    after = _some(chance, said.ZH_CAMERA, what.camera, 0.2) if (before + body).count("，") < 2 else ""
    return before + body + after


def _chinese_view(what: Seen, chance: Chance) -> str:
    view = _one(chance, said.ZH_VIEWS[what.place]) if what.place else "模糊的背景"
    plain = "的" not in view  # else the weather and the hour come first: 夜里，镜头里是平静的湖面
    of = _some(chance, said.ZH_OF_WEATHER if plain else said.ZH_WEATHER, what.weather, 0.55)
    of = of or _some(
        chance, said.ZH_OF_TIME if plain else said.ZH_TIMES, what.time, 0.25 if what.time == "day" else 0.75
    )
    forms = (said.ZH_MOVES, said.ZH_BIRDS, said.ZH_VIEW)
    return (
        _viewed(what, chance, of + (view.removeprefix("一片") if of else view), forms)
        if plain
        else of + _viewed(what, chance, view, forms)
    )


def _english(what: Seen, chance: Chance) -> str:
    if what.doing in said.EN_TITLES:
        return _one(chance, said.EN_TITLES[what.doing])
    when = _some(chance, said.EN_WEATHER, what.weather, 0.5)
    when = when or _some(chance, said.EN_TIMES, what.time, 0.15 if what.time == "day" else 0.6)
    if what.doing == "view":
        view = _one(chance, said.EN_VIEWS[what.place]) if what.place else "a blurred background"
        return " ".join([_viewed(what, chance, view, (said.EN_MOVES, said.EN_BIRDS, said.EN_VIEW)), when]).strip()
    who = _one(chance, said.EN_COUNTS[what.who]) if what.who else ""
    if what.coat and chance.random() < 0.55:
        who = f"a person in {what.coat}"
    doing = _one(chance, said.EN_DOING[what.doing])
    if what.who not in {"one", "car"}:
        doing = doing.replace("{w} is ", "{w} are ")
    else:
        doing = doing.replace("{w} are ", "{w} is ").replace(" to each other", "").replace(" each other", "")
    size = _some(chance, said.EN_SIZES, what.size, 0.2)
    if size:  # "close up of a person talking on the street"
        doing = doing.replace("{w}", size, 1)
        doing = doing if what.size in {"far", "over"} else doing.replace(" is ", " ", 1).replace(" are ", " ", 1)
    place = _one(chance, said.EN_PLACES[what.place]) if what.place and chance.random() < 0.85 else ""
    parts = [doing.format(w=who), place, when or _some(chance, said.EN_CAMERA, what.camera, 0.2)]
    if when and not size and chance.random() < 0.3:
        parts = [when, *parts[:2]]
    return " ".join(part for part in parts if part)


# -- of films that were prepared --


def replayed(folder: Path, *, scenes: int, corpus: str) -> Film | None:
    """
    The plan of a film that ``models.scenes.prepare`` made in *folder*; None if it would be drawn otherwise by now.

    Its shots are compared, and one of its pictures.
    """
    pool, number = folder.name.split("-")
    film = write(int(number), pool, scenes=scenes, corpus=corpus)
    shots = json.loads((folder / "film.json").read_text("utf-8"))["shots"]
    if [(shot.first, shot.last, shot.scene) for shot in film.shots] != [
        (shot["first"], shot["last"], shot["scene"]) for shot in shots
    ]:
        return None
    indexes, pictures = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("indexes", "pictures"))
    place = len(indexes) // 3
    drawn = Renderer(film).frame(int(indexes[place]), pictures.shape[3], pictures.shape[2])
    return film if np.abs(drawn.astype(float) - pictures[place, 0]).mean() < SAME else None


def rows(folder: Path, *, scenes: int, corpus: str) -> Iterator[dict[str, Any]]:
    """Of every shot of every film of *folder* that is still known: film, shot, frames and captions by language."""
    for path in sorted(path.parent for path in folder.glob("*/film.json")):
        film = replayed(path, scenes=scenes, corpus=corpus)
        if film is None:
            continue
        texts = {language: told(film, language) for language in LANGUAGES}
        for number, shot in enumerate(film.shots):
            row = {"film": path.name, "shot": number, "first": shot.first, "last": shot.last}
            yield row | asdict(seen(film, shot)) | {language: texts[language][number] for language in LANGUAGES}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", choices=("train", "dev", "test"), default="dev", help="to read some")
    parser.add_argument("--count", type=int, default=1, help="of films to read")
    parser.add_argument("--films", type=Path, help="a folder of models.scenes.prepare: tell these")
    parser.add_argument("--scenes", type=int, default=8, help="as they were prepared")
    parser.add_argument("--corpus", default="", help="as they were prepared")
    parser.add_argument("--out", type=Path, help="one line of JSON for every shot")
    options = parser.parse_args(arguments)
    if options.films:
        with options.out.open("w", encoding="utf-8") as stream:
            for row in rows(options.films, scenes=options.scenes, corpus=options.corpus):
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    for number in range(options.count):
        film = write(number, options.pool)
        texts = zip(*(told(film, language, 2) for language in LANGUAGES), strict=True)
        for place, (shot, both) in enumerate(zip(film.shots, texts, strict=True)):
            print(film.name, place, seen(film, shot).doing, " | ".join(" / ".join(said) for said in both))


if __name__ == "__main__":
    main()

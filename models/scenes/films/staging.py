"""Who stands where, and where the camera stands: the shots of one scene; and how shots are joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from models.scenes.films.plan import GROUND, WIDTH, Actor, Camera, Effect, Shot, Transition
from models.scenes.films.pools import Chance, Pool, pick
from models.scenes.films.words import Words

if TYPE_CHECKING:
    from models.scenes.films.script import Draft

LENGTHS = {  # shots of a scene, seconds of a shot
    "action": ((4, 8), (0.9, 2.4)), "dialogue": ((3, 6), (1.6, 4.5)), "calm": ((2, 4), (2.2, 5.0)),
    "crowd": ((3, 5), (1.5, 3.5)), "landscape": ((2, 4), (2.4, 5.0)), "titles": ((1, 2), (2.0, 4.5)),
}  # fmt: skip
Setup = tuple[Camera, tuple[Actor, ...], Actor | None]  # the camera, who is there, whom it follows


def shots(
    draft: Draft, scene: int, first: int, fps: int, pool: Pool, words: Words, chance: Chance
) -> list[Shot]:  # fmt: skip
    """The scene's shots from frame *first* on, not joined yet."""
    (least, most), (short, long) = LENGTHS[draft.kind]
    count = int(chance.integers(least, most + 1))
    if draft.kind == "titles":
        return _titles(draft, count, scene, first, fps, words, chance)
    setups = _SETUPS[draft.kind](draft, pool, chance)
    order = _order(len(setups), count, chance)
    made: list[Shot] = []
    at = first
    for number in order:
        frames = max(round(0.7 * fps), round(chance.uniform(short, long) * fps))
        camera, actors, followed = setups[number]
        clock = (at - first) / fps
        if followed:
            camera = _following(camera, followed, clock, chance)
        flashes: tuple[float, ...] = ()
        if draft.act == "fight" and chance.random() < 0.6:
            flashes = tuple(float(t) for t in chance.uniform(0.05, frames / fps, int(chance.integers(1, 5))))
        flashes += tuple(actor.phase - clock for actor in actors if actor.kind == "blast")
        made.append(Shot(at, at + frames - 1, scene, camera, number, None, actors, flashes))
        at += frames
    return made


def _order(setups: int, count: int, chance: Chance) -> list[int]:
    """Mostly from the first setup to the others and back; never the same twice in a row, or there would be no cut."""
    order = [0]
    while len(order) < count:
        others = [n for n in range(setups) if n != order[-1]]
        order.append(int(chance.choice(others)))
    return order


def _following(camera: Camera, actor: Actor, clock: float, chance: Chance) -> Camera:
    pace = actor.speed * camera.speed
    ahead = chance.uniform(-0.2, 0.2) / camera.zoom
    return replace(camera, x=actor.at[0] + pace * clock + ahead, drift=(pace, camera.drift[1]))


def _titles(draft: Draft, count: int, scene: int, first: int, fps: int, words: Words, chance: Chance) -> list[Shot]:
    made, at = [], first
    for number in range(count):
        frames = round(chance.uniform(2.0, 4.5) * fps)
        rolls = draft.motion != "still"
        text = words.credits(chance, int(chance.integers(6, 14))) if rolls else words.title(chance)
        made.append(Shot(at, at + frames - 1, scene, Camera(0, 2, 0.75, 1), number, None, title=text))
        at += frames
    return made


def _moved(camera: Camera, motion: str, chance: Chance) -> Camera:
    """The camera's own movement: none, a drift, or a rush."""
    if motion == "still":
        return camera if chance.random() < 0.5 else replace(camera, shake=0.0012, pace=0.4)
    way = float(chance.choice([-1, 1]))
    if motion == "slow":
        if chance.random() < 0.4:
            return replace(camera, growth=way * chance.uniform(0.04, 0.09))
        return replace(camera, drift=(way * chance.uniform(0.07, 0.16) / camera.zoom, 0.0))
    if chance.random() < 0.7:
        return replace(camera, drift=(way * chance.uniform(0.55, 1.0) / camera.zoom, 0.0))
    return replace(camera, shake=chance.uniform(0.025, 0.045), pace=chance.uniform(1.2, 2.0))


def _person(
    draft: Draft,
    index: int,
    x: float,
    *,
    pose: str,
    turned: int,
    height: float = 0.62,
    foot: float = GROUND,
    speed: float = 0.0,
) -> Actor:
    number = draft.people[index % len(draft.people)]
    return Actor("person", number, (x, foot), height, pose, speed, (number * 0.37) % 1, turned)


def _face(actor: Actor) -> tuple[float, float]:
    """The middle of somebody's head."""
    return actor.at[0], actor.at[1] - (0.82 if actor.pose == "sit" else 0.89) * actor.height


def _close(actor: Actor, side: int, draft: Draft, chance: Chance, *, shoulder: int = 0) -> Camera:
    x, y = _face(actor)
    zoom = chance.uniform(2.6, 4.2)
    camera = Camera(
        side,
        x - actor.turned * -0.12 / zoom,
        y + 0.1 / zoom,
        zoom,
        soft=chance.uniform(0.006, 0.03),
        shoulder=shoulder,
        plain=draft.blind,
    )
    return _moved(camera, draft.motion, chance) if draft.motion != "fast" else replace(camera, shake=0.02, pace=1.4)


def _dialogue(draft: Draft, pool: Pool, chance: Chance) -> list[Setup]:
    del pool
    x = chance.uniform(0.9, WIDTH - 1.4)
    sitting = draft.setting == "vehicle" or (draft.place == "indoor" and chance.random() < 0.4)
    strolling = draft.motion == "fast" and not sitting and not draft.blind and chance.random() < 0.6
    pose = "sit" if sitting else "walk" if strolling else "talk"
    pace = float(chance.choice([-1, 1]) * chance.uniform(0.45, 0.75)) if strolling else 0.0
    gap = chance.uniform(0.32, 0.48)
    height, foot = (chance.uniform(0.24, 0.3), 1.14) if draft.far else (0.62, GROUND)
    ways = (1, 1) if pace > 0 else (-1, -1) if pace < 0 else (1, -1)
    one = _person(draft, 0, x, pose=pose, turned=ways[0], height=height, foot=foot, speed=pace)
    other = _person(
        draft, 1, x + gap * (height / 0.62), pose=pose, turned=ways[1], height=height, foot=foot, speed=pace
    )
    both = (one, other)
    middle = (x + other.at[0]) / 2
    followed = one if strolling else None
    wide = Camera(0, middle, 0.85, chance.uniform(0.85, 1.15), plain=draft.blind)
    two = Camera(0, middle, GROUND - 0.68 * height, chance.uniform(1.5, 1.9), soft=0.004, plain=draft.blind)
    if draft.far:
        again = Camera(1, middle + chance.uniform(-0.2, 0.2), 0.85, chance.uniform(0.8, 1.0))
        return [(_moved(camera, draft.motion, chance), both, followed) for camera in (wide, again)]
    lean = 0 if chance.random() < 0.6 else 1
    setups: list[Setup] = [
        (_close(one, 0, draft, chance, shoulder=lean), (one,), followed),
        (_close(other, 1, draft, chance, shoulder=-lean), (other,), other if strolling else None),
    ]
    if not draft.blind:
        setups = [(_moved(two, draft.motion, chance), both, followed), *setups]
        if chance.random() < 0.7:
            setups.insert(0, (_moved(wide, draft.motion, chance), both, followed))
    return setups


def _calm(draft: Draft, pool: Pool, chance: Chance) -> list[Setup]:
    del pool
    x = chance.uniform(0.8, WIDTH - 1.0)
    poses = ["sit", "stand"] if draft.place == "indoor" else ["stand", "walk", "sit"]
    pose = "sit" if draft.setting == "vehicle" else str(chance.choice(poses))
    if draft.motion == "still" and pose == "walk":
        pose = "stand"
    pace = float(chance.choice([-1, 1]) * chance.uniform(0.1, 0.18)) if pose == "walk" else 0.0
    one = _person(draft, 0, x, pose=pose, turned=-1 if pace < 0 else 1, speed=pace)
    everyone: tuple[Actor, ...] = (one,)
    if chance.random() < 0.35 and pose != "walk":
        everyone = (
            one,
            _person(draft, 1, x + chance.uniform(0.28, 0.5), pose=pose, turned=int(chance.choice([-1, 1]))),
        )
    followed = one if pace else None
    wide = Camera(0, x + chance.uniform(-0.3, 0.3), 0.85, chance.uniform(0.85, 1.1), plain=draft.blind)
    middle = Camera(1, x + chance.uniform(-0.1, 0.2), 0.8, chance.uniform(1.4, 2.0), plain=draft.blind)
    setups: list[Setup] = [
        (_moved(middle, draft.motion, chance), everyone, followed),
        (_close(one, 0, draft, chance), (one,), followed),
    ]
    if not draft.blind:
        setups.insert(0, (_moved(wide, draft.motion, chance), everyone, followed))
    return setups


def _action(draft: Draft, pool: Pool, chance: Chance) -> list[Setup]:
    slow = draft.motion == "slow"
    speed = chance.uniform(0.18, 0.3) if slow else 1.0
    shake = 0.002 if slow else chance.uniform(0.008, 0.03)

    def camera(side: int, x: float, y: float, zoom: float) -> Camera:
        return Camera(side, x, y, zoom, shake=shake, pace=chance.uniform(1.2, 2.4) * (0.2 if slow else 1), speed=speed)

    actors = {"chase": _chasing, "fight": _fighting, "run": _running, "blast": _blasting}[draft.act](
        draft, pool, chance, speed
    )
    lead = actors[0]
    followed = lead if draft.act in {"chase", "run"} else None
    x, y = lead.at[0], 1.12 if draft.act == "chase" else 0.84
    setups: list[Setup] = [
        (camera(0, x, 0.9, chance.uniform(0.9, 1.2)), actors, followed),
        (camera(1, x, y, chance.uniform(1.3, 1.8)), actors, followed),
        (camera(0, x, y, chance.uniform(1.8, 2.4)), actors, followed),
    ]
    if followed and not slow:  # the camera stands and they rush by
        setups.append((camera(1, x + lead.speed * chance.uniform(0.5, 4), 0.95, 1.0), actors, None))
    return setups


def _chasing(draft: Draft, pool: Pool, chance: Chance, speed: float) -> tuple[Actor, ...]:
    del draft, speed
    way = float(chance.choice([-1, 1]))
    pace, x, height = way * chance.uniform(1.1, 1.9), chance.uniform(1, 3), chance.uniform(0.2, 0.3)
    cars = [Actor("car", pool.person(chance), (x, 1.34), height, speed=pace, turned=int(way), phase=chance.random())]
    for n in range(int(chance.integers(1, 3))):
        cars.append(
            replace(
                cars[0],
                person=pool.person(chance),
                at=(x - way * (0.75 + 0.7 * n), 1.3),
                speed=pace * chance.uniform(0.96, 1.02),
            )
        )
    return tuple(cars)


def _fighting(draft: Draft, pool: Pool, chance: Chance, speed: float) -> tuple[Actor, ...]:
    del pool, speed
    x = chance.uniform(1, 3)
    return tuple(
        replace(
            _person(draft, n, x + 0.27 * n, pose="fight", turned=1 if n % 2 == 0 else -1), phase=float(chance.random())
        )
        for n in range(int(chance.integers(2, 4)))
    )


def _running(draft: Draft, pool: Pool, chance: Chance, speed: float) -> tuple[Actor, ...]:
    del speed
    way = float(chance.choice([-1, 1]))
    pace, x = way * chance.uniform(0.75, 1.2), chance.uniform(1, 3)
    draft.people += [pool.person(chance) for _ in range(2)]
    return tuple(
        _person(
            draft,
            n,
            x - way * 0.4 * n + chance.uniform(-0.1, 0.1),
            pose="run",
            turned=int(way),
            foot=GROUND + 0.04 * n,
            speed=pace * chance.uniform(0.95, 1.05),
        )
        for n in range(int(chance.integers(1, 4)))
    )


def _blasting(draft: Draft, pool: Pool, chance: Chance, speed: float) -> tuple[Actor, ...]:
    x, way = chance.uniform(1.2, 2.8), float(chance.choice([-1, 1]))
    blasts = [
        Actor(
            "blast",
            pool.person(chance),
            (x + chance.uniform(-0.6, 0.6), 1.15),
            chance.uniform(0.3, 0.6),
            phase=(0.3 + 1.7 * n + chance.uniform(0, 0.5)) * speed,
        )
        for n in range(6)
    ]
    people = [
        _person(draft, n, x + way * 0.3 * n, pose="run", turned=int(way), speed=way * chance.uniform(0.5, 0.9))
        for n in range(2)
    ]
    return (*blasts, *people)


def _crowd(draft: Draft, pool: Pool, chance: Chance) -> list[Setup]:
    pose = {"still": "stand", "slow": "walk", "fast": "dance"}[draft.motion]
    everyone = []
    for _ in range(int(chance.integers(14, 34))):
        depth = chance.random()
        way = int(chance.choice([-1, 1]))
        pace = way * chance.uniform(0.05, 0.15) if pose == "walk" else 0.0
        everyone.append(
            Actor(
                "person",
                pool.person(chance),
                (chance.uniform(0.2, WIDTH - 0.2), 1.14 + 0.3 * depth),
                0.36 + 0.34 * depth,
                pose,
                pace,
                float(chance.random()),
                way,
            )
        )
    actors = tuple(everyone)
    setups = []
    for number in range(3):
        camera = Camera(
            number % 2, chance.uniform(1.2, WIDTH - 1.2), 0.88, (0.85, 1.2, 1.6)[number] * chance.uniform(0.9, 1.1)
        )
        if draft.motion == "fast":
            camera = replace(camera, shake=chance.uniform(0.008, 0.025), pace=1.5)
        setups.append(
            (
                camera
                if draft.motion == "still"
                else camera
                if draft.motion == "fast"
                else _moved(camera, "slow", chance),
                actors,
                None,
            )
        )
    return setups


def _landscape(draft: Draft, pool: Pool, chance: Chance) -> list[Setup]:
    birds = tuple(
        Actor("bird", pool.person(chance), (chance.uniform(0, WIDTH), chance.uniform(0.2, 0.6)),
              chance.uniform(0.012, 0.03), speed=chance.uniform(-0.2, 0.2), phase=float(chance.random()))
        for _ in range(int(chance.choice([0, 0, 3, 7])))
    )  # fmt: skip
    return [
        (
            _moved(
                Camera(side, chance.uniform(1.1, WIDTH - 1.1), chance.uniform(0.65, 0.8), zoom), draft.motion, chance
            ),
            birds,
            None,
        )
        for side, zoom in ((0, 0.8), (1, 0.9), (0, 1.35))
    ]


_SETUPS: dict[str, Callable[[Draft, Pool, Chance], list[Setup]]] = {
    "dialogue": _dialogue, "calm": _calm, "action": _action, "crowd": _crowd, "landscape": _landscape,
}  # fmt: skip


# -- sounds that belong to what is seen --


def noises(act: str, scene: Sequence[Shot], fps: int, start: float, end: float, chance: Chance) -> list[Effect]:
    """The effects of an action: bursts when something bursts, else what fits, every second or so."""
    fitting = {
        "chase": ("siren", "horn", "whoosh", "slam"), "fight": ("gunshot", "glass", "slam", "whoosh"),
        "run": ("footsteps", "whoosh", "whistle"), "blast": ("explosion", "glass"),
    }[act]  # fmt: skip
    found = []
    for actor in scene[0].actors:
        if actor.kind == "blast" and actor.phase / scene[0].camera.speed < end - start:
            at = start + actor.phase / scene[0].camera.speed
            found.append(Effect("explosion", at, int(chance.integers(1 << 20)), float(chance.uniform(0, 5))))
    now = start + chance.uniform(0, 0.6)
    while now < end - 0.3:
        name = str(chance.choice(fitting))
        found.append(Effect(name, float(now), int(chance.integers(1 << 20)), float(chance.uniform(-6, 4))))
        now += chance.uniform(0.5, 2.2)
    del fps
    return found


# -- joining --


def joined(made: Sequence[Shot], fps: int, chance: Chance) -> list[Shot]:
    """The shots with the transitions that lead into them. Two changes never overlap."""
    found = [made[0]]
    for before, shot in pairwise(made):
        other = before.scene != shot.scene
        weights = (
            {"cut": 0.55, "dissolve": 0.2, "fade": 0.15, "wipe": 0.1} if other else {"cut": 0.93, "dissolve": 0.07}
        )
        found.append(replace(shot, transition=_transition(pick(chance, **weights), before, shot, fps, chance)))
    return found


def _transition(kind: str, before: Shot, shot: Shot, fps: int, chance: Chance) -> Transition:
    room = min(before.last - before.first, shot.last - shot.first) // 2 - 2
    low, high = {
        "cut": (0, 0),
        "dissolve": (4, round(1.6 * fps)),
        "fade": (8, round(1.8 * fps)),
        "wipe": (8, round(1.2 * fps)),
    }[kind]
    high = min(high, 2 * room)
    if kind == "cut" or high < low:
        return Transition("cut", shot.first, shot.first)
    length = int(chance.integers(low, high + 1))
    first = shot.first - length // 2
    colour = 255 if kind == "fade" and chance.random() < 0.2 else 0
    shape = str(chance.choice(["left", "right", "up", "iris"])) if kind == "wipe" else ""
    return Transition(kind, first, first + length - 1, colour, shape)

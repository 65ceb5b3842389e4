"""Films with known truth: the same for a seed, true to their labels, and apart between pools."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("cv2")
pytest.importorskip("PIL")

from models.scenes.films import figures, sets, words
from models.scenes.films.plan import GROUPS, Film, Grade, Transition
from models.scenes.films.pools import POOLS, SLICES, chance_of
from models.scenes.films.render import Renderer
from models.scenes.films.script import write
from plugin_core.shots import values

SINGLE = tuple(group for group in GROUPS if group != "mood")
SEEDS = st.integers(0, 3000)
FEW = settings(max_examples=12)
BIG, SMALL = (112, 64), (48, 27)
CLEAN = Grade()  # a laboratory that changes nothing


def clean(film: Film) -> Film:
    return replace(film, grade=CLEAN, scenes=tuple(replace(s, look=replace(s.look, burned=False)) for s in film.scenes))


@given(seed=SEEDS, pool=st.sampled_from(sorted(POOLS)))
@FEW
def test_a_film_is_the_same_for_its_seed(seed: int, pool: str) -> None:
    assert write(seed, pool, scenes=4) == write(seed, pool, scenes=4)


def test_a_frame_is_the_same_in_any_order() -> None:
    film = write(3, scenes=3)
    one, other = Renderer(film), Renderer(film)
    numbers = range(0, film.frames, 41)
    forward = [one.frame(n, *BIG) for n in numbers]
    backward = [other.frame(n, *BIG) for n in reversed(numbers)][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(forward, backward, strict=True))


@given(seed=SEEDS)
@FEW
def test_shots_and_scenes_cover_the_film_without_gaps(seed: int) -> None:
    film = write(seed, scenes=6)
    for parts in (film.shots, film.scenes):
        assert parts[0].first == 0
        assert parts[-1].last == film.frames - 1
        assert all(b.first == a.last + 1 for a, b in pairwise(parts))
    for shot in film.shots:
        scene = film.scenes[shot.scene]
        assert scene.first <= shot.first <= shot.last <= scene.last


@given(seed=SEEDS)
@FEW
def test_changes_do_not_overlap_and_begin_where_the_plugin_says(seed: int) -> None:
    film = write(seed, scenes=6)
    changes = film.transitions
    assert len(changes) == len(film.shots) - 1
    assert all(a.last < b.first for a, b in pairwise(changes))
    for change, (before, shot) in zip(changes, pairwise(film.shots), strict=True):
        assert before.first < change.first <= change.last < shot.last
        assert values.Transition(change.kind, change.first, change.last, 0, 0).begins == shot.first


def test_pictures_change_exactly_where_a_cut_is() -> None:
    checked = 0
    for seed in range(3):
        film = clean(write(seed, scenes=8))
        renderer = Renderer(film)
        for change in film.transitions:
            near = range(change.first - 3, change.first + 3)
            if change.kind != "cut" or not near.start >= 0 or _busy(film, change):
                continue
            frames = [renderer.frame(n, *SMALL).astype(int) for n in near]
            steps = [float(np.abs(b - a).mean()) for a, b in pairwise(frames)]
            assert int(np.argmax(steps)) == 2, (seed, change, steps)
            checked += 1
    assert checked > 25


def _busy(film: Film, change: Transition) -> bool:
    """Flashes, rushing cameras and changes beside it move pictures as much as a cut does."""
    shots = [shot for shot in film.shots if shot.first == change.first or shot.last == change.first - 1]
    rushing = any(shot.flashes or film.scenes[shot.scene].labels.motion == "fast" or shot.title for shot in shots)
    return rushing or any(
        other is not change and other.first - 5 < change.first < other.last + 5 for other in film.transitions
    )


@pytest.mark.parametrize("kind", ["dissolve", "fade", "wipe"])
def test_frames_of_a_change_are_mixed_and_those_beside_it_are_not(kind: str) -> None:
    film = clean(next(f for f in (write(n, scenes=8) for n in range(50)) if any(t.kind == kind for t in f.transitions)))
    change = next(t for t in film.transitions if t.kind == kind)
    shot = next(n for n, s in enumerate(film.shots) if s.transition is change)
    renderer = Renderer(film)
    for index, number in ((change.first - 1, shot - 1), (change.last + 1, shot)):
        assert np.array_equal(renderer.frame(index, *BIG), renderer._plain(number, index, *BIG))
    for index in (change.first + 1, (change.first + change.last) // 2, change.last - 1):
        seen = renderer.frame(index, *BIG)
        assert not any(np.array_equal(seen, renderer._plain(n, index, *BIG)) for n in (shot - 1, shot))


def test_a_shot_from_the_same_position_looks_the_same_again() -> None:
    film = clean(write(1, kinds=("dialogue_indoor", "dialogue_outdoor", "dialogue_indoor")))
    renderer, again, other = Renderer(film), [], []
    pictures = [renderer.frame((s.first + s.last) // 2, *SMALL).astype(float) for s in film.shots]
    for n, one in enumerate(film.shots):
        for m, two in enumerate(film.shots[:n]):
            distance = float(np.abs(pictures[n] - pictures[m]).mean())
            if one.scene != two.scene:
                other.append(distance)
            elif one.setup == two.setup:
                again.append(distance)
    assert again
    assert np.mean(again) < 0.5 * np.mean(other)


def test_motion_grows_from_still_to_fast() -> None:
    moved: dict[str, list[float]] = {"still": [], "slow": [], "fast": []}
    for seed in range(3):
        film = clean(write(seed, scenes=10))
        renderer = Renderer(film)
        for shot in film.shots[::2]:
            middle = (shot.first + shot.last) // 2
            a, b = (renderer.frame(n, *SMALL).astype(int) for n in (middle, middle + 2))
            moved[film.scenes[shot.scene].labels.motion].append(float(np.abs(a - b).mean()))
    still, slow, fast = (float(np.median(moved[name])) for name in ("still", "slow", "fast"))
    assert still < slow < fast


def test_night_outdoors_is_darker_than_day() -> None:
    light: dict[str, list[float]] = {"day": [], "night": []}
    for number in range(12):
        for time, values_seen in light.items():
            side, _ = sets.build("train", "outdoor", "street", number, time, blue=False, style="flat", density=60)
            values_seen.append(float(side.picture.mean()))
    assert max(light["night"]) < min(light["day"])


@given(seed=SEEDS)
@FEW
def test_labels_are_words_of_their_groups(seed: int) -> None:
    for scene in write(seed, scenes=10).scenes:
        labels = scene.labels
        for group in SINGLE:
            value = getattr(labels, group)
            assert value is None or value in GROUPS[group]
        assert set(labels.mood) <= set(GROUPS["mood"])
        kind, _, place = labels.scene_type.partition("_")
        assert not place or (labels.place, labels.activity) == (place, kind)


@given(seed=SEEDS)
@FEW
def test_what_no_sense_could_tell_is_not_claimed(seed: int) -> None:
    for texted in (True, False):
        film = write(seed, scenes=10, sound=False, text=texted)
        for scene in film.scenes:
            assert scene.labels.emotion is None
            if not texted:
                assert not set(scene.labels.mood) & {"tense", "cheerful", "sad"}
                hidden = scene.labels.place and not sets.windowed(scene.labels.place, scene.setting, scene.number)
                assert not (hidden and scene.labels.time)
        assert texted or not film.cues


def test_every_scene_type_is_as_frequent_as_the_others() -> None:
    seen = Counter(scene.labels.scene_type for n in range(30) for scene in write(n, scenes=10).scenes)
    assert set(seen) == set(GROUPS["scene_type"])
    assert len(set(seen.values())) == 1


# -- pools --


def test_pools_share_no_set_no_person_no_music() -> None:
    spans = [(pool.first, pool.first + pool.count) for pool in POOLS.values()]
    people = [pool.people for pool in POOLS.values()]
    for ranges in (spans, people):
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(ranges)))
    for name, pool in POOLS.items():
        for seed in range(5):
            film = write(seed, name, scenes=10)
            for scene in film.scenes:
                assert all(pool.first <= n < pool.first + pool.count for n in (scene.number, scene.music_number))
            numbers = [actor.person for shot in film.shots for actor in shot.actors]
            assert all(pool.people[0] <= number < pool.people[1] for number in numbers)


@given(seed=st.integers(0, 10_000), base=st.floats(0, 1), spread=st.floats(0, 0.5))
def test_a_hue_belongs_to_one_pool(seed: int, base: float, spread: float) -> None:
    for name, pool in POOLS.items():
        hue = pool.hue(np.random.default_rng(seed), base, spread)
        assert [other for other in POOLS if POOLS[other].owns(hue)] == [name]
        assert min(abs(hue - base) % 1, 1 - abs(hue - base) % 1) <= spread + 2.5 / SLICES


def test_people_of_two_pools_wear_no_colour_of_each_other() -> None:
    worn = {name: {figures.person(n, name).coat for n in range(*pool.people, 20)} for name, pool in POOLS.items()}
    assert not worn["train"] & worn["test"]


def test_no_sentence_is_in_two_pools() -> None:
    table = words.table()
    for side in (0, 1):
        seen: dict[str, str] = {}
        for pool in POOLS:
            rows = [*(row for rows in table["talk"][pool].values() for row in rows), *table["titles"][pool]["names"],
                    *(row for rows in table["script"][pool].values() for row in rows)]  # fmt: skip
            for row in {row[side] for row in rows}:
                assert seen.setdefault(row, pool) == pool, row


def test_every_setting_has_words_and_a_painter() -> None:
    chance = chance_of("words")
    for place, setting in sets.PAINTERS:
        for language in words.LANGUAGES:
            for pool in POOLS:
                said = words.Words(pool, language)
                text = said.slug(chance, place, setting, "night")
                assert "{" not in text + said.line(chance, "place", place, setting, "day")


def test_only_faces_stand_before_nothing() -> None:
    kinds = set()
    for number in range(20):
        film = write(number, scenes=10)
        kinds |= {film.scenes[shot.scene].labels.activity for shot in film.shots if shot.camera.plain}
    assert kinds == {"dialogue", "calm"}
